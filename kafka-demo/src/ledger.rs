//! Numbered messages under load: which were acknowledged, and what became of each.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use futures_util::{StreamExt, stream::FuturesUnordered};
use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{Consumer, StreamConsumer},
    error::KafkaError,
    producer::{FutureProducer, FutureRecord, Producer},
    types::RDKafkaErrorCode,
};
use tokio::task::JoinHandle;

use crate::Kafka;

/// Numbered messages, produced at a steady rate until stopped.
pub struct Load {
    stop: Arc<AtomicBool>,
    acknowledged: Arc<AtomicU64>,
    producing: JoinHandle<Result<Sent>>,
}

/// What a [`Load`] sent.
#[derive(Debug, Default)]
pub struct Sent {
    /// How many messages were handed to the producer: their numbers start at 0.
    pub produced: u64,
    /// The numbers of those that the cluster acknowledged, with the time of it.
    pub acknowledged: Vec<(u64, Instant)>,
    /// How many were given up, by the error that the producer told.
    pub failed: BTreeMap<String, u64>,
}

impl Load {
    /// Produces to `topic` with this configuration, so many messages a second, from now on.
    ///
    /// # Errors
    /// Where the producer cannot be made.
    pub fn start(config: &ClientConfig, topic: &str, per_second: u32) -> Result<Self> {
        let producer: FutureProducer = config.create()?;
        let (stop, acknowledged) = (Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default());
        let task = produce(
            producer,
            topic.to_owned(),
            per_second,
            Arc::clone(&stop),
            Arc::clone(&acknowledged),
        );
        Ok(Self {
            stop,
            acknowledged,
            producing: tokio::spawn(task),
        })
    }

    /// How many messages were acknowledged so far.
    pub fn acknowledged(&self) -> u64 {
        self.acknowledged.load(Ordering::Relaxed)
    }

    /// Produces no more, and waits until every message is acknowledged or given up.
    ///
    /// # Errors
    /// Where the producer itself failed.
    pub async fn stop(self) -> Result<Sent> {
        self.stop.store(true, Ordering::Relaxed);
        self.producing.await?
    }
}

async fn produce(
    producer: FutureProducer,
    topic: String,
    per_second: u32,
    stop: Arc<AtomicBool>,
    acknowledged: Arc<AtomicU64>,
) -> Result<Sent> {
    let mut sent = Sent::default();
    let mut deliveries = FuturesUnordered::new();
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / per_second);
    while !stop.load(Ordering::Relaxed) || !deliveries.is_empty() {
        tokio::select! {
            Some((number, delivery)) = deliveries.next() => match delivery {
                Ok(Ok(_)) => {
                    acknowledged.fetch_add(1, Ordering::Relaxed);
                    sent.acknowledged.push((number, Instant::now()));
                }
                Ok(Err((error, _))) => *sent.failed.entry(KafkaError::to_string(&error)).or_default() += 1,
                Err(_) => *sent.failed.entry("the producer is gone".to_owned()).or_default() += 1,
            },
            _ = ticks.tick(), if !stop.load(Ordering::Relaxed) => {
                let number = sent.produced;
                let payload = number.to_string();
                match producer.send_result(FutureRecord::<(), _>::to(&topic).payload(&payload)) {
                    Ok(delivery) => deliveries.push(async move { (number, delivery.await) }),
                    Err((error, _)) => *sent.failed.entry(error.to_string()).or_default() += 1,
                }
                sent.produced += 1;
            }
        }
    }
    // Nothing is left to send: this returns at once.
    producer.flush(Duration::from_secs(1))?;
    Ok(sent)
}

impl Sent {
    /// Compares with what a consumer reads afterwards.
    pub fn count(&self, delivered: &[u64]) -> Count {
        let unique: HashSet<u64> = delivered.iter().copied().collect();
        let lost = self
            .acknowledged
            .iter()
            .filter(|(number, _)| !unique.contains(number));
        Count {
            produced: self.produced,
            acknowledged: self.acknowledged.len() as u64,
            delivered: unique.len() as u64,
            lost: lost.map(|(number, _)| *number).collect(),
            duplicated: (delivered.len() - unique.len()) as u64,
        }
    }

    /// The longest time without an acknowledgement.
    pub fn longest_silence(&self) -> Duration {
        let pairs = self.acknowledged.windows(2);
        pairs.map(|pair| pair[1].1 - pair[0].1).max().unwrap_or_default()
    }
}

/// What became of the messages of a [`Load`].
#[derive(Debug)]
pub struct Count {
    /// Handed to the producer.
    pub produced: u64,
    /// Acknowledged by the cluster.
    pub acknowledged: u64,
    /// Read by a consumer, each counted once.
    pub delivered: u64,
    /// The numbers of those that were acknowledged and cannot be read.
    pub lost: Vec<u64>,
    /// How many were read beside the first time.
    pub duplicated: u64,
}

/// The numbers of all messages in a topic, from its beginning to what is its end now.
///
/// # Errors
/// Where nothing comes within the time-out.
pub async fn delivered(kafka: &Kafka, topic: &str) -> Result<Vec<u64>> {
    let consumer: StreamConsumer = kafka
        .client()
        .set("group.id", kafka.name("ledger"))
        .set("enable.auto.commit", "false")
        .set("enable.partition.eof", "true")
        .create()?;
    let metadata = consumer.fetch_metadata(Some(topic), kafka.timeout())?;
    let mut assignment = TopicPartitionList::new();
    for partition in metadata.topics().iter().flat_map(|topic| topic.partitions()) {
        assignment.add_partition_offset(topic, partition.id(), Offset::Beginning)?;
    }
    consumer.assign(&assignment)?;
    let mut open = assignment.count();
    let mut numbers = Vec::new();
    let mut deadline = tokio::time::Instant::now() + kafka.timeout();
    while open > 0 {
        let message = tokio::time::timeout_at(deadline, consumer.recv()).await;
        match message.with_context(|| format!("nothing more of {topic} can be read"))? {
            Ok(message) => {
                let payload = message
                    .payload_view::<str>()
                    .context("a message without payload")??;
                numbers.push(payload.parse()?);
                deadline = tokio::time::Instant::now() + kafka.timeout();
            }
            // That a broker is dead is told, too; the consumer goes on with the others.
            Err(KafkaError::MessageConsumption(
                RDKafkaErrorCode::BrokerTransportFailure | RDKafkaErrorCode::AllBrokersDown,
            )) => {}
            Err(KafkaError::PartitionEOF(_)) => open -= 1,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(numbers)
}
