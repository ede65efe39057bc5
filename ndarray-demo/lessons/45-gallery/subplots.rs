//! Several plots in one figure.

use anyhow::Result;
use ndarray::Array1;
use plotters::prelude::*;

use super::{
    axes::{Axes, Canvas, Linear, SIZE, STROKE, cycle, labels, ticks, title},
    data::chebyshev,
};

pub fn draw<DB: DrawingBackend<ErrorType: 'static>>(canvas: &Canvas<DB>) -> Result<()> {
    let x = Array1::linspace(-1.0, 1.0, 101);
    let ticks = ticks(&(-1.1..1.1), 5);
    let (number, nothing) = (labels(&ticks), |_: &f64| String::new());
    title(canvas, "Subplots", (SIZE.0 as i32 / 2, 40))?;
    for (index, order) in (1..=4).enumerate() {
        let (row, column) = ((index / 2) as i32, (index % 2) as i32);
        let axes = Axes {
            title: &format!("T{order}"),
            margins: [
                115 + 403 * row,
                669 - 541 * column,
                509 - 403 * row,
                160 + 541 * column,
            ],
            ..Axes::default()
        };
        let axis = || Linear::new(-1.1..1.1, ticks.clone());
        // The axes are shared: their numbers stand below and on the left.
        let below: &dyn Fn(&f64) -> String = if row == 1 { &number } else { &nothing };
        let left: &dyn Fn(&f64) -> String = if column == 0 { &number } else { &nothing };
        let mut chart = axes.frame(canvas, axis(), axis(), below, left)?;
        let points = x.iter().map(|&x| (x, chebyshev(order, x)));
        chart.draw_series(LineSeries::new(points, cycle(index).stroke_width(STROKE)))?;
    }
    Ok(())
}
