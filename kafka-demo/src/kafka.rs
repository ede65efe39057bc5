//! Where a lesson runs, and what it found there.

use std::{fmt::Display, io::Write, path::Path, sync::Mutex, time::Duration};

use anstyle::{AnsiColor, Style};
use anyhow::{Context, Result, anyhow, ensure};
use lesson::{Answer, in_one_line};
use rdkafka::{
    ClientConfig,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    consumer::{BaseConsumer, Consumer},
    mocking::MockCluster,
    producer::DefaultProducerContext,
    types::RDKafkaErrorCode,
};

use crate::{Cluster, Options, ZooKeeper, cluster::is_any_reached, lock::lock};

/// Brokers of a mock cluster.
const MOCK_BROKERS: i32 = 3;
/// Replicas of a lesson's topics, unless it says otherwise.
const REPLICAS: i32 = 3;

/// Where a lesson runs: a mock cluster within this process, or a real one.
pub struct Kafka {
    place: Place,
    brokers: String,
    options: Options,
    /// Sets this run's topics and groups apart from those of other runs on the same cluster.
    run: String,
    topics: Mutex<Vec<String>>,
    findings: Mutex<Vec<Answer>>,
    aloud: bool,
}

enum Place {
    Mock(MockCluster<'static, DefaultProducerContext>),
    Real(Cluster),
}

impl Kafka {
    /// Starts the mock cluster, or waits until the real one can serve. Findings are printed where `aloud`.
    ///
    /// # Errors
    /// Where no broker answers in time.
    pub fn connect(options: &Options, aloud: bool) -> Result<Self> {
        let (place, brokers) = match &options.brokers {
            None => {
                let mock = MockCluster::new(MOCK_BROKERS).context("cannot start a mock cluster")?;
                let brokers = mock.bootstrap_servers();
                (Place::Mock(mock), brokers)
            }
            Some(brokers) => {
                let cluster = Cluster::connect(brokers, &options.zookeeper, options.timeout())?;
                let brokers = cluster.brokers().to_owned();
                (Place::Real(cluster), brokers)
            }
        };
        Ok(Self {
            place,
            brokers,
            options: options.clone(),
            run: format!("{:06x}", fastrand::u32(..1 << 24)),
            topics: Mutex::default(),
            findings: Mutex::default(),
            aloud,
        })
    }

