//! Server-sent events: a stream that goes on where it broke off, and that ends with its client

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use futures_util::{StreamExt, stream};
use tokio::{sync::Semaphore, time::sleep};

struct Step {
    id: &'static str,
    event: &'static str,
    data: &'static str,
    takes: Duration,
}

const fn step(id: &'static str, event: &'static str, data: &'static str, takes: u64) -> Step {
    Step {
        id,
        event,
        data,
        takes: Duration::from_millis(takes),
    }
}

const STEPS: &[Step] = &[
    step("1", "mix", "flour\nwater\nsalt", 10),
    step("2", "knead", "ten minutes", 10),
    step("3", "rise", "an hour", 200),
    step("4", "bake", "half an hour", 10),
    step("5", "done", "enjoy", 10),
];
const SEATS: usize = 100;

pub fn app() -> Router {
    Router::new()
        .route("/events", get(events))
        .route("/seats", get(seats))
        .fallback((StatusCode::NOT_FOUND, "Not Found"))
        .method_not_allowed_fallback((StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"))
        .with_state(Arc::new(Semaphore::new(SEATS)))
}

async fn events(State(seats): State<Arc<Semaphore>>, headers: HeaderMap) -> Response {
    let last = headers.get("last-event-id");
    let seen = STEPS
        .iter()
        .position(|step| last.is_some_and(|last| last == step.id));
    let steps = seen.map_or(STEPS, |seen| &STEPS[seen + 1..]);
    if steps.is_empty() {
        // A browser comes back after the end, until it is told that there is no more.
        return StatusCode::NO_CONTENT.into_response();
    }
    let Ok(seat) = seats.try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable").into_response();
    };
    let retry = stream::once(async { Event::default().retry(Duration::from_secs(1)) });
    let events = stream::iter(steps).then(move |step| {
        // The stream has the seat. Where its client leaves it is dropped, wherever it stands, and the seat with it.
        let _ = &seat;
        async {
            sleep(step.takes).await;
            Event::default().id(step.id).event(step.event).data(step.data)
        }
    });
    Sse::new(retry.chain(events).map(Ok::<_, Infallible>))
        .keep_alive(KeepAlive::new().interval(Duration::from_millis(40)))
        .into_response()
}

async fn seats(State(seats): State<Arc<Semaphore>>) -> String {
    format!("{} of {SEATS} seats are free", seats.available_permits())
}
