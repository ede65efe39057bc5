//! How a part learns that it is to end.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;

use tokio_util::sync::CancellationToken;

/// Asked once, heard by all: by tasks that await it and by threads that look now and then.
#[derive(Debug, Clone, Default)]
pub struct Stop(CancellationToken);

impl Stop {
    pub fn ask(&self) {
        self.0.cancel();
    }

    pub fn is_asked(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Completes once it is asked.
    pub async fn asked(self) {
        self.0.cancelled().await;
    }

    /// Sleeps for so long, or until it is asked; tells whether it was.
    pub async fn sleeps(&self, time: Duration) -> bool {
        tokio::time::timeout(time, self.0.cancelled()).await.is_ok()
    }

    /// The same for a thread.
    pub fn blocks(&self, time: Duration) {
        let until = Instant::now() + time;
        while !self.is_asked() && Instant::now() < until {
            thread::sleep(time.min(Duration::from_millis(50)));
        }
    }

    /// Does work that goes on until it is asked. Where it goes wrong that is logged, with `what` that means, and it is done
    /// again a second later; once it is asked, for no longer than `patience`.
    pub fn retries(&self, what: &str, patience: Duration, mut work: impl FnMut() -> Result<()>) {
        let mut asked: Option<Instant> = None;
        while let Err(error) = work() {
            tracing::warn!("{what}: {error:#}");
            if self.is_asked() && asked.get_or_insert_with(Instant::now).elapsed() >= patience {
                return;
            }
            self.blocks(Duration::from_secs(1));
        }
    }
}
