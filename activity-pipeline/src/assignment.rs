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
use serde::{Deserialize, Serialize};

use crate::{kafka::Kafka, stop::Stop, windows::Bookmark};

/// What a processor that was killed left open is settled by then: its transaction's time-out, and what the broker takes to
/// notice. Until then it does not say what was committed.
pub const UNSETTLED: Duration = Duration::from_secs(30);

/// What was committed of a partition, as far as the log still has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Committed {
    /// Events before this one are done with, or gone.
    pub offset: i64,
    /// Where to begin: what was open then is built again first.
    pub start: i64,
    /// Events that are gone and that nobody is known to be done with.
    pub deleted: u64,
    pub bookmark: Option<Bookmark>,
}

/// The part of what lies beside an offset that tells where to begin; of a [`Bookmark`], too.
#[derive(Debug, Serialize, Deserialize)]
pub struct Begin {
    pub from: i64,
}

impl Committed {
    /// An offset and what lies beside it, of a log that begins at `low` by now. Where nothing was committed, or what was has
    /// expired, nothing is known to be done.
    fn of(offset: i64, metadata: &str, low: i64) -> Self {
        let from = serde_json::from_str(metadata).map_or(offset, |Begin { from }| from);
        Self {
            offset: offset.max(low),
            start: from.max(low),
            deleted: low.saturating_sub(offset).max(0) as u64,
            bookmark: serde_json::from_str(metadata).ok(),
        }
    }
}

/// The consumer's context: it looks up what was committed whenever partitions fall to it.
#[derive(Debug, Default)]
pub struct Assignments {
    group: String,
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
            .create_with_context(Self {
                group: group.to_owned(),
                ..Self::default()
            })
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
            let (topic, number) = (partition.topic(), partition.partition());
            let (low, _) = consumer.fetch_watermarks(topic, number, UNSETTLED)?;
            let committed = match partition.offset() {
                Offset::Offset(offset) => Committed::of(offset, partition.metadata(), low),
                _ => Committed::of(0, "", low),
            };
            if committed.deleted > 0 {
                tracing::warn!(
                    "{topic} [{number}] begins at {low} by now: {} events were deleted that {} is not known to have \
                     taken. Is the retention shorter than it was away?",
                    committed.deleted,
                    self.group
                );
            }
            start.add_partition_offset(topic, number, Offset::Offset(committed.start))?;
            found.insert(number, committed);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::windows::{Tally, Windows};

    fn stored(from: i64) -> (Bookmark, String) {
        let bookmark = Bookmark {
            from,
            ..Windows::new(0, None).bookmark(0)
        };
        (bookmark, serde_json::to_string(&bookmark).unwrap())
    }

    /// What is committed at 30, with windows that began at 20, of logs that begin at several offsets.
    #[test]
    fn of_a_log_that_was_cut_what_is_left_is_taken() {
        let (bookmark, metadata) = stored(20);
        for (low, offset, start, deleted) in [
            (0, 30, 20, 0),
            (20, 30, 20, 0),
            (25, 30, 25, 0),
            (30, 30, 30, 0),
            (45, 45, 45, 15),
        ] {
            let expected = Committed {
                offset,
                start,
                deleted,
                bookmark: Some(bookmark),
            };
            assert_eq!(Committed::of(30, &metadata, low), expected, "from {low}");
        }
    }

    #[test]
    fn without_a_bookmark_it_begins_at_the_offset_and_without_that_at_the_beginning() {
        let plain = |offset, start, deleted| Committed {
            offset,
            start,
            deleted,
            bookmark: None,
        };
        assert_eq!(Committed::of(30, "", 0), plain(30, 30, 0));
        assert_eq!(Committed::of(30, "by another tool", 10), plain(30, 30, 0));
        assert_eq!(
            Committed::of(30, r#"{"from":10}"#, 0),
            plain(30, 10, 0),
            "the archive"
        );
        assert_eq!(Committed::of(0, "", 0), plain(0, 0, 0));
        assert_eq!(Committed::of(0, "", 7), plain(7, 7, 7), "expired");
    }

    #[test]
    fn a_bookmark_of_before_is_understood() {
        let old = r#"{"from":20,"time":1,"counted":5,"late":0,"duplicates":0,"unreadable":0}"#;
        let bookmark = Committed::of(30, old, 0).bookmark.unwrap();
        let tally = Tally {
            counted: 5,
            ..Tally::default()
        };
        assert_eq!((bookmark.from, bookmark.tally), (20, tally));
    }
}
