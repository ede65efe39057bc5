//! Error middleware and listener: one layer writes the page for every error, another hears of it

use std::any::Any;

use axum::{
    Extension, Router,
    extract::Request,
    http::{StatusCode, Uri},
    middleware::{Next, from_fn},
    response::{Html, IntoResponse, Response},
};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::error;

pub fn app() -> Router {
    let layers = ServiceBuilder::new()
        .layer(from_fn(on_error))
        .layer(from_fn(handler))
        .layer(CatchPanicLayer::custom(caught));
    Router::new().fallback(main).layer(layers)
}

#[derive(Clone)]
struct Error(String);

type Failure = (StatusCode, Extension<Error>);

fn failure(status: StatusCode, message: impl Into<String>) -> Failure {
    (status, Extension(Error(message.into())))
}

fn caught(panic: Box<dyn Any + Send>) -> Response {
    // `panic!("text")` carries a `&str`, `panic!("text {value}")` a `String`.
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let message = text.or_else(|| panic.downcast_ref().cloned()).unwrap_or_default();
    failure(StatusCode::INTERNAL_SERVER_ERROR, message).into_response()
}

/// The page takes the body's place. The error goes on outwards with it, where Koa's has to be emitted.
async fn handler(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    match response.extensions().get::<Error>().cloned() {
        Some(error) => {
            let page = Html("<p>Something went wrong, and we have been told.</p>\n");
            (response.status(), Extension(error), page).into_response()
        }
        None => response,
    }
}

async fn main(uri: Uri) -> Result<&'static str, Failure> {
    match uri.path() {
        "/throw" => Err(failure(
            StatusCode::SERVICE_UNAVAILABLE,
            "no answer from 10.0.0.7",
        )),
        "/members" => Err(failure(StatusCode::UNAUTHORIZED, "please log in")),
        "/crash" => panic!("unexpected"),
        _ => Ok("Hello World"),
    }
}

async fn on_error(request: Request, next: Next) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let response = next.run(request).await;
    if let Some(Error(message)) = response.extensions().get() {
        error!(
            "logging error: {message} ({method} {} {})",
            uri.path(),
            response.status().as_u16()
        );
    }
    response
}
