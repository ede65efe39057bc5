//! A program under load, and what the kernel says that it costs.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

use crate::load::Request;

/// A server of its own process, ended when dropped.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: SocketAddr,
}

/// Processor time of a process: its own, and that of the kernel on its behalf.
pub(crate) struct Cpu {
    pub(crate) user_micros: f64,
    pub(crate) kernel_micros: f64,
}

impl Cpu {
    pub(crate) fn of(stat: &procfs::process::Stat) -> Self {
        let micros = 1e6 / procfs::ticks_per_second() as f64;
        Self {
            user_micros: stat.utime as f64 * micros,
            kernel_micros: stat.stime as f64 * micros,
        }
    }
}

impl Server {
    /// Starts the program that `command` makes for a free port, and waits until it listens.
    pub(crate) fn start(command: impl FnOnce(SocketAddr) -> Command) -> Result<Self> {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let mut command = command(address);
        let process = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot run {command:?}"))?;
        let mut server = Self { process, address };
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(address).is_err() {
            ensure!(
                server.process.try_wait()?.is_none(),
                "{command:?} ended before it listened: run it by hand to see why"
            );
            ensure!(
                Instant::now() < deadline,
                "{command:?} does not listen on {address}"
            );
            sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    /// Status line and body of its answer, to see that all programs do the same work.
    pub(crate) fn answer(&self, request: &Request) -> Result<(String, String)> {
        let (method, body) = request.json.map_or(("GET", ""), |json| ("POST", json));
        let mut stream = TcpStream::connect(self.address)?;
        write!(
            stream,
            "{method} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            request.path,
            body.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").context("half an answer")?;
        let status = head.lines().next().unwrap_or_default();
        Ok((status.to_owned(), body.to_owned()))
    }

    /// Processor time used so far, in all threads.
    pub(crate) fn cpu(&self) -> Result<Cpu> {
        Ok(Cpu::of(&self.proc()?.stat()?))
    }

    /// The largest resident set so far, in KiB.
    pub(crate) fn peak_memory_kib(&self) -> Result<u64> {
        self.proc()?
            .status()?
            .vmhwm
            .context("the kernel does not tell the peak memory")
    }

    fn proc(&self) -> Result<procfs::process::Process> {
        let pid = i32::try_from(self.process.id())?;
        procfs::process::Process::new(pid).context("cannot read /proc: this benchmark needs Linux")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, which is what is wanted here.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
