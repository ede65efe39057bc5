//! ndarray holds the matrices and faer decomposes them: what both need to meet, and what can go wrong.

use faer::{
    Accum, MatRef, Par,
    linalg::{
        cholesky::llt::factor::LltError,
        evd::EvdError,
        gevd::GevdError,
        solvers::{ShapeCore, Solve},
        svd::SvdError,
    },
    traits::{ComplexField, math_utils},
};
use faer_ext::{IntoFaer, IntoNdarray};
use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, Axis};
use rayon::prelude::*;

/// Why there is no result: where NumPy raises `LinAlgError` or `ValueError`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinalgError {
    /// What is asked for is defined for square matrices only.
    #[error("a matrix of {rows} rows and {columns} columns is not square")]
    NotSquare { rows: usize, columns: usize },
    /// The right side does not fit the matrix.
    #[error("the matrix has {rows} rows, the right side {found}")]
    ShapeMismatch { rows: usize, found: usize },
    /// No product: a row on the left is not as long as a column on the right.
    #[error("the left matrix has {columns} columns, the right one {rows} rows")]
    NoProduct { columns: usize, rows: usize },
    /// Infinity or NaN, from which no decomposition comes.
    #[error("an element is infinite or not a number")]
    NotFinite,
    /// A pivot is exactly zero.
    #[error("the matrix is singular")]
    Singular,
    /// A leading minor is not positive.
    #[error("the matrix is not positive definite: its leading minor of order {order} is not positive")]
    NotPositiveDefinite { order: usize },
    /// What is asked for is not defined without elements.
    #[error("the matrix has no elements")]
    Empty,
    /// The iteration did not come to an end.
    #[error("the iteration did not converge")]
    NoConvergence,
    /// A function of a matrix, where no real number is the function's value.
    #[error("the function has no real value at an eigenvalue")]
    Undefined,
}

impl From<LltError> for LinalgError {
    fn from(LltError::NonPositivePivot { index }: LltError) -> Self {
        Self::NotPositiveDefinite { order: index + 1 }
    }
}

impl From<SvdError> for LinalgError {
    fn from(SvdError::NoConvergence: SvdError) -> Self {
        Self::NoConvergence
    }
}

impl From<EvdError> for LinalgError {
    fn from(EvdError::NoConvergence: EvdError) -> Self {
        Self::NoConvergence
    }
}

impl From<GevdError> for LinalgError {
    fn from(GevdError::NoConvergence: GevdError) -> Self {
        Self::NoConvergence
    }
}

/// The matrix as faer sees it, in the same memory, where it can be decomposed.
///
/// # Errors
/// Where an element is infinite or NaN.
pub fn finite<T: ComplexField>(a: &ArrayRef2<T>) -> Result<MatRef<'_, T>, LinalgError> {
    // Without an end before the last, for which a branch would be needed at each.
    if a.fold(true, |all, x| all & math_utils::is_finite(x)) {
        Ok(a.view().into_faer())
    } else {
        Err(LinalgError::NotFinite)
    }
}

/// The same for what is defined for square matrices only.
///
/// # Errors
/// Where the matrix is not square, or an element is infinite or NaN.
pub fn finite_square<T: ComplexField>(a: &ArrayRef2<T>) -> Result<MatRef<'_, T>, LinalgError> {
    match a.dim() {
        (rows, columns) if rows == columns => finite(a),
        (rows, columns) => Err(LinalgError::NotSquare { rows, columns }),
    }
}

/// A matrix of faer's as an array of its own.
pub fn to_array<T: Clone>(matrix: MatRef<'_, T>) -> Array2<T> {
    matrix.into_ndarray().to_owned()
}

/// Whether what has so many rows fits a matrix that has so many.
///
/// # Errors
/// Where it does not.
pub fn as_many_rows(rows: usize, found: usize) -> Result<(), LinalgError> {
    if rows == found {
        Ok(())
    } else {
        Err(LinalgError::ShapeMismatch { rows, found })
    }
}

/// Whether this can be the right side of a matrix of so many rows.
///
/// # Errors
/// Where it does not fit, or is not finite.
pub fn right_side<T: ComplexField>(rows: usize, b: &ArrayRef1<T>) -> Result<(), LinalgError> {
    as_many_rows(rows, b.len())?;
    if b.iter().all(math_utils::is_finite) {
        Ok(())
    } else {
        Err(LinalgError::NotFinite)
    }
}

/// Solves `a @ x = b` with the factors of `a` that faer found: shapes `(n, n)` and `(n,)`, x has `(n,)`.
///
/// # Errors
/// Where the right side does not fit, or is not finite.
pub fn solve_with<T: ComplexField>(
    factors: &(impl Solve<T> + ShapeCore),
    b: &ArrayRef1<T>,
) -> Result<Array1<T>, LinalgError> {
    right_side(factors.nrows(), b)?;
    // Solved in place: a column of one view for faer, one vector for ndarray.
    let mut x = b.to_owned();
    factors.solve_in_place(x.view_mut().insert_axis(Axis(1)).into_faer());
    Ok(x)
}

/// `a @ b` by faer: shapes `(m, k)` and `(k, n)`, the product has `(m, n)`. The fast way to `a.dot(&b)` for large
/// matrices: faer's kernels know wider registers than matrixmultiply's, and each thread has rows of its own, where faer's own
/// threads wait for one another more often.
///
/// # Errors
/// Where the shapes do not match.
pub fn matmul(a: &ArrayRef2<f64>, b: &ArrayRef2<f64>) -> Result<Array2<f64>, LinalgError> {
    let (columns, rows) = (a.ncols(), b.nrows());
    if columns != rows {
        return Err(LinalgError::NoProduct { columns, rows });
    }
    let mut product = Array2::zeros((a.nrows(), b.ncols()));
    let right = b.view().into_faer();
    let rows = a.nrows().div_ceil(rayon::current_num_threads()).max(1);
    let parts = product.axis_chunks_iter_mut(Axis(0), rows).into_par_iter();
    parts
        .zip(a.axis_chunks_iter(Axis(0), rows))
        .for_each(|(product, left)| {
            let (product, left) = (product.into_faer(), left.into_faer());
            faer::linalg::matmul::matmul(product, Accum::Replace, left, right, 1.0, Par::Seq);
        });
    Ok(product)
}
