//! Masks and index arrays: an array is indexed by neither, but iterators filter, and `select` takes indices.

mod fast;

use std::iter;

use anyhow::{Context, Result, ensure};
use ndarray::{Array, Array1, Array2, ArrayRef, ArrayRef1, ArrayRef2, Axis, RemoveAxis, Zip, array, s};

pub use fast::filter_by_blocks;

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let a: Array1<i64> = array![3, -1, 4, -1, 5, -9];
    let table = Array::from_iter(0_i64..12).into_shape_with_order((3, 4))?;

    // The condition goes into the loop: no mask is made.
    show!(session, "a[a > 0]", filter(&a, |x| x > 0));
    show!(session, "np.flatnonzero(a < 0)", nonzero(&a.mapv(|x| x < 0)));
    show!(
        session,
        "np.argwhere(table % 5 == 0)",
        argwhere(&table, |x| x % 5 == 0)
    );
    show!(
        session,
        "np.count_nonzero(a > 0)",
        a.iter().filter(|x| **x > 0).count()
    );
    show!(
        session,
        "np.where(a > 0, a, 0)",
        a.mapv(|x| if x > 0 { x } else { 0 })
    );
    show!(
        session,
        "np.select([a < 0, a > 3], [-a, 10 * a], default=0)",
        a.mapv(|x| match x {
            ..0 => -x,
            4.. => 10 * x,
            _ => 0,
        })
    );
    let large = table.sum_axis(Axis(1)).mapv(|sum| sum > 10);
    show!(
        session,
        "table[table.sum(axis=1) > 10]",
        table.select(Axis(0), &nonzero(&large))
    );
    let odd = table.row(0).mapv(|x| x % 2 == 1);
    show!(
        session,
        "table[:, table[0] % 2 == 1]",
        table.select(Axis(1), &nonzero(&odd))
    );
    show!(
        session,
        "a[np.array([True, False])]",
        masked(&a, &array![true, false])
    );
    show!(session, "np.isin(a, [5, -1])", a.mapv(|x| [5, -1].contains(&x)));

    // `select` panics where an index is out of bounds, and knows none from the end: `take` does both.
    show!(session, "a[[0, 2, 2, -1]]", take(&a, Axis(0), &[0, 2, 2, -1]));
    show!(session, "table[[2, 0]]", table.select(Axis(0), &[2, 0]));
    show!(
        session,
        "np.take(table, [3, 0], axis=1)",
        table.select(Axis(1), &[3, 0])
    );
    // Pairs of indices pick elements, each of its own; `select` twice is what `ix_` is.
    show!(
        session,
        "table[[0, 1, 2], [3, 2, 1]]",
        [[0, 3], [1, 2], [2, 1]].map(|at| table[at])
    );
    show!(
        session,
        "table[np.ix_([0, 2], [1, 3])]",
        table.select(Axis(0), &[0, 2]).select(Axis(1), &[1, 3])
    );
    show!(
        session,
        "np.take_along_axis(table, np.array([[0], [2], [3]]), axis=1)",
        Zip::from(table.rows())
            .and(&array![0, 2, 3])
            .map_collect(|row, at| row[*at])
            .insert_axis(Axis(1))
    );
    show!(
        session,
        "np.choose([0, 1, 2, 1], table)",
        Zip::from(table.columns())
            .and(&array![0, 1, 2, 1])
            .map_collect(|column, at| column[*at])
    );
    show!(session, "a[[0, 6]]", take(&a, Axis(0), &[0, 6]));
    let length = a.len() as i64;
    show!(
        session,
        "np.take(a, [5, 6, -7], mode=\"wrap\")",
        array![5, 6, -7].mapv(|at: i64| a[at.rem_euclid(length) as usize])
    );
    show!(
        session,
        "np.unravel_index(7, table.shape)",
        [7 / table.ncols(), 7 % table.ncols()]
    );
    let mut counts = Array1::<i64>::zeros(4);
    add_at(&mut counts, &[0, 1, 1, 3], 1);
    show!(session, "np.bincount([0, 1, 1, 3])", &counts);

    let mut positive = a.clone();
    positive.mapv_inplace(|x| if x < 0 { 0 } else { x });
    show!(session, "positive", &positive);
    let mut replaced = a.clone();
    for (x, new) in replaced.iter_mut().filter(|x| **x > 3).zip([40, 50]) {
        *x = new;
    }
    show!(session, "replaced", &replaced);
    let mut placed = a.clone();
    for (at, new) in [(1, 10), (3, 30)] {
        placed[at] = new;
    }
    show!(session, "placed", &placed);

    let mut once = Array1::<i64>::zeros(3);
    let indices = [0, 0, 2];
    let sums = once.select(Axis(0), &indices) + 1;
    for (&at, &sum) in iter::zip(&indices, &sums) {
        once[at] = sum;
    }
    show!(session, "once", &once);
    let mut twice = Array1::<i64>::zeros(3);
    show!(
        session,
        "np.add.at(twice, [0, 0, 2], 1)",
        add_at(&mut twice, &indices, 1)
    );
    show!(session, "twice", &twice);

    let many = Array::from_shape_fn(3000, |i| i as i64 * 7919 % 1009);
    show!(session, "many[many < 5]", filter_by_blocks(&many, |x| x < 5));
    // Threads share what is chosen by a condition, or by an index.
    let either = Zip::from(&many).par_map_collect(|&x| if x > 500 { x } else { -x });
    show!(
        session,
        "np.where(many > 500, many, -many)[::700]",
        either.slice(s![..;700])
    );
    let indices = Array::from_shape_fn(3000, |i| i * 37 % 3000);
    show!(
        session,
        "many[np.arange(3000) * 37 % 3000][::700]",
        Zip::from(&indices)
            .par_map_collect(|&at| many[at])
            .slice(s![..;700])
    );
    Ok(())
}

