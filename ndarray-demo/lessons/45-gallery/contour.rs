//! Contour lines, each the colour of its level.

use anyhow::Result;
use ndarray::{Array1, Array2};
use plotters::prelude::*;

use super::{
    axes::{Axes, Canvas, STROKE},
    data::hills,
    marching_squares::contour_lines,
    viridis::viridis,
};

pub fn draw<DB: DrawingBackend<ErrorType: 'static>>(canvas: &Canvas<DB>) -> Result<()> {
    let x = Array1::linspace(-3.0, 3.0, 61).to_vec();
    let z = Array2::from_shape_fn((61, 61), |(row, column)| hills(x[column], x[row]));
    let axes = Axes {
        title: "Contour lines",
        x: -3.0..3.0,
        y: -3.0..3.0,
        x_name: "x",
        y_name: "y",
        ..Axes::default()
    };
    let mut chart = axes.on(canvas)?;
    for level in Array1::linspace(-0.6, 1.0, 9) {
        let style = viridis(level, -0.8, 1.2).stroke_width(STROKE);
        let lines = contour_lines(&x, &x, &z, level).into_iter();
        chart.draw_series(lines.map(|line| PathElement::new(line, style)))?;
    }
    Ok(())
}
