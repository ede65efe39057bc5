//! One request and its answer over a raw socket, byte by byte: no client library comes between the two sides and
//! what is compared.

use std::{
    collections::BTreeMap,
    io::{self, Read},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use flate2::read::MultiGzDecoder;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, split},
    time::timeout,
};

use crate::dial::Server;

/// How long an answer may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// The first byte of a TLS record that says why the connection is closed (RFC 8446 section 5.1).
const TLS_ALERT: u8 = 21;

/// An answer as it came.
#[derive(Debug)]
pub(crate) enum Reply {
    /// The connection was closed without one.
    Closed,
    /// The connection was closed with a TLS alert.
    Alert,
    /// The client hung up in the middle of it.
    HungUp,
    Http {
        status: String,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    },
}

/// Sends the bytes on a connection of their own and reads all that comes back until it is closed.
pub(crate) async fn ask(server: &Server, request: &[u8], head_only: bool) -> Result<Reply> {
    let bytes = timeout(PATIENCE, send(server, request))
        .await
        .context("the connection stayed open")??;
    Reply::parse(&bytes, head_only)
}

/// Sends the bytes and hangs up as soon as the answer has this text.
pub(crate) async fn hang_up_at(text: &str, server: &Server, request: &[u8]) -> Result<Reply> {
    let reading = async {
        let mut stream = server.dial().await?;
        stream.write_all(request).await?;
        let mut bytes = Vec::new();
        while !bytes.windows(text.len()).any(|found| found == text.as_bytes()) {
            ensure!(
                stream.read_buf(&mut bytes).await? > 0,
                "the answer ended before {text:?}"
            );
        }
        Ok(Reply::HungUp)
    };
    timeout(PATIENCE, reading)
        .await
        .context("the connection stayed open")?
}

async fn send(server: &Server, request: &[u8]) -> Result<Vec<u8>> {
    let (mut reader, mut writer) = split(server.dial().await?);
    let writing = async {
        // A server may refuse a request before it has read it all: what counts is its answer.
        let _ = writer.write_all(request).await;
    };
    let mut bytes = Vec::new();
    let reading = async {
        match reader.read_to_end(&mut bytes).await {
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Ok(()),
            result => result.map(drop),
        }
    };
    tokio::join!(writing, reading).1?;
    Ok(bytes)
}

impl Reply {
    pub(crate) fn parse(bytes: &[u8], head_only: bool) -> Result<Self> {
        if bytes.is_empty() {
            return Ok(Self::Closed);
        }
        if bytes.starts_with(&[TLS_ALERT]) {
            return Ok(Self::Alert);
        }
        let mut slots = [httparse::EMPTY_HEADER; 64];
        let mut response = httparse::Response::new(&mut slots);
        let httparse::Status::Complete(end) = response.parse(bytes).context("not an HTTP answer")? else {
            bail!("half an HTTP answer: {:?}", String::from_utf8_lossy(bytes));
        };
        let code = response.code.context("an answer without a status")?;
        if (100..200).contains(&code) && code != 101 {
            return Self::parse(&bytes[end..], head_only);
        }
        let status = format!("{code} {}", response.reason.unwrap_or_default());
        let headers: Vec<_> = response
            .headers
            .iter()
            .map(|header| {
                (
                    header.name.to_ascii_lowercase(),
                    String::from_utf8_lossy(header.value).into_owned(),
                )
            })
            .collect();
        let chunked = headers
            .iter()
            .any(|(name, value)| name == "transfer-encoding" && value == "chunked");
        let body = match &bytes[end..] {
            rest if chunked && !head_only => unchunk(rest)?,
            rest => rest.to_vec(),
        };
        let length = headers.iter().find(|(name, _)| name == "content-length");
        if let Some((_, length)) = length.filter(|_| !head_only && !chunked && code != 304) {
            ensure!(
                length.parse() == Ok(body.len()),
                "{} bytes where {length} were announced",
                body.len()
            );
        }
        ensure!(!head_only || body.is_empty(), "a body in the answer to HEAD");
        let gzip = headers
            .iter()
            .any(|(name, value)| name == "content-encoding" && value == "gzip");
        let body = if gzip && !head_only { gunzip(&body)? } else { body };
        Ok(Self::Http {
            status,
            headers,
            body,
        })
    }

