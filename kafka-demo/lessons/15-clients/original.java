import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

class Clients {
    static final String BROKERS = System.getenv().getOrDefault("BOOTSTRAP_SERVERS", "127.0.0.1:9092");
    static final int TASKS = 1000;
    static final int CLIENTS = 600;
    static final int PARTITIONS = 12;

    public static void main(String[] args) throws Exception {
        var topic = "hello-" + UUID.randomUUID();
        try (var admin = Admin.create(Map.of("bootstrap.servers", BROKERS))) {
            admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 3))).all().get();
        }

        // How to do it: a KafkaProducer is for all threads, and one consumer serves whoever waits for a message.
        var before = Cost.now();
        try (var producer = producer(); var consumer = consumer()) {
            var waiting = new ConcurrentHashMap<String, CompletableFuture<String>>();
            var tasks = new ArrayList<CompletableFuture<Boolean>>();
            for (var number = 0; number < TASKS; number++) {
                var payload = String.valueOf(number);
                var mine = new CompletableFuture<String>();
                waiting.put(payload, mine);
                producer.send(new ProducerRecord<>(topic, payload), (metadata, error) -> {
                    if (error != null) {
                        mine.completeExceptionally(error);
                    }
                });
                tasks.add(mine.thenApply(payload::equals));
            }
            var all = new ArrayList<TopicPartition>();
            for (var partition = 0; partition < PARTITIONS; partition++) {
                all.add(new TopicPartition(topic, partition));
            }
            consumer.assign(all);
            consumer.seekToBeginning(all);
            for (var deadline = System.nanoTime() + 60_000_000_000L; !waiting.isEmpty() && System.nanoTime() < deadline; ) {
                consumer.poll(Duration.ofSeconds(1)).forEach(record -> {
                    var task = waiting.remove(record.value());
                    if (task != null) {
                        task.complete(record.value());
                    }
                });
            }
            var own = 0;
            for (var task : tasks) {
                own += task.get(1, TimeUnit.SECONDS) ? 1 : 0;
            }
            System.out.println("tasks that share a producer: got their own message = " + own);
            System.out.println(TASKS + " tasks cost " + before.untilNow(1));
        }

        // What it costs where each has a client of its own.
        before = Cost.now();
        // send() waits for the first answer of the cluster, so each is called in a thread.
        var threads = Executors.newFixedThreadPool(64);
        var producers = new ConcurrentLinkedQueue<KafkaProducer<String, String>>();
        var sent = new ArrayList<Future<RecordMetadata>>();
        for (var number = 0; number < CLIENTS; number++) {
            var payload = String.valueOf(number);
            sent.add(threads.submit(() -> {
                var producer = producer();
                producers.add(producer);
                return producer.send(new ProducerRecord<>(topic, payload)).get();
            }));
        }
        var deliveries = new ArrayList<RecordMetadata>();
        for (var delivery : sent) {
            deliveries.add(delivery.get(1, TimeUnit.MINUTES));
        }
        System.out.println("producers of their own: messages delivered = " + deliveries.size());
        System.out.println("a producer costs " + before.untilNow(CLIENTS));
        for (var closing : producers.stream().map(producer -> threads.submit(() -> producer.close())).toList()) {
            closing.get(1, TimeUnit.MINUTES);
        }

        before = Cost.now();
        var consumers = new ConcurrentLinkedQueue<KafkaConsumer<String, String>>();
        var received = new ArrayList<Future<String>>();
        for (var delivery : deliveries) {
            received.add(threads.submit(() -> {
                var partition = new TopicPartition(topic, delivery.partition());
                var consumer = consumer();
                consumers.add(consumer);
                consumer.assign(List.of(partition));
                consumer.seek(partition, delivery.offset());
                return consumer.poll(Duration.ofMinutes(1)).iterator().next().value();
            }));
        }
        var own = 0;
        for (var number = 0; number < CLIENTS; number++) {
            own += received.get(number).get(1, TimeUnit.MINUTES).equals(String.valueOf(number)) ? 1 : 0;
        }
        System.out.println("consumers of their own: got their own message = " + own);
        System.out.println("a consumer costs " + before.untilNow(CLIENTS));
        for (var consumer : consumers) {
            threads.submit(() -> consumer.close());
        }
        threads.shutdown();
    }

    static KafkaProducer<String, String> producer() {
        var settings = Map.<String, Object>of("bootstrap.servers", BROKERS, "auto.include.jmx.reporter", false);
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    static KafkaConsumer<String, String> consumer() {
        var settings = Map.<String, Object>of(
            "bootstrap.servers", BROKERS,
            "auto.include.jmx.reporter", false,
            // It reads one message: no need to fetch more.
            "max.poll.records", 1,
            "fetch.max.bytes", 1000,
            "max.partition.fetch.bytes", 1000);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    /** What this process holds. */
    record Cost(double threads, double memory, double files) {
        static Cost now() throws Exception {
            var status = new HashMap<String, Double>();
            for (var line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("Threads:") || line.startsWith("VmRSS:")) {
                    var words = line.split("\\s+");
                    status.put(words[0], Double.valueOf(words[1]));
                }
            }
            try (var files = Files.list(Path.of("/proc/self/fd"))) {
                return new Cost(status.get("Threads:"), status.get("VmRSS:"), files.count());
            }
        }

        String untilNow(int clients) throws Exception {
            var now = now();
            return String.format(Locale.ROOT, "%.1f threads, %.0f KiB of memory, %.1f open files",
                (now.threads - threads) / clients, (now.memory - memory) / clients, (now.files - files) / clients);
        }
    }
}
