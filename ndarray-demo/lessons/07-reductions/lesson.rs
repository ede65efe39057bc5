//! Reductions: sums, means and extremes along an axis, NaN on purpose, and what the order of additions costs.

mod fast;

use anyhow::{Context, Result};
use ndarray::{Array, Array1, Array2, ArrayRef, Axis, Dimension, RemoveAxis, array, s};

pub use fast::{argmax_by_chunks, max_in_lanes, pairwise_sum, running_sums, std_of_columns, sum_of_rows};

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let a = array![[3.0, 1.0, 4.0], [1.0, 5.0, 9.0]];
    show!(session, "a.sum()", a.sum());
    show!(session, "a.sum(axis=0)", a.sum_axis(Axis(0)));
    show!(session, "a.sum(axis=1)", a.sum_axis(Axis(1)));
    show!(
        session,
        "a.sum(axis=1, keepdims=True)",
        a.sum_axis(Axis(1)).insert_axis(Axis(1))
    );
    show!(session, "a.mean()", a.mean());
    show!(session, "a.mean(axis=1)", a.mean_axis(Axis(1)));
    // The argument is ddof.
    show!(session, "a.var(axis=0)", a.var_axis(Axis(0), 0.0));
    show!(session, "a.std(axis=1, ddof=1)", a.std_axis(Axis(1), 1.0));
    // Floats have no `Ord`, for the sake of NaN, and so arrays have no `max`.
    show!(session, "a.max()", max(&a));
    show!(
        session,
        "a.min(axis=0)",
        a.fold_axis(Axis(0), f64::INFINITY, |&least, &x| smaller(least, x))
    );
    show!(session, "a.argmax()", argmax(&a));
    show!(
        session,
        "a.argmin(axis=1)",
        a.rows()
            .into_iter()
            .map(|row| argmin(&row))
            .collect::<Option<Array1<_>>>()
    );
    show!(session, "np.cumsum(a)", cumsum(&a.flatten(), Axis(0)));
    show!(session, "np.cumsum(a, axis=1)", cumsum(&a, Axis(1)));
    show!(session, "np.cumprod(a, axis=0)", a.cumprod(Axis(0)));
    show!(session, "np.diff(a, axis=1)", a.diff(1, Axis(1)));

    let cube = Array::from_iter(0_i64..24).into_shape_with_order((2, 3, 4))?;
    show!(
        session,
        "cube.sum(axis=(0, 2))",
        cube.sum_axis(Axis(2)).sum_axis(Axis(0))
    );

    let large = a.mapv(|x| x > 3.0);
    show!(
        session,
        "(a > 3).any(axis=0)",
        large.fold_axis(Axis(0), false, |any, x| any | x)
    );
    show!(session, "(a > 0).all()", a.iter().all(|x| *x > 0.0));
    show!(
        session,
        "(a > 3).sum(axis=1)",
        large.mapv(i64::from).sum_axis(Axis(1))
    );

    let gap = array![[1.0, f64::NAN, 3.0], [4.0, 5.0, 6.0]];
    show!(session, "gap.sum(axis=1)", gap.sum_axis(Axis(1)));
    show!(
        session,
        "gap.max(axis=1)",
        gap.rows()
            .into_iter()
            .map(|row| max(&row))
            .collect::<Option<Array1<_>>>()
    );
    show!(
        session,
        "gap.min(axis=0)",
        gap.fold_axis(Axis(0), f64::INFINITY, |&least, &x| smaller(least, x))
    );
    show!(
        session,
        "gap.argmax(axis=1)",
        gap.rows()
            .into_iter()
            .map(|row| argmax(&row))
            .collect::<Option<Array1<_>>>()
    );
    show!(
        session,
        "np.nansum(gap, axis=1)",
        gap.fold_axis(Axis(1), 0.0, |sum, x| if x.is_nan() { *sum } else { sum + x })
    );
    // `f64::max` steps over NaN by itself.
    show!(
        session,
        "np.nanmax(gap, axis=1)",
        gap.fold_axis(Axis(1), f64::NEG_INFINITY, |most, x| most.max(*x))
    );

    let empty = Array1::<f64>::zeros(0);
    show!(session, "empty.sum()", empty.sum());
    show!(session, "empty.mean()", empty.mean().unwrap_or(f64::NAN));
    show!(
        session,
        "empty.max()",
        max(&empty).context("the largest of no elements")
    );
    show!(
        session,
        "empty.argmin()",
        argmin(&empty).context("the smallest of no elements")
    );
    show!(
        session,
        "np.zeros((0, 3)).sum(axis=0)",
        Array2::<f64>::zeros((0, 3)).sum_axis(Axis(0))
    );
    // A `fold_axis` would answer with what it starts from.
    show!(
        session,
        "np.zeros((0, 3)).max(axis=0)",
        Array2::<f64>::zeros((0, 3))
            .columns()
            .into_iter()
            .map(|column| max(&column))
            .collect::<Option<Array1<_>>>()
            .context("the largest of no elements")
    );

    let tenths = Array::from_elem(1_000_000, 0.1);
    show!(session, "tenths.sum()", tenths.sum());
    show!(session, "np.add.reduce(tenths)", pairwise_sum(&tenths));
    show!(session, "np.cumsum(tenths)[-1]", tenths.iter().sum::<f64>());
    show!(session, "math.fsum(tenths)", compensated_sum(&tenths));

    let table = Array::from_shape_fn((50, 100), |(i, j)| ((i * 100 + j) * 7919 % 1009) as f64);
    let many = table.flatten();
    show!(
        session,
        "table.sum(axis=0)[:4]",
        sum_of_rows(&table).slice(s![..4])
    );
    show!(
        session,
        "table.std(axis=0)[:4]",
        std_of_columns(&table, 0.0).slice(s![..4])
    );
    show!(session, "many.max()", max_in_lanes(&many));
    show!(session, "many.argmax()", argmax_by_chunks(&many));
    show!(
        session,
        "np.cumsum(many)[::1000]",
        running_sums(&many).slice(s![..;1000])
    );
    Ok(())
}

