//! A conversation over WebSocket: the frames go over raw sockets, so that a client can be as wrong as it wants.

use std::{collections::HashMap, io::ErrorKind};

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use crate::{
    dial::{Server, Stream},
    socket::{PATIENCE, Reply, text},
};

/// Plays a script. Each of its lines is one step of one client:
///
/// - `alice opens`: connects and sends the request, in which `{who}` is `alice`
/// - `alice says Hello`: sends a text message
/// - `alice pings Hello`: sends a ping
/// - `alice closes 1000 Bye`: sends a close frame
/// - `alice sends 82 81 00 00 00 00 ff`: sends these bytes, which may be a frame
/// - `alice hears`: waits for a frame and writes it down; after a close frame she hangs up
/// - `alice leaves`: is gone without a word
///
/// The answer is that to the first request, its body what was heard. Where a request is refused the play is over, and
/// the answer is the refusal.
pub(crate) async fn play(script: &[String], server: &Server, request: &str) -> Result<Reply> {
    let mut clients = HashMap::new();
    let mut first = None;
    let mut heard = String::new();
    for step in script {
        let (who, rest) = step.split_once(' ').context("a step without a verb")?;
        let (verb, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        if verb == "opens" {
            let (client, reply) = Client::open(server, &request.replace("{who}", who)).await?;
            let Some(client) = client else { return Ok(reply) };
            clients.insert(who, client);
            first.get_or_insert(reply);
            continue;
        }
        let client = clients
            .get_mut(who)
            .with_context(|| format!("{who} is not there"))?;
        match verb {
            "says" => client.send(&frame(TEXT, rest.as_bytes())).await,
            "pings" => client.send(&frame(PING, rest.as_bytes())).await,
            "closes" => {
                let (code, reason) = rest.split_once(' ').unwrap_or((rest, ""));
                let code: u16 = code.parse()?;
                client
                    .send(&frame(CLOSE, &[&code.to_be_bytes(), reason.as_bytes()].concat()))
                    .await;
            }
            "sends" => {
                let bytes = rest.split(' ').map(|byte| u8::from_str_radix(byte, 16));
                client.send(&bytes.collect::<Result<Vec<_>, _>>()?).await;
            }
            "hears" => {
                let frame = timeout(PATIENCE, client.hear());
                let frame = frame.await.with_context(|| format!("{who} hears nothing"))??;
                heard += &format!("{who} hears {frame}\n");
            }
            "leaves" => drop(clients.remove(who)),
            _ => bail!("nobody knows how {step:?} goes"),
        }
    }
    match first {
        Some(Reply::Http { status, headers, .. }) => Ok(Reply::Http {
            status,
            headers,
            body: heard.into_bytes(),
        }),
        _ => bail!("nobody opens the conversation"),
    }
}

const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// A whole message in one frame. A client must mask what it sends: the mask is zero, which leaves it as it is.
fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x80 | opcode];
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(length @ ..126), _) => frame.push(0x80 | length),
        (_, Ok(length)) => {
            frame.push(0x80 | 126);
            frame.extend(length.to_be_bytes());
        }
        _ => {
            frame.push(0x80 | 127);
            frame.extend((payload.len() as u64).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

struct Client {
    stream: Box<dyn Stream>,
    /// What has come and is not heard yet.
    bytes: Vec<u8>,
}

impl Client {
    /// The client is there where the server has switched protocols.
    async fn open(server: &Server, request: &str) -> Result<(Option<Self>, Reply)> {
        let stream = server.dial().await?;
        let mut client = Self {
            stream,
            bytes: Vec::new(),
        };
        client.send(request.as_bytes()).await;
        let head = timeout(PATIENCE, client.head())
            .await
            .context("no answer to the request")??;
        if head.starts_with(b"HTTP/1.1 101 ") {
            Ok((Some(client), Reply::parse(&head, false)?))
        } else {
            timeout(PATIENCE, client.stream.read_to_end(&mut client.bytes))
                .await
                .context("the connection stayed open")??;
            Ok((None, Reply::parse(&[head, client.bytes].concat(), false)?))
        }
    }

    /// A server may be gone already: what counts is what it said.
    async fn send(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
    }

    async fn head(&mut self) -> Result<Vec<u8>> {
        loop {
            if let Some(end) = self.bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                return Ok(self.bytes.drain(..end + 4).collect());
            }
            if !self.read().await? {
                return Ok(std::mem::take(&mut self.bytes));
            }
        }
    }

    async fn hear(&mut self) -> Result<String> {
        let frame = loop {
            if let Some(frame) = self.frame() {
                break frame;
            }
            if !self.read().await? {
                return Ok("the end of the connection".to_owned());
            }
        };
        if frame[0] & 0x0f == CLOSE {
            // Nothing comes after it: the client waits until the server hangs up, and hangs up as well.
            let _ = self.stream.shutdown().await;
            while self.read().await? {}
        }
        let payload = text(&frame[1..]);
        Ok(match frame[0] & 0x0f {
            TEXT => format!("{payload:?}"),
            BINARY => format!("binary {payload:?}"),
            CLOSE if frame.len() > 2 => {
                let code = u16::from_be_bytes([frame[1], frame[2]]);
                format!("close {code} {:?}", text(&frame[3..]))
            }
            CLOSE => "close without a code".to_owned(),
            PING => format!("ping {payload:?}"),
            PONG => format!("pong {payload:?}"),
            _ => bail!("a frame of an unknown kind"),
        })
    }

    /// The first byte of a frame and its payload, where it has come whole.
    fn frame(&mut self) -> Option<Vec<u8>> {
        let (&kind, &length) = (self.bytes.first()?, self.bytes.get(1)?);
        let (start, length) = match length {
            126 => (
                4,
                u64::from(u16::from_be_bytes(self.bytes.get(2..4)?.try_into().ok()?)),
            ),
            127 => (10, u64::from_be_bytes(self.bytes.get(2..10)?.try_into().ok()?)),
            length => (2, u64::from(length)),
        };
        let end = start + usize::try_from(length).ok()?;
        let payload = self.bytes.get(start..end)?;
        let frame = [&[kind], payload].concat();
        self.bytes.drain(..end);
        Some(frame)
    }

    /// Whether more has come.
    async fn read(&mut self) -> Result<bool> {
        match self.stream.read_buf(&mut self.bytes).await {
            Err(error) if error.kind() == ErrorKind::ConnectionReset => Ok(false),
            result => Ok(result? > 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_of_a_frame_has_three_forms() {
        assert_eq!(frame(TEXT, b"a"), [0x81, 0x81, 0, 0, 0, 0, b'a']);
        assert_eq!(frame(TEXT, &[0; 125])[..2], [0x81, 0x80 | 125]);
        assert_eq!(frame(TEXT, &[0; 126])[..4], [0x81, 0x80 | 126, 0, 126]);
        assert_eq!(
            frame(TEXT, &[0; 0x1_0000])[..10],
            [0x81, 0x80 | 127, 0, 0, 0, 0, 0, 1, 0, 0]
        );
    }
}
