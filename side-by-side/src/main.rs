//! The originals and their counterparts under the same load, in one run.

mod cargo;
mod client;
mod frames;
mod kafka;
mod koa;
mod load;
mod numpy;
mod pipeline;
mod process;
mod ratios;
mod report;
mod server;
mod worker;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use anyhow::{Result, bail};
use clap::{Args, Parser, Subcommand};

/// The originals and their counterparts under the same load, in one run
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Koa under Node.js against axum, with plain hyper as the floor
    Koa(Options),
    /// Kafka's own tools in Java against rdkafka
    Kafka(kafka::Options),
    /// NumPy and SciPy against ndarray and its family
    Numpy(numpy::Options),
    /// pandas, polars for Python, DuckDB and DataFusion against polars from Rust
    Frames(frames::Options),
    /// Koa with kafkajs, and Python with confluent-kafka and pandas, against activity-pipeline
    Pipeline(pipeline::Options),
    /// A server that is measured beside the lessons
    #[command(hide = true)]
    Serve {
        program: koa::Program,
        listen: SocketAddr,
    },
    /// The client that is measured beside Kafka's own tools
    #[command(hide = true)]
    KafkaClient(kafka::Job),
    /// The program that is measured beside NumPy
    #[command(hide = true)]
    NumpyWorker { way: numpy::Way },
}

#[derive(Args)]
struct Options {
    /// Numbers of the lessons to measure [default: all that are measured]
    #[arg(value_name = "LESSON")]
    lessons: Vec<String>,

    /// Rounds per lesson, in which the programs take turns
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,

    /// Seconds per program and round
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,

    /// Where table, JSON and chart are written
    #[arg(long, default_value = "target/side-by-side/koa")]
    out: PathBuf,
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Koa(options) => compare(&options),
        Command::Kafka(options) => kafka::compare(&options),
        Command::KafkaClient(job) => job.run(),
        Command::Numpy(options) => numpy::compare(&options),
        Command::Frames(options) => frames::compare(&options),
        Command::Pipeline(options) => pipeline::compare(&options),
        Command::NumpyWorker { way } => numpy::serve(way),
        Command::Serve { program, listen } => koa::serve(program, listen).map_err(Into::into),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Those that have any of the words in their names; all, where there are no words.
fn chosen<T>(all: Vec<T>, words: &[String], name: impl Fn(&T) -> &str) -> Result<Vec<T>> {
    let has = |one: &T, word: &String| name(one).contains(word.as_str());
    if let Some(unknown) = words.iter().find(|word| !all.iter().any(|one| has(one, word))) {
        let names: Vec<_> = all.iter().map(&name).collect();
        bail!(
            "no operation has {unknown:?} in its name: there are {}",
            names.join("; ")
        );
    }
    let is_wanted = |one: &T| words.is_empty() || words.iter().any(|word| has(one, word));
    Ok(all.into_iter().filter(is_wanted).collect())
}

fn compare(options: &Options) -> Result<()> {
    report::make(&options.out)?;
    let cases = koa::measure(&options.lessons, options.rounds, options.seconds)?;
    let note = format!(
        "Medians of {} alternating rounds of {} s with {} connections.",
        options.rounds,
        options.seconds,
        load::CONNECTIONS
    );
    report::write(&cases, &note, &options.out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_names_nothing_is_told() {
        let choose = |words: &[&str]| {
            let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
            chosen(vec!["np.exp", "np.log"], &words, |name| name).map_err(|error| error.to_string())
        };
        assert_eq!(choose(&[]).unwrap(), ["np.exp", "np.log"]);
        assert_eq!(choose(&["log"]).unwrap(), ["np.log"]);
        assert_eq!(
            choose(&["exp", "sort"]).unwrap_err(),
            "no operation has \"sort\" in its name: there are np.exp; np.log"
        );
    }
}
