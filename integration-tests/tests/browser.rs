//! The page in a real browser: it loads without a complaint, lives, fits a phone as well as a desk, is readable by anybody
//! and by any colours, and says so when the server is gone.
//!
//! Screenshots of what was seen are in `target/screenshots`.

use std::{fs, path::Path, process::Stdio, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use integration_tests::{Html, LINES, Pipeline, eventually};
use serde::de::DeserializeOwned;
use serde_json::json;
use thirtyfour::{
    cdp::domains::emulation::{MediaFeature, SetEmulatedMedia},
    prelude::*,
    session::http::{Body, HttpClient},
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Child,
    time::sleep,
};

const FOLDER: &str = env!("CARGO_MANIFEST_DIR");
/// Until the browser shows what is asked for, on a busy machine and in a debug build.
const SOON: Duration = Duration::from_secs(90);

const SCRIPT: &str = "/<script>document.title='broken'</script>";

/// The width of a window, the colours that its reader prefers, and the name of its picture.
const WINDOWS: [(u32, &str, &str); 4] = [
    (1280, "light", "page-light"),
    (1280, "dark", "page-dark"),
    (375, "light", "page-phone"),
    (375, "dark", "page-phone-dark"),
];

#[tokio::test]
#[ignore = "needs Debian's chromium and chromium-driver"]
async fn the_page_lives_in_a_browser() -> Result<()> {
    let axe = axe()?;
    let pipeline = Pipeline::start(&["--traffic", "200", "--history", "40"]).await?;
    eventually("the past is counted", Duration::from_secs(600), async || {
        let seen = pipeline.snapshot().await?;
        let [_, whole @ .., _] = &*seen.minutes else {
            return Ok(None);
        };
        // 12,000 each, with a tide of 40 %; of the first one there is a part.
        let full = whole.iter().filter(|minute| minute.events > 6_000);
        Ok((full.count() >= 39 && seen.per_second < 400.0).then_some(()))
    })
    .await?;
    // The percentiles are of the last minute: the pictures are to show those of 200 events a second.
    sleep(Duration::from_secs(60)).await;
    is_complete_without_a_script(&pipeline.text("/").await?)?;

    let scratch = tempfile::tempdir()?;
    let (mut chromedriver, address) = chromedriver(scratch.path()).await?;
    let browser = browser(&address).await?;
    // Whatever comes of it, no browser stays behind.
    let seen = looks_at(&browser, pipeline, &axe).await;
    let quit = browser.quit().await;
    chromedriver.kill().await?;
    seen?;
    Ok(quit?)
}

async fn looks_at(browser: &WebDriver, pipeline: Pipeline, axe: &str) -> Result<()> {
    browser.goto(format!("http://{}/", pipeline.address())).await?;
    says(browser, "#state", "Live").await?;
    moves(browser).await?;
    browser.execute(axe, []).await?;
    let mut grounds = Vec::new();
    for (width, colours, picture) in WINDOWS {
        let what = format!("{width} px, {colours}");
        let ground = fits(browser, width, colours, picture)
            .await
            .with_context(|| what.clone())?;
        grounds.push(ground);
        is_accessible(browser).await.context(what)?;
    }
    ensure!(grounds[0] != grounds[1], "light and dark are both {}", grounds[0]);
    shows_names_as_text(browser, &pipeline).await?;
    let (width, colours, _) = WINDOWS[2];
    fits(browser, width, colours, "page-names").await?;
    is_accessible(browser).await?;
    let complaints = browser.browser_log().await?;
    ensure!(complaints.is_empty(), "the browser complains: {complaints:?}");

    // Whoever looks at it when the server ends is told.
    let ended = pipeline.program.end().await?;
    ensure!(ended.status.success(), "{ended:?}");
    says(browser, "#state", "Connection lost, trying again").await
}

/// As it is sent: every table is there, has a caption, headers and rows.
fn is_complete_without_a_script(text: &str) -> Result<()> {
    let html = Html::read(text);
    let named: Vec<_> = html.attribute("table", "id");
    ensure!(
        named
            == [
                "events", "minutes", "pages", "alerts", "segments", "latency", "lag", "cluster"
            ],
        "{named:?}"
    );
    for (name, table) in named.iter().zip(&html.tables) {
        ensure!(!table.caption.trim().is_empty(), "{name} has no caption");
        // Whether something is unusual, or how far the processors are behind, may not be known yet.
        let least = match *name {
            "minutes" => 41,
            "pages" => 11,
            "segments" => 4,
            "events" => 5,
            "cluster" => 2,
            _ => 1,
        };
        ensure!(table.rows.len() >= least, "{name}: {:?}", table.rows);
        let empty = table.rows.iter().skip(1).find(|row| row[0].trim().is_empty());
        ensure!(empty.is_none(), "{name} has a row without a header: {empty:?}");
    }
    Ok(())
}

/// The lines, the numbers and the time change as events come in.
async fn moves(browser: &WebDriver) -> Result<()> {
    let state = "return ['#chart .running', '#chart .band', '#pages .line path'].map(path =>
            document.querySelector(path).getAttribute('d')).concat(
            ['#events td', '#at', '#lag td'].map(path => document.querySelector(path).textContent))";
    let before: Vec<String> = ask(browser, state).await?;
    ensure!(
        before.iter().all(|value| !value.is_empty()),
        "something is not shown: {before:?}"
    );
    // The band and the lines stand still until the next minute, and the lag may stay.
    let mut now = before.clone();
    let changed = eventually("what is shown changes", SOON, async || {
        now = ask(browser, state).await?;
        let changed = [0, 3, 4].iter().all(|i| now[*i] != before[*i]);
        Ok(changed.then_some(()))
    });
    changed
        .await
        .with_context(|| format!("{before:?} became {now:?}"))
}

