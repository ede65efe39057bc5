//! A key decides the partition: the same one that the Java client chooses, where librdkafka is told to hash as it does.

use anyhow::Result;
use futures_util::future::try_join_all;
use rdkafka::producer::{FutureProducer, FutureRecord};

use crate::Kafka;

const PARTITIONS: i32 = 12;
const KEYS: usize = 1000;

pub async fn run(kafka: &Kafka) -> Result<()> {
    let topic = kafka.topic("orders", PARTITIONS).await?;

    let java: FutureProducer = kafka.producer().set("partitioner", "murmur2_random").create()?;
    let keys: Vec<String> = (0..KEYS).map(|number| format!("customer-{number}")).collect();
    let partitions = partitions(kafka, &java, &topic, &keys).await?;
    for (keys, partitions) in keys.chunks(50).zip(partitions.chunks(50)) {
        let list: Vec<_> = partitions.iter().map(ToString::to_string).collect();
        kafka.found(
            format!("partitions of {} to {}", keys[0], keys[49]),
            list.join(" "),
        );
    }
    let unusual = ["", "Zoë", "\u{1f600}", "a key with spaces"].map(str::to_owned);
    for (key, partition) in unusual
        .iter()
        .zip(self::partitions(kafka, &java, &topic, &unusual).await?)
    {
        kafka.found(format!("partition of {key:?}"), partition);
    }

    // What librdkafka does unless told otherwise: a hash of its own, CRC32. Beside a Java client, the same customer's
    // orders would lie in two partitions, in no order.
    let default: FutureProducer = kafka.producer().create()?;
    let others = self::partitions(kafka, &default, &topic, &keys).await?;
    let elsewhere = partitions
        .iter()
        .zip(&others)
        .filter(|(java, other)| java != other)
        .count();
    kafka.note(format!(
        "by librdkafka's default, {elsewhere} of {KEYS} keys would lie elsewhere"
    ));
    Ok(())
}

async fn partitions(
    kafka: &Kafka,
    producer: &FutureProducer,
    topic: &str,
    keys: &[String],
) -> Result<Vec<i32>> {
    let deliveries = keys.iter().map(|key| {
        let record = FutureRecord::to(topic).key(key).payload("an order");
        producer.send(record, kafka.timeout())
    });
    let deliveries = try_join_all(deliveries).await.map_err(|(error, _)| error)?;
    Ok(deliveries.iter().map(|delivery| delivery.partition).collect())
}
