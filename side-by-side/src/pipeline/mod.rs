//! The activity pipeline as it is written today, in Node.js and Python, against activity-pipeline, on the same cluster.

mod live;
mod load;
mod programs;
mod replay;
mod visitors;

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use tokio::runtime::Runtime;

use crate::report::{self, Case, Column, Subject};
use live::Live;
use programs::{Pipeline, Programs, Which};
use visitors::Visitors;

/// Events of a post at full load, and at the steady rate.
const LARGE: u32 = 100;
const SMALL: u32 = 20;
/// Of the events of full load, a part of so many goes ahead and does not count; of the steady ones those of so many
/// seconds.
const UNMEASURED_PART: u32 = 4;
const UNMEASURED_SECONDS: u32 = 5;
/// Milliseconds between two snapshots of `/live`, at least, in both.
const REFRESH: u32 = 50;

#[derive(Args)]
pub(crate) struct Options {
    /// Rounds per case, in which both pipelines take turns
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,

    /// Events per pipeline and round at full load
    #[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(u32).range(1000..=10_000_000))]
    events: u32,

    /// Seconds per pipeline and round at a steady rate
    // A page lists what came within an hour.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3500))]
    seconds: u32,

    /// Events a second of the steady rate
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(20..=20_000))]
    rate: u32,

    /// Post one hour's worth of events to ours instead, or so many hours', and tell whether its memory stays as it is
    // The totals of a day are kept.
    #[arg(
        long,
        value_name = "HOURS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "1",
        value_parser = clap::value_parser!(u32).range(1..=23)
    )]
    replay: Option<u32>,

    /// A cluster's brokers, like 127.0.0.1:9092 [default: the cluster of docker-compose.yml, started for this]
    #[arg(long, value_name = "HOST:PORT,…")]
    brokers: Option<String>,

    /// Our program, activity-pipeline, where it is built already [default: built as this one was]
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,

    /// Where table, JSON and chart are written
    #[arg(long, default_value = "target/side-by-side/pipeline")]
    out: PathBuf,
}

#[derive(Serialize)]
pub(crate) struct Round {
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted_per_second: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shown_per_second: Option<f64>,
    user_micros_per_event: f64,
    kernel_micros_per_event: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    until_accepted: Option<Waited>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until_shown: Option<Waited>,
}

/// How long posts waited.
#[derive(Serialize, Clone, Copy)]
struct Waited {
    p50_micros: f64,
    p99_micros: f64,
}

impl Waited {
    fn of(mut times: Vec<Duration>) -> Result<Self> {
        times.sort_unstable();
        let quantile = |share: f64| {
            let index = (times.len() as f64 * share) as usize;
            let time = times.get(index).context("nobody waited")?;
            anyhow::Ok(time.as_secs_f64() * 1e6)
        };
        Ok(Self {
            p50_micros: quantile(0.5)?,
            p99_micros: quantile(0.99)?,
        })
    }
}

impl report::Round for Round {
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            heading: "accepted/s",
            figure: |round| round.accepted_per_second,
            decimals: 0,
        },
        Column {
            heading: "shown/s",
            figure: |round| round.shown_per_second,
            decimals: 0,
        },
        Column {
            heading: "CPU µs/event",
            figure: |round| Some(round.user_micros_per_event + round.kernel_micros_per_event),
            decimals: 1,
        },
        Column {
            heading: "of it user",
            figure: |round| Some(round.user_micros_per_event),
            decimals: 1,
        },
        Column {
            heading: "accepted p50 ms",
            figure: |round| Some(round.until_accepted?.p50_micros / 1e3),
            decimals: 1,
        },
        Column {
            heading: "p99 ms",
            figure: |round| Some(round.until_accepted?.p99_micros / 1e3),
            decimals: 1,
        },
        Column {
            heading: "shown p50 ms",
            figure: |round| Some(round.until_shown?.p50_micros / 1e3),
            decimals: 1,
        },
        Column {
            heading: "p99 ms",
            figure: |round| Some(round.until_shown?.p99_micros / 1e3),
            decimals: 1,
        },
    ];
    const CHART: Column<Self> = Column {
        heading: "CPU µs per event",
        figure: |round| Some(round.user_micros_per_event + round.kernel_micros_per_event),
        decimals: 1,
    };
}

/// What is measured.
#[derive(Clone, Copy)]
enum Load {
    /// As fast as they are accepted.
    Full,
    Steady,
}

/// Measures both and writes what came of it.
pub(crate) fn compare(options: &Options) -> Result<()> {
    ensure!(
        u64::from(options.events) * 5 / 4 < u64::from(options.rate) * 23 * 3600,
        "{} events, {} for each second, are more than a day's, which is how long totals are kept: raise --rate",
        options.events,
        options.rate
    );
    report::make(&options.out)?;
    let programs = Programs::prepare(options.brokers.as_deref(), options.program.as_deref())?;
    let runtime = Runtime::new()?;
    if let Some(hours) = options.replay {
        return runtime.block_on(replay::measure(&programs, hours, &options.out.join("replay")));
    }
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} (about {eta} left)")?;
    let progress = ProgressBar::new(4 * u64::from(options.rounds + 1)).with_style(style);
    let cases = [
        ("full load".to_owned(), Load::Full),
        (format!("{} events/s", options.rate), Load::Steady),
    ];
    let cases: Result<Vec<_>> = cases
        .into_iter()
        .map(|(title, load)| {
            let case = measure(title, load, &programs, options, &progress);
            runtime.block_on(case)
        })
        .collect();
    let note = format!(
        "Medians of {} alternating rounds; three brokers, both pipelines and whoever posts on the same machine. \
         {originals}: Koa with kafkajs collects and serves, Python with confluent-kafka and pandas counts. {ours}: \
         activity-pipeline as three processes, which collect, process and serve. CPU and peak memory are those of all \
         processes of a pipeline, without the brokers. Topics have 4 partitions and three replicas; accepted means \
         acks=all. Full load: {} events, {LARGE} a post, {} posts at once, after {} that are not measured; shown means \
         that /live, which tells every {REFRESH} ms, has told of all. Steady: {} events/s for {} s, {SMALL} a post, \
         after {UNMEASURED_SECONDS} s that are not measured; the time is from when a post is due until it is accepted, \
         and until /live has told of as many events of every page as were due by then; a post that is told 503 comes \
         again when it is told to. After each run all totals are compared with what was posted, some of it twice. \
         Beside that, {ours} counts exactly once across a crash and archives to Parquet; {originals} does neither.",
        options.rounds,
        options.events,
        load::CONNECTIONS,
        options.events / UNMEASURED_PART,
        options.rate,
        options.seconds,
        originals = Which::Originals.name(),
        ours = Which::Ours.name(),
    );
    report::write(&cases?, &note, &options.out)
}

