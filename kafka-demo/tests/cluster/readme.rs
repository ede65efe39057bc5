//! The README's commands that want the cluster print what is shown.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::Context;
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
        let name = format!(
            "readme::{}",
            command.split_whitespace().nth(5).unwrap_or_default()
        );
        (
            name,
            Box::new(move |cluster: &crate::Cluster| {
                let (_, arguments) = command.split_once(" -- ").context("no arguments")?;
                let brokers = cluster.options.brokers.as_deref().context("no brokers")?;
                let program = Command::new(env!("CARGO_BIN_EXE_kafka-demo"))
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
                Ok(())
            }) as Test,
        )
    };
    shown().map(test).collect()
}
