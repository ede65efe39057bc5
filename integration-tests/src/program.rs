//! Programs of this workspace, run as a reader runs them.

use std::{env, fs, path::Path, path::PathBuf, process::ExitStatus, process::Stdio, time::Duration};

use anyhow::{Context, Result, anyhow, bail, ensure};
use procfs::process::{Process, Status};
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    task::JoinHandle,
    time::timeout,
};

/// A debug build on a busy machine takes a while to come up, and to end in order.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program of this workspace, of the same build as the test that asks: `cargo test --workspace` makes both.
///
/// # Errors
/// Where it is not built.
pub fn built(name: &str) -> Result<PathBuf> {
    let test = env::current_exe()?;
    // target/debug/deps/pipeline-0123456789abcdef
    let folder = test
        .parent()
        .and_then(Path::parent)
        .context("the test lies nowhere")?;
    let program = folder.join(name).with_extension(env::consts::EXE_EXTENSION);
    ensure!(
        fs::exists(&program)?,
        "{} is not there: cargo build -p {name}",
        program.display()
    );
    Ok(program)
}

/// A program that runs. One that is dropped is killed.
#[derive(Debug)]
pub struct Program {
    process: Child,
    /// The lines that it has printed until it was ready.
    said: Vec<String>,
    rest: JoinHandle<Vec<String>>,
    complaints: JoinHandle<String>,
}

/// What a program left behind.
#[derive(Debug)]
pub struct Ended {
    /// Its exit status.
    pub status: ExitStatus,
    /// Every line that it printed.
    pub lines: Vec<String>,
    /// What it wrote to standard error.
    pub complaints: String,
}

impl Program {
    /// Starts a program of this workspace and waits until it prints a line that is `ready`.
    ///
    /// # Errors
    /// Where it ends before that, or takes longer than a minute.
    pub async fn start(name: &str, arguments: &[&str], ready: impl Fn(&str) -> bool) -> Result<Self> {
        let mut process = command(name, arguments)?.spawn()?;
        let stdout = process.stdout.take().context("no output")?;
        let complaints = tokio::spawn(read(process.stderr.take().context("no output")?));
        let mut lines = BufReader::new(stdout).lines();
        let mut said = Vec::new();
        let started = async {
            while let Some(line) = lines.next_line().await? {
                said.push(line);
                if said.last().is_some_and(|line| ready(line)) {
                    return Ok(true);
                }
            }
            anyhow::Ok(false)
        };
        match timeout(PATIENCE, started).await {
            Ok(Ok(true)) => {}
            Ok(Ok(false)) => bail!("{name} ended: {said:?} {}", complaints.await?),
            Ok(Err(error)) => return Err(error),
            Err(_) => {
                process.kill().await?;
                let (seconds, complaints) = (PATIENCE.as_secs(), complaints.await?);
                bail!("{name} is not ready after {seconds} s: {said:?} {complaints}")
            }
        }
        // Read all the time, since a full pipe would stop it.
        let rest = tokio::spawn(collect(lines));
        Ok(Self {
            process,
            said,
            rest,
            complaints,
        })
    }

    /// Runs a program of this workspace to its end.
    ///
    /// # Errors
    /// Where it takes longer than `limit`.
    pub async fn run(name: &str, arguments: &[&str], limit: Duration) -> Result<Ended> {
        let output = timeout(limit, command(name, arguments)?.output())
            .await
            .map_err(|_| anyhow!("{name} {arguments:?} did not end within {} s", limit.as_secs()))??;
        let printed = String::from_utf8(output.stdout)?;
        Ok(Ended {
            status: output.status,
            lines: printed.lines().map(str::to_owned).collect(),
            complaints: String::from_utf8(output.stderr)?,
        })
    }

    /// What it has said of something before it was ready: of `page: http://127.0.0.1:3000`, what comes after `page: `.
    ///
    /// # Errors
    /// Where it said nothing of it.
    pub fn said(&self, of: &str) -> Result<&str> {
        let said = |line: &'_ String| line.starts_with(of) && line[of.len()..].starts_with(": ");
        let line = self.said.iter().find(|line| said(line));
        let line = line.with_context(|| format!("nothing is said of {of}: {:?}", self.said))?;
        Ok(&line[of.len() + 2..])
    }

    /// The line by which it has said that it was ready.
    pub fn greeting(&self) -> &str {
        self.said.last().map_or("", String::as_str)
    }

    /// Asks it to end, as `kill` does, and waits for that.
    ///
    /// # Errors
    /// Where it takes longer than a minute.
    pub async fn end(self) -> Result<Ended> {
        self.signal(Signal::TERM)?;
        self.ended().await
    }

    /// Ends it without warning.
    ///
    /// # Errors
    /// Where it has ended by itself.
    pub async fn kill(mut self) -> Result<Ended> {
        let ended = self.process.try_wait()?;
        ensure!(ended.is_none(), "it has ended before it was killed: {ended:?}");
        self.signal(Signal::KILL)?;
        self.ended().await
    }

    /// Sends it a signal.
    ///
    /// # Errors
    /// Where it has ended.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        let id = self.process.id().context("it has ended")?;
        let id = Pid::from_raw(id.try_into()?).context("no process has this id")?;
        Ok(kill_process(id, signal)?)
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// Where it takes longer than a minute.
    pub async fn ended(mut self) -> Result<Ended> {
        let ended = timeout(PATIENCE, self.process.wait()).await;
        let status = ended.map_err(|_| anyhow!("it does not end within {} s", PATIENCE.as_secs()))??;
        self.said.extend(self.rest.await?);
        Ok(Ended {
            status,
            lines: self.said,
            complaints: self.complaints.await?,
        })
    }

    /// What the system says of it: how much memory it takes, for example.
    ///
    /// # Errors
    /// Where it has ended.
    pub fn status(&self) -> Result<Status> {
        let id = self.process.id().context("it has ended")?;
        Ok(Process::new(id.try_into()?)?.status()?)
    }
}

impl Ended {
    /// The last line that it printed.
    pub fn last(&self) -> &str {
        self.lines.last().map_or("", String::as_str)
    }

    /// The number that the last line has after a word: 5 after `counted` in `accepted 5: counted 5`.
    ///
    /// # Errors
    /// Where it has none.
    pub fn says(&self, word: &str) -> Result<u64> {
        let mut words = self.last().split_whitespace();
        words.find(|other| *other == word);
        let number = words
            .next()
            .map(|number| number.trim_end_matches([',', ':', ';']));
        let number = number.and_then(|number| number.parse().ok());
        number.with_context(|| format!("nothing is said of {word}: {self:?}"))
    }
}

/// A program with these arguments, run in the folder of the workspace, and with nothing in its environment that changes
/// what it prints.
fn command(name: &str, arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(built(name)?);
    command
        .args(arguments)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .env_remove("CLICOLOR_FORCE")
        .env_remove("RUST_BACKTRACE")
        .env_remove("RUST_LOG")
        .env_remove("DATABASE_URL")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    Ok(command)
}

async fn collect(mut lines: Lines<BufReader<ChildStdout>>) -> Vec<String> {
    let mut all = Vec::new();
    while let Ok(Some(line)) = lines.next_line().await {
        all.push(line);
    }
    all
}

async fn read(mut from: impl AsyncRead + Unpin) -> String {
    let mut bytes = Vec::new();
    // What came before an error tells more than the error.
    let _ = from.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}
