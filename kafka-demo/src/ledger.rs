//! Numbered messages under load: which were acknowledged, and what became of each.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow};
use futures_util::{
    StreamExt,
    stream::{FuturesOrdered, FuturesUnordered},
};
use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{Consumer, StreamConsumer},
    error::KafkaError,
    producer::{DeliveryFuture, FutureProducer, FutureRecord, Producer},
    types::RDKafkaErrorCode,
};
use tokio::{sync::watch, task::JoinHandle};

use crate::{Kafka, receive};

/// How long a [`Load`] waits for acknowledgements: an election takes a while.
const PATIENCE: Duration = Duration::from_secs(60);

/// Numbered messages, produced at a steady rate until stopped.
pub struct Load {
    stop: Arc<AtomicBool>,
    acknowledged: watch::Receiver<u64>,
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
    /// Produces to `topic` with this configuration, so many messages a second, from now on. What is not acknowledged
    /// within a minute is given up.
    ///
    /// # Errors
    /// Where the producer cannot be made.
    pub fn start(config: &ClientConfig, topic: &str, per_second: u32) -> Result<Self> {
        let mut config = config.clone();
        config.set("message.timeout.ms", PATIENCE.as_millis().to_string());
        let producer: FutureProducer = config.create()?;
        let stop = Arc::<AtomicBool>::default();
        let (sender, acknowledged) = watch::channel(0);
        let task = produce(producer, topic.to_owned(), per_second, Arc::clone(&stop), sender);
        Ok(Self {
            stop,
            acknowledged,
            producing: tokio::spawn(task),
        })
    }

    /// How many messages were acknowledged so far.
    pub fn acknowledged(&self) -> u64 {
        *self.acknowledged.borrow()
    }

    /// Waits until so many more messages are acknowledged.
    ///
    /// # Errors
    /// Where they are not within a minute.
    pub async fn acknowledges(&self, more: u64) -> Result<()> {
        let mut acknowledged = self.acknowledged.clone();
        let wanted = *acknowledged.borrow() + more;
        let answer = tokio::time::timeout(PATIENCE, acknowledged.wait_for(|count| *count >= wanted)).await;
        let seconds = PATIENCE.as_secs();
        answer
            .map_err(|_| anyhow!("fewer than {more} messages were acknowledged within {seconds} s: docker compose ps shows who is up"))?
            .context("the producer has ended")?;
        Ok(())
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
    acknowledged: watch::Sender<u64>,
) -> Result<Sent> {
    let mut sent = Sent::default();
    let mut deliveries = FuturesUnordered::new();
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / per_second);
    while !stop.load(Ordering::Relaxed) || !deliveries.is_empty() {
        tokio::select! {
            Some((number, delivery)) = deliveries.next() => {
                sent.settle(number, delivery);
                acknowledged.send_replace(sent.acknowledged.len() as u64);
            }
            _ = ticks.tick(), if !stop.load(Ordering::Relaxed) => {
                let number = sent.produced;
                let payload = number.to_string();
                match producer.send_result(FutureRecord::<(), _>::to(&topic).payload(&payload)) {
                    Ok(delivery) => deliveries.push(async move { (number, delivery.await) }),
                    Err((error, _)) => sent.fails(&error),
                }
                sent.produced += 1;
            }
        }
    }
    // Nothing is left to send: this returns at once.
    producer.flush(Duration::from_secs(1))?;
    Ok(sent)
}

/// Produces these numbers to `topic`, all at once, and waits until each is acknowledged or given up.
///
/// # Errors
/// Where the producer cannot be made.
pub async fn send(config: &ClientConfig, topic: &str, numbers: Range<u64>) -> Result<Sent> {
    let producer: FutureProducer = config.create()?;
    let mut sent = Sent {
        produced: numbers.end - numbers.start,
        ..Sent::default()
    };
    let mut deliveries = FuturesOrdered::new();
    for number in numbers {
        let payload = number.to_string();
        match producer.send_result(FutureRecord::<(), _>::to(topic).payload(&payload)) {
            Ok(delivery) => deliveries.push_back(async move { (number, delivery.await) }),
            Err((error, _)) => sent.fails(&error),
        }
    }
    while let Some((number, delivery)) = deliveries.next().await {
        sent.settle(number, delivery);
    }
    Ok(sent)
}

