//! Kafka with ZooKeeper in rdkafka. Each lesson is a folder under `lessons`: the original, a Java program or a script
//! around Kafka's own tools, its counterpart in Rust, and what the original found when it was run on a cluster.

mod cluster;
mod compose;
mod demo;
mod kafka;
pub mod ledger;
mod original;

lesson::lessons! {
    crate::KafkaDemo, async run: crate::Run;
    produce_and_consume = "../lessons/01-produce-and-consume/lesson.rs",
    partitions = "../lessons/02-partitions/lesson.rs",
    consumer_groups = "../lessons/03-consumer-groups/lesson.rs" beside "the cluster",
    offsets = "../lessons/04-offsets/lesson.rs",
    admin = "../lessons/05-admin/lesson.rs" beside "the cluster",
    serialisation = "../lessons/06-serialisation/lesson.rs",
    compression = "../lessons/07-compression/lesson.rs",
    retention_and_compaction = "../lessons/08-retention-and-compaction/lesson.rs" beside "the cluster",
    transactions = "../lessons/09-transactions/lesson.rs",
    delivery_timeouts = "../lessons/10-delivery-timeouts/lesson.rs",
}

pub use cluster::Cluster;
pub use compose::{Compose, free_ports};
pub use demo::{KafkaDemo, Options, Run};
pub use kafka::Kafka;
