//! Adaptive integration: the 21 points of Gauss and Kronrod on each interval, and the worst interval is halved.
//!
//! QAG of R. Piessens, E. de Doncker-Kapenga, C. W. Überhuber and D. K. Kahaner, *QUADPACK* (1983), with its nodes, its
//! estimate of the error, and the map of QAGI for infinite ranges. SciPy's QAGS also extrapolates.

use anyhow::{Result, bail, ensure};

/// How near a result has to be, absolutely or relatively: SciPy's default.
const TOLERANCE: f64 = 1.49e-8;

/// Into how many intervals a range may be cut. SciPy, which extrapolates, makes do with 50.
const INTERVALS: usize = 100;

/// The positive nodes of Kronrod's rule. Gauss's rule has every other one, from the second on.
const NODES: [f64; 10] = [
    0.995_657_163_025_808_1,
    0.973_906_528_517_171_7,
    0.930_157_491_355_708_2,
    0.865_063_366_688_984_5,
    0.780_817_726_586_416_9,
    0.679_409_568_299_024_4,
    0.562_757_134_668_604_7,
    0.433_395_394_129_247_2,
    0.294_392_862_701_460_2,
    0.148_874_338_981_631_22,
];
const KRONROD: [f64; 10] = [
    0.011_694_638_867_371_874,
    0.032_558_162_307_964_725,
    0.054_755_896_574_351_995,
    0.075_039_674_810_919_96,
    0.093_125_454_583_697_6,
    0.109_387_158_802_297_64,
    0.123_491_976_262_065_84,
    0.134_709_217_311_473_34,
    0.142_775_938_577_060_09,
    0.147_739_104_901_338_49,
];
const KRONROD_CENTER: f64 = 0.149_445_554_002_916_9;
const GAUSS: [f64; 5] = [
    0.066_671_344_308_688_14,
    0.149_451_349_150_580_6,
    0.219_086_362_515_982_04,
    0.269_266_719_309_996_35,
    0.295_524_224_714_752_87,
];

/// The integral of `f` from `a` to `b`, either of which may be infinite. `f` is not asked for its values there.
///
/// # Errors
/// Where an end is NaN, `f` is infinite or NaN in between, or the integral is not known well enough after 100 intervals.
pub fn quad(f: impl Fn(f64) -> f64, a: f64, b: f64) -> Result<f64> {
    ensure!(!a.is_nan() && !b.is_nan(), "the range from {a} to {b} is none");
    if a > b {
        return Ok(-quad(f, b, a)?);
    }
    if a == b {
        return Ok(0.0);
    }
    match (a.is_finite(), b.is_finite()) {
        (true, true) => adaptive(&f, a, b),
        (true, false) => adaptive(&|t| f(a + (1.0 - t) / t) / (t * t), 0.0, 1.0),
        (false, true) => adaptive(&|t| f(b - (1.0 - t) / t) / (t * t), 0.0, 1.0),
        (false, false) => {
            let both = |x: f64| f(x) + f(-x);
            adaptive(&|t| both((1.0 - t) / t) / (t * t), 0.0, 1.0)
        }
    }
}

struct Interval {
    a: f64,
    b: f64,
    integral: f64,
    error: f64,
}

fn adaptive(f: &impl Fn(f64) -> f64, a: f64, b: f64) -> Result<f64> {
    let mut intervals = vec![gauss_kronrod(f, a, b)];
    loop {
        let integral: f64 = intervals.iter().map(|interval| interval.integral).sum();
        let error: f64 = intervals.iter().map(|interval| interval.error).sum();
        ensure!(
            integral.is_finite(),
            "the function is infinite or NaN within the range"
        );
        if error <= TOLERANCE.max(TOLERANCE * integral.abs()) {
            return Ok(integral);
        }
        let worst = intervals
            .iter()
            .enumerate()
            .max_by(|(_, one), (_, other)| one.error.total_cmp(&other.error));
        let Some((worst, _)) = worst.filter(|_| intervals.len() < INTERVALS) else {
            bail!("no convergence in {INTERVALS} intervals: {integral:.1e} may be off by {error:.1e}");
        };
        let Interval { a, b, .. } = intervals.swap_remove(worst);
        let middle = f64::midpoint(a, b);
        intervals.extend([gauss_kronrod(f, a, middle), gauss_kronrod(f, middle, b)]);
    }
}

fn gauss_kronrod(f: &impl Fn(f64) -> f64, a: f64, b: f64) -> Interval {
    let (center, half) = (f64::midpoint(a, b), (b - a) / 2.0);
    let at_center = f(center);
    let pairs = NODES.map(|node| (f(center - half * node), f(center + half * node)));
    let weigh = |g: &dyn Fn(f64) -> f64| {
        let sides = pairs
            .iter()
            .zip(KRONROD)
            .map(|(&(left, right), weight)| weight * (g(left) + g(right)));
        sides.sum::<f64>() + KRONROD_CENTER * g(at_center)
    };
    let kronrod = weigh(&|value| value);
    let every_other = pairs.iter().skip(1).step_by(2);
    let gauss: f64 = every_other
        .zip(GAUSS)
        .map(|((left, right), weight)| weight * (left + right))
        .sum();
    // How far the function is from its mean.
    let spread = weigh(&|value| (value - kronrod / 2.0).abs()) * half;
    let mut error = ((kronrod - gauss) * half).abs();
    if spread > 0.0 && error > 0.0 {
        error = spread * (200.0 * error / spread).powf(1.5).min(1.0);
    }
    Interval {
        a,
        b,
        integral: kronrod * half,
        error,
    }
}