impl Sent {
    /// Notes what became of a message, now that its future has come to something.
    fn settle(&mut self, number: u64, delivery: <DeliveryFuture as Future>::Output) {
        match delivery {
            Ok(Ok(_)) => self.acknowledged.push((number, Instant::now())),
            Ok(Err((error, _))) => self.fails(&error),
            Err(_) => self.fails(&KafkaError::Canceled),
        }
    }

    fn fails(&mut self, error: &KafkaError) {
        *self.failed.entry(name_of(error)).or_default() += 1;
    }

    /// Adds what was sent later.
    pub fn add(&mut self, later: Self) {
        self.produced += later.produced;
        self.acknowledged.extend(later.acknowledged);
        for (error, count) in later.failed {
            *self.failed.entry(error).or_default() += count;
        }
    }

    /// Compares with what a consumer reads afterwards.
    pub fn count(&self, delivered: &[u64]) -> Count {
        let acknowledged: BTreeSet<u64> = self.acknowledged.iter().map(|(number, _)| *number).collect();
        let unique: BTreeSet<u64> = delivered.iter().copied().collect();
        Count {
            produced: self.produced,
            lost: acknowledged.difference(&unique).copied().collect(),
            acknowledged: acknowledged.into_iter().collect(),
            duplicated: (delivered.len() - unique.len()) as u64,
            delivered: unique.into_iter().collect(),
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
    /// How many were handed to the producer: their numbers start at 0.
    pub produced: u64,
    /// The numbers of those that the cluster acknowledged.
    pub acknowledged: Vec<u64>,
    /// The numbers of those that a consumer read.
    pub delivered: Vec<u64>,
    /// The numbers of those that were acknowledged and cannot be read.
    pub lost: Vec<u64>,
    /// How many were read beside the first time.
    pub duplicated: u64,
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = |numbers: &[u64]| match numbers {
            [] => "0".to_owned(),
            _ => format!("{} ({})", numbers.len(), ranges(numbers)),
        };
        write!(
            f,
            "produced {}, acknowledged {}, consumed {}, lost {}, duplicated {}",
            self.produced,
            counted(&self.acknowledged),
            counted(&self.delivered),
            counted(&self.lost),
            self.duplicated
        )
    }
}

/// Numbers in their order, shortened: `0-4, 7, 9-12, …`.
pub fn ranges(numbers: &[u64]) -> String {
    const MOST: usize = 6;
    let runs: Vec<_> = numbers.chunk_by(|one, next| one + 1 == *next).collect();
    let mut shown: Vec<_> = runs
        .iter()
        .take(MOST)
        .filter_map(|run| match run {
            [one] => Some(one.to_string()),
            [first, .., last] => Some(format!("{first}-{last}")),
            [] => None,
        })
        .collect();
    if runs.len() > MOST {
        shown.push("…".to_owned());
    }
    if shown.is_empty() {
        "none".to_owned()
    } else {
        shown.join(", ")
    }
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
        .create()?;
    let metadata = consumer.fetch_metadata(Some(topic), kafka.timeout())?;
    let mut assignment = TopicPartitionList::new();
    let mut ends = BTreeMap::new();
    for partition in metadata.topics().iter().flat_map(|topic| topic.partitions()) {
        let (start, end) = watermarks(kafka, &consumer, topic, partition.id()).await?;
        if start < end {
            assignment.add_partition_offset(topic, partition.id(), Offset::Beginning)?;
            ends.insert(partition.id(), end);
        }
    }
    consumer.assign(&assignment)?;
    let mut numbers = Vec::new();
    let mut deadline = tokio::time::Instant::now() + kafka.timeout();
    while !ends.is_empty() {
        let message = tokio::time::timeout_at(deadline, receive(&consumer)).await;
        let message = message.with_context(|| format!("nothing more of {topic} can be read"))??;
        deadline = tokio::time::Instant::now() + kafka.timeout();
        // What was produced since the ends were asked for does not count.
        let Some(end) = ends.get(&message.partition()) else {
            continue;
        };
        let last = message.offset() + 1 >= *end;
        if last {
            ends.remove(&message.partition());
        }
        let payload = message.payload_view::<str>();
        numbers.push(payload.context("a message without payload")??.parse()?);
    }
    Ok(numbers)
}

/// An error's name in the protocol, or what it says where it has none.
pub(crate) fn name_of(error: &KafkaError) -> String {
    let code = error.rdkafka_error_code();
    code.map_or_else(|| error.to_string(), |code| format!("{code:?}"))
}

/// Where a partition begins and ends. A leader that was elected just now does not tell the end until its followers have
/// fetched from it, and a broker that has just lost the leadership does not tell at all. librdkafka hands both refusals
/// on, so it is asked again here.
async fn watermarks(
    kafka: &Kafka,
    consumer: &StreamConsumer,
    topic: &str,
    partition: i32,
) -> Result<(i64, i64)> {
    let deadline = tokio::time::Instant::now() + kafka.timeout();
    loop {
        match consumer.fetch_watermarks(topic, partition, kafka.timeout()) {
            Err(KafkaError::MetadataFetch(
                RDKafkaErrorCode::OffsetNotAvailable | RDKafkaErrorCode::NotLeaderForPartition,
            )) if tokio::time::Instant::now() < deadline => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            watermarks => return Ok(watermarks?),
        }
    }
}

#[cfg(test)]
mod tests {
    use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr};

