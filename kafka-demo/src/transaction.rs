//! A transaction that nothing leaves open.

use rdkafka::{
    error::{KafkaError, KafkaResult},
    producer::{FutureProducer, Producer},
};

use crate::Kafka;

/// An open transaction. It is aborted when it is dropped uncommitted: after an error, on Ctrl-C. A reader of what is
/// committed would wait for its end otherwise.
pub(crate) struct Transaction<'a> {
    pub(crate) kafka: &'a Kafka,
    pub(crate) producer: &'a FutureProducer,
    open: bool,
}

impl<'a> Transaction<'a> {
    /// Begins one.
    ///
    /// # Errors
    /// Where the producer is not ready for it.
    pub(crate) fn begin(kafka: &'a Kafka, producer: &'a FutureProducer) -> KafkaResult<Self> {
        producer.begin_transaction()?;
        Ok(Self {
            kafka,
            producer,
            open: true,
        })
    }

    /// Commits it.
    ///
    /// # Errors
    /// Where that fails, as it does where another has taken the producer's place.
    pub(crate) fn commit(mut self) -> KafkaResult<()> {
        let result = self.producer.commit_transaction(self.kafka.timeout());
        // After a fatal error, there is nothing left that could be aborted.
        self.open = matches!(&result, Err(KafkaError::Transaction(error)) if !error.is_fatal());
        result
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if self.open {
            match self.producer.abort_transaction(self.kafka.timeout()) {
                Ok(()) => self.kafka.note("the open transaction was aborted"),
                Err(error) => self
                    .kafka
                    .note(format!("the open transaction could not be aborted: {error}")),
            }
        }
    }
}
