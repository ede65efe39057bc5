//! Request bodies: one handler for forms and JSON, and what it is spared

use axum::{
    Form, Json, Router,
    extract::{DefaultBodyLimit, FromRequest, Request},
    http::{StatusCode, header::CONTENT_TYPE},
    routing::post,
};
use serde::{Deserialize, de::DeserializeOwned};

pub fn app() -> Router {
    Router::new()
        .route("/", post(main))
        .layer(DefaultBodyLimit::max(1024 * 1024))
        .method_not_allowed_fallback((StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"))
        .fallback((StatusCode::NOT_FOUND, "Not Found"))
}

#[derive(Deserialize)]
struct Body {
    name: String,
}

/// A body of either type. Both extractors look at the type themselves, and refuse what they cannot read.
struct JsonOrForm<T>(T);

type Refusal = (StatusCode, &'static str);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonOrForm<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let content_type = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        if content_type.is_some_and(|name| name.to_ascii_lowercase().contains("json")) {
            let json = Json::from_request(request, state).await;
            json.map(|Json(body)| Self(body))
                .map_err(|rejection| refusal(rejection.status()))
        } else {
            let form = Form::from_request(request, state).await;
            form.map(|Form(body)| Self(body))
                .map_err(|rejection| refusal(rejection.status()))
        }
    }
}

/// A rejection of axum's tells the client more than the original does, and has a status of its own for a body that
/// can be read but is not what was asked for.
fn refusal(status: StatusCode) -> Refusal {
    match status {
        StatusCode::UNPROCESSABLE_ENTITY => (StatusCode::BAD_REQUEST, ".name required"),
        _ => (status, status.canonical_reason().unwrap_or_default()),
    }
}

async fn main(JsonOrForm(body): JsonOrForm<Body>) -> Result<String, Refusal> {
    match body.name.as_str() {
        "" => Err(refusal(StatusCode::UNPROCESSABLE_ENTITY)),
        name => Ok(format!("Hello {name}")),
    }
}
