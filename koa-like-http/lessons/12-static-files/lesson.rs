//! Static files: a folder is served, with ranges and conditional requests, and nothing outside of it

use axum::{
    Router,
    extract::Request,
    handler::HandlerWithoutStateExt,
    http::{HeaderValue, StatusCode, header::CONTENT_TYPE},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use percent_encoding::percent_decode_str;
use tower::ServiceBuilder;
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

const PUBLIC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/12-static-files/public");
const NOT_FOUND: (StatusCode, &str) = (StatusCode::NOT_FOUND, "Not Found");

pub fn app() -> Router {
    // What is no file, or asked to do more than be read, goes on to the fallback, as koa-static calls `next`.
    let serve = ServeDir::new(PUBLIC)
        .ignore_multi_range_requests(true)
        .call_fallback_on_method_not_allowed(true)
        .fallback(NOT_FOUND.into_service());
    // ServeDir is conditional by itself, but it serves hidden files and names no charset, unlike koa-static.
    let layers = ServiceBuilder::new()
        .layer(from_fn(hide_dot_files))
        .layer(SetResponseHeaderLayer::overriding(CONTENT_TYPE, text_is_utf8));
    Router::new().fallback_service(serve).layer(layers)
}

async fn hide_dot_files(request: Request, next: Next) -> Response {
    let path = percent_decode_str(request.uri().path()).decode_utf8_lossy();
    if path.contains("/.") {
        return NOT_FOUND.into_response();
    }
    next.run(request).await
}

fn text_is_utf8<B>(response: &Response<B>) -> Option<HeaderValue> {
    let name = response.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    let bare = name.starts_with("text/") && !name.contains("charset");
    bare.then(|| format!("{name}; charset=utf-8").parse().ok())?
}
