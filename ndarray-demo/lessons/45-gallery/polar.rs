//! Polar axes, which plotters has not: a circle is a curve like any other.

use std::f64::consts::PI;

use anyhow::Result;
use ndarray::Array1;
use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use super::axes::{Canvas, GREY, SIZE, STROKE, cycle, font, title};

/// The largest radius.
const END: f64 = 2.2;

pub fn draw<DB: DrawingBackend<ErrorType: 'static>>(canvas: &Canvas<DB>) -> Result<()> {
    let angle = Array1::linspace(0.0, 2.0 * PI, 361);
    let around = |radius: &dyn Fn(f64) -> f64| angle.iter().map(|&at| xy(at, radius(at))).collect::<Vec<_>>();
    title(canvas, "Polar", (SIZE.0 as i32 / 2 + 16, 50))?;
    let mut chart = ChartBuilder::on(canvas)
        .margin_top(115)
        .margin_bottom(106)
        .margin_left(286)
        .margin_right(255)
        .build_cartesian_2d(-END..END, -END..END)?;

    let centred = font(34).pos(Pos::new(HPos::Center, VPos::Center));
    for eighth in 0..8 {
        let at = f64::from(eighth) * PI / 4.0;
        chart.draw_series([PathElement::new([(0.0, 0.0), xy(at, END)], GREY.stroke_width(2))])?;
        let aside = ((50.0 * at.cos()) as i32, (-36.0 * at.sin()) as i32);
        let label = Text::new(format!("{}°", eighth * 45), aside, centred.clone());
        chart.draw_series([EmptyElement::at(xy(at, END)) + label])?;
    }
    for radius in [0.5, 1.0, 1.5, 2.0] {
        chart.draw_series([PathElement::new(around(&|_| radius), GREY.stroke_width(2))])?;
    }
    chart.draw_series([PathElement::new(around(&|_| END), BLACK.stroke_width(2))])?;

    let curves: [&dyn Fn(f64) -> f64; 2] = [&|at| 1.0 + at.cos(), &|at| 2.0 * (2.0 * at).sin().abs()];
    for (index, radius) in curves.into_iter().enumerate() {
        let style = cycle(index).stroke_width(STROKE);
        chart.draw_series([PathElement::new(around(radius), style)])?;
    }
    for radius in [0.5, 1.0, 1.5, 2.0] {
        let label = Text::new(format!("{radius:.1}"), xy(PI / 8.0, radius), centred.clone());
        chart.draw_series([label])?;
    }
    Ok(())
}

fn xy(angle: f64, radius: f64) -> (f64, f64) {
    (radius * angle.cos(), radius * angle.sin())
}
