//! Exactly once, whatever breaks: the pipeline's parts as processes of their own on the dockerised cluster, and 2,000
//! events a second from a client that sends again whatever was not acknowledged.
//!
//! One cluster and one pipeline serve all tests, one after the other, as a site's do. They end with this program, whatever
//! becomes of the tests.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the message")]

mod archive;

use std::{
    process::ExitCode,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use integration_tests::{LINES, Pipeline, Surroundings, Visitors, eventually};
use kafka_demo::{Cluster, Compose, ZooKeeper};
use libtest_mimic::{Arguments, Trial};
use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
};
use tempfile::TempDir;
use tokio::{
    runtime::Runtime,
    sync::oneshot,
    task::JoinSet,
    time::{interval, sleep},
};

/// Events of a request, and requests of a second.
const EVENTS: usize = 100;
const REQUESTS: u32 = 20;
/// How long they arrive before something breaks, while it is broken, and after it was brought back.
const BEFORE: Duration = Duration::from_secs(5);
const BROKEN: Duration = Duration::from_secs(10);
const AFTER: Duration = Duration::from_secs(10);
/// Until all is as it was before.
const RECOVERS_WITHIN: Duration = Duration::from_secs(90);

const TIMEOUT: Duration = Duration::from_secs(10);
const NAME: &str = "activity";

type Fault = fn(&mut Site) -> Result<()>;

const FAULTS: [(&str, Fault); 5] = [
    ("nothing_breaks", |site| site.endures(async |_| Ok(()))),
    ("the_leader_of_a_partition_is_killed", |site| {
        site.endures(async |parts| parts.without(parts.leader()?).await)
    }),
    ("the_controller_is_killed", |site| {
        site.endures(async |parts| parts.without(parts.controller().await?).await)
    }),
    ("a_processor_is_killed_and_started_again", |site| {
        site.endures(Parts::without_a_processor)
    }),
    ("zookeeper_is_paused", |site| {
        site.endures(Parts::without_zookeeper)
    }),
];

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // They share the cluster, and break it.
    arguments.test_threads = Some(1);
    let site = Arc::new(Mutex::new(None));
    let trials = FAULTS.map(|(name, fault)| {
        let site = site.clone();
        let run = move || {
            let mut site = site.lock().map_err(|_| "an earlier test has panicked")?;
            // The first one that is wanted starts it.
            let site = match &mut *site {
                Some(site) => site,
                none => none.insert(Site::start().map_err(|error| format!("{error:#}"))?),
            };
            fault(site).map_err(|error| format!("{error:#}").into())
        };
        Trial::test(name, run)
            .with_kind("needs Docker")
            .with_ignored_flag(true)
    });
    let conclusion = libtest_mimic::run(&arguments, trials.into());
    let site = site.lock().unwrap().take();
    if let Err(error) = site.map_or(Ok(()), Site::end) {
        eprintln!("the pipeline did not end in order: {error:#}");
        return ExitCode::FAILURE;
    }
    conclusion.exit_code()
}

/// The pipeline and its visitors.
struct Site {
    runtime: Runtime,
    visitors: Visitors,
    parts: Parts,
}

/// What can break. The cluster goes last.
struct Parts {
    collect: Arc<Pipeline>,
    processors: Vec<Pipeline>,
    serve: Pipeline,
    options: Vec<String>,
    archive: TempDir,
    cluster: Cluster,
    compose: Compose,
}

impl Site {
    fn start() -> Result<Self> {
        let runtime = Runtime::new()?;
        let compose = Compose::up()?;
        let parts = runtime.block_on(Parts::start(compose))?;
        Ok(Self {
            runtime,
            visitors: Visitors::new(),
            parts,
        })
    }

