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
    onion = "../lessons/09-onion/lesson.rs",
    graceful_shutdown = "../lessons/25-graceful-shutdown/lesson.rs",
    sessions = "../lessons/30-sessions/lesson.rs",
    token = "../lessons/31-token/lesson.rs" needs "crypto",
    server_sent_events = "../lessons/32-server-sent-events/lesson.rs",
    websocket_chat = "../lessons/33-websocket-chat/lesson.rs",
    tls = "../lessons/34-tls/lesson.rs" needs "crypto",
}

pub use demo::KoaLikeHttp;
