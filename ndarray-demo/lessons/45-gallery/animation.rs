//! A picture that moves: one frame after the other.

use anyhow::Result;
use ndarray::Array1;
use plotters::prelude::*;

use super::{
    axes::{Axes, Canvas, STROKE, cycle},
    data::wave,
};

pub const FRAMES: usize = 40;

pub fn draw<DB: DrawingBackend<ErrorType: 'static>>(canvas: &Canvas<DB>, frame: usize) -> Result<()> {
    let x = Array1::linspace(0.0, 10.0, 201);
    let axes = Axes {
        title: "Animation",
        x: 0.0..10.0,
        y: -1.1..1.1,
        x_name: "x",
        y_name: "y",
        ..Axes::default()
    };
    let mut chart = axes.on(canvas)?;
    let points = x.iter().map(|&x| (x, wave(x, frame)));
    chart.draw_series(LineSeries::new(points, cycle(0).stroke_width(STROKE)))?;
    Ok(())
}
