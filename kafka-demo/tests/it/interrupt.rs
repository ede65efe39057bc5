//! Ctrl-C or SIGTERM in the midst of a lesson.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
};

/// The first transaction opens while its consumer still joins the group, which takes the mock cluster three seconds.
#[cfg(unix)]
#[test]
fn aborts_the_open_transaction() {
    for signal in ["INT", "TERM"] {
        stopped_by(signal);
    }
}

fn stopped_by(signal: &str) {
    let mut demo = Command::new(env!("CARGO_BIN_EXE_kafka-demo"))
        .arg("transactions")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(demo.stdout.take().unwrap());
    let mut seen = String::new();
    while !seen.contains("a transaction is open") {
        assert_ne!(
            output.read_line(&mut seen).unwrap(),
            0,
            "it ended too early: {seen}"
        );
    }
    let id = demo.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-s", signal, &id])
            .status()
            .unwrap()
            .success()
    );
    output.read_to_string(&mut seen).unwrap();
    let ended = demo.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(2), "{seen}");
    assert!(seen.ends_with("the open transaction was aborted\n"), "{seen}");
    assert_eq!(
        String::from_utf8_lossy(&ended.stderr),
        "error: stopped before the end\n"
    );
}
