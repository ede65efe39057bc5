//! What this demo brings to the shared command line: how a lesson is run, and what it found.

use std::{
    io::{self, Write},
    path::PathBuf,
    pin::Pin,
    process,
    sync::{Arc, Mutex},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use lesson::{Answer, Comparison, Demo, Difference, Lesson, Recording, in_one_line};
use serde::Deserialize;
use tokio::{
    runtime::{Builder, Runtime},
    signal::unix::{Signal, SignalKind, signal},
    sync::oneshot,
};
use tracing::Level;
use tracing_subscriber::{filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{Kafka, LESSONS, compose::Compose, lock::lock, original};

/// The demo.
#[derive(Debug)]
pub struct KafkaDemo;

/// A lesson: an `async fn` that works on Kafka and tells what it found.
pub type Run = for<'a> fn(&'a Kafka) -> Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// The demo's own options.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// A cluster's brokers, like 127.0.0.1:9092 [default: a mock cluster within this process]
    #[arg(long, value_name = "HOST:PORT,…", value_parser = addresses)]
    pub brokers: Option<String>,

    /// The ZooKeeper that runs the cluster
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:2181", value_parser = addresses)]
    pub zookeeper: String,

    /// Seconds after which whatever does not answer is given up; a cluster that has just started gets half a minute, one
    /// under load one or two, and one that a lesson breaks two minutes to mend
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=300))]
    pub timeout: u64,

    /// Where to draw what happened, as an SVG picture; for the lessons that have one
    #[arg(long, value_name = "FILE")]
    pub picture: Option<PathBuf>,
}

impl Options {
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout)
    }
}

impl Demo for KafkaDemo {
    type Entry = Run;
    type Options = Options;
    type Originals = Compose;

    const NAME: &'static str = env!("CARGO_PKG_NAME");
    const ABOUT: &'static str = env!("CARGO_PKG_DESCRIPTION");

    fn lessons() -> &'static [Lesson<Run>] {
        LESSONS
    }

    fn run(lesson: &Lesson<Run>, options: &Options) -> Result<()> {
        log()?;
        check_needs(lesson, options)?;
        let name = lesson.name();
        // A lesson that draws asks where to: its source says so before it has run.
        ensure!(
            options.picture.is_none() || lesson.read("lesson.rs")?.contains(".draw("),
            "lesson {name} draws no picture: leave --picture out"
        );
        let told = find_out(lesson, options, true, |answers| judged(lesson, options, &answers))?;
        writeln!(anstream::stdout(), "{told}")?;
        Ok(())
    }

    fn answers(lesson: &Lesson<Run>, options: &Options) -> Result<Vec<Answer>> {
        log()?;
        check_needs(lesson, options)?;
        find_out(lesson, options, false, Ok)
    }

    fn lacks(lesson: &Lesson<Run>, options: &Options) -> Option<String> {
        let lacking = lesson.beside.filter(|_| options.brokers.is_none());
        lacking.map(|what| format!("runs on {what}: add --brokers 127.0.0.1:9092"))
    }

    fn differences(lesson: &Lesson<Run>, options: &Options) -> Result<Vec<Difference>> {
        let path = lesson.folder().join("differences.toml");
        if !path.exists() {
            return Ok(Vec::new());
        }
        let listed: Differences = toml::from_str(&std::fs::read_to_string(&path)?)
            .with_context(|| format!("{} is broken", path.display()))?;
        Ok(match options.brokers {
            Some(_) => listed.everywhere,
            None => listed.everywhere.into_iter().chain(listed.mock_cluster).collect(),
        })
    }

    fn prepare_originals() -> Result<Compose> {
        original::install()?;
        Compose::up()
    }

    fn record(lesson: &Lesson<Run>, cluster: &Compose) -> Result<Recording> {
        original::record(lesson, cluster)
    }
}

/// `differences.toml` of a lesson: where ours differs by intent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Differences {
    /// From the original, wherever ours runs.
    #[serde(default)]
    everywhere: Vec<Difference>,
    /// From a real broker, where ours runs on the mock cluster.
    #[serde(default)]
    mock_cluster: Vec<Difference>,
}

/// Has what goes wrong logged, and librdkafka's own log where it is asked for: RUST_LOG=librdkafka=debug, for example.
fn log() -> Result<()> {
    let wanted: Targets = match std::env::var("RUST_LOG") {
        Ok(wanted) if !wanted.is_empty() => wanted
            .parse()
            .context("RUST_LOG is not understood, librdkafka=debug would be")?,
        _ => Targets::new().with_target("kafka_demo", Level::ERROR),
    };
    // Another lesson of this process may have done so.
    let _ = tracing_subscriber::registry()
        .with(tracing_subscriber::fmt::layer().with_writer(anstream::stderr))
        .with(wanted)
        .try_init();
    Ok(())
}

fn check_needs(lesson: &Lesson<Run>, options: &Options) -> Result<()> {
    match lesson.beside {
        Some(what) if options.brokers.is_none() => {
            let name = lesson.name();
            bail!(
                "lesson {name} runs on {what}: start it with docker compose up -d --wait, then add --brokers 127.0.0.1:9092"
            )
        }
        _ => Ok(()),
    }
}

