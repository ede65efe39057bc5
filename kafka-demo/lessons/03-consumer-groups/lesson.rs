//! The members of a consumer group share the partitions; one that joins or leaves makes only few of them move.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use futures_util::future::{select_all, try_join_all};
use rdkafka::{
    ClientContext, Message,
    consumer::{BaseConsumer, CommitMode, Consumer, ConsumerContext, Rebalance, StreamConsumer},
    producer::{FutureProducer, FutureRecord},
};
use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

use crate::{Kafka, receive};

const PARTITIONS: usize = 6;
const ROUND: usize = 60;

pub async fn run(kafka: &Kafka) -> Result<()> {
    let topic = kafka.topic("orders", PARTITIONS as i32).await?;
    let producer: FutureProducer = kafka.producer().set("enable.idempotence", "true").create()?;
    if let Some(mock) = kafka.mock() {
        // Its group turns away whoever asks for partitions after the leader has given them out. The leader asks for
        // metadata first, and so comes last, where an answer takes its time.
        for broker in 1..=3 {
            mock.broker_round_trip_time(broker, Duration::from_millis(100))?;
        }
    }

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
    group.leave("third");
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

#[derive(Default)]
struct Member {
    held: AtomicUsize,
    revoked: AtomicUsize,
    read: AtomicUsize,
    rebalanced: Arc<Notify>,
}

impl ClientContext for Member {}

/// The counterpart of Java's `ConsumerRebalanceListener`. librdkafka calls it from within `recv`.
impl ConsumerContext for Member {
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Revoke(partitions) = rebalance {
            self.held.fetch_sub(partitions.count(), Relaxed);
            self.revoked.fetch_add(partitions.count(), Relaxed);
        }
    }

    fn post_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Assign(partitions) = rebalance {
            self.held.fetch_add(partitions.count(), Relaxed);
        }
        self.rebalanced.notify_one();
    }
}

struct Group<'a> {
    kafka: &'a Kafka,
    topic: &'a str,
    id: String,
    members: BTreeMap<&'static str, StreamConsumer<Member>>,
    rebalanced: Arc<Notify>,
    /// Of what the group is about to do.
    deadline: Instant,
    read: BTreeSet<(i32, i64)>,
    twice: usize,
}

impl<'a> Group<'a> {
    fn new(kafka: &'a Kafka, topic: &'a str, name: &str) -> Self {
        Self {
            kafka,
            topic,
            id: kafka.name(name),
            members: BTreeMap::new(),
            rebalanced: Arc::default(),
            deadline: Instant::now() + kafka.timeout(),
            read: BTreeSet::new(),
            twice: 0,
        }
    }

    fn join(&mut self, name: &'static str) -> Result<()> {
        // As long as this, less a second, a mock cluster waits in a rebalance. A real broker does not take less than six.
        let session_timeout = match self.kafka.mock() {
            Some(_) => "3500",
            None => "6000",
        };
        let member = Member {
            rebalanced: Arc::clone(&self.rebalanced),
            ..Member::default()
        };
        let consumer: StreamConsumer<Member> = self
            .kafka
            .client()
            .set("group.id", &self.id)
            .set("auto.offset.reset", "earliest")
            .set("enable.auto.commit", "false")
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("session.timeout.ms", session_timeout)
            .set("heartbeat.interval.ms", "300")
            .create_with_context(member)?;
        consumer.subscribe(&[self.topic])?;
        self.members.insert(name, consumer);
        Ok(())
    }

    /// A consumer that is dropped leaves its group.
    fn leave(&mut self, name: &str) {
        self.members.remove(name);
    }

    /// Waits for any member's next message, or for a rebalance.
    async fn next(&mut self) -> Result<()> {
        let messages = self
            .members
            .values()
            .map(|consumer| Box::pin(async move { (consumer.context(), receive(consumer).await) }));
        let event = async {
            tokio::select! {
                ((member, message), ..) = select_all(messages) => Some((member, message)),
                () = self.rebalanced.notified() => None,
            }
        };
        let event = timeout_at(self.deadline, event).await;
        if let Some((member, message)) = event.context("the group did not get on in time")? {
            let message = message?;
            member.read.fetch_add(1, Relaxed);
            self.twice += usize::from(!self.read.insert((message.partition(), message.offset())));
        }
        Ok(())
    }

    /// Waits until every partition has a member and every member a partition.
    async fn settle(&mut self, round: usize) -> Result<()> {
        self.deadline = Instant::now() + self.kafka.timeout();
        self.members
            .values()
            .for_each(|member| member.context().revoked.store(0, Relaxed));
        let held = loop {
            let held = self.counts(|member| &member.held);
            if held.iter().sum::<usize>() == PARTITIONS && !held.contains(&0) {
                break held;
            }
            self.next().await?;
        };
        let revoked: usize = self.counts(|member| &member.revoked).iter().sum();
        self.kafka
            .found(format!("partitions held in round {round}"), list(&held));
        self.kafka.found(
            format!("partitions taken from a member in round {round}"),
            revoked,
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
        self.deadline = Instant::now() + self.kafka.timeout();
        self.members
            .values()
            .for_each(|member| member.context().read.store(0, Relaxed));
        while self.counts(|member| &member.read).iter().sum::<usize>() < ROUND {
            self.next().await?;
        }
        for consumer in self.members.values() {
            consumer.commit_consumer_state(CommitMode::Sync)?;
        }
        let read = self.counts(|member| &member.read);
        self.kafka
            .found(format!("messages read in round {round}"), list(&read));
        Ok(())
    }

    /// One number of each member, sorted.
    fn counts(&self, count: fn(&Member) -> &AtomicUsize) -> Vec<usize> {
        let counts = self
            .members
            .values()
            .map(|member| count(member.context()).load(Relaxed));
        let mut counts: Vec<_> = counts.collect();
        counts.sort_unstable();
        counts
    }
}

fn list(counts: &[usize]) -> String {
    let counts: Vec<_> = counts.iter().map(ToString::to_string).collect();
    counts.join(" ")
}
