//! The next message, whichever brokers are up.

use std::time::Duration;

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

/// The same without a runtime: `None` where nothing comes within this time.
pub fn poll<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    timeout: Duration,
) -> Option<KafkaResult<BorrowedMessage<'_>>> {
    loop {
        match consumer.poll(timeout)? {
            Err(KafkaError::MessageConsumption(code)) if is_passing(code) => {
                tracing::info!("the consumer goes on: {code}");
            }
            result => return Some(result),
        }
    }
}

fn is_passing(code: RDKafkaErrorCode) -> bool {
    matches!(
        code,
        RDKafkaErrorCode::BrokerTransportFailure | RDKafkaErrorCode::AllBrokersDown
    )
}
