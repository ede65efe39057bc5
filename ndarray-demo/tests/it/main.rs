//! The demo as its reader meets it.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the message")]

mod arrays;
mod cli;
mod errors;
mod fast;
mod gallery;
mod original;
mod python;
mod readme;

use std::process::Command;

use lesson::testing::{self, stdout};

/// The demo with these arguments, and nothing in its environment that changes what it prints.
fn demo(arguments: &[&str]) -> Command {
    testing::program(env!("CARGO_BIN_EXE_ndarray-demo"), arguments)
}

/// It ended with status 2 and exactly one line on standard error, which is returned.
#[track_caller]
fn complaint(arguments: &[&str]) -> String {
    testing::complained(&demo(arguments).output().unwrap())
}
