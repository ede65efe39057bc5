import java.time.Duration;
import java.util.*;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

class Compression {
    static final int MESSAGES = 1000;
    static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
    static String brokers = System.getenv().getOrDefault("BOOTSTRAP_SERVERS", "127.0.0.1:9092");

    public static void main(String[] args) throws Exception {
        var readings = IntStream.range(0, MESSAGES)
            .mapToObj(number -> "{\"sensor\":\"boiler-%d\",\"degrees\":%d}".formatted(number % 7, 60 + number % 13))
            .toList();
        var sent = new LinkedHashMap<String, Long>();
        for (var index = 0; index < CODECS.size(); index++) {
            var codec = CODECS.get(index);
            var other = CODECS.get((index + 1) % CODECS.size());
            // Unless the topic says otherwise, it keeps the batch as the producer compressed it.
            var topic = topic(codec, "producer");
            sent.put(codec, produce(topic, codec, readings));
            System.out.println(codec + ", kept as sent: read back = " + consume(topic, readings));
            // Told another codec, a broker compresses it again.
            topic = topic(codec, other.equals("none") ? "uncompressed" : other);
            produce(topic, codec, readings);
            System.out.println(codec + ", stored as " + other + ": read back = " + consume(topic, readings));
        }
        sent.forEach((codec, bytes) ->
            System.out.println(codec + ": " + bytes + " bytes sent for " + String.join("", readings).length() + " of messages"));
        var small = CODECS.stream().filter(codec -> sent.get(codec) < sent.get("none") / 2).toList();
        System.out.println("less than half of the bytes = " + String.join(" ", small));
    }

    static String topic(String codec, String stored) throws Exception {
        var topic = codec + "-" + stored + "-" + UUID.randomUUID();
        try (var admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            var settings = Map.of("compression.type", stored);
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 3).configs(settings))).all().get();
        }
        return topic;
    }

    // Returns how many bytes went to the brokers.
    static long produce(String topic, String codec, List<String> readings) throws Exception {
        var settings = Map.<String, Object>of(
            "bootstrap.servers", brokers,
            "compression.type", codec,
            // A batch has time to fill: the larger, the better it is compressed.
            "linger.ms", "50",
            "batch.size", "1000000");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            var deliveries = new ArrayList<Future<?>>();
            for (var reading : readings) {
                deliveries.add(producer.send(new ProducerRecord<>(topic, reading)));
            }
            for (var delivery : deliveries) {
                delivery.get();
            }
            for (var metric : producer.metrics().entrySet()) {
                if (metric.getKey().group().equals("producer-metrics") && metric.getKey().name().equals("outgoing-byte-total")) {
                    return ((Double) metric.getValue().metricValue()).longValue();
                }
            }
            throw new IllegalStateException("no outgoing-byte-total");
        }
    }

    static String consume(String topic, List<String> readings) {
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", brokers), new StringDeserializer(), new StringDeserializer())) {
            var partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            var read = new ArrayList<String>();
            while (read.size() < readings.size()) {
                var records = consumer.poll(Duration.ofSeconds(10));
                if (records.isEmpty()) {
                    throw new IllegalStateException("no message came in time");
                }
                records.forEach(record -> read.add(record.value()));
            }
            var same = IntStream.range(0, readings.size()).filter(index -> read.get(index).equals(readings.get(index))).count();
            if (same < readings.size()) {
                throw new IllegalStateException("only " + same + " of " + readings.size() + " came back as they were");
            }
            return same + " of " + readings.size();
        }
    }
}
