//! Logging: the handler logs a line for each request

use axum::{
    Router,
    http::{Method, Uri},
};
use tracing::info;

pub fn app() -> Router {
    Router::new().fallback(main)
}

async fn main(method: Method, uri: Uri) -> &'static str {
    // Unlike console.log this only says what happened: time, level and place are up to the subscriber.
    info!("{method} {uri}");
    "Hello World"
}
