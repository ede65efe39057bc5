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
    body::{Body, HttpBody},
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
    routing::post,
};
use chrono::Utc;
use futures_util::StreamExt;
use rdkafka::{
    ClientContext,
    error::{KafkaError, RDKafkaErrorCode},
    message::{DeliveryResult, Message},
    producer::{BaseRecord, Producer, ProducerContext, ThreadedProducer},
};
use serde::Serialize;
use serde_json::json;
use tokio::{
    sync::{Notify, Semaphore, SemaphorePermit},
    time::timeout,
};

use crate::{
    brake::Brake,
    event::{self, Event, Refusal},
    kafka::{self, Kafka},
    metrics::{Metrics, Status},
};

/// Bytes of a request.
const BODY: usize = 1 << 20;
/// A client needs no longer to send it.
const PATIENCE: Duration = Duration::from_secs(20);
/// So much of each request may be there at any time, and of all that are larger so many KiB: whoever is slow to send large
/// ones, and there may be thousands of them, is in the way of each other, but not of small ones.
const SMALL: usize = 16 << 10;
const ROOM: usize = 32 << 10;
/// Requests that may wait for the broker at once.
const AT_ONCE: usize = 256;

/// The producer, and the topic that it writes to.
pub struct Collector {
    producer: ThreadedProducer<Acknowledgements>,
    topic: String,
    waiting: Semaphore,
    room: Semaphore,
    metrics: Arc<Metrics>,
    brake: Option<Arc<Brake>>,
}

impl Collector {
    /// With a `brake`, it takes no more than that lets pass.
    ///
    /// # Errors
    /// Where librdkafka refuses its configuration.
    pub fn new(kafka: &Kafka, metrics: Arc<Metrics>, brake: Option<Arc<Brake>>) -> Result<Self> {
        let producer = kafka
            .client()
            .set("acks", "all")
            // An event has an id, and counts once where a retry writes it twice. Lesson 30 of kafka-demo tells what
            // idempotence costs.
            .set("enable.idempotence", "false")
            .set("partitioner", "murmur2_random")
            // A request waits for its answer: little is gained by waiting for more.
            .set("linger.ms", "2")
            // Requests that wait for those before them grow: fewer and larger ones cost less.
            .set("max.in.flight.requests.per.connection", "2")
            .set("message.timeout.ms", kafka.timeout().as_millis().to_string())
            .create_with_context(Acknowledgements(brake.clone()))
            .context("cannot make a producer")?;
        Ok(Self {
            producer,
            topic: kafka.events().to_owned(),
            waiting: Semaphore::new(AT_ONCE),
            room: Semaphore::new(ROOM),
            metrics,
            brake,
        })
    }

    /// Reads a body, and takes room for it as it comes.
    async fn read(&self, body: Body) -> Result<(Vec<u8>, SemaphorePermit<'_>), Refusal> {
        let too_large = || {
            let detail = format!("a request has at most {BODY} bytes");
            Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
        };
        let full = |_| busy("too many large requests are under way");
        let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        if announced > BODY {
            return Err(too_large());
        }
        let mut read = Vec::with_capacity(announced.min(SMALL));
        let mut room = self.room.try_acquire_many(0).map_err(full)?;
        let mut pieces = body.into_data_stream();
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|error| Refusal::new(StatusCode::BAD_REQUEST, error.to_string()))?;
            let needed = read.len() + piece.len();
            if needed > BODY {
                return Err(too_large());
            }
            if needed > read.capacity() {
                let larger = needed.next_power_of_two();
                let more = larger.saturating_sub(read.capacity().max(SMALL)) >> 10;
                room.merge(self.room.try_acquire_many(more as u32).map_err(full)?);
                read.reserve_exact(larger - read.len());
            }
            read.extend_from_slice(&piece);
        }
        Ok((read, room))
    }

    /// Sends events on, and returns once the broker has them all.
    async fn deliver(&self, events: &[Event]) -> Result<(), KafkaError> {
        let batch = Arc::new(Batch {
            outstanding: AtomicUsize::new(events.len()),
            ..Batch::default()
        });
        let mut payload = Vec::new();
        for (sent, event) in events.iter().enumerate() {
            payload.clear();
            // Strings, names and a time can always be written.
            let _ = serde_json::to_writer(&mut payload, event);
            // By page, so that one processor counts all of a page, in the order in which it was visited.
            let record = BaseRecord::with_opaque_to(&self.topic, batch.clone())
                .key(&event.page)
                .payload(&payload);
            if let Err((error, _)) = self.producer.send(record) {
                if let Some(brake) = &self.brake {
                    brake.give_up(events.len() - sent);
                }
                return Err(error);
            }
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
        metadata.is_ok_and(|metadata| kafka::has_leaders(&metadata))
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

/// Tells the brake, where there is one.
struct Acknowledgements(Option<Arc<Brake>>);

impl ClientContext for Acknowledgements {}

impl ProducerContext for Acknowledgements {
    type DeliveryOpaque = Arc<Batch>;

    fn delivery(&self, result: &DeliveryResult<'_>, batch: Arc<Batch>) {
        if let Err((error, _)) = result {
            // The first one tells enough.
            let _ = batch.failure.set(error.clone());
        }
        if let Some(brake) = &self.0 {
            let message = result.as_ref().ok();
            brake.settle(message.map(|message| (message.partition(), message.offset())));
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
}

async fn collect(State(collector): State<Arc<Collector>>, headers: HeaderMap, body: Body) -> Response {
    let answer = async {
        let read = timeout(PATIENCE, collector.read(body)).await;
        let (body, room) = read.map_err(|_| {
            let detail = format!("a request is sent within {} s", PATIENCE.as_secs());
            Refusal::new(StatusCode::REQUEST_TIMEOUT, detail)
        })??;
        // Only now: who is slow to send takes nobody's place.
        let _place = collector
            .waiting
            .try_acquire()
            .map_err(|_| busy("too many requests wait"))?;
        let events = parse(&headers, &body)?;
        drop((body, room));
        let brake = collector.brake.as_ref();
        if brake.is_some_and(|brake| !brake.lets_pass(events.len())) {
            return Err(busy("too many events wait to be counted"));
        }
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
