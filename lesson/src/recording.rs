//! What an original answered, and how our answers compare with it.
//!
//! The rule is strict both ways: a difference that is not listed fails, and so does a listed one that no longer
//! occurs. What is listed says what we answer instead, and why.

use std::{collections::BTreeMap, fmt};

use anstyle::AnsiColor;
use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::{Demo, Lesson, Tolerance, cli};

/// The answer to one question put to both sides: named values, such as `status` or `shape`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The question: a request line, an expression.
    pub name: String,
    /// The values. One that is not there is a key that is not there.
    #[serde(flatten)]
    pub values: BTreeMap<String, String>,
}

/// `recorded.json`: what the original answered. Written by `--record`, never by hand.
#[derive(Debug, Serialize, Deserialize)]
pub struct Recording {
    /// Who answered: each program and its version.
    pub peer: String,
    /// The SHA-256 of the original that was run, where to run all of them again takes too long to be done at each change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The answers in the order of the questions.
    pub answers: Vec<Answer>,
}

impl Recording {
    /// Reads the lesson's `recorded.json`.
    ///
    /// # Errors
    /// Where it is missing or not a recording.
    pub fn of<E>(lesson: &Lesson<E>) -> Result<Self> {
        let text = lesson.read("recorded.json")?;
        serde_json::from_str(&text)
            .with_context(|| format!("recorded.json of lesson {} is broken", lesson.name()))
    }
}

/// Answers in which we differ from the original by intent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// The names of the answers.
    pub at: Vec<String>,
    /// What we answer instead.
    pub ours: BTreeMap<String, Listed>,
    /// The reason.
    pub why: String,
}

/// A value that a [`Difference`] lists.
#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(untagged)]
pub enum Listed {
    /// `false`: ours has no such value.
    Absent(bool),
    /// Ours is exactly this.
    Exactly(String),
}

/// How one answer of ours compares with the original's.
#[derive(Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Every value is equal.
    Same,
    /// Numbers are as near as they need be; how near, and why they are not equal, one a line.
    Close(Vec<String>),
    /// It differs as listed; in what and why, one a line.
    Listed(Vec<String>),
    /// It differs otherwise; what is wrong, one a line.
    Failed(Vec<String>),
}

impl Comparison {
    /// Whether the answer is what it should be.
    pub fn passed(&self) -> bool {
        !matches!(self, Self::Failed(_))
    }

    /// As a word and its colour, and what there is to say of it, one a line.
    pub(crate) fn shown(&self) -> (AnsiColor, &'static str, &[String]) {
        match self {
            Self::Same => (AnsiColor::Green, "same", &[]),
            Self::Close(lines) => (AnsiColor::Green, "close", lines),
            Self::Listed(lines) => (AnsiColor::Yellow, "differs", lines),
            Self::Failed(lines) => (AnsiColor::Red, "FAILED", lines),
        }
    }
}

/// Compares our answers with the recorded ones, name by name.
pub fn compare(
    recording: &Recording,
    ours: &[Answer],
    differences: &[Difference],
    tolerances: &[Tolerance],
) -> Vec<(String, Comparison)> {
    let mut results = Vec::new();
    for theirs in &recording.answers {
        let comparison = match ours.iter().find(|answer| answer.name == theirs.name) {
            Some(ours) => compare_one(theirs, ours, differences, tolerances),
            None => Comparison::Failed(vec!["recorded, but not asked of ours".to_owned()]),
        };
        results.push((theirs.name.clone(), comparison));
    }
    let recorded = |name: &str| recording.answers.iter().any(|answer| answer.name == name);
    for answer in ours.iter().filter(|answer| !recorded(&answer.name)) {
        let problem = vec!["not in the recording: record it again".to_owned()];
        results.push((answer.name.clone(), Comparison::Failed(problem)));
    }
    let listed = differences.iter().flat_map(|difference| &difference.at);
    let tolerated = tolerances.iter().flat_map(|tolerance| &tolerance.at);
    for name in listed.chain(tolerated).filter(|name| !recorded(name)) {
        let problem = vec!["a difference or a tolerance is listed, but there is no such answer".to_owned()];
        results.push((name.clone(), Comparison::Failed(problem)));
    }
    results
}

