//! Board: the totals as they stand, read from the compacted topic, and what the page shows of them.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use chrono::{DateTime, SecondsFormat, Utc};
use polars::prelude::*;
use rdkafka::{
    Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
    error::KafkaError,
    message::BorrowedMessage,
};
use tokio::sync::watch;

use crate::{
    analysis::Analysis,
    event::Segment,
    kafka::{self, Kafka},
    metrics::Metrics,
    snapshot::{self, Snapshot},
    stop::Stop,
    totals::Total,
    windows::{MINUTE, Tally},
};

/// Minutes that are kept: a day.
const KEPT: i64 = 24 * 60;
/// Minutes that the page shows, and those of a page's own line.
const SHOWN: usize = 60;
const LINE: usize = 30;
const PAGES: usize = 10;
/// How often the page may change.
const REFRESH: Duration = Duration::from_millis(50);
/// How long the first change waits for those that came with it, and how long the page goes without any.
const GATHER: Duration = Duration::from_millis(5);
const HEARTBEAT: Duration = Duration::from_secs(1);
/// Over which latency and speed are measured. All latencies are looked through no more often than every heartbeat.
const OF_LATE: Duration = Duration::from_secs(60);
const SPEED: Duration = Duration::from_secs(10);
/// Latencies that are kept at most.
const LATENCIES: usize = 100_000;

/// A snapshot, and the same as a line of JSON, written once for all who watch.
#[derive(Debug)]
pub struct Published {
    pub snapshot: Snapshot,
    pub json: String,
}

impl Published {
    fn of(snapshot: Snapshot) -> Arc<Self> {
        let json = serde_json::to_string(&snapshot).unwrap_or_default();
        Arc::new(Self { snapshot, json })
    }
}

/// What all parts of the page share.
#[derive(Debug)]
pub struct Board {
    counts: Mutex<Counts>,
    analysis: Mutex<Analysis>,
    surroundings: Mutex<Surroundings>,
    published: watch::Sender<Arc<Published>>,
}

/// What is known of the brokers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Surroundings {
    pub cluster: snapshot::Cluster,
    pub lag: Vec<snapshot::Lag>,
}

impl Default for Board {
    fn default() -> Self {
        Self {
            counts: Mutex::default(),
            analysis: Mutex::default(),
            surroundings: Mutex::default(),
            published: watch::Sender::new(Published::of(Snapshot::default())),
        }
    }
}

impl Board {
    /// The newest snapshot, and each that follows.
    pub fn watch(&self) -> watch::Receiver<Arc<Published>> {
        self.published.subscribe()
    }

    /// Whether all that was in the topic at first is read.
    pub fn is_ready(&self) -> bool {
        lock(&self.counts).is_complete
    }

    /// Of each partition, the events that the processors have taken, whatever became of them.
    pub fn processed(&self) -> BTreeMap<i32, u64> {
        let counts = lock(&self.counts);
        let tallies = counts.tallies.iter();
        tallies
            .map(|(partition, tally)| (*partition, tally.all()))
            .collect()
    }

    /// Takes a total over.
    pub fn take(&self, total: Total) {
        lock(&self.counts).apply(total);
    }

    pub fn analysis(&self) -> Analysis {
        lock(&self.analysis).clone()
    }

    pub fn set_analysis(&self, analysis: Analysis) {
        *lock(&self.analysis) = analysis;
    }

    pub fn set_surroundings(&self, surroundings: Surroundings) {
        *lock(&self.surroundings) = surroundings;
    }

    /// The totals that are kept as a frame: `minute` in milliseconds since 1970, `page`, `segment`, `events`, sorted by the
    /// first three.
    ///
    /// # Errors
    /// Where polars refuses.
    pub fn totals(&self) -> PolarsResult<DataFrame> {
        let (mut minutes, mut pages, mut segments, mut events) = (vec![], vec![], vec![], vec![]);
        for (minute, counts) in &lock(&self.counts).minutes {
            for ((page, segment), count) in counts {
                minutes.push(*minute);
                pages.push(page.clone());
                segments.push(segment.name());
                events.push(*count);
            }
        }
        let pages: StringChunked = pages.iter().map(|page| Some(page.as_ref())).collect();
        let frame = df!("minute" => minutes, "page" => pages.into_series(), "segment" => segments, "events" => events)?;
        frame.sort(["minute", "page", "segment"], SortMultipleOptions::default())
    }

