//! Process: each event counted exactly once, into the minute in which it happened.
//!
//! Totals, dead letters and offsets are one transaction. Beside each offset lies a bookmark, from which whoever takes the
//! partition over builds its windows again: lesson 20 of kafka-demo, with the log itself in place of a topic of states.

use std::{
    collections::{BTreeSet, HashMap},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use chrono::DateTime;
use rdkafka::{
    Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer},
    error::{KafkaError, KafkaResult, RDKafkaErrorCode},
    message::{BorrowedMessage, Header, OwnedMessage},
    producer::{BaseRecord, DefaultProducerContext, Producer, ThreadedProducer},
};

use crate::{
    assignment::{Assignments, Drain, UNSETTLED},
    event::Event,
    kafka::{self, Kafka},
    metrics::Metrics,
    stop::Stop,
    totals::{self, Count},
    windows::{Key, OTHER, Outcome, Tally, Windows},
};

/// Events of a transaction, and how long those that are there wait for more.
const BATCH: usize = 5_000;
const LINGER: Duration = Duration::from_millis(25);
/// How long the first one is waited for.
const IDLE: Duration = Duration::from_millis(100);
/// What a processor that was killed leaves open, the broker ends after this time.
const TRANSACTION: Duration = Duration::from_secs(10);

/// Counts until it is to stop: in its group, whatever partitions fall to it; `grace` is how long after its end a minute
/// takes late events. What goes wrong is logged, and done again from the last commit.
pub fn run(kafka: &Kafka, grace: Duration, metrics: &Metrics, stop: &Stop) {
    let mut processor = Processor {
        kafka,
        grace: grace.as_millis() as i64,
        metrics,
        partitions: HashMap::new(),
        assignment: 0,
    };
    stop.retries(
        "counting begins again from the last commit",
        kafka.patience(),
        || processor.work(stop),
    );
}

/// Takes its delivery reports on a thread of its own. To abort a transaction is to wait for them, and takes none.
type Transactions = ThreadedProducer<DefaultProducerContext>;

struct Processor<'a> {
    kafka: &'a Kafka,
    /// In milliseconds.
    grace: i64,
    metrics: &'a Metrics,
    partitions: HashMap<i32, Partition>,
    /// The assignment that `partitions` are of.
    assignment: u64,
}

/// A partition that fell to this processor.
struct Partition {
    /// Events before this one were counted by an earlier transaction.
    counted: i64,
    /// The next event.
    next: i64,
    windows: Windows,
    /// What the last transaction said.
    tally: Tally,
}

/// What the next transaction is to say.
#[derive(Default)]
struct Changes {
    events: usize,
    /// By partition.
    counts: HashMap<(i32, Key), Count>,
    dead_letters: Vec<(OwnedMessage, String)>,
    partitions: BTreeSet<i32>,
}

