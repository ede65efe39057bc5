//! The next message, whichever brokers are up.

use rdkafka::{
    consumer::{ConsumerContext, StreamConsumer},
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
            Err(KafkaError::MessageConsumption(
                code @ (RDKafkaErrorCode::BrokerTransportFailure | RDKafkaErrorCode::AllBrokersDown),
            )) => tracing::info!("the consumer goes on: {code}"),
            result => return result,
        }
    }
}
