//! How fast messages go in and come out, what processor time each takes, and how long each waits.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread::sleep,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use comfy_table::{CellAlignment, Table, presets::NOTHING};
use indicatif::{ProgressBar, ProgressStyle};
use rdkafka::{
    ClientConfig, ClientContext, Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
    error::RDKafkaErrorCode,
    message::DeliveryResult,
    producer::{BaseRecord, Producer, ProducerContext, ThreadedProducer},
};
use tokio::task::spawn_blocking;

use crate::{
    Kafka,
    measure::{Cost, Meter, latencies},
    poll,
};

pub(crate) const PARTITIONS: i32 = 12;
const MESSAGES: u64 = 100_000;
const SIZE: usize = 100;

pub async fn run(kafka: &Kafka) -> Result<()> {
    let topic = kafka.topic("load", PARTITIONS).await?;
    // On stderr, and only where that is a terminal.
    let style = ProgressStyle::with_template("{msg:10} {bar:40} {human_pos} of {human_len}")?;
    let bar = ProgressBar::new(MESSAGES).with_style(style);

    bar.set_message("producing");
    let mut producer = producer(kafka);
    // One request at a time keeps the order when one is repeated. So does idempotence: lesson 30 says what it costs.
    producer.set("acks", "all").set("max.in.flight", "1");
    let (to, told, config) = (topic.clone(), bar.clone(), producer.clone());
    let (acknowledged, producing) = spawn_blocking(move || produce(&config, &to, MESSAGES, &told)).await??;
    kafka.found("acknowledged", acknowledged);

    bar.set_message("consuming");
    let consumer = consumer(kafka);
    let (from, told) = (topic.clone(), bar.clone());
    let (in_order, consuming) = spawn_blocking(move || consume(&consumer, &from, MESSAGES, &told)).await??;
    kafka.found("consumed", consuming.messages);
    kafka.found("in the order of their partition", in_order);
    bar.finish_and_clear();

    producer.set("linger.ms", "0");
    let waited = spawn_blocking(move || latencies(&producer, &topic, 2000, 1000, 1000)).await??;
    kafka.found("acknowledged at 1000 messages/s", waited.acknowledged());

    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_header(["", "messages/s", "MB/s", "CPU µs/message", "p50 ms", "p99 ms"]);
    for (name, cost) in [("producing", producing), ("consuming", consuming)] {
        let (rate, cpu) = (cost.per_second(), cost.cpu_micros());
        let megabytes = rate * SIZE as f64 / 1e6;
        let row = [
            format!("{rate:.0}"),
            format!("{megabytes:.0}"),
            format!("{cpu:.2}"),
        ];
        table.add_row([name.to_owned()].into_iter().chain(row));
    }
    let [p50, p99] = [0.5, 0.99].map(|share| format!("{:.2}", waited.quantile(share).as_secs_f64() * 1e3));
    table.add_row(["at 1000/s", "", "", "", &p50, &p99]);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string().lines().for_each(|line| kafka.note(line));
    if kafka.mock().is_some() {
        kafka.note("the mock brokers' own work is in these figures: add --brokers to see the client's alone");
    }
    Ok(())
}

/// A producer whose messages a mock cluster can hold as well.
pub(crate) fn producer(kafka: &Kafka) -> ClientConfig {
    let mut producer = kafka.producer();
    if kafka.mock().is_some() {
        // It keeps no more than 5 MB of a partition; to stay with one for 10 ms, as is usual, may be more than that.
        producer.set("sticky.partitioning.linger.ms", "0");
    }
    producer
}

/// A consumer that does not pause where its queue is full: lesson 29 is about that.
pub(crate) fn consumer(kafka: &Kafka) -> ClientConfig {
    let mut consumer = kafka.client();
    consumer
        .set("group.id", kafka.name("readers"))
        .set("enable.auto.commit", "false")
        .set("fetch.queue.backoff.ms", "5");
    consumer
}

