//! Serve: the page, the same as JSON and CSV, and a stream of what changes.

use std::{convert::Infallible, sync::Arc};

use anyhow::Result;
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{
        Html, IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use futures_util::{StreamExt, stream};
use polars::prelude::*;
use tokio::sync::Semaphore;
use tower::ServiceBuilder;
use tower_http::{compression::CompressionLayer, set_header::SetResponseHeaderLayer};

use crate::{
    analysis::{by_page, time},
    board::{Board, Published},
    metrics::Metrics,
    snapshot::{Minute, Snapshot},
    stop::Stop,
};

/// Nothing but what comes from here, and nothing inline.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

#[derive(Clone)]
struct App {
    board: Arc<Board>,
    metrics: Arc<Metrics>,
    /// A table takes time and memory, so that one is made after the other.
    turn: Arc<Semaphore>,
    stop: Stop,
}

/// The page's routes. Streams end when the process is to stop.
pub fn router(board: Arc<Board>, metrics: Arc<Metrics>, stop: Stop) -> Router {
    let file =
        |kind: &'static str, text: &'static str| get(async move || ([(header::CONTENT_TYPE, kind)], text));
    let set = |name: &'static str, value: &'static str| {
        SetResponseHeaderLayer::overriding(HeaderName::from_static(name), HeaderValue::from_static(value))
    };
    let headers = ServiceBuilder::new()
        .layer(set("content-security-policy", POLICY))
        .layer(set("x-content-type-options", "nosniff"))
        .layer(set("referrer-policy", "no-referrer"))
        .layer(set("cache-control", "no-cache"));
    Router::new()
        .route("/", get(page))
        .route(
            "/page.css",
            file("text/css; charset=utf-8", include_str!("../page/page.css")),
        )
        .route(
            "/page.js",
            file("text/javascript; charset=utf-8", include_str!("../page/page.js")),
        )
        .route(
            "/favicon.svg",
            file("image/svg+xml", include_str!("../page/favicon.svg")),
        )
        .route("/api/{table}", get(table))
        .layer(CompressionLayer::new())
        .route("/live", get(live))
        .layer(headers)
        .with_state(App {
            board,
            metrics,
            turn: Arc::new(Semaphore::new(1)),
            stop,
        })
}

#[derive(Template)]
#[template(path = "page.html")]
struct PageTemplate<'a> {
    snapshot: &'a Snapshot,
}

async fn page(State(app): State<App>) -> Result<Html<String>, Failure> {
    let published = app.board.watch().borrow().clone();
    let page = PageTemplate {
        snapshot: &published.snapshot,
    };
    Ok(Html(page.render()?))
}

async fn live(State(app): State<App>) -> impl IntoResponse {
    let snapshots = app.board.watch();
    let open = Open::new(app.metrics);
    // Who is slow to read misses snapshots, and gets the newest as soon as there is room: nothing is kept for anybody.
    let events = stream::unfold((snapshots, true), |(mut snapshots, first)| async move {
        if !first {
            snapshots.changed().await.ok()?;
        }
        let json = snapshots.borrow_and_update().clone();
        Some((event(&json), (snapshots, false)))
    });
    let events = events.map(move |event| {
        let _ = &open;
        Ok::<_, Infallible>(event)
    });
    let headers = [(HeaderName::from_static("x-accel-buffering"), "no")];
    (
        headers,
        Sse::new(events.take_until(app.stop.asked())).keep_alive(KeepAlive::default()),
    )
}

fn event(published: &Published) -> Event {
    Event::default().event("snapshot").data(&published.json)
}

/// Counts a page as long as it is open.
struct Open(Arc<Metrics>);

impl Open {
    fn new(metrics: Arc<Metrics>) -> Self {
        metrics.watchers.inc();
        Self(metrics)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.watchers.dec();
    }
}

async fn table(State(app): State<App>, Path(table): Path<String>) -> Result<Response, Failure> {
    if table == "snapshot" {
        let json = app.board.watch().borrow().json.clone();
        return Ok(([(header::CONTENT_TYPE, "application/json")], json).into_response());
    }
    let turn = app.turn.acquire_owned().await?;
    let made = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        make(&app.board, &table)
    });
    Ok(match made.await?? {
        Some((kind, body)) => ([(header::CONTENT_TYPE, kind)], body).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    })
}

/// A table by the name of its file: what it is, and its text.
fn make(board: &Board, table: &str) -> PolarsResult<Option<(&'static str, Vec<u8>)>> {
    let Some((name, format)) = table.split_once('.') else {
        return Ok(None);
    };
    let mut frame = match name {
        "totals" => totals(board)?,
        "minutes" => minutes(&board.analysis().minutes())?,
        "pages" => pages(board)?,
        _ => return Ok(None),
    };
    let mut body = Vec::new();
    let kind = match format {
        "json" => {
            JsonWriter::new(&mut body)
                .with_json_format(JsonFormat::Json)
                .finish(&mut frame)?;
            "application/json"
        }
        "csv" => {
            CsvWriter::new(&mut body).finish(&mut frame)?;
            "text/csv; charset=utf-8"
        }
        _ => return Ok(None),
    };
    Ok(Some((kind, body)))
}

fn totals(board: &Board) -> PolarsResult<DataFrame> {
    let mut frame = board.totals()?;
    let minutes = frame.column("minute")?.i64()?;
    let minutes: StringChunked = minutes.iter().map(|minute| minute.map(time)).collect();
    frame.replace("minute", minutes.with_name("minute".into()).into_column())?;
    Ok(frame)
}

fn minutes(minutes: &[Minute]) -> PolarsResult<DataFrame> {
    let floats = |of: fn(&Minute) -> Option<f64>| minutes.iter().map(of).collect::<Vec<_>>();
    df!(
        "minute" => minutes.iter().map(|minute| minute.minute.as_str()).collect::<Vec<_>>(),
        "events" => minutes.iter().map(|minute| minute.events).collect::<Vec<_>>(),
        "average" => floats(|minute| minute.average),
        "expected" => floats(|minute| minute.expected),
        "low" => floats(|minute| minute.low),
        "high" => floats(|minute| minute.high),
        "score" => floats(|minute| minute.score),
        "alert" => minutes.iter().map(|minute| minute.alert).collect::<Vec<_>>(),
    )
}

fn pages(board: &Board) -> PolarsResult<DataFrame> {
    let frame = by_page(board.totals()?.lazy()).collect()?;
    let analysis = board.analysis();
    let pages: Vec<_> = frame
        .column("page")?
        .str()?
        .iter()
        .flatten()
        .map(|page| analysis.last_score(page))
        .collect();
    let (scores, alerts): (Vec<_>, Vec<_>) = pages.into_iter().unzip();
    frame.hstack(&[
        Column::new("score".into(), scores),
        Column::new("alert".into(), alerts),
    ])
}

/// What no client can do anything about: the log has it, the answer has not.
struct Failure;

impl<E: std::fmt::Display> From<E> for Failure {
    fn from(error: E) -> Self {
        tracing::error!("{error}");
        Self
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}
