//! Routes: the router looks at path and method, and takes parameters out of the path

use axum::{Router, extract::Path, http::StatusCode, response::Html, routing::get};

pub fn app() -> Router {
    Router::new()
        .route("/", get(main))
        .route("/about", get(about))
        .route("/hello/{name}", get(hello))
        .fallback((StatusCode::NOT_FOUND, "Not Found"))
}

async fn main() -> &'static str {
    "Hello World"
}

async fn about() -> Html<&'static str> {
    Html(r#"<a href="/">Start</a>"#)
}

async fn hello(Path(name): Path<String>) -> String {
    format!("Hello {name}")
}
