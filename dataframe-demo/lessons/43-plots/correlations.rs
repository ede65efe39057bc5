//! What goes with what.

use anyhow::Result;
use lesson::plot::{
    Figure,
    axes::{Axes, Canvas, Linear, font},
    viridis::{colour_bar, viridis},
};
use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};
use polars::prelude::*;

const MEASURED: [&str; 5] = ["temperature", "rain", "wind", "humidity", "sunshine"];

pub struct Correlations<'a>(pub &'a DataFrame);

impl Figure for Correlations<'_> {
    const NAME: &'static str = "correlations";
    const ALT: &'static str =
        "The correlations of five things, a colour for each: sunshine and humidity are the darkest pair";

    fn draw<DB: DrawingBackend<ErrorType: 'static>>(&self, canvas: &Canvas<DB>) -> Result<()> {
        let axes = Axes {
            title: "Correlations",
            margins: [115, 326, 106, 210],
            ..Axes::default()
        };
        let places = || Linear::new(0.0..5.0, vec![0.5, 1.5, 2.5, 3.5, 4.5]);
        let from_left = |at: &f64| MEASURED.get(*at as usize).map_or("", |name| name).to_owned();
        let from_below = |at: &f64| from_left(&(5.0 - at));
        let mut chart = axes.frame(canvas, places(), places(), &from_left, &from_below)?;
        let middle = Pos::new(HPos::Center, VPos::Center);
        for (left, name) in MEASURED.iter().enumerate() {
            for (above, value) in self.0.column(name)?.f64()?.into_no_null_iter().enumerate() {
                let (x, y) = (left as f64, 4.0 - above as f64);
                let ink = if value > 0.2 { BLACK } else { WHITE };
                let cell = Rectangle::new([(x, y), (x + 1.0, y + 1.0)], viridis(value, -1.0, 1.0).filled());
                chart.draw_series([cell])?;
                let text = Text::new(
                    format!("{value:.2}"),
                    (x + 0.5, y + 0.5),
                    font(34).color(&ink).pos(middle),
                );
                chart.draw_series([text])?;
            }
        }
        colour_bar(canvas, -1.0, 1.0)
    }
}

/// A row and a column for each thing that is measured.
pub fn correlations(
    weather: &DataFrame,
    correlation: impl Fn(Expr, Expr) -> Expr,
) -> PolarsResult<DataFrame> {
    let rows = MEASURED.map(|name| {
        let with = MEASURED.map(|other| correlation(col(name), col(other)).alias(other));
        let row = weather.clone().lazy().select(with);
        row.select([lit(name).alias("index"), all().as_expr()])
    });
    concat(rows, UnionArgs::default())?.collect()
}
