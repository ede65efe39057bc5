//! Routing by hand: the handler looks at the path itself

use axum::{
    Router,
    http::Uri,
    response::{Html, IntoResponse, Response},
};

pub fn app() -> Router {
    Router::new().fallback(main)
}

async fn main(uri: Uri) -> Response {
    match uri.path() {
        "/" => "Hello World".into_response(),
        _ => Html(r#"<a href="/">Start</a>"#).into_response(),
    }
}
