//! What acks=0, 1 and all are worth when a follower stalls and the leader is killed: acknowledged, delivered, lost and
//! duplicated, counted.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use comfy_table::{CellAlignment, Table, presets::UTF8_FULL_CONDENSED};
use futures_util::future::try_join_all;
use rdkafka::producer::FutureProducer;

use crate::{
    Kafka, Timeline,
    ledger::{Load, delivered},
    zookeeper::Nodes,
};

/// The values of `acks` and `enable.idempotence`.
pub type Settings = (&'static str, &'static str);

/// `request.timeout.ms`: how long an acknowledgement may take before the message is sent again. By default it is 30 s, for
/// which a follower may lag and still be in sync.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(1);
const SETTINGS: [Settings; 4] = [("0", "false"), ("1", "false"), ("all", "false"), ("all", "true")];

pub async fn run(kafka: &Kafka) -> Result<()> {
    let cluster = kafka.cluster()?;
    let zookeeper = kafka.zookeeper().await?;
    let brokers = cluster.ids()?;
    let [leader, others @ ..] = &brokers[..] else {
        anyhow::bail!("the cluster has no broker");
    };
    let topics = topics_for(kafka, "acks", &SETTINGS, &brokers).await?;
    let names: Vec<_> = topics.iter().map(String::as_str).collect();
    let timeline = Timeline::start(kafka, &zookeeper, &names).await?;
    let whole = |nodes: &Nodes| {
        topics
            .iter()
            .all(|topic| nodes.in_sync(topic, 0) == brokers.len())
    };
    timeline.until("partitions in sync", whole).await?;

    let loads = loads_on(kafka, &SETTINGS, &topics, 50)?;
    try_join_all(loads.iter().map(|load| load.acknowledges(50))).await?;
    let followers: Vec<_> = others
        .iter()
        .map(|id| cluster.container(*id))
        .collect::<Result<_>>()?;

    // In sync while its session lives, it keeps the leader from acknowledging what the leader has: for longer than the
    // producers wait, who send it again.
    timeline.fault("a follower is frozen");
    let stalled = followers.first().context("the leader has no follower")?;
    cluster.pause(stalled)?;
    tokio::time::sleep(REQUEST_TIMEOUT * 2).await;
    cluster.bring_back(stalled)?;
    timeline.mark("the follower goes on");
    // Three seconds, in which its session recovers, too: it may have lost ZooKeeper.
    try_join_all(loads.iter().map(|load| load.acknowledges(150))).await?;
    timeline.until("partitions in sync", whole).await?;

    // Followers fetch within milliseconds, so that a kill alone may hit when they lack nothing. Frozen for a moment,
    // though not for as long as their session, they are in sync by name and lack what comes now.
    timeline.mark("the followers are frozen");
    let container = cluster.container(*leader)?;
    for follower in &followers {
        cluster.pause(follower)?;
    }
    try_join_all(loads[..2].iter().map(|load| load.acknowledges(50))).await?;
    timeline.mark(format!("broker {leader}, the leader, is killed"));
    cluster.kill(&container)?;
    for follower in &followers {
        cluster.bring_back(follower)?;
    }
    timeline.mark("the followers go on");
    timeline
        .until("new leaders", |nodes| {
            let led = |topic: &String| nodes.leader(topic, 0).is_some_and(|id| id != *leader);
            topics.iter().all(led)
        })
        .await?;
    try_join_all(loads.iter().map(|load| load.acknowledges(50))).await?;
    timeline.mark("all four producers get acknowledgements again");
    timeline.mark(format!("broker {leader} is started again"));
    cluster.bring_back(&container)?;
    timeline.until("partitions in sync again", whole).await?;
    cluster.wait_until_whole(brokers.len()).await?;
    timeline.mark("all replicas are in sync again");

    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_header([
        "acks",
        "enable.idempotence",
        "produced",
        "acknowledged",
        "delivered",
        "lost",
        "duplicated",
    ]);
    let mut sent = Vec::new();
    for load in loads {
        sent.push(load.stop().await?);
    }
    let mut counts = Vec::new();
    for ((sent, topic), (acks, idempotence)) in sent.iter().zip(&topics).zip(SETTINGS) {
        let count = sent.count(&delivered(kafka, topic).await?);
        let numbers = [
            count.produced,
            count.acknowledged.len() as u64,
            count.delivered.len() as u64,
            count.lost.len() as u64,
            count.duplicated,
        ];
        let numbers = numbers.map(|number| number.to_string());
        table.add_row(
            [acks.to_owned(), idempotence.to_owned()]
                .into_iter()
                .chain(numbers),
        );
        counts.push(count);
    }
    for column in table.column_iter_mut() {
        column.set_cell_alignment(CellAlignment::Right);
    }
    for line in table.lines() {
        kafka.note(line);
    }
    for (count, (acks, idempotence)) in counts.iter().zip(SETTINGS) {
        kafka.note(format!("acks={acks}, enable.idempotence={idempotence}: {count}"));
    }
    kafka.found("acks=0 lost messages", !counts[0].lost.is_empty());
    kafka.found("acks=1 lost messages", !counts[1].lost.is_empty());
    kafka.found("acks=all lost", counts[2].lost.len());
    kafka.found("acks=all with idempotence lost", counts[3].lost.len());
    kafka.found(
        "acks=all without idempotence duplicated messages",
        counts[2].duplicated > 0,
    );
    kafka.found("acks=all with idempotence duplicated", counts[3].duplicated);
    let contradiction = kafka
        .client()
        .set("acks", "1")
        .set("enable.idempotence", "true")
        .create::<FutureProducer>();
    let answer = if contradiction.is_err() {
        "refused"
    } else {
        "accepted"
    };
    kafka.found("acks=1 with idempotence", answer);
    timeline.draw(
        kafka,
        "27 acks: a follower stalls, the leader is killed (acks=all)",
        &topics[2],
        &sent[2],
    )?;
    ensure!(
        counts[2].lost.is_empty(),
        "acknowledged with acks=all, and lost: {}",
        counts[2]
    );
    ensure!(
        counts[2].duplicated > 0 && counts[3].duplicated == 0,
        "duplicated without idempotence: {}; with it: {}",
        counts[2],
        counts[3]
    );
    let [none, one, all, idempotent] = [0, 1, 2, 3].map(|index| counts[index].lost.len());
    kafka.note(format!(
        "lost of what was acknowledged: {none} with acks=0, {one} with acks=1, {all} with acks=all, {idempotent} with \
         idempotence; duplicated: {} with acks=all, {} with idempotence",
        counts[2].duplicated, counts[3].duplicated
    ));
    Ok(())
}

