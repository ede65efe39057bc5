//! A consumer whose queue is full fetches no more for a second: `fetch.queue.backoff.ms` makes it five milliseconds.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
    producer::{BaseRecord, Producer, ThreadedProducer},
};
use tokio::task::spawn_blocking;

use crate::{
    Kafka,
    measure::{Cost, Meter},
    poll,
};

const MESSAGES: u32 = 300_000;

pub async fn run(kafka: &Kafka) -> Result<()> {
    let topic = kafka.topic("backlog", 1).await?;
    let mut settings = kafka.client();
    // By default the queue takes 100,000 messages. Each reports its delivery; here nobody asks.
    settings.set("queue.buffering.max.messages", "0");
    let producer: ThreadedProducer<_> = settings.create()?;
    for number in 0..MESSAGES {
        let payload = number.to_be_bytes();
        let record = BaseRecord::<(), _>::to(&topic).payload(&payload);
        producer.send(record).map_err(|(error, _)| error)?;
    }
    let patience = kafka.timeout();
    spawn_blocking(move || producer.flush(patience)).await??;

    let consumed = async |backoff: &str| {
        let mut config = kafka.client();
        config
            .set("group.id", kafka.name("readers"))
            .set("enable.auto.commit", "false")
            // More than queued.min.messages, 100,000, or queued.max.messages.kbytes, 65,536, wait in the queue: fetch no
            // more, and look again after this time. A fast reader has emptied the queue long before.
            .set("fetch.queue.backoff.ms", backoff);
        let topic = topic.clone();
        spawn_blocking(move || consume(&config, &topic, patience)).await?
    };
    let (slow, pauses) = consumed("1000").await?;
    let (fast, fewer) = consumed("5").await?;
    kafka.found("consumed, each once and in order", fast.messages);

    // Whoever takes half a second and more for what the queue holds does not run dry for long.
    let runs_dry = fast.elapsed / (MESSAGES / 100_000) < Duration::from_millis(500);
    if !runs_dry {
        kafka.note(
            "this machine reads too slowly for the queue to run dry: here the default makes no difference",
        );
    }
    ensure!(
        !runs_dry || pauses > 2 * fewer,
        "the default made no difference: pauses of {pauses:.1?} with it, of {fewer:.1?} without"
    );
    kafka.note(format!("fetch.queue.backoff.ms 1000, the default: {slow}"));
    kafka.note(format!("fetch.queue.backoff.ms 5:                 {fast}"));
    kafka.note(format!(
        "with nothing to read in pauses of more than 100 ms: {:.1} of {:.1} s by default, {:.1} of {:.1} s now",
        pauses.as_secs_f64(),
        slow.elapsed.as_secs_f64(),
        fewer.as_secs_f64(),
        fast.elapsed.as_secs_f64()
    ));
    Ok(())
}

/// Consumes the whole topic; returns the cost of it, and how long there was nothing to read for more than 100 ms.
fn consume(config: &ClientConfig, topic: &str, patience: Duration) -> Result<(Cost, Duration)> {
    let consumer: BaseConsumer = config.create()?;
    let mut assignment = TopicPartitionList::new();
    assignment.add_partition_offset(topic, 0, Offset::Beginning)?;
    consumer.assign(&assignment)?;
    let mut pauses = Duration::ZERO;
    let meter = Meter::start();
    for number in 0..MESSAGES {
        let waiting = Instant::now();
        let message =
            poll(&consumer, patience).with_context(|| format!("no message came after {number}"))??;
        let waited = waiting.elapsed();
        if number > 0 && waited > Duration::from_millis(100) {
            pauses += waited;
        }
        ensure!(
            message.payload() == Some(&number.to_be_bytes()),
            "message {number} is out of order"
        );
    }
    Ok((meter.stop(u64::from(MESSAGES)), pauses))
}
