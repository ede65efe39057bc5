import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.*;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

class Metrics {
    static final int HIGH = 90;
    static final int LOW = 75;
    static final int IN_A_ROW = 3;
    static final String BROKERS = System.getenv().getOrDefault("BOOTSTRAP_SERVERS", "127.0.0.1:9092");
    static final ObjectMapper JSON = new ObjectMapper();

    /** What a host's processor did in a minute. The mean is in tenths of a percent. */
    record Minute(long start, int samples, int mean, int max) {}

    static class Window {
        final long start;
        int samples, sum, max;

        Window(long start) {
            this.start = start;
        }

        Minute close() {
            return new Minute(start, samples, sum * 10 / samples, max);
        }
    }

    static class Watch {
        int high, low;
        boolean raised;

        /** Raised once, when it was high for long enough; cleared once, when it was low for as long. */
        String look(int mean) {
            high = mean > HIGH * 10 ? high + 1 : 0;
            low = mean < LOW * 10 ? low + 1 : 0;
            if (!raised && high == IN_A_ROW) {
                raised = true;
                return "raised";
            }
            if (raised && low == IN_A_ROW) {
                raised = false;
                return "cleared";
            }
            return null;
        }
    }

    public static void main(String[] args) throws Exception {
        var run = UUID.randomUUID();
        var metrics = "metrics-" + run;
        var minutes = "minutes-" + run;
        var alerts = "alerts-" + run;
        // Kept for ever: Kafka counts age from the timestamp, and what happened long ago would be gone at once.
        var keep = Map.of("retention.ms", "-1");
        try (var admin = Admin.create(Map.of("bootstrap.servers", BROKERS))) {
            admin.createTopics(List.of(
                new NewTopic(metrics, 3, (short) 3).configs(keep),
                new NewTopic(minutes, 3, (short) 3).configs(keep),
                new NewTopic(alerts, 1, (short) 3).configs(keep))).all().get();
        }

        // Many small messages, of which one may be lost: large batches, packed, acknowledged by the leader alone.
        var settings = Map.<String, Object>of("bootstrap.servers", BROKERS, "acks", "1", "linger.ms", 20, "compression.type", "lz4");
        var lines = Files.readAllLines(Path.of("kafka-demo/lessons/19-metrics/metrics.csv"));
        try (var agent = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (var line : lines) {
                var fields = line.split(",");
                var at = Long.parseLong(fields[0]) * 1000;
                agent.send(new ProducerRecord<>(metrics, null, at, fields[1], fields[2]));
            }
        }

        settings = Map.of("bootstrap.servers", BROKERS, "enable.idempotence", true);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            // A host's samples are in order, so the first one of the next minute ends a window.
            var open = new TreeMap<String, Window>();
            var means = new TreeMap<String, List<String>>();
            var closed = new ArrayList<Map.Entry<String, Minute>>();
            for (var record : read(metrics, lines.size())) {
                var host = record.key();
                var start = record.timestamp() - record.timestamp() % 60_000;
                var window = open.get(host);
                if (window == null || window.start != start) {
                    if (window != null) closed.add(Map.entry(host, window.close()));
                    window = new Window(start);
                    open.put(host, window);
                }
                var percent = Integer.parseInt(record.value());
                window.samples++;
                window.sum += percent;
                window.max = Math.max(window.max, percent);
            }
            open.forEach((host, window) -> closed.add(Map.entry(host, window.close())));
            for (var entry : closed) {
                var minute = entry.getValue();
                means.computeIfAbsent(entry.getKey(), host -> new ArrayList<>()).add(minute.mean() / 10 + "." + minute.mean() % 10);
                producer.send(new ProducerRecord<>(minutes, null, minute.start(), entry.getKey(), JSON.writeValueAsString(minute)));
            }
            System.out.println("samples = " + lines.size());
            System.out.println("minutes = " + closed.size());
            means.forEach((host, list) -> System.out.println("means of " + host + " = " + String.join(" ", list)));

            var watches = new HashMap<String, Watch>();
            var over = new TreeMap<String, Integer>();
            var sent = 0;
            for (var record : read(minutes, closed.size())) {
                var host = record.key();
                var minute = JSON.readValue(record.value(), Minute.class);
                over.merge(host, minute.mean() > HIGH * 10 ? 1 : 0, Integer::sum);
                var change = watches.computeIfAbsent(host, any -> new Watch()).look(minute.mean());
                if (change != null) {
                    producer.send(new ProducerRecord<>(alerts, null, minute.start() + 60_000, host, change));
                    sent++;
                }
            }
            producer.flush();
            System.out.println("alerts = " + sent);

            var pager = new TreeMap<String, List<String>>();
            for (var record : read(alerts, sent)) {
                var minute = record.timestamp() / 60_000 % (24 * 60);
                var time = String.format("%02d:%02d", minute / 60, minute % 60);
                pager.computeIfAbsent(record.key(), host -> new ArrayList<>()).add(time + " " + record.value());
            }
            over.forEach((host, count) -> {
                System.out.println("minutes of " + host + " over " + HIGH + " % = " + count);
                System.out.println("alerts of " + host + " = " + pager.getOrDefault(host, List.of("none")).stream().collect(Collectors.joining(", ")));
            });
        }
    }

    static List<ConsumerRecord<String, String>> read(String topic, int count) {
        var settings = Map.<String, Object>of("bootstrap.servers", BROKERS, "group.id", topic, "auto.offset.reset", "earliest");
        var all = new ArrayList<ConsumerRecord<String, String>>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            while (all.size() < count) {
                var records = consumer.poll(Duration.ofSeconds(10));
                if (records.isEmpty()) throw new IllegalStateException("nothing came in time");
                records.forEach(all::add);
            }
        }
        return all;
    }
}
