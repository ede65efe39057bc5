//! rdkafka hands out a message a call. librdkafka can hand out many, as Java's `poll` does: that is
//! `rd_kafka_consume_batch_queue`, which rdkafka has in its bindings alone.

#![allow(unsafe_code, reason = "whatever is called in another language is unsafe")]

use std::{
    ffi::{CString, c_int},
    ptr, slice,
    time::{Duration, Instant},
};

use anyhow::{Result, bail, ensure};
use indicatif::ProgressBar;
use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    bindings::{
        rd_kafka_consume_batch_queue, rd_kafka_last_error, rd_kafka_message_destroy, rd_kafka_message_t,
        rd_kafka_queue_destroy, rd_kafka_queue_forward, rd_kafka_queue_get_partition, rd_kafka_queue_new,
        rd_kafka_queue_t,
    },
    consumer::{BaseConsumer, CommitMode, Consumer},
    error::{IsError, KafkaError, KafkaResult},
};
use tokio::task::spawn_blocking;

use crate::{
    Kafka,
    measure::{Cost, Meter},
    poll,
    receive::is_passing,
    throughput::{self, InOrder, PARTITIONS, PATIENCE},
};

const MESSAGES: u64 = 100_000;
/// As many as Java's `max.poll.records` is by default.
const BATCH: usize = 500;

pub async fn run(kafka: &Kafka) -> Result<()> {
    let topic = kafka.topic("load", PARTITIONS).await?;
    let mut producer = throughput::producer(kafka);
    producer.set("enable.idempotence", "true");
    let to = topic.clone();
    let produced =
        spawn_blocking(move || throughput::produce(&producer, &to, MESSAGES, &ProgressBar::hidden()));
    let (acknowledged, _) = produced.await??;
    kafka.found("acknowledged", acknowledged);

    let config = throughput::consumer(kafka);
    let patience = kafka.timeout();
    let work = move || -> Result<_> {
        let bar = ProgressBar::hidden();
        let message_a_call = throughput::consume(&config, &topic, MESSAGES, &bar)?;
        let mut consumer = BatchConsumer::new(&config)?;
        let batch_a_call = consume(&mut consumer, &topic, MESSAGES, &bar)?;
        // Stored is what a call handed out, so that what is committed within a batch says that all of it is done.
        consumer.consumer.commit_consumer_state(CommitMode::Sync)?;
        let partitions = consumer.consumer.committed(patience)?;
        let committed = partitions.elements().into_iter();
        let committed = committed.map(|partition| match partition.offset() {
            Offset::Offset(offset) => offset,
            // Nothing came from it.
            _ => 0,
        });
        Ok((message_a_call, batch_a_call, committed.sum::<i64>()))
    };
    let ((in_order, cost), consumed, committed) = spawn_blocking(work).await??;
    kafka.found("a message a call: in the order of their partition", in_order);
    kafka.found(
        "a batch a call: in the order of their partition",
        consumed.in_order,
    );
    kafka.found("most messages of a call", consumed.most);
    kafka.found("committed", committed);

    kafka.note(format!("a message a call: {cost}"));
    kafka.note(format!("a batch a call:   {}", consumed.cost));
    ensure!(
        consumed.cost.cpu < cost.cpu,
        "a call for each message costs no more than one for {BATCH}"
    );
    Ok(())
}

/// What it took to consume in batches, and what came.
pub struct Consumed {
    /// How many messages came in the order of their partition.
    pub in_order: u64,
    /// How many came by one call, at most.
    pub most: usize,
    /// What it cost.
    pub cost: Cost,
}

/// Consumes so many numbered messages in batches, as `throughput::consume` does one by one.
///
/// # Errors
/// Where no message comes, or one without a number.
pub fn consume(
    consumer: &mut BatchConsumer,
    topic: &str,
    messages: u64,
    bar: &ProgressBar,
) -> Result<Consumed> {
    let meter = Meter::start();
    let partitions = throughput::from_the_beginning(&consumer.consumer, topic)?;
    consumer.assign(&partitions)?;
    let mut in_order = InOrder::of(&partitions);
    let (mut seen, mut most) = (0, 0);
    while seen < messages {
        let batch = consumer.next(PATIENCE)?;
        ensure!(!batch.0.is_empty(), "no message came after {seen}");
        most = most.max(batch.0.len());
        for message in batch.messages() {
            if let Some((partition, payload)) = message? {
                in_order.see(partition, payload)?;
                seen += 1;
            }
        }
        bar.set_position(seen);
    }
    Ok(Consumed {
        in_order: in_order.count,
        most,
        cost: meter.stop(seen),
    })
}

