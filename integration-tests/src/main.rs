//! Records what pandas computes from the events of the pipeline's test: `cargo run -p integration-tests -- --record`.

use std::{env, fs, process::ExitCode};

use anyhow::{Context, Result, bail};
use integration_tests::RECORDED;
use lesson::python::Python;

fn main() -> ExitCode {
    match record() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn record() -> Result<()> {
    if !env::args().skip(1).eq(["--record"]) {
        bail!("--record runs the original, cargo test -p integration-tests the tests");
    }
    let python = Python::with_packages_of(env!("CARGO_PKG_NAME"))?;
    let recording = python.record(&RECORDED)?;
    let path = RECORDED.folder().join("recorded.json");
    let text = serde_json::to_string_pretty(&recording)? + "\n";
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    println!("{}: {} answers", RECORDED.name(), recording.answers.len());
    Ok(())
}
