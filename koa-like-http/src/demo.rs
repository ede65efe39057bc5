//! What this demo brings to the shared command line: how a lesson is served, and how it is asked its questions.

use std::{
    cell::Cell,
    io::{self, ErrorKind, IsTerminal, Write},
    net::{SocketAddr, ToSocketAddrs},
    panic,
    path::Path,
    sync::{Arc, Mutex, Once},
};

use anyhow::{Result, anyhow};
use axum::Router;
use lesson::{Answer, Demo, Difference, Lesson, Recording};
use tokio::{net::TcpListener, sync::oneshot};

use crate::{
    LESSONS,
    exchange::{Console, Exchanges},
    graceful_shutdown, original,
};

/// The demo.
#[derive(Debug)]
pub struct KoaLikeHttp;

#[derive(Debug, clap::Args)]
pub struct Options {
    /// Where to listen; port 0 chooses a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3000", value_parser = address)]
    listen: SocketAddr,
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let found = text
        .to_socket_addrs()
        .ok()
        .and_then(|mut addresses| addresses.next());
    found.ok_or_else(|| "expected an address and a port, like 127.0.0.1:3000".to_owned())
}

impl Demo for KoaLikeHttp {
    type Entry = fn() -> Router;
    type Options = Options;
    type Originals = ();

    const NAME: &'static str = env!("CARGO_PKG_NAME");
    const ABOUT: &'static str = env!("CARGO_PKG_DESCRIPTION");

    fn lessons() -> &'static [Lesson<Self::Entry>] {
        LESSONS
    }

    fn run(lesson: &Lesson<Self::Entry>, options: &Options) -> Result<()> {
        let app = lesson.entry(Self::NAME)?;
        panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
        let colors =
            io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        tracing_subscriber::fmt()
            .with_target(false)
            .with_ansi(colors)
            .init();
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        // Files are read on threads of their own. Of the 512 that there may be, a few do as much and cost half: they
        // don't wait for one another.
        builder.max_blocking_threads(4);
        runtime(builder)?.block_on(async {
            let listener = listen(options.listen).await?;
            let address = listener.local_addr()?;
            let (number, name) = (lesson.number(), lesson.name());
            let stop = graceful_shutdown::asked_to_stop()?;
            let scheme = if speaks_tls(lesson) { "https" } else { "http" };
            writeln!(
                io::stdout(),
                "{number} {name} listens on {scheme}://{address} (Ctrl-C ends it)"
            )?;
            serve(speaks_tls(lesson), listener, app(), stop).await?;
            Ok(())
        })
    }

    fn answers(lesson: &Lesson<Self::Entry>, _options: &Options) -> Result<Vec<Answer>> {
        let app = *lesson.entry(Self::NAME)?;
        let exchanges = Exchanges::of(lesson)?;
        // One thread, so that the log of this lesson alone is caught.
        let runtime = runtime(tokio::runtime::Builder::new_current_thread())?;
        let replay = async {
            let log = Log::default();
            let writer = log.clone();
            let subscriber = tracing_subscriber::fmt()
                .with_writer(move || writer.clone())
                .with_ansi(false)
                .with_level(false)
                .with_target(false)
                .without_time()
                .finish();
            let _guard = tracing::subscriber::set_default(subscriber);
            let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
            let address = listener.local_addr()?;
            let (stop, stopped) = oneshot::channel::<()>();
            let server = tokio::spawn(serve(speaks_tls(lesson), listener, app(), async {
                // An error means that the other end is gone, which is as good a reason to stop.
                let _ = stopped.await;
            }));
            let answers = exchanges.ask(address, log).await;
            // An error means that the server is gone, which the answers tell better.
            let _ = stop.send(());
            server.await??;
            answers
        };
        quietly(|| runtime.block_on(replay))
    }

    fn differences(lesson: &Lesson<Self::Entry>, _options: &Options) -> Result<Vec<Difference>> {
        Ok(Exchanges::of(lesson)?.differences)
    }

    fn prepare_originals() -> Result<()> {
        lesson::npm::install(Path::new(env!("CARGO_MANIFEST_DIR")))
    }

    fn record(lesson: &Lesson<Self::Entry>, _originals: &()) -> Result<Recording> {
        runtime(tokio::runtime::Builder::new_current_thread())?.block_on(original::record(lesson))
    }
}

fn speaks_tls(lesson: &Lesson<fn() -> Router>) -> bool {
    lesson.name() == "tls"
}

/// Serves a lesson as lesson 25 does, or as lesson 34 does where it speaks TLS.
#[cfg_attr(not(feature = "full"), expect(unused_variables))]
async fn serve(
    tls: bool,
    listener: TcpListener,
    app: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    #[cfg(feature = "full")]
    if tls {
        return crate::tls::serve(listener, app, stop).await;
    }
    graceful_shutdown::serve(listener, app, stop).await
}

thread_local! {
    /// Whether this thread replays a lesson: panics are what some lessons are about.
    static REPLAYING: Cell<bool> = const { Cell::new(false) };
}

/// Runs a replay without a report of the panics that the lesson has.
fn quietly<T>(replay: impl FnOnce() -> T) -> T {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            let of_a_lesson = panic
                .location()
                .is_some_and(|location| location.file().contains("/lessons/"));
            if !(of_a_lesson && REPLAYING.get()) {
                report(panic);
            }
        }));
    });
    REPLAYING.set(true);
    let result = replay();
    REPLAYING.set(false);
    result
}

fn runtime(mut builder: tokio::runtime::Builder) -> io::Result<tokio::runtime::Runtime> {
    builder.enable_all().build()
}

/// Listens there.
///
/// # Errors
/// Where the port is taken, or the address not to be had: what to do.
pub async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => {
            anyhow!("{address} is in use: end the program that has it, or choose a free port with --listen 127.0.0.1:0")
        }
        _ => anyhow!("cannot listen on {address}: {error}"),
    })
}

/// What a lesson logged since it was last read.
#[derive(Debug, Default, Clone)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn with<T>(&self, f: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.with(|log| log.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Console for Log {
    async fn read(&mut self) -> String {
        let text = self.with(std::mem::take);
        String::from_utf8_lossy(&text).trim_end().to_owned()
    }
}
