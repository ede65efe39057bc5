//! Docker's command line, with a limit to how long it may take: an engine that hangs answers nothing.

use std::{
    io,
    os::unix::process::CommandExt,
    process::{Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// For what the engine does at once, on a machine that may be busy.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);
const NO_DOCKER: &str = "cannot run docker, by which brokers are started and stopped";

/// A terminal's Ctrl-C goes to all of its foreground group; what was begun, and what brings back, is to end in order.
pub(crate) fn command() -> Command {
    let mut docker = Command::new("docker");
    docker.process_group(0);
    docker
}

/// What docker prints.
///
/// # Errors
/// Where it is missing, refuses or has not ended within a minute.
pub(crate) fn docker(arguments: &[&str]) -> Result<String> {
    docker_within(arguments, LIMIT)
}

/// The same for what may take longer.
///
/// # Errors
/// Where it is missing, refuses or has not ended within the limit.
pub(crate) fn docker_within(arguments: &[&str], limit: Duration) -> Result<String> {
    let output = output(command().args(arguments), limit).context(NO_DOCKER)?;
    ensure!(
        output.status.success(),
        "docker {} failed: {}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a docker command that its caller explains.
///
/// # Errors
/// Where docker is missing or has not ended within the limit; what it printed last where it failed.
pub(crate) fn explained(command: &mut Command, limit: Duration, what: &str) -> Result<()> {
    let output = output(command, limit).context(NO_DOCKER)?;
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.trim().lines().last().unwrap_or("it does not say why");
    ensure!(output.status.success(), "{what}: {last}");
    Ok(())
}

/// Runs a command to its end and takes what it prints. One that has not ended within the limit is killed.
///
/// # Errors
/// Where it cannot be run, or has not ended in time.
pub(crate) fn output(command: &mut Command, limit: Duration) -> io::Result<Output> {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let id = Pid::from_child(&child);
    let (ended, end) = mpsc::channel();
    // Reads meanwhile: who prints more than a pipe holds would wait for ever.
    thread::Builder::new().spawn(move || ended.send(child.wait_with_output()))?;
    end.recv_timeout(limit).unwrap_or_else(|_| {
        // Compose is a process of its own in docker's group. A program that shares ours goes alone.
        let _ = kill_process_group(id, Signal::KILL).or_else(|_| kill_process(id, Signal::KILL));
        let words = [command.get_program()].into_iter().chain(command.get_args());
        let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
        let (seconds, command) = (limit.as_secs(), words.join(" "));
        let message = format!("{command} had not ended after {seconds} s, and was killed");
        Err(io::Error::new(io::ErrorKind::TimedOut, message))
    })
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn what_does_not_end_is_killed_with_what_it_started() {
        let started = Instant::now();
        let mut shell = Command::new("sh");
        shell.args(["-c", "sleep 60 & sleep 60"]).process_group(0);
        let error = output(&mut shell, Duration::from_millis(200)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(error.to_string().starts_with("sh -c"), "{error}");
        assert!(started.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn more_than_a_pipe_holds_is_taken() {
        let mut shell = Command::new("sh");
        shell.args(["-c", "head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2"]);
        let output = output(&mut shell, LIMIT).unwrap();
        assert_eq!((output.stdout.len(), output.stderr.len()), (1_000_000, 1_000_000));
    }
}
