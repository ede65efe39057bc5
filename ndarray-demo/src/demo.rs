//! What this demo brings to the shared command line: how a lesson is run, and how close it has to come.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::Result;
use lesson::{
    Answer, Demo, Difference, Lesson, Recording, Tolerance,
    python::Python,
    session::{Differences, Run, Session},
};

use crate::LESSONS;

/// The number of the last lesson on arrays; linear algebra and what else stands on them follows.
const LAST_ON_ARRAYS: &str = "18";

/// The demo.
#[derive(Debug)]
pub struct NdarrayDemo;

/// The demo's own options.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Options {
    /// Where the gallery is written [default: target/gallery]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

impl Options {
    fn out(&self) -> PathBuf {
        self.out.clone().unwrap_or_else(|| {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
            let folder = root.unwrap_or(Path::new("")).join("target/gallery");
            // As short as a reader would write it.
            let here = env::current_dir().unwrap_or_default();
            folder.strip_prefix(&here).map(Path::to_owned).unwrap_or(folder)
        })
    }
}

impl Demo for NdarrayDemo {
    type Entry = Run;
    type Options = Options;
    type Originals = Python;

    const NAME: &'static str = env!("CARGO_PKG_NAME");
    const ABOUT: &'static str = env!("CARGO_PKG_DESCRIPTION");
    const TOUR: &'static str = "those on arrays, one after the other";

    fn lessons() -> &'static [Lesson<Run>] {
        LESSONS
    }

    fn tour() -> &'static [Lesson<Run>] {
        let (arrays, _) =
            LESSONS.split_at(LESSONS.partition_point(|lesson| lesson.number() <= LAST_ON_ARRAYS));
        arrays
    }

    fn run(lesson: &Lesson<Run>, options: &Options) -> Result<()> {
        Session::of(lesson, Self::NAME, Some(options.out()))?.print(lesson, &differences(lesson)?)
    }

    fn answers(lesson: &Lesson<Run>, _: &Options) -> Result<Vec<Answer>> {
        Ok(Session::of(lesson, Self::NAME, None)?.answers())
    }

    fn differences(lesson: &Lesson<Run>, _: &Options) -> Result<Vec<Difference>> {
        Ok(differences(lesson)?.difference)
    }

    fn tolerances(lesson: &Lesson<Run>) -> Result<Vec<Tolerance>> {
        Ok(differences(lesson)?.tolerance)
    }

    fn prepare_originals() -> Result<Python> {
        Python::with_packages_of(Self::NAME)
    }

    fn record(lesson: &Lesson<Run>, python: &Python) -> Result<Recording> {
        python.record(lesson)
    }
}

fn differences(lesson: &Lesson<Run>) -> Result<Differences> {
    let differences = Differences::of(lesson)?;
    Ok(if cfg!(fortran) {
        differences
    } else {
        differences.without("fortran")
    })
}
