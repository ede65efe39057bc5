//! A file of the reader's own is read by a process apart: a damaged length in it may ask for more memory than any machine
//! has, and a process that asks for that is ended, with no chance to say why.

use std::{
    env,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
#[cfg(target_os = "linux")]
use rustix::process::{Signal, set_parent_process_death_signal};

/// Does in another process what this one was started for.
///
/// # Errors
/// Those of the other process, and where it did not come to an end of its own.
pub(crate) fn read(file: &Path) -> Result<()> {
    let output = Command::new(env::current_exe()?)
        // First: after a `--` it would be no option.
        .arg("--apart")
        .args(env::args_os().skip(1))
        .stderr(Stdio::piped())
        .spawn()
        .and_then(|reader| reader.wait_with_output())
        .context("cannot start a process")?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        anstream::eprint!("{said}");
        return Ok(());
    }
    if output.status.code().is_none() {
        let ended = output.status.to_string();
        let why = said.lines().next().unwrap_or(&ended);
        bail!("{} is damaged, or larger than the memory: {why}", file.display());
    }
    let said = said.trim_end();
    bail!("{}", said.strip_prefix("error: ").unwrap_or(said))
}

/// What the other process does first: it ends with the one that waits for it.
///
/// # Errors
/// Where the system refuses.
pub(crate) fn end_with_parent() -> Result<()> {
    #[cfg(target_os = "linux")]
    set_parent_process_death_signal(Some(Signal::TERM))?;
    Ok(())
}
