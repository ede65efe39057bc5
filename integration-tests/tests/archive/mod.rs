//! The archive of Parquet files, as who analyses it later reads it.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use polars::prelude::*;

/// The events of all files, each with the hour that it lies under. No offset of a partition is there twice.
///
/// # Errors
/// Where one is, and where a file cannot be read.
pub fn read(archive: &Path) -> Result<DataFrame> {
    let mut frames = Vec::new();
    for name in entries(archive)? {
        for hour in entries(&name)? {
            for file in entries(&hour)? {
                let frame = ParquetReader::new(File::open(&file)?).finish()?;
                let hour = hour
                    .file_name()
                    .and_then(|name| name.to_str()?.strip_prefix("hour="));
                let hour = hour.with_context(|| format!("{} is of no hour", file.display()))?;
                frames.push(frame.lazy().with_column(lit(hour).alias("hour")));
            }
        }
    }
    if frames.is_empty() {
        return Ok(DataFrame::empty());
    }
    let all = concat(frames, UnionArgs::default())?.collect()?;
    let offsets = all.select(["partition", "offset"])?;
    let twice = all.height()
        - offsets
            .unique_stable(None, UniqueKeepStrategy::First, None)?
            .height();
    ensure!(twice == 0, "{twice} events are archived twice");
    Ok(all)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    entries.collect()
}
