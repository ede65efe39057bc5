//! An error listener: one place hears of every error, the client of its own only

use std::any::Any;

use axum::{
    Extension, Router,
    extract::Request,
    http::{StatusCode, Uri},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::error;

pub fn app() -> Router {
    let layers = ServiceBuilder::new()
        .layer(from_fn(on_error))
        .layer(CatchPanicLayer::custom(caught));
    Router::new().fallback(main).layer(layers)
}

#[derive(Clone)]
struct Error {
    status: StatusCode,
    message: String,
}

impl Error {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { status, message }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let text = match self.status.canonical_reason() {
            Some(reason) if self.status.is_server_error() => reason.to_owned(),
            _ => self.message.clone(),
        };
        // An extension goes along with the answer inside the program and is not sent.
        (self.status, Extension(self), text).into_response()
    }
}

fn caught(panic: Box<dyn Any + Send>) -> Response {
    // `panic!("text")` carries a `&str`, `panic!("text {value}")` a `String`.
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let message = text.or_else(|| panic.downcast_ref().cloned()).unwrap_or_default();
    Error::new(StatusCode::INTERNAL_SERVER_ERROR, message).into_response()
}

async fn main(uri: Uri) -> Result<&'static str, Error> {
    match uri.path() {
        "/throw" => Err(Error::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "no answer from 10.0.0.7",
        )),
        "/members" => Err(Error::new(StatusCode::UNAUTHORIZED, "please log in")),
        "/crash" => panic!("unexpected"),
        _ => Ok("Hello World"),
    }
}

async fn on_error(request: Request, next: Next) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let response = next.run(request).await;
    if let Some(Error { message, .. }) = response.extensions().get() {
        error!("server error: {message} ({method} {uri})");
    }
    response
}
