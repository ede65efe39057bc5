//! Piecewise cubics by their slopes at the samples, for what `ndarray-interp` has not, or has not right.
//!
//! The slopes of a spline: C. de Boor, *A Practical Guide to Splines*, chapter IV. Those that keep the shape: F. N. Fritsch
//! and J. Butland, *A Method for Constructing Local Monotone Piecewise Cubic Interpolants* (1984), with the three-point
//! ends of C. Moler, *Numerical Computing with MATLAB*, section 3.6.

use anyhow::{Result, ensure};
use ndarray::{Array1, ArrayRef1};

/// A cubic between each two of n samples.
#[derive(Debug)]
pub struct Hermite {
    x: Array1<f64>,
    y: Array1<f64>,
    slopes: Array1<f64>,
}

/// The distances between the samples, and the slopes of the lines from one to the next.
type Steps = (Vec<f64>, Vec<f64>);

impl Hermite {
    /// The spline that has no knot at the second sample and the last but one.
    ///
    /// # Errors
    /// Where `x` and `y` are not of one length of at least four, `x` does not rise, or a number is infinite or NaN.
    pub fn not_a_knot(x: Array1<f64>, y: Array1<f64>) -> Result<Self> {
        let n = x.len();
        ensure!(n >= 4, "{n} samples are too few");
        let (h, secants) = steps(&x, &y)?;
        // Three diagonals and the right side, row by row.
        let inner = |i: usize| {
            let right = 3.0 * (h[i] * secants[i - 1] + h[i - 1] * secants[i]);
            [h[i], 2.0 * (h[i - 1] + h[i]), h[i - 1], right]
        };
        let end = |h0: f64, h1: f64, near: f64, next: f64| {
            let d = h0 + h1;
            (h1, d, ((h0 + 2.0 * d) * h1 * near + h0 * h0 * next) / d)
        };
        let rows = (0..n).map(|i| match i {
            0 => {
                let (diagonal, beside, right) = end(h[0], h[1], secants[0], secants[1]);
                [0.0, diagonal, beside, right]
            }
            i if i == n - 1 => {
                let (diagonal, beside, right) = end(h[n - 2], h[n - 3], secants[n - 2], secants[n - 3]);
                [beside, diagonal, 0.0, right]
            }
            i => inner(i),
        });
        let slopes = tridiagonal(rows.collect());
        Ok(Self { x, y, slopes })
    }

    /// The curve that rises where the samples do, and falls where they do.
    ///
    /// # Errors
    /// Where `x` and `y` are not of one length of at least three, `x` does not rise, or a number is infinite or NaN.
    pub fn pchip(x: Array1<f64>, y: Array1<f64>) -> Result<Self> {
        let n = x.len();
        ensure!(n >= 3, "{n} samples are too few");
        let (h, secants) = steps(&x, &y)?;
        let inner = |i: usize| {
            let (left, right) = (secants[i - 1], secants[i]);
            if left * right <= 0.0 {
                return 0.0;
            }
            // The harmonic mean, weighted by the distances.
            let (w1, w2) = (2.0 * h[i] + h[i - 1], h[i] + 2.0 * h[i - 1]);
            (w1 + w2) / (w1 / left + w2 / right)
        };
        let end = |h0: f64, h1: f64, near: f64, next: f64| {
            let slope = ((2.0 * h0 + h1) * near - h0 * next) / (h0 + h1);
            if slope * near <= 0.0 {
                0.0
            } else if near * next < 0.0 && slope.abs() > 3.0 * near.abs() {
                3.0 * near
            } else {
                slope
            }
        };
        let slopes = (0..n).map(|i| match i {
            0 => end(h[0], h[1], secants[0], secants[1]),
            i if i == n - 1 => end(h[n - 2], h[n - 3], secants[n - 2], secants[n - 3]),
            i => inner(i),
        });
        let slopes = slopes.collect();
        Ok(Self { x, y, slopes })
    }

    /// The number of the sample that lies left of a place, found by bisection.
    fn left_of(&self, place: f64) -> usize {
        let (mut left, mut right) = (0, self.x.len() - 1);
        while left + 1 < right {
            let middle = left.midpoint(right);
            if self.x[middle] <= place {
                left = middle;
            } else {
                right = middle;
            }
        }
        left
    }

    /// The value at a place. Outside of the samples the last cubic goes on.
    pub fn at(&self, place: f64) -> f64 {
        let Self { x, y, slopes } = self;
        let left = self.left_of(place);
        let h = x[left + 1] - x[left];
        let (t, s) = ((place - x[left]) / h, (x[left + 1] - place) / h);
        y[left]
            + (y[left + 1] - y[left]) * t * t * (1.0 + 2.0 * s)
            + h * t * s * (slopes[left] * s - slopes[left + 1] * t)
    }
}

fn steps(x: &ArrayRef1<f64>, y: &ArrayRef1<f64>) -> Result<Steps> {
    ensure!(x.len() == y.len(), "{} places and {} values", x.len(), y.len());
    ensure!(
        x.iter().chain(y).all(|number| number.is_finite()),
        "a place or a value is infinite or not a number"
    );
    let h: Vec<_> = x.windows(2).into_iter().map(|pair| pair[1] - pair[0]).collect();
    ensure!(h.iter().all(|&h| h > 0.0), "the places do not rise");
    let rises = y.windows(2);
    let secants = rises.into_iter().zip(&h).map(|(pair, h)| (pair[1] - pair[0]) / h);
    let secants = secants.collect();
    Ok((h, secants))
}

/// Gauss's elimination on rows of three diagonals and a right side.
fn tridiagonal(mut rows: Vec<[f64; 4]>) -> Array1<f64> {
    for i in 1..rows.len() {
        let [_, above, beside, right] = rows[i - 1];
        let factor = rows[i][0] / above;
        rows[i][1] -= factor * beside;
        rows[i][3] -= factor * right;
    }
    let mut solution = Array1::zeros(rows.len());
    let mut after = 0.0;
    for (i, [_, diagonal, beside, right]) in rows.into_iter().enumerate().rev() {
        after = (right - beside * after) / diagonal;
        solution[i] = after;
    }
    solution
}
