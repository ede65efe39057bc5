//! Filter design after Oppenheim and Schafer, Discrete-Time Signal Processing (2nd ed., 1999), chapter 7: Butterworth's
//! poles by way of the bilinear transform, and filters without feedback by the window method.

use std::{cmp::Ordering, f64::consts::PI, iter};

use anyhow::{Result, ensure};
use ndarray::{Array1, Array2, ArrayRef1};
use num_complex::Complex64;

use crate::spectrum::hamming;

/// Which frequencies pass; the edges are in Hz.
#[derive(Debug, Clone, Copy)]
pub enum Band {
    Low(f64),
    High(f64),
    Pass(f64, f64),
}

/// A filter as zeros, poles and gain: of all forms the one that rounding harms least.
#[derive(Debug, Clone)]
pub struct Zpk {
    pub zeros: Vec<Complex64>,
    pub poles: Vec<Complex64>,
    pub gain: f64,
}

/// A Butterworth filter for samples taken at `rate` Hz.
///
/// # Errors
/// Where an edge does not lie between 0 and half the rate, or the two edges of a band are in the wrong order.
pub fn butter(order: usize, band: Band, rate: f64) -> Result<Zpk> {
    // The bilinear transform bends the axis of frequencies; the edges are bent the other way first.
    let warp = |edge: f64| {
        ensure!(
            0.0 < edge && edge < rate / 2.0,
            "an edge lies between 0 and half the rate, {} Hz: not {edge}",
            rate / 2.0
        );
        Ok(4.0 * (PI * edge / rate).tan())
    };
    let half_turns = (0..order).map(|k| (2 * k + 1) as f64 - order as f64);
    let prototype: Vec<_> = half_turns
        .map(|m| -Complex64::cis(PI * m / (2 * order) as f64))
        .collect();
    let analog = match band {
        Band::Low(edge) => {
            let edge = warp(edge)?;
            let poles = prototype.iter().map(|p| p * edge).collect();
            let gain = edge.powi(order as i32);
            Zpk {
                zeros: Vec::new(),
                poles,
                gain,
            }
        }
        Band::High(edge) => {
            let edge = warp(edge)?;
            let all: Complex64 = prototype.iter().map(|p| -p).product();
            let poles = prototype.iter().map(|p| edge / p).collect();
            let zeros = vec![Complex64::ZERO; order];
            Zpk {
                zeros,
                poles,
                gain: all.inv().re,
            }
        }
        Band::Pass(low, high) => {
            ensure!(low < high, "a band from {low} Hz to {high} Hz is empty");
            let (low, high) = (warp(low)?, warp(high)?);
            let width = high - low;
            let halves: Vec<_> = prototype.iter().map(|p| p * (width / 2.0)).collect();
            let root = |p: &Complex64| (p * p - low * high).sqrt();
            let above = halves.iter().map(|p| p + root(p));
            let poles = above.chain(halves.iter().map(|p| p - root(p))).collect();
            let zeros = vec![Complex64::ZERO; order];
            Zpk {
                zeros,
                poles,
                gain: width.powi(order as i32),
            }
        }
    };
    Ok(analog.bilinear())
}

impl Zpk {
    /// From the half plane to the unit circle.
    fn bilinear(self) -> Self {
        let map = |s: &Complex64| (4.0 + s) / (4.0 - s);
        let product = |roots: &[Complex64]| roots.iter().map(|s| 4.0 - s).product::<Complex64>();
        let gain = self.gain * (product(&self.zeros) / product(&self.poles)).re;
        let at_infinity = self.poles.len() - self.zeros.len();
        let mut zeros: Vec<_> = self.zeros.iter().map(map).collect();
        zeros.extend(iter::repeat_n(-Complex64::ONE, at_infinity));
        Self {
            zeros,
            poles: self.poles.iter().map(map).collect(),
            gain,
        }
    }

    /// Two polynomials, numerator and denominator, the highest power first.
    pub fn ba(&self) -> (Array1<f64>, Array1<f64>) {
        (polynomial(&self.zeros) * self.gain, polynomial(&self.poles))
    }

