//! A colour for each cell of a grid, and the bar that says what the colours mean.

use anyhow::Result;
use ndarray::Array1;
use plotters::prelude::*;

use super::{
    axes::{Axes, Canvas},
    data::hills,
    viridis::{colour_bar, viridis},
};

pub fn draw<DB: DrawingBackend<ErrorType: 'static>>(canvas: &Canvas<DB>) -> Result<()> {
    let edges = Array1::linspace(-3.0, 3.0, 33).to_vec();
    let axes = Axes {
        title: "Heat map",
        x: -3.0..3.0,
        y: -3.0..3.0,
        x_name: "x",
        y_name: "y",
        margins: [115, 326, 106, 160],
        ..Axes::default()
    };
    let mut chart = axes.on(canvas)?;
    let cells = edges
        .windows(2)
        .flat_map(|y| edges.windows(2).map(move |x| (x, y)));
    chart.draw_series(cells.map(|(x, y)| {
        let z = hills((x[0] + x[1]) / 2.0, (y[0] + y[1]) / 2.0);
        Rectangle::new([(x[0], y[0]), (x[1], y[1])], viridis(z, -0.8, 1.2).filled())
    }))?;
    colour_bar(canvas, -0.8, 1.2)
}
