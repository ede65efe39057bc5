//! Reductions of large arrays.

use ndarray::{Array1, ArrayRef1, ArrayRef2, Axis, Zip};
use pulp::{Arch, NullaryFnOnce};
use rayon::prelude::*;

/// What is worth a thread's while: 256 KiB.
const PER_THREAD: usize = 1 << 15;

/// The sum of all rows, as `a.sum_axis(Axis(0))` has it to the last bit, the fast way: four rows a pass. The plain way
/// reads and writes the sums again for each row.
pub fn sum_of_rows(a: &ArrayRef2<f64>) -> Array1<f64> {
    let mut sums = Array1::zeros(a.ncols());
    for rows in a.axis_chunks_iter(Axis(0), 4) {
        let sums = Zip::from(&mut sums);
        if rows.nrows() == 4 {
            sums.and(rows.row(0))
                .and(rows.row(1))
                .and(rows.row(2))
                .and(rows.row(3))
                .for_each(|sum, a, b, c, d| *sum = *sum + a + b + c + d);
        } else {
            sums.and(rows.columns()).for_each(|sum, column| {
                for x in column {
                    *sum += x;
                }
            });
        }
    }
    sums
}

/// The standard deviation of each column, as `a.std_axis(Axis(0), ddof)` has it, the fast way, which is NumPy's: two
/// passes, the first for the means. The plain way has one pass, with a division for each element.
pub fn std_of_columns(a: &ArrayRef2<f64>, ddof: f64) -> Array1<f64> {
    let means = sum_of_rows(a) / a.nrows() as f64;
    let mut squares = Array1::<f64>::zeros(a.ncols());
    for row in a.rows() {
        Zip::from(&mut squares)
            .and(row)
            .and(&means)
            .for_each(|sum, x, mean| *sum += (x - mean) * (x - mean));
    }
    let degrees = a.nrows() as f64 - ddof;
    squares.mapv_into(|sum| (sum / degrees).sqrt())
}

/// Each element and all before it summed up, as `accumulate_axis_inplace` has it to the last bit, the fast way: the sum
/// stays in a register. The plain way copies the array first, and reads each sum again from memory.
pub fn running_sums(a: &ArrayRef1<f64>) -> Array1<f64> {
    let mut sum = 0.0;
    let add = |x: &f64| {
        sum += x;
        sum
    };
    // `map` would go through a reversed view in the order of its memory.
    match a.as_slice() {
        Some(elements) => elements.iter().map(add).collect(),
        None => a.iter().map(add).collect(),
    }
}

/// Where the first of the largest elements is, NaN being the largest, as [`argmax`](super::argmax) has it, the fast
/// way: first the maximum of a chunk, without asking where, which is a loop without a branch that the compiler
/// vectorises; where it is, is asked of one chunk only.
pub fn argmax_by_chunks(a: &ArrayRef1<f64>) -> Option<usize> {
    const CHUNK: usize = 1024;
    let Some(elements) = a.as_slice() else {
        return super::argmax(a);
    };
    let mut most = f64::NEG_INFINITY;
    let mut start = 0;
    for (index, chunk) in elements.chunks(CHUNK).enumerate() {
        let (max, nan) = max_of(chunk);
        if nan {
            let at = chunk.iter().position(|x| x.is_nan())?;
            return Some(index * CHUNK + at);
        }
        if max > most {
            (most, start) = (max, index * CHUNK);
        }
    }
    let at = elements.get(start..)?.iter().position(|x| *x == most)?;
    Some(start + at)
}

/// The largest element, as [`max`](super::max) has it, the fast way: as many maxima side by side as fit into registers,
/// since each comparison waits for the one before, and on all threads.
pub fn max_in_lanes(a: &ArrayRef1<f64>) -> Option<f64> {
    let Some(elements) = a.as_slice() else {
        return super::max(a);
    };
    let larger = |(a, a_is_nan), (b, b_is_nan)| (f64::max(a, b), a_is_nan || b_is_nan);
    let maxima = elements.par_chunks(PER_THREAD).map(max_of);
    match maxima.reduce(|| (f64::NEG_INFINITY, false), larger) {
        _ if elements.is_empty() => None,
        (_, true) => Some(f64::NAN),
        (most, false) => Some(most),
    }
}

/// The maximum, and whether there is a NaN beside it, with the processor's widest registers.
fn max_of(chunk: &[f64]) -> (f64, bool) {
    Arch::new().dispatch(Max(chunk))
}

struct Max<'a>(&'a [f64]);

