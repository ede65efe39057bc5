//! The demo as its reader meets it.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the message")]

mod cli;
mod distributed;
mod errors;
mod files;
mod large;
mod original;
mod plots;
mod postgresql;
mod readme;
mod survives;

use std::process::Command;
#[cfg(target_os = "linux")]
use std::{
    thread,
    time::{Duration, Instant},
};

use lesson::testing::{self, stdout};

/// The demo with these arguments, and nothing in its environment that changes what it prints.
fn demo(arguments: &[&str]) -> Command {
    let mut command = testing::program(env!("CARGO_BIN_EXE_dataframe-demo"), arguments);
    command.env_remove("DATABASE_URL");
    command
}

/// What is there within half a minute.
#[cfg(target_os = "linux")]
fn soon<T>(look: impl Fn() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "it takes too long");
        thread::sleep(Duration::from_millis(50));
    }
}

/// It ended with status 2 and exactly one line on standard error, which is returned.
#[track_caller]
fn complaint(arguments: &[&str]) -> String {
    testing::complained(&demo(arguments).output().unwrap())
}
