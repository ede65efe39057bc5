//! Koa's tour of ideas in axum. Each lesson is a folder under `lessons`: the original in Koa, its counterpart in
//! axum, the requests put to both and what the original answered.

mod demo;
mod dial;
mod exchange;
mod original;
mod socket;
mod websocket;

lesson::lessons! {
    crate::KoaLikeHttp, app: fn() -> axum::Router;
    three_lines = "../lessons/01-three-lines/lesson.rs",
    hello_world = "../lessons/02-hello-world/lesson.rs",
    content_negotiation = "../lessons/03-content-negotiation/lesson.rs",
    html_page = "../lessons/04-html-page/lesson.rs",
    routing_by_hand = "../lessons/05-routing-by-hand/lesson.rs",
    routes = "../lessons/06-routes/lesson.rs",
    logging = "../lessons/07-logging/lesson.rs",
    logger_middleware = "../lessons/08-logger-middleware/lesson.rs",
    onion = "../lessons/09-onion/lesson.rs",
    async_middleware = "../lessons/10-async-middleware/lesson.rs",
    composed_middleware = "../lessons/11-composed-middleware/lesson.rs",
    static_files = "../lessons/12-static-files/lesson.rs",
    redirect = "../lessons/13-redirect/lesson.rs",
    throw_500 = "../lessons/14-throw-500/lesson.rs",
    not_found_page = "../lessons/15-not-found-page/lesson.rs",
    error_handling_middleware = "../lessons/16-error-handling-middleware/lesson.rs",
    error_listener = "../lessons/17-error-listener/lesson.rs",
    error_middleware_and_listener = "../lessons/18-error-middleware-and-listener/lesson.rs",
    cookie = "../lessons/19-cookie/lesson.rs",
    request_body = "../lessons/20-request-body/lesson.rs",
    upload = "../lessons/21-upload/lesson.rs",
    shared_state = "../lessons/22-shared-state/lesson.rs",
    json_errors = "../lessons/23-json-errors/lesson.rs",
    testing = "../lessons/24-testing/lesson.rs",
    graceful_shutdown = "../lessons/25-graceful-shutdown/lesson.rs",
    limits = "../lessons/26-limits/lesson.rs",
    compression = "../lessons/27-compression/lesson.rs",
    cors_and_security_headers = "../lessons/28-cors-and-security-headers/lesson.rs",
    request_ids_and_tracing = "../lessons/29-request-ids-and-tracing/lesson.rs",
    sessions = "../lessons/30-sessions/lesson.rs" needs "full",
    token = "../lessons/31-token/lesson.rs" needs "full",
    server_sent_events = "../lessons/32-server-sent-events/lesson.rs",
    websocket_chat = "../lessons/33-websocket-chat/lesson.rs" needs "full",
    tls = "../lessons/34-tls/lesson.rs" needs "full",
}

pub use demo::{KoaLikeHttp, listen};
