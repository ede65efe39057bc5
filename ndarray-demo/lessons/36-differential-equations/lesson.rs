//! Differential equations: orbits and chaos by Runge-Kutta, stiff reactions by Radau and BDF, events, and what has no end.

use std::f64::consts::TAU;

use anyhow::{Context, Result, anyhow, ensure};
use differential_equations::{error::Error, prelude::*};
use ndarray::{Array1, Array2, ArrayRef1, aview1};

use crate::{Session, show};

/// The tolerances of all that is not stiff.
const RTOL: f64 = 1e-10;
const ATOL: f64 = 1e-12;

pub fn run(session: &mut Session) -> Result<()> {
    let years = [0.0, 1.0, 2.0, 3.0, 4.0];
    let hunted = IVP::ode_from_fn(lotka_volterra, 0.0, 4.0, [10.0, 5.0])
        .method(ExplicitRungeKutta::dopri5().rtol(RTOL).atol(ATOL))
        .t_eval(years)
        .solve()
        .map_err(failed)?;
    show!(
        session,
        r#"solve_ivp(lotka_volterra, (0, 4), [10, 5], method="RK45", t_eval=years, **exact).y.T"#,
        Array2::from(hunted.y.clone())
    );
    show!(
        session,
        r#"solve_ivp(lotka_volterra, (0, 4), [10, 5], method="DOP853", t_eval=years, **exact).y.T"#,
        IVP::ode_from_fn(lotka_volterra, 0.0, 4.0, [10.0, 5.0])
            .method(ExplicitRungeKutta::dop853().rtol(RTOL).atol(ATOL))
            .t_eval(years)
            .solve()
            .map(|solution| Array2::from(solution.y))
            .map_err(failed)
    );
    show!(
        session,
        r#"solve_ivp(lotka_volterra, (0, 4), [10, 5], method="RK45", t_eval=years, **exact).t"#,
        hunted.t
    );
    show!(
        session,
        r#"solve_ivp(lotka_volterra, (4, 0), [2.0, 1.0], method="DOP853", **exact).y[:, -1]"#,
        dop853(lotka_volterra, [4.0, 0.0], [2.0, 1.0])
    );

    let orbit = dop853(planet, [0.0, TAU], [0.5, 0.0, 0.0, 3.0_f64.sqrt()])?;
    show!(session, "orbit", &orbit);
    show!(session, "energy(orbit)", energy(&orbit));
    show!(
        session,
        r#"solve_ivp(lorenz, (0, 2), [1, 1, 1], method="DOP853", **exact).y[:, -1]"#,
        dop853(lorenz, [0.0, 2.0], [1.0, 1.0, 1.0])
    );

    // Radau takes `rtol` as Hairer's RADAU5 does, to the power of 2/3: 1e-12 asks for 1e-9.
    let moments = [0.4, 4.0, 40.0, 400.0];
    show!(
        session,
        r#"solve_ivp(robertson, (0, 400), [1, 0, 0], method="Radau", t_eval=moments, rtol=1e-9, atol=1e-13).y.T"#,
        IVP::ode_from_fn(robertson, 0.0, 400.0, [1.0, 0.0, 0.0])
            .method(ImplicitRungeKutta::radau5().rtol(1e-12).atol(1e-16))
            .t_eval(moments)
            .solve()
            .map(|solution| Array2::from(solution.y))
            .map_err(failed)
    );
    // Left to itself, it finds no first step at these tolerances.
    let bdf = BackwardDifferentiationFormula::adaptive().h0(1e-9);
    show!(
        session,
        r#"solve_ivp(robertson, (0, 400), [1, 0, 0], method="BDF", t_eval=moments, rtol=1e-9, atol=1e-13).y.T"#,
        IVP::ode_from_fn(robertson, 0.0, 400.0, [1.0, 0.0, 0.0])
            .method(bdf.rtol(1e-9).atol(1e-13))
            .t_eval(moments)
            .solve()
            .map(|solution| Array2::from(solution.y))
            .map_err(failed)
    );
    show!(
        session,
        r#"solve_ivp(van_der_pol, (0, 1000), [2, 0], method="Radau", rtol=1e-9, atol=1e-12).y[0, -1]"#,
        IVP::ode_from_fn(van_der_pol, 0.0, 1000.0, [2.0, 0.0])
            .method(ImplicitRungeKutta::radau5().rtol(1e-12).atol(1e-15))
            .solve()
            .map_err(failed)
            .and_then(|solution| Ok(solution.y.last().context("no step was taken")?[0]))
    );

    show!(session, "bounces(10.0, 4)", bounces(10.0, 4));
    show!(session, "bounces(1000.0, 1)", bounces(1000.0, 1));
    show!(
        session,
        "solve_ivp(flight, (0, 10), [10.0, 0.0], events=floor, **exact).status",
        fall([0.0, 10.0], [10.0, 0.0]).map(|fall| status(&fall.status))
    );
    show!(
        session,
        "solve_ivp(flight, (0, 1), [10.0, 0.0], events=floor, **exact).status",
        fall([0.0, 1.0], [10.0, 0.0]).map(|fall| status(&fall.status))
    );

    show!(
        session,
        r#"solve_ivp(flight, (0, 1), [np.nan, 0.0], method="DOP853", **exact)"#,
        dop853(flight, [0.0, 1.0], [f64::NAN, 0.0])
    );
    show!(
        session,
        r#"solve_ivp(lambda t, y: y if t < 0.5 else y * np.nan, (0, 1), [1.0], method="DOP853", **exact).success"#,
        dop853(
            |t, y, slope| *slope = if t < 0.5 { *y } else { [f64::NAN] },
            [0.0, 1.0],
            [1.0]
        )
        .is_ok()
    );
    show!(
        session,
        r#"solve_ivp(lambda t, y: y**2, (0, 2), [1.0], method="DOP853", **exact).success"#,
        dop853(|_, y, slope| *slope = [y[0] * y[0]], [0.0, 2.0], [1.0]).is_ok()
    );
    Ok(())
}

