//! Original and counterpart run side by side: the same expressions in the same order.

use lesson::{session::Differences, testing};
use ndarray_demo::{LESSONS, NdarrayDemo};

#[test]
fn expressions_stand_in_the_same_order() {
    testing::asks_in_the_same_order::<NdarrayDemo>();
}

/// How many expressions are compared, and how many differ, are claims of the README.
#[test]
fn the_readme_counts_what_is_compared() {
    let (expressions, _) = testing::count::<NdarrayDemo>();
    // As they stand in the files: what differs only where gfortran was missing is not among them.
    let listed = LESSONS
        .iter()
        .flat_map(|lesson| Differences::of(lesson).unwrap().difference);
    let different: usize = listed.map(|difference| difference.at.len()).sum();
    let readme = include_str!("../../../README.md");
    for claim in [
        format!("{expressions} expressions of {} lessons", LESSONS.len()),
        format!("In {different} expressions the two"),
        format!("| NumPy, SciPy | all but {different} of {expressions} expressions |"),
    ] {
        assert!(readme.contains(&claim), "the README does not say: {claim}");
    }
}

#[test]
fn four_in_five_are_equal_to_the_last_bit() {
    let (equal, all) = testing::equal::<NdarrayDemo>();
    assert!((750..850).contains(&(1000 * equal / all)), "{equal} of {all}");
    assert!(include_str!("../../../README.md").contains("Four in five are equal to the last bit."));
}