    use super::*;

    fn sent(produced: u64, acknowledged: &[u64]) -> Sent {
        Sent {
            produced,
            acknowledged: acknowledged
                .iter()
                .map(|number| (*number, Instant::now()))
                .collect(),
            ..Sent::default()
        }
    }

    #[test]
    fn lost_is_what_was_acknowledged_and_cannot_be_read() {
        let count = sent(6, &[0, 2, 1, 5]).count(&[0, 1, 1, 3, 1]);
        assert_eq!(count.lost, [2, 5]);
        assert_eq!(count.duplicated, 2);
        assert_eq!(
            count.delivered,
            [0, 1, 3],
            "3 was delivered, though never acknowledged"
        );
        assert_eq!(
            count.to_string(),
            "produced 6, acknowledged 4 (0-2, 5), consumed 3 (0-1, 3), lost 2 (2, 5), duplicated 2"
        );
    }

    #[test]
    fn what_is_sent_later_is_added() {
        let mut all = sent(2, &[0, 1]);
        all.fails(&KafkaError::Canceled);
        let mut later = sent(1, &[2]);
        later.fails(&KafkaError::Canceled);
        all.add(later);
        assert_eq!((all.produced, all.acknowledged.len()), (3, 3));
        assert_eq!(all.failed.into_values().collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn runs_of_numbers_are_shortened() {
        assert_eq!(ranges(&[]), "none");
        assert_eq!(ranges(&[7]), "7");
        assert_eq!(ranges(&[0, 1, 2, 3, 4, 7, 9, 10]), "0-4, 7, 9-10");
        let many: Vec<_> = (0..20).step_by(2).collect();
        assert_eq!(ranges(&many), "0, 2, 4, 6, 8, 10, …");
    }

    #[tokio::test]
    async fn a_leader_that_does_not_know_the_end_yet_is_asked_again() -> Result<()> {
        let options = crate::Options {
            brokers: None,
            zookeeper: String::new(),
            timeout: 10,
            picture: None,
        };
        let kafka = Kafka::connect(&options, false)?;
        let topic = kafka.topic("numbers", 1).await?;
        let load = Load::start(&kafka.client(), &topic, 100)?;
        load.acknowledges(3).await?;
        let sent = load.stop().await?;
        let refusals = [
            RDKafkaRespErr::RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE,
            RDKafkaRespErr::RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
        ];
        let mock = kafka.mock().context("no mock cluster")?;
        mock.request_errors(RDKafkaApiKey::ListOffsets, &refusals);
        let expected: Vec<_> = (0..sent.produced).collect();
        assert_eq!(delivered(&kafka, &topic).await?, expected);
        Ok(())
    }
}
