//! pandas reads what Rust writes, and the other way round: values and types, in every format.

use std::{path::Path, process::Command};

use dataframe_demo::{
    arrow_ipc, csv, excel, json_lines, parquet,
    sqlite::{self, IfExists},
};
use lesson::python::Python;
use polars::prelude::*;
use rusqlite::Connection;
use rust_xlsxwriter::Workbook;

/// The same table on both sides.
fn table() -> DataFrame {
    df!(
        "id" => [Some(1_i64), Some(9_007_199_254_740_992), None],
        "x" => [Some(0.5), None, Some(-1e300)],
        "name" => [Some("Köln, \"am\" Rhein"), None, Some("two\nlines")],
        "ok" => [true, false, true],
        "at" => ["2024-05-01 06:00:00.250", "2024-02-29 12:00:00.000", "1999-12-31 23:59:59.000"],
    )
    .and_then(|table| datetimes(table, "%Y-%m-%d %H:%M:%S%.f"))
    .unwrap()
}

/// Where a format has no datetimes, the column `at` is text.
fn datetimes(table: DataFrame, format: &str) -> PolarsResult<DataFrame> {
    let options = StrptimeOptions {
        format: Some(format.into()),
        ..StrptimeOptions::default()
    };
    let at = col("at")
        .str()
        .to_datetime(Some(TimeUnit::Microseconds), None, options, lit("raise"));
    table.lazy().with_columns([at]).collect()
}

const TABLE: &str = r#"
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pandas as pd

table = pd.DataFrame({
    "id": pd.array([1, 2**53, None], dtype="Int64"),
    "x": pd.array([0.5, None, -1e300], dtype="Float64"),
    "name": pd.array(["Köln, \"am\" Rhein", None, "two\nlines"], dtype="string"),
    "ok": pd.array([True, False, True], dtype="boolean"),
    "at": pd.to_datetime(["2024-05-01 06:00:00.250", "2024-02-29 12:00:00.000", "1999-12-31 23:59:59.000"]).as_unit("us"),
})
folder = Path(sys.argv[1])
"#;

const READ: &str = r#"
import pyarrow
import pyarrow.dataset
import pyarrow.feather
import pyarrow.parquet

for text, schema in {
    "string_view": pyarrow.parquet.read_schema(folder / "t.parquet"),
    "large_string": pyarrow.feather.read_table(folder / "t.arrow").schema,
}.items():
    assert list(map(str, schema.types)) == ["int64", "double", text, "bool", "timestamp[us]"], schema
with closing(sqlite3.connect(folder / "t.sqlite")) as database:
    query = pd.read_sql("SELECT * FROM t", database, dtype_backend="numpy_nullable", parse_dates={"at": "ISO8601"})
nullable = {"dtype_backend": "numpy_nullable"}
# Where it is not told the type, it makes categories of keys, and of those it reads none with a null.
by_name = pyarrow.dataset.partitioning(pyarrow.schema({"name": pyarrow.string()}), flavor="hive")
for name, found in {
    "csv": pd.read_csv(folder / "t.csv", parse_dates=["at"], **nullable),
    "csv, compressed": pd.read_csv(folder / "t.csv.gz", parse_dates=["at"], **nullable),
    "json": pd.read_json(folder / "t.json", **nullable).astype({"at": "datetime64[us]"}),
    "ndjson": pd.read_json(folder / "t.ndjson", lines=True, **nullable).astype({"at": "datetime64[us]"}),
    "ndjson, compressed": pd.read_json(folder / "t.ndjson.gz", lines=True, **nullable).astype({"at": "datetime64[us]"}),
    # pandas does not count views of texts among its nullable types.
    "parquet": pd.read_parquet(folder / "t.parquet", **nullable).astype({"name": "string"}),
    # The key comes last, and its values in an order of their own.
    "parquet by name": pd.read_parquet(folder / "parts", partitioning=by_name, **nullable)[list(table)]
    .sort_values("id", ignore_index=True),
    "arrow": pd.read_feather(folder / "t.arrow", **nullable),
    "xlsx": pd.read_excel(folder / "t.xlsx", **nullable),
    # SQLite has no booleans.
    "sqlite": query.astype({"ok": "boolean"}),
}.items():
    pd.testing.assert_frame_equal(found, table, check_exact=True, obj=name)
    print(name)
"#;

