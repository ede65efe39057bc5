//! What goes wrong in the midst of a lesson leaves nothing behind.

use std::{
    collections::HashSet,
    io::{self, BufRead, BufReader, Read},
    net::{Shutdown, TcpListener, TcpStream},
    os::unix::process::CommandExt,
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex},
    thread::{self, sleep},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use kafka_demo::Options;
use rdkafka::{
    ClientConfig,
    admin::{AdminClient, AdminOptions},
    consumer::{BaseConsumer, Consumer},
    metadata::Metadata,
};

use tokio::runtime::Runtime;

use crate::{
    Cluster, Test,
    support::{self, Limit},
};

/// For a lesson whose cluster has to mend twice.
const LIMIT: Duration = Duration::from_secs(400);

/// Lessons that break nothing themselves, and when a broker dies in them.
const BY_THEMSELVES: [(&str, Dies); 20] = [
    ("produce-and-consume", Dies::AtWork),
    ("partitions", Dies::AtOnce),
    ("consumer-groups", Dies::AtWork),
    ("offsets", Dies::AtWork),
    ("admin", Dies::AtWork),
    ("serialisation", Dies::AtWork),
    ("compression", Dies::AtWork),
    ("retention-and-compaction", Dies::AtWork),
    ("transactions", Dies::AtWork),
    ("throughput", Dies::AtOnce),
    ("log-collection", Dies::AtWork),
    ("messaging", Dies::AtWork),
    ("activity-tracking", Dies::AtOnce),
    ("metrics", Dies::AtWork),
    ("stream-processing", Dies::AtWork),
    ("event-sourcing", Dies::AtWork),
    ("a-future-per-message", Dies::AtWork),
    ("fetch-backoff", Dies::AtOnce),
    ("linger", Dies::AtWork),
    ("consume-batch", Dies::AtWork),
];

enum Dies {
    /// When it says its name: some tell nothing before all is done.
    AtOnce,
    /// When it has told its first finding.
    AtWork,
}

pub fn tests() -> Vec<(String, Test)> {
    let test = |name: &str, run: fn(&Cluster) -> Result<()>| -> (String, Test) {
        (format!("survives::{name}"), Box::new(run))
    };
    vec![
        test("too_few_brokers_for_the_replicas", too_few_brokers),
        test("a_broker_dies_in_the_midst_of_a_lesson", a_broker_dies),
        test("a_broker_dies_in_the_midst_of_each_lesson", a_broker_dies_in_each),
        test("another_broker_dies_than_the_lesson_killed", another_broker_dies),
        test("a_broker_dies_while_it_is_frozen", frozen_broker_dies),
        test("zookeeper_dies_in_the_midst_of_a_lesson", zookeeper_dies),
        test("zookeeper_is_out_of_reach_for_a_while", zookeeper_out_of_reach),
        test("a_topic_is_deleted_in_the_midst_of_a_lesson", topic_deleted),
        test("few_open_files", few_files),
        test("no_zookeeper", no_zookeeper),
        test("ctrl_c_aborts_the_open_transaction", stopped_in_a_transaction),
        test("ctrl_c_removes_the_broker_that_joined", stopped_in_expansion),
        test("ctrl_c_right_after_a_kill_is_mended", stopped_after_a_kill),
        test("ctrl_c_does_not_wait_for_each_client", stopped_with_clients),
        test("sigint_brings_back_what_was_killed", |cluster| {
            stopped(cluster, "INT")
        }),
        test("sigterm_brings_back_what_was_killed", |cluster| {
            stopped(cluster, "TERM")
        }),
    ]
}

fn lesson(cluster: &Cluster, name: &str) -> Result<Child> {
    start(Command::new(env!("CARGO_BIN_EXE_kafka-demo")), cluster, name)
}

fn start(mut demo: Command, cluster: &Cluster, name: &str) -> Result<Child> {
    let options = &cluster.options;
    let brokers = options.brokers.as_deref().context("no brokers")?;
    let child = demo
        .args([name, "--brokers", brokers, "--zookeeper", &options.zookeeper])
        .args(["--timeout", &options.timeout.to_string()])
        // A group of its own, as a terminal gives it.
        .process_group(0)
        .env_remove("RUST_LOG")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    Ok(child)
}

