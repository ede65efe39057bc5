//! Lessons whose original is a Python session: one expression after the other, each beside its counterpart.

use std::{
    collections::BTreeMap,
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use anstyle::{AnsiColor, Style};
use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::{Answer, Comparison, Difference, Lesson, Recording, Tolerance, compare};

/// A lesson: shows one expression after the other.
pub type Run = fn(&mut Session) -> Result<()>;

/// The counterpart of a Python session, to which a demo's `show!` hands each expression and what it came to.
#[derive(Debug)]
pub struct Session {
    folder: PathBuf,
    shown: Vec<Shown>,
    out: Option<PathBuf>,
    notes: Vec<String>,
}

/// The folder for what lessons write: the one that the reader names, or `target/gallery` of the workspace, as short as
/// one would write it.
pub fn gallery(named: Option<&Path>) -> PathBuf {
    named.map(Path::to_owned).unwrap_or_else(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
        let folder = root.unwrap_or(Path::new("")).join("target/gallery");
        let here = env::current_dir().unwrap_or_default();
        folder.strip_prefix(&here).map(Path::to_owned).unwrap_or(folder)
    })
}

/// One expression.
#[derive(Debug)]
struct Shown {
    /// The Rust.
    source: String,
    /// What it came to, under the name that it has in Python.
    answer: Answer,
    /// The same for a reader.
    display: String,
}

impl Session {
    /// Runs the lesson. Without `out` its values are only compared, and it writes nothing to keep.
    ///
    /// # Errors
    /// Those of the lesson, and where this build lacks it.
    pub fn of(lesson: &Lesson<Run>, demo: &str, out: Option<PathBuf>) -> Result<Self> {
        let run = lesson.entry(demo)?;
        let mut session = Self {
            folder: lesson.folder(),
            out,
            shown: Vec::new(),
            notes: Vec::new(),
        };
        run(&mut session)?;
        Ok(session)
    }

    /// Where the lesson's files lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder for what the lesson writes. None where its values are only compared, for then it writes nothing.
    pub fn out(&self) -> Option<&Path> {
        self.out.as_deref()
    }

    /// A line for the reader, printed after the expressions.
    pub fn note(&mut self, line: String) {
        self.notes.push(line);
    }

    /// Takes down what the counterpart of a Python expression came to: its values as the recording has them, and as a
    /// reader sees it.
    pub fn show(&mut self, python: &str, rust: &str, (values, display): (BTreeMap<String, String>, String)) {
        let words: Vec<_> = rust.split_whitespace().collect();
        self.shown.push(Shown {
            source: words.join(" "),
            answer: Answer {
                name: python.to_owned(),
                values,
            },
            display,
        });
    }

    /// What the expressions came to.
    pub fn answers(self) -> Vec<Answer> {
        self.shown.into_iter().map(|shown| shown.answer).collect()
    }

    /// Prints each expression as Python has it, as Rust has it, and what it comes to.
    ///
    /// # Errors
    /// Where an answer is not as recorded, and where it cannot be printed.
    pub fn print(&self, lesson: &Lesson<Run>, differences: &Differences) -> Result<()> {
        let recording = Recording::of(lesson)?;
        let answers: Vec<_> = self.shown.iter().map(|shown| shown.answer.clone()).collect();
        let compared = compare(
            &recording,
            &answers,
            &differences.difference,
            &differences.tolerance,
        );
        let mut out = anstream::stdout();
        let bold = Style::new().bold();
        let (number, name, peer) = (lesson.number(), lesson.name(), &recording.peer);
        writeln!(out, "{bold}{number} {name}{bold:#}, beside {peer}")?;
        for shown in &self.shown {
            let name = &shown.answer.name;
            let comparison = compared.iter().find(|(question, _)| question == name);
            let (_, comparison) = comparison.with_context(|| format!("{name} was not compared"))?;
            let recorded = recording.answers.iter().find(|answer| answer.name == *name);
            let raised = recorded.and_then(|answer| answer.values.get("error"));
            shown.print(&mut out, raised, comparison)?;
        }
        for note in &self.notes {
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
}

impl Shown {
    fn print(
        &self,
        out: &mut impl Write,
        raised: Option<&String>,
        comparison: &Comparison,
    ) -> io::Result<()> {
        let grey = Style::new().fg_color(Some(AnsiColor::BrightBlack.into()));
        let (color, verdict, lines) = comparison.shown();
        let color = Style::new().fg_color(Some(color.into()));
        writeln!(out, "{grey}>>>{grey:#} {}", self.answer.name)?;
        writeln!(out, "  = {}", self.source)?;
        for line in self.display.lines() {
            writeln!(out, "    {line}")?;
        }
        let told = |key| self.answer.values.get(key).map_or("", String::as_str);
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
}

/// `differences.toml` of a lesson: where ours differs by intent, and how far a number may be from the original's.
#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Differences {
    /// Where ours differs.
    pub difference: Vec<Difference>,
    /// How far a number may be.
    pub tolerance: Vec<Tolerance>,
    /// Only where something was missing when the demo was built: `[[without.fortran]]`.
    without: BTreeMap<String, Vec<Difference>>,
}

impl Differences {
    /// Those of a lesson: none where it has no such file.
    ///
    /// # Errors
    /// Where the file is broken.
    pub fn of<E>(lesson: &Lesson<E>) -> Result<Self> {
        let path = lesson.folder().join("differences.toml");
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(&path)?;
        toml::from_str(&text).with_context(|| format!("{} is broken", path.display()))
    }

    /// With those that there are where `missing` was missing.
    #[must_use]
    pub fn without(mut self, missing: &str) -> Self {
        self.difference
            .extend(self.without.remove(missing).unwrap_or_default());
        self
    }
}
