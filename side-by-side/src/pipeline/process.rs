//! A process of a pipeline, and what the kernel says that it costs.

use std::{
    fs::File,
    io::{Read, Seek},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use procfs::process::{Stat, Status};

use crate::server::Cpu;

/// Python imports pandas, and the brokers make topics.
const PATIENCE: Duration = Duration::from_secs(60);

/// Ended when dropped.
pub(super) struct Process {
    child: Child,
    command: String,
    said: File,
}

impl Process {
    pub(super) fn start(mut command: Command) -> Result<Self> {
        let said = tempfile::tempfile()?;
        let child = command
            .stdin(Stdio::null())
            .stdout(said.try_clone()?)
            .stderr(said.try_clone()?)
            .spawn()
            .with_context(|| format!("cannot run {command:?}"))?;
        Ok(Self {
            child,
            command: format!("{command:?}"),
            said,
        })
    }

    /// The same for one that is told a free port to listen on; returns once it does.
    pub(super) fn listening(command: impl FnOnce(SocketAddr) -> Command) -> Result<(Self, SocketAddr)> {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let mut process = Self::start(command(address))?;
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(address).is_err() {
            process.runs()?;
            ensure!(
                Instant::now() < deadline,
                "{} does not listen on {address}",
                process.command
            );
            sleep(Duration::from_millis(20));
        }
        Ok((process, address))
    }

    /// That it has not ended.
    pub(super) fn runs(&mut self) -> Result<()> {
        if self.child.try_wait()?.is_some() {
            let mut said = String::new();
            self.said.rewind()?;
            self.said.read_to_string(&mut said)?;
            anyhow::bail!("{} has ended:\n{}", self.command, said.trim_end());
        }
        Ok(())
    }

    /// Processor time so far: its own, and that of those that it has started and waited for.
    pub(super) fn cpu(&self) -> Result<Cpu> {
        let stat = self.stat()?;
        let own = Cpu::of(&stat);
        let micros = 1e6 / procfs::ticks_per_second() as f64;
        Ok(Cpu {
            user_micros: own.user_micros + stat.cutime as f64 * micros,
            kernel_micros: own.kernel_micros + stat.cstime as f64 * micros,
        })
    }

    /// The largest resident set so far, in KiB.
    pub(super) fn peak_memory_kib(&self) -> Result<u64> {
        let peak = self.status()?.vmhwm;
        peak.context("the kernel does not tell the peak memory")
    }

    /// The resident set, in KiB.
    pub(super) fn memory_kib(&self) -> Result<u64> {
        let resident = self.status()?.vmrss;
        resident.context("the kernel does not tell the memory")
    }

    fn stat(&self) -> Result<Stat> {
        Ok(self.proc()?.stat()?)
    }

    fn status(&self) -> Result<Status> {
        Ok(self.proc()?.status()?)
    }

    fn proc(&self) -> Result<procfs::process::Process> {
        let pid = i32::try_from(self.child.id())?;
        procfs::process::Process::new(pid).context("cannot read /proc: this benchmark needs Linux")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself, which is what is wanted here.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
