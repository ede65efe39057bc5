//! Kafka's own tools in Java against the producer and consumer of kafka-demo, on the same cluster.

mod cluster;
mod java;
mod ours;

use std::{env, path::PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use kafka_demo::Compose;
use serde::{Deserialize, Serialize};

use crate::{
    client::{self, Done},
    report::{self, Case, Column, Subject},
};
use cluster::Cluster;
pub(crate) use ours::Job;

/// Bytes in a message.
const SIZE: u32 = 100;
/// One a broker: with two, Java's consumer tool was seen to consume a tenth of what it can.
const PARTITIONS: i32 = 3;
/// Messages a second where latency is measured; those of the first seconds do not count.
const PER_SECOND: u32 = 1000;
const UNMEASURED_SECONDS: u32 = 5;
/// Without acknowledgements nobody hears of what is lost, as by a leader that is not ready yet. Such a run is done again,
/// so often at most.
const TRIES: u32 = 3;
/// A run that takes longer has failed.
const LIMIT: u64 = 600;
/// What both producers are told when throughput is measured.
const BATCHES: [(&str, &str); 3] = [
    ("batch.size", "500000"),
    ("linger.ms", "50"),
    ("compression.type", "none"),
];

#[derive(Args)]
pub(crate) struct Options {
    /// Rounds per case, in which both programs take turns
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,

    /// Messages per program and round; with fewer, the compiler of Java weighs more
    #[arg(long, default_value_t = 5_000_000, value_parser = clap::value_parser!(u64).range(2..))]
    messages: u64,

    /// Seconds per program and round where latency is measured
    // With those before them and the start of the program, within the limit of a run.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=500))]
    seconds: u32,

    /// A cluster's brokers, like 127.0.0.1:9092 [default: the cluster of docker-compose.yml, started for this]
    #[arg(long, value_name = "HOST:PORT,…")]
    brokers: Option<String>,

    /// Where table, JSON and chart are written
    #[arg(long, default_value = "target/side-by-side/kafka")]
    out: PathBuf,
}

#[derive(Serialize, Default)]
pub(crate) struct Round {
    #[serde(skip_serializing_if = "Option::is_none")]
    messages_per_second: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_micros_per_message: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kernel_micros_per_message: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    brokers_micros_per_message: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p50_micros: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p99_micros: Option<f64>,
}

impl Round {
    fn cpu_micros_per_message(&self) -> Option<f64> {
        Some(self.user_micros_per_message? + self.kernel_micros_per_message?)
    }
}

impl report::Round for Round {
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            heading: "messages/s",
            figure: |round| round.messages_per_second,
            decimals: 0,
        },
        Column {
            heading: "CPU µs/message",
            figure: Self::cpu_micros_per_message,
            decimals: 2,
        },
        Column {
            heading: "of it user",
            figure: |round| round.user_micros_per_message,
            decimals: 2,
        },
        Column {
            heading: "brokers' CPU",
            figure: |round| round.brokers_micros_per_message,
            decimals: 2,
        },
        Column {
            heading: "p50 ms",
            figure: |round| Some(round.p50_micros? / 1e3),
            decimals: 2,
        },
        Column {
            heading: "p99 ms",
            figure: |round| Some(round.p99_micros? / 1e3),
            decimals: 2,
        },
    ];
    const CHART: Column<Self> = Column {
        heading: "CPU µs per message, or the median latency in ms",
        figure: |round| {
            let p50 = round.p50_micros.map(|micros| micros / 1e3);
            p50.or_else(|| round.cpu_micros_per_message())
        },
        decimals: 2,
    };
}

/// What is measured.
#[derive(Clone, Copy)]
enum Work {
    Producing {
        acks: &'static str,
        idempotent: bool,
    },
    /// The same with what each client does where it is told nothing else.
    ProducingByDefault {
        acks: &'static str,
    },
    /// By rdkafka a message a call, or as lesson 31 does. Java's client has batches in any case.
    Consuming {
        in_batches: bool,
    },
    Waiting {
        acks: &'static str,
        idempotent: bool,
        linger_ms: &'static str,
    },
}

struct Plan {
    title: &'static str,
    work: Work,
    replicas: i32,
}

const PLANS: [Plan; 15] = [
    producing("producing, acks 0", "0", false),
    producing("producing, acks 1", "1", false),
    producing("producing, acks all", "all", false),
    producing("producing, idempotent", "all", true),
    by_default("producing, acks 0, defaults", "0"),
    by_default("producing, acks 1, defaults", "1"),
    by_default("producing, acks all, defaults", "all"),
    consuming("consuming", false),
    consuming("consuming, a batch a call", true),
    waiting("latency, 1 replica", 1, "all", false, "0"),
    waiting("latency, acks 0", 3, "0", false, "0"),
    waiting("latency, acks 1", 3, "1", false, "0"),
    waiting("latency, acks all", 3, "all", false, "0"),
    waiting("latency, idempotent", 3, "all", true, "0"),
    // Lesson 30 is about the difference.
    waiting("latency, idempotent, linger.ms=5", 3, "all", true, "5"),
];