/// Reads what the lesson prints until it says this.
fn wait_for(lesson: &mut Child, word: &str) -> Result<impl Iterator<Item = std::io::Result<String>> + use<>> {
    let _limit = Limit::of(lesson, LIMIT);
    let mut lines = BufReader::new(lesson.stdout.take().context("no output")?).lines();
    let said = lines
        .by_ref()
        .any(|line| line.is_ok_and(|line| line.contains(word)));
    if !said {
        let mut complaint = String::new();
        lesson
            .stderr
            .take()
            .context("no errors")?
            .read_to_string(&mut complaint)?;
        bail!("the lesson never said {word:?}: {complaint}");
    }
    // Kept open: a lesson whose reader has gone is another test.
    Ok(lines)
}

/// Sends a signal to a process, or with a minus in front to a group.
fn send(signal: &str, to: &str) -> Result<()> {
    let status = Command::new("kill").args(["-s", signal, "--", to]).status()?;
    ensure!(status.success(), "cannot send the signal");
    Ok(())
}

fn ends_within(limit: Duration, lesson: Child) -> Result<Output> {
    let ended = support::output_within(limit, lesson)?;
    ensure!(ended.status.code().is_some(), "it did not end within {limit:?}");
    Ok(ended)
}

/// Status 2 and exactly one line on standard error, which is returned.
fn complaint(output: &Output) -> Result<String> {
    let stderr = String::from_utf8(output.stderr.clone())?;
    ensure!(output.status.code() == Some(2), "{}: {stderr}", output.status);
    ensure!(stderr.lines().count() == 1, "{stderr}");
    Ok(stderr)
}

fn too_few_brokers(cluster: &Cluster) -> Result<()> {
    let before = topics(cluster)?;
    // The topic of offsets, too, wants three; from now on it is there.
    let first = ends_within(LIMIT, lesson(cluster, "produce-and-consume")?)?;
    ensure!(first.status.success(), "{first:?}");
    let broken = Broken::kill(container(cluster, 0)?)?;
    wait_for_brokers(cluster, 2)?;
    let output = ends_within(LIMIT, lesson(cluster, "produce-and-consume")?)?;
    let line = complaint(&output)?;
    ensure!(
        line.contains("needs more brokers") && line.contains("docker compose up"),
        "{line}"
    );
    drop(broken);
    as_before(cluster, &before)
}

fn a_broker_dies(cluster: &Cluster) -> Result<()> {
    let before = topics(cluster)?;
    let mut child = lesson(cluster, "clients")?;
    let output = wait_for(&mut child, "share a producer")?;
    let broken = Broken::kill(container(cluster, 1)?)?;
    let ended = ends_within(Duration::from_secs(180), child)?;
    drop(output);
    // The others take over: that may be enough for it. If not, it says so.
    if !ended.status.success() {
        let line = complaint(&ended)?;
        ensure!(line.contains("a broker is down: docker compose"), "{line}");
    }
    drop(broken);
    as_before(cluster, &before)
}

/// Another one each time. The limit is the usual one: with it they should get over the six seconds that an election takes.
fn a_broker_dies_in_each(cluster: &Cluster) -> Result<()> {
    let options = Options {
        timeout: 10,
        ..cluster.options.clone()
    };
    let cluster = Cluster { options };
    BY_THEMSELVES
        .iter()
        .enumerate()
        .try_for_each(|(index, (name, dies))| {
            a_broker_dies_in(&cluster, name, dies, index % 3).context(*name)
        })
}

