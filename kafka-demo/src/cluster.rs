//! A real cluster: its brokers, the containers that they run in, its ZooKeeper.

use std::{
    process::Command,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context, Result, anyhow, bail, ensure};
use rdkafka::{
    ClientConfig, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
};

/// A cluster of Docker containers, as `docker-compose.yml` describes it.
///
/// What a lesson kills or pauses is brought back when this is dropped: on an error, too.
#[derive(Debug)]
pub struct Cluster {
    brokers: String,
    zookeeper: String,
    timeout: Duration,
    /// How many brokers it had at first, and has again in the end.
    size: usize,
    broken: Mutex<Vec<Broken>>,
    /// Whether something was broken since all was last seen in order.
    disturbed: AtomicBool,
}

#[derive(Debug)]
struct Broken {
    container: String,
    remedy: &'static str,
}

impl Cluster {
    /// Waits until a broker of the cluster serves.
    ///
    /// # Errors
    /// Where none does in time.
    pub(crate) fn connect(brokers: &str, zookeeper: &str, timeout: Duration) -> Result<Self> {
        let mut cluster = Self {
            brokers: brokers.to_owned(),
            zookeeper: zookeeper.to_owned(),
            timeout,
            size: 0,
            broken: Mutex::default(),
            disturbed: AtomicBool::default(),
        };
        let found = cluster.metadata()?;
        cluster.size = found.len();
        // A lesson may stop the one broker that the reader named: clients are told of all of them.
        for (_, host, port) in found {
            let broker = format!("{host}:{port}");
            if !cluster.brokers.split(',').any(|known| known == broker) {
                cluster.brokers = format!("{},{broker}", cluster.brokers);
            }
        }
        cluster.wait_for_groups()?;
        Ok(cluster)
    }

    /// The first group of a fresh cluster has the topic of offsets made, and waits for it. A lesson should not.
    fn wait_for_groups(&self) -> Result<()> {
        let client: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", &self.brokers)
            .set("group.id", "first-of-all")
            .create()?;
        let mut any = TopicPartitionList::new();
        any.add_partition("any", 0);
        client
            .committed_offsets(any, self.timeout.max(Duration::from_secs(30)))
            .map_err(|error| anyhow!("the cluster at {} serves no groups: {error}", self.brokers))?;
        Ok(())
    }

    /// The brokers: those that the reader named, and the others that these know of.
    pub fn brokers(&self) -> &str {
        &self.brokers
    }

    /// The ZooKeeper's address.
    pub fn zookeeper(&self) -> &str {
        &self.zookeeper
    }

    /// The ids of the brokers that the cluster knows of now, in their order.
    ///
    /// # Errors
    /// Where no broker answers in time.
    pub fn ids(&self) -> Result<Vec<i32>> {
        Ok(self.metadata()?.into_iter().map(|(id, ..)| id).collect())
    }

    fn metadata(&self) -> Result<Vec<(i32, String, i32)>> {
        let client: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", &self.brokers)
            .create()
            .with_context(|| {
                format!(
                    "{:?} is no list of brokers, 127.0.0.1:9092 would be",
                    self.brokers
                )
            })?;
        let metadata = client.fetch_metadata(None, self.timeout).map_err(|error| {
            tracing::debug!("{error}");
            anyhow!(
                "no Kafka broker answers at {} within {} s: start the cluster with docker compose up -d --wait",
                self.brokers,
                self.timeout.as_secs()
            )
        })?;
        let mut found: Vec<_> = metadata
            .brokers()
            .iter()
            .map(|broker| (broker.id(), broker.host().to_owned(), broker.port()))
            .collect();
        found.sort_unstable();
        ensure!(!found.is_empty(), "{} knows of no broker", self.brokers);
        Ok(found)
    }

    /// The container of a broker that is up: the one that publishes its port.
    ///
    /// # Errors
    /// Where the broker is not known or does not run under Docker on this machine.
    pub fn container(&self, broker: i32) -> Result<String> {
        let found = self.metadata()?;
        let (.., port) = found
            .iter()
            .find(|(id, ..)| *id == broker)
            .with_context(|| format!("there is no broker {broker} up"))?;
        container_with_port(*port)
    }

