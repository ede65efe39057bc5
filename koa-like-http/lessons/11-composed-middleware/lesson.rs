//! Composed middleware: a stack of layers is a value, made once and put around any route

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, StatusCode, header::CACHE_CONTROL},
    middleware::{Next, from_fn},
    response::Response,
    routing::any,
};
use tower::ServiceBuilder;
use tower_http::set_header::SetResponseHeaderLayer;
use tracing::info;

pub fn app() -> Router {
    let no_store = SetResponseHeaderLayer::overriding(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let composed = ServiceBuilder::new().layer(from_fn(logger)).layer(no_store);

    Router::new()
        .route("/", any(main).layer(composed.clone()))
        .route("/about", any(about).layer(composed))
        .route("/health", any(health))
        .fallback((StatusCode::NOT_FOUND, "Not Found"))
}

async fn logger(request: Request, next: Next) -> Response {
    info!(">> {} {}", request.method(), request.uri());
    let response = next.run(request).await;
    info!("<< {}", response.status().as_u16());
    response
}

async fn main() -> &'static str {
    "Hello World"
}

async fn about() -> &'static str {
    "About this world"
}

async fn health() -> &'static str {
    "Fine"
}
