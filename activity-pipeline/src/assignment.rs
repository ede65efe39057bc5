//! Which partitions fell to a consumer of a group, and from where it goes on in each.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use rdkafka::{
    ClientConfig, ClientContext, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer, ConsumerContext},
    error::{KafkaError, KafkaResult},
    types::RDKafkaRespErr,
};

use crate::{kafka::Kafka, stop::Stop, windows::Bookmark};

/// What a processor that was killed left open is settled by then: its transaction's time-out, and what the broker takes to
/// notice. Until then it does not say what was committed.
pub const UNSETTLED: Duration = Duration::from_secs(30);

/// What was committed of a partition.
#[derive(Debug, Clone, Copy, Default)]
pub struct Committed {
    /// Events before this one are done with.
    pub offset: i64,
    pub bookmark: Option<Bookmark>,
}

impl Committed {
    /// Where to begin: the windows that were open then are built again first.
    pub fn start(self) -> i64 {
        self.bookmark.map_or(self.offset, |bookmark| bookmark.from)
    }
}

/// The consumer's context: it looks up what was committed whenever partitions fall to it.
#[derive(Debug, Default)]
pub struct Assignments {
    /// Grows with each change.
    number: AtomicU64,
    assigned: Mutex<Assigned>,
}

#[derive(Debug, Default)]
struct Assigned {
    committed: BTreeMap<i32, Committed>,
    failure: Option<KafkaError>,
}

impl Assignments {
    /// A consumer of this group, for the topic of events.
    ///
    /// # Errors
    /// Where librdkafka refuses its configuration.
    pub fn join(kafka: &Kafka, mut config: ClientConfig, group: &str) -> Result<BaseConsumer<Self>> {
        let consumer: BaseConsumer<Self> = config
            .set("group.id", group)
            .create_with_context(Self::default())
            .context("cannot make a consumer")?;
        consumer.subscribe(&[kafka.events()])?;
        Ok(consumer)
    }

    /// Another one after each change. It is 0 before the first.
    pub fn number(&self) -> u64 {
        self.number.load(Ordering::Acquire)
    }

    /// What was committed of each partition, when it fell to this consumer.
    ///
    /// # Errors
    /// Where that could not be found out.
    pub fn committed(&self) -> KafkaResult<BTreeMap<i32, Committed>> {
        let mut assigned = self.assigned();
        match assigned.failure.take() {
            Some(error) => Err(error),
            None => Ok(assigned.committed.clone()),
        }
    }

    /// Looks up what was committed of these partitions, and says from where each goes on.
    ///
    /// # Errors
    /// Where the broker does not tell in time.
    pub fn resume(
        &self,
        consumer: &BaseConsumer<Self>,
        partitions: &TopicPartitionList,
    ) -> KafkaResult<TopicPartitionList> {
        let mut found = BTreeMap::new();
        let mut start = TopicPartitionList::new();
        for partition in consumer
            .committed_offsets(partitions.clone(), UNSETTLED)?
            .elements()
        {
            partition.error()?;
            let committed = match partition.offset() {
                Offset::Offset(offset) => Committed {
                    offset,
                    bookmark: serde_json::from_str(partition.metadata()).ok(),
                },
                _ => Committed::default(),
            };
            let from = match committed.start() {
                0 => Offset::Beginning,
                offset => Offset::Offset(offset),
            };
            start.add_partition_offset(partition.topic(), partition.partition(), from)?;
            found.insert(partition.partition(), committed);
        }
        self.set(found, None);
        Ok(start)
    }

    fn set(&self, committed: BTreeMap<i32, Committed>, failure: Option<KafkaError>) {
        *self.assigned() = Assigned { committed, failure };
        self.number.fetch_add(1, Ordering::AcqRel);
    }

    fn assigned(&self) -> MutexGuard<'_, Assigned> {
        self.assigned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ClientContext for Assignments {}

impl ConsumerContext for Assignments {
    fn rebalance(
        &self,
        consumer: &BaseConsumer<Self>,
        event: RDKafkaRespErr,
        partitions: &mut TopicPartitionList,
    ) {
        let result = if event == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            self.resume(consumer, partitions)
                .and_then(|start| consumer.assign(&start))
        } else {
            self.set(BTreeMap::new(), None);
            consumer.unassign()
        };
        if let Err(error) = result {
            self.set(BTreeMap::new(), Some(error));
        }
    }
}

/// Where a consumer ends that was asked to stop: at once where others take its partitions over, and at the end of the log
/// where the broker ends with this process.
#[derive(Debug, Default)]
pub struct Drain {
    deadline: Option<Instant>,
    /// Of each partition, where its log ends.
    ends: Option<Vec<i64>>,
}

impl Drain {
    /// Whether the consumer is there; `next` is the offset that it would take next from a partition of its own.
    ///
    /// # Errors
    /// Where the broker does not say where the log ends.
    pub fn is_done(
        &mut self,
        kafka: &Kafka,
        consumer: &BaseConsumer<Assignments>,
        stop: &Stop,
        next: impl Fn(i32) -> Option<i64>,
    ) -> KafkaResult<bool> {
        if !stop.is_asked() || !kafka.is_embedded() {
            return Ok(stop.is_asked());
        }
        let deadline = *self.deadline.get_or_insert(Instant::now() + kafka.timeout());
        if Instant::now() > deadline {
            tracing::warn!("not all that was accepted could be brought to its end in time");
            return Ok(true);
        }
        let end = |partition| {
            Ok(consumer
                .fetch_watermarks(kafka.events(), partition, kafka.timeout())?
                .1)
        };
        let ends = match &mut self.ends {
            Some(ends) => ends,
            ends => ends.insert((0..kafka.partitions).map(end).collect::<KafkaResult<Vec<_>>>()?),
        };
        // A partition that another one has, or had until now, falls to this one when that one ends.
        let is_reached = |(partition, end): (i32, &i64)| next(partition).is_some_and(|next| next >= *end);
        Ok((0..).zip(&*ends).all(is_reached))
    }
}