fn a_broker_dies_in(cluster: &Cluster, name: &str, dies: &Dies, index: usize) -> Result<()> {
    let mut child = lesson(cluster, name)?;
    let mut output = wait_for(&mut child, name)?;
    if matches!(dies, Dies::AtWork) {
        output.next().transpose()?;
    }
    ensure!(
        child.try_wait()?.is_none(),
        "{name} had ended before the broker died"
    );
    let broken = Broken::kill(container(cluster, index)?)?;
    let ended = ends_within(Duration::from_secs(120), child)?;
    drop(broken);
    wait_until_whole(cluster)?;
    // The others take over: that may be enough for it, and then all is as recorded. If not, it says why.
    if ended.status.success() {
        let last = output.last().transpose()?.unwrap_or_default();
        ensure!(last.contains("as recorded from"), "{last}");
    } else {
        let line = complaint(&ended)?;
        ensure!(
            line.starts_with("error: ") && line.contains("a broker is down: docker compose"),
            "{line}"
        );
    }
    Ok(())
}

/// The lesson brings back the broker that it killed itself, and does not wait for the other.
fn another_broker_dies(cluster: &Cluster) -> Result<()> {
    let mut child = lesson(cluster, "leader-election")?;
    let output = wait_for(&mut child, "is killed")?;
    let started = Instant::now();
    let survivor = loop {
        let containers = [0, 1, 2].map(|index| container(cluster, index));
        let mut running = containers.into_iter().collect::<Result<Vec<_>>>()?;
        running.retain(|name| !name.is_empty());
        if running.len() < 3 {
            break running.pop().context("no broker is left")?;
        }
        ensure!(
            started.elapsed() < Duration::from_secs(30),
            "no broker was killed"
        );
        sleep(Duration::from_millis(100));
    };
    is_missed(cluster, child, output, survivor)
}

/// Whoever is dead cannot be woken.
fn frozen_broker_dies(cluster: &Cluster) -> Result<()> {
    let mut child = lesson(cluster, "two-controllers")?;
    let mut output = wait_for(&mut child, "is frozen")?;
    let frozen = output.by_ref().find_map(|line| {
        let line = line.ok()?;
        let (_, rest) = line.split_once("/controller  broker ")?;
        rest.split(' ').next()?.parse::<usize>().ok()
    });
    let frozen = container(cluster, frozen.context("nobody was the controller")? - 1)?;
    is_missed(cluster, child, output, frozen)
}

/// Kills a broker that the lesson does not start again, and waits for the lesson to say so.
fn is_missed(
    cluster: &Cluster,
    child: Child,
    output: impl Iterator<Item = io::Result<String>>,
    broker: String,
) -> Result<()> {
    let broken = Broken::kill(broker)?;
    // Up to two minutes for all replicas to be in sync again, which they never are.
    let ended = ends_within(Duration::from_secs(240), child)?;
    drop(output);
    let line = complaint(&ended)?;
    ensure!(line.contains("is down: docker compose up -d --wait"), "{line}");
    drop(broken);
    wait_until_whole(cluster)
}

/// Without ZooKeeper nobody can elect a leader, bring a broker back or delete a topic.
fn zookeeper_dies(cluster: &Cluster) -> Result<()> {
    let mut child = lesson(cluster, "leader-election")?;
    let output = wait_for(&mut child, "is killed")?;
    let broken = Broken::kill(container_at(&cluster.options.zookeeper)?)?;
    // It notices within seconds, and then the topic cannot be deleted.
    let ended = ends_within(Duration::from_secs(60), child)?;
    drop(output);
    let line = complaint(&ended)?;
    ensure!(
        line.contains("the ZooKeeper is gone") && line.contains("is down: docker compose up -d --wait"),
        "{line}"
    );
    drop(broken);
    wait_until_whole(cluster)
}

