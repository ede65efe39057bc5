//! What the page shows, as it comes from `/api/snapshot` and `/live`.

use std::collections::HashMap;

use anyhow::{Context, Result, anyhow, bail, ensure};
use reqwest::Response;
use serde::Deserialize;
use tokio::{sync::oneshot, task::JoinHandle};

/// All of it at one moment.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    pub at: String,
    pub events: u64,
    pub duplicates: u64,
    pub late: u64,
    pub unreadable: u64,
    pub per_second: f64,
    pub minutes: Vec<Band>,
    pub pages: Vec<Page>,
    pub segments: Vec<Segment>,
    pub alerts: Vec<Alert>,
    pub latency: Option<Latency>,
    pub lag: Vec<Lag>,
    pub cluster: Surroundings,
}

/// A minute of all pages together.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    pub minute: String,
    pub events: u64,
    pub average: Option<f64>,
    pub expected: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub score: Option<f64>,
    pub alert: bool,
}

/// One of the pages with the most events.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    pub page: String,
    pub events: u64,
    pub minutes: Vec<u64>,
    pub score: Option<f64>,
    pub alert: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    pub segment: String,
    pub events: u64,
}

/// A minute that left its band: of a page, or of all together.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alert {
    pub minute: String,
    pub page: Option<String>,
    pub events: u64,
    pub low: f64,
    pub high: f64,
    pub score: f64,
}

/// Milliseconds from collected to shown.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Latency {
    pub p50: f64,
    pub p90: f64,
    pub p99: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lag {
    pub partition: i32,
    pub lag: i64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Surroundings {
    pub brokers: Vec<i32>,
    pub controller: Option<i32>,
    pub zookeeper: Option<String>,
    pub note: Option<String>,
}

/// What `/api/totals.json` has of a minute, a page and a segment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Total {
    pub minute: String,
    pub page: String,
    pub segment: String,
    pub events: u64,
}

impl Snapshot {
    /// What was counted does not become less: nothing of what an earlier one showed has gone back.
    ///
    /// # Errors
    /// Where something has.
    pub fn follows(&self, earlier: &Self) -> Result<()> {
        let whole = |of: &Self| [of.events, of.duplicates, of.late, of.unreadable];
        let went_back = whole(earlier)
            .into_iter()
            .zip(whole(self))
            .any(|(before, now)| now < before);
        ensure!(!went_back, "{:?} became {:?}", whole(earlier), whole(self));
        let minutes: HashMap<_, _> = self
            .minutes
            .iter()
            .map(|band| (&band.minute, band.events))
            .collect();
        for Band { minute, events, .. } in &earlier.minutes {
            // The oldest one makes room for the newest.
            if let Some(now) = minutes.get(minute) {
                ensure!(now >= events, "{minute}: {events} events became {now}");
            }
        }
        Ok(())
    }
}

/// Snapshots as they come: server-sent events.
#[derive(Debug)]
pub struct Live {
    response: Response,
    read: Vec<u8>,
}

impl Live {
    pub(crate) fn of(response: Response) -> Result<Self> {
        let kind = response.headers().get("content-type");
        let kind = kind.context("no content type")?.to_str()?;
        ensure!(kind.starts_with("text/event-stream"), "/live is {kind}");
        Ok(Self {
            response,
            read: Vec::new(),
        })
    }

    /// The next one.
    ///
    /// # Errors
    /// Where the stream ends, or has something else.
    pub async fn next(&mut self) -> Result<Snapshot> {
        loop {
            while let Some(end) = self.read.windows(2).position(|two| two == b"\n\n") {
                let event: Vec<_> = self.read.drain(..end + 2).collect();
                if let Some(snapshot) = snapshot(std::str::from_utf8(&event)?)? {
                    return Ok(snapshot);
                }
            }
            match self.response.chunk().await? {
                Some(chunk) => self.read.extend_from_slice(&chunk),
                None => bail!("/live has ended"),
            }
        }
    }
}

/// Somebody who looks at the page all the time.
#[derive(Debug)]
pub struct Watcher {
    stop: oneshot::Sender<()>,
    watching: JoinHandle<Result<Vec<Snapshot>>>,
}

impl Live {
    /// Looks at the page until stopped, whether what it shows goes back.
    pub fn watch(mut self) -> Watcher {
        let (stop, mut stopped) = oneshot::channel();
        let watching = tokio::spawn(async move {
            let mut seen: Vec<Snapshot> = Vec::new();
            loop {
                let next = tokio::select! {
                    next = self.next() => next?,
                    _ = &mut stopped => return Ok(seen),
                };
                if let Some(before) = seen.last() {
                    next.follows(before)?;
                }
                seen.push(next);
            }
        });
        Watcher { stop, watching }
    }
}

impl Watcher {
    /// Ends it. Returns what was seen.
    ///
    /// # Errors
    /// Where something went back, or the page was no longer there.
    pub async fn stop(self) -> Result<Vec<Snapshot>> {
        // Where it has ended by itself, it says why.
        let _ = self.stop.send(());
        self.watching.await.map_err(|error| anyhow!(error))?
    }
}

/// None where it is a comment, which only keeps the connection.
fn snapshot(event: &str) -> Result<Option<Snapshot>> {
    let field = |name: &str| {
        event
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .map(str::trim)
    };
    let Some(data) = field("data:") else {
        return Ok(None);
    };
    ensure!(field("event:") == Some("snapshot"), "/live has {event:?}");
    Ok(Some(serde_json::from_str(data).with_context(|| data.to_owned())?))
}
