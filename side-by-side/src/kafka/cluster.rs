//! The cluster that both programs work on: its topics, and what lies in them.

use std::{
    process::Command,
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, bail, ensure};
use kafka_demo::Compose;
use procfs::process::Process;
use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    consumer::{BaseConsumer, Consumer},
    error::RDKafkaErrorCode,
    producer::{FutureProducer, FutureRecord},
};
use tokio::runtime::Runtime;

use crate::process::Cpu;

const TIMEOUT: Duration = Duration::from_secs(60);

pub(super) struct Cluster {
    brokers: String,
    reader: BaseConsumer,
    admin: AdminClient<DefaultClientContext>,
    producer: FutureProducer,
    runtime: Runtime,
    /// The brokers' processes, where they were started for this.
    processes: Vec<Process>,
}

impl Cluster {
    pub(super) fn connect(brokers: &str, compose: Option<&Compose>) -> Result<Self> {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", brokers);
        let reader: BaseConsumer = config.create()?;
        reader.fetch_metadata(None, TIMEOUT).with_context(|| {
            format!(
                "no Kafka broker answers at {brokers}: start the cluster with docker compose up -d --wait"
            )
        })?;
        Ok(Self {
            brokers: brokers.to_owned(),
            admin: config.create()?,
            producer: config
                .set("acks", "all")
                .set("message.timeout.ms", TIMEOUT.as_millis().to_string())
                .create()?,
            reader,
            runtime: Runtime::new()?,
            processes: match compose {
                Some(compose) => ["kafka-1", "kafka-2", "kafka-3"]
                    .map(|service| process(&compose.container(service)?))
                    .into_iter()
                    .collect::<Result<_>>()?,
                None => Vec::new(),
            },
        })
    }

    /// The processor time of all brokers so far, in microseconds, where they were started for this.
    pub(super) fn cpu_micros(&self) -> Result<Option<f64>> {
        let micros = |process: &Process| {
            let cpu = Cpu::of(&process.stat()?);
            Ok(cpu.user_micros + cpu.kernel_micros)
        };
        let micros: Vec<f64> = self.processes.iter().map(micros).collect::<Result<_>>()?;
        Ok((!micros.is_empty()).then(|| micros.iter().sum()))
    }

    pub(super) fn brokers(&self) -> &str {
        &self.brokers
    }

    /// Makes a topic without messages that all its replicas serve, and returns its name. Of one that was only made, the
    /// followers may not fetch yet, and a leader may not lead: who comes first would wait for it, or without
    /// acknowledgements lose its messages.
    pub(super) fn topic(&self, partitions: i32, replicas: i32) -> Result<String> {
        twice(|| self.new_topic(partitions, replicas))
    }

    fn new_topic(&self, partitions: i32, replicas: i32) -> Result<String> {
        let since = std::time::UNIX_EPOCH.elapsed()?;
        let name = format!("side-by-side-{}", since.as_micros());
        let topic = NewTopic::new(&name, partitions, TopicReplication::Fixed(replicas));
        let options = AdminOptions::new().operation_timeout(Some(TIMEOUT));
        for result in self
            .runtime
            .block_on(self.admin.create_topics([&topic], &options))
            .with_context(|| format!("cannot make topic {name}"))?
        {
            result.map_err(|(name, code)| anyhow!("cannot make topic {name}: {code}"))?;
        }
        let mut all = TopicPartitionList::new();
        for partition in 0..partitions {
            let first = FutureRecord::<(), _>::to(&name).partition(partition).payload("");
            self.runtime
                .block_on(self.producer.send(first, TIMEOUT))
                .map_err(|(error, _)| error)
                .with_context(|| format!("topic {name} is not ready"))?;
            all.add_partition_offset(&name, partition, Offset::End)?;
        }
        for element in self
            .runtime
            .block_on(self.admin.delete_records(&all, &options))
            .with_context(|| format!("cannot empty topic {name}"))?
            .elements()
        {
            element.error()?;
        }
        Ok(name)
    }

    /// How many messages lie in the topic, on all replicas in sync.
    fn messages(&self, topic: &str) -> Result<u64> {
        let mut found = 0;
        for partition in 0..super::PARTITIONS {
            let (low, high) = self.reader.fetch_watermarks(topic, partition, TIMEOUT)?;
            found += (high - low).unsigned_abs();
        }
        Ok(found)
    }

    pub(super) fn delete(&self, topic: &str) -> Result<()> {
        let options = AdminOptions::new().operation_timeout(Some(TIMEOUT));
        let deleted = twice(|| {
            let deleted = self.admin.delete_topics(&[topic], &options);
            let deleted = self.runtime.block_on(deleted);
            deleted.with_context(|| format!("cannot delete topic {topic}"))
        });
        for result in deleted? {
            match result {
                // The first request did it.
                Ok(_) | Err((_, RDKafkaErrorCode::UnknownTopicOrPartition)) => {}
                Err((name, code)) => bail!("cannot delete topic {name}: {code}"),
            }
        }
        Ok(())
    }

    /// Waits until so many messages lie in the topic: without acknowledgements they may still be on their way.
    pub(super) fn wait_for(&self, topic: &str, messages: u64) -> Result<()> {
        let deadline = Instant::now() + TIMEOUT;
        loop {
            let found = self.messages(topic)?;
            if found == messages {
                return Ok(());
            }
            ensure!(
                found < messages && Instant::now() < deadline,
                "{found} messages lie in a topic that should have {messages}"
            );
            sleep(Duration::from_millis(50));
        }
    }
}

/// Once more where it fails: librdkafka does not repeat an administrative request, and one was seen to stay without an answer.
fn twice<T>(ask: impl Fn() -> Result<T>) -> Result<T> {
    ask().or_else(|error| {
        eprintln!("once more: {error:#}");
        ask()
    })
}

/// A container's process, as this machine numbers it.
fn process(container: &str) -> Result<Process> {
    let found = Command::new("docker")
        .args(["inspect", "--format", "{{.State.Pid}}", container])
        .output()?;
    let pid = String::from_utf8(found.stdout)?;
    let pid = pid
        .trim()
        .parse()
        .context("Docker does not tell a broker's process")?;
    Process::new(pid)
        .context("cannot read a broker's process in /proc: this benchmark needs Docker's engine on Linux")
}