/// What changes meanwhile is told afterwards, and what changes from then on as well.
fn zookeeper_out_of_reach(cluster: &Cluster) -> Result<()> {
    let relay = Relay::to(&cluster.options.zookeeper)?;
    let through = Cluster {
        options: Options {
            zookeeper: relay.address.clone(),
            ..cluster.options.clone()
        },
    };
    let mut child = lesson(&through, "leader-election")?;
    let output = wait_for(&mut child, "is killed")?;
    // Longer than the broker's session of 6 s, even if Docker is slow to kill it, and shorter than the lesson's of 30.
    relay.cut(Duration::from_secs(15));
    let ended = ends_within(LIMIT, child)?;
    ensure!(ended.status.success(), "{ended:?}");
    let told = output.collect::<io::Result<Vec<_>>>()?;
    let told_of = |start: &str, end: &str| {
        let found = told.iter().filter_map(|line| line.split_once(start));
        found.map(|(_, rest)| rest).any(|rest| rest.ends_with(end))
    };
    for (start, end) in [
        ("/brokers/ids  1 2 3 →", ""),
        ("/brokers/ids  ", "→ 1 2 3"),
        ("as recorded from", ""),
    ] {
        ensure!(told_of(start, end), "no {start:?} … {end:?}: {told:#?}");
    }
    wait_until_whole(cluster)
}