    /// A configuration that knows the brokers; what else it says is the lesson's.
    pub fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.brokers);
        if tracing::enabled!(target: "librdkafka", tracing::Level::DEBUG) {
            config.set("debug", "broker,topic,metadata,cgrp");
        }
        config
    }

    /// The same for a producer: what is not acknowledged within the time-out is given up, not after librdkafka's five
    /// minutes.
    pub fn producer(&self) -> ClientConfig {
        let mut config = self.client();
        config.set("message.timeout.ms", self.timeout().as_millis().to_string());
        config
    }

    /// The same for a producer of transactions, which the brokers abort after a minute, or the time-out where that is longer.
    pub fn transactional_producer(&self) -> ClientConfig {
        let mut config = self.producer();
        let limit = self.timeout().max(Duration::from_secs(60));
        config.set("transaction.timeout.ms", limit.as_millis().to_string());
        config
    }

    /// After this time, whatever does not answer is given up.
    pub fn timeout(&self) -> Duration {
        self.options.timeout()
    }

    /// Where the reader wants a picture of what happened.
    pub fn picture(&self) -> Option<&Path> {
        self.options.picture.as_deref()
    }

    /// The mock cluster, where the lesson runs on it.
    pub fn mock(&self) -> Option<&MockCluster<'static, DefaultProducerContext>> {
        match &self.place {
            Place::Mock(mock) => Some(mock),
            Place::Real(_) => None,
        }
    }

    /// The real cluster: its containers and its ZooKeeper.
    ///
    /// # Errors
    /// Where the lesson runs on the mock cluster.
    pub fn cluster(&self) -> Result<&Cluster> {
        match &self.place {
            Place::Real(cluster) => Ok(cluster),
            Place::Mock(_) => {
                anyhow::bail!("the mock cluster cannot do this: add --brokers 127.0.0.1:9092")
            }
        }
    }

    /// A session with the real cluster's ZooKeeper.
    ///
    /// # Errors
    /// Where none answers in time, or it is another cluster's.
    pub async fn zookeeper(&self) -> Result<ZooKeeper> {
        let cluster = self.cluster()?;
        let address = cluster.zookeeper();
        let zookeeper = ZooKeeper::connect(address, self.timeout()).await?;
        let client: BaseConsumer = self.client().create()?;
        let theirs = client.client().fetch_cluster_id(self.timeout());
        let theirs = theirs.with_context(|| {
            format!(
                "the brokers at {} do not tell their cluster's id in time: docker compose ps shows who is up",
                self.brokers
            )
        })?;
        ensure!(
            zookeeper.cluster_id().await? == Some(theirs),
            "the ZooKeeper at {address} is not that of the brokers at {}: name theirs with --zookeeper",
            self.brokers
        );
        cluster.knows_its_zookeeper();
        Ok(zookeeper)
    }

    /// A name of this run's own, for a group or a transactional id.
    pub fn name(&self, name: &str) -> String {
        format!("{name}-{}", self.run)
    }

    /// The name of a topic of this run's own, which is deleted at the end, whoever makes it.
    pub fn deletes_at_the_end(&self, name: &str) -> String {
        let name = self.name(name);
        lock(&self.topics).push(name.clone());
        name
    }

    /// Makes a topic of this run's own and returns its name.
    ///
    /// # Errors
    /// Where the cluster refuses, or does not answer in time.
    pub async fn topic(&self, name: &str, partitions: i32) -> Result<String> {
        self.topic_with(name, partitions, REPLICAS, &[]).await
    }

    /// Makes a topic with so many replicas and these settings. The mock cluster heeds no setting.
    ///
    /// # Errors
    /// Where the cluster refuses, or does not answer in time.
    pub async fn topic_with(
        &self,
        name: &str,
        partitions: i32,
        replicas: i32,
        settings: &[(&str, &str)],
    ) -> Result<String> {
        if let Place::Mock(mock) = &self.place {
            let name = self.name(name);
            mock.create_topic(&name, partitions, replicas)?;
            return Ok(name);
        }
        self.create(name, partitions, TopicReplication::Fixed(replicas), settings)
            .await
    }

    /// Makes a topic of one partition with its replicas on these brokers of the real cluster; the first one leads.
    ///
    /// # Errors
    /// Where the cluster refuses, or does not answer in time.
    pub async fn topic_on(&self, name: &str, brokers: &[i32], settings: &[(&str, &str)]) -> Result<String> {
        self.cluster()?;
        self.create(name, 1, TopicReplication::Variable(&[brokers]), settings)
            .await
    }

    async fn create(
        &self,
        name: &str,
        partitions: i32,
        replication: TopicReplication<'_>,
        settings: &[(&str, &str)],
    ) -> Result<String> {
        // First of all: the lesson may be stopped while it waits for the answer.
        let name = self.deletes_at_the_end(name);
        let mut topic = NewTopic::new(&name, partitions, replication);
        for (key, value) in settings {
            topic = topic.set(key, value);
        }
        for result in self
            .admin()?
            .create_topics([&topic], &self.admin_options())
            .await
            .with_context(|| format!("cannot make topic {name}"))?
        {
            result.map_err(|(topic, code)| match code {
                RDKafkaErrorCode::InvalidReplicationFactor => anyhow!(
                    "topic {topic} needs more brokers than are up: docker compose up -d --wait starts them"
                ),
                _ => anyhow!("cannot make topic {topic}: {code}"),
            })?;
        }
        self.wait_for_leaders(&name, partitions).await?;
        Ok(name)
    }

    /// A client of the real cluster's admin interface.
    ///
    /// # Errors
    /// Where librdkafka cannot make it.
    pub fn admin(&self) -> Result<AdminClient<DefaultClientContext>> {
        Ok(self.client().create()?)
    }

    fn admin_options(&self) -> AdminOptions {
        AdminOptions::new()
            .request_timeout(Some(self.timeout()))
            .operation_timeout(Some(self.timeout()))
    }

    /// A topic that was made just now may have no leader yet, and its first messages would wait for a retry. Or a broker may
    /// not know of it yet, and tells a consumer that there is no such topic: each that is up is asked.
    async fn wait_for_leaders(&self, topic: &str, partitions: i32) -> Result<()> {
        let deadline = tokio::time::Instant::now() + self.timeout();
        for broker in self.brokers.split(',') {
            while is_any_reached(broker) && !self.knows_all_leaders(broker, topic, partitions)? {
                ensure!(
                    tokio::time::Instant::now() < deadline,
                    "topic {topic} has no leader yet: is the cluster in order?"
                );
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        Ok(())
    }

    /// Whether this broker knows a leader of each of the partitions.
    fn knows_all_leaders(&self, broker: &str, topic: &str, partitions: i32) -> Result<bool> {
        // A client that has just been made knows of no other broker.
        let client: BaseConsumer = self.client().set("bootstrap.servers", broker).create()?;
        let Ok(metadata) = client.fetch_metadata(Some(topic), self.timeout()) else {
            return Ok(false);
        };
        let led = metadata
            .topics()
            .iter()
            .flat_map(|topic| topic.partitions())
            .filter(|partition| partition.error().is_none() && partition.leader() >= 0);
        Ok(led.count() == partitions as usize)
    }

    /// States a finding: the same name and value as the original states.
    pub fn found(&self, name: impl Display, value: impl Display) {
        let (name, value) = (name.to_string(), value.to_string());
        if self.aloud {
            let bold = Style::new().bold();
            self.print(format_args!("  {name} = {bold}{value}{bold:#}"));
        }
        let values = [("value".to_owned(), value)].into();
        lock(&self.findings).push(Answer { name, values });
    }

    /// Says what is not compared: how long it took, which broker it was.
    pub fn note(&self, text: impl Display) {
        if self.aloud {
            let grey = Style::new().fg_color(Some(AnsiColor::BrightBlack.into()));
            self.print(format_args!("  {grey}{text}{grey:#}"));
        }
    }

    /// Whether findings and notes are printed.
    pub(crate) fn aloud(&self) -> bool {
        self.aloud
    }

    fn print(&self, line: std::fmt::Arguments<'_>) {
        // A reader who closed the pipe has seen enough; the lesson still ends in order.
        let _ = writeln!(anstream::stdout(), "{line}");
    }

    /// What was found so far, which is no longer kept here.
    pub(crate) fn take_findings(&self) -> Vec<Answer> {
        std::mem::take(&mut lock(&self.findings))
    }

    /// Leaves the cluster as it was: every broker up, the topics of this run deleted, no broker more than before.
    ///
    /// # Errors
    /// Where a broker does not come back, or one that was added cannot go.
    pub(crate) fn tidy(&self) -> Result<()> {
        let Place::Real(cluster) = &self.place else {
            return Ok(());
        };
        if cluster.is_disturbed() {
            self.note("the cluster is being brought back to what it was");
        }
        let healed = cluster.heal();
        if let Err(error) = self.delete_topics() {
            // Their names are this run's own.
            self.note(format!("topics stay, which do no harm: {error}"));
        }
        healed.and(cluster.shrink())
    }

    /// Why the lesson failed, where a broker has died: what to do.
    pub(crate) fn explained(&self, error: anyhow::Error) -> anyhow::Error {
        match &self.place {
            Place::Real(cluster) if !cluster.is_whole() => anyhow!(
                "{}; a broker is down: docker compose ps --all shows which, docker compose up -d --wait starts it",
                in_one_line(&error)
            ),
            _ => error,
        }
    }

    fn delete_topics(&self) -> Result<()> {
        let topics = std::mem::take(&mut *lock(&self.topics));
        if topics.is_empty() {
            return Ok(());
        }
        let topics: Vec<&str> = topics.iter().map(String::as_str).collect();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        for result in runtime.block_on(self.admin()?.delete_topics(&topics, &self.admin_options()))? {
            if let Err((topic, code)) = result
                && code != RDKafkaErrorCode::UnknownTopicOrPartition
            {
                self.note(format!("topic {topic} stays, which does no harm: {code}"));
            }
        }
        Ok(())
    }
}
