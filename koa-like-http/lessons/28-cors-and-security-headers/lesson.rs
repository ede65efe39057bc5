//! CORS and security headers: which other sites may ask, and what a browser may do with the answers

use std::time::Duration;

use axum::{
    Router,
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::map_response,
    response::{IntoResponse, Response},
    routing::any,
};
use tower::ServiceBuilder;
use tower_http::cors::{AllowCredentials, AllowOrigin, CorsLayer};

const ORIGINS: [&str; 2] = ["https://shop.example", "http://localhost:5173"];

/// What helmet sends. tower-http's SetResponseHeaderLayer sets one header; an array of them sets all.
const SECURITY: [(&str, &str); 12] = [
    (
        "content-security-policy",
        "default-src 'self';base-uri 'self';font-src 'self' https: data:;form-action 'self';\
         frame-ancestors 'self';img-src 'self' data:;object-src 'none';script-src 'self';\
         script-src-attr 'none';style-src 'self' https: 'unsafe-inline';upgrade-insecure-requests",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("origin-agent-cluster", "?1"),
    ("referrer-policy", "no-referrer"),
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("x-content-type-options", "nosniff"),
    ("x-dns-prefetch-control", "off"),
    ("x-download-options", "noopen"),
    ("x-frame-options", "SAMEORIGIN"),
    ("x-permitted-cross-domain-policies", "none"),
    ("x-xss-protection", "0"),
];

pub fn app() -> Router {
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(known))
        .allow_credentials(AllowCredentials::predicate(known))
        .allow_methods([Method::GET, Method::PUT, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .max_age(Duration::from_secs(600));
    Router::new()
        .route("/broken", any(broken))
        .fallback(hello)
        .layer(ServiceBuilder::new().layer(map_response(helmet)).layer(cors))
}

fn known(origin: &HeaderValue, _: &Parts) -> bool {
    ORIGINS.iter().any(|known| origin == known)
}

async fn helmet(response: Response) -> impl IntoResponse {
    (SECURITY, response)
}

async fn broken() -> (StatusCode, &'static str) {
    (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
}

async fn hello() -> &'static str {
    "Hello"
}
