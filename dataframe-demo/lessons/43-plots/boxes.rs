//! The wind in each season: quartiles, whiskers and what is beyond.

use anyhow::{Context, Result};
use lesson::plot::{
    Figure,
    axes::{Axes, Canvas, cycle},
};
use plotters::prelude::*;
use polars::prelude::*;

pub struct Boxes<'a>(pub &'a DataFrame);

impl Figure for Boxes<'_> {
    const NAME: &'static str = "boxes";
    const ALT: &'static str = "A box with whiskers for the wind of each season, and circles far above them";

    fn draw<DB: DrawingBackend<ErrorType: 'static>>(&self, canvas: &Canvas<DB>) -> Result<()> {
        let labels: Vec<_> = self.0.column("label")?.str()?.iter().flatten().collect();
        let axes = Axes {
            title: "Wind",
            x: -0.5..labels.len() as f64 - 0.5,
            y: 0.0..10.0,
            y_name: "m/s",
            categories: &labels,
            ..Axes::default()
        };
        let mut chart = axes.on(canvas)?;
        let number = |name: &str, row| self.0.column(name)?.f64()?.get(row).context("an empty group");
        for row in 0..labels.len() {
            let middle = row as f64;
            let across = |y, half| vec![(middle - half, y), (middle + half, y)];
            let [q1, q3] = [number("q1", row)?, number("q3", row)?];
            let [low, high] = [number("whislo", row)?, number("whishi", row)?];
            let lines = [
                vec![(middle, low), (middle, q1)],
                vec![(middle, q3), (middle, high)],
                across(low, 0.125),
                across(high, 0.125),
                [
                    across(q1, 0.25),
                    vec![(middle + 0.25, q3), (middle - 0.25, q3), (middle - 0.25, q1)],
                ]
                .concat(),
            ];
            chart.draw_series(lines.map(|line| PathElement::new(line, BLACK.stroke_width(2))))?;
            let median = across(number("med", row)?, 0.25);
            chart.draw_series([PathElement::new(median, cycle(1).stroke_width(3))])?;
            let fliers = self
                .0
                .column("fliers")?
                .list()?
                .get_as_series(row)
                .context("no list")?;
            let circle = |y| Circle::new((middle, y), 8, BLACK.stroke_width(2));
            chart.draw_series(fliers.f64()?.into_no_null_iter().map(circle))?;
        }
        Ok(())
    }
}

/// What a box plot shows of each season. A whisker ends at the last value within 1.5 boxes' heights of the box.
pub fn boxes(weather: &DataFrame) -> PolarsResult<DataFrame> {
    let wind = || col("wind");
    let [q1, median, q3] = [0.25, 0.5, 0.75].map(|q| wind().quantile(lit(q), QuantileMethod::Linear));
    let reach = lit(1.5) * (q3.clone() - q1.clone());
    let near = wind().is_between(
        q1.clone() - reach.clone(),
        q3.clone() + reach,
        ClosedInterval::Both,
    );
    weather
        .clone()
        .lazy()
        .group_by_stable([col("season").alias("label")])
        .agg([
            q1.alias("q1"),
            median.alias("med"),
            q3.alias("q3"),
            wind().filter(near.clone()).min().alias("whislo"),
            wind().filter(near.clone()).max().alias("whishi"),
            wind().filter(near.not()).alias("fliers"),
        ])
        .collect()
}
