//! pandas, polars for Python, DuckDB and DataFusion against polars from Rust: the same questions to the same tables.

mod table;

use std::{
    env,
    fs::{self, File},
    iter,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use lesson::python::Python;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use crate::{cargo, report, worker::Worker};

/// Its folder has the originals and the packages that they want.
const HERE: &str = "side-by-side/frames";
const ORIGINALS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/frames");
/// Our program and its package.
const PROGRAM: &str = "side-by-side-frames";
/// Where the Python packages and the tables are.
const STORE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/side-by-side/frames");
/// The file that a program saves its answer in.
const ANSWER: &str = "answer";
/// How many groups the streaming engine of polars, from either language, adds to as rows come in: what belongs to another
/// is kept, and grouped in the end. By default there are 4096, and questions by two keys have 10,000 groups.
const GROUPS_AT_HAND: (&str, &str) = ("POLARS_HOT_TABLE_SIZE", "16384");
/// What a library writes side by side, and so in whatever order.
const IN_ANY_ORDER: [(&str, &str); 2] = [("datafusion", "write CSV"), ("datafusion", "write Parquet")];
/// A measurement is of as many runs as take so long.
const SECONDS: f64 = 0.1;

/// The libraries for Python, as their modules and as the table calls them.
const PEERS: [(&str, &str); 4] = [
    ("pandas", "pandas"),
    ("polars", "polars for Python"),
    ("duckdb", "DuckDB"),
    ("datafusion", "DataFusion"),
];
/// What a library has no counterpart of.
const LACKING: [(&str, &str); 1] = [("datafusion", "as-of join")];

#[derive(Args)]
pub(crate) struct Options {
    /// Words that the operations to measure have in their names [default: all operations]
    #[arg(value_name = "WORD")]
    words: Vec<String>,

    /// Rounds per operation, in which the programs take turns
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,

    /// Rows of the largest tables
    #[arg(long, default_value_t = 10_000_000, value_parser = clap::value_parser!(u32).range(1000..))]
    rows: u32,

    /// Where table, JSON and chart are written
    #[arg(long, default_value = "target/side-by-side/frames")]
    out: PathBuf,

    /// Our program, side-by-side-frames, where it is built already [default: built as this one was]
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Topic {
    name: String,
    operations: Vec<Operation>,
}

/// As our program tells of it.
#[derive(Deserialize, Serialize)]
struct Operation {
    name: String,
    engine: String,
    /// Why this engine, and this way to ask.
    why: String,
    /// Whether the rows of the answer have an order.
    ordered: bool,
}

/// An operation as it was measured.
#[derive(Serialize)]
struct Case {
    topic: String,
    #[serde(flatten)]
    operation: Operation,
    ours: Subject,
    /// In the order of [`PEERS`].
    theirs: Vec<Option<Subject>>,
}

#[derive(Serialize)]
struct Subject {
    name: &'static str,
    /// What one run took, round by round.
    seconds: Vec<f64>,
    peak_memory_kib: u64,
}

/// Measures every operation and writes what came of it.
pub(crate) fn compare(options: &Options) -> Result<()> {
    report::make(&options.out)?;
    let programs = Programs::prepare(options)?;
    let all = programs
        .topics()?
        .into_iter()
        .flat_map(|topic| {
            let of_topic = move |operation| (topic.name.clone(), operation);
            topic.operations.into_iter().map(of_topic)
        })
        .collect();
    let wanted = crate::chosen(all, &options.words, |(_, operation)| &operation.name)?;
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} (about {eta} left)")?;
    let progress = ProgressBar::new(2 * wanted.len() as u64).with_style(style);
    // All of them first: where one differs, nobody wants to have waited for the others.
    for (_, operation) in &wanted {
        progress.set_message(format!("{}: the answers", operation.name));
        programs
            .check(operation)
            .with_context(|| format!("{}: the answers differ", operation.name))?;
        progress.inc(1);
    }
    let mut cases = Vec::new();
    for (topic, operation) in wanted {
        progress.set_message(operation.name.clone());
        cases.push(programs.measure(topic, operation, options.rounds)?);
        progress.inc(1);
    }
    progress.finish_and_clear();
    table::write(&cases, options, &options.out)?;
    Ok(fs::remove_dir_all(&programs.scratch)?)
}

/// Our program, and one for each library, over the same tables.
struct Programs {
    ours: PathBuf,
    python: Python,
    tables: PathBuf,
    /// To which the programs write files and answers.
    scratch: PathBuf,
    /// No other run has that folder as long as this is open.
    _alone: File,
}

impl Programs {
    fn prepare(options: &Options) -> Result<Self> {
        let python = Python::with_packages_of(HERE)?;
        let (scratch, alone) = scratch()?;
        // A package of its own: it has another allocator, and who measures Koa need not wait for polars.
        let ours = cargo::program(PROGRAM, options.program.as_deref())?;
        Ok(Self {
            ours,
            tables: tables(&python, options.rows)?,
            python,
            scratch,
            _alone: alone,
        })
    }

    fn topics(&self) -> Result<Vec<Topic>> {
        let output = Command::new(&self.ours)
            .arg("list")
            .output()
            .context("cannot run side-by-side-frames")?;
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// One that has read the tables of the operation, and writes to this folder.
    fn start(&self, peer: Option<&str>, operation: &Operation, folder: &Path) -> Result<Worker> {
        let mut command = match peer {
            None => Command::new(&self.ours),
            Some(_) => self.python.command(),
        };
        match peer {
            // Memory that is given back to the system between questions has to be asked for again.
            None => command.env("MIMALLOC_PURGE_DELAY", "-1").arg("serve"),
            Some(peer) => command.arg(Path::new(ORIGINALS).join("worker.py")).arg(peer),
        };
        command.arg(&self.tables).arg(&operation.name).current_dir(folder);
        command.envs([GROUPS_AT_HAND]);
        let mut worker = Worker::start(command)?;
        worker.order("load")?;
        Ok(worker)
    }

    /// That all come to the same, each in a process of its own, for the answers want memory.
    fn check(&self, operation: &Operation) -> Result<()> {
        let answer = |peer: Option<&str>| -> Result<TempDir> {
            // Of its own, so that nobody is compared by what another has written.
            let folder = tempfile::tempdir_in(&self.scratch)?;
            let file = folder.path().join(ANSWER);
            self.start(peer, operation, folder.path())?
                .order(&format!("answer {}", file.display()))?;
            Ok(folder)
        };
        let ours = answer(None)?;
        for (peer, name) in PEERS {
            if LACKING.contains(&(peer, &operation.name)) {
                continue;
            }
            let theirs = answer(Some(peer))?;
            let mut compare = Command::new(&self.ours);
            let files = [&theirs, &ours].map(|folder| folder.path().join(ANSWER));
            compare.arg("compare").args(files);
            if operation.ordered && !IN_ANY_ORDER.contains(&(peer, &operation.name)) {
                compare.arg("--ordered");
            }
            let output = compare.output()?;
            let complaint = String::from_utf8_lossy(&output.stderr);
            ensure!(output.status.success(), "{name}: {}", complaint.trim_end());
        }
        Ok(())
    }

    fn measure(&self, topic: String, operation: Operation, rounds: u32) -> Result<Case> {
        let start = |peer: Option<&str>, name: &'static str| -> Result<Measured> {
            let mut worker = self.start(peer, &operation, &self.scratch)?;
            let runs = SECONDS / worker.seconds(1)?.max(1e-6);
            Ok(Measured {
                worker,
                runs: runs.ceil() as u32,
                name,
                seconds: Vec::new(),
            })
        };
        let mut ours = start(None, "polars from Rust")?;
        let mut theirs = PEERS
            .into_iter()
            .map(|(peer, name)| {
                let has_it = !LACKING.contains(&(peer, &operation.name));
                has_it.then(|| start(Some(peer), name)).transpose()
            })
            .collect::<Result<Vec<_>>>()?;
        let mut turns: Vec<_> = iter::once(&mut ours).chain(theirs.iter_mut().flatten()).collect();
        for _ in 0..rounds {
            for program in &mut turns {
                program.run()?;
            }
            // So that nobody is always the one after the same other.
            turns.rotate_left(1);
        }
        let theirs = theirs
            .into_iter()
            .map(|peer| peer.map(Measured::finish).transpose());
        Ok(Case {
            topic,
            ours: ours.finish()?,
            theirs: theirs.collect::<Result<_>>()?,
            operation,
        })
    }
}

/// A program while it is measured.
struct Measured {
    worker: Worker,
    runs: u32,
    name: &'static str,
    seconds: Vec<f64>,
}

impl Measured {
    fn run(&mut self) -> Result<()> {
        self.seconds.push(self.worker.seconds(self.runs)?);
        Ok(())
    }

    fn finish(self) -> Result<Subject> {
        Ok(Subject {
            name: self.name,
            peak_memory_kib: self.worker.peak_memory_kib()?,
            seconds: self.seconds,
        })
    }
}

/// An empty folder, and what keeps others out of it. What a run that was stopped has left there goes, too.
fn scratch() -> Result<(PathBuf, File)> {
    let alone = Path::new(STORE).join("lock");
    let alone = File::create(&alone).with_context(|| format!("cannot make {}", alone.display()))?;
    alone
        .try_lock()
        .context("frames are being measured already: two runs at a time would measure each other")?;
    let folder = Path::new(STORE).join("scratch");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok((folder, alone))
}

/// The folder of the tables, which are made where they are missing, or were made by another script.
fn tables(python: &Python, rows: u32) -> Result<PathBuf> {
    let script = Path::new(ORIGINALS).join("data.py");
    let folder = Path::new(STORE).join(format!("{rows}-rows"));
    let made_by = folder.join("data.py");
    if fs::read(&made_by).is_ok_and(|made_by| fs::read(&script).is_ok_and(|script| script == made_by)) {
        return Ok(folder);
    }
    eprintln!("Making tables of {rows} rows");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let status = python
        .command()
        .arg(&script)
        .arg(&folder)
        .arg(rows.to_string())
        .status()
        .context("cannot run Python")?;
    ensure!(status.success(), "data.py cannot make the tables");
    fs::copy(&script, made_by)?;
    Ok(folder)
}
