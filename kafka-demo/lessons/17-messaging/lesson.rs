//! Services that know a topic, not each other: one is down for a while and catches up. And a question with an answer.

use std::collections::{HashMap, HashSet, VecDeque};

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use rdkafka::{
    Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer, StreamConsumer},
    message::{BorrowedMessage, Header, Headers, OwnedHeaders},
    producer::{FutureProducer, FutureRecord},
};
use serde::{Deserialize, Serialize};

use crate::{Kafka, committed, receive};

const PARTITIONS: i32 = 3;

#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Order {
    number: u32,
    customer: String,
    item: String,
    pieces: u32,
    cents: u32,
}

pub async fn run(kafka: &Kafka) -> Result<()> {
    let lines = include_str!("orders.jsonl").lines();
    let orders: Vec<Order> = lines.map(serde_json::from_str).collect::<Result<_, _>>()?;
    let topic = kafka.topic("orders", PARTITIONS).await?;
    let requests = kafka.topic("stock-requests", 1).await?;
    let replies = kafka.topic("stock-replies", 1).await?;

    let producer: FutureProducer = kafka.producer().set("enable.idempotence", "true").create()?;
    let billing = service(kafka, "billing", &topic)?;
    let shipping = service(kafka, "shipping", &topic)?;
    publish(kafka, &producer, &topic, &orders[..6]).await?;
    let mut invoices = handle(kafka, &billing, 6).await?;
    let mut parcels = handle(kafka, &shipping, 6).await?;
    kafka.found("orders billed, both services up", invoices.len());
    kafka.found("orders shipped, both services up", parcels.len());

    // Shipping is down. Nobody needs to know.
    drop(shipping);
    publish(kafka, &producer, &topic, &orders[6..]).await?;
    invoices.extend(handle(kafka, &billing, 6).await?);
    kafka.found("orders billed, shipping down", invoices.len());
    kafka.found("consumer lag of shipping, down", lag(kafka, "shipping", &topic)?);

    let shipping = service(kafka, "shipping", &topic)?;
    parcels.extend(handle(kafka, &shipping, 6).await?);
    drop(shipping);
    kafka.found("orders shipped, up again", parcels.len());
    kafka.found(
        "consumer lag of shipping, up again",
        lag(kafka, "shipping", &topic)?,
    );
    let different: HashSet<_> = parcels.iter().collect();
    kafka.found("orders shipped twice", parcels.len() - different.len());
    let mut customers = HashSet::new();
    for customer in orders.iter().map(|order| order.customer.as_str()) {
        if customers.insert(customer) {
            let cents = of(customer, &invoices, |order| order.cents);
            kafka.found(format!("cents billed to {customer}"), cents);
            let numbers = of(customer, &parcels, |order| order.number);
            kafka.found(format!("orders shipped to {customer}"), numbers);
        }
    }

    // A question wants an answer: who asks names the topic for it, and an id to know it by.
    let mut waiting = HashMap::new();
    for item in ["keyboard", "monitor", "desk"] {
        let id = format!("{:032x}", fastrand::u128(..));
        let headers = correlation(&id).insert(Header {
            key: "reply-to",
            value: Some(&replies),
        });
        let request = FutureRecord::<(), _>::to(&requests)
            .payload(item)
            .headers(headers);
        let sent = producer.send(request, kafka.timeout()).await;
        sent.map_err(|(error, _)| error)?;
        waiting.insert(id, item);
    }
    answer(kafka, &producer, &requests).await?;
    let consumer = reader(kafka, &replies)?;
    let mut order = Vec::new();
    let mut unexpected = 0;
    while !waiting.is_empty() {
        let reply = tokio::time::timeout(kafka.timeout(), receive(&consumer))
            .await
            .context("no reply came in time")??;
        let Some(item) = waiting.remove(header(&reply, "correlation-id")?) else {
            unexpected += 1;
            continue;
        };
        order.push(item);
        kafka.found(format!("stock of {item}"), text(&reply)?);
    }
    kafka.found("order of the replies", order.join(" "));
    kafka.found("replies that nobody waits for", unexpected);
    ensure!(
        parcels.len() == orders.len(),
        "shipping has {} of {} orders",
        parcels.len(),
        orders.len()
    );
    Ok(())
}

/// Each service is a group of its own, and has every order.
fn service(kafka: &Kafka, name: &str, topic: &str) -> Result<StreamConsumer> {
    let consumer: StreamConsumer = kafka
        .client()
        .set("group.id", kafka.name(name))
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .set("session.timeout.ms", "6000")
        .create()?;
    consumer.subscribe(&[topic])?;
    Ok(consumer)
}

