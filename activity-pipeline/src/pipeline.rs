//! The parts put together: which of them this process has, how they start, and how they end.

use std::{
    fs,
    io::Write,
    net::SocketAddr,
    panic,
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum_server::accept::NoDelayAcceptor;
use koa_like_http::graceful_shutdown;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{net::TcpListener, runtime::Handle, sync::Notify};
use tracing::Level;
use tracing_subscriber::{filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    Options, Part, analysis, archive,
    board::{self, Board},
    brake::Brake,
    collect::{self, Collector},
    health::{self, Health},
    kafka::Kafka,
    metrics::Metrics,
    process, serve,
    stop::Stop,
    surroundings, traffic,
};

/// For the head of a request, and for those in flight when it ends.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of a connection that are read ahead, and so those of the head of a request.
const BUFFER: usize = 16 << 10;

/// Runs what the options ask for, until Ctrl-C or SIGTERM; then what was accepted is brought to its end.
///
/// # Errors
/// Where no broker answers, the address is taken or the archive cannot be written.
pub fn run(options: &Options) -> Result<()> {
    start_log()?;
    raise_limit();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (kafka, embedded) = runtime.block_on(Kafka::connect(options))?;
    let done = runtime.block_on(work(options, &Arc::new(kafka)));
    // Clients go before the broker does.
    runtime.shutdown_timeout(Duration::from_secs(5));
    drop(embedded);
    done
}

async fn work(options: &Options, kafka: &Arc<Kafka>) -> Result<()> {
    // What can be refused is asked for before anything starts.
    let asked = graceful_shutdown::asked_to_stop()?;
    let listener = match options.address() {
        Some(address) => Some(koa_like_http::listen(address).await?),
        None => None,
    };
    let folder = archive::folder(&options.archive, kafka);
    if options.does(Part::Process) {
        fs::create_dir_all(&folder).with_context(|| {
            format!(
                "cannot make the archive {}: --archive names another",
                folder.display()
            )
        })?;
    }
    // HTTP ends first, then those that read what it has accepted.
    let (no_more, end) = (Stop::default(), Stop::default());
    let metrics = Arc::new(Metrics::default());
    let board = options.does(Part::Serve).then(|| Arc::new(Board::default()));
    let brake = board
        .clone()
        .filter(|_| kafka.is_embedded())
        .map(|board| Arc::new(Brake::new(board)));
    let mut threads = Threads::default();
    if kafka.is_embedded() {
        say(format_args!(
            "broker: embedded at {brokers} (others join it with --brokers {brokers} --name {name})",
            brokers = kafka.brokers(),
            name = kafka.name,
        ));
    } else {
        say(format_args!("broker: {}", kafka.brokers()));
    }

    let mut app = Router::new();
    let mut health = Health {
        collector: None,
        board: board.clone(),
        metrics: metrics.clone(),
    };
    if options.does(Part::Collect) {
        let collector = Arc::new(Collector::new(kafka, metrics.clone(), brake.clone())?);
        app = app.merge(collect::router(collector.clone()));
        health.collector = Some(collector);
    }
    if options.does(Part::Process) {
        say(format_args!("archive: {}", folder.display()));
        let grace = Duration::from_secs(options.grace.into());
        let shared = || (kafka.clone(), metrics.clone(), end.clone());
        let (kafka, metrics, end) = shared();
        threads.start("process", move || process::run(&kafka, grace, &metrics, &end))?;
        let (kafka, metrics, end) = shared();
        threads.start("archive", move || {
            archive::run(&kafka, &folder, &metrics, brake.as_deref(), &end);
        })?;
    }
    if let Some(board) = board {
        app = app.merge(serve::router(board.clone(), metrics.clone(), no_more.clone()));
        let shared = || (kafka.clone(), board.clone(), metrics.clone(), end.clone());
        let (kafka, board, metrics, end) = shared();
        threads.start("board", move || board::run(&kafka, &board, &metrics, &end))?;
        let (_, board, _, end) = shared();
        let season = options.season as usize;
        threads.start("analysis", move || analysis::run(&board, season, &end))?;
        let (kafka, board, metrics, end) = shared();
        let (zookeeper, runtime) = (options.zookeeper.clone(), Handle::current());
        threads.start("surroundings", move || {
            surroundings::run(&kafka, &zookeeper, &board, &metrics, &runtime, &end);
        })?;
    }
    app = app.merge(health::router(health));

    let failed = threads.failed();
    let stop = {
        let no_more = no_more.clone();
        async move {
            tokio::select! {
                () = asked => {}
                () = failed => {}
            }
            no_more.ask();
        }
    };
    if let Some(listener) = listener {
        let address = listener.local_addr()?;
        if options.does(Part::Collect) {
            say(format_args!("collect: http://{address}/events"));
        }
        if options.does(Part::Serve) {
            say(format_args!("page: http://{address} (Ctrl-C ends it)"));
        }
        if options.part == Part::Process {
            say(format_args!("metrics: http://{address}/metrics"));
            say(format_args!("process: counting (Ctrl-C ends it)"));
        }
        let traffic = tokio::spawn(visit(address, options.clone(), no_more));
        serve_http(listener, app, stop).await?;
        traffic.await?;
    } else {
        say(format_args!("process: counting (Ctrl-C ends it)"));
        stop.await;
    }
    end.ask();
    threads.join().await?;
    if options.part == Part::All {
        say(format_args!(
            "accepted {}: counted {}, duplicates {}, late {}; archived {}",
            metrics.accepted.get(),
            metrics.counted.get(),
            metrics.duplicates.get(),
            metrics.late.get(),
            metrics.archived.get()
        ));
    }
    Ok(())
}

/// The parts that block. They end when they are asked to; one that ends before has failed, and the process with it.
#[derive(Default)]
struct Threads {
    running: Vec<(&'static str, JoinHandle<()>)>,
    ended: Arc<Notify>,
}

impl Threads {
    fn start(&mut self, name: &'static str, work: impl FnOnce() + Send + 'static) -> Result<()> {
        let ended = Ended(self.ended.clone());
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            let _ended = ended;
            work();
        })?;
        self.running.push((name, thread));
        Ok(())
    }

    /// Completes when one has ended.
    fn failed(&self) -> impl Future<Output = ()> + Send + 'static {
        let ended = self.ended.clone();
        async move { ended.notified().await }
    }

    async fn join(self) -> Result<()> {
        for (name, thread) in self.running {
            let joined = tokio::task::spawn_blocking(move || thread.join()).await?;
            ensure!(
                joined.is_ok(),
                "{name} has failed, and with it the process: its reason was logged"
            );
        }
        Ok(())
    }
}

