//! Sending each message at once makes it late: a broker answers one request of a connection at a time.

use anyhow::{Result, ensure};
use tokio::task::block_in_place;

use crate::{Kafka, measure::latencies};

const MESSAGES: u32 = 2000;
const UNMEASURED: u32 = 500;
const PER_SECOND: u32 = 1000;

pub async fn run(kafka: &Kafka) -> Result<()> {
    let topic = kafka.topic("prices", 3).await?;
    let ways = [
        ("linger.ms 0, requests without limit", "0", "1000000"),
        ("linger.ms 0, 5 requests in flight", "0", "5"),
        ("linger.ms 0, 1 request in flight", "0", "1"),
        ("linger.ms 1", "1", "1000000"),
        ("linger.ms 5", "5", "1000000"),
    ];
    for (way, linger, in_flight) in ways {
        let mut settings = kafka.client();
        settings
            .set("acks", "all")
            .set("linger.ms", linger)
            .set("max.in.flight", in_flight)
            .set("statistics.interval.ms", "200");
        let waited = block_in_place(|| latencies(&settings, &topic, MESSAGES, UNMEASURED, PER_SECOND))?;
        ensure!(waited.failed == 0, "{} messages were given up", waited.failed);
        kafka.found(format!("{way}: acknowledged"), waited.acknowledged());
        kafka.note(format!(
            "p50 {:.1?}, p99 {:.1?}; {:.1} messages a request, {:.1?} in the producer's queue, {:.1?} at the broker",
            waited.quantile(0.5),
            waited.quantile(0.99),
            waited.per_request,
            waited.queued,
            waited.round_trip
        ));
    }
    // With acks=all a broker answers when the followers have fetched, and reads no further request of the connection
    // before. A message in each request is more requests than it can answer: they pile up on the way, each still with
    // one message. Those that wait in the producer go together. Java's limit of 5 in flight is what librdkafka lacks;
    // enable.idempotence brings it.
    if kafka.mock().is_some() {
        kafka.note("the mock cluster has no followers to wait for: add --brokers to see the difference");
    } else {
        kafka.note("few requests in flight, or a little linger: messages that wait together travel together");
    }
    Ok(())
}
