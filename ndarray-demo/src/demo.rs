//! What this demo brings to the shared command line: how a lesson is run, and how close it has to come.

use std::{
    collections::BTreeMap,
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use anstyle::{AnsiColor, Style};
use anyhow::{Context, Result, ensure};
use lesson::{Answer, Comparison, Demo, Difference, Lesson, Recording, Tolerance, python::Python};
use serde::Deserialize;

use crate::{LESSONS, Session, session::Shown};

/// The number of the last lesson on arrays; linear algebra and what else stands on them follows.
const LAST_ON_ARRAYS: &str = "18";

/// The demo.
#[derive(Debug)]
pub struct NdarrayDemo;

/// A lesson: shows one expression after the other.
pub type Run = fn(&mut Session) -> Result<()>;

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
        let recording = Recording::of(lesson)?;
        let (shown, notes) = run(lesson, Some(options.out()))?;
        let answers: Vec<_> = shown.iter().map(|shown| shown.answer.clone()).collect();
        let listed = Listed::of(lesson)?;
        let compared = lesson::compare(&recording, &answers, &listed.difference, &listed.tolerance);
        let mut out = anstream::stdout();
        let bold = Style::new().bold();
        let (number, name, peer) = (lesson.number(), lesson.name(), &recording.peer);
        writeln!(out, "{bold}{number} {name}{bold:#}, beside {peer}")?;
        for shown in &shown {
            let name = &shown.answer.name;
            let comparison = compared.iter().find(|(question, _)| question == name);
            let (_, comparison) = comparison.with_context(|| format!("{name} was not compared"))?;
            let recorded = recording.answers.iter().find(|answer| answer.name == *name);
            let raised = recorded.and_then(|answer| answer.values.get("error"));
            print(&mut out, shown, raised, comparison)?;
        }
        for note in notes {
            writeln!(out, "{note}")?;
        }
        let passed = compared.iter().filter(|(_, comparison)| comparison.passed());
        let (passed, all) = (passed.count(), compared.len());
        ensure!(
            passed == all,
            "{} of {all} values are not as recorded from {peer}: --check shows which",
            all - passed
        );
        Ok(())
    }

    fn answers(lesson: &Lesson<Run>, _: &Options) -> Result<Vec<Answer>> {
        let (shown, _) = run(lesson, None)?;
        Ok(shown.into_iter().map(|shown| shown.answer).collect())
    }

    fn differences(lesson: &Lesson<Run>, _: &Options) -> Result<Vec<Difference>> {
        Ok(Listed::of(lesson)?.difference)
    }

    fn tolerances(lesson: &Lesson<Run>) -> Result<Vec<Tolerance>> {
        Ok(Listed::of(lesson)?.tolerance)
    }

    fn prepare_originals() -> Result<Python> {
        Python::with_packages_of(Self::NAME)
    }

    fn record(lesson: &Lesson<Run>, python: &Python) -> Result<Recording> {
        python.record(lesson)
    }
}

/// `differences.toml` of a lesson: where ours differs by intent, and how far a number may be from the original's.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Listed {
    difference: Vec<Difference>,
    tolerance: Vec<Tolerance>,
    /// Only where a compiler was missing when this was built: `[[without.fortran]]`.
    without: BTreeMap<String, Vec<Difference>>,
}

impl Listed {
    fn of(lesson: &Lesson<Run>) -> Result<Self> {
        let path = lesson.folder().join("differences.toml");
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(&path)?;
        let mut listed: Self =
            toml::from_str(&text).with_context(|| format!("{} is broken", path.display()))?;
        if !cfg!(fortran) {
            listed
                .difference
                .extend(listed.without.remove("fortran").unwrap_or_default());
        }
        Ok(listed)
    }
}

fn run(lesson: &Lesson<Run>, out: Option<PathBuf>) -> Result<(Vec<Shown>, Vec<String>)> {
    let run = lesson.entry(NdarrayDemo::NAME)?;
    let mut session = Session::new(lesson.folder(), out);
    run(&mut session)?;
    Ok(session.into_parts())
}

/// An expression as Python has it, as Rust has it, and what it comes to.
fn print(
    out: &mut impl Write,
    shown: &Shown,
    raised: Option<&String>,
    comparison: &Comparison,
) -> io::Result<()> {
    let grey = Style::new().fg_color(Some(AnsiColor::BrightBlack.into()));
    let (color, verdict, lines) = match comparison {
        Comparison::Same => (AnsiColor::Green, "same", &[][..]),
        Comparison::Close(lines) => (AnsiColor::Green, "close", lines.as_slice()),
        Comparison::Listed(lines) => (AnsiColor::Yellow, "differs", lines.as_slice()),
        Comparison::Failed(lines) => (AnsiColor::Red, "FAILED", lines.as_slice()),
    };
    let color = Style::new().fg_color(Some(color.into()));
    writeln!(out, "{grey}>>>{grey:#} {}", shown.answer.name)?;
    writeln!(out, "  = {}", shown.source)?;
    for line in shown.display.lines() {
        writeln!(out, "    {line}")?;
    }
    let told = |key| shown.answer.values.get(key).map_or("", String::as_str);
    let kind = match (told("error"), raised) {
        ("", _) => format!("{} {}", told("dtype"), told("shape"))
            .trim_end()
            .to_owned(),
        (_, None) => "an error".to_owned(),
        (_, Some(raised)) => format!("an error, as there: {}", raised.trim_end()),
    };
    writeln!(out, "    {grey}{kind},{grey:#} {color}{verdict}{color:#}")?;
    for line in lines {
        writeln!(out, "    {grey}{line}{grey:#}")?;
    }
    Ok(())
}