/// Tells so when it goes, also in a panic.
struct Ended(Arc<Notify>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

/// As lesson 25 of koa-like-http serves; but whoever is slow to say what it wants is not waited for, as axum's own server
/// would.
async fn serve_http(
    listener: TcpListener,
    app: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<()> {
    let handle = axum_server::Handle::new();
    let mut server = axum_server::from_tcp(listener.into_std()?)?
        .acceptor(NoDelayAcceptor::new())
        .handle(handle.clone());
    let mut http = server.http_builder().http1();
    http.header_read_timeout(PATIENCE).max_buf_size(BUFFER);
    tokio::spawn(async move {
        stop.await;
        handle.graceful_shutdown(Some(PATIENCE));
    });
    Ok(server.serve(app.into_make_service()).await?)
}

async fn visit(address: SocketAddr, options: Options, stop: Stop) {
    let plan = traffic::Plan {
        rate: options.rate(),
        history: options.history,
        season: options.season,
    };
    if plan.rate == 0 || !options.does(Part::Collect) {
        return;
    }
    if let Err(error) = traffic::run(&format!("http://{address}/events"), plan, &stop).await {
        tracing::error!("no more traffic: {error:#}");
    }
}

fn say(line: std::fmt::Arguments<'_>) {
    // A reader who closed the pipe has seen enough; the pipeline goes on.
    let _ = writeln!(anstream::stdout(), "{line}");
}

/// Warnings, unless RUST_LOG asks for more. librdkafka says much of what is no trouble, and it tries again by itself.
fn start_log() -> Result<()> {
    let wanted: Targets = match std::env::var("RUST_LOG") {
        Ok(wanted) if !wanted.is_empty() => wanted
            .parse()
            .context("RUST_LOG is not understood, activity_pipeline=info would be")?,
        _ => Targets::new().with_target("activity_pipeline", Level::WARN),
    };
    tracing_subscriber::registry()
        .with(tracing_subscriber::fmt::layer().with_writer(anstream::stderr))
        .with(wanted)
        .init();
    panic::set_hook(Box::new(
        |panic| tracing::error!(target: "activity_pipeline", "{panic}"),
    ));
    Ok(())
}

/// A client is an open file. As many as the system allows; where it does not, fewer are served.
fn raise_limit() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: maximum,
        maximum,
    };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::debug!("the limit of open files stays: {error}");
    }
}
