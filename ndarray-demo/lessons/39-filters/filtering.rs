//! Filters over samples: the direct form II transposed of Oppenheim and Schafer, chapter 6, and forward and back after
//! F. Gustafsson, Determining the initial states in forward-backward filtering (IEEE Trans. Signal Processing 44, 1996).

use anyhow::{Context, Result, ensure};
use biquad::{Biquad, Coefficients, DirectForm2Transposed};
use ndarray::{Array1, ArrayRef1, ArrayRef2};

/// Numerator and denominator of one length, the denominator's first coefficient 1.
struct Filter {
    b: Vec<f64>,
    a: Vec<f64>,
}

impl Filter {
    fn new(b: &ArrayRef1<f64>, a: &ArrayRef1<f64>) -> Result<Self> {
        let first = *a.first().context("a denominator has at least one coefficient")?;
        ensure!(first != 0.0, "a denominator does not begin with 0");
        ensure!(!b.is_empty(), "a numerator has at least one coefficient");
        let length = b.len().max(a.len());
        let scaled = |c: &ArrayRef1<f64>| {
            let mut scaled: Vec<_> = c.iter().map(|c| c / first).collect();
            scaled.resize(length, 0.0);
            scaled
        };
        Ok(Self {
            b: scaled(b),
            a: scaled(a),
        })
    }

    /// Replaces the samples by what the filter makes of them. The state is one longer than it need be: its last element
    /// stays 0.
    fn run<'a>(&self, samples: impl Iterator<Item = &'a mut f64>, state: &mut [f64]) {
        for sample in samples {
            let x = *sample;
            let y = self.b[0] * x + state[0];
            for i in 1..state.len() {
                state[i - 1] = state[i] + self.b[i] * x - self.a[i] * y;
            }
            *sample = y;
        }
    }

    /// The state that a filter has come to after many ones.
    fn settled(&self) -> Vec<f64> {
        let rise: f64 = (1..self.b.len()).map(|i| self.b[i] - self.a[i] * self.b[0]).sum();
        let first = rise / self.a.iter().sum::<f64>();
        let mut state = vec![first];
        let (mut fed_back, mut fed) = (1.0, 0.0);
        for i in 1..self.b.len() {
            fed_back += self.a[i];
            fed += self.b[i] - self.a[i] * self.b[0];
            state.push(fed_back * first - fed);
        }
        if let Some(last) = state.last_mut() {
            *last = 0.0;
        }
        state
    }
}

/// Each output from the inputs and outputs so far.
///
/// # Errors
/// Where a polynomial is empty, or the denominator begins with 0.
pub fn lfilter(b: &ArrayRef1<f64>, a: &ArrayRef1<f64>, x: &ArrayRef1<f64>) -> Result<Array1<f64>> {
    let filter = Filter::new(b, a)?;
    let mut y = x.to_owned();
    filter.run(y.iter_mut(), &mut vec![0.0; filter.b.len()]);
    Ok(y)
}

/// The state in which a filter answers ones with ones from the first sample on.
///
/// # Errors
/// As for [`lfilter`].
pub fn lfilter_zi(b: &ArrayRef1<f64>, a: &ArrayRef1<f64>) -> Result<Array1<f64>> {
    let mut state = Filter::new(b, a)?.settled();
    state.pop();
    Ok(state.into())
}

/// Forward, then back: what one pass delays, the other brings forward. The ends are prolonged by turning them round
/// their last point, three times the filter's length.
///
/// # Errors
/// As for [`lfilter`], and where there are fewer samples than the ends need.
pub fn filtfilt(b: &ArrayRef1<f64>, a: &ArrayRef1<f64>, x: &ArrayRef1<f64>) -> Result<Array1<f64>> {
    let filter = Filter::new(b, a)?;
    let pad = 3 * filter.b.len();
    let n = x.len();
    ensure!(n > pad, "{n} samples are too few: the ends alone take {pad}");
    let (first, last) = (x[0], x[n - 1]);
    let before = (1..=pad).rev().map(|i| 2.0 * first - x[i]);
    let after = (1..=pad).map(|i| 2.0 * last - x[n - 1 - i]);
    let mut samples: Vec<_> = before.chain(x.iter().copied()).chain(after).collect();
    for _ in 0..2 {
        let mut state = filter.settled();
        state.iter_mut().for_each(|s| *s *= samples[0]);
        filter.run(samples.iter_mut(), &mut state);
        samples.reverse();
    }
    Ok(samples.drain(pad..pad + n).collect())
}

/// One second-order section after the other, each a `biquad`.
///
/// # Errors
/// Where a section has not six coefficients, or its fourth, which SciPy wants to be 1, is another number.
pub fn sosfilt(sos: &ArrayRef2<f64>, x: &ArrayRef1<f64>) -> Result<Array1<f64>> {
    ensure!(
        sos.ncols() == 6,
        "a section has 6 coefficients, not {}",
        sos.ncols()
    );
    ensure!(
        sos.column(3).iter().all(|&a0| a0 == 1.0),
        "the fourth coefficient of a section is 1"
    );
    let mut sections: Vec<_> = sos
        .rows()
        .into_iter()
        .map(|c| Coefficients {
            b0: c[0],
            b1: c[1],
            b2: c[2],
            a1: c[4],
            a2: c[5],
        })
        .map(DirectForm2Transposed::<f64>::new)
        .collect();
    // Sample by sample as they are counted: `mapv` goes by where they lie, and a reversed view from its end.
    let through = |sample| {
        sections
            .iter_mut()
            .fold(sample, |sample, section| section.run(sample))
    };
    Ok(x.iter().copied().map(through).collect())
}
