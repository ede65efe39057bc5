//! Limits: on requests at once, on time and on the size of a body

use std::time::Duration;

use axum::{
    BoxError, Router,
    error_handling::HandleErrorLayer,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::any,
};
use tokio::time::sleep;
use tower::{ServiceBuilder, limit::GlobalConcurrencyLimitLayer};
use tower_http::{limit::RequestBodyLimitLayer, timeout::TimeoutLayer};

pub fn app() -> Router {
    let limits = ServiceBuilder::new()
        // The limit alone lets requests wait for their turn; load_shed makes that an error.
        .layer(HandleErrorLayer::new(busy))
        .load_shed()
        // Global, because a router makes the layers anew for each of its routes.
        .layer(GlobalConcurrencyLimitLayer::new(3))
        .layer(RequestBodyLimitLayer::new(1000))
        // A handler that takes too long is dropped at its `await`; Koa's runs on, and nobody hears of it.
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            Duration::from_secs(2),
        ));
    Router::new()
        .route("/echo", any(echo))
        .route("/work", any(work))
        .route("/stuck", any(stuck))
        .fallback((StatusCode::NOT_FOUND, "Not Found"))
        .layer(limits)
}

async fn busy(_: BoxError) -> impl IntoResponse {
    (
        StatusCode::SERVICE_UNAVAILABLE,
        [(header::RETRY_AFTER, "1")],
        "Service Unavailable",
    )
}

async fn echo(text: String) -> String {
    text
}

async fn work() -> &'static str {
    sleep(Duration::from_millis(500)).await;
    "Done"
}

async fn stuck() -> &'static str {
    sleep(Duration::from_secs(5)).await;
    "Done at last"
}
