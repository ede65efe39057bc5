//! A thousand tasks that share one producer and one consumer, and a thousand connections of clients of their own.

use std::{collections::HashMap, fs, thread, time::Duration};

use anyhow::{Context, Result, anyhow, ensure};
use futures_util::future::try_join_all;
use indicatif::ProgressBar;
use rdkafka::{
    Message, Offset, TopicPartitionList,
    consumer::{Consumer, StreamConsumer},
    producer::{FutureProducer, FutureRecord, future_producer::Delivery},
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{
    sync::oneshot,
    task::{JoinSet, spawn_blocking},
    time::timeout,
};

use crate::{Kafka, receive};

const TASKS: usize = 1000;
/// Each has a connection to the broker that it asks first, and mostly another one to its partition's leader: of 520 clients there
/// were 975 to 1373 in several runs.
const CLIENTS: usize = 600;
const CONNECTIONS: usize = 1000;
/// A consumer of three brokers was seen to have 13 open files, a producer 10.
const FILES_PER_CLIENT: u64 = 16;
const PARTITIONS: i32 = 12;
/// A thousand connections take their time, and so do brokers that have just led their first partitions.
const PATIENCE: Duration = Duration::from_secs(60);

pub async fn run(kafka: &Kafka) -> Result<()> {
    let topic = kafka.topic("hello", PARTITIONS).await?;
    let others = connections();

    // How to do it: a FutureProducer is a handle. Its clones share one librdkafka client, with its connections,
    // threads and batches, however many tasks send with them; and one consumer serves whoever waits for a message.
    let before = Cost::now();
    let mut config = kafka.client();
    config.set("message.timeout.ms", PATIENCE.as_millis().to_string());
    let producer: FutureProducer = config.create()?;
    let mut tasks = JoinSet::new();
    let mut waiting = HashMap::new();
    for number in 0..TASKS {
        let (producer, topic, payload) = (producer.clone(), topic.clone(), number.to_string());
        let (answer, mine) = oneshot::channel();
        waiting.insert(payload.clone(), answer);
        tasks.spawn(async move {
            let record = FutureRecord::<(), _>::to(&topic).payload(&payload);
            producer
                .send(record, PATIENCE)
                .await
                .map_err(|(error, _)| error)?;
            Ok::<_, anyhow::Error>(mine.await? == payload)
        });
    }
    let consumer: StreamConsumer = kafka.client().set("group.id", kafka.name("all")).create()?;
    let mut all = TopicPartitionList::new();
    for partition in 0..PARTITIONS {
        all.add_partition_offset(&topic, partition, Offset::Beginning)?;
    }
    consumer.assign(&all)?;
    let mut results = Vec::new();
    while !waiting.is_empty() {
        tokio::select! {
            message = timeout(PATIENCE, receive(&consumer)) => {
                let message = message.context("no message came in time")??;
                let text = message.payload_view::<str>().context("no payload")??;
                if let Some(task) = waiting.remove(text) {
                    // A task that waits no more has failed, and says so itself.
                    let _ = task.send(text.to_owned());
                }
            }
            Some(result) = tasks.join_next() => results.push(result??),
        }
    }
    while let Some(result) = tasks.join_next().await {
        results.push(result??);
    }
    kafka.found(
        "tasks that share a producer: got their own message",
        count(&results),
    );
    kafka.note(format!("{TASKS} tasks cost {}", before.until_now(1)));

    // What it costs where each has a client of its own.
    let before = Cost::now();
    allow_files(before.files + FILES_PER_CLIENT * CLIENTS as u64)?;
    let progress = ProgressBar::new(2 * CLIENTS as u64);
    let mut producers = Clients::<FutureProducer>(Vec::new());
    while producers.0.len() < CLIENTS {
        producers.0.push(config.create()?);
    }
    let deliveries = producers.0.iter().enumerate().map(async |(number, producer)| {
        let delivery = send(producer, &topic, &number.to_string()).await;
        progress.inc(1);
        delivery
    });
    let deliveries = try_join_all(deliveries).await?;
    kafka.found("producers of their own: messages delivered", deliveries.len());
    kafka.note(format!("a producer costs {}", before.until_now(CLIENTS)));
    kafka.note(format!(
        "the producers had {} connections at once",
        enough_connections(others)?
    ));
    spawn_blocking(|| drop(producers)).await?;

    // Counted from the same start: memory that the producers gave back stays with the process, and is used again.
    let mut consumers = Clients::<StreamConsumer>(Vec::new());
    for delivery in &deliveries {
        let consumer: StreamConsumer = kafka
            .client()
            .set("group.id", kafka.name("each"))
            // It reads one message: no need to fetch ahead.
            .set("queued.min.messages", "1")
            .set("fetch.message.max.bytes", "1000")
            .create()?;
        let mut mine = TopicPartitionList::new();
        mine.add_partition_offset(&topic, delivery.partition, Offset::Offset(delivery.offset))?;
        consumer.assign(&mine)?;
        consumers.0.push(consumer);
    }
    let received = consumers.0.iter().enumerate().map(async |(number, consumer)| {
        let message = timeout(PATIENCE, receive(consumer))
            .await
            .context("no message came in time")??;
        progress.inc(1);
        Ok::<_, anyhow::Error>(message.payload() == Some(number.to_string().as_bytes()))
    });
    let received = try_join_all(received).await?;
    progress.finish_and_clear();
    kafka.found("consumers of their own: got their own message", count(&received));
    kafka.note(format!("a consumer costs {}", before.until_now(CLIENTS)));
    kafka.note(format!(
        "the consumers had {} connections at once",
        enough_connections(others)?
    ));
    spawn_blocking(|| drop(consumers)).await?;
    Ok(())
}

async fn send(producer: &FutureProducer, topic: &str, payload: &str) -> Result<Delivery> {
    let record = FutureRecord::<(), _>::to(topic).payload(payload);
    Ok(producer
        .send(record, PATIENCE)
        .await
        .map_err(|(error, _)| error)?)
}

fn count(own: &[bool]) -> usize {
    own.iter().filter(|own| **own).count()
}

/// A client that goes waits for its threads: all at once, on Ctrl-C too, that takes as long as one.
struct Clients<T: Send>(Vec<T>);

impl<T: Send> Drop for Clients<T> {
    fn drop(&mut self) {
        thread::scope(|scope| {
            for client in self.0.drain(..) {
                // Where the system gives no thread, it goes here.
                let _ = thread::Builder::new().spawn_scoped(scope, || drop(client));
            }
        });
    }
}

/// Raises the limit of open files, as a JVM does by itself.
fn allow_files(needed: u64) -> Result<()> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= needed) {
        return Ok(());
    }
    let raised = Rlimit {
        current: Some(needed),
        maximum,
    };
    setrlimit(Resource::Nofile, raised).map_err(|error| {
        tracing::debug!("{error}");
        let maximum = maximum.unwrap_or_default();
        anyhow!("{CLIENTS} clients need {needed} open files, the limit is {maximum}: raise it with ulimit -Hn {needed}")
    })
}

