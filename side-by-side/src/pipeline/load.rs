//! The load: posts as fast as they are accepted, or at a steady rate.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use hyper::body::Bytes;
use reqwest::{
    StatusCode,
    header::{self, HeaderValue},
};
use tokio::time::{interval, sleep};

use super::live::LIMIT;

/// Posts that are under way at once at full speed, each over a connection that is kept.
pub(super) const CONNECTIONS: usize = 8;

#[derive(Clone)]
pub(super) struct Client {
    client: reqwest::Client,
    url: String,
}

/// When a post was due, and when it was accepted.
pub(super) struct Post {
    pub(super) due: Instant,
    pub(super) accepted: Instant,
}

impl Client {
    pub(super) fn new(url: &str) -> Result<Self> {
        let client = reqwest::Client::builder()
            .timeout(LIMIT)
            // Node.js closes a connection that has been idle for five seconds, perhaps while it is used again.
            .pool_idle_timeout(Duration::from_secs(2))
            .build()?;
        Ok(Self {
            client,
            url: url.to_owned(),
        })
    }

    /// Posts, and returns once that is accepted. Posts again where the answer says when, as visitors would.
    pub(super) async fn post(&self, lines: Bytes) -> Result<()> {
        let due = Instant::now();
        loop {
            let request = self.client.post(&self.url);
            let request = request.header(header::CONTENT_TYPE, "application/x-ndjson");
            let answer = request.body(lines.clone()).send().await?;
            let status = answer.status();
            let again = (status == StatusCode::SERVICE_UNAVAILABLE)
                .then(|| seconds(answer.headers().get(header::RETRY_AFTER)?))
                .flatten();
            // To its end, so that the connection can be used again.
            let body = answer.text().await?;
            match again {
                _ if status == StatusCode::ACCEPTED => return Ok(()),
                Some(wait) if due.elapsed() + wait < LIMIT => sleep(wait).await,
                _ => bail!("a post is answered {status}: {body}"),
            }
        }
    }

    /// Posts all of these, as fast as they are accepted.
    pub(super) async fn at_full_speed(&self, posts: Vec<Bytes>) -> Result<()> {
        stream::iter(posts)
            .map(Ok)
            .try_for_each_concurrent(CONNECTIONS, |lines| self.post(lines))
            .await
    }

    /// Posts one of these every so often, whatever became of those before.
    pub(super) async fn steadily(&self, posts: Vec<Bytes>, every: Duration) -> Result<Vec<Post>> {
        let mut ticks = interval(every);
        let mut tasks = Vec::new();
        for lines in posts {
            let due = ticks.tick().await.into_std();
            let client = self.clone();
            tasks.push(tokio::spawn(async move {
                client.post(lines).await?;
                let accepted = Instant::now();
                anyhow::Ok(Post { due, accepted })
            }));
        }
        let mut posts = Vec::new();
        for task in tasks {
            posts.push(task.await.context("a post was given up")??);
        }
        Ok(posts)
    }
}

fn seconds(header: &HeaderValue) -> Option<Duration> {
    let seconds = header.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead, BufReader, Write},
        net::TcpListener,
        thread,
    };

    use super::*;

    /// What a post comes to where these are the answers.
    fn posted(answers: &'static [&'static str]) -> (Result<()>, usize) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/events", listener.local_addr().unwrap());
        let server = thread::spawn(move || {
            let mut stream = BufReader::new(listener.accept().unwrap().0);
            let asked = |answer: &&&str| {
                let request = stream.read_until(b'}', &mut Vec::new()).unwrap();
                request > 0 && stream.get_mut().write_all(answer.as_bytes()).is_ok()
            };
            answers.iter().take_while(asked).count()
        });
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let outcome = runtime.block_on(async { Client::new(&url)?.post(Bytes::from("{}")).await });
        drop(runtime);
        (outcome, server.join().unwrap())
    }

    #[test]
    fn a_post_comes_again_when_it_is_told_when() {
        const LATER: &str = "HTTP/1.1 503 Service Unavailable\r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n";
        const ACCEPTED: &str = "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n";
        let (outcome, requests) = posted(&[LATER, ACCEPTED, ACCEPTED]);
        outcome.unwrap();
        assert_eq!(requests, 2);
    }

    #[test]
    fn what_is_refused_for_good_is_told() {
        const REFUSED: &str = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 4\r\n\r\nwhy?";
        let (outcome, requests) = posted(&[REFUSED, REFUSED]);
        assert_eq!(
            outcome.unwrap_err().to_string(),
            "a post is answered 503 Service Unavailable: why?"
        );
        assert_eq!(requests, 1);
    }
}
