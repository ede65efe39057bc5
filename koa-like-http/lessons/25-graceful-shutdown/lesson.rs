//! Graceful shutdown: requests in flight are answered, new ones are refused

use std::{io, time::Duration};

use axum::{Router, http::StatusCode, routing::any, serve::ListenerExt};
#[cfg(unix)]
use tokio::signal::unix::{SignalKind, signal};
#[cfg(windows)]
use tokio::signal::windows::{ctrl_c, ctrl_close};
use tokio::{net::TcpListener, sync::oneshot, time::sleep};

/// How long requests in flight may take once the server was asked to stop.
const PATIENCE: Duration = Duration::from_secs(10);

pub fn app() -> Router {
    Router::new()
        .route("/slow", any(slow))
        .fallback((StatusCode::NOT_FOUND, "Not Found"))
}

async fn slow() -> &'static str {
    sleep(Duration::from_millis(300)).await;
    "Worth the wait"
}

/// Serves until `stop` completes, and then until the requests in flight are answered or [`PATIENCE`] is at its end.
/// Every lesson of this demo is served so, but 34, which speaks TLS.
///
/// # Errors
/// Where the listener fails.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stopping, asked) = oneshot::channel();
    let listener = listener.tap_io(|connection| {
        // Small answers are sent at once. A connection that refuses the option works as well, only slower.
        let _ = connection.set_nodelay(true);
    });
    let server = axum::serve(listener, app).with_graceful_shutdown(async {
        stop.await;
        // An error means that nobody waits any more.
        let _ = stopping.send(());
    });
    let impatience = async {
        match asked.await {
            Ok(()) => sleep(PATIENCE).await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        result = server => result,
        () = impatience => Ok(()),
    }
}

/// Completes at Ctrl-C or, on Unix, at SIGTERM; from now on, not from when it is first waited for. A second Ctrl-C ends
/// the process at once.
///
/// # Errors
/// Where the signals cannot be watched.
pub fn asked_to_stop() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    #[cfg(windows)]
    let (mut interrupt, mut terminate) = (ctrl_c()?, ctrl_close()?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tokio::spawn(async move {
            interrupt.recv().await;
            std::process::exit(130);
        });
    })
}
