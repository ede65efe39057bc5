//! Errors of the server: a status that is returned, and a panic that is caught

use std::any::Any;

use axum::{Router, http::StatusCode, response::IntoResponse, routing::any};
use tower_http::catch_panic::CatchPanicLayer;

/// The text of the status alone: what went wrong inside is nobody's business outside.
const INTERNAL_SERVER_ERROR: (StatusCode, &str) =
    (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error");

pub fn app() -> Router {
    Router::new()
        .route("/throw", any(throw))
        .route("/secret", any(secret))
        .route("/crash", any(crash))
        .route("/crash-with-a-number", any(crash_with_a_number))
        .fallback(main)
        // Without this layer a panic ends the connection, and the client gets no answer at all.
        .layer(CatchPanicLayer::custom(|_: Box<dyn Any + Send>| {
            INTERNAL_SERVER_ERROR.into_response()
        }))
}

/// A bare `StatusCode` is an answer, too, but one without a body.
async fn throw() -> (StatusCode, &'static str) {
    INTERNAL_SERVER_ERROR
}

async fn secret() -> (StatusCode, &'static str) {
    (StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable")
}

async fn crash() {
    panic!("unexpected")
}

async fn crash_with_a_number() {
    std::panic::panic_any(42)
}

/// Headers are part of the answer that is returned, so there is nothing to take back when it comes to another.
async fn main() -> impl IntoResponse {
    ([("X-Progress", "half way")], "Hello World")
}
