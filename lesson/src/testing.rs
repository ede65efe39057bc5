//! What the tests of all demos ask of their program and of their recordings.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the message")]

use std::{
    fs,
    process::{Command, Output, Stdio},
};

use crate::{Comparison, Demo, Lesson, Recording, cli, recording};

/// A demo's program with these arguments, and nothing in its environment that changes what it prints.
pub fn program(path: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(path);
    command
        .args(arguments)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// What it printed.
///
/// # Panics
/// Where that is no text.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// It ended with status 2 and exactly one line on standard error, which is returned.
///
/// # Panics
/// Where it did not.
#[track_caller]
pub fn complained(output: &Output) -> String {
    let stderr = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(
        stderr.starts_with("error: ") && !stderr.contains("panicked"),
        "{stderr}"
    );
    stderr
}

/// What `list` printed is the demo's folders of lessons, in their order, each with what it is about.
///
/// # Panics
/// Where it is something else.
#[track_caller]
pub fn lists_the_folders(list: &Output, lessons: &str) {
    let mut folders: Vec<_> = fs::read_dir(lessons)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort();
    assert!(list.status.success());
    let text = stdout(list);
    let lines = || text.lines().map(str::split_whitespace);
    let listed: Vec<_> = lines()
        .map(|words| words.take(2).collect::<Vec<_>>().join("-"))
        .collect();
    assert_eq!(listed, folders);
    assert!(
        lines().all(|words| words.count() > 3),
        "each says what it is about"
    );
}

/// Original and counterpart ask the same in the same order, in each lesson that is built and runs beside nothing.
///
/// # Panics
/// Where they do not.
#[track_caller]
pub fn asks_in_the_same_order<D: Demo>() {
    let options = cli::default_options::<D::Options>(D::NAME).unwrap();
    for lesson in lessons_alone::<D>() {
        let recording = Recording::of(lesson).unwrap();
        let recorded: Vec<_> = recording.answers.iter().map(|answer| &answer.name).collect();
        let ours = D::answers(lesson, &options).unwrap();
        let ours: Vec<_> = ours.iter().map(|answer| &answer.name).collect();
        assert_eq!(recorded, ours, "{}", lesson.name());
    }
}

/// Those that are built and run beside nothing.
fn lessons_alone<D: Demo>() -> impl Iterator<Item = &'static Lesson<D::Entry>> {
    let is_alone = |lesson: &&Lesson<D::Entry>| lesson.entry.is_some() && lesson.beside.is_none();
    D::lessons().iter().filter(is_alone)
}

/// How many answers the demo's lessons have, and in how many of them ours differ.
///
/// # Panics
/// Where a recording or a list of differences cannot be read.
pub fn count<D: Demo>() -> (usize, usize) {
    let options = cli::default_options::<D::Options>(D::NAME).unwrap();
    let (mut answers, mut different) = (0, 0);
    for lesson in D::lessons() {
        answers += Recording::of(lesson).unwrap().answers.len();
        let differences = D::differences(lesson, &options).unwrap();
        different += differences
            .iter()
            .map(|difference| difference.at.len())
            .sum::<usize>();
    }
    (answers, different)
}

/// How many answers are equal to the recorded ones to the last bit, and how many there are, in the lessons that are built and run
/// beside nothing.
///
/// # Panics
/// Where a lesson fails.
pub fn equal<D: Demo>() -> (usize, usize) {
    let options = cli::default_options::<D::Options>(D::NAME).unwrap();
    let compared: Vec<_> = lessons_alone::<D>()
        .flat_map(|lesson| recording::check::<D>(lesson, &options).unwrap())
        .collect();
    let same = compared
        .iter()
        .filter(|(_, comparison)| *comparison == Comparison::Same);
    (same.count(), compared.len())
}

/// The first line of what a demo's counterparts say where both refuse, lesson by lesson: the comparison is content that
/// they do.
///
/// # Panics
/// Where a lesson fails.
pub fn errors<D: Demo>() -> String {
    let options = cli::default_options::<D::Options>(D::NAME).unwrap();
    let mut errors = String::new();
    for lesson in lessons_alone::<D>() {
        for answer in D::answers(lesson, &options).unwrap() {
            if let Some(error) = answer.values.get("error").and_then(|error| error.lines().next()) {
                // Where this copy of the project lies is no part of it.
                let error = error.replace(lesson.folder().to_str().unwrap(), "…");
                errors += &format!("{}: {}\n    {error}\n", lesson.name(), answer.name);
            }
        }
    }
    errors
}