/// The largest element, the plain way. NaN is larger than all others, as in NumPy.
pub fn max<D: Dimension>(a: &ArrayRef<f64, D>) -> Option<f64> {
    a.iter().copied().reduce(larger)
}

/// The larger of two numbers, and NaN where one of them is, over which `f64::max` steps.
pub fn larger(most: f64, x: f64) -> f64 {
    if x > most || x.is_nan() { x } else { most }
}

fn smaller(least: f64, x: f64) -> f64 {
    if x < least || x.is_nan() { x } else { least }
}

/// Where the first of the largest elements is, in the order of iteration, the plain way: `iter().max_by()` would find
/// the last one. Each step waits for the one before, and may branch.
pub fn argmax<D: Dimension>(a: &ArrayRef<f64, D>) -> Option<usize> {
    let largest = |(at, most): (usize, f64), (i, x): (usize, f64)| {
        if x > most || (x.is_nan() && !most.is_nan()) {
            (i, x)
        } else {
            (at, most)
        }
    };
    let (at, _) = a.iter().copied().enumerate().reduce(largest)?;
    Some(at)
}

fn argmin<D: Dimension>(a: &ArrayRef<f64, D>) -> Option<usize> {
    argmax(&-a)
}

/// Each element and all before it along an axis summed up, the plain way.
pub fn cumsum<D: RemoveAxis>(a: &ArrayRef<f64, D>, axis: Axis) -> Array<f64, D> {
    let mut sums = a.to_owned();
    sums.accumulate_axis_inplace(axis, |before, x| *x += before);
    sums
}

/// The sum together with what the additions lost: A. Neumaier, Rundungsfehleranalyse einiger Verfahren zur Summation
/// endlicher Summen, ZAMM 54 (1974).
fn compensated_sum<D: Dimension>(a: &ArrayRef<f64, D>) -> f64 {
    let (sum, lost) = a.iter().fold((0.0_f64, 0.0), |(sum, lost), &x| {
        let next = sum + x;
        let rest = if sum.abs() >= x.abs() {
            (sum - next) + x
        } else {
            (x - next) + sum
        };
        (next, lost + rest)
    });
    sum + lost
}
