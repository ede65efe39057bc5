//! What is drawn: the same numbers as in `original.py`.

use std::f64::consts::PI;

use anyhow::{Result, ensure};
use ndarray::{Array1, Array2, Axis};

/// A damped oscillation.
pub fn damped(x: f64) -> f64 {
    (-x / 4.0).exp() * (3.0 * x).cos()
}

/// A wave of which a piece is missing.
pub fn gap(x: f64) -> f64 {
    if x > 4.0 && x < 6.0 {
        f64::NAN
    } else {
        x.cos() / 2.0
    }
}

/// Seeds as a sunflower has them, each a golden angle further than the one before: x, y, and how far from the middle.
pub fn sunflower(seeds: usize) -> Vec<(f64, f64, f64)> {
    let place = |seed: usize| {
        let (angle, radius) = (seed as f64 * PI * (3.0 - 5_f64.sqrt()), (seed as f64).sqrt());
        (radius * angle.cos(), radius * angle.sin(), radius)
    };
    (0..seeds).map(place).collect()
}

/// Two hills and two hollows.
pub fn hills(x: f64, y: f64) -> f64 {
    (1.0 - x / 2.0 + x.powi(5) + y.powi(3)) * (-x.powi(2) - y.powi(2)).exp()
}

/// sin r / r.
pub fn ripple(x: f64, y: f64) -> f64 {
    let r = x.hypot(y);
    if r == 0.0 { 1.0 } else { r.sin() / r }
}

/// The Chebyshev polynomial of the first kind.
pub fn chebyshev(order: usize, x: f64) -> f64 {
    let (first, _) = (0..order).fold((1.0, x), |(before, now), _| (now, 2.0 * x * now - before));
    first
}

/// What a low-pass filter of 1 kHz leaves of a frequency in Hz.
pub fn gain(frequency: f64, order: i32) -> f64 {
    1.0 / (1.0 + (frequency / 1000.0).powi(2 * order)).sqrt()
}

/// A travelling wave packet; it is back where it was after 40 frames.
pub fn wave(x: f64, frame: usize) -> f64 {
    (-((x - 5.0) / 2.0).powi(2)).exp() * (3.0 * x - 2.0 * PI * frame as f64 / 40.0).cos()
}

/// Numbers that look random and are the same everywhere: multiples of irrational numbers, without their integer part;
/// four of them summed.
pub fn sums() -> Array1<f64> {
    let roots = [2.0, 3.0, 5.0, 7.0].map(f64::sqrt);
    let uniform = Array2::from_shape_fn((500, 4), |(row, column)| (row + 1) as f64 * roots[column] % 1.0);
    uniform.sum_axis(Axis(1))
}

/// The sums in so many rows.
///
/// # Errors
/// Where that leaves a rest.
pub fn sums_in_rows(rows: usize) -> Result<Array2<f64>> {
    ensure!(500 % rows == 0, "500 values do not fill {rows} rows");
    Ok(sums().into_shape_with_order((rows, 500 / rows))?)
}

/// Five groups with far-off values.
///
/// # Errors
/// None: 500 values fill five rows.
pub fn groups() -> Result<Array2<f64>> {
    let middles = Array1::from_iter(1..6).mapv(f64::from).insert_axis(Axis(1));
    let spread = sums_in_rows(5)? - 2.0;
    Ok(&middles + &spread * &spread.abs().sqrt())
}

/// The mean of each of ten samples, and its standard error.
///
/// # Errors
/// None: 500 values fill ten rows.
pub fn means() -> Result<(Array1<f64>, Array1<f64>)> {
    let samples = sums_in_rows(10)?;
    let means = samples.sum_axis(Axis(1)) / 50.0;
    Ok((means, samples.std_axis(Axis(1), 1.0) / 50_f64.sqrt()))
}
