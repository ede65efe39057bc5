//! Two logarithmic axes.

use anyhow::Result;
use ndarray::Array1;
use plotters::{coord::combinators::BindKeyPoints, prelude::*};

use super::{
    axes::{Axes, Canvas, GREY, STROKE, cycle, key, legend},
    data::gain,
};

pub fn draw<DB: DrawingBackend<ErrorType: 'static>>(canvas: &Canvas<DB>) -> Result<()> {
    let axes = Axes {
        title: "Log axes",
        x_name: "frequency in Hz",
        y_name: "gain",
        ..Axes::default()
    };
    let x = (1.0..1e5).log_scale().with_key_points(decades(0..=5));
    let y = (1e-4..10.0).log_scale().with_key_points(decades(-4..=1));
    let mut chart = axes.frame(canvas, x, y, &power, &power)?;
    chart.draw_series(
        decades(1..=4)
            .into_iter()
            .map(|x| PathElement::new([(x, 1e-4), (x, 10.0)], GREY)),
    )?;
    chart.draw_series(
        decades(-3..=0)
            .into_iter()
            .map(|y| PathElement::new([(1.0, y), (1e5, y)], GREY)),
    )?;
    // Small ticks at 2 to 9 of each decade.
    let corner = chart.backend_coord(&(1.0, 1e-4));
    for nth in 2..10 {
        for x in decades(0..=4) {
            let (x, y) = (chart.backend_coord(&(f64::from(nth) * x, 1e-4)).0, corner.1);
            canvas.draw(&PathElement::new([(x, y), (x, y + 4)], BLACK))?;
        }
        for y in decades(-4..=0) {
            let (x, y) = (corner.0, chart.backend_coord(&(1.0, f64::from(nth) * y)).1);
            canvas.draw(&PathElement::new([(x - 4, y), (x, y)], BLACK))?;
        }
    }
    let frequencies = Array1::logspace(10.0, 0.0, 5.0, 101);
    for order in [1, 2] {
        let colour = cycle(order as usize - 1);
        let points = frequencies.iter().map(|&f| (f, gain(f, order)));
        chart
            .draw_series(LineSeries::new(points, colour.stroke_width(STROKE)))?
            .label(format!("order {order}"))
            .legend(move |at| key(at, colour));
    }
    legend(&mut chart, SeriesLabelPosition::LowerLeft)
}

/// Powers of ten.
pub fn decades(exponents: impl Iterator<Item = i32>) -> Vec<f64> {
    exponents.map(|exponent| 10_f64.powi(exponent)).collect()
}

/// 10³ for 1000.
fn power(value: &f64) -> String {
    let superscript = |digit| match digit {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        _ => char::from_u32('⁰' as u32 + u32::from(digit) - u32::from('0')).unwrap_or(digit),
    };
    let exponent = value.log10().round().to_string();
    format!("10{}", exponent.chars().map(superscript).collect::<String>())
}
