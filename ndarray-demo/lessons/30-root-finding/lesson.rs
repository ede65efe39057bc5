//! Root finding: bracketing, Newton's method, the secant and systems of equations; what finds no root is an error. Bisection,
//! Newton's method and the secant are those of W. H. Press and others, *Numerical Recipes* (2007), chapter 9.

use anyhow::{Context, Result, bail, ensure};
use argmin::{
    core::{CostFunction, Executor, State, TerminationReason},
    solver::brent::BrentRoot,
};
use ndarray::{Array1, Array2, ArrayView1, array};

use crate::{Session, linear_systems::solve, show};

/// How near SciPy's bracketing methods come to the root, and how near its `newton`.
const BRACKET_TOLERANCE: f64 = 2e-12;
const STEP_TOLERANCE: f64 = 1.48e-8;

pub fn run(session: &mut Session) -> Result<()> {
    show!(
        session,
        "optimize.bisect(cubic, 2, 3)",
        bisect(cubic, [2.0, 3.0], 100)
    );
    show!(
        session,
        "optimize.brentq(cubic, 2, 3)",
        brentq(cubic, [2.0, 3.0], 100)
    );
    show!(
        session,
        "optimize.newton(cubic, 2, fprime=slope)",
        newton(cubic, slope, 2.0, 50)
    );
    show!(
        session,
        "optimize.newton(cubic, 2, x1=3)",
        secant(cubic, [2.0, 3.0], 50)
    );
    show!(
        session,
        "optimize.brentq(lambda x: math.cos(x) - x, 0, 1)",
        brentq(|x| x.cos() - x, [0.0, 1.0], 100)
    );
    show!(
        session,
        "optimize.newton(lambda x: math.cos(x) - x, 1, fprime=lambda x: -math.sin(x) - 1)",
        newton(|x| x.cos() - x, |x| -x.sin() - 1.0, 1.0, 50)
    );

    let numbers = array![2.0, 3.0, 5.0, 7.0];
    show!(
        session,
        "optimize.newton(lambda x: x * x - numbers, np.ones(4), fprime=lambda x: 2 * x)",
        numbers
            .iter()
            .map(|number| newton(|x| x * x - number, |x| 2.0 * x, 1.0, 50))
            .collect::<Result<Array1<_>>>()
    );

    show!(
        session,
        "optimize.bisect(lambda x: 1 / (x - 0.3), 0, 1)",
        bisect(|x| 1.0 / (x - 0.3), [0.0, 1.0], 100)
    );

    show!(
        session,
        "optimize.bisect(cubic, 3, 4)",
        bisect(cubic, [3.0, 4.0], 100)
    );
    show!(
        session,
        "optimize.brentq(cubic, 3, 4)",
        brentq(cubic, [3.0, 4.0], 100)
    );
    show!(
        session,
        "optimize.bisect(cubic, math.nan, 3)",
        bisect(cubic, [f64::NAN, 3.0], 100)
    );

    let hole = |x| if x == 0.5 { f64::NAN } else { x - 0.3 };
    show!(
        session,
        "optimize.bisect(lambda x: math.nan if x == 0.5 else x - 0.3, 0, 1)",
        bisect(hole, [0.0, 1.0], 100)
    );
    let hollow = |x| if x > 0.0 && x < 1.0 { f64::NAN } else { x - 0.3 };
    show!(
        session,
        "optimize.brentq(lambda x: math.nan if 0 < x < 1 else x - 0.3, 0, 1)",
        brentq(hollow, [0.0, 1.0], 100)
    );

    show!(
        session,
        "optimize.bisect(cubic, -math.inf, 3)",
        bisect(cubic, [f64::NEG_INFINITY, 3.0], 100)
    );
    show!(
        session,
        "optimize.newton(lambda x: math.nan, 1.0, fprime=lambda x: 1.0)",
        newton(|_| f64::NAN, |_| 1.0, 1.0, 50)
    );
    show!(
        session,
        "optimize.newton(lambda x: math.nan, 1.0, x1=2.0)",
        secant(|_| f64::NAN, [1.0, 2.0], 50)
    );
    show!(
        session,
        "optimize.root(lambda v: v * math.nan, [1.0, 1.0]).success",
        newton_system(
            |v| v.mapv(|_| f64::NAN),
            |v| forward_differences(|v| v.mapv(|_| f64::NAN), v),
            array![1.0, 1.0],
            50
        )
        .is_ok()
    );

    show!(
        session,
        "optimize.newton(cubic, 0, fprime=slope, maxiter=5)",
        newton(cubic, slope, 0.0, 5)
    );
    show!(
        session,
        "optimize.newton(lambda x: x * x + 1, 1, fprime=lambda x: 2 * x)",
        newton(|x| x * x + 1.0, |x| 2.0 * x, 1.0, 50)
    );
    show!(
        session,
        "optimize.bisect(cubic, 2, 3, maxiter=10)",
        bisect(cubic, [2.0, 3.0], 10)
    );
    show!(
        session,
        "optimize.brentq(cubic, 2, 3, maxiter=3)",
        brentq(cubic, [2.0, 3.0], 3)
    );

    show!(
        session,
        "optimize.fsolve(curves, [1, 1])",
        newton_system(curves, |v| forward_differences(curves, v), array![1.0, 1.0], 50)
    );
    let crossing = newton_system(curves, jacobian, array![1.0, 1.0], 50);
    show!(
        session,
        "optimize.root(curves, [1, 1], jac=jacobian).x",
        &crossing
    );
    show!(
        session,
        "optimize.root(curves, [1, 1], jac=jacobian).success",
        crossing.is_ok()
    );
    show!(
        session,
        "optimize.root(apart, [1, 0.5], jac=jacobian_apart).success",
        newton_system(apart, jacobian_apart, array![1.0, 0.5], 50).is_ok()
    );
    Ok(())
}

