//! What the page shows: one value, made anew whenever something changed.

use serde::Serialize;

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Snapshot {
    /// When it was made, in RFC 3339.
    pub at: String,
    /// Counted so far.
    pub events: u64,
    pub duplicates: u64,
    pub late: u64,
    pub unreadable: u64,
    /// Counted a second, of late.
    pub per_second: f64,
    /// The last hour, oldest first, without gaps. The last minute is still running.
    pub minutes: Vec<Minute>,
    /// Those with most events within the last hour.
    pub pages: Vec<Page>,
    pub segments: Vec<Segment>,
    /// Newest first.
    pub alerts: Vec<Alert>,
    pub latency: Option<Latency>,
    pub lag: Vec<Lag>,
    pub cluster: Cluster,
}

/// All pages together, in one minute.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Minute {
    pub minute: String,
    pub events: u64,
    /// Of the minutes before.
    pub average: Option<f64>,
    pub expected: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// How many widths of its spread the traffic is away from what is expected.
    pub score: Option<f64>,
    pub alert: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Page {
    pub page: String,
    pub events: u64,
    /// Events of the last half hour, oldest minute first.
    pub minutes: Vec<u64>,
    /// Of the last whole minute.
    pub score: Option<f64>,
    pub alert: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Segment {
    pub segment: &'static str,
    pub events: u64,
}

/// A minute in which traffic left its band.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alert {
    pub minute: String,
    /// `None` for all pages together.
    pub page: Option<String>,
    pub events: u64,
    pub low: f64,
    pub high: f64,
    pub score: f64,
}

/// From collected to the snapshot that shows it, in milliseconds, over the last minute.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Latency {
    pub p50: f64,
    pub p90: f64,
    pub p99: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lag {
    pub partition: i32,
    pub lag: i64,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Cluster {
    pub brokers: Vec<i32>,
    pub controller: Option<i32>,
    /// Its address.
    pub zookeeper: Option<String>,
    /// What the reader should know of it.
    pub note: Option<String>,
}
