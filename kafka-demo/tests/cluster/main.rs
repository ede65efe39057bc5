//! What needs the real cluster: each lesson compared with its recording, and what else only a cluster shows.
//!
//! One cluster serves all tests, on free ports and under a name of its own, so that one which the user has running is
//! left alone. It ends with this program, whatever becomes of the tests.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the message")]

mod acks;
mod interop;
mod lessons;
mod readme;
#[path = "../support/mod.rs"]
mod support;
mod survives;

use std::{collections::HashMap, process::ExitCode, time::Duration};

use kafka_demo::Options;
use libtest_mimic::{Arguments, Trial};
use testcontainers::compose::DockerCompose;
use tokio::runtime::Runtime;

/// What a test gets.
#[derive(Debug, Clone)]
pub struct Cluster {
    /// Those that a reader would give a lesson.
    pub options: Options,
}

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // They share the cluster, and some of them break it.
    arguments.test_threads = Some(1);
    let wanted = !arguments.list && (arguments.ignored || arguments.include_ignored);
    let runtime = Runtime::new().unwrap();
    let started = wanted.then(|| runtime.block_on(start()));
    let cluster = started.as_ref().map(|(_, _, cluster)| cluster.clone());
    let trials = trials(cluster);
    let conclusion = libtest_mimic::run(&arguments, trials);
    if let Some((_down, compose, _)) = started {
        runtime.block_on(compose.down()).unwrap();
    }
    conclusion.exit_code()
}

/// All tests; without a cluster they are only there to be counted as ignored.
fn trials(cluster: Option<Cluster>) -> Vec<Trial> {
    let tests = [
        acks::tests(),
        interop::tests(),
        lessons::tests(),
        readme::tests(),
        survives::tests(),
    ];
    let trial = |(name, test): (String, Test)| {
        let cluster = cluster.clone();
        let run =
            move || test(&cluster.ok_or("there is no cluster")?).map_err(|error| format!("{error:#}").into());
        Trial::test(name, run)
            .with_kind("needs Docker")
            .with_ignored_flag(true)
    };
    tests.into_iter().flatten().map(trial).collect()
}

type Test = Box<dyn FnOnce(&Cluster) -> anyhow::Result<()> + Send>;

/// Ends the cluster when it is dropped, and with it a fourth broker that a test left behind.
struct Down(String);

impl Drop for Down {
    fn drop(&mut self) {
        let down = kafka_demo::down(&self.0).spawn().unwrap();
        support::output_within(Duration::from_secs(120), down).unwrap();
    }
}

async fn start() -> (Down, DockerCompose, Cluster) {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docker-compose.yml");
    let ports: HashMap<_, _> = kafka_demo::free_ports().unwrap().into_iter().collect();
    let address = |name| format!("127.0.0.1:{}", ports[name]);
    let options = Options {
        brokers: Some(
            ["KAFKA_1_PORT", "KAFKA_2_PORT", "KAFKA_3_PORT"]
                .map(address)
                .join(","),
        ),
        zookeeper: address("ZOOKEEPER_PORT"),
        // Three times the usual: the brokers have just started, on a machine that may be busy.
        timeout: 30,
        picture: None,
    };
    let project = format!("kafka-demo-test-{}", std::process::id());
    kafka_demo::when_stopped(kafka_demo::down(&project)).unwrap();
    let down = Down(project.clone());
    // It waits for a minute at most, in which a slow machine does not start three brokers.
    let mut compose = DockerCompose::with_local_client(&[file])
        .with_project_name(project)
        .with_wait(false);
    for (name, port) in ports {
        compose = compose.with_env(name, port);
    }
    compose.up().await.unwrap();
    let cluster = Cluster { options };
    tokio::task::block_in_place(|| survives::wait_until_whole(&cluster)).unwrap();
    (down, compose, cluster)
}
