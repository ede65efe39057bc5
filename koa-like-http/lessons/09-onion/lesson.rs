//! The onion: each middleware runs before and after all that is inside it

use axum::{
    Router,
    extract::Request,
    http::StatusCode,
    middleware::{Next, from_fn},
    response::Response,
};
use tower::ServiceBuilder;
use tracing::info;

pub fn app() -> Router {
    // The first layer of a ServiceBuilder is the outermost, as in Koa. Of layers put on the
    // router one by one it is the last.
    let onion = ServiceBuilder::new()
        .layer(from_fn(one))
        .layer(from_fn(two))
        .layer(from_fn(three));
    Router::new()
        .fallback((StatusCode::NOT_FOUND, "Not Found"))
        .layer(onion)
}

async fn one(request: Request, next: Next) -> Response {
    info!(">> one");
    let response = next.run(request).await;
    info!("<< one");
    response
}

async fn two(request: Request, next: Next) -> Response {
    info!(">> two");
    let response = next.run(request).await;
    info!("<< two");
    response
}

async fn three(request: Request, next: Next) -> Response {
    info!(">> three");
    let response = next.run(request).await;
    info!("<< three");
    response
}
