//! Whether this process lives, whether it can do its work, and what it has done.

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{board::Board, collect::Collector, metrics::Metrics};

/// The parts that can be ready or not.
#[derive(Clone)]
pub struct Health {
    pub collector: Option<Arc<Collector>>,
    pub board: Option<Arc<Board>>,
    pub metrics: Arc<Metrics>,
}

/// The routes that machines ask.
pub fn router(health: Health) -> Router {
    Router::new()
        .route("/healthz", get(async || "alive\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(health)
}

async fn ready(State(health): State<Health>) -> (StatusCode, &'static str) {
    if health.board.is_some_and(|board| !board.is_ready()) {
        return (
            StatusCode::SERVICE_UNAVAILABLE,
            "the totals are still being read\n",
        );
    }
    if let Some(collector) = health.collector {
        let is_ready = tokio::task::spawn_blocking(move || collector.is_ready()).await;
        if !is_ready.unwrap_or_default() {
            return (StatusCode::SERVICE_UNAVAILABLE, "no broker answers\n");
        }
    }
    (StatusCode::OK, "ready\n")
}

async fn metrics(State(health): State<Health>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    match health.metrics.text() {
        Ok(text) => ([(header::CONTENT_TYPE, kind)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
