//! Servers that are measured beside the lessons.

use std::{convert::Infallible, io, net::SocketAddr};

use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
    response::Response,
    serve::ListenerExt,
};
use http_body_util::Full;
use hyper::{body::Bytes, header, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tower::ServiceBuilder;

/// Hello World in plain hyper, with the headers of the lesson.
#[tokio::main]
pub(super) async fn hyper(address: SocketAddr) -> io::Result<()> {
    let listener = TcpListener::bind(address).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(async move {
            let hello = service_fn(async |_| {
                let mut response = hyper::Response::new(Full::new(Bytes::from_static(b"Hello World")));
                let plain = header::HeaderValue::from_static("text/plain; charset=utf-8");
                response.headers_mut().insert(header::CONTENT_TYPE, plain);
                Ok::<_, Infallible>(response)
            });
            // A client that goes away is no concern of a benchmark's server.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), hello)
                .await;
        });
    }
}

/// The onion of lesson 09, ten layers deep and without a word.
#[tokio::main]
pub(super) async fn ten_layers(address: SocketAddr) -> io::Result<()> {
    let five = || {
        ServiceBuilder::new()
            .layer(from_fn(layer))
            .layer(from_fn(layer))
            .layer(from_fn(layer))
            .layer(from_fn(layer))
            .layer(from_fn(layer))
    };
    let ten = ServiceBuilder::new().layer(five()).layer(five());
    let app = Router::new().fallback(async || "Hello World").layer(ten);
    let listener = TcpListener::bind(address).await?.tap_io(|connection| {
        // Without the option answers are later, not wrong.
        let _ = connection.set_nodelay(true);
    });
    axum::serve(listener, app).await
}

async fn layer(request: Request, next: Next) -> Response {
    next.run(request).await
}
