//! Typed events in JSON; one that cannot be read goes to a dead-letter topic, with the reason and where it came from.

use std::{fmt, str::Utf8Error};

use anyhow::{Context, Result, ensure};
use rdkafka::{
    Message,
    consumer::{CommitMode, Consumer, StreamConsumer},
    message::{BorrowedHeaders, BorrowedMessage, Header, Headers, OwnedHeaders, OwnedMessage},
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
const MESSAGES: [Option<&[u8]>; 6] = [
    Some(br#"{"id":"p-3","cents":300,"currency":"EUR"}"#),
    Some(br#"{"id":"p-4","cents":"#),
    Some(br#"{"id":"p-5"}"#),
    Some(br#"{"id":"p-6","cents":"six hundred"}"#),
    Some(b"{\"id\":\"p-\xff\",\"cents\":700}"),
    None,
];

pub async fn run(kafka: &Kafka) -> Result<()> {
    let topic = kafka.topic("payments", 1).await?;
    let dead_letters = kafka.topic("payments-dead-letters", 1).await?;

    let producer: FutureProducer = kafka.producer().set("enable.idempotence", "true").create()?;
    for (id, cents) in [("p-1", 100), ("p-2", 200)] {
        let id = id.to_owned();
        let value = serde_json::to_vec(&Payment { id, cents })?;
        send(kafka, &producer, FutureRecord::to(&topic).payload(&value)).await?;
    }
    for value in MESSAGES {
        let headers = OwnedHeaders::new().insert(header("source", "web"));
        let mut record = FutureRecord::to(&topic).key(&b"shop-7"[..]).headers(headers);
        record.payload = value;
        send(kafka, &producer, record).await?;
    }
    let produced = 2 + MESSAGES.len();

    let consumer = consumer(kafka, &topic, "accounting")?;
    let mut read = 0;
    let mut originals = Vec::new();
    while read + originals.len() < produced {
        let message = next(kafka, &consumer).await?;
        match parse(&message) {
            Ok(Payment { id, cents }) => {
                kafka.found(format!("payment {id}"), format!("{cents} cents"));
                read += 1;
            }
            Err(unreadable) => {
                let own = message.headers().map(BorrowedHeaders::detach);
                let headers = own
                    .unwrap_or_default()
                    .insert(header("reason", unreadable.reason()))
                    .insert(header("detail", &unreadable.to_string()))
                    .insert(header("topic", message.topic()))
                    .insert(header("partition", &message.partition().to_string()))
                    .insert(header("offset", &message.offset().to_string()));
                let mut letter = FutureRecord::to(&dead_letters).headers(headers);
                // As it came: its key and time, too, and no value where it had none.
                (letter.key, letter.payload) = (message.key(), message.payload());
                letter.timestamp = message.timestamp().to_millis();
                send(kafka, &producer, letter).await?;
                originals.push(message.detach());
            }
        }
        // Only now: a crash before this repeats a dead letter, but loses none.
        consumer.commit_message(&message, CommitMode::Async)?;
    }
    kafka.found("payments read", read);
    kafka.found("dead letters", originals.len());

    let consumer = self::consumer(kafka, &dead_letters, "support")?;
    for (number, original) in originals.iter().enumerate() {
        let message = next(kafka, &consumer).await?;
        let message = message.detach();
        // The last one of a name: it may have had one by itself.
        let value = |name| {
            let found = headers(&message).rev().find(|header| header.key == name);
            let value = found.and_then(|header| header.value).unwrap_or_default();
            String::from_utf8_lossy(value).into_owned()
        };
        ensure!(value("topic") == topic, "a dead letter names another topic");
        kafka.found(
            format!("dead letter {number} came from"),
            format!("{}/{}", value("partition"), value("offset")),
        );
        kafka.found(format!("dead letter {number} is"), value("reason"));
        kafka.note(value("detail"));
        let same = (message.payload(), message.key(), message.timestamp())
            == (original.payload(), original.key(), original.timestamp());
        let kept = headers(original).eq(headers(&message).take(headers(original).count()));
        kafka.found(
            format!("dead letter {number} has the same value, key, time and headers"),
            same && kept,
        );
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

fn headers(message: &OwnedMessage) -> impl DoubleEndedIterator<Item = Header<'_, &[u8]>> {
    let headers = message.headers();
    let count = headers.map_or(0, Headers::count);
    (0..count).filter_map(move |index| headers?.try_get(index))
}

async fn send(kafka: &Kafka, producer: &FutureProducer, record: FutureRecord<'_, [u8], [u8]>) -> Result<()> {
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