/// Produces numbered messages as fast as the queue takes them; returns how many were acknowledged, and the cost of it.
pub fn produce(config: &ClientConfig, topic: &str, messages: u64, bar: &ProgressBar) -> Result<(u64, Cost)> {
    // Its own thread takes the delivery reports. BaseProducer::poll counts whole milliseconds, and with one of them spins.
    let producer: ThreadedProducer<Acknowledged> = config.create_with_context(Acknowledged::default())?;
    let meter = Meter::start();
    let mut payload = [b'.'; SIZE];
    for number in 0..messages {
        payload[..8].copy_from_slice(&number.to_be_bytes());
        while let Err((error, _)) = producer.send(BaseRecord::<(), _>::to(topic).payload(&payload)) {
            // A full queue is how librdkafka says "slower": delivery reports make room.
            ensure!(
                error.rdkafka_error_code() == Some(RDKafkaErrorCode::QueueFull),
                error
            );
            sleep(Duration::from_millis(1));
        }
        if number % 1000 == 0 {
            bar.set_position(number);
        }
    }
    // What is not acknowledged within message.timeout.ms has a delivery report, too.
    while producer.in_flight_count() > 0 {
        sleep(Duration::from_millis(1));
    }
    Ok((producer.context().0.load(Ordering::Relaxed), meter.stop(messages)))
}

/// Counts delivery reports. A callback costs less than a future for each message.
#[derive(Default)]
pub struct Acknowledged(AtomicU64);

impl ClientContext for Acknowledged {}

impl ProducerContext for Acknowledged {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        self.0.fetch_add(u64::from(result.is_ok()), Ordering::Relaxed);
    }
}

/// How long brokers that are busy with what was produced may say nothing.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Consumes so many numbered messages; returns how many came in the order of their partition, and the cost of it.
pub fn consume(config: &ClientConfig, topic: &str, messages: u64, bar: &ProgressBar) -> Result<(u64, Cost)> {
    let consumer: BaseConsumer = config.create()?;
    let meter = Meter::start();
    let partitions = from_the_beginning(&consumer, topic)?;
    consumer.assign(&partitions)?;
    let mut in_order = InOrder::of(&partitions);
    let mut seen = 0;
    while seen < messages {
        let message =
            poll(&consumer, PATIENCE).with_context(|| format!("no message came after {seen}"))??;
        // Borrowed from librdkafka's buffer: nothing is copied.
        in_order.see(message.partition(), message.payload().unwrap_or_default())?;
        seen += 1;
        if seen % 1000 == 0 {
            bar.set_position(seen);
        }
    }
    Ok((in_order.count, meter.stop(seen)))
}

/// All partitions of a topic.
pub(crate) fn from_the_beginning(consumer: &BaseConsumer, topic: &str) -> Result<TopicPartitionList> {
    let metadata = consumer.fetch_metadata(Some(topic), PATIENCE)?;
    let mut partitions = TopicPartitionList::new();
    for partition in metadata.topics().iter().flat_map(|topic| topic.partitions()) {
        partitions.add_partition_offset(topic, partition.id(), Offset::Beginning)?;
    }
    Ok(partitions)
}

/// Counts the numbered messages that come in the order of their partition.
pub(crate) struct InOrder {
    next: Vec<u64>,
    pub(crate) count: u64,
}

impl InOrder {
    pub(crate) fn of(partitions: &TopicPartitionList) -> Self {
        Self {
            next: vec![0; partitions.count()],
            count: 0,
        }
    }

    pub(crate) fn see(&mut self, partition: i32, payload: &[u8]) -> Result<()> {
        let number = payload.first_chunk().context("a message without a number")?;
        let number = u64::from_be_bytes(*number);
        let next = &mut self.next[partition as usize];
        self.count += u64::from(number >= *next);
        *next = number + 1;
        Ok(())
    }
}
