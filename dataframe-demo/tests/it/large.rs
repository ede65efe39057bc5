//! The lessons on large data: the picture of a plan, and a file larger than the memory that a process is allowed.

use std::fs;
#[cfg(target_os = "linux")]
use std::os::unix::process::CommandExt;

#[cfg(target_os = "linux")]
use rustix::process::{Pid, Signal, kill_process_group};

#[cfg(target_os = "linux")]
use crate::soon;
use crate::{complaint, demo, stdout};

#[test]
fn the_plan_is_a_picture() {
    let out = tempfile::tempdir().unwrap();
    let output = demo(&["lazy-frames", "--plot", "--out", out.path().to_str().unwrap()])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let picture = fs::read_to_string(out.path().join("plan.svg")).unwrap();
    let tree = roxmltree::Document::parse(&picture).unwrap();
    let count = |tag| {
        tree.descendants()
            .filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", tag)))
            .count()
    };
    // Two trees: each step but the last one leads to another.
    assert_eq!(count("rect"), count("line") + 2);
    let texts: Vec<_> = tree.descendants().filter_map(|node| node.text()).collect();
    for pushed_down in [
        "π 4/6;",
        "σ col(\"quantity\") > 1",
        "σ col(\"country\") == \"FR\"",
    ] {
        assert!(texts.contains(&pushed_down), "{pushed_down}");
    }
    let shown = concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/39-lazy-frames/plan.svg");
    assert!(
        picture == fs::read_to_string(shown).unwrap(),
        "lessons/39-lazy-frames/plan.svg is not what the lesson draws: copy it from target/gallery"
    );
}

#[test]
fn a_plan_that_cannot_be_written_is_one_line() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let below = file.path().join("plans");
    let complaint = complaint(&["lazy-frames", "--out", below.to_str().unwrap()]);
    assert!(complaint.contains("cannot write the plan to"), "{complaint}");
}

#[test]
fn a_plan_that_is_not_drawn_is_told() {
    for arguments in [
        ["series", "--plot"].as_slice(),
        &["csv", "--data", "t.csv", "--plot"],
        &["lazy-frames", "--data", "t.csv", "--plot"],
    ] {
        assert_eq!(
            complaint(arguments),
            "error: --plot goes with lazy-frames, and without --data\n"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_is_left_of_a_lesson_that_is_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let mut lesson = demo(&["streaming"]);
    lesson.env("TMPDIR", folder.path()).process_group(0);
    let mut lesson = lesson.spawn().unwrap();
    let entries = || fs::read_dir(folder.path()).unwrap().flatten();
    let files = || {
        entries()
            .filter_map(|scratch| fs::read_dir(scratch.path()).ok())
            .flatten()
    };
    let is_written = || files().flatten().any(|file| file.file_name() == "large.csv");
    soon(|| (is_written() || lesson.try_wait().unwrap().is_some()).then_some(()));
    if !is_written() {
        let files: Vec<_> = files().collect();
        lesson.kill().unwrap();
        panic!(
            "no large file beside {files:?}: {:?}",
            lesson.wait_with_output().unwrap()
        );
    }
    // As Ctrl-C does it: to all of its group.
    kill_process_group(Pid::from_child(&lesson), Signal::INT).unwrap();
    lesson.wait().unwrap();
    soon(|| (entries().count() == 0).then_some(())).expect("the folder is deleted");
}

#[test]
#[ignore = "takes a minute"]
fn a_file_larger_than_memory_is_streamed() {
    let output = demo(&["streaming"]).output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "",
        "piped, it says nothing of its progress"
    );
    assert!(output.status.success());
    let text = stdout(&output);
    let lines: Vec<_> = text.lines().rev().take(3).collect();
    let [whole, streamed, file] = lines[..] else {
        panic!("{text}")
    };
    let readme = include_str!("../../../README.md");
    assert!(readme.contains(file), "the README does not say: {file}");
    assert!(
        streamed.starts_with("  streamed: the answer of the sample, in "),
        "{streamed}"
    );
    let peak = streamed.rsplit(' ').nth(1).unwrap();
    // The README has 121, of which some 80 are pages of the program. Read whole, the file would take more than 300.
    assert!(peak.parse::<u64>().unwrap() < 200, "{streamed}");
    assert!(
        whole.starts_with("  read whole: out of memory, signal: 6"),
        "{whole}"
    );
}
