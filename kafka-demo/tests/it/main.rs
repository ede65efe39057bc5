//! The demo as its reader meets it.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the message")]

mod cli;
mod interrupt;
mod original;
mod readme;
#[path = "../support/mod.rs"]
mod support;
mod survives;

use std::{process::Command, time::Duration};

use lesson::testing::{self, complained, stdout};

/// The demo with these arguments, and nothing in its environment that changes what it prints.
fn demo(arguments: &[&str]) -> Command {
    let mut command = testing::program(env!("CARGO_BIN_EXE_kafka-demo"), arguments);
    command.env_remove("RUST_LOG");
    command
}

/// It ended with status 2 and exactly one line, which is returned, and had nothing else to say.
#[track_caller]
fn complaint(arguments: &[&str]) -> String {
    complaint_within(Duration::from_secs(60), arguments)
}

#[track_caller]
fn complaint_within(limit: Duration, arguments: &[&str]) -> String {
    let program = demo(arguments).spawn().unwrap();
    let output = support::output_within(limit, program).unwrap();
    assert!(output.stdout.is_empty(), "{}", stdout(&output));
    complained(&output)
}
