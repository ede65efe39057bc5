//! HTTP to Kafka to frame to array to page: what the pipeline counts, archives and shows is what pandas computes.

mod archive;

use std::{
    collections::BTreeMap,
    fs::File,
    io::{Cursor, Read},
    ops::Range,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Utc};
use dataframe_demo::Value;
use flate2::read::GzDecoder;
use integration_tests::{Band, Html, LINES, Pipeline, RECORDED, Snapshot, Visitors, eventually};
use lesson::{Answer, Recording, Tolerance};
use ndarray::Array2;
use polars::prelude::*;
use rdkafka::{
    ClientConfig, Message,
    consumer::{Consumer, StreamConsumer},
    message::{Headers, OwnedMessage},
    producer::{FutureProducer, FutureRecord},
};

/// Requests end after these lines.
const REQUESTS: [usize; 10] = [1, 2, 3, 13, 1_000, 4_000, 5_000, 5_100, 5_101, 10_000];
/// These lines are sent twice, as by a client that never saw the answer: the original has them twice, too.
const RETRIED: Range<usize> = 5_000..5_100;

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_events_are_counted_as_pandas_counts_them() -> Result<()> {
    let events = events()?;
    let lines: Vec<_> = events.lines().collect();
    let pipeline = Pipeline::start(&["--traffic", "0"]).await?;

    // One request after the other, so that the log has the events in their order.
    let mut accepted = 0;
    let mut first = 0;
    for (number, end) in REQUESTS.into_iter().enumerate() {
        let request = first..end;
        let times = if request == RETRIED { 2 } else { 1 };
        for _ in 0..times {
            let (kind, body) = body(number, &lines[request.clone()]);
            pipeline.deliver(kind, &body).await?;
            accepted += request.len();
        }
        first = end;
    }
    pipeline.counted(accepted as u64).await?;
    let shown = analysed(&pipeline).await?;
    is_on_the_page(&shown, &pipeline.text("/").await?)?;
    let mut tables = Vec::new();
    for format in ["json", "csv"] {
        for name in ["totals", "minutes", "pages"] {
            let text = pipeline.text(&format!("/api/{name}.{format}")).await?;
            tables.push((name, frame(text, format)?.answer()));
        }
    }

    let ended = pipeline.program.end().await?;
    ensure!(ended.status.success(), "{ended:?}");
    let last = |word| ended.says(word);
    assert_eq!(
        (last("accepted")?, last("archived")?),
        (accepted as u64, accepted as u64)
    );
    assert_eq!(
        last("counted")? + last("duplicates")? + last("late")?,
        accepted as u64
    );
    let archived = archive::read(pipeline.archive.path())?;
    let others = [
        ("len(events)", archived.height().answer()),
        ("late.sum()", (shown.late as usize).answer()),
        ("duplicate.sum()", (shown.duplicates as usize).answer()),
        ("len(counted)", (shown.events as usize).answer()),
        ("segments", segments(&shown)?.answer()),
        ("archived", summary(archived)?.answer()),
        ("minutes[-SHOWN:]", bands(&shown)?.answer()),
        ("listed", listed(&shown)?.answer()),
        (
            "series[listed[\"page\"]][-DRAWN:].T.to_numpy()",
            drawn(&shown)?.answer(),
        ),
        ("alerts", alerts(&shown)?.answer()),
    ];
    let sums = Tolerance {
        at: ["minutes", "minutes[-SHOWN:]", "pages", "alerts"]
            .map(str::to_owned)
            .into(),
        rtol: 1e-9,
        atol: 1e-9,
        why: "a moving sum in place of a sum of each window".to_owned(),
    };
    let recording = Recording::of(&RECORDED)?;
    // Once with the tables as JSON, and once as CSV.
    for tables in tables.chunks(3) {
        let answer = |(name, values): &(&str, BTreeMap<String, String>)| Answer {
            name: (*name).to_owned(),
            values: values.clone(),
        };
        let answers: Vec<_> = others.iter().chain(tables).map(answer).collect();
        for (name, comparison) in lesson::compare(&recording, &answers, &[], std::slice::from_ref(&sums)) {
            assert!(comparison.passed(), "{name}: {comparison:?}");
        }
    }
    Ok(())
}

