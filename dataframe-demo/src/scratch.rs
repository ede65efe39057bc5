//! A temporary folder that goes with the process, however that ends.

use std::path::Path;
#[cfg(unix)]
use std::{
    io,
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
};

#[cfg(unix)]
use anyhow::Context;
use anyhow::Result;
use tempfile::TempDir;

/// The folder.
#[derive(Debug)]
pub(crate) struct Scratch {
    // Dropped first: as long as it is there it is watched.
    folder: TempDir,
    #[cfg(unix)]
    _watcher: Watcher,
}

impl Scratch {
    /// Makes one.
    ///
    /// # Errors
    /// Where the system refuses.
    pub(crate) fn new() -> Result<Self> {
        Self::stopped_by(":")
    }

    /// Makes one for a process that outlives this one: the command of a shell, to which the folder is `$1`, stops it.
    ///
    /// # Errors
    /// Where the system refuses.
    #[cfg_attr(not(unix), expect(unused_variables, reason = "nothing is watched"))]
    pub(crate) fn stopped_by(command: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        Ok(Self {
            #[cfg(unix)]
            _watcher: Watcher::of(folder.path(), command).context("cannot run sh")?,
            folder,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// A shell that waits until its standard input closes, as it does when this process ends. After Ctrl-C nothing is
/// dropped, so that it is left to the shell to delete the file or folder.
#[cfg(unix)]
#[derive(Debug)]
pub(crate) struct Watcher(Child);

#[cfg(unix)]
impl Watcher {
    /// Watches a file or folder. What is stopped by the command, or runs in the lesson and writes while it ends, is deleted
    /// the second time.
    ///
    /// # Errors
    /// Where there is no shell.
    pub(crate) fn of(path: &Path, stop: &str) -> io::Result<Self> {
        let mut watcher = Command::new("sh");
        watcher
            .arg("-c")
            .arg(format!(
                r#"read -r _; {stop}; rm -rf -- "$1"; sleep 1; rm -rf -- "$1""#
            ))
            .arg("sh")
            .arg(path)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C goes to the lesson's group.
            .process_group(0);
        watcher.spawn().map(Self)
    }
}

#[cfg(unix)]
impl Drop for Watcher {
    fn drop(&mut self) {
        // Both fail where it has ended before.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
