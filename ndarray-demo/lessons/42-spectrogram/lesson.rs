//! Spectrograms: spectra of short pieces, Welch's mean of them, and the way back to the samples.

pub mod short_time;

use std::f64::consts::TAU;

use anyhow::Result;
use ndarray::{Array1, ArrayRef1, Axis, s};
use num_complex::Complex64;

use self::short_time::{Average, Scaling, ShortTime, Window};
use crate::{Session, reductions::max, reshape_and_stack::roll, show};

pub fn run(session: &mut Session) -> Result<()> {
    let rate = 128.0;
    let t = Array1::from_iter(0..256).mapv(f64::from) / rate;
    let x = ((&t * 8.0 + t.pow2() * 8.0) * TAU).sin();

    show!(
        session,
        "signal.get_window(\"hann\", 8)",
        Window::Hann.periodic(8)
    );
    show!(
        session,
        "signal.get_window(\"hann\", 8, fftbins=False)",
        Window::Hann.symmetric(8)
    );

    // One piece as long as all samples.
    let whole = ShortTime::new(rate, Window::Boxcar, x.len(), 0)?;
    let power = whole.welch(&x, Scaling::Density, Average::Mean)?;
    show!(session, "f[:4]", whole.frequencies().slice(s![..4]));
    show!(session, "power[:4]", power.slice(s![..4]));

    let pieces = ShortTime::new(rate, Window::Hann, 64, 32)?;
    let f = pieces.frequencies();
    show!(session, "f", &f);
    show!(
        session,
        "power",
        pieces.welch(&x, Scaling::Density, Average::Mean)
    );
    show!(
        session,
        "signal.welch(x, rate, nperseg=64, scaling=\"spectrum\")[1].max()",
        max(&pieces.welch(&x, Scaling::Spectrum, Average::Mean)?)
    );
    show!(
        session,
        "signal.welch(x, rate, nperseg=64, average=\"median\")[1].max()",
        max(&pieces.welch(&x, Scaling::Density, Average::Median)?)
    );

    let power = pieces.spectrogram(&x)?;
    show!(session, "power.shape", power.shape());
    show!(session, "times", pieces.times(x.len()));
    show!(session, "power[::8, ::2]", power.slice(s![..;8, ..;2]));
    show!(
        session,
        "f[power.argmax(axis=0)]",
        power.map_axis(Axis(0), |power| loudest(&power, &f))
    );

    let z = pieces.stft(&x)?;
    let back = pieces.istft(&z)?;
    show!(session, "z.shape", z.shape());
    show!(session, "z[4:8, 3]", z.slice(s![4..8, 3]));
    show!(
        session,
        "signal.istft(z, rate, nperseg=64)[1][100:104]",
        back.slice(s![100..104])
    );
    show!(
        session,
        "signal.istft(z + 1j, rate, nperseg=64)[1][100:104]",
        pieces.istft(&(&z + Complex64::i()))?.slice(s![100..104])
    );
    show!(
        session,
        "np.abs(signal.istft(z, rate, nperseg=64)[1] - x).max() < 1e-14",
        (&back - &x).iter().all(|difference| difference.abs() < 1e-14)
    );
    show!(session, "signal.check_COLA(\"hann\", 64, 32)", pieces.adds_up());
    show!(
        session,
        "signal.check_COLA(\"hann\", 64, 40)",
        ShortTime::new(rate, Window::Hann, 64, 40)?.adds_up()
    );

    let noise = Array1::from_iter((0..256).map(|i| f64::from(i * 37 % 11) / 11.0));
    let y = roll(&x, Axis(0), 5)? + noise;
    show!(
        session,
        "signal.csd(x, y, rate, nperseg=64)[1][4:8]",
        pieces.csd(&x, &y)?.slice(s![4..8])
    );
    show!(
        session,
        "signal.coherence(x, y, rate, nperseg=64)[1][::8]",
        pieces.coherence(&x, &y)?.slice(s![..;8])
    );

    let long = ShortTime::new(rate, Window::Hann, 128, 64)?;
    let power = long.welch(&x, Scaling::Density, Average::Mean)?;
    show!(
        session,
        "10 * np.log10(signal.welch(x, rate, nperseg=128)[1])[10:40:6]",
        10.0 * power.slice(s![10..40;6]).log10()
    );

    let mut gap = x.clone();
    gap[10] = f64::NAN;
    show!(
        session,
        "np.isnan(signal.spectrogram(gap, rate, window=\"hann\", nperseg=64, noverlap=32)[2]).any(axis=0)",
        pieces
            .spectrogram(&gap)?
            .map_axis(Axis(0), |power| power.is_any_nan())
    );
    show!(
        session,
        "signal.welch(gap, rate, nperseg=64)[1].max()",
        max(&pieces.welch(&gap, Scaling::Density, Average::Mean)?)
    );

    gap[10] = f64::INFINITY;
    show!(
        session,
        "signal.welch(np.where(np.isnan(gap), np.inf, gap), rate, nperseg=64)[1].max()",
        max(&pieces.welch(&gap, Scaling::Density, Average::Mean)?)
    );
    show!(
        session,
        "signal.welch(x, 0.0, nperseg=64)",
        ShortTime::new(0.0, Window::Hann, 64, 32).map(|pieces| pieces.frequencies())
    );
    show!(
        session,
        "signal.welch(x, np.nan, nperseg=64)",
        ShortTime::new(f64::NAN, Window::Hann, 64, 32).map(|pieces| pieces.frequencies())
    );
    show!(
        session,
        "signal.welch(x, rate, nperseg=64, noverlap=64)",
        ShortTime::new(rate, Window::Hann, 64, 64).map(|pieces| pieces.frequencies())
    );
    show!(
        session,
        "signal.stft(x, rate, nperseg=0)",
        ShortTime::new(rate, Window::Hann, 0, 0).map(|pieces| pieces.frequencies())
    );
    show!(
        session,
        "signal.get_window(\"henn\", 8)",
        "henn".parse::<Window>().map(|window| window.periodic(8))
    );
    show!(
        session,
        "signal.welch([], rate)[1]",
        pieces.welch(&Array1::zeros(0), Scaling::Density, Average::Mean)
    );
    show!(
        session,
        "signal.coherence([], [], rate)[1]",
        pieces.coherence(&Array1::zeros(0), &Array1::zeros(0))
    );
    let short = x.slice(s![..20]);
    show!(
        session,
        "signal.welch(x[:20], rate, nperseg=64, noverlap=32)",
        pieces.welch(&short, Scaling::Density, Average::Mean)
    );
    show!(
        session,
        "signal.coherence(x[:20], x[:20], rate, nperseg=64, noverlap=32)",
        pieces.coherence(&short, &short)
    );
    Ok(())
}

fn loudest(power: &ArrayRef1<f64>, frequencies: &ArrayRef1<f64>) -> f64 {
    let mut loudest = (f64::NEG_INFINITY, f64::NAN);
    for (&power, &frequency) in power.iter().zip(frequencies) {
        if power > loudest.0 {
            loudest = (power, frequency);
        }
    }
    loudest.1
}
