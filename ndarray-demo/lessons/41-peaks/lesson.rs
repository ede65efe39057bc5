//! Peaks: found by height, distance and prominence; trends removed, noise smoothed, and the envelope of a wave.

pub mod finding;
pub mod smoothing;

use std::f64::consts::{PI, TAU};

use anyhow::{Context, Result, ensure};
use ndarray::{Array1, ArrayRef1, array, s};
use num_complex::Complex64;
use rustfft::FftPlanner;

use self::{
    finding::{Wanted, find_peaks, peak_prominences, peak_widths},
    smoothing::{Ends, savgol_coeffs, savgol_filter},
};
use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let x = Array1::from_vec(vec![
        0.0, 2.0, 1.0, 3.0, 0.0, 1.0, 1.0, 0.0, 5.0, 2.0, 4.0, 4.0, 4.0, 1.0, 6.0, 0.0, 2.0, 1.0, 3.0, 3.0,
    ]);

    // What is not asked for is left to `default`.
    let peaks = find_peaks(&x, &Wanted::default())?;
    show!(session, "peaks", &peaks);
    show!(
        session,
        "signal.find_peaks(x, height=3)[0]",
        find_peaks(
            &x,
            &Wanted {
                height: Some(3.0..=f64::INFINITY),
                ..Wanted::default()
            }
        )
    );
    show!(
        session,
        "signal.find_peaks(x, height=(2, 4))[0]",
        find_peaks(
            &x,
            &Wanted {
                height: Some(2.0..=4.0),
                ..Wanted::default()
            }
        )
    );
    show!(
        session,
        "signal.find_peaks(x, distance=4)[0]",
        find_peaks(
            &x,
            &Wanted {
                distance: Some(4),
                ..Wanted::default()
            }
        )
    );
    show!(
        session,
        "signal.find_peaks(x, prominence=3)[0]",
        find_peaks(
            &x,
            &Wanted {
                prominence: Some(3.0),
                ..Wanted::default()
            }
        )
    );
    let all = Wanted {
        height: Some(2.0..=f64::INFINITY),
        distance: Some(3),
        prominence: Some(2.0),
    };
    show!(
        session,
        "signal.find_peaks(x, height=2, distance=3, prominence=2)[0]",
        find_peaks(&x, &all)
    );
    show!(
        session,
        "signal.find_peaks(-x)[0]",
        find_peaks(&-&x, &Wanted::default())
    );

    let prominences = peak_prominences(&x, &peaks)?;
    show!(
        session,
        "prominences",
        prominences.iter().map(|p| p.height).collect::<Vec<_>>()
    );
    show!(
        session,
        "left",
        prominences.iter().map(|p| p.left).collect::<Vec<_>>()
    );
    show!(
        session,
        "right",
        prominences.iter().map(|p| p.right).collect::<Vec<_>>()
    );
    show!(
        session,
        "signal.peak_widths(x, peaks)[0]",
        peak_widths(&x, &peaks)
    );

    let rising = array![1.0, 2.0, 4.0, 9.0];
    show!(
        session,
        "signal.detrend([1.0, 2.0, 4.0, 9.0], type=\"constant\")",
        rising.mean().map(|mean| &rising - mean)
    );
    show!(session, "signal.detrend([1.0, 2.0, 4.0, 9.0])", detrend(&rising));

    show!(session, "signal.savgol_coeffs(5, 2)", savgol_coeffs(5, 2, 0));
    show!(session, "signal.savgol_coeffs(4, 2)", savgol_coeffs(4, 2, 0));
    show!(
        session,
        "signal.savgol_filter(x, 5, 2)",
        savgol_filter(&x, 5, 2, 0, Ends::Interpolated)
    );
    show!(
        session,
        "signal.savgol_filter(x, 7, 3, deriv=1, mode=\"nearest\")",
        savgol_filter(&x, 7, 3, 1, Ends::Nearest)
    );

    let t = Array1::from_iter(0..64).mapv(f64::from) / 64.0;
    let wave = (1.0 + 0.5 * (&t * (TAU * 2.0)).cos()) * (&t * (TAU * 16.0)).sin();
    let analytic = hilbert(&wave)?;
    let envelope = analytic.mapv(|z| z.norm());
    show!(session, "analytic[:4]", analytic.slice(s![..4]));
    show!(session, "np.abs(analytic)[::8]", envelope.slice(s![..;8]));
    show!(
        session,
        "np.diff(np.unwrap(np.angle(analytic)))[::8] * 64 / (2 * np.pi)",
        phase_steps(&analytic)
            .slice(s![..;8])
            .mapv(|step| step * 64.0 / TAU)
    );
    show!(
        session,
        "signal.find_peaks(np.abs(analytic))[0]",
        find_peaks(&envelope, &Wanted::default())
    );

    let gap = array![0.0, 2.0, f64::NAN, 3.0, 1.0, 4.0, 0.0];
    show!(
        session,
        "signal.find_peaks([0.0, 2.0, np.nan, 3.0, 1.0, 4.0, 0.0])[0]",
        find_peaks(&gap, &Wanted::default())
    );
    let ragged = array![0.0, 2.0, 1.0, 3.0, f64::NAN, 1.0, 4.0, 0.0];
    show!(
        session,
        "signal.peak_prominences(ragged, [1, 3, 6])[0]",
        peak_prominences(&ragged, &[1, 3, 6])
            .map(|prominences| prominences.iter().map(|p| p.height).collect::<Vec<_>>())
    );
    show!(
        session,
        "signal.peak_widths(ragged, [1, 3, 6])[0]",
        peak_widths(&ragged, &[1, 3, 6])
    );
    show!(
        session,
        "signal.find_peaks([0.0, np.inf, 1.0, np.inf, 0.0])[0]",
        find_peaks(
            &array![0.0, f64::INFINITY, 1.0, f64::INFINITY, 0.0],
            &Wanted::default()
        )
    );
    let with_nan_at = |at| {
        let mut x = x.clone();
        x[at] = f64::NAN;
        x
    };
    show!(
        session,
        "signal.savgol_filter(np.where(np.arange(20) == 9, np.nan, x), 5, 2)",
        savgol_filter(&with_nan_at(9), 5, 2, 0, Ends::Interpolated)
    );
    show!(
        session,
        "signal.savgol_filter(np.where(np.arange(20) == 2, np.nan, x), 5, 2)",
        savgol_filter(&with_nan_at(2), 5, 2, 0, Ends::Interpolated)
    );
    show!(
        session,
        "signal.savgol_filter(np.where(np.arange(20) == 2, np.nan, x), 5, 2, mode=\"nearest\")",
        savgol_filter(&with_nan_at(2), 5, 2, 0, Ends::Nearest)
    );
    let nothing = Array1::zeros(0);
    show!(
        session,
        "signal.find_peaks([])[0]",
        find_peaks(&nothing, &Wanted::default())
    );

    show!(
        session,
        "signal.find_peaks(x, distance=0)",
        find_peaks(
            &x,
            &Wanted {
                distance: Some(0),
                ..Wanted::default()
            }
        )
    );
    show!(
        session,
        "signal.peak_prominences(x, [99])",
        peak_prominences(&x, &[99]).map(|prominences| prominences.len())
    );
    show!(
        session,
        "signal.savgol_filter(x, 5, 5)",
        savgol_filter(&x, 5, 5, 0, Ends::Interpolated)
    );
    show!(
        session,
        "signal.savgol_filter(x, 31, 2)",
        savgol_filter(&x, 31, 2, 0, Ends::Interpolated)
    );
    show!(
        session,
        "signal.savgol_filter(x, 4, 2)",
        savgol_filter(&x, 4, 2, 0, Ends::Interpolated)
    );
    show!(session, "signal.hilbert([])", hilbert(&nothing));
    show!(session, "signal.detrend([])", detrend(&nothing));
    show!(
        session,
        "signal.detrend([1.0, np.nan, 2.0])",
        detrend(&array![1.0, f64::NAN, 2.0])
    );
    Ok(())
}

