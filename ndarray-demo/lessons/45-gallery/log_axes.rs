//! Two logarithmic axes.

use std::ops::Range;

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
    let (hertz, gains) = (1.0..1e5, 1e-4..10.0);
    let (x_ticks, y_ticks) = (decades(&hertz), decades(&gains));
    let x = hertz.clone().log_scale().with_key_points(x_ticks.clone());
    let y = gains.clone().log_scale().with_key_points(y_ticks.clone());
    let mut chart = axes.frame(canvas, x, y, &power, &power)?;
    for &x in x_ticks.iter().filter(|x| hertz.contains(*x)) {
        chart.draw_series([PathElement::new([(x, gains.start), (x, gains.end)], GREY)])?;
    }
    for &y in y_ticks.iter().filter(|y| gains.contains(*y)) {
        chart.draw_series([PathElement::new([(hertz.start, y), (hertz.end, y)], GREY)])?;
    }
    // Small ticks at 2 to 9 of each decade.
    let (left, bottom) = chart.backend_coord(&(hertz.start, gains.start));
    for nth in 2..10 {
        let nth = |decade: &f64| f64::from(nth) * decade;
        for x in x_ticks.iter().map(nth).filter(|x| hertz.contains(x)) {
            let (x, _) = chart.backend_coord(&(x, gains.start));
            canvas.draw(&PathElement::new([(x, bottom), (x, bottom + 4)], BLACK))?;
        }
        for y in y_ticks.iter().map(nth).filter(|y| gains.contains(y)) {
            let (_, y) = chart.backend_coord(&(hertz.start, y));
            canvas.draw(&PathElement::new([(left - 4, y), (left, y)], BLACK))?;
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

/// The powers of ten within a range, and the one before and the one behind: those of Matplotlib's `LogLocator` where
/// these are few.
pub fn decades(range: &Range<f64>) -> Vec<f64> {
    let (first, last) = (
        range.start.log10().ceil() as i32 - 1,
        range.end.log10().floor() as i32 + 1,
    );
    (first..=last).map(|exponent| 10_f64.powi(exponent)).collect()
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
