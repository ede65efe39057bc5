//! Original and counterpart run side by side: the same expressions in the same order.

use dataframe_demo::{DataframeDemo, LESSONS};
use lesson::testing;

#[test]
fn expressions_stand_in_the_same_order() {
    testing::asks_in_the_same_order::<DataframeDemo>();
}

/// How many expressions are compared, and how many differ, are claims of the README.
#[test]
fn the_readme_counts_what_is_compared() {
    let (expressions, different) = testing::count::<DataframeDemo>();
    let readme = include_str!("../../../README.md");
    for claim in [
        format!("{expressions} expressions of pandas in {} lessons", LESSONS.len()),
        format!("In {different} expressions pandas and polars"),
        format!("| pandas | all but {different} of {expressions} expressions |"),
    ] {
        assert!(readme.contains(&claim), "the README does not say: {claim}");
    }
}
