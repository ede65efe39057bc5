//! Ctrl-C or SIGTERM in the midst of a lesson.

#![cfg(unix)]

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, ChildStdout, Command},
    thread::sleep,
    time::Duration,
};

use crate::{complained, demo, support::Limit};

/// What a lesson takes in all, and a busy machine beside it.
const LIMIT: Duration = Duration::from_secs(60);

/// The lesson once it has said this, what else it says, and what it has said so far.
fn running(lesson: &str, word: &str) -> (Child, Limit, BufReader<ChildStdout>, String) {
    let mut lesson = demo(&[lesson]).spawn().unwrap();
    let limit = Limit::of(&lesson, LIMIT);
    let mut output = BufReader::new(lesson.stdout.take().unwrap());
    let mut seen = String::new();
    while !seen.contains(word) {
        assert_ne!(
            output.read_line(&mut seen).unwrap(),
            0,
            "it ended too early: {seen}"
        );
    }
    (lesson, limit, output, seen)
}

fn send(signal: &str, lesson: &Child) {
    let id = lesson.id().to_string();
    let sent = Command::new("kill").args(["-s", signal, &id]).status();
    assert!(sent.unwrap().success());
}

/// The first transaction opens while its consumer still joins the group, which takes the mock cluster three seconds.
#[test]
fn aborts_the_open_transaction() {
    for signal in ["INT", "TERM"] {
        let (lesson, _limit, mut output, mut seen) = running("transactions", "a transaction is open");
        send(signal, &lesson);
        output.read_to_string(&mut seen).unwrap();
        let ended = lesson.wait_with_output().unwrap();
        assert_eq!(complained(&ended), "error: stopped before the end\n");
        assert!(seen.ends_with("the open transaction was aborted\n"), "{seen}");
    }
}

/// It measures without a pause, on threads that block.
#[test]
fn stops_what_blocks() {
    let (lesson, _limit, mut output, mut seen) = running("linger", "requests without limit");
    send("INT", &lesson);
    output.read_to_string(&mut seen).unwrap();
    let ended = lesson.wait_with_output().unwrap();
    assert_eq!(complained(&ended), "error: stopped before the end\n");
    assert!(!seen.contains("5 requests in flight"), "it went on: {seen}");
}

/// After the first one, what still measures is waited for.
#[test]
fn the_second_one_ends_it_at_once() {
    let (lesson, _limit, _output, _) = running("linger", "requests without limit");
    send("INT", &lesson);
    // Two at the same time are one, and it measures for two seconds and a half.
    sleep(Duration::from_secs(1));
    send("INT", &lesson);
    assert_eq!(lesson.wait_with_output().unwrap().status.code(), Some(130));
}
