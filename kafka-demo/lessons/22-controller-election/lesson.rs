//! The controller is killed: its ephemeral node in ZooKeeper goes with its session, and another broker takes its place.

use anyhow::{Context, Result, ensure};

use crate::{Kafka, Timeline, ledger};

pub async fn run(kafka: &Kafka) -> Result<()> {
    let cluster = kafka.cluster()?;
    let zookeeper = kafka.zookeeper().await?;
    for path in ["/controller", "/controller_epoch"] {
        let ephemeral = zookeeper.is_ephemeral(path).await?;
        let ephemeral = ephemeral.with_context(|| format!("there is no {path}"))?;
        kafka.found(format!("{path} is ephemeral"), ephemeral);
    }

    let topic = kafka.topic("orders", 1).await?;
    let timeline = Timeline::start(kafka, &zookeeper, &[&topic]).await?;
    let before = timeline
        .until("partition in sync", |nodes| nodes.in_sync(&topic, 0) == 3)
        .await?;
    let controller = before.controller.context("the cluster has no controller")?;
    let load = ledger::Load::start(kafka.client().set("acks", "all"), &topic, 50)?;
    load.acknowledges(50).await?;

    let container = cluster.container(controller)?;
    timeline.fault(format!("broker {controller}, the controller, is killed"));
    cluster.kill(&container)?;
    let after = timeline
        .until("other controller", |nodes| {
            nodes.controller.is_some_and(|other| other != controller)
                && nodes.controller_epoch != before.controller_epoch
        })
        .await?;
    let took = timeline.since_fault();
    timeline
        .until("new leader", |nodes| {
            nodes.leader(&topic, 0).is_some_and(|leader| leader != controller)
        })
        .await?;
    load.acknowledges(50).await?;
    timeline.mark("messages are acknowledged again");

    timeline.mark(format!("broker {controller} is started again"));
    cluster.bring_back(&container)?;
    let back = timeline
        .until("partition in sync again", |nodes| {
            nodes.brokers == before.brokers && nodes.in_sync(&topic, 0) == 3
        })
        .await?;
    cluster.wait_until_whole(before.brokers.len()).await?;
    timeline.mark("all replicas are in sync again");
    let sent = load.stop().await?;
    let count = sent.count(&ledger::delivered(kafka, &topic).await?);

    let epochs = [&before, &after].map(|nodes| nodes.controller_epoch.unwrap_or_default());
    kafka.found("brokers before", before.brokers.len());
    kafka.found("brokers without it", after.brokers.len());
    kafka.found(
        "another broker is the controller",
        after.controller != before.controller,
    );
    kafka.found("the controller epoch rose by", epochs[1] - epochs[0]);
    kafka.found(
        "the first is the controller again once it is back",
        back.controller == before.controller,
    );
    kafka.found("acknowledged messages lost", count.lost.len());
    kafka.note(&count);
    timeline.draw(
        kafka,
        "22 controller-election: the controller is killed",
        &topic,
        &sent,
    )?;
    ensure!(
        count.lost.is_empty(),
        "acknowledged with acks=all, and lost: {count}"
    );
    kafka.note(format!(
        "epoch {} → {}: another controller {:.1} s after the kill",
        epochs[0],
        epochs[1],
        took.as_secs_f64(),
    ));
    Ok(())
}
