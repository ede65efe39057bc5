//! Spectra of short pieces: the short-time transform with its inverse (D. Griffin and J. Lim, IEEE Trans. ASSP 32, 1984),
//! and P. D. Welch's mean of their powers (IEEE Trans. Audio and Electroacoustics 15, 1967).

use std::str::FromStr;

use anyhow::{Error, Result, bail, ensure};
use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, Axis, Zip, s};
use num_complex::Complex64;
use realfft::RealFftPlanner;

use crate::spectrum::hann;

/// The weights of a piece's samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    Boxcar,
    Hann,
}

impl FromStr for Window {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        match name {
            "boxcar" => Ok(Self::Boxcar),
            "hann" => Ok(Self::Hann),
            _ => bail!("no window is called {name}"),
        }
    }
}

impl Window {
    /// For transforms: what comes after the last weight is the first.
    pub fn periodic(self, length: usize) -> Array1<f64> {
        match self {
            Self::Hann if length > 1 => hann(length + 1).slice_move(s![..length]),
            _ => Array1::ones(length),
        }
    }

    /// For filters: the last weight is the first.
    pub fn symmetric(self, length: usize) -> Array1<f64> {
        match self {
            Self::Hann => hann(length),
            Self::Boxcar => Array1::ones(length),
        }
    }
}

/// What a power is the power of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scaling {
    /// Of a band of 1 Hz.
    Density,
    /// Of a wave of that frequency.
    Spectrum,
}

/// How the powers of all pieces become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Average {
    Mean,
    /// Divided by its bias; a single loud piece does not matter.
    Median,
}

/// How samples are cut into pieces.
#[derive(Debug, Clone)]
pub struct ShortTime {
    rate: f64,
    overlap: usize,
    window: Array1<f64>,
}

impl ShortTime {
    /// Pieces of `length` samples, taken at `rate` Hz, each of which shares `overlap` of them with the next.
    ///
    /// # Errors
    /// Where the rate is not above 0, the length is 0, or the overlap leaves nothing to go forward by.
    pub fn new(rate: f64, window: Window, length: usize, overlap: usize) -> Result<Self> {
        ensure!(rate > 0.0, "a rate is above 0 Hz: not {rate}");
        ensure!(length > 0, "a piece has at least one sample");
        ensure!(overlap < length, "{length} samples cannot overlap by {overlap}");
        let window = window.periodic(length);
        Ok(Self {
            rate,
            overlap,
            window,
        })
    }

    fn length(&self) -> usize {
        self.window.len()
    }

    fn step(&self) -> usize {
        self.length() - self.overlap
    }

    fn starts(&self, samples: usize) -> impl ExactSizeIterator<Item = usize> + use<> {
        let last = (samples + 1).saturating_sub(self.length());
        (0..last).step_by(self.step())
    }

    /// In Hz, one for each row of a transform.
    pub fn frequencies(&self) -> Array1<f64> {
        let bins = 0..=self.length() / 2;
        bins.map(|bin| bin as f64 * self.rate / self.length() as f64)
            .collect()
    }

    /// In seconds, the middle of each piece of so many samples.
    pub fn times(&self, samples: usize) -> Array1<f64> {
        let middle = self.length() as f64 / 2.0;
        self.starts(samples)
            .map(|start| (start as f64 + middle) / self.rate)
            .collect()
    }

