//! Dynamic dimensions: `ArrayD` has as many axes as the program finds, and becomes a matrix where it proves to be one.

use anyhow::{Context, Result, ensure};
use ndarray::{Array, ArrayD, ArrayRef, ArrayViewD, Axis, Dimension, Ix2, IxDyn, ShapeError, arr0, array, s};

use crate::{Session, caught, show};

pub fn run(session: &mut Session) -> Result<()> {
    let shape = vec![2, 3, 2];
    let a: ArrayD<i64> = Array::from_shape_vec(shape, (0..12).collect())?;

    show!(session, "a", a);
    show!(session, "a.ndim", a.ndim());
    show!(session, "a.size", a.len());
    show!(session, "a.sum(axis=a.ndim - 1)", a.sum_axis(Axis(a.ndim() - 1)));
    show!(session, "a[1, 2, 0]", a[[1, 2, 0]]);
    show!(session, "a[1, ..., 0]", a.slice(s![1, .., 0].as_ref()));
    // An index in brackets panics; `get` is for those who do not know. How many axes there are it takes for known.
    show!(
        session,
        "a[5, 0, 0]",
        a.get([5, 0, 0]).context("no element 5, 0, 0")
    );
    show!(session, "a[0, 0, 0, 0]", caught(|| a.get([0, 0, 0, 0]).copied()));

    show!(session, "centre(a)", centre(&a));
    show!(
        session,
        "centre(np.array([1, 2, 3]))",
        centre(&array![1_i64, 2, 3])
    );
    show!(session, "centre(np.array(7))", centre(&arr0(7_i64)));

    show!(
        session,
        "np.squeeze(np.ones((1, 3, 1))).shape",
        squeeze(ArrayD::<f64>::ones(IxDyn(&[1, 3, 1])).view()).shape()
    );
    show!(
        session,
        "np.expand_dims(a, 0).shape",
        a.view().insert_axis(Axis(0)).shape()
    );
    show!(session, "a.transpose().shape", a.t().shape());
    show!(
        session,
        "a.sum(axis=(0, 2))",
        a.sum_axis(Axis(2)).sum_axis(Axis(0))
    );
    show!(session, "a.sum(axis=3)", sum_axis(&a, 3));
    let row = a.index_axis(Axis(0), 0).index_axis_move(Axis(0), 0);
    show!(
        session,
        "[array.ndim for array in (a, a[0], a[0, 0])]",
        [a.ndim(), a.index_axis(Axis(0), 0).ndim(), row.ndim()]
    );

    show!(
        session,
        "number_of_rows(a[0])",
        number_of_rows(a.index_axis(Axis(0), 0))
    );
    show!(session, "number_of_rows(a)", number_of_rows(a.view()));
    show!(session, "number_of_rows(a[0, 0])", number_of_rows(row));
    Ok(())
}

/// The element in the middle of each axis, of an array with any number of them; none where one is empty.
pub fn centre<A: Copy, D: Dimension>(array: &ArrayRef<A, D>) -> Option<A> {
    let middle: Vec<_> = array.shape().iter().map(|length| length / 2).collect();
    array.view().into_dyn().get(middle.as_slice()).copied()
}

/// Without the axes of length 1.
pub fn squeeze<A>(mut array: ArrayViewD<'_, A>) -> ArrayViewD<'_, A> {
    for axis in (0..array.ndim()).rev().map(Axis) {
        if array.len_of(axis) == 1 {
            array.index_axis_inplace(axis, 0);
        }
    }
    array
}

/// The sum along an axis that may not be there.
///
/// # Errors
/// Where it is not.
pub fn sum_axis(array: &ArrayRef<i64, IxDyn>, axis: usize) -> Result<ArrayD<i64>> {
    ensure!(
        axis < array.ndim(),
        "no axis {axis} in an array of {} axes",
        array.ndim()
    );
    Ok(array.sum_axis(Axis(axis)))
}

/// How many rows a matrix has, if it is one: the type then knows.
///
/// # Errors
/// Where the array has another number of axes than two.
pub fn number_of_rows(array: ArrayViewD<'_, i64>) -> Result<usize, ShapeError> {
    let matrix = array.into_dimensionality::<Ix2>()?;
    Ok(matrix.nrows())
}
