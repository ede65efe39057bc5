//! That both refuse is what a comparison sees. Why ours does stands in `errors.txt`, and in `errors_gated.txt` for the
//! lessons that the default build is without; `SNAPSHOTS=overwrite` writes them anew.

use lesson::testing;
use ndarray_demo::{LESSONS, NdarrayDemo};
use snapbox::{assert_data_eq, file};

#[test]
fn say_what_happened() {
    assert_data_eq!(errors(false), file!["errors.txt"]);
}

#[cfg(all(feature = "openblas", feature = "python"))]
#[test]
fn say_what_happened_beside_python_and_lapack() {
    assert_data_eq!(errors(true), file!["errors_gated.txt"]);
}

/// Two lines each. What a build without Fortran says in its place depends on the machine, and is left out.
fn errors(gated: bool) -> String {
    let errors = testing::errors::<NdarrayDemo>();
    let lines: Vec<_> = errors.split_inclusive('\n').collect();
    let is_gated = |question: &str| {
        let mut gated = LESSONS.iter().filter(|lesson| lesson.feature.is_some());
        gated.any(|lesson| question.starts_with(&format!("{}: ", lesson.name())))
    };
    let kept = lines.chunks(2).filter(|error| {
        let [question, answer] = error else { return true };
        is_gated(question) == gated && !answer.contains("built without Fortran")
    });
    kept.map(<[_]>::concat).collect()
}
