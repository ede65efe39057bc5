//! Sending each message at once makes it late: a broker answers one request of a connection at a time.

use std::time::Duration;

use anyhow::{Result, bail, ensure};
use tokio::task::spawn_blocking;

use crate::{
    Kafka,
    measure::{Meter, latencies},
};

const MESSAGES: u32 = 2000;
const UNMEASURED: u32 = 500;
const PER_SECOND: u32 = 1000;
/// A median below this is that of brokers which keep up with every request.
const NO_QUEUE: Duration = Duration::from_millis(20);

pub async fn run(kafka: &Kafka) -> Result<()> {
    let topic = kafka.topic("prices", 3).await?;
    let ways = [
        ("linger.ms 0, requests without limit", "0", "1000000", "false"),
        ("linger.ms 0, 5 requests in flight", "0", "5", "false"),
        ("linger.ms 0, 1 request in flight", "0", "1", "false"),
        ("linger.ms 1", "1", "1000000", "false"),
        ("linger.ms 5", "5", "1000000", "false"),
        ("linger.ms 0, idempotent", "0", "5", "true"),
        ("linger.ms 5, idempotent", "5", "5", "true"),
    ];
    let mut medians = Vec::new();
    for (way, linger, in_flight, idempotence) in ways {
        let mut settings = kafka.client();
        settings
            .set("acks", "all")
            .set("linger.ms", linger)
            .set("max.in.flight", in_flight)
            .set("enable.idempotence", idempotence)
            // Without limit the requests pile up for seconds, which is what this measures. Java gives up after two minutes.
            .set("message.timeout.ms", "120000")
            .set("statistics.interval.ms", "200");
        let meter = Meter::start();
        let topic = topic.clone();
        let waited =
            spawn_blocking(move || latencies(&settings, &topic, MESSAGES, UNMEASURED, PER_SECOND)).await??;
        let cost = meter.stop(u64::from(UNMEASURED + MESSAGES));
        if let Some((reason, count)) = waited.failed.iter().next() {
            bail!("{count} messages were given up: {reason}");
        }
        kafka.found(format!("{way}: acknowledged"), waited.acknowledged());
        medians.push(waited.quantile(0.5));
        kafka.note(format!(
            "p50 {:.1?}, p99 {:.1?}, {:.0} µs of CPU a message; {:.1} messages a request, {:.1?} in the producer's \
             queue, {:.1?} at the broker",
            waited.quantile(0.5),
            waited.quantile(0.99),
            cost.cpu_micros(),
            waited.per_request,
            waited.queued,
            waited.round_trip
        ));
    }
    // With acks=all a broker answers when the followers have fetched, and reads no further request of the connection
    // before. A message in each request is more requests than it can answer: they pile up on the way, each still with
    // one message. Those that wait in the producer go together. Java's limit of 5 in flight is what librdkafka lacks.
    // enable.idempotence brings it, but counts messages for requests: with 5 messages of a partition on their way no
    // further request goes, and while one waits longer than linger.ms the broker's thread asks without pause whether it
    // may. Where brokers share the processors with it, they answer the later.
    if kafka.mock().is_some() {
        kafka.note("the mock cluster has no followers to wait for: add --brokers to see the difference");
    } else {
        let [unlimited, few, _, _, linger, ..] = medians[..] else {
            bail!("nothing was measured");
        };
        if unlimited < NO_QUEUE {
            kafka.note("these brokers answer each request before the next one comes: no queue builds up, and nothing is slow");
            return Ok(());
        }
        ensure!(
            unlimited > 2 * few && unlimited > 2 * linger,
            "requests without limit made no difference: {unlimited:.1?} with them, {few:.1?} with 5 in flight, \
             {linger:.1?} with linger.ms 5"
        );
        kafka.note("few requests in flight, or a little linger: messages that wait together travel together");
    }
    Ok(())
}
