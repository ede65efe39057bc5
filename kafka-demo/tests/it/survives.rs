//! What goes wrong around the demo is one line that says what to do, within its time-out.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    process::Output,
    thread,
    time::{Duration, Instant},
};

use crate::{complained, complaint, demo};

const TIMEOUT: &str = "2";
/// The time-out, and what a busy machine may need beside it.
const ENDS_WITHIN: Duration = Duration::from_secs(12);

#[track_caller]
fn complaint_in_time(address: &str) -> String {
    let started = Instant::now();
    let line = complaint(&["--brokers", address, "--timeout", TIMEOUT]);
    assert!(started.elapsed() < ENDS_WITHIN, "it took {:?}", started.elapsed());
    assert!(line.contains(address), "{line}");
    line
}

#[test]
fn nobody_listens() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let line = complaint_in_time(&free.to_string());
    assert!(line.contains("docker compose up"), "{line}");
}

#[test]
fn the_address_is_none() {
    for address in [
        "nonsense",
        "127.0.0.1",
        "127.0.0.1:0",
        "127.0.0.1:99999",
        ":9092",
        ",",
    ] {
        let line = complaint_in_time(address);
        assert!(line.contains("--brokers") && line.contains("HOST:PORT"), "{line}");
    }
    assert!(complaint(&["--brokers", ""]).contains("--brokers"));
    assert!(complaint(&["--zookeeper", "nonsense"]).contains("--zookeeper"));
}

#[test]
fn the_name_is_unknown() {
    complaint_in_time("no-such-host.invalid:9092");
}

#[test]
fn who_listens_says_nothing() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    complaint_in_time(&silent.local_addr().unwrap().to_string());
}

#[test]
fn who_listens_speaks_http() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for mut client in server.incoming().flatten() {
            // Whether the client still listens is its own affair.
            let _ = client.read(&mut [0; 1024]);
            let _ = client.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        }
    });
    complaint_in_time(&address);
}

/// Starts a lesson that takes long, and sends it the signal when it has begun.
#[cfg(unix)]
fn stopped_by(signal: &str) -> (Output, Duration) {
    let mut lesson = demo(&["clients"]).spawn().unwrap();
    let mut lines = BufReader::new(lesson.stdout.take().unwrap()).lines();
    let begun = lines.any(|line| line.unwrap().contains("share a producer"));
    assert!(begun, "it said nothing");
    let sent = Instant::now();
    let id = lesson.id().to_string();
    let kill = std::process::Command::new("kill")
        .args(["-s", signal, &id])
        .status();
    assert!(kill.unwrap().success());
    (lesson.wait_with_output().unwrap(), sent.elapsed())
}

#[cfg(unix)]
#[test]
fn a_signal_in_the_midst_of_a_lesson() {
    for signal in ["INT", "TERM"] {
        let (output, took) = stopped_by(signal);
        let line = complained(&output);
        assert!(line.contains("stopped before the end"), "{line}");
        assert!(took < Duration::from_secs(30), "{signal}: it took {took:?}");
    }
}
