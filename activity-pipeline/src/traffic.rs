//! Traffic: visitors that are not there. So many events a second, with a season, a burst now and then, some that come late
//! and some that come twice.

use std::{f64::consts::TAU, time::Duration};

use anyhow::{Result, bail};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use reqwest::{Client, StatusCode, header};

use crate::{
    event::{Event, Kind, Segment},
    stop::Stop,
};

/// How often events are posted.
const TICK: Duration = Duration::from_millis(50);
/// After which a request is sent once more.
const AGAIN: Duration = Duration::from_millis(100);
/// Events of a request, when the past is posted.
const BATCH: usize = 500;
/// Each with how many of a hundred visits it gets.
const PAGES: [(&str, u32); 12] = [
    ("/", 22),
    ("/search", 14),
    ("/pricing", 12),
    ("/docs/getting-started", 11),
    ("/blog/rust-for-python-people", 9),
    ("/cart", 8),
    ("/docs/api", 7),
    ("/sale", 6),
    ("/about", 4),
    ("/contact", 3),
    ("/jobs", 2),
    ("/legal/imprint", 2),
];
/// A page that has so many times its visitors for a minute, and in which minutes: of so many this one, from the first.
const BURST: (&str, f64) = ("/sale", 6.0);
const BURSTS: (i64, i64) = (25, 17);

/// How much there is of it.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Events a second, on average.
    pub rate: u32,
    /// Minutes of the past that are posted first, as fast as they are taken.
    pub history: u32,
    /// Minutes after which the pattern comes again.
    pub season: u32,
}

/// Posts events to `url` until it is to stop.
///
/// # Errors
/// Where the collector refuses what is not to be refused.
pub async fn run(url: &str, plan: Plan, stop: &Stop) -> Result<()> {
    let client = Client::builder().timeout(Duration::from_secs(30)).build()?;
    let mut visitors = Visitors::new(plan);
    let start = Utc::now();
    // From the beginning of a minute: one of which a part is missing would look like a gap.
    let mut at = start - TimeDelta::minutes(plan.history.into());
    at = at.duration_trunc(TimeDelta::minutes(1)).unwrap_or(at);
    while at < start && !stop.is_asked() {
        let until = (at + TimeDelta::seconds(1)).min(start);
        let events = visitors.between(at, until);
        for events in events.chunks(BATCH) {
            post(&client, url, events, stop).await?;
        }
        at = until;
    }
    while !stop.sleeps(TICK).await {
        // What was due while nobody took any comes little by little.
        let until = Utc::now().min(at + TimeDelta::seconds(1));
        let events = visitors.between(at, until);
        at = until;
        for events in events.chunks(BATCH) {
            post(&client, url, events, stop).await?;
        }
    }
    Ok(())
}

/// Posts until it is accepted: with the same ids, so that nothing counts twice.
async fn post(client: &Client, url: &str, events: &[Event], stop: &Stop) -> Result<()> {
    let mut body = Vec::new();
    for event in events {
        serde_json::to_writer(&mut body, event)?;
        body.push(b'\n');
    }
    while !stop.is_asked() {
        let request = client
            .post(url)
            .header(header::CONTENT_TYPE, "application/x-ndjson")
            .body(body.clone());
        match request.send().await {
            Ok(response) if response.status() == StatusCode::ACCEPTED => return Ok(()),
            Ok(response) if response.status() == StatusCode::SERVICE_UNAVAILABLE => {}
            Ok(response) => bail!(
                "the collector answers {}: {}",
                response.status(),
                response.text().await?
            ),
            Err(error) => tracing::debug!("{error}"),
        }
        stop.sleeps(AGAIN).await;
    }
    Ok(())
}

struct Visitors {
    plan: Plan,
    random: fastrand::Rng,
    first: Option<DateTime<Utc>>,
    /// What is still owed, in parts of an event.
    owed: f64,
    /// Events that come late: when, and which.
    late: Vec<(DateTime<Utc>, Event)>,
}

impl Visitors {
    fn new(plan: Plan) -> Self {
        Self {
            plan,
            random: fastrand::Rng::new(),
            first: None,
            owed: 0.0,
            late: Vec::new(),
        }
    }

