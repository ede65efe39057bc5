//! Sparse matrices: built from triplets, compressed by rows or columns, multiplied, cut, and solved.

use anyhow::{Context, Result, anyhow, bail, ensure};
use faer::{
    linalg::solvers::Solve,
    sparse::{SparseColMat, Triplet},
};
use faer_ext::{IntoFaer, IntoNdarray};
use ndarray::{Array1, ArrayRef1, Axis, array};
use rayon::prelude::*;
use sprs::{CsMat, CsMatI, CsVec, SpIndex, TriMat, kronecker_product, linalg::bicgstab::BiCGSTAB, vstack};

use crate::{Session, linalg::LinalgError, show};

pub fn run(session: &mut Session) -> Result<()> {
    let rows = vec![0, 0, 1, 2, 2, 3, 0];
    let columns = vec![0, 3, 1, 0, 2, 3, 3];
    let values = vec![4.0, 1.0, 5.0, 2.0, 6.0, 7.0, 2.0];
    let coo = triplets((4, 4), &rows, &columns, &values)?;
    show!(session, "coo.nnz", coo.nnz());
    let a: CsMat<f64> = coo.to_csr();
    show!(session, "a.nnz", a.nnz());
    show!(session, "a.toarray()", a.to_dense());
    show!(
        session,
        "a.indptr.astype(np.int64)",
        a.proper_indptr().into_owned()
    );
    show!(session, "a.indices.astype(np.int64)", a.indices());
    show!(session, "a.data", a.data());
    show!(
        session,
        "a.tocsc().indptr.astype(np.int64)",
        a.to_csc().proper_indptr().into_owned()
    );
    show!(session, "a.tocsc().data", a.to_csc().data());

    show!(session, "a[2, 2]", element(&a, 2, 2));
    show!(session, "a[1, 2]", element(&a, 1, 2));
    show!(session, "a[[2]].toarray()", a.slice_outer(2..3).to_dense());
    // Only what is compressed can be cut without a copy: rows here, columns there.
    show!(
        session,
        "a[:, [3]].toarray()",
        a.to_csc().slice_outer(3..4).to_dense()
    );
    show!(session, "a[1:3].toarray()", a.slice_outer(1..3).to_dense());
    show!(session, "a.diagonal()", a.diag().to_dense());
    show!(session, "a.T.toarray()", a.transpose_view().to_dense());

    let v = array![1.0, 2.0, 3.0, 4.0];
    // The operators panic where the shapes do not fit.
    show!(session, "a @ v", &a * &v);
    show!(session, "a.T @ v", &a.transpose_view() * &v);
    show!(session, "(a @ a).toarray()", (&a * &a).to_dense());
    show!(session, "(a @ a).nnz", (&a * &a).nnz());
    show!(
        session,
        "a @ np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [2.0, 0.0]])",
        &a * &array![[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [2.0, 0.0]]
    );
    show!(
        session,
        "(a + sparse.eye_array(4)).toarray()",
        (&a + &CsMat::<f64>::eye(4)).to_dense()
    );
    show!(
        session,
        "(2 * a).sum()",
        a.map(|x| 2.0 * x).data().iter().sum::<f64>()
    );
    show!(session, "a.sum(axis=0)", &a.transpose_view() * &Array1::ones(4));
    let pair = CsMat::new((1, 2), vec![0, 2], vec![0, 1], vec![1.0, 2.0]);
    show!(
        session,
        "sparse.kron(sparse.eye_array(2), sparse.csr_array([[1.0, 2.0]])).toarray()",
        kronecker_product(CsMat::eye(2).view(), pair.view()).to_dense()
    );
    let (height, width) = vstack(&[a.view(), a.slice_outer(1..2)]).shape();
    show!(session, "sparse.vstack([a, a[[1]]]).shape", [height, width]);

    let n = 1000;
    let laplace = laplace(n);
    show!(session, "laplace.nnz", laplace.nnz());
    let solution = solve(&laplace, &Array1::ones(n))?;
    show!(
        session,
        "solution[[0, 1, 499, 999]]",
        solution.select(Axis(0), &[0, 1, 499, 999])
    );
    show!(session, "spsolve(a.tocsc(), v)", solve(&a, &v));
    show!(
        session,
        "bicgstab(a, v, rtol=1e-12)[0]",
        bicgstab(&a, &v, 1e-12, 40)
    );
    show!(
        session,
        "bool(bicgstab(a, v, rtol=1e-12, maxiter=1)[1] == 0)",
        bicgstab(&a, &v, 1e-12, 1).is_ok()
    );
    show!(
        session,
        "bicgstab(a, np.zeros(4))[0]",
        bicgstab(&a, &Array1::zeros(4), 1e-12, 40)
    );

    show!(session, "a @ np.ones(3)", times_vector(&a, &Array1::ones(3)));
    show!(
        session,
        "(a @ sparse.eye_array(3)).nnz",
        times(&a, &CsMat::eye(3)).map(|product| product.nnz())
    );
    show!(session, "a[4, 0]", element(&a, 4, 0));
    show!(
        session,
        "bicgstab(a, np.ones(3))",
        bicgstab(&a, &Array1::ones(3), 1e-12, 40)
    );
    show!(
        session,
        "bool(bicgstab(a, np.array([1.0, np.nan, 1.0, 1.0]))[1] == 0)",
        bicgstab(&a, &array![1.0, f64::NAN, 1.0, 1.0], 1e-12, 40).is_ok()
    );
    show!(
        session,
        "a @ np.array([1.0, np.nan, 1.0, 1.0])",
        &a * &array![1.0, f64::NAN, 1.0, 1.0]
    );
    show!(
        session,
        "sparse.coo_array((values, (rows, columns)), shape=(3, 3))",
        triplets((3, 3), &rows, &columns, &values).map(|outside| outside.nnz())
    );
    let singular = triplets((2, 2), &[0, 0, 1, 1], &[0, 1, 0, 1], &[1.0, 2.0, 2.0, 4.0])?.to_csr();
    show!(
        session,
        "splu(sparse.csc_array([[1.0, 2.0], [2.0, 4.0]])).solve(np.ones(2))",
        solve(&singular, &Array1::ones(2))
    );
    let regular = CsMat::new((2, 2), vec![0, 2, 4], vec![0, 1, 0, 1], vec![2.0, 1.0, 1.0, 4.0]);
    show!(
        session,
        "splu(sparse.csc_array([[2.0, 1.0], [1.0, 4.0]])).solve(np.array([1.0, np.nan]))",
        solve(&regular, &array![1.0, f64::NAN])
    );
    Ok(())
}

/// A matrix from row, column and value of each element. `TriMat` panics where one lies outside.
///
/// # Errors
/// Where an element lies outside, or the lengths differ.
fn triplets(shape: (usize, usize), rows: &[usize], columns: &[usize], values: &[f64]) -> Result<TriMat<f64>> {
    ensure!(
        rows.len() == values.len() && columns.len() == values.len(),
        "the lengths differ"
    );
    let outside = rows
        .iter()
        .zip(columns)
        .find(|&(&row, &column)| row >= shape.0 || column >= shape.1);
    if let Some((row, column)) = outside {
        bail!("({row}, {column}) lies outside of the shape {shape:?}");
    }
    Ok(TriMat::from_triplets(
        shape,
        rows.to_vec(),
        columns.to_vec(),
        values.to_vec(),
    ))
}

/// The element of a row and a column, 0 where none is stored. sprs answers None there, and as well outside of the shape.
///
/// # Errors
/// Where it lies outside.
fn element(a: &CsMat<f64>, row: usize, column: usize) -> Result<f64> {
    let shape = a.shape();
    ensure!(
        row < shape.0 && column < shape.1,
        "({row}, {column}) lies outside of the shape {shape:?}"
    );
    Ok(a.get(row, column).copied().unwrap_or_default())
}

/// The same matrix with indices of 32 bits, which SciPy has as long as they are enough: a product reads every one of them.
///
/// # Errors
/// Where there are too many rows, columns or elements.
pub fn with_short_indices(a: &CsMat<f64>) -> Result<CsMatI<f64, u32>> {
    let most = a.rows().max(a.cols()).max(a.nnz());
    ensure!(u32::try_from(most).is_ok(), "{most} is beyond 32 bits");
    Ok(a.to_other_types())
}

/// `a @ x`, shapes `(m, n)` and `(n,)`, where it is not known that they fit.
///
/// # Errors
/// Where they do not.
pub fn times_vector<I: SpIndex>(a: &CsMatI<f64, I>, x: &ArrayRef1<f64>) -> Result<Array1<f64>, LinalgError> {
    fits(a, x.len())?;
    Ok(a * &x.view())
}

/// The same for a matrix compressed by rows, on all threads: each element of the result is one row's, and written once.
///
/// # Errors
/// Where they do not fit.
pub fn times_vector_by_rows<I: SpIndex>(
    a: &CsMatI<f64, I>,
    x: &ArrayRef1<f64>,
) -> Result<Array1<f64>, LinalgError> {
    fits(a, x.len())?;
    let x = x.as_standard_layout();
    let x = x.as_slice().unwrap_or_default();
    let (starts, columns, values) = (a.proper_indptr(), a.indices(), a.data());
    let product = |row: &[I]| {
        let stored = row[0].index()..row[1].index();
        let terms = columns[stored.clone()].iter().zip(&values[stored]);
        terms.map(|(column, value)| value * x[column.index()]).sum()
    };
    let products: Vec<f64> = starts.par_windows(2).map(product).collect();
    Ok(Array1::from(products))
}

/// `a @ b`, shapes `(m, n)` and `(n, k)`, where it is not known that they fit.
///
/// # Errors
/// Where they do not.
pub fn times(a: &CsMat<f64>, b: &CsMat<f64>) -> Result<CsMat<f64>, LinalgError> {
    fits(a, b.rows())?;
    Ok(a * b)
}

fn fits<I: SpIndex>(left: &CsMatI<f64, I>, rows: usize) -> Result<(), LinalgError> {
    match left.cols() {
        columns if columns == rows => Ok(()),
        columns => Err(LinalgError::NoProduct { columns, rows }),
    }
}

/// The second difference on a line of n points.
pub fn laplace(n: usize) -> CsMat<f64> {
    let mut triplets = TriMat::with_capacity((n, n), 3 * n);
    for i in 0..n {
        triplets.add_triplet(i, i, 2.0);
        if i > 0 {
            triplets.add_triplet(i, i - 1, -1.0);
            triplets.add_triplet(i - 1, i, -1.0);
        }
    }
    triplets.to_csr()
}

/// Solves `a x = b` by sparse LU decomposition, which sprs leaves to others.
///
/// # Errors
/// Where the matrix is singular, or the shapes do not match.
pub fn solve(a: &CsMat<f64>, b: &ArrayRef1<f64>) -> Result<Array1<f64>> {
    ensure!(
        a.rows() == a.cols() && a.rows() == b.len(),
        "{:?} and {} do not match",
        a.shape(),
        b.len()
    );
    let elements: Vec<_> = a
        .iter()
        .map(|(&value, (row, column))| Triplet::new(row, column, value))
        .collect();
    let a = SparseColMat::<usize, f64>::try_new_from_triplets(a.rows(), a.cols(), &elements);
    let lu = a
        .ok()
        .context("an element lies outside")?
        .sp_lu()
        .ok()
        .context("the matrix is singular")?;
    let x = lu.solve(b.view().insert_axis(Axis(1)).into_faer());
    let x = x.as_ref().into_ndarray().column(0).to_owned();
    // What is not finite in `b` is not in x either.
    let finite = |values: &ArrayRef1<f64>| values.iter().all(|value| value.is_finite());
    ensure!(finite(&x) || !finite(b), "the matrix is singular");
    Ok(x)
}

/// Solves `a x = b` step by step, until the residual is small against `b`.
///
/// # Errors
/// Where the matrix is not square, `b` does not fit, or so many steps are not enough.
fn bicgstab(a: &CsMat<f64>, b: &ArrayRef1<f64>, tolerance: f64, steps: usize) -> Result<Array1<f64>> {
    let n = b.len();
    ensure!(a.shape() == (n, n), "{:?} and {n} do not match", a.shape());
    let limit = tolerance * b.dot(b).sqrt();
    // sprs wants a residual below the limit, which is 0 here.
    if b.iter().all(|element| *element == 0.0) {
        return Ok(Array1::zeros(n));
    }
    let b = CsVec::new(n, (0..n).collect(), b.to_vec());
    let start = CsVec::empty(n);
    let solved = BiCGSTAB::<f64, _, _>::solve(a.view(), start.view(), b.view(), limit, steps);
    let solved = solved.map_err(|solver| anyhow!("no convergence: the residual is {}", solver.err()))?;
    Ok(solved.x().to_dense())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_is_the_same_by_rows_and_with_short_indices() {
        let a = laplace(100);
        let x = Array1::from_shape_fn(100, |i| (i as f64).sin());
        let product = times_vector(&a, &x).unwrap();
        assert_eq!(times_vector_by_rows(&a, &x).unwrap(), product);
        let short = with_short_indices(&a).unwrap();
        assert_eq!(times_vector(&short, &x).unwrap(), product);
        assert_eq!(times_vector_by_rows(&short, &x).unwrap(), product);
        assert!(times_vector_by_rows(&short, &Array1::zeros(99)).is_err());
    }
}
