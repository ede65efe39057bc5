//! PostgreSQL: whole tables go through COPY, in both directions; a few rows that are asked for, row by row.

use std::{
    env,
    io::{Cursor, Read},
};

use anyhow::{Context, Error, Result, anyhow, ensure};
use chrono::{NaiveDate, NaiveDateTime};
use polars::prelude::*;
use postgres::{Client, NoTls};

use crate::{Session, show, sqlite::quoted};

/// A temporary table, which hides one of the same name from this session alone and goes with it.
const CREATE: &str = "
    CREATE TEMPORARY TABLE orders (
        id bigint PRIMARY KEY,
        customer text,
        amount double precision,
        price numeric(10, 2),
        day date,
        at timestamp,
        paid boolean
    )";

pub fn run(session: &mut Session) -> Result<()> {
    let mut client = connect()?;
    client.batch_execute(CREATE).map_err(reason)?;
    let orders = orders()?;
    show!(session, "orders", &orders);

    copy_in(&mut client, "orders", &orders)?;
    show!(
        session,
        "pd.read_sql(\"SELECT id, customer, amount, at FROM orders ORDER BY id\", engine)",
        copy_out(
            &mut client,
            "SELECT id, customer, amount, at FROM orders ORDER BY id",
            Schema::from_iter([
                ("id".into(), DataType::Int64),
                ("customer".into(), DataType::String),
                ("amount".into(), DataType::Float64),
                ("at".into(), DataType::Datetime(TimeUnit::Microseconds, None)),
            ])
        )?
    );
    show!(
        session,
        "pd.read_sql(\"SELECT id, price FROM orders ORDER BY id\", engine, coerce_float=False)",
        copy_out(
            &mut client,
            "SELECT id, price FROM orders ORDER BY id",
            Schema::from_iter([
                ("id".into(), DataType::Int64),
                ("price".into(), DataType::Decimal(10, 2))
            ])
        )?
    );
    show!(
        session,
        "pd.read_sql(\"SELECT id, day FROM orders ORDER BY id\", engine)",
        copy_out(
            &mut client,
            "SELECT id, day FROM orders ORDER BY id",
            Schema::from_iter([("id".into(), DataType::Int64), ("day".into(), DataType::Date)])
        )?
    );
    // COPY writes t and f, a cast true and false.
    show!(
        session,
        "pd.read_sql(\"SELECT id, paid FROM orders ORDER BY id\", engine, dtype_backend=\"numpy_nullable\")",
        copy_out(
            &mut client,
            "SELECT id, paid::text FROM orders ORDER BY id",
            Schema::from_iter([("id".into(), DataType::Int64), ("paid".into(), DataType::Boolean)])
        )?
    );

    show!(
        session,
        "pd.read_sql(totals, engine)",
        copy_out(
            &mut client,
            "SELECT customer, count(*) AS n, sum(amount) AS total FROM orders WHERE id < 5
             GROUP BY customer ORDER BY n DESC, customer",
            Schema::from_iter([
                ("customer".into(), DataType::String),
                ("n".into(), DataType::Int64),
                ("total".into(), DataType::Float64),
            ])
        )?
    );
    show!(
        session,
        "pd.read_sql(of_customer, engine, params={\"name\": \"Ada\"})",
        of_customer(&mut client, "Ada")?
    );
    show!(
        session,
        "len(pd.read_sql(of_customer, engine, params={\"name\": \"' OR true --\"}))",
        of_customer(&mut client, "' OR true --")?.height()
    );
    show!(
        session,
        "[len(piece) for piece in pd.read_sql(\"SELECT id FROM orders ORDER BY id\", engine, chunksize=2)]",
        in_pieces(&mut client, "SELECT id FROM orders ORDER BY id", 2)?
    );

    let more = df!("id" => [6_i64, 7], "customer" => ["Cleo", "Dan"])?;
    copy_in(&mut client, "orders", &more)?;
    show!(
        session,
        "pd.read_sql(\"SELECT count(*) AS n FROM orders\", engine)",
        copy_out(
            &mut client,
            "SELECT count(*) AS n FROM orders",
            Schema::from_iter([("n".into(), DataType::Int64)])
        )?
    );
    let twice = df!("id" => [8_i64, 1], "customer" => ["Eve", "Ada"])?;
    show!(
        session,
        "twice.to_sql(\"orders\", engine, if_exists=\"append\", index=False)",
        copy_in(&mut client, "orders", &twice)
    );
    show!(
        session,
        "pd.read_sql(\"SELECT max(id) AS last FROM orders\", engine)",
        copy_out(
            &mut client,
            "SELECT max(id) AS last FROM orders",
            Schema::from_iter([("last".into(), DataType::Int64)])
        )?
    );

    show!(
        session,
        "pd.read_sql(\"SELECT * FROM nowhere\", engine)",
        copy_out(&mut client, "SELECT * FROM nowhere", Schema::default())
    );
    show!(
        session,
        "pd.read_sql(\"SELECT nothing FROM orders\", engine)",
        copy_out(&mut client, "SELECT nothing FROM orders", Schema::default())
    );
    show!(
        session,
        "pd.read_sql(\"SELEC id FROM orders\", engine)",
        copy_out(&mut client, "SELEC id FROM orders", Schema::default())
    );
    Ok(())
}

