//! A colour for each cell of a grid, and the bar that says what the colours mean.

use anyhow::Result;
use ndarray::Array1;
use plotters::prelude::*;

use super::{
    axes::{Axes, Canvas, Linear, font, labels, ticks},
    data::hills,
    viridis::viridis,
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

fn colour_bar<DB: DrawingBackend<ErrorType: 'static>>(
    canvas: &Canvas<DB>,
    low: f64,
    high: f64,
) -> Result<()> {
    let ticks = ticks(&(low..high), 9);
    let label = labels(&ticks);
    let mut bar = ChartBuilder::on(canvas)
        .margin_top(115)
        .margin_bottom(106)
        .margin_left(1003)
        .margin_right(100)
        .right_y_label_area_size(140)
        .build_cartesian_2d(0.0..1.0, Linear::new(low..high, ticks))?;
    bar.configure_mesh()
        .disable_mesh()
        .set_all_tick_mark_size(7)
        .axis_style(BLACK.stroke_width(2))
        .label_style(font(34))
        .y_label_formatter(&label)
        .draw()?;
    let edges = Array1::linspace(low, high, 129).to_vec();
    bar.draw_series(edges.windows(2).map(|y| {
        let colour = viridis((y[0] + y[1]) / 2.0, low, high);
        Rectangle::new([(0.0, y[0]), (1.0, y[1])], colour.filled())
    }))?;
    bar.draw_series([Rectangle::new([(0.0, low), (1.0, high)], BLACK.stroke_width(2))])?;
    Ok(())
}
