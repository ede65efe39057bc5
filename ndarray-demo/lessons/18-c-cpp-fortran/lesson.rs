//! C, C++ and Fortran: called on ndarray's memory as it lies there, with the shapes checked before.

#![allow(unsafe_code, reason = "whatever is called in another language is unsafe")]

use anyhow::{Context, Result, ensure};
use ndarray::{Array, Array1, Array2, ArrayRef1, ArrayRef2, ArrayViewMut1, ShapeBuilder, array, s};

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let signal = array![1.0, 4.0, 9.0, 16.0, 25.0, 36.0];
    show!(session, "moving_mean(signal, 2)", moving_mean(&signal, 2));
    show!(session, "moving_mean(signal, 6)", moving_mean(&signal, 6));
    show!(session, "moving_mean(signal, 7)", moving_mean(&signal, 7));
    show!(session, "moving_mean(signal, 0)", moving_mean(&signal, 0));
    show!(
        session,
        "moving_mean(signal[::2], 2)",
        moving_mean(&signal.slice(s![..;2]), 2)
    );
    let table = Array::from_iter((0..12).map(f64::from)).into_shape_with_order((3, 4))?;
    show!(session, "strided_sum(table[1])", strided_sum(&table.row(1)));
    show!(session, "strided_sum(table[:, 1])", strided_sum(&table.column(1)));
    show!(
        session,
        "strided_sum(table[::-1, 3])",
        strided_sum(&table.slice(s![..;-1, 3]))
    );
    show!(
        session,
        "strided_sum(table[:0, 0])",
        strided_sum(&table.slice(s![..0, 0]))
    );

    let mut ids = array![5, 3, 5, 1, 3, 5];
    show!(session, "sort_unique(ids)", sort_unique(&mut ids));
    show!(session, "median(signal)", median(&signal));
    show!(session, "median(signal[:5])", median(&signal.slice(s![..5])));
    show!(session, "median(signal[:0])", median(&signal.slice(s![..0])));
    show!(
        session,
        "median(np.array([1.0, np.nan, 3.0]))",
        median(&array![1.0, f64::NAN, 3.0])
    );

    // `.f()` is a shape whose elements lie in columns; the transpose of an array in rows lies so by itself.
    let mut matrix = Array2::zeros(table.raw_dim().f());
    matrix.assign(&table);
    show!(
        session,
        "times_vector(matrix, np.array([1.0, 0.5, 0.25, 2.0]))",
        times_vector(&matrix, &array![1.0, 0.5, 0.25, 2.0])
    );
    show!(
        session,
        "times_vector(table.T, np.array([1.0, 10.0, 100.0]))",
        times_vector(&table.t(), &array![1.0, 10.0, 100.0])
    );
    show!(
        session,
        "times_vector(matrix, np.ones(3))",
        times_vector(&matrix, &Array1::ones(3))
    );
    show!(
        session,
        "times_vector(table, np.ones(4))",
        times_vector(&table, &Array1::ones(4))
    );
    show!(
        session,
        "scale_columns(matrix, np.array([1.0, 2.0, 3.0, 0.0]))",
        scale_columns(&mut matrix, &array![1.0, 2.0, 3.0, 0.0])
    );
    Ok(())
}

const NOT_IN_A_ROW: &str = "the values do not lie one after the other";
const NOT_IN_COLUMNS: &str = "the matrix does not lie in columns";

mod c {
    use std::ffi::c_int;

    unsafe extern "C" {
        pub(super) fn moving_mean(signal: *const f64, count: usize, window: usize, means: *mut f64) -> c_int;
        pub(super) fn strided_sum(first: *const f64, count: usize, stride: isize) -> f64;
    }
}

/// The mean of each `window` neighbours, in C.
///
/// # Errors
/// Where there is no such window, or the values do not lie one after the other.
pub fn moving_mean(signal: &ArrayRef1<f64>, window: usize) -> Result<Array1<f64>> {
    let signal = signal.as_slice().context(NOT_IN_A_ROW)?;
    let mut means = vec![0.0; (signal.len() + 1).saturating_sub(window)];
    // SAFETY: C reads as many values as `signal` has, and writes none where there is no window, else one for each
    // position of it.
    let status = unsafe { c::moving_mean(signal.as_ptr(), signal.len(), window, means.as_mut_ptr()) };
    ensure!(status == 0, "a window of {window} over {} values", signal.len());
    Ok(means.into())
}

