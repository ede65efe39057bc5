//! Hello World: one handler for every path and method

use axum::Router;

pub fn app() -> Router {
    Router::new().fallback(hello)
}

async fn hello() -> &'static str {
    "Hello World"
}
