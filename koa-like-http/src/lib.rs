//! Koa's tour of ideas in axum. Each lesson is a folder under `lessons`: the original in Koa, its counterpart in
//! axum, the requests put to both and what the original answered.

mod demo;
mod exchange;
mod original;
mod socket;

lesson::lessons! {
    crate::KoaLikeHttp, app: fn() -> axum::Router;
    three_lines = "../lessons/01-three-lines/lesson.rs",
    hello_world = "../lessons/02-hello-world/lesson.rs",
    onion = "../lessons/09-onion/lesson.rs",
    redirect = "../lessons/13-redirect/lesson.rs",
    throw_500 = "../lessons/14-throw-500/lesson.rs",
    not_found_page = "../lessons/15-not-found-page/lesson.rs",
    error_handling_middleware = "../lessons/16-error-handling-middleware/lesson.rs",
    error_listener = "../lessons/17-error-listener/lesson.rs",
    error_middleware_and_listener = "../lessons/18-error-middleware-and-listener/lesson.rs",
    cookie = "../lessons/19-cookie/lesson.rs",
    request_body = "../lessons/20-request-body/lesson.rs",
    upload = "../lessons/21-upload/lesson.rs",
    graceful_shutdown = "../lessons/25-graceful-shutdown/lesson.rs",
}

pub use demo::KoaLikeHttp;
