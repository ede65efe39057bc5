//! What is wrong with a file is one line, and what was there before stays as it was.

#[cfg(target_os = "linux")]
use std::os::unix::process::CommandExt;
use std::{
    collections::BTreeSet,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
#[cfg(unix)]
use std::{env, ffi::OsStr};

use dataframe_demo::{arrow_ipc, csv, excel, json_lines, parquet};
use flate2::{Compression, write::GzEncoder};
use polars::prelude::*;
use rust_xlsxwriter::Workbook;
#[cfg(target_os = "linux")]
use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;

#[cfg(target_os = "linux")]
use crate::soon;
use crate::{complaint, demo, stdout};

/// A folder with one file.
fn file(name: &str, bytes: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    fs::write(&file, bytes).unwrap();
    (folder, file)
}

/// A CSV file of so many rows, more than the hundred of which the types are inferred, in which one line is another.
fn rows_with(line: usize, bad: &[u8]) -> Vec<u8> {
    let mut lines: Vec<_> = (1..=300)
        .map(|id| format!("{id},{id}.5,\"town, {id}\"").into_bytes())
        .collect();
    lines.insert(0, b"id,height,town".to_vec());
    lines[line - 1] = bad.to_vec();
    lines.join(&b'\n')
}

/// What the demo says of the file, without its folder, when it should read it and write it as Parquet: it has not
/// written anything.
#[track_caller]
fn refused(lesson: &str, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let (folder, file) = file(name, bytes);
    let out = folder.path().join("out");
    let [file, out_text] = [&file, &out].map(|path| path.to_str().unwrap());
    let line = complaint(&[lesson, "--data", file, "--out", out_text]);
    assert!(!out.exists(), "{line}");
    line.replace(&format!("{}/", folder.path().display()), "")
}

#[test]
fn a_ragged_line_is_named() {
    assert_eq!(
        refused("csv", "t.csv", rows_with(201, b"200,1.5,Ulm,spare")),
        "error: t.csv, line 201: 4 fields, but \"town\" is column 3, the last: \"200,1.5,Ulm,spare\"\n"
    );
}

#[test]
fn a_line_that_is_too_short_is_named_with_the_column_that_it_lacks() {
    let short = "error: t.csv, line 201: nothing in column \"town\": \"200,1.5\"\n";
    assert_eq!(refused("csv", "t.csv", rows_with(201, b"200,1.5")), short);
    let cut_off = rows_with(301, b"300,");
    assert_eq!(
        refused("csv", "t.csv", cut_off),
        "error: t.csv, line 301: nothing in column \"town\": \"300,\"\n"
    );
    // Empty fields are fields, and so is one with a comma in quotes.
    let (_folder, file) = file("t.csv", "id,height,town\n1,,\n,,\"\"\n,,\"a, b\"\n");
    let output = demo(&["csv", "--data", file.to_str().unwrap()]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn a_short_line_is_found_whichever_columns_are_asked_for() {
    let (_folder, file) = file("t.csv", rows_with(201, b"200,1.5"));
    let line = complaint(&["csv", "--data", file.to_str().unwrap(), "--columns", "id"]);
    assert!(
        line.ends_with("line 201: nothing in column \"town\": \"200,1.5\"\n"),
        "{line}"
    );
}

#[test]
fn a_long_line_is_found_whichever_columns_are_asked_for() {
    let (_folder, file) = file("t.csv", rows_with(201, b"200,1.5,Ulm,spare"));
    let line = complaint(&["csv", "--data", file.to_str().unwrap(), "--columns", "id"]);
    assert!(
        line.ends_with("line 201: 4 fields, but \"town\" is column 3, the last: \"200,1.5,Ulm,spare\"\n"),
        "{line}"
    );
}

#[test]
fn a_quote_within_a_field_is_text() {
    let (_folder, file) = file("t.csv", "a,b,c\n5\" x,6\" y,1\n1,\"2, 3\",\n");
    let frame = csv::read(&file, &[]).unwrap();
    let expected = df!("a" => ["5\" x", "1"], "b" => ["6\" y", "2, 3"], "c" => [Some(1_i64), None]);
    assert!(frame.equals_missing(&expected.unwrap()), "{frame}");
}

#[test]
fn a_quote_that_is_not_closed_is_named() {
    assert_eq!(
        refused("csv", "t.csv", "id,town\n1,Ulm\n2,\"Jena\n3,Bonn\n"),
        "error: t.csv, line 3: a quote is opened and not closed: \"2,\\\"Jena\\n3,Bonn\"\n"
    );
    // Where another one ends the file.
    assert_eq!(
        refused("csv", "t.csv", "id,town\n2,\"Jena\n3,\"Bonn\""),
        "error: t.csv, line 2: a quote is opened and not closed: \"2,\\\"Jena\\n3,\\\"Bonn\\\"\"\n"
    );
}

#[test]
fn a_cell_of_many_lines_that_does_not_fit_is_named_with_its_column() {
    assert_eq!(
        refused("csv", "t.csv", rows_with(151, b"150,\"tall\n\nor so\",Ulm")),
        "error: t.csv, line 151: could not parse `\"tall  or so\"` as dtype `f64` at column 'height' (column number 2): \
         \"150,\\\"tall\\n\\nor so\\\",Ulm\"\n"
    );
}

#[test]
fn an_empty_line_is_no_row() {
    for text in [
        "id,town\n1,Ulm\n\n2,\n\n",
        "\nid,town\r\n1,Ulm\r\n\r\n2,\r\n",
        "id,town\n1,\"Ulm\n\nDonau\"\n\n2,",
    ] {
        let (_folder, file) = file("t.csv", text);
        let frame = csv::read(&file, &[]).unwrap();
        assert_eq!(frame.shape(), (2, 2), "{text:?}: {frame}");
        assert_eq!(frame.column("id").unwrap().null_count(), 0, "{text:?}: {frame}");
    }
}

#[test]
fn only_dates_with_the_year_in_front_are_dates() {
    let types = |cells: &str| {
        let (_folder, file) = file("t.csv", format!("day\n{cells}\n"));
        csv::read(&file, &[]).unwrap().dtypes().remove(0)
    };
    let datetime = DataType::Datetime(TimeUnit::Microseconds, None);
    for (cells, expected) in [
        ("2024-02-01\n2024-02-29", DataType::Date),
        ("2024-02-01T12:30:00\n2024-02-29T00:00:00", datetime.clone()),
        ("2024-02-01 12:30:00.250\n2024-02-29 00:00:00.000", datetime),
        (
            "2024-02-01 12:30:00.123456789\n2024-02-29 00:00:00",
            DataType::Datetime(TimeUnit::Nanoseconds, None),
        ),
        ("2024-02-01 12:30:00.1234567891", DataType::String),
        ("3024-02-01 12:30:00.123456789", DataType::String),
        ("01/02/2024\n02/02/2024", DataType::String),
        ("01-02-2024\n02-02-2024", DataType::String),
        ("01-02-03", DataType::String),
        ("2024-02-01\n2024-02-30", DataType::String),
        ("2024-02-01\nunknown", DataType::String),
        ("2024-02-01\n2024-02-01 12:30:00", DataType::String),
    ] {
        assert_eq!(types(cells), expected, "{cells:?}");
    }
}

#[test]
fn lines_are_counted_as_an_editor_does() {
    let mut bytes = rows_with(201, b"200,1.5,Ulm,spare");
    let quoted = bytes.iter().position(|byte| *byte == b'"').unwrap();
    bytes.splice(quoted + 1..quoted + 1, *b"on the\nriver\n");
    let line = refused("csv", "t.csv", bytes);
    assert!(line.starts_with("error: t.csv, line 203: "), "{line}");
}

#[test]
fn a_value_that_does_not_fit_is_named_with_its_column() {
    assert_eq!(
        refused("csv", "t.csv", rows_with(151, b"150,tall,Ulm")),
        "error: t.csv, line 151: could not parse `tall` as dtype `f64` at column 'height' (column number 2): \
         \"150,tall,Ulm\"\n"
    );
}

#[test]
fn of_two_faults_the_first_is_named_with_its_own_reason() {
    let mut ragged_later = rows_with(151, b"150,tall,Ulm");
    ragged_later.extend(b"\n301,1.5,Ulm,spare");
    let line = refused("csv", "t.csv", ragged_later);
    assert!(
        line.starts_with("error: t.csv, line 151: could not parse `tall`"),
        "{line}"
    );
    let mut ragged_first = rows_with(151, b"150,1.5,Ulm,spare");
    ragged_first.extend(b"\n301,tall,Ulm");
    let line = refused("csv", "t.csv", ragged_first);
    assert!(
        line.starts_with("error: t.csv, line 151: 4 fields, but \"town\" is column 3, the last"),
        "{line}"
    );
}

#[test]
fn a_number_that_is_too_large_is_named_with_its_column() {
    assert_eq!(
        refused("csv", "t.csv", rows_with(251, b"9223372036854775808,1.5,Ulm")),
        "error: t.csv, line 251: could not parse `9223372036854775808` as dtype `i64` at column 'id' (column number \
         1): \"9223372036854775808,1.5,Ulm\"\n"
    );
}

#[test]
fn another_encoding_is_named() {
    assert_eq!(
        refused("csv", "t.csv", rows_with(121, b"120,1.5,K\xf6ln")),
        "error: t.csv, line 121: column \"town\" is not in UTF-8, save the file so: \"120,1.5,K\u{fffd}ln\"\n"
    );
}

#[test]
fn another_encoding_of_json_is_named_by_line_and_column() {
    let records = ["[{\"town\": \"Ulm\"}", " {\"town\": \"K\u{f6}ln\"}]"];
    let latin = |text: &str| text.chars().map(|c| c as u8).collect::<Vec<_>>();
    assert_eq!(
        refused("json-lines", "t.json", latin(&records.join(",\n"))),
        "error: t.json, line 2, column 13: not in UTF-8, save the file so\n"
    );
    let lines = records.join("\n").replace(['[', ']'], "");
    assert_eq!(
        refused("json-lines", "t.ndjson", latin(&lines)),
        "error: t.ndjson, line 2, column 13: not in UTF-8, save the file so\n"
    );
    let with_mark = lines.encode_utf16().flat_map(u16::to_le_bytes);
    let utf16: Vec<_> = [0xff, 0xfe].into_iter().chain(with_mark).collect();
    for name in ["t.json", "t.ndjson"] {
        assert_eq!(
            refused("json-lines", name, &utf16),
            format!("error: {name}, line 1, column 1: not in UTF-8, save the file so\n")
        );
    }
}

#[test]
fn a_mark_before_a_list_hides_nothing() {
    let with_mark = |text: &str| format!("\u{feff}{text}");
    let (_folder, file) = file("t.json", with_mark("[{\"id\": 1}]"));
    let frame = json_lines::read(&file, &[]).unwrap();
    assert!(frame.equals(&df!("id" => [1_i64]).unwrap()), "{frame}");
    assert_eq!(
        refused(
            "json-lines",
            "t.json",
            with_mark("[{\"id\": 1}, {\"id\": \"2\"}]")
        ),
        "error: t.json, record 2, column \"id\": \"2\" is text, but before it there is a number\n"
    );
}

#[test]
fn another_separator_is_named() {
    assert_eq!(
        refused("csv", "t.csv", "id;town\n1;Ulm\n"),
        "error: t.csv: \"id;town\" is one column: its fields are separated by ';', and not by commas\n"
    );
    let (_folder, file) = file("t.csv", "id\n1;2\n");
    assert_eq!(csv::read(&file, &[]).unwrap().shape(), (1, 1));
}

#[test]
fn an_empty_file_and_one_of_names_alone_are_told_apart() {
    assert_eq!(refused("csv", "t.csv", ""), "error: t.csv: no data: empty CSV\n");
    assert_eq!(
        refused("csv", "t.csv", "id,height\n"),
        "error: t.csv: there are names of columns, but no row\n"
    );
}

#[test]
fn a_file_without_a_column_has_nothing_in_it() {
    let empty = "there is nothing in it\n";
    assert_eq!(
        refused("json-lines", "t.json", "[]"),
        format!("error: t.json: {empty}")
    );
    assert_eq!(
        refused("json-lines", "t.ndjson", "{}\n"),
        format!("error: t.ndjson: {empty}")
    );
    for blank in ["", "\n \n"] {
        for name in ["t.json", "t.ndjson"] {
            let line = refused("json-lines", name, blank);
            assert_eq!(line, format!("error: {name}: {empty}"));
        }
    }
    let mut book = Workbook::new();
    book.add_worksheet();
    assert_eq!(
        refused("excel", "t.xlsx", book.save_to_buffer().unwrap()),
        format!("error: t.xlsx: {empty}")
    );
}

#[test]
fn a_column_that_is_not_there_has_a_nearest_name() {
    let (_folder, file) = file("t.csv", "id,height,town\n1,1.5,Ulm\n");
    let line = complaint(&["csv", "--data", file.to_str().unwrap(), "--columns", "id,hieght"]);
    assert!(
        line.ends_with("t.csv: no column \"hieght\": did you mean \"height\"?\n"),
        "{line}"
    );
}

#[test]
fn a_column_is_asked_for_once() {
    let (_folder, file) = file("t.csv", "id,height,town\n1,1.5,Ulm\n");
    let line = complaint(&["csv", "--data", file.to_str().unwrap(), "--columns", "id,town,id"]);
    assert!(
        line.ends_with("t.csv: column \"id\" is asked for twice\n"),
        "{line}"
    );
}

#[test]
fn of_other_columns_nothing_is_read() {
    let (_folder, file) = file("t.csv", rows_with(151, b"150,tall,Ulm"));
    let output = demo(&["csv", "--data", file.to_str().unwrap(), "--columns", "town,id"])
        .output()
        .unwrap();
    let text = stdout(&output);
    assert!(text.contains("town") && text.contains("┆ id"), "{text}");
    assert!(!text.contains("height"), "{text}");
}

#[test]
fn columns_stand_as_they_are_asked_for_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let mut frame = df!("id" => [1_i64], "height" => [1.5], "town" => ["Ulm"]).unwrap();
    fs::write(path("t.csv"), "id,height,town\n1,1.5,Ulm\n").unwrap();
    fs::write(
        path("t.json"),
        "[{\"id\": 1, \"height\": 1.5, \"town\": \"Ulm\"}]",
    )
    .unwrap();
    fs::write(
        path("t.ndjson"),
        "{\"id\": 1, \"height\": 1.5, \"town\": \"Ulm\"}\n",
    )
    .unwrap();
    parquet::write(&mut frame, &path("t.parquet")).unwrap();
    arrow_ipc::write(&mut frame, &path("t.arrow")).unwrap();
    let mut book = Workbook::new();
    excel::write_sheet(book.add_worksheet(), (0, 0), &frame).unwrap();
    excel::save(&mut book, &path("t.xlsx")).unwrap();
    let columns = ["town", "id"].map(str::to_owned);
    let misspelt = ["hieght".to_owned()];
    for (name, read) in [
        ("t.csv", csv::read as fn(&Path, &[String]) -> _),
        ("t.json", json_lines::read),
        ("t.ndjson", json_lines::read),
        ("t.parquet", parquet::read),
        ("t.arrow", arrow_ipc::read),
        ("t.xlsx", excel::read),
    ] {
        let found = read(&path(name), &columns).unwrap();
        assert!(
            found.equals(&frame.select(["town", "id"]).unwrap()),
            "{name}: {found}"
        );
        let error = read(&path(name), &misspelt).unwrap_err().to_string();
        assert!(
            error.ends_with(&format!("{name}: no column \"hieght\": did you mean \"height\"?")),
            "{error}"
        );
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    for lesson in ["csv", "json-lines", "parquet", "arrow-ipc", "excel"] {
        let line = complaint(&[lesson, "--data", "nowhere/t"]);
        assert!(
            line.contains("nowhere/t") && line.contains("No such file"),
            "{line}"
        );
    }
}

#[cfg(unix)]
#[test]
fn what_can_be_read_only_once_is_refused() {
    assert_eq!(
        complaint(&["csv", "--data", "/dev/stdin"]),
        "error: /dev/stdin can be read only once, and that is not enough: save it as a file\n"
    );
}

#[test]
fn json_that_is_none_is_named_by_line_and_column() {
    for (name, text, complaint) in [
        (
            "t.ndjson",
            "{\"id\": 1}\n{\"id\":\n{\"id\": 3}\n",
            "error: t.ndjson, line 2, column 6: EOF while parsing a value\n",
        ),
        (
            "t.json",
            "[{\"id\": 1},\n {\"id\" 2}]",
            "error: t.json, line 2, column 8: expected `:`\n",
        ),
        // Blanks count, and an empty line is none that is wrong.
        (
            "t.ndjson",
            "{\"id\": 1}\r\n\r\n  {\"id\":\r\n",
            "error: t.ndjson, line 3, column 8: EOF while parsing a value\n",
        ),
        (
            "t.json",
            "\n\n  [{\"id\" 2}]",
            "error: t.json, line 3, column 10: expected `:`\n",
        ),
    ] {
        assert_eq!(refused("json-lines", name, text), complaint);
    }
}

#[test]
fn json_whose_values_are_of_two_kinds_is_named_by_line_and_column() {
    for (name, text, complaint) in [
        (
            "t.ndjson",
            "{\"id\": null}\n{\"id\": 1}\n{}\n\n{\"id\": 2.5}\n{\"id\": \"three\"}\n",
            "error: t.ndjson, line 6, column \"id\": \"three\" is text, but before it there is a number\n",
        ),
        (
            "t.json",
            "[{\"id\": \"1\"},\n\n {\"id\": true}]",
            "error: t.json, record 2, column \"id\": true is a boolean, but before it there is text\n",
        ),
        (
            "t.json",
            "[{\"user\": {\"name\": \"Ada\"}}, {\"user\": {\"name\": 7}}]",
            "error: t.json, record 2, column \"user.name\": 7 is a number, but before it there is text\n",
        ),
        (
            "t.ndjson",
            "{\"tags\": []}\n{\"tags\": [1, \"b\"]}\n",
            "error: t.ndjson, line 2, column \"tags.[]\": \"b\" is text, but before it there is a number\n",
        ),
        (
            "t.ndjson",
            "{\"id\": 1}\n2\n",
            "error: t.ndjson, line 2: 2 is a number, but before it there is a record\n",
        ),
        (
            "t.ndjson",
            "{\"user\": {\"name\": \"Ada\"}}\n{\"user\": \"Ada\"}\n",
            "error: t.ndjson, line 2, column \"user\": \"Ada\" is text, but before it there is a record\n",
        ),
    ] {
        assert_eq!(refused("json-lines", name, text), complaint);
    }
    // Of other columns nothing is asked.
    let (_folder, file) = file(
        "t.ndjson",
        "{\"id\": 1, \"height\": 2}\n{\"id\": 2, \"height\": \"tall\"}\n",
    );
    let ids = json_lines::read(&file, &["id".to_owned()]).unwrap();
    assert!(ids.equals(&df!("id" => [1_i64, 2]).unwrap()), "{ids}");
}

#[test]
fn a_number_in_json_that_is_too_large_is_named() {
    for (name, text, complaint) in [
        (
            "t.ndjson",
            "{\"id\": 9223372036854775807}\n{\"id\": 9223372036854775808}\n",
            "error: t.ndjson, line 2, column \"id\": 9223372036854775808 does not fit into i64\n",
        ),
        (
            "t.json",
            "[{\"id\": 9223372036854775807}, {\"id\": 9223372036854775808}]",
            "error: t.json, record 2, column \"id\": 9223372036854775808 does not fit into i64\n",
        ),
        // Beside floats, and of more than 64 bits, and of more than 128.
        (
            "t.ndjson",
            "{\"x\": 0.5}\n{\"x\": -9223372036854775809}\n",
            "error: t.ndjson, line 2, column \"x\": -9223372036854775809 does not fit into i64\n",
        ),
        (
            "t.json",
            "[{\"x\": 0.5}, {\"x\": 18446744073709551616}]",
            "error: t.json, record 2, column \"x\": 18446744073709551616 does not fit into i64\n",
        ),
        (
            "t.ndjson",
            "{\"x\": 1000000000000000000000000000000000000000}\n",
            "error: t.ndjson, line 1, column \"x\": 1000000000000000000000000000000000000000 does not fit into i64\n",
        ),
        (
            "t.json",
            "[{\"a\\\"{[\": \"}\", \"of\": {\"\\u00f6\": [[1], [2, 9223372036854775808]]}}]",
            "error: t.json, record 1, column \"of.\u{f6}.[].[]\": 9223372036854775808 does not fit into i64\n",
        ),
        (
            "t.json",
            "{\"id\": 9223372036854775808}",
            "error: t.json, record 1, column \"id\": 9223372036854775808 does not fit into i64\n",
        ),
    ] {
        assert_eq!(refused("json-lines", name, text), complaint);
    }
    // Floats may be larger, texts are none, and of other columns nothing is asked.
    let (_folder, file) = file(
        "t.ndjson",
        "{\"id\": -9223372036854775808, \"x\": 1e20, \"text\": \"9223372036854775808\", \"big\": 9223372036854775808}\n",
    );
    let columns = ["id", "x", "text"].map(str::to_owned);
    let found = json_lines::read(&file, &columns).unwrap();
    let expected = df!("id" => [i64::MIN], "x" => [1e20], "text" => ["9223372036854775808"]).unwrap();
    assert!(found.equals(&expected), "{found}");
}

#[test]
fn json_that_goes_too_deep_is_named_by_line_and_column() {
    let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    for (name, text, place) in [
        ("t.json", "[".repeat(100_000), "line 1, column 128"),
        (
            "t.json",
            format!("[{{\"id\":\n{}}}]", deep(100_000)),
            "line 2, column 126",
        ),
        (
            "t.ndjson",
            format!("{{\"id\": []}}\n{{\"id\": {}}}\n", deep(100_000)),
            "line 2, column 134",
        ),
        // A text that is not closed ends with its line.
        (
            "t.ndjson",
            format!("{{\"id\n{{\"id\": {}}}\n", deep(100_000)),
            "line 2, column 134",
        ),
    ] {
        assert_eq!(
            refused("json-lines", name, text),
            format!("error: {name}, {place}: more than 127 lists and records within one another\n")
        );
    }
    // As deep as it may go, and brackets in a text.
    let brackets = "[".repeat(1000);
    for (name, text) in [
        (
            "t.json",
            format!("[{{\"id\": {}, \"text\": \"{brackets}\"}}]", deep(125)),
        ),
        (
            "t.ndjson",
            format!("{{\"id\": {}, \"text\": \"{brackets}\"}}\n", deep(126)),
        ),
    ] {
        let (_folder, file) = file(name, text);
        let output = demo(&["json-lines", "--data", file.to_str().unwrap()])
            .output()
            .unwrap();
        assert!(output.status.success(), "{name}: {output:?}");
    }
}

fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut compressed = GzEncoder::new(Vec::new(), Compression::default());
    compressed.write_all(bytes.as_ref()).unwrap();
    compressed.finish().unwrap()
}

#[test]
fn lines_of_a_compressed_file_are_named() {
    assert_eq!(
        refused("json-lines", "t.ndjson.gz", gzip("{\"id\": 1}\n{\"id\":\n")),
        "error: t.ndjson.gz, line 2, column 6: EOF while parsing a value\n"
    );
    assert_eq!(
        refused("csv", "t.csv.gz", gzip(rows_with(201, b"200,1.5,Ulm,spare"))),
        "error: t.csv.gz, line 201: 4 fields, but \"town\" is column 3, the last: \"200,1.5,Ulm,spare\"\n"
    );
    assert_eq!(
        refused("csv", "t.csv.gz", gzip(rows_with(201, b"200,1.5"))),
        "error: t.csv.gz, line 201: nothing in column \"town\": \"200,1.5\"\n"
    );
}

#[test]
fn a_stray_nul_hides_no_line() {
    let mut bytes = rows_with(151, b"150,tall,Ulm");
    bytes.splice(bytes.len()..bytes.len(), *b"\n301,1.5,U\0lm");
    let line = refused("csv", "t.csv", bytes);
    assert!(
        line.starts_with("error: t.csv, line 151: could not parse `tall`"),
        "{line}"
    );
}

#[test]
fn a_compressed_list_is_a_list() {
    let (_folder, file) = file("t.json.gz", gzip("[{\"id\": 1},\n {\"id\": 2}]"));
    let output = demo(&["json-lines", "--data", file.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(
        stdout(&output).contains("│ id     ┆ i64  ┆ 0     ┆ 1     ┆ 2        │"),
        "{output:?}"
    );
}

/// The table of other tests, as Parquet, written by the demo itself.
fn written(folder: &Path) -> PathBuf {
    let file = folder.join("t.csv");
    fs::write(&file, rows_with(1, b"id,height,town")).unwrap();
    let [file, out] = [&file, folder].map(|path| path.to_str().unwrap());
    let output = demo(&["csv", "--data", file, "--out", out]).output().unwrap();
    assert!(output.status.success());
    assert!(stdout(&output).ends_with("t.parquet: 300 rows\n"));
    folder.join("t.parquet")
}

#[test]
fn a_csv_file_becomes_parquet() {
    let folder = tempfile::tempdir().unwrap();
    let file = written(folder.path());
    let text = stdout(
        &demo(&[
            "parquet",
            "--data",
            file.to_str().unwrap(),
            "--columns",
            "town,height",
        ])
        .output()
        .unwrap(),
    );
    for part in ["town   ┆ str", "height ┆ f64", "┆ 300.5", "│ town, 1 ┆ 1.5"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // Nothing is left of the writing.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

/// As `| head -0` does it.
#[test]
fn a_file_is_written_where_nobody_reads_what_is_printed() {
    let (folder, file) = file("t.csv", rows_with(1, b"id,height,town"));
    let [file, out] = [&file, folder.path()].map(|path| path.to_str().unwrap());
    let mut run = demo(&["csv", "--data", file, "--out", out]);
    let mut run = run.stdout(Stdio::piped()).spawn().unwrap();
    drop(run.stdout.take());
    assert!(run.wait().unwrap().success());
    let written = parquet::read(&folder.path().join("t.parquet"), &[]).unwrap();
    assert_eq!(written.height(), 300);
}

#[test]
fn the_file_that_is_read_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let file = written(folder.path());
    let before = fs::read(&file).unwrap();
    let below = folder.path().join("below");
    fs::create_dir(&below).unwrap();
    let out = below.join("..");
    let [file, out] = [&file, &out].map(|path| path.to_str().unwrap());
    let line = complaint(&["parquet", "--data", file, "--columns", "id", "--out", out]);
    assert_eq!(
        line,
        format!("error: {file} would be overwritten: --out should name another folder\n")
    );
    assert!(fs::read(file).unwrap() == before);
}

#[cfg(unix)]
#[test]
fn a_file_that_is_replaced_hands_on_its_permissions() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let file = written(folder.path());
    for mode in [0o600, 0o664] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        written(folder.path());
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, mode);
    }
}

#[test]
fn a_truncated_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = fs::read(written(folder.path())).unwrap();
    for length in [0, 3, 100, bytes.len() / 2, bytes.len() - 1] {
        let line = refused("parquet", "cut.parquet", &bytes[..length]);
        assert!(line.starts_with("error: cut.parquet: parquet: "), "{line}");
        let line = refused("arrow-ipc", "cut.arrow", &bytes[..length]);
        assert!(
            line.starts_with("error: cut.arrow is not an Arrow file"),
            "{line}"
        );
        let line = refused("excel", "cut.xlsx", &bytes[..length]);
        assert!(line.contains("cut.xlsx: "), "{line}");
    }
}

#[test]
fn a_damaged_file_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = fs::read(written(folder.path())).unwrap();
    // A byte of the footer, one of those with which polars takes the file for sound and panics.
    let at = bytes.len() - 470;
    bytes[at] = 0x66;
    let line = refused("parquet", "t.parquet", bytes);
    assert!(
        line.starts_with("error: t.parquet is damaged: range end index "),
        "{line}"
    );
}

