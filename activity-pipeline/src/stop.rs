//! How a part learns that it is to end.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use tokio_util::sync::CancellationToken;

/// Asked once, heard by all: by tasks that await it and by threads that look now and then.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    asked: Arc<AtomicBool>,
    token: CancellationToken,
}

impl Stop {
    pub fn ask(&self) {
        self.asked.store(true, Ordering::Release);
        self.token.cancel();
    }

    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Acquire)
    }

    /// Completes once it is asked.
    pub async fn asked(self) {
        self.token.cancelled().await;
    }

    /// Sleeps for so long, or until it is asked; tells whether it was.
    pub async fn sleeps(&self, time: Duration) -> bool {
        tokio::time::timeout(time, self.token.cancelled()).await.is_ok()
    }

    /// The same for a thread.
    pub fn blocks(&self, time: Duration) {
        let until = Instant::now() + time;
        while !self.is_asked() && Instant::now() < until {
            thread::sleep(time.min(Duration::from_millis(50)));
        }
    }
}
