import java.time.Duration;
import java.util.*;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

class Offsets {
    static final long MESSAGES = 10;
    static final long FIRST = 1_700_000_000_000L;
    static final long MINUTE = 60_000;
    static String brokers = System.getenv().getOrDefault("BOOTSTRAP_SERVERS", "127.0.0.1:9092");
    static String topic = "orders-" + UUID.randomUUID();
    static TopicPartition partition = new TopicPartition(topic, 0);

    public static void main(String[] args) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            // Retention goes by the message's own timestamp: without this setting, those from 2023 would be deleted at once.
            var settings = Map.of("retention.ms", "-1");
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 3).configs(settings))).all().get();
        }
        var settings = Map.<String, Object>of("bootstrap.servers", brokers);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            var deliveries = new ArrayList<Future<?>>();
            for (var number = 0; number < MESSAGES; number++) {
                deliveries.add(producer.send(new ProducerRecord<>(topic, null, FIRST + number * MINUTE, null, "an order")));
            }
            for (var delivery : deliveries) {
                delivery.get();
            }
        }

        var ways = new LinkedHashMap<String, Commit>();
        ways.put("committed before the work", Commit.BEFORE);
        ways.put("committed after the work", Commit.AFTER);
        ways.put("stored after each message", Commit.STORED);
        for (var way : ways.entrySet()) {
            var name = way.getKey();
            var group = name.replace(' ', '-') + "-" + UUID.randomUUID();
            var before = work(group, way.getValue(), 7);
            var after = work(group, way.getValue(), MESSAGES);
            var lost = LongStream.range(0, MESSAGES).boxed().filter(offset -> !before.contains(offset) && !after.contains(offset)).toList();
            var repeated = before.stream().filter(after::contains).toList();
            System.out.println(name + ": done before the stop = " + list(before));
            System.out.println(name + ": done after it = " + list(after));
            System.out.println(name + ": lost = " + list(lost));
            System.out.println(name + ": repeated = " + list(repeated));
        }

        // Where a group starts is up to it.
        try (var consumer = consumer("replay-" + UUID.randomUUID())) {
            System.out.println("first message of a new group = " + next(consumer));
            consumer.seek(partition, 8);
            System.out.println("after seek to 8 = " + next(consumer));
            consumer.seekToBeginning(List.of(partition));
            System.out.println("after seek to the beginning = " + next(consumer));
            var offsets = consumer.offsetsForTimes(Map.of(partition, FIRST + 6 * MINUTE + 1));
            System.out.println("first offset after six minutes = " + offsets.get(partition).offset());

            // Asynchronously on the way, where a later commit makes up for one that failed; synchronously at the end.
            consumer.commitAsync(Map.of(partition, new OffsetAndMetadata(3)), null);
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(4)));
            var committed = consumer.committed(Set.of(partition)).get(partition).offset();
            var end = consumer.endOffsets(List.of(partition)).get(partition);
            System.out.println("committed offset = " + committed);
            System.out.println("end of the partition = " + end);
            System.out.println("consumer lag = " + (end - committed));
        }
    }

    enum Commit { BEFORE, AFTER, STORED }

    static KafkaConsumer<String, String> consumer(String group) {
        var settings = Map.<String, Object>of(
            "bootstrap.servers", brokers,
            "group.id", group,
            "auto.offset.reset", "earliest",
            "enable.auto.commit", "false",
            "max.poll.records", "5");
        var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
        // The only partition, without the group's other members: the group but keeps the offset.
        consumer.assign(List.of(partition));
        return consumer;
    }

    // Works on batches of five to the end of the partition, or until it is stopped before the message at `stop`.
    static List<Long> work(String group, Commit commit, long stop) {
        var done = new ArrayList<Long>();
        var stored = new HashMap<TopicPartition, OffsetAndMetadata>();
        try (var consumer = consumer(group)) {
            while (consumer.position(partition) < MESSAGES) {
                var batch = consumer.poll(Duration.ofSeconds(10));
                if (batch.isEmpty()) {
                    throw new IllegalStateException("no message came in time");
                }
                if (commit == Commit.BEFORE) {
                    consumer.commitSync();
                }
                for (ConsumerRecord<String, String> record : batch) {
                    // The consumer is closed. What is not committed yet stays so, as in a crash; but what is stored is
                    // committed, as an orderly end does.
                    if (record.offset() == stop) {
                        consumer.commitSync(stored);
                        return done;
                    }
                    done.add(record.offset());
                    // Java has no store of offsets beside the positions: the application keeps them.
                    if (commit == Commit.STORED) {
                        stored.put(partition, new OffsetAndMetadata(record.offset() + 1));
                    }
                }
                if (commit == Commit.AFTER) {
                    consumer.commitSync();
                }
            }
            consumer.commitSync(stored);
        }
        return done;
    }

    static long next(KafkaConsumer<String, String> consumer) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(10))) {
            return record.offset();
        }
        throw new IllegalStateException("no message came in time");
    }

    static String list(List<Long> offsets) {
        return offsets.isEmpty() ? "none" : offsets.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }
}
