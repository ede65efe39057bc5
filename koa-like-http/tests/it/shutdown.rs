//! Signals end a server gracefully.
#![cfg(unix)]

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::server::{Server, signal_process};

const SLOW: &str = "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// A request that is in flight when the signal comes is answered; a client that says nothing doesn't hold the server
/// up, and the port is free at once.
fn drains(id: u32, address: SocketAddr, signal: &str) {
    let idle = TcpStream::connect(address).unwrap();
    let mut in_flight = TcpStream::connect(address).unwrap();
    in_flight.write_all(SLOW.as_bytes()).unwrap();
    // Until it is taken. Its answer takes a little longer; where it is there already, it is there.
    thread::sleep(Duration::from_millis(250));
    signal_process(id, signal);
    let deadline = Instant::now() + Duration::from_secs(5);
    while TcpStream::connect(address).is_ok() {
        assert!(Instant::now() < deadline, "new connections are still taken");
        thread::sleep(Duration::from_millis(5));
    }
    let mut answer = String::new();
    in_flight.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("Worth the wait"),
        "{answer}"
    );
    drop(idle);
}

#[test]
fn ctrl_c_and_sigterm_let_requests_in_flight_finish() {
    for signal in ["INT", "TERM"] {
        let server = Server::start(&["graceful-shutdown"]);
        drains(server.id(), server.address, signal);
        let output = server.wait();
        assert!(output.status.success(), "{signal}: {:?}", output.status);
        assert!(output.stderr.is_empty());
    }
}

#[test]
#[ignore = "needs Node.js"]
fn so_does_the_original() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut node = Node(
        Command::new("node")
            .arg(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/lessons/25-graceful-shutdown/original.js"
            ))
            .env("PORT", address.port().to_string())
            .stdin(Stdio::null())
            .spawn()
            .unwrap(),
    );
    let deadline = Instant::now() + Duration::from_secs(20);
    while TcpStream::connect(address).is_err() {
        let ended = node.0.try_wait().unwrap();
        assert!(Instant::now() < deadline && ended.is_none(), "it does not listen");
        thread::sleep(Duration::from_millis(20));
    }
    drains(node.0.id(), address, "TERM");
    assert!(node.0.wait().unwrap().success());
}

/// Ends with the test, however that ends.
struct Node(Child);

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_client_that_never_finishes_its_request_does_not_hold_it_up() {
    let server = Server::start(&["three-lines"]);
    let mut stuck = TcpStream::connect(server.address).unwrap();
    stuck.write_all(b"GET / HTT").unwrap();
    thread::sleep(Duration::from_millis(100));
    let start = Instant::now();
    server.signal("TERM");
    assert!(server.wait().status.success());
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
}