/// The analysis follows the counts, and the page follows it: what is shown when all has been analysed.
async fn analysed(pipeline: &Pipeline) -> Result<Snapshot> {
    let limit = Duration::from_secs(30);
    eventually("all is analysed", limit, async || {
        let minutes: Vec<Band> = pipeline.json("/api/minutes.json").await?;
        let all: u64 = minutes.iter().map(|minute| minute.events).sum();
        Ok((all == pipeline.snapshot().await?.events).then_some(()))
    })
    .await?;
    let now = Utc::now();
    eventually("what was analysed is shown", limit, async || {
        let shown = pipeline.snapshot().await?;
        Ok((DateTime::parse_from_rfc3339(&shown.at)? > now).then_some(shown))
    })
    .await
}

fn frame(text: String, format: &str) -> Result<DataFrame> {
    Ok(match format {
        "json" => JsonReader::new(Cursor::new(text))
            .infer_schema_len(None)
            .finish()?,
        _ => CsvReadOptions::default()
            .with_infer_schema_length(None)
            .into_reader_with_file_handle(Cursor::new(text))
            .finish()?,
    })
}

/// Each number of the snapshot that the page has as text stands in a row of one of its tables.
fn is_on_the_page(shown: &Snapshot, text: &str) -> Result<()> {
    let html = Html::read(text);
    for page in &shown.pages {
        html.has_row(&[&page.page, &page.events.to_string()])?;
    }
    for segment in &shown.segments {
        html.has_row(&[&segment.segment, &segment.events.to_string()])?;
    }
    for band in &shown.minutes {
        html.has_row(&[&band.minute[11..16], &band.events.to_string()])?;
    }
    for alert in &shown.alerts {
        html.has_row(&[
            &alert.minute[11..16],
            alert.page.as_deref().unwrap_or("all pages"),
            &alert.events.to_string(),
        ])?;
    }
    for (name, count) in [
        ("late", shown.late),
        ("duplicates", shown.duplicates),
        ("unreadable", shown.unreadable),
    ] {
        html.has_row(&[name, &count.to_string()])?;
    }
    Ok(())
}

fn events() -> Result<String> {
    let packed = File::open(RECORDED.folder().join("events.ndjson.gz"))?;
    let mut text = String::new();
    GzDecoder::new(packed).read_to_string(&mut text)?;
    Ok(text)
}

/// As JSON lines and as JSON by turns.
fn body(number: usize, lines: &[&str]) -> (&'static str, String) {
    match (number % 2, lines) {
        (0, _) => (LINES, lines.join("\n")),
        (_, [one]) => ("application/json", (*one).to_owned()),
        (_, many) => ("application/json", format!("[{}]", many.join(","))),
    }
}

fn bands(shown: &Snapshot) -> Result<DataFrame> {
    let bands = &shown.minutes;
    Ok(df!(
        "minute" => bands.iter().map(|band| band.minute.as_str()).collect::<Vec<_>>(),
        "events" => bands.iter().map(|band| band.events as i64).collect::<Vec<_>>(),
        "average" => bands.iter().map(|band| band.average).collect::<Vec<_>>(),
        "expected" => bands.iter().map(|band| band.expected).collect::<Vec<_>>(),
        "low" => bands.iter().map(|band| band.low).collect::<Vec<_>>(),
        "high" => bands.iter().map(|band| band.high).collect::<Vec<_>>(),
        "score" => bands.iter().map(|band| band.score).collect::<Vec<_>>(),
        "alert" => bands.iter().map(|band| band.alert).collect::<Vec<_>>(),
    )?)
}

fn segments(shown: &Snapshot) -> Result<DataFrame> {
    let segments = &shown.segments;
    let frame = df!(
        "segment" => segments.iter().map(|segment| segment.segment.as_str()).collect::<Vec<_>>(),
        "events" => segments.iter().map(|segment| segment.events as i64).collect::<Vec<_>>(),
    )?;
    Ok(frame.sort(["segment"], SortMultipleOptions::default())?)
}

