//! Rides by day and by hour.

use anyhow::{Context, Result};
use lesson::plot::{
    Figure,
    axes::{Axes, Canvas, GREY, STROKE, cycle, key, legend},
};
use plotters::prelude::*;
use polars::prelude::*;

use crate::plot::{points, with_dates};

pub struct Rides<'a> {
    pub days: &'a DataFrame,
    pub hours: &'a DataFrame,
}

impl Figure for Rides<'_> {
    const NAME: &'static str = "rides";
    const ALT: &'static str = "Rides by day, more of them in summer; rides by hour, with two peaks on working days and none on weekends";

    fn draw<DB: DrawingBackend<ErrorType: 'static>>(&self, canvas: &Canvas<DB>) -> Result<()> {
        let (above, below) = canvas.split_vertically(480);
        let margins = [64, 40, 92, 160];

        let days = points(self.days, "date", "rides")?;
        let mean = points(self.days, "date", "mean")?;
        let (first, last) = days.first().zip(days.last()).context("no days")?;
        let axes = Axes {
            title: "Rides",
            x: first.0..last.0,
            y: 0.0..200.0,
            y_name: "rides a day",
            margins,
            ..Axes::default()
        };
        let mut chart = with_dates(&axes, &above)?;
        for (name, line, colour) in [("day", days, GREY), ("mean of 28 days", mean, cycle(0))] {
            chart
                .draw_series(LineSeries::new(line, colour.stroke_width(STROKE)))?
                .label(name)
                .legend(move |at| key(at, colour));
        }
        legend(&mut chart, SeriesLabelPosition::UpperLeft)?;

        let axes = Axes {
            x: 0.0..23.0,
            y: 0.0..15.0,
            x_name: "hour",
            y_name: "rides an hour",
            margins,
            ..Axes::default()
        };
        let mut chart = axes.on(&below)?;
        for (name, colour) in [("working", cycle(0)), ("weekend", cycle(1))] {
            let line = points(self.hours, "hour", name)?;
            chart
                .draw_series(LineSeries::new(line, colour.stroke_width(STROKE)))?
                .label(name)
                .legend(move |at| key(at, colour));
        }
        legend(&mut chart, SeriesLabelPosition::UpperLeft)
    }
}
