//! What the lessons on arrays offer, beyond what they show: empty arrays, shapes that do not match, damaged files.

use std::fs;

use ndarray::{Array, Array1, Array2, Array3, Axis, ShapeBuilder, Zip, array, s};
use ndarray_demo::{
    c_cpp_fortran, decompositions, differential_equations::dop853, fourier, linalg::LinalgError, memory_map,
    npy_files, parallel, products, reshape_and_stack, root_finding::newton_system,
};
use num_complex::Complex64;
use rayon::ThreadPoolBuilder;

#[test]
fn sums_are_the_same_in_any_number_of_threads() {
    let table = Array::from_iter((0..210_000).map(|i| f64::from(i).sqrt()));
    let table = table.into_shape_with_order((1000, 210)).unwrap();
    let of_one_thread = table.map_axis(Axis(1), |row| row.sum());
    let in_threads = |threads| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| (parallel::row_sums(&table), parallel::column_sums(&table)))
    };
    let (rows, columns) = in_threads(1);
    assert_eq!(rows, of_one_thread);
    for threads in [2, 3, 8] {
        assert_eq!(
            in_threads(threads),
            (rows.clone(), columns.clone()),
            "{threads} threads"
        );
    }
    let nothing = Array2::zeros((0, 3));
    assert_eq!(parallel::row_sums(&nothing).len(), 0);
    assert_eq!(parallel::column_sums(&nothing), Array1::<f64>::zeros(3));
}

#[test]
fn empty_arrays_are_no_exception() {
    let nothing = Array1::<i64>::zeros(0);
    assert_eq!(reshape_and_stack::roll(&nothing, Axis(0), 3).unwrap().len(), 0);
    assert_eq!(reshape_and_stack::split(&nothing, Axis(0), 2).unwrap().len(), 2);
    assert!(reshape_and_stack::split(&nothing, Axis(0), 0).is_err());
    assert!(reshape_and_stack::pad_with_edge(&nothing, 1, 1).is_err());
    assert_eq!(
        reshape_and_stack::tile(&Array2::zeros((0, 2)), (3, 2)).dim(),
        (0, 4)
    );
    let product = products::stack_times_matrix(&Array3::zeros((0, 2, 3)), &Array2::zeros((3, 2)));
    assert_eq!(product.unwrap().dim(), (0, 2, 2));
}

#[test]
fn both_ways_to_multiply_a_stack_come_to_the_same() {
    let matrices = Array::from_iter((0..24).map(f64::from))
        .into_shape_with_order((4, 2, 3))
        .unwrap();
    let right = array![[1.0, 0.5], [2.0, -1.0], [0.0, 3.0]];
    let plain = products::stack_times_matrix_plain(&matrices, &right).unwrap();
    assert_eq!(plain, products::stack_times_matrix(&matrices, &right).unwrap());
    let columns = matrices.t().to_owned().reversed_axes();
    assert_eq!(plain, products::stack_times_matrix(&columns, &right).unwrap());
    let one = matrices.slice(s![.., .., ..1]);
    let row = right.slice(s![..1, ..]);
    let plain = products::stack_times_matrix_plain(&one, &row).unwrap();
    assert_eq!(plain, products::stack_times_matrix(&one, &row).unwrap());
    assert!(products::stack_times_matrix_plain(&matrices, &right.t()).is_err());
    assert!(products::stack_times_matrix(&matrices, &right.t()).is_err());
}

#[test]
fn tensordot_sums_over_pairs_of_axes() {
    let cube = Array::from_iter((0..24).map(f64::from))
        .into_shape_with_order((2, 3, 4))
        .unwrap();
    let square = products::tensordot(&cube.view().into_dyn(), &cube.t().into_dyn(), &[0, 2], &[2, 0]);
    let by_hand = Array2::from_shape_fn((3, 3), |(i, j)| {
        (0..2)
            .flat_map(|a| (0..4).map(move |b| (a, b)))
            .map(|(a, b)| cube[(a, i, b)] * cube[(a, j, b)])
            .sum::<f64>()
    });
    assert_eq!(square.unwrap(), by_hand.into_dyn());
    let outer = products::tensordot(&cube.view().into_dyn(), &cube.view().into_dyn(), &[], &[]).unwrap();
    assert_eq!(outer.shape(), [2, 3, 4, 2, 3, 4]);
    assert_eq!(outer[[1, 2, 3, 0, 1, 2]], cube[(1, 2, 3)] * cube[(0, 1, 2)]);
}

#[test]
fn tensordot_refuses_axes_that_do_not_match() {
    let cube = Array3::<f64>::zeros((2, 3, 4)).into_dyn();
    let dot = |left: &[usize], right: &[usize]| products::tensordot(&cube.view(), &cube.view(), left, right);
    assert_eq!(dot(&[0, 1, 2], &[0, 1, 2]).unwrap().ndim(), 0);
    for (left, right) in [
        (&[0][..], &[1][..]),
        (&[3], &[3]),
        (&[0, 0], &[0, 0]),
        (&[0], &[]),
    ] {
        assert!(dot(left, right).is_err(), "{left:?} {right:?}");
    }
}