/// Between a lesson and ZooKeeper, to cut their connections.
struct Relay {
    address: String,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Relay {
    fn to(address: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let relay = Self {
            address: listener.local_addr()?.to_string(),
            open: Arc::default(),
        };
        let (open, address) = (Arc::clone(&relay.open), address.to_owned());
        thread::spawn(move || -> io::Result<()> {
            for client in listener.incoming() {
                let client = client?;
                // Whoever comes while the connections are cut waits here.
                let mut open = open.lock().unwrap();
                let server = TcpStream::connect(&address)?;
                for (from, to) in [(&client, &server), (&server, &client)] {
                    let (mut from, mut to) = (from.try_clone()?, to.try_clone()?);
                    thread::spawn(move || {
                        let _ = io::copy(&mut from, &mut to);
                        let _ = to.shutdown(Shutdown::Both);
                    });
                }
                open.extend([client, server]);
            }
            Ok(())
        });
        Ok(relay)
    }

    fn cut(&self, time: Duration) {
        let mut open = self.open.lock().unwrap();
        for connection in open.drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
        sleep(time);
    }
}

fn topic_deleted(cluster: &Cluster) -> Result<()> {
    let before = topics(cluster)?;
    let mut child = lesson(cluster, "linger")?;
    let output = wait_for(&mut child, "requests without limit")?;
    let made: Vec<_> = topics(cluster)?.difference(&before).cloned().collect();
    let [topic] = made
        .iter()
        .filter(|name| !name.starts_with("__"))
        .collect::<Vec<_>>()[..]
    else {
        bail!("the lesson has made {made:?}");
    };
    delete(cluster, topic)?;
    let ended = ends_within(Duration::from_secs(60), child)?;
    drop(output);
    let line = complaint(&ended)?;
    ensure!(line.contains("messages were given up"), "{line}");
    as_before(cluster, &before)
}

fn few_files(cluster: &Cluster) -> Result<()> {
    let before = topics(cluster)?;
    let with = |limit: &str| {
        let mut shell = Command::new("sh");
        let script = format!("ulimit {limit} && exec \"$@\"");
        shell.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_kafka-demo")]);
        ends_within(LIMIT, start(shell, cluster, "clients")?)
    };
    let line = complaint(&with("-n 64")?)?;
    ensure!(line.contains("the limit is 64: raise it with ulimit"), "{line}");
    // As most systems have it: the lesson raises the soft one.
    let raised = with("-S -n 1024")?;
    ensure!(raised.status.success(), "{raised:?}");
    as_before(cluster, &before)
}

fn no_zookeeper(cluster: &Cluster) -> Result<()> {
    let before = topics(cluster)?;
    let nowhere = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let elsewhere = Cluster {
        options: Options {
            zookeeper: nowhere.to_string(),
            ..cluster.options.clone()
        },
    };
    let line = complaint(&ends_within(LIMIT, lesson(&elsewhere, "leader-election")?)?)?;
    ensure!(
        line.contains("no ZooKeeper answers at") && line.contains("--zookeeper"),
        "{line}"
    );
    as_before(cluster, &before)
}

fn stopped_in_a_transaction(cluster: &Cluster) -> Result<()> {
    let before = topics(cluster)?;
    let mut child = lesson(cluster, "transactions")?;
    let mut output = wait_for(&mut child, "a transaction is open")?;
    send("INT", &child.id().to_string())?;
    let aborted = output.any(|line| line.is_ok_and(|line| line.contains("the open transaction was aborted")));
    ensure!(aborted, "the open transaction was not aborted");
    let line = complaint(&ends_within(LIMIT, child)?)?;
    ensure!(line.contains("stopped before the end"), "{line}");
    as_before(cluster, &before)
}

/// While the fourth broker starts, while partitions move onto it, and while they move off again.
fn stopped_in_expansion(cluster: &Cluster) -> Result<()> {
    let before = topics(cluster)?;
    ["brokers = 3", "on it when it has joined", "that it leads ="]
        .into_iter()
        .try_for_each(|word| {
            let mut child = lesson(cluster, "expansion")?;
            let output = wait_for(&mut child, word)?;
            send("INT", &format!("-{}", child.id()))?;
            let ended = ends_within(LIMIT, child)?;
            drop(output);
            let line = complaint(&ended)?;
            ensure!(line.contains("stopped before the end"), "after {word:?}: {line}");
            as_before(cluster, &before)
        })
}

fn stopped(cluster: &Cluster, signal: &str) -> Result<()> {
    let before = topics(cluster)?;
    let mut child = lesson(cluster, "replicas")?;
    let output = wait_for(&mut child, "was killed")?;
    send(signal, &child.id().to_string())?;
    let ended = ends_within(LIMIT, child)?;
    drop(output);
    let line = complaint(&ended)?;
    ensure!(line.contains("stopped before the end"), "{line}");
    as_before(cluster, &before)
}

/// For six seconds the survivors do not know yet that a broker is gone: whole is not what they say, but what it says itself.
fn stopped_after_a_kill(cluster: &Cluster) -> Result<()> {
    let before = topics(cluster)?;
    let mut child = lesson(cluster, "leader-election")?;
    let output = wait_for(&mut child, "is killed")?;
    let started = Instant::now();
    while [0, 1, 2]
        .into_iter()
        .all(|index| container(cluster, index).is_ok_and(|name| !name.is_empty()))
    {
        ensure!(
            started.elapsed() < Duration::from_secs(30),
            "no broker was killed"
        );
        sleep(Duration::from_millis(100));
    }
    send("INT", &child.id().to_string())?;
    let line = complaint(&ends_within(LIMIT, child)?)?;
    drop(output);
    ensure!(line.contains("stopped before the end"), "{line}");
    each(cluster, |broker| {
        let metadata = client(broker)?.fetch_metadata(None, Duration::from_secs(10))?;
        ensure!(whole(&metadata), "the lesson did not wait for its broker");
        Ok(())
    })?;
    as_before(cluster, &before)
}

/// One after the other they would take half a minute.
fn stopped_with_clients(cluster: &Cluster) -> Result<()> {
    let before = topics(cluster)?;
    let mut child = lesson(cluster, "clients")?;
    let output = wait_for(&mut child, "a producer costs")?;
    sleep(Duration::from_secs(2));
    send("INT", &child.id().to_string())?;
    let line = complaint(&ends_within(Duration::from_secs(20), child)?)?;
    drop(output);
    ensure!(line.contains("stopped before the end"), "{line}");
    as_before(cluster, &before)
}

/// A container that was killed, which starts again when this is dropped.
struct Broken(String);

impl Broken {
    fn kill(container: String) -> Result<Self> {
        ensure!(
            Command::new("docker")
                .args(["kill", &container])
                .output()?
                .status
                .success()
        );
        Ok(Self(container))
    }
}

impl Drop for Broken {
    fn drop(&mut self) {
        let started = Command::new("docker").args(["start", &self.0]).output();
        assert!(started.unwrap().status.success());
    }
}

/// The container of the broker that was named first, second or third.
fn container(cluster: &Cluster, index: usize) -> Result<String> {
    let brokers = cluster.options.brokers.as_deref().context("no brokers")?;
    let broker = brokers.split(',').nth(index).context("no such broker")?;
    container_at(broker)
}

fn container_at(address: &str) -> Result<String> {
    let (_, port) = address.rsplit_once(':').context("no port")?;
    let filter = format!("publish={port}");
    let output = Command::new("docker")
        .args(["ps", "--quiet", "--filter", &filter])
        .output()?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

fn client(cluster: &Cluster) -> Result<BaseConsumer> {
    let brokers = cluster.options.brokers.as_deref().context("no brokers")?;
    Ok(ClientConfig::new().set("bootstrap.servers", brokers).create()?)
}

fn delete(cluster: &Cluster, topic: &str) -> Result<()> {
    let brokers = cluster.options.brokers.as_deref().context("no brokers")?;
    let admin: AdminClient<_> = ClientConfig::new().set("bootstrap.servers", brokers).create()?;
    let options = AdminOptions::new().operation_timeout(Some(Duration::from_secs(30)));
    let deleted = Runtime::new()?.block_on(admin.delete_topics(&[topic], &options))?;
    ensure!(deleted.iter().all(Result::is_ok), "{deleted:?}");
    Ok(())
}

fn wait_for_brokers(cluster: &Cluster, wanted: usize) -> Result<()> {
    wait_until(cluster, &format!("{wanted} brokers"), |metadata| {
        metadata.brokers().len() == wanted
    })
}

fn topics(cluster: &Cluster) -> Result<HashSet<String>> {
    let metadata = client(cluster)?.fetch_metadata(None, Duration::from_secs(10))?;
    let names = metadata.topics().iter().map(|topic| topic.name().to_owned());
    Ok(names.collect())
}

/// Waits until each broker knows of three, and all replicas are in sync.
pub fn wait_until_whole(cluster: &Cluster) -> Result<()> {
    each(cluster, |broker| wait_until(broker, "whole", whole))
}

/// Three brokers, and every replica in sync.
fn whole(metadata: &Metadata) -> bool {
    metadata.brokers().len() == 3
        && metadata
            .topics()
            .iter()
            .flat_map(|topic| topic.partitions())
            .all(|partition| partition.isr().len() == partition.replicas().len())
}

/// Whole, and no topic that was not there before, but for the brokers' own.
fn as_before(cluster: &Cluster, before: &HashSet<String>) -> Result<()> {
    each(cluster, |broker| {
        wait_until(broker, "as it was before", |metadata| {
            whole(metadata)
                && metadata
                    .topics()
                    .iter()
                    .all(|topic| topic.name().starts_with("__") || before.contains(topic.name()))
        })
    })
}

/// Asks one broker after the other: who was not told of anything since believes that nothing happened, and who has just
/// started may not know yet what the others know.
fn each(cluster: &Cluster, ask: impl Fn(&Cluster) -> Result<()>) -> Result<()> {
    let brokers = cluster.options.brokers.as_deref().context("no brokers")?;
    brokers.split(',').try_for_each(|broker| {
        let options = Options {
            brokers: Some(broker.to_owned()),
            ..cluster.options.clone()
        };
        ask(&Cluster { options })
    })
}

fn wait_until(cluster: &Cluster, what: &str, is: impl Fn(&Metadata) -> bool) -> Result<()> {
    // Docker waits longer each time before it starts a broker again that could not find ZooKeeper: up to a minute.
    let deadline = Instant::now() + Duration::from_secs(180);
    loop {
        // A new client asks those that it was told of.
        let metadata = client(cluster)?.fetch_metadata(None, Duration::from_secs(10));
        if metadata.as_ref().is_ok_and(&is) {
            return Ok(());
        }
        if Instant::now() > deadline {
            let topics = metadata.map(|found| {
                let names = found.topics().iter().map(|topic| topic.name().to_owned());
                (found.brokers().len(), names.collect::<Vec<_>>())
            });
            bail!("the cluster is not {what}: {topics:?}");
        }
        sleep(Duration::from_millis(200));
    }
}
