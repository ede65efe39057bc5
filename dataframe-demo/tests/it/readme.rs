//! The README's console blocks: each command is run, and what it prints compared with what is shown. `[..]` and `...`
//! stand for what changes, as snapbox has it.

use dataframe_demo::DataframeDemo;
use lesson::readme;
use snapbox::assert_data_eq;

use crate::demo;

#[test]
fn commands_print_what_is_shown() {
    let mut run = 0;
    let mut left_out = Vec::new();
    for (command, expected) in readme::commands("dataframe-demo") {
        let (arguments, lesson) = readme::arguments::<DataframeDemo>(&command)
            .unwrap_or_else(|| panic!("{command:?} does not run the demo"));
        // One that needs a feature is not in every build.
        if let Some(lesson) = lesson.filter(|lesson| lesson.entry.is_none()) {
            left_out.push(lesson.name());
            continue;
        }
        // From where a reader runs it.
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
        let output = demo(&arguments).current_dir(root).output().unwrap();
        let printed = [output.stdout, output.stderr].concat();
        assert_data_eq!(String::from_utf8(printed).unwrap(), expected);
        run += 1;
    }
    assert!(run > 0, "no command was found");
    let needs_feature: &[&str] = if cfg!(feature = "distributed") {
        &[]
    } else {
        &["distributed"]
    };
    assert_eq!(left_out, needs_feature);
}
