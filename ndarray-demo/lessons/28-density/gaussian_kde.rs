//! A density estimated by a normal distribution over each point, all of them as wide and as slanted as the data.
//!
//! Source: D. W. Scott, "Multivariate Density Estimation", 1992; B. W. Silverman, "Density Estimation for Statistics and
//! Data Analysis", 1986.

use std::f64::consts::TAU;

use anyhow::{Context, Result, ensure};
use faer_ext::IntoFaer;
use ndarray::{Array1, Array2, ArrayView, ArrayView1, ArrayView2, Axis, Dimension, parallel::prelude::*};
use spec_math::NormDist;

use crate::{decompositions::cholesky, element_wise, reductions::larger};

/// How wide the bells are, relative to the data.
#[derive(Debug, Clone, Copy)]
pub enum Bandwidth {
    /// n^(-1 / (d + 4)), for n points in d dimensions.
    Scott,
    /// (n (d + 2) / 4)^(-1 / (d + 4)).
    Silverman,
    /// This one.
    Factor(f64),
}

/// The estimate.
#[derive(Debug, Clone)]
pub struct GaussianKde {
    /// One column a point.
    points: Array2<f64>,
    weights: Array1<f64>,
    /// The standard deviation of a bell, as a multiple of the data's.
    pub factor: f64,
    /// What the points weigh, in points of equal weight.
    pub neff: f64,
    /// The covariance of each bell, (d, d).
    pub covariance: Array2<f64>,
    /// L of its Cholesky factorisation L L^T.
    root: Array2<f64>,
}

impl GaussianKde {
    /// Of points, the columns of (d, n). Weights are divided by their sum.
    ///
    /// # Errors
    /// Where there are fewer than two points, they lie in a line or a plane, a number is infinite or NaN, a bandwidth is not
    /// positive, or the weights are not one for each, or leave a single point.
    pub fn new(
        points: ArrayView2<f64>,
        bandwidth: Bandwidth,
        weights: Option<ArrayView1<f64>>,
    ) -> Result<Self> {
        let (dimensions, count) = points.dim();
        ensure!(count > 1, "{count} points make no density");
        let weights = weights.map_or_else(|| Array1::ones(count), |weights| weights.to_owned());
        ensure!(
            weights.len() == count,
            "{} weights for {count} points",
            weights.len()
        );
        ensure!(finite(points), "a point is infinite or not a number");
        ensure!(finite(weights.view()), "a weight is infinite or not a number");
        ensure!(
            weights.iter().all(|&weight| weight >= 0.0),
            "a weight is negative"
        );
        let weights = &weights / weights.sum();
        let squares = weights.pow2().sum();
        // Of weights that are all 0 the sum is 0, and this NaN.
        ensure!(squares < 1.0, "fewer than two points have a weight");
        let neff = squares.recip();
        let (n, d) = (neff, dimensions as f64);
        let factor = match bandwidth {
            Bandwidth::Scott => n.powf(-1.0 / (d + 4.0)),
            Bandwidth::Silverman => (n * (d + 2.0) / 4.0).powf(-1.0 / (d + 4.0)),
            Bandwidth::Factor(factor) => factor,
        };
        ensure!(
            factor.is_finite() && factor > 0.0,
            "a bandwidth of {factor} is none"
        );
        let centred = &points - &points.dot(&weights).insert_axis(Axis(1));
        let covariance = (&centred * &weights).dot(&centred.t()) / (1.0 - squares);
        let root = cholesky(&covariance).context("the points do not fill the space that they lie in")?;
        Ok(Self {
            points: points.to_owned(),
            weights,
            factor,
            neff,
            covariance: covariance * factor.powi(2),
            root: root * factor,
        })
    }

    /// The density at places, the columns of (d, m).
    ///
    /// # Errors
    /// Where the places have other dimensions than the points, or one is infinite or NaN.
    pub fn evaluate(&self, places: ArrayView2<f64>) -> Result<Array1<f64>> {
        let exponents = self.exponents(places)?;
        Ok(exponents.exp().dot(&self.weights) / self.normalisation())
    }