    /// Events arrive, something breaks, and is brought back: each event is counted once, and the page never goes back.
    fn endures(&mut self, fault: impl AsyncFnOnce(&mut Parts) -> Result<()>) -> Result<()> {
        let Self {
            runtime,
            visitors,
            parts,
        } = self;
        runtime.block_on(async {
            let watcher = parts.serve.live().await?.watch();
            let (start, before) = (Instant::now(), visitors.made());
            let (stop, stopped) = oneshot::channel();
            let load = tokio::spawn(arrive(parts.collect.clone(), std::mem::take(visitors), stopped));
            sleep(BEFORE).await;
            let result = fault(parts).await;
            sleep(AFTER).await;
            let seconds = start.elapsed().as_secs_f64();
            // Where it has ended by itself, it says why.
            let _ = stop.send(());
            *visitors = load.await??;
            result?;
            let made = visitors.made() - before;
            let wanted = f64::from(REQUESTS) * EVENTS as f64 * seconds;
            ensure!(
                made as f64 > 0.9 * wanted,
                "only {made} events arrived in {seconds:.0} s"
            );
            parts.have_counted(visitors).await?;
            let seen = watcher.stop().await?;
            ensure!(seen.len() > 20, "the page has changed {} times only", seen.len());
            Ok(())
        })
    }

    /// The parts end one after the other, as when a site is taken down. Whoever is left of the processors takes over what the
    /// others had not archived yet.
    fn end(mut self) -> Result<()> {
        self.runtime.block_on(async {
            let collect = Arc::into_inner(self.parts.collect).context("events still arrive")?;
            end(collect).await?;
            let last = self.parts.processors.pop().context("no processor")?;
            for processor in self.parts.processors {
                end(processor).await?;
            }
            let brokers = self.parts.compose.brokers();
            let mut why = None;
            let archived = eventually("all is archived", RECOVERS_WITHIN, async || {
                // A refusal may pass, too: the group may have lost its coordinator just now.
                let archived = is_archived(&brokers);
                Ok(archived.map_err(|error| why = Some(error)).ok())
            });
            let archived = archived.await;
            let ended = last.program.end().await?;
            ensure!(archived.is_ok() && ended.status.success(), "{why:?} {ended:?}");
            end(self.parts.serve).await?;
            // What was sent again is there again, at an offset of its own.
            let archived = archive::read(self.parts.archive.path())?
                .column("id")?
                .n_unique()? as u64;
            ensure!(
                archived == self.visitors.made(),
                "{archived} of {} events are archived",
                self.visitors.made()
            );
            Ok(())
        })
    }
}

async fn end(part: Pipeline) -> Result<()> {
    let ended = part.program.end().await?;
    ensure!(ended.status.success(), "{ended:?}");
    Ok(())
}

/// That those who archive have committed the end of each partition's log, which they do once it is written.
fn is_archived(brokers: &str) -> Result<()> {
    let mut client = ClientConfig::new();
    client.set("bootstrap.servers", brokers);
    let client: BaseConsumer = client.set("group.id", format!("{NAME}-archive")).create()?;
    let metadata = client.fetch_metadata(Some(NAME), TIMEOUT)?;
    let mut partitions = TopicPartitionList::new();
    for partition in metadata.topics().iter().flat_map(|topic| topic.partitions()) {
        partitions.add_partition(NAME, partition.id());
    }
    for partition in client.committed_offsets(partitions, TIMEOUT)?.elements() {
        let number = partition.partition();
        let (_, end) = client.fetch_watermarks(NAME, number, TIMEOUT)?;
        ensure!(
            end == 0 || partition.offset() == Offset::Offset(end),
            "partition {number}, which ends at {end}, is archived up to {:?}",
            partition.offset()
        );
    }
    Ok(())
}

/// 2,000 events a second. Once stopped it sends nothing new, but goes on until all is acknowledged.
async fn arrive(
    collect: Arc<Pipeline>,
    mut visitors: Visitors,
    mut stop: oneshot::Receiver<()>,
) -> Result<Visitors> {
    let mut ticks = interval(Duration::from_secs(1) / REQUESTS);
    let mut sending = JoinSet::new();
    loop {
        tokio::select! {
            _ = ticks.tick() => {
                let (collect, events) = (collect.clone(), visitors.events(EVENTS));
                sending.spawn(async move { collect.deliver(LINES, &events).await });
            }
            Some(sent) = sending.join_next() => {
                sent??;
            }
            _ = &mut stop => break,
        }
    }
    while let Some(sent) = sending.join_next().await {
        sent??;
    }
    Ok(visitors)
}

