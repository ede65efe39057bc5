//! Archive: all events as Parquet files, by hour, for whoever analyses them later.
//!
//! A file is a chunk of a partition's log, as far as it belongs to one hour. What is in it depends on the log alone: whoever
//! writes it once more, after a crash or with more of the chunk at hand, writes the same or more under the same name. So no
//! event is missing and none is there twice, though files and offsets cannot be committed together.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use chrono::DateTime;
use dataframe_demo::parquet;
use polars::prelude::*;
use rdkafka::{
    Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer},
    error::{KafkaError, KafkaResult, RDKafkaErrorCode},
    message::BorrowedMessage,
};

use crate::{
    assignment::{Assignments, Drain},
    event::Event,
    kafka::Kafka,
    metrics::Metrics,
    stop::Stop,
};

/// Offsets of a chunk.
const CHUNK: i64 = 10_000;
/// How old what is not yet written may become.
const DELAY: Duration = Duration::from_secs(30);

/// Where the files of this log lie.
pub fn folder(archive: &Path, kafka: &Kafka) -> PathBuf {
    archive.join(&kafka.name)
}

/// Writes until it is to stop; then what is not yet written. What goes wrong is logged, and done again.
pub fn run(kafka: &Kafka, folder: &Path, metrics: &Metrics, stop: &Stop) {
    let mut archive = Archive {
        kafka,
        folder,
        metrics,
        chunks: HashMap::new(),
        assignment: 0,
    };
    stop.retries(
        "the archive begins again from the last commit",
        kafka.patience(),
        || archive.work(stop),
    );
}

struct Archive<'a> {
    kafka: &'a Kafka,
    folder: &'a Path,
    metrics: &'a Metrics,
    /// The chunk of each partition that is being filled.
    chunks: HashMap<i32, Chunk>,
    assignment: u64,
}

#[derive(Default)]
struct Chunk {
    number: i64,
    /// The next offset, which may be beyond what was readable.
    next: i64,
    /// Where the log ended when the partition fell to us: what another one wrote goes no further.
    written_before: i64,
    events: Vec<(i64, Event)>,
    /// How many of them are written.
    written: usize,
}

