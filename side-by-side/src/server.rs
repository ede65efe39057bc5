//! A server under load.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{load::Request, process::Process};

pub(crate) struct Server {
    pub(crate) process: Process,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts the program that `command` makes for a free port, and waits until it listens.
    pub(crate) fn start(command: impl FnOnce(SocketAddr) -> Command) -> Result<Self> {
        let (process, address) = Process::listening(command)?;
        Ok(Self { process, address })
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
}
