//! Linear systems: solve, invert, measure and fit, in ndarray's memory by faer's factors.

use anyhow::Result;
use faer::{
    Par,
    dyn_stack::{MemBuffer, MemStack},
    linalg::{
        lu::partial_pivoting::{factor, solve as lu_solve},
        solvers::{DenseSolveCore, PartialPivLu, Solve, SolveLstsq},
    },
};
use faer_ext::{IntoFaer, IntoNdarray};
use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, Axis, array, s, stack};

use crate::{
    Session,
    linalg::{LinalgError, as_many_rows, finite, finite_square, right_side, to_array},
    reductions::larger,
    show,
};

pub fn run(session: &mut Session) -> Result<()> {
    let a = array![[4.0, -2.0, 1.0], [-2.0, 4.0, -2.0], [1.0, -2.0, 4.0]];
    let b = array![11.0, -16.0, 17.0];

    show!(session, "np.linalg.solve(a, b)", solve(&a, &b));
    show!(
        session,
        "np.linalg.solve(a, np.array([[11.0, 4.0], [-16.0, -2.0], [17.0, 1.0]]))",
        solve_columns(&a, &array![[11.0, 4.0], [-16.0, -2.0], [17.0, 1.0]])
    );
    show!(session, "np.linalg.inv(a)", inverse(&a));
    show!(session, "np.linalg.det(a)", determinant(&a));
    let large = 10.0 * Array2::<f64>::eye(400);
    show!(session, "np.linalg.det(10 * np.eye(400))", determinant(&large));
    show!(
        session,
        "np.linalg.slogdet(10 * np.eye(400))",
        sign_and_ln_determinant(&large).map(<[f64; 2]>::from)
    );
    show!(
        session,
        "np.linalg.slogdet(a[[1, 0, 2]])",
        sign_and_ln_determinant(&a.select(Axis(0), &[1, 0, 2])).map(<[f64; 2]>::from)
    );

    show!(session, "np.linalg.norm(b)", b.dot(&b).sqrt());
    show!(session, "np.linalg.norm(b, 1)", b.abs().sum());
    show!(session, "np.linalg.norm(b, np.inf)", max(b.abs()));
    // faer scales before it squares, as BLAS's nrm2 does.
    let long = array![[3e200], [4e200]];
    show!(
        session,
        "scipy.linalg.norm(np.array([3e200, 4e200]))",
        long.view().into_faer().norm_l2()
    );
    show!(session, "np.linalg.norm(a)", a.pow2().sum().sqrt());
    show!(session, "np.linalg.norm(a, 1)", max(a.abs().sum_axis(Axis(0))));
    show!(session, "np.linalg.norm(a, 2)", singular_values(&a).map(max));
    let gap = array![[1.0, f64::NAN], [2.0, 3.0]];
    show!(session, "np.linalg.norm(gap[0], np.inf)", max(gap.row(0).abs()));
    show!(
        session,
        "np.linalg.norm(gap, 1)",
        max(gap.abs().sum_axis(Axis(0)))
    );
    show!(
        session,
        "np.linalg.norm(a, axis=1)",
        a.pow2().sum_axis(Axis(1)).sqrt()
    );

    show!(session, "np.linalg.cond(a)", condition(&a));
    let hilbert = Array2::from_shape_fn((8, 8), |(i, j)| 1.0 / (i + j + 1) as f64);
    let ones = Array1::ones(8);
    show!(session, "np.linalg.cond(hilbert)", condition(&hilbert));
    show!(
        session,
        "np.allclose(hilbert @ np.linalg.solve(hilbert, np.ones(8)), np.ones(8), rtol=0, atol=1e-7)",
        (hilbert.dot(&solve(&hilbert, &ones)?) - &ones)
            .iter()
            .all(|apart| apart.abs() <= 1e-7)
    );
    show!(session, "np.linalg.matrix_rank(hilbert)", rank(&hilbert));

    let x = array![0.0, 1.0, 2.0, 3.0, 4.0];
    let y = array![1.1, 2.9, 5.2, 7.1, 8.8];
    let line = stack![Axis(1), Array1::ones(5), x];
    let fit = least_squares(&line, &y)?;
    show!(session, "solution", fit.solution);
    // An array of one element, or of none where no residual is defined: so has an `Option`.
    show!(session, "residual", fit.residual.as_slice());
    show!(session, "singular_values", fit.singular_values);
    show!(session, "int(rank)", fit.rank);
    show!(
        session,
        r#"scipy.linalg.lstsq(line, y, lapack_driver="gelsy")[0]"#,
        least_squares_of_full_rank(&line, &y)
    );
    show!(session, "np.linalg.pinv(line)", pseudo_inverse(&line));

    let singular = array![[1.0, 2.0], [2.0, 4.0]];
    show!(session, "np.linalg.det(singular)", determinant(&singular));
    show!(session, "np.linalg.matrix_rank(singular)", rank(&singular));
    show!(
        session,
        "np.linalg.solve(singular, np.array([5.0, 10.0]))",
        solve(&singular, &array![5.0, 10.0])
    );
    show!(session, "np.linalg.inv(singular)", inverse(&singular));
    show!(
        session,
        "np.linalg.lstsq(singular, np.array([5.0, 10.0]))[0]",
        least_squares(&singular, &array![5.0, 10.0])?.solution
    );
    show!(session, "np.linalg.pinv(singular)", pseudo_inverse(&singular));
    show!(
        session,
        "np.linalg.cond(np.diag([1.0, 0.0]))",
        condition(&Array2::from_diag(&array![1.0, 0.0]))
    );

    show!(
        session,
        "np.linalg.cond(np.zeros((2, 2)))",
        condition(&Array2::zeros((2, 2)))
    );
    show!(
        session,
        "np.linalg.cond(np.zeros((0, 0)))",
        condition(&Array2::zeros((0, 0)))
    );

    show!(session, "np.linalg.solve(line, y)", solve(&line, &y));
    show!(session, "np.linalg.solve(a, y)", solve(&a, &y));
    show!(
        session,
        "np.linalg.lstsq(line, b)",
        least_squares(&line, &b).map(|fit| fit.solution)
    );
    show!(
        session,
        "scipy.linalg.solve(np.array([[1.0, np.nan], [0.0, 1.0]]), np.ones(2))",
        solve(&array![[1.0, f64::NAN], [0.0, 1.0]], &Array1::ones(2))
    );
    show!(
        session,
        "np.linalg.pinv(np.array([[1.0, np.nan], [0.0, 1.0]]))",
        pseudo_inverse(&array![[1.0, f64::NAN], [0.0, 1.0]])
    );
    let holed = array![[1.0, f64::NAN], [0.0, 1.0]];
    show!(
        session,
        "np.linalg.det(np.array([[1.0, np.nan], [0.0, 1.0]]))",
        determinant(&holed)
    );
    show!(
        session,
        "np.linalg.inv(np.array([[1.0, np.nan], [0.0, 1.0]]))",
        inverse(&holed)
    );
    show!(
        session,
        "np.linalg.matrix_rank(np.array([[1.0, np.nan], [0.0, 1.0]]))",
        rank(&holed)
    );
    let missing = array![1.0, f64::NAN, 2.0];
    show!(
        session,
        "np.linalg.solve(a, np.array([1.0, np.nan, 2.0]))",
        solve(&a, &missing)
    );
    show!(
        session,
        "np.linalg.lstsq(line[:3], np.array([1.0, np.nan, 2.0]))[0]",
        least_squares(&line.slice(s![..3, ..]), &missing).map(|fit| fit.solution)
    );
    show!(
        session,
        "scipy.linalg.lstsq(line[:3], np.array([1.0, np.nan, 2.0]))",
        least_squares_of_full_rank(&line.slice(s![..3, ..]), &missing)
    );
    let empty = Array2::zeros((0, 0));
    show!(session, "np.linalg.det(np.zeros((0, 0)))", determinant(&empty));
    show!(
        session,
        "np.linalg.solve(np.zeros((0, 0)), np.zeros(0))",
        solve(&empty, &Array1::zeros(0))
    );
    Ok(())
}