/// Whether it found what was recorded, in a line.
fn judged(lesson: &Lesson<Run>, options: &Options, answers: &[Answer]) -> Result<String> {
    let recording = Recording::of(lesson)?;
    let differences = KafkaDemo::differences(lesson, options)?;
    let compared = lesson::compare(&recording, answers, &differences, &[]);
    // Here, and not for --check to tell: what fails in another run may be something else.
    let failed = compared.iter().filter_map(|(name, comparison)| match comparison {
        Comparison::Failed(lines) => Some(format!("{name}: {}", lines.join(", "))),
        _ => None,
    });
    let failed: Vec<_> = failed.collect();
    let (passed, peer) = (compared.len(), &recording.peer);
    ensure!(
        failed.is_empty(),
        "{} of {passed} findings are not as recorded from {peer}: {}",
        failed.len(),
        failed.join("; ")
    );
    let findings = if passed == 1 { "finding" } else { "findings" };
    Ok(format!("{passed} {findings}, as recorded from {peer}"))
}

/// Runs the lesson, which prints what it finds where `aloud`, and judges its findings. It does so while the cluster is there:
/// where they are wrong, a broker may be down.
fn find_out<T>(
    lesson: &Lesson<Run>,
    options: &Options,
    aloud: bool,
    judge: impl FnOnce(Vec<Answer>) -> Result<T>,
) -> Result<T> {
    let run = lesson.entry(KafkaDemo::NAME)?;
    let signals = Signals::hear()?;
    // Kafka outlives the runtime, and with it every client: a mock cluster must go last.
    let kafka = Kafka::connect(options, aloud)?;
    if aloud {
        let place = match &options.brokers {
            Some(brokers) => format!("the cluster at {brokers}"),
            None => "a mock cluster within this process".to_owned(),
        };
        let (number, name) = (lesson.number(), lesson.name());
        writeln!(anstream::stdout(), "{number} {name} on {place}")?;
    }
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let stopped = signals.first();
    let result = runtime.block_on(async {
        tokio::select! {
            result = run(&kafka) => result,
            _ = stopped => bail!("stopped before the end"),
        }
    });
    runtime.shutdown_timeout(options.timeout());
    let result = result.and_then(|()| judge(kafka.take_findings()));
    match (result, kafka.tidy()) {
        (Ok(judged), Ok(())) => Ok(judged),
        (Ok(_), Err(left)) => Err(left),
        (Err(error), Ok(())) => Err(kafka.explained(error)),
        (Err(error), Err(left)) => bail!(
            "{}; and the cluster is not as it was: {}",
            in_one_line(&error),
            in_one_line(&left)
        ),
    }
}

/// Addresses that a client can be told: `host:port`, with commas between them.
fn addresses(text: &str) -> Result<String> {
    for address in text.split(',') {
        let port = address.rsplit_once(':').filter(|(host, _)| !host.is_empty());
        let port = port.and_then(|(_, port)| port.parse::<u16>().ok());
        ensure!(port.is_some_and(|port| port > 0), "{address:?} is no HOST:PORT");
    }
    Ok(text.to_owned())
}

/// Ctrl-C and SIGTERM, heard until this is dropped, on a thread of its own: a lesson, and what tidies up after it, may block
/// theirs.
struct Signals {
    wanted: Arc<Mutex<Option<oneshot::Sender<()>>>>,
    _runtime: Runtime,
}

impl Signals {
    fn hear() -> Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_io()
            .build()?;
        let context = runtime.enter();
        let mut stop = StopSignals::listen()?;
        drop(context);
        let wanted = Arc::<Mutex<Option<oneshot::Sender<()>>>>::default();
        let waiting = Arc::clone(&wanted);
        runtime.spawn(async move {
            loop {
                stop.recv().await;
                let first = lock(&waiting).take();
                let Some(first) = first else {
                    process::exit(130);
                };
                // Whoever has come to its end meanwhile is not stopped by it.
                let _ = first.send(());
            }
        });
        Ok(Self {
            wanted,
            _runtime: runtime,
        })
    }

    /// Completes at the next signal. One that nobody asked for, or asked for only once, ends the process at once.
    fn first(&self) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        *lock(&self.wanted) = Some(sender);
        receiver
    }
}

/// Ctrl-C and SIGTERM, from now on.
pub(crate) struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    /// # Errors
    /// Where the system refuses.
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for the next one.
    pub(crate) async fn recv(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What ends with an error ends with status 2: that is tested with the program.
    #[test]
    fn a_wrong_finding_is_an_error_that_names_both_values() {
        let options = Options {
            brokers: None,
            zookeeper: String::new(),
            timeout: 10,
            picture: None,
        };
        let lesson = LESSONS
            .iter()
            .find(|lesson| lesson.name() == "durability")
            .unwrap();
        let recording = Recording::of(lesson).unwrap();
        let told = judged(lesson, &options, &recording.answers).unwrap();
        assert!(
            told.ends_with(&format!("findings, as recorded from {}", recording.peer)),
            "{told}"
        );
        let mut answers = recording.answers;
        let name = answers[1].name.clone();
        let right = answers[1]
            .values
            .insert("value".to_owned(), "wrong".to_owned())
            .unwrap();
        let line = judged(lesson, &options, &answers).unwrap_err().to_string();
        let count = answers.len();
        assert!(
            line.starts_with(&format!("1 of {count} findings are not as recorded")),
            "{line}"
        );
        assert!(
            line.contains(&name) && line.contains(&right) && line.contains("wrong"),
            "{line}"
        );
        answers.remove(1);
        assert!(
            judged(lesson, &options, &answers)
                .unwrap_err()
                .to_string()
                .contains(&name)
        );
    }
}
