//! Points, each with a colour of its own.

use anyhow::Result;
use plotters::prelude::*;

use super::{
    axes::{Axes, Canvas},
    data::sunflower,
    viridis::viridis,
};

pub fn draw<DB: DrawingBackend<ErrorType: 'static>>(canvas: &Canvas<DB>) -> Result<()> {
    let axes = Axes {
        title: "Scatter",
        x: -24.0..24.0,
        y: -18.0..18.0,
        x_name: "x",
        y_name: "y",
        ..Axes::default()
    };
    let mut chart = axes.on(canvas)?;
    let farthest = 299_f64.sqrt();
    let point = |(x, y, radius)| Circle::new((x, y), 8, viridis(radius, 0.0, farthest).filled());
    chart.draw_series(sunflower(300).into_iter().map(point))?;
    Ok(())
}
