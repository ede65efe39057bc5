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

/// What is there within two minutes: a disk that still writes what was just built may keep a process waiting for one.
#[cfg(target_os = "linux")]
fn soon<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(120) {
        if let Some(found) = look() {
            return Some(found);
        }
        thread::sleep(Duration::from_millis(50));
    }
    None
}

/// It ended with status 2 and exactly one line on standard error, which is returned.
#[track_caller]
fn complaint(arguments: &[&str]) -> String {
    testing::complained(&demo(arguments).output().unwrap())
}
