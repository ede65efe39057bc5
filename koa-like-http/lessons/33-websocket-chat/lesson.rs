//! A chat over WebSocket: what one says all hear, and nobody waits for the slow ones

use std::time::Duration;

use axum::{
    Router,
    extract::{
        Query, State,
        ws::{CloseCode, CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code},
    },
    http::StatusCode,
    response::Response,
    routing::get,
};
use serde::Deserialize;
use tokio::{
    sync::broadcast::{self, Sender},
    time::timeout,
};

const LONGEST: usize = 1024;
/// How many messages a client may be behind, and how long one may take to get through to it.
const BEHIND: usize = 1000;
const PATIENCE: Duration = Duration::from_secs(10);

pub fn app() -> Router {
    Router::new()
        .route("/chat", get(chat))
        .fallback((StatusCode::NOT_FOUND, "Not Found"))
        .method_not_allowed_fallback((StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"))
        .with_state(Sender::new(BEHIND))
}

#[derive(Deserialize)]
struct Guest {
    name: String,
}

async fn chat(
    upgrade: WebSocketUpgrade,
    Query(guest): Query<Guest>,
    State(room): State<Sender<Utf8Bytes>>,
) -> Response {
    // What is far longer than allowed is not even read.
    upgrade
        .max_message_size(4 * LONGEST)
        .max_frame_size(4 * LONGEST)
        .on_upgrade(move |mut socket| async move {
            let mut heard = room.subscribe();
            // Nobody is there to hear it: that is no error.
            let say = |text: String| drop(room.send(text.into()));
            say(format!("{} joins", guest.name));
            let code = talk(&mut socket, &mut heard, |text| {
                say(format!("{}: {text}", guest.name))
            })
            .await;
            if let Some(code) = code {
                let close = Message::Close(Some(CloseFrame {
                    code,
                    reason: Utf8Bytes::default(),
                }));
                let _ = timeout(PATIENCE, socket.send(close)).await;
            }
            say(format!("{} leaves", guest.name));
        })
}

/// Until the client leaves, or has to: then with the code that tells why. Pings and close frames are answered by axum.
async fn talk(
    socket: &mut WebSocket,
    heard: &mut broadcast::Receiver<Utf8Bytes>,
    say: impl Fn(&str),
) -> Option<CloseCode> {
    loop {
        // One task has both ends: who is slow falls behind in its own queue, and nobody waits. What was said goes out
        // before more is read, so that nobody can talk faster than listen.
        tokio::select! {
            biased;
            text = heard.recv() => match text {
                Ok(text) => timeout(PATIENCE, socket.send(Message::Text(text))).await.ok()?.ok()?,
                Err(_) => return Some(close_code::POLICY),
            },
            message = socket.recv() => match message? {
                Ok(Message::Text(text)) if text.len() > LONGEST => return Some(close_code::SIZE),
                Ok(Message::Text(text)) => say(&text),
                Ok(Message::Binary(_)) => return Some(close_code::UNSUPPORTED),
                Ok(Message::Ping(_) | Message::Pong(_) | Message::Close(_)) => {}
                Err(_) => return Some(close_code::PROTOCOL),
            },
        }
    }
}
