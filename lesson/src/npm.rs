//! The originals in Node.js: what they import.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

/// Installs the packages of a folder's `package-lock.json`, exactly.
///
/// # Errors
/// Where npm is missing, or a package cannot be had.
pub fn install(folder: &Path) -> Result<()> {
    let status = Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(folder)
        .stdout(Stdio::null())
        .status()
        .context("cannot run npm: install Node.js 20.11 or newer")?;
    ensure!(status.success(), "npm ci failed in {}", folder.display());
    Ok(())
}
