//! Testing: requests go straight into the application, without a server

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};

pub fn app() -> Router {
    Router::new()
        .route("/hello/{name}", get(hello))
        .route("/shout", post(shout))
        .route("/visits", post(visit))
        .fallback((StatusCode::NOT_FOUND, "Not Found"))
        .method_not_allowed_fallback((StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"))
        .with_state(Arc::new(AtomicU64::new(0)))
}

async fn hello(Path(name): Path<String>) -> String {
    format!("Hello {name}")
}

async fn shout(text: String) -> String {
    text.to_uppercase()
}

async fn visit(State(visits): State<Arc<AtomicU64>>) -> String {
    (visits.fetch_add(1, Relaxed) + 1).to_string()
}

/// `cargo test -p koa-like-http testing`
#[cfg(test)]
mod tests {
    use axum::{
        body::{Body, to_bytes},
        http::{Request, header},
    };
    // `oneshot` sends one request to anything that is a service, such as a router.
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn greets_by_name() {
        let request = Request::get("/hello/Ada%20L.").body(Body::empty()).unwrap();
        let response = app().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "text/plain; charset=utf-8"
        );
        assert_eq!(text(response.into_body()).await, "Hello Ada L.");
    }

    #[tokio::test]
    async fn shouts_what_it_is_told() {
        let request = Request::post("/shout").body(Body::from("hello")).unwrap();
        let response = app().oneshot(request).await.unwrap();
        assert_eq!(text(response.into_body()).await, "HELLO");
    }

    #[tokio::test]
    async fn refuses_other_methods() {
        let request = Request::get("/shout").body(Body::empty()).unwrap();
        let response = app().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(response.headers()[header::ALLOW], "POST");
    }

    #[tokio::test]
    async fn counts_for_each_app_alone() {
        let (one, other) = (app(), app());
        for (app, expected) in [(&one, "1"), (&one, "2"), (&other, "1")] {
            let request = Request::post("/visits").body(Body::empty()).unwrap();
            let response = app.clone().oneshot(request).await.unwrap();
            assert_eq!(text(response.into_body()).await, expected);
        }
    }

    async fn text(body: Body) -> String {
        String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().into()).unwrap()
    }
}
