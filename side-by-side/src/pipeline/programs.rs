//! The two pipelines: how they are started, and what is asked of them.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Result, ensure};
use kafka_demo::Compose;
use lesson::{npm, python::Python};
use rdkafka::{
    ClientConfig,
    admin::{AdminClient, AdminOptions},
    client::DefaultClientContext,
};
use tempfile::TempDir;

use super::visitors::{Total, Visitors};
use crate::{
    cargo,
    process::{Cpu, Process},
};

const ORIGINALS: &str = "activity-pipeline/originals";
const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const TIMEOUT: Duration = Duration::from_secs(60);

#[derive(Clone, Copy)]
pub(super) enum Which {
    Originals,
    Ours,
}

impl Which {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Originals => "Node.js, Python",
            Self::Ours => "Rust",
        }
    }
}

/// What both need.
pub(super) struct Programs {
    brokers: String,
    python: Python,
    ours: PathBuf,
    cluster: Option<Compose>,
}

/// One that runs, with topics of its own.
pub(super) struct Pipeline {
    processes: Vec<(&'static str, Process)>,
    topics: Vec<String>,
    /// Where events are posted, where snapshots come from, and where all totals are.
    pub(super) events: String,
    pub(super) live: String,
    totals: String,
    /// Goes with it.
    _archive: TempDir,
}

impl Programs {
    /// Builds and installs them, and starts a cluster where there is none.
    pub(super) fn prepare(brokers: Option<&str>, program: Option<&Path>) -> Result<Self> {
        let ours = cargo::program("activity-pipeline", program)?;
        npm::install(&Path::new(WORKSPACE).join(ORIGINALS))?;
        let python = Python::with_packages_of(ORIGINALS)?;
        let cluster = match brokers {
            Some(_) => None,
            None => Some(Compose::up()?),
        };
        Ok(Self {
            brokers: match (brokers, &cluster) {
                (None, Some(cluster)) => cluster.brokers(),
                (brokers, _) => brokers.unwrap_or_default().to_owned(),
            },
            python,
            ours,
            cluster,
        })
    }

    pub(super) fn start(&self, which: Which) -> Result<Pipeline> {
        let since = std::time::UNIX_EPOCH.elapsed()?;
        let name = format!("side-by-side-{}", since.as_micros());
        let archive = tempfile::tempdir()?;
        let mut topics = vec![name.clone(), format!("{name}-totals")];
        Ok(match which {
            Which::Originals => {
                let (collect, address) = Process::listening(|address| {
                    let mut node = Command::new("node");
                    node.arg(format!("{ORIGINALS}/collect.js")).current_dir(WORKSPACE);
                    node.env("BROKERS", &self.brokers).env("NAME", &name);
                    node.env("PORT", address.port().to_string());
                    node.env("NODE_ENV", "production");
                    node
                })?;
                let mut python = self.python.command();
                python.arg(format!("{ORIGINALS}/count.py")).current_dir(WORKSPACE);
                python.args([&self.brokers, &name]);
                Pipeline {
                    processes: vec![("collect.js", collect), ("count.py", Process::start(python)?)],
                    topics,
                    events: format!("http://{address}/events"),
                    live: format!("http://{address}/live"),
                    totals: format!("http://{address}/totals.json"),
                    _archive: archive,
                }
            }
            Which::Ours => {
                let part = |part: &str| {
                    let mut command = Command::new(&self.ours);
                    command.args([part, "--brokers", &self.brokers, "--name", &name]);
                    command.args(["--traffic", "0", "--archive"]).arg(archive.path());
                    if let Some(cluster) = &self.cluster {
                        command.args(["--zookeeper", &cluster.zookeeper()]);
                    }
                    command
                };
                let listening = |name: &str| {
                    Process::listening(|address| {
                        let mut command = part(name);
                        command.args(["--listen", &address.to_string()]);
                        command
                    })
                };
                let (collect, events) = listening("collect")?;
                let process = Process::start(part("process"))?;
                let (serve, page) = listening("serve")?;
                topics.push(format!("{name}-dead-letters"));
                Pipeline {
                    processes: vec![("collect", collect), ("process", process), ("serve", serve)],
                    topics,
                    events: format!("http://{events}/events"),
                    live: format!("http://{page}/live"),
                    totals: format!("http://{page}/api/totals.json"),
                    _archive: archive,
                }
            }
        })
    }

    /// Ends it, and deletes its topics.
    ///
    /// # Errors
    /// Where a process has ended before: what it said.
    pub(super) async fn end(&self, pipeline: Pipeline) -> Result<()> {
        let Pipeline {
            mut processes,
            topics,
            ..
        } = pipeline;
        let ran = processes.iter_mut().try_for_each(|(_, process)| process.runs());
        drop(processes);
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.brokers);
        let admin: AdminClient<DefaultClientContext> = config.create()?;
        let options = AdminOptions::new().operation_timeout(Some(TIMEOUT));
        let topics: Vec<_> = topics.iter().map(String::as_str).collect();
        let deleted = admin.delete_topics(&topics, &options).await;
        ran?;
        for result in deleted? {
            result.map_err(|(name, code)| anyhow::anyhow!("cannot delete topic {name}: {code}"))?;
        }
        Ok(())
    }
}

impl Pipeline {
    /// Its processes, each with what it is.
    pub(super) fn processes(&self) -> &[(&'static str, Process)] {
        &self.processes
    }

    /// Processor time so far, of all its processes.
    pub(super) fn cpu(&self) -> Result<Cpu> {
        let mut all = Cpu {
            user_micros: 0.0,
            kernel_micros: 0.0,
        };
        for (_, process) in &self.processes {
            let cpu = process.cpu()?;
            all.user_micros += cpu.user_micros;
            all.kernel_micros += cpu.kernel_micros;
        }
        Ok(all)
    }

    /// The largest resident sets so far, added up, in KiB.
    pub(super) fn peak_memory_kib(&self) -> Result<u64> {
        self.processes
            .iter()
            .map(|(_, process)| process.peak_memory_kib())
            .sum()
    }

    /// That its totals are what these visitors did.
    pub(super) async fn has_counted(&self, visitors: &Visitors) -> Result<()> {
        let answer = reqwest::get(&self.totals)
            .await?
            .error_for_status()?
            .text()
            .await?;
        let totals: Vec<Total> = serde_json::from_str(&answer)?;
        let differences = visitors.differences(totals);
        ensure!(
            differences.is_empty(),
            "counted wrong: {}",
            differences.join("; ")
        );
        Ok(())
    }
}
