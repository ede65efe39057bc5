//! The page, as `/live` tells of it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use tokio::{sync::watch, task::JoinHandle, time::timeout};

use super::visitors::PAGES;

/// What takes longer has failed.
pub(super) const LIMIT: Duration = Duration::from_secs(120);

/// A stream of snapshots, read as they come.
pub(super) struct Live {
    seen: watch::Receiver<Vec<Seen>>,
    task: JoinHandle<Result<()>>,
}

/// A snapshot, of which both pipelines have at least this.
#[derive(Deserialize)]
struct Snapshot {
    events: u64,
    pages: Vec<Page>,
}

#[derive(Deserialize)]
struct Page {
    events: u64,
}

#[derive(Debug, PartialEq, Eq)]
struct Seen {
    at: Instant,
    /// All events.
    events: u64,
    /// Of so many, the first ones, every page has what is its own.
    complete: u64,
}

impl Seen {
    fn new(at: Instant, Snapshot { events, pages }: Snapshot) -> Self {
        // Each page has its events in their order, since they share a partition.
        let least = pages.iter().map(|page| page.events).min();
        let least = least.filter(|_| pages.len() == PAGES.len());
        Self {
            at,
            events,
            complete: least.unwrap_or_default() * PAGES.len() as u64,
        }
    }
}

impl Live {
    pub(super) async fn open(url: &str) -> Result<Self> {
        let mut stream = reqwest::get(url).await?.error_for_status()?;
        let (sender, seen) = watch::channel(Vec::new());
        let task = tokio::spawn(async move {
            let mut unread = Vec::new();
            while let Some(chunk) = stream.chunk().await? {
                let at = Instant::now();
                unread.extend_from_slice(&chunk);
                for snapshot in snapshots(&mut unread)? {
                    sender.send_modify(|seen| seen.push(Seen::new(at, snapshot)));
                }
            }
            bail!("/live has ended")
        });
        Ok(Self { seen, task })
    }

    /// Waits until the page shows so many events, and returns when it did.
    pub(super) async fn shows(&mut self, events: u64) -> Result<Instant> {
        let all = |seen: &Vec<Seen>| seen.last().is_some_and(|seen| seen.events >= events);
        if let Ok(Err(_)) = timeout(LIMIT, self.seen.wait_for(all)).await {
            // The stream has ended, and the task knows why.
            (&mut self.task).await??;
        }
        let seen = self.seen.borrow();
        let (at, shown) = seen.last().map(|seen| (seen.at, seen.events)).unzip();
        let shown = shown.unwrap_or_default();
        ensure!(
            shown == events,
            "the page shows {shown} events where there are {events}"
        );
        at.context("nothing is shown")
    }

    /// When it has first shown all of so many events, the first ones.
    pub(super) fn has_shown(&self, events: u64) -> Result<Instant> {
        let seen = self.seen.borrow();
        let first = seen.partition_point(|seen| seen.complete < events);
        let seen = seen
            .get(first)
            .with_context(|| format!("the first {events} events are not shown"))?;
        Ok(seen.at)
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Takes the snapshots that are there as a whole.
fn snapshots(unread: &mut Vec<u8>) -> Result<Vec<Snapshot>> {
    const END: &[u8] = b"\n\n";
    let mut snapshots = Vec::new();
    while let Some(end) = unread.windows(END.len()).position(|bytes| bytes == END) {
        let message: Vec<_> = unread.drain(..end + END.len()).collect();
        for line in message.split(|byte| *byte == b'\n') {
            if let Some(json) = line.strip_prefix(b"data:") {
                snapshots.push(serde_json::from_slice(json)?);
            }
        }
    }
    Ok(snapshots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_counts_when_it_is_whole() {
        let mut unread = b": alive\n\nevent: snapshot\ndata: {\"events\":3,\"pages\":[]}\n".to_vec();
        assert!(snapshots(&mut unread).unwrap().is_empty());
        unread.extend(b"\ndata: {\"eve");
        let whole = snapshots(&mut unread).unwrap();
        assert_eq!(
            whole.iter().map(|snapshot| snapshot.events).collect::<Vec<_>>(),
            [3]
        );
        assert_eq!(unread, b"data: {\"eve");
    }

    #[test]
    fn events_are_shown_when_every_page_has_its_own() {
        let at = Instant::now();
        let complete = |counts: &[u64]| {
            let pages = counts.iter().map(|&events| Page { events }).collect();
            Seen::new(at, Snapshot { events: 0, pages }).complete
        };
        assert_eq!(complete(&[7; 10]), 70);
        assert_eq!(complete(&[7, 7, 7, 7, 7, 6, 7, 7, 7, 9]), 60);
        assert_eq!(complete(&[7; 9]), 0);
    }
}
