import java.time.Instant;
import java.util.*;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

import org.apache.kafka.clients.admin.*;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.protocol.Errors;

class AdminLesson {
    public static void main(String[] args) throws Exception {
        var brokers = System.getenv().getOrDefault("BOOTSTRAP_SERVERS", "127.0.0.1:9092");
        try (var admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            var dryRun = new CreateTopicsOptions().validateOnly(true);
            var topic = "orders-" + UUID.randomUUID();

            // One future for each topic; all() is that of the whole request.
            var created = new NewTopic(topic, 3, (short) 3).configs(Map.of("retention.ms", "3600000"));
            System.out.println("creating, as a dry run = " + outcome(admin.createTopics(List.of(created), dryRun).all()));
            System.out.println("creating = " + outcome(admin.createTopics(List.of(created)).all()));
            System.out.println("replicas of the partitions = " + replicas(admin, topic, 3));
            System.out.println("creating it again = " + outcome(admin.createTopics(List.of(created)).all()));

            var tooMany = new NewTopic("any", 1, (short) 9);
            System.out.println("creating with more replicas than brokers = "
                + outcome(admin.createTopics(List.of(tooMany), dryRun).all()));
            var misspelt = new NewTopic("any", 1, (short) 1).configs(Map.of("retention", "1 hour"));
            System.out.println("creating with an unknown setting = "
                + outcome(admin.createTopics(List.of(misspelt), dryRun).all()));

            describe(admin, topic, "before");
            var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            var alter = new AlterConfigOp(new ConfigEntry("max.message.bytes", "2000000"), AlterConfigOp.OpType.SET);
            System.out.println("altering = " + outcome(admin.incrementalAlterConfigs(Map.of(resource, List.of(alter))).all()));
            describe(admin, topic, "after");

            System.out.println("growing to 5 partitions = "
                + outcome(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(5))).all()));
            System.out.println("replicas of all partitions = " + replicas(admin, topic, 5));
            System.out.println("shrinking to 2 partitions = "
                + outcome(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(2))).all()));

            System.out.println("deleting = " + outcome(admin.deleteTopics(List.of(topic)).all()));
            replicas(admin, topic, 0);
            System.out.println("deleting it again = " + outcome(admin.deleteTopics(List.of(topic)).all()));
        }
    }

    static String outcome(KafkaFuture<?> future) throws InterruptedException {
        try {
            future.get();
            return "done";
        } catch (ExecutionException e) {
            return Errors.forException(e.getCause()).name();
        }
    }

    static void describe(Admin admin, String topic, String when) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        var config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
        for (var name : List.of("cleanup.policy", "max.message.bytes", "retention.ms")) {
            var entry = config.get(name);
            var source = switch (entry.source()) {
                case DYNAMIC_TOPIC_CONFIG -> "the topic's own";
                case DEFAULT_CONFIG -> "the default";
                default -> "the broker's";
            };
            System.out.println(name + " " + when + " = " + entry.value() + ", " + source);
        }
    }

    // How many replicas each partition has. The brokers hear of a change one after the other: this waits until the one
    // that is asked knows of so many partitions.
    static String replicas(Admin admin, String topic, int partitions) throws Exception {
        for (var deadline = Instant.now().plusSeconds(10); Instant.now().isBefore(deadline); Thread.sleep(50)) {
            var found = 0;
            var counts = "";
            try {
                var description = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
                found = description.partitions().size();
                counts = description.partitions().stream()
                    .map(partition -> String.valueOf(partition.replicas().size()))
                    .collect(Collectors.joining(" "));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
            if (found == partitions) {
                return counts;
            }
        }
        throw new IllegalStateException(topic + " has not " + partitions + " partitions in time");
    }
}
