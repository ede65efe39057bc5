import java.time.Duration;
import java.time.Instant;
import java.util.*;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

class ConsumerGroups {
    static final int PARTITIONS = 6;
    static final int ROUND = 60;
    static String brokers = System.getenv().getOrDefault("BOOTSTRAP_SERVERS", "127.0.0.1:9092");
    static String topic = "orders-" + UUID.randomUUID();

    public static void main(String[] args) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 3))).all().get();
        }
        var settings = Map.<String, Object>of("bootstrap.servers", brokers);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
             var group = new Group("billing"); var other = new Group("shipping")) {
            group.join("first");
            group.settle(1);
            group.round(producer, 1);
            group.join("second");
            group.settle(2);
            group.round(producer, 2);
            group.join("third");
            group.settle(3);
            group.round(producer, 3);
            group.leave("third");
            group.settle(4);
            group.round(producer, 4);
            System.out.println("messages read by the group = " + group.read.size());
            System.out.println("of these, read twice = " + group.twice);

            other.join("only");
            for (var deadline = Instant.now().plusSeconds(30); other.read.size() < 4 * ROUND; ) {
                other.poll(deadline);
            }
            System.out.println("messages read by another group = " + other.read.size());
        }
    }

    static class Member implements ConsumerRebalanceListener {
        KafkaConsumer<String, String> consumer;
        int held, revoked, read;

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            held -= partitions.size();
            revoked += partitions.size();
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            held += partitions.size();
        }
    }

    static class Group implements AutoCloseable {
        final String id;
        final Map<String, Member> members = new TreeMap<>();
        final Set<String> read = new HashSet<>();
        int twice;

        Group(String name) {
            id = name + "-" + UUID.randomUUID();
        }

        void join(String name) {
            var settings = Map.<String, Object>of(
                "bootstrap.servers", brokers,
                "group.id", id,
                "auto.offset.reset", "earliest",
                "enable.auto.commit", "false",
                "partition.assignment.strategy", CooperativeStickyAssignor.class.getName(),
                "session.timeout.ms", "6000",
                "heartbeat.interval.ms", "300");
            var member = new Member();
            member.consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
            member.consumer.subscribe(List.of(topic), member);
            members.put(name, member);
        }

        void leave(String name) {
            members.remove(name).consumer.close();
        }

        // A KafkaConsumer belongs to one thread; this one serves all members in turn.
        void poll(Instant deadline) {
            if (Instant.now().isAfter(deadline)) {
                throw new IllegalStateException("the group did not get on in time");
            }
            for (var member : members.values()) {
                for (var record : member.consumer.poll(Duration.ofMillis(50))) {
                    member.read++;
                    if (!read.add(record.partition() + "/" + record.offset())) {
                        twice++;
                    }
                }
            }
        }

        // Waits until every partition has a member and every member a partition.
        void settle(int round) {
            members.values().forEach(member -> member.revoked = 0);
            var deadline = Instant.now().plusSeconds(30);
            while (members.values().stream().mapToInt(member -> member.held).sum() < PARTITIONS
                || members.values().stream().anyMatch(member -> member.held == 0)) {
                poll(deadline);
            }
            var revoked = members.values().stream().mapToInt(member -> member.revoked).sum();
            System.out.println("partitions held in round " + round + " = " + sorted(member -> member.held));
            System.out.println("partitions taken from a member in round " + round + " = " + revoked);
        }

        void round(KafkaProducer<String, String> producer, int round) throws Exception {
            var deliveries = new ArrayList<Future<?>>();
            for (var number = 0; number < ROUND; number++) {
                deliveries.add(producer.send(new ProducerRecord<>(topic, number % PARTITIONS, null, "an order")));
            }
            for (var delivery : deliveries) {
                delivery.get();
            }
            members.values().forEach(member -> member.read = 0);
            var deadline = Instant.now().plusSeconds(30);
            while (members.values().stream().mapToInt(member -> member.read).sum() < ROUND) {
                poll(deadline);
            }
            members.values().forEach(member -> member.consumer.commitSync());
            System.out.println("messages read in round " + round + " = " + sorted(member -> member.read));
        }

        String sorted(java.util.function.ToIntFunction<Member> count) {
            return members.values().stream().mapToInt(count).sorted().mapToObj(String::valueOf).collect(Collectors.joining(" "));
        }

        @Override
        public void close() {
            members.values().forEach(member -> member.consumer.close());
        }
    }
}