/// How many there are beside the others: enough, or it is an error.
fn enough_connections(others: usize) -> Result<usize> {
    let found = connections().saturating_sub(others);
    ensure!(found >= CONNECTIONS, "there are only {found} connections");
    Ok(found)
}

/// Each is a socket. The few that are there before any client are the runtime's.
fn connections() -> usize {
    let open = fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
    let targets = open.filter_map(|entry| fs::read_link(entry.path()).ok());
    targets
        .filter(|target| target.to_string_lossy().starts_with("socket:"))
        .count()
}

/// What this process holds.
struct Cost {
    threads: u64,
    memory: u64,
    files: u64,
}

impl Cost {
    fn now() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let number = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse().ok()
        };
        Self {
            threads: number("Threads:").unwrap_or_default(),
            memory: number("VmRSS:").unwrap_or_default(),
            files: fs::read_dir("/proc/self/fd").map_or(0, Iterator::count) as u64,
        }
    }

    fn until_now(&self, clients: usize) -> String {
        let (now, clients) = (Self::now(), clients as f64);
        format!(
            "{:.1} threads, {:.0} KiB of memory, {:.1} open files",
            now.threads.saturating_sub(self.threads) as f64 / clients,
            now.memory.saturating_sub(self.memory) as f64 / clients,
            now.files.saturating_sub(self.files) as f64 / clients
        )
    }
}
