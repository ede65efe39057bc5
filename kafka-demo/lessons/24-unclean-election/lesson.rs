//! Only a replica outside the ISR is left: with unclean election it leads and messages are lost, without it nobody leads.

use anyhow::{Result, ensure};

use crate::{
    Kafka, Timeline,
    ledger::{delivered, ranges, send},
};

pub async fn run(kafka: &Kafka) -> Result<()> {
    let cluster = kafka.cluster()?;
    let zookeeper = kafka.zookeeper().await?;
    let brokers = cluster.ids()?;
    let [first, second, _, ..] = brokers[..] else {
        anyhow::bail!("the lesson needs three brokers, so that one is left");
    };
    let setting = "unclean.leader.election.enable";
    let replicas = [first, second];
    let unclean = kafka
        .topic_on(
            "unclean",
            &replicas,
            &[(setting, "true"), ("min.insync.replicas", "1")],
        )
        .await?;
    let clean = kafka
        .topic_on(
            "clean",
            &replicas,
            &[(setting, "false"), ("min.insync.replicas", "1")],
        )
        .await?;
    let topics = [&*unclean, &*clean];
    let timeline = Timeline::start(kafka, &zookeeper, &topics).await?;
    let whole = |nodes: &crate::zookeeper::Nodes| topics.iter().all(|topic| nodes.in_sync(topic, 0) == 2);
    timeline.until("partitions in sync", whole).await?;

    let mut config = kafka.client();
    config.set("acks", "all").set("message.timeout.ms", "30000");
    let mut sent = [
        send(&config, &unclean, 0..100).await?,
        send(&config, &clean, 0..100).await?,
    ];

    let (leader, follower) = (cluster.container(first)?, cluster.container(second)?);
    timeline.fault(format!("broker {second}, the follower, is stopped"));
    cluster.stop(&follower)?;
    let alone = timeline
        .until("partitions in sync with their leader alone", |nodes| {
            topics.iter().all(|topic| nodes.in_sync(topic, 0) == 1)
        })
        .await?;
    // acks=all means all that are in sync: the leader alone.
    for (sent, topic) in sent.iter_mut().zip(topics) {
        sent.add(send(&config, topic, 100..150).await?);
    }
    timeline.mark("50 more messages are acknowledged");

    timeline.mark(format!("broker {first}, the leader, is killed"));
    cluster.kill(&leader)?;
    timeline
        .until("partitions without a leader", |nodes| {
            topics.iter().all(|topic| nodes.leader(topic, 0).is_none())
        })
        .await?;
    timeline.mark(format!("broker {second} is started again"));
    cluster.bring_back(&follower)?;
    let elected = timeline
        .until("unclean leader", |nodes| {
            nodes.leader(&unclean, 0) == Some(second)
        })
        .await?;
    sent[0].add(send(&config, &unclean, 150..160).await?);
    timeline.mark("10 more messages are acknowledged by the unclean leader");
    let nobody = timeline.now().leader(&clean, 0).is_none();

    timeline.mark(format!("broker {first} is started again"));
    cluster.bring_back(&leader)?;
    let back = timeline.until("partitions in sync again", whole).await?;
    cluster.wait_until_whole(brokers.len()).await?;
    timeline.mark("all replicas are in sync again");

    kafka.found(
        "in-sync replicas once the follower is stopped",
        alone.in_sync(&unclean, 0),
    );
    let follower_leads = elected.leader(&unclean, 0) == Some(second);
    kafka.found(format!("{setting}=true: the follower leads"), follower_leads);
    kafka.found(format!("{setting}=false: nobody leads"), nobody);
    let first_leads = back.leader(&clean, 0) == Some(first);
    kafka.found(
        format!("{setting}=false: the first leads once it is back"),
        first_leads,
    );
    let mut prices = Vec::new();
    for ((sent, topic), value) in sent.iter().zip(topics).zip([true, false]) {
        let count = sent.count(&delivered(kafka, topic).await?);
        kafka.found(
            format!("{setting}={value}: acknowledged"),
            count.acknowledged.len(),
        );
        kafka.found(format!("{setting}={value}: consumed"), count.delivered.len());
        kafka.found(format!("{setting}={value}: lost"), count.lost.len());
        kafka.found(format!("{setting}={value}: which"), ranges(&count.lost));
        ensure!(
            value || count.lost.is_empty(),
            "acknowledged, and lost without unclean election: {count}"
        );
        prices.push(format!("{} of {}", count.lost.len(), count.acknowledged.len()));
        kafka.note(format!("{setting}={value}: {count}"));
    }
    timeline.draw(
        kafka,
        "24 unclean-election: a replica that was not in sync leads",
        &unclean,
        &sent[0],
    )?;
    kafka.note(format!(
        "the price of an unclean leader: {} acknowledged messages lost; the price of none: waiting, and {} lost",
        prices[0], prices[1]
    ));
    Ok(())
}
