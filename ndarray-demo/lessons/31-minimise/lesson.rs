//! Minimise: BFGS, Nelder-Mead, L-BFGS, bounds and constraints, and one variable; what does not converge says so.

use anyhow::{Context, Result, anyhow, ensure};
use argmin::{
    core::{CostFunction, Executor, Gradient, IterState, OptimizationResult, State, TerminationReason},
    solver::{
        brent::BrentOpt,
        linesearch::MoreThuenteLineSearch,
        neldermead::NelderMead,
        quasinewton::{BFGS, LBFGS},
    },
};
use slsqp::{StopTols, SuccessStatus};

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let start = [-1.2, 1.0];
    show!(session, "rosen(start)", rosenbrock(&start));
    show!(session, "rosen_der(start)", rosenbrock_gradient(&start));

    let found = bfgs(&start, 100)?;
    show!(session, "bfgs.x", &found.x);
    show!(session, "bfgs.fun", found.value);
    show!(session, "bfgs.success", found.converged);

    let found = nelder_mead(&start, 500)?;
    show!(session, "simplex.x", &found.x);
    show!(session, "simplex.fun", found.value);
    show!(session, "simplex.success", found.converged);

    let found = lbfgs(&[0.5; 10], 500)?;
    show!(session, "many.x", &found.x);
    show!(session, "many.success", found.converged);

    let found = slsqp(&start, [(-2.0, 0.5), (-2.0, 2.0)], &[], 100)?;
    show!(session, "boxed.x", &found.x);
    show!(session, "boxed.fun", found.value);
    show!(session, "boxed.success", found.converged);

    let everywhere = [(f64::NEG_INFINITY, f64::INFINITY); 2];
    let found = slsqp(&[0.0, 0.0], everywhere, &[outside_the_disc], 100)?;
    show!(session, "inside.x", &found.x);
    show!(session, "inside.fun", found.value);

    show!(
        session,
        r#"minimize_scalar(double_well, bounds=(0, 2), method="bounded", options={"xatol": 1e-9}).x"#,
        minimize_between(0.0, 2.0, double_well).map(|(x, _)| x)
    );
    show!(
        session,
        r#"minimize_scalar(double_well, bounds=(-2, 0), method="bounded", options={"xatol": 1e-9}).x"#,
        minimize_between(-2.0, 0.0, double_well).map(|(x, _)| x)
    );
    show!(
        session,
        r#"minimize_scalar(double_well, bounds=(-2, 0), method="bounded", options={"xatol": 1e-9}).fun"#,
        minimize_between(-2.0, 0.0, double_well).map(|(_, value)| value)
    );
    show!(
        session,
        r#"minimize_scalar(double_well, bounds=(2, 0), method="bounded").x"#,
        minimize_between(2.0, 0.0, double_well).map(|(x, _)| x)
    );

    show!(
        session,
        r#"minimize(rosen, start, jac=rosen_der, method="BFGS", options={"maxiter": 5}).success"#,
        bfgs(&start, 5)?.converged
    );
    show!(
        session,
        r#"minimize(rosen, start, method="Nelder-Mead", options={"maxiter": 5}).success"#,
        nelder_mead(&start, 5)?.converged
    );
    show!(
        session,
        r#"minimize(rosen, start, jac=rosen_der, method="SLSQP", options={"maxiter": 5}).success"#,
        slsqp(&start, everywhere, &[], 5)?.converged
    );

    let nowhere = [f64::NAN, 1.0];
    let succeeds = |found: Result<Minimum>| found.is_ok_and(|found| found.converged);
    show!(
        session,
        r#"minimize(rosen, nowhere, jac=rosen_der, method="BFGS").success"#,
        succeeds(bfgs(&nowhere, 100))
    );
    show!(
        session,
        r#"minimize(rosen, nowhere, method="Nelder-Mead").success"#,
        succeeds(nelder_mead(&nowhere, 100))
    );
    show!(
        session,
        r#"minimize(rosen, nowhere, jac=rosen_der, method="L-BFGS-B").success"#,
        succeeds(lbfgs(&nowhere, 100))
    );
    show!(
        session,
        r#"minimize(rosen, nowhere, jac=rosen_der, method="SLSQP").success"#,
        succeeds(slsqp(&nowhere, everywhere, &[], 100))
    );
    show!(
        session,
        r#"minimize_scalar(lambda x: np.nan, bounds=(0, 1), method="bounded").success"#,
        minimize_between(0.0, 1.0, |_| f64::NAN).is_ok()
    );
    show!(
        session,
        r#"minimize_scalar(double_well, bounds=(np.nan, 2), method="bounded").x"#,
        minimize_between(f64::NAN, 2.0, double_well).map(|(x, _)| x)
    );
    show!(
        session,
        r#"minimize_scalar(double_well, bounds=(0, np.inf), method="bounded").x"#,
        minimize_between(0.0, f64::INFINITY, double_well).map(|(x, _)| x)
    );
    Ok(())
}

