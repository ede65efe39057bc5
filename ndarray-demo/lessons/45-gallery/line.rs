//! Curves.

use anyhow::Result;
use ndarray::Array1;
use plotters::prelude::*;

use super::{
    axes::{Axes, Canvas, STROKE, cycle, key, legend},
    data::damped,
};

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
    let curves = [("sin x", f64::sin as fn(f64) -> f64), ("damped", damped)];
    for (index, (name, f)) in curves.into_iter().enumerate() {
        let colour = cycle(index);
        let points = x.iter().map(|&x| (x, f(x)));
        chart
            .draw_series(LineSeries::new(points, colour.stroke_width(STROKE)))?
            .label(name)
            .legend(move |at| key(at, colour));
    }
    legend(&mut chart, SeriesLabelPosition::UpperRight)
}
