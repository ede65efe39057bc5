//! Bars, two beside each other.

use anyhow::Result;
use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use super::axes::{Axes, Canvas, cycle, font, legend};

const SOLD: [(&str, [i32; 4]); 2] = [("last year", [34, 48, 61, 42]), ("this year", [41, 45, 70, 58])];

pub fn draw<DB: DrawingBackend<ErrorType: 'static>>(canvas: &Canvas<DB>) -> Result<()> {
    let axes = Axes {
        title: "Bars",
        x: -0.6..3.6,
        y: 0.0..80.0,
        x_name: "quarter",
        y_name: "sold",
        categories: &["Q1", "Q2", "Q3", "Q4"],
        ..Axes::default()
    };
    let mut chart = axes.on(canvas)?;
    let number = font(34).pos(Pos::new(HPos::Center, VPos::Bottom));
    for (index, (name, heights)) in SOLD.into_iter().enumerate() {
        let colour = cycle(index);
        let left = |quarter: usize| quarter as f64 - 0.4 + 0.4 * index as f64;
        let bars = heights.iter().enumerate().map(|(quarter, &height)| {
            let corners = [(left(quarter), 0.0), (left(quarter) + 0.4, f64::from(height))];
            Rectangle::new(corners, colour.filled())
        });
        chart
            .draw_series(bars)?
            .label(name)
            .legend(move |(x, y)| Rectangle::new([(x, y - 9), (x + 48, y + 9)], colour.filled()));
        chart.draw_series(heights.iter().enumerate().map(|(quarter, &height)| {
            let above = EmptyElement::at((left(quarter) + 0.2, f64::from(height)));
            above + Text::new(height.to_string(), (0, -8), number.clone())
        }))?;
    }
    legend(&mut chart, SeriesLabelPosition::UpperLeft)
}
