//! Koa under Node.js against axum: which lessons, and who takes part.

mod servers;

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, bail, ensure};
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::{
    cargo,
    load::{self, Request},
    report::{self, Case, Column, Subject},
    server::Server,
};

/// Servers that are measured beside the lessons.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Program {
    /// Hello World in plain hyper: what is below is the price of HTTP itself.
    Hyper,
    /// The onion with ten layers that do nothing.
    TenLayers,
}

const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const HELLO: Request = Request {
    path: "/",
    json: None,
    refused: false,
};

#[derive(Serialize)]
pub(crate) struct Round {
    requests_per_second: f64,
    user_micros_per_request: f64,
    kernel_micros_per_request: f64,
    p99_micros: f64,
}

impl Round {
    fn cpu_micros_per_request(&self) -> f64 {
        self.user_micros_per_request + self.kernel_micros_per_request
    }
}

impl report::Round for Round {
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            heading: "requests/s",
            figure: |round| Some(round.requests_per_second),
            decimals: 0,
        },
        Column {
            heading: "CPU µs/request",
            figure: |round| Some(round.cpu_micros_per_request()),
            decimals: 1,
        },
        Column {
            heading: "of it user",
            figure: |round| Some(round.user_micros_per_request),
            decimals: 1,
        },
        Column {
            heading: "p99 ms",
            figure: |round| Some(round.p99_micros / 1e3),
            decimals: 1,
        },
    ];
    const CHART: Column<Self> = Column {
        heading: "CPU µs per request",
        figure: |round| Some(round.cpu_micros_per_request()),
        decimals: 1,
    };
}

enum Ours {
    Lesson,
    Here(Program),
}

/// A lesson, its original, and what it is asked.
struct Plan {
    title: &'static str,
    original: &'static str,
    lesson: &'static str,
    ours: Ours,
    floor: bool,
    request: Request,
}

const PLANS: [Plan; 5] = [
    Plan {
        title: "01 three lines",
        original: "koa-like-http/lessons/01-three-lines/original.js",
        lesson: "01",
        ours: Ours::Lesson,
        floor: false,
        request: Request {
            refused: true,
            ..HELLO
        },
    },
    Plan {
        title: "02 hello world",
        original: "koa-like-http/lessons/02-hello-world/original.js",
        lesson: "02",
        ours: Ours::Lesson,
        floor: true,
        request: HELLO,
    },
    Plan {
        title: "09 onion of ten layers",
        original: "side-by-side/koa/ten-layers.js",
        lesson: "09",
        ours: Ours::Here(Program::TenLayers),
        floor: false,
        request: HELLO,
    },
    Plan {
        title: "12 static file",
        original: "koa-like-http/lessons/12-static-files/original.js",
        lesson: "12",
        ours: Ours::Lesson,
        floor: false,
        request: Request {
            path: "/index.html",
            ..HELLO
        },
    },
    Plan {
        title: "20 JSON body",
        original: "koa-like-http/lessons/20-request-body/original.js",
        lesson: "20",
        ours: Ours::Lesson,
        floor: false,
        request: Request {
            json: Some(r#"{"name":"Jack"}"#),
            ..HELLO
        },
    },
];

/// Serves one of the programs that are measured beside the lessons.
pub(crate) fn serve(program: Program, listen: SocketAddr) -> io::Result<()> {
    match program {
        Program::Hyper => servers::hyper(listen),
        Program::TenLayers => servers::ten_layers(listen),
    }
}

/// Measures every lesson: in each round all programs take their turn.
pub(crate) fn measure(lessons: &[String], rounds: u32, seconds: u32) -> Result<Vec<Case<Round>>> {
    if let Some(unknown) = lessons
        .iter()
        .find(|lesson| !PLANS.iter().any(|plan| plan.lesson == *lesson))
    {
        let known: Vec<_> = PLANS.iter().map(|plan| plan.lesson).collect();
        bail!("lesson {unknown} is not measured, only {}", known.join(", "));
    }
    let release = build()?;
    let wanted = |plan: &&Plan| lessons.is_empty() || lessons.iter().any(|lesson| lesson == plan.lesson);
    let plans: Vec<_> = PLANS.iter().filter(wanted).collect();
    let steps: u64 = plans.iter().map(|plan| if plan.floor { 3 } else { 2 }).sum();
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} (about {eta} left)")?;
    let progress = ProgressBar::new(steps * u64::from(rounds + 1)).with_style(style);
    plans
        .into_iter()
        .map(|plan| measure_one(plan, &release, rounds, seconds, &progress))
        .collect()
}

