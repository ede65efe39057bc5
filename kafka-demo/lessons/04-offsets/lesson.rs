//! When the offset is committed decides what a crash loses or repeats; and a group may be sent to any other offset.

use anyhow::{Context, Result};
use futures_util::future::try_join_all;
use rdkafka::{
    Message, Offset, TopicPartitionList,
    consumer::{CommitMode, Consumer, StreamConsumer},
    producer::{FutureProducer, FutureRecord},
};

use crate::{Kafka, receive};

const MESSAGES: i64 = 10;
const FIRST: i64 = 1_700_000_000_000;
const MINUTE: i64 = 60_000;

pub async fn run(kafka: &Kafka) -> Result<()> {
    // Retention goes by the message's own timestamp: without this setting, those from 2023 would be deleted at once.
    let topic = kafka
        .topic_with("orders", 1, 3, &[("retention.ms", "-1")])
        .await?;
    let producer: FutureProducer = kafka.producer().set("enable.idempotence", "true").create()?;
    let deliveries = (0..MESSAGES).map(|number| {
        let record = FutureRecord::<(), _>::to(&topic)
            .payload("an order")
            .timestamp(FIRST + number * MINUTE);
        producer.send(record, kafka.timeout())
    });
    try_join_all(deliveries).await.map_err(|(error, _)| error)?;

    let ways = [
        ("committed before the work", Commit::Before),
        ("committed after the work", Commit::After),
        ("stored after each message", Commit::Stored),
    ];
    for (name, commit) in ways {
        let group = kafka.name(&name.replace(' ', "-"));
        let before = work(kafka, &topic, &group, commit, Some(7)).await?;
        let after = work(kafka, &topic, &group, commit, None).await?;
        let lost = (0..MESSAGES).filter(|offset| !before.contains(offset) && !after.contains(offset));
        let repeated = before.iter().copied().filter(|offset| after.contains(offset));
        kafka.found(
            format!("{name}: done before the stop"),
            list(before.iter().copied()),
        );
        kafka.found(format!("{name}: done after it"), list(after.iter().copied()));
        kafka.found(format!("{name}: lost"), list(lost));
        kafka.found(format!("{name}: repeated"), list(repeated));
    }

    // Where a group starts is up to it.
    let group = kafka.name("replay");
    let consumer = consumer(kafka, &topic, &group, Commit::After)?;
    kafka.found("first message of a new group", next(kafka, &consumer).await?);
    consumer.seek(&topic, 0, Offset::Offset(8), kafka.timeout())?;
    kafka.found("after seek to 8", next(kafka, &consumer).await?);
    consumer.seek(&topic, 0, Offset::Beginning, kafka.timeout())?;
    kafka.found("after seek to the beginning", next(kafka, &consumer).await?);
    let mut times = TopicPartitionList::new();
    times.add_partition_offset(&topic, 0, Offset::Offset(FIRST + 6 * MINUTE + 1))?;
    let offsets = consumer.offsets_for_times(times, kafka.timeout())?;
    kafka.found(
        "first offset after six minutes",
        list(offset(&offsets)?.into_iter()),
    );

    // Asynchronously on the way, where a later commit makes up for one that failed; synchronously at the end.
    let mut position = TopicPartitionList::new();
    position.add_partition_offset(&topic, 0, Offset::Offset(3))?;
    consumer.commit(&position, CommitMode::Async)?;
    position.set_all_offsets(Offset::Offset(4))?;
    consumer.commit(&position, CommitMode::Sync)?;
    let committed = offset(&consumer.committed(kafka.timeout())?)?.context("nothing is committed")?;
    let (_, end) = consumer.fetch_watermarks(&topic, 0, kafka.timeout())?;
    kafka.found("committed offset", committed);
    kafka.found("end of the partition", end);
    kafka.found("consumer lag", end - committed);
    Ok(())
}

#[derive(Clone, Copy, PartialEq)]
enum Commit {
    Before,
    After,
    Stored,
}

fn consumer(kafka: &Kafka, topic: &str, group: &str, commit: Commit) -> Result<StreamConsumer> {
    let stored = (commit == Commit::Stored).to_string();
    let consumer: StreamConsumer = kafka
        .client()
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        // In the background, and when the consumer is closed, librdkafka commits what was stored …
        .set("enable.auto.commit", &stored)
        // … which by default is done before the application has seen the message.
        .set("enable.auto.offset.store", (commit != Commit::Stored).to_string())
        .create()?;
    // The only partition, without the group's other members: the group but keeps the offset.
    let mut partition = TopicPartitionList::new();
    partition.add_partition(topic, 0);
    consumer.assign(&partition)?;
    Ok(consumer)
}

/// Works on batches of five to the end of the partition, or until it is stopped before the message at `stop`.
async fn work(
    kafka: &Kafka,
    topic: &str,
    group: &str,
    commit: Commit,
    stop: Option<i64>,
) -> Result<Vec<i64>> {
    let consumer = consumer(kafka, topic, group, commit)?;
    let mut position = offset(&consumer.committed(kafka.timeout())?)?.unwrap_or(0);
    let mut done = Vec::new();
    while position < MESSAGES {
        let mut batch = Vec::new();
        while batch.len() < 5 && position < MESSAGES {
            batch.push(next(kafka, &consumer).await?);
            position += 1;
        }
        if commit == Commit::Before {
            consumer.commit_consumer_state(CommitMode::Sync)?;
        }
        for offset in batch {
            // The consumer is dropped. What is not committed yet stays so, as in a crash; but what is stored is committed
            // as it goes. In a crash that is what the last commit in the background left out, up to five seconds of it.
            if stop == Some(offset) {
                return Ok(done);
            }
            done.push(offset);
            if commit == Commit::Stored {
                consumer.store_offset(topic, 0, offset)?;
            }
        }
        if commit == Commit::After {
            consumer.commit_consumer_state(CommitMode::Sync)?;
        }
    }
    Ok(done)
}

async fn next(kafka: &Kafka, consumer: &StreamConsumer) -> Result<i64> {
    let message = tokio::time::timeout(kafka.timeout(), receive(consumer))
        .await
        .context("no message came in time")??;
    Ok(message.offset())
}

fn offset(partitions: &TopicPartitionList) -> Result<Option<i64>> {
    match partitions.elements().first().context("no partition")?.offset() {
        Offset::Offset(offset) => Ok(Some(offset)),
        _ => Ok(None),
    }
}

fn list(offsets: impl Iterator<Item = i64>) -> String {
    let offsets: Vec<_> = offsets.map(|offset| offset.to_string()).collect();
    if offsets.is_empty() {
        "none".to_owned()
    } else {
        offsets.join(" ")
    }
}