impl Archive<'_> {
    fn work(&mut self, stop: &Stop) -> Result<()> {
        let consumer = Assignments::join(self.kafka, self.kafka.bulk_reader(), &self.kafka.archivers())?;
        self.chunks.clear();
        self.assignment = 0;
        let mut due = Instant::now() + DELAY;
        let mut drain = Drain::default();
        while !drain.is_done(self.kafka, &consumer, stop, |number| {
            Some(self.chunks.get(&number)?.next)
        })? {
            let message = consumer.poll(Duration::from_millis(100));
            if consumer.context().number() != self.assignment {
                self.adopt(&consumer)?;
            }
            match message {
                Some(Ok(message)) => self.take(&consumer, &message)?,
                Some(Err(KafkaError::MessageConsumption(RDKafkaErrorCode::AutoOffsetReset))) => {
                    anyhow::bail!(
                        "events of {} were deleted before they were archived",
                        self.kafka.events()
                    )
                }
                Some(Err(error)) => tracing::warn!("{error}"),
                None => {}
            }
            if due <= Instant::now() {
                self.write_all(&consumer)?;
                due = Instant::now() + DELAY;
            }
        }
        self.write_all(&consumer)
    }

    /// The offset at which a partition ends now.
    fn end(&self, consumer: &BaseConsumer<Assignments>, partition: i32) -> KafkaResult<i64> {
        let (_, end) = consumer.fetch_watermarks(self.kafka.events(), partition, self.kafka.timeout())?;
        Ok(end)
    }

    /// Takes over what was assigned. Only whole chunks are committed.
    fn adopt(&mut self, consumer: &BaseConsumer<Assignments>) -> Result<()> {
        self.assignment = consumer.context().number();
        self.chunks.clear();
        for (partition, committed) in consumer.context().committed()? {
            let chunk = Chunk {
                number: committed.offset / CHUNK,
                next: committed.offset,
                written_before: self.end(consumer, partition)?,
                ..Chunk::default()
            };
            self.chunks.insert(partition, chunk);
        }
        Ok(())
    }

    fn take(&mut self, consumer: &BaseConsumer<Assignments>, message: &BorrowedMessage<'_>) -> Result<()> {
        let (partition, offset) = (message.partition(), message.offset());
        let number = offset / CHUNK;
        let is_next = self
            .chunks
            .get(&partition)
            .is_some_and(|chunk| chunk.number < number);
        if is_next {
            self.write(consumer, partition, true)?;
            self.commit(consumer, partition, number)?;
            self.chunks.insert(
                partition,
                Chunk {
                    number,
                    ..Chunk::default()
                },
            );
        }
        let Some(chunk) = self.chunks.get_mut(&partition) else {
            return Ok(());
        };
        chunk.next = offset + 1;
        let collected = message.timestamp().to_millis().unwrap_or_default();
        let received = DateTime::from_timestamp_millis(collected).unwrap_or_default();
        // What cannot be read is a dead letter, which the processors see to.
        if let Ok(event) = Event::read(message.payload().unwrap_or_default(), received) {
            chunk.events.push((offset, event));
        }
        Ok(())
    }

    fn write_all(&mut self, consumer: &BaseConsumer<Assignments>) -> Result<()> {
        let partitions: Vec<_> = self.chunks.keys().copied().collect();
        partitions
            .into_iter()
            .try_for_each(|partition| self.write(consumer, partition, false))
    }

    /// Writes a partition's chunk where there is something new in it: all of it, or as much as is there so far, unless
    /// another one may have written more.
    fn write(&mut self, consumer: &BaseConsumer<Assignments>, partition: i32, whole: bool) -> Result<()> {
        let is_new = |chunk: &&Chunk| {
            chunk.written < chunk.events.len() && (whole || chunk.next >= chunk.written_before)
        };
        let Some(number) = self
            .chunks
            .get(&partition)
            .filter(is_new)
            .map(|chunk| chunk.number)
        else {
            return Ok(());
        };
        // Nothing new; but whoever has lost the partition is told so here, before it overwrites the file of another one.
        self.commit(consumer, partition, number)?;
        let Some(chunk) = self.chunks.get_mut(&partition) else {
            return Ok(());
        };
        let mut hours = BTreeMap::<String, Vec<&(i64, Event)>>::new();
        for event in &chunk.events {
            let hour = event.1.at.format("%Y-%m-%dT%H").to_string();
            hours.entry(hour).or_default().push(event);
        }
        for (hour, events) in hours {
            let folder = self.folder.join(format!("hour={hour}"));
            fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
            let file = folder.join(format!("{partition}-{number:08}.parquet"));
            parquet::write(&mut frame(partition, &events)?, &file)?;
        }
        self.metrics
            .archived
            .inc_by((chunk.events.len() - chunk.written) as u64);
        chunk.written = chunk.events.len();
        Ok(())
    }

    /// Commits that all chunks before this one are written.
    fn commit(&self, consumer: &BaseConsumer<Assignments>, partition: i32, chunk: i64) -> Result<()> {
        let mut offsets = TopicPartitionList::new();
        offsets.add_partition_offset(self.kafka.events(), partition, Offset::Offset(chunk * CHUNK))?;
        Ok(consumer.commit(&offsets, CommitMode::Sync)?)
    }
}

/// Events as a frame, a row each.
fn frame(partition: i32, events: &[&(i64, Event)]) -> PolarsResult<DataFrame> {
    let texts =
        |text: fn(&Event) -> Option<&str>| events.iter().map(|(_, event)| text(event)).collect::<Vec<_>>();
    let mut frame = df!(
        "id" => texts(|event| Some(&event.id)),
        "kind" => texts(|event| Some(event.kind.name())),
        "at" => events.iter().map(|(_, event)| event.at.timestamp_millis()).collect::<Vec<_>>(),
        "user" => texts(|event| Some(&event.user)),
        "segment" => texts(|event| Some(event.segment.name())),
        "page" => texts(|event| Some(&event.page)),
        "query" => texts(|event| event.query.as_deref()),
        "target" => texts(|event| event.target.as_deref()),
        "partition" => vec![partition; events.len()],
        "offset" => events.iter().map(|(offset, _)| *offset).collect::<Vec<_>>(),
    )?;
    let utc = DataType::Datetime(TimeUnit::Milliseconds, Some(TimeZone::UTC));
    let at = frame.column("at")?.cast(&utc)?;
    frame.with_column(at)?;
    Ok(frame)
}