    /// The status, these headers and the body. Where a header occurs more than once its lines are joined. What has no
    /// meaning is levelled: the order of the names in `allow` and `vary` and of the attributes in `set-cookie`, and the
    /// case of `vary` and `connection`. A body in gzip is unpacked, since no two libraries pack alike.
    pub(crate) fn values<'a>(&self, names: impl Iterator<Item = &'a str>) -> BTreeMap<String, String> {
        let Self::Http {
            status,
            headers,
            body,
        } = self
        else {
            let status = match self {
                Self::HungUp => "the client hung up",
                Self::Alert => "closed with a TLS alert",
                _ => "closed without an answer",
            };
            return BTreeMap::from([("status".to_owned(), status.to_owned())]);
        };
        let mut values = BTreeMap::from([
            ("status".to_owned(), status.clone()),
            ("body".to_owned(), text(body)),
        ]);
        for name in names {
            let lines: Vec<_> = headers
                .iter()
                .filter(|(header, _)| header == name)
                .map(|(_, value)| value.as_str())
                .collect();
            if lines.is_empty() {
                continue;
            }
            let mut value = lines.join("\n");
            if name == "set-cookie" {
                value = lines.into_iter().map(cookie).collect::<Vec<_>>().join("\n");
            }
            if name == "connection" || name == "vary" {
                value.make_ascii_lowercase();
            }
            if name == "allow" || name == "vary" {
                let mut names: Vec<_> = value.split([',', '\n']).map(str::trim).collect();
                names.sort_unstable();
                value = names.join(", ");
            }
            values.insert(name.to_owned(), value);
        }
        values
    }

    /// Headers and body as one text.
    pub(crate) fn text(&self) -> String {
        let Self::Http {
            status,
            headers,
            body,
        } = self
        else {
            return String::new();
        };
        let lines: String = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\n"))
            .collect();
        format!("{status}\n{lines}\n{}", text(body))
    }
}

/// The bytes as text, or as hexadecimal digits where they are none.
pub(crate) fn text(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(
        |_| bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        str::to_owned,
    )
}

fn gunzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    let read = MultiGzDecoder::new(bytes).read_to_end(&mut body);
    read.context("a broken gzip body")?;
    Ok(body)
}

/// One `set-cookie` with its attributes in order and in small letters, but for their values: RFC 6265 section 5.2
/// gives neither a meaning.
fn cookie(line: &str) -> String {
    let mut parts = line.split(';').map(str::trim);
    let cookie = parts.next().unwrap_or_default();
    let mut attributes: Vec<_> = parts
        .map(|attribute| match attribute.split_once('=') {
            Some((name, value)) if !name.eq_ignore_ascii_case("samesite") => {
                format!("{}={value}", name.to_ascii_lowercase())
            }
            _ => attribute.to_ascii_lowercase(),
        })
        .collect();
    attributes.sort_unstable();
    attributes.insert(0, cookie.to_owned());
    attributes.join("; ")
}

fn unchunk(mut rest: &[u8]) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = httparse::parse_chunk_size(rest)
            .ok()
            .context("a broken chunk size")?;
        let httparse::Status::Complete((start, size)) = size else {
            bail!("the last chunk is missing")
        };
        if size == 0 {
            return Ok(body);
        }
        let end = start + usize::try_from(size)?;
        ensure!(rest.len() >= end + 2, "half a chunk");
        body.extend_from_slice(&rest[start..end]);
        rest = &rest[end + 2..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(bytes: &[u8]) -> BTreeMap<String, String> {
        Reply::parse(bytes, false)
            .unwrap()
            .values(["allow", "set-cookie", "vary"].into_iter())
    }

    #[test]
    fn chunks_are_joined() {
        let reply =
            values(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n");
        assert_eq!(reply["body"], "abcd");
    }

    #[test]
    fn an_answer_cut_short_is_an_error() {
        assert!(Reply::parse(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", false).is_err());
        assert!(
            Reply::parse(
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
                false
            )
            .is_err()
        );
        assert!(Reply::parse(b"HTTP/1.1 200 OK\r\nConten", false).is_err());
    }

    #[test]
    fn a_repeated_header_keeps_each_line() {
        let reply = values(b"HTTP/1.1 204 No Content\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n\r\n");
        assert_eq!(reply["set-cookie"], "a=1\nb=2");
    }

    #[test]
    fn attributes_of_a_cookie_have_no_order_and_no_case() {
        let reply = values(b"HTTP/1.1 204 No\r\nSet-Cookie: ID=A; Path=/B; SameSite=Lax; HttpOnly\r\n\r\n");
        assert_eq!(reply["set-cookie"], "ID=A; httponly; path=/B; samesite=lax");
    }

    #[test]
    fn allowed_methods_have_no_order() {
        assert_eq!(
            values(b"HTTP/1.1 405 No\r\nAllow: HEAD,GET\r\n\r\n")["allow"],
            "GET, HEAD"
        );
    }

    #[test]
    fn names_in_vary_have_neither_order_nor_case() {
        let reply = values(b"HTTP/1.1 200 OK\r\nVary: Origin, Accept\r\nvary: accept-encoding\r\n\r\n");
        assert_eq!(reply["vary"], "accept, accept-encoding, origin");
    }

    #[test]
    fn gzip_is_unpacked() {
        let mut answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n".to_vec();
        let mut encoder = flate2::write::GzEncoder::new(&mut answer, flate2::Compression::default());
        io::Write::write_all(&mut encoder, b"hello").unwrap();
        encoder.finish().unwrap();
        assert_eq!(values(&answer)["body"], "hello");
        answer.pop();
        assert!(Reply::parse(&answer, false).is_err());
    }

    #[test]
    fn what_is_no_text_is_hexadecimal() {
        assert_eq!(values(b"HTTP/1.1 200 OK\r\n\r\n\xff\x00")["body"], "ff00");
    }
}
