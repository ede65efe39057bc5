//! LAPACK, the Fortran that NumPy and SciPy call themselves, on ndarray's memory: the system's OpenBLAS in place of faer.

#![allow(unsafe_code, reason = "whatever is called in another language is unsafe")]

use anyhow::{Context, Result};
use ndarray::{Array1, Array2, ShapeBuilder, array, s};

use crate::{
    Session,
    linalg::{LinalgError, finite, finite_square},
    show,
};

pub fn run(session: &mut Session) -> Result<()> {
    let symmetric = array![[2.0, -1.0, 0.0], [-1.0, 3.0, -1.0], [0.0, -1.0, 5.0]];
    let (values, vectors) = eigh(&symmetric)?;
    show!(session, "values", values);
    show!(session, "np.abs(vectors)", vectors.abs());
    show!(
        session,
        "(vectors * values) @ vectors.T",
        (&vectors * &values).dot(&vectors.t())
    );
    show!(
        session,
        r#"scipy.linalg.eigh(np.array([[2.0, 99.0], [1.0, 2.0]]), driver="evd")[0]"#,
        eigh(&array![[2.0, 99.0], [1.0, 2.0]]).map(|(values, _)| values)
    );
    show!(
        session,
        r#"scipy.linalg.eigh(np.zeros((0, 0)), driver="evd")[0]"#,
        eigh(&Array2::zeros((0, 0))).map(|(values, _)| values)
    );
    show!(
        session,
        r#"scipy.linalg.eigh(np.ones((2, 3)), driver="evd")"#,
        eigh(&Array2::ones((2, 3))).map(|(values, _)| values)
    );
    show!(
        session,
        r#"scipy.linalg.eigh(np.array([[1.0, np.nan], [np.nan, 1.0]]), driver="evd")"#,
        eigh(&array![[1.0, f64::NAN], [f64::NAN, 1.0]]).map(|(values, _)| values)
    );

    let tall = array![[1.0, -1.0], [2.0, 0.5], [2.0, 3.0], [4.0, 1.0]];
    let (u, s, vt) = svd(&tall)?;
    show!(session, "s", s);
    show!(session, "np.abs(u)", u.abs());
    show!(session, "np.abs(vt)", vt.abs());
    show!(session, "(u * s) @ vt", (&u * &s).dot(&vt));
    let wide = tall.slice(s![..3, ..]).reversed_axes().to_owned();
    let (left, values_of_wide, right) = svd(&wide)?;
    show!(session, "values_of_wide", values_of_wide);
    show!(
        session,
        "(left * values_of_wide) @ right",
        (&left * &values_of_wide).dot(&right)
    );
    show!(
        session,
        r#"scipy.linalg.svd(np.zeros((0, 3)), full_matrices=False, lapack_driver="gesdd")[2]"#,
        svd(&Array2::zeros((0, 3))).map(|(_, _, vt)| vt)
    );
    show!(
        session,
        r#"scipy.linalg.svd(np.array([[1.0, np.nan], [0.0, 1.0]]), full_matrices=False, lapack_driver="gesdd")"#,
        svd(&array![[1.0, f64::NAN], [0.0, 1.0]]).map(|(_, s, _)| s)
    );
    Ok(())
}

/// Eigenvalues, smallest first, and eigenvectors as columns of a symmetric matrix, of which the lower half is read, by
/// `dsyevd`: shapes `(n,)` and `(n, n)`.
///
/// # Errors
/// Where `a` is not square, not finite or too large for LAPACK, or the iteration does not converge.
pub fn eigh(a: &Array2<f64>) -> Result<(Array1<f64>, Array2<f64>)> {
    finite_square(a)?;
    let n = order(a.nrows())?;
    // In rows, what is the lower half here is the upper one of a matrix in columns, as LAPACK has them.
    let (mut vectors, _) = a.as_standard_layout().into_owned().into_raw_vec_and_offset();
    let mut values = vec![0.0; a.nrows()];
    let (mut work, mut integers) = (vec![0.0], vec![0]);
    // LAPACK is asked first how much room it wants, by a length of -1, and then for the result.
    for ask in [true, false] {
        let length = |room: usize| if ask { Ok(-1) } else { order(room) };
        let (lwork, liwork) = (length(work.len())?, length(integers.len())?);
        let mut info = 0;
        // SAFETY: a matrix of n by n, n values, and two rooms of the length that is given with each.
        unsafe {
            lapack::dsyevd(
                b'V',
                b'U',
                n,
                &mut vectors,
                n.max(1),
                &mut values,
                &mut work,
                lwork,
                &mut integers,
                liwork,
                &mut info,
            );
        }
        converged(info)?;
        if ask {
            work.resize(work[0] as usize, 0.0);
            integers.resize(integers[0] as usize, 0);
        }
    }
    // They lie in columns.
    let vectors = Array2::from_shape_vec(a.raw_dim().f(), vectors)?;
    Ok((values.into(), vectors))
}

/// Left singular vectors as columns, singular values, largest first, and right singular vectors as rows, by `dgesdd`: for
/// a matrix of shape `(m, n)`, the lesser of which is k, shapes `(m, k)`, `(k,)` and `(k, n)`.
///
/// # Errors
/// Where an element of `a` is not finite, `a` is too large for LAPACK, or the iteration does not converge.
pub fn svd(a: &Array2<f64>) -> Result<(Array2<f64>, Array1<f64>, Array2<f64>)> {
    finite(a)?;
    let (rows, columns) = a.dim();
    let least = rows.min(columns);
    let (m, n, k) = (order(rows)?, order(columns)?, order(least)?);
    // What lies in rows is the transpose to LAPACK, whose left vectors, in columns, are the right ones here, in rows.
    let (mut a, _) = a.as_standard_layout().into_owned().into_raw_vec_and_offset();
    let (mut u, mut s, mut vt) = (
        vec![0.0; rows * least],
        vec![0.0; least],
        vec![0.0; least * columns],
    );
    let (mut work, mut integers) = (vec![0.0], vec![0; 8 * least]);
    for ask in [true, false] {
        let lwork = if ask { -1 } else { order(work.len())? };
        let mut info = 0;
        // SAFETY: matrices of n by m, n by k and k by m, k values, and two rooms, of the length given and of 8 k.
        unsafe {
            lapack::dgesdd(
                b'S',
                n,
                m,
                &mut a,
                n.max(1),
                &mut s,
                &mut vt,
                n.max(1),
                &mut u,
                k.max(1),
                &mut work,
                lwork,
                &mut integers,
                &mut info,
            );
        }
        converged(info)?;
        if ask {
            work.resize(work[0] as usize, 0.0);
        }
    }
    let u = Array2::from_shape_vec((rows, least), u)?;
    let vt = Array2::from_shape_vec((least, columns), vt)?;
    Ok((u, s.into(), vt))
}

/// A length as LAPACK counts, in 32 bits.
fn order(length: usize) -> Result<i32> {
    i32::try_from(length).context("a matrix too large for LAPACK, which counts in 32 bits")
}

/// What LAPACK says about how it ended.
fn converged(info: i32) -> Result<()> {
    assert!(info >= 0, "argument {} of LAPACK is wrong", -info);
    if info == 0 {
        Ok(())
    } else {
        Err(LinalgError::NoConvergence.into())
    }
}
