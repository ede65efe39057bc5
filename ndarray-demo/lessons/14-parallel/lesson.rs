//! In parallel: rayon's threads share the rows, and a sum stays the same where its parts are cut at the same places.

use anyhow::{Context, Result};
use ndarray::{
    Array, Array1, Array2, ArrayRef2, ArrayView1, Axis, Zip, array,
    parallel::prelude::{IntoParallelIterator, ParallelIterator},
    s,
};
use rayon::slice::ParallelSliceMut;

use crate::{Session, reductions::larger, show};

pub fn run(session: &mut Session) -> Result<()> {
    let numbers = (0..300_000).map(|i| f64::from(i % 1009) / 8.0);
    let x = Array::from_iter(numbers).into_shape_with_order((1000, 300))?;

    let mut squares = x.clone();
    squares.par_mapv_inplace(|x| x * x + 1.0);
    show!(session, "(x * x + 1).sum()", squares.sum());
    let roots = Zip::from(&x).par_map_collect(|x| x.sqrt());
    show!(
        session,
        "np.sqrt(x)[::250, ::100]",
        roots.slice(s![..;250, ..;100])
    );
    // `&x + &row` broadcasts in one thread.
    show!(
        session,
        "(x + x[1])[::250, ::100]",
        Zip::from(&x)
            .and_broadcast(x.row(1))
            .par_map_collect(|x, y| x + y)
            .slice(s![..;250, ..;100])
    );
    let mut y = Array2::zeros(x.raw_dim());
    Zip::from(&mut y)
        .and(&x)
        .par_for_each(|y, &x| *y = if x > 100.0 { 2.0 * x } else { -x });
    show!(session, "y[500, :12]", y.slice(s![500, ..12]));

    show!(session, "x.sum(axis=1)[:6]", row_sums(&x).slice(s![..6]));
    show!(
        session,
        "np.sqrt(x).sum(axis=1)[::200]",
        row_sums(&roots).slice(s![..;200])
    );
    show!(session, "x.sum(axis=0)[:6]", column_sums(&x).slice(s![..6]));
    show!(
        session,
        "np.sqrt(x).sum(axis=0)[:3]",
        column_sums(&roots).slice(s![..3])
    );
    show!(session, "x.sum()", row_sums(&x).sum());
    show!(session, "np.sqrt(x).sum()", row_sums(&roots).sum());
    show!(
        session,
        "x.max()",
        x.into_par_iter().copied().reduce(|| f64::NEG_INFINITY, larger)
    );
    show!(
        session,
        "np.count_nonzero(x > 100)",
        x.into_par_iter().filter(|x| **x > 100.0).count()
    );
    show!(session, "float(x.mean())", row_sums(&x).sum() / x.len() as f64);

    let mut running = x.clone();
    Zip::from(running.rows_mut()).par_for_each(|mut row| {
        row.accumulate_axis_inplace(Axis(0), |before, x| *x += before);
    });
    show!(
        session,
        "np.cumsum(x, axis=1)[::300, -1]",
        running.slice(s![..;300, -1])
    );
    let mut sorted = x.clone();
    sorted
        .as_slice_mut()
        .context("the rows do not lie one after the other")?
        .par_chunks_exact_mut(300)
        .for_each(|row| row.sort_unstable_by(f64::total_cmp));
    show!(
        session,
        "np.sort(x, axis=1)[::400, :4]",
        sorted.slice(s![..;400, ..4])
    );

    let nans = array![[1.0, 3.0], [f64::NAN, f64::NAN]];
    show!(
        session,
        "np.array([[1.0, 3.0], [np.nan, np.nan]]).max(axis=1)",
        Zip::from(nans.rows()).par_map_collect(|row| row.fold(f64::NEG_INFINITY, |a, &b| larger(a, b)))
    );
    // The first error ends it all, whichever thread it comes from.
    let signed = array![[1.0, 3.0], [-1.0, -2.0]];
    show!(
        session,
        "[float(row[row >= 0].min()) for row in np.array([[1.0, 3.0], [-1.0, -2.0]])]",
        signed
            .axis_iter(Axis(0))
            .into_par_iter()
            .map(least_of_none_negative)
            .collect::<Result<Vec<_>>>()
    );
    Ok(())
}

/// The sum of each row; the plain way is `sum_axis(Axis(1))`. A row is one thread's: the sums are, bit for bit, those of
/// `map_axis(Axis(1), |row| row.sum())`.
pub fn row_sums(table: &ArrayRef2<f64>) -> Array1<f64> {
    Zip::from(table.rows()).par_map_collect(|row| row.sum())
}

/// The sum of each column; the plain way is `sum_axis(Axis(0))`. Threads sum blocks of 64 rows, then one adds these in
/// their order, so that the result depends on the size of a block, but not on the threads. With `reduce` it would: rayon
/// joins what is ready.
pub fn column_sums(table: &ArrayRef2<f64>) -> Array1<f64> {
    let blocks = table.axis_chunks_iter(Axis(0), 64).into_par_iter();
    let sums: Vec<_> = blocks.map(|block| block.sum_axis(Axis(0))).collect();
    let zero = Array1::zeros(table.ncols());
    sums.iter().fold(zero, |total, sum| total + sum)
}

fn least_of_none_negative(row: ArrayView1<'_, f64>) -> Result<f64> {
    row.iter()
        .copied()
        .filter(|x| *x >= 0.0)
        .reduce(f64::min)
        .context("each number of the row is negative")
}
