//! Kafka with ZooKeeper in rdkafka. Each lesson is a folder under `lessons`: the original, a Java program or a script
//! around Kafka's own tools, its counterpart in Rust, and what the original found when it was run on a cluster.

mod cluster;
mod compose;
mod demo;
mod kafka;
pub mod ledger;
mod original;
mod picture;
mod timeline;
pub mod zookeeper;

lesson::lessons! {
    crate::KafkaDemo, async run: crate::Run;
    produce_and_consume = "../lessons/01-produce-and-consume/lesson.rs",
    partitions = "../lessons/02-partitions/lesson.rs",
    controller_election = "../lessons/22-controller-election/lesson.rs" beside "the cluster",
    leader_election = "../lessons/23-leader-election/lesson.rs" beside "the cluster",
    unclean_election = "../lessons/24-unclean-election/lesson.rs" beside "the cluster",
    no_leader = "../lessons/25-no-leader/lesson.rs" beside "the cluster",
    two_controllers = "../lessons/26-two-controllers/lesson.rs" beside "the cluster",
    acks = "../lessons/27-acks/lesson.rs" beside "the cluster",
}

pub use cluster::Cluster;
pub use compose::{Compose, free_ports};
pub use demo::{KafkaDemo, Options, Run};
pub use kafka::Kafka;
pub use timeline::Timeline;
pub use zookeeper::ZooKeeper;