    /// What comes in between two times, in the order in which it comes.
    fn between(&mut self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Event> {
        let seconds = (to - from).as_seconds_f64();
        let season = TAU * minutes(to) / f64::from(self.plan.season.max(1));
        let swing = (1.0 + 0.4 * season.sin()) * (1.0 + self.burst(from));
        self.owed += f64::from(self.plan.rate) * seconds * swing;
        let count = self.owed.floor();
        self.owed -= count;
        let mut events: Vec<Event> = self
            .late
            .extract_if(.., |(due, _)| *due <= to)
            .map(|(_, event)| event)
            .collect();
        for number in 0..count as u32 {
            let at = from + (to - from) * number as i32 / (count as i32).max(1);
            let event = self.event(at);
            match self.random.u8(..100) {
                // Written down while there was no connection.
                0 => {
                    let due = to + TimeDelta::seconds(self.random.i64(1..200));
                    self.late.push((due, event));
                }
                // Sent once more, for the first answer was lost.
                1 => events.extend([event.clone(), event]),
                _ => events.push(event),
            }
        }
        events
    }

    fn event(&mut self, at: DateTime<Utc>) -> Event {
        let page = self.page(at);
        let kind = match page {
            "/search" => Kind::Search,
            _ if self.random.u8(..4) == 0 => Kind::Click,
            _ => Kind::PageView,
        };
        let words = ["axum", "ndarray", "polars", "rdkafka", "tokio"];
        let targets = ["buy", "menu", "next", "share"];
        Event {
            id: format!("{:032x}", self.random.u128(..)),
            kind,
            at: at - TimeDelta::nanoseconds(at.timestamp_subsec_nanos() as i64 % 1_000_000),
            user: format!("u{}", self.random.u32(..5_000)),
            segment: Segment::ALL[[0, 0, 1, 1, 1, 2][self.random.usize(..6)]],
            page: page.to_owned(),
            query: (kind == Kind::Search).then(|| words[self.random.usize(..words.len())].to_owned()),
            target: (kind == Kind::Click).then(|| targets[self.random.usize(..targets.len())].to_owned()),
        }
    }

    /// By how much a newsletter adds to all of the traffic, now.
    fn burst(&mut self, at: DateTime<Utc>) -> f64 {
        let minute = (at - *self.first.get_or_insert(at)).num_minutes();
        if minute % BURSTS.0 != BURSTS.1 {
            return 0.0;
        }
        let (page, times) = BURST;
        let shares = PAGES.iter().filter(|(name, _)| *name == page);
        shares
            .map(|(_, share)| f64::from(*share) / 100.0 * (times - 1.0))
            .sum()
    }

    fn page(&mut self, at: DateTime<Utc>) -> &'static str {
        let burst = self.burst(at);
        if self.random.f64() < burst / (1.0 + burst) {
            return BURST.0;
        }
        let mut place = self.random.u32(..100);
        for (page, share) in PAGES {
            if place < share {
                return page;
            }
            place -= share;
        }
        "/"
    }
}

fn minutes(at: DateTime<Utc>) -> f64 {
    at.timestamp_millis() as f64 / 60_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_has_its_share() {
        assert_eq!(PAGES.iter().map(|(_, share)| share).sum::<u32>(), 100);
    }

    #[test]
    fn a_season_has_as_many_events_as_asked_for() {
        let plan = Plan {
            rate: 50,
            history: 0,
            season: 10,
        };
        let mut visitors = Visitors::new(plan);
        let start: DateTime<Utc> = "2026-11-27T12:00:00Z".parse().unwrap();
        let mut ids = std::collections::HashSet::new();
        let mut again = 0;
        for tick in 0..6000 {
            let at = |tick: i32| start + TimeDelta::milliseconds(100) * tick;
            for event in visitors.between(at(tick), at(tick + 1)) {
                assert!(event.at < at(tick + 1));
                again += usize::from(!ids.insert(event.id));
            }
        }
        let expected = 50 * 600 - visitors.late.len();
        assert!(ids.len().abs_diff(expected) < 60, "{} events", ids.len());
        assert!(again > 100, "{again} came twice");
    }
}
