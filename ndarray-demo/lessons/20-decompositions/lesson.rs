//! Decompositions: LU, QR, Cholesky and SVD, whose signs are a matter of taste and made alike before they are compared.

use anyhow::Result;
use faer::{
    Side,
    linalg::solvers::{Llt, Svd},
    traits::ComplexField,
};
use faer_ext::{IntoFaer, IntoNdarray};
use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, Axis, array};
use num_complex::Complex64;

use crate::{
    Session,
    linalg::{LinalgError, finite, finite_square, right_side, solve_with, to_array},
    show,
};

pub fn run(session: &mut Session) -> Result<()> {
    let a = array![[2.0, 1.0, 1.0], [4.0, -6.0, 0.0], [-2.0, 7.0, 2.0]];
    let lu = finite_square(&a)?.partial_piv_lu();
    let (l, u) = (lu.L().into_ndarray(), lu.U().into_ndarray());
    // The permutation has two readings: which row comes where, and where each row went.
    let (_, rows) = lu.P().arrays();
    show!(session, "rows.tolist()", rows);
    show!(session, "l", l);
    show!(session, "u", u);
    show!(session, "(l @ u)[rows]", l.dot(&u).select(Axis(0), rows));
    show!(
        session,
        "scipy.linalg.lu_solve(factors, np.array([5.0, -2.0, 9.0]))",
        solve_with(&lu, &array![5.0, -2.0, 9.0])
    );
    show!(
        session,
        "scipy.linalg.solve_triangular(u, np.array([-2.0, 4.0, 1.0]))",
        solve_upper(&u, &array![-2.0, 4.0, 1.0])
    );

    let tall = array![[1.0, -1.0], [2.0, 0.5], [2.0, 3.0], [4.0, 1.0]];
    let qr = finite(&tall)?.qr();
    let (q, r) = (to_array(qr.compute_thin_Q().as_ref()), qr.thin_R().into_ndarray());
    let signs = r.diag().signum();
    show!(session, "q * signs", &q * &signs);
    show!(
        session,
        "signs[:, np.newaxis] * r",
        &r * &signs.insert_axis(Axis(1))
    );
    show!(
        session,
        "np.allclose(q.T @ q, np.eye(2), rtol=0, atol=1e-14)",
        (q.t().dot(&q) - Array2::<f64>::eye(2))
            .iter()
            .all(|apart| apart.abs() <= 1e-14)
    );
    show!(
        session,
        r#"np.linalg.qr(tall, mode="complete")[0].shape"#,
        qr.compute_Q().as_ref().into_ndarray().shape()
    );
    show!(
        session,
        "scipy.linalg.qr(np.array([[1.0, 9.0, 2.0], [0.0, 9.0, 5.0]]), pivoting=True)[2].tolist()",
        finite(&array![[1.0, 9.0, 2.0], [0.0, 9.0, 5.0]])?
            .col_piv_qr()
            .P()
            .arrays()
            .0
    );

    let positive = array![[4.0, 2.0, -2.0], [2.0, 10.0, 2.0], [-2.0, 2.0, 6.0]];
    show!(session, "np.linalg.cholesky(positive)", cholesky(&positive));
    show!(
        session,
        "np.linalg.cholesky(positive, upper=True)",
        cholesky(&positive).map(Array2::reversed_axes)
    );
    show!(
        session,
        "scipy.linalg.cho_solve(scipy.linalg.cho_factor(positive), np.array([4.0, 14.0, 6.0]))",
        solve_positive_definite(&positive, &array![4.0, 14.0, 6.0])
    );
    let i = Complex64::i();
    show!(
        session,
        "np.linalg.cholesky(np.array([[2.0, 1.0j], [-1.0j, 2.0]]))",
        cholesky(&array![[2.0.into(), i], [-i, 2.0.into()]])
    );
    show!(
        session,
        "np.linalg.cholesky(np.array([[4.0, 99.0], [2.0, 5.0]]))",
        cholesky(&array![[4.0, 99.0], [2.0, 5.0]])
    );
    show!(
        session,
        "np.linalg.cholesky(np.array([[1.0, 2.0], [2.0, 1.0]]))",
        cholesky(&array![[1.0, 2.0], [2.0, 1.0]])
    );
    show!(session, "np.linalg.cholesky(tall)", cholesky(&tall));

    let svd = singular_value_decomposition(&tall)?;
    // NumPy has the right vectors as rows, faer as columns.
    let (v, wt) = (svd.U().into_ndarray(), svd.V().into_ndarray().reversed_axes());
    let s: Array1<f64> = svd.S().column_vector().iter().copied().collect();
    show!(session, "s", s);
    let signs = v.map_axis(Axis(0), |vector| largest(&vector.to_vec()).signum());
    show!(session, "v * signs", &v * &signs);
    show!(
        session,
        "signs[:, np.newaxis] * wt",
        &wt * &signs.insert_axis(Axis(1))
    );
    show!(
        session,
        "np.linalg.svd(tall)[0].shape",
        finite(&tall)?
            .svd()
            .map_err(LinalgError::from)?
            .U()
            .into_ndarray()
            .shape()
    );
    let nearest = s[0]
        * v.column(0)
            .insert_axis(Axis(1))
            .dot(&wt.row(0).insert_axis(Axis(0)));
    show!(session, "s[0] * np.outer(v[:, 0], wt[0])", nearest);
    show!(
        session,
        "np.linalg.norm(tall - s[0] * np.outer(v[:, 0], wt[0]), 2)",
        finite(&(&tall - &nearest))?
            .singular_values()
            .map_err(LinalgError::from)?[0]
    );

    let gap = array![1.0, f64::NAN, 2.0];
    show!(
        session,
        "scipy.linalg.lu_solve(factors, np.array([1.0, np.nan, 2.0]))",
        solve_with(&lu, &gap)
    );
    show!(
        session,
        "scipy.linalg.solve_triangular(u, np.array([1.0, np.nan, 2.0]))",
        solve_upper(&u, &gap)
    );
    show!(
        session,
        "scipy.linalg.solve_triangular(np.array([[1.0, 2.0], [0.0, 0.0]]), np.ones(2))",
        solve_upper(&array![[1.0, 2.0], [0.0, 0.0]], &Array1::ones(2))
    );
    show!(
        session,
        "np.linalg.svd(np.array([[1.0, np.nan], [0.0, 1.0]]))",
        singular_value_decomposition(&array![[1.0, f64::NAN], [0.0, 1.0]]).map(|svd| to_array(svd.U()))
    );
    show!(
        session,
        "scipy.linalg.qr(np.array([[1.0, np.inf], [0.0, 1.0]]))",
        finite(&array![[1.0, f64::INFINITY], [0.0, 1.0]]).map(|a| to_array(a.qr().thin_R()))
    );
    show!(
        session,
        "scipy.linalg.cholesky(np.array([[1.0, np.nan], [np.nan, 1.0]]))",
        cholesky(&array![[1.0, f64::NAN], [f64::NAN, 1.0]])
    );
    Ok(())
}

