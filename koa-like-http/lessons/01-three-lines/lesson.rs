//! The three lines: an application without a handler answers everything with 404 Not Found

use std::io;

use axum::{Router, http::StatusCode};
use tokio::net::TcpListener;

pub fn app() -> Router {
    Router::new().fallback((StatusCode::NOT_FOUND, "Not Found"))
}

/// All that a program of its own needs: `cargo run -p koa-like-http --example three-lines`.
///
/// # Errors
/// Where port 3000 is in use.
#[tokio::main]
pub async fn main() -> io::Result<()> {
    let app = app();
    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, app).await
}
