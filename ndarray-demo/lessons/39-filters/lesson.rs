//! Filters: Butterworth designed and run as polynomials or sections, forward and back, and filters without feedback.

pub mod design;
pub mod filtering;

use std::f64::consts::PI;

use anyhow::Result;
use ndarray::{Array1, Array2, array, s};

use self::{
    design::{Band, butter, firwin, freqz},
    filtering::{filtfilt, lfilter, lfilter_zi, sosfilt},
};
use crate::{Session, reductions::max, show};

pub fn run(session: &mut Session) -> Result<()> {
    let rate = 200.0;
    let t = Array1::from_iter(0..40).mapv(f64::from) / rate;
    let x = (&t * (2.0 * PI * 10.0)).sin() + 0.5 * (&t * (2.0 * PI * 70.0)).sin();

    // One design, and from it the form that is asked for.
    let design = butter(4, Band::Low(30.0), rate)?;
    let (b, a) = design.ba();
    show!(session, "b", &b);
    show!(session, "a", &a);
    show!(session, "p", &design.poles);
    show!(session, "k", design.gain);
    let sos = design.sos();
    show!(session, "sos", &sos);
    show!(
        session,
        "signal.butter(3, 30, btype=\"highpass\", fs=rate, output=\"sos\")",
        butter(3, Band::High(30.0), rate)?.sos()
    );
    show!(
        session,
        "signal.butter(2, [10, 50], btype=\"bandpass\", fs=rate, output=\"sos\")",
        butter(2, Band::Pass(10.0, 50.0), rate)?.sos()
    );

    show!(session, "signal.lfilter(b, a, x)", lfilter(&b, &a, &x));
    show!(session, "signal.sosfilt(sos, x)", sosfilt(&sos, &x));
    show!(
        session,
        "signal.lfilter(b, a, x[::-1])",
        lfilter(&b, &a, &x.slice(s![..;-1]))
    );
    show!(
        session,
        "signal.sosfilt(sos, x[::-1])",
        sosfilt(&sos, &x.slice(s![..;-1]))
    );
    show!(session, "signal.lfilter_zi(b, a)", lfilter_zi(&b, &a));
    show!(session, "signal.filtfilt(b, a, x)", filtfilt(&b, &a, &x));

    let (w, h) = freqz(&b, &a, 8, rate);
    show!(session, "w", &w);
    show!(session, "np.abs(h)", h.mapv(|h| h.norm()));
    show!(session, "h[1]", h[1]);

    let taps = firwin(11, Band::Low(30.0), rate)?;
    show!(session, "taps", &taps);
    show!(
        session,
        "signal.firwin(11, 30, fs=rate, pass_zero=False)",
        firwin(11, Band::High(30.0), rate)
    );
    show!(
        session,
        "signal.lfilter(taps, 1.0, x)[:6]",
        lfilter(&taps, &array![1.0], &x)?.slice(s![..6])
    );

    show!(
        session,
        "np.abs(p).max() < 1",
        design.poles.iter().all(|pole| pole.norm() < 1.0)
    );
    let (one, unstable) = (array![1.0], array![1.0, -2.0]);
    show!(
        session,
        "signal.lfilter([1.0], [1.0, -2.0], np.ones(8))",
        lfilter(&one, &unstable, &Array1::ones(8))
    );
    show!(
        session,
        "signal.lfilter([1.0], [1.0, -2.0], np.ones(1100))[-1]",
        lfilter(&one, &unstable, &Array1::ones(1100))?[1099]
    );

    let mut impulse = Array1::zeros(2000);
    impulse[0] = 1.0;
    let narrow = butter(8, Band::Pass(1.0, 2.0), rate)?;
    let (narrow_b, narrow_a) = narrow.ba();
    show!(
        session,
        "np.abs(signal.lfilter(*signal.butter(**narrow), impulse)).max() > 1",
        lfilter(&narrow_b, &narrow_a, &impulse)?
            .iter()
            .any(|y| y.abs() > 1.0)
    );
    show!(
        session,
        "np.abs(signal.sosfilt(signal.butter(**narrow, output=\"sos\"), impulse)).max()",
        max(&sosfilt(&narrow.sos(), &impulse)?.abs())
    );

    let gap = array![1.0, f64::NAN, 1.0, 1.0];
    show!(
        session,
        "signal.lfilter([1.0, 0.5], [1.0], gap)",
        lfilter(&array![1.0, 0.5], &one, &gap)
    );
    show!(
        session,
        "signal.lfilter([1.0], [1.0, -0.5], gap)",
        lfilter(&one, &array![1.0, -0.5], &gap)
    );
    show!(
        session,
        "signal.sosfilt([[1.0, 0.5, 0.0, 1.0, 0.0, 0.0]], gap)",
        sosfilt(&array![[1.0, 0.5, 0.0, 1.0, 0.0, 0.0]], &gap)
    );

    // An error says what is wrong.
    show!(
        session,
        "signal.butter(4, 120, fs=rate)",
        butter(4, Band::Low(120.0), rate).map(|zpk| zpk.gain)
    );
    show!(
        session,
        "signal.butter(4, [50, 10], btype=\"bandpass\", fs=rate)",
        butter(4, Band::Pass(50.0, 10.0), rate).map(|zpk| zpk.gain)
    );
    show!(
        session,
        "signal.lfilter(b, [0.0, 1.0], x)",
        lfilter(&b, &array![0.0, 1.0], &x)
    );
    show!(
        session,
        "signal.butter(4, np.nan, fs=rate)[0]",
        butter(4, Band::Low(f64::NAN), rate).map(|zpk| zpk.ba().0)
    );
    let sum = array![1.0, -1.0];
    show!(
        session,
        "signal.lfilter_zi([1.0], [1.0, -1.0])",
        lfilter_zi(&one, &sum)
    );
    show!(
        session,
        "signal.filtfilt([1.0], [1.0, -1.0], x)",
        filtfilt(&one, &sum, &x)
    );
    show!(
        session,
        "signal.filtfilt(b, a, x[:15])",
        filtfilt(&b, &a, &x.slice(s![..15]))
    );
    show!(
        session,
        "signal.sosfilt(sos[:, :5], x)",
        sosfilt(&sos.slice(s![.., ..5]), &x)
    );
    show!(
        session,
        "signal.sosfilt(np.empty((0, 6)), x)",
        sosfilt(&Array2::zeros((0, 6)), &x)
    );
    show!(
        session,
        "signal.firwin(10, 30, fs=rate, pass_zero=False)",
        firwin(10, Band::High(30.0), rate)
    );
    Ok(())
}