async fn publish(kafka: &Kafka, producer: &FutureProducer, topic: &str, orders: &[Order]) -> Result<()> {
    let deliveries = orders.iter().map(async |order| {
        let json = serde_json::to_string(order)?;
        let record = FutureRecord::to(topic).key(&order.customer).payload(&json);
        let delivery = producer.send(record, kafka.timeout()).await;
        delivery.map_err(|(error, _)| anyhow::Error::from(error))
    });
    try_join_all(deliveries).await?;
    Ok(())
}

async fn handle(kafka: &Kafka, consumer: &StreamConsumer, count: usize) -> Result<Vec<Order>> {
    let mut handled = Vec::new();
    while handled.len() < count {
        let message = tokio::time::timeout(kafka.timeout(), receive(consumer))
            .await
            .context("no order came in time")??;
        handled.push(serde_json::from_str(text(&message)?)?);
    }
    consumer.commit_consumer_state(CommitMode::Sync)?;
    Ok(handled)
}

/// How many orders a service has not handled yet: anyone may ask, the service need not be up.
fn lag(kafka: &Kafka, name: &str, topic: &str) -> Result<i64> {
    let group = kafka.name(name);
    let client: BaseConsumer = kafka.client().set("group.id", group).create()?;
    let mut partitions = TopicPartitionList::new();
    partitions.add_partition_range(topic, 0, PARTITIONS - 1);
    let committed = committed(&client, &partitions, kafka.timeout())?;
    let lags = committed.elements().into_iter().map(|partition| {
        let (_, end) = client.fetch_watermarks(topic, partition.partition(), kafka.timeout())?;
        Ok(match partition.offset() {
            Offset::Offset(offset) => end - offset,
            _ => end,
        })
    });
    lags.sum()
}

fn of(customer: &str, orders: &[Order], what: fn(&Order) -> u32) -> String {
    let orders = orders.iter().filter(|order| order.customer == customer);
    let values: Vec<_> = orders.map(|order| what(order).to_string()).collect();
    values.join(" ")
}

/// The stock service: answers where it is told to, in an order of its own.
async fn answer(kafka: &Kafka, producer: &FutureProducer, requests: &str) -> Result<()> {
    let stock = HashMap::from([("keyboard", "12"), ("monitor", "0"), ("desk", "3")]);
    let consumer = reader(kafka, requests)?;
    let mut answers = VecDeque::new();
    while answers.len() < 3 {
        let request = tokio::time::timeout(kafka.timeout(), receive(&consumer))
            .await
            .context("no request came in time")??;
        let to = header(&request, "reply-to")?.to_owned();
        let id = header(&request, "correlation-id")?.to_owned();
        answers.push_front((to, id, *stock.get(text(&request)?).context("no such item")?));
    }
    // To a question of yesterday, whose asker has given up.
    answers.push_front((answers[0].0.clone(), "yesterday".to_owned(), "7"));
    for (to, id, pieces) in answers {
        let answer = FutureRecord::<(), _>::to(&to)
            .payload(pieces)
            .headers(correlation(&id));
        let sent = producer.send(answer, kafka.timeout()).await;
        sent.map_err(|(error, _)| error)?;
    }
    Ok(())
}

fn reader(kafka: &Kafka, topic: &str) -> Result<StreamConsumer> {
    // rdkafka wants a group id even where no group is joined.
    let consumer: StreamConsumer = kafka.client().set("group.id", kafka.name("reader")).create()?;
    let mut partition = TopicPartitionList::new();
    partition.add_partition_offset(topic, 0, Offset::Beginning)?;
    consumer.assign(&partition)?;
    Ok(consumer)
}

fn correlation(id: &str) -> OwnedHeaders {
    OwnedHeaders::new().insert(Header {
        key: "correlation-id",
        value: Some(id),
    })
}

fn header<'a>(message: &'a BorrowedMessage<'_>, key: &str) -> Result<&'a str> {
    let mut headers = message.headers().into_iter().flat_map(Headers::iter);
    let value = headers
        .find(|header| header.key == key)
        .and_then(|header| header.value);
    Ok(std::str::from_utf8(
        value.with_context(|| format!("no header {key}"))?,
    )?)
}

fn text<'a>(message: &'a BorrowedMessage<'_>) -> Result<&'a str> {
    Ok(message.payload_view().context("a message without a value")??)
}