/// It ends the process that believes it, with no line that names the file.
#[test]
fn a_length_that_no_memory_has_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = fs::read(written(folder.path())).unwrap();
    // The 300 values of a page, as Thrift writes them: the last bit of the number is its sign.
    let header = [0x2c, 0x15, 0xd8, 0x04];
    let at = bytes.windows(4).position(|bytes| bytes == header).unwrap();
    bytes[at + 2] ^= 1;
    let line = refused("parquet", "t.parquet", bytes);
    assert!(
        line.starts_with("error: t.parquet is damaged, or larger than the memory: memory allocation of "),
        "{line}"
    );
}

#[test]
fn a_damaged_byte_anywhere_is_another_value_or_an_error_of_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let mut frame = parquet::read(&written(folder.path()), &[]).unwrap();
    let [arrow, sheet] = ["t.arrow", "t.xlsx"].map(|name| folder.path().join(name));
    arrow_ipc::write(&mut frame, &arrow).unwrap();
    let mut book = Workbook::new();
    excel::write_sheet(book.add_worksheet(), (0, 0), &frame).unwrap();
    excel::save(&mut book, &sheet).unwrap();
    for (file, read) in [
        (
            arrow,
            arrow_ipc::read as fn(&Path, &[String]) -> anyhow::Result<_>,
        ),
        (sheet, excel::read),
    ] {
        let sound = fs::read(&file).unwrap();
        let mut errors = 0;
        for at in (0..sound.len()).step_by(101) {
            for damage in [0x01, 0x80, 0xff] {
                let mut bytes = sound.clone();
                bytes[at] ^= damage;
                fs::write(&file, bytes).unwrap();
                if let Err(error) = read(&file, &[]) {
                    assert_eq!(error.to_string().lines().count(), 1, "{at}: {error}");
                    errors += 1;
                }
            }
        }
        assert!(errors > 0, "no damage is seen in {}", file.display());
    }
}

