//! The rain of each month, one year beside the other.

use anyhow::Result;
use lesson::plot::{
    Figure,
    axes::{Axes, Canvas, cycle, legend},
};
use plotters::prelude::*;
use polars::{frame::PivotColumnNaming, prelude::*};

use crate::plot::points;

pub struct Totals<'a>(pub &'a DataFrame);

impl Figure for Totals<'_> {
    const NAME: &'static str = "totals";
    const ALT: &'static str = "Two bars for each of twelve months: the rain of 2024 and of 2025";

    fn draw<DB: DrawingBackend<ErrorType: 'static>>(&self, canvas: &Canvas<DB>) -> Result<()> {
        let axes = Axes {
            title: "Rain",
            x: -0.5..11.5,
            y: 0.0..120.0,
            x_name: "month",
            y_name: "mm",
            categories: &["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"],
            ..Axes::default()
        };
        let mut chart = axes.on(canvas)?;
        for (year, left, colour) in [("2024", -0.25, cycle(0)), ("2025", 0.0, cycle(1))] {
            let months = points(self.0, "month", year)?;
            let bars = months.iter().map(|&(month, rain)| {
                let from = month - 1.0 + left;
                Rectangle::new([(from, 0.0), (from + 0.25, rain)], colour.filled())
            });
            chart
                .draw_series(bars)?
                .label(year)
                .legend(move |(x, y)| Rectangle::new([(x, y - 10), (x + 48, y + 10)], colour.filled()));
        }
        legend(&mut chart, SeriesLabelPosition::UpperRight)
    }
}

/// The rain of each month, a column a year.
pub fn rain(weather: &DataFrame) -> PolarsResult<DataFrame> {
    let years = df!("year" => [2024_i32, 2025])?;
    weather
        .clone()
        .lazy()
        .select([
            col("date").dt().month().cast(DataType::Int32).alias("month"),
            col("date").dt().year().alias("year"),
            col("rain"),
        ])
        .pivot(
            cols(["year"]),
            Arc::new(years),
            cols(["month"]),
            cols(["rain"]),
            element().sum(),
            true,
            PlSmallStr::EMPTY,
            PivotColumnNaming::Auto,
        )
        .sort(["month"], SortMultipleOptions::default())
        .collect()
}
