//! Four codecs and none: what one library compresses the other reads, and it is the whole batch that is compressed.

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use rdkafka::{
    ClientContext, Message, Offset, Statistics, TopicPartitionList,
    consumer::{Consumer, StreamConsumer},
    producer::{FutureProducer, FutureRecord},
};
use tokio::sync::watch;

use crate::{Kafka, receive};

const MESSAGES: usize = 1000;
const CODECS: [&str; 5] = ["none", "gzip", "snappy", "lz4", "zstd"];

pub async fn run(kafka: &Kafka) -> Result<()> {
    let readings: Vec<_> = (0..MESSAGES)
        .map(|number| {
            format!(
                r#"{{"sensor":"boiler-{}","degrees":{}}}"#,
                number % 7,
                60 + number % 13
            )
        })
        .collect();
    let mut sent = Vec::new();
    for (codec, other) in CODECS.iter().zip(CODECS.iter().cycle().skip(1)) {
        // Unless the topic says otherwise, it keeps the batch as the producer compressed it.
        let topic = topic(kafka, codec, "producer").await?;
        sent.push(produce(kafka, &topic, codec, &readings).await?);
        kafka.found(
            format!("{codec}, kept as sent: read back"),
            consume(kafka, &topic, &readings).await?,
        );
        // Told another codec, a broker reads ours with Java's libraries and writes its own, which ours then reads.
        let stored = if *other == "none" { "uncompressed" } else { other };
        let topic = self::topic(kafka, codec, stored).await?;
        produce(kafka, &topic, codec, &readings).await?;
        kafka.found(
            format!("{codec}, stored as {other}: read back"),
            consume(kafka, &topic, &readings).await?,
        );
    }
    for (codec, sent) in CODECS.iter().zip(&sent) {
        kafka.note(format!(
            "{codec}: {sent} bytes sent for {} of messages",
            readings.concat().len()
        ));
    }
    let small = CODECS
        .iter()
        .zip(&sent)
        .filter(|(_, bytes)| **bytes < sent[0] / 2);
    let small: Vec<_> = small.map(|(codec, _)| *codec).collect();
    kafka.found("less than half of the bytes", small.join(" "));
    Ok(())
}

async fn topic(kafka: &Kafka, codec: &str, stored: &str) -> Result<String> {
    let name = format!("{codec}-{stored}");
    kafka
        .topic_with(&name, 1, 3, &[("compression.type", stored)])
        .await
}

/// What the producer counts of itself, once in each `statistics.interval.ms`.
struct Counters(watch::Sender<Statistics>);

impl ClientContext for Counters {
    fn stats(&self, statistics: Statistics) {
        self.0.send_replace(statistics);
    }
}

/// Returns how many bytes went to the brokers.
async fn produce(kafka: &Kafka, topic: &str, codec: &str, readings: &[String]) -> Result<i64> {
    let (sender, mut statistics) = watch::channel(Statistics::default());
    let producer: FutureProducer<Counters> = kafka
        .producer()
        .set("compression.type", codec)
        // A batch has time to fill: the larger, the better it is compressed.
        .set("linger.ms", "50")
        .set("batch.size", "1000000")
        .set("statistics.interval.ms", "100")
        .create_with_context(Counters(sender))?;
    let deliveries = readings.iter().map(|reading| {
        let record = FutureRecord::<(), _>::to(topic).payload(reading);
        producer.send(record, kafka.timeout())
    });
    try_join_all(deliveries).await.map_err(|(error, _)| error)?;
    // One that is sent again counts again.
    let all = statistics.wait_for(|now| now.txmsgs >= readings.len() as i64);
    let all = tokio::time::timeout(kafka.timeout(), all)
        .await
        .context("no statistics came in time")??;
    Ok(all.tx_bytes)
}

async fn consume(kafka: &Kafka, topic: &str, readings: &[String]) -> Result<String> {
    // librdkafka will not consume without a group's name, even if it is not used.
    let consumer: StreamConsumer = kafka.client().set("group.id", "unused").create()?;
    let mut partition = TopicPartitionList::new();
    partition.add_partition_offset(topic, 0, Offset::Beginning)?;
    consumer.assign(&partition)?;
    let mut same = 0;
    for reading in readings {
        let message = tokio::time::timeout(kafka.timeout(), receive(&consumer)).await;
        let message = message.context("no message came in time")??;
        same += usize::from(message.payload() == Some(reading.as_bytes()));
    }
    ensure!(
        same == readings.len(),
        "only {same} of {} came back as they were",
        readings.len()
    );
    Ok(format!("{same} of {}", readings.len()))
}
