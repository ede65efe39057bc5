//! Parquet: columns with their types, compressed, in row groups with statistics, so that only what a query needs is read.

use std::{
    fs::{self, File},
    io::Cursor,
    path::Path,
    sync::Arc,
};

use anyhow::{Context, Result, anyhow};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use polars::{io::utils::sync_on_close::SyncOnCloseType, prelude::*};

use crate::{
    Session,
    file::{fill, first_line, replace, wanted},
    show,
};

pub fn run(session: &mut Session) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name);
    let t = measurements()?;
    let file = path("t.parquet");
    ParquetWriter::new(File::create(&file)?)
        .with_compression(ParquetCompression::Zstd(None))
        .with_row_group_size(Some(4))
        .finish(&mut t.clone())?;

    show!(
        session,
        "pd.read_parquet(file)",
        ParquetReader::new(File::open(&file)?).finish()?
    );
    write(&mut kinds()?, &path("kinds.parquet"))?;
    show!(
        session,
        "pd.read_parquet(Path(folder.name, \"kinds.parquet\"))",
        read(&path("kinds.parquet"), &[])?
    );

    let mut reader = ParquetReader::new(File::open(&file)?);
    let footer = reader.get_metadata()?;
    let groups = &footer.row_groups;
    show!(session, "footer.num_rows", footer.num_rows);
    show!(session, "footer.num_row_groups", groups.len());
    show!(
        session,
        "[footer.row_group(group).num_rows for group in range(footer.num_row_groups)]",
        groups.iter().map(|group| group.num_rows()).collect::<Vec<_>>()
    );
    let first = |column: usize| groups.first()?.parquet_columns().get(column);
    show!(
        session,
        "footer.row_group(0).column(0).compression",
        first(0).map(|column| format!("{:?}", column.compression()).to_uppercase())
    );
    let ids = || {
        let columns = groups.iter().filter_map(|group| group.parquet_columns().first());
        columns.filter_map(|column| column.statistics(&footer.footer_buf)?.ok())
    };
    show!(
        session,
        "[footer.row_group(group).column(0).statistics.min for group in range(3)]",
        ids()
            .filter_map(|ids| ids.as_int32()?.min_value.map(i64::from))
            .collect::<Vec<_>>()
    );
    show!(
        session,
        "[footer.row_group(group).column(0).statistics.max for group in range(3)]",
        ids()
            .filter_map(|ids| ids.as_int32()?.max_value.map(i64::from))
            .collect::<Vec<_>>()
    );
    show!(
        session,
        "footer.row_group(0).column(2).statistics.null_count",
        first(2).and_then(|heat| heat.statistics(&footer.footer_buf)?.ok()?.null_count())
    );
    show!(
        session,
        "pq.read_schema(file).names",
        scan(&file)?
            .collect_schema()?
            .iter_names()
            .cloned()
            .collect::<Vec<_>>()
    );

    show!(
        session,
        "pd.read_parquet(file, columns=[\"city\", \"heat\"])",
        scan(&file)?.select([col("city"), col("heat")]).collect()?
    );
    let late = scan(&file)?
        .filter(col("id").gt(9))
        .select([col("id"), col("city")]);
    session.note(format!("The plan of the rows after 9:\n{}", late.explain(true)?));
    show!(
        session,
        "pd.read_parquet(file, columns=[\"id\", \"city\"], filters=[(\"id\", \">\", 9)])",
        late.collect()?
    );
    show!(
        session,
        "pd.read_parquet(file, columns=[\"id\", \"tmp\"])",
        scan(&file)?.select([col("id"), col("tmp")]).collect()
    );

    let cities = path("cities");
    write_by_key(t.clone().lazy(), &cities, "city")?;
    let mut parts = fs::read_dir(&cities)?
        .map(|part| Ok(part?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<Vec<_>>>()?;
    parts.sort();
    show!(
        session,
        "sorted(part.name for part in Path(folder.name, \"cities\").iterdir())",
        parts
    );
    show!(
        session,
        "pd.read_parquet(Path(folder.name, \"cities\")).astype({\"city\": \"str\"}).sort_values(\"id\", ignore_index=True)",
        scan(&cities)?
            .sort(["id"], SortMultipleOptions::default())
            .collect()?
    );
    let ulm = scan(&cities)?
        .filter(col("city").eq(lit("Ulm")))
        .select([col("id"), col("heat")]);
    session.note(format!("The plan of the rows of Ulm:\n{}", ulm.explain(true)?));
    show!(
        session,
        "pd.read_parquet(Path(folder.name, \"cities\"), columns=[\"id\", \"heat\"], filters=[(\"city\", \"==\", \"Ulm\")])",
        ulm.collect()?
    );

    write(&mut t.head(Some(2)), &path("first.parquet"))?;
    write(
        &mut t.select(["id", "city"])?.tail(Some(1)),
        &path("second.parquet"),
    )?;
    let files = [path("first.parquet"), path("second.parquet")];
    show!(
        session,
        "pd.concat([pd.read_parquet(Path(folder.name, f\"{name}.parquet\")) for name in (\"first\", \"second\")], ignore_index=True)",
        LazyFrame::scan_parquet_files(
            files
                .iter()
                .map(|file| PlRefPath::try_from_path(file))
                .collect::<PolarsResult<_>>()?,
            ScanArgsParquet {
                allow_missing_columns: true,
                ..ScanArgsParquet::default()
            }
        )?
        .collect()?
    );

    let bytes = fs::read(&file)?;
    let cut = bytes
        .split_last_chunk::<100>()
        .map_or(&bytes[..0], |(cut, _)| cut);
    show!(
        session,
        "pd.read_parquet(BytesIO(file.read_bytes()[:-100]))",
        ParquetReader::new(Cursor::new(cut)).finish()
    );
    Ok(())
}

fn measurements() -> Result<DataFrame> {
    let six = NaiveDate::from_ymd_opt(2024, 5, 1)
        .and_then(|day| day.and_hms_opt(6, 0, 0))
        .context("no such time")?;
    let at: Vec<NaiveDateTime> = (0..12).map(|i| six + TimeDelta::minutes(90 * i)).collect();
    let t = df!(
        "id" => (0..12).collect::<Vec<i32>>(),
        "city" => ["Ulm", "Jena", "Ulm", "Bonn"].repeat(3),
        "heat" => [Some(20.5), None, Some(19.25), Some(18.0)].repeat(3),
        "rain" => [None, Some(3_i64), Some(0), Some(1)].repeat(3),
        "wet" => [None, Some(true), Some(false), Some(true)].repeat(3),
        "at" => at,
    )?;
    let at = col("at").cast(DataType::Datetime(TimeUnit::Microseconds, None));
    Ok(t.lazy().with_columns([at]).collect()?)
}

/// A column of every kind that pandas and polars both have.
fn kinds() -> Result<DataFrame> {
    let zone = TimeZone::opt_try_new(Some("UTC"))?;
    let record = df!("x" => [1_i64, 2], "y" => [Some("a"), None])?.into_struct("record".into());
    let kinds = df!(
        "day" => [NaiveDate::from_ymd_opt(2024, 5, 1), None],
        "price" => ["1.50", "20.00"],
        "kind" => ["a", "b"],
        "list" => [Series::new("".into(), [1_i64, 2]), Series::new_empty("".into(), &DataType::Int64)],
        "record" => record.into_series(),
        "utc" => [Some(1_714_543_200_000_000_i64), None],
        "wait" => [1_000_000_i64, 7_200_000_000],
        "code" => [200_u8, 255],
        "raw" => [b"\x00\xff".as_slice(), b""],
    )?;
    Ok(kinds
        .lazy()
        .with_columns([
            col("price").cast(DataType::Decimal(4, 2)),
            col("kind").cast(DataType::from_categories(Categories::global())),
            col("utc").cast(DataType::Datetime(TimeUnit::Microseconds, zone)),
            col("wait").cast(DataType::Duration(TimeUnit::Microseconds)),
        ])
        .collect()?)
}

/// A file, or a folder whose folders are named `key=value`.
///
/// # Errors
/// Where the path is none that polars takes.
pub fn scan(path: &Path) -> PolarsResult<LazyFrame> {
    LazyFrame::scan_parquet(PlRefPath::try_from_path(path)?, ScanArgsParquet::default())
}

/// A folder for each value of the key, which is then no longer in the files. All of them are there, or none.
///
/// # Errors
/// One line with the folder, and why it cannot be written: where it is there and has something in it, too.
pub fn write_by_key(frame: LazyFrame, folder: &Path, key: &str) -> Result<()> {
    fill(folder, |aside| {
        let destination = SinkDestination::Partitioned {
            base_path: PlRefPath::try_from_path(aside)?,
            file_path_provider: None,
            partition_strategy: PartitionStrategy::Keyed {
                keys: vec![col(key)],
                include_keys: false,
                keys_pre_grouped: false,
            },
            max_rows_per_file: IdxSize::MAX,
            approximate_bytes_per_file: u64::MAX,
        };
        let format = FileWriteFormat::Parquet(Arc::new(ParquetWriteOptions::default()));
        let arguments = UnifiedSinkArgs {
            mkdir: true,
            sync_on_close: SyncOnCloseType::All,
            ..UnifiedSinkArgs::default()
        };
        frame.sink(destination, format, arguments)?.collect().map(drop)
    })
}

/// Reads the columns with these names, or all where there is none, of a Parquet file.
///
/// # Errors
/// One line with the file, and what is wrong with it.
pub fn read(path: &Path, columns: &[String]) -> Result<DataFrame> {
    let file = path.display();
    let wrong = |error: PolarsError| anyhow!("{file}: {}", first_line(&error));
    let source = File::open(path).with_context(|| format!("cannot read {file}"))?;
    let mut reader = ParquetReader::new(source);
    let schema = reader.schema().map_err(wrong)?;
    let wanted = wanted(path, columns, schema.iter_names())?;
    let names = wanted.iter().map(ToString::to_string).collect();
    let frame = reader.with_columns(Some(names)).finish().map_err(wrong)?;
    Ok(frame.select(wanted)?)
}

/// Writes a Parquet file, which is there whole or not at all.
///
/// # Errors
/// One line with the file, and why it cannot be written.
pub fn write(frame: &mut DataFrame, path: &Path) -> Result<()> {
    replace(path, |file| {
        ParquetWriter::new(file).finish(frame)?;
        Ok(())
    })
}
