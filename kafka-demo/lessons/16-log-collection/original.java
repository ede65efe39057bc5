import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.function.Function;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

class LogCollection {
    static final Path DATA = Path.of("kafka-demo/lessons/16-log-collection");
    static final List<String> LOGS = List.of("web-1.log", "web-2.log");
    static final String BROKERS = System.getenv().getOrDefault("BOOTSTRAP_SERVERS", "127.0.0.1:9092");
    static final ObjectMapper JSON = new ObjectMapper();

    /** How far a log is shipped: up to an offset in the file that begins with this line, so many bytes in all. */
    record Position(String first, int offset, long shipped) {}

    /** Ships lines from where the one before it left off. */
    static class Collector implements AutoCloseable {
        final Path folder;
        final String topic;
        final Path state;
        final Map<String, Position> positions;
        final KafkaProducer<String, String> producer;

        Collector(Path folder, String topic) throws Exception {
            this.folder = folder;
            this.topic = topic;
            state = folder.resolve("positions.json");
            positions = Files.exists(state) ? JSON.readValue(state.toFile(), new TypeReference<>() {}) : new HashMap<>();
            var settings = Map.<String, Object>of("bootstrap.servers", BROKERS, "acks", "all", "enable.idempotence", true);
            producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
        }

        /** Ships every line that is whole, and tells how many. */
        int ship() throws Exception {
            var deliveries = new ArrayList<Future<RecordMetadata>>();
            for (var log : LOGS) {
                var position = positions.getOrDefault(log, new Position("", 0, 0));
                for (var file : unread(log, position)) {
                    var first = firstLine(file);
                    if (first.isEmpty()) continue;
                    var offset = first.equals(position.first()) ? position.offset() : 0;
                    var bytes = Files.readAllBytes(file);
                    var text = new String(bytes, offset, bytes.length - offset, StandardCharsets.UTF_8);
                    var shipped = position.shipped();
                    for (var line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
                        var record = new ProducerRecord<>(topic, log, line);
                        record.headers().add("position", String.valueOf(shipped).getBytes());
                        deliveries.add(producer.send(record));
                        var length = line.getBytes(StandardCharsets.UTF_8).length + 1;
                        offset += length;
                        shipped += length;
                    }
                    position = new Position(first, offset, shipped);
                }
                positions.put(log, position);
            }
            for (var delivery : deliveries) {
                delivery.get();
            }
            return deliveries.size();
        }

        /** Once all is acknowledged, and not before. Whoever is killed in between ships the same lines again. */
        void save() throws Exception {
            var draft = folder.resolve("positions.draft");
            JSON.writeValue(draft.toFile(), positions);
            Files.move(draft, state, StandardCopyOption.ATOMIC_MOVE);
        }

        /**
         * The log's files from the one that is not all shipped to the live one. A file is known by its first line: when it is
         * renamed it has another name, when it is copied another inode.
         */
        List<Path> unread(String log, Position position) throws Exception {
            var files = new ArrayList<Path>();
            for (var number = 0; Files.exists(file(folder, log, number)); number++) {
                files.add(0, file(folder, log, number));
                if (!position.first().isEmpty() && firstLine(files.get(0)).equals(position.first())) return files;
            }
            if (!position.first().isEmpty()) throw new IllegalStateException(log + ": the file of the last line is gone");
            return files;
        }

        @Override
        public void close() {
            producer.close();
        }
    }

