import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.*;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

class Serialisation {
    record Payment(String id, long cents) {}

    // The first has a field that this version does not know of yet; the others are broken, each in its own way.
    static final List<byte[]> MESSAGES = Arrays.asList(
        "{\"id\":\"p-3\",\"cents\":300,\"currency\":\"EUR\"}".getBytes(),
        "{\"id\":\"p-4\",\"cents\":".getBytes(),
        "{\"id\":\"p-5\"}".getBytes(),
        "{\"id\":\"p-6\",\"cents\":\"six hundred\"}".getBytes(),
        "{\"id\":\"p-\u00ff\",\"cents\":700}".getBytes(StandardCharsets.ISO_8859_1),
        null);

    static final ObjectMapper JSON = JsonMapper.builder()
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
        .build();

    static String brokers = System.getenv().getOrDefault("BOOTSTRAP_SERVERS", "127.0.0.1:9092");

    public static void main(String[] args) throws Exception {
        var topic = "payments-" + UUID.randomUUID();
        var deadLetters = "payments-dead-letters-" + UUID.randomUUID();
        try (var admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 3), new NewTopic(deadLetters, 1, (short) 3))).all().get();
        }

        var settings = Map.<String, Object>of("bootstrap.servers", brokers, "acks", "all");
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (var payment : List.of(new Payment("p-1", 100), new Payment("p-2", 200))) {
                producer.send(new ProducerRecord<>(topic, JSON.writeValueAsBytes(payment))).get();
            }
            for (var message : MESSAGES) {
                var record = new ProducerRecord<>(topic, "shop-7".getBytes(), message);
                record.headers().add("source", "web".getBytes());
                producer.send(record).get();
            }
            var produced = 2 + MESSAGES.size();

            // Bytes, not a JSON deserializer: one that throws stops the consumer at the message for ever.
            var read = 0;
            var originals = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            try (var consumer = consumer(topic, "accounting")) {
                while (read + originals.size() < produced) {
                    for (var record : poll(consumer)) {
                        try {
                            var payment = parse(record.value());
                            System.out.println("payment " + payment.id() + " = " + payment.cents() + " cents");
                            read++;
                        } catch (CharacterCodingException | JsonProcessingException unreadable) {
                            // As it came: its key and time, too, and no value where it had none.
                            var letter = new ProducerRecord<>(
                                deadLetters, null, record.timestamp(), record.key(), record.value(), record.headers());
                            letter.headers()
                                .add("reason", reason(unreadable).getBytes())
                                .add("detail", String.valueOf(unreadable.getMessage()).getBytes())
                                .add("topic", record.topic().getBytes())
                                .add("partition", String.valueOf(record.partition()).getBytes())
                                .add("offset", String.valueOf(record.offset()).getBytes());
                            producer.send(letter).get();
                            originals.add(record);
                        }
                        // Only now: a crash before this repeats a dead letter, but loses none.
                        var position = new OffsetAndMetadata(record.offset() + 1);
                        consumer.commitAsync(Map.of(new TopicPartition(record.topic(), record.partition()), position), null);
                    }
                }
            }
            System.out.println("payments read = " + read);
            System.out.println("dead letters = " + originals.size());

            try (var consumer = consumer(deadLetters, "support")) {
                for (var number = 0; number < originals.size(); ) {
                    for (var record : poll(consumer)) {
                        if (!value(record, "topic").equals(topic)) {
                            throw new IllegalStateException("a dead letter names another topic");
                        }
                        System.out.println("dead letter " + number + " came from = " + value(record, "partition") + "/" + value(record, "offset"));
                        System.out.println("dead letter " + number + " is = " + value(record, "reason"));
                        var original = originals.get(number);
                        var same = Arrays.equals(record.value(), original.value())
                            && Arrays.equals(record.key(), original.key())
                            && record.timestamp() == original.timestamp();
                        var headers = original.headers().toArray();
                        var kept = Arrays.equals(headers, Arrays.copyOf(record.headers().toArray(), headers.length));
                        System.out.println("dead letter " + number + " has the same value, key, time and headers = " + (same && kept));
                        number++;
                    }
                }
            }
        }
    }

    static Payment parse(byte[] value) throws CharacterCodingException, JsonProcessingException {
        // Strict, unlike new String(value), which replaces what it cannot read.
        var bytes = ByteBuffer.wrap(Objects.requireNonNullElse(value, new byte[0]));
        var text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        return JSON.readValue(text, Payment.class);
    }

    static String reason(Exception unreadable) {
        if (unreadable instanceof CharacterCodingException) {
            return "not UTF-8";
        }
        // Of an empty text, too, Jackson says that it does not match the type.
        var empty = unreadable instanceof JsonMappingException mapping && mapping.getPath().isEmpty();
        return unreadable instanceof MismatchedInputException && !empty ? "not a payment" : "not JSON";
    }

    static KafkaConsumer<byte[], byte[]> consumer(String topic, String group) {
        var settings = Map.<String, Object>of(
            "bootstrap.servers", brokers,
            "group.id", group + "-" + UUID.randomUUID(),
            "auto.offset.reset", "earliest",
            "enable.auto.commit", "false");
        var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(List.of(topic));
        return consumer;
    }

    static Iterable<ConsumerRecord<byte[], byte[]>> poll(KafkaConsumer<byte[], byte[]> consumer) {
        var records = consumer.poll(Duration.ofSeconds(10));
        if (records.isEmpty()) {
            throw new IllegalStateException("no message came in time");
        }
        return records;
    }

    static String value(ConsumerRecord<byte[], byte[]> record, String header) {
        return new String(record.headers().lastHeader(header).value());
    }
}
