import java.time.Duration;
import java.util.*;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;

class DeliveryTimeouts {
    static final int MESSAGES = 1000;
    static String brokers = System.getenv().getOrDefault("BOOTSTRAP_SERVERS", "127.0.0.1:9092");

    public static void main(String[] args) throws Exception {
        var topic = topic("orders", 1, Map.of());
        // How long a message may take in all: in the buffer, on the wire, in every retry.
        try (var impatient = producer(Map.of("delivery.timeout.ms", "1500", "request.timeout.ms", "1000"));
             // The buffer is measured in bytes. Where it is full, send() itself waits for room: by default for a minute.
             var patient = producer(Map.of("buffer.memory", "2048", "batch.size", "512", "max.block.ms", "2000"))) {
            impatient.partitionsFor(topic);
            patient.partitionsFor(topic);
            // The topic has one replica, and its broker no longer answers.
            try (var outage = new Outage(topic)) {
                var start = System.nanoTime();
                var outcome = outcome(send(impatient, topic, String.valueOf(MESSAGES).getBytes()));
                System.out.println("no acknowledgement in delivery.timeout.ms = " + outcome);
                System.out.println("given up after " + Duration.ofNanos(System.nanoTime() - start));

                var deliveries = new ArrayList<Future<RecordMetadata>>();
                var full = 0;
                for (var number = 0; number < MESSAGES; number++) {
                    var delivery = send(patient, topic, String.valueOf(number).getBytes());
                    while (refused(delivery)) {
                        if (full++ == 0) {
                            System.out.println("one more message than the queue holds = " + outcome(delivery));
                            System.out.println(number + " messages are in the buffer");
                            outage.close();
                        }
                        if (full > 5) {
                            throw new IllegalStateException("nothing was delivered in time");
                        }
                        delivery = send(patient, topic, String.valueOf(number).getBytes());
                    }
                    deliveries.add(delivery);
                }
                for (var delivery : deliveries) {
                    delivery.get();
                }
                System.out.println("the buffer was full " + full + " times");
            }
        }
        // Given up is not the same as not written: the answer may be all that was lost.
        var numbers = read(topic).stream().filter(number -> Integer.parseInt(number) < MESSAGES).toList();
        System.out.println("messages in the topic = " + numbers.size());
        System.out.println("different ones = " + new HashSet<>(numbers).size());

        // The producer has a limit, max.request.size; the topic has one of its own.
        try (var patient = producer(Map.of())) {
            topic = topic("small", 3, Map.of("max.message.bytes", "1000"));
            System.out.println("a message too large for the producer = " + outcome(send(patient, topic, new byte[2_000_000])));
            System.out.println("a message too large for the topic = " + outcome(send(patient, topic, new byte[5000])));
        }
    }

    static String topic(String name, int replicas, Map<String, String> settings) throws Exception {
        var topic = name + "-" + UUID.randomUUID();
        try (var admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) replicas).configs(settings))).all().get();
        }
        return topic;
    }

    static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        var settings = new HashMap<>(more);
        settings.put("bootstrap.servers", brokers);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    static Future<RecordMetadata> send(KafkaProducer<byte[], byte[]> producer, String topic, byte[] value) {
        return producer.send(new ProducerRecord<>(topic, value));
    }

    // What becomes of a message.
    static String outcome(Future<RecordMetadata> delivery) throws Exception {
        try {
            return "delivered at " + delivery.get().offset();
        } catch (ExecutionException e) {
            return reason(e.getCause());
        }
    }

    static String reason(Throwable error) {
        // The first extends the second.
        if (error instanceof BufferExhaustedException) {
            return "queue full";
        }
        if (error instanceof TimeoutException) {
            return "timed out";
        }
        return error instanceof RecordTooLargeException ? "too large" : error.toString();
    }

    static boolean refused(Future<RecordMetadata> delivery) throws Exception {
        return delivery.isDone() && outcome(delivery).equals("queue full");
    }

    // The broker that leads the topic is frozen.
    static class Outage implements AutoCloseable {
        final String service;
        boolean over;

        Outage(String topic) throws Exception {
            try (var admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
                var description = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
                service = "kafka-" + description.partitions().get(0).leader().id();
            }
            compose("pause");
        }

        @Override
        public void close() throws Exception {
            if (!over) {
                over = true;
                compose("unpause");
            }
        }

        void compose(String command) throws Exception {
            var process = new ProcessBuilder("docker", "compose", command, service).redirectErrorStream(true).start();
            var output = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) {
                throw new IllegalStateException("docker compose " + command + " failed: " + output);
            }
        }
    }

    static List<String> read(String topic) {
        var settings = Map.<String, Object>of("bootstrap.servers", brokers);
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            var partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            var end = consumer.endOffsets(List.of(partition)).get(partition);
            var values = new ArrayList<String>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofSeconds(1)).forEach(record -> values.add(record.value()));
            }
            return values;
        }
    }
}
