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
    log_collection = "../lessons/16-log-collection/lesson.rs",
    messaging = "../lessons/17-messaging/lesson.rs",
    activity_tracking = "../lessons/18-activity-tracking/lesson.rs",
    metrics = "../lessons/19-metrics/lesson.rs",
    stream_processing = "../lessons/20-stream-processing/lesson.rs",
    event_sourcing = "../lessons/21-event-sourcing/lesson.rs",
}

pub use cluster::Cluster;
pub use compose::{Compose, free_ports};
pub use demo::{KafkaDemo, Options, Run};
pub use kafka::Kafka;
