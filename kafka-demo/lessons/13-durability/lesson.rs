//! All brokers are killed at once and start again: every message is still there, and so is every group's position.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use rdkafka::{
    Message, Offset, TopicPartitionList,
    consumer::{CommitMode, Consumer, StreamConsumer},
    error::KafkaError,
    producer::{FutureProducer, FutureRecord},
};
use tokio::time::{Instant, timeout_at};

use crate::{Kafka, committed, receive};

const PARTITIONS: i32 = 3;
const MESSAGES: usize = 1000;

/// Key and value by partition and offset.
type Log = BTreeMap<(i32, i64), (Vec<u8>, Vec<u8>)>;

pub async fn run(kafka: &Kafka) -> Result<()> {
    let cluster = kafka.cluster()?;
    let topic = kafka.topic("orders", PARTITIONS).await?;
    let producer: FutureProducer = kafka
        .producer()
        .set("acks", "all")
        .set("partitioner", "murmur2_random")
        .create()?;
    let messages: Vec<_> = (0..MESSAGES)
        .map(|number| (format!("customer-{}", number % 100), format!("order {number}")))
        .collect();
    let deliveries = messages
        .iter()
        .map(|(key, value)| producer.send(FutureRecord::to(&topic).key(key).payload(value), kafka.timeout()));
    let deliveries = try_join_all(deliveries).await.map_err(|(error, _)| error)?;
    kafka.found("messages acknowledged", deliveries.len());
    drop(producer);

    let before = read(kafka, &topic).await?;
    for partition in 0..PARTITIONS {
        let in_it = before.keys().filter(|(p, _)| *p == partition).count();
        kafka.found(format!("messages in partition {partition}"), in_it);
    }
    let mut position = TopicPartitionList::new();
    for partition in 0..PARTITIONS {
        let offset = Offset::Offset(100 + i64::from(partition));
        position.add_partition_offset(&topic, partition, offset)?;
    }
    let group = kafka.name("billing");
    group_of(kafka, &group)?.commit(&position, CommitMode::Sync)?;

    // Killed, not stopped: nothing is flushed in order. A broker acknowledges what lies in the page cache, not what is
    // on the disk; that outlives the process, and what a power cut takes from one machine the replicas elsewhere have.
    let ids = cluster.ids()?;
    let containers: Vec<_> = ids
        .iter()
        .map(|id| cluster.container(*id))
        .collect::<Result<_>>()?;
    for container in &containers {
        cluster.kill(container)?;
    }
    kafka.found("brokers killed", containers.len());
    for container in &containers {
        cluster.bring_back(container)?;
    }
    cluster.wait_until_whole(ids.len()).await?;

    let after = read(kafka, &topic).await?;
    kafka.found("messages afterwards", after.len());
    let same = before
        .iter()
        .filter(|(at, message)| after.get(at) == Some(message));
    kafka.found("with the same partition, offset, key and value", same.count());
    let committed = committed(&group_of(kafka, &group)?, &position, kafka.timeout())?;
    for partition in committed.elements() {
        let offset = partition.offset().to_raw().context("nothing is committed")?;
        kafka.found(
            format!("the group's position in partition {}", partition.partition()),
            offset,
        );
    }
    ensure!(after == before, "the log is not what it was");
    Ok(())
}

fn group_of(kafka: &Kafka, group: &str) -> Result<StreamConsumer> {
    let mut config = kafka.client();
    config.set("group.id", group).set("enable.auto.commit", "false");
    Ok(config.set("enable.partition.eof", "true").create()?)
}

/// Reads the topic from its beginning to its end.
async fn read(kafka: &Kafka, topic: &str) -> Result<Log> {
    let consumer = group_of(kafka, &kafka.name("readers"))?;
    let mut assignment = TopicPartitionList::new();
    for partition in 0..PARTITIONS {
        assignment.add_partition_offset(topic, partition, Offset::Beginning)?;
    }
    consumer.assign(&assignment)?;
    let (mut log, mut ended) = (Log::new(), 0);
    let deadline = Instant::now() + kafka.timeout();
    while ended < PARTITIONS {
        let received = timeout_at(deadline, receive(&consumer)).await;
        match received.with_context(|| format!("after {} messages nothing more comes", log.len()))? {
            Ok(message) => {
                let bytes = |part: Option<&[u8]>| part.unwrap_or_default().to_vec();
                let content = (bytes(message.key()), bytes(message.payload()));
                log.insert((message.partition(), message.offset()), content);
            }
            Err(KafkaError::PartitionEOF(_)) => ended += 1,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(log)
}