async fn measure(
    title: String,
    load: Load,
    programs: &Programs,
    options: &Options,
    progress: &ProgressBar,
) -> Result<Case<Round>> {
    let mut subjects = [Which::Originals, Which::Ours].map(|which| (which, Subject::new(which.name())));
    for number in 0..=options.rounds {
        for (which, subject) in &mut subjects {
            progress.set_message(format!("{title}: {}", which.name()));
            let run = run(*which, load, programs, options).await;
            let (round, memory) = run.with_context(|| format!("{title}: {}", which.name()))?;
            // The first round warms up caches and the brokers' compiler.
            if number > 0 {
                subject.rounds.push(round);
                subject.peak_memory_kib = subject.peak_memory_kib.max(memory);
            }
            progress.inc(1);
        }
    }
    Ok(Case {
        lesson: title,
        subjects: subjects.into_iter().map(|(_, subject)| subject).collect(),
    })
}

/// Starts one of them for a single measurement. Returns the peak of its memory, too.
async fn run(which: Which, load: Load, programs: &Programs, options: &Options) -> Result<(Round, u64)> {
    let pipeline = programs.start(which)?;
    let measured = measured(&pipeline, load, options).await;
    programs.end(pipeline).await?;
    measured
}

async fn measured(pipeline: &Pipeline, load: Load, options: &Options) -> Result<(Round, u64)> {
    let mut live = Live::open(&pipeline.live).await?;
    let ago = match load {
        // They come faster than at their rate, but none from the future.
        Load::Full => {
            Duration::from_secs(1) * (options.events + options.events / UNMEASURED_PART) / options.rate
        }
        Load::Steady => Duration::ZERO,
    };
    let mut visitors = Visitors::new(options.rate, ago)?;
    let client = load::Client::new(&pipeline.events)?;

    // That it counts. Who has seen no answer posts once more, and does not count twice.
    let first = visitors.post(LARGE)?;
    client.post(first.clone()).await?;
    client.post(first).await?;
    live.shows(visitors.made()).await?;

    let every = Duration::from_secs(1) * SMALL / options.rate;
    let posts = |visitors: &mut Visitors, events: u32, size: u32| -> Result<Vec<_>> {
        (0..events.div_ceil(size)).map(|_| visitors.post(size)).collect()
    };
    let ahead = match load {
        Load::Full => posts(&mut visitors, options.events / UNMEASURED_PART, LARGE)?,
        Load::Steady => posts(&mut visitors, options.rate * UNMEASURED_SECONDS, SMALL)?,
    };
    match load {
        Load::Full => client.at_full_speed(ahead).await?,
        Load::Steady => drop(client.steadily(ahead, every).await?),
    }
    live.shows(visitors.made()).await?;

    let before_events = visitors.made();
    let measured = match load {
        Load::Full => posts(&mut visitors, options.events, LARGE)?,
        Load::Steady => posts(&mut visitors, options.rate * options.seconds, SMALL)?,
    };
    let events = (visitors.made() - before_events) as f64;
    let before = pipeline.cpu()?;
    let started = Instant::now();
    let (mut accepted, mut waited) = (None, None);
    match load {
        Load::Full => {
            client.at_full_speed(measured).await?;
            accepted = Some(started.elapsed());
        }
        Load::Steady => waited = Some(client.steadily(measured, every).await?),
    }
    let shown = live.shows(visitors.made()).await? - started;
    let after = pipeline.cpu()?;
    pipeline.has_counted(&visitors).await?;

    let per_second = |elapsed: Duration| events / elapsed.as_secs_f64();
    let mut round = Round {
        accepted_per_second: accepted.map(per_second),
        shown_per_second: accepted.map(|_| per_second(shown)),
        user_micros_per_event: (after.user_micros - before.user_micros) / events,
        kernel_micros_per_event: (after.kernel_micros - before.kernel_micros) / events,
        until_accepted: None,
        until_shown: None,
    };
    if let Some(posts) = waited {
        round.until_accepted = Some(Waited::of(
            posts.iter().map(|post| post.accepted - post.due).collect(),
        )?);
        let mut made = before_events;
        let shown = posts.iter().map(|post| {
            made += u64::from(SMALL);
            Ok(live.has_shown(made)? - post.due)
        });
        round.until_shown = Some(Waited::of(shown.collect::<Result<_>>()?)?);
    }
    Ok((round, pipeline.peak_memory_kib()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_hundred_one_waits_longer_than_the_99th_percentile() {
        let waited = Waited::of((0..100).rev().map(Duration::from_millis).collect()).unwrap();
        assert_eq!((waited.p50_micros, waited.p99_micros), (50e3, 99e3));
        assert!(Waited::of(Vec::new()).is_err());
    }
}