/// A topic for each of the settings, with its replicas on these brokers; the first one leads.
///
/// # Errors
/// Where the cluster refuses, or does not answer in time.
pub async fn topics_for(
    kafka: &Kafka,
    name: &str,
    settings: &[Settings],
    brokers: &[i32],
) -> Result<Vec<String>> {
    let mut topics = Vec::new();
    for (acks, idempotence) in settings {
        let name = format!("{name}-{acks}-{idempotence}");
        topics.push(
            kafka
                .topic_on(&name, brokers, &[("min.insync.replicas", "2")])
                .await?,
        );
    }
    Ok(topics)
}

/// A producer with each of the settings on its topic, of so many messages a second.
///
/// # Errors
/// Where a producer cannot be made.
pub fn loads_on(
    kafka: &Kafka,
    settings: &[Settings],
    topics: &[String],
    per_second: u32,
) -> Result<Vec<Load>> {
    let start = |(&(acks, idempotence), topic): (&Settings, &String)| {
        let mut config = kafka.client();
        config
            .set("acks", acks)
            .set("enable.idempotence", idempotence)
            .set("request.timeout.ms", REQUEST_TIMEOUT.as_millis().to_string());
        Load::start(&config, topic, per_second)
    };
    settings.iter().zip(topics).map(start).collect()
}
