//! The command line, which `side-by-side frames` talks to.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the message")]

use std::process::{Command, Output, Stdio};

fn program(arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_side-by-side-frames"));
    program.args(arguments).stdin(Stdio::null()).output().unwrap()
}

#[test]
fn it_tells_which_operations_there_are_and_why_so() {
    let output = program(&["list"]);
    assert!(output.status.success());
    let topics: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let operations: Vec<_> = topics
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|topic| topic["operations"].as_array().unwrap())
        .collect();
    let readme = include_str!("../../../README.md");
    assert!(readme.contains(&format!("There are {}:", operations.len())));
    for operation in operations {
        for key in ["name", "engine", "why"] {
            assert!(
                operation[key].as_str().is_some_and(|text| !text.is_empty()),
                "{operation}"
            );
        }
    }
}

#[test]
fn an_operation_that_is_not_there_is_one_line() {
    let output = program(&["serve", ".", "no such operation"]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}