/// Solves `a @ x = b`, shapes `(n, n)` and `(n,)`, by LU with partial pivoting. The plain way, for any square matrix.
/// Faster: where `a` serves many right sides, its factors are kept or all are solved at once ([`solve_columns`]); where
/// it is positive definite, Cholesky does half the arithmetic (lesson 20). Slower and less exact: the inverse.
///
/// # Errors
/// Where `a` is not square, not finite or singular, or `b` does not fit.
pub fn solve(a: &ArrayRef2<f64>, b: &ArrayRef1<f64>) -> Result<Array1<f64>, LinalgError> {
    let x = solve_columns(a, &b.view().insert_axis(Axis(1)))?;
    Ok(x.index_axis_move(Axis(1), 0))
}

/// The same, the fast way: both factors stay in one matrix, as LAPACK has them, where [`PartialPivLu`] copies each into its
/// own; and on one thread, for at a thousand rows a second one waits as long as it works.
///
/// # Errors
/// As [`solve`].
pub fn solve_packed(a: &ArrayRef2<f64>, b: &ArrayRef1<f64>) -> Result<Array1<f64>, LinalgError> {
    let a = finite_square(a)?;
    let rows = a.nrows();
    as_many_rows(rows, b.len())?;
    let mut lu = a.to_owned();
    let par = Par::Seq;
    let room = factor::lu_in_place_scratch::<usize, f64>(rows, rows, par, <_>::default());
    let mut room = MemBuffer::new(room.or(lu_solve::solve_in_place_scratch::<usize, f64>(rows, 1, par)));
    let room = MemStack::new(&mut room);
    let (mut order, mut inverse) = (vec![0_usize; rows], vec![0; rows]);
    let (_, order) = factor::lu_in_place(lu.as_mut(), &mut order, &mut inverse, par, room, <_>::default());
    if lu.diagonal().column_vector().iter().any(|&pivot| pivot == 0.0) {
        return Err(LinalgError::Singular);
    }
    let mut x = b.to_owned();
    let columns = x.view_mut().insert_axis(Axis(1)).into_faer();
    lu_solve::solve_in_place(lu.as_ref(), lu.as_ref(), order, columns, par, room);
    Ok(x)
}

