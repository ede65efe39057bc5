//! The command line.

use lesson::testing;

use crate::{complaint, demo, stdout};

#[test]
fn help_says_what_there_is() {
    let output = demo(&["--help"]).output().unwrap();
    assert!(output.status.success());
    for word in ["list", "--code", "--check", "--record"] {
        assert!(stdout(&output).contains(word), "{word}");
    }
}

#[test]
fn the_list_is_the_list_of_folders() {
    let lessons = concat!(env!("CARGO_MANIFEST_DIR"), "/lessons");
    testing::lists_the_folders(&demo(&["list"]).output().unwrap(), lessons);
}

#[test]
fn a_lesson_shows_python_rust_and_what_it_came_to() {
    let text = stdout(&demo(&["series"]).output().unwrap());
    assert!(
        text.contains(">>> s.count()\n  = s.len() - s.null_count()\n    5\n    int64 (), same\n"),
        "{text}"
    );
}

#[test]
fn without_a_lesson_those_on_the_four_structures_run() {
    let output = demo(&[]).output().unwrap();
    assert!(output.status.success());
    let text = stdout(&output);
    assert!(
        text.contains("01 series") && text.contains("16 business-days"),
        "{text}"
    );
    assert!(
        !text.contains("17 missing-data") && !text.contains(", FAILED"),
        "{text}"
    );
}

#[test]
fn an_unknown_lesson_is_told_the_nearest() {
    assert!(complaint(&["serise"]).contains("series"));
    assert!(complaint(&["99"]).contains("list"));
}

#[test]
fn an_unknown_option_is_one_line() {
    assert!(complaint(&["--frob"]).contains("--frob"));
}