const WRITE: &str = r#"
table.to_csv(folder / "t.csv", index=False)
table.to_csv(folder / "utf16.csv", index=False, encoding="utf-16")
table.to_csv(folder / "t.csv.gz", index=False)
table.to_json(folder / "t.ndjson", orient="records", lines=True, date_format="iso")
table.to_json(folder / "t.ndjson.gz", orient="records", lines=True, date_format="iso")
table.to_json(folder / "t.json", orient="records", date_format="iso")
table.to_parquet(folder / "t.parquet")
table.to_parquet(folder / "parts", partition_cols=["name"])
table.to_feather(folder / "t.arrow")
table.to_excel(folder / "t.xlsx", index=False)
with closing(sqlite3.connect(folder / "t.sqlite")) as database:
    table.to_sql("t", database, index=False)
"#;

#[test]
#[ignore = "needs Python"]
fn pandas_reads_what_is_written_here() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let mut table = table();
    csv::write(&mut table, &path("t.csv")).unwrap();
    csv::write_gzip(table.clone().lazy(), &path("t.csv.gz")).unwrap();
    json_lines::write(&mut table, &path("t.json")).unwrap();
    json_lines::write(&mut table, &path("t.ndjson")).unwrap();
    json_lines::write_gzip(table.clone().lazy(), &path("t.ndjson.gz")).unwrap();
    parquet::write(&mut table, &path("t.parquet")).unwrap();
    parquet::write_by_key(table.clone().lazy(), &path("parts"), "name").unwrap();
    arrow_ipc::write(&mut table, &path("t.arrow")).unwrap();
    let mut book = Workbook::new();
    excel::write_sheet(book.add_worksheet(), (0, 0), &table).unwrap();
    excel::save(&mut book, &path("t.xlsx")).unwrap();
    let mut database = Connection::open(path("t.sqlite")).unwrap();
    sqlite::to_sql(&table, "t", &mut database, IfExists::Fail).unwrap();
    assert_eq!(
        python(&[TABLE, READ].concat(), folder.path()),
        "csv\ncsv, compressed\njson\nndjson\nndjson, compressed\nparquet\nparquet by name\narrow\nxlsx\nsqlite\n"
    );
}

#[test]
#[ignore = "needs Python"]
fn what_pandas_writes_is_read_here() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    python(&[TABLE, WRITE].concat(), folder.path());
    let iso = "%Y-%m-%dT%H:%M:%S%.f";
    let database = Connection::open(path("t.sqlite")).unwrap();
    let query = sqlite::read_sql(&database, "SELECT * FROM t", []).unwrap();
    let query = query.lazy().with_columns([col("ok").cast(DataType::Boolean)]);
    let last = SortMultipleOptions::default().with_nulls_last(true);
    let columns = ["id", "x", "name", "ok", "at"].map(col);
    let by_name = parquet::scan(&path("parts")).unwrap();
    let by_name = by_name.sort(["id"], last).select(columns);
    for (name, found) in [
        ("csv", csv::read(&path("t.csv"), &[]).unwrap()),
        ("csv in UTF-16", csv::read(&path("utf16.csv"), &[]).unwrap()),
        ("csv, compressed", csv::read(&path("t.csv.gz"), &[]).unwrap()),
        (
            "ndjson",
            datetimes(json_lines::read(&path("t.ndjson"), &[]).unwrap(), iso).unwrap(),
        ),
        (
            "ndjson, compressed",
            datetimes(json_lines::read(&path("t.ndjson.gz"), &[]).unwrap(), iso).unwrap(),
        ),
        (
            "json",
            datetimes(json_lines::read(&path("t.json"), &[]).unwrap(), iso).unwrap(),
        ),
        ("parquet", parquet::read(&path("t.parquet"), &[]).unwrap()),
        ("parquet by name", by_name.collect().unwrap()),
        ("arrow", arrow_ipc::read(&path("t.arrow"), &[]).unwrap()),
        ("xlsx", excel::read(&path("t.xlsx"), &[]).unwrap()),
        (
            "sqlite",
            datetimes(query.collect().unwrap(), "%Y-%m-%d %H:%M:%S%.f").unwrap(),
        ),
    ] {
        assert_eq!(found.schema(), table().schema(), "{name}");
        assert!(found.equals_missing(&table()), "{name}: {found}");
    }
}

const TIMES: &str = r#"
import sys
from datetime import datetime, time, timedelta

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

book = openpyxl.Workbook()
for epoch in book.epoch, CALENDAR_MAC_1904:
    book.epoch = epoch
    book.active.delete_rows(1, 2)
    book.active.append(["time", "wait", "at"])
    book.active.append([time(12, 30), timedelta(hours=30), datetime(2024, 5, 1, 8, 20)])
    book.save(f"{sys.argv[1]}/{epoch.year}.xlsx")