    /// Takes a record over. Returns when the first of its new events was collected, where it counts any.
    fn apply(&self, record: &BorrowedMessage<'_>) -> Option<i64> {
        let (key, value) = (
            record.key().unwrap_or_default(),
            record.payload().unwrap_or_default(),
        );
        let total = Total::read(key, value)
            .inspect_err(|error| tracing::warn!("no total: {error}"))
            .ok()?;
        let collected = match &total {
            Total::Window(.., count) => Some(count.collected),
            Total::Partition(..) => None,
        };
        self.take(total);
        collected
    }

    fn publish(&self, applied: &mut Vec<i64>, metrics: &Metrics) {
        let mut counts = lock(&self.counts);
        let now = Utc::now();
        for collected in applied.drain(..) {
            // Its clock may be ahead of ours.
            let latency = (now.timestamp_millis() - collected).max(0) as f64;
            metrics.latency.observe(latency / 1e3);
            counts.latencies.push_back((Instant::now(), latency));
        }
        let snapshot = counts.snapshot(now, &lock(&self.analysis), &lock(&self.surroundings));
        drop(counts);
        self.published.send_replace(Published::of(snapshot));
    }
}

#[derive(Debug, Default)]
struct Counts {
    minutes: BTreeMap<i64, HashMap<(Arc<str>, Segment), u64>>,
    /// Each page's name once.
    names: HashSet<Arc<str>>,
    /// All events of these minutes.
    segments: BTreeMap<Segment, u64>,
    /// What each partition has of the pages that it does not tell apart.
    others: BTreeMap<(i64, Segment, i32), u64>,
    tallies: BTreeMap<i32, Tally>,
    is_complete: bool,
    latencies: VecDeque<(Instant, f64)>,
    latency: Option<(Instant, snapshot::Latency)>,
    /// How many events there were, of late.
    history: VecDeque<(Instant, u64)>,
}

impl Counts {
    /// Takes a total over. A count never goes back.
    fn apply(&mut self, total: Total) {
        match total {
            Total::Partition(partition, tally) => {
                let known = self.tallies.entry(partition).or_default();
                *known = known.max(tally);
            }
            Total::Window(minute, page, segment, of, count) => {
                let minute = minute.timestamp_millis();
                let newest = self
                    .minutes
                    .last_key_value()
                    .map_or(minute, |(newest, _)| *newest);
                let oldest = newest.max(minute) - (KEPT - 1) * MINUTE;
                if minute < oldest {
                    return;
                }
                let name = match self.names.get(page.as_str()) {
                    Some(name) => name.clone(),
                    None => {
                        let name: Arc<str> = page.into();
                        self.names.insert(name.clone());
                        name
                    }
                };
                let of_minute = self.minutes.entry(minute).or_default();
                let total = of_minute.entry((name, segment)).or_default();
                let more = match of {
                    None => count.events.saturating_sub(*total),
                    Some(partition) => {
                        let known = self.others.entry((minute, segment, partition)).or_default();
                        let more = count.events.saturating_sub(*known);
                        *known += more;
                        more
                    }
                };
                *total += more;
                *self.segments.entry(segment).or_default() += more;
                if self
                    .minutes
                    .first_key_value()
                    .is_some_and(|(first, _)| *first < oldest)
                {
                    let kept = self.minutes.split_off(&oldest);
                    let gone = mem::replace(&mut self.minutes, kept);
                    for ((_, segment), events) in gone.values().flatten() {
                        *self.segments.entry(*segment).or_default() -= events;
                    }
                    drop(gone);
                    self.others.retain(|(minute, ..), _| *minute >= oldest);
                    // Whom no minute knows any more is forgotten.
                    self.names.retain(|name| Arc::strong_count(name) > 1);
                }
            }
        }
    }