/// Wallis's equation.
fn cubic(x: f64) -> f64 {
    x * x * x - 2.0 * x - 5.0
}

fn slope(x: f64) -> f64 {
    3.0 * x * x - 2.0
}

fn curves(v: ArrayView1<f64>) -> Array1<f64> {
    let (x, y) = (v[0], v[1]);
    array![x * y.cos() - 4.0, x * y - y - 5.0]
}

fn jacobian(v: ArrayView1<f64>) -> Array2<f64> {
    let (x, y) = (v[0], v[1]);
    array![[y.cos(), -x * y.sin()], [y, x - 1.0]]
}

/// A circle and a line that do not meet.
fn apart(v: ArrayView1<f64>) -> Array1<f64> {
    let (x, y) = (v[0], v[1]);
    array![x * x + y * y - 1.0, x + y - 3.0]
}

fn jacobian_apart(v: ArrayView1<f64>) -> Array2<f64> {
    array![[2.0 * v[0], 2.0 * v[1]], [1.0, 1.0]]
}

/// Halves the bracket `[a, b]` until the root is known.
///
/// # Errors
/// Where the signs at the ends do not differ, the function is NaN somewhere, or the bracket is still too wide after so many
/// steps.
fn bisect(f: impl Fn(f64) -> f64, [a, b]: [f64; 2], steps: usize) -> Result<f64> {
    let (at_a, at_b) = (value_at(&f, a)?, value_at(&f, b)?);
    if let Some((end, _)) = [(a, at_a), (b, at_b)].into_iter().find(|&(_, at)| at == 0.0) {
        return Ok(end);
    }
    ensure!(
        at_a.signum() != at_b.signum(),
        "the signs at {a} and {b} do not differ"
    );
    let (mut low, mut width) = (a, b - a);
    for _ in 0..steps {
        width /= 2.0;
        let middle = low + width;
        let value = value_at(&f, middle)?;
        if value.signum() == at_a.signum() {
            low = middle;
        }
        if value == 0.0 || width.abs() < BRACKET_TOLERANCE + 4.0 * f64::EPSILON * middle.abs() {
            return Ok(middle);
        }
    }
    bail!("no convergence after {steps} steps")
}

/// The function's value, which has a sign.
fn value_at(f: impl Fn(f64) -> f64, x: f64) -> Result<f64> {
    let value = f(x);
    ensure!(!value.is_nan(), "the function is NaN at {x}");
    Ok(value)
}

/// What argmin finds the root of.
struct Equation<F>(F);

impl<F: Fn(f64) -> f64> CostFunction for Equation<F> {
    type Param = f64;
    type Output = f64;

    fn cost(&self, x: &f64) -> Result<f64> {
        value_at(&self.0, *x)
    }
}