/// Rosenbrock's valley in n dimensions.
fn rosenbrock(x: &[f64]) -> f64 {
    x.windows(2)
        .map(|pair| 100.0 * (pair[1] - pair[0] * pair[0]).powi(2) + (1.0 - pair[0]).powi(2))
        .sum()
}

fn rosenbrock_gradient(x: &[f64]) -> Vec<f64> {
    let mut gradient = vec![0.0; x.len()];
    for (i, pair) in x.windows(2).enumerate() {
        let rise = pair[1] - pair[0] * pair[0];
        gradient[i] += -400.0 * pair[0] * rise - 2.0 * (1.0 - pair[0]);
        gradient[i + 1] += 200.0 * rise;
    }
    gradient
}

/// What a function came to. With NaN a solver may not end: after two minutes one had not. An error ends it.
fn number(value: f64) -> Result<f64> {
    ensure!(!value.is_nan(), "the function is no number there");
    Ok(value)
}

fn double_well(x: f64) -> f64 {
    x.powi(4) - 3.0 * x.powi(2) + x
}

/// The valley as argmin asks for it.
struct Rosenbrock;

impl CostFunction for Rosenbrock {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, x: &Vec<f64>) -> Result<f64> {
        number(rosenbrock(x))
    }
}

impl Gradient for Rosenbrock {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, x: &Vec<f64>) -> Result<Vec<f64>> {
        Ok(rosenbrock_gradient(x))
    }
}

/// Where a minimum is, how low, and whether the method is sure of it.
pub struct Minimum {
    /// The lowest point that was found.
    pub x: Vec<f64>,
    /// The function there.
    pub value: f64,
    /// False where the steps were not enough.
    pub converged: bool,
}

/// Where argmin's solvers are: with a gradient and a matrix, or `()` where they have none.
type At<G, H> = IterState<Vec<f64>, G, (), H, (), f64>;

impl Minimum {
    fn of<O, S, G, H>(found: &OptimizationResult<O, S, At<G, H>>) -> Result<Self>
    where
        At<G, H>: State<Param = Vec<f64>, Float = f64>,
    {
        Ok(Self {
            x: found.state.get_best_param().context("no step was taken")?.clone(),
            value: found.state.get_best_cost(),
            converged: found.state.get_termination_reason() == Some(&TerminationReason::SolverConverged),
        })
    }
}

/// The method of Broyden, Fletcher, Goldfarb and Shanno on Rosenbrock's valley.
///
/// # Errors
/// Where a line search fails, or the function is no number.
pub fn bfgs(start: &[f64], steps: u64) -> Result<Minimum> {
    let identity = (0..start.len()).map(|i| (0..start.len()).map(|j| f64::from(i == j)).collect());
    let identity: Vec<Vec<f64>> = identity.collect();
    let solver = BFGS::new(MoreThuenteLineSearch::new()).with_tolerance_grad(1e-8)?;
    let found = Executor::new(Rosenbrock, solver)
        .configure(|state| state.param(start.to_vec()).inv_hessian(identity).max_iters(steps))
        .run()?;
    Minimum::of(&found)
}

/// BFGS that keeps the last seven steps instead of a matrix.
///
/// # Errors
/// Where a line search fails, or the function is no number.
pub fn lbfgs(start: &[f64], steps: u64) -> Result<Minimum> {
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), 7).with_tolerance_grad(1e-8)?;
    let found = Executor::new(Rosenbrock, solver)
        .configure(|state| state.param(start.to_vec()).max_iters(steps))
        .run()?;
    Minimum::of(&found)
}

