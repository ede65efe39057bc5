//! The originals: Java programs and scripts around Kafka's own tools, run on a cluster of their own.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use lesson::{Answer, Lesson, Recording};
use sha2::{Digest, Sha256};

use crate::{Compose, docker};

const FOLDER: &str = env!("CARGO_MANIFEST_DIR");
/// Where Maven puts the jars of `pom.xml`.
pub const JARS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/kafka-demo/jars");

/// None takes longer than a few minutes, the slowest with three kills.
const LIMIT: Duration = Duration::from_secs(900);

/// Brings the jars that `pom.xml` names.
///
/// # Errors
/// Where Maven is missing or fails.
pub fn install() -> Result<()> {
    let status = Command::new("mvn")
        .args(["--quiet", "--batch-mode", "dependency:copy-dependencies"])
        .arg("-DincludeScope=runtime")
        .arg(format!("-DoutputDirectory={JARS}"))
        .current_dir(FOLDER)
        .stdout(Stdio::null())
        .status()
        .context("cannot run mvn: install Maven and a JDK, version 17 or newer")?;
    ensure!(status.success(), "mvn failed in {FOLDER}");
    Ok(())
}

/// Runs the lesson's original. Each line of its output with ` = ` in it is a finding; the others are for its reader.
pub(crate) fn record<E>(lesson: &Lesson<E>, cluster: &Compose) -> Result<Recording> {
    let original = lesson.original()?;
    let program = lesson.folder().join(&original);
    // Of what is run, whatever becomes of the file meanwhile.
    let sha256 = sha256(lesson)?;
    let peer = peer(lesson)?;
    let mut command = if original == "original.java" {
        let mut java = cluster.command("java");
        java.arg("-cp").arg(Path::new(JARS).join("*"));
        java
    } else {
        cluster.command("bash")
    };
    command
        .arg(&program)
        .env("BOOTSTRAP_SERVERS", cluster.brokers())
        .env("ZOOKEEPER", cluster.zookeeper());
    let output =
        docker::output(&mut command, LIMIT).with_context(|| format!("cannot run {}", program.display()))?;
    let text = String::from_utf8(output.stdout)?;
    ensure!(
        output.status.success(),
        "{} failed:\n{text}{}",
        program.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    let answers = text
        .lines()
        .filter_map(|line| line.trim_start().split_once(" = "))
        .map(|(name, value)| Answer {
            name: name.to_owned(),
            values: [("value".to_owned(), value.to_owned())].into(),
        });
    Ok(Recording {
        peer,
        sha256: Some(sha256),
        answers: answers.collect(),
    })
}

/// What the lesson's original is a program of, with its version in `pom.xml`.
///
/// # Errors
/// Where nobody knows how to run it.
pub fn peer<E>(lesson: &Lesson<E>) -> Result<String> {
    match lesson.original()?.as_str() {
        "original.java" => Ok(format!("kafka-clients {}", version("kafka-clients")?)),
        "original.sh" => Ok(format!("Kafka {}'s tools", version("kafka-tools")?)),
        other => bail!("nobody knows how to run {other}"),
    }
}

/// The SHA-256 of the lesson's original, by which a recording tells whether it is of this one.
///
/// # Errors
/// Where it cannot be read.
pub fn sha256<E>(lesson: &Lesson<E>) -> Result<String> {
    let original = lesson.read(&lesson.original()?)?;
    let digest = Sha256::digest(original);
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The version of a dependency in `pom.xml`.
fn version(artifact: &str) -> Result<String> {
    let pom = std::fs::read_to_string(Path::new(FOLDER).join("pom.xml"))?;
    let version = pom
        .split_once(&format!("<artifactId>{artifact}</artifactId>"))
        .and_then(|(_, rest)| rest.split_once("<version>"))
        .and_then(|(_, rest)| rest.split_once("</version>"));
    let (version, _) = version.with_context(|| format!("pom.xml names no version of {artifact}"))?;
    Ok(version.to_owned())
}
