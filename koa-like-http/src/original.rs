//! The originals: Koa programs, run by Node.js on a free port and asked the same questions.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process::Stdio,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use lesson::{Lesson, Recording};
use regex_lite::Regex;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    net::{TcpListener, TcpStream},
    process::{Child, ChildStdout, Command},
    time::{Instant, sleep, timeout},
};

use crate::exchange::{Console, Exchanges};

const FOLDER: &str = env!("CARGO_MANIFEST_DIR");

/// Runs the lesson's original and writes down what it answers.
pub(crate) async fn record<E>(lesson: &Lesson<E>) -> Result<Recording> {
    let exchanges = Exchanges::of(lesson)?;
    let original = lesson.original()?;
    let program = lesson.folder().join(&original);
    let address = free_address().await?;
    // What it leaves behind goes with the folder: it is ended without being asked.
    let scratch = tempfile::tempdir()?;
    let mut node = Command::new("node")
        .arg(&program)
        .env("PORT", address.port().to_string())
        .env("NODE_ENV", "production")
        .env("TMPDIR", scratch.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("cannot run node: install Node.js 20.11 or newer")?;
    let console = Printed(BufReader::new(node.stdout.take().context("no standard output")?).lines());
    wait_until_it_listens(&mut node, address, &program).await?;
    let answers = exchanges.ask(address, console).await;
    node.kill().await?;
    Ok(Recording {
        peer: peer(&lesson.read(&original)?)?,
        sha256: None,
        answers: answers?,
    })
}

async fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?.local_addr()?)
}

async fn wait_until_it_listens(node: &mut Child, address: SocketAddr, program: &Path) -> Result<()> {
    let deadline = Instant::now() + Duration::from_secs(20);
    while TcpStream::connect(address).await.is_err() {
        let ended = node.try_wait()?;
        ensure!(
            ended.is_none(),
            "{} ended before it listened: run it with node to see why",
            program.display()
        );
        ensure!(
            Instant::now() < deadline,
            "{} does not listen on {address}",
            program.display()
        );
        sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

/// What the program prints on its standard output. Node.js writes to a pipe before it goes on, so that what a
/// handler printed is there when its answer is.
struct Printed(Lines<BufReader<ChildStdout>>);

impl Console for Printed {
    async fn read(&mut self) -> String {
        let mut lines = Vec::new();
        while let Ok(Ok(Some(line))) = timeout(Duration::from_millis(20), self.0.next_line()).await {
            lines.push(line);
        }
        lines.join("\n")
    }
}

/// Names each package that a program imports, and Node.js, with its version.
fn peer(program: &str) -> Result<String> {
    #[derive(serde::Deserialize)]
    struct Lock {
        packages: std::collections::HashMap<String, Package>,
    }
    #[derive(serde::Deserialize)]
    struct Package {
        version: Option<String>,
    }
    let lock = Path::new(FOLDER).join("package-lock.json");
    let lock: Lock = serde_json::from_str(&std::fs::read_to_string(lock)?)?;
    let mut names = Vec::new();
    for found in Regex::new("(?m)^import .*'([^']+)';?$")?.captures_iter(program) {
        let package = lock.packages.get(&format!("node_modules/{}", &found[1]));
        if let Some(version) = package.and_then(|package| package.version.as_ref()) {
            names.push(format!("{} {version}", &found[1]));
        }
    }
    let output = std::process::Command::new("node").arg("--version").output()?;
    let version = String::from_utf8(output.stdout)?;
    let major = version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()
        .unwrap_or_default();
    names.push(format!("Node.js {major}"));
    Ok(names.join(", "))
}