const fn producing(title: &'static str, acks: &'static str, idempotent: bool) -> Plan {
    Plan {
        title,
        work: Work::Producing { acks, idempotent },
        replicas: 3,
    }
}

const fn by_default(title: &'static str, acks: &'static str) -> Plan {
    Plan {
        title,
        work: Work::ProducingByDefault { acks },
        replicas: 3,
    }
}

const fn consuming(title: &'static str, in_batches: bool) -> Plan {
    Plan {
        title,
        work: Work::Consuming { in_batches },
        replicas: 3,
    }
}

const fn waiting(
    title: &'static str,
    replicas: i32,
    acks: &'static str,
    idempotent: bool,
    linger_ms: &'static str,
) -> Plan {
    Plan {
        title,
        work: Work::Waiting {
            acks,
            idempotent,
            linger_ms,
        },
        replicas,
    }
}

/// A run of one program: what it is to do, and where.
struct Run<'a> {
    work: Work,
    brokers: &'a str,
    topic: &'a str,
    messages: u64,
}

/// Of so many messages those whose latency counts.
fn measured(messages: u64) -> Result<u32> {
    let measured = u32::try_from(messages)?.checked_sub(PER_SECOND * UNMEASURED_SECONDS);
    measured.with_context(|| {
        format!("{messages} messages are none beyond those of the first {UNMEASURED_SECONDS} s")
    })
}

/// What a program tells of its run.
#[derive(Serialize, Deserialize, Clone, Copy)]
enum Told {
    PerSecond(f64),
    Latency { p50_micros: f64, p99_micros: f64 },
}

#[derive(Clone, Copy)]
enum Program {
    Java,
    Ours,
}

impl Program {
    fn name(self) -> &'static str {
        match self {
            Self::Java => "Java",
            Self::Ours => "Rust",
        }
    }

    fn run(self, run: &Run<'_>) -> Result<(Told, Done)> {
        let command = match self {
            Self::Java => java::command(run)?,
            Self::Ours => ours::command(run, env::current_exe()?)?,
        };
        let done = client::run(command, LIMIT)?;
        let told = match self {
            Self::Java => java::told(run, &done.stdout)?,
            Self::Ours => serde_json::from_str(&done.stdout)?,
        };
        Ok((told, done))
    }
}

impl Work {
    fn may_lose(self) -> bool {
        matches!(
            self,
            Self::Producing { acks: "0", .. }
                | Self::ProducingByDefault { acks: "0" }
                | Self::Waiting { acks: "0", .. }
        )
    }

    /// What both are told: each knows these settings by the same names.
    fn settings(self) -> Vec<(&'static str, &'static str)> {
        match self {
            Self::Producing { acks, idempotent } => {
                let mut settings = producer(acks, idempotent);
                settings.extend(BATCHES);
                settings
            }
            Self::ProducingByDefault { acks } => vec![("acks", acks)],
            Self::Consuming { .. } => Vec::new(),
            Self::Waiting {
                acks,
                idempotent,
                linger_ms,
            } => {
                let mut settings = producer(acks, idempotent);
                settings.push(("linger.ms", linger_ms));
                settings
            }
        }
    }
}

fn producer(acks: &'static str, idempotent: bool) -> Vec<(&'static str, &'static str)> {
    vec![
        ("acks", acks),
        ("enable.idempotence", if idempotent { "true" } else { "false" }),
        // Java's default. librdkafka has no bound unless it is idempotent.
        ("max.in.flight.requests.per.connection", "5"),
    ]
}

/// Measures every case and writes what came of it.
pub(crate) fn compare(options: &Options) -> Result<()> {
    report::make(&options.out)?;
    kafka_demo::install()?;
    let (compose, brokers) = match &options.brokers {
        Some(brokers) => (None, brokers.clone()),
        None => {
            let compose = Compose::up_quietly()?;
            let brokers = compose.brokers();
            (Some(compose), brokers)
        }
    };
    let cluster = Cluster::connect(&brokers, compose.as_ref())?;
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} (about {eta} left)")?;
    let steps = PLANS.len() as u64 * 2 * u64::from(options.rounds + 1);
    let progress = ProgressBar::new(steps).with_style(style);
    let cases: Result<Vec<_>> = PLANS
        .iter()
        .map(|plan| measure(plan, &cluster, options, &progress))
        .collect();
    let batches = BATCHES.map(|(key, value)| format!("{key}={value}")).join(", ");
    let note = format!(
        "Medians of {} alternating rounds, a ratio that of the rounds' ratios; three brokers on the same machine, \
         {PARTITIONS} partitions. Producing and consuming: {} messages of {SIZE} bytes, three replicas; \
         the start of each program, measured by a run of one message, is taken off its CPU; brokers' CPU is that of \
         all three, in µs a message, until all replicas have it. Producing: {batches}. Latency: {PER_SECOND} \
         messages/s for {} s, acks=all, linger.ms=0 where it does not say otherwise; with acks 0 it ends when the \
         message is on its way, and is the client's alone. All these producers: \
         max.in.flight.requests.per.connection=5; idempotent only where it says so. Defaults: neither client is told \
         anything but acks, so that each does as it does out of the box; with acks all Java's producer is idempotent \
         then, and librdkafka's is not.",
        options.rounds, options.messages, options.seconds
    );
    report::write(&cases?, &note, &options.out)
}