    fn snapshot(&mut self, now: DateTime<Utc>, analysis: &Analysis, surroundings: &Surroundings) -> Snapshot {
        let tally = |of: fn(&Tally) -> u64| self.tallies.values().map(of).sum();
        let (duplicates, late, unreadable) = (
            tally(|tally| tally.duplicates),
            tally(|tally| tally.late),
            tally(|tally| tally.unreadable),
        );
        let newest = self.minutes.last_key_value().map(|(minute, _)| *minute);
        let oldest = self.minutes.first_key_value().map_or(0, |(minute, _)| *minute);
        let shown: Vec<i64> = newest.map_or_else(Vec::new, |newest| {
            let first = oldest.max(newest - (SHOWN as i64 - 1) * MINUTE);
            (first..=newest).step_by(MINUTE as usize).collect()
        });
        Snapshot {
            at: now.to_rfc3339_opts(SecondsFormat::Millis, true),
            events: tally(|tally| tally.counted),
            duplicates,
            late,
            unreadable,
            per_second: self.per_second(),
            minutes: shown
                .iter()
                .map(|minute| {
                    let events = self.minutes.get(minute).map_or(0, |counts| counts.values().sum());
                    analysis.minute(*minute, events)
                })
                .collect(),
            pages: self.pages(&shown, analysis),
            segments: Segment::ALL
                .iter()
                .map(|segment| snapshot::Segment {
                    segment: segment.name(),
                    events: self.segments.get(segment).copied().unwrap_or_default(),
                })
                .collect(),
            alerts: analysis.alerts.clone(),
            latency: self.latency(),
            lag: surroundings.lag.clone(),
            cluster: surroundings.cluster.clone(),
        }
    }

    fn pages(&self, shown: &[i64], analysis: &Analysis) -> Vec<snapshot::Page> {
        let mut events = HashMap::<&Arc<str>, u64>::new();
        for counts in shown.iter().filter_map(|minute| self.minutes.get(minute)) {
            for ((page, _), count) in counts {
                *events.entry(page).or_default() += count;
            }
        }
        let mut pages: Vec<_> = events.into_iter().collect();
        pages.sort_unstable_by(|(a, of_a), (b, of_b)| of_b.cmp(of_a).then(a.cmp(b)));
        let line = &shown[shown.len().saturating_sub(LINE)..];
        let in_minute = |page: &Arc<str>, minute: &i64| -> u64 {
            let counts = self.minutes.get(minute);
            let of = |segment: &Segment| counts?.get(&(page.clone(), *segment));
            Segment::ALL.iter().filter_map(of).sum()
        };
        pages
            .into_iter()
            .take(PAGES)
            .map(|(page, events)| {
                let (score, alert) = analysis.last_score(page);
                snapshot::Page {
                    page: page.to_string(),
                    events,
                    minutes: line.iter().map(|minute| in_minute(page, minute)).collect(),
                    score,
                    alert,
                }
            })
            .collect()
    }

    fn per_second(&mut self) -> f64 {
        let now = Instant::now();
        let events = self.tallies.values().map(|tally| tally.counted).sum();
        self.history.push_back((now, events));
        while self.history.len() > 2 && self.history[1].0 + SPEED < now {
            self.history.pop_front();
        }
        let (since, before) = self.history[0];
        let seconds = (now - since).as_secs_f64();
        if seconds < 0.5 {
            return 0.0;
        }
        (events.saturating_sub(before) as f64 / seconds * 10.0).round() / 10.0
    }

    fn latency(&mut self) -> Option<snapshot::Latency> {
        let now = Instant::now();
        if let Some((at, latency)) = self.latency
            && now < at + HEARTBEAT
        {
            return Some(latency);
        }
        let is_old = |(at, _): &(Instant, f64)| *at + OF_LATE < now;
        while self.latencies.len() > LATENCIES || self.latencies.front().is_some_and(is_old) {
            self.latencies.pop_front();
        }
        let mut latencies: Vec<f64> = self.latencies.iter().map(|(_, latency)| *latency).collect();
        let last = latencies.len().checked_sub(1)?;
        let mut at = |part: f64| {
            let index = (last as f64 * part).round() as usize;
            *latencies.select_nth_unstable_by(index, f64::total_cmp).1
        };
        let latency = snapshot::Latency {
            p50: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
        };
        self.latency = Some((now, latency));
        Some(latency)
    }
}

/// Reads the totals until it is to stop, and publishes a snapshot whenever something changed.
pub fn run(kafka: &Kafka, board: &Board, metrics: &Metrics, stop: &Stop) {
    stop.retries("the totals are read again", Duration::ZERO, || {
        read(kafka, board, metrics, stop)
    });
}

