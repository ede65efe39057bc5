//! Products: `dot` for vectors and matrices, a reshape or a loop around it for more axes, and each einsum as its product.

use anyhow::{Context, Result, ensure};
use ndarray::{
    Array, Array2, Array3, ArrayD, ArrayRef2, ArrayRef3, ArrayViewD, Axis, LinalgScalar, Zip, array,
    linalg::{general_mat_mul, kron},
    stack,
};
use num_complex::Complex;

use crate::{
    Session, caught,
    linalg::{LinalgError, matmul},
    show,
};

pub fn run(session: &mut Session) -> Result<()> {
    let a = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
    let b = array![[1.0, 0.0], [2.0, 1.0], [0.0, 3.0]];
    let v = array![1.0, 2.0, 4.0];
    let w = array![3.0, 5.0, 7.0];

    show!(session, "v @ w", v.dot(&w));
    show!(session, "np.inner(v, w)", v.dot(&w));
    show!(session, "a @ v", a.dot(&v));
    show!(session, "v @ b", v.dot(&b));
    show!(session, "a @ b", a.dot(&b));
    show!(session, "a @ a", caught(|| a.dot(&a)));
    // faer's product: the same for small matrices, and faster for large ones.
    show!(session, "np.matmul(a, b)", matmul(&a, &b));
    show!(session, "np.matmul(a, a)", matmul(&a, &a));
    show!(session, "np.outer(v, w)", &v.view().insert_axis(Axis(1)) * &w);
    show!(session, "np.kron(np.eye(2), a)", kron(&Array2::eye(2), &a));
    show!(session, "np.trace(a @ b)", a.dot(&b).diag().sum());
    let p = array![Complex::new(1.0, 2.0), Complex::new(0.0, 3.0)];
    let q = array![Complex::new(2.0, -1.0), Complex::new(1.0, 1.0)];
    show!(
        session,
        "np.vdot(np.array([1 + 2j, 3j]), np.array([2 - 1j, 1 + 1j]))",
        p.mapv(|z| z.conj()).dot(&q)
    );
    // Whoever writes the chain chooses its order.
    show!(session, "np.linalg.multi_dot([a, b, a])", a.dot(&b).dot(&a));
    show!(
        session,
        "np.linalg.matrix_power(np.array([[1, 1], [1, 0]]), 10)",
        matrix_power(&array![[1_i64, 1], [1, 0]], 10)
    );
    show!(
        session,
        "np.linalg.matrix_power(np.array([[1, 1], [1, 0]]), 90)",
        matrix_power(&array![[1_i64, 1], [1, 0]], 90)
    );

    let matrices = Array::from_iter((0..12).map(f64::from)).into_shape_with_order((2, 2, 3))?;
    show!(session, "stack @ b", stack_times_matrix(&matrices, &b));
    let others = stack(Axis(0), &[b.view(), (2.0 * &b).view()])?;
    show!(
        session,
        "stack @ np.stack([b, 2 * b])",
        stack_times_stack(&matrices, &others)
    );
    show!(
        session,
        "stack @ np.ones((3, 3, 2))",
        stack_times_stack(&matrices, &Array3::ones((3, 3, 2)))
    );

    let cube = Array::from_iter((0..24).map(f64::from)).into_shape_with_order((2, 3, 4))?;
    let (left, right) = (a.view().into_dyn(), cube.view().into_dyn());
    show!(
        session,
        "np.tensordot(a, cube, axes=([1], [1]))",
        tensordot(&left, &right, &[1], &[1])
    );
    show!(
        session,
        "np.tensordot(a, cube, axes=([0, 1], [0, 1]))",
        tensordot(&left, &right, &[0, 1], &[0, 1])
    );

    let square = a.dot(&b);
    show!(session, r#"np.einsum("ii", square)"#, square.diag().sum());
    show!(session, r#"np.einsum("ii->i", square)"#, square.diag());
    show!(session, r#"np.einsum("ij->ji", a)"#, a.t());
    show!(session, r#"np.einsum("ij,j->i", a, v)"#, a.dot(&v));
    show!(session, r#"np.einsum("ij,jk->ik", a, b)"#, a.dot(&b));
    show!(
        session,
        r#"np.einsum("i,j->ij", v, w)"#,
        Array2::from_shape_fn((3, 3), |(i, j)| v[i] * w[j])
    );
    show!(
        session,
        r#"np.einsum("bij,jk->bik", stack, b)"#,
        stack_times_matrix(&matrices, &b)
    );
    // Row by row, without an array for the products.
    show!(
        session,
        r#"np.einsum("ij,ij->i", a, a)"#,
        Zip::from(a.rows()).and(a.rows()).map_collect(|x, y| x.dot(&y))
    );
    show!(
        session,
        r#"np.einsum("i,ij,j->", np.array([1.0, 2.0]), a, v)"#,
        array![1.0, 2.0].dot(&a).dot(&v)
    );
    show!(
        session,
        r#"np.einsum("ij,ij->i", a, b)"#,
        caught(|| (&a * &b).sum_axis(Axis(1)))
    );

    show!(
        session,
        "np.ones((2, 0)) @ np.ones((0, 3))",
        Array2::<f64>::ones((2, 0)).dot(&Array2::ones((0, 3)))
    );
    Ok(())
}

/// `a @ a @ … @ a`, shape `(n, n)`, by squaring: at most two products for each bit of the exponent. The highest bit comes
/// first, so that no power is computed that is larger than the result.
///
/// # Errors
/// Where `a` is not square.
pub fn matrix_power<T: LinalgScalar>(a: &ArrayRef2<T>, exponent: u32) -> Result<Array2<T>, LinalgError> {
    let (rows, columns) = a.dim();
    if rows != columns {
        return Err(LinalgError::NotSquare { rows, columns });
    }
    let bits = (0..u32::BITS - exponent.leading_zeros()).rev();
    Ok(bits.fold(Array2::eye(rows), |power, bit| {
        let square = power.dot(&power);
        if exponent >> bit & 1 == 1 {
            square.dot(a)
        } else {
            square
        }
    }))
}

/// `(b, i, j)` times `(j, k)`, matrix by matrix: the plain way.
///
/// # Errors
/// Where the matrices do not match, or there are none.
pub fn stack_times_matrix_plain(matrices: &ArrayRef3<f64>, right: &ArrayRef2<f64>) -> Result<Array3<f64>> {
    let (_, _, inner) = matrices.dim();
    ensure!(
        inner == right.nrows(),
        "{inner} columns and {} rows",
        right.nrows()
    );
    let products: Vec<_> = matrices.outer_iter().map(|left| left.dot(right)).collect();
    let views: Vec<_> = products.iter().map(|product| product.view()).collect();
    Ok(stack(Axis(0), &views)?)
}

/// `(b, i, j)` times `(j, k)`, as one product of all rows: the fast way where the matrices are small, since each product
/// pays for its set-up and its memory. 100 000 matrices of 4 × 4 take about a hundredth of the time; from 64 × 64 on it
/// matters little.
///
/// # Errors
/// Where the matrices do not match.
pub fn stack_times_matrix(matrices: &ArrayRef3<f64>, right: &ArrayRef2<f64>) -> Result<Array3<f64>> {
    let (count, rows, inner) = matrices.dim();
    ensure!(
        inner == right.nrows(),
        "{inner} columns and {} rows",
        right.nrows()
    );
    let product = matrices.to_shape((count * rows, inner))?.dot(right);
    // A product may lie in columns, and is copied then.
    Ok(product.into_shape_clone((count, rows, right.ncols()))?)
}

/// `(b, i, j)` times `(b, j, k)`, each matrix by its counterpart and into its place.
///
/// # Errors
/// Where the stacks do not match.
pub fn stack_times_stack(left: &ArrayRef3<f64>, right: &ArrayRef3<f64>) -> Result<Array3<f64>> {
    let ((count, rows, inner), (right_count, right_rows, columns)) = (left.dim(), right.dim());
    ensure!(
        count == right_count && inner == right_rows,
        "{:?} and {:?} do not match",
        left.dim(),
        right.dim()
    );
    let mut products = Array3::zeros((count, rows, columns));
    Zip::from(products.outer_iter_mut())
        .and(left.outer_iter())
        .and(right.outer_iter())
        .for_each(|mut product, left, right| general_mat_mul(1.0, &left, &right, 0.0, &mut product));
    Ok(products)
}

/// The sum over pairs of axes, as one product of two matrices: the axes that stay in front on the left, behind on the
/// right.
///
/// # Errors
/// Where there are no such axes, or their lengths do not match.
pub fn tensordot(
    left: &ArrayViewD<'_, f64>,
    right: &ArrayViewD<'_, f64>,
    left_axes: &[usize],
    right_axes: &[usize],
) -> Result<ArrayD<f64>> {
    let lengths = |array: &ArrayViewD<'_, f64>, axes: &[usize]| -> Result<Vec<usize>> {
        let length = |axis: &usize| array.shape().get(*axis).copied();
        let lengths: Option<Vec<_>> = axes.iter().map(length).collect();
        lengths.with_context(|| format!("no axes {axes:?} in an array of {:?}", array.shape()))
    };
    let summed = lengths(left, left_axes)?;
    ensure!(
        summed == lengths(right, right_axes)?,
        "axes {left_axes:?} of {:?} and {right_axes:?} of {:?} do not match",
        left.shape(),
        right.shape()
    );
    let rest = |array: &ArrayViewD<'_, f64>, axes: &[usize]| -> Vec<usize> {
        (0..array.ndim()).filter(|axis| !axes.contains(axis)).collect()
    };
    let (left_rest, right_rest) = (rest(left, left_axes), rest(right, right_axes));
    ensure!(
        left_axes.len() + left_rest.len() == left.ndim()
            && right_axes.len() + right_rest.len() == right.ndim(),
        "an axis is named twice in {left_axes:?} or {right_axes:?}"
    );
    let shape = [lengths(left, &left_rest)?, lengths(right, &right_rest)?];
    let [rows, columns] = [0, 1].map(|side| shape[side].iter().product::<usize>());
    let inner: usize = summed.iter().product();

    let left = left.view().permuted_axes([&left_rest[..], left_axes].concat());
    let right = right.view().permuted_axes([right_axes, &right_rest[..]].concat());
    let product = left
        .to_shape((rows, inner))?
        .dot(&right.to_shape((inner, columns))?);
    Ok(product.into_shape_clone(shape.concat())?)
}
