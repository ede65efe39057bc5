//! Sorting of large arrays.

use ndarray::{Array1, ArrayRef1};

use super::quicksort::Quicksort;

/// The elements in order, NaN last, as [`sort`](super::sort) has it, the fast way: with AVX-512, as NumPy does, or else by
/// radix.
pub fn sort_vectorised(a: &ArrayRef1<f64>) -> Array1<f64> {
    let Some(quicksort) = Quicksort::new() else {
        return sort_by_radix(a);
    };
    let a = a.as_standard_layout();
    quicksort.sorted(a.as_slice().unwrap_or_default()).into()
}

/// The indices of the elements in order, NaN last, equal ones as they stand, as [`argsort`](super::argsort) has it, the
/// fast way: each element moves together with its index, so that none is fetched from afar; with AVX-512, or else by radix.
pub fn argsort_vectorised(a: &ArrayRef1<f64>) -> Array1<usize> {
    let Some(quicksort) = Quicksort::new() else {
        return argsort_by_radix(a);
    };
    let mut numbers = a.to_vec();
    let (mut indices, mut last) = (Vec::from_iter(0..a.len() as i64), Vec::new());
    if numbers.iter().any(|x| x.is_nan()) {
        (last, indices) = indices.into_iter().partition(|index| a[*index as usize].is_nan());
        numbers.retain(|x| !x.is_nan());
    }
    quicksort.sort_with_indices(&mut numbers, &mut indices);
    let indices = indices.into_iter().chain(last);
    indices.map(|index| index as usize).collect()
}

/// A radix sort compares nothing, but deals the elements out by one byte after the other, and no branch is there to be guessed.
fn sort_by_radix(a: &ArrayRef1<f64>) -> Array1<f64> {
    let mut sorted = a.to_vec();
    radsort::sort(&mut sorted);
    // It has a NaN with a sign before all numbers.
    let signed = sorted.iter().take_while(|x| x.is_nan()).count();
    sorted.rotate_left(signed);
    sorted.into()
}

/// It is stable, too.
fn argsort_by_radix(a: &ArrayRef1<f64>) -> Array1<usize> {
    // The sign of a NaN is chance.
    let elements = a.iter().map(|x| if x.is_nan() { f64::NAN } else { x + 0.0 });
    let mut pairs: Vec<_> = elements.zip(0_usize..).collect();
    radsort::sort_by_key(&mut pairs, |(element, _)| *element);
    pairs.into_iter().map(|(_, index)| index).collect()
}

#[cfg(test)]
mod tests {
    use ndarray::{Array, s};

    use super::{
        super::{argsort, nan_last, sort},
        *,
    };

    /// So many numbers of which so many are different, and each special value among them, at places that the seed chooses.
    fn numbers(length: usize, seed: usize, different: usize) -> Array1<f64> {
        let mut a = Array::from_shape_fn(length, |i| {
            ((i * 7919 + seed) % different) as f64 * 1e-3 - different as f64 * 5e-4
        });
        let special = [f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 0.0];
        for (at, x) in special.into_iter().enumerate().take(length / 2) {
            a[(at * 31 + seed) % length] = x;
        }
        a
    }

    fn zeros_below(a: &Array1<f64>) -> usize {
        let signed = |x: &&f64| x.to_bits() == (-0.0_f64).to_bits();
        a.iter().filter(signed).count()
    }

    #[test]
    fn the_order_is_the_same() {
        for length in [
            1, 2, 7, 8, 9, 63, 64, 65, 127, 128, 129, 130, 137, 200, 1000, 10_000, 200_000,
        ] {
            for different in [1, 2, 3, 1009, 100_003] {
                let a = numbers(length, length % 5, different);
                let sorted = sort(&a);
                for fast in [sort_vectorised(&a), sort_by_radix(&a)] {
                    let same = sorted.iter().zip(&fast).all(|(x, y)| nan_last(x, y).is_eq());
                    assert!(same && fast.len() == length, "{length} of {different}");
                    assert_eq!(zeros_below(&fast), zeros_below(&a), "{length} of {different}");
                }
                let order = argsort(&a, nan_last);
                assert_eq!(order, argsort_vectorised(&a), "{length} of {different}");
                assert_eq!(order, argsort_by_radix(&a), "{length} of {different}");
            }
        }
    }

    #[test]
    fn what_is_in_order_stays_and_what_is_backwards_turns() {
        let up = Array::from_iter((0..50_000).map(f64::from));
        let down = up.slice(s![..;-1]);
        assert_eq!(sort_vectorised(&up), up);
        assert_eq!(sort_vectorised(&down), up);
        assert_eq!(argsort_vectorised(&down), argsort(&down, nan_last));
        // One half backwards: the samples of which a pivot is made are no longer in order.
        let organ = Array::from_iter((0..50_000_i32).map(|i| f64::from((i - 25_000).abs())));
        assert_eq!(sort_vectorised(&organ), sort(&organ));
        assert_eq!(argsort_vectorised(&organ), argsort(&organ, nan_last));
    }

    #[test]
    fn infinity_is_a_number_like_others() {
        for finite in [0, 1, 500] {
            let a = Array::from_shape_fn(1000, |i| if i < finite { i as f64 } else { f64::INFINITY });
            assert_eq!(argsort_vectorised(&a), Array::from_iter(0..1000));
            assert_eq!(sort_vectorised(&a), a);
        }
    }

    #[test]
    fn nothing_is_in_order() {
        assert_eq!(sort_vectorised(&Array1::zeros(0)).len(), 0);
        assert_eq!(argsort_vectorised(&Array1::zeros(0)).len(), 0);
        assert_eq!(sort_by_radix(&Array1::zeros(0)).len(), 0);
        assert_eq!(argsort_by_radix(&Array1::zeros(0)).len(), 0);
    }
}
