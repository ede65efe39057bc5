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
fn without_a_lesson_all_on_arrays_run() {
    let output = demo(&[]).output().unwrap();
    assert!(output.status.success());
    let text = stdout(&output);
    assert!(!text.contains("FAILED"), "{text}");
    let headings = text.lines().filter(|line| line.contains(", beside numpy"));
    let numbers: Vec<u32> = headings.map(|line| line[..2].parse().unwrap()).collect();
    // Lesson 17 is not in the default build.
    let on_arrays: Vec<u32> = (1..=18).filter(|number| *number != 17).collect();
    let built: Vec<u32> = numbers.into_iter().filter(|number| *number != 17).collect();
    assert_eq!(built, on_arrays);
}

#[test]
fn a_lesson_shows_python_rust_and_what_it_came_to() {
    let text = stdout(&demo(&["broadcasting"]).output().unwrap());
    assert!(
        text.contains(">>> row + 10\n  = &row + 10\n    [10, 11, 12, 13]\n    int64 (4,), same\n"),
        "{text}"
    );
}

#[test]
fn an_unknown_lesson_is_told_the_nearest() {
    assert!(complaint(&["brodcasting"]).contains("broadcasting"));
    assert!(complaint(&["99"]).contains("list"));
}

#[test]
fn an_unknown_option_is_one_line() {
    assert!(complaint(&["--frob"]).contains("--frob"));
}