"#;

#[test]
#[ignore = "needs Python"]
fn times_in_sheets_of_both_calendars_are_read() {
    let folder = tempfile::tempdir().unwrap();
    python(TIMES, folder.path());
    let expected = times();
    for year in [1899, 1904] {
        let found = excel::read(&folder.path().join(format!("{year}.xlsx")), &[]).unwrap();
        assert_eq!(found.schema(), expected.schema(), "{year}");
        assert!(found.equals(&expected), "{year}: {found}");
    }
}

const STRICT: &str = r#"
import sys
from datetime import date, datetime

import openpyxl

book = openpyxl.Workbook(iso_dates=True)
for cell in "at", datetime(2024, 5, 1, 8, 20, 0, 250000), date(2024, 5, 2):
    book.active.append([cell])
book.save(f"{sys.argv[1]}/strict.xlsx")
"#;

#[test]
#[ignore = "needs Python"]
fn datetimes_that_a_sheet_has_as_text_are_read() {
    let folder = tempfile::tempdir().unwrap();
    python(STRICT, folder.path());
    let found = excel::read(&folder.path().join("strict.xlsx"), &[]).unwrap();
    let expected = df!("at" => ["2024-05-01 08:20:00.250", "2024-05-02 00:00:00"]).unwrap();
    let expected = datetimes(expected, "%Y-%m-%d %H:%M:%S%.f").unwrap();
    assert_eq!(found.schema(), expected.schema());
    assert!(found.equals(&expected), "{found}");
}

fn times() -> DataFrame {
    let hour = 3_600_000_000_000_i64;
    let times =
        df!("time" => [hour * 25 / 2], "wait" => [30 * hour / 1_000], "at" => ["2024-05-01 08:20:00"]);
    let times = times.unwrap().lazy().with_columns([
        col("time").cast(DataType::Time),
        col("wait").cast(DataType::Duration(TimeUnit::Microseconds)),
    ]);
    datetimes(times.collect().unwrap(), "%Y-%m-%d %H:%M:%S").unwrap()
}

#[test]
fn a_sheet_keeps_times_and_refuses_what_it_has_no_cell_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("t.xlsx");
    let mut book = Workbook::new();
    excel::write_sheet(book.add_worksheet(), (3, 2), &times()).unwrap();
    excel::save(&mut book, &file).unwrap();
    let found = excel::read(&file, &[]).unwrap();
    assert!(found.equals(&times()), "{found}");
    let list = Series::new("list".into(), [Series::new("".into(), [1_i64])]).into_frame();
    let refused = excel::write_sheet(book.add_worksheet(), (0, 0), &list).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "column \"list\", row 2: a cell cannot hold list[i64]"
    );
}

#[test]
fn what_the_writer_of_sheets_refuses_is_named_by_column_and_row() {
    let long = "a".repeat(32_768);
    let mut book = Workbook::new();
    let mut refused = |frame: DataFrame, corner| {
        let error = excel::write_sheet(book.add_worksheet(), corner, &frame).unwrap_err();
        format!("{error:#}")
    };
    let texts = df!("x" => ["a", &long]).unwrap();
    let too_long = "String exceeds Excel's limit of 32,767 characters.";
    assert_eq!(refused(texts, (3, 2)), format!("column \"x\", row 6: {too_long}"));
    let name = df!(long.as_str() => [1]).unwrap();
    assert!(refused(name, (0, 0)).ends_with(&format!("\", its name: {too_long}")));
    let numbers = || df!("x" => [1, 2]).unwrap();
    assert_eq!(
        refused(numbers(), (1_048_574, 0)),
        "column \"x\", row 1048577: Row or column exceeds Excel's allowed limits (1,048,576 x 16,384)."
    );
}

#[test]
fn a_sheet_refuses_what_would_be_read_as_something_else() {
    let days = |texts: [&str; 2]| {
        let options = StrptimeOptions::default();
        let days = df!("x" => texts).unwrap().lazy();
        days.select([col("x").str().to_date(options)]).collect().unwrap()
    };
    let at = |texts: [&str; 2]| datetimes(df!("at" => texts).unwrap(), "%Y-%m-%d %H:%M:%S%.f").unwrap();
    for (frame, refused) in [
        (
            days(["1900-03-01", "1900-02-28"]),
            "column \"x\", row 3: 1900-02-28",
        ),
        (
            at(["9999-12-31 23:59:59.999", "1899-12-31 00:00:00"]),
            "column \"at\", row 3: 1899-12-31 00:00:00",
        ),
        (
            at(["2024-05-01 08:20:00.001", "2024-05-01 08:20:00.000001"]),
            "column \"at\", row 3: 2024-05-01 08:20:00.000001",
        ),
        (df!("x" => [0.5, f64::NAN]).unwrap(), "column \"x\", row 3: NaN"),
        (df!("x" => [f64::INFINITY]).unwrap(), "column \"x\", row 2: inf"),
    ] {
        let error = excel::write_sheet(Workbook::new().add_worksheet(), (0, 0), &frame).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("{refused} is more than a cell can hold")
        );
    }
}

