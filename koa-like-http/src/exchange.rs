//! `exchanges.toml`: the requests that a lesson's original and counterpart are both asked, and where their answers
//! differ by intent.

use std::{
    collections::{BTreeMap, HashSet},
    net::SocketAddr,
    path::PathBuf,
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use futures_util::future::try_join_all;
use lesson::{Answer, Difference, Lesson};
use regex_lite::Regex;
use serde::Deserialize;
use tokio::time::sleep;

use crate::{
    dial::Server,
    socket::{self, Reply},
    websocket,
};

/// The methods of a probe.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// The headers that matter, wherever they occur.
const HEADERS: [&str; 5] = [
    "content-type",
    "content-length",
    "location",
    "set-cookie",
    "allow",
];

/// The header lines of an upgrade to WebSocket, with the key of the example in RFC 6455.
const UPGRADE: [&str; 4] = [
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

/// One lesson's questions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exchanges {
    /// Targets that are asked with each method.
    #[serde(default)]
    probe: Vec<String>,
    /// Headers compared beside the usual ones.
    #[serde(default)]
    headers: Vec<String>,
    /// Whether what the program prints is compared, too.
    #[serde(default)]
    console: bool,
    /// Regular expressions for what changes from run to run: `*` stands for it in the answers.
    #[serde(default)]
    mask: Vec<String>,
    /// The file with the certificate of a server that speaks TLS.
    certificate: Option<PathBuf>,
    #[serde(default, rename = "exchange")]
    exchanges: Vec<Exchange>,
    #[serde(default, rename = "difference")]
    pub(crate) differences: Vec<Difference>,
}

/// One question.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Exchange {
    /// What it is called; by default the method, the target and the header lines.
    name: Option<String>,
    /// Method and target.
    send: String,
    /// Header lines.
    with: Vec<String>,
    body: Option<String>,
    /// How often `a` stands for `{fill}` in the body.
    fill: usize,
    /// The parts of a multipart body.
    parts: Vec<Part>,
    /// Whether the body is sent in chunks, without a length.
    chunked: bool,
    /// A regular expression for what is kept of the answer: its group takes the place of `{kept}` in the header
    /// lines, the target and the body of later requests.
    keep: Option<String>,
    /// Asks this many times at once, each on a connection of its own. Of each value it is then said how often it was
    /// given, since nobody knows which of the answers comes first.
    at_once: Option<usize>,
    /// How many milliseconds pass before it is asked.
    wait: u64,
    /// The client hangs up as soon as this has come.
    hang_up_at: Option<String>,
    /// A conversation over WebSocket, see [`websocket::play`]. The header lines are by default those of an upgrade.
    chat: Vec<String>,
    /// Whether it is asked without TLS, of a server that speaks TLS.
    plain: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    name: String,
    filename: Option<String>,
    #[serde(rename = "type")]
    content_type: Option<String>,
    content: String,
}

/// What a program under question prints.
pub(crate) trait Console {
    /// What it has printed since the last call.
    async fn read(&mut self) -> String;
}

impl Exchanges {
    /// Reads the lesson's `exchanges.toml`.
    pub(crate) fn of<E>(lesson: &Lesson<E>) -> Result<Self> {
        let text = lesson.read("exchanges.toml")?;
        let mut exchanges: Self = toml::from_str(&text)
            .with_context(|| format!("exchanges.toml of lesson {} is broken", lesson.name()))?;
        exchanges.certificate = exchanges.certificate.map(|file| lesson.folder().join(file));
        Ok(exchanges)
    }

    /// Asks the server at this address each question, one after the other.
    pub(crate) async fn ask(&self, address: SocketAddr, mut console: impl Console) -> Result<Vec<Answer>> {
        let masks: Vec<_> = self
            .mask
            .iter()
            .map(|mask| Regex::new(mask))
            .collect::<Result<_, _>>()?;
        let mut kept = String::new();
        let mut names = HashSet::new();
        let mut answers = Vec::new();
        let probes = self.probe.iter().flat_map(|target| {
            METHODS.map(|method| Exchange {
                send: format!("{method} {target}"),
                ..Exchange::default()
            })
        });
        let probes: Vec<_> = probes.collect();
        for exchange in probes.iter().chain(&self.exchanges) {
            let name = exchange.name();
            ensure!(names.insert(name.clone()), "two exchanges are called {name:?}");
            let request = exchange.request(&kept)?;
            sleep(Duration::from_millis(exchange.wait)).await;
            let server = Server {
                address,
                certificate: self.certificate.clone().filter(|_| !exchange.plain),
            };
            let headers = || HEADERS.into_iter().chain(self.headers.iter().map(String::as_str));
            let asked = || format!("no answer to {name:?}");
            let mut values = if let Some(times) = exchange.at_once {
                ensure!(exchange.keep.is_none(), "one of many answers is not kept");
                let asking = (0..times).map(|_| socket::ask(&server, &request, exchange.head_only()));
                let answers = try_join_all(asking).await.with_context(asked)?;
                counted(answers.iter().map(|answer| answer.values(headers())))
            } else {
                let answer = exchange.put(&server, request).await.with_context(asked)?;
                if let Some(pattern) = &exchange.keep {
                    kept = Regex::new(pattern)?
                        .captures(&answer.text())
                        .and_then(|found| found.get(1))
                        .with_context(|| format!("nothing to keep in the answer to {name:?}"))?
                        .as_str()
                        .to_owned();
                }
                answer.values(headers())
            };
            let printed = console.read().await;
            if self.console {
                values.insert("console".to_owned(), printed);
            }
            for value in values.values_mut() {
                *value = masks.iter().fold(value.clone(), |text, mask| {
                    mask.replace_all(&text, "*").into_owned()
                });
            }
            answers.push(Answer { name, values });
        }
        Ok(answers)
    }
}

