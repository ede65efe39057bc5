//! Original and counterpart run side by side: the same expressions in the same order.

use dataframe_demo::{DataframeDemo, LESSONS, Options};
use lesson::{Demo, Recording};

#[test]
fn expressions_stand_in_the_same_order() {
    for lesson in LESSONS
        .iter()
        .filter(|lesson| lesson.entry.is_some() && lesson.beside.is_none())
    {
        let recording = Recording::of(lesson).unwrap();
        let recorded: Vec<_> = recording.answers.iter().map(|answer| &answer.name).collect();
        let ours = DataframeDemo::answers(lesson, &Options::default()).unwrap();
        let ours: Vec<_> = ours.iter().map(|answer| &answer.name).collect();
        assert_eq!(recorded, ours, "{}", lesson.name());
    }
}

/// How many expressions are compared, and how many differ, are claims of the README.
#[test]
fn the_readme_counts_what_is_compared() {
    let (mut expressions, mut different) = (0, 0);
    for lesson in LESSONS {
        expressions += Recording::of(lesson).unwrap().answers.len();
        let differences = DataframeDemo::differences(lesson, &Options::default()).unwrap();
        different += differences
            .iter()
            .map(|difference| difference.at.len())
            .sum::<usize>();
    }
    let readme = include_str!("../../../README.md");
    for claim in [
        format!("{expressions} expressions of pandas in {} lessons", LESSONS.len()),
        format!("In {different} expressions pandas and polars"),
    ] {
        assert!(readme.contains(&claim), "the README does not say: {claim}");
    }
}
