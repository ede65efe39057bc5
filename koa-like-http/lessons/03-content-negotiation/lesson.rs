//! Content negotiation: the same as text, XML, JSON or HTML, by the Accept header

use axum::{
    Json, Router,
    http::header::{CONTENT_TYPE, VARY},
    response::{Html, IntoResponse, Response},
};
use axum_extra::{TypedHeader, typed_header::TypedHeaderRejection};
use headers_accept::Accept;
use mediatype::{MediaType, media_type};
use serde_json::json;

static TYPES: [MediaType; 4] = [
    media_type!(TEXT / PLAIN),
    media_type!(APPLICATION / XML),
    media_type!(APPLICATION / JSON),
    media_type!(TEXT / HTML),
];

pub fn app() -> Router {
    Router::new().fallback(greet)
}

async fn greet(accept: Result<TypedHeader<Accept>, TypedHeaderRejection>) -> impl IntoResponse {
    // Whoever sends no Accept header, or one that cannot be read, gets the text.
    let best = accept.ok().and_then(|accept| accept.negotiate(&TYPES));
    ([(VARY, "Accept")], hello(best.map(|best| best.subty.as_str())))
}

fn hello(subtype: Option<&str>) -> Response {
    match subtype {
        Some("xml") => ([(CONTENT_TYPE, "application/xml")], "<data>Hello World</data>").into_response(),
        Some("json") => Json(json!({ "data": "Hello World" })).into_response(),
        Some("html") => Html("<p>Hello World</p>").into_response(),
        _ => "Hello World".into_response(),
    }
}