/// Solves for each column of `b`, shape `(n, k)`, with one factorisation.
///
/// # Errors
/// As [`solve`].
pub fn solve_columns(a: &ArrayRef2<f64>, b: &ArrayRef2<f64>) -> Result<Array2<f64>, LinalgError> {
    let lu = invertible(a)?;
    as_many_rows(a.nrows(), b.nrows())?;
    let mut x = b.to_owned();
    lu.solve_in_place(x.view_mut().into_faer());
    Ok(x)
}

/// The inverse, shape `(n, n)`.
///
/// # Errors
/// Where `a` is not square, not finite or singular.
pub fn inverse(a: &ArrayRef2<f64>) -> Result<Array2<f64>, LinalgError> {
    Ok(to_array(invertible(a)?.inverse().as_ref()))
}

/// LU fails for no matrix; like LAPACK's gesv, what divides by a pivot asks first whether one is exactly zero.
fn invertible(a: &ArrayRef2<f64>) -> Result<PartialPivLu<f64>, LinalgError> {
    let lu = finite_square(a)?.partial_piv_lu();
    if lu.U().into_ndarray().diag().iter().any(|&pivot| pivot == 0.0) {
        return Err(LinalgError::Singular);
    }
    Ok(lu)
}

/// The determinant; 1 of no rows.
///
/// # Errors
/// Where `a` is not square or not finite.
pub fn determinant(a: &ArrayRef2<f64>) -> Result<f64, LinalgError> {
    Ok(finite_square(a)?.determinant())
}

/// The determinant's sign (or 0) and the natural logarithm of its size, which do not overflow.
///
/// # Errors
/// Where `a` is not square or not finite.
pub fn sign_and_ln_determinant(a: &ArrayRef2<f64>) -> Result<(f64, f64), LinalgError> {
    let lu = finite_square(a)?.partial_piv_lu();
    let u = lu.U().into_ndarray();
    let pivots = u.diag();
    let sign = |x: f64| if x == 0.0 { 0.0 } else { x.signum() };
    let (order, _) = lu.P().arrays();
    let swapped = if is_odd(order) { -1.0 } else { 1.0 };
    Ok((
        pivots.iter().map(|&x| sign(x)).product::<f64>() * swapped,
        pivots.iter().map(|x| x.abs().ln()).sum(),
    ))
}

/// Whether an odd number of swaps sorts it.
fn is_odd(permutation: &[usize]) -> bool {
    let mut permutation = permutation.to_vec();
    let mut odd = false;
    for i in 0..permutation.len() {
        while permutation[i] != i {
            let to = permutation[i];
            permutation.swap(i, to);
            odd = !odd;
        }
    }
    odd
}

/// The singular values, largest first.
///
/// # Errors
/// Where `a` is not finite, or the iteration does not converge.
pub fn singular_values(a: &ArrayRef2<f64>) -> Result<Array1<f64>, LinalgError> {
    Ok(finite(a)?.singular_values()?.into())
}

/// How many times larger an error of the right side may become in the solution: without bound where `a` is singular.
///
/// # Errors
/// As [`singular_values`], and where `a` has no elements.
pub fn condition(a: &ArrayRef2<f64>) -> Result<f64, LinalgError> {
    let values = singular_values(a)?;
    let (largest, least) = values.first().zip(values.last()).ok_or(LinalgError::Empty)?;
    Ok(if *least == 0.0 {
        f64::INFINITY
    } else {
        largest / least
    })
}

/// How many singular values are more than rounding.
///
/// # Errors
/// As [`singular_values`].
pub fn rank(a: &ArrayRef2<f64>) -> Result<usize, LinalgError> {
    let values = singular_values(a)?;
    let noise = rounding(a, &values);
    Ok(values.iter().filter(|&&value| value > noise).count())
}

