//! An async middleware, which reads a file and answers with it, or passes the request on

use axum::{
    Router,
    extract::Request,
    http::StatusCode,
    middleware::{Next, from_fn},
    response::{Html, IntoResponse, Response},
};
use tokio::fs::read_to_string;

const PAGE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/lessons/10-async-middleware/page.html"
);

pub fn app() -> Router {
    Router::new().fallback(hello).layer(from_fn(page))
}

async fn page(request: Request, next: Next) -> Result<Response, StatusCode> {
    if request.uri().path() != "/page" {
        return Ok(next.run(request).await);
    }
    // An error does not fly past, as an exception would: here is where it becomes an answer.
    let html = read_to_string(PAGE)
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Html(html).into_response())
}

async fn hello() -> &'static str {
    "Hello World"
}
