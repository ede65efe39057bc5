//! What the tests share: programs of this workspace as processes, an HTTP client, the page as its reader sees it.
//!
//! The tests themselves are the longest examples of this workspace. Each file under `tests` tells one story from top to
//! bottom, and starts what it needs as a reader would: the programs that lie beside it in `target`.

mod answer;
mod page;
mod pipeline;
mod program;
mod visitors;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use lesson::Lesson;

pub use answer::{Alert, Band, Live, Page, Segment, Snapshot, Surroundings, Total, Watcher};
pub use page::{Html, Table};
pub use pipeline::{LINES, Pipeline, Post};
pub use program::{Ended, Program, built};
pub use visitors::Visitors;

/// The events that go through the pipeline in one of the tests, and what pandas computes from them.
pub const RECORDED: Lesson<()> = Lesson {
    root: env!("CARGO_MANIFEST_DIR"),
    path: "../pipeline/original.py",
    feature: None,
    beside: None,
    entry: None,
};

/// Asks until there is an answer, five times a second.
///
/// # Errors
/// Where there is none in time, and where asking fails.
pub async fn eventually<T>(
    what: &str,
    limit: Duration,
    mut ask: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask().await.with_context(|| what.to_owned())? {
            return Ok(answer);
        }
        if start.elapsed() > limit {
            bail!("not within {} s: {what}", limit.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
