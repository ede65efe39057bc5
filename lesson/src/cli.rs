//! The command line, which is the same for every demo.

use std::{
    fs,
    io::{self, Write},
    process::ExitCode,
};

use anstyle::{AnsiColor, Style};
use anyhow::{Context, Result, anyhow, ensure};
use clap::{Args, Command, CommandFactory, FromArgMatches, Parser, error::ErrorKind};

use crate::{Answer, Difference, Lesson, Recording, Tolerance, code, list, recording};

/// What a demo brings; the rest is here.
pub trait Demo {
    /// What runs a lesson, for example `fn() -> Router`.
    type Entry: 'static;
    /// Options of its own, for example `--listen`.
    type Options: Args;
    /// What the originals stand on while they are recorded; dropped when that is done.
    type Originals;

    /// The package's name.
    const NAME: &'static str;
    /// What the demo is, in one line.
    const ABOUT: &'static str;

    /// The table of contents.
    fn lessons() -> &'static [Lesson<Self::Entry>];

    /// The lessons that run where none is asked for.
    fn tour() -> &'static [Lesson<Self::Entry>] {
        Self::lessons().get(..1).unwrap_or_default()
    }

    /// What they are called in the help.
    const TOUR: &'static str = "the first lesson";

    /// Runs a lesson for the reader.
    ///
    /// # Errors
    /// One line that says what to do.
    fn run(lesson: &Lesson<Self::Entry>, options: &Self::Options) -> Result<()>;

    /// What ours answers to each of the lesson's questions.
    ///
    /// # Errors
    /// Where the questions could not be asked.
    fn answers(lesson: &Lesson<Self::Entry>, options: &Self::Options) -> Result<Vec<Answer>>;

    /// What the lesson needs and has not got with these options. Where all lessons are checked, it is passed over
    /// with this word.
    fn lacks(_lesson: &Lesson<Self::Entry>, _options: &Self::Options) -> Option<String> {
        None
    }

    /// Where ours differs by intent.
    ///
    /// # Errors
    /// Where the list cannot be read.
    fn differences(lesson: &Lesson<Self::Entry>, options: &Self::Options) -> Result<Vec<Difference>>;

    /// How far our numbers may be from the recorded ones. Nowhere, unless the demo says otherwise.
    ///
    /// # Errors
    /// Where the list cannot be read.
    fn tolerances(_lesson: &Lesson<Self::Entry>) -> Result<Vec<Tolerance>> {
        Ok(Vec::new())
    }

    /// Installs or starts what the originals stand on.
    ///
    /// # Errors
    /// Where that fails.
    fn prepare_originals() -> Result<Self::Originals>;

    /// Runs the lesson's original and asks it each question.
    ///
    /// # Errors
    /// Where it cannot be run, or does not answer.
    fn record(lesson: &Lesson<Self::Entry>, originals: &Self::Originals) -> Result<Recording>;
}

#[derive(Parser)]
struct Cli<O: Args> {
    /// A lesson's number or name, or "list" for all of them
    lesson: Option<String>,

    /// Show original and counterpart next to each other
    #[arg(long, group = "mode")]
    code: bool,

    /// Compare the lesson, or all of them, with what the original answered
    #[arg(long, group = "mode")]
    check: bool,

    /// Run the original of the lesson, or of all of them, and record its answers
    #[arg(long, group = "mode")]
    record: bool,

    #[command(flatten)]
    options: O,
}

/// The options of a command line that has none.
pub(crate) fn default_options<O: Args>(name: &'static str) -> Result<O> {
    let matches = Cli::<O>::command().try_get_matches_from([name])?;
    Ok(O::from_arg_matches(&matches)?)
}

/// A demo's `main`. Exit status: 0, 1 where a comparison failed, 2 where the demo could not do what was asked.
pub fn main<D: Demo>() -> ExitCode {
    let command = Cli::<D::Options>::command()
        .name(D::NAME)
        .about(D::ABOUT)
        .mut_arg("lesson", |lesson| {
            let help = lesson.get_help().cloned().unwrap_or_default();
            lesson.help(format!("{help} [default: {}]", D::TOUR))
        });
    main_of(command, run::<D>)
}

/// The `main` of any program: what is wrong, in its arguments too, is one line, and the exit status 2.
pub fn main_of<C: FromArgMatches>(command: Command, run: impl FnOnce(C) -> Result<ExitCode>) -> ExitCode {
    let parsed = command
        .try_get_matches()
        .and_then(|matches| C::from_arg_matches(&matches));
    let ended = match parsed {
        Ok(arguments) => run(arguments),
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => error
            .print()
            .map(|()| ExitCode::SUCCESS)
            .map_err(anyhow::Error::from),
        Err(error) => {
            // Up to the blank line: below it are tips and the usage.
            let text = error.to_string();
            let lines: Vec<_> = text
                .lines()
                .map(str::trim)
                .take_while(|line| !line.is_empty())
                .collect();
            let what = lines.join(" ");
            let what = what.trim_start_matches("error: ");
            Err(anyhow!("{what} (--help shows what there is)"))
        }
    };
    ended.unwrap_or_else(|error| {
        // One with a context is of something else than the output.
        let broken_pipe = error.chain().count() == 1
            && error.downcast_ref::<io::Error>().map(io::Error::kind) == Some(io::ErrorKind::BrokenPipe);
        if broken_pipe {
            return ExitCode::SUCCESS;
        }
        let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
        // Where even standard error is gone, the exit status still tells.
        let _ = writeln!(anstream::stderr(), "{red}error:{red:#} {}", in_one_line(&error));
        ExitCode::from(2)
    })
}

