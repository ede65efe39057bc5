import java.util.HashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Produces at a steady rate and takes the time from each send to its callback, as kafka-producer-perf-test does, but
/// in microseconds, and not of the first seconds, in which the JVM compiles.
class Latency {
    public static void main(String[] args) {
        var topic = args[1];
        int perSecond = Integer.parseInt(args[2]), seconds = Integer.parseInt(args[3]);
        int unmeasured = perSecond * Integer.parseInt(args[4]);
        var payload = new byte[Integer.parseInt(args[5])];
        var settings = new HashMap<String, Object>();
        settings.put("bootstrap.servers", args[0]);
        for (var index = 6; index < args.length; index++) {
            var setting = args[index].split("=", 2);
            settings.put(setting[0], setting[1]);
        }
        var latencies = new ConcurrentLinkedQueue<Long>();
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            var started = System.nanoTime();
            for (var number = 0; number < unmeasured + perSecond * seconds; number++) {
                LockSupport.parkNanos(started + number * (1_000_000_000L / perSecond) - System.nanoTime());
                var measured = number >= unmeasured;
                var sent = System.nanoTime();
                producer.send(new ProducerRecord<>(topic, payload), (metadata, error) -> {
                    if (error != null) throw new IllegalStateException(error);
                    if (measured) latencies.add(System.nanoTime() - sent);
                });
            }
        }
        var sorted = latencies.stream().sorted().toList();
        if (sorted.size() != perSecond * seconds) throw new IllegalStateException(sorted.size() + " were acknowledged");
        System.out.println(sorted.get(sorted.size() / 2) / 1e3 + " " + sorted.get(sorted.size() * 99 / 100) / 1e3);
    }
}