fn measure(plan: &Plan, cluster: &Cluster, options: &Options, progress: &ProgressBar) -> Result<Case<Round>> {
    let mut subjects = [Program::Java, Program::Ours].map(|program| (program, Subject::new(program.name())));
    let messages = match plan.work {
        Work::Waiting { .. } => u64::from(PER_SECOND * (options.seconds + UNMEASURED_SECONDS)),
        _ => options.messages,
    };
    // Both consume the same.
    let full = match plan.work {
        Work::Consuming { .. } => Some((filled(cluster, plan, messages)?, filled(cluster, plan, 1)?)),
        _ => None,
    };
    for round in 0..=options.rounds {
        for (program, subject) in &mut subjects {
            progress.set_message(format!("{}: {}", plan.title, program.name()));
            let once = |messages, full: Option<&String>| -> Result<_> {
                let topic = match full {
                    Some(topic) => topic.clone(),
                    None => cluster.topic(PARTITIONS, plan.replicas)?,
                };
                let run = Run {
                    work: plan.work,
                    brokers: cluster.brokers(),
                    topic: &topic,
                    messages,
                };
                let before = cluster.cpu_micros()?;
                let result = program.run(&run);
                // That both did the work is for the brokers to say.
                let arrived = cluster.wait_for(&topic, messages);
                let after = cluster.cpu_micros()?;
                let deleted = match full {
                    Some(_) => Ok(()),
                    None => cluster.delete(&topic),
                };
                let (told, done) = result?;
                deleted?;
                let by_brokers = after.zip(before).map(|(after, before)| after - before);
                Ok(arrived.map(|()| (told, done, by_brokers)))
            };
            let run = |messages, full| {
                let mut tries = 1;
                loop {
                    match once(messages, full)? {
                        Err(error) if plan.work.may_lose() && tries < TRIES => {
                            progress.suspend(|| eprintln!("{}, once more: {error:#}", plan.title));
                            tries += 1;
                        }
                        result => return result,
                    }
                }
            };
            let (told, done, by_brokers) = run(messages, full.as_ref().map(|(many, _)| many))?;
            let result = match told {
                Told::Latency {
                    p50_micros,
                    p99_micros,
                } => Round {
                    p50_micros: Some(p50_micros),
                    p99_micros: Some(p99_micros),
                    ..Round::default()
                },
                Told::PerSecond(rate) => {
                    let (_, start, by_brokers_at_start) = run(1, full.as_ref().map(|(_, one)| one))?;
                    let each = |all: f64, start: f64| Some((all - start) / (messages - 1) as f64);
                    let by_brokers = by_brokers.zip(by_brokers_at_start);
                    Round {
                        messages_per_second: Some(rate),
                        user_micros_per_message: each(done.cpu.user_micros, start.cpu.user_micros),
                        kernel_micros_per_message: each(done.cpu.kernel_micros, start.cpu.kernel_micros),
                        brokers_micros_per_message: by_brokers.and_then(|(all, start)| each(all, start)),
                        ..Round::default()
                    }
                }
            };
            // The first round warms up caches and the brokers' compiler.
            if round > 0 {
                subject.rounds.push(result);
                subject.peak_memory_kib = subject.peak_memory_kib.max(done.peak_memory_kib);
            }
            progress.inc(1);
        }
    }
    for topic in full.into_iter().flat_map(|(many, one)| [many, one]) {
        cluster.delete(&topic)?;
    }
    Ok(Case {
        lesson: plan.title.to_owned(),
        subjects: subjects.into_iter().map(|(_, subject)| subject).collect(),
    })
}

/// A topic with so many messages.
fn filled(cluster: &Cluster, plan: &Plan, messages: u64) -> Result<String> {
    let topic = cluster.topic(PARTITIONS, plan.replicas)?;
    let run = Run {
        // So that all are in their order, which the consumer checks.
        work: Work::Producing {
            acks: "all",
            idempotent: true,
        },
        brokers: cluster.brokers(),
        topic: &topic,
        messages,
    };
    Program::Ours.run(&run)?;
    cluster.wait_for(&topic, messages)?;
    Ok(topic)
}
