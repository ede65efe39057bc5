//! Kafka's own tools, and the Java program that takes latencies.

use std::process::Command;

use anyhow::{Context, Result};

use super::{PER_SECOND, Run, SIZE, Told, UNMEASURED_SECONDS, Work, measured};

/// Those of Kafka's own scripts around these tools.
const JVM: [&str; 5] = [
    "-Xmx512M",
    "-server",
    "-XX:+UseG1GC",
    "-XX:MaxGCPauseMillis=20",
    "-XX:InitiatingHeapOccupancyPercent=35",
];
/// The tool counts whole milliseconds; this program does the same work and counts smaller ones.
const LATENCY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/kafka/Latency.java");

pub(super) fn command(run: &Run<'_>) -> Result<Command> {
    let mut java = Command::new("java");
    java.args(JVM).arg("-cp").arg(format!("{}/*", kafka_demo::JARS));
    let messages = run.messages.to_string();
    let settings = run.work.settings().into_iter();
    let settings = settings.map(|(key, value)| format!("{key}={value}"));
    match run.work {
        Work::Producing { .. } | Work::ProducingByDefault { .. } => {
            java.arg("org.apache.kafka.tools.ProducerPerformance");
            java.args(["--topic", run.topic, "--num-records", &messages]);
            java.args(["--record-size", &SIZE.to_string(), "--throughput", "-1"]);
            java.args(["--producer-props", &format!("bootstrap.servers={}", run.brokers)]);
            java.args(settings);
        }
        Work::Consuming { .. } => {
            java.arg("org.apache.kafka.tools.ConsumerPerformance");
            java.args(["--bootstrap-server", run.brokers, "--topic", run.topic]);
            java.args(["--messages", &messages, "--hide-header", "--timeout", "60000"]);
        }
        Work::Waiting { .. } => {
            java.args([LATENCY, run.brokers, run.topic]);
            let seconds = measured(run.messages)? / PER_SECOND;
            java.args([PER_SECOND, seconds, UNMEASURED_SECONDS, SIZE].map(|number| number.to_string()));
            java.args(settings);
        }
    }
    Ok(java)
}

/// What the program printed at its end.
pub(super) fn told(run: &Run<'_>, stdout: &str) -> Result<Told> {
    let last = stdout.lines().rfind(|line| !line.trim().is_empty());
    last.and_then(|line| parse(run, line))
        .with_context(|| format!("cannot read what Java printed: {stdout}"))
}

fn parse(run: &Run<'_>, line: &str) -> Option<Told> {
    Some(match run.work {
        Work::Producing { .. } | Work::ProducingByDefault { .. } => {
            let (_, rest) = line.split_once(" records sent, ")?;
            Told::PerSecond(rest.split(' ').next()?.parse().ok()?)
        }
        // Start, end, MB, MB/s, messages, messages/s; then without the time until it has joined its group: ms, ms,
        // MB/s, messages/s. Where it waits too long for a message it ends before it has all, and calls that success.
        Work::Consuming { .. } => {
            let columns: Vec<_> = line.split(',').map(str::trim).collect();
            let consumed: u64 = columns.get(4)?.parse().ok()?;
            let rate = columns.last()?.parse().ok()?;
            (consumed >= run.messages).then_some(Told::PerSecond(rate))?
        }
        Work::Waiting { .. } => {
            let mut words = line.split(' ');
            Told::Latency {
                p50_micros: words.next()?.parse().ok()?,
                p99_micros: words.next()?.parse().ok()?,
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(work: Work, line: &str) -> Option<f64> {
        let run = Run {
            work,
            brokers: "",
            topic: "",
            messages: 3_000_000,
        };
        match told(&run, line).ok()? {
            Told::PerSecond(rate) => Some(rate),
            Told::Latency { .. } => None,
        }
    }

    #[test]
    fn reads_what_the_producer_prints() {
        let producing = Work::Producing {
            acks: "1",
            idempotent: false,
        };
        let printed = "501 records sent, 100.2 records/sec (0.01 MB/sec), 5.8 ms avg latency, 301.0 ms max latency.\n\
             3000000 records sent, 412371.134021 records/sec (39.33 MB/sec), 12.34 ms avg latency, 301.00 ms max \
             latency, 5 ms 50th, 30 ms 95th, 60 ms 99th, 90 ms 99.9th.\n";
        assert_eq!(rate(producing, printed), Some(412_371.134_021));
        assert_eq!(rate(producing, "error"), None);
    }

    #[test]
    fn reads_what_the_consumer_prints() {
        let consuming = Work::Consuming { in_batches: false };
        let printed = "2026-01-01 10:00:00:000, 2026-01-01 10:00:05:000, 286.1, 57.2, 3000000, 600000.0, 1000, 4000, \
             71.5, 750000.0000\n";
        assert_eq!(rate(consuming, printed), Some(750_000.0));
        let too_few = printed.replace("3000000", "2999999");
        assert_eq!(rate(consuming, &too_few), None);
    }
}
