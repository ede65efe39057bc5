//! Typed events in JSON; one that cannot be read goes to a dead-letter topic, with the reason and where it came from.

use std::{fmt, str::Utf8Error};

use anyhow::{Context, Result, ensure};
use rdkafka::{
    Message,
    consumer::{CommitMode, Consumer, StreamConsumer},
    message::{BorrowedMessage, Header, Headers, OwnedHeaders},
    producer::{FutureProducer, FutureRecord},
};
use serde::{Deserialize, Serialize};

use crate::{Kafka, receive};

#[derive(Debug, Serialize, Deserialize)]
struct Payment {
    id: String,
    cents: u64,
}

/// The first has a field that this version does not know of yet; the others are broken, each in its own way.
const MESSAGES: [&[u8]; 6] = [
    br#"{"id":"p-3","cents":300,"currency":"EUR"}"#,
    br#"{"id":"p-4","cents":"#,
    br#"{"id":"p-5"}"#,
    br#"{"id":"p-6","cents":"six hundred"}"#,
    b"{\"id\":\"p-\xff\",\"cents\":700}",
    b"",
];

pub async fn run(kafka: &Kafka) -> Result<()> {
    let topic = kafka.topic("payments", 1).await?;
    let dead_letters = kafka.topic("payments-dead-letters", 1).await?;

    let producer: FutureProducer = kafka.producer().set("acks", "all").create()?;
    for (id, cents) in [("p-1", 100), ("p-2", 200)] {
        let id = id.to_owned();
        send(
            kafka,
            &producer,
            &topic,
            &serde_json::to_vec(&Payment { id, cents })?,
            OwnedHeaders::new(),
        )
        .await?;
    }
    for message in MESSAGES {
        send(kafka, &producer, &topic, message, OwnedHeaders::new()).await?;
    }
    let produced = 2 + MESSAGES.len();

    let consumer = consumer(kafka, &topic, "accounting")?;
    let (mut read, mut dead) = (0, 0);
    while read + dead < produced {
        let message = next(kafka, &consumer).await?;
        match parse(&message) {
            Ok(Payment { id, cents }) => {
                kafka.found(format!("payment {id}"), format!("{cents} cents"));
                read += 1;
            }
            Err(unreadable) => {
                let headers = OwnedHeaders::new()
                    .insert(header("reason", unreadable.reason()))
                    .insert(header("detail", &unreadable.to_string()))
                    .insert(header("topic", message.topic()))
                    .insert(header("partition", &message.partition().to_string()))
                    .insert(header("offset", &message.offset().to_string()));
                let value = message.payload().unwrap_or_default();
                send(kafka, &producer, &dead_letters, value, headers).await?;
                dead += 1;
            }
        }
        // Only now: a crash before this repeats a dead letter, but loses none.
        consumer.commit_message(&message, CommitMode::Async)?;
    }
    kafka.found("payments read", read);
    kafka.found("dead letters", dead);

    let consumer = self::consumer(kafka, &dead_letters, "support")?;
    for (number, original) in (0..dead).zip(&MESSAGES[1..]) {
        let message = next(kafka, &consumer).await?;
        let value = |name| {
            let headers = message.headers().into_iter().flat_map(Headers::iter);
            let header = headers
                .filter(|header| header.key == name)
                .find_map(|header| header.value);
            String::from_utf8_lossy(header.unwrap_or_default()).into_owned()
        };
        ensure!(value("topic") == topic, "a dead letter names another topic");
        kafka.found(
            format!("dead letter {number} came from"),
            format!("{}/{}", value("partition"), value("offset")),
        );
        kafka.found(format!("dead letter {number} is"), value("reason"));
        kafka.note(value("detail"));
        let same = message.payload() == Some(*original);
        kafka.found(format!("dead letter {number} byte for byte"), same);
    }
    Ok(())
}

enum Unreadable {
    Text(Utf8Error),
    Json(serde_json::Error),
}

impl Unreadable {
    fn reason(&self) -> &'static str {
        match self {
            Self::Text(_) => "not UTF-8",
            Self::Json(error) if error.is_data() => "not a payment",
            Self::Json(_) => "not JSON",
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(error) => error.fmt(f),
            Self::Json(error) => error.fmt(f),
        }
    }
}

fn parse(message: &BorrowedMessage<'_>) -> Result<Payment, Unreadable> {
    let text = message
        .payload_view::<str>()
        .unwrap_or(Ok(""))
        .map_err(Unreadable::Text)?;
    serde_json::from_str(text).map_err(Unreadable::Json)
}

fn header<'a>(key: &'a str, value: &'a str) -> Header<'a, &'a str> {
    Header {
        key,
        value: Some(value),
    }
}

async fn send(
    kafka: &Kafka,
    producer: &FutureProducer,
    topic: &str,
    value: &[u8],
    headers: OwnedHeaders,
) -> Result<()> {
    let record = FutureRecord::<(), _>::to(topic).payload(value).headers(headers);
    producer
        .send(record, kafka.timeout())
        .await
        .map_err(|(error, _)| error)?;
    Ok(())
}

fn consumer(kafka: &Kafka, topic: &str, group: &str) -> Result<StreamConsumer> {
    let consumer: StreamConsumer = kafka
        .client()
        .set("group.id", kafka.name(group))
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    Ok(consumer)
}

async fn next<'a>(kafka: &Kafka, consumer: &'a StreamConsumer) -> Result<BorrowedMessage<'a>> {
    let message = tokio::time::timeout(kafka.timeout(), receive(consumer)).await;
    Ok(message.context("no message came in time")??)
}