    public static void main(String[] args) throws Exception {
        var topic = "access-logs-" + UUID.randomUUID();
        try (var admin = Admin.create(Map.of("bootstrap.servers", BROKERS))) {
            admin.createTopics(List.of(new NewTopic(topic, 3, (short) 3))).all().get();
        }
        var folder = Files.createTempDirectory("logs");
        for (var log : LOGS) {
            Files.createFile(folder.resolve(log));
        }
        var shipped = 0;
        try (var collector = new Collector(folder, topic)) {
            write(folder, lines -> text(lines, 0, 170) + lines.get(170).substring(0, 20));
            shipped += step("shipped, a line half written", collector);
            write(folder, lines -> lines.get(170).substring(20) + text(lines, 171, 200));
            rotate(folder);
            write(folder, lines -> text(lines, 200, 250));
            shipped += step("shipped after a rotation", collector);
            rotate(folder);
            shipped += step("shipped after a rotation, nothing new yet", collector);
            write(folder, lines -> text(lines, 250, 280));
            shipped += step("shipped later", collector);
        }
        // While no collector runs, the logs go on, and are rotated twice.
        write(folder, lines -> text(lines, 280, 300));
        rotate(folder);
        write(folder, lines -> text(lines, 300, 330));
        rotate(folder);
        write(folder, lines -> text(lines, 330, 350));
        try (var collector = new Collector(folder, topic)) {
            shipped += step("shipped after a restart", collector);
            write(folder, lines -> text(lines, 350, 370));
            var again = collector.ship();
            System.out.println("shipped before a crash = " + again);
            shipped += again;
        }
        try (var collector = new Collector(folder, topic)) {
            shipped += step("shipped after the crash", collector);
            var writer = CompletableFuture.runAsync(() -> writeSlowly(folder, 370, 400));
            var tailed = 0;
            while (tailed < 60) {
                if (writer.isCompletedExceptionally()) writer.join();
                tailed += collector.ship();
                collector.save();
                Thread.sleep(20);
            }
            writer.join();
            System.out.println("shipped while they are written = " + tailed);
            shipped += tailed;
        }

        // Downstream: who knows how far each log has come knows what is a repetition, and whether anything is missing.
        var arrived = new HashMap<String, StringBuilder>();
        var next = new HashMap<String, Long>();
        var statuses = new TreeMap<String, Integer>();
        var repeated = 0;
        var missing = 0;
        var settings = Map.<String, Object>of("bootstrap.servers", BROKERS, "group.id", topic, "auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            for (var seen = 0; seen < shipped; ) {
                var records = consumer.poll(Duration.ofSeconds(10));
                if (records.isEmpty()) throw new IllegalStateException("only " + seen + " of " + shipped + " lines came");
                for (var record : records) {
                    seen++;
                    var position = Long.parseLong(new String(record.headers().lastHeader("position").value()));
                    var expected = next.getOrDefault(record.key(), 0L);
                    if (position < expected) {
                        repeated++;
                        continue;
                    }
                    if (position > expected) missing++;
                    var line = record.value();
                    next.put(record.key(), position + line.getBytes(StandardCharsets.UTF_8).length + 1);
                    arrived.computeIfAbsent(record.key(), log -> new StringBuilder()).append(line).append('\n');
                    statuses.merge(line.split("\" ")[1].split(" ")[0], 1, Integer::sum);
                }
            }
        }
        System.out.println("lines repeated, and dropped = " + repeated);
        System.out.println("places where lines are missing = " + missing);
        statuses.forEach((status, count) -> System.out.println("lines with status " + status + " = " + count));
        for (var log : LOGS) {
            System.out.println(log + " arrived as it was written = " + Files.readString(DATA.resolve(log)).contentEquals(arrived.get(log)));
        }
    }

    static int step(String name, Collector collector) throws Exception {
        var lines = collector.ship();
        collector.save();
        System.out.println(name + " = " + lines);
        return lines;
    }

    /** The web servers: each appends this of what it has to say. */
    static void write(Path folder, Function<List<String>, String> what) throws Exception {
        for (var log : LOGS) {
            var lines = Files.readString(DATA.resolve(log)).lines().map(line -> line + "\n").toList();
            Files.writeString(folder.resolve(log), what.apply(lines), StandardOpenOption.APPEND);
        }
    }

    /** Line by line, each in two pieces, as they would be found by whoever reads beside it. */
    static void writeSlowly(Path folder, int from, int to) {
        try {
            for (var number = from; number < to; number++) {
                var at = number;
                write(folder, lines -> lines.get(at).substring(0, 40));
                Thread.sleep(5);
                write(folder, lines -> lines.get(at).substring(40));
            }
        } catch (Exception error) {
            throw new CompletionException(error);
        }
    }

    static String text(List<String> lines, int from, int to) {
        return String.join("", lines.subList(from, to));
    }

    /** What logrotate does: it renames the one log, and copies and empties the other. */
    static void rotate(Path folder) throws Exception {
        for (var log : LOGS) {
            var last = 0;
            while (Files.exists(file(folder, log, last + 1))) last++;
            for (; last > 0; last--) {
                Files.move(file(folder, log, last), file(folder, log, last + 1));
            }
            var live = file(folder, log, 0);
            if (log.equals("web-1.log")) {
                Files.move(live, file(folder, log, 1));
                Files.createFile(live);
            } else {
                Files.copy(live, file(folder, log, 1));
                Files.write(live, new byte[0]);
            }
        }
    }

    static Path file(Path folder, String log, int number) {
        return folder.resolve(number == 0 ? log : log + "." + number);
    }

    /** Nothing where it is not whole yet. */
    static String firstLine(Path file) throws Exception {
        var text = Files.readString(file);
        return text.substring(0, text.indexOf('\n') + 1);
    }
}
