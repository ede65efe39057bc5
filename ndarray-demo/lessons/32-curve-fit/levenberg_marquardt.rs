//! Nonlinear least squares by Levenberg and Marquardt's method.
//!
//! Algorithm 3.16 of K. Madsen, H. B. Nielsen and O. Tingleff, *Methods for Non-Linear Least Squares Problems* (2004),
//! with Marquardt's scaling, so that the units of the parameters do not matter.

use anyhow::{Context, Result, bail, ensure};
use faer::{Side, linalg::solvers::Solve};
use faer_ext::{IntoFaer, IntoNdarray};
use ndarray::{Array1, Array2, ArrayRef2, ArrayView1, Axis};

/// The relative step at which the parameters count as found.
const STEP_TOLERANCE: f64 = 1e-10;

/// A minimum of the sum of squares.
#[derive(Debug)]
pub struct Fit {
    /// The n parameters.
    pub parameters: Array1<f64>,
    /// The m residuals there.
    pub residuals: Array1<f64>,
    /// Their derivatives by the parameters, m by n.
    pub jacobian: Array2<f64>,
}

impl Fit {
    /// Half the sum of squares.
    pub fn cost(&self) -> f64 {
        self.residuals.dot(&self.residuals) / 2.0
    }

    /// The inverse of `JᵀJ`: the covariance of the parameters where each residual has a variance of 1.
    ///
    /// # Errors
    /// Where the data do not determine all parameters.
    pub fn covariance(&self) -> Result<Array2<f64>> {
        let identity = Array2::eye(self.parameters.len());
        solve(&self.jacobian.t().dot(&self.jacobian), &identity)
    }
}

/// Finds the parameters, from `start` on, at which the sum of the squares of the m residuals is least.
///
/// # Errors
/// Where there are fewer residuals than parameters, a residual is infinite or NaN, or so many steps are not enough.
pub fn least_squares(
    residuals: impl Fn(ArrayView1<f64>) -> Array1<f64>,
    start: Array1<f64>,
    steps: usize,
) -> Result<Fit> {
    let at_start = residuals(start.view());
    let (points, unknowns) = (at_start.len(), start.len());
    ensure!(
        points >= unknowns,
        "{points} points do not determine {unknowns} parameters"
    );
    ensure!(
        at_start.iter().all(|r| r.is_finite()),
        "a residual is infinite or NaN at the start"
    );
    let mut fit = Fit {
        jacobian: central_differences(&residuals, start.view(), points),
        parameters: start,
        residuals: at_start,
    };
    let (mut damping, mut growth) = (1e-3, 2.0);
    for _ in 0..steps {
        let mut normal = fit.jacobian.t().dot(&fit.jacobian);
        let gradient = fit.jacobian.t().dot(&fit.residuals);
        let damped = &normal.diag() * damping;
        normal.diag_mut().scaled_add(1.0, &damped);
        let descent = -&gradient.view().insert_axis(Axis(1));
        let step = solve(&normal, &descent)?.remove_axis(Axis(1));
        let parameters = &fit.parameters + &step;
        let small = step
            .iter()
            .zip(&parameters)
            .all(|(s, p)| s.abs() <= STEP_TOLERANCE * p.abs());

        let there = residuals(parameters.view());
        let expected = step.dot(&(&damped * &step - &gradient)) / 2.0;
        let gained = fit.cost() - there.dot(&there) / 2.0;
        if gained > 0.0 {
            fit.jacobian = central_differences(&residuals, parameters.view(), points);
            (fit.parameters, fit.residuals) = (parameters, there);
            let agreement = gained / expected;
            damping *= (1.0 - (2.0 * agreement - 1.0).powi(3)).max(1.0 / 3.0);
            growth = 2.0;
        } else {
            damping *= growth;
            growth *= 2.0;
        }
        if small {
            return Ok(fit);
        }
    }
    bail!("no convergence after {steps} steps, at {}", fit.parameters)
}

/// Solves a symmetric, positive definite system.
fn solve(a: &ArrayRef2<f64>, b: &ArrayRef2<f64>) -> Result<Array2<f64>> {
    let cholesky = a.view().into_faer().llt(Side::Lower);
    let cholesky = cholesky
        .ok()
        .context("the data do not determine all parameters")?;
    let x = cholesky.solve(b.view().into_faer());
    Ok(x.as_ref().into_ndarray().to_owned())
}

fn central_differences(
    residuals: impl Fn(ArrayView1<f64>) -> Array1<f64>,
    at: ArrayView1<f64>,
    points: usize,
) -> Array2<f64> {
    let mut jacobian = Array2::zeros((points, at.len()));
    for (j, mut column) in jacobian.columns_mut().into_iter().enumerate() {
        let step = f64::EPSILON.cbrt() * if at[j] == 0.0 { 1.0 } else { at[j].abs() };
        let beside = |step: f64| {
            let mut beside = at.to_owned();
            beside[j] += step;
            residuals(beside.view())
        };
        column.assign(&((beside(step) - beside(-step)) / (2.0 * step)));
    }
    jacobian
}
