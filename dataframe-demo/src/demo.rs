//! What this demo brings to the shared command line: how a lesson is run, and how close it has to come.

use std::{env, path::PathBuf};

use anyhow::{Result, ensure};
use lesson::{
    Answer, Demo, Difference, Lesson, Recording, Tolerance,
    python::Python,
    session::{Differences, Run, Session, gallery},
};

#[cfg(feature = "distributed")]
use crate::distributed;
use crate::{LESSONS, apart, file, postgresql_server::Server, streaming};

/// What a lesson runs beside that has to be there; of others the lesson takes care itself.
const POSTGRESQL: &str = "PostgreSQL";

/// Where it is.
const DATABASE_URL: &str = "DATABASE_URL";

/// The lesson whose query is drawn on demand.
const WITH_PLAN: &str = "lazy-frames";

/// The number of the last lesson on the four structures; what can be done with them follows.
const LAST_ON_STRUCTURES: &str = "16";

/// The demo.
#[derive(Debug)]
pub struct DataframeDemo;

/// The demo's own options.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Options {
    /// Where plots and plans are written [default: target/gallery]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// Write the plan of the query as an SVG, as --out does: with lazy-frames
    #[arg(long)]
    plot: bool,

    /// Instead of the lesson: read a file of your own in the lesson's format and say what is in it. With --out it is
    /// written there as Parquet
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,

    /// Only these columns of it
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub columns: Vec<String>,

    /// In the process that reads it
    #[arg(long, hide = true, requires = "data")]
    apart: bool,

    /// What the process that lesson streaming starts with little memory is to do
    #[arg(long, hide = true, requires = "file")]
    task: Option<streaming::Task>,

    /// With which file
    #[arg(long, hide = true, requires = "task")]
    file: Option<PathBuf>,

    /// Of how many rows
    #[arg(long, hide = true, requires = "task", default_value_t)]
    rows: u64,

    #[cfg(feature = "distributed")]
    #[command(flatten)]
    node: distributed::Node,
}

impl Demo for DataframeDemo {
    type Entry = Run;
    type Options = Options;
    type Originals = Python;

    const NAME: &'static str = env!("CARGO_PKG_NAME");
    const ABOUT: &'static str = env!("CARGO_PKG_DESCRIPTION");
    const TOUR: &'static str = "those on Series, DataFrame, Panel and time series";

    fn lessons() -> &'static [Lesson<Run>] {
        LESSONS
    }

    fn tour() -> &'static [Lesson<Run>] {
        lesson::up_to(LESSONS, LAST_ON_STRUCTURES)
    }

    fn run(lesson: &Lesson<Run>, options: &Options) -> Result<()> {
        let has_plan = lesson.name() == WITH_PLAN;
        ensure!(
            !options.plot || has_plan && options.data.is_none(),
            "--plot goes with {WITH_PLAN}, and without --data"
        );
        if let Some(data) = &options.data {
            if !options.apart {
                return apart::read(data);
            }
            apart::end_with_parent()?;
            return file::show(lesson.name(), data, &options.columns, options.out.as_deref());
        }
        ensure!(options.columns.is_empty(), "--columns goes with --data");
        if let (Some(task), Some(file)) = (options.task, &options.file) {
            return task.run(file, options.rows);
        }
        #[cfg(feature = "distributed")]
        if let Some(stopped) = options.node.run() {
            return stopped;
        }
        // Whoever says where to wants it.
        let draws = !has_plan || options.plot || options.out.is_some();
        let out = draws.then(|| gallery(options.out.as_deref()));
        let session = Session::of(lesson, Self::NAME, out)?;
        session.print(lesson, &Differences::of(lesson)?)
    }

    fn answers(lesson: &Lesson<Run>, _: &Options) -> Result<Vec<Answer>> {
        Ok(Session::of(lesson, Self::NAME, None)?.answers())
    }

    fn differences(lesson: &Lesson<Run>, _: &Options) -> Result<Vec<Difference>> {
        Ok(Differences::of(lesson)?.difference)
    }

    fn tolerances(lesson: &Lesson<Run>) -> Result<Vec<Tolerance>> {
        Ok(Differences::of(lesson)?.tolerance)
    }

    fn prepare_originals() -> Result<Python> {
        Python::with_packages_of(Self::NAME)
    }

    fn lacks(lesson: &Lesson<Run>, _: &Options) -> Option<String> {
        lacks_server(lesson).then(|| format!("runs beside {POSTGRESQL}: set {DATABASE_URL}"))
    }

    fn record(lesson: &Lesson<Run>, python: &Python) -> Result<Recording> {
        if lesson.beside != Some(POSTGRESQL) {
            return python.record(lesson);
        }
        // Always one of its own, whatever the reader's is set to.
        let server = Server::start()?;
        python.with_variable(DATABASE_URL, &server.url()).record(lesson)
    }
}

fn lacks_server(lesson: &Lesson<Run>) -> bool {
    lesson.beside == Some(POSTGRESQL) && env::var_os(DATABASE_URL).is_none()
}
