//! Visitors whose every event is known: what they did is what has to be counted.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use chrono::{DateTime, SecondsFormat, Utc};
use fastrand::Rng;
use serde_json::json;

use crate::{Pipeline, Total};

const PAGES: [&str; 8] = [
    "/",
    "/pricing",
    "/docs",
    "/docs/install",
    "/blog",
    "/login",
    "/search",
    "/äöü",
];
const SEGMENTS: [&str; 3] = ["new", "returning", "member"];

/// What is counted apart: minute, page and segment.
pub type Key = (String, String, String);

/// Some that make events as fast as they are asked to.
#[derive(Debug)]
pub struct Visitors {
    random: Rng,
    run: u32,
    made: u64,
    known: BTreeMap<Key, u64>,
}

impl Visitors {
    /// Those of one test. Their ids are nobody else's.
    pub fn new() -> Self {
        Self {
            random: Rng::with_seed(7),
            run: fastrand::u32(..),
            made: 0,
            known: BTreeMap::new(),
        }
    }

    /// How many events they have made.
    pub fn made(&self) -> u64 {
        self.made
    }

    /// So many events of this moment, as JSON lines.
    pub fn events(&mut self, count: usize) -> String {
        (0..count).map(|_| self.event(Utc::now()) + "\n").collect()
    }

    fn event(&mut self, at: DateTime<Utc>) -> String {
        let at = at.to_rfc3339_opts(SecondsFormat::Millis, true);
        let page = PAGES[self.random.usize(..PAGES.len())];
        let segment = SEGMENTS[self.random.usize(..SEGMENTS.len())];
        self.made += 1;
        let minute = format!("{}:00Z", &at[..16]);
        let key = (minute, page.to_owned(), segment.to_owned());
        *self.known.entry(key).or_default() += 1;
        json!({
            "id": format!("{:08x}-{}", self.run, self.made),
            "kind": "page_view",
            "at": at,
            "user": format!("u{}", self.random.u16(..1000)),
            "segment": segment,
            "page": page,
        })
        .to_string()
    }

    /// The pipeline has counted each of their events once, and nothing else.
    ///
    /// # Errors
    /// Where it has not: what is missing, and what is too much.
    pub async fn are_counted_by(&self, pipeline: &Pipeline) -> Result<()> {
        let mut counted: BTreeMap<Key, u64> = BTreeMap::new();
        for total in pipeline.json::<Vec<Total>>("/api/totals.json").await? {
            let key = (total.minute, total.page, total.segment);
            ensure!(!counted.contains_key(&key), "{key:?} is there twice");
            counted.insert(key, total.events);
        }
        let mut wrong = Vec::new();
        for (key, events) in &self.known {
            let ours = counted.remove(key).unwrap_or_default();
            if ours != *events {
                wrong.push(format!("{key:?}: {events} events, counted {ours}"));
            }
        }
        let unknown = counted.into_iter();
        wrong.extend(unknown.map(|(key, events)| format!("{key:?}: no events, counted {events}")));
        ensure!(wrong.is_empty(), "{}", wrong.join("; "));
        Ok(())
    }
}

impl Default for Visitors {
    fn default() -> Self {
        Self::new()
    }
}
