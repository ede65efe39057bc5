//! Where the events go through: an embedded broker or a cluster, and the three topics.

use std::{fmt::Display, time::Duration};

use anyhow::{Context, Result, anyhow, ensure};
use rdkafka::{
    ClientConfig,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    consumer::{BaseConsumer, Consumer},
    error::KafkaError,
    metadata::Metadata,
    mocking::MockCluster,
    producer::DefaultProducerContext,
    types::RDKafkaErrorCode,
};

use crate::{Options, Part};

/// Replicas of a topic, where there are so many brokers.
const REPLICAS: usize = 3;

/// The broker within this process, where there is one. It has to be dropped after every client.
pub type Embedded = Option<MockCluster<'static, DefaultProducerContext>>;

/// The broker or the brokers, and the names of what lies there.
#[derive(Debug)]
pub struct Kafka {
    is_embedded: bool,
    brokers: String,
    timeout: Duration,
    /// Of the topic of events; the others begin with it.
    pub name: String,
    /// Of each topic.
    pub partitions: i32,
}

impl Kafka {
    /// Starts an embedded broker or finds the cluster, and makes the topics that are missing.
    ///
    /// # Errors
    /// Where no broker answers in time, or a topic cannot be made.
    pub async fn connect(options: &Options) -> Result<(Self, Embedded)> {
        ensure!(
            options.brokers.is_some() || options.part == Part::All,
            "a part of its own needs the brokers of the others: add --brokers 127.0.0.1:9092, or leave the part out"
        );
        let embedded = match &options.brokers {
            None => Some(MockCluster::new(1).context("cannot start an embedded broker")?),
            Some(_) => None,
        };
        let mut kafka = Self {
            is_embedded: embedded.is_some(),
            brokers: match (&embedded, &options.brokers) {
                (Some(embedded), _) => embedded.bootstrap_servers(),
                (None, brokers) => brokers.clone().unwrap_or_default(),
            },
            timeout: options.timeout(),
            name: match embedded {
                // Its log begins anew with each run: what a former run has archived is of another log.
                Some(_) => format!("{}-{:06x}", options.name, fastrand::u32(..1 << 24)),
                None => options.name.clone(),
            },
            partitions: options.partitions,
        };
        match &embedded {
            Some(embedded) => {
                for topic in kafka.topics() {
                    embedded.create_topic(&topic, kafka.partitions, 1)?;
                }
            }
            None => kafka.make_topics().await?,
        }
        kafka.partitions = kafka.partitions_of(kafka.events())?;
        // A partition's totals lie in the partition with its number.
        let (events, totals) = (kafka.events(), kafka.totals());
        let others = kafka.partitions_of(&totals)?;
        ensure!(
            others == kafka.partitions,
            "topic {events} has {} partitions and {totals} {others}: delete {totals}, which is made again, or choose \
             another --name",
            kafka.partitions
        );
        Ok((kafka, embedded))
    }

