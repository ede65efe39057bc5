//! A fourth broker joins under load, partitions move onto it and off it again, and nothing is lost.

use std::{collections::BTreeMap, process::Stdio, time::Duration};

use anyhow::{Context, Result, ensure};
use rdkafka::consumer::{BaseConsumer, Consumer};
use serde_json::json;
use tokio::{
    io::AsyncWriteExt,
    process::Command,
    time::{Instant, sleep, timeout},
};

use crate::{
    Kafka,
    ledger::{Load, delivered},
};

const PARTITIONS: i32 = 8;

/// Which brokers hold each partition; the first is the one that leads it when all is well.
pub(crate) type Plan = BTreeMap<i32, Vec<i32>>;

pub async fn run(kafka: &Kafka) -> Result<()> {
    let cluster = kafka.cluster()?;
    let topic = kafka.topic("orders", PARTITIONS).await?;
    let before = assignment(kafka, &topic)?;
    kafka.found("brokers", cluster.ids()?.len());

    let load = Load::start(kafka.client().set("acks", "all"), &topic, 200)?;
    let new = cluster.expand()?;
    kafka.found("brokers when one has joined", cluster.ids()?.len());
    kafka.found(
        "replicas on it when it has joined",
        replicas(&assignment(kafka, &topic)?, new),
    );

    // A fair share: in three of four partitions it takes one broker's place, each time another's, and where that is
    // the first it leads the partition.
    let mut after = before.clone();
    for (partition, replicas) in &mut after {
        if let Some(place) = replicas.get_mut(*partition as usize % 4) {
            *place = new;
        }
    }
    let (started, acknowledged) = (Instant::now(), load.acknowledged());
    let leaders = reassign(kafka, &topic, &after).await?;
    kafka.found("replicas on it after the reassignment", replicas(&after, new));
    let led = |leaders: Vec<i32>| leaders.into_iter().filter(|leader| *leader == new).count();
    kafka.found("partitions that it leads", led(leaders));
    kafka.note(format!(
        "reassigned in {:.1} s, while {} messages were acknowledged",
        started.elapsed().as_secs_f64(),
        load.acknowledged() - acknowledged
    ));

    let leaders = reassign(kafka, &topic, &before).await?;
    kafka.found("partitions that it leads when they are moved back", led(leaders));
    cluster.shrink()?;
    let sent = load.stop().await?;
    let count = sent.count(&delivered(kafka, &topic).await?);
    kafka.found(
        "given up by the producer",
        count.produced - count.acknowledged.len() as u64,
    );
    kafka.found("acknowledged and lost", count.lost.len());
    kafka.note(format!(
        "{} messages, the longest time without an acknowledgement was {:.1} s",
        count.acknowledged.len(),
        sent.longest_silence().as_secs_f64()
    ));
    Ok(())
}

/// Moves the partitions, and waits until each is led and held in sync as planned. Returns who leads them: another broker, if
/// asked, may not have heard of it yet.
async fn reassign(kafka: &Kafka, topic: &str, plan: &Plan) -> Result<Vec<i32>> {
    let moves: Vec<_> = plan
        .iter()
        .map(|(partition, replicas)| json!({ "topic": topic, "partition": partition, "replicas": replicas }))
        .collect();
    // librdkafka has no call for this. ZooKeeper's node /admin/reassign_partitions would do without a JVM, but the
    // tool speaks to the brokers, refuses a plan that cannot be, and works on a cluster without ZooKeeper as well.
    let cluster = kafka.cluster()?;
    let mut tool = Command::new("docker")
        .args(["exec", "--interactive", &cluster.container(cluster.ids()?[0])?])
        .args([
            "kafka-reassign-partitions",
            "--bootstrap-server",
            "localhost:29092",
        ])
        .args(["--reassignment-json-file", "/dev/stdin", "--execute"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("cannot run docker")?;
    let mut input = tool.stdin.take().context("no standard input")?;
    input
        .write_all(
            json!({ "version": 1, "partitions": moves })
                .to_string()
                .as_bytes(),
        )
        .await?;
    drop(input);
    let output = timeout(Duration::from_secs(60), tool.wait_with_output())
        .await
        .context("kafka-reassign-partitions does not end")??;
    let said = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success() && said.contains("Successfully started"),
        "kafka-reassign-partitions failed: {}",
        said.lines()
            .chain(complaint.lines())
            .next()
            .unwrap_or("it does not say why")
    );

    let client: BaseConsumer = kafka.client().create()?;
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let metadata = client.fetch_metadata(Some(topic), kafka.timeout())?;
        let partitions = metadata.topics().iter().flat_map(|topic| topic.partitions());
        let done = partitions.filter(|partition| {
            partition.replicas() == plan[&partition.id()]
                && partition.isr().len() == partition.replicas().len()
                && partition.leader() == partition.replicas()[0]
        });
        let leaders: Vec<_> = done.map(|partition| partition.leader()).collect();
        if leaders.len() == plan.len() {
            return Ok(leaders);
        }
        ensure!(
            Instant::now() < deadline,
            "the reassignment is not done after a minute"
        );
        sleep(Duration::from_millis(100)).await;
    }
}

/// How a topic's partitions are held now.
///
/// # Errors
/// Where no broker tells in time.
pub(crate) fn assignment(kafka: &Kafka, topic: &str) -> Result<Plan> {
    let client: BaseConsumer = kafka.client().create()?;
    let metadata = client.fetch_metadata(Some(topic), kafka.timeout())?;
    let partitions = metadata.topics().iter().flat_map(|topic| topic.partitions());
    Ok(partitions
        .map(|partition| (partition.id(), partition.replicas().to_vec()))
        .collect())
}

fn replicas(plan: &Plan, broker: i32) -> usize {
    plan.values()
        .flatten()
        .filter(|replica| **replica == broker)
        .count()
}
