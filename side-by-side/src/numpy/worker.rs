//! A program that measures itself: told on its standard input what to do, it answers on its standard output.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

pub(super) struct Worker {
    process: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Worker {
    /// Starts the program.
    pub(super) fn start(mut command: Command) -> Result<Self> {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot run {command:?}"))?;
        let orders = process.stdin.take().context("no standard input")?;
        let answers = BufReader::new(process.stdout.take().context("no standard output")?);
        Ok(Self {
            process,
            orders,
            answers,
        })
    }

    /// Makes the inputs of an operation and runs it once; what it came to is saved as an NPY file.
    pub(super) fn set_up(&mut self, operation: &str, result: &Path) -> Result<()> {
        let answer = self.ask(&format!("setup {operation}\t{}", result.display()))?;
        ensure!(answer == "ready", "{operation}: {answer}");
        Ok(())
    }

    /// The seconds that one run takes, of so many.
    pub(super) fn seconds(&mut self, runs: u32) -> Result<f64> {
        let answer = self.ask(&format!("run {runs}"))?;
        answer
            .parse()
            .with_context(|| format!("{answer:?} are no seconds"))
    }

    fn ask(&mut self, order: &str) -> Result<String> {
        writeln!(self.orders, "{order}").with_context(|| format!("nobody takes the order {order:?}"))?;
        let mut answer = String::new();
        if self.answers.read_line(&mut answer)? == 0 {
            bail!(
                "a worker ended while it was to {order:?}: {}",
                self.process.wait()?
            );
        }
        Ok(answer.trim_end().to_owned())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended by itself, which is what is wanted here.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
