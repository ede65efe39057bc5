//! Curves.

use anyhow::Result;
use ndarray::Array1;
use plotters::prelude::*;

use super::{
    axes::{Axes, Canvas, STROKE, cycle, key, legend},
    data::{damped, gap},
};

type Function = fn(f64) -> f64;

pub fn draw<DB: DrawingBackend<ErrorType: 'static>>(canvas: &Canvas<DB>) -> Result<()> {
    let x = Array1::linspace(0.0, 10.0, 201);
    let axes = Axes {
        title: "Line",
        x: 0.0..10.0,
        y: -1.1..1.1,
        x_name: "x",
        y_name: "y",
        ..Axes::default()
    };
    let mut chart = axes.on(canvas)?;
    let curves: [(&str, Function); 3] = [("sin x", f64::sin), ("damped", damped), ("with a gap", gap)];
    for (index, (name, f)) in curves.into_iter().enumerate() {
        let colour = cycle(index);
        let points: Vec<_> = x.iter().map(|&x| (x, f(x))).collect();
        let lines = pieces(&points).map(|piece| PathElement::new(piece, colour.stroke_width(STROKE)));
        chart
            .draw_series(lines)?
            .label(name)
            .legend(move |at| key(at, colour));
    }
    legend(&mut chart, SeriesLabelPosition::UpperRight)
}

/// Without those points that are not a number; plotters draws them at the start of the axis.
pub fn pieces(points: &[(f64, f64)]) -> impl Iterator<Item = &[(f64, f64)]> {
    let pieces = points.split(|(_, y)| y.is_nan());
    pieces.filter(|piece| !piece.is_empty())
}
