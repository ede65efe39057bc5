//! The README's console blocks: each command is run, and what it prints compared with what is shown. `[..]` and `...`
//! stand for what changes, as snapbox has it.

use snapbox::assert_data_eq;

use crate::demo;

#[test]
fn commands_print_what_is_shown() {
    let mut run = 0;
    for (command, expected) in lesson::readme::commands("dataframe-demo") {
        let arguments = command.split_once(" -- ").map_or("", |(_, arguments)| arguments);
        let arguments: Vec<_> = arguments.split_whitespace().collect();
        // From where a reader runs it.
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
        let output = demo(&arguments).current_dir(root).output().unwrap();
        let printed = [output.stdout, output.stderr].concat();
        assert_data_eq!(String::from_utf8(printed).unwrap(), expected);
        run += 1;
    }
    assert!(run > 0, "no command was found");
}
