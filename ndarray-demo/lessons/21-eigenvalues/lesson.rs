//! Eigenvalues: symmetric and general, and what stands on them, as powers and functions of a matrix.

mod expm;

use anyhow::{Context, Result};
use faer::{Side, traits::ComplexField};
use faer_ext::IntoNdarray;
use ndarray::{Array1, Array2, ArrayRef2, Axis, LinalgScalar, array, s};
use num_complex::{Complex64, ComplexFloat};

pub use self::expm::expm;
use crate::{
    Session,
    linalg::{LinalgError, as_many_rows, finite_square, to_array},
    linear_systems::inverse,
    products::matrix_power,
    show,
};

pub fn run(session: &mut Session) -> Result<()> {
    let symmetric = array![[2.0, -1.0, 0.0], [-1.0, 3.0, -1.0], [0.0, -1.0, 5.0]];
    let (values, vectors) = eigh(&symmetric)?;
    show!(session, "values", values);
    show!(
        session,
        "vectors / vectors[np.abs(vectors).argmax(axis=0), np.arange(3)]",
        largest_is_one(&vectors)
    );
    show!(
        session,
        "(vectors * values) @ vectors.T",
        (&vectors * &values).dot(&vectors.t())
    );
    let i = Complex64::i();
    show!(
        session,
        "np.linalg.eigvalsh(np.array([[2.0, 1.0j], [-1.0j, 2.0]]))",
        eigvalsh(&array![[2.0.into(), i], [-i, 2.0.into()]])
    );
    show!(
        session,
        "np.linalg.eigvalsh(np.array([[2.0, 99.0], [1.0, 2.0]]))",
        eigvalsh(&array![[2.0, 99.0], [1.0, 2.0]])
    );

    let general = array![[1.0, 2.0, 0.0], [0.0, 3.0, 4.0], [5.0, 0.0, 6.0]];
    let (w, v) = eig(&general)?;
    show!(session, "w", w);
    show!(
        session,
        "v / v[np.abs(v).argmax(axis=0), np.arange(3)]",
        largest_is_one(&v)
    );
    show!(
        session,
        "np.abs(general @ v - v * w).max() < 1e-13",
        (general.mapv(Complex64::from).dot(&v) - &v * &w)
            .iter()
            .all(|apart| apart.norm() < 1e-13)
    );
    show!(
        session,
        "np.sort_complex(np.linalg.eigvals(np.array([[0.0, -1.0], [1.0, 0.0]])))",
        eigvals(&array![[0.0, -1.0], [1.0, 0.0]])
    );
    show!(
        session,
        "np.sort(np.roots([1.0, -6.0, 11.0, -6.0]))",
        roots(&[1.0, -6.0, 11.0, -6.0]).map(|roots| roots.mapv(|root| root.re))
    );
    show!(
        session,
        "np.roots([0.0, 1.0, 2.0]).real",
        roots(&[0.0, 1.0, 2.0]).map(|roots| roots.mapv(|root| root.re))
    );
    show!(session, "np.roots([np.nan, 1.0])", roots(&[f64::NAN, 1.0]));
    show!(
        session,
        "np.sort(scipy.linalg.eigvals(np.array([[3.0, -1.0], [-1.0, 1.0]]), np.diag([2.0, 1.0])).real)",
        generalized_eigvals(
            &array![[3.0, -1.0], [-1.0, 1.0]],
            &Array2::from_diag(&array![2.0, 1.0])
        )
        .map(|values| values.mapv(|value| value.re))
    );
    let diagonal = |a, b| Array2::from_diag(&array![a, b]);
    show!(
        session,
        "np.sort(scipy.linalg.eigvals(np.diag([3.0, 2.0]), np.diag([2.0, 0.0])).real)",
        generalized_eigvals(&diagonal(3.0, 2.0), &diagonal(2.0, 0.0))
            .map(|values| values.mapv(|value| value.re))
    );
    show!(
        session,
        "np.sort(scipy.linalg.eigvals(np.diag([3.0, 0.0]), np.diag([2.0, 0.0])).real)",
        generalized_eigvals(&diagonal(3.0, 0.0), &diagonal(2.0, 0.0))
            .map(|values| values.mapv(|value| value.re))
    );
    let walk = array![[0.5, 0.25, 0.25], [0.2, 0.6, 0.2], [0.1, 0.3, 0.6]];
    // The vectors come in the order of the values, of which 1 is the largest.
    let (_, vectors) = eig(&walk.t())?;
    let stays = vectors
        .columns()
        .into_iter()
        .next_back()
        .context("no places")?
        .mapv(|z| z.re);
    show!(session, "stays / stays.sum()", &stays / stays.sum());
    show!(
        session,
        "np.linalg.matrix_power(walk, 64)[0]",
        matrix_power(&walk, 64)?.row(0)
    );

    let fibonacci: Array2<i64> = array![[1, 1], [1, 0]];
    show!(
        session,
        "np.linalg.matrix_power(fibonacci, 60)",
        matrix_power(&fibonacci, 60)
    );
    show!(
        session,
        "np.linalg.matrix_power(fibonacci, 0)",
        matrix_power(&fibonacci, 0)
    );
    show!(
        session,
        "np.linalg.matrix_power(general, -2)",
        inverse(&general).and_then(|inverse| matrix_power(&inverse, 2))
    );

    show!(
        session,
        "scipy.linalg.expm(np.array([[0.0, -10.0], [10.0, 0.0]]))",
        expm(&array![[0.0, -10.0], [10.0, 0.0]])
    );
    show!(
        session,
        "scipy.linalg.expm(symmetric)",
        map_eigenvalues(&symmetric, f64::exp)
    );
    show!(
        session,
        "scipy.linalg.expm(np.array([[1.0, 1.0], [0.0, 1.0]]))",
        expm(&array![[1.0, 1.0], [0.0, 1.0]])
    );
    show!(
        session,
        "scipy.linalg.expm(np.full((2, 2), 1e308))",
        expm(&Array2::from_elem((2, 2), 1e308))
    );
    show!(
        session,
        "scipy.linalg.expm(np.array([[1.0, np.nan], [0.0, 1.0]]))",
        expm(&array![[1.0, f64::NAN], [0.0, 1.0]])
    );
    show!(
        session,
        "scipy.linalg.sqrtm(symmetric)",
        map_eigenvalues(&symmetric, f64::sqrt)
    );
    show!(
        session,
        "scipy.linalg.logm(symmetric)",
        map_eigenvalues(&symmetric, f64::ln)
    );
    show!(
        session,
        "scipy.linalg.sqrtm(np.array([[1.0, 2.0], [2.0, 1.0]]))",
        map_eigenvalues(&array![[1.0, 2.0], [2.0, 1.0]], f64::sqrt)
    );

    show!(
        session,
        "np.linalg.eig(np.ones((2, 3)))",
        eig(&Array2::ones((2, 3))).map(|(values, _)| values)
    );
    show!(
        session,
        "np.linalg.eigvals(np.array([[1.0, np.nan], [0.0, 1.0]]))",
        eigvals(&array![[1.0, f64::NAN], [0.0, 1.0]])
    );
    show!(
        session,
        "scipy.linalg.eigh(np.array([[1.0, np.inf], [np.inf, 1.0]]))",
        eigh(&array![[1.0, f64::INFINITY], [f64::INFINITY, 1.0]]).map(|(values, _)| values)
    );
    show!(
        session,
        "np.linalg.matrix_power(np.ones((2, 3)), 2)",
        matrix_power(&Array2::<f64>::ones((2, 3)), 2)
    );
    show!(
        session,
        "np.linalg.matrix_power(np.ones((2, 2)), -1)",
        inverse(&Array2::ones((2, 2)))
    );
    show!(
        session,
        "np.linalg.eigvals(np.zeros((0, 0)))",
        eigvals(&Array2::zeros((0, 0)))
    );
    Ok(())
}

