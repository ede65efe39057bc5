//! A cluster of one's own, on free ports, which ends with its owner.

use std::{
    io,
    net::{Ipv4Addr, TcpListener},
    process::{self, Command, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Result, ensure};
use tokio::runtime::Builder;

use crate::{demo::StopSignals, docker};

const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const PORTS: [&str; 5] = [
    "ZOOKEEPER_PORT",
    "KAFKA_1_PORT",
    "KAFKA_2_PORT",
    "KAFKA_3_PORT",
    "KAFKA_4_PORT",
];

/// Seconds within which three brokers and ZooKeeper can serve once their containers are made.
const STARTS_WITHIN: u64 = 300;
/// For that, and for the images to be brought before.
const UP: Duration = Duration::from_secs(1800);
/// Containers that are not waited for are gone soon, but many they are.
const DOWN: Duration = Duration::from_secs(120);

/// A command that ends the cluster of a Compose project with all that it has, a fourth broker included.
pub fn down(project: &str) -> Command {
    let mut command = docker::command();
    command
        .args(["compose", "--project-name", project])
        .args(["--profile", "expansion", "down"])
        .args(["--volumes", "--timeout", "0"])
        .current_dir(WORKSPACE)
        .stderr(Stdio::null());
    command
}

/// Runs this command where the process is stopped by Ctrl-C or SIGTERM, by which nothing is dropped, and then ends it.
///
/// # Errors
/// Where the system gives no thread.
pub fn when_stopped(mut command: Command) -> Result<()> {
    let runtime = Builder::new_current_thread().enable_io().build()?;
    let wait = move || {
        let stopped = runtime.block_on(async {
            StopSignals::listen()?.recv().await;
            io::Result::Ok(())
        });
        if stopped.is_ok() {
            let _ = docker::output(&mut command, DOWN);
            process::exit(130);
        }
    };
    thread::Builder::new().spawn(wait)?;
    Ok(())
}

/// The cluster of `docker-compose.yml` under a project name and on ports of its own; ended when dropped,
/// or when the process is stopped.
#[derive(Debug)]
pub struct Compose {
    project: String,
    /// What `docker-compose.yml` asks for, the ports first.
    variables: Vec<(&'static str, String)>,
}

impl Compose {
    /// Starts it and waits until it can serve.
    ///
    /// # Errors
    /// Where Docker or Compose is missing, or the cluster does not come up.
    pub fn up() -> Result<Self> {
        eprintln!("starting a cluster of three brokers and ZooKeeper");
        Self::with(free_ports()?)
    }

    /// The same for measurements. A health check is a process in each container: with one every two seconds, the slowest
    /// hundredth of latencies was seen to be twice as long.
    ///
    /// # Errors
    /// As [`up`](Self::up).
    pub fn up_quietly() -> Result<Self> {
        eprintln!(
            "starting a cluster of three brokers and ZooKeeper, with few health checks: it takes two minutes"
        );
        let mut variables = free_ports()?;
        variables.push(("HEALTHCHECK_INTERVAL", "60s".to_owned()));
        Self::with(variables)
    }

    fn with(variables: Vec<(&'static str, String)>) -> Result<Self> {
        let project = format!("kafka-demo-{}", process::id());
        when_stopped(down(&project))?;
        let cluster = Self { project, variables };
        let mut up = cluster.command("docker");
        up.args([
            "compose",
            "up",
            "--detach",
            "--quiet-pull",
            "--wait",
            "--wait-timeout",
        ])
        .arg(STARTS_WITHIN.to_string());
        docker::explained(&mut up, UP, "docker compose up failed")?;
        Ok(cluster)
    }

    /// A command that Compose within refers to this cluster.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(WORKSPACE)
            .env("COMPOSE_PROJECT_NAME", &self.project)
            .envs(self.variables.iter().map(|(key, value)| (key, value)));
        command
    }

    /// The container of a service that is up.
    ///
    /// # Errors
    /// Where there is none.
    pub fn container(&self, service: &str) -> Result<String> {
        let mut ps = self.command("docker");
        let found = docker::output(ps.args(["compose", "ps", "--quiet", service]), docker::LIMIT)?;
        let container = String::from_utf8(found.stdout)?.trim().to_owned();
        ensure!(
            !container.is_empty(),
            "there is no {service}: {}",
            String::from_utf8_lossy(&found.stderr)
        );
        Ok(container)
    }

    /// Its brokers, as clients on this machine reach them.
    pub fn brokers(&self) -> String {
        let port = |name| {
            self.variables
                .iter()
                .find(|(key, _)| *key == name)
                .map_or("", |(_, port)| port)
        };
        PORTS[1..4]
            .iter()
            .map(|name| format!("127.0.0.1:{}", port(*name)))
            .collect::<Vec<_>>()
            .join(",")
    }

    /// Its ZooKeeper.
    pub fn zookeeper(&self) -> String {
        format!("127.0.0.1:{}", self.variables[0].1)
    }
}

impl Drop for Compose {
    fn drop(&mut self) {
        let ended = docker::output(&mut down(&self.project), DOWN);
        if !ended.is_ok_and(|ended| ended.status.success()) {
            eprintln!("the cluster could not be ended: docker ps shows what is left");
        }
    }
}

/// A free port for each that `docker-compose.yml` publishes.
///
/// # Errors
/// Where this machine has none.
pub fn free_ports() -> Result<Vec<(&'static str, String)>> {
    // All are held until all are known, so that no two are the same.
    let held: Vec<_> = PORTS
        .iter()
        .map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
        .collect::<Result<_, _>>()?;
    PORTS
        .iter()
        .zip(held)
        .map(|(name, listener)| Ok((*name, listener.local_addr()?.port().to_string())))
        .collect()
}
