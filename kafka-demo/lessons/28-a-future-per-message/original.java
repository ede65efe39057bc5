import java.time.Duration;
import java.util.*;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

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

class FuturePerMessage {
    static final int FEW = 300;
    static final int MANY = 50_000;
    static final String BROKERS = System.getenv().getOrDefault("BOOTSTRAP_SERVERS", "127.0.0.1:9092");

    public static void main(String[] args) throws Exception {
        var settings = Map.<String, Object>of("bootstrap.servers", BROKERS);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            var topic = topic("awaited");
            var started = System.nanoTime();
            for (var number = 0; number < FEW; number++) {
                producer.send(new ProducerRecord<>(topic, String.valueOf(number))).get();
            }
            print("awaited one by one", topic, FEW, started);

            topic = topic("joined");
            started = System.nanoTime();
            var deliveries = new ArrayList<Future<RecordMetadata>>();
            for (var number = 0; number < MANY; number++) {
                deliveries.add(producer.send(new ProducerRecord<>(topic, String.valueOf(number))));
            }
            for (var delivery : deliveries) {
                delivery.get();
            }
            print("joined", topic, MANY, started);

            topic = topic("called-back");
            started = System.nanoTime();
            var acknowledged = new AtomicInteger();
            for (var number = 0; number < MANY; number++) {
                producer.send(new ProducerRecord<>(topic, String.valueOf(number)), (metadata, error) -> {
                    if (error == null) acknowledged.incrementAndGet();
                });
            }
            producer.flush();
            if (acknowledged.get() != MANY) throw new IllegalStateException(acknowledged + " were acknowledged");
            print("with a callback", topic, MANY, started);
        }
    }

    static String topic(String name) throws Exception {
        var topic = name + "-" + UUID.randomUUID();
        try (var admin = Admin.create(Map.of("bootstrap.servers", BROKERS))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 3))).all().get();
        }
        return topic;
    }

    /// Whichever way they went, the same messages lie there in the same order.
    static void print(String way, String topic, int messages, long started) {
        System.out.printf("%s: %.0f messages/s%n", way, messages / ((System.nanoTime() - started) / 1e9));
        var settings = Map.<String, Object>of("bootstrap.servers", BROKERS, "auto.offset.reset", "earliest");
        var numbers = new ArrayList<Integer>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            var partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            var end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(10))) {
                    numbers.add(Integer.valueOf(record.value()));
                }
            }
        }
        var inOrder = numbers.size() == messages;
        for (var index = 0; inOrder && index < messages; index++) {
            inOrder = numbers.get(index) == index;
        }
        System.out.println(way + ": delivered = " + numbers.size());
        System.out.println(way + ": each once and in order = " + inOrder);
    }
}
