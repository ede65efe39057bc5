//! exp, ln, tanh and sin of whole arrays. `x.exp()` calls the C library's function once for each element, and a call is
//! never vectorised. These are a few multiplications without a branch, inlined into the loop, so that the compiler
//! computes four or eight elements at once; `pulp` runs the loop compiled for the processor's widest registers. The error is
//! below two units in the last place, below three for tanh.

use std::f64::consts::{FRAC_2_PI, FRAC_PI_2, LOG2_E};

use ndarray::{Array, Array1, ArrayRef1};
use pulp::{Arch, NullaryFnOnce};

/// Adding 1.5 * 2^52 leaves a number's nearest integer in the low bits.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// ln 2 in two parts, the first with so many zeros at its end that its product with an exponent is exact.
const LN_2_HIGH: f64 = f64::from_bits(0x3FE6_2E42_FEE0_0000);
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// e to the power of each element, as `x.exp()`.
pub fn exp(x: &ArrayRef1<f64>) -> Array1<f64> {
    // Beyond, the result may be no normal number. Of sizes the larger one has the larger bits, and NaN larger ones than all.
    const MOST: u64 = 708.0_f64.to_bits();
    let fits = |x: f64| x.abs().to_bits() <= MOST;
    map(x, fits, exp_of, f64::exp)
}

/// The natural logarithm of each element, as `x.ln()`.
pub fn ln(x: &ArrayRef1<f64>) -> Array1<f64> {
    // Of positive floats the larger one has the larger bits: so one comparison does for both ends.
    const NORMAL: u64 = f64::INFINITY.to_bits() - f64::MIN_POSITIVE.to_bits();
    let fits = |x: f64| x.to_bits().wrapping_sub(f64::MIN_POSITIVE.to_bits()) < NORMAL;
    map(x, fits, ln_of, f64::ln)
}

/// The hyperbolic tangent of each element, as `x.tanh()`.
pub fn tanh(x: &ArrayRef1<f64>) -> Array1<f64> {
    map(x, |_| true, tanh_of, f64::tanh)
}

/// The sine of each element, as `x.sin()`.
pub fn sin(x: &ArrayRef1<f64>) -> Array1<f64> {
    // Up to here three parts of pi / 2 are enough.
    let fits = |x: f64| x.is_nan() || x.abs() <= 1e5;
    map(x, fits, sin_of, f64::sin)
}

/// A function of each element: the fast one where it fits, and elsewhere the other. The fast one has no branch.
pub(crate) fn map(
    x: &ArrayRef1<f64>,
    fits: impl Fn(f64) -> bool,
    fast: impl Fn(f64) -> f64,
    other: impl Fn(f64) -> f64,
) -> Array1<f64> {
    let x = x.as_standard_layout();
    let from = x.as_slice().unwrap_or_default();
    Array::from(Arch::new().dispatch(Map {
        from,
        fits,
        fast,
        other,
    }))
}

/// A block at a time, by the fast function where it fits all elements of the block, by the other one elsewhere. Memory
/// is written once: a block's zeros do not get beyond the fastest cache. Blocks are so short that the processor fetches the
/// next one while it computes this one.
struct Map<'a, Fits, Fast, Other> {
    from: &'a [f64],
    fits: Fits,
    fast: Fast,
    other: Other,
}

impl<Fits, Fast, Other> NullaryFnOnce for Map<'_, Fits, Fast, Other>
where
    Fits: Fn(f64) -> bool,
    Fast: Fn(f64) -> f64,
    Other: Fn(f64) -> f64,
{
    type Output = Vec<f64>;

    // Inlined, and with loops in place of iterators' methods: a function of its own would not be compiled for the
    // wider registers.
    #[inline(always)]
    fn call(self) -> Vec<f64> {
        const BLOCK: usize = 64;
        let mut values = Vec::with_capacity(self.from.len());
        for block in self.from.chunks(BLOCK) {
            let mut all_fit = true;
            for x in block {
                all_fit &= (self.fits)(*x);
            }
            let start = values.len();
            values.resize(start + block.len(), 0.0);
            let to = &mut values[start..];
            if all_fit {
                for (to, x) in to.iter_mut().zip(block) {
                    *to = (self.fast)(*x);
                }
            } else {
                for (to, x) in to.iter_mut().zip(block) {
                    *to = (self.other)(*x);
                }
            }
        }
        values
    }
}

/// x = k ln 2 + r, and exp x = 2^k exp r; Cody and Waite, Software Manual for the Elementary Functions, chapter 6.
#[inline(always)]
pub(crate) fn exp_of(x: f64) -> f64 {
    let (power, r) = reduce(x);
    let series = exp_series(r).mul_add(r, 1.0).mul_add(r, 1.0);
    series * power
}