/// Whatever somebody sends as a page's name is text, however often it is sent.
async fn shows_names_as_text(browser: &WebDriver, pipeline: &Pipeline) -> Result<()> {
    let long = format!("/{}", "long".repeat(49));
    let listed = "return [...document.querySelectorAll('#pages tbody th')].map(name => name.textContent)";
    for name in [SCRIPT, &long] {
        eventually(&format!("{name} is listed"), SOON, async || {
            pipeline.deliver(LINES, &events(name, 2_000)).await?;
            let listed: Vec<String> = ask(browser, listed).await?;
            Ok(listed.iter().any(|listed| listed == name).then_some(()))
        })
        .await?;
    }
    let (title, scripts): (String, Vec<String>) = ask(
        browser,
        "return [document.title, [...document.scripts].map(script => script.src)]",
    )
    .await?;
    ensure!(title == "Activity", "a name was run: {title}");
    ensure!(
        scripts.len() == 1 && scripts[0].ends_with("/page.js"),
        "{scripts:?}"
    );
    Ok(())
}

/// Nothing is wider than such a window. Takes its picture, and returns the colour behind everything.
async fn fits(browser: &WebDriver, width: u32, colours: &str, picture: &str) -> Result<String> {
    let tools = browser.cdp();
    let emulation = tools.emulation();
    let prefers = MediaFeature {
        name: "prefers-color-scheme".to_owned(),
        value: colours.to_owned(),
    };
    let media = SetEmulatedMedia {
        media: None,
        features: Some(vec![prefers]),
    };
    tools.send(media).await?;
    emulation
        .set_device_metrics_override(width, 800, 1.0, false)
        .await?;
    // As high as the page, so that the picture has all of it.
    settled(browser).await?;
    let height: u32 = ask(browser, "return document.documentElement.scrollHeight").await?;
    emulation
        .set_device_metrics_override(width, height, 1.0, false)
        .await?;
    settled(browser).await?;
    let (inner, whole): (u32, u32) = ask(
        browser,
        "return [innerWidth, document.documentElement.scrollWidth]",
    )
    .await?;
    ensure!(inner == width, "the window is {inner} px wide");
    ensure!(whole <= width, "the page is {whole} px wide");
    let chart: f64 = ask(
        browser,
        "return document.querySelector('#chart svg').getBoundingClientRect().width",
    )
    .await?;
    ensure!(
        chart > 0.8 * f64::from(width.min(1_000)),
        "the chart is {chart} px wide"
    );

    let folder = Path::new(FOLDER).join("../target/screenshots");
    fs::create_dir_all(&folder)?;
    browser
        .screenshot(&folder.join(picture).with_extension("png"))
        .await?;
    ask(browser, "return getComputedStyle(document.body).backgroundColor").await
}

/// Two frames later: the first one may have been under way.
async fn settled(browser: &WebDriver) -> Result<()> {
    let frames =
        "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))";
    browser.execute_async(frames, []).await?;
    Ok(())
}

