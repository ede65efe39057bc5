//! What work cost: time, processor time, and how long each message waited.

use std::{
    collections::BTreeMap,
    fmt,
    sync::Mutex,
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use rdkafka::{
    ClientConfig, ClientContext, Statistics,
    message::DeliveryResult,
    producer::{BaseRecord, Producer, ProducerContext, ThreadedProducer},
    statistics::Window,
};
use rustix::time::{ClockId, clock_gettime};

use crate::{ledger::name_of, lock::lock};

/// Time and processor time since it was started.
#[derive(Debug)]
pub struct Meter {
    started: Instant,
    cpu: Duration,
}

impl Meter {
    /// Starts now.
    pub fn start() -> Self {
        Self {
            started: Instant::now(),
            cpu: cpu_time(),
        }
    }

    /// What so many messages cost since the start.
    pub fn stop(&self, messages: u64) -> Cost {
        Cost {
            messages,
            elapsed: self.started.elapsed(),
            cpu: cpu_time().saturating_sub(self.cpu),
        }
    }
}

/// Processor time of this process so far, in all threads: its own, and that of the kernel on its behalf.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

/// What so many messages cost.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// How many messages.
    pub messages: u64,
    /// How long they took.
    pub elapsed: Duration,
    /// The processor time of this process, in all threads.
    pub cpu: Duration,
}

impl Cost {
    /// Messages a second.
    pub fn per_second(&self) -> f64 {
        self.messages as f64 / self.elapsed.as_secs_f64()
    }

    /// Microseconds of processor time a message.
    pub fn cpu_micros(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.messages as f64
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rate, cpu) = (self.per_second(), self.cpu_micros());
        write!(f, "{rate:.0} messages/s, {cpu:.2} µs of CPU a message")
    }
}

/// How long each message waited for its acknowledgement, and where.
#[derive(Debug, Default)]
pub struct Latencies {
    sorted: Vec<Duration>,
    /// How many messages were given up, by the error that the producer told.
    pub failed: BTreeMap<String, u64>,
    /// Messages to a request, on average. This and what follows is known where `statistics.interval.ms` is set.
    pub per_request: f64,
    /// How long a message waited in the producer's queue, on average.
    pub queued: Duration,
    /// How long a request waited for its answer, on average.
    pub round_trip: Duration,
}

impl Latencies {
    /// How many messages were acknowledged.
    pub fn acknowledged(&self) -> usize {
        self.sorted.len()
    }

    /// The time within which this share of the messages was acknowledged: 0.5 for the median.
    pub fn quantile(&self, share: f64) -> Duration {
        let index = (self.sorted.len() as f64 * share) as usize;
        let last = self.sorted.len().saturating_sub(1);
        self.sorted.get(index.min(last)).copied().unwrap_or_default()
    }
}

/// Produces at a steady rate and takes the time from each `send` to its delivery report, of all but the first messages.
///
/// # Errors
/// Where the producer cannot be made, or refuses a message.
pub fn latencies(
    config: &ClientConfig,
    topic: &str,
    messages: u32,
    unmeasured: u32,
    per_second: u32,
) -> Result<Latencies> {
    let producer: ThreadedProducer<Deliveries> = config.create_with_context(Deliveries::default())?;
    let started = Instant::now();
    for number in 0..unmeasured + messages {
        let due = started + Duration::from_secs(1) / per_second * number;
        sleep(due.saturating_duration_since(Instant::now()));
        let sent = Box::new((number >= unmeasured).then(Instant::now));
        let record = BaseRecord::<(), _, _>::with_opaque_to(topic, sent).payload(&[b'.'; 100]);
        producer.send(record).map_err(|(error, _)| error)?;
    }
    // Ends with the last delivery report: after message.timeout.ms at the latest.
    while producer.in_flight_count() > 0 {
        sleep(Duration::from_millis(1));
    }
    let deliveries = producer.context();
    let mut sorted = std::mem::take(&mut *lock(&deliveries.latencies));
    sorted.sort_unstable();
    let failed = std::mem::take(&mut *lock(&deliveries.failed));
    ensure!(
        sorted.len() as u64 + failed.values().sum::<u64>() >= u64::from(messages),
        "a message has no delivery report"
    );
    let seen = lock(&deliveries.seen);
    Ok(Latencies {
        sorted,
        failed,
        per_request: seen.per_request.average(),
        queued: Duration::from_micros(seen.queued.average() as u64),
        round_trip: Duration::from_micros(seen.round_trip.average() as u64),
    })
}

#[derive(Default)]
struct Deliveries {
    latencies: Mutex<Vec<Duration>>,
    failed: Mutex<BTreeMap<String, u64>>,
    seen: Mutex<Seen>,
}

/// What librdkafka's statistics told so far.
#[derive(Default)]
struct Seen {
    per_request: Sum,
    queued: Sum,
    round_trip: Sum,
}

#[derive(Default)]
struct Sum {
    sum: i64,
    count: i64,
}

impl Sum {
    fn add(&mut self, window: &Window) {
        self.sum += window.sum;
        self.count += window.cnt;
    }

    fn average(&self) -> f64 {
        self.sum as f64 / self.count.max(1) as f64
    }
}

impl ClientContext for Deliveries {
    fn stats(&self, statistics: Statistics) {
        let mut seen = lock(&self.seen);
        for topic in statistics.topics.values() {
            seen.per_request.add(&topic.batchcnt);
        }
        // Others than brokers of the cluster, the one to start from for example, are sent no message.
        for broker in statistics.brokers.values().filter(|broker| broker.nodeid >= 0) {
            broker
                .int_latency
                .iter()
                .for_each(|window| seen.queued.add(window));
            broker.rtt.iter().for_each(|window| seen.round_trip.add(window));
        }
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = Box<Option<Instant>>;

    fn delivery(&self, result: &DeliveryResult<'_>, sent: Self::DeliveryOpaque) {
        match (result, *sent) {
            (Ok(_), Some(sent)) => lock(&self.latencies).push(sent.elapsed()),
            (Ok(_), None) => {}
            (Err((error, _)), _) => {
                *lock(&self.failed).entry(name_of(error)).or_default() += 1;
            }
        }
    }
}
