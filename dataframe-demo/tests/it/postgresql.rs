//! The lesson that needs PostgreSQL, beside a server of its own.

use dataframe_demo::postgresql_server::Server;
use postgres::{Client, NoTls};

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
    assert!(stdout(&output).contains("copy_in(&mut client"));
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
