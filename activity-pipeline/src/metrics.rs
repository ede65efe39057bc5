//! What this process has done, for Prometheus and for its last words.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

/// Seconds, from a few milliseconds to ten.
const LATENCIES: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Status {
    pub status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Partition {
    pub partition: i32,
}

/// All that is counted. What a part does not do stays at zero.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    /// Events that Kafka has acknowledged.
    pub accepted: Counter,
    /// Requests that were refused, by status.
    pub refused: Family<Status, Counter>,
    /// Events that a window has taken.
    pub counted: Counter,
    pub duplicates: Counter,
    pub late: Counter,
    pub unreadable: Counter,
    /// Events that were gone before they were known to be counted.
    pub deleted: Counter,
    /// Events that lie in Parquet files.
    pub archived: Counter,
    /// Events that are not yet counted.
    pub lag: Family<Partition, Gauge>,
    /// From collected to the snapshot that shows it, in seconds.
    pub latency: Histogram,
    /// Pages that are open.
    pub watchers: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("activity");
        let refused: Family<Status, Counter> = Family::default();
        let [accepted, counted, duplicates, late, unreadable, deleted, archived]: [Counter; 7] =
            Default::default();
        let lag: Family<Partition, Gauge> = Family::default();
        let latency = Histogram::new(LATENCIES);
        let watchers = Gauge::default();
        registry.register(
            "events_accepted",
            "Events that Kafka has acknowledged",
            accepted.clone(),
        );
        registry.register("requests_refused", "Requests that were refused", refused.clone());
        registry.register(
            "events_counted",
            "Events that a window has taken",
            counted.clone(),
        );
        registry.register(
            "events_duplicate",
            "Events that were sent once more",
            duplicates.clone(),
        );
        registry.register("events_late", "Events that came too late", late.clone());
        registry.register(
            "events_unreadable",
            "Events that are dead letters",
            unreadable.clone(),
        );
        registry.register(
            "events_deleted",
            "Events that were deleted before they were known to be counted",
            deleted.clone(),
        );
        registry.register(
            "events_archived",
            "Events that lie in Parquet files",
            archived.clone(),
        );
        registry.register("lag", "Events that are not yet counted", lag.clone());
        registry.register("latency_seconds", "From collected to snapshot", latency.clone());
        registry.register("watchers", "Pages that are open", watchers.clone());
        Self {
            registry,
            accepted,
            refused,
            counted,
            duplicates,
            late,
            unreadable,
            deleted,
            archived,
            lag,
            latency,
            watchers,
        }
    }
}

impl Metrics {
    /// In the text format of OpenMetrics.
    ///
    /// # Errors
    /// Where the text cannot be written.
    pub fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
