//! The exponential of a matrix, by scaling, a Padé approximant and squaring: N. J. Higham, "The Scaling and Squaring Method
//! for the Matrix Exponential Revisited", SIAM J. Matrix Anal. Appl. 26 (2005), algorithm 2.3 with its approximant of
//! degree 13 for all.

use ndarray::{Array2, ArrayRef2, Axis};

use crate::{
    linalg::{LinalgError, finite_square},
    linear_systems::solve_columns,
    reductions::larger,
};

/// The coefficients of the numerator, lowest power first; the denominator's differ in every second sign.
const PADE: [f64; 14] = [
    64_764_752_532_480_000.0,
    32_382_376_266_240_000.0,
    7_771_770_303_897_600.0,
    1_187_353_796_428_800.0,
    129_060_195_264_000.0,
    10_559_470_521_600.0,
    670_442_572_800.0,
    33_522_128_640.0,
    1_323_241_920.0,
    40_840_800.0,
    960_960.0,
    16_380.0,
    182.0,
    1.0,
];

/// Up to this norm the approximant is exact to double precision.
const LARGEST: f64 = 5.371_920_351_148_152;

/// The exponential of a square matrix, shape `(n, n)`. NaN, as SciPy's, where the sum of a column overflows.
///
/// # Errors
/// Where the matrix is not square or not finite.
pub fn expm(a: &ArrayRef2<f64>) -> Result<Array2<f64>, LinalgError> {
    finite_square(a)?;
    let norm = a.abs().sum_axis(Axis(0)).into_iter().fold(0.0, larger);
    if norm.is_infinite() {
        return Ok(Array2::from_elem(a.raw_dim(), f64::NAN));
    }
    let squarings = (norm / LARGEST).log2().ceil().max(0.0) as i32;
    let a = a / 2_f64.powi(squarings);
    let identity = Array2::<f64>::eye(a.nrows());
    let a2 = a.dot(&a);
    let a4 = a2.dot(&a2);
    let a6 = a4.dot(&a2);
    let combine = |c6, c4, c2| &a6 * PADE[c6] + &a4 * PADE[c4] + &a2 * PADE[c2];
    let odd = a.dot(&(a6.dot(&combine(13, 11, 9)) + combine(7, 5, 3) + &identity * PADE[1]));
    let even = a6.dot(&combine(12, 10, 8)) + combine(6, 4, 2) + &identity * PADE[0];
    let mut power = solve_columns(&(&even - &odd), &(&even + &odd))?;
    for _ in 0..squarings {
        power = power.dot(&power);
    }
    Ok(power)
}