fn read(kafka: &Kafka, board: &Board, metrics: &Metrics, stop: &Stop) -> Result<()> {
    let consumer: BaseConsumer = kafka
        .reader()
        .set("group.id", kafka.totals())
        .set("enable.partition.eof", "true")
        .create()
        .context("cannot make a consumer")?;
    let mut partitions = TopicPartitionList::new();
    for partition in 0..kafka.partitions {
        partitions.add_partition_offset(&kafka.totals(), partition, Offset::Beginning)?;
    }
    consumer.assign(&partitions)?;
    let mut unread: BTreeSet<i32> = (0..kafka.partitions).collect();
    let mut applied = Vec::new();
    let mut earliest = Instant::now();
    board.publish(&mut applied, metrics);
    while !stop.is_asked() {
        let mut message = consumer.poll(HEARTBEAT);
        if message.is_some() {
            // Those that came with it, and what comes too soon after the last snapshot, are shown with it. Not in poll, which
            // is busy for the last millisecond of its time.
            let due = earliest.max(Instant::now() + GATHER);
            thread::sleep(due.saturating_duration_since(Instant::now()));
        }
        let end = Instant::now() + REFRESH;
        while let Some(result) = message {
            match result {
                Ok(message) => {
                    let collected = board.apply(&message);
                    applied.extend(collected.filter(|_| unread.is_empty()));
                }
                Err(KafkaError::PartitionEOF(partition)) => {
                    unread.remove(&partition);
                    lock(&board.counts).is_complete = unread.is_empty();
                }
                // What was compacted away, or let go after a week, is of no more use.
                Err(error) => kafka::told(&error, "totals")?,
            }
            let goes_on = Instant::now() < end;
            message = goes_on.then(|| consumer.poll(Duration::ZERO)).flatten();
        }
        let started = Instant::now();
        board.publish(&mut applied, metrics);
        // Where it takes long, on a busy machine or with many pages, it is done less often.
        earliest = Instant::now() + REFRESH.max(4 * started.elapsed());
    }
    Ok(())
}

/// What another thread left behind when it panicked is still a number.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::totals::Count;

    const START: i64 = 1_800_000_000_000 / MINUTE * MINUTE;

    fn total(minute: i64, page: &str, events: u64) -> Total {
        let minute = DateTime::from_timestamp_millis(START + minute * MINUTE).unwrap();
        let count = Count { events, collected: 0 };
        Total::Window(minute, page.to_owned(), Segment::New, None, count)
    }

    fn snapshot(counts: &mut Counts) -> Snapshot {
        counts.snapshot(Utc::now(), &Analysis::default(), &Surroundings::default())
    }

    #[test]
    fn the_newest_record_counts_and_never_goes_back() {
        let mut counts = Counts::default();
        for events in [1, 5, 5, 3] {
            counts.apply(total(0, "/", events));
        }
        counts.apply(total(2, "/pricing", 2));
        let shown = snapshot(&mut counts);
        assert_eq!(shown.segments[0].events, 7);
        let minutes: Vec<_> = shown.minutes.iter().map(|minute| minute.events).collect();
        assert_eq!(minutes, [5, 0, 2], "without gaps");
        assert_eq!(
            (shown.pages[0].page.as_str(), &shown.pages[0].minutes[..]),
            ("/", &[5, 0, 0][..])
        );
    }

    #[test]
    fn a_day_is_kept() {
        let mut counts = Counts::default();
        for minute in 0..KEPT + 10 {
            counts.apply(total(minute, &format!("/{minute}"), 1));
        }
        counts.apply(total(0, "/0", 9));
        assert_eq!(
            (counts.minutes.len(), counts.names.len()),
            (KEPT as usize, KEPT as usize)
        );
        let segments = snapshot(&mut counts).segments;
        assert_eq!(segments[0].events, KEPT as u64);
        // Whoever starts now, and happens to read the newest partition first, shows the same.
        let mut again = Counts::default();
        for minute in (0..KEPT + 10).rev() {
            again.apply(total(minute, &format!("/{minute}"), 1));
        }
        assert_eq!(snapshot(&mut again).segments, segments);
    }

    #[test]
    fn a_tally_never_goes_back() {
        let mut counts = Counts::default();
        let tally = |counted, late| Tally {
            counted,
            late,
            ..Tally::default()
        };
        for (counted, late) in [(5, 0), (3, 1)] {
            counts.apply(Total::Partition(0, tally(counted, late)));
            counts.per_second();
        }
        assert_eq!(counts.tallies[&0], tally(5, 1));
    }
}
