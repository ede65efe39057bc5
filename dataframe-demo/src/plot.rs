//! From a frame to a figure.

use anyhow::Result;
use chrono::{Datelike, NaiveDate};
use lesson::plot::axes::{Axes, Canvas, Chart, Linear, labels, ticks};
use plotters::prelude::DrawingBackend;
use polars::prelude::*;

/// Two columns as points, without the rows that lack one. A day is the number of days since 1970.
///
/// # Errors
/// Where there is no such column, or it has no numbers.
pub fn points(frame: &DataFrame, x: &str, y: &str) -> PolarsResult<Vec<(f64, f64)>> {
    let number = |name: &str| match frame.column(name)?.dtype() {
        DataType::Datetime(..) => Ok(col(name).cast(DataType::Date).cast(DataType::Int32)),
        _ => PolarsResult::Ok(col(name)),
    };
    let points = frame
        .clone()
        .lazy()
        .select([
            number(x)?.strict_cast(DataType::Float64).alias("x"),
            number(y)?.strict_cast(DataType::Float64).alias("y"),
        ])
        .drop_nulls(None)
        .collect()?;
    let [x, y] = [points.column("x")?.f64()?, points.column("y")?.f64()?];
    Ok(x.into_no_null_iter().zip(y.into_no_null_iter()).collect())
}

/// Axes whose x counts the days since 1970: each half year has its tick.
///
/// # Errors
/// Where the canvas cannot be drawn on.
pub fn with_dates<'c, DB: DrawingBackend<ErrorType: 'static>>(
    axes: &Axes,
    canvas: &'c Canvas<DB>,
) -> Result<Chart<'c, DB>> {
    let day = |at: f64| NaiveDate::from_epoch_days(at as i32);
    let starts = |at: &f64| day(*at).is_some_and(|day| day.day() == 1 && day.month0() % 6 == 0);
    let days = axes.x.start as i32..=axes.x.end as i32;
    let halves = days.map(f64::from).filter(starts).collect();
    let month = |at: &f64| day(*at).map_or_else(String::new, |day| day.format("%b %Y").to_string());
    let y = ticks(&axes.y, 9);
    let number = labels(&y);
    axes.frame(
        canvas,
        Linear::new(axes.x.clone(), halves),
        Linear::new(axes.y.clone(), y),
        &month,
        &number,
    )
}
