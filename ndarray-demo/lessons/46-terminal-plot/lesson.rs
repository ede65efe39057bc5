//! Plots as text: a curve of Braille dots that fits the terminal, plain where nobody looks.

use std::{collections::BTreeMap, io};

use anyhow::{Context, Result, ensure};
use ndarray::{Array1, ArrayRef1, s};
use terminal_size::{Width, terminal_size_of};
use textplots::{Chart, ColorPlot, Plot, Shape, scale::Scale, utils};

use crate::{Session, Value, show};

/// textplots panics where a chart has fewer.
const FEWEST_DOTS: u32 = 32;

pub fn run(session: &mut Session) -> Result<()> {
    let x = Array1::linspace(-10.0, 10.0, 121);
    let y = x.mapv(sinc);

    show!(session, "y[::12]", y.slice(s![..;12]));
    let columns = Scale::new(-10.0..10.0, 0.0..120.0);
    show!(
        session,
        "dot(np.float32(x), np.float32(-10), np.float32(10), 120)[::12]",
        x.slice(s![..;12])
            .mapv(|x| columns.linear(x as f32).round() as i64)
    );
    let low = y.iter().copied().fold(f64::INFINITY, f64::min) as f32;
    let dots = Scale::new(low..1.0, 0.0..32.0);
    show!(
        session,
        "dot(np.float32(y), np.float32(y).min(), np.float32(1), 32)[::12]",
        y.slice(s![..;12]).mapv(|y| dots.linear(y as f32).round() as i64)
    );
    show!(session, "braille(x, y, 120, 32)", scatter(&x, &y, 120, 32));

    show!(
        session,
        "braille(x, np.where(np.abs(y) < 0.1, np.nan, y), 120, 32)",
        scatter(&x, &y.mapv(|y| if y.abs() < 0.1 { f64::NAN } else { y }), 120, 32)
    );
    show!(
        session,
        "braille(x, np.full(121, np.nan), 120, 32)",
        scatter(&x, &Array1::from_elem(121, f64::NAN), 120, 32)
    );

    show!(
        session,
        "braille(x, np.sin(x), 80, 16)",
        scatter(&x, &x.sin(), 80, 16)
    );
    show!(
        session,
        "braille(x, x**3, 60, 16)",
        scatter(&x, &x.powi(3), 60, 16)
    );
    show!(
        session,
        "braille(x, x**3, 30, 16)",
        scatter(&x, &x.powi(3), 30, 16)
    );

    let values = y.mapv(|y| y as f32).to_vec();
    show!(
        session,
        "np.histogram(y, bins=4, range=(-0.25, 1.25))[0]",
        counts(&values, -0.25, 1.25, 4)
    );
    show!(
        session,
        "np.histogram([0.0, 1.0, 9.0], bins=2, range=(0, 10))[0]",
        counts(&[0.0, 1.0, 9.0], 0.0, 10.0, 2)
    );
    show!(
        session,
        "np.histogram([0.0, 9.0, 10.0], bins=2, range=(0, 10))[0]",
        counts(&[0.0, 9.0, 10.0], 0.0, 10.0, 2)
    );

    let columns = terminal_size_of(io::stdout()).map_or(80, |(Width(columns), _)| columns);
    session.note(curves(u32::from(columns)));
    Ok(())
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { x.sin() / x }
}

/// Lines of text, shown as what they are.
struct Picture(Vec<String>);

impl Value for Picture {
    fn answer(&self) -> BTreeMap<String, String> {
        self.0.answer()
    }

    fn display(&self) -> String {
        self.0.join("\n")
    }
}

/// One dot for each point of a curve from the first x to the last. textplots draws NaN at the bottom: such points are
/// left out.
///
/// # Errors
/// Where there are no points, or fewer dots across than textplots wants.
fn scatter(x: &ArrayRef1<f64>, y: &ArrayRef1<f64>, width: u32, height: u32) -> Result<Picture> {
    ensure!(width >= FEWEST_DOTS, "a plot is at least {FEWEST_DOTS} dots wide");
    let points = x.iter().zip(y).map(|(&x, &y)| (x as f32, y as f32));
    let points: Vec<_> = points.filter(|(_, y)| y.is_finite()).collect();
    ensure!(!points.is_empty(), "there is no number to plot");
    let (first, last) = x.first().zip(x.last()).context("there is no point to plot")?;
    let shape = Shape::Points(&points);
    let mut chart = Chart::new(width, height, *first as f32, *last as f32);
    let chart = chart.lineplot(&shape);
    chart.figures();
    Ok(Picture(chart.frame().lines().map(str::to_owned).collect()))
}

/// How many values are in each bin. textplots leaves out what is on the last edge.
fn counts(values: &[f32], low: f32, high: f32, bins: usize) -> Vec<i64> {
    let points: Vec<_> = values.iter().map(|&value| (value, value)).collect();
    let counted = utils::histogram(&points, low, high, bins);
    counted.into_iter().map(|(_, count)| count as i64).collect()
}

/// The usual call: functions, colours, and axes with their numbers, in so many columns.
fn curves(columns: u32) -> String {
    // A column is two dots wide; the numbers beside the plot take seven.
    let width = (columns.saturating_sub(7) * 2).clamp(FEWEST_DOTS, 200);
    let decay = |x: f32| (-x.abs() / 5.0).exp();
    let envelope = Shape::Continuous(Box::new(decay));
    let wave = Shape::Continuous(Box::new(move |x| decay(x) * x.cos()));
    let mut chart = Chart::new(width, 48, -10.0, 10.0);
    let chart = chart
        .linecolorplot(&envelope, (255, 127, 14).into())
        .linecolorplot(&wave, (31, 119, 180).into());
    chart.axis();
    chart.figures();
    format!("cos x, damped\n{chart}").trim_end().to_owned()
}