/// 2^k, a normal number, and the r of at most ln 2 / 2 for which x = k ln 2 + r.
#[inline(always)]
fn reduce(x: f64) -> (f64, f64) {
    let shifted = x.mul_add(LOG2_E, ROUND);
    let power = f64::from_bits((shifted.to_bits() << 52).wrapping_add(1.0_f64.to_bits()));
    let k = shifted - ROUND;
    (power, k.mul_add(-LN_2_LOW, k.mul_add(-LN_2_HIGH, x)))
}

/// (exp r - 1 - r) / r^2, by a polynomial through (exp r - 1 - r - r^2 / 2) / r^3 at the nine Chebyshev nodes of the range of
/// r. Its error is a sixth of a unit in the last place of exp; Taylor's series would need two terms more.
#[inline(always)]
fn exp_series(r: f64) -> f64 {
    const SERIES: [f64; 9] = [
        2.509_554_606_462_2e-8,
        2.761_379_566_234_662_6e-7,
        2.755_728_008_253_529e-6,
        2.480_153_640_836_988_2e-5,
        1.984_126_985_433_084_5e-4,
        1.388_888_890_587_144_2e-3,
        8.333_333_333_332_157e-3,
        4.166_666_666_665_136_4e-2,
        1.666_666_666_666_666_6e-1,
    ];
    polynomial(r, SERIES).mul_add(r, 0.5)
}

/// x = 2^k m with m near 1, and ln m by a series in (m - 1) / (m + 1): the method and the coefficients of fdlibm's
/// e_log.c (Sun Microsystems, 1993).
#[inline(always)]
fn ln_of(x: f64) -> f64 {
    const SERIES: [f64; 7] = [
        1.479_819_860_511_658_6e-1,
        1.531_383_769_920_937_3e-1,
        1.818_357_216_161_805e-1,
        2.222_219_843_214_978_4e-1,
        2.857_142_874_366_239e-1,
        3.999_999_999_940_942e-1,
        6.666_666_666_666_735e-1,
    ];
    /// The upper bits of sqrt(1/2).
    const LOWEST: u64 = 0x3FE6_A09E_0000_0000;
    const MANTISSA: u64 = (1 << 52) - 1;
    const TWO_TO_52: f64 = 4_503_599_627_370_496.0;

    let bits = x.to_bits().wrapping_add(1.0_f64.to_bits() - LOWEST);
    let k = f64::from_bits((bits >> 52) | TWO_TO_52.to_bits()) - (TWO_TO_52 + 1023.0);
    let f = f64::from_bits((bits & MANTISSA) + LOWEST) - 1.0;

    let s = f / (2.0 + f);
    let z = s * s;
    let series = polynomial(z, SERIES);
    let square = 0.5 * f * f;
    let low = s.mul_add(z.mul_add(series, square), k * LN_2_LOW);
    k.mul_add(LN_2_HIGH, f - (square - low))
}

/// tanh |x| = t / (t + 2) with t = exp 2|x| - 1, which keeps its digits near 0.
#[inline(always)]
fn tanh_of(x: f64) -> f64 {
    let size = x.abs();
    // From here on it rounds to 1.
    let size = if size > 20.0 { 20.0 } else { size };
    let (power, r) = reduce(2.0 * size);
    let exp_m1 = (r * r).mul_add(exp_series(r), r);
    let t = power.mul_add(exp_m1, power - 1.0);
    (t / (t + 2.0)).copysign(x)
}

/// |x| = k pi / 2 + r, and by k the sine of r or its cosine, with either sign: the polynomials of fdlibm's k_sin.c and
/// k_cos.c (Sun Microsystems, 1993).
#[inline(always)]
fn sin_of(x: f64) -> f64 {
    const SINE: [f64; 6] = [
        1.589_690_995_211_55e-10,
        -2.505_076_025_340_686_3e-8,
        2.755_731_370_707_006_8e-6,
        -1.984_126_982_985_795e-4,
        8.333_333_333_322_49e-3,
        -1.666_666_666_666_663_2e-1,
    ];
    const COSINE: [f64; 6] = [
        -1.135_964_755_778_819_5e-11,
        2.087_572_321_298_175e-9,
        -2.755_731_435_139_066_3e-7,
        2.480_158_728_947_673e-5,
        -1.388_888_888_887_411e-3,
        4.166_666_666_666_66e-2,
    ];
    /// What is left of pi / 2.
    const MIDDLE: f64 = 6.123_233_995_736_766e-17;
    const LOW: f64 = -1.497_384_904_859_183_3e-33;

    let size = x.abs();
    let shifted = size * FRAC_2_PI + ROUND;
    let quarters = shifted.to_bits();
    let k = -(shifted - ROUND);
    let r = k.mul_add(LOW, k.mul_add(MIDDLE, k.mul_add(FRAC_PI_2, size)));
    let z = r * r;
    let sine = (r * z).mul_add(polynomial(z, SINE), r);
    let rest = 1.0 - 0.5 * z;
    let cosine = rest + (((1.0 - rest) - 0.5 * z) + z * z * polynomial(z, COSINE));
    let value = if quarters & 1 == 0 { sine } else { cosine };
    let sign = ((quarters & 2) << 62) ^ (x.to_bits() & (1 << 63));
    f64::from_bits(value.to_bits() ^ sign)
}

