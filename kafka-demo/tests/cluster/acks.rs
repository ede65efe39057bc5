//! What `acks=all` promises holds every time: the leader is killed under load again and again, and nothing is lost. What is
//! acknowledged by the leader alone is lost in the same kills: so there was something to lose.

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use kafka_demo::{
    Kafka, Timeline,
    acks::{Settings, loads_on, topics_for},
    ledger::{Load, delivered},
    zookeeper::Nodes,
};
use tokio::runtime::Runtime;

use crate::{Cluster, Test};

const RUNS: usize = 20;
const SETTINGS: [Settings; 3] = [("all", "false"), ("all", "true"), ("1", "false")];

pub fn tests() -> Vec<(String, Test)> {
    let run: Test = Box::new(|cluster| Runtime::new()?.block_on(nothing_is_lost(cluster)));
    vec![("acks::all_loses_nothing_in_twenty_kills".to_owned(), run)]
}

async fn nothing_is_lost(cluster: &Cluster) -> Result<()> {
    let kafka = Kafka::connect(&cluster.options, false)?;
    let mut lost = 0;
    for run in 0..RUNS {
        lost += kill_the_leader(&kafka, run)
            .await
            .with_context(|| format!("run {run}"))?;
    }
    ensure!(
        lost > 0,
        "not even with acks=1 was anything lost: the kills show nothing"
    );
    Ok(())
}

/// Tells how many messages were lost with acks=1.
async fn kill_the_leader(kafka: &Kafka, run: usize) -> Result<usize> {
    let cluster = kafka.cluster()?;
    let zookeeper = kafka.zookeeper().await?;
    // Another one leads, and is killed, in each run.
    let mut brokers = cluster.ids()?;
    let count = brokers.len();
    brokers.rotate_left(run % count);
    let topics = topics_for(kafka, &format!("run-{run}"), &SETTINGS, &brokers).await?;
    let names: Vec<_> = topics.iter().map(String::as_str).collect();
    let timeline = Timeline::start(kafka, &zookeeper, &names).await?;
    let whole = |nodes: &Nodes| {
        nodes.brokers.len() == count && topics.iter().all(|topic| nodes.in_sync(topic, 0) == count)
    };
    let before = timeline.until("partitions in sync", whole).await?;
    let leader = brokers[0];
    ensure!(
        topics.iter().all(|topic| before.leader(topic, 0) == Some(leader)),
        "another broker leads than {leader}, which comes first: {before:?}"
    );

    let loads = loads_on(kafka, &SETTINGS, &topics, 200)?;
    try_join_all(loads.iter().map(|load| load.acknowledges(100))).await?;
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
        .until("new leaders", |nodes| {
            topics.iter().all(|topic| nodes.leader(topic, 0) != Some(leader))
        })
        .await?;
    if topics.iter().any(|topic| led.leader(topic, 0).is_none()) {
        // On a machine that stalls, the followers may be frozen for longer than their session, and be out of sync: only the
        // one that was killed can lead.
        cluster.bring_back(&container)?;
    }
    try_join_all(loads.iter().map(|load| load.acknowledges(100))).await?;
    cluster.bring_back(&container)?;
    // Now, and not when all is in sync again: under load that takes three times as long.
    let sent = try_join_all(loads.into_iter().map(Load::stop)).await?;
    timeline.until("partitions in sync again", whole).await?;
    cluster.wait_until_whole(count).await?;
    let mut lost = 0;
    for ((sent, topic), (acks, idempotence)) in sent.iter().zip(&topics).zip(SETTINGS) {
        let count = sent.count(&delivered(kafka, topic).await?);
        let settings = format!("acks={acks}, enable.idempotence={idempotence}: {count}");
        ensure!(count.acknowledged.len() > 200, "{settings}");
        match acks {
            "all" => ensure!(count.lost.is_empty(), "{settings}"),
            _ => lost += count.lost.len(),
        }
        ensure!(idempotence == "false" || count.duplicated == 0, "{settings}");
    }
    Ok(lost)
}
