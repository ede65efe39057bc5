//! Exactly once: what was written and how far was read commit together, or not at all.

use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::future::try_join_all;
use rdkafka::{
    Message, Offset, TopicPartitionList,
    consumer::{Consumer, StreamConsumer},
    error::{KafkaError, RDKafkaErrorCode},
    producer::{FutureProducer, FutureRecord, Producer},
};

use crate::{Kafka, receive, transaction::Transaction};

const PAYMENTS: usize = 6;

pub async fn run(kafka: &Kafka) -> Result<()> {
    let (payments, receipts) = (
        kafka.topic("payments", 1).await?,
        kafka.topic("receipts", 1).await?,
    );
    let producer: FutureProducer = kafka.producer().set("enable.idempotence", "true").create()?;
    let numbers: Vec<_> = (0..PAYMENTS).map(|number| number.to_string()).collect();
    let deliveries = numbers.iter().map(|number| {
        let record = FutureRecord::<(), _>::to(&payments).payload(number);
        producer.send(record, kafka.timeout())
    });
    try_join_all(deliveries).await.map_err(|(error, _)| error)?;

    let first = transactional(kafka)?;
    let consumer = consumer(kafka, &payments)?;
    let transaction = begin(kafka, &first)?;
    write_receipts(&transaction, &consumer, &receipts, 2).await?;
    send_offsets(&transaction, &consumer)?;
    transaction.commit()?;
    kafka.found("committed offset after the commit", committed(kafka, &consumer)?);

    let transaction = begin(kafka, &first)?;
    write_receipts(&transaction, &consumer, &receipts, 2).await?;
    send_offsets(&transaction, &consumer)?;
    drop(transaction);
    kafka.found("committed offset after the abort", committed(kafka, &consumer)?);
    // The abort takes back the offsets of the group, but not the position of this consumer.
    consumer.seek(&payments, 0, Offset::Offset(2), kafka.timeout())?;

    // Between the last write and the commit, the first one hangs; another with its transactional.id takes its place.
    let zombie = begin(kafka, &first)?;
    write_receipts(&zombie, &consumer, &receipts, 2).await?;
    send_offsets(&zombie, &consumer)?;
    drop(consumer);
    let second = transactional(kafka)?;
    let consumer = self::consumer(kafka, &payments)?;
    let transaction = begin(kafka, &second)?;
    write_receipts(&transaction, &consumer, &receipts, PAYMENTS).await?;
    send_offsets(&transaction, &consumer)?;
    transaction.commit()?;
    let zombies_commit = match zombie.commit() {
        Ok(()) => "done",
        Err(KafkaError::Transaction(error)) if error.code() == RDKafkaErrorCode::Fenced => "fenced",
        Err(error) => return Err(error.into()),
    };
    kafka.found("the zombie's commit", zombies_commit);

    for isolation in ["read_committed", "read_uncommitted"] {
        kafka.found(
            format!("receipts seen by {isolation}"),
            read(kafka, &receipts, isolation).await?,
        );
    }
    Ok(())
}

fn begin<'a>(kafka: &'a Kafka, producer: &'a FutureProducer) -> Result<Transaction<'a>> {
    let transaction = Transaction::begin(kafka, producer)?;
    kafka.note("a transaction is open");
    Ok(transaction)
}

fn send_offsets(transaction: &Transaction<'_>, consumer: &StreamConsumer) -> Result<()> {
    let group = consumer.group_metadata().context("the consumer has no group")?;
    let timeout = transaction.kafka.timeout();
    transaction
        .producer
        .send_offsets_to_transaction(&consumer.position()?, &group, timeout)?;
    Ok(())
}

fn transactional(kafka: &Kafka) -> Result<FutureProducer> {
    let producer: FutureProducer = kafka
        .transactional_producer()
        .set("transactional.id", kafka.name("receipt-writer"))
        // Where the group's coordinator dies, send_offsets_to_transaction waits for it whatever its time-out, and asks who has
        // taken over only when some connection comes or goes. One that is idle for so long goes.
        .set("connections.max.idle.ms", kafka.timeout().as_millis().to_string())
        .create()?;
    // Aborts what another with this id left open, and fences it.
    producer.init_transactions(kafka.timeout().max(Duration::from_secs(30)))?;
    Ok(producer)
}

fn consumer(kafka: &Kafka, topic: &str) -> Result<StreamConsumer> {
    let consumer: StreamConsumer = kafka
        .client()
        .set("group.id", kafka.name("receipt-writers"))
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .set("isolation.level", "read_committed")
        // The mock cluster lets a new member wait almost this long after the last one left.
        .set("session.timeout.ms", "6000")
        .create()?;
    consumer.subscribe(&[topic])?;
    Ok(consumer)
}

/// Writes receipts of the next payments: of so many, or to the last.
async fn write_receipts(
    transaction: &Transaction<'_>,
    consumer: &StreamConsumer,
    receipts: &str,
    most: usize,
) -> Result<()> {
    let timeout = transaction.kafka.timeout();
    for _ in 0..most {
        let payment = tokio::time::timeout(timeout, receive(consumer)).await;
        let payment = payment.context("no payment came in time")??;
        let record = FutureRecord::<(), _>::to(receipts).payload(payment.payload().unwrap_or_default());
        transaction
            .producer
            .send(record, timeout)
            .await
            .map_err(|(error, _)| error)?;
        if payment.offset() + 1 == PAYMENTS as i64 {
            break;
        }
    }
    Ok(())
}

fn committed(kafka: &Kafka, consumer: &StreamConsumer) -> Result<String> {
    let committed = consumer.committed(kafka.timeout())?;
    Ok(
        match committed.elements().first().context("no partition")?.offset() {
            Offset::Offset(offset) => offset.to_string(),
            _ => "none".to_owned(),
        },
    )
}

/// All that a consumer sees in the topic, to its end.
async fn read(kafka: &Kafka, topic: &str, isolation: &str) -> Result<String> {
    let consumer: StreamConsumer = kafka
        .client()
        .set("group.id", "unused")
        .set("isolation.level", isolation)
        .set("enable.partition.eof", "true")
        .create()?;
    let mut partition = TopicPartitionList::new();
    partition.add_partition_offset(topic, 0, Offset::Beginning)?;
    consumer.assign(&partition)?;
    let mut seen = Vec::new();
    loop {
        let message = tokio::time::timeout(kafka.timeout(), receive(&consumer)).await;
        match message.context("nothing more came in time")? {
            Ok(message) => seen.push(message.payload_view::<str>().context("no value")??.to_owned()),
            Err(KafkaError::PartitionEOF(_)) => return Ok(seen.join(" ")),
            Err(error) => return Err(error.into()),
        }
    }
}
