import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

class ConsumeBatch {
    static final int PARTITIONS = 12;
    static final int MESSAGES = 100_000;
    static final int SIZE = 100;
    static String brokers = System.getenv().getOrDefault("BOOTSTRAP_SERVERS", "127.0.0.1:9092");
    static String topic = "load-" + UUID.randomUUID();
    static Set<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
            .mapToObj(number -> new TopicPartition(topic, number)).collect(Collectors.toSet());

    public static void main(String[] args) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 3))).all().get();
        }
        var acknowledged = new AtomicLong();
        var settings = Map.<String, Object>of("bootstrap.servers", brokers);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (long number = 0; number < MESSAGES; number++) {
                var payload = ByteBuffer.allocate(SIZE).putLong(number).array();
                producer.send(new ProducerRecord<>(topic, payload), (metadata, error) -> {
                    if (error == null) acknowledged.incrementAndGet();
                });
            }
        }
        System.out.println("acknowledged = " + acknowledged);

        try (var consumer = consumer(1)) {
            consume("a message a call", consumer);
        }
        try (var consumer = consumer(500)) {
            var most = consume("a batch a call", consumer);
            System.out.println("most messages of a call = " + most);
            // The position is behind what poll returned, so that what is committed within a batch says that all of it is
            // done.
            consumer.commitSync();
            var committed = consumer.committed(partitions).values();
            System.out.println("committed = " + committed.stream().mapToLong(OffsetAndMetadata::offset).sum());
        }
    }

    static KafkaConsumer<byte[], byte[]> consumer(int maxPollRecords) {
        var settings = Map.<String, Object>of("bootstrap.servers", brokers, "group.id", topic,
                "enable.auto.commit", false, "max.poll.records", maxPollRecords);
        var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    static int consume(String way, KafkaConsumer<byte[], byte[]> consumer) {
        var started = System.nanoTime();
        var next = new long[PARTITIONS];
        int seen = 0, inOrder = 0, most = 0;
        while (seen < MESSAGES) {
            var records = consumer.poll(Duration.ofSeconds(10));
            if (records.isEmpty()) throw new IllegalStateException("no message came after " + seen);
            most = Math.max(most, records.count());
            for (ConsumerRecord<byte[], byte[]> record : records) {
                var number = ByteBuffer.wrap(record.value()).getLong();
                if (number >= next[record.partition()]) inOrder++;
                next[record.partition()] = number + 1;
                seen++;
            }
        }
        System.out.printf("%s: %.0f messages/s%n", way, seen / ((System.nanoTime() - started) / 1e9));
        System.out.println(way + ": in the order of their partition = " + inOrder);
        return most;
    }
}
