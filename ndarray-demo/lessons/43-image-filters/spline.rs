//! Pictures turned, moved and resized: between pixels, a cubic spline goes through all of them. M. Unser, Splines: A
//! Perfect Fit for Signal and Image Processing (IEEE Signal Processing Magazine 16, 1999).

use anyhow::{Result, ensure};
use ndarray::{Array2, ArrayRef2};
use ndarray_ndimage::{BorderMode, spline_filter};

/// A gigabyte.
const MOST_PIXELS: f64 = (1 << 27) as f64;

/// How a value between pixels is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spline {
    Linear,
    Cubic,
}

/// Turned about its middle, against the clock. What comes from beyond the picture is 0. With `reshape`, the result is as
/// large as the corners need.
///
/// # Errors
/// Where the picture has fewer than two rows or columns, or the angle is infinite or NaN.
pub fn rotate(picture: &ArrayRef2<f64>, degrees: f64, reshape: bool, spline: Spline) -> Result<Array2<f64>> {
    ensure!(degrees.is_finite(), "{degrees} degrees are no angle");
    let (sin, cos) = sin_cos_degrees(degrees);
    let (rows, columns) = (picture.nrows() as f64, picture.ncols() as f64);
    let shape = if reshape {
        let high = rows * cos.abs() + columns * sin.abs();
        let wide = rows * sin.abs() + columns * cos.abs();
        ((high + 0.5) as usize, (wide + 0.5) as usize)
    } else {
        picture.dim()
    };
    let middle = |length: f64| (length - 1.0) / 2.0;
    let (down, right) = (middle(shape.0 as f64), middle(shape.1 as f64));
    let offset = [
        middle(rows) - (cos * down + sin * right),
        middle(columns) - (-sin * down + cos * right),
    ];
    let from = |i: f64, j: f64| [offset[0] + cos * i + sin * j, offset[1] - sin * i + cos * j];
    resample(picture, shape, spline, 0.0, from)
}

/// Sine and cosine of an angle in degrees, exact for whole quarters of a turn: the cosine of π / 2, rounded, is not 0, and
/// would move the border off the picture.
fn sin_cos_degrees(degrees: f64) -> (f64, f64) {
    match degrees.rem_euclid(360.0) {
        0.0 => (0.0, 1.0),
        90.0 => (1.0, 0.0),
        180.0 => (0.0, -1.0),
        270.0 => (-1.0, 0.0),
        other => other.to_radians().sin_cos(),
    }
}

/// Moved by so many pixels down and to the right; what comes from beyond the picture is `outside`.
///
/// # Errors
/// Where the picture has fewer than two rows or columns.
pub fn shift(
    picture: &ArrayRef2<f64>,
    [down, right]: [f64; 2],
    spline: Spline,
    outside: f64,
) -> Result<Array2<f64>> {
    resample(picture, picture.dim(), spline, outside, |i, j| {
        [i - down, j - right]
    })
}

/// Resized by a factor; the corners stay corners.
///
/// # Errors
/// Where picture or result have fewer than two rows or columns, the result more pixels than a gigabyte holds, or the factor
/// is NaN.
pub fn zoom(picture: &ArrayRef2<f64>, factor: f64, spline: Spline) -> Result<Array2<f64>> {
    ensure!(factor.is_finite(), "a factor of {factor} has no size");
    let pixels = picture.len() as f64 * factor * factor;
    ensure!(
        pixels <= MOST_PIXELS,
        "a factor of {factor:e} makes too many pixels"
    );
    let zoomed = |length: usize| (length as f64 * factor).round_ties_even() as usize;
    let (rows, columns) = picture.dim();
    let shape = (zoomed(rows), zoomed(columns));
    ensure!(
        shape.0 > 1 && shape.1 > 1,
        "{factor} times {rows} by {columns} pixels are too few"
    );
    let step = |from: usize, to: usize| (from as f64 - 1.0) / (to as f64 - 1.0);
    let (down, right) = (step(rows, shape.0), step(columns, shape.1));
    resample(picture, shape, spline, 0.0, |i, j| [i * down, j * right])
}

/// A picture of this shape, each pixel with the value at the place that `from` gives for it.
fn resample(
    picture: &ArrayRef2<f64>,
    shape: (usize, usize),
    spline: Spline,
    outside: f64,
    from: impl Fn(f64, f64) -> [f64; 2],
) -> Result<Array2<f64>> {
    let (rows, columns) = picture.dim();
    ensure!(
        rows > 1 && columns > 1,
        "{rows} by {columns} pixels have no spline"
    );
    let coefficients = match spline {
        Spline::Linear => picture.to_owned(),
        Spline::Cubic => spline_filter(picture, 3, BorderMode::Mirror),
    };
    Ok(Array2::from_shape_fn(shape, |(i, j)| {
        let [y, x] = from(i as f64, j as f64);
        match (spline.taps(y, rows), spline.taps(x, columns)) {
            (Some(down), Some(right)) => down
                .iter()
                .flat_map(|&(i, weight)| right.iter().map(move |&(j, other)| (i, j, weight * other)))
                .map(|(i, j, weight)| weight * coefficients[[i, j]])
                .sum(),
            _ => outside,
        }
    }))
}

impl Spline {
    /// The pixels around a place on an axis and what each counts; None beyond the ends.
    fn taps(self, at: f64, length: usize) -> Option<[(usize, f64); 4]> {
        let last = length - 1;
        if !(0.0..=last as f64).contains(&at) {
            return None;
        }
        let floor = at.floor();
        let (x, z) = (at - floor, 1.0 - (at - floor));
        let weights = match self {
            Self::Linear => [0.0, z, x, 0.0],
            Self::Cubic => {
                let outer = z * z * z / 6.0;
                let left = (x * x * (x - 2.0) * 3.0 + 4.0) / 6.0;
                let right = (z * z * (z - 2.0) * 3.0 + 4.0) / 6.0;
                [outer, left, right, 1.0 - outer - left - right]
            }
        };
        // Mirrored at the first and last pixel.
        let pixel = |beyond: usize| {
            let unsigned = (floor as usize + beyond).abs_diff(1);
            if unsigned > last {
                (2 * last).abs_diff(unsigned)
            } else {
                unsigned
            }
        };
        Some([0, 1, 2, 3].map(|k| (pixel(k), weights[k])))
    }
}
