//! Means, and how sure they are.

use anyhow::Result;
use plotters::prelude::*;

use super::{
    axes::{Axes, Canvas, STROKE, cycle},
    data::means,
};

pub fn draw<DB: DrawingBackend<ErrorType: 'static>>(canvas: &Canvas<DB>) -> Result<()> {
    let (means, errors) = means()?;
    let axes = Axes {
        title: "Error bars",
        x: 0.0..11.0,
        y: 1.7..2.3,
        x_name: "sample",
        y_name: "mean",
        ..Axes::default()
    };
    let mut chart = axes.on(canvas)?;
    chart.draw_series([PathElement::new(
        [(0.0, 2.0), (11.0, 2.0)],
        RGBColor(128, 128, 128).stroke_width(2),
    )])?;
    let samples = means.iter().zip(&errors).enumerate();
    chart.draw_series(samples.map(|(index, (&mean, &error))| {
        let style = cycle(0).filled().stroke_width(STROKE);
        ErrorBar::new_vertical((index + 1) as f64, mean - error, mean, mean + error, style, 18)
    }))?;
    Ok(())
}
