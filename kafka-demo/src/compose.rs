//! A cluster of one's own, on free ports, which ends with its owner.

use std::{
    net::{Ipv4Addr, TcpListener},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const PORTS: [&str; 5] = [
    "ZOOKEEPER_PORT",
    "KAFKA_1_PORT",
    "KAFKA_2_PORT",
    "KAFKA_3_PORT",
    "KAFKA_4_PORT",
];

/// Ends a cluster with all that it has, a fourth broker included; for `docker`.
pub const DOWN: [&str; 7] = [
    "compose",
    "--profile",
    "expansion",
    "down",
    "--volumes",
    "--timeout",
    "0",
];

/// The cluster of `docker-compose.yml` under a project name and on ports of its own; ended when dropped.
#[derive(Debug)]
pub struct Compose {
    environment: Vec<(&'static str, String)>,
}

impl Compose {
    /// Starts it and waits until it can serve.
    ///
    /// # Errors
    /// Where Docker or Compose is missing, or the cluster does not come up.
    pub fn up() -> Result<Self> {
        let mut environment = free_ports()?;
        environment.push((
            "COMPOSE_PROJECT_NAME",
            format!("kafka-demo-{}", std::process::id()),
        ));
        let cluster = Self { environment };
        eprintln!("starting a cluster of three brokers and ZooKeeper");
        let status = cluster
            .command("docker")
            .args(["compose", "up", "--detach", "--wait", "--quiet-pull"])
            .stderr(Stdio::null())
            .status()
            .context("cannot run docker: the originals need Docker with Compose v2")?;
        ensure!(
            status.success(),
            "docker compose up failed: run it in {WORKSPACE} to see why"
        );
        Ok(cluster)
    }

    /// A command that Compose within refers to this cluster.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(WORKSPACE)
            .envs(self.environment.iter().map(|(key, value)| (key, value)));
        command
    }

    /// Its brokers, as clients on this machine reach them.
    pub fn brokers(&self) -> String {
        let port = |name| {
            self.environment
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
        format!("127.0.0.1:{}", self.environment[0].1)
    }
}

impl Drop for Compose {
    fn drop(&mut self) {
        let down = self.command("docker").args(DOWN).stderr(Stdio::null()).status();
        if !down.is_ok_and(|status| status.success()) {
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
