//! Sorting: arrays borrow it from slices, and floats need to be told where NaN belongs.

mod fast;
#[cfg(target_arch = "x86_64")]
mod quicksort;
#[cfg(not(target_arch = "x86_64"))]
mod quicksort {
    /// There is no AVX-512.
    pub enum Quicksort {}

    impl Quicksort {
        pub fn new() -> Option<Self> {
            None
        }

        pub fn sorted(&self, _: &[f64]) -> Vec<f64> {
            match *self {}
        }

        pub fn sort_with_indices(&self, _: &mut [f64], _: &mut [i64]) {
            match *self {}
        }
    }
}

use std::{cmp::Ordering, collections::BTreeSet, iter};

use anyhow::{Context, Result, ensure};
use ndarray::{Array, Array1, Array2, ArrayRef, ArrayRef1, ArrayRef2, Axis, Dimension, array, s};
use num_traits::Zero;

pub use fast::{argsort_vectorised, sort_vectorised};

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let a = array![3.0, 1.0, f64::NAN, 2.0, -1.0];
    show!(session, "np.sort(a)", sort(&a));
    show!(session, "-np.sort(-a)", sorted_by(&a, |x, y| nan_last(&-x, &-y)));
    show!(session, "np.argsort(a)", argsort(&a, nan_last));
    let order = argsort(&a, nan_last);
    show!(session, "np.argsort(np.argsort(a))", argsort(&order, Ord::cmp));
    let table = array![[3_i64, 1, 2], [9, 7, 8], [5, 6, 4]];
    show!(session, "np.sort(table)", sort_axis(&table, Axis(1)));
    show!(session, "np.sort(table, axis=0)", sort_axis(&table, Axis(0)));
    show!(
        session,
        "np.sort(table, axis=None)",
        sort_axis(&table.flatten(), Axis(0))
    );
    show!(session, "np.argsort(table, axis=1)", argsort_rows(&table));
    let by_column_1 = argsort(&table.column(1), Ord::cmp);
    show!(
        session,
        "table[table[:, 1].argsort()]",
        table.select(Axis(0), &by_column_1.to_vec())
    );
    show!(
        session,
        "np.sort(np.array([\"pear\", \"Fig\", \"apple\"]))",
        sorted_by(&array!["pear", "Fig", "apple"], Ord::cmp)
    );
    show!(session, "np.sort(np.array([]))", sort(&Array1::zeros(0)));

    // `sort_by` is stable, `sort_unstable_by` is not, and faster.
    let grades = array![2, 1, 2, 1, 1];
    show!(
        session,
        "np.argsort(grades, kind=\"stable\")",
        argsort(&grades, Ord::cmp)
    );
    let surnames = ["Hertz", "Galilei", "Hertz"];
    let names = ["Heinrich", "Galileo", "Gustav"];
    let persons = Array::from_iter(iter::zip(surnames, names));
    show!(
        session,
        "np.lexsort((names, surnames))",
        argsort(&persons, Ord::cmp)
    );

    let x = array![7_i64, 1, 5, 2, 6, 0, 3, 4];
    show!(session, "np.partition(x, 3)[3]", partition(&x, 3)?[3]);
    show!(
        session,
        "np.sort(np.partition(x, 3)[:3])",
        sort_axis(&partition(&x, 3)?.slice(s![..3]), Axis(0))
    );
    let mut indices: Vec<_> = (0..x.len()).collect();
    let (.., largest) = indices.select_nth_unstable_by_key(5, |&i| x[i]);
    show!(
        session,
        "np.sort(np.argpartition(x, 5)[6:])",
        BTreeSet::from_iter(&*largest).into_iter().collect::<Vec<_>>()
    );
    let numbers = sort(&x.mapv(|x| x as f64));
    show!(session, "np.median(x)", quantile(&numbers, 0.5));
    show!(
        session,
        "np.quantile(x, [0.25, 0.9])",
        [0.25, 0.9].map(|q| quantile(&numbers, q).unwrap_or(f64::NAN))
    );
    show!(
        session,
        "np.quantile(x, 1.5)",
        quantile(&numbers, 1.5).context("1.5 is not within 0 and 1")
    );
    show!(session, "np.partition(x, 8)", partition(&x, 8));

    let repeated = array![3_i64, 1, 2, 3, 1, 3];
    let unique: Vec<_> = BTreeSet::from_iter(&repeated).into_iter().collect();
    show!(session, "np.unique(repeated)", &unique);
    let runs = sort_axis(&repeated, Axis(0)).to_vec();
    show!(
        session,
        "np.unique(repeated, return_counts=True)[1]",
        runs.chunk_by(i64::eq).map(<[_]>::len).collect::<Vec<_>>()
    );
    let at = |x: &&i64| repeated.iter().position(|other| other == *x);
    show!(
        session,
        "np.unique(repeated, return_index=True)[1]",
        unique.iter().filter_map(at).collect::<Vec<_>>()
    );
    show!(
        session,
        "np.unique(repeated, return_inverse=True)[1]",
        repeated.map(|x| unique.partition_point(|other| *other < x))
    );
    let pairs = BTreeSet::from([[1_i64, 2], [0, 5], [1, 2]]);
    show!(
        session,
        "np.unique(np.array([[1, 2], [0, 5], [1, 2]]), axis=0)",
        Array2::from(pairs.into_iter().collect::<Vec<_>>())
    );
    let odd = BTreeSet::from([1_i64, 3, 5]);
    show!(
        session,
        "np.union1d([1, 3, 5], [2, 3])",
        elements(&odd | &[2, 3].into())
    );
    show!(
        session,
        "np.intersect1d([1, 3, 5], [5, 3, 4])",
        elements(&odd & &[5, 3, 4].into())
    );
    show!(
        session,
        "np.setdiff1d([1, 3, 5], [2, 3])",
        elements(&odd - &[2, 3].into())
    );

    let edges = [0.0, 1.0, 2.0, 4.0];
    show!(
        session,
        "np.searchsorted(edges, [1.0, 3.0, 9.0])",
        [1.0, 3.0, 9.0].map(|x| edges.partition_point(|edge| *edge < x))
    );
    show!(
        session,
        "np.searchsorted(edges, np.nan)",
        edges.partition_point(|edge| nan_last(edge, &f64::NAN).is_lt())
    );
    show!(
        session,
        "np.searchsorted(edges, [1.0, 3.0, 9.0], side=\"right\")",
        [1.0, 3.0, 9.0].map(|x| edges.partition_point(|edge| *edge <= x))
    );
    show!(
        session,
        "np.digitize([-1.0, 0.0, 2.5], edges)",
        [-1.0, 0.0, 2.5].map(|x| edges.partition_point(|edge| *edge <= x))
    );
    show!(
        session,
        "np.histogram([0.5, 1.5, 1.0, 3.0, 4.0, 7.0], edges)[0]",
        histogram(&[0.5, 1.5, 1.0, 3.0, 4.0, 7.0], &edges).context("bins have at least two edges")
    );
    show!(
        session,
        "np.histogram([0.5, np.nan, np.inf], edges)[0]",
        histogram(&[0.5, f64::NAN, f64::INFINITY], &edges).context("bins have at least two edges")
    );
    show!(
        session,
        "np.histogram([0.5], [1.0, 0.0])",
        histogram(&[0.5], &[1.0, 0.0]).context("edges are in order")
    );

    let many = Array::from_shape_fn(5000, |i| (i * 7919 % 1009) as f64 / 8.0 - 60.0);
    show!(
        session,
        "np.sort(many)[::1000]",
        sort_vectorised(&many).slice(s![..;1000])
    );
    show!(
        session,
        "np.argsort(many, kind=\"stable\")[:6]",
        argsort_vectorised(&many).slice(s![..6])
    );
    Ok(())
}