    /// A configuration that knows the brokers.
    pub fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.brokers);
        config
    }

    /// A configuration for who reads; lesson 29 of kafka-demo tells of the back-off.
    pub fn reader(&self) -> ClientConfig {
        let mut config = self.client();
        config
            .set("enable.auto.commit", "false")
            .set("isolation.level", "read_committed")
            .set("auto.offset.reset", "error")
            .set("fetch.queue.backoff.ms", "5")
            // A cluster answers as soon as there is something; the embedded broker when the wait is over.
            .set("fetch.wait.max.ms", if self.is_embedded { "10" } else { "100" })
            .set("queued.max.messages.kbytes", "8192")
            .set("session.timeout.ms", "6000")
            .set("heartbeat.interval.ms", "1000");
        config
    }

    /// The same for who counts, many at a time: what comes within a moment comes in one answer.
    pub fn batch_reader(&self) -> ClientConfig {
        let mut config = self.reader();
        if !self.is_embedded {
            config
                .set("fetch.min.bytes", "65536")
                .set("fetch.wait.max.ms", "20");
        }
        config
    }

    /// The same for what nobody waits for: large answers cost less, here and at the brokers.
    pub fn bulk_reader(&self) -> ClientConfig {
        let mut config = self.reader();
        config
            .set("fetch.min.bytes", "1000000")
            .set("fetch.wait.max.ms", if self.is_embedded { "100" } else { "1000" });
        config
    }

    pub fn brokers(&self) -> &str {
        &self.brokers
    }

    pub fn is_embedded(&self) -> bool {
        self.is_embedded
    }

    /// After this time, whatever does not answer is given up.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// How long what was accepted is still tried to be brought to its end. On a cluster others do that.
    pub fn patience(&self) -> Duration {
        if self.is_embedded {
            self.timeout
        } else {
            Duration::ZERO
        }
    }

    /// The topic of events, by page.
    pub fn events(&self) -> &str {
        &self.name
    }

    /// The compacted topic of totals.
    pub fn totals(&self) -> String {
        format!("{}-totals", self.name)
    }

    /// The topic of what could not be read.
    pub fn dead_letters(&self) -> String {
        format!("{}-dead-letters", self.name)
    }

    fn topics(&self) -> [String; 3] {
        [self.name.clone(), self.totals(), self.dead_letters()]
    }

    /// The group of those that count.
    pub fn processors(&self) -> String {
        format!("{}-process", self.name)
    }

    /// The group of those that write Parquet.
    pub fn archivers(&self) -> String {
        format!("{}-archive", self.name)
    }

    /// What the brokers say of themselves and of a topic, or of all.
    ///
    /// # Errors
    /// Where none answers in time: what to do.
    pub fn metadata(&self, topic: Option<&str>) -> Result<Metadata> {
        let client: BaseConsumer = self.client().create().with_context(|| {
            format!(
                "{:?} is no list of brokers, 127.0.0.1:9092 would be",
                self.brokers
            )
        })?;
        client.fetch_metadata(topic, self.timeout).map_err(|error| {
            tracing::debug!("{error}");
            anyhow!(
                "no Kafka broker answers at {} within {} s: start the cluster with docker compose up -d --wait, or leave \
                 --brokers out",
                self.brokers,
                self.timeout.as_secs()
            )
        })
    }

    fn partitions_of(&self, topic: &str) -> Result<i32> {
        let metadata = self.metadata(Some(topic))?;
        let partitions = metadata
            .topics()
            .first()
            .map_or(0, |topic| topic.partitions().len());
        ensure!(
            partitions > 0,
            "topic {topic} has no partition yet: is the cluster in order?"
        );
        Ok(partitions as i32)
    }

    async fn make_topics(&self) -> Result<()> {
        let metadata = self.metadata(None)?;
        let brokers = metadata.brokers().len();
        // In a segment that is still written to nothing is compacted; what has not changed for a week is let go.
        let compacted = [
            ("cleanup.policy", "compact,delete"),
            ("segment.ms", "60000"),
            ("retention.ms", "604800000"),
        ];
        let durable = [("min.insync.replicas", if brokers > 2 { "2" } else { "1" })];
        let compacted = [&compacted[..], &durable].concat();
        let [events, totals, dead_letters] = self.topics();
        let there = metadata.topics().iter().find(|topic| topic.name() == events);
        let partitions = there.map_or(self.partitions, |events| events.partitions().len() as i32);
        let topic = |name, settings: &[(&'static str, &'static str)]| {
            let replicas = REPLICAS.min(brokers) as i32;
            let topic = NewTopic::new(name, partitions, TopicReplication::Fixed(replicas));
            settings
                .iter()
                .fold(topic, |topic, (key, value)| topic.set(key, value))
        };
        let topics = [
            topic(&events, &durable),
            topic(&totals, &compacted),
            topic(&dead_letters, &durable),
        ];
        // An embedded broker, which others join, has its topics from the start, and cannot be asked for more.
        let is_missing =
            |topic: &NewTopic<'_>| metadata.topics().iter().all(|there| there.name() != topic.name);
        let topics: Vec<_> = topics.into_iter().filter(is_missing).collect();
        if !topics.is_empty() {
            self.make(&topics).await?;
        }
        self.wait_for_leaders().await
    }

    async fn make(&self, topics: &[NewTopic<'_>]) -> Result<()> {
        let admin: AdminClient<DefaultClientContext> = self.client().create()?;
        let options = AdminOptions::new()
            .request_timeout(Some(self.timeout))
            .operation_timeout(Some(self.timeout));
        for made in admin.create_topics(topics, &options).await? {
            match made {
                // What takes its time is made all the same: whether it has leaders is asked next.
                Ok(_)
                | Err((_, RDKafkaErrorCode::TopicAlreadyExists | RDKafkaErrorCode::RequestTimedOut)) => {}
                Err((topic, code)) => return Err(anyhow!("cannot make topic {topic}: {code}")),
            }
        }
        Ok(())
    }

    /// A topic that was made just now may have no leader yet.
    async fn wait_for_leaders(&self) -> Result<()> {
        let deadline = tokio::time::Instant::now() + self.timeout;
        for topic in self.topics() {
            loop {
                let metadata = self.metadata(Some(&topic))?;
                if has_leaders(&metadata) {
                    break;
                }
                ensure!(
                    tokio::time::Instant::now() < deadline,
                    "topic {topic} has no leader yet: is the cluster in order?"
                );
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        Ok(())
    }
}

/// What a consumer tells beside messages: that a broker is gone, for example, for which librdkafka finds another one, or the
/// same again.
///
/// # Errors
/// Where what was to be read next was deleted; `what` are its records.
pub fn told(error: &KafkaError, what: impl Display) -> Result<()> {
    ensure!(
        !matches!(
            error,
            KafkaError::MessageConsumption(RDKafkaErrorCode::AutoOffsetReset)
        ),
        "{what} were deleted while they were read"
    );
    tracing::warn!("{error}");
    Ok(())
}

/// Whether there are partitions, and each has a leader.
pub fn has_leaders(metadata: &Metadata) -> bool {
    let partitions = metadata.topics().iter().flat_map(|topic| topic.partitions());
    let mut partitions = partitions.peekable();
    partitions.peek().is_some() && partitions.all(|partition| partition.leader() >= 0)
}
