//! Whether two answers are the same.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use polars::prelude::*;

/// How far floats may be apart, relative to the largest of the column: sums of another order.
const TOLERANCE: f64 = 1e-9;

/// Compares every cell. Where the rows have no order, both are sorted first.
pub fn same(theirs: &Path, ours: &Path, ordered: bool) -> Result<()> {
    let (theirs, ours) = (read(theirs)?, read(ours)?);
    let names = ours.get_column_names_owned();
    ensure!(
        theirs.width() == ours.width(),
        "their columns are {:?}, ours {names:?}",
        theirs.get_column_names()
    );
    ensure!(
        theirs.height() == ours.height(),
        "they have {} rows, we {}",
        theirs.height(),
        ours.height()
    );
    let theirs = theirs.select(names.iter().cloned())?;
    // What is exact comes first in an order that both can be brought to.
    let (exact, floats): (Vec<_>, Vec<_>) = names
        .into_iter()
        .partition(|name| is_exact(&theirs, name) && is_exact(&ours, name));
    let columns: Vec<_> = exact.iter().chain(&floats).cloned().collect();
    let arranged = |frame: DataFrame| -> PolarsResult<DataFrame> {
        let frame = frame.select(columns.iter().cloned())?;
        if ordered {
            Ok(frame)
        } else {
            frame.sort(columns.iter().cloned(), SortMultipleOptions::default())
        }
    };
    let (theirs, ours) = (arranged(theirs)?, arranged(ours)?);
    for name in &exact {
        ensure!(
            theirs.column(name)?.equals_missing(ours.column(name)?),
            "column {name:?} has other values"
        );
    }
    for name in &floats {
        close(theirs.column(name)?, ours.column(name)?).with_context(|| format!("column {name:?}"))?;
    }
    Ok(())
}

/// Of each kind of type the widest, for the libraries choose different ones. What is not a number counts as missing, which
/// it is for pandas.
fn read(file: &Path) -> Result<DataFrame> {
    let file = PlRefPath::try_from_path(file)?;
    let mut frame = LazyFrame::scan_parquet(file, ScanArgsParquet::default())?;
    let widened: Vec<_> = frame
        .collect_schema()?
        .iter()
        .map(|(name, dtype)| {
            let column = col(name.clone());
            match dtype {
                dtype if dtype.is_integer() => column.cast(DataType::Int64),
                dtype if dtype.is_float() || dtype.is_decimal() => {
                    column.cast(DataType::Float64).fill_nan(lit(NULL))
                }
                DataType::Datetime(..) => column.cast(DataType::Datetime(TimeUnit::Microseconds, None)),
                _ => column,
            }
        })
        .collect();
    Ok(frame.select(widened).collect()?)
}

fn is_exact(frame: &DataFrame, name: &str) -> bool {
    frame.column(name).is_ok_and(|column| !column.dtype().is_float())
}

fn close(theirs: &Column, ours: &Column) -> Result<()> {
    let (theirs, ours) = (theirs.cast(&DataType::Float64)?, ours.cast(&DataType::Float64)?);
    let missing = |column: &Column| column.is_null().into_series();
    ensure!(
        missing(&theirs).equals(&missing(&ours)),
        "other values are missing"
    );
    let largest = |values: &Float64Chunked| -> Result<f64> {
        let (least, greatest) = values.min_max().unwrap_or_default();
        ensure!(
            least.is_finite() && greatest.is_finite(),
            "not all values are finite"
        );
        Ok(least.abs().max(greatest.abs()))
    };
    let allowed = TOLERANCE * largest(ours.f64()?)?.max(largest(theirs.f64()?)?);
    let apart = largest((theirs - ours)?.f64()?)?;
    ensure!(
        apart <= allowed,
        "values are up to {apart:.1e} apart, where {allowed:.1e} is allowed"
    );
    Ok(())
}