/// As Ctrl-C does while a file is written.
#[cfg(target_os = "linux")]
#[test]
fn nothing_is_left_of_a_file_whose_writing_is_interrupted() {
    let (folder, file) = file("t.csv", "");
    let rows: String = (0..1_000_000)
        .map(|id| format!("{id},{id}.5,town {id}\n"))
        .collect();
    fs::write(&file, format!("id,height,town\n{rows}")).unwrap();
    let out = folder.path().join("out");
    let [file, out_text] = [&file, &out].map(|path| path.to_str().unwrap());
    let entries = || fs::read_dir(&out).into_iter().flatten().flatten();
    let interrupted = || {
        let mut writing = demo(&["csv", "--data", file, "--out", out_text]);
        let mut writing = writing.stdout(Stdio::null()).process_group(0).spawn().unwrap();
        let group = Pid::from_child(&writing);
        while entries().count() == 0 && writing.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        // Stopped first: the file would be whole before anybody has looked whether it is.
        kill_process_group(group, Signal::STOP).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(50));
        let whole = out.join("t.parquet").exists();
        if !whole {
            // A shell's job in the background ignores SIGINT, and so would what this starts.
            kill_process_group(group, Signal::TERM).unwrap();
        }
        kill_process_group(group, Signal::CONT).unwrap();
        assert_eq!(writing.wait().unwrap().success(), whole);
        fs::remove_file(out.join("t.parquet")).is_err()
    };
    assert!(
        (0..20).any(|_| interrupted()),
        "it is always written before it can be interrupted"
    );
    soon(|| (entries().count() == 0).then_some(())).expect("the file is deleted");
}

