//! Hostile input is refused or shown harmlessly, memory stays bounded, and who behaves is served all the while.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use futures_util::future::{join_all, try_join_all};
use integration_tests::{Html, LINES, Pipeline, Visitors};
use reqwest::StatusCode;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// KiB that the pipeline may take more than it took when it had served one client.
const MOST: u64 = 256 * 1024;
/// A client that behaves waits no longer than this, on a busy machine and in a debug build.
const IN_TIME: Duration = Duration::from_secs(15);

const JSON: &str = "application/json";

fn event(page: &str) -> Value {
    json!({
        "id": format!("{:016x}", fastrand::u64(..)),
        "kind": "page_view",
        "at": chrono::Utc::now().to_rfc3339(),
        "user": "u1",
        "segment": "new",
        "page": page,
    })
}

/// One that counts at first, and takes events in time and shows them afterwards, with not much more memory.
struct Guarded {
    pipeline: Pipeline,
    visitors: Visitors,
    before: u64,
}

impl Guarded {
    async fn start() -> Result<Self> {
        let pipeline = Pipeline::start(&["--traffic", "0"]).await?;
        let mut visitors = Visitors::new();
        pipeline.deliver(LINES, &visitors.events(1_000)).await?;
        pipeline.counted(1_000).await?;
        let before = pipeline.program.status()?.vmhwm.context("no peak")?;
        Ok(Self {
            pipeline,
            visitors,
            before,
        })
    }

