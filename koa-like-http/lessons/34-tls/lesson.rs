//! HTTPS: nobody between the two reads along, and a browser comes back by HTTPS alone

use std::{io, time::Duration};

use axum::{
    Router,
    http::{HeaderValue, StatusCode, header},
    response::IntoResponse,
    routing::any,
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use axum_server::{Handle, accept::NoDelayAcceptor, tls_rustls::RustlsConfig};
use tokio::net::TcpListener;
use tower_http::set_header::SetResponseHeaderLayer;

const CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/34-tls/certificate.pem");
const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/34-tls/key.pem");
/// How long requests in flight may take once the server was asked to stop.
const PATIENCE: Duration = Duration::from_secs(10);

pub fn app() -> Router {
    let a_year = HeaderValue::from_static("max-age=31536000");
    Router::new()
        .route("/", any(hello))
        .route("/cookie", any(cookie))
        .fallback((StatusCode::NOT_FOUND, "Not Found"))
        .layer(SetResponseHeaderLayer::overriding(
            header::STRICT_TRANSPORT_SECURITY,
            a_year,
        ))
}

async fn hello() -> &'static str {
    "Between you and me"
}

async fn cookie(jar: CookieJar) -> impl IntoResponse {
    let cookie = Cookie::build(("seen", "yes"))
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax);
    (jar.add(cookie), "Sent by HTTPS alone")
}

/// [`super::graceful_shutdown::serve`] over TLS, 1.2 or newer. Browsers get HTTP/2, which Node.js leaves to a server of
/// another kind.
///
/// # Errors
/// Where certificate or key cannot be read, or the listener fails.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    // The program chooses, once, which library does the cryptography. An error means that it has chosen already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = RustlsConfig::from_pem_file(CERTIFICATE, KEY).await?;
    let handle = Handle::new();
    let server = axum_server::from_tcp_rustls(listener.into_std()?, config)?
        .map(|tls| tls.acceptor(NoDelayAcceptor::new()))
        .handle(handle.clone());
    tokio::spawn(async move {
        stop.await;
        handle.graceful_shutdown(Some(PATIENCE));
    });
    server.serve(app.into_make_service()).await
}
