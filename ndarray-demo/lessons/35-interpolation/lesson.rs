//! Interpolation: lines, cubic splines and what their ends do, curves that keep the shape, and a grid.

pub mod hermite;

use anyhow::{Context, Result, ensure};
use ndarray::{Array1, ArrayRef1, array, s};
use ndarray_interp::{
    interp1d::{
        Interp1DBuilder, Linear,
        cubic_spline::{BoundaryCondition, CubicSpline, RowBoundary, SingleBoundary},
    },
    interp2d::Interp2D,
};

use crate::{Session, show};
use hermite::Hermite;

pub fn run(session: &mut Session) -> Result<()> {
    let x = array![0.0, 1.0, 2.5, 4.0, 5.0, 7.0];
    let y = array![1.0, 3.0, 2.0, 2.0, 6.0, 5.0];
    let at = array![0.0, 0.4, 1.0, 2.0, 3.7, 4.2, 6.5, 7.0];

    let linear = Interp1DBuilder::new(y.clone()).x(x.clone()).build()?;
    show!(session, "np.interp(at, x, y)", linear.interp_array(&at));
    show!(
        session,
        "np.interp([-1.0, 8.0], x, y)",
        linear.interp_array(&array![-1.0_f64, 8.0].mapv(|at| at.clamp(0.0, 7.0)))
    );
    show!(session, "interp1d(x, y)(at)", linear.interp_array(&at));
    show!(session, "interp1d(x, y)(8.0)", linear.interp_scalar(8.0));
    let extended = Linear::new().extrapolate(true);
    let extended = Interp1DBuilder::new(y.clone())
        .x(x.clone())
        .strategy(extended)
        .build()?;
    show!(
        session,
        r#"interp1d(x, y, fill_value="extrapolate")([-1.0, 8.0])"#,
        extended.interp_array(&array![-1.0, 8.0])
    );
    show!(
        session,
        r#"interp1d(x, y, kind="nearest")(at)"#,
        at.iter()
            .map(|&at| nearest(&x, &y, at))
            .collect::<Result<Array1<_>>>()
    );

    let spline = |ends| {
        let strategy = CubicSpline::new().boundary(ends).extrapolate(true);
        Interp1DBuilder::new(y.clone())
            .x(x.clone())
            .strategy(strategy)
            .build()
    };
    // ndarray-interp has this one, too, but not right where the last two steps differ.
    let not_a_knot = Hermite::not_a_knot(x.clone(), y.clone())?;
    show!(session, "CubicSpline(x, y)(at)", at.mapv(|at| not_a_knot.at(at)));
    show!(
        session,
        r#"CubicSpline(x, y, bc_type="natural")(at)"#,
        spline(BoundaryCondition::Natural)?.interp_array(&at)
    );
    show!(
        session,
        r#"CubicSpline(x, y, bc_type="clamped")(at)"#,
        spline(BoundaryCondition::Clamped)?.interp_array(&at)
    );
    let ends = RowBoundary::Mixed {
        left: SingleBoundary::FirstDeriv(2.0),
        right: SingleBoundary::SecondDeriv(0.0),
    };
    show!(
        session,
        "CubicSpline(x, y, bc_type=((1, 2.0), (2, 0.0)))(at)",
        spline(BoundaryCondition::Individual(array![ends]))?.interp_array(&at)
    );
    show!(session, "CubicSpline(x, y)(8.0)", not_a_knot.at(8.0));
    let within = Interp1DBuilder::new(y.clone())
        .x(x.clone())
        .strategy(CubicSpline::new())
        .build()?;
    show!(
        session,
        "CubicSpline(x, y, extrapolate=False)(8.0)",
        within.interp_scalar(8.0).unwrap_or(f64::NAN)
    );

    let keeps_shape = Hermite::pchip(x.clone(), y.clone())?;
    show!(
        session,
        "PchipInterpolator(x, y)(at)",
        at.mapv(|at| keeps_shape.at(at))
    );
    let level = Array1::linspace(2.5, 4.0, 50);
    show!(
        session,
        "bool(CubicSpline(x, y)(np.linspace(2.5, 4, 50)).min() < 2)",
        level.iter().any(|&at| not_a_knot.at(at) < 2.0)
    );
    show!(
        session,
        "bool(PchipInterpolator(x, y)(np.linspace(2.5, 4, 50)).min() < 2)",
        level.iter().any(|&at| keeps_shape.at(at) < 2.0)
    );

    let table = array![[0.0, 1.0], [1.0, 0.0], [4.0, -1.0]];
    let places = array![0.0, 1.0, 2.0];
    let curves = Interp1DBuilder::new(table.clone())
        .x(places.clone())
        .strategy(CubicSpline::new())
        .build()?;
    show!(
        session,
        "CubicSpline([0.0, 1.0, 2.0], table)([0.5, 1.5])",
        curves.interp_array(&array![0.5, 1.5])
    );
    let lines = Interp1DBuilder::new(table).x(places).build()?;
    show!(
        session,
        "interp1d([0.0, 1.0, 2.0], table, axis=0)([0.5, 1.5])",
        lines.interp_array(&array![0.5, 1.5])
    );

    let rows = array![0.0, 1.0, 3.0];
    let columns = array![0.0, 2.0, 3.0, 5.0];
    let height = array![[1.0, 2.0, 4.0, 3.0], [2.0, 5.0, 6.0, 1.0], [0.0, 3.0, 8.0, 2.0]];
    let surface = Interp2D::builder(height).x(rows).y(columns).build()?;
    let points = array![[0.0, 0.0], [0.5, 1.0], [2.0, 2.5], [2.9, 4.9]];
    show!(
        session,
        "surface([[0.0, 0.0], [0.5, 1.0], [2.0, 2.5], [2.9, 4.9]])",
        surface.interp_array(&points.column(0), &points.column(1))
    );
    show!(
        session,
        "surface([[4.0, 1.0]])",
        surface.interp_array(&array![4.0], &array![1.0])
    );

    show!(
        session,
        "CubicSpline([0.0, 2.0, 1.0], [1.0, 2.0, 3.0])",
        spline_at(array![0.0, 2.0, 1.0], array![1.0, 2.0, 3.0], 0.5)
    );
    show!(
        session,
        "CubicSpline(x, y[:-1])",
        spline_at(x.clone(), y.slice(s![..-1]).to_owned(), 0.5)
    );
    show!(
        session,
        "CubicSpline([0.0, 1.0, np.nan], [1.0, 2.0, 3.0])",
        spline_at(array![0.0, 1.0, f64::NAN], array![1.0, 2.0, 3.0], 0.5)
    );
    let gap = y.mapv(|y| if y == 6.0 { f64::NAN } else { y });
    show!(
        session,
        "CubicSpline(x, np.where(y == 6, np.nan, y))",
        Hermite::not_a_knot(x.clone(), gap.clone()).map(|spline| spline.at(0.5))
    );
    show!(
        session,
        "PchipInterpolator(x, np.where(y == 6, np.nan, y))",
        Hermite::pchip(x.clone(), gap.clone()).map(|curve| curve.at(0.5))
    );

    let missing = array![0.4, f64::NAN];
    let natural = spline(BoundaryCondition::Natural)?;
    show!(
        session,
        "np.interp([0.4, np.nan], x, y)",
        at_each(&missing, |at| linear.interp_scalar(at))
    );
    show!(
        session,
        "CubicSpline(x, y)([0.4, np.nan])",
        missing.mapv(|at| not_a_knot.at(at))
    );
    show!(
        session,
        "CubicSpline(x, y, bc_type=\"natural\")([0.4, np.nan])",
        at_each(&missing, |at| natural.interp_scalar(at))
    );
    show!(
        session,
        "PchipInterpolator(x, y)([0.4, np.nan])",
        missing.mapv(|at| keeps_shape.at(at))
    );
    show!(
        session,
        "interp1d(x, y)(np.inf)",
        linear.interp_scalar(f64::INFINITY)
    );
    show!(
        session,
        "surface([[np.nan, 1.0]])",
        surface.interp_array(&array![f64::NAN], &array![1.0])
    );
    show!(
        session,
        "interp1d(x, y, kind=\"nearest\")(np.nan)",
        nearest(&x, &y, f64::NAN)
    );
    // Between samples of which one is missing.
    let holed = Interp1DBuilder::new(gap).x(x).build()?;
    show!(
        session,
        "interp1d(x, np.where(y == 6, np.nan, y))([0.4, 4.5])",
        holed.interp_array(&array![0.4, 4.5])
    );
    show!(
        session,
        "interp1d([0.0, 2.0, 1.0], [1.0, 2.0, 3.0])(0.5)",
        Interp1DBuilder::new(array![1.0, 2.0, 3.0])
            .x(array![0.0, 2.0, 1.0])
            .build()
            .map(|_| ())
    );
    Ok(())
}

