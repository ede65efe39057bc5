//! Counts by the minute of when it happened, late events and a crash included: what Kafka Streams does, by hand.

use std::{collections::BTreeMap, mem, time::Duration};

use anyhow::{Context, Result, ensure};
use rdkafka::{
    Message, Offset, TopicPartitionList,
    consumer::{Consumer, StreamConsumer},
    error::KafkaError,
    message::OwnedMessage,
    producer::{FutureProducer, FutureRecord, Producer},
};
use serde::{Deserialize, Serialize};

use crate::{Kafka, receive, transaction::Transaction};

const PARTITIONS: i32 = 3;
const WINDOW: i64 = 60_000;
const GRACE: i64 = 30_000;
/// Events of one transaction.
const BATCH: i64 = 500;

/// What is known of a partition after the events before an offset. All of it is one record in the topic of states, so
/// that the counts and the offset cannot be at odds.
#[derive(Default, Serialize, Deserialize)]
struct State {
    next_offset: i64,
    stream_time: i64,
    late: u32,
    open: BTreeMap<i64, BTreeMap<String, u32>>,
}

impl State {
    /// Counts an event; tells its window's start and count, unless it is too late for it.
    fn count(&mut self, station: &str, at: i64) -> Option<(i64, u32)> {
        self.stream_time = self.stream_time.max(at);
        let closed = self.stream_time - GRACE - WINDOW;
        self.open.retain(|start, _| *start > closed);
        let start = at - at % WINDOW;
        if start <= closed {
            self.late += 1;
            return None;
        }
        let stations = self.open.entry(start).or_default();
        let count = stations.entry(station.to_owned()).or_default();
        *count += 1;
        Some((start, *count))
    }
}

/// What an uninterrupted count of each partition comes to.
#[derive(Default)]
struct Uninterrupted {
    states: BTreeMap<i32, State>,
    counts: BTreeMap<String, u32>,
}

struct Topics {
    departures: String,
    states: String,
    counts: String,
}

pub async fn run(kafka: &Kafka) -> Result<()> {
    let compact = [("cleanup.policy", "compact")];
    // Kept for ever: Kafka counts age from the timestamp, and what happened long ago would be gone at once.
    let keep = [("retention.ms", "-1")];
    let topics = Topics {
        departures: kafka.topic_with("departures", PARTITIONS, 3, &keep).await?,
        states: kafka.topic_with("states", 1, 3, &compact).await?,
        counts: kafka.topic("counts", PARTITIONS).await?,
    };

    let lines: Vec<_> = include_str!("departures.csv").lines().collect();
    let mut uninterrupted = Uninterrupted::default();
    publish(kafka, &topics, &lines[..500], &mut uninterrupted).await?;
    process(kafka, &topics, 500, false).await?;
    let committed = async || anyhow::Ok(seen(&states(kafka, &topics).await?));
    kafka.found("counted for good, after an orderly end", committed().await?);
    publish(kafka, &topics, &lines[500..], &mut uninterrupted).await?;
    process(kafka, &topics, 800, true).await?;
    kafka.found("counted for good, after a crash at 800", committed().await?);
    process(kafka, &topics, lines.len() as i64, false).await?;
    kafka.found("counted for good, at the end", committed().await?);

    let mut counted = BTreeMap::new();
    for message in read(kafka, &topics.counts, PARTITIONS).await? {
        let count: u32 = message.payload_view::<str>().context("no value")??.parse()?;
        counted.insert(key(&message)?, count);
    }
    kafka.found("events", lines.len());
    kafka.found("events in a window", counted.values().sum::<u32>());
    let late: u32 = states(kafka, &topics)
        .await?
        .values()
        .map(|state| state.late)
        .sum();
    kafka.found("late events", late);
    let Uninterrupted {
        states,
        counts: expected,
    } = uninterrupted;
    let expected_late: u32 = states.values().map(|state| state.late).sum();
    kafka.found("late events of an uninterrupted count", expected_late);
    kafka.found("windows", counted.len());
    let wrong = expected
        .iter()
        .filter(|(window, count)| counted.get(*window) != Some(count));
    kafka.found("windows that an uninterrupted count has otherwise", wrong.count());
    let mut by_station = BTreeMap::<&str, Vec<String>>::new();
    for (window, count) in &counted {
        let (station, _) = window.split_once(' ').context("a window without a start")?;
        by_station.entry(station).or_default().push(count.to_string());
    }
    for (station, counts) in by_station {
        kafka.found(format!("departures from {station}, by minute"), counts.join(" "));
    }
    ensure!(counted == expected, "lost or counted twice");
    Ok(())
}

