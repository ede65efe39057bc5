//! Retention deletes what is old; compaction keeps the last value of each key, and a tombstone deletes the key.

use std::{
    collections::HashSet,
    time::{Duration, SystemTime},
};

use anyhow::{Context, Result, ensure};
use rdkafka::{
    Message, Offset, TopicPartitionList,
    consumer::{Consumer, StreamConsumer},
    producer::{FutureProducer, FutureRecord, Producer},
};
use tokio::time::Instant;

use crate::{Kafka, receive};

const MINUTE: i64 = 60_000;

pub async fn run(kafka: &Kafka) -> Result<()> {
    let now = SystemTime::UNIX_EPOCH.elapsed()?.as_millis() as i64;
    let producer: FutureProducer = kafka.producer().create()?;

    // What is deleted or compacted is whole segments, and never the one that is written to. With each message that is
    // a minute younger than the first of its segment, a new segment begins.
    let settings = [("retention.ms", "1800000"), ("segment.ms", "60000")];
    let topic = kafka.topic_with("readings", 1, 3, &settings).await?;
    for number in 0..5 {
        send(kafka, &producer, &topic, "old", Some(number), now - 60 * MINUTE).await?;
    }
    for number in 5..10 {
        send(kafka, &producer, &topic, "young", Some(number), now).await?;
    }
    let deadline = Instant::now() + kafka.timeout();
    let (low, high) = loop {
        let (low, high) = producer.client().fetch_watermarks(&topic, 0, kafka.timeout())?;
        if low > 0 {
            break (low, high);
        }
        ensure!(
            Instant::now() < deadline,
            "retention deleted nothing in time: are log.retention.check.interval.ms and log.initial.task.delay.ms short?"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    kafka.found("low watermark after half an hour's retention", low);
    kafka.found("high watermark", high);
    let kept = read(kafka, &topic).await?;
    kafka.found("what is left", list(&kept));

    let settings = [
        ("cleanup.policy", "compact"),
        ("segment.ms", "60000"),
        // As soon as a hundredth of the log is not compacted; by default, half of it.
        ("min.cleanable.dirty.ratio", "0.01"),
        // How long a consumer that lags has the chance to see a tombstone: by default, a day.
        ("delete.retention.ms", "0"),
    ];
    let topic = kafka.topic_with("balances", 1, 3, &settings).await?;
    let balances = [
        ("alice", Some(1)),
        ("bob", Some(1)),
        ("carol", Some(1)),
        ("alice", Some(2)),
        ("bob", None),
        ("alice", Some(3)),
    ];
    for (key, value) in balances {
        send(kafka, &producer, &topic, key, value, now - 60 * MINUTE).await?;
    }
    send(kafka, &producer, &topic, "dave", Some(1), now - 30 * MINUTE).await?;
    let mut keys = HashSet::new();
    let kept = read_until(kafka, &topic, |kept| {
        keys.clear();
        kept.iter().all(|record| keys.insert(record.key.clone()))
    });
    kafka.found("after compaction", list(&kept.await?));
    // A tombstone outlives the compaction that first meets it. The next comes with the next segment.
    send(kafka, &producer, &topic, "erin", Some(1), now).await?;
    let kept = read_until(kafka, &topic, |kept| {
        kept.iter().all(|record| record.value.is_some())
    });
    kafka.found("after the next", list(&kept.await?));
    Ok(())
}

struct Record {
    offset: i64,
    key: String,
    value: Option<String>,
}

async fn send(
    kafka: &Kafka,
    producer: &FutureProducer,
    topic: &str,
    key: &str,
    value: Option<i32>,
    timestamp: i64,
) -> Result<()> {
    let value = value.map(|value| value.to_string());
    let mut record = FutureRecord::to(topic).key(key).timestamp(timestamp);
    record.payload = value.as_deref();
    producer
        .send(record, kafka.timeout())
        .await
        .map_err(|(error, _)| error)?;
    Ok(())
}

async fn read_until(
    kafka: &Kafka,
    topic: &str,
    mut enough: impl FnMut(&[Record]) -> bool,
) -> Result<Vec<Record>> {
    let deadline = Instant::now() + kafka.timeout();
    loop {
        let kept = read(kafka, topic).await?;
        if enough(&kept) {
            return Ok(kept);
        }
        ensure!(
            Instant::now() < deadline,
            "nothing was compacted in time: is log.cleaner.backoff.ms short?"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// All that is in the topic, up to its high watermark.
async fn read(kafka: &Kafka, topic: &str) -> Result<Vec<Record>> {
    let consumer: StreamConsumer = kafka.client().set("group.id", "unused").create()?;
    let mut partition = TopicPartitionList::new();
    partition.add_partition_offset(topic, 0, Offset::Beginning)?;
    consumer.assign(&partition)?;
    let (_, high) = consumer.fetch_watermarks(topic, 0, kafka.timeout())?;
    let mut records: Vec<Record> = Vec::new();
    while records.last().is_none_or(|record| record.offset + 1 < high) {
        let message = tokio::time::timeout(kafka.timeout(), receive(&consumer)).await;
        let message = message.context("no message came in time")??;
        records.push(Record {
            offset: message.offset(),
            key: message.key_view::<str>().context("no key")??.to_owned(),
            value: message.payload_view::<str>().transpose()?.map(str::to_owned),
        });
    }
    Ok(records)
}

fn list(records: &[Record]) -> String {
    let records = records.iter().map(|Record { offset, key, value }| {
        let value = value.as_deref().unwrap_or("null");
        format!("{offset}: {key} {value}")
    });
    records.collect::<Vec<_>>().join(", ")
}
