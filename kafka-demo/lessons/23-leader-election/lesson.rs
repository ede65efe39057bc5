//! A partition's leader is killed: an in-sync replica leads, nothing acknowledged is lost, and the first one returns.

use anyhow::{Context, Result, ensure};
use zookeeper_client::{Acls, CreateMode};

use crate::{Kafka, Timeline, expansion::assignment, ledger};

pub async fn run(kafka: &Kafka) -> Result<()> {
    let cluster = kafka.cluster()?;
    let zookeeper = kafka.zookeeper().await?;
    let topic = kafka
        .topic_with("orders", 1, 3, &[("min.insync.replicas", "2")])
        .await?;
    let timeline = Timeline::start(kafka, &zookeeper, &[&topic]).await?;
    let whole = timeline
        .until("partition in sync", |nodes| nodes.in_sync(&topic, 0) == 3)
        .await?;
    let before = whole.partition(&topic, 0).context("no state of the partition")?;
    // Of the replicas, in the order in which they were assigned, the next that is in sync.
    let assigned = assignment(kafka, &topic)?;
    let replicas = assigned.get(&0).context("no partition")?;
    let mut followers = replicas.iter().filter(|replica| **replica != before.leader);
    let next = followers.find(|replica| before.isr.contains(replica)).copied();

    let load = ledger::Load::start(kafka.client().set("acks", "all"), &topic, 50)?;
    load.acknowledges(50).await?;
    let container = cluster.container(before.leader)?;
    timeline.fault(format!("broker {}, the leader, is killed", before.leader));
    cluster.kill(&container)?;
    let after = timeline
        .until("new leader", |nodes| {
            nodes
                .leader(&topic, 0)
                .is_some_and(|leader| leader != before.leader)
        })
        .await?;
    let after = after.partition(&topic, 0).context("no state of the partition")?;
    load.acknowledges(1).await?;
    let took = timeline.since_fault();
    timeline.mark("first acknowledgement again");

    timeline.mark(format!("broker {} is started again", before.leader));
    cluster.bring_back(&container)?;
    let back = timeline
        .until("partition in sync again", |nodes| {
            nodes.brokers == whole.brokers && nodes.in_sync(&topic, 0) == 3
        })
        .await?;
    cluster.wait_until_whole(whole.brokers.len()).await?;

    // Every five minutes the controller does this by itself: auto.leader.rebalance.enable. Who cannot wait asks it to.
    timeline.mark("election of the preferred leader");
    let wanted = format!(r#"{{"version":1,"partitions":[{{"topic":"{topic}","partition":0}}]}}"#);
    let node = CreateMode::Persistent.with_acls(Acls::anyone_all());
    let path = "/admin/preferred_replica_election";
    let asked = zookeeper.client().create(path, wanted.as_bytes(), &node).await;
    asked.with_context(|| format!("cannot make {path} at the ZooKeeper"))?;
    let returned = timeline
        .until("preferred leader", |nodes| {
            nodes.leader(&topic, 0) == Some(before.leader)
        })
        .await?;
    load.acknowledges(50).await?;
    let sent = load.stop().await?;
    let count = sent.count(&ledger::delivered(kafka, &topic).await?);

    let epoch = |nodes: &crate::zookeeper::Nodes| nodes.partition(&topic, 0).map(|state| state.leader_epoch);
    kafka.found("in-sync replicas before", before.isr.len());
    kafka.found("in-sync replicas without the leader", after.isr.len());
    kafka.found("the next replica in sync leads", Some(after.leader) == next);
    kafka.found("leader_epoch rose", after.leader_epoch > before.leader_epoch);
    kafka.found(
        "the first leader is back as a follower",
        back.leader(&topic, 0) == Some(after.leader),
    );
    kafka.found(
        "preferred election: the first leads again",
        returned.leader(&topic, 0) == Some(before.leader),
    );
    kafka.found(
        "preferred election: leader_epoch rose",
        epoch(&returned) > epoch(&back),
    );
    kafka.found("acknowledged messages lost", count.lost.len());
    kafka.note(&count);
    timeline.draw(
        kafka,
        "23 leader-election: a partition's leader is killed",
        &topic,
        &sent,
    )?;
    ensure!(
        count.lost.is_empty(),
        "acknowledged with acks=all, and lost: {count}"
    );
    kafka.note(format!(
        "{:.1} s without a leader, and nothing that was acknowledged is lost",
        took.as_secs_f64()
    ));
    Ok(())
}
