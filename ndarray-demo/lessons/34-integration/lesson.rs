//! Integration: of functions, to infinity and over areas, by fixed rules, and of samples; no convergence is an error.

pub mod quadrature;

use std::{
    cell::RefCell,
    f64::consts::{FRAC_PI_2, FRAC_PI_4, PI},
};

use anyhow::{Result, ensure};
use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, Axis, Slice, array, concatenate, s};

use crate::{Session, show};
use quadrature::quad;

pub fn run(session: &mut Session) -> Result<()> {
    let (inf, minus_inf) = (f64::INFINITY, f64::NEG_INFINITY);
    show!(
        session,
        "quad(lambda x: math.exp(-x * x), 0, 1)",
        quad(|x| (-x * x).exp(), 0.0, 1.0)
    );
    show!(
        session,
        "quad(lambda x: math.exp(-x * x), 1, 0)",
        quad(|x| (-x * x).exp(), 1.0, 0.0)
    );
    show!(
        session,
        "quad(lambda x: math.exp(-x), 0, math.inf)",
        quad(|x| (-x).exp(), 0.0, inf)
    );
    show!(
        session,
        "quad(lambda x: math.exp(-x * x / 2), -math.inf, math.inf)",
        quad(|x| (-x * x / 2.0).exp(), minus_inf, inf)
    );
    show!(
        session,
        "quad(lambda x: 1 / (1 + x * x), -math.inf, 0)",
        quad(|x| 1.0 / (1.0 + x * x), minus_inf, 0.0)
    );
    show!(
        session,
        "quad(lambda x: 1 / math.sqrt(x), 0, 1)",
        quad(|x| 1.0 / x.sqrt(), 0.0, 1.0)
    );
    show!(session, "quad(math.log, 0, 1)", quad(f64::ln, 0.0, 1.0));
    show!(
        session,
        "quad(lambda x: abs(x - 0.3), 0, 1)",
        quad(|x| (x - 0.3).abs(), 0.0, 1.0)
    );
    show!(
        session,
        "quad(lambda x: math.sin(50 * x), 0, math.pi / 4)",
        quad(|x| (50.0 * x).sin(), 0.0, FRAC_PI_4)
    );
    show!(
        session,
        "quad(lambda x: 1 / x, 0, 1)",
        quad(|x| 1.0 / x, 0.0, 1.0)
    );
    show!(session, "quad(lambda x: x, 0, math.inf)", quad(|x| x, 0.0, inf));

    show!(
        session,
        "integrate.dblquad(lambda y, x: x * y, 0, 1, 0, lambda x: 1 - x)[0]",
        dblquad(|y, x| x * y, [0.0, 1.0], |x| [0.0, 1.0 - x])
    );
    show!(
        session,
        "integrate.dblquad(lambda y, x: 1, -1, 1, lambda x: -math.sqrt(1 - x * x), lambda x: math.sqrt(1 - x * x))[0]",
        dblquad(
            |_, _| 1.0,
            [-1.0, 1.0],
            |x| {
                let y = (1.0 - x * x).sqrt();
                [-y, y]
            }
        )
    );
    show!(
        session,
        "quad(lambda x: quad(lambda y: 1 / y, 0, 1), 0, 1)",
        dblquad(|y, _| 1.0 / y, [0.0, 1.0], |_| [0.0, 1.0])
    );

    let (nodes, weights) = gauss_legendre(5)?;
    show!(session, "nodes", &nodes);
    show!(session, "weights", &weights);
    show!(
        session,
        "integrate.fixed_quad(lambda x: x**9, 0, 2, n=5)[0]",
        fixed_quad(|x| x.powi(9), 0.0, 2.0, 5)
    );
    show!(
        session,
        "integrate.fixed_quad(np.cos, 0, np.pi / 2, n=5)[0]",
        fixed_quad(f64::cos, 0.0, FRAC_PI_2, 5)
    );

    let x = array![0.0, 0.5, 1.0, 2.0, 3.0, 3.5, 4.0];
    let y = &x * &x;
    let steps = x.diff(1, Axis(0));
    let even = Array1::from_elem(6, 0.5);
    show!(session, "integrate.trapezoid(y, x)", trapezoid(&y, &steps));
    show!(session, "integrate.trapezoid(y, dx=0.5)", trapezoid(&y, &even));
    let mut cumulative = trapezoids(&y, &steps)?;
    cumulative.accumulate_axis_inplace(Axis(0), |&before, area| *area += before);
    show!(session, "integrate.cumulative_trapezoid(y, x)", &cumulative);
    show!(
        session,
        "integrate.cumulative_trapezoid(y, x, initial=0)",
        concatenate![Axis(0), array![0.0], cumulative]
    );
    show!(session, "integrate.simpson(y, x=x)", simpson(&y, &steps));
    show!(
        session,
        "integrate.simpson(y[:6], x=x[:6])",
        simpson(&y.slice(s![..6]), &steps.slice(s![..5]))
    );
    show!(
        session,
        "integrate.simpson(np.sqrt(x), dx=0.5)",
        simpson(&x.sqrt(), &even)
    );
    let table = array![[1.0, 2.0, 4.0], [3.0, 5.0, 9.0]];
    show!(
        session,
        "integrate.trapezoid(table, dx=2.0, axis=0)",
        trapezoid_axis(&table, 2.0, Axis(0))
    );
    show!(
        session,
        "integrate.trapezoid(table, dx=2.0, axis=1)",
        trapezoid_axis(&table, 2.0, Axis(1))
    );
    show!(
        session,
        "integrate.trapezoid(y, x[:-1])",
        trapezoid(&y, &x.slice(s![..-1]).diff(1, Axis(0)))
    );
    show!(
        session,
        "integrate.simpson(np.array([]), dx=1.0)",
        simpson(&array![], &array![])
    );
    show!(
        session,
        "integrate.simpson([1.0, 2.0], dx=1.0)",
        simpson(&array![1.0, 2.0], &array![1.0])
    );
    show!(
        session,
        "integrate.trapezoid([], dx=1.0)",
        trapezoid(&array![], &array![])
    );
    show!(
        session,
        "integrate.trapezoid(np.zeros((0, 3)), dx=2.0, axis=0)",
        trapezoid_axis(&Array2::zeros((0, 3)), 2.0, Axis(0))
    );

    let nan = f64::NAN;
    show!(session, "quad(lambda x: math.nan, 0, 1)", quad(|_| nan, 0.0, 1.0));
    show!(session, "quad(np.sqrt, -1, 1)", quad(f64::sqrt, -1.0, 1.0));
    show!(
        session,
        "quad(lambda x: math.nan if 0.3 < x < 0.31 else 1.0, 0, 1)",
        quad(|x| if 0.3 < x && x < 0.31 { nan } else { 1.0 }, 0.0, 1.0)
    );
    show!(session, "quad(lambda x: math.inf, 0, 1)", quad(|_| inf, 0.0, 1.0));
    show!(session, "quad(math.exp, 0, math.inf)", quad(f64::exp, 0.0, inf));
    show!(
        session,
        "quad(lambda x: 1.0, -math.inf, math.inf)",
        quad(|_| 1.0, minus_inf, inf)
    );
    show!(session, "quad(lambda x: x, math.nan, 1)", quad(|x| x, nan, 1.0));
    show!(session, "quad(lambda x: x, 0, math.nan)", quad(|x| x, 0.0, nan));
    show!(
        session,
        "integrate.fixed_quad(np.sqrt, -1, 1, n=5)[0]",
        fixed_quad(f64::sqrt, -1.0, 1.0, 5)
    );
    show!(
        session,
        "integrate.fixed_quad(np.cos, 0, np.inf, n=5)[0]",
        fixed_quad(f64::cos, 0.0, inf, 5)
    );
    show!(
        session,
        "np.polynomial.legendre.leggauss(0)",
        gauss_legendre(0).map(|(nodes, _)| nodes)
    );
    let even = array![0.5, 0.5];
    show!(
        session,
        "integrate.trapezoid([1.0, np.nan, 3.0], dx=0.5)",
        trapezoid(&array![1.0, nan, 3.0], &even)
    );
    show!(
        session,
        "integrate.trapezoid([1.0, np.inf, 3.0], dx=0.5)",
        trapezoid(&array![1.0, inf, 3.0], &even)
    );
    show!(
        session,
        "integrate.simpson([1.0, np.nan, 3.0], dx=0.5)",
        simpson(&array![1.0, nan, 3.0], &even)
    );
    show!(
        session,
        "integrate.simpson([1.0, 2.0, 3.0], x=[0.0, 1.0, 1.0])",
        simpson(&array![1.0, 2.0, 3.0], &array![1.0, 0.0])
    );
    Ok(())
}

