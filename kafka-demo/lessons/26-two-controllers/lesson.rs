//! The controller is frozen for longer than its session and wakes as a second one: its epoch is over, and it resigns.

use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, ensure};
use zookeeper_client::{Error, MultiWriteError};

use crate::{
    Cluster, Kafka, Timeline,
    ledger::{Load, delivered},
    zookeeper::state_path,
};

pub async fn run(kafka: &Kafka) -> Result<()> {
    let cluster = kafka.cluster()?;
    let zookeeper = kafka.zookeeper().await?;
    let nodes = zookeeper.get("/controller_epoch").await?;
    let (_, epoch) = nodes.context("there is no /controller_epoch")?;
    let brokers = cluster.ids()?;
    let controller = zookeeper
        .controller()
        .await?
        .context("the cluster has no controller")?;
    let others: Vec<i32> = brokers.iter().copied().filter(|id| *id != controller).collect();
    // A frozen broker also stalls the partitions it has a replica of. These have none there: what they do without a
    // controller is the question.
    let topic = kafka
        .topic_on("orders", &others, &[("min.insync.replicas", "2")])
        .await?;
    let timeline = Timeline::start(kafka, &zookeeper, &[&topic]).await?;
    let before = timeline
        .until("partition in sync", |nodes| nodes.in_sync(&topic, 0) == 2)
        .await?;

    let load = Load::start(kafka.client().set("acks", "all"), &topic, 50)?;
    load.acknowledges(50).await?;
    let container = cluster.container(controller)?;
    let since = SystemTime::now();
    timeline.fault(format!("broker {controller}, the controller, is frozen"));
    cluster.pause(&container)?;
    let mut phases = vec![("before", load.acknowledged())];
    let after = timeline
        .until("other controller", |nodes| {
            nodes.controller.is_some_and(|id| id != controller)
                && nodes.controller_epoch > before.controller_epoch
        })
        .await?;
    phases.push(("without a controller", load.acknowledged()));
    timeline.mark("another is elected, and the first one does not know");
    load.acknowledges(50).await?;

    // Each write of a controller carries the version of /controller_epoch that it knows. So would one of the first's:
    let state = state_path(&topic, 0);
    let (data, _) = zookeeper
        .get(&state)
        .await?
        .context("no state of the partition")?;
    let mut write = zookeeper.client().new_multi_writer();
    write.add_check_version("/controller_epoch", epoch.version)?;
    write.add_set_data(&state, &data, None)?;
    let refused = match write.commit().await {
        Err(MultiWriteError::OperationFailed {
            source: Error::BadVersion,
            ..
        }) => "BadVersion".to_owned(),
        other => format!("{other:?}"),
    };
    timeline.mark(format!("a write in the first one's epoch: {refused}"));
    phases.push(("with one frozen, one elected", load.acknowledged()));

    timeline.mark(format!("broker {controller} wakes"));
    cluster.bring_back(&container)?;
    let said = log_until(cluster, &container, since, "Resigned (kafka.controller").await?;
    timeline.mark(format!("broker {controller} resigns"));
    let back = timeline
        .until("three brokers again", |nodes| nodes.brokers == before.brokers)
        .await?;
    load.acknowledges(50).await?;
    cluster.wait_until_whole(brokers.len()).await?;
    let sent = load.stop().await?;
    phases.push(("after it woke", sent.acknowledged.len() as u64));
    let count = sent.count(&delivered(kafka, &topic).await?);

    let fenced = if refused == "BadVersion" {
        "was refused"
    } else {
        "was not refused"
    };
    let epochs = [&before, &after].map(|nodes| nodes.controller_epoch.unwrap_or_default());
    kafka.found("the controller epoch rose by", epochs[1] - epochs[0]);
    kafka.found("a write in the first one's epoch", refused);
    kafka.found("the first one resigns", !said.is_empty());
    kafka.found(
        "it takes part again as a broker",
        back.brokers.contains(&controller),
    );
    kafka.found(
        "the other one stays the controller",
        back.controller == after.controller,
    );
    let mut seen = 0;
    for (phase, acknowledged) in phases {
        kafka.note(format!("{} messages acknowledged {phase}", acknowledged - seen));
        kafka.found(format!("messages are acknowledged {phase}"), acknowledged > seen);
        seen = acknowledged;
    }
    kafka.found("acknowledged messages lost", count.lost.len());
    for line in said {
        kafka.note(format!("broker {controller} logs: {line}"));
    }
    kafka.note(&count);
    timeline.draw(
        kafka,
        "26 two-controllers: the controller is frozen, and wakes",
        &topic,
        &sent,
    )?;
    ensure!(
        count.lost.is_empty(),
        "acknowledged with acks=all, and lost: {count}"
    );
    kafka.note(format!(
        "a write in the old epoch {fenced}, and the first controller resigned when it woke; the longest time without an \
         acknowledgement: {:.1} s, for messages need no controller",
        sent.longest_silence().as_secs_f64()
    ));
    Ok(())
}

/// What the broker logs of its session and its office, once it logs `last`.
async fn log_until(cluster: &Cluster, container: &str, since: SystemTime, last: &str) -> Result<Vec<String>> {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let log = cluster.log(container, since)?;
        let words = ["Session expired", "[Controller id=", "ControllerMovedException"];
        let told = |line: &&str| words.iter().any(|word| line.contains(word));
        let told: Vec<_> = log.lines().filter(told).map(str::to_owned).collect();
        if told.iter().any(|line| line.contains(last)) {
            return Ok(told);
        }
        ensure!(
            Instant::now() < deadline,
            "{container} logs no {last:?} within a minute"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