#[test]
fn a_sheet_gives_some_back_as_another_type() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("t.xlsx");
    let frame = df!("text" => ["", "a"], "day" => [19_844, 19_845], "big" => [1_i64 << 54, 1]).unwrap();
    let day = col("day").cast(DataType::Date);
    let frame = frame.lazy().with_column(day).collect().unwrap();
    let mut book = Workbook::new();
    excel::write_sheet(book.add_worksheet(), (0, 0), &frame).unwrap();
    excel::save(&mut book, &file).unwrap();
    let expected = frame.lazy().with_columns([
        when(col("text").neq(lit("")))
            .then(col("text"))
            .otherwise(lit(NULL)),
        col("day").cast(DataType::Datetime(TimeUnit::Microseconds, None)),
        col("big").cast(DataType::Float64),
    ]);
    let expected = expected.collect().unwrap();
    let found = excel::read(&file, &[]).unwrap();
    assert_eq!(found.schema(), expected.schema());
    assert!(found.equals_missing(&expected), "{found}");
}

#[test]
fn a_cell_that_sqlite_does_not_hold_is_named() {
    let mut database = Connection::open_in_memory().unwrap();
    let mut refused = |frame: DataFrame| {
        let error = sqlite::to_sql(&frame, "t", &mut database, IfExists::Fail).unwrap_err();
        let left = sqlite::read_sql(&database, "SELECT name FROM sqlite_schema", []).unwrap();
        assert_eq!(left.height(), 0, "{left}");
        error.to_string()
    };
    assert_eq!(
        refused(df!("id" => [1_i64, 2], "x" => [0.5, f64::NAN]).unwrap()),
        "table \"t\", column \"x\", row 2: SQLite has no NaN"
    );
    assert!(refused(df!("id" => [1, u64::MAX]).unwrap()).starts_with("table \"t\", column \"id\", row 2: "),);
    let long = sqlite::read_sql(&database, "VALUES (0.5), (9007199254740993)", []).unwrap_err();
    assert_eq!(
        long.to_string(),
        "column \"column1\", row 2: 9007199254740993 would lose digits as a float, which others of the column are"
    );
    let text = sqlite::read_sql(&database, "VALUES ('a'), (CAST(x'ff' AS TEXT))", []).unwrap_err();
    let text = format!("{text:#}");
    assert!(
        text.starts_with("column \"column1\", row 2: invalid utf-8"),
        "{text}"
    );
}

#[test]
fn where_no_row_is_found_the_declaration_says_the_types() {
    let database = Connection::open_in_memory().unwrap();
    database
        .execute_batch(
            "CREATE TABLE t (a int, b BigInt, c varchar(10), d nclob, e blob, f float, g DOUBLE PRECISION, h date,
             i TIMESTAMP, j decimal(10, 2))",
        )
        .unwrap();
    let found = sqlite::read_sql(&database, "SELECT *, a + 1 AS k FROM t", []).unwrap();
    let types = [
        DataType::Int64,
        DataType::Int64,
        DataType::String,
        DataType::String,
        DataType::Binary,
        DataType::Float64,
        DataType::Float64,
        DataType::String,
        DataType::String,
        DataType::Null,
        DataType::Null,
    ];
    assert_eq!(found.dtypes(), types);
}

#[test]
fn a_cell_of_another_type_is_named_by_its_row_in_all_of_the_answer() {
    let database = Connection::open_in_memory().unwrap();
    let query = "VALUES (1), (2), (3), ('four')";
    let error = sqlite::read_sql_in_pieces(&database, query, [], 2, |_| Ok(())).unwrap_err();
    assert!(error.to_string().contains("row 4: \"four\""), "{error}");
}

/// Runs the script on the folder, and says what it printed.
#[track_caller]
fn python(script: &str, folder: &Path) -> String {
    let python = Python::with_packages_of("dataframe-demo").unwrap();
    let mut command: Command = python.command();
    let output = command.args(["-c", script]).arg(folder).output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    String::from_utf8(output.stdout).unwrap()
}
