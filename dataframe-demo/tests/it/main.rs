//! The demo as its reader meets it.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the message")]

mod cli;
mod distributed;
mod files;
mod large;
mod original;
mod plots;
mod postgresql;
mod readme;
mod survives;

use std::process::Command;

use lesson::testing::{self, stdout};

/// The demo with these arguments, and nothing in its environment that changes what it prints.
fn demo(arguments: &[&str]) -> Command {
    let mut command = testing::program(env!("CARGO_BIN_EXE_dataframe-demo"), arguments);
    command.env_remove("DATABASE_URL");
    command
}

/// It ended with status 2 and exactly one line on standard error, which is returned.
#[track_caller]
fn complaint(arguments: &[&str]) -> String {
    testing::complained(&demo(arguments).output().unwrap())
}
