//! The lesson on an engine of several processes, which are the demo itself.

#[cfg(not(feature = "distributed"))]
#[test]
fn without_the_feature_it_says_how_to_build_it() {
    assert_eq!(
        crate::complaint(&["distributed"]),
        "error: lesson distributed is not in this build: run cargo run -p dataframe-demo --features distributed -- \
         distributed\n"
    );
}

#[cfg(feature = "distributed")]
mod built {
    use std::{fs, net::TcpListener, process::Stdio};

    use lesson::testing::{self, stdout};

    use crate::demo;
    #[cfg(target_os = "linux")]
    use crate::soon;

    #[test]
    #[ignore = "needs a scheduler and two executors, which it starts"]
    fn the_lesson_is_as_recorded() {
        let text = stdout(&demo(&["distributed", "--check"]).output().unwrap());
        assert!(text.ends_with(" passed, 0 failed\n"), "{text}");
        let output = demo(&["distributed"]).output().unwrap();
        let text = stdout(&output);
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        assert!(output.status.success(), "{text}");
        assert!(
            text.contains("\nregistered: executor-1 and executor-2\n"),
            "{text}"
        );
        // No snapshot has what this one says.
        assert!(text.contains("No field named amount"), "{text}");
        let (before, after) = text.split_once("\nexecutor-2 is killed ").unwrap();
        let stages = |text: &str| {
            let stages = text.lines().filter(|line| line.starts_with("  stage "));
            stages.map(str::to_owned).collect::<Vec<_>>()
        };
        assert!(
            stages(before)
                .iter()
                .any(|stage| stage.contains("executor-1") && stage.contains("executor-2"))
        );
        assert!(stages(after).iter().any(|stage| stage.contains("executor-1")));
        assert!(
            !stages(after).iter().any(|stage| stage.contains("executor-2")),
            "{text}"
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    #[ignore = "needs a scheduler and two executors, which it starts"]
    fn its_processes_and_files_end_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut lesson = demo(&["distributed"]);
        let mut lesson = lesson.env("TMPDIR", folder.path()).spawn().unwrap();
        let parent = lesson.id().to_string();
        let processes = soon(|| {
            let children = running().into_iter().filter(|(_, of)| *of == parent);
            let children: Vec<_> = children.map(|(process, _)| process).collect();
            // The scheduler, two executors and what deletes the folder.
            (children.len() == 4).then_some(children)
        })
        .expect("all four run");
        // Harder than Ctrl-C: nothing is dropped.
        lesson.kill().unwrap();
        lesson.wait().unwrap();
        soon(|| {
            let left = running()
                .into_iter()
                .filter(|(process, _)| processes.contains(process));
            (left.count() == 0).then_some(())
        })
        .expect("they end with the lesson");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    /// Each process that runs, and the one that started it.
    #[cfg(target_os = "linux")]
    fn running() -> Vec<(String, String)> {
        let stats = fs::read_dir("/proc").unwrap().flatten();
        let stats = stats.filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
        let running = stats.filter_map(|stat| {
            let (process, rest) = stat.split_once(" (")?;
            let (_, rest) = rest.rsplit_once(") ")?;
            let (state, rest) = rest.split_once(' ')?;
            let (parent, _) = rest.split_once(' ')?;
            // What has ended, and nobody has asked for yet, is a zombie.
            (state != "Z").then(|| (process.to_owned(), parent.to_owned()))
        });
        running.collect()
    }

    #[test]
    fn a_port_that_is_taken_is_one_line() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port().to_string();
        let mut scheduler = demo(&["distributed", "--scheduler", &port]);
        let mut scheduler = scheduler.stdin(Stdio::piped()).spawn().unwrap();
        let lesson = scheduler.stdin.take();
        let complaint = testing::complained(&scheduler.wait_with_output().unwrap());
        drop(lesson);
        assert!(complaint.contains("Address already in use"), "{complaint}");
    }
}
