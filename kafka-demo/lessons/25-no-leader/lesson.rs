//! All replicas of a partition are down: nobody leads it, producers time out, and the last in-sync one serves again.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rdkafka::consumer::{BaseConsumer, Consumer};

use crate::{
    Kafka, Timeline,
    ledger::{delivered, send},
};

/// The message.timeout.ms of a message that nobody can take.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(5);
/// librdkafka looks once a second for what has timed out, and the machine may be busy.
const LATE: Duration = Duration::from_secs(5);

pub async fn run(kafka: &Kafka) -> Result<()> {
    let cluster = kafka.cluster()?;
    let zookeeper = kafka.zookeeper().await?;
    let brokers = cluster.ids()?;
    let [first, second, _, ..] = brokers[..] else {
        anyhow::bail!("the lesson needs three brokers, so that one is left");
    };
    let topic = kafka
        .topic_on("orders", &[first, second], &[("min.insync.replicas", "1")])
        .await?;
    let timeline = Timeline::start(kafka, &zookeeper, &[&topic]).await?;
    timeline
        .until("partition in sync", |nodes| nodes.in_sync(&topic, 0) == 2)
        .await?;

    let mut config = kafka.client();
    config.set("acks", "all").set("message.timeout.ms", "30000");
    let mut sent = send(&config, &topic, 0..100).await?;
    let containers = [
        (first, cluster.container(first)?),
        (second, cluster.container(second)?),
    ];
    timeline.fault(format!("brokers {first} and {second} are killed, all replicas"));
    for (_, container) in &containers {
        cluster.kill(container)?;
    }
    let down = timeline
        .until("partition without a leader", |nodes| {
            let gone = !nodes.brokers.contains(&first) && !nodes.brokers.contains(&second);
            gone && nodes.partition(&topic, 0).is_some_and(|state| state.leader == -1)
        })
        .await?;
    let down = down.partition(&topic, 0).context("no state of the partition")?;

    let leader = leader_in_metadata(kafka, &topic).await?;
    config.set("message.timeout.ms", GIVEN_UP_AFTER.as_millis().to_string());
    let asked = Instant::now();
    let given_up = send(&config, &topic, 100..101).await?;
    let waited = asked.elapsed();
    let error = given_up.failed.keys().next().cloned();
    let error = error.context("a message was acknowledged, by nobody")?;
    timeline.mark(format!("the producer gives a message up: {error}"));
    sent.add(given_up);
    ensure!(
        (GIVEN_UP_AFTER..GIVEN_UP_AFTER + LATE).contains(&waited),
        "the message was given up after {waited:.1?}, its time-out is {GIVEN_UP_AFTER:?}"
    );

    let (last, others): (Vec<_>, Vec<_>) = containers.iter().partition(|(id, _)| down.isr.contains(id));
    for (id, container) in &last {
        timeline.mark(format!("broker {id} is started again, the last one in sync"));
        cluster.bring_back(container)?;
    }
    let served = timeline
        .until("leader", |nodes| nodes.leader(&topic, 0).is_some())
        .await?;
    config.set("message.timeout.ms", "30000");
    sent.add(send(&config, &topic, 101..111).await?);
    timeline.mark("messages are acknowledged again");
    for (id, container) in &others {
        timeline.mark(format!("broker {id} is started again"));
        cluster.bring_back(container)?;
    }
    timeline
        .until("partition in sync again", |nodes| nodes.in_sync(&topic, 0) == 2)
        .await?;
    cluster.wait_until_whole(brokers.len()).await?;
    timeline.mark("all replicas are in sync again");
    let count = sent.count(&delivered(kafka, &topic).await?);

    kafka.found("leader in ZooKeeper", down.leader);
    kafka.found("in-sync replicas that ZooKeeper keeps", down.isr.len());
    kafka.found("leader in the metadata", leader);
    kafka.found("the producer's error", error);
    let served_by = served.leader(&topic, 0);
    kafka.found(
        "the last one in sync leads again",
        served_by.is_some_and(|id| down.isr.contains(&id)),
    );
    kafka.found("acknowledged", count.acknowledged.len());
    kafka.found("consumed", count.delivered.len());
    kafka.found("acknowledged messages lost", count.lost.len());
    kafka.note(&count);
    timeline.draw(
        kafka,
        "25 no-leader: all replicas of a partition are down",
        &topic,
        &sent,
    )?;
    ensure!(count.lost.is_empty(), "acknowledged, and lost: {count}");
    kafka.note(format!(
        "unavailable, but whole: the producer was told so after {:.1} s, its time-out being {} s; {} of {} acknowledged \
         messages lost, for the partition waits for a replica that ZooKeeper remembers to have all",
        waited.as_secs_f64(),
        GIVEN_UP_AFTER.as_secs(),
        count.lost.len(),
        count.acknowledged.len()
    ));
    Ok(())
}

/// What a client is told, once the brokers have heard of it.
async fn leader_in_metadata(kafka: &Kafka, topic: &str) -> Result<String> {
    let consumer: BaseConsumer = kafka.client().create()?;
    let deadline = Instant::now() + kafka.timeout();
    loop {
        let metadata = consumer.fetch_metadata(Some(topic), kafka.timeout())?;
        let partition = metadata
            .topics()
            .first()
            .and_then(|topic| topic.partitions().first());
        match partition.map_or(-1, |partition| partition.leader()) {
            -1 => return Ok("none".to_owned()),
            leader if Instant::now() > deadline => return Ok(leader.to_string()),
            _ => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}
