//! Compression: gzip for who accepts it and where it pays

use axum::{Router, http::header, response::IntoResponse, routing::any};
use tower_http::compression::{
    CompressionLayer, Predicate,
    predicate::{NotForContentType, SizeAbove},
};

pub fn app() -> Router {
    // The build has gzip alone; br, deflate and zstd are features of tower-http, too.
    let worth_it = SizeAbove::new(1024)
        .and(NotForContentType::IMAGES)
        .and(NotForContentType::SSE);
    Router::new()
        .route("/small", any(small))
        .route("/photo", any(photo))
        .route("/drawing", any(drawing))
        .fallback(page)
        .layer(CompressionLayer::new().compress_when(worth_it))
}

async fn small() -> String {
    "a".repeat(1023)
}

async fn photo() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "image/png")], "a".repeat(1024))
}

async fn drawing() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "image/svg+xml")], "a".repeat(1024))
}

async fn page() -> String {
    "a".repeat(1024)
}
