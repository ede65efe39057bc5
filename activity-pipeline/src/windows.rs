//! Windows: the counts of the minutes that still take events. What they come to depends on the log alone, so that whoever
//! takes a partition over reads them from the log again.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use crate::event::{Event, Segment};

/// A window's length.
pub const MINUTE: i64 = 60_000;
/// Pages that a window tells apart; what they were is the visitors' choice, and memory is ours.
const PAGES: usize = 200;
/// All further ones.
pub const OTHER: &str = "(other)";

/// What a window counts apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// Where the window begins, in milliseconds since 1970.
    pub minute: i64,
    pub page: Arc<str>,
    pub segment: Segment,
}

/// What became of all events of a partition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub counted: u64,
    pub late: u64,
    pub duplicates: u64,
    pub unreadable: u64,
    /// Gone from the log before they were known to be counted.
    #[serde(default)]
    pub deleted: u64,
}

impl Tally {
    /// All events, whatever became of them.
    pub fn all(&self) -> u64 {
        self.counted + self.late + self.duplicates + self.unreadable + self.deleted
    }

    /// The greater one of each.
    pub fn max(self, other: Self) -> Self {
        Self {
            counted: self.counted.max(other.counted),
            late: self.late.max(other.late),
            duplicates: self.duplicates.max(other.duplicates),
            unreadable: self.unreadable.max(other.unreadable),
            deleted: self.deleted.max(other.deleted),
        }
    }
}

/// What is stored beside a committed offset. From it and from the log the windows can be built again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bookmark {
    /// The offset of the first event of the windows that are still open.
    pub from: i64,
    /// The greatest time of an event so far.
    pub time: i64,
    /// The last minute that takes no more events: with whatever grace, for what it had is not in `from` any more.
    #[serde(default)]
    pub closed: i64,
    #[serde(flatten)]
    pub tally: Tally,
}

/// What an event did.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was counted: so many are now under this key.
    Counted(Key, u64),
    Duplicate,
    Late,
}

/// The open windows of one partition.
#[derive(Debug)]
pub struct Windows {
    grace: i64,
    time: i64,
    closed: i64,
    pub tally: Tally,
    open: BTreeMap<i64, Window>,
}

#[derive(Debug)]
struct Window {
    first_offset: i64,
    ids: HashSet<Box<str>>,
    pages: HashSet<Arc<str>>,
    counts: HashMap<(Arc<str>, Segment), u64>,
}

impl Windows {
    /// Those of a partition whose events were counted up to this bookmark; `grace` in milliseconds. Where there is one, the
    /// events from `from` on are to be [replayed](Self::replay) first.
    pub fn new(grace: i64, bookmark: Option<Bookmark>) -> Self {
        Self {
            grace,
            time: bookmark.map_or(i64::MIN, |bookmark| bookmark.time),
            closed: bookmark.map_or(i64::MIN, |bookmark| bookmark.closed),
            tally: bookmark.map_or_else(Tally::default, |bookmark| bookmark.tally),
            open: BTreeMap::new(),
        }
    }

    /// Counts an event for the first time.
    pub fn count(&mut self, event: &Event, offset: i64) -> Outcome {
        self.time = self.time.max(event.at.timestamp_millis());
        // One that ends at `minute + MINUTE` takes events until `grace` after that.
        self.closed = self.closed.max(self.time - self.grace - MINUTE);
        while let Some(oldest) = self.open.first_entry()
            && *oldest.key() <= self.closed
        {
            oldest.remove();
        }
        let outcome = self.take(event, offset);
        match outcome {
            Outcome::Late => self.tally.late += 1,
            Outcome::Duplicate => self.tally.duplicates += 1,
            Outcome::Counted(..) => self.tally.counted += 1,
        }
        outcome
    }

    /// Counts an event once more that was counted before the bookmark. A window that is open now was open then, so that each
    /// of its events has now the outcome that it had.
    pub fn replay(&mut self, event: &Event, offset: i64) {
        self.take(event, offset);
    }

    fn take(&mut self, event: &Event, offset: i64) -> Outcome {
        let minute = event.at.timestamp_millis().div_euclid(MINUTE) * MINUTE;
        if minute <= self.closed {
            return Outcome::Late;
        }
        let window = self.open.entry(minute).or_insert_with(|| Window {
            first_offset: offset,
            ids: HashSet::new(),
            pages: HashSet::new(),
            counts: HashMap::new(),
        });
        if !window.ids.insert(event.id.as_str().into()) {
            return Outcome::Duplicate;
        }
        let page = window.page(&event.page);
        let count = window.counts.entry((page.clone(), event.segment)).or_default();
        *count += 1;
        let segment = event.segment;
        Outcome::Counted(
            Key {
                minute,
                page,
                segment,
            },
            *count,
        )
    }