/// An error and its causes, but for a cause that says what was said already.
pub fn in_one_line(error: &anyhow::Error) -> String {
    let mut line = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !line.ends_with(&cause) {
            line = format!("{line}: {cause}");
        }
    }
    line
}

fn run<D: Demo>(cli: Cli<D::Options>) -> Result<ExitCode> {
    let lessons = D::lessons();
    let mut out = anstream::stdout();
    if cli.lesson.as_deref() == Some("list") {
        ensure!(
            !(cli.check || cli.record || cli.code),
            "list takes no --check, --record or --code: leave it out for all lessons"
        );
        show_list(lessons, &mut out)?;
        return Ok(ExitCode::SUCCESS);
    }
    let chosen = cli
        .lesson
        .as_deref()
        .map(|wanted| list::find(lessons, wanted))
        .transpose()?;
    let all_or_chosen: Vec<_> = chosen.map_or_else(|| lessons.iter().collect(), |lesson| vec![lesson]);
    if cli.check {
        return check::<D>(&all_or_chosen, &cli.options, &mut out);
    }
    if cli.record {
        record::<D>(&all_or_chosen, &mut out)?;
        return Ok(ExitCode::SUCCESS);
    }
    if cli.code {
        let lesson = chosen.or(lessons.first()).context("there are no lessons yet")?;
        code::show(lesson, &mut out)?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(lesson) = chosen {
        D::run(lesson, &cli.options)?;
        return Ok(ExitCode::SUCCESS);
    }
    for lesson in D::tour() {
        match lesson.entry {
            Some(_) => D::run(lesson, &cli.options)?,
            None => not_in_this_build(lesson, &mut out)?,
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn show_list<E>(lessons: &[Lesson<E>], out: &mut impl Write) -> Result<()> {
    let bold = Style::new().bold();
    let widest = lessons
        .iter()
        .map(|lesson| lesson.name().len())
        .max()
        .unwrap_or_default();
    for lesson in lessons {
        let (number, name, about) = (lesson.number(), lesson.name(), lesson.about()?);
        write!(out, "{number}  {bold}{name:widest$}{bold:#}  {about}")?;
        match lesson.feature {
            Some(feature) if lesson.entry.is_none() => writeln!(out, " (--features {feature})")?,
            _ => writeln!(out)?,
        }
    }
    Ok(())
}

fn not_in_this_build<E>(lesson: &Lesson<E>, out: &mut impl Write) -> io::Result<()> {
    let (number, name, feature) = (lesson.number(), lesson.name(), lesson.feature.unwrap_or_default());
    writeln!(
        out,
        "{number} {name}: not in this build, add --features {feature} before the --"
    )
}

fn check<D: Demo>(
    lessons: &[&Lesson<D::Entry>],
    options: &D::Options,
    out: &mut impl Write,
) -> Result<ExitCode> {
    let (mut passed, mut failed, mut left_out) = (0, 0, 0);
    let grey = Style::new().fg_color(Some(AnsiColor::BrightBlack.into()));
    for lesson in lessons {
        let (number, name) = (lesson.number(), lesson.name());
        if lesson.entry.is_none() && lessons.len() > 1 {
            not_in_this_build(lesson, out)?;
            left_out += 1;
            continue;
        }
        lesson.entry(D::NAME)?;
        if let Some(lacking) = D::lacks(lesson, options).filter(|_| lessons.len() > 1) {
            writeln!(out, "{number} {name}: not checked, it {lacking}")?;
            left_out += 1;
            continue;
        }
        writeln!(
            out,
            "{number} {name}: {grey}{}{grey:#}",
            Recording::of(lesson)?.peer
        )?;
        let compared =
            recording::check::<D>(lesson, options).with_context(|| format!("cannot check lesson {name}"))?;
        for (question, comparison) in compared {
            let question = on_one_line(&question);
            let (color, verdict, lines) = comparison.shown();
            let color = Style::new().fg_color(Some(color.into()));
            let space = 9 - verdict.len();
            writeln!(out, "  {color}{verdict}{color:#}{:space$}{question}", "")?;
            let shade = if comparison.passed() {
                passed += 1;
                grey
            } else {
                failed += 1;
                Style::new()
            };
            for line in lines {
                writeln!(out, "           {shade}{line}{shade:#}")?;
            }
        }
    }
    write!(out, "{passed} passed, {failed} failed")?;
    match left_out {
        0 => writeln!(out)?,
        1 => writeln!(out, ", 1 lesson not checked")?,
        _ => writeln!(out, ", {left_out} lessons not checked")?,
    }
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Whatever a question holds, line ends among it, on one line; quotes are left as they are.
fn on_one_line(question: &str) -> String {
    let escaped = question.chars().map(|c| match c {
        '"' | '\'' => c.to_string(),
        _ => c.escape_debug().to_string(),
    });
    escaped.collect()
}

fn record<D: Demo>(lessons: &[&Lesson<D::Entry>], out: &mut impl Write) -> Result<()> {
    let originals = D::prepare_originals()?;
    for lesson in lessons {
        let recording = D::record(lesson, &originals)
            .with_context(|| format!("cannot record lesson {}", lesson.name()))?;
        let path = lesson.folder().join("recorded.json");
        let text = serde_json::to_string_pretty(&recording)? + "\n";
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        writeln!(
            out,
            "{} {}: {} answers",
            lesson.number(),
            lesson.name(),
            recording.answers.len()
        )?;
    }
    Ok(())
}