fn compare_one(
    theirs: &Answer,
    ours: &Answer,
    differences: &[Difference],
    tolerances: &[Tolerance],
) -> Comparison {
    let tolerance = tolerances.iter().find(|tolerance| tolerance.covers(&theirs.name));
    let listed: Vec<_> = differences
        .iter()
        .filter(|difference| difference.at.contains(&theirs.name))
        .collect();
    let mut keys: Vec<_> = theirs.values.keys().chain(ours.values.keys()).collect();
    keys.extend(listed.iter().flat_map(|difference| difference.ours.keys()));
    keys.sort();
    keys.dedup();
    let mut as_listed = Vec::new();
    let mut close = Vec::new();
    let mut problems = Vec::new();
    for key in keys {
        let (their, our) = (theirs.values.get(key), ours.values.get(key));
        let differs = format!("{key}: recorded {}, ours {}", Shown(their), Shown(our));
        match listed.iter().find_map(|difference| difference.ours.get(key)) {
            None if their == our => {}
            // That both refuse is what is compared; each has its own words for it.
            None if key == "error" && their.is_some() && our.is_some() => {}
            None => match tolerance
                .zip(their.zip(our))
                .map(|(t, (their, our))| t.check(their, our))
            {
                Some(Ok(line)) => close.push(line),
                Some(Err(line)) => problems.push(format!("{differs}; {line}")),
                None => problems.push(differs),
            },
            Some(_) if their == our => {
                problems.push(format!("{key}: listed as different, but both are {}", Shown(our)));
            }
            Some(expected) if expected.admits(our) => as_listed.push(differs),
            Some(_) => problems.push(format!("{differs}; listed is something else")),
        }
    }
    for (index, difference) in listed.iter().enumerate() {
        let others = || listed.iter().skip(index + 1);
        for key in difference
            .ours
            .keys()
            .filter(|key| others().any(|other| other.ours.contains_key(*key)))
        {
            problems.push(format!("{key}: listed twice"));
        }
        if difference.ours.is_empty() {
            problems.push("a difference is listed, but not in what".to_owned());
        }
    }
    if !problems.is_empty() {
        Comparison::Failed(problems)
    } else if listed.is_empty() && close.is_empty() {
        Comparison::Same
    } else if listed.is_empty() {
        Comparison::Close(close)
    } else {
        as_listed.extend(close);
        as_listed.extend(listed.iter().map(|difference| difference.why.clone()));
        Comparison::Listed(as_listed)
    }
}

impl Listed {
    fn admits(&self, ours: Option<&String>) -> bool {
        match self {
            Self::Absent(present) => !present && ours.is_none(),
            Self::Exactly(value) => ours == Some(value),
        }
    }
}

/// A value on one line, shortened.
struct Shown<'a>(Option<&'a String>);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 100;
        match self.0 {
            None => f.write_str("none"),
            Some(value) if value.chars().count() > LONGEST => {
                let start: String = value.chars().take(LONGEST).collect();
                write!(f, "{start:?}… ({} bytes)", value.len())
            }
            Some(value) => write!(f, "{value:?}"),
        }
    }
}

/// Panics unless the lesson with this path answers as recorded. Called by the tests that [`lessons!`] makes.
///
/// # Panics
/// With each answer that differs.
///
/// [`lessons!`]: crate::lessons
#[track_caller]
pub fn assert_same<D: Demo>(path: &str) {
    let lesson = D::lessons().iter().find(|lesson| lesson.path == path);
    let result = lesson.context("no such lesson").and_then(|lesson| {
        let options = cli::default_options::<D::Options>(D::NAME)?;
        same::<D>(lesson, &options)
    });
    if let Err(error) = result {
        panic!("{error:#}");
    }
}

/// Whether the lesson, run with these options, answers as recorded.
///
/// # Errors
/// With each answer that differs.
pub fn same<D: Demo>(lesson: &Lesson<D::Entry>, options: &D::Options) -> Result<()> {
    let results = check::<D>(lesson, options)?;
    let failed: Vec<_> = results
        .iter()
        .filter(|(_, comparison)| !comparison.passed())
        .collect();
    ensure!(
        failed.is_empty(),
        "{} of {} differ: {failed:#?}",
        failed.len(),
        results.len()
    );
    ensure!(!results.is_empty(), "nothing was compared");
    Ok(())
}

