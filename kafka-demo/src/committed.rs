//! What a group has committed, whichever broker coordinates it.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use rdkafka::{
    TopicPartitionList,
    consumer::{Consumer, ConsumerContext},
    error::{KafkaError, KafkaResult, RDKafkaErrorCode},
};

/// What the consumer's group has committed of these partitions. A broker that starts takes over its groups one after the
/// other, and refuses to tell of one until then. Java's consumer asks again by itself, as librdkafka does when it commits;
/// here it leaves that to its caller.
///
/// # Errors
/// What else the broker answers, and where the time is up.
pub fn committed<C: ConsumerContext>(
    consumer: &impl Consumer<C>,
    partitions: &TopicPartitionList,
    within: Duration,
) -> KafkaResult<TopicPartitionList> {
    let start = Instant::now();
    loop {
        let left = within.saturating_sub(start.elapsed());
        match consumer.committed_offsets(partitions.clone(), left) {
            Err(KafkaError::MetadataFetch(code)) if is_passing(code) && start.elapsed() < within => {
                tracing::info!("the group's offsets are asked for again: {code}");
                sleep(Duration::from_millis(100));
            }
            result => return result,
        }
    }
}

fn is_passing(code: RDKafkaErrorCode) -> bool {
    matches!(
        code,
        RDKafkaErrorCode::NotCoordinator
            | RDKafkaErrorCode::CoordinatorNotAvailable
            | RDKafkaErrorCode::CoordinatorLoadInProgress
    )
}

#[cfg(test)]
mod tests {
    use rdkafka::{
        ClientConfig, Offset,
        consumer::{BaseConsumer, CommitMode},
        mocking::{MockCluster, MockCoordinator},
        producer::DefaultProducerContext,
        types::{
            RDKafkaApiKey,
            RDKafkaRespErr::{self, *},
        },
    };

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(30);

    /// A mock cluster whose group has committed 42, and the next answers of its brokers.
    fn refusing(refusals: &[RDKafkaRespErr]) -> (MockCluster<'static, DefaultProducerContext>, BaseConsumer) {
        let cluster = MockCluster::new(1).unwrap();
        cluster.create_topic("orders", 1, 1).unwrap();
        let group = MockCoordinator::Group("billing".to_owned());
        cluster.coordinator(group, 1).unwrap();
        let consumer: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", cluster.bootstrap_servers())
            .set("group.id", "billing")
            .create()
            .unwrap();
        let mut position = partitions();
        position.set_all_offsets(Offset::Offset(42)).unwrap();
        consumer.commit(&position, CommitMode::Sync).unwrap();
        cluster.request_errors(RDKafkaApiKey::OffsetFetch, refusals);
        (cluster, consumer)
    }

    fn partitions() -> TopicPartitionList {
        let mut partitions = TopicPartitionList::new();
        partitions.add_partition("orders", 0);
        partitions
    }

    #[test]
    fn a_coordinator_that_has_just_started_is_asked_again() {
        let refusals = [
            RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
            RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
        ];
        let (_cluster, consumer) = refusing(&refusals);
        let committed = committed(&consumer, &partitions(), PATIENCE).unwrap();
        assert_eq!(committed.elements()[0].offset(), Offset::Offset(42));
    }

    #[test]
    fn what_does_not_pass_is_told() {
        let (_cluster, consumer) = refusing(&[RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED]);
        let error = committed(&consumer, &partitions(), PATIENCE).unwrap_err();
        assert_eq!(
            error.rdkafka_error_code(),
            Some(RDKafkaErrorCode::GroupAuthorizationFailed)
        );
    }

    #[test]
    fn a_refusal_is_waited_for_no_longer_than_that() {
        let (_cluster, consumer) = refusing(&[RD_KAFKA_RESP_ERR_NOT_COORDINATOR; 100]);
        let start = Instant::now();
        committed(&consumer, &partitions(), Duration::from_secs(1)).unwrap_err();
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    }
}
