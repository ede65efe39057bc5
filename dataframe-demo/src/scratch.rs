//! A temporary folder that goes with the process, however that ends.

use std::path::Path;
#[cfg(unix)]
use std::{
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result};
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
        let folder = tempfile::tempdir()?;
        Ok(Self {
            #[cfg(unix)]
            _watcher: Watcher::of(folder.path())?,
            folder,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// A shell that waits until its standard input closes, as it does when this process ends. After Ctrl-C nothing is
/// dropped, so that it is left to the shell to delete the folder.
#[cfg(unix)]
#[derive(Debug)]
struct Watcher(Child);

/// What other processes of the lesson write while they end goes the second time.
#[cfg(unix)]
const WATCH: &str = r#"read -r _; rm -rf -- "$1"; sleep 1; rm -rf -- "$1""#;

#[cfg(unix)]
impl Watcher {
    fn of(folder: &Path) -> Result<Self> {
        let mut watcher = Command::new("sh");
        watcher
            .args(["-c", WATCH, "sh"])
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C goes to the lesson's group.
            .process_group(0);
        Ok(Self(watcher.spawn().context("cannot run sh")?))
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
