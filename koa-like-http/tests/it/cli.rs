//! The command line.

use std::{
    io::Read,
    net::TcpListener,
    process::{Command, Output},
};

use lesson::testing::{self, stdout};

use crate::server::{Server, demo};

fn run(arguments: &[&str]) -> Output {
    demo(arguments).output().unwrap()
}

/// It ended with status 2 and exactly one line on standard error, which is returned.
#[track_caller]
fn complaint(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(output.stdout.is_empty());
    stderr
}

#[test]
fn without_arguments_koas_three_lines_answer_not_found() {
    let server = Server::start(&[]);
    let answer = server.get("/");
    assert!(answer.starts_with("HTTP/1.1 404 Not Found\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\nNot Found"), "{answer}");
}

#[test]
fn the_list_is_the_list_of_folders() {
    let lessons = concat!(env!("CARGO_MANIFEST_DIR"), "/lessons");
    testing::lists_the_folders(&run(&["list"]), lessons);
}

#[test]
fn a_lesson_has_a_number_and_a_name() {
    let onion = stdout(&run(&["onion", "--code"]));
    assert!(onion.contains("console.log('>> one');"), "{onion}");
    assert!(onion.contains("info!(\">> one\");"), "{onion}");
    for other in ["09", "9", "09-onion"] {
        assert_eq!(stdout(&run(&[other, "--code"])), onion);
    }
}

#[test]
fn colors_only_where_they_are_wanted() {
    let colored = |command: &mut Command| command.output().unwrap().stdout.contains(&0x1b);
    assert!(!colored(&mut demo(&["onion", "--code"])), "piped");
    assert!(
        colored(demo(&["onion", "--code"]).env("CLICOLOR_FORCE", "1")),
        "asked for"
    );
    assert!(
        !colored(
            demo(&["onion", "--code"])
                .env("CLICOLOR_FORCE", "1")
                .env("NO_COLOR", "1")
        ),
        "declined"
    );
}

#[test]
fn one_lesson_is_checked() {
    let output = run(&["onion", "--check"]);
    let text = stdout(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("same     GET /\n"), "{text}");
    assert!(text.contains("differs  HEAD /\n"), "{text}");
    assert!(text.ends_with(" passed, 0 failed\n"), "{text}");
}

#[test]
fn all_lessons_are_checked_and_nearly_all_answers_are_equal() {
    let output = run(&["--check"]);
    let text = stdout(&output);
    assert!(output.status.success(), "{text}");
    let last = text.lines().last().unwrap();
    let passed: usize = last.strip_suffix(" passed, 0 failed").unwrap().parse().unwrap();
    let same = text.lines().filter(|line| line.starts_with("  same ")).count();
    let percent = same * 100 / passed;
    assert!(percent >= 90, "{same} of {passed} are the same");
    let better = text
        .lines()
        .filter(|line| line.trim_start().starts_with("Koa's is better"))
        .count();
    let readme = include_str!("../../../README.md");
    for claim in [
        format!("{passed} in all"),
        format!("{percent} % are equal"),
        format!("of {passed} answers {percent} % are equal"),
        format!("In {better} answers Koa's is the better one"),
    ] {
        assert!(readme.contains(&claim), "the README does not say: {claim}");
    }
}

#[test]
fn help_says_what_there_is() {
    let output = run(&["--help"]);
    assert!(output.status.success());
    for word in ["list", "--code", "--check", "--record", "--listen"] {
        assert!(stdout(&output).contains(word), "{word}");
    }
}

#[test]
fn an_unknown_lesson_is_told_the_nearest() {
    assert!(complaint(&mut demo(&["onoin"])).contains("onion"));
    assert!(complaint(&mut demo(&["99"])).contains("list"));
    complaint(&mut demo(&[""]));
}

#[test]
fn an_unknown_option_and_a_bad_address_are_one_line() {
    assert!(complaint(&mut demo(&["--frob"])).contains("--frob"));
    assert!(complaint(&mut demo(&["--code", "--check"])).contains("--check"));
    assert!(complaint(&mut demo(&["list", "--check"])).contains("list"));
    for address in ["nonsense", "127.0.0.1", "127.0.0.1:99999", ""] {
        assert!(complaint(&mut demo(&["--listen", address])).contains("--listen"));
    }
}

#[test]
fn a_used_port_is_one_line_with_a_way_out() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let line = complaint(&mut demo(&["--listen", &address]));
    assert!(line.contains("in use") && line.contains("--listen"), "{line}");
}

#[test]
fn a_reader_who_has_seen_enough_ends_it_quietly() {
    let mut list = demo(&["list"]).spawn().unwrap();
    let mut first = [0];
    list.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = list.wait_with_output().unwrap();
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success());
}
