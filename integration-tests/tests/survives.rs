//! What goes wrong around the pipeline is one line that says what to do; and however it is ended, nothing is lost.

mod archive;

use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use integration_tests::{Ended, LINES, Pipeline, Program, Visitors, eventually};
use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer},
    mocking::MockCluster,
    producer::{DefaultProducerContext, FutureProducer, FutureRecord},
};
use reqwest::StatusCode;
use rustix::process::Signal;

/// The time-out that the tests set, and what a busy machine may need beside it.
const TIMEOUT: &str = "2";
const ENDS_WITHIN: Duration = Duration::from_secs(15);

async fn run(arguments: &[&str]) -> Result<Ended> {
    Program::run("activity-pipeline", arguments, ENDS_WITHIN).await
}

/// Status 2 and exactly one line, which is returned.
async fn complaint(arguments: &[&str]) -> Result<String> {
    let ended = run(arguments).await?;
    let complaints = &ended.complaints;
    ensure!(ended.status.code() == Some(2), "{arguments:?}: {ended:?}");
    ensure!(
        complaints.lines().count() == 1 && complaints.starts_with("error: "),
        "{arguments:?}: {ended:?}"
    );
    ensure!(!complaints.contains("panicked"), "{ended:?}");
    Ok(ended.complaints)
}