/// A limit on how large a file may be stands for a disk that is full: the system refuses the same call.
#[cfg(unix)]
fn on_a_full_disk(program: impl AsRef<OsStr>) -> Command {
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$@\"", "sh"])
        .arg(program);
    limited
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = written(folder.path());
    fs::write(&file, "what was there").unwrap();
    let mut limited = on_a_full_disk(env!("CARGO_BIN_EXE_dataframe-demo"));
    limited
        .args(["csv", "--data"])
        .arg(folder.path().join("t.csv"))
        .arg("--out")
        .arg(folder.path());
    let output = limited.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert_eq!(stderr, format!("error: {}\n", no_place(&file)));
    assert_eq!(fs::read_to_string(&file).unwrap(), "what was there");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[cfg(unix)]
fn no_place(file: &Path) -> String {
    format!("cannot write {}: File too large (os error 27)", file.display())
}

/// The formats that the demo itself does not write: this test again, in a process that has the limit.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_what_was_there_in_other_formats() {
    type Writer = fn(&mut DataFrame, &Path) -> anyhow::Result<()>;
    const FOLDER: &str = "FULL_DISK";
    const FORMATS: [(&str, Writer); 7] = [
        ("t.csv", csv::write),
        ("t.csv.gz", |frame, path| {
            csv::write_gzip(frame.clone().lazy(), path)
        }),
        ("t.json", json_lines::write),
        ("t.ndjson", json_lines::write),
        ("t.ndjson.gz", |frame, path| {
            json_lines::write_gzip(frame.clone().lazy(), path)
        }),
        ("t.arrow", arrow_ipc::write),
        ("t.xlsx", |frame, path| {
            let mut book = Workbook::new();
            excel::write_sheet(book.add_worksheet(), (0, 0), frame)?;
            excel::save(&mut book, path)
        }),
    ];
    if let Some(folder) = env::var_os(FOLDER) {
        let mut frame = df!("id" => Vec::from_iter(0..10_000_i64)).unwrap();
        for (name, write) in FORMATS {
            let path = Path::new(&folder).join(name);
            let error = write(&mut frame, &path).unwrap_err();
            assert_eq!(format!("{error:#}"), no_place(&path));
        }
        let parts = Path::new(&folder).join("parts");
        let rows = frame.lazy().with_column((col("id") % lit(2)).alias("part"));
        // Of the system's reason polars tells sometimes only.
        let error = format!("{:#}", parquet::write_by_key(rows, &parts, "part").unwrap_err());
        assert!(
            error.starts_with(&format!("cannot write {}: ", parts.display())),
            "{error}"
        );
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (name, _) in FORMATS {
        fs::write(folder.path().join(name), "what was there").unwrap();
    }
    let this = "survives::a_full_disk_leaves_what_was_there_in_other_formats";
    let mut limited = on_a_full_disk(env::current_exe().unwrap());
    limited.args(["--exact", this]).env(FOLDER, folder.path());
    let text = stdout(&limited.output().unwrap());
    assert!(text.contains("test result: ok. 1 passed"), "{text}");
    for (name, _) in FORMATS {
        assert_eq!(
            fs::read_to_string(folder.path().join(name)).unwrap(),
            "what was there"
        );
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), FORMATS.len());
}