/// A consumer that hands out its messages in batches.
pub struct BatchConsumer {
    consumer: BaseConsumer,
    /// Of the messages alone: what else a consumer tells goes through rdkafka.
    queue: *mut rd_kafka_queue_t,
    batch: [*mut rd_kafka_message_t; BATCH],
}

impl BatchConsumer {
    /// One without partitions.
    ///
    /// # Errors
    /// Where the configuration is wrong.
    pub fn new(config: &ClientConfig) -> KafkaResult<Self> {
        let consumer: BaseConsumer = config.create()?;
        // SAFETY: the client is there as long as its consumer.
        let queue = unsafe { rd_kafka_queue_new(consumer.client().native_ptr()) };
        Ok(Self {
            consumer,
            queue,
            batch: [ptr::null_mut(); BATCH],
        })
    }

    fn assign(&self, partitions: &TopicPartitionList) -> Result<()> {
        let client = self.consumer.client().native_ptr();
        // Before anything is fetched.
        for partition in partitions.elements() {
            let topic = CString::new(partition.topic())?;
            // SAFETY: a consumer has a queue for any partition; it is given back once.
            unsafe {
                let queue = rd_kafka_queue_get_partition(client, topic.as_ptr(), partition.partition());
                rd_kafka_queue_forward(queue, self.queue);
                rd_kafka_queue_destroy(queue);
            }
        }
        Ok(self.consumer.assign(partitions)?)
    }

    /// The messages that are there; where there is none, the next one, if one comes within this time.
    fn next(&mut self, timeout: Duration) -> Result<Batch<'_>> {
        let deadline = Instant::now() + timeout;
        loop {
            // Logs, errors and, in a group, rebalances.
            if let Some(message) = poll(&self.consumer, Duration::ZERO).transpose()? {
                bail!("partition {} is not forwarded", message.partition());
            }
            let mut count = self.take(BATCH, Duration::ZERO)?;
            if count == 0 {
                // Asked for more than one, librdkafka would wait for more than one.
                count = self.take(1, Duration::from_millis(100))?;
            }
            if count > 0 || Instant::now() > deadline {
                return Ok(Batch(&self.batch[..count]));
            }
        }
    }

    fn take(&mut self, at_most: usize, timeout: Duration) -> Result<usize> {
        let timeout = c_int::try_from(timeout.as_millis())?;
        let room = &mut self.batch[..at_most];
        // SAFETY: there is room for so many pointers.
        let count =
            unsafe { rd_kafka_consume_batch_queue(self.queue, timeout, room.as_mut_ptr(), room.len()) };
        // SAFETY: the error is this thread's.
        let error = || KafkaError::MessageConsumption(unsafe { rd_kafka_last_error() }.into());
        usize::try_from(count).map_err(|_| error().into())
    }
}

impl Drop for BatchConsumer {
    fn drop(&mut self) {
        // SAFETY: it is asked no more, and its client ends after it.
        unsafe { rd_kafka_queue_destroy(self.queue) }
    }
}

/// What a call handed out. It stays in librdkafka's memory, where nothing is copied, until the batch is dropped.
struct Batch<'a>(&'a [*mut rd_kafka_message_t]);

impl Batch<'_> {
    /// The partition and the payload of each message; nothing where a broker cannot be reached, and the consumer goes on.
    fn messages(&self) -> impl Iterator<Item = KafkaResult<Option<(i32, &[u8])>>> {
        self.0.iter().map(|&message| {
            // SAFETY: each is a message until the batch is dropped.
            let message = unsafe { &*message };
            if message.err.is_error() {
                let code = message.err.into();
                return is_passing(code)
                    .then_some(None)
                    .ok_or(KafkaError::MessageConsumption(code));
            }
            let payload = if message.payload.is_null() {
                &[]
            } else {
                // SAFETY: the payload of a message has this length.
                unsafe { slice::from_raw_parts(message.payload.cast(), message.len) }
            };
            Ok(Some((message.partition, payload)))
        })
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        for &message in self.0 {
            // SAFETY: each is given back once.
            unsafe { rd_kafka_message_destroy(message) }
        }
    }
}