    /// The transform of each piece under the window, of shape (frequencies, pieces). No samples have no pieces; SciPy cuts
    /// shorter ones where there are too few for one, and warns.
    fn transforms(&self, x: &ArrayRef1<f64>, without_mean: bool) -> Result<Array2<Complex64>> {
        ensure!(
            x.is_empty() || x.len() >= self.length(),
            "{} samples are fewer than a piece of {}",
            x.len(),
            self.length()
        );
        let transform = RealFftPlanner::new().plan_fft_forward(self.length());
        let mut scratch = transform.make_scratch_vec();
        let starts = self.starts(x.len());
        let mut transforms = Array2::zeros((starts.len(), self.length() / 2 + 1));
        let mut spectrum = transform.make_output_vec();
        for (start, mut row) in starts.zip(transforms.rows_mut()) {
            let piece = x.slice(s![start..start + self.length()]);
            let mean = if without_mean {
                piece.sum() / self.length() as f64
            } else {
                0.0
            };
            let mut piece = ((&piece - mean) * &self.window).to_vec();
            transform.process_with_scratch(&mut piece, &mut spectrum, &mut scratch)?;
            row.iter_mut().zip(&spectrum).for_each(|(to, &from)| *to = from);
        }
        Ok(transforms.reversed_axes())
    }

    /// By what the square of a transform becomes a power, for each frequency. That of negative frequencies is added to
    /// their positive ones; 0 and half the rate have none.
    fn scale(&self, scaling: Scaling) -> Array1<f64> {
        let scale = match scaling {
            Scaling::Density => 1.0 / (self.rate * self.window.dot(&self.window)),
            Scaling::Spectrum => 1.0 / self.window.sum().powi(2),
        };
        let alone = |bin: usize| bin == 0 || 2 * bin == self.length();
        let bins = 0..=self.length() / 2;
        bins.map(|bin| if alone(bin) { scale } else { 2.0 * scale })
            .collect()
    }

    /// The power of each piece, without its mean, in units² / Hz, of shape (frequencies, pieces).
    ///
    /// # Errors
    /// Where there are samples, but fewer than a piece has.
    pub fn spectrogram(&self, x: &ArrayRef1<f64>) -> Result<Array2<f64>> {
        let power = self.transforms(x, true)?.mapv(|z| z.norm_sqr());
        Ok(power * self.scale(Scaling::Density).insert_axis(Axis(1)))
    }

    /// The power by frequency, over all pieces. No samples have none.
    ///
    /// # Errors
    /// As for [`Self::spectrogram`].
    pub fn welch(&self, x: &ArrayRef1<f64>, scaling: Scaling, average: Average) -> Result<Array1<f64>> {
        let power = self.transforms(x, true)?.mapv(|z| z.norm_sqr());
        let pieces = power.ncols();
        if pieces == 0 {
            return Ok(Array1::zeros(0));
        }
        let averaged = match average {
            Average::Mean => power.sum_axis(Axis(1)) / pieces as f64,
            Average::Median => {
                power.map_axis(Axis(1), |powers| median(powers.to_vec())) / median_bias(pieces)
            }
        };
        Ok(averaged * self.scale(scaling))
    }

    /// The cross power by frequency of two signals, over all pieces. No samples have none.
    ///
    /// # Errors
    /// As for [`Self::spectrogram`], and where one has more samples than the other.
    pub fn csd(&self, x: &ArrayRef1<f64>, y: &ArrayRef1<f64>) -> Result<Array1<Complex64>> {
        ensure!(
            x.len() == y.len(),
            "{} and {} samples are no pair",
            x.len(),
            y.len()
        );
        let (x, y) = (self.transforms(x, true)?, self.transforms(y, true)?);
        let products = Zip::from(&x).and(&y).map_collect(|x, y| x.conj() * y);
        if products.is_empty() {
            return Ok(Array1::zeros(0));
        }
        let scale = self.scale(Scaling::Density) / products.ncols() as f64;
        Ok(products.sum_axis(Axis(1)) * scale.mapv(Complex64::from))
    }

    /// How much of one signal's power a linear filter could make of the other's, from 0 to 1, by frequency.
    ///
    /// # Errors
    /// As for [`Self::csd`].
    pub fn coherence(&self, x: &ArrayRef1<f64>, y: &ArrayRef1<f64>) -> Result<Array1<f64>> {
        let alone = |x| self.welch(x, Scaling::Density, Average::Mean);
        Ok(self.csd(x, y)?.mapv(|z| z.norm_sqr()) / alone(x)? / alone(y)?)
    }