/// The samples without their line of least squares.
///
/// # Errors
/// Where there are no samples, or one is NaN or infinite.
pub fn detrend(x: &ArrayRef1<f64>) -> Result<Array1<f64>> {
    let mean = x.mean().context("no samples have no line")?;
    ensure!(
        x.iter().all(|x| x.is_finite()),
        "a line through NaN or infinity is none"
    );
    // With time counted from the middle, mean and slope are found apart.
    let middle = (x.len() as f64 - 1.0) / 2.0;
    let t = Array1::from_iter((0..x.len()).map(|i| i as f64 - middle));
    let squares = t.dot(&t);
    let slope = if squares > 0.0 { t.dot(x) / squares } else { 0.0 };
    Ok(x.to_owned() - t * slope - mean)
}

/// The analytic signal: the samples as real part, the imaginary part a quarter of a wave behind. Its spectrum is that of
/// the samples with negative frequencies folded onto the positive ones (S. L. Marple, Computing the Discrete-Time
/// "Analytic" Signal via FFT, IEEE Trans. Signal Processing 47, 1999).
///
/// # Errors
/// Where there are no samples.
pub fn hilbert(x: &ArrayRef1<f64>) -> Result<Array1<Complex64>> {
    let n = x.len();
    ensure!(n > 0, "no samples have no spectrum");
    let mut planner = FftPlanner::new();
    let mut z: Vec<_> = x.iter().map(|&x| Complex64::from(x / n as f64)).collect();
    planner.plan_fft_forward(n).process(&mut z);
    for bin in &mut z[1..n.div_ceil(2)] {
        *bin *= 2.0;
    }
    z[n / 2 + 1..].fill(Complex64::ZERO);
    planner.plan_fft_inverse(n).process(&mut z);
    Ok(z.into())
}

/// By how much the phase grows from sample to sample, between minus and plus half a turn.
fn phase_steps(z: &ArrayRef1<Complex64>) -> Array1<f64> {
    let phase = z.mapv(|z| z.arg());
    let step = &phase.slice(s![1..]) - &phase.slice(s![..-1]);
    step.mapv(|step| (step + PI).rem_euclid(TAU) - PI)
}
