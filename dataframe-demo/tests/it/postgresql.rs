//! The lesson that needs PostgreSQL, beside a server of its own.

#[cfg(target_os = "linux")]
use std::{
    fs::{self, Permissions},
    os::unix::{fs::PermissionsExt, process::CommandExt},
};

use dataframe_demo::{postgresql, postgresql_server::Server};
use polars::prelude::*;
use postgres::{Client, NoTls};
#[cfg(target_os = "linux")]
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process};

#[cfg(target_os = "linux")]
use crate::soon;
use crate::{complaint, demo, stdout};

#[test]
#[ignore = "needs PostgreSQL"]
fn the_lesson_is_as_recorded() {
    let server = Server::start().unwrap();
    let mut check = demo(&["postgresql", "--check"]);
    let output = check.env("DATABASE_URL", server.url()).output().unwrap();
    let text = stdout(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.ends_with(" passed, 0 failed\n"), "{text}");
    let mut run = demo(&["postgresql"]);
    let output = run.env("DATABASE_URL", server.url()).output().unwrap();
    assert!(output.status.success());
    let text = stdout(&output);
    assert!(text.contains("copy_in(&mut client"));
    for refused in [
        "duplicate key value violates unique constraint \"orders_pkey\"",
        "relation \"nowhere\" does not exist",
        "column \"nothing\" does not exist",
        "syntax error at or near \"SELEC\"",
    ] {
        let line = format!("    {refused}\n    an error, as there: ");
        assert!(text.contains(&line), "{refused}: {text}");
    }
}

#[test]
#[ignore = "needs PostgreSQL"]
fn a_table_of_the_readers_stays_as_it_is() {
    let server = Server::start().unwrap();
    let mut database = Client::connect(&server.url(), NoTls).unwrap();
    database
        .batch_execute("CREATE TABLE orders (text text); INSERT INTO orders VALUES ('mine')")
        .unwrap();
    let mut check = demo(&["postgresql", "--check"]);
    let output = check.env("DATABASE_URL", server.url()).output().unwrap();
    assert!(output.status.success(), "{}", stdout(&output));
    let rows = database.query("SELECT text FROM orders", &[]).unwrap();
    let texts: Vec<String> = rows.iter().map(|row| row.get("text")).collect();
    assert_eq!(texts, ["mine"]);
}

#[test]
#[ignore = "needs PostgreSQL"]
fn no_text_ends_the_data() {
    let server = Server::start().unwrap();
    let mut database = Client::connect(&server.url(), NoTls).unwrap();
    database
        .batch_execute("CREATE TEMPORARY TABLE lines (number serial, text text)")
        .unwrap();
    let lines = [
        Some("first"),
        Some("\\."),
        Some(""),
        None,
        Some("\"\n,"),
        Some("last"),
    ];
    let frame = df!("text" => lines).unwrap();
    assert_eq!(postgresql::copy_in(&mut database, "lines", &frame).unwrap(), 6);
    let rows = database
        .query("SELECT text FROM lines ORDER BY number", &[])
        .unwrap();
    let texts: Vec<Option<String>> = rows.iter().map(|row| row.get("text")).collect();
    assert_eq!(texts, lines.map(|line| line.map(str::to_owned)));
}

#[test]
#[ignore = "needs PostgreSQL"]
fn columns_are_found_by_their_names() {
    let server = Server::start().unwrap();
    let mut database = Client::connect(&server.url(), NoTls).unwrap();
    let schema = || Schema::from_iter([("a".into(), DataType::Int64), ("b".into(), DataType::Int64)]);
    let found = postgresql::copy_out(&mut database, "SELECT 2 AS b, 1 AS a", schema()).unwrap();
    assert!(
        found.equals(&df!("a" => [1_i64], "b" => [2_i64]).unwrap()),
        "{found}"
    );
    let missing = postgresql::copy_out(&mut database, "SELECT 1 AS a", schema()).unwrap_err();
    assert!(missing.to_string().contains("\"b\" not found"), "{missing}");
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs PostgreSQL and Python"]
fn the_server_of_a_recording_that_is_interrupted_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    // A server that is not run as root has to come to its folder.
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let mut record = demo(&["postgresql", "--record"]);
    record.env("TMPDIR", folder.path()).process_group(0);
    let mut record = record.spawn().unwrap();
    let entries = || fs::read_dir(folder.path()).unwrap().flatten();
    let server = soon(|| {
        let files = entries().map(|entry| entry.path().join("data/postmaster.pid"));
        let mut texts = files.filter_map(|file| fs::read_to_string(file).ok());
        texts.find_map(|text| {
            text.contains("ready")
                .then(|| text.lines().next()?.parse::<i32>().ok())?
        })
    });
    // As Ctrl-C does it: to all of its group.
    kill_process_group(Pid::from_child(&record), Signal::INT).unwrap();
    record.wait().unwrap();
    let server = server.and_then(Pid::from_raw).expect("a server is ready");
    soon(|| test_kill_process(server).is_err().then_some(())).expect("the server ends");
    soon(|| (entries().count() == 0).then_some(())).expect("the folder is deleted");
}

#[test]
fn without_a_database_it_says_what_to_set() {
    assert!(complaint(&["postgresql"]).contains("DATABASE_URL is not set"));
    let mut check = demo(&["--check"]);
    let text = stdout(&check.output().unwrap());
    assert!(
        text.contains("38 postgresql: not checked, it runs beside PostgreSQL"),
        "{text}"
    );
}

#[test]
fn a_database_that_does_not_answer_is_one_line() {
    let mut run = demo(&["postgresql"]);
    let output = run
        .env("DATABASE_URL", "postgresql://postgres@127.0.0.1:1/postgres")
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(
        stderr.contains("no PostgreSQL answers at DATABASE_URL"),
        "{stderr}"
    );
}