async fn publish(
    kafka: &Kafka,
    topics: &Topics,
    lines: &[&str],
    uninterrupted: &mut Uninterrupted,
) -> Result<()> {
    let producer: FutureProducer = kafka
        .producer()
        .set("enable.idempotence", "true")
        .set("partitioner", "murmur2_random")
        .create()?;
    let mut deliveries = Vec::new();
    for line in lines {
        let (at, station) = line.split_once(',').context("a line without a comma")?;
        let at = at.parse()?;
        // In event time: the record's timestamp is when it happened, however late it comes.
        let record = FutureRecord::<_, str>::to(&topics.departures)
            .key(station)
            .payload("")
            .timestamp(at);
        let delivery = producer.send_result(record).map_err(|(error, _)| error)?;
        deliveries.push((delivery, station, at));
    }
    for (delivery, station, at) in deliveries {
        let delivery = delivery.await?.map_err(|(error, _)| error)?;
        let state = uninterrupted.states.entry(delivery.partition).or_default();
        if let Some((start, count)) = state.count(station, at) {
            uninterrupted.counts.insert(window(station, start), count);
        }
    }
    Ok(())
}

/// Counts until so many events are counted, then ends in order or is killed.
async fn process(kafka: &Kafka, topics: &Topics, events: i64, killed: bool) -> Result<()> {
    let producer: FutureProducer = kafka
        .transactional_producer()
        .set("transactional.id", kafka.name("counter"))
        .create()?;
    // Who was killed has left a transaction open. This aborts it, so that the states are those of the last commit.
    producer.init_transactions(kafka.timeout().max(Duration::from_secs(30)))?;
    let mut states = states(kafka, topics).await?;
    let consumer: StreamConsumer = kafka
        .client()
        .set("group.id", kafka.name("counter"))
        .set("enable.auto.commit", "false")
        .create()?;
    let mut assignment = TopicPartitionList::new();
    for partition in 0..PARTITIONS {
        let offset = states.get(&partition).map_or(0, |state| state.next_offset);
        assignment.add_partition_offset(&topics.departures, partition, Offset::Offset(offset))?;
    }
    consumer.assign(&assignment)?;

    while seen(&states) < events {
        let transaction = Transaction::begin(kafka, &producer)?;
        let mut changed = BTreeMap::new();
        for _ in 0..BATCH.min(events - seen(&states)) {
            let message = tokio::time::timeout(kafka.timeout(), receive(&consumer))
                .await
                .context("no event came in time")??;
            let station = message.key_view::<str>().context("no key")??;
            let at = message.timestamp().to_millis().context("no timestamp")?;
            let state = states.entry(message.partition()).or_default();
            state.next_offset = message.offset() + 1;
            if let Some((start, count)) = state.count(station, at) {
                changed.insert(window(station, start), count);
            }
        }
        let mut deliveries = Vec::new();
        for (window, count) in &changed {
            let count = count.to_string();
            let record = FutureRecord::to(&topics.counts).key(window).payload(&count);
            deliveries.push(producer.send_result(record).map_err(|(error, _)| error)?);
        }
        for (partition, state) in &states {
            let (partition, state) = (partition.to_string(), serde_json::to_string(state)?);
            let record = FutureRecord::to(&topics.states).key(&partition).payload(&state);
            deliveries.push(producer.send_result(record).map_err(|(error, _)| error)?);
        }
        for delivery in deliveries {
            delivery.await?.map_err(|(error, _)| error)?;
        }
        if killed && seen(&states) == events {
            // Who is killed aborts nothing.
            mem::forget(transaction);
            return Ok(());
        }
        transaction.commit()?;
    }
    Ok(())
}

/// The latest state of each partition.
async fn states(kafka: &Kafka, topics: &Topics) -> Result<BTreeMap<i32, State>> {
    let mut states = BTreeMap::new();
    for message in read(kafka, &topics.states, 1).await? {
        let state = serde_json::from_slice(message.payload().context("no value")?)?;
        states.insert(key(&message)?.parse()?, state);
    }
    Ok(states)
}

/// How many events the states have in them.
fn seen(states: &BTreeMap<i32, State>) -> i64 {
    states.values().map(|state| state.next_offset).sum()
}

fn window(station: &str, start: i64) -> String {
    let minute = start / 60_000 % (24 * 60);
    format!("{station} {:02}:{:02}", minute / 60, minute % 60)
}

fn key(message: &OwnedMessage) -> Result<String> {
    Ok(message.key_view::<str>().context("no key")??.to_owned())
}

/// All of a topic, as one sees it who reads only what is committed.
async fn read(kafka: &Kafka, topic: &str, partitions: i32) -> Result<Vec<OwnedMessage>> {
    let consumer: StreamConsumer = kafka
        .client()
        .set("group.id", kafka.name("counter"))
        .set("enable.auto.commit", "false")
        .set("isolation.level", "read_committed")
        .set("enable.partition.eof", "true")
        .create()?;
    let mut assignment = TopicPartitionList::new();
    for partition in 0..partitions {
        assignment.add_partition_offset(topic, partition, Offset::Beginning)?;
    }
    consumer.assign(&assignment)?;
    let mut open = partitions;
    let mut all = Vec::new();
    while open > 0 {
        let message = tokio::time::timeout(kafka.timeout(), receive(&consumer)).await;
        match message.context("nothing more came in time")? {
            Ok(message) => all.push(message.detach()),
            Err(KafkaError::PartitionEOF(_)) => open -= 1,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(all)
}
