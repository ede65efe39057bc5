//! Logs of web servers, shipped line by line as they grow and are rotated; nothing is lost or doubled by a crash.

use std::{
    collections::{BTreeMap, HashMap},
    fs::{self, File, OpenOptions},
    io::Write,
    ops::Range,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use futures_util::future::try_join_all;
use rdkafka::{
    Message,
    consumer::{Consumer, StreamConsumer},
    message::{Header, Headers, OwnedHeaders},
    producer::{FutureProducer, FutureRecord},
};
use serde::{Deserialize, Serialize};
use tokio::time::{sleep, timeout};

use crate::{Kafka, receive};

const LOGS: [(&str, &str); 2] = [
    ("web-1.log", include_str!("web-1.log")),
    ("web-2.log", include_str!("web-2.log")),
];

/// How often whoever tails a log looks at it.
const PAUSE: Duration = Duration::from_millis(20);

/// How far a log is shipped: up to an offset in the file that begins with this line, so many bytes in all.
#[derive(Default, Clone, Serialize, Deserialize)]
struct Position {
    first: Vec<u8>,
    offset: usize,
    shipped: u64,
}

/// Ships lines from where the one before it left off.
struct Collector<'a> {
    folder: &'a Path,
    topic: &'a str,
    state: PathBuf,
    positions: HashMap<String, Position>,
    producer: FutureProducer,
}

impl<'a> Collector<'a> {
    fn new(kafka: &Kafka, folder: &'a Path, topic: &'a str) -> Result<Self> {
        let state = folder.join("positions.json");
        let positions = match state.exists() {
            true => serde_json::from_slice(&fs::read(&state)?)?,
            false => HashMap::new(),
        };
        let producer = kafka
            .producer()
            .set("acks", "all")
            .set("enable.idempotence", "true")
            .create()?;
        Ok(Self {
            folder,
            topic,
            state,
            positions,
            producer,
        })
    }

    /// Ships every line that is whole, and tells how many.
    async fn ship(&mut self) -> Result<usize> {
        let mut deliveries = Vec::new();
        for (log, _) in LOGS {
            let mut position = self.positions.get(log).cloned().unwrap_or_default();
            for bytes in self.unread(log, &position)? {
                let first = first_line(&bytes);
                if first.is_empty() {
                    continue;
                }
                let mut offset = if first == position.first {
                    position.offset
                } else {
                    0
                };
                let mut shipped = position.shipped;
                // One that was truncated and begins with the same line again may be shorter.
                let rest = bytes.get(offset..).unwrap_or_default();
                let lines = rest.split_inclusive(|byte| *byte == b'\n');
                for line in lines.filter(|line| line.ends_with(b"\n")) {
                    let at = shipped.to_string();
                    let headers = OwnedHeaders::new().insert(Header {
                        key: "position",
                        value: Some(&at),
                    });
                    let record = FutureRecord::to(self.topic)
                        .key(log)
                        .payload(&line[..line.len() - 1])
                        .headers(headers);
                    let delivery = self.producer.send_result(record);
                    deliveries.push(delivery.map_err(|(error, _)| error)?);
                    offset += line.len();
                    shipped += line.len() as u64;
                }
                position = Position {
                    first: first.to_owned(),
                    offset,
                    shipped,
                };
            }
            self.positions.insert(log.to_owned(), position);
        }
        let deliveries = try_join_all(deliveries).await?;
        let lines = deliveries.len();
        for delivery in deliveries {
            delivery.map_err(|(error, _)| error)?;
        }
        Ok(lines)
    }

    /// Once all is acknowledged, and not before. Whoever is killed in between ships the same lines again.
    fn save(&self) -> Result<()> {
        let draft = self.folder.join("positions.draft");
        fs::write(&draft, serde_json::to_vec(&self.positions)?)?;
        fs::rename(&draft, &self.state)?;
        Ok(())
    }

    /// What is in the log's files, from the one that is not all shipped to the live one, each read once. A file is known by
    /// its first line: when it is renamed it has another name, when it is copied another inode.
    fn unread(&self, log: &str, position: &Position) -> Result<Vec<Vec<u8>>> {
        let mut files = Vec::new();
        for number in 0.. {
            let file = file(self.folder, log, number);
            if !file.exists() {
                break;
            }
            let bytes = fs::read(file)?;
            let found = !position.first.is_empty() && first_line(&bytes) == position.first;
            files.insert(0, bytes);
            if found {
                return Ok(files);
            }
        }
        if !position.first.is_empty() {
            bail!("{log}: the file of the last line is gone");
        }
        Ok(files)
    }
}

