//! What this demo brings to the shared command line: how a lesson is run, and how close it has to come.

use std::path::PathBuf;

use anyhow::Result;
use lesson::{
    Answer, Demo, Difference, Lesson, Recording, Tolerance,
    python::Python,
    session::{Differences, Run, Session, gallery},
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
        lesson::up_to(LESSONS, LAST_ON_ARRAYS)
    }

    fn run(lesson: &Lesson<Run>, options: &Options) -> Result<()> {
        Session::of(lesson, Self::NAME, Some(gallery(options.out.as_deref())))?
            .print(lesson, &differences(lesson)?)
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
