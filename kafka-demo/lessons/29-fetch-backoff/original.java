import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.*;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

class FetchBackoff {
    static final int MESSAGES = 300_000;

    public static void main(String[] args) throws Exception {
        var brokers = System.getenv().getOrDefault("BOOTSTRAP_SERVERS", "127.0.0.1:9092");
        var topic = "backlog-" + UUID.randomUUID();
        try (var admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 3))).all().get();
        }

        var settings = Map.<String, Object>of("bootstrap.servers", brokers);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (var number = 0; number < MESSAGES; number++) {
                producer.send(new ProducerRecord<>(topic, ByteBuffer.allocate(4).putInt(number).array()));
            }
        }

        // A partition is fetched again as soon as poll has taken what was fetched before. There is no queue to fill up,
        // and no pause.
        settings = Map.of("bootstrap.servers", brokers, "auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            var started = System.nanoTime();
            var seen = 0;
            while (seen < MESSAGES) {
                var records = consumer.poll(Duration.ofSeconds(10));
                if (records.isEmpty()) throw new IllegalStateException("no message came after " + seen);
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    var number = ByteBuffer.wrap(record.value()).getInt();
                    if (number != seen++) throw new IllegalStateException("message " + number + " is out of order");
                }
            }
            System.out.printf("%.0f messages/s%n", seen / ((System.nanoTime() - started) / 1e9));
            System.out.println("consumed, each once and in order = " + seen);
        }
    }
}
