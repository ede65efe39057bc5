//! How often it was how warm.

use anyhow::Result;
use lesson::plot::{
    Figure,
    axes::{Axes, Canvas, cycle},
};
use plotters::prelude::*;
use polars::prelude::*;

use crate::{dummies_and_bins, plot::points};

pub struct Distribution<'a>(pub &'a DataFrame);

impl Figure for Distribution<'_> {
    const NAME: &'static str = "distribution";
    const ALT: &'static str = "A histogram of 20 bins with two humps, at 4 and at 15 degrees";

    fn draw<DB: DrawingBackend<ErrorType: 'static>>(&self, canvas: &Canvas<DB>) -> Result<()> {
        let axes = Axes {
            title: "Temperature",
            x: -5.0..26.0,
            y: 0.0..80.0,
            x_name: "°C",
            y_name: "days",
            ..Axes::default()
        };
        let mut chart = axes.on(canvas)?;
        let starts = points(self.0, "from", "count")?;
        let ends = points(self.0, "to", "count")?;
        for ((from, _), (to, count)) in starts.into_iter().zip(ends) {
            let corners = [(from, 0.0), (to, count)];
            chart.draw_series([
                Rectangle::new(corners, cycle(0).filled()),
                Rectangle::new(corners, WHITE.stroke_width(2)),
            ])?;
        }
        Ok(())
    }
}

/// Where bins of equal width begin and end, from the least value to the greatest: `numpy.histogram_bin_edges`.
pub fn edges(frame: &DataFrame, name: &str, bins: u32) -> PolarsResult<Column> {
    let width = (col(name).max() - col(name).min()) / lit(bins);
    let edge = int_range(lit(0), lit(bins), 1, DataType::Int64) * width + col(name).min();
    let edges = frame.clone().lazy().select([edge.alias("")]).collect()?;
    let end = frame
        .clone()
        .lazy()
        .select([col(name).max().alias("")])
        .collect()?;
    edges.vstack(&end)?.column("").cloned()
}

/// Where each bin begins and ends, and how many values there are in it: `numpy.histogram`.
pub fn histogram(frame: &DataFrame, name: &str, bins: u32) -> PolarsResult<DataFrame> {
    let edges = edges(frame, name, bins)?;
    let bounds: Vec<_> = edges.f64()?.into_no_null_iter().collect();
    let counts = dummies_and_bins::histogram(&frame.clone().lazy(), name, &bounds)?;
    let last = counts.len();
    DataFrame::new(
        last,
        vec![
            edges.slice(0, last).with_name("from".into()),
            edges.slice(1, last).with_name("to".into()),
            counts.with_name("count".into()),
        ],
    )
}
