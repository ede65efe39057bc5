import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.state.BuiltInDslStoreSuppliers.InMemoryDslStoreSuppliers;

class StreamProcessing {
    static final int PARTITIONS = 3;
    static final Duration WINDOW = Duration.ofMinutes(1);
    static final Duration GRACE = Duration.ofSeconds(30);
    static final String BROKERS = System.getenv().getOrDefault("BOOTSTRAP_SERVERS", "127.0.0.1:9092");
    static final String RUN = UUID.randomUUID().toString();
    static final String DEPARTURES = "departures-" + RUN;
    static final String COUNTS = "counts-" + RUN;
    static final String COUNTER = "counter-" + RUN;
    static final Map<Integer, Long> STREAM_TIMES = new HashMap<>();
    static final Map<String, Integer> EXPECTED = new TreeMap<>();
    static int late = 0;

    public static void main(String[] args) throws Exception {
        // Kept for ever: Kafka counts age from the timestamp, and what happened long ago would be gone at once.
        var keep = Map.of("retention.ms", "-1");
        try (var admin = Admin.create(Map.of("bootstrap.servers", BROKERS))) {
            admin.createTopics(List.of(
                new NewTopic(DEPARTURES, PARTITIONS, (short) 3).configs(keep),
                new NewTopic(COUNTS, PARTITIONS, (short) 3).configs(keep))).all().get();
        }
        var lines = Files.readAllLines(Path.of("kafka-demo/lessons/20-stream-processing/departures.csv"));

        publish(lines.subList(0, 500));
        process(500, false);
        System.out.println("counted for good, after an orderly end = " + committed());
        publish(lines.subList(500, lines.size()));
        process(800, true);
        System.out.println("counted for good, after a crash at 800 = " + committed());
        process(lines.size(), false);
        System.out.println("counted for good, at the end = " + committed());

        var counted = counts();
        var total = counted.values().stream().mapToInt(Integer::intValue).sum();
        System.out.println("events = " + lines.size());
        System.out.println("events in a window = " + total);
        System.out.println("late events = " + (lines.size() - total));
        System.out.println("late events of an uninterrupted count = " + late);
        System.out.println("windows = " + counted.size());
        var wrong = EXPECTED.keySet().stream().filter(window -> !EXPECTED.get(window).equals(counted.get(window)));
        System.out.println("windows that an uninterrupted count has otherwise = " + wrong.count());
        var byStation = counted.entrySet().stream().collect(Collectors.groupingBy(
            entry -> entry.getKey().split(" ")[0], TreeMap::new, Collectors.mapping(entry -> String.valueOf(entry.getValue()), Collectors.joining(" "))));
        byStation.forEach((station, list) -> System.out.println("departures from " + station + ", by minute = " + list));
    }

    /** Produces, and counts by hand what an uninterrupted count of each partition comes to. */
    static void publish(List<String> lines) throws Exception {
        var settings = Map.<String, Object>of("bootstrap.servers", BROKERS, "enable.idempotence", true);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (var line : lines) {
                var fields = line.split(",");
                var at = Long.parseLong(fields[0]);
                // In event time: the record's timestamp is when it happened, however late it comes.
                var sent = producer.send(new ProducerRecord<>(DEPARTURES, null, at, fields[1], ""));
                var streamTime = STREAM_TIMES.merge(sent.get().partition(), at, Math::max);
                var start = at - at % WINDOW.toMillis();
                if (start + WINDOW.toMillis() + GRACE.toMillis() <= streamTime) {
                    late++;
                } else {
                    EXPECTED.merge(window(fields[1], start), 1, Integer::sum);
                }
            }
        }
    }

    /** Counts until so many events are counted, then ends in order or is killed. */
    static void process(int events, boolean killed) throws Exception {
        var seen = new AtomicInteger(committed());
        var done = new CountDownLatch(1);
        try (var streams = new KafkaStreams(topology(() -> {
            if (seen.incrementAndGet() == events) {
                done.countDown();
                if (killed) throw new IllegalStateException("a power cut");
            }
        }), settings())) {
            streams.setUncaughtExceptionHandler(error -> StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
            streams.start();
            if (!done.await(60, TimeUnit.SECONDS)) throw new IllegalStateException("only " + seen + " of " + events + " events came");
        }
    }

    /** How many events are counted for good. */
    static int committed() {
        var settings = Map.<String, Object>of("bootstrap.servers", BROKERS, "group.id", COUNTER, "isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            var partitions = IntStream.range(0, PARTITIONS).mapToObj(number -> new TopicPartition(DEPARTURES, number));
            // This waits for a commit that is under way. The admin client would leave its partitions out.
            var offsets = consumer.committed(partitions.collect(Collectors.toSet())).values();
            return offsets.stream().filter(Objects::nonNull).mapToInt(offset -> (int) offset.offset()).sum();
        }
    }

    static Topology topology(Runnable each) {
        var builder = new StreamsBuilder();
        builder.<String, String>stream(DEPARTURES)
            .peek((station, nothing) -> each.run())
            .groupByKey()
            .windowedBy(TimeWindows.ofSizeAndGrace(WINDOW, GRACE))
            .count()
            .toStream()
            .map((window, count) -> KeyValue.pair(window(window.key(), window.window().start()), count.toString()))
            .to(COUNTS);
        return builder.build();
    }

    static Properties settings() throws Exception {
        var settings = new Properties();
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, BROKERS);
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, COUNTER);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        settings.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        settings.put(StreamsConfig.DSL_STORE_SUPPLIERS_CLASS_CONFIG, InMemoryDslStoreSuppliers.class);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, Files.createTempDirectory("streams").toString());
        // The same for the topic that the counts are restored from.
        settings.put(StreamsConfig.WINDOW_STORE_CHANGE_LOG_ADDITIONAL_RETENTION_MS_CONFIG, Duration.ofDays(36_500).toMillis());
        // No commit but at the end, so that the one who is killed has something to lose.
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 600_000);
        settings.put(StreamsConfig.producerPrefix("transaction.timeout.ms"), 600_001);
        settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        // Who comes back under the same name has its partitions at once.
        settings.put(StreamsConfig.consumerPrefix("group.instance.id"), "counter");
        return settings;
    }

    static String window(String station, long start) {
        var minute = start / 60_000 % (24 * 60);
        return String.format("%s %02d:%02d", station, minute / 60, minute % 60);
    }

    /** The latest count of each window, as one sees it who reads only what is committed. */
    static TreeMap<String, Integer> counts() {
        var settings = Map.<String, Object>of("bootstrap.servers", BROKERS, "isolation.level", "read_committed");
        var counts = new TreeMap<String, Integer>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            var partitions = IntStream.range(0, PARTITIONS).mapToObj(number -> new TopicPartition(COUNTS, number)).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                for (var record : consumer.poll(Duration.ofSeconds(10))) {
                    counts.put(record.key(), Integer.parseInt(record.value()));
                }
            }
        }
        return counts;
    }
}