fn measure_one(
    plan: &Plan,
    release: &Path,
    rounds: u32,
    seconds: u32,
    progress: &ProgressBar,
) -> Result<Case<Round>> {
    let mut servers = vec![
        ("Koa", Server::start(|address| node(plan.original, address))?),
        ("axum", Server::start(|address| ours(plan, release, address))?),
    ];
    if plan.floor {
        servers.push((
            "hyper",
            Server::start(|address| here(release, Program::Hyper, address))?,
        ));
    }
    let expected = servers[0].1.answer(&plan.request)?;
    for (name, server) in &servers {
        let answer = server.answer(&plan.request)?;
        ensure!(
            answer == expected,
            "{}: {name} answers {answer:?} where Koa answers {expected:?}",
            plan.title
        );
    }
    let mut measured: Vec<Vec<Round>> = servers.iter().map(|_| Vec::new()).collect();
    for round in 0..=rounds {
        for ((name, server), rounds) in servers.iter().zip(&mut measured) {
            progress.set_message(format!("{}: {name}", plan.title));
            let before = server.process.cpu()?;
            let outcome = load::run(server.address, &plan.request, seconds)?;
            let after = server.process.cpu()?;
            // The first round warms up caches and Node's compiler.
            if round > 0 {
                rounds.push(Round {
                    requests_per_second: outcome.requests_per_second,
                    user_micros_per_request: (after.user_micros - before.user_micros) / outcome.requests,
                    kernel_micros_per_request: (after.kernel_micros - before.kernel_micros)
                        / outcome.requests,
                    p99_micros: outcome.p99_micros,
                });
            }
            progress.inc(1);
        }
    }
    let subjects = servers.iter().zip(measured).map(|((name, server), rounds)| {
        Ok(Subject {
            name: (*name).to_owned(),
            rounds,
            peak_memory_kib: server.process.peak_memory_kib()?,
        })
    });
    Ok(Case {
        lesson: plan.title.to_owned(),
        subjects: subjects.collect::<Result<_>>()?,
    })
}

/// Builds the demo as this program was built, and installs what the originals import; returns where the programs are.
fn build() -> Result<PathBuf> {
    let programs = cargo::build("koa-like-http")?;
    lesson::npm::install(&Path::new(WORKSPACE).join("koa-like-http"))?;
    Ok(programs)
}

fn node(program: &str, address: SocketAddr) -> Command {
    let mut command = Command::new("node");
    command.arg(program).current_dir(WORKSPACE);
    command
        .env("PORT", address.port().to_string())
        .env("NODE_ENV", "production");
    command
}

fn ours(plan: &Plan, release: &Path, address: SocketAddr) -> Command {
    match plan.ours {
        Ours::Here(program) => here(release, program, address),
        Ours::Lesson => {
            let mut command = Command::new(release.join("koa-like-http"));
            command.args([plan.lesson, "--listen", &address.to_string()]);
            command
        }
    }
}

fn here(release: &Path, program: Program, address: SocketAddr) -> Command {
    let name = program
        .to_possible_value()
        .map(|value| value.get_name().to_owned())
        .unwrap_or_default();
    let mut command = Command::new(release.join("side-by-side"));
    command.args(["serve", &name, &address.to_string()]);
    command
}