pub async fn run(kafka: &Kafka) -> Result<()> {
    let topic = kafka.topic("access-logs", 3).await?;
    let temporary = tempfile::tempdir()?;
    let folder = temporary.path();
    for (log, _) in LOGS {
        File::create(folder.join(log))?;
    }
    let mut shipped = 0;
    let mut collector = Collector::new(kafka, folder, &topic)?;
    write(folder, |lines| lines[..170].concat() + &lines[170][..20])?;
    shipped += step(kafka, "shipped, a line half written", &mut collector).await?;
    write(folder, |lines| {
        lines[170][20..].to_owned() + &lines[171..200].concat()
    })?;
    rotate(folder)?;
    write(folder, |lines| lines[200..250].concat())?;
    shipped += step(kafka, "shipped after a rotation", &mut collector).await?;
    rotate(folder)?;
    shipped += step(kafka, "shipped after a rotation, nothing new yet", &mut collector).await?;
    write(folder, |lines| lines[250..280].concat())?;
    shipped += step(kafka, "shipped later", &mut collector).await?;
    drop(collector);
    // While no collector runs, the logs go on, and are rotated twice.
    write(folder, |lines| lines[280..300].concat())?;
    rotate(folder)?;
    write(folder, |lines| lines[300..330].concat())?;
    rotate(folder)?;
    write(folder, |lines| lines[330..350].concat())?;
    let mut collector = Collector::new(kafka, folder, &topic)?;
    shipped += step(kafka, "shipped after a restart", &mut collector).await?;
    write(folder, |lines| lines[350..370].concat())?;
    let again = collector.ship().await?;
    kafka.found("shipped before a crash", again);
    shipped += again;
    drop(collector);
    let mut collector = Collector::new(kafka, folder, &topic)?;
    shipped += step(kafka, "shipped after the crash", &mut collector).await?;
    let lines = 370..400;
    let count = lines.len() * LOGS.len();
    let ((), tailed) = tokio::try_join!(
        write_slowly(folder, lines),
        tail(&mut collector, count, kafka.timeout())
    )?;
    kafka.found("shipped while they are written", tailed);
    shipped += tailed;

    // Downstream: who knows how far each log has come knows what is a repetition, and whether anything is missing.
    let mut arrived = HashMap::<String, String>::new();
    let mut next = HashMap::<String, u64>::new();
    let mut statuses = BTreeMap::<String, u32>::new();
    let mut repeated = 0;
    let mut missing = 0;
    let consumer: StreamConsumer = kafka
        .client()
        .set("group.id", &topic)
        .set("auto.offset.reset", "earliest")
        .create()?;
    consumer.subscribe(&[&topic])?;
    for seen in 0..shipped {
        let message = timeout(kafka.timeout(), receive(&consumer))
            .await
            .with_context(|| format!("only {seen} of {shipped} lines came"))??;
        let log = message.key_view::<str>().context("no key")??;
        let line = message.payload_view::<str>().context("no value")??;
        let mut headers = message.headers().into_iter().flat_map(Headers::iter);
        let position = headers.find(|header| header.key == "position");
        let position = position.and_then(|header| header.value).context("no position")?;
        let position: u64 = std::str::from_utf8(position)?.parse()?;
        let expected = next.entry(log.to_owned()).or_default();
        if position < *expected {
            repeated += 1;
            continue;
        }
        if position > *expected {
            missing += 1;
        }
        *expected = position + line.len() as u64 + 1;
        *arrived.entry(log.to_owned()).or_default() += &format!("{line}\n");
        let (_, rest) = line.split_once("\" ").context("no status")?;
        let status = rest.split(' ').next().unwrap_or_default();
        *statuses.entry(status.to_owned()).or_default() += 1;
    }
    kafka.found("lines repeated, and dropped", repeated);
    kafka.found("places where lines are missing", missing);
    for (status, count) in statuses {
        kafka.found(format!("lines with status {status}"), count);
    }
    for (log, written) in LOGS {
        let same = arrived.get(log).is_some_and(|arrived| arrived == written);
        kafka.found(format!("{log} arrived as it was written"), same);
        ensure!(same, "{log} is not what was written");
    }
    Ok(())
}

async fn step(kafka: &Kafka, name: &str, collector: &mut Collector<'_>) -> Result<usize> {
    let lines = collector.ship().await?;
    collector.save()?;
    kafka.found(name, lines);
    Ok(lines)
}

/// Ships lines as they come, until there are so many.
async fn tail(collector: &mut Collector<'_>, lines: usize, patience: Duration) -> Result<usize> {
    let mut shipped = 0;
    let all = async {
        while shipped < lines {
            shipped += collector.ship().await?;
            collector.save()?;
            sleep(PAUSE).await;
        }
        Ok(shipped)
    };
    let timely = timeout(patience, all).await;
    timely.with_context(|| format!("not all of {lines} lines were shipped within {patience:?}"))?
}

/// The web servers: each appends this of what it has to say.
fn write(folder: &Path, what: impl Fn(&[&str]) -> String) -> Result<()> {
    for (log, written) in LOGS {
        let lines: Vec<_> = written.split_inclusive('\n').collect();
        let mut file = OpenOptions::new().append(true).open(folder.join(log))?;
        file.write_all(what(&lines).as_bytes())?;
    }
    Ok(())
}

/// Line by line, each in two pieces, as they would be found by whoever reads beside it.
async fn write_slowly(folder: &Path, lines: Range<usize>) -> Result<()> {
    for number in lines {
        write(folder, |lines| lines[number][..40].to_owned())?;
        sleep(PAUSE / 4).await;
        write(folder, |lines| lines[number][40..].to_owned())?;
    }
    Ok(())
}

/// What logrotate does: it renames the one log, and copies and empties the other.
fn rotate(folder: &Path) -> Result<()> {
    for (log, _) in LOGS {
        let mut last = 0;
        while file(folder, log, last + 1).exists() {
            last += 1;
        }
        for number in (1..=last).rev() {
            fs::rename(file(folder, log, number), file(folder, log, number + 1))?;
        }
        let live = file(folder, log, 0);
        if log == "web-1.log" {
            fs::rename(&live, file(folder, log, 1))?;
        } else {
            fs::copy(&live, file(folder, log, 1))?;
        }
        File::create(&live)?;
    }
    Ok(())
}

fn file(folder: &Path, log: &str, number: u32) -> PathBuf {
    match number {
        0 => folder.join(log),
        _ => folder.join(format!("{log}.{number}")),
    }
}

/// Nothing where it is not whole yet.
fn first_line(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    &bytes[..end.map_or(0, |end| end + 1)]
}