/// Hares and lynxes.
pub fn lotka_volterra(_: f64, &[hares, lynxes]: &[f64; 2], slope: &mut [f64; 2]) {
    *slope = [1.5 * hares - hares * lynxes, hares * lynxes - 3.0 * lynxes];
}

fn planet(_: f64, &[x, y, vx, vy]: &[f64; 4], slope: &mut [f64; 4]) {
    let r3 = (x * x + y * y).powf(1.5);
    *slope = [vx, vy, -x / r3, -y / r3];
}

fn energy(orbit: &ArrayRef1<f64>) -> f64 {
    (orbit[2].powi(2) + orbit[3].powi(2)) / 2.0 - 1.0 / orbit[0].hypot(orbit[1])
}

fn lorenz(_: f64, &[x, y, z]: &[f64; 3], slope: &mut [f64; 3]) {
    *slope = [10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z];
}

fn robertson(_: f64, y: &[f64; 3], slope: &mut [f64; 3]) {
    let (slow, fast, fastest) = (0.04 * y[0], 1e4 * y[1] * y[2], 3e7 * y[1] * y[1]);
    *slope = [fast - slow, slow - fast - fastest, fastest];
}

fn van_der_pol(_: f64, &[x, v]: &[f64; 2], slope: &mut [f64; 2]) {
    *slope = [v, 1000.0 * (1.0 - x * x) * v - x];
}

fn flight(_: f64, &[_, speed]: &[f64; 2], slope: &mut [f64; 2]) {
    *slope = [speed, -9.81];
}

/// Ends the flight where the height comes down to 0, which is found by halving the step. The crate's own `event` ends it
/// too early.
struct Floor;

impl Solout<f64, [f64; 2]> for Floor {
    fn solout<I: Interpolation<f64, [f64; 2]> + ?Sized>(
        &mut self,
        t: f64,
        t_before: f64,
        &[height, _]: &[f64; 2],
        &[height_before, _]: &[f64; 2],
        step: &mut I,
        solution: &mut Solution<f64, [f64; 2]>,
    ) -> ControlFlag<f64, [f64; 2]> {
        if height_before <= 0.0 || height > 0.0 {
            return ControlFlag::Continue;
        }
        let (mut above, mut below) = (t_before, t);
        while let middle = f64::midpoint(above, below)
            && middle > above
            && middle < below
            && let Ok([height, _]) = step.interpolate(middle)
        {
            *(if height > 0.0 { &mut above } else { &mut below }) = middle;
        }
        if let Ok(state) = step.interpolate(below) {
            solution.push(below, state);
        }
        ControlFlag::Terminate
    }
}

/// # Errors
/// Where the solver gives up.
fn fall([start, end]: [f64; 2], state: [f64; 2]) -> Result<Solution<f64, [f64; 2]>> {
    IVP::ode_from_fn(flight, start, end, state)
        .method(ExplicitRungeKutta::dop853().rtol(RTOL).atol(ATOL))
        .solout(Floor)
        .solve()
        .map_err(failed)
}

/// When a ball hits the floor, where each time it keeps four fifths of its speed.
///
/// # Errors
/// Where the solver gives up, or the ball flies for longer than ten seconds.
fn bounces(height: f64, times: usize) -> Result<Vec<f64>> {
    let (mut start, mut state) = (0.0, [height, 0.0]);
    let mut hits = Vec::new();
    for _ in 0..times {
        let fall = fall([start, start + 10.0], state)?;
        let last = fall.t.last().zip(fall.y.last());
        let (&hit, &[_, speed]) = last
            .filter(|_| fall.status == Status::Interrupted)
            .context("the ball is still in the air")?;
        (start, state) = (hit, [0.0, -0.8 * speed]);
        hits.push(hit);
    }
    Ok(hits)
}

/// SciPy's number for how it ended: 1 by an event, 0 at the end of the range.
fn status(status: &Status<f64, [f64; 2]>) -> i64 {
    i64::from(*status == Status::Interrupted)
}

/// The state at the end of a range, by Dormand and Prince's method of order 8.
///
/// # Errors
/// Where the range or the state at its start is not finite, or the solver gives up.
pub fn dop853<const N: usize>(
    equation: impl Fn(f64, &[f64; N], &mut [f64; N]),
    [start, end]: [f64; 2],
    state: [f64; N],
) -> Result<Array1<f64>> {
    // To NaN SciPy is on its way for ever.
    ensure!(
        start.is_finite() && end.is_finite(),
        "the range from {start} to {end} is not finite"
    );
    ensure!(
        state.iter().all(|value| value.is_finite()),
        "the state is not finite at the start"
    );
    let solution = IVP::ode_from_fn(equation, start, end, state)
        .method(ExplicitRungeKutta::dop853().rtol(RTOL).atol(ATOL))
        .solve()
        .map_err(failed)?;
    let last = solution.y.last().context("no step was taken")?;
    Ok(aview1(last).to_owned())
}

/// An array has no way to be displayed, and with it the error has none.
fn failed<const N: usize>(error: Error<f64, [f64; N]>) -> anyhow::Error {
    anyhow!("{error:?}")
}
