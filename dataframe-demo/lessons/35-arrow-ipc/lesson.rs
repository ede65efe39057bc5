//! Arrow IPC: the columns in the file as they are in memory, mapped rather than read, which Feather is another name for.

use std::{
    fs::{self, File},
    io::Cursor,
    path::Path,
};

use anyhow::{Context, Result, anyhow};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use polars::prelude::*;

use crate::{
    Session,
    file::{first_line, replace, wanted},
    show,
    streaming::sink,
};

pub fn run(session: &mut Session) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name);
    let t = measurements()?;
    let file = path("t.arrow");
    IpcWriter::new(File::create(&file)?)
        .with_compression(None)
        .finish(&mut t.clone())?;
    show!(
        session,
        "pd.read_feather(file)",
        IpcReader::new(File::open(&file)?).finish()?
    );
    let columns = |names: &[&str]| {
        let names = names.iter().map(ToString::to_string).collect();
        IpcReader::new(File::open(&file)?)
            .with_columns(Some(names))
            .finish()
    };
    show!(
        session,
        "pd.read_feather(file, columns=[\"city\", \"heat\"])",
        columns(&["city", "heat"])?
    );
    show!(
        session,
        "pd.read_feather(file, columns=[\"tmp\"])",
        columns(&["tmp"])
    );
    for (name, compression) in [
        ("lz4", IpcCompression::LZ4),
        ("zstd", IpcCompression::ZSTD(Default::default())),
    ] {
        IpcWriter::new(File::create(path(name))?)
            .with_compression(Some(compression))
            .finish(&mut t.clone())?;
    }
    show!(
        session,
        "pd.read_feather(Path(folder.name, \"lz4\")).equals(pd.read_feather(file))",
        read(&path("lz4"), &[])?.equals_missing(&read(&file, &[])?)
    );
    show!(
        session,
        "pd.read_feather(Path(folder.name, \"zstd\")).equals(pd.read_feather(file))",
        read(&path("zstd"), &[])?.equals_missing(&read(&file, &[])?)
    );

    // A scan maps the file.
    let mapped = scan(&file)?;
    show!(
        session,
        "mapped.schema.names",
        mapped
            .clone()
            .collect_schema()?
            .iter_names()
            .cloned()
            .collect::<Vec<_>>()
    );
    show!(session, "mapped.num_record_batches", batches(&file)?.len());
    show!(
        session,
        "mapped.read_all().slice(4).to_pandas()",
        mapped.clone().slice(4, IdxSize::MAX).collect()?
    );
    show!(
        session,
        "mapped.read_all().column(\"heat\").to_pandas().sum()",
        mapped
            .select([col("heat")])
            .collect()?
            .column("heat")?
            .sum_reduce()?
    );

    write_batches(t.lazy(), &path("batches"), 4)?;
    show!(
        session,
        "[batches.get_batch(number).num_rows for number in range(batches.num_record_batches)]",
        batches(&path("batches"))?
    );
    show!(
        session,
        "batches.get_batch(1).select([\"id\", \"city\"]).to_pandas()",
        scan(&path("batches"))?
            .slice(4, 4)
            .select([col("id"), col("city")])
            .collect()?
    );

    let bytes = fs::read(&file)?;
    let cut = bytes
        .split_last_chunk::<100>()
        .map_or(&bytes[..0], |(cut, _)| cut);
    show!(
        session,
        "pd.read_feather(BytesIO(file.read_bytes()[:-100]))",
        IpcReader::new(Cursor::new(cut)).finish()
    );
    Ok(())
}

fn measurements() -> Result<DataFrame> {
    let six = NaiveDate::from_ymd_opt(2024, 5, 1)
        .and_then(|day| day.and_hms_opt(6, 0, 0))
        .context("no such time")?;
    let at: Vec<NaiveDateTime> = (0..6).map(|i| six + TimeDelta::minutes(90 * i)).collect();
    let list = |values: &[f64]| Series::new("".into(), values);
    let t = df!(
        "id" => (0..6).collect::<Vec<i16>>(),
        "city" => ["Ulm", "Jena", "Ulm"].repeat(2),
        "heat" => [Some(20.5), None, Some(19.25)].repeat(2),
        "rain" => [None, Some(3_i64), Some(0)].repeat(2),
        "at" => at,
        "list" => [&[1.5], [].as_slice(), &[2.0, 2.5]].repeat(2).into_iter().map(list).collect::<Vec<_>>(),
    )?;
    let zone = TimeZone::opt_try_new(Some("Europe/Berlin"))?;
    let t = t.lazy().with_columns([
        col("city").cast(DataType::from_categories(Categories::global())),
        col("at")
            .dt()
            .cast_time_unit(TimeUnit::Microseconds)
            .dt()
            .replace_time_zone(zone, lit("raise"), NonExistent::Raise),
    ]);
    Ok(t.collect()?)
}

fn scan(path: &Path) -> PolarsResult<LazyFrame> {
    LazyFrame::scan_ipc(
        PlRefPath::try_from_path(path)?,
        Default::default(),
        UnifiedScanArgs::default(),
    )
}

/// Streams what the frame comes to into a file, by batches of so many rows.
fn write_batches(frame: LazyFrame, path: &Path, rows: usize) -> PolarsResult<DataFrame> {
    let options = IpcWriterOptions {
        record_batch_size: Some(rows),
        ..IpcWriterOptions::default()
    };
    sink(frame, path, FileWriteFormat::Ipc(options))?.collect()
}

/// How many rows each record batch has: a batch becomes a chunk.
fn batches(path: &Path) -> PolarsResult<Vec<usize>> {
    let frame = IpcReader::new(File::open(path)?).set_rechunk(false).finish()?;
    let first = frame.columns().first().map(Column::as_materialized_series);
    Ok(first.map_or_else(Vec::new, |first| first.chunk_lengths().collect()))
}

/// Reads the columns with these names, or all where there is none, of an Arrow IPC file.
///
/// # Errors
/// One line with the file, and what is wrong with it.
pub fn read(path: &Path, columns: &[String]) -> Result<DataFrame> {
    let file = path.display();
    let wrong = |error: PolarsError| {
        anyhow!(
            "{file} is not an Arrow file, or not all of it: {}",
            first_line(&error)
        )
    };
    let source = File::open(path).with_context(|| format!("cannot read {file}"))?;
    let mut reader = IpcReader::new(source);
    let schema = reader.schema().map_err(wrong)?;
    let wanted = wanted(path, columns, schema.iter_names())?;
    let names = wanted.iter().map(ToString::to_string).collect();
    let frame = reader.with_columns(Some(names)).finish().map_err(wrong)?;
    Ok(frame.select(wanted)?)
}

/// Writes an Arrow IPC file that every implementation of Arrow reads, without the newer views of text and lists.
///
/// # Errors
/// One line with the file, and why it cannot be written.
pub fn write(frame: &mut DataFrame, path: &Path) -> Result<()> {
    replace(path, |file| {
        IpcWriter::new(file)
            .with_compat_level(CompatLevel::oldest())
            .finish(frame)?;
        Ok(())
    })
}
