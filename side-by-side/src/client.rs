//! A program that does its work and ends, and what the kernel says that it cost.

use std::{
    io::{Read, Seek},
    process::Command,
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

use crate::process::{Cpu, Owned};

/// What a program said, and what it used.
pub(crate) struct Done {
    pub(crate) stdout: String,
    pub(crate) cpu: Cpu,
    pub(crate) peak_memory_kib: u64,
}

/// Runs the program to its end.
///
/// # Errors
/// Where it fails, or takes longer than so many seconds.
pub(crate) fn run(mut command: Command, seconds: u64) -> Result<Done> {
    let (mut stdout, mut stderr) = (tempfile::tempfile()?, tempfile::tempfile()?);
    let mut child = Owned::start(&mut command, &stdout, &stderr)?;
    let deadline = Instant::now() + Duration::from_secs(seconds);
    let mut peak_memory_kib = 0;
    // Until it is waited for, a program that has ended is still there to tell what it used.
    let cpu = loop {
        let stat = child.stat()?;
        if stat.state == 'Z' {
            break Cpu::of(&stat);
        }
        peak_memory_kib = child.peak_memory_kib().unwrap_or(peak_memory_kib);
        ensure!(
            Instant::now() < deadline,
            "{command:?} takes longer than {seconds} s"
        );
        sleep(Duration::from_millis(10));
    };
    let status = child.0.wait()?;
    let mut texts = [String::new(), String::new()];
    for (file, text) in [&mut stdout, &mut stderr].into_iter().zip(&mut texts) {
        file.rewind()?;
        file.read_to_string(text)?;
    }
    let [stdout, stderr] = texts;
    ensure!(status.success(), "{command:?} failed:\n{stdout}{stderr}");
    Ok(Done {
        stdout,
        cpu,
        peak_memory_kib,
    })
}
