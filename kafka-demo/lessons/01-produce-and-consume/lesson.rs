//! A record with key, headers and timestamp goes to a topic and comes back.

use anyhow::{Context, Result};
use rdkafka::{
    Message,
    consumer::{Consumer, StreamConsumer},
    message::{Header, Headers, OwnedHeaders},
    producer::{FutureProducer, FutureRecord},
};

use crate::{Kafka, receive};

pub async fn run(kafka: &Kafka) -> Result<()> {
    // Retention goes by the timestamps, and these are years old.
    let topic = kafka
        .topic_with("greetings", 1, 3, &[("retention.ms", "-1")])
        .await?;

    let producer: FutureProducer = kafka.producer().set("enable.idempotence", "true").create()?;
    for (number, name) in ["Alice", "Bob", "Zoë"].into_iter().enumerate() {
        let greeting = format!("Hello {name}");
        let headers = OwnedHeaders::new()
            .insert(Header {
                key: "language",
                value: Some("en"),
            })
            .insert(Header::<&[u8]> {
                key: "draft",
                value: None,
            });
        let record = FutureRecord::to(&topic)
            .key(name)
            .payload(&greeting)
            .headers(headers)
            .timestamp(1_700_000_000_000 + number as i64);
        let delivery = producer
            .send(record, kafka.timeout())
            .await
            .map_err(|(error, _)| error)?;
        kafka.found(format!("offset of {name}"), delivery.offset);
    }
    // No value at all is another thing than an empty one.
    let tombstone = FutureRecord::<str, [u8]>::to(&topic)
        .key("Bob")
        .timestamp(1_700_000_000_003);
    let delivery = producer
        .send(tombstone, kafka.timeout())
        .await
        .map_err(|(error, _)| error)?;
    kafka.found("offset of the tombstone", delivery.offset);

    let consumer: StreamConsumer = kafka
        .client()
        .set("group.id", kafka.name("readers"))
        .set("auto.offset.reset", "earliest")
        .create()?;
    consumer.subscribe(&[&topic])?;
    for _ in 0..4 {
        let message = tokio::time::timeout(kafka.timeout(), receive(&consumer))
            .await
            .context("no message came in time")??;
        let key = message.key_view::<str>().context("no key")??;
        let offset = message.offset();
        let value = message.payload_view::<str>().transpose()?.unwrap_or("null");
        kafka.found(format!("key at {offset}"), key);
        kafka.found(format!("value at {offset}"), value);
        kafka.found(
            format!("timestamp at {offset}"),
            message.timestamp().to_millis().context("no timestamp")?,
        );
        let headers = message
            .headers()
            .into_iter()
            .flat_map(Headers::iter)
            .map(|header| {
                let value = header.value.map_or("null".into(), String::from_utf8_lossy);
                format!("{}: {value}", header.key)
            });
        kafka.found(
            format!("headers at {offset}"),
            headers.collect::<Vec<_>>().join(", "),
        );
    }
    Ok(())
}
