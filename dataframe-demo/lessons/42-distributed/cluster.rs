//! A scheduler and two executors as processes of this machine, and the session that asks them.

use std::{
    env, fs,
    io::{self, BufRead, BufReader, Cursor, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Error, Result, anyhow, bail, ensure};
use ballista::{
    datafusion::{
        arrow::ipc::writer::FileWriter,
        error::DataFusionError,
        execution::SessionStateBuilder,
        prelude::{DataFrame as Query, ParquetReadOptions, SessionConfig, SessionContext},
    },
    prelude::{SessionConfigExt, SessionContextExt},
};
use ballista_core::config::BALLISTA_CLIENT_IO_RETRY_WAIT_TIME_MS;
use polars::prelude::{DataFrame, IpcReader, SerReader};
use tokio::runtime::Runtime;

use super::node::{Event, HOST, Stage, free_port};
use crate::file::first_line;

const EXECUTORS: [&str; 2] = ["executor-1", "executor-2"];

/// How many partitions a stage has: as many as the executors run tasks at a time.
const PARTS: usize = 4;

/// How long it may take until something happens.
const PATIENCE: Duration = Duration::from_secs(60);

/// A cluster, whose processes end with it.
pub struct Cluster {
    context: SessionContext,
    /// The same tables without a cluster.
    here: SessionContext,
    runtime: Runtime,
    scheduler: Process,
    events: Receiver<Event>,
    /// Each executor keeps its files in a folder of its name, and there in one for each query.
    folder: PathBuf,
    executors: Vec<Process>,
    registered: Vec<String>,
    stages: Vec<Stage>,
}

impl Cluster {
    /// Starts the processes and waits until both executors are registered. These keep their files below the folder.
    ///
    /// # Errors
    /// Where a process does not start: what it says.
    pub fn start(folder: &Path) -> Result<Self> {
        let port = free_port()?;
        let runtime = Runtime::new()?;
        let context = runtime.block_on(connect(port)).map_err(refused)?;
        let port = port.to_string();
        let (scheduler, events) = Process::start("the scheduler", &["--scheduler", &port])?.with_events()?;
        let mut executors = Vec::new();
        for name in EXECUTORS {
            let work = folder.join(name);
            fs::create_dir(&work)?;
            let executor = ["--scheduler", &port, "--executor", name, "--work", utf8(&work)?];
            executors.push(Process::start(name, &executor)?);
        }
        let mut cluster = Self {
            context,
            here: SessionContext::new_with_config(SessionConfig::new().with_target_partitions(PARTS)),
            runtime,
            scheduler,
            events,
            folder: folder.to_owned(),
            executors,
            registered: Vec::new(),
            stages: Vec::new(),
        };
        for _ in EXECUTORS {
            let name = cluster.wait_for(|event| match event {
                Event::Registered(name) => Some(name),
                Event::Finished(_) => None,
            })?;
            cluster.registered.push(name);
        }
        cluster.registered.sort();
        Ok(cluster)
    }

    /// The executors that the scheduler had at the beginning.
    pub fn registered(&self) -> &[String] {
        &self.registered
    }

    /// The stages of the last query.
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// Gives a file, or a folder of files, the name of a table. The scheduler and the executors open it by its path.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn register(&self, name: &str, path: &Path) -> Result<()> {
        let path = utf8(path)?;
        for context in [&self.context, &self.here] {
            let registered = context.register_parquet(name, path, ParquetReadOptions::default());
            self.runtime.block_on(registered).map_err(refused)?;
        }
        Ok(())
    }

    /// A table as the beginning of a query.
    ///
    /// # Errors
    /// Where there is none with this name.
    pub fn table(&self, name: &str) -> Result<Query> {
        self.runtime.block_on(self.context.table(name)).map_err(refused)
    }

    /// What a query in SQL comes to.
    ///
    /// # Errors
    /// Those of the query.
    pub fn sql(&mut self, text: &str) -> Result<DataFrame> {
        self.collect(self.plan(text)?)
    }

    /// What the same query comes to in this process.
    ///
    /// # Errors
    /// Those of the query.
    pub fn sql_here(&self, text: &str) -> Result<DataFrame> {
        let query = self.runtime.block_on(self.here.sql(text)).map_err(refused)?;
        self.runtime.block_on(collect(query))
    }

    /// What a query comes to.
    ///
    /// # Errors
    /// Those of the query.
    pub fn collect(&mut self, query: Query) -> Result<DataFrame> {
        let answer = match self.runtime.block_on(collect(query)) {
            Err(_) if self.scheduler.process.try_wait()?.is_some() => bail!(self.scheduler.complaint()?),
            answer => answer?,
        };
        self.finish()?;
        Ok(answer)
    }

    /// What a query comes to when an executor is killed meanwhile: as soon as there are files of its tasks, which other
    /// tasks wait for. Whether there were any: one that hangs does nothing, and the others answer without it.
    ///
    /// # Errors
    /// Those of the query.
    pub fn sql_and_kill(&mut self, text: &str, name: &str) -> Result<(DataFrame, bool)> {
        let work = self.folder.join(name);
        let queries = || Ok::<_, io::Error>(fs::read_dir(&work)?.count());
        let before = queries()?;
        let answer = self.runtime.spawn(collect(self.plan(text)?));
        let start = Instant::now();
        while queries()? == before && !answer.is_finished() {
            ensure!(start.elapsed() < PATIENCE, "{name} was given no task");
            thread::sleep(Duration::from_millis(1));
        }
        let worked = queries()? > before;
        self.executors.retain(|executor| executor.name != name);
        let answer = self.runtime.block_on(answer)??;
        self.finish()?;
        Ok((answer, worked))
    }

    fn plan(&self, text: &str) -> Result<Query> {
        self.runtime.block_on(self.context.sql(text)).map_err(refused)
    }

    /// Waits until the scheduler, too, says that the query has been answered.
    fn finish(&mut self) -> Result<()> {
        self.stages = self.wait_for(|event| match event {
            Event::Finished(stages) => Some(stages),
            Event::Registered(_) => None,
        })?;
        Ok(())
    }

    /// The first event that is wanted.
    fn wait_for<T>(&mut self, wanted: impl Fn(Event) -> Option<T>) -> Result<T> {
        let start = Instant::now();
        loop {
            match self.events.recv_timeout(Duration::from_millis(100)) {
                Ok(event) => {
                    if let Some(found) = wanted(event) {
                        return Ok(found);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => bail!(self.scheduler.complaint()?),
                Err(RecvTimeoutError::Timeout) => {}
            }
            for executor in &mut self.executors {
                if executor.process.try_wait()?.is_some() {
                    bail!(executor.complaint()?);
                }
            }
            ensure!(start.elapsed() < PATIENCE, "the cluster does not answer");
        }
    }
}

/// A session whose queries go to the scheduler.
async fn connect(port: u16) -> Result<SessionContext, DataFusionError> {
    let config = SessionConfig::new_with_ballista()
        .with_target_partitions(PARTS)
        // An executor that is out of reach is tried again after a while, here a short one.
        .set_u64(BALLISTA_CLIENT_IO_RETRY_WAIT_TIME_MS, 200);
    let state = SessionStateBuilder::new()
        .with_default_features()
        .with_config(config)
        .build();
    SessionContext::remote_with_state(&format!("df://{HOST}:{port}"), state).await
}

/// The answer as a frame of polars: Arrow, which both have in memory, as the file that both know.
async fn collect(query: Query) -> Result<DataFrame> {
    let schema = query.schema().as_arrow().clone();
    let batches = query.collect().await.map_err(refused)?;
    let mut file = Vec::new();
    let mut writer = FileWriter::try_new(&mut file, &schema)?;
    for batch in &batches {
        writer.write(batch)?;
    }
    writer.finish()?;
    drop(writer);
    Ok(IpcReader::new(Cursor::new(file)).finish()?)
}

fn refused(error: DataFusionError) -> Error {
    anyhow!(first_line(&error))
}

/// A path in the temporary folder, as text.
fn utf8(path: &Path) -> Result<&str> {
    path.to_str().context("the temporary folder has no name in UTF-8")
}

/// A process of the cluster. It is killed when this value is dropped.
struct Process {
    name: String,
    process: Child,
}

impl Process {
    /// Starts this program once more.
    fn start(name: &str, arguments: &[&str]) -> Result<Self> {
        let process = Command::new(env::current_exe()?)
            .arg("distributed")
            .args(arguments)
            .env("RUST_BACKTRACE", "0")
            // Never written to: when it closes, the process ends.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot run the demo once more")?;
        let name = name.to_owned();
        Ok(Self { name, process })
    }

    /// With what it tells on its standard output.
    fn with_events(mut self) -> Result<(Self, Receiver<Event>)> {
        let stdout = self.process.stdout.take().context("no pipe from a process")?;
        let (sender, events) = mpsc::channel();
        thread::spawn(move || {
            let lines = BufReader::new(stdout).lines().map_while(Result::ok);
            let events = lines.filter_map(|line| serde_json::from_str(&line).ok());
            for event in events {
                if sender.send(event).is_err() {
                    break;
                }
            }
        });
        Ok((self, events))
    }

    /// Why it has ended, in a line.
    fn complaint(&mut self) -> Result<String> {
        let status = self.process.wait()?;
        let mut said = String::new();
        if let Some(stderr) = &mut self.process.stderr {
            stderr.read_to_string(&mut said)?;
        }
        let said = said.lines().next().unwrap_or("it says nothing");
        Ok(format!(
            "{} ended, {status}: {}",
            self.name,
            said.trim_start_matches("error: ")
        ))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail where it has ended before.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
