//! The README's console blocks: each command is run, and what it prints compared with what is shown.
//!
//! `cargo run -p koa-like-http` is this demo's program. Where it shows a lesson that listens, the lesson stays up, on a
//! free port, for the `curl` commands that follow. `[..]` and `...` stand for what changes, as snapbox has it.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use snapbox::{Data, assert_data_eq, data::DataFormat};

use crate::server::{Server, demo};

const PROGRAM: &str = "cargo run -p koa-like-http";
const SHOWN: &str = "127.0.0.1:3000";

/// The commands of the README's console blocks with the output that is shown.
fn commands() -> Vec<(String, String)> {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap();
    let mut commands: Vec<(String, String)> = Vec::new();
    let blocks = readme
        .split("```console\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap());
    for line in blocks.flat_map(str::lines) {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command.to_owned(), String::new())),
            (None, Some((_, output))) => *output += &format!("{line}\n"),
            (None, None) => panic!("a console block starts with {line:?}, which is no command"),
        }
    }
    commands
}

#[test]
fn commands_print_what_is_shown() {
    let mut run = 0;
    for (command, expected) in commands() {
        if let Some(arguments) = command.strip_prefix(PROGRAM) {
            let arguments: Vec<_> = arguments
                .split_whitespace()
                .filter(|word| *word != "--")
                .collect();
            if expected.contains("listens on") {
                let server = Server::start(&arguments);
                let greeting = server.greeting.replace(&server.address.to_string(), SHOWN) + "\n";
                assert_data_eq!(greeting, expected);
            } else {
                let output = demo(&arguments).output().unwrap();
                assert_data_eq!(
                    String::from_utf8([output.stdout, output.stderr].concat()).unwrap(),
                    expected
                );
            }
            run += 1;
        }
    }
    assert!(run > 5, "only {run} commands were found");
}

#[test]
#[ignore = "needs curl"]
fn curl_gets_what_is_shown() {
    let mut server = None;
    let mut run = 0;
    for (command, expected) in commands() {
        if let Some(arguments) = command.strip_prefix(PROGRAM) {
            let arguments: Vec<_> = arguments
                .split_whitespace()
                .filter(|word| *word != "--")
                .collect();
            server = expected.contains("listens on").then(|| Server::start(&arguments));
            continue;
        }
        assert!(
            command.starts_with("curl "),
            "a console block has {command:?}, which no test runs"
        );
        let server = server
            .as_ref()
            .unwrap_or_else(|| panic!("nothing listens for {command:?}"));
        let command = command.replace(SHOWN, &server.address.to_string()).replacen(
            "curl",
            "curl --silent --show-error",
            1,
        );
        let output = Command::new("sh")
            .args(["-c", &command])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{command}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let printed = String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n");
        let printed = printed.replace(&server.address.to_string(), SHOWN);
        let printed = if printed.ends_with('\n') {
            printed
        } else {
            printed + "\n"
        };
        assert_data_eq!(printed, expected);
        run += 1;
    }
    assert!(run > 10, "only {run} commands were found");
}

/// Made again by `SNAPSHOTS=overwrite cargo test -p koa-like-http picture`.
#[test]
fn the_picture_is_what_the_terminal_shows() {
    let output = demo(&["onion", "--code"])
        .env("CLICOLOR_FORCE", "1")
        .output()
        .unwrap();
    let picture = concat!(env!("CARGO_MANIFEST_DIR"), "/onion.svg");
    let picture = Data::read_from(Path::new(picture), Some(DataFormat::TermSvg));
    assert_data_eq!(String::from_utf8(output.stdout).unwrap(), picture);
}
