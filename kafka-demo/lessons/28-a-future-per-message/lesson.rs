//! Awaiting each message costs a round trip for each: collect the futures, or count in a delivery callback.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use anyhow::{Result, ensure};
use futures_util::future::try_join_all;
use rdkafka::{
    ClientContext,
    message::DeliveryResult,
    producer::{BaseRecord, FutureProducer, FutureRecord, Producer, ProducerContext, ThreadedProducer},
};

use crate::{Kafka, ledger, measure::Meter};

const FEW: usize = 300;
const MANY: usize = 50_000;

pub async fn run(kafka: &Kafka) -> Result<()> {
    if let Some(mock) = kafka.mock() {
        // A broker is rarely within the same process.
        let round_trip = Duration::from_millis(2);
        (1..=3).try_for_each(|broker| mock.broker_round_trip_time(broker, round_trip))?;
    }
    // Where Java's producer sends at once, librdkafka waits 5 ms for more, and whoever awaits each message waits along.
    let producer: FutureProducer = kafka.producer().create()?;
    let topic = kafka.topic("awaited", 1).await?;
    let meter = Meter::start();
    for number in 0..FEW {
        let payload = number.to_string();
        let record = FutureRecord::<(), _>::to(&topic).payload(&payload);
        let delivery = producer.send(record, kafka.timeout()).await;
        delivery.map_err(|(error, _)| error)?;
    }
    let awaited = meter.stop(FEW as u64);
    state(kafka, "awaited one by one", &topic, FEW).await?;

    let topic = kafka.topic("joined", 1).await?;
    let meter = Meter::start();
    let mut deliveries = Vec::with_capacity(MANY);
    for number in 0..MANY {
        let payload = number.to_string();
        let record = FutureRecord::<(), _>::to(&topic).payload(&payload);
        // Into the producer's queue, and on: what comes back is the future alone.
        deliveries.push(producer.send_result(record).map_err(|(error, _)| error)?);
    }
    for delivery in try_join_all(deliveries).await? {
        delivery.map_err(|(error, _)| error)?;
    }
    let joined = meter.stop(MANY as u64);
    state(kafka, "joined", &topic, MANY).await?;

    let topic = kafka.topic("called-back", 1).await?;
    let producer: ThreadedProducer<Acknowledged> =
        kafka.producer().create_with_context(Acknowledged::default())?;
    let meter = Meter::start();
    for number in 0..MANY {
        let payload = number.to_string();
        let record = BaseRecord::<(), _>::to(&topic).payload(&payload);
        producer.send(record).map_err(|(error, _)| error)?;
    }
    while producer.in_flight_count() > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let called_back = meter.stop(MANY as u64);
    let acknowledged = producer.context().0.load(Ordering::Relaxed);
    ensure!(
        acknowledged == MANY,
        "{acknowledged} of {MANY} messages were acknowledged"
    );
    state(kafka, "with a callback", &topic, MANY).await?;

    kafka.note(format!("awaited one by one: {awaited}"));
    kafka.note(format!("joined:             {joined}"));
    kafka.note(format!("with a callback:    {called_back}"));
    let (faster, each) = (
        called_back.per_second() / awaited.per_second(),
        awaited.elapsed / FEW as u32,
    );
    kafka.note(format!(
        "one round trip each is {each:.1?} a message; many to a request go {faster:.0} times as fast"
    ));
    ensure!(faster > 2.0, "awaiting each message made no difference");
    Ok(())
}

#[derive(Default)]
struct Acknowledged(AtomicUsize);

impl ClientContext for Acknowledged {}

impl ProducerContext for Acknowledged {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        self.0.fetch_add(usize::from(result.is_ok()), Ordering::Relaxed);
    }
}

/// Whichever way they went, the same messages lie there in the same order.
async fn state(kafka: &Kafka, way: &str, topic: &str, messages: usize) -> Result<()> {
    let numbers = ledger::delivered(kafka, topic).await?;
    let in_order = numbers.iter().copied().eq(0..messages as u64);
    kafka.found(format!("{way}: delivered"), numbers.len());
    kafka.found(format!("{way}: each once and in order"), in_order);
    Ok(())
}
