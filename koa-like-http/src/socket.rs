//! One request and its answer over a raw socket, byte by byte: no client library comes between the two sides and
//! what is compared.

use std::{collections::BTreeMap, io, net::SocketAddr, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// An answer as it came.
#[derive(Debug)]
pub(crate) enum Reply {
    /// The connection was closed without one.
    Closed,
    Http {
        status: String,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    },
}

/// Sends the bytes on a connection of their own and reads all that comes back until it is closed.
pub(crate) async fn ask(address: SocketAddr, request: &[u8], head_only: bool) -> Result<Reply> {
    let bytes = timeout(PATIENCE, send(address, request))
        .await
        .context("the connection stayed open")??;
    Reply::parse(&bytes, head_only)
}

async fn send(address: SocketAddr, request: &[u8]) -> io::Result<Vec<u8>> {
    let stream = TcpStream::connect(address).await?;
    let (mut reader, mut writer) = stream.into_split();
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
    fn parse(bytes: &[u8], head_only: bool) -> Result<Self> {
        if bytes.is_empty() {
            return Ok(Self::Closed);
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
        Ok(Self::Http {
            status,
            headers,
            body,
        })
    }

    /// The status, these headers and the body. Where a header occurs more than once its lines are joined; the
    /// methods in `allow` and the attributes in `set-cookie`, whose order has no meaning, are sorted, and the names
    /// of attributes in small letters.
    pub(crate) fn values<'a>(&self, names: impl Iterator<Item = &'a str>) -> BTreeMap<String, String> {
        let Self::Http {
            status,
            headers,
            body,
        } = self
        else {
            return BTreeMap::from([("status".to_owned(), "closed without an answer".to_owned())]);
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
            if name == "allow" {
                let mut methods: Vec<_> = value.split(',').map(str::trim).collect();
                methods.sort_unstable();
                value = methods.join(", ");
            }
            if name == "set-cookie" {
                value = lines.into_iter().map(cookie).collect::<Vec<_>>().join("\n");
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

fn cookie(line: &str) -> String {
    let mut parts = line.split(';').map(str::trim);
    let pair = parts.next().unwrap_or_default();
    let mut attributes: Vec<_> = parts
        .map(|attribute| match attribute.split_once('=') {
            Some((name, value)) => format!("; {}={value}", name.to_ascii_lowercase()),
            None => format!("; {}", attribute.to_ascii_lowercase()),
        })
        .collect();
    attributes.sort_unstable();
    format!("{pair}{}", attributes.concat())
}

/// The bytes as text, or as hexadecimal digits where they are none.
fn text(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(
        |_| bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        str::to_owned,
    )
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
            .values(["allow", "set-cookie"].into_iter())
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
    fn allowed_methods_have_no_order() {
        assert_eq!(
            values(b"HTTP/1.1 405 No\r\nAllow: HEAD,GET\r\n\r\n")["allow"],
            "GET, HEAD"
        );
    }

    #[test]
    fn attributes_of_a_cookie_have_no_order() {
        let reply = values(b"HTTP/1.1 204 No Content\r\nSet-Cookie: a=B; Path=/C; HttpOnly\r\n\r\n");
        assert_eq!(reply["set-cookie"], "a=B; httponly; path=/C");
    }

    #[test]
    fn what_is_no_text_is_hexadecimal() {
        assert_eq!(values(b"HTTP/1.1 200 OK\r\n\r\n\xff\x00")["body"], "ff00");
    }
}
