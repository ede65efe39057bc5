//! Filters over samples: the direct form II transposed of Oppenheim and Schafer, chapter 6, and forward and back after
//! F. Gustafsson, Determining the initial states in forward-backward filtering (IEEE Trans. Signal Processing 44, 1996).

use anyhow::{Context, Result, ensure};
use biquad::{Biquad, Coefficients, DirectForm2Transposed};
use ndarray::{Array1, ArrayRef1, ArrayRef2};

/// Numerator, at least as long as the denominator, whose first coefficient is 1.
struct Filter {
    b: Vec<f64>,
    a: Vec<f64>,
}

impl Filter {
    fn new(b: &ArrayRef1<f64>, a: &ArrayRef1<f64>) -> Result<Self> {
        let first = *a.first().context("a denominator has at least one coefficient")?;
        ensure!(first != 0.0, "a denominator does not begin with 0");
        ensure!(!b.is_empty(), "a numerator has at least one coefficient");
        let [mut b, a] = [b, a].map(|c| c.iter().map(|c| c / first).collect::<Vec<_>>());
        b.resize(b.len().max(a.len()), 0.0);
        Ok(Self { b, a })
    }

    /// Replaces the samples by what the filter makes of them. The state is one longer than it need be: its last element
    /// stays 0.
    fn run<'a>(&self, samples: impl Iterator<Item = &'a mut f64>, state: &mut [f64]) {
        for sample in samples {
            let x = *sample;
            let y = self.b[0] * x + state[0];
            for i in 1..state.len() {
                state[i - 1] = state[i] + self.b[i] * x;
            }
            // None of a filter without feedback, which forgets a NaN.
            for (state, a) in state.iter_mut().zip(&self.a[1..]) {
                *state -= a * y;
            }
            *sample = y;
        }
    }

    /// The state that a filter has come to after many ones.
    ///
    /// # Errors
    /// Where it never settles, since it sums up what it is given.
    fn settled(&self) -> Result<Vec<f64>> {
        let a = |i| self.a.get(i).copied().unwrap_or(0.0);
        let rise: f64 = (1..self.b.len()).map(|i| self.b[i] - a(i) * self.b[0]).sum();
        let sum: f64 = self.a.iter().sum();
        ensure!(sum != 0.0, "a filter with a pole at 1 never settles");
        let first = rise / sum;
        let mut state = vec![first];
        let (mut fed_back, mut fed) = (1.0, 0.0);
        for i in 1..self.b.len() {
            fed_back += a(i);
            fed += self.b[i] - a(i) * self.b[0];
            state.push(fed_back * first - fed);
        }
        if let Some(last) = state.last_mut() {
            *last = 0.0;
        }
        Ok(state)
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
/// As for [`lfilter`], and where a pole at 1 lets it never settle.
pub fn lfilter_zi(b: &ArrayRef1<f64>, a: &ArrayRef1<f64>) -> Result<Array1<f64>> {
    let mut state = Filter::new(b, a)?.settled()?;
    state.pop();
    Ok(state.into())
}

/// Forward, then back: what one pass delays, the other brings forward. The ends are prolonged by turning them round
/// their last point, three times the filter's length.
///
/// # Errors
/// As for [`lfilter_zi`], and where there are fewer samples than the ends need.
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
        let mut state = filter.settled()?;
        state.iter_mut().for_each(|s| *s *= samples[0]);
        filter.run(samples.iter_mut(), &mut state);
        samples.reverse();
    }
    Ok(samples.drain(pad..pad + n).collect())
}

/// One second-order section after the other, each a `biquad`.
///
/// # Errors
/// Where there is no section, one has not six coefficients, or its fourth, which SciPy wants to be 1, is another number.
pub fn sosfilt(sos: &ArrayRef2<f64>, x: &ArrayRef1<f64>) -> Result<Array1<f64>> {
    ensure!(sos.nrows() > 0, "a filter has at least one section");
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
