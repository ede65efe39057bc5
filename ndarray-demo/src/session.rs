//! What a lesson shows: expressions of Python, each with its counterpart and what that came to.

use std::path::{Path, PathBuf};

use lesson::Answer;

use crate::Value;

/// The counterpart of a Python session: [`show!`] evaluates one expression after the other.
///
/// [`show!`]: crate::show
#[derive(Debug)]
pub struct Session {
    folder: PathBuf,
    shown: Vec<Shown>,
    out: Option<PathBuf>,
    notes: Vec<String>,
}

/// One expression.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The Rust.
    pub(crate) source: String,
    /// What it came to, under the name that it has in Python.
    pub(crate) answer: Answer,
    /// The same for a reader.
    pub(crate) display: String,
}

impl Session {
    pub(crate) fn new(folder: PathBuf, out: Option<PathBuf>) -> Self {
        Self {
            folder,
            out,
            shown: Vec::new(),
            notes: Vec::new(),
        }
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

    /// Takes down what the counterpart of a Python expression came to. [`show!`] calls it.
    ///
    /// [`show!`]: crate::show
    pub fn show(&mut self, python: &str, rust: &str, value: &impl Value) {
        let words: Vec<_> = rust.split_whitespace().collect();
        self.shown.push(Shown {
            source: words.join(" "),
            answer: Answer {
                name: python.to_owned(),
                values: value.answer(),
            },
            display: value.display(),
        });
    }

    pub(crate) fn into_parts(self) -> (Vec<Shown>, Vec<String>) {
        (self.shown, self.notes)
    }
}

/// Evaluates the counterpart of a Python expression, which is named as it stands in `original.py`:
/// `show!(session, "a.sum(axis=0)", a.sum_axis(Axis(0)))`.
#[macro_export]
macro_rules! show {
    ($session:expr, $python:literal, $rust:expr $(,)?) => {
        $session.show($python, stringify!($rust), &$rust)
    };
}