/// Whichever byte is missing or another: an error or an array, and never a panic.
#[test]
fn a_damaged_file_is_an_error() {
    let npy = npy_files::saved(&array![[1.5, -0.25], [0.0, 8.0]]).unwrap();
    assert!(npy_files::read(&npy).is_ok());
    damaged_in_every_place(&npy, |npy| npy_files::read(npy).is_err());
}

/// Cut off anywhere it is an error; with another byte somewhere often, and never a panic.
fn damaged_in_every_place(whole: &[u8], is_error: impl Fn(&[u8]) -> bool) {
    for length in 0..whole.len() {
        assert!(is_error(&whole[..length]), "{length} bytes");
    }
    let mut errors = 0;
    for at in 0..whole.len() {
        for byte in [0, b' ', b'9', b'-', 0xff] {
            let mut damaged = whole.to_owned();
            damaged[at] = byte;
            errors += usize::from(is_error(&damaged));
        }
    }
    assert!(errors > 100, "{errors} errors");
}

#[test]
fn a_damaged_archive_is_an_error() {
    let npz = npy_files::archive(&array![[1.5, -0.25], [0.0, 8.0]], &array![3, 1, 2]).unwrap();
    assert!(npy_files::read_from_npz(&npz, "table").is_ok());
    assert!(
        npy_files::read_from_npz(&npz, "ids").is_err(),
        "of another type and shape"
    );
    damaged_in_every_place(&npz, |npz| npy_files::read_from_npz(npz, "table").is_err());
}

#[test]
fn zip_stretches_no_operand_unless_it_is_told_to() {
    let (column, row) = (Array2::<i64>::zeros((3, 1)), Array2::<i64>::zeros((1, 4)));
    let zipped = std::panic::catch_unwind(|| Zip::from(&column).and(&row).map_collect(|a, b| a + b));
    assert!(zipped.is_err());
    let wide = column.broadcast((3, 4)).unwrap();
    let told = Zip::from(wide).and_broadcast(&row).map_collect(|a, b| a + b);
    assert_eq!(told.dim(), (3, 4));
}

#[test]
fn a_range_of_time_without_an_end_is_refused() {
    for range in [[0.0, f64::NAN], [f64::NAN, 1.0], [0.0, f64::INFINITY]] {
        assert!(dop853(|_, y, slope| *slope = *y, range, [1.0]).is_err());
    }
}

#[test]
fn a_map_of_raw_numbers_keeps_to_the_file() {
    let bytes = [1, 0, 2, 0, 3, 0, 4, 0];
    assert!(
        memory_map::raw_view(&bytes[..7], 0, (1, 3)).is_err(),
        "half a number"
    );
    assert!(memory_map::raw_view(&bytes, 9, (1, 1)).is_err());
    assert!(memory_map::raw_view(&bytes, 0, (2, 3)).is_err());
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), bytes).unwrap();
    // SAFETY: the file is this test's own.
    #[allow(unsafe_code)]
    let map = unsafe { memory_map::map(file.path()) }.unwrap();
    assert_eq!(memory_map::raw_view(&map, 4, (1, 2)).unwrap(), array![[3, 4]]);
    assert!(memory_map::raw_view(&map, 1, (1, 3)).is_err(), "an odd address");
}

#[test]
fn no_other_language_is_given_memory_of_another_shape() {
    let signal = array![1.0, 2.0, 3.0];
    assert!(c_cpp_fortran::moving_mean(&signal, usize::MAX).is_err());
    assert!(c_cpp_fortran::moving_mean(&Array1::zeros(0), 1).is_err());
    let mut columns = Array2::zeros((3, 2).f());
    assert!(c_cpp_fortran::times_vector(&columns, &signal).is_err());
    assert!(c_cpp_fortran::scale_columns(&mut columns, &signal).is_err());
    let mut ids = Array1::zeros(0);
    assert_eq!(c_cpp_fortran::sort_unique(&mut ids).unwrap().len(), 0);
}

#[test]
fn what_does_not_fit_is_refused_and_left_as_it_is() {
    let wide = Array2::<f64>::ones((2, 3));
    assert_eq!(
        decompositions::solve_upper(&wide, &array![1.0, 2.0]),
        Err(LinalgError::NotSquare { rows: 2, columns: 3 })
    );
    for jacobian in [wide, Array2::eye(3)] {
        let found = newton_system(|_| array![1.0, 2.0], |_| jacobian.clone(), Array1::zeros(2), 5);
        assert!(found.is_err());
    }
    let three = newton_system(|_| array![1.0, 2.0, 3.0], |_| Array2::eye(3), Array1::zeros(2), 5);
    assert!(three.is_err());

    let image = Array2::from_elem((3, 4), Complex64::i());
    let (three, four) = (fourier::Plan::new(3).unwrap(), fourier::Plan::new(4).unwrap());
    for (column, row) in [(&four, &four), (&three, &three)] {
        let mut x = image.clone();
        assert!(fourier::fft2_in_place(&mut x, column, row).is_err());
        assert_eq!(x, image);
    }
    let mut x = image.clone();
    fourier::fft2_in_place(&mut x, &three, &four).unwrap();
    assert_eq!(x, fourier::fft_all(&image).unwrap());
}
