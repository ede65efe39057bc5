import java.time.Duration;
import java.time.Instant;
import java.util.*;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

class RetentionAndCompaction {
    static final long MINUTE = 60_000;
    static String brokers = System.getenv().getOrDefault("BOOTSTRAP_SERVERS", "127.0.0.1:9092");

    public static void main(String[] args) throws Exception {
        var now = System.currentTimeMillis();
        var settings = Map.<String, Object>of("bootstrap.servers", brokers);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
             var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            // What is deleted or compacted is whole segments, and never the one that is written to. With each message
            // that is a minute younger than the first of its segment, a new segment begins.
            var topic = topic("readings", Map.of("retention.ms", "1800000", "segment.ms", "60000"));
            var partition = List.of(new TopicPartition(topic, 0));
            for (var number = 0; number < 5; number++) {
                send(producer, topic, "old", number, now - 60 * MINUTE);
            }
            for (var number = 5; number < 10; number++) {
                send(producer, topic, "young", number, now);
            }
            var deadline = Instant.now().plusSeconds(10);
            long low;
            while ((low = consumer.beginningOffsets(partition).get(partition.get(0))) == 0) {
                if (Instant.now().isAfter(deadline)) {
                    throw new IllegalStateException("retention deleted nothing in time");
                }
                Thread.sleep(200);
            }
            System.out.println("low watermark after half an hour's retention = " + low);
            System.out.println("high watermark = " + consumer.endOffsets(partition).get(partition.get(0)));
            System.out.println("what is left = " + list(read(consumer, topic)));

            topic = topic("balances", Map.of(
                "cleanup.policy", "compact",
                "segment.ms", "60000",
                // As soon as a hundredth of the log is not compacted; by default, half of it.
                "min.cleanable.dirty.ratio", "0.01",
                // How long a consumer that lags has the chance to see a tombstone: by default, a day.
                "delete.retention.ms", "0"));
            send(producer, topic, "alice", 1, now - 60 * MINUTE);
            send(producer, topic, "bob", 1, now - 60 * MINUTE);
            send(producer, topic, "carol", 1, now - 60 * MINUTE);
            send(producer, topic, "alice", 2, now - 60 * MINUTE);
            send(producer, topic, "bob", null, now - 60 * MINUTE);
            send(producer, topic, "alice", 3, now - 60 * MINUTE);
            send(producer, topic, "dave", 1, now - 30 * MINUTE);
            var kept = readUntil(consumer, topic, records ->
                records.stream().map(ConsumerRecord::key).distinct().count() == records.size());
            System.out.println("after compaction = " + list(kept));
            // A tombstone outlives the compaction that first meets it. The next comes with the next segment.
            send(producer, topic, "erin", 1, now);
            kept = readUntil(consumer, topic, records -> records.stream().allMatch(record -> record.value() != null));
            System.out.println("after the next = " + list(kept));
        }
    }

    static String topic(String name, Map<String, String> settings) throws Exception {
        var topic = name + "-" + UUID.randomUUID();
        try (var admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 3).configs(settings))).all().get();
        }
        return topic;
    }

    static void send(KafkaProducer<String, String> producer, String topic, String key, Integer value, long timestamp) throws Exception {
        producer.send(new ProducerRecord<>(topic, null, timestamp, key, value == null ? null : value.toString())).get();
    }

    static List<ConsumerRecord<String, String>> readUntil(
            KafkaConsumer<String, String> consumer, String topic, Predicate<List<ConsumerRecord<String, String>>> enough) throws Exception {
        for (var deadline = Instant.now().plusSeconds(10); Instant.now().isBefore(deadline); Thread.sleep(200)) {
            var kept = read(consumer, topic);
            if (enough.test(kept)) {
                return kept;
            }
        }
        throw new IllegalStateException("nothing was compacted in time");
    }

    // All that is in the topic, up to its high watermark.
    static List<ConsumerRecord<String, String>> read(KafkaConsumer<String, String> consumer, String topic) {
        var partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        var high = consumer.endOffsets(List.of(partition)).get(partition);
        var records = new ArrayList<ConsumerRecord<String, String>>();
        while (consumer.position(partition) < high) {
            var polled = consumer.poll(Duration.ofSeconds(10));
            if (polled.isEmpty()) {
                throw new IllegalStateException("no message came in time");
            }
            polled.forEach(records::add);
        }
        return records;
    }

    static String list(List<ConsumerRecord<String, String>> records) {
        return records.stream()
            .map(record -> record.offset() + ": " + record.key() + " " + record.value())
            .collect(Collectors.joining(", "));
    }
}