fn listed(shown: &Snapshot) -> Result<DataFrame> {
    let pages = &shown.pages;
    Ok(df!(
        "page" => pages.iter().map(|page| page.page.as_str()).collect::<Vec<_>>(),
        "events" => pages.iter().map(|page| page.events as i64).collect::<Vec<_>>(),
    )?)
}

/// The last half hour of each page that is listed.
fn drawn(shown: &Snapshot) -> Result<Array2<i64>> {
    let width = shown.pages.first().map_or(0, |page| page.minutes.len());
    let counts = shown.pages.iter().flat_map(|page| &page.minutes);
    let counts = counts.map(|count| *count as i64).collect();
    Ok(Array2::from_shape_vec((shown.pages.len(), width), counts)?)
}

fn alerts(shown: &Snapshot) -> Result<DataFrame> {
    let alerts = &shown.alerts;
    assert!(
        alerts.is_sorted_by(|newer, older| newer.minute >= older.minute),
        "newest first"
    );
    let frame = df!(
        "minute" => alerts.iter().map(|alert| alert.minute.as_str()).collect::<Vec<_>>(),
        "page" => alerts.iter().map(|alert| alert.page.as_deref()).collect::<Vec<_>>(),
        "events" => alerts.iter().map(|alert| alert.events as i64).collect::<Vec<_>>(),
        "low" => alerts.iter().map(|alert| alert.low).collect::<Vec<_>>(),
        "high" => alerts.iter().map(|alert| alert.high).collect::<Vec<_>>(),
        "score" => alerts.iter().map(|alert| alert.score).collect::<Vec<_>>(),
    )?;
    let order = SortMultipleOptions::default().with_nulls_last(true);
    Ok(frame.sort(["minute", "page"], order)?)
}