/// The sum of values that lie any distance apart, in C. ndarray counts a stride in elements, NumPy in bytes.
pub fn strided_sum(values: &ArrayRef1<f64>) -> f64 {
    // SAFETY: the first element, their number and their distance are those of a valid view.
    unsafe { c::strided_sum(values.as_ptr(), values.len(), values.strides()[0]) }
}

mod cpp {
    use std::ffi::c_int;

    unsafe extern "C" {
        pub(super) fn sort_unique(values: *mut i64, count: usize) -> usize;
        pub(super) fn median(values: *const f64, count: usize, result: *mut f64) -> c_int;
    }
}

/// Sorts the values where they lie and returns a view of each once, in C++.
///
/// # Errors
/// Where the values do not lie one after the other.
pub fn sort_unique(values: &mut ArrayRef1<i64>) -> Result<ArrayViewMut1<'_, i64>> {
    let slice = values.as_slice_mut().context(NOT_IN_A_ROW)?;
    // SAFETY: C++ reads and writes as many values as there are, and leaves whole numbers in each place.
    let count = unsafe { cpp::sort_unique(slice.as_mut_ptr(), slice.len()) };
    Ok(values.slice_mut(s![..count]))
}

/// The median, in C++.
///
/// # Errors
/// Where there are no values, or they do not lie one after the other.
pub fn median(values: &ArrayRef1<f64>) -> Result<f64> {
    let values = values.as_slice().context(NOT_IN_A_ROW)?;
    let mut result = 0.0;
    // SAFETY: C++ reads as many values as there are, and writes one number.
    let status = unsafe { cpp::median(values.as_ptr(), values.len(), &mut result) };
    ensure!(status == 0, "the median of no values");
    Ok(result)
}

#[cfg(fortran)]
mod fortran {
    unsafe extern "C" {
        pub(super) fn times_vector(
            matrix: *const f64,
            rows: usize,
            columns: usize,
            vector: *const f64,
            product: *mut f64,
        );
        pub(super) fn scale_columns(matrix: *mut f64, rows: usize, columns: usize, factors: *const f64);
    }
}

/// Stands where there is no Fortran, and is never called.
#[cfg(not(fortran))]
mod fortran {
    pub(super) unsafe fn times_vector(_: *const f64, _: usize, _: usize, _: *const f64, _: *mut f64) {}
    pub(super) unsafe fn scale_columns(_: *mut f64, _: usize, _: usize, _: *const f64) {}
}

/// What build.rs found no compiler for.
fn has_fortran() -> Result<()> {
    ensure!(cfg!(fortran), "built without Fortran: gfortran was missing");
    Ok(())
}

/// A matrix that lies in columns times a vector, in Fortran.
///
/// # Errors
/// Where the shapes do not match, the matrix lies otherwise, or this was built without Fortran.
pub fn times_vector(matrix: &ArrayRef2<f64>, vector: &ArrayRef1<f64>) -> Result<Array1<f64>> {
    let (rows, columns) = matrix.dim();
    ensure!(
        columns == vector.len(),
        "{columns} columns and {} values",
        vector.len()
    );
    let transposed = matrix.t();
    let elements = transposed.as_slice().context(NOT_IN_COLUMNS)?;
    let vector = vector.as_slice().context(NOT_IN_A_ROW)?;
    let mut product = vec![0.0; rows];
    has_fortran()?;
    // SAFETY: there are rows times columns elements, a value for each column, and room for one for each row.
    unsafe {
        fortran::times_vector(
            elements.as_ptr(),
            rows,
            columns,
            vector.as_ptr(),
            product.as_mut_ptr(),
        );
    }
    Ok(product.into())
}

/// Multiplies each column of a matrix that lies in columns by its factor, in Fortran.
///
/// # Errors
/// Where the shapes do not match, the matrix lies otherwise, or this was built without Fortran.
pub fn scale_columns<'a>(
    matrix: &'a mut ArrayRef2<f64>,
    factors: &ArrayRef1<f64>,
) -> Result<&'a ArrayRef2<f64>> {
    let (rows, columns) = matrix.dim();
    ensure!(
        columns == factors.len(),
        "{columns} columns and {} factors",
        factors.len()
    );
    let mut transposed = matrix.view_mut().reversed_axes();
    let elements = transposed.as_slice_mut().context(NOT_IN_COLUMNS)?;
    let factors = factors.as_slice().context(NOT_IN_A_ROW)?;
    has_fortran()?;
    // SAFETY: there are rows times columns elements, and a factor for each column.
    unsafe {
        fortran::scale_columns(elements.as_mut_ptr(), rows, columns, factors.as_ptr());
    }
    Ok(matrix)
}
