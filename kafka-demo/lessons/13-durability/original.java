import java.time.Duration;
import java.util.*;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

class Durability {
    static final String BROKERS = System.getenv().getOrDefault("BOOTSTRAP_SERVERS", "127.0.0.1:9092");
    static final int PARTITIONS = 3;
    static final int MESSAGES = 1000;

    record Message(int partition, long offset, String key, String value) {}

    public static void main(String[] args) throws Exception {
        var topic = "orders-" + UUID.randomUUID();
        try (var admin = Admin.create(Map.of("bootstrap.servers", BROKERS))) {
            admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 3))).all().get();
        }
        var settings = Map.<String, Object>of("bootstrap.servers", BROKERS, "acks", "all");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            var deliveries = new ArrayList<Future<RecordMetadata>>();
            for (var number = 0; number < MESSAGES; number++) {
                deliveries.add(producer.send(new ProducerRecord<>(topic, "customer-" + number % 100, "order " + number)));
            }
            for (var delivery : deliveries) {
                delivery.get();
            }
            System.out.println("messages acknowledged = " + deliveries.size());
        }

        var before = read(topic);
        var position = new TreeMap<TopicPartition, OffsetAndMetadata>(Comparator.comparing(TopicPartition::partition));
        for (var partition = 0; partition < PARTITIONS; partition++) {
            var wanted = partition;
            var inIt = before.stream().filter(message -> message.partition == wanted).count();
            System.out.println("messages in partition " + partition + " = " + inIt);
            position.put(new TopicPartition(topic, partition), new OffsetAndMetadata(100 + partition));
        }
        var group = "billing-" + topic;
        try (var consumer = consumer(group)) {
            consumer.commitSync(position);
        }

        // Killed, not stopped: nothing is flushed in order.
        compose("kill", "kafka-1", "kafka-2", "kafka-3");
        System.out.println("brokers killed = 3");
        compose("up", "--detach", "--wait");

        var after = read(topic);
        System.out.println("messages afterwards = " + after.size());
        var same = before.stream().filter(after::contains).count();
        System.out.println("with the same partition, offset, key and value = " + same);
        try (var consumer = consumer(group)) {
            var committed = consumer.committed(position.keySet());
            for (var partition : position.keySet()) {
                var offset = committed.get(partition).offset();
                System.out.println("the group's position in partition " + partition.partition() + " = " + offset);
            }
        }
    }

    static KafkaConsumer<String, String> consumer(String group) {
        var settings = Map.<String, Object>of("bootstrap.servers", BROKERS, "group.id", group, "enable.auto.commit", false);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    /** Reads the topic from its beginning to its end. */
    static Set<Message> read(String topic) {
        try (var consumer = consumer("readers-" + topic)) {
            var partitions = new ArrayList<TopicPartition>();
            for (var partition = 0; partition < PARTITIONS; partition++) {
                partitions.add(new TopicPartition(topic, partition));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            var messages = new HashSet<Message>();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofSeconds(1)).forEach(record ->
                    messages.add(new Message(record.partition(), record.offset(), record.key(), record.value())));
            }
            return messages;
        }
    }

    static void compose(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("docker", "compose"));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes());
        if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new IllegalStateException(String.join(" ", command) + " failed: " + output);
        }
    }
}
