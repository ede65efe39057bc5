//! The 404 page: what is answered where no route matches

use axum::{Router, http::StatusCode, response::Html, routing::any};

pub fn app() -> Router {
    Router::new().route("/", any(home)).fallback(not_found)
}

async fn home() -> &'static str {
    "Hello World"
}

// Koa takes a text that begins with `<` for HTML; here the type says so.
async fn not_found() -> (StatusCode, Html<&'static str>) {
    let page = Html("<h1>Page Not Found</h1>\n<p>Try the <a href=\"/\">home page</a>.</p>\n");
    (StatusCode::NOT_FOUND, page)
}
