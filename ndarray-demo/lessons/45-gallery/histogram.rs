//! How often values fall in each of several bins.

use std::{f64::consts::PI, ops::Range};

use anyhow::{Context, Result, ensure};
use ndarray::Array1;
use plotters::prelude::*;

use super::{
    axes::{Axes, Canvas, STROKE, cycle},
    data::sums,
};
use crate::sorting;

pub fn draw<DB: DrawingBackend<ErrorType: 'static>>(canvas: &Canvas<DB>) -> Result<()> {
    let (counts, edges) = histogram(&sums(), 20, 0.0..4.0)?;
    let axes = Axes {
        title: "Histogram",
        x: 0.0..4.0,
        y: 0.0..80.0,
        x_name: "sum of four",
        y_name: "count",
        ..Axes::default()
    };
    let mut chart = axes.on(canvas)?;
    for (&count, bin) in counts.iter().zip(edges.windows(2)) {
        let corners = [(bin[0], 0.0), (bin[1], count as f64)];
        chart.draw_series([
            Rectangle::new(corners, cycle(0).filled()),
            Rectangle::new(corners, WHITE.stroke_width(2)),
        ])?;
    }
    let normal = |x: f64| 100.0 * (-1.5 * (x - 2.0).powi(2)).exp() / (2.0 * PI / 3.0).sqrt();
    let curve = Array1::linspace(0.0, 4.0, 161)
        .into_iter()
        .map(|x| (x, normal(x)));
    chart.draw_series(LineSeries::new(curve, cycle(1).stroke_width(STROKE)))?;
    Ok(())
}

/// The values in each of `bins` bins of equal width, and the edges of these: `numpy.histogram` with a `range`. A bin has
/// its left edge, and the last one both. What lies outside, and NaN, is not counted.
///
/// # Errors
/// Where there is no bin, or the range is empty or not finite.
pub fn histogram<'a>(
    values: impl IntoIterator<Item = &'a f64>,
    bins: usize,
    range: Range<f64>,
) -> Result<(Vec<usize>, Array1<f64>)> {
    let Range { start, end } = range;
    ensure!(bins > 0, "a histogram has at least one bin");
    ensure!(
        start < end && (end - start).is_finite(),
        "the range from {start} to {end} is empty or not finite"
    );
    let edges = Array1::linspace(start, end, bins + 1);
    let counts = sorting::histogram(values, &edges.to_vec()).context("a bin has two edges")?;
    Ok((counts, edges))
}
