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
    expansion = "../lessons/12-expansion/lesson.rs" beside "the cluster",
    durability = "../lessons/13-durability/lesson.rs" beside "the cluster",
    replicas = "../lessons/14-replicas/lesson.rs" beside "the cluster",
    clients = "../lessons/15-clients/lesson.rs",
}

pub use cluster::Cluster;
pub use compose::{Compose, free_ports};
pub use demo::{KafkaDemo, Options, Run};
pub use kafka::Kafka;
