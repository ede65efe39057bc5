import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.Future;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

class EventSourcing {
    static final int SNAPSHOT_EVERY = 100;
    static final String BROKERS = System.getenv().getOrDefault("BOOTSTRAP_SERVERS", "127.0.0.1:9092");
    static final ObjectMapper JSON = new ObjectMapper();

    record Event(String kind, long cents) {}

    /** What the events of an account come to. It is never changed but by an event. */
    record Account(long balance, int events) {
        static final Account NONE = new Account(0, 0);

        /** What a command leads to, as the account stands. */
        Event decide(String command, long cents) {
            return switch (command) {
                case "open" -> new Event("opened", 0);
                case "deposit" -> new Event("deposited", cents);
                default -> new Event(cents <= balance ? "withdrawn" : "refused", cents);
            };
        }

        Account apply(Event event) {
            return switch (event.kind()) {
                case "deposited" -> new Account(balance + event.cents(), events + 1);
                case "withdrawn" -> new Account(balance - event.cents(), events + 1);
                default -> new Account(balance, events + 1);
            };
        }
    }

    /** An account as the events before an offset made it. */
    record Snapshot(Account account, long nextOffset) {}

    public static void main(String[] args) throws Exception {
        var run = UUID.randomUUID();
        var events = new TopicPartition("account-events-" + run, 0);
        var snapshots = new TopicPartition("account-snapshots-" + run, 0);
        try (var admin = Admin.create(Map.of("bootstrap.servers", BROKERS))) {
            admin.createTopics(List.of(
                new NewTopic(events.topic(), 1, (short) 3).configs(Map.of("retention.ms", "-1")),
                new NewTopic(snapshots.topic(), 1, (short) 3).configs(Map.of("cleanup.policy", "compact")))).all().get();
        }

        // The bank: it decides by the account as it stands, and writes down what happened.
        var accounts = new TreeMap<String, Account>();
        var kinds = new TreeMap<String, Integer>();
        var settings = Map.<String, Object>of("bootstrap.servers", BROKERS, "acks", "all", "enable.idempotence", true);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            var deliveries = new ArrayList<Future<RecordMetadata>>();
            for (var line : Files.readAllLines(Path.of("kafka-demo/lessons/21-event-sourcing/commands.csv"))) {
                var fields = line.split(",");
                var name = fields[1];
                var account = accounts.getOrDefault(name, Account.NONE);
                var event = account.decide(fields[0], Long.parseLong(fields[2]));
                var delivery = producer.send(new ProducerRecord<>(events.topic(), name, JSON.writeValueAsString(event)));
                deliveries.add(delivery);
                account = account.apply(event);
                accounts.put(name, account);
                kinds.merge(event.kind(), 1, Integer::sum);
                if (account.events() % SNAPSHOT_EVERY == 0) {
                    var snapshot = new Snapshot(account, delivery.get().offset() + 1);
                    deliveries.add(producer.send(new ProducerRecord<>(snapshots.topic(), name, JSON.writeValueAsString(snapshot))));
                }
            }
            for (var delivery : deliveries) {
                delivery.get();
            }
        }
        kinds.forEach((kind, count) -> System.out.println("events " + kind + " = " + count));

        // After a restart nothing is known, and all of it is read again: from the beginning, or from the snapshots.
        var rebuilt = new TreeMap<String, Account>();
        var all = read(events, 0);
        for (var record : all) {
            rebuilt.merge(record.key(), Account.NONE.apply(event(record)), (account, first) -> account.apply(event(record)));
        }
        var latest = new TreeMap<String, Snapshot>();
        for (var record : read(snapshots, 0)) {
            latest.put(record.key(), JSON.readValue(record.value(), Snapshot.class));
        }
        var from = latest.values().stream().mapToLong(Snapshot::nextOffset).min().orElse(0);
        var fromSnapshots = new TreeMap<String, Account>();
        latest.forEach((name, snapshot) -> fromSnapshots.put(name, snapshot.account()));
        var tail = read(events, from);
        for (var record : tail) {
            // The tail begins at the oldest snapshot: the others have some of it in them.
            if (record.offset() >= latest.get(record.key()).nextOffset()) {
                fromSnapshots.computeIfPresent(record.key(), (name, account) -> account.apply(event(record)));
            }
        }
        rebuilt.forEach((name, account) -> {
            System.out.println("balance of " + name + ", all events = " + account.balance());
            System.out.println("balance of " + name + ", snapshot and tail = " + fromSnapshots.get(name).balance());
            System.out.println("events of " + name + " = " + account.events());
            System.out.println("events of " + name + " after the snapshot = " + (account.events() - latest.get(name).account().events()));
        });
        System.out.println("events read, all events = " + all.size());
        System.out.println("events read, snapshot and tail = " + tail.size());

        // What a table of balances cannot tell: how it was before, and how it came to be.
        var half = new TreeMap<String, Account>();
        for (var record : all.subList(0, all.size() / 2)) {
            half.merge(record.key(), Account.NONE.apply(event(record)), (account, first) -> account.apply(event(record)));
        }
        half.forEach((name, account) -> System.out.println("balance of " + name + " at event " + all.size() / 2 + " = " + account.balance()));
        System.out.println("rebuilt as they were = " + (rebuilt.equals(accounts) && fromSnapshots.equals(accounts)));
    }

    static Event event(ConsumerRecord<String, String> record) {
        try {
            return JSON.readValue(record.value(), Event.class);
        } catch (com.fasterxml.jackson.core.JsonProcessingException broken) {
            throw new IllegalStateException(broken);
        }
    }

    /** What is in a partition from an offset to its end. */
    static List<ConsumerRecord<String, String>> read(TopicPartition partition, long from) {
        var settings = Map.<String, Object>of("bootstrap.servers", BROKERS);
        var all = new ArrayList<ConsumerRecord<String, String>>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
            var end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                var records = consumer.poll(Duration.ofSeconds(10));
                if (records.isEmpty()) throw new IllegalStateException("nothing more came in time");
                records.forEach(all::add);
            }
        }
        return all;
    }
}