/// Eigenvalues, smallest first, and eigenvectors as columns of a symmetric matrix, of which the lower half is read:
/// shapes `(n,)` and `(n, n)`.
///
/// # Errors
/// Where `a` is not square or not finite, or the iteration does not converge.
pub fn eigh(a: &ArrayRef2<f64>) -> Result<(Array1<f64>, Array2<f64>), LinalgError> {
    let found = finite_square(a)?.self_adjoint_eigen(Side::Lower)?;
    let values = found.S().column_vector().iter().copied().collect();
    Ok((values, to_array(found.U())))
}

/// The eigenvalues of a Hermitian matrix, smallest first. Faster than [`eigh`], which also turns the vectors.
///
/// # Errors
/// As [`eigh`].
pub fn eigvalsh<T: ComplexField>(a: &ArrayRef2<T>) -> Result<Array1<T::Real>, LinalgError> {
    Ok(finite_square(a)?.self_adjoint_eigenvalues(Side::Lower)?.into())
}

/// Eigenvalues and eigenvectors as columns, shapes `(n,)` and `(n, n)`, by real part and then by imaginary part. They are
/// complex, as those of a real matrix can be.
///
/// # Errors
/// As [`eigh`].
pub fn eig(a: &ArrayRef2<f64>) -> Result<(Array1<Complex64>, Array2<Complex64>), LinalgError> {
    let found = finite_square(a)?.eigen()?;
    let (values, vectors) = (found.S().column_vector(), found.U().into_ndarray());
    let mut order: Vec<_> = (0..a.nrows()).collect();
    order.sort_by(|&i, &j| by_parts(&values[i], &values[j]));
    Ok((
        order.iter().map(|&i| values[i]).collect(),
        vectors.select(Axis(1), &order),
    ))
}

