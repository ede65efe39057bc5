//! Brake: where the broker is embedded, no more is taken than those that read can keep up with.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::board::{Board, lock};

/// Events that may wait to be counted or archived: the embedded broker keeps five megabytes of a partition, read or not.
const BACKLOG: u64 = 5_000;

/// How far the log goes, and how far those have come that read it.
#[derive(Debug)]
pub struct Brake {
    /// Tells how many are counted.
    board: Arc<Board>,
    /// Events on their way to the broker.
    in_flight: AtomicU64,
    /// Of each partition, what comes after the last offset that was acknowledged. It may be another collector's.
    ends: Mutex<BTreeMap<i32, i64>>,
    /// Where our archive is. What another one archives it has to keep up with itself.
    archived: Mutex<BTreeMap<i32, i64>>,
}

impl Brake {
    pub fn new(board: Arc<Board>) -> Self {
        Self {
            board,
            in_flight: AtomicU64::new(0),
            ends: Mutex::default(),
            archived: Mutex::default(),
        }
    }

    /// Lets so many events pass, unless too many wait already. Each has to be [settled](Self::settle).
    pub fn lets_pass(&self, events: usize) -> bool {
        let before = self.in_flight.fetch_add(events as u64, Ordering::AcqRel);
        let passes = before + self.waiting() <= BACKLOG;
        if !passes {
            self.give_up(events);
        }
        passes
    }

    /// What became of one: its partition and offset.
    pub fn settle(&self, acknowledged: Option<(i32, i64)>) {
        if let Some((partition, offset)) = acknowledged {
            let mut ends = lock(&self.ends);
            let end = ends.entry(partition).or_default();
            *end = offset.max(*end - 1) + 1;
        }
        self.give_up(1);
    }

    /// So many are not sent.
    pub fn give_up(&self, events: usize) {
        self.in_flight.fetch_sub(events as u64, Ordering::AcqRel);
    }

    /// These partitions are our archive's, and it begins there.
    pub fn archive_begins(&self, positions: BTreeMap<i32, i64>) {
        *lock(&self.archived) = positions;
    }

    pub fn archive_is_at(&self, partition: i32, next: i64) {
        lock(&self.archived).insert(partition, next);
    }

    /// Events that the broker has, and that are not yet read by all.
    fn waiting(&self) -> u64 {
        let (counted, archived) = (self.board.processed(), lock(&self.archived));
        let of_partition = |(partition, end): (&i32, &i64)| {
            let counted = counted.get(partition).copied().unwrap_or_default();
            let archived = archived.get(partition).copied().unwrap_or(*end);
            end.saturating_sub(archived.min(counted as i64)).max(0) as u64
        };
        lock(&self.ends).iter().map(of_partition).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{totals::Total, windows::Tally};

    #[test]
    fn what_is_on_its_way_waits_as_well() {
        let brake = Brake::new(Arc::default());
        assert!(brake.lets_pass(BACKLOG as usize));
        assert!(brake.lets_pass(1));
        assert!(!brake.lets_pass(1));
        brake.settle(None);
        assert!(brake.lets_pass(1), "one was not delivered");
        brake.give_up(BACKLOG as usize + 1);
        assert!(brake.lets_pass(10_000), "nothing is on its way");
    }

    #[test]
    fn it_holds_until_all_is_counted_and_archived() {
        let board = Arc::<Board>::default();
        let brake = Brake::new(board.clone());
        brake.archive_begins([(0, 0)].into());
        let end = BACKLOG as i64 + 1;
        assert!(brake.lets_pass(1));
        brake.settle(Some((0, end - 1)));
        assert!(!brake.lets_pass(1));
        let tally = Tally {
            counted: 3_000,
            late: 2_000,
            ..Tally::default()
        };
        board.take(Total::Partition(0, tally));
        assert!(!brake.lets_pass(1), "it is counted, but not archived");
        brake.archive_is_at(0, end);
        assert!(brake.lets_pass(1));
        brake.settle(Some((0, end)));
        // The partition has fallen to another archive.
        brake.archive_begins(BTreeMap::new());
        assert!(brake.lets_pass(1));
    }
}