/// # Errors
/// Where `DATABASE_URL` names no PostgreSQL that answers.
fn connect() -> Result<Client> {
    let url = env::var("DATABASE_URL").map_err(|_| {
        anyhow!("DATABASE_URL is not set: it should be postgresql://USER:PASSWORD@HOST:PORT/DATABASE")
    })?;
    Client::connect(&url, NoTls).context("no PostgreSQL answers at DATABASE_URL")
}

fn orders() -> Result<DataFrame> {
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d);
    let at = |text: &str| text.parse::<NaiveDateTime>();
    Ok(df!(
        "id" => [1_i64, 2, 3, 4, 5],
        "customer" => [Some("Ada"), Some("Bob"), Some("Ada"), None, Some("")],
        "amount" => [Some(1.5), Some(2.25), None, Some(0.1), Some(1e300)],
        "price" => [Some("9.99"), Some("0.50"), Some("100.00"), None, Some("1.00")],
        "day" => [day(2024, 2, 29), day(2024, 3, 1), day(2024, 3, 31), None, day(1999, 12, 31)],
        "at" => [
            Some(at("2024-02-29T12:00:00")?),
            Some(at("2024-03-01T00:00:00.5")?),
            Some(at("2024-03-31T02:30:00")?),
            None,
            Some(at("1999-12-31T23:59:59")?),
        ],
        "paid" => [Some(true), Some(false), Some(true), None, Some(true)],
    )?
    .lazy()
    .with_columns([
        col("price").cast(DataType::Decimal(10, 2)),
        col("at").cast(DataType::Datetime(TimeUnit::Microseconds, None)),
    ])
    .collect()?)
}

/// Appends a frame to the table whose columns have its names, and says how many rows these were: all of them, or none and an
/// error. In the text of CSV, which COPY takes, an empty cell is NULL and a pair of quotes is the empty string.
///
/// # Errors
/// What the database refuses.
pub fn copy_in(client: &mut Client, table: &str, frame: &DataFrame) -> Result<usize> {
    let columns: Vec<_> = frame
        .get_column_names()
        .into_iter()
        .map(|name| quoted(name))
        .collect();
    let copy = format!(
        "COPY {} ({}) FROM STDIN (FORMAT csv)",
        quoted(table),
        columns.join(", ")
    );
    let mut transaction = client.transaction().map_err(reason)?;
    let mut writer = transaction.copy_in(&copy).map_err(reason)?;
    CsvWriter::new(&mut writer)
        .include_header(false)
        // Without quotes a line of `\.` is the end of the data up to PostgreSQL 17.
        .with_quote_style(QuoteStyle::NonNumeric)
        .finish(&mut frame.clone())?;
    let rows = writer.finish().map_err(reason)?.try_into()?;
    ensure!(
        rows == frame.height(),
        "{rows} of {} rows arrived in {table}",
        frame.height()
    );
    transaction.commit().map_err(reason)?;
    Ok(rows)
}

/// What a query comes to, with the columns and types that are wanted.
///
/// # Errors
/// What the database refuses, a column that the query has not, and what does not fit the types.
pub fn copy_out(client: &mut Client, query: &str, schema: Schema) -> Result<DataFrame> {
    let copy = format!("COPY ({query}) TO STDOUT (FORMAT csv, HEADER)");
    let mut text = Vec::new();
    client.copy_out(&copy).map_err(reason)?.read_to_end(&mut text)?;
    let names: Vec<_> = schema.iter_names_cloned().collect();
    let frame = CsvReadOptions::default()
        .with_schema_overwrite(Some(schema.into()))
        .into_reader_with_file_handle(Cursor::new(text))
        .finish()?;
    Ok(frame.select(names)?)
}

/// A parameter is sent beside the query, and never becomes part of it. COPY takes none.
fn of_customer(client: &mut Client, name: &str) -> Result<DataFrame> {
    let query = "SELECT id, amount FROM orders WHERE customer = $1 ORDER BY id";
    let rows = client.query(query, &[&name]).map_err(reason)?;
    let ids = rows.iter().map(|row| row.try_get::<_, Option<i64>>("id"));
    let amounts = rows.iter().map(|row| row.try_get::<_, Option<f64>>("amount"));
    Ok(df!(
        "id" => ids.collect::<Result<Vec<_>, _>>()?,
        "amount" => amounts.collect::<Result<Vec<_>, _>>()?,
    )?)
}

/// How many rows come with each look through a portal, which is what a cursor is called here.
fn in_pieces(client: &mut Client, query: &str, rows: i32) -> Result<Vec<usize>> {
    let mut transaction = client.transaction().map_err(reason)?;
    let portal = transaction.bind(query, &[]).map_err(reason)?;
    let mut lengths = Vec::new();
    loop {
        match transaction.query_portal(&portal, rows).map_err(reason)?.len() {
            0 => return Ok(lengths),
            length => lengths.push(length),
        }
    }
}

/// What the database said, which the driver's error has inside.
fn reason(error: postgres::Error) -> Error {
    match error.as_db_error() {
        Some(said) => anyhow!("{}", said.message()),
        None => error.into(),
    }
}