impl Parts {
    async fn start(compose: Compose) -> Result<Self> {
        let (brokers, zookeeper) = (compose.brokers(), compose.zookeeper());
        let cluster = Cluster::connect(&brokers, &zookeeper, TIMEOUT)?;
        let archive = tempfile::tempdir()?;
        let folder = archive.path().to_str().context("no such folder")?.to_owned();
        let options = [
            ("--brokers", brokers),
            ("--zookeeper", zookeeper),
            ("--name", NAME.to_owned()),
            // What is sent again and again while a broker is away is late, though not too late.
            ("--grace", "300".to_owned()),
            // The brokers have just started.
            ("--timeout", "30".to_owned()),
            ("--archive", folder),
        ];
        let options: Vec<_> = options
            .into_iter()
            .flat_map(|(name, value)| [name.to_owned(), value])
            .collect();
        Ok(Self {
            collect: Arc::new(part("collect", &options).await?),
            processors: vec![part("process", &options).await?, part("process", &options).await?],
            serve: part("serve", &options).await?,
            options,
            archive,
            cluster,
            compose,
        })
    }

    /// The broker that leads the first partition.
    fn leader(&self) -> Result<i32> {
        let mut client = ClientConfig::new();
        let client: BaseConsumer = client.set("bootstrap.servers", self.compose.brokers()).create()?;
        let metadata = client.fetch_metadata(Some(NAME), TIMEOUT)?;
        let mut partitions = metadata.topics().iter().flat_map(|topic| topic.partitions());
        Ok(partitions.next().context("no partition")?.leader())
    }

    async fn controller(&self) -> Result<i32> {
        let zookeeper = ZooKeeper::connect(&self.compose.zookeeper(), TIMEOUT).await?;
        zookeeper.controller().await?.context("there is no controller")
    }

    async fn without(&mut self, broker: i32) -> Result<()> {
        let container = self.cluster.container(broker)?;
        self.cluster.kill(&container)?;
        sleep(BROKEN).await;
        let told = self
            .page_tells(
                "that the broker is gone, and who controls the others",
                |cluster| {
                    !cluster.brokers.contains(&broker)
                        && cluster.controller.is_some_and(|other| other != broker)
                },
            )
            .await;
        self.cluster.bring_back(&container)?;
        told
    }

    async fn without_a_processor(&mut self) -> Result<()> {
        self.processors.remove(0).program.kill().await?;
        sleep(BROKEN).await;
        self.processors.push(part("process", &self.options).await?);
        Ok(())
    }

    async fn without_zookeeper(&mut self) -> Result<()> {
        let container = self.compose.container("zookeeper")?;
        self.cluster.pause(&container)?;
        sleep(BROKEN).await;
        let told = self
            .page_tells("that ZooKeeper is gone", |cluster| {
                cluster.zookeeper.is_none() && cluster.note.is_some()
            })
            .await;
        self.cluster.bring_back(&container)?;
        told
    }

    async fn page_tells(&self, what: &str, is: impl Fn(&Surroundings) -> bool) -> Result<()> {
        eventually(&format!("the page tells {what}"), RECOVERS_WITHIN, async || {
            Ok(is(&self.serve.snapshot().await?.cluster).then_some(()))
        })
        .await
    }

    /// Each event of the visitors is counted once, nothing waits any more, and the cluster is whole.
    async fn have_counted(&self, visitors: &Visitors) -> Result<()> {
        let what = format!("{} events are counted", visitors.made());
        let shown = eventually(&what, RECOVERS_WITHIN, async || {
            let shown = self.serve.snapshot().await?;
            Ok((shown.events >= visitors.made()).then_some(shown))
        });
        let shown = shown.await?;
        let others = (shown.late, shown.unreadable);
        ensure!(
            shown.events == visitors.made() && others == (0, 0),
            "{what}: {} and {others:?}",
            shown.events
        );
        visitors.are_counted_by(&self.serve).await?;
        eventually("nothing waits", RECOVERS_WITHIN, async || {
            let lag = self.serve.snapshot().await?.lag;
            Ok((!lag.is_empty() && lag.iter().all(|partition| partition.lag == 0)).then_some(()))
        })
        .await?;
        self.cluster.wait_until_whole(3).await
    }
}

/// A part of the pipeline as a process.
async fn part(part: &str, options: &[String]) -> Result<Pipeline> {
    let arguments: Vec<_> = [part]
        .into_iter()
        .chain(options.iter().map(String::as_str))
        .collect();
    Pipeline::start(&arguments).await
}
