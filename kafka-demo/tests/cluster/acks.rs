//! What `acks=all` promises holds every time: the leader is killed under load again and again, and nothing is lost.

use anyhow::{Context, Result, ensure};
use kafka_demo::{
    Kafka, Timeline,
    ledger::{Load, delivered},
};
use tokio::runtime::Runtime;

use crate::{Cluster, Test};

const RUNS: usize = 20;

pub fn tests() -> Vec<(String, Test)> {
    let run: Test = Box::new(|cluster| Runtime::new()?.block_on(nothing_is_lost(cluster)));
    vec![("acks::all_loses_nothing_in_twenty_kills".to_owned(), run)]
}

async fn nothing_is_lost(cluster: &Cluster) -> Result<()> {
    let kafka = Kafka::connect(&cluster.options, false)?;
    for run in 0..RUNS {
        kill_the_leader(&kafka, run)
            .await
            .with_context(|| format!("run {run}"))?;
    }
    Ok(())
}

async fn kill_the_leader(kafka: &Kafka, run: usize) -> Result<()> {
    let cluster = kafka.cluster()?;
    let zookeeper = kafka.zookeeper().await?;
    // Another one leads, and is killed, in each run.
    let mut brokers = cluster.ids()?;
    let count = brokers.len();
    brokers.rotate_left(run % count);
    let settings = [("min.insync.replicas", "2")];
    let topic = kafka.topic_on(&format!("run-{run}"), &brokers, &settings).await?;
    let timeline = Timeline::start(kafka, &zookeeper, &[&topic]).await?;
    let whole = |nodes: &kafka_demo::zookeeper::Nodes| {
        nodes.brokers.len() == count && nodes.in_sync(&topic, 0) == count
    };
    let before = timeline.until("partition in sync", whole).await?;
    let leader = before.leader(&topic, 0).context("nobody leads")?;
    ensure!(
        leader == brokers[0],
        "broker {leader} leads, though another one comes first"
    );

    let load = Load::start(kafka.client().set("acks", "all"), &topic, 200)?;
    load.acknowledges(100).await?;
    let container = cluster.container(leader)?;
    // Followers fetch within milliseconds: frozen for a moment, they lack what the leader has when it dies.
    let followers: Vec<_> = brokers[1..]
        .iter()
        .map(|id| cluster.container(*id))
        .collect::<Result<_>>()?;
    for follower in &followers {
        cluster.pause(follower)?;
    }
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    cluster.kill(&container)?;
    for follower in &followers {
        cluster.bring_back(follower)?;
    }
    // Its session would end after six seconds, and these nodes with it. To wait for that twenty times shows no more.
    let mut nodes = vec![format!("/brokers/ids/{leader}")];
    if before.controller == Some(leader) {
        nodes.insert(0, "/controller".to_owned());
    }
    for node in nodes {
        match zookeeper.client().delete(&node, None).await {
            Ok(()) | Err(zookeeper_client::Error::NoNode) => {}
            Err(error) => return Err(error).context(node),
        }
    }
    let led = timeline
        .until("new leader", |nodes| nodes.leader(&topic, 0) != Some(leader))
        .await?;
    if led.leader(&topic, 0).is_none() {
        // On a machine that stalls, the followers may be frozen for longer than their session, and be out of sync: only the
        // one that was killed can lead.
        cluster.bring_back(&container)?;
    }
    load.acknowledges(100).await?;
    cluster.bring_back(&container)?;
    timeline.until("partition in sync again", whole).await?;
    cluster.wait_until_whole(count).await?;
    let sent = load.stop().await?;
    let count = sent.count(&delivered(kafka, &topic).await?);
    ensure!(count.acknowledged > 200 && count.lost.is_empty(), "{count}");
    Ok(())
}
