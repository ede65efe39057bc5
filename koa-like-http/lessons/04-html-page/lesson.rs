//! An HTML page streamed from a file, piece by piece as it is read

use axum::{
    Router,
    body::Body,
    http::StatusCode,
    response::{Html, IntoResponse},
};
use tokio::fs::File;
use tokio_util::io::ReaderStream;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/04-html-page/page.html");

pub fn app() -> Router {
    Router::new().fallback(page)
}

async fn page() -> Result<impl IntoResponse, StatusCode> {
    // Opened before the answer begins: where that fails there is still a status to say so.
    let file = File::open(PAGE).await.map_err(|_| StatusCode::NOT_FOUND)?;
    Ok(Html(Body::from_stream(ReaderStream::new(file))))
}
