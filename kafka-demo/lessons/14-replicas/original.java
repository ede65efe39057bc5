import java.util.*;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.time.Duration;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

class Replicas {
    static final String BROKERS = System.getenv().getOrDefault("BOOTSTRAP_SERVERS", "127.0.0.1:9092");

    static final Set<Integer> acknowledged = new ConcurrentSkipListSet<>();

    public static void main(String[] args) throws Exception {
        var orders = "orders-" + UUID.randomUUID();
        var payments = "payments-" + UUID.randomUUID();
        var dead = new ArrayList<String>();
        try (var admin = Admin.create(Map.of("bootstrap.servers", BROKERS))) {
            admin.createTopics(List.of(
                new NewTopic(orders, 1, (short) 3).configs(Map.of("min.insync.replicas", "1")),
                new NewTopic(payments, 1, (short) 3).configs(Map.of("min.insync.replicas", "2")))).all().get();

            var stop = new AtomicBoolean();
            var produced = new AtomicInteger();
            var load = new Thread(() -> produce(orders, stop, produced));
            load.start();
            var leader = leaderWith(admin, orders, 3);
            waitForProgress();
            for (var alive : List.of(2, 1)) {
                // The broker that fails is the one that matters most: the partition's leader.
                var service = "kafka-" + leader;
                compose("kill", service);
                dead.add(service);
                var next = leaderWith(admin, orders, alive);
                System.out.println("broker " + leader + " was killed, broker " + next + " leads now");
                waitForProgress();
                System.out.println("brokers left: " + alive + " = acknowledges with acks=all");
                leader = next;
            }

            leaderWith(admin, payments, 1);
            System.out.println("min.insync.replicas=2, acks=all = " + send(payments, "all"));
            System.out.println("min.insync.replicas=2, acks=1 = " + send(payments, "1"));
            System.out.println("of these can be read now = " + delivered(payments).size());

            stop.set(true);
            load.join();
            System.out.println("given up by the producer = " + (produced.get() - acknowledged.size()));
            System.out.println("acknowledged, but not on the last broker = " + lost(delivered(orders)));

            for (var service : List.copyOf(dead)) {
                compose("start", service);
                dead.remove(service);
            }
            leaderWith(admin, orders, 3);
            var delivered = delivered(orders);
            leaderWith(admin, payments, 3);
            System.out.println("of these can be read when all are back = " + delivered(payments).size());
            System.out.println("lost when all are back = " + lost(delivered));
            System.out.println("duplicated = " + (delivered.size() - Set.copyOf(delivered).size()));
        } finally {
            for (var service : dead) {
                compose("start", service);
            }
        }
    }

    static void produce(String topic, AtomicBoolean stop, AtomicInteger produced) {
        var settings = Map.<String, Object>of("bootstrap.servers", BROKERS, "acks", "all", "enable.idempotence", true);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            while (!stop.get()) {
                var number = produced.getAndIncrement();
                producer.send(new ProducerRecord<>(topic, String.valueOf(number)), (metadata, error) -> {
                    if (error == null) {
                        acknowledged.add(number);
                    }
                });
                Thread.sleep(10);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until the topic's one partition has a leader and so many replicas in sync. */
    static int leaderWith(Admin admin, String topic, int inSync) throws Exception {
        // A dead broker is missed when its session with ZooKeeper ends.
        for (var deadline = System.nanoTime() + 120_000_000_000L; System.nanoTime() < deadline; Thread.sleep(100)) {
            var partition = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().get(0);
            if (partition.leader() != null && partition.leader().id() >= 0 && partition.isr().size() == inSync) {
                return partition.leader().id();
            }
        }
        throw new IllegalStateException(topic + " has no leader with " + inSync + " replicas in sync");
    }

    static void waitForProgress() throws InterruptedException {
        var before = acknowledged.size();
        for (var deadline = System.nanoTime() + 30_000_000_000L; System.nanoTime() < deadline; Thread.sleep(50)) {
            if (acknowledged.size() >= before + 100) {
                return;
            }
        }
        throw new IllegalStateException("no message is acknowledged any more");
    }

    static String send(String topic, String acks) throws InterruptedException {
        var settings = Map.<String, Object>of(
            "bootstrap.servers", BROKERS, "acks", acks, "retries", 0, "enable.idempotence", false);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, "0")).get();
            return "written";
        } catch (ExecutionException e) {
            return e.getCause().getClass().getSimpleName().replace("Exception", "");
        }
    }

    static List<Integer> delivered(String topic) {
        var settings = Map.<String, Object>of("bootstrap.servers", BROKERS);
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            var partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            var end = consumer.endOffsets(List.of(partition)).get(partition);
            var numbers = new ArrayList<Integer>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofSeconds(1)).forEach(record -> numbers.add(Integer.valueOf(record.value())));
            }
            return numbers;
        }
    }

    static long lost(List<Integer> delivered) {
        var there = Set.copyOf(delivered);
        return acknowledged.stream().filter(number -> !there.contains(number)).count();
    }

    static void compose(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("docker", "compose"));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes());
        if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new IllegalStateException(String.join(" ", command) + " failed: " + output);
        }
    }
}