/// Nelder and Mead's simplex, which needs no gradient.
///
/// # Errors
/// Where no step is taken, or the function is no number.
pub fn nelder_mead(start: &[f64], steps: u64) -> Result<Minimum> {
    // At the first simplex the solver panics where the function is an error.
    number(rosenbrock(start))?;
    // SciPy's first simplex: a twentieth further along each axis, or a little where that is 0.
    let corner = |axis: usize| {
        let mut corner = start.to_vec();
        corner[axis] = if corner[axis] == 0.0 {
            0.00025
        } else {
            1.05 * corner[axis]
        };
        corner
    };
    let simplex = [start.to_vec()].into_iter().chain((0..start.len()).map(corner));
    let solver = NelderMead::new(simplex.collect()).with_sd_tolerance(1e-18)?;
    let found = Executor::new(Rosenbrock, solver)
        .configure(|state| state.max_iters(steps))
        .run()?;
    Minimum::of(&found)
}

/// A function of a point that fills in its gradient where one is asked for.
type WithGradient = fn(&[f64], Option<&mut [f64]>, &mut ()) -> f64;

/// Kraft's method, which is SciPy's, too, within bounds and where no constraint is positive.
///
/// # Errors
/// Where no step leads on, or the function is no number at the start.
fn slsqp(
    start: &[f64; 2],
    bounds: [(f64, f64); 2],
    constraints: &[WithGradient],
    steps: usize,
) -> Result<Minimum> {
    number(rosenbrock(start))?;
    let valley = |x: &[f64], gradient: Option<&mut [f64]>, (): &mut ()| {
        if let Some(gradient) = gradient {
            gradient.copy_from_slice(&rosenbrock_gradient(x));
        }
        rosenbrock(x)
    };
    let tolerances = StopTols {
        ftol_abs: 1e-14,
        ..StopTols::default()
    };
    let found = slsqp::minimize(valley, start, &bounds, constraints, (), steps, Some(tolerances));
    let (status, x, value) = found.map_err(|(status, ..)| anyhow!("{status:?}"))?;
    let converged = !matches!(
        status,
        SuccessStatus::MaxEvalReached | SuccessStatus::MaxTimeReached
    );
    Ok(Minimum { x, value, converged })
}

/// Negative inside the disc: the other way round than in SciPy.
fn outside_the_disc(x: &[f64], gradient: Option<&mut [f64]>, (): &mut ()) -> f64 {
    if let Some(gradient) = gradient {
        gradient.copy_from_slice(&[2.0 * x[0], 2.0 * x[1]]);
    }
    x[0] * x[0] + x[1] * x[1] - 1.0
}

/// A function of one variable as argmin asks for it.
struct Curve<F>(F);

impl<F: Fn(f64) -> f64> CostFunction for Curve<F> {
    type Param = f64;
    type Output = f64;

    fn cost(&self, x: &f64) -> Result<f64> {
        number((self.0)(*x))
    }
}

/// A minimum between two ends, and how low it is, by Brent's method.
///
/// # Errors
/// Where the ends are in the wrong order or not finite, the function is no number, or there is no convergence.
fn minimize_between(low: f64, high: f64, f: impl Fn(f64) -> f64) -> Result<(f64, f64)> {
    ensure!(
        low.is_finite() && high.is_finite(),
        "from {low} to {high} is no finite range"
    );
    ensure!(
        low <= high,
        "the lower bound {low} exceeds the upper bound {high}"
    );
    let solver = BrentOpt::new(low, high).set_tolerance(f64::EPSILON.sqrt(), 1e-9);
    let found = Executor::new(Curve(f), solver)
        .configure(|state| state.max_iters(500))
        .run()?;
    let reason = found.state.get_termination_reason();
    ensure!(
        reason == Some(&TerminationReason::SolverConverged),
        "no convergence"
    );
    let x = *found.state.get_best_param().context("no step was taken")?;
    Ok((x, found.state.get_best_cost()))
}