/// The elements for which the condition holds, the plain way: the result grows as they come, and a processor cannot
/// foresee which do.
pub fn filter<A: Copy>(a: &ArrayRef1<A>, condition: impl Fn(A) -> bool) -> Array1<A> {
    a.iter().copied().filter(|x| condition(*x)).collect()
}

fn argwhere(a: &ArrayRef2<i64>, condition: impl Fn(i64) -> bool) -> Array2<usize> {
    let found = a.indexed_iter().filter(|(_, x)| condition(**x));
    let indices: Vec<_> = found.map(|((i, j), _)| [i, j]).collect();
    indices.into()
}

/// Where the mask is true.
fn nonzero(mask: &ArrayRef1<bool>) -> Vec<usize> {
    let set = mask.indexed_iter().filter(|(_, set)| **set);
    set.map(|(at, _)| at).collect()
}

/// The elements where the mask is true.
///
/// # Errors
/// Where the mask is not as long as the array.
fn masked<A: Copy>(a: &ArrayRef1<A>, mask: &ArrayRef1<bool>) -> Result<Array1<A>> {
    let (length, masked) = (a.len(), mask.len());
    ensure!(
        length == masked,
        "a mask of {masked} elements for an array of {length}"
    );
    Ok(a.select(Axis(0), &nonzero(mask)))
}

/// As `select`, but an index may count from the end.
///
/// # Errors
/// Where an index is out of bounds.
fn take<A: Clone, D: RemoveAxis>(a: &ArrayRef<A, D>, axis: Axis, indices: &[isize]) -> Result<Array<A, D>> {
    let length = a.len_of(axis);
    let from_start = |&at: &isize| {
        let from_end = if at < 0 { length } else { 0 };
        let index = from_end.checked_add_signed(at).filter(|index| *index < length);
        index.with_context(|| format!("index {at} is out of bounds for a length of {length}"))
    };
    let indices: Vec<_> = indices.iter().map(from_start).collect::<Result<_>>()?;
    Ok(a.select(axis, &indices))
}

fn add_at(a: &mut ArrayRef1<i64>, indices: &[usize], value: i64) {
    for &at in indices {
        a[at] += value;
    }
}