/// What pandas says of the events that came, with each id taken once.
fn summary(archived: DataFrame) -> Result<DataFrame> {
    let by = ["hour", "page", "segment", "kind"];
    let text = by.map(|name| col(name).cast(DataType::String));
    let once = archived
        .lazy()
        .with_columns(text)
        .unique_stable(Some(cols(["id"])), UniqueKeepStrategy::First);
    let groups = once.group_by(by.map(col)).agg([
        len().alias("events"),
        col("user").n_unique().alias("users"),
        col("query").count().alias("queries"),
        col("target").count().alias("targets"),
        col("at").min().alias("first"),
        col("at").max().alias("last"),
    ]);
    Ok(groups.sort(by, SortMultipleOptions::default()).collect()?)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_put_aside() -> Result<()> {
    let pipeline = Pipeline::start(&["--traffic", "0"]).await?;
    let (brokers, name) = pipeline.broker()?;
    let client = |settings: &[(&str, &str)]| {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &brokers);
        for (key, value) in settings {
            config.set(*key, *value);
        }
        config
    };

    // Not by way of HTTP, which takes none of these, but by somebody who writes to the topic.
    let mut visitors = Visitors::new();
    pipeline.deliver(LINES, &visitors.events(50)).await?;
    let right = visitors.events(1);
    let producer: FutureProducer = client(&[]).create()?;
    let wrong: [(Option<&str>, &[u8], &str); 6] = [
        (Some("/"), b"no JSON", "expected"),
        (Some("/docs"), b"\xff\xfe", ""),
        (None, b"", "EOF"),
        (Some("/blog"), &[b'['; 10_000], ""),
        (Some("/"), br#"{"id":"1","kind":"page_view","at":"2099-01-01T00:00:00Z","user":"u","segment":"new","page":"/"}"#, "at"),
        (Some("/"), br#"{"id":"1","kind":"page_view","at":"2025-01-01T00:00:00Z","user":"u","segment":"old","page":"/"}"#, "old"),
    ];
    for (key, payload, _) in wrong {
        let record = FutureRecord::to(&name).payload(payload);
        let record = match key {
            Some(key) => record.key(key),
            None => record,
        };
        let sent = producer.send(record, Duration::from_secs(10)).await;
        sent.map_err(|(error, _)| error)?;
    }
    // What comes after it is counted as if it had not been.
    pipeline.deliver(LINES, &right).await?;
    let shown = pipeline.counted(51 + wrong.len() as u64).await?;
    assert_eq!((shown.events, shown.unreadable), (51, wrong.len() as u64));
    visitors.are_counted_by(&pipeline).await?;

    let letters = format!("{name}-dead-letters");
    let reader: StreamConsumer =
        client(&[("group.id", "reader"), ("auto.offset.reset", "earliest")]).create()?;
    reader.subscribe(&[&letters])?;
    let mut left: Vec<_> = wrong.into_iter().collect();
    while !left.is_empty() {
        let letter = tokio::time::timeout(Duration::from_secs(20), reader.recv()).await;
        let letter = letter
            .with_context(|| format!("not put aside: {left:?}"))??
            .detach();
        let same = |(key, payload, _): &(Option<&str>, &[u8], &str)| {
            key.map(str::as_bytes) == letter.key() && *payload == letter.payload().unwrap_or_default()
        };
        let at = left
            .iter()
            .position(same)
            .with_context(|| format!("{letter:?} was not sent"))?;
        let (_, _, why) = left.remove(at);
        ensure!(header(&letter, "reason")?.contains(why), "{letter:?}");
        for number in ["partition", "offset"] {
            header(&letter, number)?.parse::<i64>()?;
        }
    }
    // An archive of events has none of them.
    let ended = pipeline.program.end().await?;
    ensure!(ended.status.success(), "{ended:?}");
    assert_eq!(archive::read(pipeline.archive.path())?.height(), 51);
    Ok(())
}

fn header(letter: &OwnedMessage, name: &str) -> Result<String> {
    let headers = letter.headers().context("no headers")?;
    let found = headers.iter().find(|header| header.key == name);
    let value = found
        .and_then(|header| header.value)
        .with_context(|| format!("no {name}"))?;
    Ok(std::str::from_utf8(value)?.to_owned())
}

/// The embedded broker is one of a cluster's kind: others join it, share the partitions, and die.
#[tokio::test(flavor = "multi_thread")]
async fn a_processor_that_is_killed_makes_no_difference() -> Result<()> {
    let pipeline = Pipeline::start(&["--traffic", "0"]).await?;
    let (brokers, name) = pipeline.broker()?;
    let folder = pipeline.archive.path().to_str().context("no such folder")?;
    let join = [
        "process",
        "--brokers",
        &brokers,
        "--name",
        &name,
        "--archive",
        folder,
    ];
    let watcher = pipeline.live().await?.watch();
    let mut visitors = Visitors::new();

    let second = Pipeline::start(&join).await?;
    send(&pipeline, &mut visitors, Duration::from_secs(8)).await?;
    second.program.kill().await?;
    send(&pipeline, &mut visitors, Duration::from_secs(12)).await?;
    let third = Pipeline::start(&join).await?;
    send(&pipeline, &mut visitors, Duration::from_secs(8)).await?;

    let shown = pipeline.counted(visitors.made()).await?;
    assert_eq!(shown.events, visitors.made());
    visitors.are_counted_by(&pipeline).await?;
    let seen = watcher.stop().await?;
    ensure!(seen.len() > 20, "the page has changed {} times only", seen.len());
    let ended = third.program.end().await?;
    ensure!(ended.status.success(), "{ended:?}");
    let ended = pipeline.program.end().await?;
    ensure!(ended.status.success(), "{ended:?}");
    assert_eq!(
        archive::read(pipeline.archive.path())?.height() as u64,
        visitors.made(),
        "archived once, too"
    );
    Ok(())
}

/// About 500 events a second, for so long.
async fn send(pipeline: &Pipeline, visitors: &mut Visitors, time: Duration) -> Result<()> {
    let start = tokio::time::Instant::now();
    while start.elapsed() < time {
        pipeline.deliver(LINES, &visitors.events(50)).await?;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}
