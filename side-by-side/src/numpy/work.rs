//! An operation that is set up: it runs, and its result can be compared.

use std::{hint::black_box, time::Instant};

use anyhow::{Context, Result};
use ndarray::{Array, ArrayD, Dimension, aview0};
use num_complex::Complex64;

pub(super) trait Work {
    /// What it comes to.
    fn result(&mut self) -> Result<ArrayD<f64>>;

    /// The seconds that one run takes, of so many; results are dropped within them, as NumPy drops its own.
    fn seconds(&mut self, runs: u32) -> f64;
}

/// A closure as an operation.
pub(super) fn work<T: Floats>(operation: impl FnMut() -> T + 'static) -> Box<dyn Work> {
    Box::new(Closure(operation))
}

struct Closure<F>(F);

impl<T: Floats, F: FnMut() -> T> Work for Closure<F> {
    fn result(&mut self) -> Result<ArrayD<f64>> {
        (self.0)().floats()
    }

    fn seconds(&mut self, runs: u32) -> f64 {
        let start = Instant::now();
        for _ in 0..runs {
            black_box((self.0)());
        }
        start.elapsed().as_secs_f64() / f64::from(runs)
    }
}

/// A result as numbers of one type, of which a complex one has two.
pub(super) trait Floats {
    fn floats(self) -> Result<ArrayD<f64>>;
}

impl Floats for f64 {
    fn floats(self) -> Result<ArrayD<f64>> {
        Ok(aview0(&self).to_owned().into_dyn())
    }
}

impl Floats for usize {
    fn floats(self) -> Result<ArrayD<f64>> {
        (self as f64).floats()
    }
}

impl<D: Dimension> Floats for Array<f64, D> {
    fn floats(self) -> Result<ArrayD<f64>> {
        Ok(self.into_dyn())
    }
}

impl<D: Dimension> Floats for Array<i64, D> {
    fn floats(self) -> Result<ArrayD<f64>> {
        Ok(self.mapv(|x| x as f64).into_dyn())
    }
}

impl<D: Dimension> Floats for Array<i32, D> {
    fn floats(self) -> Result<ArrayD<f64>> {
        Ok(self.mapv(f64::from).into_dyn())
    }
}

impl<D: Dimension> Floats for Array<bool, D> {
    fn floats(self) -> Result<ArrayD<f64>> {
        Ok(self.mapv(f64::from).into_dyn())
    }
}

impl<D: Dimension> Floats for Array<usize, D> {
    fn floats(self) -> Result<ArrayD<f64>> {
        Ok(self.mapv(|x| x as f64).into_dyn())
    }
}

impl<D: Dimension> Floats for Array<Complex64, D> {
    fn floats(self) -> Result<ArrayD<f64>> {
        let mut shape = self.shape().to_vec();
        *shape.last_mut().context("a complex number without an axis")? *= 2;
        let parts: Vec<_> = self.iter().flat_map(|x| [x.re, x.im]).collect();
        Ok(ArrayD::from_shape_vec(shape, parts)?)
    }
}

/// None where there is nothing to choose from.
impl<T: Floats> Floats for Option<T> {
    fn floats(self) -> Result<ArrayD<f64>> {
        self.context("no result")?.floats()
    }
}

impl<T: Floats, E: Into<anyhow::Error>> Floats for Result<T, E> {
    fn floats(self) -> Result<ArrayD<f64>> {
        self.map_err(Into::into)?.floats()
    }
}
