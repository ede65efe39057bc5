import java.time.Duration;
import java.util.*;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

class ProduceAndConsume {
    public static void main(String[] args) throws Exception {
        var brokers = System.getenv().getOrDefault("BOOTSTRAP_SERVERS", "127.0.0.1:9092");
        var topic = "greetings-" + UUID.randomUUID();
        try (var admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            // Retention goes by the timestamps, and these are years old.
            var keep = Map.of("retention.ms", "-1");
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 3).configs(keep))).all().get();
        }

        var settings = Map.<String, Object>of("bootstrap.servers", brokers, "acks", "all");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            var timestamp = 1_700_000_000_000L;
            for (var name : List.of("Alice", "Bob", "Zoë")) {
                var record = new ProducerRecord<>(topic, null, timestamp++, name, "Hello " + name);
                record.headers().add("language", "en".getBytes()).add("draft", null);
                System.out.println("offset of " + name + " = " + producer.send(record).get().offset());
            }
            // No value at all is another thing than an empty one.
            var tombstone = new ProducerRecord<String, String>(topic, null, timestamp, "Bob", null);
            System.out.println("offset of the tombstone = " + producer.send(tombstone).get().offset());
        }

        settings = Map.of("bootstrap.servers", brokers, "group.id", topic, "auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            for (var seen = 0; seen < 4; ) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(10))) {
                    var offset = record.offset();
                    System.out.println("key at " + offset + " = " + record.key());
                    System.out.println("value at " + offset + " = " + record.value());
                    System.out.println("timestamp at " + offset + " = " + record.timestamp());
                    var headers = StreamSupport.stream(record.headers().spliterator(), false)
                        .map(header -> header.key() + ": " + (header.value() == null ? null : new String(header.value())))
                        .collect(Collectors.joining(", "));
                    System.out.println("headers at " + offset + " = " + headers);
                    seen++;
                }
            }
        }
    }
}
