//! The processes of a cluster: what the demo is when it is started as one of them.

use std::{
    collections::BTreeMap,
    fmt,
    io::{self, Write},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process,
    sync::Arc,
    thread,
};

use anyhow::{Error, Result, bail};
use ballista::datafusion::physical_plan::displayable;
use ballista_core::serde::protobuf::{job_status, task_status};
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_scheduler::{
    cluster::{
        BallistaCluster, ClusterStateEvent, ClusterStateEventStream, JobState, JobStateEvent,
        JobStateEventStream,
    },
    config::SchedulerConfig,
    scheduler_process::start_server,
    state::execution_stage::ExecutionStage,
};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use tokio::runtime::Runtime;

/// All of them listen on this machine alone.
pub const HOST: &str = "127.0.0.1";

/// How many tasks an executor runs at a time.
const VCORES: usize = 2;

/// After how many seconds without a heartbeat an executor counts as lost. In a real cluster these are minutes: a machine
/// that is merely slow should not be given up.
const PATIENCE: u64 = 30;

/// Which process of a cluster this one is.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Node {
    /// The scheduler's port. Without an executor's name this process is the scheduler
    #[arg(long, hide = true, value_name = "PORT")]
    scheduler: Option<u16>,

    /// The executor's name
    #[arg(long, hide = true, requires_all = ["scheduler", "work"])]
    executor: Option<String>,

    /// Where the executor keeps what its tasks come to
    #[arg(long, hide = true, requires = "executor")]
    work: Option<PathBuf>,
}

impl Node {
    /// Is that process until the lesson ends; returns where it cannot start, or stops before. None where this process is
    /// none of a cluster's.
    pub fn run(&self) -> Option<Result<()>> {
        let scheduler = self.scheduler?;
        end_with_the_lesson();
        let stopped = Runtime::new().map_err(Error::from).and_then(|runtime| {
            runtime.block_on(async {
                match (&self.executor, &self.work) {
                    (Some(name), Some(work)) => execute(name, work, scheduler).await,
                    _ => schedule(scheduler).await,
                }
            })
        });
        Some(stopped.and_then(|()| bail!("it stopped by itself")))
    }
}

/// Standard input is a pipe, whose other end the lesson holds: it closes when the lesson ends, however that is.
fn end_with_the_lesson() {
    thread::spawn(|| {
        // Whether it is closed or broken.
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        process::exit(0);
    });
}

async fn schedule(port: u16) -> Result<()> {
    let config = Arc::new(SchedulerConfig {
        external_host: HOST.to_owned(),
        bind_port: port,
        executor_timeout_seconds: PATIENCE,
        expire_dead_executor_interval_seconds: 1,
        no_executors_grace_period_seconds: PATIENCE,
        ..SchedulerConfig::default()
    });
    let cluster = BallistaCluster::new_from_config(&config).await?;
    tokio::spawn(tell_of_executors(
        cluster.cluster_state().cluster_state_events().await?,
    ));
    let jobs = cluster.job_state();
    let changes = jobs.job_state_events().await?;
    tokio::spawn(tell_of_jobs(jobs, changes));
    start_server(cluster, (Ipv4Addr::LOCALHOST, port).into(), config).await?;
    Ok(())
}

async fn execute(name: &str, work: &Path, scheduler: u16) -> Result<()> {
    start_executor_process(Arc::new(ExecutorProcessConfig {
        executor_id: name.to_owned(),
        external_host: Some(HOST.to_owned()),
        port: free_port()?,
        grpc_port: free_port()?,
        scheduler_host: HOST.to_owned(),
        scheduler_port: scheduler,
        scheduler_connect_timeout_seconds: 20,
        vcores: VCORES,
        work_dir: work.to_str().map(str::to_owned),
        executor_heartbeat_interval_seconds: 1,
        // Of what a task takes beyond its share it puts aside what it can on disk.
        memory_pool_size: Some(512 << 20),
        ..ExecutorProcessConfig::default()
    }))
    .await?;
    Ok(())
}

/// A port on which nothing listens.
pub fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// What the scheduler tells the lesson on its standard output, a line of JSON each.
#[derive(Debug, Serialize, Deserialize)]
pub enum Event {
    /// An executor can be given tasks.
    Registered(String),
    /// A query has been answered, in these stages.
    Finished(Vec<Stage>),
}

/// A stage of a query that has been answered.
#[derive(Debug, Serialize, Deserialize)]
pub struct Stage {
    pub number: usize,
    /// How many partitions of its input each executor worked on.
    pub partitions: BTreeMap<String, usize>,
    pub plan: String,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let partitions = self.partitions.iter();
        let partitions: Vec<_> = partitions
            .map(|(executor, partitions)| format!("{partitions} by {executor}"))
            .collect();
        write!(
            f,
            "stage {}, its partitions: {}",
            self.number,
            partitions.join(", ")
        )
    }
}

fn tell(event: &Event) {
    // Where nobody listens any more the process is about to end.
    if let Ok(line) = serde_json::to_string(event) {
        let _ = writeln!(io::stdout(), "{line}");
    }
}

async fn tell_of_executors(mut changes: ClusterStateEventStream) {
    while let Some(change) = changes.next().await {
        if let ClusterStateEvent::RegisteredExecutor { executor_id } = change {
            tell(&Event::Registered(executor_id));
        }
    }
}

async fn tell_of_jobs(jobs: Arc<dyn JobState>, mut changes: JobStateEventStream) {
    while let Some(change) = changes.next().await {
        let JobStateEvent::JobUpdated { job_id, status } = change else {
            continue;
        };
        let Some(job_status::Status::Successful(_)) = status.status else {
            continue;
        };
        if let Ok(Some(graph)) = jobs.get_execution_graph(&job_id).await {
            let stages = graph.stages().iter();
            let mut stages: Vec<_> = stages.map(|(number, stage)| report(*number, stage)).collect();
            stages.sort_by_key(|stage| stage.number);
            tell(&Event::Finished(stages));
        }
    }
}

fn report(number: usize, stage: &ExecutionStage) -> Stage {
    let mut partitions = BTreeMap::new();
    for task in stage.task_infos().unwrap_or_default() {
        if let task_status::Status::Successful(by) = &task.task_status {
            *partitions.entry(by.executor_id.clone()).or_default() += task.global_input_partition_ids.len();
        }
    }
    Stage {
        number,
        partitions,
        plan: displayable(stage.plan()).indent(false).to_string(),
    }
}
