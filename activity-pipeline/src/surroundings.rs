//! What is around the pipeline: brokers, controller, and how far the processors are behind.

use std::time::Duration;

use anyhow::Result;
use kafka_demo::ZooKeeper;
use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
};
use tokio::runtime::Handle;

use crate::{
    board::{Board, Surroundings},
    kafka::Kafka,
    metrics::{self, Metrics},
    snapshot::{Cluster, Lag},
    stop::Stop,
};

const PERIOD: Duration = Duration::from_secs(2);
/// What does not answer by then is shown as gone.
const PATIENCE: Duration = Duration::from_secs(3);

/// Looks again and again, until it is to stop.
pub fn run(kafka: &Kafka, zookeeper: &str, board: &Board, metrics: &Metrics, runtime: &Handle, stop: &Stop) {
    let mut session: Option<ZooKeeper> = None;
    // What a killed processor left open is not waited for: the lag is what it is.
    let client = kafka
        .reader()
        .set("group.id", kafka.processors())
        .set("isolation.level", "read_uncommitted")
        .create::<BaseConsumer>();
    while !stop.is_asked() {
        let mut cluster = match &client {
            Ok(client) => brokers(client),
            Err(_) => Cluster::default(),
        };
        let lag = client.as_ref().ok().and_then(|client| lag(kafka, client).ok());
        let lag = lag.unwrap_or_default();
        for Lag { partition, lag } in &lag {
            let partition = metrics::Partition {
                partition: *partition,
            };
            metrics.lag.get_or_create(&partition).set(*lag);
        }
        if kafka.is_embedded() {
            cluster.note = Some("No ZooKeeper and no controller: the broker is embedded.".to_owned());
        } else {
            // Once in each session.
            let client = client.as_ref().ok().filter(|_| session.is_none());
            let id = client.and_then(|client| client.client().fetch_cluster_id(PATIENCE));
            match runtime.block_on(ask(zookeeper, &mut session, id, &mut cluster)) {
                Ok(true) => {}
                Ok(false) => {
                    cluster.note = Some(format!("The ZooKeeper at {zookeeper} is that of other brokers."));
                }
                Err(error) => {
                    tracing::debug!("{error:#}");
                    session = None;
                    cluster.note = Some(format!("No ZooKeeper answers at {zookeeper}."));
                }
            }
        }
        if cluster.brokers.is_empty() {
            cluster.note = Some(format!("No broker answers at {}.", kafka.brokers()));
        }
        board.set_surroundings(Surroundings { cluster, lag });
        runtime.block_on(stop.sleeps(PERIOD));
    }
}

fn brokers(client: &BaseConsumer) -> Cluster {
    let mut cluster = Cluster::default();
    if let Ok(metadata) = client.fetch_metadata(None, PATIENCE) {
        cluster.brokers = metadata.brokers().iter().map(|broker| broker.id()).collect();
        cluster.brokers.sort_unstable();
    }
    cluster
}

/// Asks who the controller is. Tells whether it is that of the brokers, whose cluster has this id.
async fn ask(
    address: &str,
    session: &mut Option<ZooKeeper>,
    id: Option<String>,
    cluster: &mut Cluster,
) -> Result<bool> {
    let zookeeper = match session.take() {
        Some(session) => session,
        None => {
            let zookeeper = ZooKeeper::connect(address, PATIENCE).await?;
            let its = tokio::time::timeout(PATIENCE, zookeeper.cluster_id()).await??;
            // Brokers that do not answer are told of by themselves.
            if id.is_some() && its != id {
                return Ok(false);
            }
            zookeeper
        }
    };
    cluster.controller = tokio::time::timeout(PATIENCE, zookeeper.controller()).await??;
    cluster.zookeeper = Some(address.to_owned());
    *session = Some(zookeeper);
    Ok(true)
}

/// What is collected and not yet counted.
fn lag(kafka: &Kafka, client: &BaseConsumer) -> Result<Vec<Lag>> {
    let mut partitions = TopicPartitionList::new();
    partitions.add_partition_range(kafka.events(), 0, kafka.partitions - 1);
    let committed = client.committed_offsets(partitions, PATIENCE)?;
    let lag = |partition: i32, committed: Offset| -> Result<Lag> {
        let (low, high) = client.fetch_watermarks(kafka.events(), partition, PATIENCE)?;
        let committed = match committed {
            Offset::Offset(offset) => offset,
            _ => low,
        };
        let lag = (high - committed).max(0);
        Ok(Lag { partition, lag })
    };
    committed
        .elements()
        .iter()
        .map(|partition| lag(partition.partition(), partition.offset()))
        .collect()
}