    /// Somebody who behaves is served now.
    async fn serves(&mut self) -> Result<()> {
        let start = Instant::now();
        let before = self.pipeline.snapshot().await?.events;
        let events = self.visitors.events(10);
        self.pipeline.deliver(LINES, &events).await?;
        while self.pipeline.snapshot().await?.events < before + 10 {
            ensure!(start.elapsed() < IN_TIME, "not counted within {IN_TIME:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.pipeline.text("/").await?;
        ensure!(
            start.elapsed() < IN_TIME,
            "a client that behaves waited for {:?}",
            start.elapsed()
        );
        Ok(())
    }

    fn grown(&self) -> Result<u64> {
        Ok(self.pipeline.program.status()?.vmhwm.context("no peak")? - self.before)
    }

    /// It still serves, took no more memory than it may, and ends in order.
    async fn ends_unharmed(mut self) -> Result<()> {
        self.serves().await?;
        let grown = self.grown()?;
        ensure!(grown < MOST, "it took {grown} KiB more");
        let ended = self.pipeline.program.end().await?;
        ensure!(ended.status.success(), "{ended:?}");
        ensure!(!ended.complaints.contains("panicked"), "{}", ended.complaints);
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_text_wherever_it_is_shown() -> Result<()> {
    let mut guarded = Guarded::start().await?;
    let harmless = Html::read(&guarded.pipeline.text("/").await?);
    let names = [
        "/<script>document.title='broken'</script>",
        "/</td></tr></table><script src=//evil.invalid/x.js></script>",
        "/\"><img src=x onerror=document.title='broken'>",
        "/' onmouseover='document.title=1",
        "/<!--",
        "/]]></svg><svg onload=alert(1)>",
        "/&lt;b&gt;&amp;&#60;",
        "/{{7*7}}${7*7}<%= 7*7 %>",
        "/\u{202e}txt.exe\u{2028}\u{feff}",
        "/=HYPERLINK(\"http://evil.invalid\"),",
    ];
    // Each more often than any other page, so that the page lists them.
    for name in names {
        let many: Vec<_> = (0..500).map(|_| event(name)).collect();
        guarded.pipeline.deliver(JSON, &json!(many).to_string()).await?;
    }
    let shown = guarded.pipeline.counted(1_000 + 500 * names.len() as u64).await?;
    let listed: Vec<_> = shown.pages.iter().map(|page| page.page.as_str()).collect();
    ensure!(names.iter().all(|name| listed.contains(name)), "{listed:?}");

    let text = guarded.pipeline.text("/").await?;
    let page = Html::read(&text);
    for name in names {
        let mut cells = page.tables.iter().flat_map(|table| table.rows.iter().flatten());
        ensure!(
            cells.any(|cell| cell.trim() == name),
            "{name:?} is in no cell of {text}"
        );
    }
    // No element of a kind that was not there before, and no attribute.
    let kinds = |html: &Html| -> BTreeSet<String> {
        let elements = html.elements.iter().flat_map(|(element, attributes)| {
            let names = attributes.iter().map(|(name, _)| name.as_str());
            names.chain([""]).map(move |name| format!("{element} {name}"))
        });
        elements.collect()
    };
    let (now, before) = (kinds(&page), kinds(&harmless));
    ensure!(now == before, "{:?}", now.symmetric_difference(&before));
    assert_eq!(page.attribute("script", "src"), ["/page.js"]);

    for path in [
        "/",
        "/api/pages.csv",
        "/api/pages.json",
        "/api/totals.csv",
        "/api/snapshot",
        "/page.js",
        "/page.css",
    ] {
        let answer = guarded.pipeline.get(path).await?;
        let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
        let policy = header("content-security-policy").with_context(|| format!("{path} has no policy"))?;
        ensure!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
            "{path}: {policy}"
        );
        ensure!(
            header("x-content-type-options") == Some("nosniff"),
            "{path}: {:?}",
            answer.headers()
        );
        let is_html = header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
        ensure!(is_html == (path == "/"), "{path}: {:?}", answer.headers());
    }
    guarded.serves().await?;
    guarded.ends_unharmed().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_refused_by_event_and_field() -> Result<()> {
    let guarded = Guarded::start().await?;
    let with = |field: &str, value: Value| {
        let mut event = event("/");
        event[field] = value;
        event
    };
    let without = |field: &str| {
        let mut event = event("/");
        event.as_object_mut().map(|fields| fields.remove(field));
        event
    };
    let kind = |kind: &str| with("kind", kind.into());
    let wrong = [
        (with("id", "".into()), "id"),
        (with("id", "x".repeat(65).into()), "id"),
        (with("id", 1.into()), "id"),
        (with("id", Value::Null), "id"),
        (kind("tap"), "kind"),
        (kind("search"), "query"),
        (kind("click"), "target"),
        (with("at", "yesterday".into()), "at"),
        (with("at", "2999-01-01T00:00:00Z".into()), "at"),
        (with("at", "+99999-01-01T00:00:00Z".into()), "at"),
        (with("at", 0.into()), "at"),
        (with("user", "".into()), "user"),
        (with("user", "x".repeat(65).into()), "user"),
        (with("segment", "old".into()), "segment"),
        (with("segment", json!(["new"])), "segment"),
        (with("page", "home".into()), "page"),
        (with("page", "".into()), "page"),
        (with("page", format!("/{}", "x".repeat(200)).into()), "page"),
        (with("page", "/\n".into()), "page"),
        (with("page", "/\0".into()), "page"),
        (with("query", "shoes".into()), "query"),
        (with("target", "buy".into()), "target"),
        (with("more", true.into()), "more"),
        (with("__proto__", json!({})), "__proto__"),
    ];
    for (event_, field) in &wrong {
        let body = json!([event("/"), event_]).to_string();
        let answer = guarded.pipeline.post(JSON, body).await?;
        ensure!(
            answer.status == StatusCode::UNPROCESSABLE_ENTITY,
            "{event_}: {answer:?}"
        );
        let told = &answer.body;
        ensure!(
            told["event"] == 1 && told["field"] == *field && told["status"] == 422,
            "{event_}: {told}"
        );
        ensure!(told["detail"].is_string() && told["title"].is_string(), "{told}");
        // Blank lines are lines, but no events.
        let lines = format!("\n{}\n\n{event_}\n", event("/"));
        let answer = guarded.pipeline.post(LINES, lines).await?;
        ensure!(
            answer.body["event"] == 1 && answer.body["field"] == *field,
            "{event_}: {answer:?}"
        );
    }
    for field in ["id", "kind", "at", "user", "segment", "page"] {
        let answer = guarded.pipeline.post(JSON, without(field).to_string()).await?;
        ensure!(
            answer.status == StatusCode::UNPROCESSABLE_ENTITY,
            "{field}: {answer:?}"
        );
        ensure!(
            answer.body["field"] == field && answer.body["event"] == 0,
            "{field}: {answer:?}"
        );
    }
    let twice = event("/").to_string().replacen('{', "{\"page\":\"/first\",", 1);
    // Each of them is right, and all are less than a megabyte.
    let small = |id: u32| json!({"id": id.to_string(), "kind": "page_view", "at": "2026-01-01T00:00:00Z", "user": "u", "segment": "new", "page": "/"});
    let many = json!((0..10_001).map(small).collect::<Vec<_>>()).to_string();
    let answer = guarded.pipeline.post(JSON, many).await?;
    ensure!(
        answer.status == StatusCode::UNPROCESSABLE_ENTITY
            && answer.body["detail"].to_string().contains("10001"),
        "{answer:?}"
    );
    for (body, status) in [
        (twice, 422),
        ("[]".to_owned(), 422),
        (String::new(), 400),
        ("{".to_owned(), 400),
        ("nul".to_owned(), 400),
        ("\u{feff}{}".to_owned(), 400),
        (format!("{}{}", event("/"), event("/")), 400),
        ("[".repeat(100_000), 400),
        (format!("{{\"id\":{}", "[".repeat(100_000)), 0),
        (
            event("/")
                .to_string()
                .replace("\"new\"", &"{\"a\":".repeat(50_000)),
            0,
        ),
    ] {
        let start: String = body.chars().take(80).collect();
        let answer = guarded.pipeline.post(JSON, body).await?;
        let is = answer.status.as_u16();
        // Where the wrong type comes before the wrong JSON, either is to blame.
        ensure!(
            is == status || status == 0 && [400, 422].contains(&is),
            "{start}: {answer:?}"
        );
    }
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "x",
    ] {
        let answer = guarded.pipeline.post(kind, event("/").to_string()).await?;
        ensure!(
            answer.status == StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "{kind}: {answer:?}"
        );
    }
    for bytes in [&b"\xff"[..], b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"] {
        let text = event("/here").to_string();
        let (before, after) = text.split_once("here").context("it is there")?;
        let body = [before.as_bytes(), bytes, after.as_bytes()].concat();
        let answer = guarded.pipeline.post(JSON, body).await?;
        ensure!(answer.status == StatusCode::BAD_REQUEST, "{bytes:?}: {answer:?}");
    }
    assert_eq!(
        guarded.pipeline.snapshot().await?.events,
        1_000,
        "nothing of it is counted"
    );
    guarded.ends_unharmed().await
}

/// Each asks for ten times as much as is taken, with its length and without, and all at once.
#[tokio::test(flavor = "multi_thread")]
async fn ten_megabytes_are_refused() -> Result<()> {
    let mut guarded = Guarded::start().await?;
    let address = guarded.pipeline.address().parse()?;
    let name = "x".repeat(10 << 20);
    let large = [
        event(&name).to_string(),
        format!("[{}]", vec![event("/").to_string(); 80_000].join(",")),
    ];
    let requests = large.iter().flat_map(|body| {
        let length = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        let chunk = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
        [length, format!("Transfer-Encoding: chunked\r\n\r\n{chunk}")]
    });
    let head =
        "POST /events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n";
    let requests: Vec<_> = requests.map(|rest| format!("{head}{rest}")).collect();
    let asked = (0..32).map(|number| ask(address, requests[number % requests.len()].as_bytes()));
    for answer in join_all(asked).await {
        let answer = answer?;
        ensure!(answer.starts_with("HTTP/1.1 413 "), "{answer:?}");
    }
    // Packed it would be small.
    let packed = format!("{head}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\u{8b}");
    let answer = ask(address, packed.as_bytes()).await?;
    ensure!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    let just_too_large = event(&"x".repeat(1 << 20)).to_string();
    let answer = guarded.pipeline.post(JSON, just_too_large).await?;
    ensure!(answer.status == StatusCode::PAYLOAD_TOO_LARGE, "{answer:?}");
    guarded.serves().await?;
    guarded.ends_unharmed().await
}

/// What comes back until the connection ends.
async fn ask(address: SocketAddr, request: &[u8]) -> Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let (mut reader, mut writer) = stream.split();
    let mut answer = Vec::new();
    // It may refuse before it has read everything, and end the connection: what it has said before that is what counts.
    let both = async { tokio::join!(writer.write_all(request), reader.read_to_end(&mut answer)) };
    let _ = timeout(Duration::from_secs(30), both).await.context("no end")?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Names that nobody has seen before, tens of thousands of them, and minutes that nobody remembers.
#[tokio::test(flavor = "multi_thread")]
async fn names_and_minutes_without_number() -> Result<()> {
    let mut guarded = Guarded::start().await?;
    let pages = 50_000;
    for first in (0..pages).step_by(4_000) {
        let events =
            (first..pages.min(first + 4_000)).map(|page| event(&format!("/{page}")).to_string() + "\n");
        guarded
            .pipeline
            .deliver(LINES, &events.collect::<String>())
            .await?;
    }
    let shown = guarded.pipeline.counted(1_000 + pages).await?;
    assert_eq!(shown.events, 1_000 + pages, "each is counted, whatever its name");
    ensure!(shown.pages[0].page == "(other)", "{:?}", shown.pages[0]);
    guarded.serves().await?;

    // Long before everything else, in an order that makes each of them the newest of a pipeline of its own.
    let old = Pipeline::start(&["--traffic", "0"]).await?;
    let before = old.program.status()?.vmhwm.context("no peak")?;
    let mut sent = 0;
    for at in [
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00.000Z",
        "1969-12-31T23:59:59.999Z",
        "1970-01-01T00:00:00Z",
        "2016-12-31T23:59:60Z",
        "2020-02-29T12:00:00+14:00",
    ] {
        // On so many pages that each partition has some.
        let events = (0..40).map(|page| {
            let mut event = event(&format!("/{page}"));
            event["at"] = at.into();
            event
        });
        let answer = old
            .post(JSON, json!(events.collect::<Vec<_>>()).to_string())
            .await?;
        ensure!([202, 422].contains(&answer.status.as_u16()), "{at}: {answer:?}");
        if answer.status == StatusCode::ACCEPTED {
            sent += 40;
        }
    }
    // 3,000 minutes, each with an event.
    let day = chrono::Utc::now() - chrono::TimeDelta::days(3);
    let minutes = (0..3_000).map(|minute| {
        let mut event = event("/");
        event["at"] = (day + chrono::TimeDelta::minutes(minute)).to_rfc3339().into();
        event.to_string() + "\n"
    });
    old.deliver(LINES, &minutes.collect::<String>()).await?;
    sent += 3_000;
    let mut visitors = Visitors::new();
    old.deliver(LINES, &visitors.events(1_000)).await?;
    let shown = old.counted(sent + 1_000).await?;
    ensure!(
        shown.minutes.len() <= 60,
        "{} minutes are shown",
        shown.minutes.len()
    );
    let kept: Vec<Value> = old.json("/api/minutes.json").await?;
    ensure!(kept.len() <= 24 * 60, "{} minutes are kept", kept.len());
    let grown = old.program.status()?.vmhwm.context("no peak")? - before;
    ensure!(grown < MOST, "it took {grown} KiB more");
    let ended = old.program.end().await?;
    ensure!(
        ended.status.success() && !ended.complaints.contains("panicked"),
        "{ended:?}"
    );
    guarded.ends_unharmed().await
}

/// A thousand that begin a request and never come to its end, a thousand that send not quite what was announced, and a thousand
/// that look at the page and never read what it says.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs some thousand open files"]
async fn three_thousand_slow_clients() -> Result<()> {
    const CLIENTS: usize = 1_000;
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let enough = Rlimit {
        current: maximum,
        maximum,
    };
    // The pipeline inherits it.
    setrlimit(Resource::Nofile, enough)?;
    let mut guarded = Guarded::start().await?;
    let address: SocketAddr = guarded.pipeline.address().parse()?;
    let body = "POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n[";
    let starts = [
        "POST /events HTTP/1.1\r\nHost: localhost\r\nX-Slow: ".to_owned(),
        body.to_owned() + &" ".repeat(999_900),
        "GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(),
    ];
    let mut clients = Vec::new();
    for start in &starts {
        let begun = (0..CLIENTS).map(|_| async move {
            let mut stream = TcpStream::connect(address).await?;
            // There is no room for all of the bodies: some are sent away at once.
            let _ = stream.write_all(start.as_bytes()).await;
            anyhow::Ok(stream)
        });
        clients.extend(try_join_all(begun).await?);
        guarded.serves().await?;
    }
    // One byte a second each, which is how such clients keep their place.
    for _ in 0..40 {
        for client in &mut clients[..2 * CLIENTS] {
            // Who was sent away has lost it.
            let _ = client.try_write(b"x");
        }
        guarded.serves().await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    // By now the first two thousand are gone.
    for (clients, what) in clients.chunks_mut(CLIENTS).zip(["heads", "bodies"]) {
        let mut left = 0;
        for client in clients {
            let ended = timeout(Duration::from_millis(20), client.read_to_end(&mut Vec::new())).await;
            left += usize::from(ended.is_err());
        }
        ensure!(
            left == 0,
            "{left} of {CLIENTS} clients with slow {what} still have their place"
        );
    }
    guarded.ends_unharmed().await
}
