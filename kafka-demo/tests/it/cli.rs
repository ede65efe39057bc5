//! The command line.

use std::io::Read;

use lesson::testing;

use crate::{complaint, demo, stdout};

#[test]
fn help_says_what_there_is() {
    let output = demo(&["--help"]).output().unwrap();
    assert!(output.status.success());
    for word in [
        "list",
        "--code",
        "--check",
        "--record",
        "--brokers",
        "--zookeeper",
        "--timeout",
        "--picture",
    ] {
        assert!(stdout(&output).contains(word), "{word}");
    }
}

#[test]
fn the_list_is_the_list_of_folders() {
    let lessons = concat!(env!("CARGO_MANIFEST_DIR"), "/lessons");
    testing::lists_the_folders(&demo(&["list"]).output().unwrap(), lessons);
}

#[test]
fn a_lesson_has_a_number_and_a_name() {
    let code = |lesson| stdout(&demo(&[lesson, "--code"]).output().unwrap());
    let partitions = code("partitions");
    assert!(
        partitions.contains("new KafkaProducer<>"),
        "the original: {partitions}"
    );
    assert!(
        partitions.contains("FutureProducer"),
        "its counterpart: {partitions}"
    );
    for other in ["02", "2", "02-partitions"] {
        assert_eq!(code(other), partitions);
    }
}

#[test]
fn an_unknown_lesson_is_told_the_nearest() {
    assert!(complaint(&["partitoins"]).contains("partitions"));
    assert!(complaint(&["99"]).contains("list"));
    complaint(&[""]);
}

#[test]
fn an_unknown_option_is_one_line() {
    assert!(complaint(&["--frob"]).contains("--frob"));
    assert!(complaint(&["--code", "--check"]).contains("--check"));
    for timeout in ["0", "soon", "301", "2147484"] {
        assert!(complaint(&["--timeout", timeout]).contains("--timeout"));
    }
}

#[test]
fn a_picture_that_none_draws_is_one_line() {
    let line = complaint(&["partitions", "--picture", "partitions.svg"]);
    assert!(
        line.contains("partitions") && line.contains("--picture"),
        "{line}"
    );
}

#[test]
fn a_lesson_that_needs_the_cluster_says_how_to_start_it() {
    let line = complaint(&["durability"]);
    assert!(
        line.contains("docker compose up") && line.contains("--brokers"),
        "{line}"
    );
}

#[test]
fn the_cluster_listens_on_this_machine_alone_and_where_the_lessons_look_for_it() {
    let compose = include_str!("../../../docker-compose.yml");
    let published = compose
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- 127.0.0.1:${"));
    let published: Vec<_> = published.collect();
    assert_eq!(
        published,
        [
            "ZOOKEEPER_PORT:-2181}:2181",
            "KAFKA_1_PORT:-9092}:9092",
            "KAFKA_2_PORT:-9093}:9092",
            "KAFKA_3_PORT:-9094}:9092",
            "KAFKA_4_PORT:-9095}:9092",
        ]
    );
    assert_eq!(compose.matches("ports:").count(), published.len());
}

#[test]
fn the_clients_log_is_for_who_asks() {
    let run = |log: &str| {
        let mut command = demo(&["partitions"]);
        command.env("RUST_LOG", log).output().unwrap()
    };
    let silent = run("");
    assert!(silent.status.success() && silent.stderr.is_empty(), "{silent:?}");
    let told = run("librdkafka=debug");
    let log = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(told.status.success() && log.contains("librdkafka"), "{log}");
    assert!(!told.stderr.contains(&0x1b), "no colours where it is piped");
    let output = demo(&["partitions"])
        .env("RUST_LOG", "rdkafka=loud")
        .output()
        .unwrap();
    assert!(crate::complained(&output).contains("RUST_LOG"));
}

#[test]
fn colors_only_where_they_are_wanted() {
    let colored = |variables: &[(&str, &str)]| {
        let mut command = demo(&["partitions"]);
        let output = command.envs(variables.iter().copied()).output().unwrap();
        output.stdout.contains(&0x1b)
    };
    assert!(!colored(&[]), "piped");
    assert!(colored(&[("CLICOLOR_FORCE", "1")]), "asked for");
    assert!(
        !colored(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]),
        "declined"
    );
}

#[test]
fn a_reader_who_has_seen_enough_ends_it_quietly() {
    let mut list = demo(&["list"]).spawn().unwrap();
    let mut first = [0];
    list.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = list.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}
