//! A spectrum: windows, the periodogram of two tones, and what zeros behind a signal are good for. F. J.
//! Harris, On the use of windows for harmonic analysis with the discrete Fourier transform, Proceedings of the IEEE 66 (1978).

use std::f64::consts::PI;

use anyhow::{Result, ensure};
use ndarray::{Array1, ArrayRef1, Axis, array, s};
use spec_math::cephes64::i0;

use crate::{
    Session,
    fourier::{resized, rfft, rfft_frequencies},
    peaks::finding::{Wanted, find_peaks},
    reductions::argmax,
    show,
};

pub fn run(session: &mut Session) -> Result<()> {
    show!(session, "np.hanning(8)", hann(8));
    show!(session, "np.hamming(8)", hamming(8));
    show!(session, "np.blackman(8)", blackman(8));
    show!(session, "np.kaiser(8, 14.0)", kaiser(8, 14.0));
    show!(session, r#"signal.get_window("hann", 8)"#, hann(9).slice(s![..8]));
    show!(
        session,
        r#"signal.get_window(("kaiser", 14.0), 8)"#,
        kaiser(9, 14.0).slice(s![..8])
    );
    show!(session, "np.hanning(1)", hann(1));
    show!(session, "np.hanning(0)", hann(0));

    let rate = 1000.0;
    let time = Array1::range(0.0, 500.0, 1.0) / rate;
    let tone = |frequency: f64| (2.0 * PI * frequency * &time).sin();
    let tones = tone(51.0) + 0.0001 * tone(121.0);

    let (frequencies, power) = periodogram(&tones, rate, &Array1::ones(500), 500)?;
    show!(session, "frequencies[:4]", frequencies.slice(s![..4]));
    show!(session, "power.shape", power.shape());
    show!(session, "power[24:29]", power.slice(s![24..29]));
    let high = Wanted {
        height: Some(1e-10..=f64::INFINITY),
        ..Wanted::default()
    };
    show!(
        session,
        "frequencies[signal.find_peaks(power, height=1e-10)[0]]",
        frequencies.select(Axis(0), &find_peaks(&power, &high)?)
    );
    let mean_square = tones.pow2().sum() / 500.0;
    show!(
        session,
        "np.allclose(power.sum() * frequencies[1], np.mean(tones**2))",
        (power.sum() * frequencies[1] - mean_square).abs() <= 1e-8 + 1e-5 * mean_square
    );

    let window = kaiser(501, 14.0).slice_move(s![..500]);
    let (frequencies, windowed) = periodogram(&tones, rate, &window, 500)?;
    show!(session, "windowed[22:30]", windowed.slice(s![22..30]));
    show!(
        session,
        "frequencies[windowed.argmax()]",
        argmax(&windowed).map(|highest| frequencies[highest])
    );
    show!(
        session,
        "frequencies[signal.find_peaks(windowed, height=1e-10)[0]]",
        frequencies.select(Axis(0), &find_peaks(&windowed, &high)?)
    );

    let (frequencies, padded) = periodogram(&tones, rate, &window, 4000)?;
    show!(session, "padded.shape", padded.shape());
    show!(
        session,
        "frequencies[padded.argmax()]",
        argmax(&padded).map(|highest| frequencies[highest])
    );
    show!(
        session,
        "frequencies[signal.find_peaks(padded, height=1e-10)[0]]",
        frequencies.select(Axis(0), &find_peaks(&padded, &high)?)
    );
    let spectrum = rfft(&resized(&(&tones * &window), 4000), 0)?;
    let amplitudes = spectrum.mapv(|z| z.norm()) * (2.0 / window.sum());
    show!(
        session,
        "amplitudes[[204, 484]]",
        amplitudes.select(Axis(0), &[204, 484])
    );

    show!(
        session,
        "signal.periodogram(tones, rate, window=np.ones(300))",
        periodogram(&tones, rate, &Array1::ones(300), 500).map(|(_, power)| power)
    );
    show!(
        session,
        "signal.periodogram(tones, 0.0)",
        periodogram(&tones, 0.0, &Array1::ones(500), 500).map(|(_, power)| power)
    );
    show!(
        session,
        "signal.periodogram(np.array([]))[1]",
        periodogram(&array![], 1.0, &array![], 0)?.1
    );
    show!(
        session,
        "signal.periodogram(np.array([1.0, np.nan, 3.0]))[1]",
        periodogram(&array![1.0, f64::NAN, 3.0], 1.0, &Array1::ones(3), 3)?.1
    );
    Ok(())
}

/// The Hann window, shape `(n,)`, symmetric. For a spectrum take that of `n + 1` without its last.
pub fn hann(n: usize) -> Array1<f64> {
    cosine_sum(n, &[0.5, 0.5])
}

/// The Hamming window, as [`hann`].
pub fn hamming(n: usize) -> Array1<f64> {
    cosine_sum(n, &[0.54, 0.46])
}

/// The Blackman window, as [`hann`].
pub fn blackman(n: usize) -> Array1<f64> {
    cosine_sum(n, &[0.42, 0.5, 0.08])
}

/// The Kaiser window, as [`hann`]. A larger `beta` widens the peak and lowers what leaks from it.
pub fn kaiser(n: usize, beta: f64) -> Array1<f64> {
    positions(n).mapv(|x| i0(beta * (1.0 - x * x).sqrt()) / i0(beta))
}

/// A sum of cosines that is 1 in the middle where the weights are.
fn cosine_sum(n: usize, weights: &[f64]) -> Array1<f64> {
    let term = |x: f64| move |(k, weight): (usize, &f64)| weight * (PI * k as f64 * x).cos();
    positions(n).mapv(|x| weights.iter().enumerate().map(term(x)).sum())
}

/// `n` places from -1 to 1, alike on both sides; one alone is in the middle.
fn positions(n: usize) -> Array1<f64> {
    let last = n.saturating_sub(1).max(1) as f64;
    let first = 1.0 - n as f64;
    Array1::from_shape_fn(n, |i| (first + 2.0 * i as f64) / last)
}

/// The power of a signal, as density (squared units per Hz), and the frequencies (Hz) that it lies at: shapes
/// `(padded / 2 + 1,)`, or empty for no signal. `rate` is in Hz, `window` as long as the signal, which is padded with
/// zeros.
///
/// # Errors
/// Where the rate is not above 0, the window has another length, or the padded signal is shorter than the signal.
pub fn periodogram(
    signal: &ArrayRef1<f64>,
    rate: f64,
    window: &ArrayRef1<f64>,
    padded: usize,
) -> Result<(Array1<f64>, Array1<f64>)> {
    let n = signal.len();
    ensure!(rate > 0.0, "a rate is above 0 Hz: not {rate}");
    ensure!(
        window.len() == n,
        "a window of {} for a signal of {n}",
        window.len()
    );
    ensure!(padded >= n, "a signal of {n} is not padded to {padded}");
    if padded == 0 {
        return Ok((array![], array![]));
    }
    let spectrum = rfft(&resized(&(signal * window), padded), 0)?;
    let mut power = spectrum.mapv(|z| z.norm_sqr()) / (rate * window.pow2().sum());
    // What is left out, the negative frequencies, counts too: 0 and the highest of an even length have no such twin.
    let twins = 1..padded.div_ceil(2);
    power.slice_mut(s![twins]).mapv_inplace(|power| 2.0 * power);
    Ok((rfft_frequencies(padded, 1.0 / rate), power))
}
