//! Our side: what lessons 11 and 31 of kafka-demo do, as a program of its own.

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};
use indicatif::ProgressBar;
use kafka_demo::{
    consume_batch::{self, BatchConsumer, Consumed},
    measure::{Cost, latencies},
    throughput,
};
use rdkafka::ClientConfig;

use super::{PER_SECOND, Run, Told, UNMEASURED_SECONDS, Work, measured};

/// What the program is to do.
#[derive(Args)]
pub(crate) struct Job {
    kind: Kind,
    brokers: String,
    topic: String,
    messages: u64,
    /// Like linger.ms=5
    settings: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Produce,
    Consume,
    ConsumeBatch,
    Wait,
}

/// What librdkafka is told beside the settings that both sides have, where it is told more than acks.
const PRODUCER: [(&str, &str); 2] = [
    // The same 32 MB that Java's buffer.memory is.
    ("queue.buffering.max.kbytes", "32768"),
    ("queue.buffering.max.messages", "1000000"),
];
const CONSUMER: [(&str, &str); 3] = [
    ("group.id", "side-by-side"),
    ("enable.auto.commit", "false"),
    // Lesson 29 is about it.
    ("fetch.queue.backoff.ms", "5"),
];

pub(super) fn command(run: &Run<'_>, program: PathBuf) -> Result<Command> {
    let (kind, further): (_, &[_]) = match run.work {
        Work::Producing { .. } => (Kind::Produce, &PRODUCER),
        Work::ProducingByDefault { .. } => (Kind::Produce, &[]),
        Work::Consuming { in_batches: false } => (Kind::Consume, &CONSUMER),
        Work::Consuming { in_batches: true } => (Kind::ConsumeBatch, &CONSUMER),
        Work::Waiting { .. } => (Kind::Wait, &[]),
    };
    let kind = kind.to_possible_value().context("a job without a name")?;
    let mut command = Command::new(program);
    command.args(["kafka-client", kind.get_name(), run.brokers, run.topic]);
    command.arg(run.messages.to_string());
    let settings = run.work.settings();
    let settings = settings.iter().chain(further);
    command.args(settings.map(|(key, value)| format!("{key}={value}")));
    Ok(command)
}

impl Job {
    /// Does it, and tells what came of it.
    pub(crate) fn run(&self) -> Result<()> {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.brokers);
        for setting in &self.settings {
            let (key, value) = setting
                .split_once('=')
                .with_context(|| format!("{setting:?} is no setting, linger.ms=5 would be"))?;
            config.set(key, value);
        }
        let bar = ProgressBar::hidden();
        let told = match self.kind {
            Kind::Produce => {
                let (acknowledged, cost) = throughput::produce(&config, &self.topic, self.messages, &bar)?;
                self.all(acknowledged, "were acknowledged", &cost)?
            }
            Kind::Consume => {
                let (in_order, cost) = throughput::consume(&config, &self.topic, self.messages, &bar)?;
                self.all(in_order, "came in order", &cost)?
            }
            Kind::ConsumeBatch => {
                let mut consumer = BatchConsumer::new(&config)?;
                let Consumed { in_order, cost, .. } =
                    consume_batch::consume(&mut consumer, &self.topic, self.messages, &bar)?;
                self.all(in_order, "came in order", &cost)?
            }
            Kind::Wait => {
                let before = PER_SECOND * UNMEASURED_SECONDS;
                let waited = latencies(&config, &self.topic, measured(self.messages)?, before, PER_SECOND)?;
                ensure!(
                    waited.failed.is_empty(),
                    "messages were given up: {:?}",
                    waited.failed
                );
                let micros = |share| waited.quantile(share).as_secs_f64() * 1e6;
                Told::Latency {
                    p50_micros: micros(0.5),
                    p99_micros: micros(0.99),
                }
            }
        };
        println!("{}", serde_json::to_string(&told)?);
        Ok(())
    }

    /// The rate, where as many messages as there are `did` so.
    fn all(&self, count: u64, did: &str, cost: &Cost) -> Result<Told> {
        ensure!(count == self.messages, "{count} of {} {did}", self.messages);
        Ok(Told::PerSecond(cost.per_second()))
    }
}