/// The integral of `f(y, x)` over the area between two curves. Where an inner integral fails, its error is the one to know.
///
/// # Errors
/// As `quad`.
fn dblquad(f: impl Fn(f64, f64) -> f64, [a, b]: [f64; 2], bounds: impl Fn(f64) -> [f64; 2]) -> Result<f64> {
    let failure = RefCell::new(None);
    let inner = |x| {
        let [low, high] = bounds(x);
        quad(|y| f(y, x), low, high).unwrap_or_else(|error| {
            failure.borrow_mut().get_or_insert(error);
            f64::NAN
        })
    };
    let integral = quad(inner, a, b);
    failure.take().map_or(integral, Err)
}

/// The nodes and weights of Gauss's rule on [-1, 1], by Newton's method on Legendre's polynomial of degree n:
/// W. H. Press et al., *Numerical Recipes*, section 4.6.
///
/// # Errors
/// Where n is 0.
fn gauss_legendre(n: usize) -> Result<(Array1<f64>, Array1<f64>)> {
    ensure!(n > 0, "a rule has at least one node");
    let degree = n as f64;
    let node = |i: usize| {
        let mut x = -((i as f64 + 0.75) / (degree + 0.5) * PI).cos();
        let mut slope = 0.0;
        // Each step doubles the number of digits.
        for _ in 0..8 {
            let (value, before) = legendre(n, x);
            slope = degree * (x * value - before) / (x * x - 1.0);
            x -= value / slope;
        }
        (x, 2.0 / ((1.0 - x * x) * slope * slope))
    };
    let (nodes, weights): (Vec<_>, Vec<_>) = (0..n).map(node).unzip();
    Ok((nodes.into(), weights.into()))
}

