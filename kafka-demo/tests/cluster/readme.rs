//! The README's commands that want the cluster print what is shown, and draw where the lesson can.

use std::{
    fs,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, ensure};
use kafka_demo::LESSONS;
use snapbox::{Data, assert::Assert};

use crate::{Test, support};

/// For a lesson whose cluster has to mend twice.
const LIMIT: Duration = Duration::from_secs(400);
const SHOWN: &str = "127.0.0.1:9092";

/// The commands that want the cluster, each with what it prints.
pub fn shown() -> impl Iterator<Item = (String, String)> {
    let wants_cluster = |(command, _): &(String, String)| command.contains(&format!("--brokers {SHOWN}"));
    lesson::readme::commands("kafka-demo")
        .into_iter()
        .filter(wants_cluster)
}

pub fn tests() -> Vec<(String, Test)> {
    let test = |(command, expected): (String, String)| {
        let lesson = command.split_whitespace().nth(5).unwrap_or_default().to_owned();
        (
            format!("readme::{lesson}"),
            Box::new(move |cluster: &crate::Cluster| {
                let (_, arguments) = command.split_once(" -- ").context("no arguments")?;
                let brokers = cluster.options.brokers.as_deref().context("no brokers")?;
                let found = LESSONS.iter().find(|found| found.name() == lesson);
                let found = found.context("no such lesson")?;
                let folder = tempfile::tempdir()?;
                let picture = folder.path().join("timeline.svg");
                let mut program = Command::new(env!("CARGO_BIN_EXE_kafka-demo"));
                let draws = found.read("lesson.rs")?.contains(".draw(");
                if draws {
                    program.arg("--picture").arg(&picture);
                }
                let program = program
                    .args(arguments.replace(SHOWN, brokers).split_whitespace())
                    .args(["--zookeeper", &cluster.options.zookeeper])
                    .args(["--timeout", &cluster.options.timeout.to_string()])
                    .stdin(Stdio::null())
                    .stdout(Stdio::piped())
                    .stderr(Stdio::piped())
                    .spawn()?;
                let output = support::output_within(LIMIT, program)?;
                let printed =
                    String::from_utf8([output.stdout, output.stderr].concat())?.replace(brokers, SHOWN);
                Assert::new().try_eq(Some(&command), Data::text(printed), Data::text(expected))?;
                ensure!(output.status.success(), "{command}: {}", output.status);
                if draws {
                    let drawn = fs::read_to_string(&picture)?;
                    let title = format!("{} {lesson}: ", found.number());
                    for text in [&title, "/controller", "acknowledged"] {
                        ensure!(drawn.contains(text), "no {text:?} in the picture: {drawn}");
                    }
                }
                Ok(())
            }) as Test,
        )
    };
    shown().map(test).collect()
}