/// By Horner's rule, the coefficient of the highest power first.
#[inline(always)]
pub(crate) fn polynomial<const N: usize>(x: f64, coefficients: [f64; N]) -> f64 {
    let mut sum = coefficients[0];
    for coefficient in coefficients.into_iter().skip(1) {
        sum = sum.mul_add(x, coefficient);
    }
    sum
}

#[cfg(test)]
pub(crate) mod tests {
    use std::f64::consts::{E, LN_2};

    use super::*;

    /// How many units in the last place of the right value the value is off.
    fn ulps(right: f64, value: f64) -> f64 {
        if right == value || (right.is_nan() && value.is_nan()) {
            return 0.0;
        }
        (value - right).abs() / (right.abs().next_up() - right.abs())
    }

    #[track_caller]
    pub(crate) fn assert_close(
        arguments: &Array1<f64>,
        limit: f64,
        ours: fn(&ArrayRef1<f64>) -> Array1<f64>,
        right: fn(f64) -> f64,
    ) {
        for (&x, &value) in arguments.iter().zip(&ours(arguments)) {
            let off = ulps(right(x), value);
            assert!(off <= limit, "{x:e}: {value:e} is {off} ulp from {:e}", right(x));
        }
    }

    #[test]
    fn all_of_the_range_is_close() {
        assert_close(&Array::linspace(-750.0, 720.0, 100_003), 2.0, exp, f64::exp);
        assert_close(&Array::linspace(-1.0, 1.0, 100_003), 2.0, exp, f64::exp);
        assert_close(&Array::linspace(1e-3, 3.0, 100_003), 2.0, ln, f64::ln);
        assert_close(&Array::logspace(E, -744.0, 709.0, 100_003), 2.0, ln, f64::ln);
        assert_close(&Array::linspace(-25.0, 25.0, 100_003), 3.0, tanh, f64::tanh);
        assert_close(&Array::logspace(10.0, -320.0, 0.0, 100_003), 3.0, tanh, f64::tanh);
    }

    #[test]
    fn a_sine_is_close_where_it_is_0_too() {
        assert_close(&Array::linspace(-10.0, 10.0, 100_003), 2.0, sin, f64::sin);
        assert_close(&Array::linspace(-99_999.0, 99_999.0, 100_003), 2.0, sin, f64::sin);
        let zeros = Array::from_shape_fn(30_000, |k| k as f64 * std::f64::consts::PI);
        assert_close(&zeros, 2.0, sin, f64::sin);
        assert_close(&Array::linspace(-1e9, 1e9, 1003), 0.0, sin, f64::sin);
    }

    #[test]
    fn what_is_no_number_is_as_in_the_standard_library() {
        let odd = Array::from(vec![
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            0.0,
            -0.0,
            -1.0,
            5e-324,
            f64::MAX,
            f64::MIN,
        ]);
        assert_close(&odd, 1.0, exp, f64::exp);
        assert_close(&odd, 1.0, ln, f64::ln);
        assert_close(&odd, 1.0, tanh, f64::tanh);
        assert_close(&odd, 0.0, sin, f64::sin);
        let fits = Array::from(vec![f64::NAN, -0.0, 0.0, 1.0]);
        assert_close(&fits, 1.0, exp, f64::exp);
        assert_close(&fits, 1.0, sin, f64::sin);
        assert!(sin(&fits)[1].is_sign_negative());
        assert!(tanh(&fits)[1].is_sign_negative());
    }

    #[test]
    fn a_view_with_gaps_is_taken_too() {
        let line = Array::linspace(0.5, 2.0, 11);
        let every_third = line.slice(ndarray::s![..;3]);
        assert_close(&every_third.to_owned(), 2.0, ln, f64::ln);
        assert_eq!(ln(&every_third), ln(&every_third.to_owned()));
    }

    #[test]
    fn ln_2_has_two_parts() {
        assert_eq!(LN_2_HIGH + LN_2_LOW, LN_2);
    }
}
