//! JSON: records in a list or one a line, with records and lists in them, read with or without a schema.

mod kinds;
mod tokens;

use std::{fs::File, io::Cursor, num::NonZeroUsize, path::Path};

use anyhow::{Context, Result, anyhow, bail, ensure};
use polars::prelude::*;
use serde::de::IgnoredAny;

use crate::{
    Session, column,
    file::{first_line, replace, sink, uncompressed, wanted},
    show,
};
use tokens::{DEEPEST, too_deep};

pub fn run(session: &mut Session) -> Result<()> {
    let folder = session.folder().to_owned();
    let stations = JsonReader::new(File::open(folder.join("stations.json"))?).finish()?;
    show!(session, "stations", stations);
    let narrow = Schema::from_iter([
        Field::new("height".into(), DataType::Int16),
        Field::new("temperature".into(), DataType::Float32),
    ]);
    show!(
        session,
        "pd.read_json(\"stations.json\", dtype={\"height\": \"int16\", \"temperature\": \"float32\"})",
        JsonReader::new(File::open(folder.join("stations.json"))?)
            .with_schema_overwrite(&narrow)
            .finish()?
    );
    show!(
        session,
        "pd.read_json(StringIO('[{\"a\": 1}, {\"a\": 2, \"b\": \"x\"}, {}]'), dtype_backend=\"numpy_nullable\")",
        JsonReader::new(Cursor::new(r#"[{"a": 1}, {"a": 2, "b": "x"}, {}]"#)).finish()?
    );

    let log = folder.join("log.ndjson");
    show!(
        session,
        "pd.read_json(\"log.ndjson\", lines=True, dtype_backend=\"numpy_nullable\").astype({\"at\": \"datetime64[us]\"})",
        lines(&log)?.finish()?.with_columns([datetimes("at")]).collect()?
    );
    show!(
        session,
        "pd.read_json(\"log.ndjson\", lines=True, nrows=1)",
        lines(&log)?
            .with_infer_schema_length(NonZeroUsize::new(1))
            .with_n_rows(Some(1))
            .finish()?
            .collect()?
    );
    show!(
        session,
        "pd.read_json(\"broken.ndjson\", lines=True)",
        lines(&folder.join("broken.ndjson"))?.finish()?.collect()
    );

    let orders = lines(&folder.join("orders.ndjson"))?.finish()?.collect()?;
    show!(session, "orders", orders);
    show!(
        session,
        "pd.json_normalize(orders.to_dict(\"records\"), sep=\"_\")[[\"id\", \"customer_name\", \"customer_city\"]]",
        orders
            .clone()
            .lazy()
            .select([col("id"), col("customer")])
            .unnest(by_name(["customer"], true, false), Some("_".into()))
            .collect()?
    );
    show!(
        session,
        "orders[\"customer\"].str[\"city\"].astype(\"str\")",
        column(
            &orders,
            col("customer").struct_().field_by_name("city").alias("customer")
        )?
    );
    show!(
        session,
        "orders[\"tags\"].str.len()",
        column(&orders, col("tags").list().len())?
    );
    let items = orders
        .clone()
        .lazy()
        .explode(
            by_name(["items"], true, false),
            ExplodeOptions {
                empty_as_null: false,
                keep_nulls: true,
            },
        )
        .unnest(by_name(["items"], true, false), None);
    show!(
        session,
        "pd.json_normalize(orders.to_dict(\"records\"), record_path=\"items\", meta=\"id\").astype({\"id\": \"int64\"})",
        items
            .clone()
            .select([col("sku"), col("n"), col("id")])
            .collect()?
    );
    show!(
        session,
        "items.assign(n=items[\"items\"].str[\"n\"]).groupby(\"id\")[\"n\"].sum()",
        items
            .group_by_stable([col("id")])
            .agg([col("n").sum()])
            .collect()?
    );

    let texts = df!("text" => [Some(r#"{"n": 1}"#), Some(r#"{"n": 2}"#), None])?;
    show!(
        session,
        "texts.map(lambda text: pd.read_json(StringIO(text), typ=\"series\")[\"n\"], na_action=\"ignore\").astype(\"Int64\")",
        column(
            &texts,
            col("text")
                .str()
                .json_path_match(lit("$.n"))
                .cast(DataType::Int64)
        )?
    );

    show!(
        session,
        "stations.to_json(orient=\"records\")",
        text(&stations, JsonFormat::Json)?
    );
    show!(
        session,
        "stations.to_json(orient=\"records\", lines=True)",
        text(&stations, JsonFormat::JsonLines)?
    );
    show!(
        session,
        "orders[[\"id\", \"customer\", \"tags\"]].to_json(orient=\"records\", lines=True)",
        text(&orders.select(["id", "customer", "tags"])?, JsonFormat::JsonLines)?
    );
    let at = df!("at" => ["2024-05-01T10:00:00.5"])?
        .lazy()
        .select([datetimes("at")]);
    show!(
        session,
        "pd.Series(pd.to_datetime([\"2024-05-01 10:00:00.5\"]), name=\"at\").to_frame().to_json(orient=\"records\", date_format=\"iso\")",
        text(
            &at.select([col("at").dt().to_string("%Y-%m-%dT%H:%M:%S%.3f")])
                .collect()?,
            JsonFormat::Json
        )?
    );
    show!(
        session,
        "pd.Series([float(\"inf\"), 1e300], name=\"x\").to_frame().to_json(orient=\"records\")",
        text(&df!("x" => [f64::INFINITY, 1e300])?, JsonFormat::Json)?
    );
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("stations.ndjson.gz");
    write_gzip(stations.lazy(), &file)?;
    show!(session, "again", lines(&file)?.finish()?.collect()?);
    Ok(())
}

/// A scan of records, one a line.
fn lines(path: &Path) -> PolarsResult<LazyJsonLineReader> {
    Ok(LazyJsonLineReader::new(PlRefPath::try_from_path(path)?))
}

/// JSON has no datetimes: a text that is one.
fn datetimes(name: &str) -> Expr {
    let options = StrptimeOptions {
        format: Some("%Y-%m-%dT%H:%M:%S%.f".into()),
        ..StrptimeOptions::default()
    };
    col(name)
        .str()
        .to_datetime(Some(TimeUnit::Microseconds), None, options, lit("raise"))
}

/// The frame as JSON.
fn text(frame: &DataFrame, format: JsonFormat) -> Result<String> {
    let mut text = Vec::new();
    JsonWriter::new(&mut text)
        .with_json_format(format)
        .finish(&mut frame.clone())?;
    Ok(String::from_utf8(text)?)
}

/// Streams what the frame comes to into a file, a record a line, compressed by gzip. It is there whole or not at all.
///
/// # Errors
/// One line with the file, and why it cannot be written.
pub fn write_gzip(frame: LazyFrame, path: &Path) -> Result<()> {
    let options = NDJsonWriterOptions {
        compression: ExternalCompression::Gzip { level: None },
        // It has another name until it is whole.
        check_extension: false,
    };
    sink(frame, path, FileWriteFormat::NDJson(options))
}

/// Writes a file of JSON, which is there whole or not at all: a list of records where its name ends in `.json`, else a
/// record a line.
///
/// # Errors
/// One line with the file, and why it cannot be written.
pub fn write(frame: &mut DataFrame, path: &Path) -> Result<()> {
    let format = if is_list(path) {
        JsonFormat::Json
    } else {
        JsonFormat::JsonLines
    };
    replace(path, |file| {
        JsonWriter::new(file).with_json_format(format).finish(frame)?;
        Ok(())
    })
}

/// Reads the columns with these names, or all where there is none, of a file of JSON: a list of records where its name ends
/// in `.json`, before what says how it is compressed, else a record a line.
///
/// # Errors
/// One line with the file, and where in it something is wrong.
pub fn read(path: &Path, columns: &[String]) -> Result<DataFrame> {
    let file = path.display();
    let cannot = || format!("cannot read {file}");
    let list = is_list(path);
    let bytes = uncompressed(path).with_context(cannot)?;
    // polars knows the mark in a list alone.
    let text = bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .filter(|_| list)
        .unwrap_or(&bytes);
    ensure!(!text.trim_ascii().is_empty(), "{file}: there is nothing in it");
    let parts = || text.split(|byte| !list && *byte == b'\n').zip(1..);
    let at = |first: usize, (line, column): (usize, usize)| {
        let line = first + line - 1;
        format!("{file}, line {line}, column {column}")
    };
    if let Err(wrong) = std::str::from_utf8(text) {
        let at = at(1, place(text, wrong.valid_up_to()));
        bail!("{at}: not in UTF-8, save the file so");
    }
    let deep = parts().find_map(|(part, first)| Some(at(first, place(part, too_deep(part)?))));
    if let Some(at) = deep {
        bail!("{at}: more than {DEEPEST} lists and records within one another");
    }
    let wrong = |error: PolarsError| {
        // polars does not say where the text is not JSON.
        match parts().find_map(|(part, first)| Some((first, not_json(part)?))) {
            Some((first, error)) => {
                let what = error.to_string();
                let what = what.split(" at line ").next().unwrap_or_default();
                anyhow!("{}: {what}", at(first, (error.line(), error.column())))
            }
            None => match kinds::odd(text, list, |_| true) {
                Some(odd) => anyhow!("{file}, {odd}"),
                None => anyhow!("{file}: {}", first_line(&error)),
            },
        }
    };
    let read = if list {
        let reader = JsonReader::new(Cursor::new(text)).infer_schema_len(None);
        reader.finish().map(IntoLazy::lazy)
    } else {
        // Given as a file, its name is no pattern.
        let source = ScanSources::Files([File::open(path).with_context(cannot)?].into());
        LazyJsonLineReader::new_with_sources(source)
            .with_infer_schema_length(None)
            .finish()
    };
    let mut frame = read.map_err(wrong)?;
    let schema = frame.collect_schema().map_err(wrong)?;
    let wanted = wanted(path, columns, schema.iter_names())?;
    let is_wanted = |name: &str| wanted.iter().any(|wanted| wanted == name);
    // Where a column has numbers and text, polars makes text of all.
    if let Some(odd) = kinds::odd(text, list, is_wanted) {
        bail!("{file}, {odd}");
    }
    let wanted: Vec<_> = wanted.into_iter().map(col).collect();
    frame.select(wanted).collect().map_err(wrong)
}

fn is_list(path: &Path) -> bool {
    let is = |kinds: &[&str], path: &Path| {
        path.extension()
            .is_some_and(|kind| kinds.iter().any(|of| kind == *of))
    };
    let name = if is(&["gz", "zst"], path) {
        path.with_extension("")
    } else {
        path.to_owned()
    };
    is(&["json"], &name)
}

/// The line and the column of a byte, from 1.
fn place(text: &[u8], at: usize) -> (usize, usize) {
    let mut lines = text[..at].split(|byte| *byte == b'\n');
    let last = lines.next_back().unwrap_or_default();
    (lines.count() + 1, last.len() + 1)
}

/// What is wrong with it. In blanks alone there is nothing wrong.
fn not_json(text: &[u8]) -> Option<serde_json::Error> {
    // Blanks in front count as columns.
    let text = text.trim_ascii_end();
    serde_json::from_slice::<IgnoredAny>(text)
        .err()
        .filter(|_| !text.is_empty())
}
