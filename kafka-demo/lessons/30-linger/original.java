import java.util.*;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

class Linger {
    static final int MESSAGES = 2000;
    static final int UNMEASURED = 500;
    static final int PER_SECOND = 1000;

    public static void main(String[] args) throws Exception {
        var brokers = System.getenv().getOrDefault("BOOTSTRAP_SERVERS", "127.0.0.1:9092");
        var topic = "prices-" + UUID.randomUUID();
        try (var admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.createTopics(List.of(new NewTopic(topic, 3, (short) 3))).all().get();
        }

        var settings = new HashMap<String, Object>(Map.of("bootstrap.servers", brokers, "acks", "all"));
        // Without idempotence, which allows no more than 5 requests in flight.
        settings.put("enable.idempotence", "false");
        latencies("linger.ms 0, requests without limit", topic, settings, 0, 1_000_000);
        latencies("linger.ms 0, 5 requests in flight", topic, settings, 0, 5);
        latencies("linger.ms 0, 1 request in flight", topic, settings, 0, 1);
        latencies("linger.ms 1", topic, settings, 1, 1_000_000);
        latencies("linger.ms 5", topic, settings, 5, 1_000_000);
        settings.put("enable.idempotence", "true");
        // This is what a Java producer does unless told otherwise.
        latencies("linger.ms 0, idempotent", topic, settings, 0, 5);
        latencies("linger.ms 5, idempotent", topic, settings, 5, 5);
    }

    static void latencies(String way, String topic, Map<String, Object> settings, int linger, int inFlight) {
        settings.put("linger.ms", linger);
        settings.put("max.in.flight.requests.per.connection", inFlight);
        var latencies = new ConcurrentLinkedQueue<Long>();
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            var started = System.nanoTime();
            for (var number = 0; number < UNMEASURED + MESSAGES; number++) {
                LockSupport.parkNanos(started + number * (1_000_000_000L / PER_SECOND) - System.nanoTime());
                var measured = number >= UNMEASURED;
                var sent = System.nanoTime();
                producer.send(new ProducerRecord<>(topic, new byte[100]), (metadata, error) -> {
                    if (error == null && measured) latencies.add(System.nanoTime() - sent);
                });
            }
        }
        var sorted = latencies.stream().sorted().toList();
        System.out.println(way + ": acknowledged = " + sorted.size());
        System.out.printf("p50 %.1f ms, p99 %.1f ms%n", sorted.get(sorted.size() / 2) / 1e6, sorted.get(sorted.size() * 99 / 100) / 1e6);
    }
}
