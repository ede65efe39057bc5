//! Kafka with ZooKeeper in rdkafka. Each lesson is a folder under `lessons`: the original, a Java program or a script
//! around Kafka's own tools, its counterpart in Rust, and what the original found when it was run on a cluster.

mod cluster;
mod committed;
mod compose;
mod demo;
mod docker;
mod kafka;
pub mod ledger;
mod lock;
pub mod measure;
mod original;
mod picture;
mod receive;
mod timeline;
mod transaction;
pub mod zookeeper;

lesson::lessons! {
    crate::KafkaDemo, async run: crate::Run;
    produce_and_consume = "../lessons/01-produce-and-consume/lesson.rs",
    partitions = "../lessons/02-partitions/lesson.rs",
    consumer_groups = "../lessons/03-consumer-groups/lesson.rs",
    offsets = "../lessons/04-offsets/lesson.rs",
    admin = "../lessons/05-admin/lesson.rs" beside "the cluster",
    serialisation = "../lessons/06-serialisation/lesson.rs",
    compression = "../lessons/07-compression/lesson.rs",
    retention_and_compaction = "../lessons/08-retention-and-compaction/lesson.rs" beside "the cluster",
    transactions = "../lessons/09-transactions/lesson.rs",
    delivery_timeouts = "../lessons/10-delivery-timeouts/lesson.rs",
    throughput = "../lessons/11-throughput/lesson.rs",
    expansion = "../lessons/12-expansion/lesson.rs" beside "the cluster",
    durability = "../lessons/13-durability/lesson.rs" beside "the cluster",
    replicas = "../lessons/14-replicas/lesson.rs" beside "the cluster",
    clients = "../lessons/15-clients/lesson.rs" beside "the cluster",
    log_collection = "../lessons/16-log-collection/lesson.rs",
    messaging = "../lessons/17-messaging/lesson.rs",
    activity_tracking = "../lessons/18-activity-tracking/lesson.rs",
    metrics = "../lessons/19-metrics/lesson.rs",
    stream_processing = "../lessons/20-stream-processing/lesson.rs",
    event_sourcing = "../lessons/21-event-sourcing/lesson.rs",
    controller_election = "../lessons/22-controller-election/lesson.rs" beside "the cluster",
    leader_election = "../lessons/23-leader-election/lesson.rs" beside "the cluster",
    unclean_election = "../lessons/24-unclean-election/lesson.rs" beside "the cluster",
    no_leader = "../lessons/25-no-leader/lesson.rs" beside "the cluster",
    two_controllers = "../lessons/26-two-controllers/lesson.rs" beside "the cluster",
    acks = "../lessons/27-acks/lesson.rs" beside "the cluster",
    a_future_per_message = "../lessons/28-a-future-per-message/lesson.rs",
    fetch_backoff = "../lessons/29-fetch-backoff/lesson.rs",
    linger = "../lessons/30-linger/lesson.rs",
    consume_batch = "../lessons/31-consume-batch/lesson.rs",
}

pub use cluster::Cluster;
pub use committed::committed;
pub use compose::{Compose, down, free_ports, when_stopped};
pub use demo::{KafkaDemo, Options, Run};
pub use kafka::Kafka;
pub use original::{JARS, install, peer, sha256};
pub use receive::{poll, receive};
pub use timeline::Timeline;
pub use zookeeper::ZooKeeper;