/// Brent's method, which joins bisection with inverse quadratic interpolation.
///
/// # Errors
/// As `bisect`.
fn brentq(f: impl Fn(f64) -> f64, [a, b]: [f64; 2], steps: u64) -> Result<f64> {
    let found = Executor::new(Equation(f), BrentRoot::new(a, b, BRACKET_TOLERANCE))
        .configure(|state| state.max_iters(steps))
        .run()?;
    let reason = found.state.get_termination_reason();
    ensure!(
        reason == Some(&TerminationReason::SolverConverged),
        "no convergence after {steps} steps"
    );
    found.state.get_param().copied().context("no step was taken")
}

/// Newton's method.
///
/// # Errors
/// Where the slope is 0, or no root is found in so many steps.
fn newton(f: impl Fn(f64) -> f64, slope: impl Fn(f64) -> f64, start: f64, steps: usize) -> Result<f64> {
    let mut x = start;
    for _ in 0..steps {
        let value = f(x);
        if value == 0.0 {
            return Ok(x);
        }
        let slope = slope(x);
        ensure!(slope != 0.0, "the slope is 0 at {x}");
        let step = value / slope;
        x -= step;
        if step.abs() <= STEP_TOLERANCE {
            return Ok(x);
        }
    }
    bail!("no convergence after {steps} steps, at {x}")
}

/// Newton's method with the secant through the last two points for a slope.
///
/// # Errors
/// As `newton`.
fn secant(f: impl Fn(f64) -> f64, [mut before, mut x]: [f64; 2], steps: usize) -> Result<f64> {
    let (mut at_before, mut at_x) = (f(before), f(x));
    if at_x.abs() < at_before.abs() {
        (before, x, at_before, at_x) = (x, before, at_x, at_before);
    }
    for _ in 0..steps {
        ensure!(at_x != at_before, "the secant through {before} and {x} is level");
        // Divided by the larger value, lest it overflow.
        let next = if at_x.abs() > at_before.abs() {
            (-at_before / at_x * x + before) / (1.0 - at_before / at_x)
        } else {
            (-at_x / at_before * before + x) / (1.0 - at_x / at_before)
        };
        if (next - x).abs() <= STEP_TOLERANCE {
            return Ok(next);
        }
        (before, at_before) = (x, at_x);
        (x, at_x) = (next, f(next));
    }
    bail!("no convergence after {steps} steps, at {x}")
}

/// Newton's method for n equations in n unknowns. A step that does not come nearer is halved: Dennis and Schnabel,
/// *Numerical Methods for Unconstrained Optimization and Nonlinear Equations*, section 6.3.
///
/// # Errors
/// Where the Jacobian is singular, not finite or not of n rows and columns, or no root is found in so many steps.
pub fn newton_system(
    f: impl Fn(ArrayView1<f64>) -> Array1<f64>,
    jacobian: impl Fn(ArrayView1<f64>) -> Array2<f64>,
    start: Array1<f64>,
    steps: usize,
) -> Result<Array1<f64>> {
    let norm = |v: &Array1<f64>| v.dot(v).sqrt();
    let mut x = start;
    let mut residual = f(x.view());
    for _ in 0..steps {
        let step = solve(&jacobian(x.view()), &residual)
            .with_context(|| format!("the Jacobian at {x} gives no step"))?;
        ensure!(
            step.len() == x.len(),
            "{} equations for {} unknowns",
            step.len(),
            x.len()
        );
        let nearer = (0..30)
            .map(|halvings| 0.5_f64.powi(halvings))
            .find_map(|fraction| {
                let next = &x - &(&step * fraction);
                let value = f(next.view());
                (norm(&value) < norm(&residual) || norm(&value) == 0.0).then_some((next, value))
            });
        let small = norm(&step) <= STEP_TOLERANCE * norm(&x);
        match nearer {
            Some((next, value)) => (x, residual) = (next, value),
            // As near as rounding lets it come.
            None if small => return Ok(x),
            None => bail!("no step from {x} comes nearer"),
        }
        if small {
            return Ok(x);
        }
    }
    bail!("no convergence after {steps} steps, at {x}")
}

/// The Jacobian from n + 1 values of the function.
fn forward_differences(f: impl Fn(ArrayView1<f64>) -> Array1<f64>, x: ArrayView1<f64>) -> Array2<f64> {
    let here = f(x);
    let mut jacobian = Array2::zeros((here.len(), x.len()));
    for (j, mut column) in jacobian.columns_mut().into_iter().enumerate() {
        let step = f64::EPSILON.sqrt() * x[j].abs().max(1.0);
        let mut there = x.to_owned();
        there[j] += step;
        column.assign(&((f(there.view()) - &here) / step));
    }
    jacobian
}
