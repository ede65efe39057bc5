//! Every demo, run as a reader runs it: its program without arguments, and each of its lessons by name.
//!
//! Each lesson is a test of its own. That its answers are the recorded ones is what the demo's own tests ask; here it is
//! whether the program shows them, ends as it should, and says what to do where it lacks something.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the message")]

use std::{fs, path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use anyhow::{Context, Result, ensure};
use integration_tests::{Ended, Program};
use lesson::Recording;
use libtest_mimic::{Arguments, Trial};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::Runtime,
    time::timeout,
};

/// A lesson that measures, or reads a large file, takes a while in a debug build.
const PATIENCE: Duration = Duration::from_secs(300);

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let runtime = Arc::new(Runtime::new().unwrap());
    // With the last of the lessons that run without arguments.
    let demos = [
        (
            "dataframe-demo",
            Kind::Session,
            "business-days",
            needs(dataframe_demo::LESSONS),
        ),
        (
            "kafka-demo",
            Kind::Kafka,
            "produce-and-consume",
            needs(kafka_demo::LESSONS),
        ),
        ("koa-like-http", Kind::Server, "three-lines", Vec::new()),
        ("ndarray-demo", Kind::Session, "c-cpp-fortran", Vec::new()),
    ];
    let mut trials = Vec::new();
    for (demo, kind, last, needs) in demos {
        let list = runtime.block_on(Program::run(demo, &["list"], PATIENCE)).unwrap();
        assert!(list.status.success() && list.lines.len() > 20, "{list:?}");
        let lessons: Vec<_> = list
            .lines
            .iter()
            .map(|line| Run::of(demo, kind, line, &needs))
            .collect();
        let tour = Run {
            arguments: Vec::new(),
            ..lessons.iter().find(|lesson| lesson.name == last).unwrap().clone()
        };
        let tour = (format!("{demo}::without_arguments"), tour);
        let named = lessons
            .into_iter()
            .map(|lesson| (format!("{demo}::{}", lesson.name.replace('-', "_")), lesson));
        for (name, run) in [tour].into_iter().chain(named) {
            let runtime = runtime.clone();
            trials.push(Trial::test(name, move || {
                let result = runtime.block_on(run.ends_as_it_should());
                result.map_err(|error| format!("{error:#}").into())
            }));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// What a demo does with a lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Shows the original's expressions, and what each comes to.
    Session,
    /// States what it found.
    Kafka,
    /// Listens until it is ended.
    Server,
}

/// The names of the lessons that run beside something, which is not there.
fn needs<E>(lessons: &[lesson::Lesson<E>]) -> Vec<String> {
    let needing = lessons.iter().filter(|lesson| lesson.beside.is_some());
    needing.map(|lesson| lesson.name().to_owned()).collect()
}

/// A lesson, or several of them of which this is the last, run once.
#[derive(Debug, Clone)]
struct Run {
    demo: &'static str,
    kind: Kind,
    name: String,
    arguments: Vec<String>,
    folder: PathBuf,
    /// The feature that this build lacks.
    lacks: Option<String>,
    needs: bool,
}

impl Run {
    /// One line of the demo's list: number, name, and what it is about.
    fn of(demo: &'static str, kind: Kind, line: &str, needs: &[String]) -> Self {
        let mut words = line.split_whitespace().map(str::to_owned);
        let (number, name) = words.next().zip(words.next()).unwrap();
        let folder = format!("{}/../{demo}/lessons/{number}-{name}", env!("CARGO_MANIFEST_DIR"));
        let lacks = line
            .rsplit_once("(--features ")
            .map(|(_, feature)| feature.trim_end_matches(')').to_owned());
        Self {
            demo,
            kind,
            arguments: vec![name.clone()],
            folder: PathBuf::from(folder),
            lacks,
            needs: needs.contains(&name),
            name,
        }
    }

    async fn ends_as_it_should(self) -> Result<()> {
        let recorded = fs::read_to_string(self.folder.join("recorded.json"))?;
        let recorded: Recording = serde_json::from_str(&recorded)?;
        if let Some(feature) = &self.lacks {
            let line = self.complaint().await?;
            let way = format!("cargo run -p {} --features {feature} -- {}", self.demo, self.name);
            ensure!(line.contains(&way), "{line}");
        } else if self.needs {
            let line = self.complaint().await?;
            let way = match self.kind {
                Kind::Kafka => "docker compose up -d --wait, then add --brokers",
                _ => "DATABASE_URL",
            };
            ensure!(line.contains(way), "{line}");
        } else {
            match self.kind {
                Kind::Session => self.shows(&recorded).await?,
                Kind::Kafka => self.finds(&recorded).await?,
                Kind::Server => timeout(PATIENCE, self.serves(&recorded))
                    .await
                    .context("it hangs")??,
            }
        }
        Ok(())
    }

    async fn ends(&self, more: &[&str]) -> Result<Ended> {
        let arguments: Vec<_> = self
            .arguments
            .iter()
            .map(String::as_str)
            .chain(more.iter().copied())
            .collect();
        Program::run(self.demo, &arguments, PATIENCE).await
    }

    /// Status 2 and one line, which is returned.
    async fn complaint(&self) -> Result<String> {
        let ended = self.ends(&[]).await?;
        ensure!(
            ended.status.code() == Some(2) && ended.lines.is_empty(),
            "{ended:?}"
        );
        let line = ended.complaints;
        ensure!(line.starts_with("error: ") && line.lines().count() == 1, "{line}");
        Ok(line)
    }

    /// Each expression of the original, in its order, and at the end whether the last one comes to the same.
    async fn shows(&self, recorded: &Recording) -> Result<()> {
        let out = TempDir::new()?;
        let ended = self
            .ends(&["--out", out.path().to_str().context("no such folder")?])
            .await?;
        ensure!(ended.status.success() && ended.complaints.is_empty(), "{ended:?}");
        let expressions: Vec<_> = ended
            .lines
            .iter()
            .filter_map(|line| line.strip_prefix(">>> "))
            .collect();
        let names: Vec<_> = recorded
            .answers
            .iter()
            .map(|answer| answer.name.as_str())
            .collect();
        let shown = &expressions[expressions.len().saturating_sub(names.len())..];
        ensure!(shown == names, "{shown:?} instead of {names:?}");
        let last = ended
            .lines
            .iter()
            .rposition(|line| line.starts_with(">>> "))
            .context("nothing is shown")?;
        let verdict = ended.lines[last..].iter().find_map(|line| {
            let (_, verdict) = line.rsplit_once(", ")?;
            ["same", "close", "differs"].contains(&verdict).then_some(verdict)
        });
        ensure!(verdict.is_some(), "no verdict: {:?}", &ended.lines[last..]);
        Ok(())
    }

    /// The last line says that all is as recorded, and by whom.
    async fn finds(&self, recorded: &Recording) -> Result<()> {
        let ended = self.ends(&[]).await?;
        ensure!(ended.status.success() && ended.complaints.is_empty(), "{ended:?}");
        let findings = match recorded.answers.len() {
            1 => "1 finding".to_owned(),
            many => format!("{many} findings"),
        };
        let expected = format!("{findings}, as recorded from {}", recorded.peer);
        ensure!(ended.last() == expected, "{:?} is not {expected:?}", ended.last());
        Ok(())
    }

    /// It says where it listens, answers the first request as the original did, and ends in order.
    async fn serves(&self, recorded: &Recording) -> Result<()> {
        let arguments = self
            .arguments
            .iter()
            .map(String::as_str)
            .chain(["--listen", "127.0.0.1:0"]);
        let arguments: Vec<_> = arguments.collect();
        let program = Program::start(self.demo, &arguments, |line| line.contains(" listens on ")).await?;
        let greeting = program.greeting();
        let listens = greeting.split_once(&format!("{} listens on ", self.name));
        let (_, address) = listens.with_context(|| format!("it says {greeting:?}"))?;
        let (scheme, address) = address.split_once("://").context("no scheme")?;
        let address = address.split_whitespace().next().context("no address")?;
        let first = recorded.answers.first().context("nothing is recorded")?;
        let path = first
            .name
            .strip_prefix("GET ")
            .context("the first request is no GET")?;
        if scheme == "http" {
            let answer = reqwest::get(format!("http://{address}{path}")).await?;
            let status = answer.status().to_string();
            ensure!(Some(&status) == first.values.get("status"), "{path}: {status}");
        } else {
            // Who does not speak TLS is told so in TLS: an alert.
            let mut stream = TcpStream::connect(address).await?;
            stream
                .write_all(format!("GET {path} HTTP/1.1\r\n\r\n").as_bytes())
                .await?;
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await?;
            ensure!(answer.starts_with(&[0x15, 0x03]), "{answer:?}");
        }
        let ended = program.end().await?;
        ensure!(ended.status.success() && ended.complaints.is_empty(), "{ended:?}");
        Ok(())
    }
}
