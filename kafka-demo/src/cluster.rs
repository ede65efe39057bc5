//! A real cluster: its brokers, the containers that they run in, its ZooKeeper.

use std::{
    net::{Ipv4Addr, TcpListener, TcpStream, ToSocketAddrs},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::sleep,
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context, Result, anyhow, bail, ensure};
use rdkafka::{
    ClientConfig, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
};

use crate::{
    committed,
    docker::{self, docker},
    lock::lock,
};

/// The broker of the Compose profile `expansion`, and its service.
const FOURTH: (i32, &str) = (4, "kafka-4");
/// Within this time a broker starts, one that was killed too: it waits for the end of its old session.
const STARTS_WITHIN: Duration = Duration::from_secs(120);

/// A cluster of Docker containers, as `docker-compose.yml` describes it.
///
/// What a lesson kills or pauses is brought back when this is dropped, and a broker that it added is removed: on an
/// error, too.
#[derive(Debug)]
pub struct Cluster {
    brokers: String,
    /// The same, as they named themselves.
    known: Vec<Broker>,
    zookeeper: String,
    /// Whether that is known to be the one that runs the brokers.
    zookeeper_is_theirs: AtomicBool,
    timeout: Duration,
    broken: Mutex<Vec<Broken>>,
    /// Whether something was broken since all was last seen in order.
    disturbed: AtomicBool,
    /// How Compose is told of the cluster that the fourth broker was added to.
    expanded: Mutex<Option<Vec<String>>>,
}

#[derive(Debug)]
struct Broken {
    container: String,
    remedy: &'static [&'static str],
}

impl Broken {
    fn mend(&self) -> Result<()> {
        docker(&[self.remedy, &[&self.container]].concat()).map(drop)
    }
}

impl Cluster {
    /// Waits until a broker of the cluster serves.
    ///
    /// # Errors
    /// Where none does in time.
    pub fn connect(brokers: &str, zookeeper: &str, timeout: Duration) -> Result<Self> {
        let mut cluster = Self {
            brokers: brokers.to_owned(),
            known: Vec::new(),
            zookeeper: zookeeper.to_owned(),
            zookeeper_is_theirs: AtomicBool::default(),
            timeout,
            broken: Mutex::default(),
            disturbed: AtomicBool::default(),
            expanded: Mutex::default(),
        };
        // One that the reader named may die in the lesson; then a new client asks the others.
        cluster.known = cluster.metadata()?;
        let addresses: Vec<_> = cluster.known.iter().map(Broker::address).collect();
        cluster.brokers = addresses.join(",");
        cluster.wait_for_groups()?;
        Ok(cluster)
    }

    /// The first group of a fresh cluster has the topic of offsets made, and waits for it. A lesson should not.
    fn wait_for_groups(&self) -> Result<()> {
        let client: BaseConsumer = self.client().set("group.id", "first-of-all").create()?;
        let mut any = TopicPartitionList::new();
        any.add_partition("any", 0);
        let patience = self.timeout.max(Duration::from_secs(30));
        committed(&client, &any, patience).with_context(|| {
            format!(
                "the cluster at {} serves no groups: start all of its brokers with docker compose up -d --wait",
                self.brokers
            )
        })?;
        Ok(())
    }

    fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.brokers);
        config
    }

    /// All brokers that were up at first, as clients on this machine reach them.
    pub(crate) fn brokers(&self) -> &str {
        &self.brokers
    }

    /// The ZooKeeper's address.
    pub fn zookeeper(&self) -> &str {
        &self.zookeeper
    }

    /// From now on the ZooKeeper is known to be the one that runs the brokers.
    pub(crate) fn knows_its_zookeeper(&self) {
        self.zookeeper_is_theirs.store(true, Ordering::Relaxed);
    }

    /// The ids of the brokers that the cluster knows of now, in their order.
    ///
    /// # Errors
    /// Where no broker answers in time.
    pub fn ids(&self) -> Result<Vec<i32>> {
        Ok(self.metadata()?.into_iter().map(|broker| broker.id).collect())
    }

    /// Whether each of the brokers that were up at first can be reached. The others may not know yet.
    pub(crate) fn is_whole(&self) -> bool {
        self.brokers.split(',').all(is_reached)
    }

    fn metadata(&self) -> Result<Vec<Broker>> {
        let client: BaseConsumer = self.client().create().with_context(|| {
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
            .map(|broker| Broker {
                id: broker.id(),
                host: broker.host().to_owned(),
                port: broker.port(),
            })
            .collect();
        found.sort_unstable_by_key(|broker| broker.id);
        ensure!(!found.is_empty(), "{} knows of no broker", self.brokers);
        Ok(found)
    }

    /// The container of a broker that is up: that of its Compose service which publishes its port.
    ///
    /// # Errors
    /// Where the broker is not known or does not run under Docker Compose on this machine.
    pub fn container(&self, broker: i32) -> Result<String> {
        let found = self.metadata()?;
        let found = found
            .iter()
            .find(|found| found.id == broker)
            .with_context(|| format!("there is no broker {broker} up"))?;
        let address = found.address();
        ensure!(
            found.is_here(),
            "broker {broker} is at {address}, on another machine: the lesson needs the cluster of docker-compose.yml on \
             this one"
        );
        found.container()?.with_context(|| {
            format!("no container is broker {broker} at {address}: the lesson needs the cluster of docker-compose.yml")
        })
    }

    /// Kills a container without warning, as the kernel does where memory runs out.
    ///
    /// # Errors
    /// Where Docker refuses.
    pub fn kill(&self, container: &str) -> Result<()> {
        self.breaks(container, &["start"]);
        docker(&["kill", container]).map(drop)
    }

    /// Stops a container in order: a broker hands its leaderships over first.
    ///
    /// # Errors
    /// Where Docker refuses.
    pub fn stop(&self, container: &str) -> Result<()> {
        self.breaks(container, &["start"]);
        let limit = docker::LIMIT + Duration::from_secs(30);
        docker::docker_within(&["stop", "--time", "30", container], limit).map(drop)
    }

    /// Freezes a container's process, as a long garbage collection would.
    ///
    /// By a signal: `docker pause` freezes a health check that is just starting, too, and then Docker waits for it for
    /// ever, or the freezer gives up.
    ///
    /// # Errors
    /// Where Docker refuses.
    pub fn pause(&self, container: &str) -> Result<()> {
        self.breaks(container, &["kill", "--signal", "CONT"]);
        docker(&["kill", "--signal", "STOP", container]).map(drop)
    }

    /// Brings a container back that was killed, stopped or paused.
    ///
    /// # Errors
    /// Where Docker refuses.
    pub fn bring_back(&self, container: &str) -> Result<()> {
        let mut broken = lock(&self.broken);
        if let Some(index) = broken.iter().position(|broken| broken.container == container) {
            broken[index].mend()?;
            // Only now: what Docker refused is tried once more at the end.
            broken.remove(index);
        }
        Ok(())
    }

    /// Whether something was broken since all was last seen in order.
    pub(crate) fn is_disturbed(&self) -> bool {
        self.disturbed.load(Ordering::Relaxed)
    }

    fn breaks(&self, container: &str, remedy: &'static [&'static str]) {
        let container = container.to_owned();
        self.disturbed.store(true, Ordering::Relaxed);
        lock(&self.broken).push(Broken { container, remedy });
    }

    /// Brings everything back that is still killed, stopped or paused, and waits until all is in order again.
    ///
    /// # Errors
    /// Where Docker refuses, ZooKeeper or a broker is still down, or the cluster is not whole after two minutes.
    pub(crate) fn heal(&self) -> Result<()> {
        if !self.disturbed.swap(false, Ordering::Relaxed) {
            return Ok(());
        }
        let broken = std::mem::take(&mut *lock(&self.broken));
        let mut result = Ok(());
        for broken in broken {
            result = result.and(broken.mend());
        }
        // Who died of something else is not waited for, nor woken where it was frozen: nobody here brings it back.
        ensure!(
            !self.zookeeper_is_theirs.load(Ordering::Relaxed) || is_any_reached(&self.zookeeper),
            "the ZooKeeper at {} is down: docker compose up -d --wait starts it again",
            self.zookeeper
        );
        for broker in &self.known {
            ensure!(
                broker.container()?.is_some(),
                "the broker at {} is down: docker compose up -d --wait starts it again",
                broker.address()
            );
        }
        result?;
        let deadline = Instant::now() + STARTS_WITHIN;
        while !self.is_in_sync_by(deadline, self.known.len())? {
            sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    /// Starts the fourth broker, on a free port, and waits until it serves; returns its id.
    ///
    /// # Errors
    /// Where it is there already, or does not come up.
    pub fn expand(&self) -> Result<i32> {
        let (id, service) = FOURTH;
        let ids = self.ids()?;
        ensure!(
            !ids.contains(&id),
            "broker {id} is there already: docker compose rm --stop --force {service} removes it"
        );
        let compose = compose_project(&self.container(ids[0])?)?;
        *lock(&self.expanded) = Some(compose.clone());
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut up = docker::command();
        up.args(&compose)
            // The others are not looked at: their ports, too, come from an environment that is not known here.
            .args(["up", "--detach", "--wait", "--wait-timeout"])
            .arg(STARTS_WITHIN.as_secs().to_string())
            .args(["--no-deps", service])
            .env("KAFKA_4_PORT", port.to_string());
        let limit = STARTS_WITHIN + docker::LIMIT;
        docker::explained(&mut up, limit, &format!("docker compose cannot start {service}"))?;
        let deadline = Instant::now() + self.timeout;
        while !self.ids()?.contains(&id) {
            ensure!(Instant::now() < deadline, "broker {id} runs, but does not join");
            sleep(Duration::from_millis(100));
        }
        Ok(id)
    }

    /// Removes the broker that [`expand`](Self::expand) started, as soon as it holds no replica any more.
    ///
    /// # Errors
    /// Where it still holds one after a minute, or Docker refuses.
    pub fn shrink(&self) -> Result<()> {
        let Some(compose) = lock(&self.expanded).clone() else {
            return Ok(());
        };
        let (id, service) = FOURTH;
        let client: BaseConsumer = self.client().create()?;
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let metadata = client.fetch_metadata(None, self.timeout)?;
            let held = metadata
                .topics()
                .iter()
                .find(|topic| topic.partitions().iter().any(|p| p.replicas().contains(&id)));
            let Some(held) = held else { break };
            ensure!(
                Instant::now() < deadline,
                "broker {id} stays, for it holds replicas of {}: move them with kafka-reassign-partitions, \
                 then docker compose rm --stop --force {service}",
                held.name()
            );
            sleep(Duration::from_millis(100));
        }
        let mut remove = docker::command();
        remove
            .args(&compose)
            .args(["rm", "--stop", "--force", "--volumes", service]);
        docker::explained(
            &mut remove,
            docker::LIMIT,
            &format!("docker compose cannot remove {service}"),
        )?;
        *lock(&self.expanded) = None;
        // One that was killed while it started is missed when its session with ZooKeeper ends.
        while self.ids()?.contains(&id) {
            ensure!(Instant::now() < deadline, "broker {id} is gone, but still listed");
            sleep(Duration::from_millis(100));
        }
        Ok(())
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
    pub async fn wait_until_whole(&self, brokers: usize) -> Result<()> {
        let deadline = Instant::now() + STARTS_WITHIN;
        while !self.is_in_sync_by(deadline, brokers)? {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    fn is_in_sync_by(&self, deadline: Instant, brokers: usize) -> Result<bool> {
        if self.is_in_sync(brokers) {
            self.disturbed.store(false, Ordering::Relaxed);
            return Ok(true);
        }
        ensure!(
            Instant::now() < deadline,
            "the cluster is not whole again after two minutes: docker compose ps and docker compose logs show why"
        );
        Ok(false)
    }

    /// Whether so many brokers are up and all replicas in sync, as each broker says when it is asked alone: until the
    /// session of one that was killed ends, the others know of nothing.
    fn is_in_sync(&self, brokers: usize) -> bool {
        let says_so = |broker: &&Broker| -> Option<bool> {
            let mut config = self.client();
            // A client that has just been made knows of no other.
            config.set("bootstrap.servers", broker.address());
            let client: BaseConsumer = config.create().ok()?;
            let metadata = client.fetch_metadata(None, self.timeout).ok()?;
            let mut partitions = metadata.topics().iter().flat_map(|topic| topic.partitions());
            let in_sync = partitions.all(|partition| {
                partition.leader() >= 0 && partition.isr().len() == partition.replicas().len()
            });
            Some(metadata.brokers().len() >= brokers && in_sync)
        };
        let wanted = brokers.min(self.known.len());
        let up = self.known.iter().filter(|broker| says_so(broker) == Some(true));
        up.take(wanted).count() == wanted
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(error) = self.heal().and(self.shrink()) {
            tracing::error!("{error:#}");
        }
    }
}

/// Whether somebody listens at one of these addresses, which have commas between them.
pub(crate) fn is_any_reached(addresses: &str) -> bool {
    addresses.split(',').any(is_reached)
}

fn is_reached(address: &str) -> bool {
    let mut addresses = address.to_socket_addrs().into_iter().flatten();
    addresses.any(|address| TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok())
}

#[derive(Debug)]
struct Broker {
    id: i32,
    host: String,
    port: i32,
}

impl Broker {
    fn address(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Whether it is reached on this machine. On another one, a container here with the same port is somebody else's.
    fn is_here(&self) -> bool {
        let addresses = self.address().to_socket_addrs();
        addresses.is_ok_and(|mut addresses| addresses.all(|address| address.ip().is_loopback()))
    }

    /// The container that runs and is this broker.
    fn container(&self) -> Result<Option<String>> {
        let port = format!("publish={}", self.port);
        let service = format!("label=com.docker.compose.service=kafka-{}", self.id);
        let text = docker(&[
            "ps",
            "--filter",
            &port,
            "--filter",
            &service,
            "--format",
            "{{.Names}}",
        ])?;
        Ok(text.lines().next().map(str::to_owned))
    }
}

/// The arguments by which `docker` knows the Compose project that a container belongs to.
fn compose_project(container: &str) -> Result<Vec<String>> {
    let label = |name: &str| format!("{{{{index .Config.Labels \"com.docker.compose.project{name}\"}}}}");
    let format = [label(""), label(".working_dir"), label(".config_files")].join("\n");
    let text = docker(&["inspect", "--format", &format, container])?;
    let mut lines = text.lines().filter(|line| !line.is_empty());
    let (Some(project), Some(directory), Some(files)) = (lines.next(), lines.next(), lines.next()) else {
        bail!("{container} was not started by Compose: the lesson needs the cluster of docker-compose.yml");
    };
    let mut arguments = vec!["compose", "--profile", "expansion", "--project-name", project];
    arguments.extend(["--project-directory", directory]);
    arguments.extend(files.split(',').flat_map(|file| ["--file", file]));
    Ok(arguments.into_iter().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_here_is_no_broker_of_another_machine() {
        let at = |host: &str| Broker {
            id: 1,
            host: host.to_owned(),
            port: 9092,
        };
        assert!(at("127.0.0.1").is_here() && at("localhost").is_here());
        assert!(!at("192.0.2.1").is_here() && !at("no-such-host.invalid").is_here());
    }
}
