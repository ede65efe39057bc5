//! The command line.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the message")]

use std::process::Command;

#[test]
fn each_benchmark_says_how_it_is_run() {
    for benchmark in ["koa", "kafka", "numpy", "frames", "pipeline"] {
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
    refused("frames", ["--rounds", "0"]);
    refused("pipeline", ["--rounds", "0"]);
}

#[test]
fn a_rate_that_nobody_can_keep_is_refused() {
    refused("pipeline", ["--rate", "1000000"]);
    refused("pipeline", ["--rate", "fast"]);
}

fn refused(benchmark: &str, option: [&str; 2]) {
    let mut side_by_side = Command::new(env!("CARGO_BIN_EXE_side-by-side"));
    let output = side_by_side.arg(benchmark).args(option).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{benchmark} {option:?}");
    assert!(String::from_utf8(output.stderr).unwrap().contains(option[0]));
}