    /// What is to be stored with `next`, the offset of the first event that is not yet counted.
    pub fn bookmark(&self, next: i64) -> Bookmark {
        let first = self.open.values().map(|window| window.first_offset);
        Bookmark {
            from: first.min().unwrap_or(next),
            time: self.time,
            closed: self.closed,
            tally: self.tally,
        }
    }
}

impl Window {
    fn page(&mut self, page: &str) -> Arc<str> {
        if let Some(known) = self.pages.get(page) {
            return known.clone();
        }
        if self.pages.len() >= PAGES {
            return OTHER.into();
        }
        let page: Arc<str> = page.into();
        self.pages.insert(page.clone());
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Kind;

    const GRACE: i64 = 120_000;

    fn event(id: &str, page: &str, second: i64) -> Event {
        Event {
            id: id.to_owned(),
            kind: Kind::PageView,
            at: chrono::DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap(),
            user: "u".to_owned(),
            segment: Segment::New,
            page: page.to_owned(),
            query: None,
            target: None,
        }
    }

    fn counted(outcome: Outcome) -> Option<u64> {
        match outcome {
            Outcome::Counted(_, count) => Some(count),
            _ => None,
        }
    }

    #[test]
    fn late_until_the_end_of_the_grace() {
        let mut windows = Windows::new(GRACE, None);
        assert_eq!(counted(windows.count(&event("1", "/", 0), 0)), Some(1));
        assert_eq!(counted(windows.count(&event("2", "/", 179), 1)), Some(1));
        assert_eq!(
            counted(windows.count(&event("3", "/", 59), 2)),
            Some(2),
            "in its grace"
        );
        assert_eq!(counted(windows.count(&event("4", "/", 180), 3)), Some(1));
        assert_eq!(windows.count(&event("5", "/", 59), 4), Outcome::Late);
        assert_eq!(windows.tally.late, 1);
    }

    #[test]
    fn an_id_counts_once() {
        let mut windows = Windows::new(GRACE, None);
        windows.count(&event("1", "/", 0), 0);
        assert_eq!(windows.count(&event("1", "/", 0), 1), Outcome::Duplicate);
        assert_eq!(windows.tally.duplicates, 1);
    }

    #[test]
    fn pages_without_number_share_one_count() {
        let mut windows = Windows::new(GRACE, None);
        for number in 0..1000 {
            windows.count(&event(&number.to_string(), &format!("/{number}"), 0), number);
        }
        let other = windows.count(&event("last", "/new", 0), 1000);
        assert_eq!(counted(other), Some(1001 - PAGES as u64));
        assert_eq!(counted(windows.count(&event("more", "/0", 0), 1001)), Some(2));
    }

    /// Wherever one processor ends and another one takes over, what they come to is the same.
    #[test]
    fn whoever_takes_over_goes_on_as_if_nothing_had_been() {
        let mut random = fastrand::Rng::with_seed(7);
        let log: Vec<_> = (0..3000)
            .map(|number: i64| {
                let id = random.i64(0.max(number - 300)..=number).to_string();
                let second = (number / 4 - random.i64(0..260)).max(0);
                // A retry is the same event: its time goes by its id.
                let second = second - second % 2 + id.len() as i64 % 2;
                event(&id, &format!("/{}", random.u8(..5)), second)
            })
            .collect();
        let breaks = [1, 100, 999, 1500, 2999];
        // Whoever takes over may have been told of another grace.
        for (break_at, grace) in breaks
            .iter()
            .flat_map(|at| [GRACE, 3 * GRACE, 0].map(|grace| (*at, grace)))
        {
            let mut uninterrupted = Windows::new(GRACE, None);
            for (event, offset) in log.iter().zip(0..).take(break_at) {
                uninterrupted.count(event, offset);
            }
            let bookmark = uninterrupted.bookmark(break_at as i64);
            let stored = serde_json::to_string(&bookmark).unwrap();
            let mut after = Windows::new(grace, Some(serde_json::from_str(&stored).unwrap()));
            uninterrupted.grace = grace;
            for (event, offset) in log.iter().zip(0_i64..).skip(bookmark.from as usize) {
                if offset < break_at as i64 {
                    after.replay(event, offset);
                } else {
                    let expected = uninterrupted.count(event, offset);
                    assert_eq!(
                        after.count(event, offset),
                        expected,
                        "{offset}, broken at {break_at}, {grace}"
                    );
                }
            }
            assert_eq!(after.tally, uninterrupted.tally);
            assert!(grace > GRACE || after.tally.late > 0 && after.tally.duplicates > 0);
        }
    }
}
