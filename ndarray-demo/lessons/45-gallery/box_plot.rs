//! Box plots as Tukey has them.

use anyhow::{Context, Result};
use ndarray::ArrayView1;
use plotters::prelude::*;

use super::{
    axes::{Axes, Canvas, cycle},
    data::groups,
};
use crate::sorting::quantile;

pub fn draw<DB: DrawingBackend<ErrorType: 'static>>(canvas: &Canvas<DB>) -> Result<()> {
    let axes = Axes {
        title: "Box plot",
        x: -0.5..4.5,
        y: -2.0..8.0,
        x_name: "group",
        y_name: "value",
        categories: &["A", "B", "C", "D", "E"],
        ..Axes::default()
    };
    let mut chart = axes.on(canvas)?;
    for (index, group) in groups()?.rows().into_iter().enumerate() {
        let middle = index as f64;
        let stats = BoxStats::of(group).context("a group without values")?;
        let [q1, median, q3] = stats.quartiles;
        let [low, high] = stats.whiskers;
        let across = |y, half| [(middle - half, y), (middle + half, y)];
        // Lines instead of a `Rectangle`, whose border is thin in an SVG whatever its width.
        let lines = [
            [(middle, low), (middle, q1)],
            [(middle, q3), (middle, high)],
            across(low, 0.125),
            across(high, 0.125),
            across(q1, 0.25),
            across(q3, 0.25),
            [(middle - 0.25, q1), (middle - 0.25, q3)],
            [(middle + 0.25, q1), (middle + 0.25, q3)],
        ];
        chart.draw_series(lines.map(|line| PathElement::new(line, BLACK.stroke_width(2))))?;
        chart.draw_series([PathElement::new(across(median, 0.25), cycle(1).stroke_width(3))])?;
        let fliers = stats.fliers.into_iter();
        chart.draw_series(fliers.map(|y| Circle::new((middle, y), 8, BLACK.stroke_width(2))))?;
    }
    Ok(())
}

/// What a box plot shows of some values: Matplotlib's `boxplot_stats`.
pub struct BoxStats {
    /// The first quartile, the median and the third.
    pub quartiles: [f64; 3],
    /// The farthest values within 1.5 boxes' heights of the box.
    pub whiskers: [f64; 2],
    /// What is beyond, first below and then above.
    pub fliers: Vec<f64>,
}

impl BoxStats {
    /// None where there are no values. With a NaN among them the quartiles and whiskers are NaN.
    pub fn of<'a>(values: impl IntoIterator<Item = &'a f64>) -> Option<Self> {
        let values: Vec<_> = values.into_iter().copied().collect();
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        if values.iter().any(|value| value.is_nan()) {
            sorted.fill(f64::NAN);
        }
        let quartiles = [0.25, 0.5, 0.75].map(|q| quantile(&ArrayView1::from(&sorted), q));
        let [Some(q1), Some(median), Some(q3)] = quartiles else {
            return None;
        };
        let reach = 1.5 * (q3 - q1);
        let within = |value: &&f64| (q1 - reach..=q3 + reach).contains(*value);
        let low = sorted.iter().find(within).map_or(q1, |low| low.min(q1));
        let high = sorted.iter().rev().find(within).map_or(q3, |high| high.max(q3));
        let below = values.iter().filter(|value| **value < low);
        let above = values.iter().filter(|value| **value > high);
        Some(Self {
            quartiles: [q1, median, q3],
            whiskers: [low, high],
            fliers: below.chain(above).copied().collect(),
        })
    }
}