/// Of each value, how often it was given: `3 × 200 OK`, a line for each.
fn counted(answers: impl Iterator<Item = BTreeMap<String, String>>) -> BTreeMap<String, String> {
    let mut counts = BTreeMap::<String, BTreeMap<String, usize>>::new();
    for (key, value) in answers.flatten() {
        *counts.entry(key).or_default().entry(value).or_default() += 1;
    }
    let line = |(value, times)| format!("{times} × {value}");
    counts
        .into_iter()
        .map(|(key, values)| (key, values.into_iter().map(line).collect::<Vec<_>>().join("\n")))
        .collect()
}

impl Exchange {
    fn name(&self) -> String {
        self.name.clone().unwrap_or_else(|| {
            [self.send.as_str()]
                .into_iter()
                .chain(self.with.iter().map(String::as_str))
                .collect::<Vec<_>>()
                .join(", ")
        })
    }

    fn head_only(&self) -> bool {
        self.send.starts_with("HEAD ")
    }

    fn filled(&self, text: &str) -> String {
        text.replace("{fill}", &"a".repeat(self.fill))
    }

    async fn put(&self, server: &Server, request: Vec<u8>) -> Result<Reply> {
        if let Some(text) = &self.hang_up_at {
            return socket::hang_up_at(text, server, &request).await;
        }
        if self.chat.is_empty() {
            return socket::ask(server, &request, self.head_only()).await;
        }
        let script: Vec<_> = self.chat.iter().map(|step| self.filled(step)).collect();
        websocket::play(&script, server, &String::from_utf8(request)?).await
    }

    /// The bytes that go over the socket. Nothing is tidied up: a request may be as wrong as the lesson wants.
    fn request(&self, kept: &str) -> Result<Vec<u8>> {
        const BOUNDARY: &str = "the-boundary";
        let mut lines: Vec<_> = self.with.iter().map(String::as_str).collect();
        if lines.is_empty() && !self.chat.is_empty() {
            lines.extend(UPGRADE);
        }
        if !lines.iter().any(|line| line.starts_with("Connection:")) {
            lines.insert(0, "Connection: close");
        }
        let mut head = format!("{} HTTP/1.1\r\nHost: localhost\r\n", self.send);
        for line in lines {
            head += &format!("{line}\r\n");
        }
        let body = match &self.body {
            Some(_) if !self.parts.is_empty() => bail!("an exchange has either a body or parts"),
            Some(body) => Some(self.filled(body)),
            None if self.parts.is_empty() => None,
            None => {
                head += &format!("Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n");
                let parts: String = self
                    .parts
                    .iter()
                    .map(|part| part.with_boundary(BOUNDARY, &self.filled(&part.content)))
                    .collect();
                Some(parts + &format!("--{BOUNDARY}--\r\n"))
            }
        };
        // Before its length is taken.
        let body = body.map(|body| body.replace("{kept}", kept));
        let request = match body {
            None => format!("{head}\r\n"),
            Some(body) if self.chunked => {
                format!(
                    "{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
                    body.len()
                )
            }
            Some(body) => format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()),
        };
        Ok(request.replace("{kept}", kept).into_bytes())
    }
}

impl Part {
    fn with_boundary(&self, boundary: &str, content: &str) -> String {
        let filename = self
            .filename
            .as_ref()
            .map(|name| format!("; filename=\"{name}\""))
            .unwrap_or_default();
        let content_type = self
            .content_type
            .as_ref()
            .map(|name| format!("\r\nContent-Type: {name}"))
            .unwrap_or_default();
        let name = &self.name;
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{filename}{content_type}\r\n\r\n\
             {content}\r\n"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_that_came_at_once_are_counted() {
        let answer = |status: &str| BTreeMap::from([("status".to_owned(), status.to_owned())]);
        let answers = ["503", "200", "503"].map(answer);
        assert_eq!(counted(answers.into_iter())["status"], "1 × 200\n2 × 503");
    }
}
