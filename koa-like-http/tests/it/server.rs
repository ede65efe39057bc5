//! A lesson served by a process of its own.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Output},
    thread::{self, JoinHandle},
    time::Duration,
};

pub(crate) struct Server {
    process: Child,
    pub(crate) address: SocketAddr,
    /// The first line that it printed.
    pub(crate) greeting: String,
    /// What it prints after that; read all the time, since a full pipe would stop it.
    printed: Option<JoinHandle<String>>,
}

/// The demo's program.
pub(crate) fn demo(arguments: &[&str]) -> Command {
    let mut command = lesson::testing::program(env!("CARGO_BIN_EXE_koa-like-http"), arguments);
    command.env_remove("CLICOLOR");
    command
}

impl Server {
    /// Starts the lesson on a free port.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut process = demo(arguments).args(["--listen", "127.0.0.1:0"]).spawn().unwrap();
        let mut greeting = String::new();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        stdout.read_line(&mut greeting).unwrap();
        let address = greeting
            .split("://")
            .nth(1)
            .and_then(|rest| rest.split_whitespace().next());
        let address = address
            .unwrap_or_else(|| panic!("no address in {greeting:?}"))
            .parse()
            .unwrap();
        let printed = thread::spawn(move || {
            let mut text = String::new();
            stdout.read_to_string(&mut text).unwrap();
            text
        });
        Self {
            process,
            address,
            greeting: greeting.trim_end().to_owned(),
            printed: Some(printed),
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// The whole answer to a request that asks to close the connection.
    pub(crate) fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    pub(crate) fn get(&self, path: &str) -> String {
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        ))
    }

    /// Sends a signal by its name and waits for the end.
    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: &str) {
        signal_process(self.id(), signal);
    }

    /// Waits for the end; gives what it printed after the greeting, and what it wrote to standard error.
    pub(crate) fn wait(mut self) -> Output {
        let mut stderr = Vec::new();
        self.process
            .stderr
            .take()
            .unwrap()
            .read_to_end(&mut stderr)
            .unwrap();
        Output {
            status: self.process.wait().unwrap(),
            stdout: self.printed.take().unwrap().join().unwrap().into_bytes(),
            stderr,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Ok(None) = self.process.try_wait() {
            // Asked to end, it removes its temporary files.
            self.signal("TERM");
            for _ in 0..50 {
                if !matches!(self.process.try_wait(), Ok(None)) {
                    return;
                }
                thread::sleep(Duration::from_millis(20));
            }
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[cfg(unix)]
pub(crate) fn signal_process(id: u32, signal: &str) {
    let status = Command::new("kill")
        .args(["-s", signal, &id.to_string()])
        .status()
        .unwrap();
    assert!(status.success());
}
