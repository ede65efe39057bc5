//! The command line.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the message")]

use std::process::Command;

#[test]
fn each_benchmark_says_how_it_is_run() {
    for benchmark in ["koa", "kafka", "numpy", "frames"] {
        let mut help = Command::new(env!("CARGO_BIN_EXE_side-by-side"));
        let output = help.args([benchmark, "--help"]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{benchmark}");
        for option in ["--rounds", "--out"] {
            assert!(text.contains(option), "{benchmark} has no {option}: {text}");
        }
    }
}

#[test]
fn no_rounds_are_refused() {
    let mut frames = Command::new(env!("CARGO_BIN_EXE_side-by-side"));
    let output = frames.args(["frames", "--rounds", "0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("--rounds"));
}
