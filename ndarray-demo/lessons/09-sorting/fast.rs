//! Sorting of large arrays.

use ndarray::{Array1, ArrayRef1};

/// The elements in order, NaN last, as [`sort`](super::sort) has it, the fast way: a radix sort. It compares nothing, but
/// deals the elements out by one byte after the other, and no branch is there to be guessed.
pub fn sort_by_radix(a: &ArrayRef1<f64>) -> Array1<f64> {
    let mut sorted = a.to_vec();
    radsort::sort(&mut sorted);
    // It has a NaN with a sign before all numbers.
    let signed = sorted.iter().take_while(|x| x.is_nan()).count();
    sorted.rotate_left(signed);
    sorted.into()
}

/// The indices of the elements in order, NaN last, equal ones as they stand, as [`argsort`](super::argsort) has it,
/// the fast way: a radix sort, which is stable, where each element moves together with its index, so that none is fetched
/// from afar.
pub fn argsort_by_radix(a: &ArrayRef1<f64>) -> Array1<usize> {
    // The sign of a NaN is chance, and adding 0.0 makes -0.0 equal to it.
    let elements = a.iter().map(|x| if x.is_nan() { f64::NAN } else { x + 0.0 });
    let mut pairs: Vec<_> = elements.zip(0_usize..).collect();
    radsort::sort_by_key(&mut pairs, |(element, _)| *element);
    pairs.into_iter().map(|(_, index)| index).collect()
}

#[cfg(test)]
mod tests {
    use ndarray::Array;

    use super::{
        super::{argsort, nan_last, sort},
        *,
    };

    #[test]
    fn the_order_is_the_same() {
        let mut a = Array::from_shape_fn(10_000, |i| ((i * 7919 % 1009) as f64 - 500.0) * 1e-3);
        a[17] = f64::NAN;
        a[18] = -f64::NAN;
        a[19] = f64::INFINITY;
        a[20] = f64::NEG_INFINITY;
        a[21] = -0.0;
        let (plain, fast) = (sort(&a), sort_by_radix(&a));
        assert!(plain.iter().zip(&fast).all(|(x, y)| nan_last(x, y).is_eq()));
        assert_eq!(argsort(&a, nan_last), argsort_by_radix(&a));
    }

    #[test]
    fn nothing_is_in_order() {
        assert_eq!(sort_by_radix(&Array1::zeros(0)).len(), 0);
        assert_eq!(argsort_by_radix(&Array1::zeros(0)).len(), 0);
    }
}