#[test]
fn a_folder_with_something_in_it_is_not_filled() {
    let folder = tempfile::tempdir().unwrap();
    let parts = folder.path().join("parts");
    let write = |towns: &[&str]| {
        let frame = df!("id" => Vec::from_iter(0..towns.len() as i64), "town" => towns).unwrap();
        parquet::write_by_key(frame.lazy(), &parts, "town")
    };
    write(&["Ulm", "Jena"]).unwrap();
    let error = format!("{:#}", write(&["Bonn"]).unwrap_err());
    assert!(
        error.starts_with(&format!("cannot write {}: Directory not empty", parts.display())),
        "{error}"
    );
    let names = fs::read_dir(&parts)
        .unwrap()
        .map(|part| part.unwrap().file_name());
    assert_eq!(
        BTreeSet::from_iter(names),
        BTreeSet::from(["town=Jena", "town=Ulm"].map(Into::into))
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// What it prints has no place either.
#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_one_line() {
    let (_folder, file) = file("t.csv", "id\n1\n");
    let output = demo(&["csv", "--data", file.to_str().unwrap()])
        .stdout(fs::File::create("/dev/full").unwrap())
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert_eq!(stderr, "error: No space left on device (os error 28)\n");
}

#[test]
fn an_option_that_goes_nowhere_is_told() {
    assert!(complaint(&["series", "--data", "t.csv"]).contains("lesson series reads no file"));
    assert!(complaint(&["csv", "--columns", "id"]).contains("--columns goes with --data"));
}
