//! Three replicas survive the failure of two brokers, one after the other, and nothing acknowledged is lost.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rdkafka::{
    consumer::{BaseConsumer, Consumer},
    producer::{FutureProducer, FutureRecord},
};
use tokio::time::{Instant, sleep};

use crate::{
    Kafka,
    ledger::{Load, delivered, name_of},
};

pub async fn run(kafka: &Kafka) -> Result<()> {
    let cluster = kafka.cluster()?;
    let orders = kafka
        .topic_with("orders", 1, 3, &[("min.insync.replicas", "1")])
        .await?;
    let payments = kafka
        .topic_with("payments", 1, 3, &[("min.insync.replicas", "2")])
        .await?;

    let mut config = kafka.client();
    config.set("acks", "all").set("enable.idempotence", "true");
    let load = Load::start(&config, &orders, 100)?;
    let mut leader = leader_with(kafka, &orders, 3).await?;
    wait_for_progress(kafka, &load).await?;
    let mut dead = Vec::new();
    for alive in [2, 1] {
        // The broker that fails is the one that matters most: the partition's leader.
        let container = cluster.container(leader)?;
        cluster.kill(&container)?;
        dead.push(container);
        let next = leader_with(kafka, &orders, alive).await?;
        kafka.note(format!("broker {leader} was killed, broker {next} leads now"));
        wait_for_progress(kafka, &load).await?;
        kafka.found(format!("brokers left: {alive}"), "acknowledges with acks=all");
        leader = next;
    }

    leader_with(kafka, &payments, 1).await?;
    kafka.found(
        "min.insync.replicas=2, acks=all",
        send(kafka, &payments, "all").await,
    );
    kafka.found("min.insync.replicas=2, acks=1", send(kafka, &payments, "1").await);
    // What fewer than min.insync.replicas have is not committed: the high watermark stays below it.
    kafka.found(
        "of these can be read now",
        delivered(kafka, &payments).await?.len(),
    );

    let sent = load.stop().await?;
    let count = sent.count(&delivered(kafka, &orders).await?);
    kafka.found(
        "given up by the producer",
        count.produced - count.acknowledged.len() as u64,
    );
    kafka.found("acknowledged, but not on the last broker", count.lost.len());

    for container in &dead {
        cluster.bring_back(container)?;
    }
    leader_with(kafka, &orders, 3).await?;
    let count = sent.count(&delivered(kafka, &orders).await?);
    leader_with(kafka, &payments, 3).await?;
    kafka.found(
        "of these can be read when all are back",
        delivered(kafka, &payments).await?.len(),
    );
    kafka.found("lost when all are back", count.lost.len());
    kafka.found("duplicated", count.duplicated);
    kafka.note(format!(
        "{} messages, the longest time without an acknowledgement was {:.1} s",
        count.acknowledged.len(),
        sent.longest_silence().as_secs_f64()
    ));
    Ok(())
}

/// Waits until the topic's one partition has a leader and so many replicas in sync.
async fn leader_with(kafka: &Kafka, topic: &str, in_sync: usize) -> Result<i32> {
    let client: BaseConsumer = kafka.client().create()?;
    // A dead broker is missed when its session with ZooKeeper ends.
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        if let Ok(metadata) = client.fetch_metadata(Some(topic), kafka.timeout())
            && let [topic] = metadata.topics()
            && let [partition] = topic.partitions()
            && partition.leader() >= 0
            && partition.isr().len() == in_sync
        {
            return Ok(partition.leader());
        }
        ensure!(
            Instant::now() < deadline,
            "{topic} has no leader with {in_sync} replicas in sync"
        );
        sleep(Duration::from_millis(100)).await;
    }
}

async fn wait_for_progress(kafka: &Kafka, load: &Load) -> Result<()> {
    let before = load.acknowledged();
    tokio::time::timeout(kafka.timeout(), async {
        while load.acknowledged() < before + 100 {
            sleep(Duration::from_millis(50)).await;
        }
    })
    .await
    .context("no message is acknowledged any more")
}

async fn send(kafka: &Kafka, topic: &str, acks: &str) -> String {
    let producer: FutureProducer = match kafka.producer().set("acks", acks).set("retries", "0").create() {
        Ok(producer) => producer,
        Err(error) => return error.to_string(),
    };
    match producer
        .send(FutureRecord::<(), _>::to(topic).payload("0"), kafka.timeout())
        .await
    {
        Ok(_) => "written".to_owned(),
        Err((error, _)) => name_of(&error),
    }
}
