//! Kafka with ZooKeeper in rdkafka. Each lesson is a folder under `lessons`: the original, a Java program or a script
//! around Kafka's own tools, its counterpart in Rust, and what the original found when it was run on a cluster.

mod cluster;
mod compose;
mod demo;
mod kafka;
pub mod ledger;
pub mod measure;
mod original;

lesson::lessons! {
    crate::KafkaDemo, async run: crate::Run;
    produce_and_consume = "../lessons/01-produce-and-consume/lesson.rs",
    partitions = "../lessons/02-partitions/lesson.rs",
    throughput = "../lessons/11-throughput/lesson.rs",
    a_future_per_message = "../lessons/28-a-future-per-message/lesson.rs",
    fetch_backoff = "../lessons/29-fetch-backoff/lesson.rs",
    linger = "../lessons/30-linger/lesson.rs",
}

pub use cluster::Cluster;
pub use compose::{Compose, free_ports};
pub use demo::{KafkaDemo, Options, Run};
pub use kafka::Kafka;
pub use original::{JARS, install};
