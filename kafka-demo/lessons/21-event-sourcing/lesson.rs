//! Bank accounts are what their events come to: rebuilt from all of them, or from a snapshot and what came after it.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use rdkafka::{
    Message, Offset, TopicPartitionList,
    consumer::{Consumer, StreamConsumer},
    error::KafkaError,
    message::OwnedMessage,
    producer::{FutureProducer, FutureRecord},
};
use serde::{Deserialize, Serialize};

use crate::{Kafka, receive};

const SNAPSHOT_EVERY: u32 = 100;

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Event {
    Opened,
    Deposited { cents: u64 },
    Withdrawn { cents: u64 },
    Refused { cents: u64 },
}

/// What the events of an account come to. It is never changed but by an event.
#[derive(Default, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Account {
    balance: u64,
    events: u32,
}

impl Account {
    /// What a command leads to, as the account stands.
    fn decide(&self, command: &str, cents: u64) -> Event {
        match command {
            "open" => Event::Opened,
            "deposit" => Event::Deposited { cents },
            _ if cents <= self.balance => Event::Withdrawn { cents },
            _ => Event::Refused { cents },
        }
    }

    fn apply(&mut self, event: &Event) {
        self.events += 1;
        match event {
            Event::Deposited { cents } => self.balance += cents,
            Event::Withdrawn { cents } => self.balance -= cents,
            Event::Opened | Event::Refused { .. } => {}
        }
    }
}

/// An account as the events before an offset made it.
#[derive(Serialize, Deserialize)]
struct Snapshot {
    account: Account,
    next_offset: i64,
}

pub async fn run(kafka: &Kafka) -> Result<()> {
    let events = kafka
        .topic_with("account-events", 1, 3, &[("retention.ms", "-1")])
        .await?;
    let compact = [("cleanup.policy", "compact")];
    let snapshots = kafka.topic_with("account-snapshots", 1, 3, &compact).await?;

    // The bank: it decides by the account as it stands, and writes down what happened.
    let mut accounts = BTreeMap::<String, Account>::new();
    let mut kinds = BTreeMap::<&str, u32>::new();
    let producer: FutureProducer = kafka
        .producer()
        .set("acks", "all")
        .set("enable.idempotence", "true")
        .create()?;
    let mut deliveries = Vec::new();
    for line in include_str!("commands.csv").lines() {
        let mut fields = line.split(',');
        let mut field = || fields.next().with_context(|| format!("no three fields: {line}"));
        let (command, name, cents) = (field()?, field()?, field()?.parse()?);
        let account = accounts.entry(name.to_owned()).or_default();
        let event = account.decide(command, cents);
        let json = serde_json::to_string(&event)?;
        let record = FutureRecord::to(&events).key(name).payload(&json);
        let delivery = producer.send_result(record).map_err(|(error, _)| error)?;
        account.apply(&event);
        *kinds.entry(kind(&event)).or_default() += 1;
        if account.events.is_multiple_of(SNAPSHOT_EVERY) {
            let delivery = delivery.await?.map_err(|(error, _)| error)?;
            let snapshot = serde_json::to_string(&Snapshot {
                account: account.clone(),
                next_offset: delivery.offset + 1,
            })?;
            let record = FutureRecord::to(&snapshots).key(name).payload(&snapshot);
            deliveries.push(producer.send_result(record).map_err(|(error, _)| error)?);
        } else {
            deliveries.push(delivery);
        }
    }
    for delivery in try_join_all(deliveries).await? {
        delivery.map_err(|(error, _)| error)?;
    }
    for (kind, count) in kinds {
        kafka.found(format!("events {kind}"), count);
    }

    // After a restart nothing is known, and all of it is read again: from the beginning, or from the snapshots.
    let all = read(kafka, &events, 0).await?;
    let rebuilt = replay(&all)?;
    let mut latest = BTreeMap::new();
    for message in read(kafka, &snapshots, 0).await? {
        let snapshot: Snapshot = serde_json::from_slice(message.payload().context("no value")?)?;
        latest.insert(key(&message)?, snapshot);
    }
    // An account that has no snapshot yet is read from its first event.
    let next_offset = |name: &str| {
        latest
            .get(name)
            .map_or(0, |snapshot: &Snapshot| snapshot.next_offset)
    };
    let from = rebuilt.keys().map(|name| next_offset(name)).min().unwrap_or(0);
    let mut from_snapshots: BTreeMap<_, _> = latest
        .iter()
        .map(|(name, snapshot)| (name.clone(), snapshot.account.clone()))
        .collect();
    let tail = read(kafka, &events, from).await?;
    for message in &tail {
        // The tail begins at the oldest snapshot: the other accounts have some of it in them.
        let name = key(message)?;
        if message.offset() >= next_offset(&name) {
            from_snapshots.entry(name).or_default().apply(&event(message)?);
        }
    }
    for (name, account) in &rebuilt {
        let balance =
            |accounts: &BTreeMap<String, Account>| accounts.get(name).map_or(0, |account| account.balance);
        kafka.found(format!("balance of {name}, all events"), balance(&rebuilt));
        kafka.found(
            format!("balance of {name}, snapshot and tail"),
            balance(&from_snapshots),
        );
        kafka.found(format!("events of {name}"), account.events);
        kafka.found(
            format!("events of {name} after the snapshot"),
            account.events - latest.get(name).map_or(0, |snapshot| snapshot.account.events),
        );
    }
    kafka.found("events read, all events", all.len());
    kafka.found("events read, snapshot and tail", tail.len());

    // What a table of balances cannot tell: how it was before, and how it came to be.
    let half = all.len() / 2;
    for (name, account) in replay(&all[..half])? {
        kafka.found(format!("balance of {name} at event {half}"), account.balance);
    }
    let same = rebuilt == accounts && from_snapshots == accounts;
    kafka.found("rebuilt as they were", same);
    ensure!(same, "{rebuilt:?} or {from_snapshots:?} is not {accounts:?}");
    Ok(())
}

fn replay(messages: &[OwnedMessage]) -> Result<BTreeMap<String, Account>> {
    let mut accounts = BTreeMap::<_, Account>::new();
    for message in messages {
        accounts.entry(key(message)?).or_default().apply(&event(message)?);
    }
    Ok(accounts)
}

fn kind(event: &Event) -> &'static str {
    match event {
        Event::Opened => "opened",
        Event::Deposited { .. } => "deposited",
        Event::Withdrawn { .. } => "withdrawn",
        Event::Refused { .. } => "refused",
    }
}

fn key(message: &OwnedMessage) -> Result<String> {
    Ok(message.key_view::<str>().context("no key")??.to_owned())
}

fn event(message: &OwnedMessage) -> Result<Event> {
    Ok(serde_json::from_slice(message.payload().context("no value")?)?)
}

/// What is in a partition from an offset to its end.
async fn read(kafka: &Kafka, topic: &str, from: i64) -> Result<Vec<OwnedMessage>> {
    let consumer: StreamConsumer = kafka
        .client()
        .set("group.id", kafka.name("bank"))
        .set("enable.auto.commit", "false")
        .set("enable.partition.eof", "true")
        .create()?;
    let mut partition = TopicPartitionList::new();
    partition.add_partition_offset(topic, 0, Offset::Offset(from))?;
    consumer.assign(&partition)?;
    let mut all = Vec::new();
    loop {
        let message = tokio::time::timeout(kafka.timeout(), receive(&consumer)).await;
        match message.context("nothing more came in time")? {
            Ok(message) => all.push(message.detach()),
            Err(KafkaError::PartitionEOF(_)) => return Ok(all),
            Err(error) => return Err(error.into()),
        }
    }
}