/// Solves `u @ x = b`, shapes `(n, n)` and `(n,)`, where `u` is zero below its diagonal: back substitution.
///
/// # Errors
/// Where `u` is not square, `b` does not fit or is not finite, or the diagonal holds a zero.
pub fn solve_upper(u: &ArrayRef2<f64>, b: &ArrayRef1<f64>) -> Result<Array1<f64>, LinalgError> {
    let (rows, columns) = u.dim();
    if rows != columns {
        return Err(LinalgError::NotSquare { rows, columns });
    }
    right_side(rows, b)?;
    if u.diag().iter().any(|&pivot| pivot == 0.0) {
        return Err(LinalgError::Singular);
    }
    let mut x = b.to_owned();
    let column = x.view_mut().insert_axis(Axis(1)).into_faer();
    u.view().into_faer().solve_upper_triangular_in_place(column);
    Ok(x)
}

/// The lower factor L of `a = L @ Lᴴ`, shape `(n, n)`. Only the lower half of `a` is read.
///
/// # Errors
/// Where `a` is not square, not finite or not positive definite.
pub fn cholesky<T: ComplexField>(a: &ArrayRef2<T>) -> Result<Array2<T>, LinalgError> {
    Ok(to_array(factors(a)?.L()))
}

/// Solves `a @ x = b`, shapes `(n, n)` and `(n,)`, where `a` is positive definite. The fast way for such: half the
/// arithmetic of LU, and no rows to swap.
///
/// # Errors
/// As [`cholesky`], and where `b` does not fit or is not finite.
pub fn solve_positive_definite(a: &ArrayRef2<f64>, b: &ArrayRef1<f64>) -> Result<Array1<f64>, LinalgError> {
    solve_with(&factors(a)?, b)
}

fn factors<T: ComplexField>(a: &ArrayRef2<T>) -> Result<Llt<T>, LinalgError> {
    Ok(finite_square(a)?.llt(Side::Lower)?)
}

/// `a = U @ diag(S) @ Vᵀ`, shape `(m, n)`, with as many vectors as there are singular values, which come largest first.
///
/// # Errors
/// Where `a` is not finite, or the iteration does not converge.
pub fn singular_value_decomposition(a: &ArrayRef2<f64>) -> Result<Svd<f64>, LinalgError> {
    Ok(finite(a)?.thin_svd()?)
}

/// The first element that none exceeds in size.
fn largest(vector: &[f64]) -> f64 {
    vector.iter().fold(
        0.0,
        |largest: f64, &x| if x.abs() > largest.abs() { x } else { largest },
    )
}