/// The curve at each place, and NaN where the place is: ndarray-interp has an error for that, or a panic where it
/// extrapolates.
///
/// # Errors
/// Those of the curve.
fn at_each<E>(places: &ArrayRef1<f64>, curve: impl Fn(f64) -> Result<f64, E>) -> Result<Array1<f64>, E> {
    let value = |&at: &f64| if at.is_nan() { Ok(at) } else { curve(at) };
    places.iter().map(value).collect()
}

/// The value of the sample that is nearest; halfway between two, of the lower one.
///
/// # Errors
/// Outside of the samples, and where the place is NaN.
fn nearest(x: &ArrayRef1<f64>, y: &ArrayRef1<f64>, at: f64) -> Result<f64> {
    ensure!(!at.is_nan(), "no sample is nearest to what is no number");
    let after = x.iter().position(|&x| x >= at).context("above the last sample")?;
    if after == 0 {
        return (at == x[0]).then_some(y[0]).context("below the first sample");
    }
    let middle = f64::midpoint(x[after - 1], x[after]);
    Ok(if at <= middle { y[after - 1] } else { y[after] })
}

/// # Errors
/// Where no spline goes through the samples, or `at` is outside of them.
fn spline_at(x: Array1<f64>, y: Array1<f64>, at: f64) -> Result<f64> {
    let spline = Interp1DBuilder::new(y)
        .x(x)
        .strategy(CubicSpline::new())
        .build()?;
    Ok(spline.interp_scalar(at)?)
}
