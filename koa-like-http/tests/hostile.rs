//! Ten thousand malformed requests leave the server as it was. A program of its own: other tests would wait beside it.
#![allow(clippy::unwrap_used, reason = "in a test a panic is the message")]
#![cfg(unix)]

#[path = "it/server.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod server;

use std::{
    io::{ErrorKind, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    thread,
    time::Duration,
};

use fastrand::Rng;

use server::Server;

const REQUESTS: u64 = 10_000;
const CLIENTS: u64 = 20;
const SLOW_CLIENTS: usize = 100;
const PANIC: &str = "panicked";

#[test]
fn ten_thousand_malformed_requests() {
    let server = Server::start(&["request-body"]);
    let healthy = || {
        let answer = server.ask(
            "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: 15\r\n\r\n{\"name\":\"Jack\"}",
        );
        assert!(
            answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("Hello Jack"),
            "{answer}"
        );
    };
    healthy();
    #[cfg(target_os = "linux")]
    let before = peak_memory_kib(server.id());
    let address = server.address;
    let slow: Vec<_> = (0..SLOW_CLIENTS).map(|_| start_of_a_request(address)).collect();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            thread::spawn(move || {
                let mut rng = Rng::with_seed(client);
                (0..REQUESTS / CLIENTS)
                    .map(|_| malformed(address, &mut rng))
                    .filter(|refused| *refused)
                    .count()
            })
        })
        .collect();
    let refused: usize = clients.into_iter().map(|client| client.join().unwrap()).sum();
    assert!(
        refused > 1000,
        "only {refused} were refused with a status: the requests are too tame"
    );
    healthy();
    for mut stream in slow {
        stream
            .write_all(b"Host: localhost\r\nConnection: close\r\n\r\n")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 405 "),
            "a slow client is served once it is done: {answer}"
        );
    }
    #[cfg(target_os = "linux")]
    {
        let grown = peak_memory_kib(server.id()) - before;
        assert!(grown < 64 * 1024, "the server grew by {grown} KiB");
    }
    let log = log(server);
    assert!(!log.contains(PANIC), "{log}");
}

/// Where the word in the log would be found.
#[test]
fn a_panic_is_in_the_log() {
    let server = Server::start(&["throw-500"]);
    server.get("/crash");
    assert!(log(server).contains(PANIC));
}

fn log(server: Server) -> String {
    server.signal("TERM");
    let output = server.wait();
    assert!(output.status.success());
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

fn start_of_a_request(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n").unwrap();
    stream
}

/// Sends one malformed request. Whether it was refused with a status 4xx; without an answer it was not.
fn malformed(address: SocketAddr, rng: &mut Rng) -> bool {
    let request = request(rng);
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let cut = if rng.u8(..4) == 0 {
        rng.usize(..=request.len())
    } else {
        request.len()
    };
    // The server may refuse before it has read everything.
    let written = stream.write_all(&request[..cut]);
    if rng.u8(..8) == 0 {
        return false; // A dropped connection.
    }
    let _ = written.and_then(|()| stream.shutdown(Shutdown::Write));
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Ok(_) => {}
        Err(error) if matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => {}
        Err(error) => panic!(
            "no end of the answer ({error}) to {:?}",
            String::from_utf8_lossy(&request)
        ),
    }
    if request.starts_with(b"PRI * HTTP/2.0") {
        return false; // What is answered to HTTP/2, where the build has it, are frames.
    }
    let status = answer.get(..10);
    assert!(
        answer.is_empty()
            || status.is_some_and(|status| status.starts_with(b"HTTP/1.1 ") && status[9] != b'5'),
        "{:?} to {:?}",
        String::from_utf8_lossy(&answer),
        String::from_utf8_lossy(&request)
    );
    status.is_some_and(|status| status.ends_with(b"4"))
}

fn request(rng: &mut Rng) -> Vec<u8> {
    let post = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    let text = match rng.u8(..16) {
        0 => return (0..rng.usize(1..2000)).map(|_| rng.u8(..)).collect(),
        1 => {
            let lines = [
                "GET",
                "GET /",
                "GET / HTTP/9.9",
                " / HTTP/1.1",
                "GET  / HTTP/1.1",
                "G\0T / HTTP/1.1",
                "\u{7f}",
            ];
            format!("{}\r\nHost: localhost\r\n\r\n", rng.choice(lines).unwrap())
        }
        2 => format!(
            "GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "a".repeat(rng.usize(60_000..200_000))
        ),
        3 => {
            let lines = [
                "no colon",
                ": no name",
                "a b: c",
                "Na\0me: x",
                "X: \u{1}\u{2}",
                " folded: x",
                "X\n\n: y",
            ];
            format!(
                "GET / HTTP/1.1\r\nHost: localhost\r\n{}\r\n\r\n",
                rng.choice(lines).unwrap()
            )
        }
        4 => format!(
            "GET / HTTP/1.1\r\n{}\r\n",
            "X-Many: x\r\n".repeat(rng.usize(101..2000))
        ),
        5 => format!(
            "GET / HTTP/1.1\r\nX-Long: {}\r\n\r\n",
            "x".repeat(rng.usize(100_000..600_000))
        ),
        6 => {
            let lengths = [
                "-1",
                "abc",
                "1, 2",
                "99999999999999999999",
                "+5",
                "0x10",
                "5\r\nContent-Length: 6",
            ];
            format!(
                "{post}Content-Length: {}\r\n\r\n{{}}",
                rng.choice(lengths).unwrap()
            )
        }
        7 => format!("{post}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        8 => {
            let chunks = [
                "zz\r\n",
                "fffffffffffffffff\r\n",
                "5\r\nab",
                "-1\r\n",
                "3\nabc\n0\n\n",
                "2;\0\r\nab\r\n",
                "3\r\nabcde\r\n",
            ];
            format!(
                "{post}Transfer-Encoding: chunked\r\n\r\n{}\r\n",
                rng.choice(chunks).unwrap()
            )
        }
        9 => format!("{post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
        10 => {
            let length = rng.usize(1_100_000..3_000_000);
            format!(
                "{post}Content-Length: {length}\r\n\r\n\"{}\"",
                "a".repeat(length - 2)
            )
        }
        11 => {
            let chunk = format!("1000\r\n{}\r\n", "a".repeat(0x1000));
            format!(
                "{post}Transfer-Encoding: chunked\r\n\r\n{}",
                chunk.repeat(rng.usize(300..600))
            )
        }
        12 => {
            let depth = rng.usize(1_000..50_000);
            format!("{post}Content-Length: {depth}\r\n\r\n{}", "[".repeat(depth))
        }
        13 => {
            let bodies = [
                "{\"name\":",
                "{'name':1}",
                "{\"name\":\"\\ud800\"}",
                "nul",
                "\u{feff}{}",
                "{\"name\":1e999}",
            ];
            let body = rng.choice(bodies).unwrap();
            format!("{post}Content-Length: {}\r\n\r\n{body}", body.len())
        }
        14 => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned() + &"\0".repeat(rng.usize(..100)),
        _ => {
            let mut bytes = format!("{post}Content-Length: 15\r\n\r\n{{\"name\":\"Jack\"}}").into_bytes();
            for _ in 0..rng.usize(1..10) {
                let at = rng.usize(..bytes.len());
                bytes[at] = rng.u8(..);
            }
            return bytes;
        }
    };
    text.into_bytes()
}

#[cfg(target_os = "linux")]
fn peak_memory_kib(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
