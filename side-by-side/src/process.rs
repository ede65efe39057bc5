//! A process that is measured, and what the kernel says that it costs.

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

/// Python imports pandas, and the brokers make topics.
const PATIENCE: Duration = Duration::from_secs(60);

/// Processor time of a process: its own, and that of the kernel on its behalf.
pub(crate) struct Cpu {
    pub(crate) user_micros: f64,
    pub(crate) kernel_micros: f64,
}

impl Cpu {
    /// What it has used itself, and what those have that it has started and waited for.
    pub(crate) fn of(stat: &Stat) -> Self {
        let micros = 1e6 / procfs::ticks_per_second() as f64;
        Self {
            user_micros: (stat.utime as f64 + stat.cutime as f64) * micros,
            kernel_micros: (stat.stime as f64 + stat.cstime as f64) * micros,
        }
    }
}

/// A child that ends when it is dropped.
pub(crate) struct Owned(pub(crate) Child);

impl Owned {
    /// Starts it with nothing to read; what it says goes to the files.
    pub(crate) fn start(command: &mut Command, stdout: &File, stderr: &File) -> Result<Self> {
        let child = command
            .stdin(Stdio::null())
            .stdout(stdout.try_clone()?)
            .stderr(stderr.try_clone()?)
            .spawn()
            .with_context(|| format!("cannot run {command:?}"))?;
        Ok(Self(child))
    }

    pub(crate) fn stat(&self) -> Result<Stat> {
        Ok(self.proc()?.stat()?)
    }

    /// The largest resident set so far, in KiB.
    pub(crate) fn peak_memory_kib(&self) -> Result<u64> {
        let peak = self.status()?.vmhwm;
        peak.context("the kernel does not tell the peak memory")
    }

    /// The resident set, in KiB.
    pub(crate) fn memory_kib(&self) -> Result<u64> {
        let resident = self.status()?.vmrss;
        resident.context("the kernel does not tell the memory")
    }

    fn status(&self) -> Result<Status> {
        Ok(self.proc()?.status()?)
    }

    fn proc(&self) -> Result<procfs::process::Process> {
        let pid = i32::try_from(self.0.id())?;
        procfs::process::Process::new(pid).context("cannot read /proc: this benchmark needs Linux")
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // It may have ended by itself, which is what is wanted here.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// One that runs until it is dropped. What it says is kept, to be told where it ends before.
pub(crate) struct Process {
    child: Owned,
    command: String,
    said: File,
}

impl Process {
    pub(crate) fn start(mut command: Command) -> Result<Self> {
        let said = tempfile::tempfile()?;
        Ok(Self {
            child: Owned::start(&mut command, &said, &said)?,
            command: format!("{command:?}"),
            said,
        })
    }

    /// The same for one that is told a free port to listen on; returns once it does.
    pub(crate) fn listening(command: impl FnOnce(SocketAddr) -> Command) -> Result<(Self, SocketAddr)> {
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
        // Otherwise somebody else listens there.
        process.runs()?;
        Ok((process, address))
    }

    /// That it has not ended.
    pub(crate) fn runs(&mut self) -> Result<()> {
        if self.child.0.try_wait()?.is_some() {
            let mut said = String::new();
            self.said.rewind()?;
            self.said.read_to_string(&mut said)?;
            anyhow::bail!("{} has ended:\n{}", self.command, said.trim_end());
        }
        Ok(())
    }

    /// Processor time so far, in all threads.
    pub(crate) fn cpu(&self) -> Result<Cpu> {
        Ok(Cpu::of(&self.child.stat()?))
    }

    /// The largest resident set so far, in KiB.
    pub(crate) fn peak_memory_kib(&self) -> Result<u64> {
        self.child.peak_memory_kib()
    }

    /// The resident set, in KiB.
    pub(crate) fn memory_kib(&self) -> Result<u64> {
        self.child.memory_kib()
    }
}
