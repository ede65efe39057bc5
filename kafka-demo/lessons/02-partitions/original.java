import java.util.*;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

class Partitions {
    static final int PARTITIONS = 12;
    static final int KEYS = 1000;

    public static void main(String[] args) throws Exception {
        var brokers = System.getenv().getOrDefault("BOOTSTRAP_SERVERS", "127.0.0.1:9092");
        var topic = "orders-" + UUID.randomUUID();
        try (var admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 3))).all().get();
        }

        var settings = Map.<String, Object>of("bootstrap.servers", brokers);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            var keys = IntStream.range(0, KEYS).mapToObj(number -> "customer-" + number).toList();
            var partitions = partitions(producer, topic, keys);
            for (var from = 0; from < KEYS; from += 50) {
                var list = partitions.subList(from, from + 50).stream().map(String::valueOf).collect(Collectors.joining(" "));
                System.out.println("partitions of " + keys.get(from) + " to " + keys.get(from + 49) + " = " + list);
            }
            for (var key : List.of("", "Zoë", "😀", "a key with spaces")) {
                System.out.println("partition of \"" + key + "\" = " + partitions(producer, topic, List.of(key)).get(0));
            }
        }
    }

    static List<Integer> partitions(KafkaProducer<String, String> producer, String topic, List<String> keys) throws Exception {
        var deliveries = new ArrayList<Future<RecordMetadata>>();
        for (var key : keys) {
            deliveries.add(producer.send(new ProducerRecord<>(topic, key, "an order")));
        }
        var partitions = new ArrayList<Integer>();
        for (var delivery : deliveries) {
            partitions.add(delivery.get().partition());
        }
        return partitions;
    }
}
