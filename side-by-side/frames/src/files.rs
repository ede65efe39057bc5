//! CSV and Parquet: a file into memory, and memory into a file.

use std::sync::Arc;

use polars::prelude::*;

use crate::operation::{Operation, Tables};

pub const OPERATIONS: &[Operation] = &[
    Operation {
        name: "read CSV",
        engine: Engine::Streaming,
        why: "lines are parsed while others are read",
        ordered: false,
        tables: &[],
        query: read_csv,
        writes: None,
    },
    Operation {
        name: "write CSV",
        engine: Engine::Streaming,
        why: "lines are written while others are formatted",
        ordered: true,
        tables: &["groups"],
        query: write_csv,
        writes: Some("written.csv"),
    },
    Operation {
        name: "read Parquet",
        engine: Engine::Streaming,
        why: "row groups are decoded side by side",
        ordered: false,
        tables: &[],
        query: read_parquet,
        writes: None,
    },
    Operation {
        name: "write Parquet",
        engine: Engine::Streaming,
        why: "row groups are encoded side by side",
        ordered: true,
        tables: &["groups"],
        query: write_parquet,
        writes: Some("written.parquet"),
    },
];

pub fn read_csv(tables: &Tables) -> PolarsResult<LazyFrame> {
    LazyCsvReader::new(tables.file("groups.csv")?).finish()
}

pub fn write_csv(tables: &Tables) -> PolarsResult<LazyFrame> {
    write(
        tables.get("groups")?,
        "written.csv",
        FileWriteFormat::Csv(CsvWriterOptions::default()),
    )
}

pub fn read_parquet(tables: &Tables) -> PolarsResult<LazyFrame> {
    tables.scan("groups")
}

pub fn write_parquet(tables: &Tables) -> PolarsResult<LazyFrame> {
    let options = ParquetWriteOptions {
        compression: ParquetCompression::Snappy,
        ..Default::default()
    };
    write(
        tables.get("groups")?,
        "written.parquet",
        FileWriteFormat::Parquet(Arc::new(options)),
    )
}

fn write(table: LazyFrame, file: &str, format: FileWriteFormat) -> PolarsResult<LazyFrame> {
    let target = SinkTarget::Path(file.into());
    table.sink(
        SinkDestination::File { target },
        format,
        UnifiedSinkArgs::default(),
    )
}
