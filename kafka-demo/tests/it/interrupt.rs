//! Ctrl-C or SIGTERM in the midst of a lesson.

#![cfg(unix)]

use std::{
    io::{BufRead, BufReader, Read},
    process::Command,
};

use crate::{complained, demo};

/// The first transaction opens while its consumer still joins the group, which takes the mock cluster three seconds.
#[test]
fn aborts_the_open_transaction() {
    for signal in ["INT", "TERM"] {
        stopped_by(signal);
    }
}

fn stopped_by(signal: &str) {
    let mut lesson = demo(&["transactions"]).spawn().unwrap();
    let mut output = BufReader::new(lesson.stdout.take().unwrap());
    let mut seen = String::new();
    while !seen.contains("a transaction is open") {
        assert_ne!(
            output.read_line(&mut seen).unwrap(),
            0,
            "it ended too early: {seen}"
        );
    }
    let id = lesson.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-s", signal, &id])
            .status()
            .unwrap()
            .success()
    );
    output.read_to_string(&mut seen).unwrap();
    let ended = lesson.wait_with_output().unwrap();
    assert_eq!(complained(&ended), "error: stopped before the end\n");
    assert!(seen.ends_with("the open transaction was aborted\n"), "{seen}");
}
