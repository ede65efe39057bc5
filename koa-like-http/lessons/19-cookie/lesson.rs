//! Cookies: a counter that the client keeps, and that it can set to anything

use axum::{Router, response::IntoResponse};
use axum_extra::extract::{CookieJar, cookie::Cookie};

pub fn app() -> Router {
    Router::new().fallback(main)
}

async fn main(cookies: CookieJar) -> impl IntoResponse {
    let seen = cookies
        .get("view")
        .and_then(|cookie| cookie.value_trimmed().parse::<u64>().ok());
    let views = seen.and_then(|seen| seen.checked_add(1)).unwrap_or(1);
    // Koa's cookies are for the whole site, and hidden from scripts, unless they are to be otherwise; these here are
    // so where it is said. A jar has to be returned, or nothing is set.
    let view = Cookie::build(("view", views.to_string()))
        .path("/")
        .http_only(true);
    (cookies.add(view), format!("{views} views"))
}
