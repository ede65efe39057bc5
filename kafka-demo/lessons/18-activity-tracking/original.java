import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.*;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

class ActivityTracking {
    static final Path FOLDER = Path.of("kafka-demo/lessons/18-activity-tracking");
    static final Duration GAP = Duration.ofMinutes(30);
    static final String BROKERS = System.getenv().getOrDefault("BOOTSTRAP_SERVERS", "127.0.0.1:9092");
    static final ObjectMapper JSON = new ObjectMapper();

    record Event(long at, String user, String kind, String what) {}

    static class Session {
        final String user;
        final long start;
        long end;
        int events;

        Session(String user, long start) {
            this.user = user;
            this.start = start;
        }

        long minutes() {
            return (end - start) / 60_000;
        }
    }

    public static void main(String[] args) throws Exception {
        var users = "users-" + UUID.randomUUID();
        var activity = "activity-" + UUID.randomUUID();
        try (var admin = Admin.create(Map.of("bootstrap.servers", BROKERS))) {
            admin.createTopics(List.of(
                new NewTopic(users, 1, (short) 3).configs(Map.of("cleanup.policy", "compact")),
                // Kept for ever: Kafka counts age from the timestamp, and what happened long ago would be gone at once.
                new NewTopic(activity, 6, (short) 3).configs(Map.of("retention.ms", "-1")))).all().get();
        }

        var settings = Map.<String, Object>of("bootstrap.servers", BROKERS, "enable.idempotence", true);
        var all = Files.readAllLines(FOLDER.resolve("users.csv"));
        var events = Files.readAllLines(FOLDER.resolve("activity.jsonl"));
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (var line : all) {
                var user = line.split(",");
                producer.send(new ProducerRecord<>(users, user[0], user[1]));
            }
            for (var line : events) {
                // By the user, so that what one does stays in order; at the time when it was done.
                var event = JSON.readValue(line, Event.class);
                producer.send(new ProducerRecord<>(activity, null, event.at(), event.user(), line));
            }
        }

        var segments = new HashMap<String, String>();
        for (var record : read(users, all.size())) {
            segments.put(record.key(), record.value());
        }
        var views = new TreeMap<String, Integer>();
        var bySegment = new TreeMap<String, Integer>();
        var searches = new TreeMap<String, Integer>();
        var partitions = new HashMap<String, Set<Integer>>();
        var outOfOrder = new HashSet<String>();
        var open = new TreeMap<String, Session>();
        var sessions = new ArrayList<Session>();
        for (var record : read(activity, events.size())) {
            var event = JSON.readValue(record.value(), Event.class);
            partitions.computeIfAbsent(event.user(), user -> new HashSet<>()).add(record.partition());
            bySegment.merge(segments.get(event.user()), 1, Integer::sum);
            switch (event.kind()) {
                case "view" -> views.merge(event.what(), 1, Integer::sum);
                case "search" -> searches.merge(event.what(), 1, Integer::sum);
                default -> {}
            }
            var session = open.get(event.user());
            if (session != null && event.at() < session.end) {
                outOfOrder.add(event.user());
            }
            if (session == null || event.at() - session.end > GAP.toMillis()) {
                if (session != null) sessions.add(session);
                session = new Session(event.user(), event.at());
                open.put(event.user(), session);
            }
            session.end = event.at();
            session.events++;
        }
        sessions.addAll(open.values());

        System.out.println("users = " + partitions.size());
        System.out.println("users in more than one partition = " + partitions.values().stream().filter(p -> p.size() > 1).count());
        System.out.println("users whose events came out of order = " + outOfOrder.size());
        views.forEach((page, count) -> System.out.println("views of " + page + " = " + count));
        searches.forEach((words, count) -> System.out.println("searches for " + words + " = " + count));
        bySegment.forEach((segment, count) -> System.out.println("events of " + segment + " users = " + count));
        System.out.println("sessions = " + sessions.size());
        System.out.println("sessions of one event = " + sessions.stream().filter(session -> session.events == 1).count());
        var longest = sessions.stream().max(Comparator.comparing(Session::minutes).thenComparing(session -> session.user)).get();
        System.out.println("longest session = " + longest.user + ", " + longest.minutes() + " min, " + longest.events + " events");
    }

    static List<ConsumerRecord<String, String>> read(String topic, int count) {
        var settings = Map.<String, Object>of("bootstrap.servers", BROKERS, "group.id", topic, "auto.offset.reset", "earliest");
        var all = new ArrayList<ConsumerRecord<String, String>>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            while (all.size() < count) {
                var records = consumer.poll(Duration.ofSeconds(10));
                if (records.isEmpty()) throw new IllegalStateException("no event came in time");
                records.forEach(all::add);
            }
        }
        return all;
    }
}
