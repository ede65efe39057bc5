//! Request ids and tracing: each line of the log says to which request it belongs

use std::time::Duration;

use axum::{
    Router,
    extract::{Path, Request},
    http::StatusCode,
    response::Response,
    routing::any,
};
use tower::ServiceBuilder;
use tower_http::{
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, RequestId, SetRequestIdLayer},
    trace::TraceLayer,
};
use tracing::{Span, info, info_span};

pub fn app() -> Router {
    let trace = TraceLayer::new_for_http()
        .make_span_with(request_span)
        .on_request(|request: &Request, _: &Span| info!("{} {}", request.method(), request.uri()))
        .on_response(|response: &Response, time: Duration, _: &Span| {
            info!("{} in {time:?}", response.status().as_u16());
        })
        // By default a status of 5xx is logged once more.
        .on_failure(());
    let layers = ServiceBuilder::new()
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(trace);
    Router::new()
        .route("/hello/{name}", any(hello))
        .route("/broken", any(broken))
        .fallback((StatusCode::NOT_FOUND, "Not Found"))
        .layer(layers)
}

/// What is logged while the request is handled, however deep in the program, is logged in this span.
fn request_span(request: &Request) -> Span {
    let id = request.extensions().get::<RequestId>();
    info_span!("request", id = id.and_then(|id| id.header_value().to_str().ok()))
}

async fn hello(Path(name): Path<String>) -> String {
    greet(&name).await
}

async fn greet(name: &str) -> String {
    info!("greets {name}");
    format!("Hello {name}")
}

async fn broken() -> (StatusCode, &'static str) {
    (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
}
