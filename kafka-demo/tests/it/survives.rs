//! What goes wrong around the demo is one line that says what to do, within its time-out.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
    time::Duration,
};

use crate::{complaint, complaint_within};

const TIMEOUT: &str = "2";
/// The time-out, and what a busy machine may need beside it.
const ENDS_WITHIN: Duration = Duration::from_secs(12);

#[track_caller]
fn complaint_in_time(address: &str) -> String {
    let line = complaint_within(ENDS_WITHIN, &["--brokers", address, "--timeout", TIMEOUT]);
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
