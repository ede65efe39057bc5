import java.time.Duration;
import java.util.*;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

class Transactions {
    static final int PAYMENTS = 6;
    static String brokers = System.getenv().getOrDefault("BOOTSTRAP_SERVERS", "127.0.0.1:9092");
    static String run = UUID.randomUUID().toString();
    static String payments = "payments-" + run;
    static String receipts = "receipts-" + run;
    static TopicPartition partition = new TopicPartition(payments, 0);

    public static void main(String[] args) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.createTopics(List.of(new NewTopic(payments, 1, (short) 3), new NewTopic(receipts, 1, (short) 3))).all().get();
        }
        var settings = Map.<String, Object>of("bootstrap.servers", brokers);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            var deliveries = new ArrayList<Future<?>>();
            for (var number = 0; number < PAYMENTS; number++) {
                deliveries.add(producer.send(new ProducerRecord<>(payments, String.valueOf(number))));
            }
            for (var delivery : deliveries) {
                delivery.get();
            }
        }

        // Closing a producer aborts what it has open, as dropping the transaction does in Rust.
        try (var first = transactional()) {
            try (var consumer = consumer()) {
                first.beginTransaction();
                writeReceipts(first, consumer, 2);
                first.sendOffsetsToTransaction(positions(consumer), consumer.groupMetadata());
                first.commitTransaction();
                System.out.println("committed offset after the commit = " + committed(consumer));

                first.beginTransaction();
                writeReceipts(first, consumer, 2);
                first.sendOffsetsToTransaction(positions(consumer), consumer.groupMetadata());
                first.abortTransaction();
                System.out.println("committed offset after the abort = " + committed(consumer));
                // The abort takes back the offsets of the group, but not the position of this consumer.
                consumer.seek(partition, 2);

                // Between the last write and the commit, the first one hangs; another with its transactional.id takes its place.
                first.beginTransaction();
                writeReceipts(first, consumer, 2);
                first.sendOffsetsToTransaction(positions(consumer), consumer.groupMetadata());
            }
            try (var second = transactional(); var consumer = consumer()) {
                second.beginTransaction();
                writeReceipts(second, consumer, PAYMENTS);
                second.sendOffsetsToTransaction(positions(consumer), consumer.groupMetadata());
                second.commitTransaction();
            }
            var zombiesCommit = "done";
            try {
                first.commitTransaction();
            } catch (ProducerFencedException e) {
                zombiesCommit = "fenced";
            }
            System.out.println("the zombie's commit = " + zombiesCommit);
        }

        for (var isolation : List.of("read_committed", "read_uncommitted")) {
            System.out.println("receipts seen by " + isolation + " = " + read(isolation));
        }
    }

    static KafkaProducer<String, String> transactional() {
        var settings = Map.<String, Object>of("bootstrap.servers", brokers, "transactional.id", "receipt-writer-" + run);
        var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
        // Aborts what another with this id left open, and fences it.
        producer.initTransactions();
        return producer;
    }

    static KafkaConsumer<String, String> consumer() {
        var settings = Map.<String, Object>of(
            "bootstrap.servers", brokers,
            "group.id", "receipt-writers-" + run,
            "auto.offset.reset", "earliest",
            "enable.auto.commit", "false",
            "isolation.level", "read_committed",
            // So that a poll takes no more than the transaction is to have.
            "max.poll.records", "1");
        var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
        consumer.subscribe(List.of(payments));
        return consumer;
    }

    // Writes receipts of the next payments: of so many, or to the last.
    static void writeReceipts(KafkaProducer<String, String> producer, KafkaConsumer<String, String> consumer, int most) throws Exception {
        for (var written = 0; written < most; written++) {
            var polled = consumer.poll(Duration.ofSeconds(10));
            if (polled.isEmpty()) {
                throw new IllegalStateException("no payment came in time");
            }
            for (ConsumerRecord<String, String> payment : polled) {
                producer.send(new ProducerRecord<>(receipts, payment.value())).get();
                if (payment.offset() + 1 == PAYMENTS) {
                    return;
                }
            }
        }
    }

    static Map<TopicPartition, OffsetAndMetadata> positions(KafkaConsumer<String, String> consumer) {
        return Map.of(partition, new OffsetAndMetadata(consumer.position(partition)));
    }

    static String committed(KafkaConsumer<String, String> consumer) {
        var committed = consumer.committed(Set.of(partition)).get(partition);
        return committed == null ? "none" : String.valueOf(committed.offset());
    }

    // All that a consumer sees in the topic, to its end.
    static String read(String isolation) {
        var settings = Map.<String, Object>of("bootstrap.servers", brokers, "isolation.level", isolation);
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            var topic = List.of(new TopicPartition(receipts, 0));
            consumer.assign(topic);
            consumer.seekToBeginning(topic);
            var end = consumer.endOffsets(topic).get(topic.get(0));
            var seen = new ArrayList<String>();
            while (consumer.position(topic.get(0)) < end) {
                consumer.poll(Duration.ofSeconds(1)).forEach(record -> seen.add(record.value()));
            }
            return seen.stream().collect(Collectors.joining(" "));
        }
    }
}
