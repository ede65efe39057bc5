//! The next message, whichever brokers are up.

use std::time::{Duration, Instant};

use rdkafka::{
    consumer::{BaseConsumer, ConsumerContext, StreamConsumer},
    error::{KafkaError, KafkaResult, RDKafkaErrorCode},
    message::BorrowedMessage,
};

/// The consumer's next message. `recv` tells of a broker that cannot be reached as well, though the consumer looks for the
/// new leaders by itself and goes on; who waits for a message has nothing to do about it.
///
/// # Errors
/// What else the consumer tells, like the end of a partition.
pub async fn receive<C: ConsumerContext + 'static>(
    consumer: &StreamConsumer<C>,
) -> KafkaResult<BorrowedMessage<'_>> {
    loop {
        match consumer.recv().await {
            Err(KafkaError::MessageConsumption(code)) if is_passing(code) => {
                tracing::info!("the consumer goes on: {code}");
            }
            result => return result,
        }
    }
}

/// The same without a runtime: `None` where nothing comes within this time, counted from the first broker that cannot be
/// reached, where there is one.
pub fn poll<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    timeout: Duration,
) -> Option<KafkaResult<BorrowedMessage<'_>>> {
    let (mut left, mut deadline) = (timeout, None);
    loop {
        match consumer.poll(left)? {
            Err(KafkaError::MessageConsumption(code)) if is_passing(code) => {
                tracing::info!("the consumer goes on: {code}");
                // Not before: most messages are there, and to look at the clock for each of them costs something.
                let now = Instant::now();
                left = deadline
                    .get_or_insert(now + timeout)
                    .saturating_duration_since(now);
            }
            result => return Some(result),
        }
    }
}

/// The consumer looks for the new leaders by itself.
pub(crate) fn is_passing(code: RDKafkaErrorCode) -> bool {
    matches!(
        code,
        RDKafkaErrorCode::BrokerTransportFailure | RDKafkaErrorCode::AllBrokersDown
    )
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use rdkafka::{ClientConfig, Offset, TopicPartitionList, consumer::Consumer};

    use super::*;

    #[test]
    fn brokers_that_stay_away_are_not_waited_for_again_and_again() {
        let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let consumer: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", nobody.to_string())
            .set("group.id", "unused")
            // Each attempt is told.
            .set("reconnect.backoff.max.ms", "100")
            .create()
            .unwrap();
        let mut assignment = TopicPartitionList::new();
        assignment
            .add_partition_offset("any", 0, Offset::Beginning)
            .unwrap();
        consumer.assign(&assignment).unwrap();
        let started = Instant::now();
        assert!(poll(&consumer, Duration::from_secs(1)).is_none());
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "{:?}",
            started.elapsed()
        );
    }
}
