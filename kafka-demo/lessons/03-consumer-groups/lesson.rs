//! The members of a consumer group share the partitions; one that joins or leaves makes only few of them move.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use rdkafka::{
    ClientContext, Message,
    consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance, StreamConsumer},
    error::KafkaError,
    producer::{FutureProducer, FutureRecord},
};
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinHandle,
};

use crate::Kafka;

const PARTITIONS: usize = 6;
const ROUND: usize = 60;

pub async fn run(kafka: &Kafka) -> Result<()> {
    let topic = kafka.topic("orders", PARTITIONS as i32).await?;
    let producer: FutureProducer = kafka.client().create()?;

    let mut group = Group::new(kafka, &topic, "billing");
    group.join("first")?;
    group.settle(1).await?;
    group.round(&producer, 1).await?;
    group.join("second")?;
    group.settle(2).await?;
    group.round(&producer, 2).await?;
    group.join("third")?;
    group.settle(3).await?;
    group.round(&producer, 3).await?;
    group.leave("third").await;
    group.settle(4).await?;
    group.round(&producer, 4).await?;
    kafka.found("messages read by the group", group.read.len());
    kafka.found("of these, read twice", group.twice);
    ensure!(group.read.len() == 4 * ROUND, "the group missed messages");

    let mut other = Group::new(kafka, &topic, "shipping");
    other.join("only")?;
    while other.read.len() < 4 * ROUND {
        other.next().await?;
    }
    kafka.found("messages read by another group", other.read.len());
    Ok(())
}

/// A member's name, and what happened to it.
struct Event(&'static str, What);

enum What {
    Assigned(usize),
    Revoked(usize),
    Read(String),
    Failed(KafkaError),
}

/// The counterpart of Java's `ConsumerRebalanceListener`; librdkafka calls it from within `recv`.
struct Member {
    name: &'static str,
    events: UnboundedSender<Event>,
}

impl ClientContext for Member {}

impl ConsumerContext for Member {
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Revoke(partitions) = rebalance {
            let _ = self
                .events
                .send(Event(self.name, What::Revoked(partitions.count())));
        }
    }

    fn post_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Assign(partitions) = rebalance {
            let _ = self
                .events
                .send(Event(self.name, What::Assigned(partitions.count())));
        }
    }
}

struct Group<'a> {
    kafka: &'a Kafka,
    topic: &'a str,
    id: String,
    members: BTreeMap<&'static str, JoinHandle<()>>,
    /// How many partitions each member holds, and how many messages it read in this round.
    held: BTreeMap<&'static str, usize>,
    round: BTreeMap<&'static str, usize>,
    revoked: usize,
    read: BTreeSet<String>,
    twice: usize,
    sender: UnboundedSender<Event>,
    events: UnboundedReceiver<Event>,
}

impl<'a> Group<'a> {
    fn new(kafka: &'a Kafka, topic: &'a str, name: &str) -> Self {
        let (sender, events) = unbounded_channel();
        Self {
            kafka,
            topic,
            id: kafka.name(name),
            members: BTreeMap::new(),
            held: BTreeMap::new(),
            round: BTreeMap::new(),
            revoked: 0,
            read: BTreeSet::new(),
            twice: 0,
            sender,
            events,
        }
    }

    fn join(&mut self, name: &'static str) -> Result<()> {
        // The mock cluster waits almost this long for the members of a group, whoever has come.
        let session = if self.kafka.mock().is_some() {
            "3500"
        } else {
            "6000"
        };
        let events = self.sender.clone();
        let member = Member {
            name,
            events: events.clone(),
        };
        let consumer: StreamConsumer<Member> = self
            .kafka
            .client()
            .set("group.id", &self.id)
            .set("auto.offset.reset", "earliest")
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("session.timeout.ms", session)
            .set("heartbeat.interval.ms", "300")
            .create_with_context(member)?;
        consumer.subscribe(&[self.topic])?;
        let reading = async move {
            loop {
                let what = match consumer.recv().await {
                    Ok(message) => What::Read(format!("{}/{}", message.partition(), message.offset())),
                    Err(error) => What::Failed(error),
                };
                let _ = events.send(Event(name, what));
            }
        };
        self.members.insert(name, tokio::spawn(reading));
        self.held.insert(name, 0);
        Ok(())
    }

    /// The consumer is dropped with its task, and leaves the group.
    async fn leave(&mut self, name: &str) {
        if let Some(member) = self.members.remove(name) {
            member.abort();
            let _ = member.await;
        }
        self.held.remove(name);
    }

    async fn next(&mut self) -> Result<()> {
        let event = tokio::time::timeout(self.kafka.timeout(), self.events.recv()).await;
        let Event(name, what) = event
            .context("the group did not get on in time")?
            .context("no member")?;
        match (what, self.held.get_mut(name)) {
            (What::Failed(error), _) => return Err(error.into()),
            (What::Read(id), _) => {
                *self.round.entry(name).or_default() += 1;
                self.twice += usize::from(!self.read.insert(id));
            }
            (What::Assigned(partitions), Some(held)) => *held += partitions,
            (What::Revoked(partitions), Some(held)) => {
                *held -= partitions;
                self.revoked += partitions;
            }
            // What a member gives up that leaves is no one's loss.
            (_, None) => {}
        }
        Ok(())
    }

    /// Waits until every partition has a member and every member a partition.
    async fn settle(&mut self, round: usize) -> Result<()> {
        self.revoked = 0;
        while self.held.values().sum::<usize>() < PARTITIONS || self.held.values().any(|held| *held == 0) {
            self.next().await?;
        }
        self.kafka
            .found(format!("partitions held in round {round}"), sorted(&self.held));
        self.kafka.found(
            format!("partitions taken from a member in round {round}"),
            self.revoked,
        );
        Ok(())
    }

    async fn round(&mut self, producer: &FutureProducer, round: usize) -> Result<()> {
        let deliveries = (0..ROUND).map(|number| {
            let record = FutureRecord::<(), _>::to(self.topic)
                .partition((number % PARTITIONS) as i32)
                .payload("an order");
            producer.send(record, self.kafka.timeout())
        });
        try_join_all(deliveries).await.map_err(|(error, _)| error)?;
        self.round.clear();
        while self.round.values().sum::<usize>() < ROUND {
            self.next().await?;
        }
        self.kafka
            .found(format!("messages read in round {round}"), sorted(&self.round));
        Ok(())
    }
}

fn sorted(counts: &BTreeMap<&str, usize>) -> String {
    let mut counts: Vec<_> = counts.values().collect();
    counts.sort();
    counts
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}
