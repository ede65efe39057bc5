//! The README's console blocks: each command is run, and what it prints compared with what is shown. `[..]` and `...`
//! stand for what changes, as snapbox has it.

use dataframe_demo::LESSONS;
use snapbox::assert_data_eq;

use crate::demo;

/// The arguments of a command. One for a lesson that needs a feature must say so; None where the program under test is
/// without it.
fn arguments(command: &str) -> Option<Vec<&str>> {
    let (cargo, arguments) = command.split_once(" -- ").unwrap_or((command, ""));
    let feature = cargo.split_once(" --features ").map(|(_, feature)| feature);
    let arguments: Vec<_> = arguments.split_whitespace().collect();
    let named = |name: &str| LESSONS.iter().find(|lesson| lesson.name() == name);
    let lesson = arguments.first().and_then(|first| named(first));
    assert_eq!(feature, lesson.and_then(|lesson| lesson.feature), "{command}");
    lesson
        .is_none_or(|lesson| lesson.entry.is_some())
        .then_some(arguments)
}

#[test]
fn commands_print_what_is_shown() {
    let mut run = 0;
    for (command, expected) in lesson::readme::commands("dataframe-demo") {
        let Some(arguments) = arguments(&command) else {
            continue;
        };
        // From where a reader runs it.
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
        let output = demo(&arguments).current_dir(root).output().unwrap();
        let printed = [output.stdout, output.stderr].concat();
        assert_data_eq!(String::from_utf8(printed).unwrap(), expected);
        run += 1;
    }
    assert!(run > 0, "no command was found");
}