/// Replays a lesson's recording against our side.
pub(crate) fn check<D: Demo>(
    lesson: &Lesson<D::Entry>,
    options: &D::Options,
) -> Result<Vec<(String, Comparison)>> {
    let recording = Recording::of(lesson)?;
    let ours = D::answers(lesson, options)?;
    let tolerances = D::tolerances(lesson)?;
    Ok(compare(
        &recording,
        &ours,
        &D::differences(lesson, options)?,
        &tolerances,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(values: &[(&str, &str)]) -> Answer {
        let values = values
            .iter()
            .map(|(key, value)| (key.to_string(), value.to_string()))
            .collect();
        Answer {
            name: "GET /".to_owned(),
            values,
        }
    }

    fn listed(key: &str, ours: Listed) -> Vec<Difference> {
        let ours = BTreeMap::from([(key.to_owned(), ours)]);
        vec![Difference {
            at: vec!["GET /".to_owned()],
            ours,
            why: "safer".to_owned(),
        }]
    }

    fn outcome(theirs: &[(&str, &str)], ours: &[(&str, &str)], differences: &[Difference]) -> Comparison {
        let recording = Recording {
            peer: String::new(),
            sha256: None,
            answers: vec![answer(theirs)],
        };
        let mut results = compare(&recording, &[answer(ours)], differences, &[]);
        assert_eq!(results.len(), 1);
        results.remove(0).1
    }

    #[test]
    fn equal_values_are_the_same() {
        assert_eq!(
            outcome(&[("status", "200")], &[("status", "200")], &[]),
            Comparison::Same
        );
    }

    #[test]
    fn an_unlisted_difference_fails() {
        assert!(!outcome(&[("status", "200")], &[("status", "404")], &[]).passed());
        assert!(!outcome(&[("allow", "GET")], &[], &[]).passed());
        assert!(!outcome(&[], &[("allow", "GET")], &[]).passed());
    }

    #[test]
    fn a_listed_difference_must_be_the_listed_one() {
        let differences = listed("status", Listed::Exactly("404".to_owned()));
        let theirs = [("status", "200")];
        assert!(matches!(
            outcome(&theirs, &[("status", "404")], &differences),
            Comparison::Listed(_)
        ));
        assert!(!outcome(&theirs, &[("status", "500")], &differences).passed());
        assert!(
            !outcome(&theirs, &[("status", "200")], &differences).passed(),
            "no longer occurs"
        );
        let absent = listed("status", Listed::Absent(false));
        assert!(matches!(outcome(&theirs, &[], &absent), Comparison::Listed(_)));
        assert!(!outcome(&theirs, &[("status", "404")], &absent).passed());
    }

    #[test]
    fn a_listed_difference_says_in_what_and_says_it_once() {
        let same = [("status", "200")];
        let nothing = vec![Difference {
            at: vec!["GET /".to_owned()],
            ours: BTreeMap::new(),
            why: "?".to_owned(),
        }];
        assert!(!outcome(&same, &same, &nothing).passed());
        let mut twice = listed("status", Listed::Exactly("404".to_owned()));
        twice.extend(listed("status", Listed::Exactly("500".to_owned())));
        assert!(!outcome(&same, &[("status", "404")], &twice).passed());
        let present = listed("status", Listed::Absent(true));
        assert!(!outcome(&same, &[("status", "404")], &present).passed());
    }

    #[test]
    fn answers_missing_on_either_side_fail() {
        let recording = Recording {
            peer: String::new(),
            sha256: None,
            answers: vec![answer(&[])],
        };
        assert!(!compare(&recording, &[], &[], &[])[0].1.passed());
        let empty = Recording {
            peer: String::new(),
            sha256: None,
            answers: vec![],
        };
        assert!(!compare(&empty, &[answer(&[])], &[], &[])[0].1.passed());
        assert!(
            !compare(&empty, &[], &listed("status", Listed::Absent(false)), &[])[0]
                .1
                .passed()
        );
    }
}