/// NumPy's order: numbers by size, then NaN. `f64::total_cmp` is faster, and puts a NaN with a sign first.
pub fn nan_last(x: &f64, y: &f64) -> Ordering {
    x.partial_cmp(y).unwrap_or_else(|| x.is_nan().cmp(&y.is_nan()))
}

/// The elements in order, NaN last, the plain way: the sort of the standard library with a comparison for floats.
pub fn sort(a: &ArrayRef1<f64>) -> Array1<f64> {
    sorted_by(a, nan_last)
}

fn sorted_by<A: Clone>(a: &ArrayRef1<A>, compare: impl Fn(&A, &A) -> Ordering) -> Array1<A> {
    let mut elements = a.to_vec();
    elements.sort_unstable_by(compare);
    elements.into()
}

/// The indices of the elements in order, equal ones as they stand, the plain way: each comparison fetches two
/// elements from anywhere in memory.
pub fn argsort<A>(a: &ArrayRef1<A>, compare: impl Fn(&A, &A) -> Ordering) -> Array1<usize> {
    let mut indices: Vec<_> = (0..a.len()).collect();
    indices.sort_by(|&i, &j| compare(&a[i], &a[j]));
    indices.into()
}

fn argsort_rows(a: &ArrayRef2<i64>) -> Array2<usize> {
    let mut orders = Array2::zeros(a.raw_dim());
    for (row, mut order) in iter::zip(a.rows(), orders.rows_mut()) {
        order.assign(&argsort(&row, Ord::cmp));
    }
    orders
}

