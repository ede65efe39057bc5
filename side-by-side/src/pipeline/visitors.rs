//! Visitors whose every event is known: what they did is what has to be counted.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context, Result};
use chrono::{DateTime, SecondsFormat, TimeDelta};
use hyper::body::Bytes;
use serde::{Deserialize, Serialize};

/// Each has one in ten events, in every post: so the page can show all, and tells of which posts it has everything.
pub(super) const PAGES: [&str; 10] = [
    "/",
    "/search",
    "/pricing",
    "/docs/getting-started",
    "/docs/api",
    "/blog/rust-for-python-people",
    "/cart",
    "/sale",
    "/about",
    "/contact",
];
const SEGMENTS: [&str; 3] = ["new", "returning", "member"];

#[derive(Serialize)]
struct Event<'a> {
    id: String,
    kind: &'a str,
    at: &'a str,
    user: String,
    segment: &'a str,
    page: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'a str>,
}

/// How many events there are of a minute, page and segment.
#[derive(Deserialize)]
pub(super) struct Total {
    minute: String,
    page: String,
    segment: String,
    events: u64,
}

/// Minute, page and segment.
type Key = (String, String, String);

/// Some that come at a steady rate.
pub(super) struct Visitors {
    per_second: u32,
    first: DateTime<chrono::Utc>,
    made: u64,
    counts: BTreeMap<Key, u64>,
}

impl Visitors {
    /// Those that began to come so long ago.
    pub(super) fn new(per_second: u32, ago: Duration) -> Result<Self> {
        let first = (std::time::UNIX_EPOCH.elapsed()? - ago).as_millis();
        Ok(Self {
            per_second,
            first: DateTime::from_timestamp_millis(first.try_into()?).context("the clock is wrong")?,
            made: 0,
            counts: BTreeMap::new(),
        })
    }

    /// How many events they have made.
    pub(super) fn made(&self) -> u64 {
        self.made
    }

    /// Their next events, as JSON lines.
    pub(super) fn post(&mut self, events: u32) -> Result<Bytes> {
        let mut lines = Vec::new();
        for _ in 0..events {
            self.event(&mut lines)?;
            lines.push(b'\n');
        }
        Ok(lines.into())
    }

    fn event(&mut self, line: &mut Vec<u8>) -> Result<()> {
        let number = self.made;
        self.made += 1;
        let since = number * 1000 / u64::from(self.per_second);
        let at = self.first + TimeDelta::milliseconds(since.try_into()?);
        let at = at.to_rfc3339_opts(SecondsFormat::Millis, true);
        let page = PAGES[number as usize % PAGES.len()];
        let further = number as usize / PAGES.len();
        let segment = SEGMENTS[further % SEGMENTS.len()];
        let (kind, query, target) = match further % 4 {
            0 => ("search", Some("running shoes"), None),
            1 => ("click", None, Some("buy")),
            _ => ("page_view", None, None),
        };
        let event = Event {
            id: format!("{number:032x}"),
            kind,
            at: &at,
            user: format!("u{}", number % 1009),
            segment,
            page,
            query,
            target,
        };
        serde_json::to_writer(line, &event)?;
        let minute = format!("{}:00Z", &at[..16]);
        let key = (minute, page.to_owned(), segment.to_owned());
        *self.counts.entry(key).or_default() += 1;
        Ok(())
    }

    /// Where the totals are other than they should be: what is missing, and what is too much.
    pub(super) fn differences(&self, totals: Vec<Total>) -> Vec<String> {
        let mut expected = self.counts.clone();
        let mut differences = Vec::new();
        for total in totals {
            let key = (total.minute, total.page, total.segment);
            let events = expected.remove(&key).unwrap_or_default();
            if events != total.events {
                differences.push(format!("{key:?}: {events} events, counted {}", total.events));
            }
        }
        let missing = expected.into_iter();
        differences.extend(missing.map(|(key, events)| format!("{key:?}: {events} events, none counted")));
        differences
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ten_events_have_every_page() {
        let mut visitors = Visitors::new(200, Duration::ZERO).unwrap();
        let posts = [visitors.post(20).unwrap(), visitors.post(10).unwrap()].concat();
        let events: Vec<serde_json::Value> = String::from_utf8(posts)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!((visitors.made(), events.len()), (30, 30));
        for ten in events.chunks(10) {
            assert!(ten.iter().zip(PAGES).all(|(event, page)| event["page"] == page));
        }
    }

    #[test]
    fn what_is_not_counted_once_is_told() {
        let mut visitors = Visitors::new(200, Duration::from_secs(3600)).unwrap();
        visitors.post(30).unwrap();
        let totals = |visitors: &Visitors| -> Vec<_> {
            let counts = visitors.counts.iter();
            let total = counts.map(|((minute, page, segment), events)| Total {
                minute: minute.clone(),
                page: page.clone(),
                segment: segment.clone(),
                events: *events,
            });
            total.collect()
        };
        assert!(visitors.differences(totals(&visitors)).is_empty());
        let mut wrong = totals(&visitors);
        wrong[0].events += 1;
        wrong[1].page = "/unknown".to_owned();
        wrong.swap_remove(2);
        assert_eq!(visitors.differences(wrong).len(), 4);
    }
}
