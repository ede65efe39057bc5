//! The demo as its reader meets it.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the message")]

mod cli;
mod files;
mod large;
mod original;
mod plots;
mod postgresql;
mod readme;
mod survives;

use std::process::{Command, Output, Stdio};

/// The demo with these arguments, and nothing in its environment that changes what it prints.
fn demo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dataframe-demo"));
    command
        .args(arguments)
        .env_remove("DATABASE_URL")
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// It ended with status 2 and exactly one line on standard error, which is returned.
#[track_caller]
fn complaint(arguments: &[&str]) -> String {
    let output = demo(arguments).output().unwrap();
    let stderr = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(
        stderr.starts_with("error: ") && !stderr.contains("panicked"),
        "{stderr}"
    );
    stderr
}
