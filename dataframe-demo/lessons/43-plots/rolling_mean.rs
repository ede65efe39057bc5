//! The temperature of each day, and its mean over four weeks.

use anyhow::{Context, Result};
use lesson::plot::{
    Figure,
    axes::{Axes, Canvas, GREY, STROKE, cycle, key, legend},
};
use plotters::prelude::*;
use polars::prelude::*;

use crate::plot::{points, with_dates};

pub struct RollingMean<'a>(pub &'a DataFrame);

impl Figure for RollingMean<'_> {
    const NAME: &'static str = "rolling_mean";
    const ALT: &'static str =
        "The temperature of two years: ragged and grey by day, a smooth blue wave as mean of 28 days";

    fn draw<DB: DrawingBackend<ErrorType: 'static>>(&self, canvas: &Canvas<DB>) -> Result<()> {
        let days = points(self.0, "date", "temperature")?;
        let mean = points(self.0, "date", "mean")?;
        let (first, last) = days.first().zip(days.last()).context("no days")?;
        let axes = Axes {
            title: "Temperature",
            x: first.0..last.0,
            y: -10.0..30.0,
            y_name: "°C",
            ..Axes::default()
        };
        let mut chart = with_dates(&axes, canvas)?;
        let lines = [("day", days, GREY), ("mean of 28 days", mean, cycle(0))];
        for (name, line, colour) in lines {
            chart
                .draw_series(LineSeries::new(line, colour.stroke_width(STROKE)))?
                .label(name)
                .legend(move |at| key(at, colour));
        }
        legend(&mut chart, SeriesLabelPosition::UpperLeft)
    }
}
