//! Metrics of several hosts, put together by the minute; an alert is raised once, however long it lasts, and cleared once.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use rdkafka::{
    Message,
    consumer::{Consumer, StreamConsumer},
    message::OwnedMessage,
    producer::{FutureProducer, FutureRecord},
};
use serde::{Deserialize, Serialize};

use crate::{Kafka, receive};

const HIGH: u32 = 90;
const LOW: u32 = 75;
const IN_A_ROW: u32 = 3;

/// What a host's processor did in a minute. The mean is in tenths of a percent.
#[derive(Serialize, Deserialize)]
struct Minute {
    start: i64,
    samples: u32,
    mean: u32,
    max: u32,
}

#[derive(Default)]
struct Window {
    start: i64,
    samples: u32,
    sum: u32,
    max: u32,
}

impl Window {
    fn close(self) -> Minute {
        Minute {
            start: self.start,
            samples: self.samples,
            mean: self.sum * 10 / self.samples,
            max: self.max,
        }
    }
}

#[derive(Default)]
struct Watch {
    high: u32,
    low: u32,
    raised: bool,
}

impl Watch {
    /// Raised once, when it was high for long enough; cleared once, when it was low for as long.
    fn look(&mut self, mean: u32) -> Option<&'static str> {
        self.high = if mean > HIGH * 10 { self.high + 1 } else { 0 };
        self.low = if mean < LOW * 10 { self.low + 1 } else { 0 };
        if !self.raised && self.high == IN_A_ROW {
            self.raised = true;
            return Some("raised");
        }
        if self.raised && self.low == IN_A_ROW {
            self.raised = false;
            return Some("cleared");
        }
        None
    }
}

pub async fn run(kafka: &Kafka) -> Result<()> {
    // Kept for ever: Kafka counts age from the timestamp, and what happened long ago would be gone at once.
    let keep = [("retention.ms", "-1")];
    let metrics = kafka.topic_with("metrics", 3, 3, &keep).await?;
    let minutes = kafka.topic_with("minutes", 3, 3, &keep).await?;
    let alerts = kafka.topic_with("alerts", 1, 3, &keep).await?;

    // Many small messages, of which one may be lost: large batches, packed, acknowledged by the leader alone.
    let agent: FutureProducer = kafka
        .producer()
        .set("acks", "1")
        .set("linger.ms", "20")
        .set("compression.type", "lz4")
        .create()?;
    let lines: Vec<_> = include_str!("metrics.csv").lines().collect();
    let mut deliveries = Vec::new();
    for line in &lines {
        let mut fields = line.split(',');
        let mut field = || fields.next().with_context(|| format!("no three fields: {line}"));
        let at = field()?.parse::<i64>()? * 1000;
        let record = FutureRecord::to(&metrics)
            .key(field()?)
            .payload(field()?)
            .timestamp(at);
        deliveries.push(agent.send_result(record).map_err(|(error, _)| error)?);
    }
    for delivery in try_join_all(deliveries).await? {
        delivery.map_err(|(error, _)| error)?;
    }

    let producer: FutureProducer = kafka.producer().set("enable.idempotence", "true").create()?;
    // A host's samples are in order, so the first one of the next minute ends a window.
    let mut open = BTreeMap::<String, Window>::new();
    let mut means = BTreeMap::<&str, Vec<String>>::new();
    let mut closed = Vec::new();
    for message in read(kafka, &metrics, lines.len()).await? {
        let host = message.key_view::<str>().context("no key")??;
        let at = message.timestamp().to_millis().context("no timestamp")?;
        let start = at - at % 60_000;
        if open.get(host).is_none_or(|window| window.start != start) {
            let window = Window {
                start,
                ..Window::default()
            };
            closed.extend(
                open.insert(host.to_owned(), window)
                    .map(|window| (host.to_owned(), window.close())),
            );
        }
        if let Some(window) = open.get_mut(host) {
            let percent = message.payload_view::<str>().context("no value")??.parse()?;
            window.samples += 1;
            window.sum += percent;
            window.max = window.max.max(percent);
        }
    }
    closed.extend(open.into_iter().map(|(host, window)| (host, window.close())));
    let mut deliveries = Vec::new();
    for (host, minute) in &closed {
        let mean = format!("{}.{}", minute.mean / 10, minute.mean % 10);
        means.entry(host).or_default().push(mean);
        let json = serde_json::to_string(minute)?;
        let record = FutureRecord::to(&minutes)
            .key(host)
            .payload(&json)
            .timestamp(minute.start);
        deliveries.push(producer.send_result(record).map_err(|(error, _)| error)?);
    }
    for delivery in try_join_all(deliveries).await? {
        delivery.map_err(|(error, _)| error)?;
    }
    kafka.found("samples", lines.len());
    kafka.found("minutes", closed.len());
    for (host, means) in &means {
        kafka.found(format!("means of {host}"), means.join(" "));
    }

    let mut watches = HashMap::<String, Watch>::new();
    let mut over = BTreeMap::<String, u32>::new();
    let mut sent = 0;
    for message in read(kafka, &minutes, closed.len()).await? {
        let host = message.key_view::<str>().context("no key")??;
        let minute: Minute = serde_json::from_slice(message.payload().context("no value")?)?;
        *over.entry(host.to_owned()).or_default() += u32::from(minute.mean > HIGH * 10);
        if let Some(change) = watches.entry(host.to_owned()).or_default().look(minute.mean) {
            let record = FutureRecord::to(&alerts)
                .key(host)
                .payload(change)
                .timestamp(minute.start + 60_000);
            let delivery = producer.send(record, kafka.timeout()).await;
            delivery.map_err(|(error, _)| error)?;
            sent += 1;
        }
    }
    kafka.found("alerts", sent);

    let mut pager = HashMap::<String, Vec<String>>::new();
    for message in read(kafka, &alerts, sent).await? {
        let host = message.key_view::<str>().context("no key")??;
        let change = message.payload_view::<str>().context("no value")??;
        let minute = message.timestamp().to_millis().context("no timestamp")? / 60_000 % (24 * 60);
        let time = format!("{:02}:{:02}", minute / 60, minute % 60);
        pager
            .entry(host.to_owned())
            .or_default()
            .push(format!("{time} {change}"));
    }
    for (host, count) in &over {
        kafka.found(format!("minutes of {host} over {HIGH} %"), count);
        let alerts = pager
            .get(host)
            .map_or("none".to_owned(), |alerts| alerts.join(", "));
        kafka.found(format!("alerts of {host}"), alerts);
    }
    ensure!(sent > 0, "no alert was raised");
    Ok(())
}

async fn read(kafka: &Kafka, topic: &str, count: usize) -> Result<Vec<OwnedMessage>> {
    let consumer: StreamConsumer = kafka
        .client()
        .set("group.id", topic)
        .set("auto.offset.reset", "earliest")
        .create()?;
    consumer.subscribe(&[topic])?;
    let mut all = Vec::new();
    while all.len() < count {
        let message = tokio::time::timeout(kafka.timeout(), receive(&consumer))
            .await
            .context("nothing came in time")??;
        all.push(message.detach());
    }
    Ok(all)
}
