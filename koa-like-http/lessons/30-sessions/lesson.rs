//! Sessions: the cookie holds an id alone, all that is remembered stays on the server

use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tower_sessions::{Expiry, MemoryStore, Session, SessionManagerLayer, cookie::time::Duration, session};
use tracing::error;

pub fn app() -> Router {
    // The cookie is called `id` and is HttpOnly, SameSite=Strict and Secure, the last but for this lesson, which speaks
    // plain HTTP. A program that runs for long wants a store that removes what has expired.
    let sessions = SessionManagerLayer::new(MemoryStore::default()).with_secure(false);
    Router::new()
        .route("/", get(views))
        .route("/me", get(me))
        .route("/login/{user}", post(login))
        .route("/logout", post(logout))
        .fallback((StatusCode::NOT_FOUND, "Not Found"))
        .method_not_allowed_fallback((StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"))
        .layer(sessions)
}

async fn views(session: Session) -> Result<String, Failure> {
    let views = session.get("views").await?.unwrap_or(0) + 1;
    session.insert("views", views).await?;
    Ok(format!("{views} views"))
}

async fn me(session: Session) -> Result<Response, Failure> {
    let user: Option<String> = session.get("user").await?;
    Ok(user.map_or(
        (StatusCode::UNAUTHORIZED, "Not signed in").into_response(),
        String::into_response,
    ))
}

/// Who asks for the password? Lesson 31.
async fn login(session: Session, Path(user): Path<String>) -> Result<String, Failure> {
    session.insert("user", &user).await?;
    // A new id: whoever knew the old one, or put it there, is not signed in.
    session.cycle_id().await?;
    let expiry = if user == "guest" {
        Expiry::OnInactivity(Duration::SECOND)
    } else {
        Expiry::OnSessionEnd
    };
    session.set_expiry(Some(expiry));
    Ok(format!("Hello, {user}"))
}

async fn logout(session: Session) -> Result<&'static str, Failure> {
    session.flush().await?;
    Ok("Goodbye")
}

/// The store cannot be reached, which Koa answers by itself.
struct Failure;

impl From<session::Error> for Failure {
    fn from(error: session::Error) -> Self {
        error!("{error}");
        Self
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error").into_response()
    }
}
