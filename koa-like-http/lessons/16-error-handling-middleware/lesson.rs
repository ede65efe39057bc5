//! Errors in one form: each handler returns an error, and one place makes the JSON answer of it

use axum::{
    Json, Router,
    http::{StatusCode, Uri, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use tokio::fs;
use tower_http::catch_panic::CatchPanicLayer;

pub fn app() -> Router {
    let handler = CatchPanicLayer::custom(|_| Error::Internal.into_response());
    Router::new().fallback(main).layer(handler)
}

/// RFC 9457.
#[derive(Serialize)]
struct Problem {
    title: &'static str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

enum Error {
    /// The client is told what is wrong.
    Client(StatusCode, String),
    Unavailable,
    Internal,
}

/// What Koa's middleware does where it catches an error, axum does with each error that a handler returns.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, detail) = match self {
            Self::Client(status, detail) => (status, Some(detail)),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, None),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, None),
        };
        let problem = Problem {
            title: status.canonical_reason().unwrap_or_default(),
            status: status.as_u16(),
            detail,
        };
        (
            status,
            [(CONTENT_TYPE, "application/problem+json")],
            Json(problem),
        )
            .into_response()
    }
}

/// Makes `?` work on whatever fails inside.
impl From<std::io::Error> for Error {
    fn from(_: std::io::Error) -> Self {
        Self::Internal
    }
}

async fn main(uri: Uri) -> Result<String, Error> {
    match uri.path() {
        "/" => Ok("Hello World".to_owned()),
        "/members" => Err(Error::Client(
            StatusCode::UNAUTHORIZED,
            "please log in".to_owned(),
        )),
        "/name" => Err(Error::Client(StatusCode::CONFLICT, "\"Ada\" is taken".to_owned())),
        "/upstream" => Err(Error::Unavailable),
        "/file" => Ok(fs::read_to_string("/no/such/file").await?),
        "/crash" => panic!("unexpected"),
        path => Err(Error::Client(StatusCode::NOT_FOUND, format!("nothing at {path}"))),
    }
}
