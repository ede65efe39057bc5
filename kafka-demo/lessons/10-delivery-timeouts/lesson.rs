//! What a producer gives up and when, what it tries again, and how to wait for it where its queue is full.

use std::{collections::HashSet, time::Duration};

use anyhow::{Context, Result, ensure};
use futures_util::stream::{FuturesUnordered, StreamExt};
use rdkafka::{
    error::KafkaError,
    producer::{DeliveryFuture, FutureProducer, FutureRecord, Producer},
    types::{RDKafkaApiKey, RDKafkaErrorCode, RDKafkaRespErr},
};
use tokio::time::{Instant, sleep, timeout};

use crate::{Kafka, ledger};

const MESSAGES: u64 = 1000;

pub async fn run(kafka: &Kafka) -> Result<()> {
    // How long a message may take in all: in the queue, on the wire, in every retry.
    let impatient: FutureProducer = kafka.client().set("delivery.timeout.ms", "1500").create()?;
    let patient: FutureProducer = kafka
        .client()
        .set("enable.idempotence", "true")
        .set("queue.buffering.max.messages", "100")
        // As in the Java client; by default up to ten seconds.
        .set("reconnect.backoff.max.ms", "1000")
        .create()?;
    // The topic has one replica, and its broker no longer answers.
    let topic = kafka.topic_with("orders", 1, 1, &[]).await?;
    let mut outage = Some(Outage::begin(kafka, &patient, &topic)?);

    let start = Instant::now();
    let outcome = send(kafka, &impatient, &topic, MESSAGES.to_string().as_bytes()).await?;
    kafka.found("no acknowledgement in delivery.timeout.ms", outcome);
    kafka.note(format!("given up after {:.1?}", start.elapsed()));

    let mut deliveries = FuturesUnordered::new();
    let mut full = 0;
    for number in 0..MESSAGES {
        let payload = number.to_string();
        let mut record = FutureRecord::<(), _>::to(&topic).payload(&payload);
        // FutureProducer::send would try every 100 ms. But each delivery makes room, and can be awaited.
        while let Err((error, refused)) = patient
            .send_result(record)
            .map(|delivery| deliveries.push(delivery))
        {
            if let Some(outage) = outage.take() {
                kafka.found("one more message than the queue holds", reason(&error));
                kafka.note(format!("{number} messages are in the queue"));
                outage.end()?;
            }
            ensure!(
                error.rdkafka_error_code() == Some(RDKafkaErrorCode::QueueFull),
                "{error}"
            );
            full += 1;
            settle(kafka, &mut deliveries).await?;
            record = refused;
        }
    }
    while !deliveries.is_empty() {
        settle(kafka, &mut deliveries).await?;
    }
    kafka.note(format!("the queue was full {full} times"));
    let mut numbers = ledger::delivered(kafka, &topic).await?;
    // Given up is not the same as not written: the answer may be all that was lost.
    numbers.retain(|number| *number < MESSAGES);
    kafka.found("messages in the topic", numbers.len());
    kafka.found("different ones", numbers.iter().collect::<HashSet<_>>().len());

    // The producer has a limit, message.max.bytes; the topic has one of its own.
    let topic = kafka
        .topic_with("small", 1, 3, &[("max.message.bytes", "1000")])
        .await?;
    let outcome = send(kafka, &patient, &topic, &[b' '; 2_000_000]).await?;
    kafka.found("a message too large for the producer", outcome);
    if let Some(mock) = kafka.mock() {
        let refusal = [RDKafkaRespErr::RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE];
        mock.request_errors(RDKafkaApiKey::Produce, &refusal);
    }
    let outcome = send(kafka, &patient, &topic, &[b' '; 5000]).await?;
    kafka.found("a message too large for the topic", outcome);
    Ok(())
}

/// What becomes of a message.
async fn send(kafka: &Kafka, producer: &FutureProducer, topic: &str, payload: &[u8]) -> Result<String> {
    let record = FutureRecord::<(), _>::to(topic).payload(payload);
    let result = timeout(kafka.timeout(), producer.send(record, kafka.timeout())).await;
    Ok(match result.context("the producer gave no answer in time")? {
        Ok(delivery) => format!("delivered at {}", delivery.offset),
        Err((error, _)) => reason(&error),
    })
}

/// The errors of librdkafka and of the Java client have different names.
fn reason(error: &KafkaError) -> String {
    match error.rdkafka_error_code() {
        Some(RDKafkaErrorCode::MessageTimedOut) => "timed out".to_owned(),
        Some(RDKafkaErrorCode::QueueFull) => "queue full".to_owned(),
        Some(RDKafkaErrorCode::MessageSizeTooLarge) => "too large".to_owned(),
        _ => error.to_string(),
    }
}

/// Waits for any one of the deliveries; where none is left, a moment.
async fn settle(kafka: &Kafka, deliveries: &mut FuturesUnordered<DeliveryFuture>) -> Result<()> {
    let delivery = timeout(kafka.timeout(), deliveries.next()).await;
    match delivery.context("nothing was delivered in time")? {
        Some(delivery) => {
            delivery?.map_err(|(error, _)| error)?;
        }
        // Messages of one batch leave the queue together, a moment after the last one's future is done.
        None => sleep(Duration::from_millis(1)).await,
    }
    Ok(())
}

/// The broker that leads the topic is frozen; on the mock cluster, all are down.
struct Outage<'a> {
    kafka: &'a Kafka,
    container: Option<String>,
}

impl<'a> Outage<'a> {
    fn begin(kafka: &'a Kafka, client: &FutureProducer, topic: &str) -> Result<Self> {
        if let Some(mock) = kafka.mock() {
            (1..=3).try_for_each(|broker| mock.broker_down(broker))?;
            return Ok(Self {
                kafka,
                container: None,
            });
        }
        let metadata = client.client().fetch_metadata(Some(topic), kafka.timeout())?;
        let partition = metadata
            .topics()
            .iter()
            .flat_map(|topic| topic.partitions())
            .next();
        let leader = partition.context("the topic has no partition")?.leader();
        let container = kafka.cluster()?.container(leader)?;
        kafka.cluster()?.pause(&container)?;
        Ok(Self {
            kafka,
            container: Some(container),
        })
    }

    fn end(self) -> Result<()> {
        if let Some(container) = self.container {
            self.kafka.cluster()?.bring_back(&container)?;
        }
        if let Some(mock) = self.kafka.mock() {
            // Errors that pass are tried again, without a word to the application.
            let errors = [
                RDKafkaRespErr::RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                RDKafkaRespErr::RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
                RDKafkaRespErr::RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
            ];
            mock.request_errors(RDKafkaApiKey::Produce, &errors);
            (1..=3).try_for_each(|broker| mock.broker_up(broker))?;
        }
        Ok(())
    }
}
