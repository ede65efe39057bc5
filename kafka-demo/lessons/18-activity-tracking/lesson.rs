//! What users of a web site do: in order for each of them, counted by page and segment, cut into sessions.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use rdkafka::{
    Message,
    consumer::{Consumer, StreamConsumer},
    message::OwnedMessage,
    producer::{FutureProducer, FutureRecord},
};
use serde::Deserialize;

use crate::{Kafka, receive};

const GAP: i64 = 30 * 60 * 1000;

#[derive(Deserialize)]
struct Event {
    at: i64,
    user: String,
    kind: String,
    what: String,
}

struct Session {
    user: String,
    start: i64,
    end: i64,
    events: u32,
}

impl Session {
    fn minutes(&self) -> i64 {
        (self.end - self.start) / 60_000
    }
}

pub async fn run(kafka: &Kafka) -> Result<()> {
    let compact = [("cleanup.policy", "compact")];
    let users = kafka.topic_with("users", 1, 3, &compact).await?;
    // Kept for ever: Kafka counts age from the timestamp, and what happened long ago would be gone at once.
    let keep = [("retention.ms", "-1")];
    let activity = kafka.topic_with("activity", 6, 3, &keep).await?;

    let producer: FutureProducer = kafka.producer().set("enable.idempotence", "true").create()?;
    let all: Vec<_> = include_str!("users.csv").lines().collect();
    let events: Vec<_> = include_str!("activity.jsonl").lines().collect();
    let mut deliveries = Vec::new();
    for line in &all {
        let (user, segment) = line.split_once(',').context("a line without a comma")?;
        let record = FutureRecord::to(&users).key(user).payload(segment);
        deliveries.push(producer.send_result(record).map_err(|(error, _)| error)?);
    }
    for line in &events {
        // By the user, so that what one does stays in order; at the time when it was done.
        let event: Event = serde_json::from_str(line)?;
        let record = FutureRecord::to(&activity)
            .key(&event.user)
            .payload(*line)
            .timestamp(event.at);
        deliveries.push(producer.send_result(record).map_err(|(error, _)| error)?);
    }
    for delivery in try_join_all(deliveries).await? {
        delivery.map_err(|(error, _)| error)?;
    }

    let mut segments = HashMap::new();
    for message in read(kafka, &users, all.len()).await? {
        let user = message.key_view::<str>().context("no key")??;
        let segment = message.payload_view::<str>().context("no value")??;
        segments.insert(user.to_owned(), segment.to_owned());
    }
    let mut views = BTreeMap::<String, u32>::new();
    let mut by_segment = BTreeMap::<&str, u32>::new();
    let mut searches = BTreeMap::<String, u32>::new();
    let mut partitions = HashMap::<String, HashSet<i32>>::new();
    let mut out_of_order = HashSet::new();
    let mut open = BTreeMap::<String, Session>::new();
    let mut sessions = Vec::new();
    for message in read(kafka, &activity, events.len()).await? {
        let event: Event = serde_json::from_slice(message.payload().context("no value")?)?;
        let user = event.user;
        partitions
            .entry(user.clone())
            .or_default()
            .insert(message.partition());
        *by_segment
            .entry(segments.get(&user).context("no such user")?)
            .or_default() += 1;
        match event.kind.as_str() {
            "view" => *views.entry(event.what).or_default() += 1,
            "search" => *searches.entry(event.what).or_default() += 1,
            _ => {}
        }
        if open.get(&user).is_some_and(|session| event.at < session.end) {
            out_of_order.insert(user.clone());
        }
        if open.get(&user).is_none_or(|session| event.at - session.end > GAP) {
            let session = Session {
                user: user.clone(),
                start: event.at,
                end: event.at,
                events: 0,
            };
            sessions.extend(open.insert(user.clone(), session));
        }
        if let Some(session) = open.get_mut(&user) {
            session.end = event.at;
            session.events += 1;
        }
    }
    sessions.extend(open.into_values());

    kafka.found("users", partitions.len());
    let scattered = partitions.values().filter(|partitions| partitions.len() > 1);
    kafka.found("users in more than one partition", scattered.count());
    kafka.found("users whose events came out of order", out_of_order.len());
    for (page, count) in views {
        kafka.found(format!("views of {page}"), count);
    }
    for (words, count) in searches {
        kafka.found(format!("searches for {words}"), count);
    }
    for (segment, count) in by_segment {
        kafka.found(format!("events of {segment} users"), count);
    }
    kafka.found("sessions", sessions.len());
    let single = sessions.iter().filter(|session| session.events == 1);
    kafka.found("sessions of one event", single.count());
    let longest = sessions
        .iter()
        .max_by_key(|session| (session.minutes(), &session.user))
        .context("no session")?;
    let (user, minutes, count) = (&longest.user, longest.minutes(), longest.events);
    kafka.found(
        "longest session",
        format!("{user}, {minutes} min, {count} events"),
    );
    let total: u32 = sessions.iter().map(|session| session.events).sum();
    ensure!(
        total as usize == events.len(),
        "the sessions have {total} of {} events",
        events.len()
    );
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
            .context("no event came in time")??;
        all.push(message.detach());
    }
    Ok(all)
}