    /// Second-order sections of shape (n, 6), as SciPy's `zpk2sos` pairs them where all zeros are real: the pole
    /// nearest to the unit circle comes last, and each takes the zeros nearest to it.
    pub fn sos(&self) -> Array2<f64> {
        let (mut zeros, mut poles) = (self.zeros.clone(), self.poles.clone());
        if poles.len() % 2 == 1 {
            zeros.push(Complex64::ZERO);
            poles.push(Complex64::ZERO);
        }
        // Of a conjugate pair, one stands for both.
        poles.retain(|p| p.im >= 0.0);
        let to_circle = |p: &Complex64| (1.0 - p.norm()).abs();
        let mut sections = Vec::new();
        while let Some(first) = take_least(&mut poles, to_circle) {
            let real = |p: &Complex64| if p.im == 0.0 { to_circle(p) } else { f64::INFINITY };
            let second = match first.im {
                0.0 => take_least(&mut poles, real).unwrap_or_default(),
                _ => first.conj(),
            };
            let mut nearest = || take_least(&mut zeros, |z| (z - first).norm()).unwrap_or_default();
            let zeros = [nearest(), nearest()];
            sections.push((polynomial(&zeros), polynomial(&[first, second])));
        }
        let mut sos = Array2::zeros((sections.len(), 6));
        for (mut row, (b, a)) in sos.rows_mut().into_iter().zip(sections.into_iter().rev()) {
            row.iter_mut()
                .zip(b.into_iter().chain(a))
                .for_each(|(to, from)| *to = from);
        }
        if let Some(mut first) = sos.rows_mut().into_iter().next() {
            first.iter_mut().take(3).for_each(|b| *b *= self.gain);
        }
        sos
    }
}

fn take_least(roots: &mut Vec<Complex64>, key: impl Fn(&Complex64) -> f64) -> Option<Complex64> {
    let keys = roots.iter().map(key).enumerate();
    let least = keys.min_by(|(_, a), (_, b)| a.partial_cmp(b).unwrap_or(Ordering::Equal));
    least.map(|(index, _)| roots.remove(index))
}

/// The coefficients of the polynomial with these roots, which are real where the roots come in conjugate pairs.
fn polynomial(roots: &[Complex64]) -> Array1<f64> {
    let mut coefficients = vec![Complex64::ONE];
    for root in roots {
        coefficients.push(Complex64::ZERO);
        for i in (1..coefficients.len()).rev() {
            let before = coefficients[i - 1];
            coefficients[i] -= root * before;
        }
    }
    coefficients.iter().map(|c| c.re).collect()
}

/// The frequency response at `count` frequencies from 0 up to half the rate: those in Hz, and what becomes of a wave of
/// each.
pub fn freqz(
    b: &ArrayRef1<f64>,
    a: &ArrayRef1<f64>,
    count: usize,
    rate: f64,
) -> (Array1<f64>, Array1<Complex64>) {
    let frequencies = Array1::from_iter((0..count).map(|i| rate / 2.0 * i as f64 / count as f64));
    let horner =
        |c: &ArrayRef1<f64>, z: Complex64| c.iter().rev().fold(Complex64::ZERO, |sum, c| sum * z + c);
    let response = frequencies.mapv(|frequency| {
        let delay = Complex64::cis(-2.0 * PI * frequency / rate);
        horner(b, delay) / horner(a, delay)
    });
    (frequencies, response)
}

/// A filter of `count` taps without feedback: the ideal response under Hamming's window.
///
/// # Errors
/// Where the edge does not lie between 0 and half the rate, where there are no taps, and for a high-pass with an even
/// number of taps, which could let nothing pass at half the rate.
pub fn firwin(count: usize, band: Band, rate: f64) -> Result<Array1<f64>> {
    let half = rate / 2.0;
    let (low, high) = match band {
        Band::Low(edge) => (0.0, edge),
        Band::High(edge) => (edge, half),
        Band::Pass(low, high) => (low, high),
    };
    let edges = match band {
        Band::Low(edge) | Band::High(edge) => [edge; 2],
        Band::Pass(low, high) => [low, high],
    };
    ensure!(
        edges.iter().all(|&edge| 0.0 < edge && edge < half) && low < high,
        "edges lie between 0 and half the rate, {half} Hz, in order: not {edges:?}"
    );
    let [low, high] = [low / half, high / half];
    ensure!(count > 0, "a filter has at least one tap");
    ensure!(
        count % 2 == 1 || high < 1.0,
        "an even number of taps lets nothing pass at half the rate"
    );
    let middle = (count - 1) as f64 / 2.0;
    let at = Array1::from_iter((0..count).map(|i| i as f64 - middle));
    let window = hamming(count);
    let ideal = at.mapv(|m| high * sinc(high * m) - low * sinc(low * m));
    let taps = ideal * window;
    // What shall pass unchanged: the middle of the band, or the end of it that is no edge.
    let unchanged = match band {
        Band::Low(_) => 0.0,
        Band::High(_) => 1.0,
        Band::Pass(..) => (low + high) / 2.0,
    };
    let gain = (&taps * &at.mapv(|m| (PI * m * unchanged).cos())).sum();
    Ok(taps / gain)
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) }
}
