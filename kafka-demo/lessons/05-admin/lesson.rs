//! Topics are made, described, altered, enlarged and deleted; and what is refused has the protocol's own name.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rdkafka::{
    admin::{
        AdminClient, AdminOptions, AlterConfig, ConfigSource, NewPartitions, NewTopic, ResourceSpecifier,
        TopicReplication,
    },
    client::DefaultClientContext,
    types::RDKafkaErrorCode,
};
use tokio::time::Instant;

use crate::Kafka;

type Admin = AdminClient<DefaultClientContext>;

pub async fn run(kafka: &Kafka) -> Result<()> {
    let admin: Admin = kafka.client().create()?;
    let options = AdminOptions::new()
        .request_timeout(Some(kafka.timeout()))
        .operation_timeout(Some(kafka.timeout()));
    let dry_run = AdminOptions::new()
        .request_timeout(Some(kafka.timeout()))
        .validate_only(true);
    let topic = kafka.deletes_at_the_end("orders");

    // One result for each topic; the outer error is that of the whole request.
    let new = NewTopic::new(&topic, 3, TopicReplication::Fixed(3)).set("retention.ms", "3600000");
    let results = admin.create_topics([&new], &dry_run).await?;
    kafka.found("creating, as a dry run", outcome(&results));
    let results = admin.create_topics([&new], &options).await?;
    kafka.found("creating", outcome(&results));
    kafka.found(
        "replicas of the partitions",
        replicas(kafka, &admin, &topic, 3).await?,
    );
    let results = admin.create_topics([&new], &options).await?;
    kafka.found("creating it again", outcome(&results));

    let too_many = NewTopic::new("any", 1, TopicReplication::Fixed(9));
    let results = admin.create_topics([&too_many], &dry_run).await?;
    kafka.found("creating with more replicas than brokers", outcome(&results));
    let misspelt = NewTopic::new("any", 1, TopicReplication::Fixed(1)).set("retention", "1 hour");
    let results = admin.create_topics([&misspelt], &dry_run).await?;
    kafka.found("creating with an unknown setting", outcome(&results));

    describe(kafka, &admin, &options, &topic, "before").await?;
    // This request replaces all of the topic's settings: one that is not named falls back to its default. Java's
    // incrementalAlterConfigs, which changes only what is named, has no counterpart in rdkafka.
    let resource = ResourceSpecifier::Topic(&topic);
    let results = admin.describe_configs([&resource], &options).await?;
    let described = results
        .first()
        .context("no answer")?
        .as_ref()
        .map_err(|code| *code)?;
    let mut alter = AlterConfig::new(resource);
    for entry in &described.entries {
        if let (ConfigSource::DynamicTopic, Some(value)) = (&entry.source, &entry.value) {
            alter = alter.set(&entry.name, value);
        }
    }
    let alter = alter.set("max.message.bytes", "2000000");
    let results = admin.alter_configs([&alter], &options).await?;
    kafka.found("altering", outcome(&results));
    describe(kafka, &admin, &options, &topic, "after").await?;

    let results = admin
        .create_partitions([&NewPartitions::new(&topic, 5)], &options)
        .await?;
    kafka.found("growing to 5 partitions", outcome(&results));
    kafka.found(
        "replicas of all partitions",
        replicas(kafka, &admin, &topic, 5).await?,
    );
    let results = admin
        .create_partitions([&NewPartitions::new(&topic, 2)], &options)
        .await?;
    kafka.found("shrinking to 2 partitions", outcome(&results));

    let results = admin.delete_topics(&[&topic], &options).await?;
    kafka.found("deleting", outcome(&results));
    replicas(kafka, &admin, &topic, 0).await?;
    let results = admin.delete_topics(&[&topic], &options).await?;
    kafka.found("deleting it again", outcome(&results));
    Ok(())
}

fn outcome<T, N>(results: &[Result<T, (N, RDKafkaErrorCode)>]) -> String {
    match results {
        [Ok(_)] => "done".to_owned(),
        [Err((_, code))] => protocol_name(*code),
        _ => format!("{} results", results.len()),
    }
}

/// `TopicAlreadyExists` is `TOPIC_ALREADY_EXISTS` in Kafka's protocol.
fn protocol_name(code: RDKafkaErrorCode) -> String {
    let mut name = String::new();
    for letter in format!("{code:?}").chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
}

async fn describe(
    kafka: &Kafka,
    admin: &Admin,
    options: &AdminOptions,
    topic: &str,
    when: &str,
) -> Result<()> {
    let results = admin
        .describe_configs([&ResourceSpecifier::Topic(topic)], options)
        .await?;
    let resource = results
        .first()
        .context("no answer")?
        .as_ref()
        .map_err(|code| *code)?;
    for name in ["cleanup.policy", "max.message.bytes", "retention.ms"] {
        let entry = resource
            .get(name)
            .with_context(|| format!("there is no {name}"))?;
        let value = entry.value.as_deref().unwrap_or("null");
        let source = match entry.source {
            ConfigSource::DynamicTopic => "the topic's own",
            ConfigSource::Default => "the default",
            _ => "the broker's",
        };
        kafka.found(format!("{name} {when}"), format!("{value}, {source}"));
    }
    Ok(())
}

/// How many replicas each partition has. The brokers hear of a change one after the other: this waits until the one
/// that is asked knows of so many partitions. A list of all topics never creates the one that is looked for.
async fn replicas(kafka: &Kafka, admin: &Admin, topic: &str, partitions: usize) -> Result<String> {
    let deadline = Instant::now() + kafka.timeout();
    loop {
        let metadata = admin.inner().fetch_metadata(None, kafka.timeout())?;
        let found = metadata.topics().iter().find(|found| found.name() == topic);
        let found = found.map_or(&[][..], |topic| topic.partitions());
        if found.len() == partitions {
            let counts = found
                .iter()
                .map(|partition| partition.replicas().len().to_string());
            return Ok(counts.collect::<Vec<_>>().join(" "));
        }
        ensure!(
            Instant::now() < deadline,
            "{topic} has not {partitions} partitions in time"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
