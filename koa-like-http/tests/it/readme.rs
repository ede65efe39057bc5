//! The README's console blocks: each command is run, and what it prints compared with what is shown.
//!
//! `cargo run -p koa-like-http` is this demo's program. Where it shows a lesson that listens, the lesson stays up, on a
//! free port, for the `curl` commands that follow. The program under test has all features. `[..]` and `...` stand for
//! what changes, as snapbox has it.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use koa_like_http::{KoaLikeHttp, LESSONS};
use lesson::readme;
use snapbox::{Data, assert_data_eq, data::DataFormat};

use crate::server::{Server, demo};

const DEMO: &str = "koa-like-http";
const SHOWN: &str = "127.0.0.1:3000";
const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn listens(output: &str) -> bool {
    output
        .lines()
        .next()
        .is_some_and(|line| line.contains(" listens on "))
}

#[test]
fn commands_print_what_is_shown() {
    let mut run = 0;
    for (command, expected) in readme::commands(DEMO) {
        let Some((arguments, _)) = readme::arguments::<KoaLikeHttp>(&command) else {
            continue;
        };
        if listens(&expected) {
            let server = Server::start(&arguments);
            let greeting = server.greeting.replace(&server.address.to_string(), SHOWN);
            assert_eq!(Some(greeting.as_str()), expected.lines().next());
        } else {
            let output = demo(&arguments).output().unwrap();
            let printed = [output.stdout, output.stderr].concat();
            assert_data_eq!(String::from_utf8(printed).unwrap(), expected);
        }
        run += 1;
    }
    assert!(run > LESSONS.len(), "only {run} commands were found");
}

/// What a lesson logs meanwhile is shown below its greeting.
#[cfg(unix)]
#[test]
#[ignore = "needs curl"]
fn curl_gets_what_is_shown() {
    let mut lesson: Option<(Server, String)> = None;
    let mut run = 0;
    for (command, expected) in readme::commands(DEMO) {
        if let Some((arguments, _)) = readme::arguments::<KoaLikeHttp>(&command) {
            if let Some(lesson) = lesson.take() {
                end(lesson);
            }
            lesson = listens(&expected).then(|| (Server::start(&arguments), expected));
            continue;
        }
        assert!(
            command.starts_with("curl "),
            "a console block has {command:?}, which no test runs"
        );
        let (server, _) = lesson
            .as_ref()
            .unwrap_or_else(|| panic!("nothing listens for {command:?}"));
        let address = server.address.to_string();
        let command = command
            .replace(SHOWN, &address)
            .replacen("curl", "curl --silent --show-error", 1);
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &command])
            .stdin(Stdio::null())
            .current_dir(WORKSPACE);
        let output = shell.output().unwrap();
        assert!(
            output.status.success(),
            "{command}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let printed = String::from_utf8(output.stdout).unwrap().replace(&address, SHOWN);
        assert_data_eq!(
            printed.replace("\r\n", "\n").trim_end().to_owned() + "\n",
            expected
        );
        run += 1;
    }
    if let Some(lesson) = lesson {
        end(lesson);
    }
    assert!(run > LESSONS.len(), "only {run} commands were found");
}

#[cfg(unix)]
fn end((server, expected): (Server, String)) {
    let greeting = server.greeting.replace(&server.address.to_string(), SHOWN);
    server.signal("TERM");
    let log = String::from_utf8(server.wait().stdout).unwrap();
    assert_data_eq!(format!("{greeting}\n{log}"), expected);
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
