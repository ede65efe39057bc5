//! What else is measured is built as this program was.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

/// Builds a package of the workspace in this program's profile, and returns the folder with the programs of both.
///
/// # Errors
/// Where Cargo cannot be run, or cannot build it.
pub(crate) fn build(package: &str) -> Result<PathBuf> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["build", "--package", package])
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let status = cargo.status().context("cannot run Cargo: install Rust")?;
    ensure!(status.success(), "Cargo cannot build {package}");
    let program = env::current_exe()?;
    program
        .parent()
        .map(PathBuf::from)
        .context("a program without a folder")
}

/// The program of a package: this one, where it is built already; else built as this program was.
///
/// # Errors
/// Where there is none, or Cargo cannot build it.
pub(crate) fn program(package: &str, built: Option<&Path>) -> Result<PathBuf> {
    match built {
        // It is run in another folder.
        Some(built) => fs::canonicalize(built).with_context(|| format!("no program {}", built.display())),
        None => Ok(build(package)?.join(package)),
    }
}