impl Processor<'_> {
    /// Counts until it is to stop, and then to the end of what was accepted where the broker ends with this process.
    fn work(&mut self, stop: &Stop) -> Result<()> {
        let producer = self.producer()?;
        let consumer = Assignments::join(self.kafka, self.kafka.batch_reader(), &self.kafka.processors())?;
        self.partitions.clear();
        self.assignment = 0;
        let mut drain = Drain::default();
        while !drain.is_done(self.kafka, &consumer, stop, |number| {
            Some(self.partitions.get(&number)?.next)
        })? {
            let changes = self.consume(&consumer)?;
            if changes.events > 0 {
                self.commit(&producer, &consumer, &changes)?;
            }
        }
        Ok(())
    }

    fn producer(&self) -> Result<Transactions> {
        let producer: Transactions = self
            .kafka
            .client()
            .set(
                "transactional.id",
                format!("{}-{:016x}", self.kafka.processors(), fastrand::u64(..)),
            )
            .set("transaction.timeout.ms", TRANSACTION.as_millis().to_string())
            .set("partitioner", "murmur2_random")
            .set("linger.ms", "0")
            // Until the brokers have ended a transaction they refuse the next one.
            .set("retry.backoff.ms", "5")
            // Where the group's coordinator dies, send_offsets_to_transaction may wait for it whatever its time-out, and asks
            // who has taken over only when some connection comes or goes. One that is idle for so long goes.
            .set("connections.max.idle.ms", TRANSACTION.as_millis().to_string())
            .create()
            .context("cannot make a producer")?;
        producer.init_transactions(self.kafka.timeout())?;
        Ok(producer)
    }

    /// Takes the events of a short while.
    fn consume(&mut self, consumer: &BaseConsumer<Assignments>) -> Result<Changes> {
        let mut changes = Changes::default();
        let mut has_waited = false;
        while changes.events < BATCH {
            let is_first = changes.events == 0;
            let message = consumer.poll(if is_first { IDLE } else { Duration::ZERO });
            // Partitions come and go within poll. What was taken and not committed is taken again by whoever has it now.
            if consumer.context().number() != self.assignment {
                changes = Changes::default();
                self.adopt(consumer.context())?;
            }
            match message {
                Some(Ok(message)) => self.take(&message, &mut changes),
                Some(Err(error)) => kafka::told(&error, format_args!("events of {}", self.kafka.events()))?,
                None if is_first || has_waited => break,
                // Not in poll, which is busy for the last millisecond of its time.
                None => {
                    thread::sleep(LINGER);
                    has_waited = true;
                }
            }
        }
        Ok(changes)
    }

    fn take(&mut self, message: &BorrowedMessage<'_>, changes: &mut Changes) {
        let Some(partition) = self.partitions.get_mut(&message.partition()) else {
            return;
        };
        let offset = message.offset();
        partition.next = offset + 1;
        let collected = message.timestamp().to_millis().unwrap_or_default();
        let received = DateTime::from_timestamp_millis(collected).unwrap_or_default();
        let event = Event::read(message.payload().unwrap_or_default(), received);
        if offset < partition.counted {
            if let Ok(event) = event {
                partition.windows.replay(&event, offset);
            }
            return;
        }
        changes.events += 1;
        changes.partitions.insert(message.partition());
        match event.map(|event| partition.windows.count(&event, offset)) {
            Ok(Outcome::Counted(key, events)) => {
                let of_partition = (message.partition(), key);
                let count = changes
                    .counts
                    .entry(of_partition)
                    .or_insert(Count { events, collected });
                count.events = events;
                count.collected = count.collected.min(collected);
            }
            Ok(Outcome::Late | Outcome::Duplicate) => {}
            Err(reason) => {
                partition.windows.tally.unreadable += 1;
                changes.dead_letters.push((message.detach(), reason));
            }
        }
    }

    /// Commits the changes. Where the transaction has to be given up, they are taken from the log once more.
    fn commit(
        &mut self,
        producer: &Transactions,
        consumer: &BaseConsumer<Assignments>,
        changes: &Changes,
    ) -> Result<()> {
        match self.transact(producer, consumer, changes) {
            Ok(()) => {}
            Err(KafkaError::Transaction(error)) if error.txn_requires_abort() => {
                tracing::warn!("a transaction is given up: {error}");
                producer.abort_transaction(UNSETTLED)?;
                return self.rewind(consumer);
            }
            Err(error) => return Err(error.into()),
        }
        for partition in &changes.partitions {
            if let Some(partition) = self.partitions.get_mut(partition) {
                let (now, before) = (partition.windows.tally, partition.tally);
                self.metrics.counted.inc_by(now.counted - before.counted);
                self.metrics.late.inc_by(now.late - before.late);
                self.metrics.duplicates.inc_by(now.duplicates - before.duplicates);
                self.metrics.unreadable.inc_by(now.unreadable - before.unreadable);
                self.metrics.deleted.inc_by(now.deleted - before.deleted);
                partition.tally = now;
            }
        }
        Ok(())
    }

    fn transact(
        &self,
        producer: &Transactions,
        consumer: &BaseConsumer<Assignments>,
        changes: &Changes,
    ) -> KafkaResult<()> {
        producer.begin_transaction()?;
        let topic = self.kafka.totals();
        // Into the partition with the number of the events', where they stay in this order: whoever has read how many events
        // were counted has read before that under which keys.
        let publish = |partition: i32, key: &totals::Key, value: &[u8]| {
            let key = serde_json::to_vec(key).unwrap_or_default();
            let record = BaseRecord::to(&topic).partition(partition);
            send(producer, record.key(key.as_slice()).payload(value))
        };
        for ((partition, key), count) in &changes.counts {
            let key = totals::Key::Window {
                minute: DateTime::from_timestamp_millis(key.minute).unwrap_or_default(),
                page: key.page.to_string(),
                segment: key.segment,
                partition: (&*key.page == OTHER).then_some(*partition),
            };
            publish(*partition, &key, &serde_json::to_vec(count).unwrap_or_default())?;
        }
        let mut offsets = TopicPartitionList::new();
        let changed = self
            .partitions
            .iter()
            .filter(|(number, _)| changes.partitions.contains(number));
        for (&number, partition) in changed {
            let tally = serde_json::to_vec(&partition.windows.tally).unwrap_or_default();
            publish(number, &totals::Key::Partition { partition: number }, &tally)?;
            let bookmark = partition.windows.bookmark(partition.next);
            let mut offset = offsets.add_partition(self.kafka.events(), number);
            offset.set_offset(Offset::Offset(partition.next))?;
            offset.set_metadata(serde_json::to_string(&bookmark).unwrap_or_default());
        }
        let dead_letters = self.kafka.dead_letters();
        for (message, reason) in &changes.dead_letters {
            let (partition, offset) = (message.partition().to_string(), message.offset().to_string());
            let header = |key, value| Header {
                key,
                value: Some(value),
            };
            let own = message.headers().cloned();
            let headers = own
                .unwrap_or_default()
                .insert(header("reason", reason.as_str()))
                .insert(header("partition", &partition))
                .insert(header("offset", &offset));
            let mut letter = BaseRecord::to(&dead_letters).headers(headers);
            (letter.key, letter.payload) = (message.key(), message.payload());
            letter.timestamp = message.timestamp().to_millis();
            send(producer, letter)?;
        }
        let group = consumer
            .group_metadata()
            .ok_or(KafkaError::ConsumerCommit(RDKafkaErrorCode::UnknownMemberId))?;
        producer.send_offsets_to_transaction(&offsets, &group, UNSETTLED)?;
        let deadline = Instant::now() + UNSETTLED;
        // commit_transaction waits for acknowledgements as well, but looks for them ten times a second.
        while producer.in_flight_count() > 0 && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(1));
        }
        loop {
            match producer.commit_transaction(self.kafka.timeout()) {
                // The embedded broker leaves the offsets of a transaction out. Whoever starts from older ones comes to the
                // same totals again.
                Ok(()) if self.kafka.is_embedded() => return consumer.commit(&offsets, CommitMode::Sync),
                // It may have been committed: only asking again can tell.
                Err(KafkaError::Transaction(error)) if error.is_retriable() && Instant::now() < deadline => {
                    tracing::warn!("a commit is tried again: {error}");
                }
                result => return result,
            }
        }
    }

    /// Back to what was committed.
    fn rewind(&mut self, consumer: &BaseConsumer<Assignments>) -> Result<()> {
        let assigned = consumer.assignment()?;
        if assigned.count() > 0 {
            let resumed = consumer.context().resume(consumer, &assigned)?;
            let sought = consumer.seek_partitions(resumed, self.kafka.timeout())?;
            sought
                .elements()
                .iter()
                .try_for_each(|partition| partition.error())?;
        }
        self.adopt(consumer.context())
    }

    /// Takes over what was assigned.
    fn adopt(&mut self, assignments: &Assignments) -> Result<()> {
        self.assignment = assignments.number();
        self.partitions.clear();
        for (partition, committed) in assignments.committed()? {
            let mut windows = Windows::new(self.grace, committed.bookmark);
            let tally = windows.tally;
            windows.tally.deleted += committed.deleted;
            let partition_of_ours = Partition {
                counted: committed.offset,
                next: committed.start,
                tally,
                windows,
            };
            self.partitions.insert(partition, partition_of_ours);
        }
        Ok(())
    }
}