/// Below this a singular value is no more than rounding: the limit of NumPy's `matrix_rank` and `lstsq`.
fn rounding(a: &ArrayRef2<f64>, singular_values: &ArrayRef1<f64>) -> f64 {
    let (rows, columns) = a.dim();
    max(singular_values.abs()) * rows.max(columns) as f64 * f64::EPSILON
}

fn max(values: Array1<f64>) -> f64 {
    values.into_iter().fold(0.0, larger)
}

/// What a least-squares fit comes to.
#[derive(Debug)]
pub struct LeastSquares {
    /// Shape `(n,)`; of all that fit alike, the shortest.
    pub solution: Array1<f64>,
    /// The sum of the squared errors, where rows are more than columns and those independent.
    pub residual: Option<f64>,
    /// How many columns are independent.
    pub rank: usize,
    /// Of the matrix, largest first.
    pub singular_values: Array1<f64>,
}

/// The x for which `a @ x` is nearest to `b`, shapes `(m, n)` and `(m,)`, by singular values, as NumPy's. The plain
/// way, for any matrix; [`least_squares_of_full_rank`] is faster.
///
/// # Errors
/// Where `a` is not finite, `b` does not fit, or the iteration does not converge.
pub fn least_squares(a: &ArrayRef2<f64>, b: &ArrayRef1<f64>) -> Result<LeastSquares, LinalgError> {
    as_many_rows(a.nrows(), b.len())?;
    let svd = finite(a)?.thin_svd()?;
    let (u, v) = (svd.U().into_ndarray(), svd.V().into_ndarray());
    let singular_values: Array1<f64> = svd.S().column_vector().iter().copied().collect();
    let noise = rounding(a, &singular_values);
    let rank = singular_values.iter().filter(|&&value| value > noise).count();
    let coordinates = u.slice(s![.., ..rank]).t().dot(b) / singular_values.slice(s![..rank]);
    let solution = v.slice(s![.., ..rank]).dot(&coordinates);
    let residual = (a.nrows() > a.ncols() && rank == a.ncols()).then(|| (a.dot(&solution) - b).pow2().sum());
    Ok(LeastSquares {
        solution,
        residual,
        rank,
        singular_values,
    })
}

/// The same x by QR, for matrices of independent columns. The fast way: one pass of Householder reflections, no iteration
/// and no singular vectors. Which columns are independent it does not tell.
///
/// # Errors
/// Where `a` or `b` is not finite, `b` does not fit, or a column is exactly a sum of others.
pub fn least_squares_of_full_rank(
    a: &ArrayRef2<f64>,
    b: &ArrayRef1<f64>,
) -> Result<Array1<f64>, LinalgError> {
    right_side(a.nrows(), b)?;
    let qr = finite(a)?.qr();
    let full = a.nrows() >= a.ncols()
        && qr
            .thin_R()
            .into_ndarray()
            .diag()
            .iter()
            .all(|&pivot| pivot != 0.0);
    if !full {
        return Err(LinalgError::Singular);
    }
    let mut x = b.to_owned();
    qr.solve_lstsq_in_place(x.view_mut().insert_axis(Axis(1)).into_faer());
    Ok(x.slice_move(s![..a.ncols()]))
}

/// The Moore-Penrose inverse, shape `(n, m)` of a matrix `(m, n)`.
///
/// # Errors
/// As [`singular_values`].
pub fn pseudo_inverse(a: &ArrayRef2<f64>) -> Result<Array2<f64>, LinalgError> {
    Ok(to_array(finite(a)?.thin_svd()?.pseudoinverse().as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::default_rng;

    #[test]
    fn factors_in_one_matrix_solve_the_same() {
        for n in [0, 1, 2, 63, 200] {
            let a: Array2<f64> = default_rng(1).standard_normal((n, n));
            let b: Array1<f64> = default_rng(2).standard_normal(n);
            for a in [a.view(), a.t()] {
                let (plain, packed) = (solve(&a, &b).unwrap(), solve_packed(&a, &b).unwrap());
                let error = (plain - packed).fold(0.0_f64, |most, x| most.max(x.abs()));
                assert!(error < 1e-9, "{n} rows: {error}");
            }
        }
        let singular = array![[1.0, 2.0], [2.0, 4.0]];
        for (a, b) in [
            (singular.clone(), array![1.0, 2.0]),
            (singular, array![0.0, 0.0]),
            (Array2::eye(2), array![1.0]),
            (Array2::zeros((2, 3)), array![1.0, 2.0]),
            (array![[f64::NAN]], array![1.0]),
        ] {
            assert_eq!(solve_packed(&a, &b), solve(&a, &b));
            assert!(solve_packed(&a, &b).is_err());
        }
    }
}