    /// The transform of each piece, of shape (frequencies, pieces). Half a piece of zeros goes before and after the
    /// samples, so that each has its share of pieces, and as many more as make the last piece whole.
    ///
    /// # Errors
    /// None that samples could cause; the transform's.
    pub fn stft(&self, x: &ArrayRef1<f64>) -> Result<Array2<Complex64>> {
        let half = self.length() / 2;
        let steps = (x.len() + 2 * half)
            .saturating_sub(self.length())
            .div_ceil(self.step());
        let mut extended = Array1::zeros(self.length() + steps * self.step());
        extended.slice_mut(s![half..half + x.len()]).assign(x);
        Ok(self.transforms(&extended, false)? / Complex64::from(self.window.sum()))
    }

    /// The samples of such a transform. Where pieces overlap, each counts by the square of its window.
    ///
    /// # Errors
    /// Where the transform has not as many rows as there are frequencies.
    pub fn istft(&self, z: &ArrayRef2<Complex64>) -> Result<Array1<f64>> {
        let (length, half) = (self.length(), self.length() / 2);
        ensure!(
            z.nrows() == half + 1,
            "{} rows are not {} frequencies",
            z.nrows(),
            half + 1
        );
        let transform = RealFftPlanner::new().plan_fft_inverse(length);
        let total = length + z.ncols().saturating_sub(1) * self.step();
        let (mut sum, mut weight) = (Array1::<f64>::zeros(total), Array1::<f64>::zeros(total));
        let mut piece = transform.make_output_vec();
        let scaled = &self.window * (self.window.sum() / length as f64);
        for (start, column) in (0..).step_by(self.step()).zip(z.columns()) {
            let mut bins = column.to_vec();
            // Imaginary parts of what has no negative twin say nothing of real samples; realfft refuses them.
            bins[0].im = 0.0;
            if length % 2 == 0 {
                bins[half].im = 0.0;
            }
            transform.process(&mut bins, &mut piece)?;
            let here = s![start..start + length];
            Zip::from(sum.slice_mut(here))
                .and(&piece[..])
                .and(&scaled)
                .for_each(|sum, piece, window| *sum += piece * window);
            Zip::from(weight.slice_mut(here))
                .and(&self.window)
                .for_each(|sum, window| *sum += window * window);
        }
        // Where no window reaches, nothing is known.
        let samples = sum / weight.mapv(|weight| if weight > 1e-10 { weight } else { 1.0 });
        Ok(samples.slice(s![half..total - half]).to_owned())
    }

    /// Whether overlapping windows add up to a constant, so that adding up pieces gives the samples back.
    pub fn adds_up(&self) -> bool {
        let mut sums = vec![0.0; self.step()];
        for (i, weight) in self.window.iter().enumerate() {
            sums[i % self.step()] += weight;
        }
        let median = median(sums.clone());
        sums.iter().all(|sum| (sum - median).abs() < 1e-10)
    }
}

/// The middle one, or the mean of the two in the middle; NaN, where one is.
fn median(mut values: Vec<f64>) -> f64 {
    if values.is_empty() || values.iter().any(|value| value.is_nan()) {
        return f64::NAN;
    }
    values.sort_by(f64::total_cmp);
    let n = values.len();
    (values[(n - 1) / 2] + values[n / 2]) / 2.0
}

/// What the median of so many powers of noise is to their mean (B. Allen et al., FINDCHIRP, Physical Review D 85, 2012,
/// appendix B).
fn median_bias(pieces: usize) -> f64 {
    let pairs = 1..=(pieces - 1) / 2;
    pairs
        .map(|i| 2.0 * i as f64)
        .fold(1.0, |bias, even| bias + 1.0 / (even + 1.0) - 1.0 / even)
}
