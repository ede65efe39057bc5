//! The program as its reader meets it: what it says of itself, and what the README shows.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the message")]

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, ChildStdout, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use lesson::testing::{complained, program, stdout};
use snapbox::assert_data_eq;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_activity-pipeline");
const SHOWN: &str = "127.0.0.1:3000";
/// The group of the first processor is made, and its first transaction done, by then.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn help_names_the_parts() {
    let output = program(PROGRAM, &["--help"]).output().unwrap();
    assert!(output.status.success());
    for part in ["all", "collect", "process", "serve"] {
        assert!(stdout(&output).contains(part), "{part}");
    }
}

#[test]
fn what_is_wrong_is_one_line() {
    let line = |arguments: &[&str]| {
        let output = program(PROGRAM, arguments).output().unwrap();
        complained(&output)
    };
    assert!(line(&["--brokers", "127.0.0.1:1", "--timeout", "1"]).contains("docker compose up"));
    let archive = line(&["--archive", "/dev/null/archive", "--listen", "127.0.0.1:0"]);
    assert!(archive.contains("--archive names another"), "{archive}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let line = line(&["--listen", &taken, "--archive", folder.path().to_str().unwrap()]);
    assert!(line.contains(&taken) && line.contains("--listen"), "{line}");
}

/// Ended when dropped, and its folder with it.
struct Running {
    child: Child,
    _folder: TempDir,
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
    }
}

/// Starts the program and reads as many lines as are shown.
fn start(arguments: &[&str], lines: usize) -> (Running, BufReader<ChildStdout>, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(PROGRAM, arguments);
    command.args(["--listen", "127.0.0.1:0"]).current_dir(&folder);
    let mut running = Running {
        child: command.stderr(Stdio::inherit()).spawn().unwrap(),
        _folder: folder,
    };
    let mut output = BufReader::new(running.child.stdout.take().unwrap());
    let mut said = String::new();
    for _ in 0..lines {
        output.read_line(&mut said).unwrap();
    }
    (running, output, said)
}

fn curl(command: &str) -> String {
    let command = command.replacen("curl", "curl --silent --show-error", 1);
    let mut shell = Command::new("sh");
    let output = shell
        .args(["-c", &command])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{command}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    stdout(&output).trim_end().to_owned() + "\n"
}

#[test]
#[ignore = "needs curl"]
fn the_readme_shows_what_happens() {
    let mut commands = lesson::readme::commands("activity-pipeline").into_iter();
    let (command, expected) = commands.next().unwrap();
    let arguments = command
        .strip_prefix("cargo run -p activity-pipeline -- ")
        .unwrap();
    let arguments: Vec<_> = arguments.split_whitespace().collect();
    let (running, mut rest, said) = start(&arguments, expected.lines().count());
    let page = said.lines().last().unwrap();
    let address = page
        .split(['/', ' '])
        .find(|word| word.starts_with("127.0.0.1:"))
        .unwrap();
    assert_data_eq!(said.replace(address, SHOWN), expected);
    let mut run = 0;
    for (command, expected) in commands {
        let command = command.replace(SHOWN, address);
        let deadline = Instant::now() + PATIENCE;
        let mut printed = curl(&command);
        // Counting takes a moment; what is refused stays so.
        while command.contains("/api/") && printed != expected && Instant::now() < deadline {
            sleep(Duration::from_millis(100));
            printed = curl(&command);
        }
        assert_data_eq!(printed, expected);
        run += 1;
    }
    assert!(run > 3, "only {run} commands were found");
    let pid = rustix::process::Pid::from_child(&running.child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let mut last = String::new();
    rest.read_to_string(&mut last).unwrap();
    assert_eq!(last, "accepted 2: counted 1, duplicates 1, late 0; archived 2\n");
}
