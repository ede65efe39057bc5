//! A logger as middleware: method, target, status and time of each request

use std::time::Instant;

use axum::{
    Router,
    extract::Request,
    http::{Method, StatusCode, Uri},
    middleware::{Next, from_fn},
    response::Response,
    routing::any,
};
use tracing::info;

pub fn app() -> Router {
    Router::new()
        .route("/", any("Hello World"))
        .route("/busy", any((StatusCode::SERVICE_UNAVAILABLE, "Try again later")))
        .fallback((StatusCode::NOT_FOUND, "Not Found"))
        .layer(from_fn(logger))
}

// To show how it is done; the ready-made one is `TraceLayer` of tower-http.
async fn logger(method: Method, uri: Uri, request: Request, next: Next) -> Response {
    let start = Instant::now();
    let response = next.run(request).await;
    let ms = start.elapsed().as_secs_f64() * 1000.0;
    info!("{method} {uri} {} {ms:.3} ms", response.status().as_u16());
    response
}
