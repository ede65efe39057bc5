//! The fast ways come to what the plain ways come to, at all borders and for all lengths.

use ndarray::{Array1, Array2};
use ndarray_demo::{
    convolution::{convolve, convolve_in_blocks, convolve2d, convolve2d_in_blocks, overlap_add},
    image_filters::{smooth, smooth_by_rows},
    linalg::matmul,
    reshape_and_stack::transposed,
};
use ndarray_ndimage::BorderMode;

/// Numbers without a pattern, of few digits, so that no sum is rounded.
fn samples(count: usize) -> Array1<f64> {
    (0..count).map(|i| (i * i % 101) as f64 / 8.0 - 6.0).collect()
}

fn picture(rows: usize, columns: usize) -> Array2<f64> {
    samples(rows * columns)
        .into_shape_with_order((rows, columns))
        .unwrap()
}

#[test]
fn a_convolution_in_blocks_is_the_plain_one() {
    for (n, m) in [(1, 1), (5, 3), (15, 16), (16, 1), (17, 40), (100, 33)] {
        let (x, kernel) = (samples(n), samples(m));
        let plain = convolve(&x, &kernel).unwrap();
        assert_eq!(plain, convolve_in_blocks(&x, &kernel).unwrap(), "{n} {m}");
        let pieces = overlap_add(&x, &kernel).unwrap();
        assert!((pieces - plain).iter().all(|d| d.abs() < 1e-10), "{n} {m}");
    }
    for ((rows, columns), (high, wide)) in [
        ((1, 1), (1, 1)),
        ((7, 5), (3, 3)),
        ((20, 33), (4, 6)),
        ((3, 40), (5, 2)),
    ] {
        let (picture, kernel) = (picture(rows, columns), picture(high, wide));
        let plain = convolve2d(&picture, &kernel).unwrap();
        assert_eq!(
            plain,
            convolve2d_in_blocks(&picture, &kernel).unwrap(),
            "{rows} {columns}"
        );
    }
}

#[test]
fn smoothing_by_rows_is_the_plain_one() {
    use BorderMode::{Constant, Mirror, Nearest, Reflect, Wrap};
    for mode in [Constant(3.0), Mirror, Nearest, Reflect, Wrap] {
        for (rows, columns) in [(9, 10), (16, 33), (40, 20)] {
            let picture = picture(rows, columns);
            let plain = smooth(&picture, 1.7, mode);
            let by_rows = smooth_by_rows(&picture, 1.7, mode).unwrap();
            assert!(
                (by_rows - plain).iter().all(|d| d.abs() < 1e-13),
                "{mode:?} {rows} {columns}"
            );
        }
    }
}

#[test]
fn tiles_and_kernels_end_where_the_matrix_does() {
    for (rows, columns) in [(0, 3), (1, 1), (16, 16), (17, 40), (5, 33)] {
        let a = picture(rows, columns);
        assert_eq!(transposed(&a).unwrap(), a.t());
        assert_eq!(transposed(&a.t()).unwrap(), a);
        assert_eq!(
            matmul(&a, &transposed(&a).unwrap()).unwrap(),
            a.dot(&a.t()),
            "{rows} {columns}"
        );
    }
    let refused = matmul(&picture(2, 3), &picture(2, 3)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the left matrix has 3 columns, the right one 2 rows"
    );
}