impl NullaryFnOnce for Max<'_> {
    type Output = (f64, bool);

    /// Eight maxima side by side of each half, of every eighth element each: memory that is read at two places comes sooner.
    #[expect(
        clippy::needless_range_loop,
        reason = "an iterator's methods would not be compiled for the wider registers"
    )]
    #[inline(always)]
    fn call(self) -> (f64, bool) {
        let half = self.0.len() / 16 * 8;
        let (halves, rest) = self.0.split_at(2 * half);
        let halves = [&halves[..half], &halves[half..]].map(|half| half.as_chunks::<8>().0);
        let mut most = [[f64::NEG_INFINITY; 8]; 2];
        let mut nan = [[false; 8]; 2];
        for at in 0..half / 8 {
            for n in 0..2 {
                for lane in 0..8 {
                    let x = halves[n][at][lane];
                    most[n][lane] = if x > most[n][lane] { x } else { most[n][lane] };
                    nan[n][lane] |= x.is_nan();
                }
            }
        }
        let (mut max, mut is_nan) = (f64::NEG_INFINITY, nan.as_flattened().contains(&true));
        for &x in most.as_flattened().iter().chain(rest) {
            max = if x > max { x } else { max };
            is_nan |= x.is_nan();
        }
        (max, is_nan)
    }
}

/// The sum as NumPy computes it, to the last bit: halves are summed by themselves, down to 128 elements. The error
/// grows with the logarithm of the length, in `a.sum()` with the length; both take the same time. N. J. Higham, The
/// accuracy of floating point summation, SIAM Journal on Scientific Computing 14 (1993).
pub fn pairwise_sum(a: &ArrayRef1<f64>) -> f64 {
    match a.as_slice() {
        Some(elements) => sum_of(elements),
        None => sum_of(&a.to_vec()),
    }
}

fn sum_of(elements: &[f64]) -> f64 {
    if elements.len() > 128 {
        let half = elements.len() / 2;
        let (left, right) = elements.split_at(half - half % 8);
        return sum_of(left) + sum_of(right);
    }
    let (eights, rest) = elements.as_chunks::<8>();
    let Some((first, eights)) = eights.split_first() else {
        return rest.iter().sum();
    };
    let mut sums = *first;
    for eight in eights {
        for lane in 0..8 {
            sums[lane] += eight[lane];
        }
    }
    let [a, b, c, d, e, f, g, h] = sums;
    let sum = ((a + b) + (c + d)) + ((e + f) + (g + h));
    rest.iter().fold(sum, |sum, x| sum + x)
}

#[cfg(test)]
mod tests {
    use ndarray::{Array, array, s};

    use super::{
        super::{argmax, cumsum, max},
        *,
    };

    #[test]
    fn rows_are_summed_whatever_their_number() {
        for rows in 0..10 {
            let a = Array::from_shape_fn((rows, 5), |(i, j)| 0.1 * i as f64 + 0.3 * j as f64);
            assert_eq!(sum_of_rows(&a), a.sum_axis(Axis(0)), "{rows}");
        }
    }

    #[test]
    fn columns_deviate_alike() {
        let a = Array::from_shape_fn((13, 5), |(i, j)| ((i * 7 + j * 3) % 11) as f64);
        let apart = std_of_columns(&a, 1.0) - a.std_axis(Axis(0), 1.0);
        assert!(apart.iter().all(|x| x.abs() < 1e-14), "{apart}");
    }

    #[test]
    fn sums_run_in_the_order_of_the_elements() {
        let a = Array::from_shape_fn(1000, |i| 0.1 * i as f64);
        assert_eq!(running_sums(&a), cumsum(&a, Axis(0)));
        let backwards = a.slice(s![..;-1]);
        assert_eq!(running_sums(&backwards), cumsum(&backwards, Axis(0)));
        assert_eq!(running_sums(&Array1::zeros(0)).len(), 0);
    }

    #[test]
    fn the_largest_is_found() {
        let mut a = Array::from_shape_fn(1003, |i| (i * 7919 % 1009) as f64);
        assert_eq!(max_in_lanes(&a), max(&a));
        a[1002] = f64::INFINITY;
        assert_eq!(max_in_lanes(&a), Some(f64::INFINITY));
        a[5] = f64::NAN;
        assert!(max_in_lanes(&a).is_some_and(f64::is_nan));
        assert_eq!(max_in_lanes(&Array1::zeros(0)), None);
    }

    #[test]
    fn the_first_of_the_largest_is_found() {
        let mut a = Array::from_shape_fn(5000, |i| (i % 1700) as f64);
        assert_eq!(argmax_by_chunks(&a), Some(1699));
        assert_eq!(argmax_by_chunks(&a.slice(s![..;-1])), argmax(&a.slice(s![..;-1])));
        a[4999] = f64::INFINITY;
        assert_eq!(argmax_by_chunks(&a), Some(4999));
        a[4000] = f64::NAN;
        a[4800] = f64::NAN;
        assert_eq!(argmax_by_chunks(&a), Some(4000));
        assert_eq!(argmax_by_chunks(&Array1::zeros(0)), None);
        assert_eq!(
            argmax_by_chunks(&array![f64::NEG_INFINITY, f64::NEG_INFINITY]),
            Some(0)
        );
    }

    #[test]
    fn a_sum_of_integers_is_exact() {
        for length in [0, 1, 7, 8, 128, 129, 1000, 12_345] {
            let a = Array::from_iter((0..length).map(f64::from));
            assert_eq!(pairwise_sum(&a), a.sum(), "{length}");
        }
    }
}
