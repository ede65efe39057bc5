//! Totals: what the processors publish to the compacted topic, and the page reads there.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{event::Segment, windows::Tally};

/// What a total is of. Of each the newest record counts; what it says is absolute, so that reading one twice does no harm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Key {
    Window {
        minute: DateTime<Utc>,
        page: String,
        segment: Segment,
        /// Of the pages that a partition does not tell apart: each partition has its own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        partition: Option<i32>,
    },
    Partition {
        partition: i32,
    },
}

/// The events of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    pub events: u64,
    /// When the oldest of the events that are new in it was collected, in milliseconds since 1970.
    pub collected: i64,
}

/// A record of the topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Total {
    Window(DateTime<Utc>, String, Segment, Option<i32>, Count),
    Partition(i32, Tally),
}

impl Total {
    /// # Errors
    /// Where this is no such record.
    pub fn read(key: &[u8], value: &[u8]) -> serde_json::Result<Self> {
        Ok(match serde_json::from_slice(key)? {
            Key::Window {
                minute,
                page,
                segment,
                partition,
            } => Self::Window(minute, page, segment, partition, serde_json::from_slice(value)?),
            Key::Partition { partition } => Self::Partition(partition, serde_json::from_slice(value)?),
        })
    }
}
