//! Collect: `POST /events`, answered once the broker has what it holds.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
    routing::post,
};
use chrono::Utc;
use rdkafka::{
    ClientContext,
    error::{KafkaError, RDKafkaErrorCode},
    message::DeliveryResult,
    producer::{BaseRecord, Producer, ProducerContext, ThreadedProducer},
};
use serde::Serialize;
use serde_json::json;
use tokio::sync::{Notify, Semaphore};
use tower_http::timeout::TimeoutLayer;

use crate::{
    board::Board,
    event::{self, Event, Refusal},
    kafka::Kafka,
    metrics::{Metrics, Status},
};

/// Bytes of a request.
const BODY: usize = 1 << 20;
/// A request takes no longer, what its client needs to send it included.
const PATIENCE: Duration = Duration::from_secs(20);
/// Requests that may wait for the broker at once.
const AT_ONCE: usize = 256;
/// Events that may wait to be counted where the broker is embedded: it keeps five megabytes of a partition, counted or not.
const BACKLOG: u64 = 5_000;

/// The producer, and the topic that it writes to.
pub struct Collector {
    producer: ThreadedProducer<Acknowledgements>,
    topic: String,
    waiting: Semaphore,
    metrics: Arc<Metrics>,
    /// Tells how many are counted, where that matters.
    board: Option<Arc<Board>>,
}

impl Collector {
    /// With a `board`, it takes no more than can be counted in time.
    ///
    /// # Errors
    /// Where librdkafka refuses its configuration.
    pub fn new(kafka: &Kafka, metrics: Arc<Metrics>, board: Option<Arc<Board>>) -> Result<Self> {
        let producer = kafka
            .client()
            .set("acks", "all")
            // An event has an id, and counts once where a retry writes it twice. Lesson 30 of kafka-demo tells what
            // idempotence costs.
            .set("enable.idempotence", "false")
            .set("partitioner", "murmur2_random")
            // A request waits for its answer: little is gained by waiting for more.
            .set("linger.ms", "2")
            .set("message.timeout.ms", kafka.timeout().as_millis().to_string())
            .create_with_context(Acknowledgements)
            .context("cannot make a producer")?;
        Ok(Self {
            producer,
            topic: kafka.events().to_owned(),
            waiting: Semaphore::new(AT_ONCE),
            metrics,
            board,
        })
    }

    fn is_behind(&self) -> bool {
        let counted = self.board.as_ref().map(|board| board.processed());
        counted.is_some_and(|counted| self.metrics.accepted.get() > counted + BACKLOG)
    }

    /// Sends events on, and returns once the broker has them all.
    async fn deliver(&self, events: &[Event]) -> Result<(), KafkaError> {
        let batch = Arc::new(Batch {
            outstanding: AtomicUsize::new(events.len()),
            ..Batch::default()
        });
        for event in events {
            let payload = serde_json::to_vec(event).unwrap_or_default();
            // By page, so that one processor counts all of a page, in the order in which it was visited.
            let record = BaseRecord::with_opaque_to(&self.topic, batch.clone())
                .key(&event.page)
                .payload(&payload);
            self.producer.send(record).map_err(|(error, _)| error)?;
        }
        batch.done.notified().await;
        match batch.failure.get() {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }

    /// Whether a broker answers.
    pub fn is_ready(&self) -> bool {
        let metadata = self
            .producer
            .client()
            .fetch_metadata(Some(&self.topic), Duration::from_secs(1));
        metadata.is_ok_and(|metadata| {
            let mut partitions = metadata.topics().iter().flat_map(|topic| topic.partitions());
            partitions.all(|partition| partition.leader() >= 0)
        })
    }
}

/// The events of one request, on their way to the broker. Counting them costs less than a future for each: lesson 28 of
/// kafka-demo.
#[derive(Default)]
struct Batch {
    outstanding: AtomicUsize,
    failure: OnceLock<KafkaError>,
    done: Notify,
}

struct Acknowledgements;

impl ClientContext for Acknowledgements {}

impl ProducerContext for Acknowledgements {
    type DeliveryOpaque = Arc<Batch>;

    fn delivery(&self, result: &DeliveryResult<'_>, batch: Arc<Batch>) {
        if let Err((error, _)) = result {
            // The first one tells enough.
            let _ = batch.failure.set(error.clone());
        }
        if batch.outstanding.fetch_sub(1, Ordering::AcqRel) == 1 {
            batch.done.notify_one();
        }
    }
}

/// The route that takes events.
pub fn router(collector: Arc<Collector>) -> Router {
    Router::new()
        .route("/events", post(collect))
        .with_state(collector)
        .layer(DefaultBodyLimit::max(BODY))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            PATIENCE,
        ))
}

async fn collect(
    State(collector): State<Arc<Collector>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let answer = async {
        let body = body.map_err(|error| Refusal::new(error.status(), error.body_text()))?;
        // Only now: who is slow to send takes nobody's place.
        let _place = collector
            .waiting
            .try_acquire()
            .map_err(|_| busy("too many requests wait"))?;
        if collector.is_behind() {
            return Err(busy("too many events wait to be counted"));
        }
        let events = parse(&headers, &body)?;
        drop(body);
        collector.deliver(&events).await.map_err(|error| match error {
            KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull) => busy("the queue is full"),
            KafkaError::MessageProduction(RDKafkaErrorCode::MessageSizeTooLarge) => Refusal::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "the broker takes no message so large",
            ),
            error => {
                tracing::warn!("not delivered: {error}");
                busy("the broker does not acknowledge")
            }
        })?;
        Ok::<_, Refusal>(events.len())
    };
    match answer.await {
        Ok(accepted) => {
            collector.metrics.accepted.inc_by(accepted as u64);
            (StatusCode::ACCEPTED, Json(json!({ "accepted": accepted }))).into_response()
        }
        Err(refusal) => {
            let status = refusal.status.as_u16();
            collector.metrics.refused.get_or_create(&Status { status }).inc();
            refusal.into_response()
        }
    }
}

fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Vec<Event>, Refusal> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default();
    let now = Utc::now();
    match kind.trim().to_ascii_lowercase().as_str() {
        "application/json" => event::from_json(body, now),
        "application/x-ndjson" => event::from_json_lines(body, now),
        _ => Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "events are application/json or application/x-ndjson",
        )),
    }
}

fn busy(detail: &str) -> Refusal {
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, detail)
}

/// A problem report, as in lesson 23 of koa-like-http.
#[derive(Serialize)]
struct Problem {
    title: Option<&'static str>,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self {
            status,
            detail,
            event,
            field,
        } = self;
        let again = (status == StatusCode::SERVICE_UNAVAILABLE)
            .then_some(AppendHeaders([(header::RETRY_AFTER, "1")]));
        let problem = Problem {
            title: status.canonical_reason(),
            status: status.as_u16(),
            detail,
            event,
            field,
        };
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        (status, again, kind, Json(problem)).into_response()
    }
}
