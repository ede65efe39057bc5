//! A program that measures itself: told on its standard input what to do, it answers on its standard output.

use std::{
    io::{BufRead, BufReader, Write},
    process::{ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

use crate::process::Owned;

pub(crate) struct Worker {
    process: Owned,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Worker {
    /// Starts the program.
    pub(crate) fn start(mut command: Command) -> Result<Self> {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot run {command:?}"))?;
        let orders = process.stdin.take().context("no standard input")?;
        let answers = BufReader::new(process.stdout.take().context("no standard output")?);
        Ok(Self {
            process: Owned(process),
            orders,
            answers,
        })
    }

    /// Has something done that is answered with `ready`.
    pub(crate) fn order(&mut self, order: &str) -> Result<()> {
        let answer = self.ask(order)?;
        ensure!(answer == "ready", "{order:?} is answered with {answer:?}");
        Ok(())
    }

    /// The seconds that one run takes, of so many.
    pub(crate) fn seconds(&mut self, runs: u32) -> Result<f64> {
        let answer = self.ask(&format!("run {runs}"))?;
        answer
            .parse()
            .with_context(|| format!("{answer:?} are no seconds"))
    }

    pub(crate) fn peak_memory_kib(&self) -> Result<u64> {
        self.process.peak_memory_kib()
    }

    fn ask(&mut self, order: &str) -> Result<String> {
        writeln!(self.orders, "{order}").with_context(|| format!("nobody takes the order {order:?}"))?;
        let mut answer = String::new();
        if self.answers.read_line(&mut answer)? == 0 {
            bail!(
                "a worker ended while it was to {order:?}: {}",
                self.process.0.wait()?
            );
        }
        Ok(answer.trim_end().to_owned())
    }
}