    /// The container of ZooKeeper.
    ///
    /// # Errors
    /// Where it does not run under Docker on this machine.
    pub fn zookeeper_container(&self) -> Result<String> {
        let port = self.zookeeper.rsplit(':').next().unwrap_or_default();
        container_with_port(
            port.parse()
                .with_context(|| format!("{} has no port", self.zookeeper))?,
        )
    }

    /// Kills a container without warning, as a power cut would.
    ///
    /// # Errors
    /// Where Docker refuses.
    pub fn kill(&self, container: &str) -> Result<()> {
        self.breaks(container, "start");
        docker(&["kill", container]).map(drop)
    }

    /// Stops a container in order: a broker hands its leaderships over first.
    ///
    /// # Errors
    /// Where Docker refuses.
    pub fn stop(&self, container: &str) -> Result<()> {
        self.breaks(container, "start");
        docker(&["stop", "--time", "30", container]).map(drop)
    }

    /// Freezes a container, as a long garbage collection would.
    ///
    /// # Errors
    /// Where Docker refuses.
    pub fn pause(&self, container: &str) -> Result<()> {
        self.breaks(container, "unpause");
        docker(&["pause", container]).map(drop)
    }

    /// Brings a container back that was killed, stopped or paused.
    ///
    /// # Errors
    /// Where Docker refuses.
    pub fn bring_back(&self, container: &str) -> Result<()> {
        let mut broken = self.broken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = broken.iter().position(|broken| broken.container == container) {
            let broken = broken.remove(index);
            docker(&[broken.remedy, &broken.container])?;
        }
        Ok(())
    }

    fn breaks(&self, container: &str, remedy: &'static str) {
        let container = container.to_owned();
        self.disturbed.store(true, Ordering::Relaxed);
        self.broken
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Broken { container, remedy });
    }

    /// What a container logged since that time.
    ///
    /// # Errors
    /// Where Docker refuses.
    pub fn log(&self, container: &str, since: SystemTime) -> Result<String> {
        let since = since.duration_since(SystemTime::UNIX_EPOCH)?;
        let since = format!("{}.{:09}", since.as_secs(), since.subsec_nanos());
        docker(&["logs", "--since", &since, container])
    }

    /// Waits until so many brokers are up and every partition of every topic has all its replicas in sync.
    ///
    /// # Errors
    /// Where that takes longer than two minutes.
    pub fn wait_until_whole(&self, brokers: usize) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(120);
        let client: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", &self.brokers)
            .create()?;
        loop {
            if let Ok(metadata) = client.fetch_metadata(None, self.timeout) {
                let in_sync =
                    metadata
                        .topics()
                        .iter()
                        .flat_map(|topic| topic.partitions())
                        .all(|partition| {
                            partition.leader() >= 0 && partition.isr().len() == partition.replicas().len()
                        });
                if metadata.brokers().len() >= brokers && in_sync {
                    self.disturbed.store(false, Ordering::Relaxed);
                    return Ok(());
                }
            }
            ensure!(
                Instant::now() < deadline,
                "the cluster is not whole again after two minutes: docker compose ps and docker compose logs show why"
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let broken = std::mem::take(self.broken.get_mut().unwrap_or_else(PoisonError::into_inner));
        for Broken { container, remedy } in broken {
            if let Err(error) = docker(&[remedy, &container]) {
                tracing::error!("{error:#}");
            }
        }
        if *self.disturbed.get_mut()
            && let Err(error) = self.wait_until_whole(self.size)
        {
            tracing::error!("{error:#}");
        }
    }
}

fn container_with_port(port: i32) -> Result<String> {
    let filter = format!("publish={port}");
    let output = Command::new("docker")
        .args(["ps", "--filter", &filter, "--format", "{{.Names}}"])
        .output()
        .context("cannot run docker, which this lesson needs to stop brokers")?;
    let text = String::from_utf8_lossy(&output.stdout);
    match text.lines().next() {
        Some(name) => Ok(name.to_owned()),
        None => {
            bail!("no container publishes port {port}: the lesson needs the cluster of docker-compose.yml")
        }
    }
}

fn docker(arguments: &[&str]) -> Result<String> {
    let output = Command::new("docker")
        .args(arguments)
        .output()
        .context("cannot run docker, which this lesson needs to stop brokers")?;
    ensure!(
        output.status.success(),
        "docker {} failed: {}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
