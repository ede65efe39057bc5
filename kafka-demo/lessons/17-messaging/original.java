import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.*;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

class Messaging {
    static final int PARTITIONS = 3;
    static final String BROKERS = System.getenv().getOrDefault("BOOTSTRAP_SERVERS", "127.0.0.1:9092");
    static final String RUN = UUID.randomUUID().toString();
    static final ObjectMapper JSON = new ObjectMapper();

    record Order(int number, String customer, String item, int pieces, int cents) {}

    public static void main(String[] args) throws Exception {
        var orders = new ArrayList<Order>();
        for (var line : Files.readAllLines(Path.of("kafka-demo/lessons/17-messaging/orders.jsonl"))) {
            orders.add(JSON.readValue(line, Order.class));
        }
        var topic = "orders-" + RUN;
        var requests = "stock-requests-" + RUN;
        var replies = "stock-replies-" + RUN;
        try (var admin = Admin.create(Map.of("bootstrap.servers", BROKERS))) {
            admin.createTopics(List.of(
                new NewTopic(topic, PARTITIONS, (short) 3),
                new NewTopic(requests, 1, (short) 3),
                new NewTopic(replies, 1, (short) 3))).all().get();
        }

        var settings = Map.<String, Object>of("bootstrap.servers", BROKERS, "enable.idempotence", true);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            var invoices = new ArrayList<Order>();
            var parcels = new ArrayList<Order>();
            try (var billing = service("billing", topic)) {
                try (var shipping = service("shipping", topic)) {
                    publish(producer, topic, orders.subList(0, 6));
                    invoices.addAll(handle(billing, 6));
                    parcels.addAll(handle(shipping, 6));
                    System.out.println("orders billed, both services up = " + invoices.size());
                    System.out.println("orders shipped, both services up = " + parcels.size());
                }
                // Shipping is down. Nobody needs to know.
                publish(producer, topic, orders.subList(6, 12));
                invoices.addAll(handle(billing, 6));
                System.out.println("orders billed, shipping down = " + invoices.size());
                System.out.println("consumer lag of shipping, down = " + lag("shipping", topic));
            }
            try (var shipping = service("shipping", topic)) {
                parcels.addAll(handle(shipping, 6));
            }
            System.out.println("orders shipped, up again = " + parcels.size());
            System.out.println("consumer lag of shipping, up again = " + lag("shipping", topic));
            System.out.println("orders shipped twice = " + (parcels.size() - Set.copyOf(parcels).size()));
            for (var customer : orders.stream().map(Order::customer).distinct().toList()) {
                System.out.println("cents billed to " + customer + " = " + of(customer, invoices, Order::cents));
                System.out.println("orders shipped to " + customer + " = " + of(customer, parcels, Order::number));
            }

            // A question wants an answer: who asks names the topic for it, and an id to know it by.
            var waiting = new HashMap<String, String>();
            for (var item : List.of("keyboard", "monitor", "desk")) {
                var id = UUID.randomUUID().toString();
                var request = new ProducerRecord<String, String>(requests, item);
                request.headers().add("correlation-id", id.getBytes()).add("reply-to", replies.getBytes());
                producer.send(request).get();
                waiting.put(id, item);
            }
            answer(producer, requests);
            try (var consumer = reader(replies)) {
                var order = new ArrayList<String>();
                var unexpected = 0;
                while (!waiting.isEmpty()) {
                    var records = consumer.poll(Duration.ofSeconds(10));
                    if (records.isEmpty()) throw new IllegalStateException("no reply came in time");
                    for (var reply : records) {
                        var id = new String(reply.headers().lastHeader("correlation-id").value());
                        var item = waiting.remove(id);
                        if (item == null) {
                            unexpected++;
                            continue;
                        }
                        order.add(item);
                        System.out.println("stock of " + item + " = " + reply.value());
                    }
                }
                System.out.println("order of the replies = " + String.join(" ", order));
                System.out.println("replies that nobody waits for = " + unexpected);
            }
        }
    }

    /** Each service is a group of its own, and has every order. */
    static KafkaConsumer<String, String> service(String name, String topic) {
        var settings = Map.<String, Object>of("bootstrap.servers", BROKERS, "group.id", name + "-" + RUN,
            "auto.offset.reset", "earliest", "enable.auto.commit", false, "session.timeout.ms", 6000);
        var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
        consumer.subscribe(List.of(topic));
        return consumer;
    }

    static void publish(KafkaProducer<String, String> producer, String topic, List<Order> orders) throws Exception {
        for (var order : orders) {
            producer.send(new ProducerRecord<>(topic, order.customer(), JSON.writeValueAsString(order)));
        }
        producer.flush();
    }

    static List<Order> handle(KafkaConsumer<String, String> consumer, int count) throws Exception {
        var handled = new ArrayList<Order>();
        while (handled.size() < count) {
            var records = consumer.poll(Duration.ofSeconds(10));
            if (records.isEmpty()) throw new IllegalStateException("no order came in time");
            for (var record : records) {
                handled.add(JSON.readValue(record.value(), Order.class));
            }
        }
        consumer.commitSync();
        return handled;
    }

    /** How many orders a service has not handled yet: anyone may ask, the service need not be up. */
    static long lag(String name, String topic) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", BROKERS))) {
            var group = name + "-" + RUN;
            var committed = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
            var partitions = IntStream.range(0, PARTITIONS).mapToObj(number -> new TopicPartition(topic, number));
            var ends = admin.listOffsets(partitions.collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()))).all().get();
            return ends.entrySet().stream().mapToLong(end -> {
                var offset = committed.get(end.getKey());
                return end.getValue().offset() - (offset == null ? 0 : offset.offset());
            }).sum();
        }
    }

    static String of(String customer, List<Order> orders, java.util.function.Function<Order, Integer> what) {
        return orders.stream().filter(order -> order.customer().equals(customer))
            .map(what).map(String::valueOf).collect(Collectors.joining(" "));
    }

    /** The stock service: answers where it is told to, in an order of its own. */
    static void answer(KafkaProducer<String, String> producer, String requests) throws Exception {
        var stock = Map.of("keyboard", "12", "monitor", "0", "desk", "3");
        try (var consumer = reader(requests)) {
            var answers = new ArrayDeque<ProducerRecord<String, String>>();
            while (answers.size() < 3) {
                var records = consumer.poll(Duration.ofSeconds(10));
                if (records.isEmpty()) throw new IllegalStateException("no request came in time");
                for (var request : records) {
                    var to = new String(request.headers().lastHeader("reply-to").value());
                    var answer = new ProducerRecord<String, String>(to, stock.get(request.value()));
                    answer.headers().add(request.headers().lastHeader("correlation-id"));
                    answers.addFirst(answer);
                }
            }
            // To a question of yesterday, whose asker has given up.
            var late = new ProducerRecord<String, String>(answers.getFirst().topic(), "7");
            late.headers().add("correlation-id", "yesterday".getBytes());
            answers.addFirst(late);
            for (var answer : answers) {
                producer.send(answer).get();
            }
        }
    }

    static KafkaConsumer<String, String> reader(String topic) {
        var settings = Map.<String, Object>of("bootstrap.servers", BROKERS);
        var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
        var partition = List.of(new TopicPartition(topic, 0));
        consumer.assign(partition);
        consumer.seekToBeginning(partition);
        return consumer;
    }
}
