//! Archive: all events as Parquet files, by hour, for whoever analyses them later.
//!
//! A file is a chunk of a partition's log, as far as it belongs to one hour. What is in it depends on the log alone: whoever
//! writes it once more, after a crash or with more of the chunk at hand, writes the same or more under the same name. So no
//! record of the log is missing and none is there twice, though files and offsets cannot be committed together. An event that
//! its client has sent twice is two records: who analyses them takes each id once.

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
    error::KafkaResult,
    message::BorrowedMessage,
};

use crate::{
    assignment::{Assignments, Begin, Drain},
    brake::Brake,
    event::Event,
    kafka::{self, Kafka},
    metrics::Metrics,
    stop::Stop,
};

/// Offsets of a chunk.
const CHUNK: i64 = 10_000;
/// Hours that a chunk tells apart; when its events happened is what their senders say.
const HOURS: usize = 48;
/// All further ones.
const OTHER: &str = "other";
/// How old what is not yet written may become.
const DELAY: Duration = Duration::from_secs(30);

/// Where the files of this log lie.
pub fn folder(archive: &Path, kafka: &Kafka) -> PathBuf {
    archive.join(&kafka.name)
}

/// Writes until it is to stop; then what is not yet written. What goes wrong is logged, and done again.
pub fn run(kafka: &Kafka, folder: &Path, metrics: &Metrics, brake: Option<&Brake>, stop: &Stop) {
    let mut archive = Archive {
        kafka,
        folder,
        metrics,
        brake,
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
    /// Is told how far it is, where that matters.
    brake: Option<&'a Brake>,
    /// The chunk of each partition that is being filled.
    chunks: HashMap<i32, Chunk>,
    assignment: u64,
}

#[derive(Default)]
struct Chunk {
    number: i64,
    /// The first offset that the log still had.
    first: i64,
    /// The next offset, which may be beyond what was readable.
    next: i64,
    /// Where the log ended when the partition fell to us: what another one wrote goes no further.
    written_before: i64,
    events: Vec<(i64, Event)>,
    /// How many of them are written, and up to which offset.
    written: usize,
    written_to: i64,
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
                Some(Err(error)) => kafka::told(&error, format_args!("events of {}", self.kafka.events()))?,
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

    /// Takes over what was assigned. A chunk is read from its beginning, as far as the log still has it.
    fn adopt(&mut self, consumer: &BaseConsumer<Assignments>) -> Result<()> {
        self.assignment = consumer.context().number();
        let assigned = consumer.context().committed()?;
        // Until the group has agreed on who goes on, what was taken is ours to write. Else it is read once more.
        if assigned.is_empty()
            && let Err(error) = self.write_all(consumer)
        {
            tracing::debug!("{error:#}");
        }
        self.chunks.clear();
        for (partition, committed) in assigned {
            let chunk = Chunk {
                number: committed.start / CHUNK,
                first: committed.start,
                next: committed.start,
                written_before: self.end(consumer, partition)?,
                written_to: committed.offset,
                ..Chunk::default()
            };
            self.chunks.insert(partition, chunk);
        }
        if let Some(brake) = self.brake {
            let positions = self
                .chunks
                .iter()
                .map(|(partition, chunk)| (*partition, chunk.next));
            brake.archive_begins(positions.collect());
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
            let chunk = Chunk {
                number,
                first: number * CHUNK,
                written_to: number * CHUNK,
                ..Chunk::default()
            };
            self.commit(consumer, partition, number, chunk.written_to)?;
            self.chunks.insert(partition, chunk);
        }
        let Some(chunk) = self.chunks.get_mut(&partition) else {
            return Ok(());
        };
        chunk.next = offset + 1;
        if let Some(brake) = self.brake {
            brake.archive_is_at(partition, chunk.next);
        }
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
        let Some(chunk) = self.chunks.get(&partition).filter(is_new) else {
            return Ok(());
        };
        let number = chunk.number;
        // Nothing new; but whoever has lost the partition is told so here, before it overwrites the file of another one.
        self.commit(consumer, partition, number, chunk.written_to)?;
        for (hour, events) in by_hour(&chunk.events) {
            let folder = self.folder.join(format!("hour={hour}"));
            fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
            let file = folder.join(format!("{partition}-{number:08}.parquet"));
            let mut frame = frame(partition, &events)?;
            if chunk.first > number * CHUNK && file.exists() {
                frame = with_deleted(&frame, &file, chunk.first)?;
            }
            parquet::write(&mut frame, &file)?;
        }
        let next = chunk.next;
        self.commit(consumer, partition, number, next)?;
        if let Some(chunk) = self.chunks.get_mut(&partition) {
            let new = chunk.events.len() - chunk.written;
            self.metrics.archived.inc_by(new as u64);
            chunk.written = chunk.events.len();
            chunk.written_to = next;
        }
        Ok(())
    }

    /// Commits that all before this offset is written. Whoever goes on begins with its chunk, to write that once more.
    fn commit(
        &self,
        consumer: &BaseConsumer<Assignments>,
        partition: i32,
        chunk: i64,
        written_to: i64,
    ) -> Result<()> {
        let begin = Begin { from: chunk * CHUNK };
        let mut offsets = TopicPartitionList::new();
        let mut offset = offsets.add_partition(self.kafka.events(), partition);
        offset.set_offset(Offset::Offset(written_to))?;
        offset.set_metadata(serde_json::to_string(&begin)?);
        Ok(consumer.commit(&offsets, CommitMode::Sync)?)
    }
}

/// The events of each hour: the first hours of the chunk, so that more of it changes nothing of what is written.
fn by_hour(events: &[(i64, Event)]) -> BTreeMap<String, Vec<&(i64, Event)>> {
    let mut hours = BTreeMap::<_, Vec<_>>::new();
    for event in events {
        // As a number: to write it out costs more than the rest of this.
        let hour = Some(event.1.at.timestamp().div_euclid(3600));
        let has_room = hours.len() < HOURS || hours.contains_key(&hour);
        hours.entry(hour.filter(|_| has_room)).or_default().push(event);
    }
    let named = hours.into_iter().map(|(hour, events)| {
        let start = hour.and_then(|hour| DateTime::from_timestamp(hour * 3600, 0));
        let name = start.map_or(OTHER.to_owned(), |start| start.format("%Y-%m-%dT%H").to_string());
        (name, events)
    });
    named.collect()
}

/// A chunk of which the log has lost the beginning, with what a file has of that.
fn with_deleted(left: &DataFrame, file: &Path, first: i64) -> Result<DataFrame> {
    let written = parquet::read(file, &[])?;
    let deleted = written.filter(&written.column("offset")?.i64()?.lt(first))?;
    Ok(deleted.vstack(left)?)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Kind, Segment};

    fn event(offset: i64, hour: i64) -> (i64, Event) {
        let event = Event {
            id: offset.to_string(),
            kind: Kind::PageView,
            at: DateTime::from_timestamp(hour * 3600, 0).unwrap(),
            user: "u".to_owned(),
            segment: Segment::New,
            page: "/".to_owned(),
            query: None,
            target: None,
        };
        (offset, event)
    }

    fn offsets(frame: &DataFrame) -> Vec<i64> {
        let offsets = frame.column("offset").unwrap().i64().unwrap();
        offsets.iter().flatten().collect()
    }

    #[test]
    fn hours_without_number_share_one_file() {
        let events: Vec<_> = (0..1000).map(|number| event(number, number % 500)).collect();
        let hours = by_hour(&events);
        assert_eq!(hours.len(), HOURS + 1);
        assert_eq!(hours["1970-01-01T00"].len(), 2);
        assert_eq!(hours[OTHER].len(), 1000 - 2 * HOURS);
        // Where less of the chunk is at hand, nothing lies elsewhere.
        for (hour, part) in by_hour(&events[..300]) {
            assert!(hours[&hour].starts_with(&part), "{hour}");
        }
    }

    #[test]
    fn what_was_written_stays_when_the_log_has_it_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("0-00000000.parquet");
        let of = |range: std::ops::Range<i64>| {
            let events: Vec<_> = range.map(|offset| event(offset, 0)).collect();
            frame(0, &events.iter().collect::<Vec<_>>()).unwrap()
        };
        parquet::write(&mut of(0..10), &file).unwrap();
        for _ in 0..2 {
            let mut all = with_deleted(&of(7..15), &file, 7).unwrap();
            assert_eq!(offsets(&all), (0..15).collect::<Vec<_>>());
            parquet::write(&mut all, &file).unwrap();
        }
    }
}