/// Legendre's polynomials of degree n and n - 1.
fn legendre(n: usize, x: f64) -> (f64, f64) {
    (1..=n).fold((1.0, 0.0), |(value, before), degree| {
        let k = degree as f64;
        (((2.0 * k - 1.0) * x * value - (k - 1.0) * before) / k, value)
    })
}

/// Gauss's rule with n points, exact for polynomials up to the degree 2 n - 1.
///
/// # Errors
/// Where an end is infinite, or n is 0.
fn fixed_quad(f: impl Fn(f64) -> f64, a: f64, b: f64, n: usize) -> Result<f64> {
    ensure!(
        !a.is_infinite() && !b.is_infinite(),
        "from {a} to {b} there is no middle"
    );
    let (nodes, weights) = gauss_legendre(n)?;
    let (center, half) = (f64::midpoint(a, b), (b - a) / 2.0);
    Ok(half * nodes.mapv(|node| f(center + half * node)).dot(&weights))
}

/// The area under each pair of samples.
///
/// # Errors
/// Where there is not one step less than samples.
fn trapezoids(y: &ArrayRef1<f64>, steps: &ArrayRef1<f64>) -> Result<Array1<f64>> {
    ensure!(
        y.len() == steps.len() + 1,
        "{} samples, {} steps between them",
        y.len(),
        steps.len()
    );
    Ok((&y.slice(s![1..]) + &y.slice(s![..-1])) / 2.0 * steps)
}

/// The area under all samples, which is 0 where there are none.
///
/// # Errors
/// Where there is not one step less than samples.
fn trapezoid(y: &ArrayRef1<f64>, steps: &ArrayRef1<f64>) -> Result<f64> {
    if y.is_empty() && steps.is_empty() {
        return Ok(0.0);
    }
    Ok(trapezoids(y, steps)?.sum())
}

/// Along an axis of evenly spaced samples.
fn trapezoid_axis(table: &ArrayRef2<f64>, step: f64, axis: Axis) -> Array1<f64> {
    let last = table.len_of(axis).saturating_sub(1);
    let left = table.slice_axis(axis, Slice::from(..last));
    let right = table.slice_axis(axis, Slice::from(table.len_of(axis) - last..));
    ((&left + &right) * (step / 2.0)).sum_axis(axis)
}

/// Simpson's rule for steps that may differ. Where their number is odd, the last has a parabola through the last three
/// samples: K. V. Cartwright, *Simpson's Rule Cumulative Integration with MS Excel and Irregularly-spaced Data* (2017).
/// Through two samples goes a line.
///
/// # Errors
/// Where there is not one step less than samples, there are none, or two of them are at one place.
fn simpson(y: &ArrayRef1<f64>, steps: &ArrayRef1<f64>) -> Result<f64> {
    ensure!(!y.is_empty(), "there are no samples");
    if y.len() < 3 {
        return trapezoid(y, steps);
    }
    ensure!(
        y.len() == steps.len() + 1,
        "{} samples, {} steps between them",
        y.len(),
        steps.len()
    );
    ensure!(
        steps.iter().all(|&step| step != 0.0),
        "two samples are at one place"
    );
    let pairs = (0..steps.len() - 1).step_by(2).map(|i| {
        let (h0, h1) = (steps[i], steps[i + 1]);
        let both = h0 + h1;
        both / 6.0
            * (y[i] * (2.0 - h1 / h0) + y[i + 1] * both * both / (h0 * h1) + y[i + 2] * (2.0 - h0 / h1))
    });
    let last = if steps.len().is_multiple_of(2) {
        0.0
    } else {
        let n = y.len();
        let (h0, h1) = (steps[n - 3], steps[n - 2]);
        y[n - 1] * h1 * (2.0 * h1 + 3.0 * h0) / (6.0 * (h0 + h1))
            + y[n - 2] * h1 * (h1 + 3.0 * h0) / (6.0 * h0)
            - y[n - 3] * h1.powi(3) / (6.0 * h0 * (h0 + h1))
    };
    Ok(pairs.sum::<f64>() + last)
}
