//! The activity pipeline, or a part of it, as a process.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use reqwest::{
    Client, Response, StatusCode,
    header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER},
};
use serde::de::DeserializeOwned;
use tempfile::TempDir;

use crate::{Live, Program, Snapshot, eventually};

/// What several events are sent as.
pub const LINES: &str = "application/x-ndjson";

/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// One that runs.
#[derive(Debug)]
pub struct Pipeline {
    /// The process.
    pub program: Program,
    /// The folder of its Parquet files, which goes with this.
    pub archive: TempDir,
    client: Client,
    address: String,
}

/// What was answered to events.
#[derive(Debug)]
pub struct Post {
    /// `202`, if they were accepted.
    pub status: StatusCode,
    /// After how many seconds it is worth another try.
    pub retry_after: Option<u64>,
    /// What came with it.
    pub body: serde_json::Value,
}

impl Pipeline {
    /// Starts `activity-pipeline` with these arguments, on a free port and with an archive of its own, and waits until it
    /// says that it is ready.
    ///
    /// # Errors
    /// Where it does not start.
    pub async fn start(arguments: &[&str]) -> Result<Self> {
        // Each part says last where it is to be found, or that it counts.
        let (part, ready) = match arguments {
            [part @ ("collect" | "process" | "serve"), ..] => {
                (*part, if *part == "serve" { "page" } else { part })
            }
            _ => ("all", "page"),
        };
        let archive = tempfile::tempdir()?;
        let folder = archive.path().to_str().context("no such folder")?;
        let mut all = arguments.to_vec();
        if !arguments.contains(&"--archive") {
            all.extend(["--archive", folder]);
        }
        // Who ends with its broker has so long to count and archive all, on whatever machine.
        if !arguments.contains(&"--brokers") && !arguments.contains(&"--timeout") {
            all.extend(["--timeout", "30"]);
        }
        all.extend(["--listen", "127.0.0.1:0"]);
        let program = Program::start("activity-pipeline", &all, |line| line.starts_with(ready)).await?;
        let said = program.said(if part == "process" { "metrics" } else { ready })?;
        let said = said.trim_end_matches("/events").trim_end_matches("/metrics");
        let address = said.split_whitespace().next().unwrap_or_default().to_owned();
        // Each request comes as from a new client.
        let client = Client::builder().pool_max_idle_per_host(0).build()?;
        Ok(Self {
            program,
            archive,
            client,
            address,
        })
    }

    /// How others join its broker: the addresses of the broker, and the name.
    ///
    /// # Errors
    /// Where it has none of its own.
    pub fn broker(&self) -> Result<(String, String)> {
        let said = self.program.said("broker")?;
        let word_after = |option: &str| {
            let mut words = said.trim_end_matches(')').split_whitespace();
            words.find(|word| *word == option)?;
            words.next().map(str::to_owned)
        };
        let options = word_after("--brokers").zip(word_after("--name"));
        options.with_context(|| format!("nobody can join: {said}"))
    }

    /// Where it is found, without a path: `127.0.0.1:3000`.
    pub fn address(&self) -> &str {
        self.address.trim_start_matches("http://")
    }

    /// Asks for a path.
    ///
    /// # Errors
    /// Where nothing answers.
    pub async fn get(&self, path: &str) -> Result<Response> {
        let request = self.client.get(format!("{}{path}", self.address));
        Ok(request.timeout(PATIENCE).send().await?)
    }

    /// The text at a path.
    ///
    /// # Errors
    /// Where that is answered with an error.
    pub async fn text(&self, path: &str) -> Result<String> {
        Ok(self.get(path).await?.error_for_status()?.text().await?)
    }

    /// The JSON at a path.
    ///
    /// # Errors
    /// Where that is answered with an error, or is something else.
    pub async fn json<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        let text = self.text(path).await?;
        serde_json::from_str(&text).with_context(|| format!("{path} is {text}"))
    }

    /// A number of `/metrics`, by its name and labels there.
    ///
    /// # Errors
    /// Where it is not there.
    pub async fn metric(&self, name: &str) -> Result<f64> {
        let text = self.text("/metrics").await?;
        let mut lines = text.lines().filter_map(|line| line.rsplit_once(' '));
        let found = lines.find(|(key, _)| *key == name);
        let (_, number) = found.with_context(|| format!("no {name} in {text}"))?;
        Ok(number.parse()?)
    }

    /// What the page shows now.
    ///
    /// # Errors
    /// Where it cannot be had.
    pub async fn snapshot(&self) -> Result<Snapshot> {
        self.json("/api/snapshot").await
    }

    /// What the page shows from now on.
    ///
    /// # Errors
    /// Where it cannot be had.
    pub async fn live(&self) -> Result<Live> {
        let request = self.client.get(format!("{}/live", self.address));
        Live::of(request.send().await?.error_for_status()?)
    }

    /// Sends events. What is refused is an answer, too.
    ///
    /// # Errors
    /// Where nothing answers, or something other than JSON.
    pub async fn post(&self, kind: &str, events: impl Into<Vec<u8>>) -> Result<Post> {
        let request = self.client.post(format!("{}/events", self.address));
        let request = request.header(CONTENT_TYPE, HeaderValue::from_str(kind)?);
        let answer = request.timeout(PATIENCE).body(events.into()).send().await?;
        let status = answer.status();
        let retry_after = answer.headers().get(RETRY_AFTER);
        let retry_after = retry_after.map(|seconds| anyhow::Ok(seconds.to_str()?.parse()?));
        let retry_after = retry_after.transpose()?;
        let body = answer.text().await?;
        Ok(Post {
            status,
            retry_after,
            body: serde_json::from_str(&body).with_context(|| format!("{status} with {body:?}"))?,
        })
    }

    /// Sends events again and again until they are accepted, as a client does that never lets one go. Returns how often.
    ///
    /// # Errors
    /// Where they are refused for another reason than that it is busy, and where they are not accepted within two minutes.
    pub async fn deliver(&self, kind: &str, events: &str) -> Result<u32> {
        let start = Instant::now();
        let mut attempts = 0;
        loop {
            attempts += 1;
            let why = match self.post(kind, events).await {
                Ok(answer) if answer.status == StatusCode::ACCEPTED => return Ok(attempts),
                Ok(answer) if answer.status == StatusCode::SERVICE_UNAVAILABLE => answer.body.to_string(),
                Ok(answer) => bail!("{answer:?}"),
                // Whether they arrived is not known.
                Err(error) => format!("{error:#}"),
            };
            ensure!(start.elapsed() < Duration::from_secs(120), "not accepted: {why}");
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// Waits until it has counted so many events, whatever they count as.
    ///
    /// # Errors
    /// Where it does not within two minutes, or counts more.
    pub async fn counted(&self, events: u64) -> Result<Snapshot> {
        let limit = Duration::from_secs(120);
        let all = |seen: &Snapshot| seen.events + seen.duplicates + seen.late + seen.unreadable;
        let what = format!("{events} events are counted");
        let seen = eventually(&what, limit, async || {
            let seen = self.snapshot().await?;
            Ok((all(&seen) >= events).then_some(seen))
        });
        let seen = seen.await?;
        ensure!(
            all(&seen) == events,
            "{} of {events} events are counted",
            all(&seen)
        );
        Ok(seen)
    }
}
