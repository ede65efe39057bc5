//! The README's console blocks, for the tests that run them.

use crate::{Demo, Lesson, list::find};

/// The demos whose tests run their own commands.
const DEMOS: [&str; 5] = [
    "activity-pipeline",
    "dataframe-demo",
    "kafka-demo",
    "koa-like-http",
    "ndarray-demo",
];

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");

/// The commands that belong to a demo, each with the output that is shown: those that run it, and what follows them.
///
/// # Panics
/// Where the README cannot be read, or has a command that no demo's tests would run.
pub fn commands(demo: &str) -> Vec<(String, String)> {
    let readme = std::fs::read_to_string(README).unwrap_or_else(|error| panic!("{README}: {error}"));
    let blocks = readme
        .split("```console\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap_or_default());
    let mut owner = None;
    let mut commands: Vec<(Option<&str>, String, String)> = Vec::new();
    for line in blocks.flat_map(str::lines) {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => {
                if let Some(words) = command.strip_prefix("cargo run -p ") {
                    owner = words.split_whitespace().next();
                }
                let known = owner.is_some_and(|owner| DEMOS.contains(&owner));
                assert!(known, "a console block has {command:?}, which no test runs");
                commands.push((owner, command.to_owned(), String::new()));
            }
            (None, Some((_, _, output))) => *output += &format!("{line}\n"),
            (None, None) => panic!("a console block starts with {line:?}, which is no command"),
        }
    }
    commands
        .into_iter()
        .filter(|(owner, ..)| *owner == Some(demo))
        .map(|(_, command, output)| (command, output))
        .collect()
}

/// The arguments of a command, and the lesson that they name.
pub type Arguments<'a, E> = (Vec<&'a str>, Option<&'static Lesson<E>>);

/// Those of a command that runs the demo; `None` for any other.
///
/// # Panics
/// Where the lesson needs a feature that the command does not have, or the other way round.
pub fn arguments<D: Demo>(command: &str) -> Option<Arguments<'_, D::Entry>> {
    let words = command.strip_prefix("cargo run -p ")?.strip_prefix(D::NAME)?;
    let (cargo, words) = words.split_once(" -- ").unwrap_or((words, ""));
    let arguments: Vec<_> = words.split_whitespace().collect();
    let lesson = arguments.first().and_then(|name| find(D::lessons(), name).ok());
    let feature = cargo.strip_prefix(" --features ");
    assert_eq!(feature, lesson.and_then(|lesson| lesson.feature), "{command}");
    Some((arguments, lesson))
}
