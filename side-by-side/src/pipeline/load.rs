//! The load: posts as fast as they are accepted, or at a steady rate.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures_util::{StreamExt, TryStreamExt, stream};
use hyper::body::Bytes;
use reqwest::{StatusCode, header};
use tokio::time::interval;

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
            .timeout(super::live::LIMIT)
            // Node.js closes a connection that has been idle for five seconds, perhaps while it is used again.
            .pool_idle_timeout(Duration::from_secs(2))
            .build()?;
        Ok(Self {
            client,
            url: url.to_owned(),
        })
    }

    /// Posts, and returns once that is accepted.
    pub(super) async fn post(&self, lines: Bytes) -> Result<()> {
        let request = self.client.post(&self.url);
        let request = request.header(header::CONTENT_TYPE, "application/x-ndjson");
        let answer = request.body(lines).send().await?;
        let status = answer.status();
        // To its end, so that the connection can be used again.
        let body = answer.text().await?;
        ensure!(
            status == StatusCode::ACCEPTED,
            "a post is answered {status}: {body}"
        );
        Ok(())
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
