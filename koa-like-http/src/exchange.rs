//! `exchanges.toml`: the requests that a lesson's original and counterpart are both asked, and where their answers
//! differ by intent.

use std::{collections::HashSet, net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use lesson::{Answer, Difference, Lesson};
use regex_lite::Regex;
use serde::Deserialize;
use tokio::time::sleep;

use crate::{dial::Server, socket, websocket};

/// The methods of a probe.
const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"];

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
            let head_only = exchange.send.starts_with("HEAD ");
            let server = Server {
                address,
                certificate: self.certificate.clone().filter(|_| !exchange.plain),
            };
            let answer = match &exchange.hang_up_at {
                Some(text) => socket::hang_up_at(text, &server, &request).await,
                None if exchange.chat.is_empty() => socket::ask(&server, &request, head_only).await,
                None => {
                    let fill = "a".repeat(exchange.fill);
                    let script: Vec<_> = exchange
                        .chat
                        .iter()
                        .map(|step| step.replace("{fill}", &fill))
                        .collect();
                    websocket::play(&script, address, &String::from_utf8(request)?).await
                }
            };
            let answer = answer.with_context(|| format!("no answer to {name:?}"))?;
            if let Some(pattern) = &exchange.keep {
                kept = Regex::new(pattern)?
                    .captures(&answer.text())
                    .and_then(|found| found.get(1))
                    .with_context(|| format!("nothing to keep in the answer to {name:?}"))?
                    .as_str()
                    .to_owned();
            }
            let mut values =
                answer.values(HEADERS.into_iter().chain(self.headers.iter().map(String::as_str)));
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
            Some(body) => Some(body.replace("{fill}", &"a".repeat(self.fill))),
            None if self.parts.is_empty() => None,
            None => {
                head += &format!("Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n");
                let parts: String = self
                    .parts
                    .iter()
                    .map(|part| part.with_boundary(BOUNDARY, self.fill))
                    .collect();
                Some(parts + &format!("--{BOUNDARY}--\r\n"))
            }
        };
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
    fn with_boundary(&self, boundary: &str, fill: usize) -> String {
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
        let content = self.content.replace("{fill}", &"a".repeat(fill));
        let name = &self.name;
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{filename}{content_type}\r\n\r\n\
             {content}\r\n"
        )
    }
}