/// Waits where the queue is full.
fn send(producer: &Transactions, mut record: BaseRecord<'_, [u8], [u8]>) -> KafkaResult<()> {
    loop {
        match producer.send(record) {
            Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), unsent)) => {
                record = unsent;
                thread::sleep(Duration::from_millis(1));
            }
            result => return result.map_err(|(error, _)| error),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use rdkafka::{
        message::{Headers, OwnedHeaders},
        types::{RDKafkaApiKey, RDKafkaRespErr},
    };

    use super::*;
    use crate::Options;

    const TIME: i64 = 1_700_000_000_000;

    /// All that is in the topic of dead letters, once so many are there.
    fn dead_letters(kafka: &Kafka, count: usize) -> Vec<OwnedMessage> {
        let mut config = kafka.client();
        let consumer: BaseConsumer = config.set("group.id", "unused").create().unwrap();
        let mut partitions = TopicPartitionList::new();
        for partition in 0..kafka.partitions {
            partitions
                .add_partition_offset(&kafka.dead_letters(), partition, Offset::Beginning)
                .unwrap();
        }
        consumer.assign(&partitions).unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        let mut letters = Vec::new();
        while letters.len() < count && Instant::now() < deadline {
            let message = consumer.poll(IDLE);
            letters.extend(message.map(|message| message.unwrap().detach()));
        }
        letters
    }

    #[test]
    fn a_transaction_that_is_given_up_is_soon_done_again() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let options = Options::parse_from(["activity-pipeline"]);
        let (kafka, embedded) = runtime.block_on(Kafka::connect(&options)).unwrap();
        // As the broker answers who was left out of the group meanwhile.
        let refusal = [RDKafkaRespErr::RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION];
        let embedded = embedded.unwrap();
        embedded.request_errors(RDKafkaApiKey::TxnOffsetCommit, &refusal);
        let producer: ThreadedProducer<_> = kafka.client().create().unwrap();
        for value in [Some("no event"), None] {
            let headers = OwnedHeaders::new().insert(Header {
                key: "source",
                value: Some("web"),
            });
            let mut event = BaseRecord::to(kafka.events()).headers(headers);
            (event.key, event.payload, event.timestamp) = (Some("page"), value, Some(TIME));
            producer.send(event).map_err(|(error, _)| error).unwrap();
        }
        producer.flush(Duration::from_secs(10)).unwrap();

        let (metrics, stop) = (Metrics::default(), Stop::default());
        let started = Instant::now();
        thread::scope(|scope| {
            scope.spawn(|| run(&kafka, Duration::from_secs(120), &metrics, &stop));
            while metrics.unreadable.get() < 2 && started.elapsed() < 2 * UNSETTLED {
                thread::sleep(Duration::from_millis(50));
            }
            stop.ask();
        });
        assert_eq!(metrics.unreadable.get(), 2);
        assert!(
            started.elapsed() < UNSETTLED / 2,
            "it took {:?}",
            started.elapsed()
        );

        // What cannot be read goes on as it came.
        let letters = dead_letters(&kafka, 2);
        for letter in &letters {
            assert_eq!(letter.key(), Some(&b"page"[..]));
            assert_eq!(letter.timestamp().to_millis(), Some(TIME));
            let source = letter.headers().unwrap().iter().next().unwrap();
            assert_eq!((source.key, source.value), ("source", Some(&b"web"[..])));
        }
        for value in [Some(&b"no event"[..]), None] {
            assert!(
                letters.iter().any(|letter| letter.payload() == value),
                "{value:?}"
            );
        }
        drop(producer);
        drop(embedded);
    }
}