/// axe finds nothing, with the table of minutes shut and open.
async fn is_accessible(browser: &WebDriver) -> Result<()> {
    for open in [false, true] {
        let open = format!("document.querySelector('#minutes-details').open = {open}");
        browser.execute(open, []).await?;
        settled(browser).await?;
        let run = "const done = arguments[0];
            const found = ({ id, nodes }) => id + ': ' + nodes.map(({ html, failureSummary }) => html + ' ' + failureSummary);
            axe.run().then(({ violations, passes }) => done([violations.map(found), passes.map(({ id }) => id)]),
                error => done([[String(error)], []]))";
        let found = browser.execute_async(run, []).await?;
        let (violations, passes): (Vec<String>, Vec<String>) = found.convert()?;
        ensure!(violations.is_empty(), "{}", violations.join("\n"));
        for check in ["color-contrast", "document-title", "landmark-one-main", "region"] {
            ensure!(
                passes.iter().any(|id| id == check),
                "{check} was not looked at: {passes:?}"
            );
        }
    }
    browser
        .execute("document.querySelector('#minutes-details').open = false", [])
        .await?;
    Ok(())
}

/// An element comes to have this text.
async fn says(browser: &WebDriver, element: &str, text: &str) -> Result<()> {
    let script = format!("return document.querySelector('{element}').textContent");
    eventually(&format!("{element} says {text:?}"), SOON, async || {
        let said: String = ask(browser, &script).await?;
        Ok((said == text).then_some(()))
    })
    .await
}

async fn ask<T: DeserializeOwned>(browser: &WebDriver, script: &str) -> Result<T> {
    Ok(browser.execute(script, []).await?.convert()?)
}

fn events(page: &str, count: usize) -> String {
    let event = |_| {
        let event = json!({
            "id": format!("{:032x}", fastrand::u128(..)),
            "kind": "page_view",
            "at": chrono::Utc::now().to_rfc3339(),
            "user": "u1",
            "segment": "new",
            "page": page,
        });
        format!("{event}\n")
    };
    (0..count).map(event).collect()
}

/// The accessibility check, installed where it is missing.
fn axe() -> Result<String> {
    let script = Path::new(FOLDER).join("node_modules/axe-core/axe.min.js");
    if !script.exists() {
        lesson::npm::install(Path::new(FOLDER))?;
    }
    fs::read_to_string(&script).with_context(|| script.display().to_string())
}

/// Starts the browser's driver on a free port; whatever the two leave behind is in `scratch`. Returns where it listens.
async fn chromedriver(scratch: &Path) -> Result<(Child, String)> {
    let mut process = tokio::process::Command::new("chromedriver")
        .arg("--port=0")
        .env("TMPDIR", scratch)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("cannot run chromedriver: install Debian's chromium-driver")?;
    let mut lines = BufReader::new(process.stdout.take().context("no output")?).lines();
    while let Some(line) = lines.next_line().await? {
        // ChromeDriver was started successfully on port 41235.
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            let address = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
            // Read all the time, since a full pipe would stop it.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Ok((process, address));
        }
    }
    bail!("chromedriver ended before it listened")
}

async fn browser(address: &str) -> Result<WebDriver> {
    let mut chromium = DesiredCapabilities::chrome();
    chromium.set_headless()?;
    // Its sandbox needs rights that a container does not give; nothing but our own page is opened.
    chromium.set_no_sandbox()?;
    chromium.set_disable_dev_shm_usage()?;
    chromium.set_browser_log_level(thirtyfour::LoggingPrefsLogLevel::All)?;
    WebDriver::builder(address, chromium)
        .client(Http(reqwest::Client::new()))
        .await
        .context("cannot start a browser: install Debian's chromium")
}

/// The HTTP client that the other tests have.
struct Http(reqwest::Client);

#[async_trait]
impl HttpClient for Http {
    async fn send(&self, request: Request<Body<'_>>) -> WebDriverResult<Response<Bytes>> {
        let failed = |error: reqwest::Error| WebDriverError::RequestFailed(error.to_string());
        let (parts, body) = request.into_parts();
        let body = match body {
            Body::Empty => Vec::new(),
            Body::Json(json) => serde_json::to_vec(json)?,
        };
        let request = reqwest::Request::try_from(Request::from_parts(parts, body)).map_err(failed)?;
        let answer = self.0.execute(request).await.map_err(failed)?;
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = answer.status();
        *response.body_mut() = answer.bytes().await.map_err(failed)?;
        Ok(response)
    }

    async fn new(&self) -> std::sync::Arc<dyn HttpClient> {
        std::sync::Arc::new(Self(reqwest::Client::new()))
    }
}
