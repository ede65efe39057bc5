//! Redirects: found, moved, see other, and back to where the reader came from

use axum::{
    Router,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{Html, IntoResponse, Redirect},
    routing::any,
};

pub fn app() -> Router {
    Router::new()
        .route("/redirect", any(redirect))
        .route("/moved", any(moved))
        .route("/see-other", any(Redirect::to("/")))
        .route("/permanent", any(Redirect::permanent("/")))
        .route("/back", any(back))
        .fallback(main)
}

// `Redirect` has 303, 307 and 308, which say what becomes of the method, and no body. The older ones are written out.
async fn redirect() -> impl IntoResponse {
    (
        StatusCode::FOUND,
        [(header::LOCATION, "/")],
        Html("Redirecting to /."),
    )
}

async fn moved() -> impl IntoResponse {
    let target = "https://example.com/?q=a%20b&r=%22";
    let note = Html("Redirecting to https://example.com/?q=a%20b&amp;r=%22.");
    (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, target)], note)
}

/// Back to a page of this site only: a redirect to any other would lend our name to it.
async fn back(headers: HeaderMap) -> Redirect {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let referrer = text(header::REFERER).and_then(|value| value.parse::<Uri>().ok());
    match referrer.filter(|uri| uri.authority().map(|site| site.as_str()) == text(header::HOST)) {
        Some(page) if page.authority().is_some() => Redirect::to(&page.to_string()),
        _ => Redirect::to("/"),
    }
}

async fn main() -> &'static str {
    "Hello World"
}
