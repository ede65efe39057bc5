//! Functions on elements: `mapv` takes any function; one pass and a processor's whole width make it fast.

pub(crate) mod vectorised;

use anyhow::Result;
use ndarray::{Array, Array1, ArrayRef1, Zip, array, s};

pub use vectorised::{exp, ln, sin, tanh};

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let x: Array1<f64> = array![-2.0, -0.5, 0.0, 0.5, 3.0];
    show!(session, "np.exp(x)", x.exp());
    show!(session, "np.tanh(x)", x.tanh());
    show!(session, "np.log1p(np.abs(x))", x.abs().ln_1p());
    show!(session, "np.hypot(x, 1.0)", x.hypot(1.0));
    // A closure is compiled like what the library brings.
    show!(
        session,
        "np.vectorize(lambda v: v if v > 0 else 0.1 * v)(x)",
        x.mapv(|v| if v > 0.0 { v } else { 0.1 * v })
    );

    // `round` goes away from zero, `signum` of 0.0 is 1.0.
    let halves: Array1<f64> = array![-1.5, -0.5, 0.5, 1.5, 2.5];
    show!(session, "np.round(halves)", halves.mapv(f64::round_ties_even));
    show!(session, "np.floor(halves)", halves.floor());
    show!(
        session,
        "np.round(np.array([1.234, -5.678]), 1)",
        array![1.234, -5.678].mapv(|v: f64| (v * 10.0).round_ties_even() / 10.0)
    );
    show!(
        session,
        "np.sign(x)",
        x.mapv(|v| if v == 0.0 { 0.0 } else { v.signum() })
    );
    show!(session, "np.mod(x, 0.75)", x.mapv(|v| v.rem_euclid(0.75)));

    show!(session, "np.clip(x, -1.0, 1.0)", x.clamp(-1.0, 1.0));
    show!(session, "np.maximum(x, 0.0)", x.mapv(|v| v.max(0.0)));
    show!(session, "x > 0", x.mapv(|v| v > 0.0));
    show!(session, "(x > -1) & (x < 1)", x.mapv(|v| -1.0 < v && v < 1.0));
    show!(
        session,
        "np.isclose(np.array([0.1 + 0.2, 0.31]), 0.3)",
        array![0.1 + 0.2, 0.31].mapv(|v: f64| (v - 0.3).abs() <= 1e-8 + 1e-5 * 0.3)
    );

    let odd: Array1<f64> = array![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 0.0];
    show!(session, "np.sqrt(odd)", odd.sqrt());
    show!(session, "np.log(odd)", odd.ln());
    show!(session, "1.0 / odd", odd.recip());
    show!(
        session,
        "odd == odd",
        Zip::from(&odd).and(&odd).map_collect(|a, b| a == b)
    );
    show!(session, "np.isfinite(odd)", odd.mapv(f64::is_finite));
    // `clamp` would cut finite numbers, too.
    let finite = |v: f64| match v {
        f64::INFINITY => 9e9,
        f64::NEG_INFINITY => -9e9,
        _ if v.is_nan() => 0.0,
        _ => v,
    };
    show!(
        session,
        "np.nan_to_num(odd, posinf=9e9, neginf=-9e9)",
        odd.mapv(finite)
    );
    show!(
        session,
        "np.nan_to_num(1e10 * odd, posinf=9e9, neginf=-9e9)",
        (1e10 * &odd).mapv_into(finite)
    );
    // `max` of Rust is fmax: it takes a NaN for no number.
    show!(
        session,
        "np.maximum(odd, 0.0)",
        odd.mapv(|v| if v.is_nan() { v } else { v.max(0.0) })
    );
    show!(session, "np.fmax(odd, 0.0)", odd.mapv(|v| v.max(0.0)));
    // By zero divides no integer, a panic unless it is asked before.
    show!(
        session,
        "np.array([7, 8]) // np.array([0, 2])",
        Zip::from(&array![7_i64, 8])
            .and(&array![0, 2])
            .map_collect(|&a, &b| a.checked_div_euclid(b).unwrap_or(0))
    );

    let mut a = Array::linspace(0.0, 1.0, 5);
    let b = Array::linspace(2.0, 3.0, 5);
    show!(session, "a * b + x", multiply_add(&a, &b, &x));
    show!(
        session,
        "np.add(a * b, x, out=np.empty(5))",
        multiply_add_in_one_pass(&a, &b, &x)
    );
    a *= &b;
    show!(session, "np.multiply(a, b, out=a)", &a);

    show!(
        session,
        "np.exp(np.linspace(-8.0, 8.0, 9))",
        exp(&Array::linspace(-8.0, 8.0, 9))
    );
    show!(
        session,
        "np.log(np.logspace(-9.0, 9.0, 7))",
        ln(&Array::logspace(10.0_f64, -9.0, 9.0, 7))
    );
    show!(
        session,
        "np.tanh(np.linspace(-1.0, 1.0, 9))",
        tanh(&Array::linspace(-1.0, 1.0, 9))
    );
    show!(
        session,
        "np.sin(np.linspace(-4.0, 4.0, 9))",
        sin(&Array::linspace(-4.0, 4.0, 9))
    );
    show!(session, "np.exp(odd)", exp(&odd));
    show!(session, "np.log(odd[:3])", ln(&odd.slice(s![..3])));
    show!(session, "np.tanh(odd[:3])", tanh(&odd.slice(s![..3])));
    show!(session, "np.sin(odd[:3])", sin(&odd.slice(s![..3])));
    show!(
        session,
        "np.exp(np.array([-1000.0, 1000.0]))",
        exp(&array![-1000.0, 1000.0])
    );
    Ok(())
}

/// `a * b + c` of three arrays of one length, the plain way: a pass over memory for each operator. The second one
/// uses the first one's result up, so that only one array is made.
pub fn multiply_add(a: &ArrayRef1<f64>, b: &ArrayRef1<f64>, c: &ArrayRef1<f64>) -> Array1<f64> {
    a * b + c
}

/// `a * b + c` of three arrays of one length, the fast way: a single pass. What counts is memory, which is read and
/// written once.
///
/// # Panics
/// Where the lengths differ.
pub fn multiply_add_in_one_pass(a: &ArrayRef1<f64>, b: &ArrayRef1<f64>, c: &ArrayRef1<f64>) -> Array1<f64> {
    Zip::from(a).and(b).and(c).map_collect(|&a, &b, &c| a * b + c)
}