/// The eigenvalues, by real part and then by imaginary part.
///
/// # Errors
/// As [`eigh`].
pub fn eigvals(a: &ArrayRef2<f64>) -> Result<Array1<Complex64>, LinalgError> {
    Ok(sorted(finite_square(a)?.eigenvalues()?))
}

/// The w of `a @ v = w * b @ v`, by real part and then by imaginary part: infinite where `b @ v` is 0, and NaN where `a @ v`
/// is 0, too.
///
/// # Errors
/// As [`eigh`].
pub fn generalized_eigvals(a: &ArrayRef2<f64>, b: &ArrayRef2<f64>) -> Result<Array1<Complex64>, LinalgError> {
    as_many_rows(a.nrows(), b.nrows())?;
    let found = finite_square(a)?.generalized_eigen(finite_square(b)?)?;
    let quotients = found
        .S_a()
        .column_vector()
        .iter()
        .zip(found.S_b().column_vector().iter());
    // A complex number divided by 0 would be NaN.
    let quotient = |(a, b): (&Complex64, &Complex64)| match (a.norm(), b.norm()) {
        (0.0, 0.0) => Complex64::from(f64::NAN),
        (_, 0.0) => Complex64::from(f64::INFINITY.copysign(a.re)),
        _ => a / b,
    };
    Ok(sorted(quotients.map(quotient).collect()))
}

/// The roots of a polynomial, highest power first: eigenvalues of its companion matrix. A power that counts nothing is none.
///
/// # Errors
/// Where a coefficient is not finite.
pub fn roots(coefficients: &[f64]) -> Result<Array1<Complex64>, LinalgError> {
    let highest = coefficients.iter().position(|&coefficient| coefficient != 0.0);
    let Some([first, rest @ ..]) = highest.map(|highest| &coefficients[highest..]) else {
        return Ok(Array1::default(0));
    };
    let degree = rest.len();
    let mut companion = Array2::zeros((degree, degree));
    if let Some(mut row) = companion.rows_mut().into_iter().next() {
        row.assign(&Array1::from_iter(
            rest.iter().map(|coefficient| -coefficient / first),
        ));
        companion.slice_mut(s![1.., ..]).diag_mut().fill(1.0);
    }
    eigvals(&companion)
}

fn sorted(mut values: Vec<Complex64>) -> Array1<Complex64> {
    values.sort_by(by_parts);
    values.into()
}

fn by_parts(a: &Complex64, b: &Complex64) -> std::cmp::Ordering {
    a.re.total_cmp(&b.re).then(a.im.total_cmp(&b.im))
}

/// Each column divided by the first of its elements that none exceeds in size: a vector's length, sign and phase are a
/// matter of taste.
fn largest_is_one<T: ComplexFloat<Real = f64> + LinalgScalar>(vectors: &Array2<T>) -> Array2<T> {
    vectors
        / &vectors.map_axis(Axis(0), |vector| {
            let larger = |largest: T, &x: &T| if x.abs() > largest.abs() { x } else { largest };
            vector.iter().fold(T::zero(), larger)
        })
}

/// A function of a symmetric matrix: its vectors stay, its values are mapped.
///
/// # Errors
/// As [`eigh`], and where the function is NaN or infinite at an eigenvalue, as a square root is NaN below 0, and a
/// logarithm infinite at 0. SciPy answers a complex matrix below 0. An eigenvalue that should be 0 may be rounded to one a
/// little below: `|x| x.max(0.0).sqrt()` takes it for 0.
pub fn map_eigenvalues(
    a: &ArrayRef2<f64>,
    function: impl Fn(f64) -> f64,
) -> Result<Array2<f64>, LinalgError> {
    let (values, vectors) = eigh(a)?;
    let mapped = values.mapv_into(function);
    if !mapped.iter().all(|value| value.is_finite()) {
        return Err(LinalgError::Undefined);
    }
    Ok((&vectors * &mapped).dot(&vectors.t()))
}
