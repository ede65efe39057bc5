//! A. Savitzky and M. J. E. Golay, Smoothing and Differentiation of Data by Simplified Least Squares Procedures
//! (Analytical Chemistry 36, 1964), by way of polynomials that are orthogonal on the window (P. A. Gorry, Analytical
//! Chemistry 62, 1990): nothing is solved, and nothing lost to a badly conditioned matrix.

use anyhow::{Result, ensure};
use ndarray::{Array1, Array2, ArrayRef1, s};

/// What becomes of the first and last samples, whose window reaches beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// They lie on the polynomial through the first, or last, whole window.
    Interpolated,
    /// The first and last sample go on for ever.
    Nearest,
}

/// The weights of a window by which its samples give the polynomial's `derivative`-th derivative at the window's middle,
/// for samples one apart, the last sample's first, as a convolution takes them. The middle of an even window lies between
/// two samples.
///
/// # Errors
/// Where the window has not more samples than the polynomial has powers.
pub fn savgol_coeffs(window: usize, order: usize, derivative: usize) -> Result<Array1<f64>> {
    check(window, order)?;
    let weights = weights(window, order, derivative, (window as f64 - 1.0) / 2.0);
    Ok(weights.slice(s![..;-1]).to_owned())
}

/// Each sample, or a derivative there, by the polynomial of least squares through the window around it.
///
/// # Errors
/// As for [`savgol_coeffs`], where the window is even, so that its middle is no sample, and where the ends are to be
/// interpolated from samples that are fewer than the window, infinite or NaN.
pub fn savgol_filter(
    x: &ArrayRef1<f64>,
    window: usize,
    order: usize,
    derivative: usize,
    ends: Ends,
) -> Result<Array1<f64>> {
    check(window, order)?;
    ensure!(window % 2 == 1, "a window of {window} samples has no middle");
    let n = x.len();
    if ends == Ends::Interpolated {
        ensure!(window <= n, "a window of {window} is wider than {n} samples");
        let mut outer = x.iter().take(window).chain(x.iter().rev().take(window));
        ensure!(
            outer.all(|x| x.is_finite()),
            "no polynomial goes through NaN or infinity at an end"
        );
    }
    let half = window / 2;
    let middle = weights(window, order, derivative, half as f64);
    let smoothed = |i: usize| match ends {
        Ends::Interpolated => {
            let start = i.saturating_sub(half).min(n - window);
            let around = x.slice(s![start..start + window]);
            if i == start + half {
                middle.dot(&around)
            } else {
                weights(window, order, derivative, (i - start) as f64).dot(&around)
            }
        }
        Ends::Nearest => {
            let nearest = |j: usize| x[(i + j).saturating_sub(half).min(n - 1)];
            middle
                .iter()
                .enumerate()
                .map(|(j, weight)| weight * nearest(j))
                .sum()
        }
    };
    Ok((0..n).map(smoothed).collect())
}

fn check(window: usize, order: usize) -> Result<()> {
    ensure!(
        order < window,
        "{window} samples do not determine a polynomial of order {order}"
    );
    Ok(())
}

/// The weights for the derivative at `at`, in the order of the samples: the sum over Gram's polynomials of value at each
/// sample times derivative at that place, over the square of their length.
fn weights(window: usize, order: usize, derivative: usize, at: f64) -> Array1<f64> {
    let half = (window as f64 - 1.0) / 2.0;
    let samples = Array1::from_iter((0..window).map(|i| i as f64 - half));
    let at = at - half;
    // Row k has the k-th polynomial at each sample; `there[k][d]` is its d-th derivative at the place.
    let mut values = Array2::<f64>::zeros((order + 1, window));
    let mut there = Array2::<f64>::zeros((order + 1, derivative + 1));
    let mut weights = Array1::zeros(window);
    let mut length_before = 1.0;
    for k in 0..=order {
        // p[k + 1] = t p[k] - (|p[k]| / |p[k - 1]|)² p[k - 1]: the middle term is 0 by symmetry.
        if k == 0 {
            values.row_mut(0).fill(1.0);
            there[[0, 0]] = 1.0;
        } else {
            let mut next = &samples * &values.row(k - 1);
            let mut next_there = at * &there.row(k - 1);
            for d in 1..=derivative {
                next_there[d] += d as f64 * there[[k - 1, d - 1]];
            }
            if k > 1 {
                let before = values.row(k - 2);
                let ratio = length_before / before.dot(&before);
                next.scaled_add(-ratio, &before);
                next_there.scaled_add(-ratio, &there.row(k - 2));
            }
            values.row_mut(k).assign(&next);
            there.row_mut(k).assign(&next_there);
        }
        let polynomial = values.row(k);
        length_before = polynomial.dot(&polynomial);
        weights.scaled_add(there[[k, derivative]] / length_before, &polynomial);
    }
    weights
}