    /// The same a place at a time, on all threads: its exponents stay in the fastest cache, and `exp` is lesson 06's.
    ///
    /// # Errors
    /// As [`evaluate`](Self::evaluate).
    pub fn evaluate_each(&self, places: ArrayView2<f64>) -> Result<Array1<f64>> {
        let (points, places) = self.whitened(places)?;
        let density = |place: ArrayView1<f64>| {
            let mut exponents = Array1::zeros(points.ncols());
            for (x, points) in place.iter().zip(points.rows()) {
                exponents.zip_mut_with(&points, |exponent, point| *exponent -= (x - point).powi(2) / 2.0);
            }
            element_wise::exp(&exponents).dot(&self.weights)
        };
        let densities: Vec<_> = places.axis_iter(Axis(1)).into_par_iter().map(density).collect();
        Ok(Array1::from(densities) / self.normalisation())
    }

    /// The logarithm of the density, also where that is too small for a double.
    ///
    /// # Errors
    /// As [`evaluate`](Self::evaluate).
    pub fn log_density(&self, places: ArrayView2<f64>) -> Result<Array1<f64>> {
        let exponents = self.exponents(places)?;
        let highest = exponents.fold_axis(Axis(1), f64::NEG_INFINITY, |&a, &b| larger(a, b));
        let sums = (exponents - highest.view().insert_axis(Axis(1)))
            .exp()
            .dot(&self.weights);
        Ok(sums.ln() + highest - self.normalisation().ln())
    }

    /// How much of the distribution lies between two values, in one dimension.
    ///
    /// # Errors
    /// Where there are more dimensions.
    pub fn integrate(&self, low: f64, high: f64) -> Result<f64> {
        ensure!(
            self.points.nrows() == 1,
            "only in one dimension is there a between"
        );
        let below = |value: f64| {
            let bells = self
                .points
                .row(0)
                .map(|x| ((value - x) / self.root[[0, 0]]).norm_cdf());
            bells.dot(&self.weights)
        };
        Ok(below(high) - below(low))
    }

    /// -d^2 / 2 for the distance d of each place from each point, (m, n), in units of a bell's width.
    fn exponents(&self, places: ArrayView2<f64>) -> Result<Array2<f64>> {
        let (points, places) = self.whitened(places)?;
        let mut exponents = Array2::zeros((places.ncols(), points.ncols()));
        for (places, points) in places.rows().into_iter().zip(points.rows()) {
            exponents -= &((&places.insert_axis(Axis(1)) - &points).pow2() / 2.0);
        }
        Ok(exponents)
    }

    /// Points and places in units of a bell's width.
    fn whitened(&self, places: ArrayView2<f64>) -> Result<(Array2<f64>, Array2<f64>)> {
        let dimensions = self.points.nrows();
        ensure!(
            places.nrows() == dimensions,
            "places in {} dimensions, points in {dimensions}",
            places.nrows()
        );
        ensure!(finite(places), "a place is infinite or not a number");
        Ok((self.whiten(self.points.view()), self.whiten(places)))
    }

    /// L^-1 times the columns.
    fn whiten(&self, columns: ArrayView2<f64>) -> Array2<f64> {
        let mut solved = columns.to_owned();
        let root = self.root.view().into_faer();
        root.solve_lower_triangular_in_place(solved.view_mut().into_faer());
        solved
    }

    fn normalisation(&self) -> f64 {
        TAU.powf(self.points.nrows() as f64 / 2.0) * self.root.diag().product()
    }
}

fn finite<D: Dimension>(numbers: ArrayView<f64, D>) -> bool {
    numbers.iter().all(|number| number.is_finite())
}

#[cfg(test)]
mod tests {
    use ndarray::Array;

    use super::*;

    #[test]
    fn each_place_has_the_density_that_all_have() {
        let points = Array::from_shape_fn((2, 50), |(axis, i)| ((i * (axis + 3)) as f64).sin());
        let places = Array::from_shape_fn((2, 300), |(axis, i)| (i + axis) as f64 / 20.0 - 7.0);
        let density = GaussianKde::new(points.view(), Bandwidth::Scott, None).unwrap();
        let all = density.evaluate(places.view()).unwrap();
        let each = density.evaluate_each(places.view()).unwrap();
        for (all, each) in all.iter().zip(&each) {
            assert!((all - each).abs() <= 1e-13 * all, "{all} {each}");
        }
        assert!(density.evaluate_each(places.slice(ndarray::s![..1, ..])).is_err());
    }
}
