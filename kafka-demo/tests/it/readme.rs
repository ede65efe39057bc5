//! The README's console blocks, and the numbers that it states.
//!
//! `cargo run -p kafka-demo` is this demo's program. What runs on the cluster is tested with it. `[..]` and `...` stand
//! for what changes, as snapbox has it.

use std::{fs, path::Path};

use kafka_demo::LESSONS;
use lesson::Recording;
use snapbox::assert_data_eq;

use crate::demo;

#[test]
fn commands_print_what_is_shown() {
    let mut run = 0;
    for (command, expected) in lesson::readme::commands("kafka-demo") {
        let arguments = command.split_once(" -- ").map_or("", |(_, arguments)| arguments);
        if arguments.contains("--brokers") {
            continue;
        }
        let arguments: Vec<_> = arguments.split_whitespace().collect();
        let output = demo(&arguments).output().unwrap();
        let printed = [output.stdout, output.stderr].concat();
        let code = if expected.starts_with("error: ") { 2 } else { 0 };
        assert_data_eq!(String::from_utf8(printed).unwrap(), expected);
        assert_eq!(output.status.code(), Some(code), "{command}");
        run += 1;
    }
    assert!(run > 10, "only {run} commands were found");
}

/// How many differences a lesson lists, in all and on the mock cluster alone.
fn listed(folder: &Path) -> (usize, usize) {
    let text = fs::read_to_string(folder.join("differences.toml")).unwrap_or_default();
    let table: toml::Table = toml::from_str(&text).unwrap();
    let findings = |kind: &str| -> usize {
        let entries = table.get(kind).and_then(toml::Value::as_array);
        entries
            .into_iter()
            .flatten()
            .map(|entry| entry["at"].as_array().unwrap().len())
            .sum()
    };
    (findings("everywhere"), findings("mock_cluster"))
}

#[test]
fn the_readme_counts_what_is_compared() {
    let (mut findings, mut everywhere, mut mock_cluster) = (0, 0, 0);
    for lesson in LESSONS {
        findings += Recording::of(lesson).unwrap().answers.len();
        let (here, there) = listed(&lesson.folder());
        everywhere += here;
        mock_cluster += there;
    }
    let readme = include_str!("../../../README.md");
    for claim in [
        format!("{findings} findings of {} lessons", LESSONS.len()),
        format!("in {everywhere} on a real cluster"),
        format!("in {mock_cluster} more on the mock cluster"),
        format!(
            "all but {everywhere} of {findings} findings, and {mock_cluster} more on the embedded broker"
        ),
    ] {
        assert!(readme.contains(&claim), "the README does not say: {claim}");
    }
}