#[tokio::test(flavor = "multi_thread")]
async fn help_says_what_there_is() -> Result<()> {
    let ended = run(&["--help"]).await?;
    ensure!(ended.status.success() && ended.complaints.is_empty(), "{ended:?}");
    let text = ended.lines.join("\n");
    for word in [
        "all",
        "collect",
        "process",
        "serve",
        "--brokers",
        "--zookeeper",
        "--listen",
        "--traffic",
        "--history",
        "--name",
        "--archive",
        "--grace",
        "--season",
        "--partitions",
        "--timeout",
    ] {
        ensure!(text.contains(word), "no word of {word}: {text}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_does_not_understand_is_one_line() -> Result<()> {
    for arguments in [
        &["frob"] as &[&str],
        &["--frob"],
        &["--traffic", "many"],
        &["--traffic", "999999999"],
        &["--history", "999999999"],
        &["--partitions", "0"],
        &["--partitions", "999999999"],
        &["--season", "0"],
        &["--grace", "soon"],
        &["--timeout", "0"],
        &["--name", ""],
        &["--name", "a b"],
        &["--name", "../x"],
        &["--listen", "nonsense"],
        &["--listen", "127.0.0.1"],
        &["--listen", "127.0.0.1:99999"],
        &["--brokers", "nonsense"],
        &["--brokers", "127.0.0.1:99999"],
        &["--brokers", ""],
        &["--zookeeper", "nonsense"],
    ] {
        let line = complaint(arguments).await?;
        let word = arguments[0].trim_start_matches('-');
        ensure!(line.contains(word), "{arguments:?}: {line}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_port_is_one_line_with_a_way_out() -> Result<()> {
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let address = taken.local_addr()?.to_string();
    let line = complaint(&["--traffic", "0", "--listen", &address]).await?;
    ensure!(line.contains(&address) && line.contains("--listen"), "{line}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_is_none_is_one_line_in_time() -> Result<()> {
    let free = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
    let silent = TcpListener::bind("127.0.0.1:0")?;
    let silent = silent.local_addr()?.to_string();
    let http = speaks_http()?;
    for part in ["all", "collect", "process", "serve"] {
        let line = complaint(&[
            part,
            "--brokers",
            &free,
            "--timeout",
            TIMEOUT,
            "--listen",
            "127.0.0.1:0",
        ])
        .await?;
        ensure!(
            line.contains(&free) && line.contains("docker compose up"),
            "{line}"
        );
    }
    for address in [silent, http, "no-such-host.invalid:9092".to_owned()] {
        let start = Instant::now();
        let line = complaint(&[
            "--brokers",
            &address,
            "--timeout",
            TIMEOUT,
            "--listen",
            "127.0.0.1:0",
        ])
        .await?;
        ensure!(line.contains(&address), "{line}");
        ensure!(start.elapsed() < ENDS_WITHIN, "it took {:?}", start.elapsed());
    }
    Ok(())
}

fn speaks_http() -> Result<String> {
    let server = TcpListener::bind("127.0.0.1:0")?;
    let address = server.local_addr()?.to_string();
    thread::spawn(move || {
        for mut client in server.incoming().flatten() {
            // Whether the client still listens is its own affair.
            let _ = client.read(&mut [0; 1024]);
            let _ = client.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        }
    });
    Ok(address)
}

/// A part alone needs what the others share.
#[tokio::test(flavor = "multi_thread")]
async fn a_part_without_brokers_says_so() -> Result<()> {
    for part in ["process", "serve", "collect"] {
        let line = complaint(&[part, "--listen", "127.0.0.1:0"]).await?;
        ensure!(line.contains("--brokers"), "{line}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_cannot_be_written_is_one_line() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("file");
    fs::write(&file, "")?;
    for path in [file.clone(), file.join("below")] {
        let path = path.to_str().context("no such path")?;
        let line = complaint(&["--traffic", "0", "--listen", "127.0.0.1:0", "--archive", path]).await?;
        ensure!(line.contains(path), "{line}");
    }
    Ok(())
}

/// Ctrl-C and SIGTERM, while events come as fast as they do by default.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_ends_it_all_that_was_accepted_is_counted_and_archived() -> Result<()> {
    for signal in [Signal::INT, Signal::TERM] {
        let pipeline = Pipeline::start(&["--history", "2"]).await?;
        let start = Instant::now();
        while pipeline.snapshot().await?.events < 1_000 {
            ensure!(start.elapsed() < Duration::from_secs(60), "there is no traffic");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        pipeline.program.signal(signal)?;
        let ended = pipeline.program.ended().await?;
        ensure!(
            ended.status.success() && !ended.complaints.contains("panicked"),
            "{ended:?}"
        );
        let events = archive::read(pipeline.archive.path())?.height() as u64;
        ensure!(events >= 1_000, "{events} are archived");
        assert_eq!(
            (ended.says("accepted")?, ended.says("archived")?),
            (events, events)
        );
        let seen = ended.says("counted")? + ended.says("duplicates")? + ended.says("late")?;
        assert_eq!(seen, events);
    }
    Ok(())
}

/// Events of a client that has its answer are safe from then on, also where the end comes in the same moment.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_before_the_end_is_archived() -> Result<()> {
    let pipeline = Pipeline::start(&["--traffic", "0"]).await?;
    pipeline.deliver(LINES, &Visitors::new().events(2_000)).await?;
    let ended = pipeline.program.end().await?;
    ensure!(ended.status.success(), "{ended:?}");
    for word in ["accepted", "counted", "archived"] {
        assert_eq!(ended.says(word)?, 2_000, "{word}");
    }
    assert_eq!(archive::read(pipeline.archive.path())?.height() as u64, 2_000);
    Ok(())
}

/// Nothing is a number, too.
#[tokio::test(flavor = "multi_thread")]
async fn ended_before_anything_came() -> Result<()> {
    let pipeline = Pipeline::start(&["--traffic", "0"]).await?;
    let ended = pipeline.program.end().await?;
    ensure!(ended.status.success(), "{ended:?}");
    for word in ["accepted", "counted", "archived"] {
        assert_eq!(ended.says(word)?, 0, "{word}");
    }
    Ok(())
}

/// The name of what lies on a broker of the test's own.
const NAME: &str = "activity";

/// Such a broker, with the three topics.
fn broker(partitions: [i32; 3]) -> Result<MockCluster<'static, DefaultProducerContext>> {
    let broker = MockCluster::new(1)?;
    for (topic, partitions) in ["", "-totals", "-dead-letters"].into_iter().zip(partitions) {
        broker.create_topic(&format!("{NAME}{topic}"), partitions, 1)?;
    }
    Ok(broker)
}

/// Waits until it says so.
async fn is_ready(pipeline: &Pipeline) -> Result<()> {
    let ready = async || {
        let answer = pipeline.get("/readyz").await?;
        Ok((answer.status() == StatusCode::OK && answer.text().await? == "ready\n").then_some(()))
    };
    eventually("it is ready", Duration::from_secs(30), ready).await
}

/// The embedded broker tells of totals before their transaction is committed, after which they are counted here.
async fn counts(pipeline: &Pipeline, events: f64) -> Result<()> {
    let counted = async || {
        let counted = pipeline.metric("activity_events_counted_total").await?;
        Ok((counted == events).then_some(()))
    };
    eventually(&format!("{events} are counted"), Duration::from_secs(30), counted).await
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_are_told_how_it_is() -> Result<()> {
    let pipeline = Pipeline::start(&["--traffic", "0"]).await?;
    assert_eq!(pipeline.text("/healthz").await?, "alive\n");
    is_ready(&pipeline).await?;
    pipeline.deliver(LINES, &Visitors::new().events(100)).await?;
    assert_eq!(
        pipeline.post(LINES, "{}").await?.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    pipeline.counted(100).await?;
    counts(&pipeline, 100.0).await?;
    for (name, expected) in [
        ("activity_events_accepted_total", 100.0),
        ("activity_events_deleted_total", 0.0),
        ("activity_requests_refused_total{status=\"422\"}", 1.0),
        ("activity_watchers", 0.0),
    ] {
        assert_eq!(pipeline.metric(name).await?, expected, "{name}");
    }
    let kind = pipeline.get("/metrics").await?;
    let kind = kind.headers().get("content-type").context("no type")?.to_str()?;
    ensure!(kind.starts_with("application/openmetrics-text"), "{kind}");
    Ok(())
}

/// While the broker is away, whoever posts is told to try again, and so is who asks whether it is ready.
#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_is_away_is_no_loss() -> Result<()> {
    let broker = broker([4; 3])?;
    let brokers = broker.bootstrap_servers();
    let collect = Pipeline::start(&[
        "collect",
        "--brokers",
        &brokers,
        "--name",
        NAME,
        "--timeout",
        TIMEOUT,
    ])
    .await?;
    let mut visitors = Visitors::new();
    collect.deliver(LINES, &visitors.events(10)).await?;
    is_ready(&collect).await?;

    broker.broker_down(1)?;
    let events = visitors.events(10);
    let answer = collect.post(LINES, events.clone()).await?;
    assert_eq!(
        (answer.status, answer.retry_after),
        (StatusCode::SERVICE_UNAVAILABLE, Some(1)),
        "{answer:?}"
    );
    assert_eq!(
        collect.get("/readyz").await?.status(),
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(collect.text("/healthz").await?, "alive\n");

    broker.broker_up(1)?;
    collect.deliver(LINES, &events).await?;
    is_ready(&collect).await?;
    assert_eq!(collect.metric("activity_events_accepted_total").await?, 20.0);
    ensure!(
        collect
            .metric("activity_requests_refused_total{status=\"503\"}")
            .await?
            >= 1.0
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn topics_that_do_not_fit_are_one_line() -> Result<()> {
    let broker = broker([4, 3, 4])?;
    let brokers = broker.bootstrap_servers();
    for part in ["collect", "process", "serve"] {
        let line = complaint(&[
            part,
            "--brokers",
            &brokers,
            "--name",
            NAME,
            "--listen",
            "127.0.0.1:0",
        ])
        .await?;
        ensure!(
            line.contains("activity-totals") && line.contains("--name"),
            "{line}"
        );
    }
    Ok(())
}

/// As after a quiet week: what was counted is deleted, up to where the log ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_cut_is_read_from_where_it_begins() -> Result<()> {
    let broker = broker([1; 3])?;
    let brokers = broker.bootstrap_servers();
    let mut client = ClientConfig::new();
    client.set("bootstrap.servers", &brokers);
    // The broker keeps five megabytes, in whole batches. What is deleted first are ten events.
    let producer: FutureProducer = client.create()?;
    let old = Visitors::new().events(10);
    let large = "x".repeat(500_000);
    for payload in old.lines().chain([large.as_str(); 20]) {
        let record: FutureRecord<'_, str, str> = FutureRecord::to(NAME).payload(payload);
        let sent = producer.send(record, Duration::from_secs(10)).await;
        sent.map_err(|(error, _)| error)?;
    }
    let time = chrono::Utc::now().timestamp_millis();
    let counted = format!(
        r#"{{"from":3,"time":{time},"closed":0,"counted":10,"late":0,"duplicates":0,"unreadable":20}}"#
    );
    for (group, offset, metadata) in [("process", 30, counted.as_str()), ("archive", 7, r#"{"from":0}"#)] {
        let consumer: BaseConsumer = client.set("group.id", format!("{NAME}-{group}")).create()?;
        let (low, high) = consumer.fetch_watermarks(NAME, 0, Duration::from_secs(10))?;
        ensure!(low > 10 && high == 30, "the log is from {low} to {high}");
        let mut offsets = TopicPartitionList::new();
        let mut committed = offsets.add_partition(NAME, 0);
        committed.set_offset(Offset::Offset(offset))?;
        committed.set_metadata(metadata);
        consumer.commit(&offsets, CommitMode::Sync)?;
    }

    let join = ["--brokers", &brokers, "--name", NAME];
    let process = Pipeline::start(&[&["process"], &join[..]].concat()).await?;
    let serve = Pipeline::start(&[&["serve"], &join[..]].concat()).await?;
    let collect = Pipeline::start(&[&["collect"], &join[..]].concat()).await?;
    collect.deliver(LINES, &Visitors::new().events(100)).await?;
    let shown = serve.counted(10 + 20 + 100).await?;
    assert_eq!((shown.events, shown.unreadable), (110, 20));
    counts(&process, 100.0).await?;
    assert_eq!(process.metric("activity_events_deleted_total").await?, 0.0);
    let folder = process.archive.path().to_owned();
    let (process, _archive) = (process.program, process.archive);
    let ended = process.end().await?;
    ensure!(ended.status.success(), "{ended:?}");
    let warnings = ended.complaints.matches("were deleted").count();
    ensure!(
        warnings == 1 && ended.complaints.contains("activity-archive"),
        "{}",
        ended.complaints
    );
    assert_eq!(archive::read(&folder)?.height(), 100);
    Ok(())
}
