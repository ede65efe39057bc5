import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import com.sun.management.OperatingSystemMXBean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

class Throughput {
    static final int PARTITIONS = 12;
    static final int MESSAGES = 100_000;
    static final int SIZE = 100;

    public static void main(String[] args) throws Exception {
        var brokers = System.getenv().getOrDefault("BOOTSTRAP_SERVERS", "127.0.0.1:9092");
        var topic = "load-" + UUID.randomUUID();
        try (var admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 3))).all().get();
        }

        var settings = new HashMap<String, Object>(Map.of("bootstrap.servers", brokers, "acks", "all"));
        settings.put("enable.idempotence", "false");
        // Otherwise a request that is repeated may come after the next one.
        settings.put("max.in.flight.requests.per.connection", 1);
        // linger.ms is 0, unless told otherwise; librdkafka's is 5.
        settings.put("linger.ms", 5);
        System.out.println("acknowledged = " + produce(settings, topic));

        consume(Map.of("bootstrap.servers", brokers, "group.id", topic, "auto.offset.reset", "earliest"), topic);

        settings.put("linger.ms", 0);
        latencies(settings, topic, 2000, 1000);
    }

    static long produce(Map<String, Object> settings, String topic) {
        var acknowledged = new AtomicLong();
        var meter = new Meter();
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (long number = 0; number < MESSAGES; number++) {
                var payload = ByteBuffer.allocate(SIZE).putLong(number).array();
                // Blocks while the buffer is full.
                producer.send(new ProducerRecord<>(topic, payload), (metadata, error) -> {
                    if (error == null) acknowledged.incrementAndGet();
                });
            }
        }
        meter.print("producing");
        return acknowledged.get();
    }

    static void consume(Map<String, Object> settings, String topic) {
        var meter = new Meter();
        var next = new long[PARTITIONS];
        int seen = 0, inOrder = 0;
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            while (seen < MESSAGES) {
                var records = consumer.poll(Duration.ofSeconds(10));
                if (records.isEmpty()) throw new IllegalStateException("no message came after " + seen);
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    var number = ByteBuffer.wrap(record.value()).getLong();
                    if (number >= next[record.partition()]) inOrder++;
                    next[record.partition()] = number + 1;
                    seen++;
                }
            }
        }
        meter.print("consuming");
        System.out.println("consumed = " + seen);
        System.out.println("in the order of their partition = " + inOrder);
    }

    static void latencies(Map<String, Object> settings, String topic, int messages, int unmeasured) {
        var latencies = new ConcurrentLinkedQueue<Long>();
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            var started = System.nanoTime();
            for (var number = 0; number < unmeasured + messages; number++) {
                LockSupport.parkNanos(started + number * 1_000_000L - System.nanoTime());
                var measured = number >= unmeasured;
                var sent = System.nanoTime();
                producer.send(new ProducerRecord<>(topic, new byte[SIZE]), (metadata, error) -> {
                    if (error == null && measured) latencies.add(System.nanoTime() - sent);
                });
            }
        }
        var sorted = latencies.stream().sorted().toList();
        System.out.println("acknowledged at 1000 messages/s = " + sorted.size());
        System.out.printf("p50 %.2f ms, p99 %.2f ms%n", sorted.get(sorted.size() / 2) / 1e6, sorted.get(sorted.size() * 99 / 100) / 1e6);
    }

    static class Meter {
        final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        final long started = System.nanoTime();
        final long cpu = system.getProcessCpuTime();

        void print(String what) {
            var seconds = (System.nanoTime() - started) / 1e9;
            var micros = (system.getProcessCpuTime() - cpu) / 1e3 / MESSAGES;
            System.out.printf("%s: %.0f messages/s, %.2f µs of CPU a message%n", what, MESSAGES / seconds, micros);
        }
    }
}