/// Each lane is sorted where it is if it is contiguous, and otherwise beside the array.
fn sort_axis<A: Ord + Clone, D: Dimension>(a: &ArrayRef<A, D>, axis: Axis) -> Array<A, D> {
    let mut sorted = a.to_owned();
    for mut lane in sorted.lanes_mut(axis) {
        if let Some(lane) = lane.as_slice_mut() {
            lane.sort_unstable();
        } else {
            let beside = sorted_by(&lane, Ord::cmp);
            lane.assign(&beside);
        }
    }
    sorted
}

/// The elements with that of the index `kth` where it stands in order, none larger before it and none smaller behind.
/// ndarray's own panics where there is no such index.
///
/// # Errors
/// Where there is no such index.
pub fn partition<A: Ord + Clone + Zero>(a: &ArrayRef1<A>, kth: usize) -> Result<Array1<A>> {
    ensure!(kth < a.len(), "there is no index {kth} in {} elements", a.len());
    Ok(a.partition(kth, Axis(0)))
}

/// The quantile of sorted numbers, between two of them in proportion and from the nearer one, as NumPy rounds it: `None`
/// where there are none, or `q` is not within 0 and 1.
pub fn quantile(sorted: &ArrayRef1<f64>, q: f64) -> Option<f64> {
    if sorted.last()?.is_nan() {
        return Some(f64::NAN);
    }
    let at = Some(q).filter(|q| (0.0..=1.0).contains(q))? * (sorted.len() - 1) as f64;
    let (below, above) = (sorted.get(at.floor() as usize)?, sorted.get(at.ceil() as usize)?);
    let (between, share) = (above - below, at.fract());
    Some(if share < 0.5 {
        below + between * share
    } else {
        above - between * (1.0 - share)
    })
}

/// How many numbers lie in each bin between two edges: `None` where there is no bin, or the edges are not in order. The last
/// bin has its upper edge, the others have not. What lies outside, and NaN, is not counted.
pub fn histogram<'a>(numbers: impl IntoIterator<Item = &'a f64>, edges: &[f64]) -> Option<Vec<usize>> {
    let (first, last) = edges.first().zip(edges.last()).filter(|_| edges.is_sorted())?;
    let last_bin = edges.len().checked_sub(2)?;
    let mut counts = vec![0; last_bin + 1];
    for x in numbers.into_iter().filter(|x| (first..=last).contains(x)) {
        let bin = edges.partition_point(|edge| edge <= x) - 1;
        counts[bin.min(last_bin)] += 1;
    }
    Some(counts)
}

fn elements(set: BTreeSet<i64>) -> Vec<i64> {
    set.into_iter().collect()
}
