//! Reshape, stack, split: a new shape is a view where the memory's order allows it, and what joins arrays copies.

use std::iter;

use anyhow::{Result, ensure};
use ndarray::{
    Array, Array1, Array2, ArrayRef, ArrayRef1, ArrayRef2, ArrayView, Axis, Dimension, Order, RemoveAxis,
    ShapeError, Slice, array, concatenate, s, stack,
};
use ndarray_ndimage::{PadMode, pad};

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let a = Array::from_iter(0_i64..6);
    let m = a.view().into_shape_with_order((2, 3))?;

    show!(session, "m", m);
    show!(
        session,
        r#"a.reshape(3, 2, order="F")"#,
        a.to_shape(((3, 2), Order::ColumnMajor))
    );
    show!(session, "a.reshape(2, -1)", a.to_shape((2, a.len() / 2)));
    show!(session, "a.reshape(4, 2)", a.to_shape((4, 2)));

    // `to_shape` and `flatten` copy where they must, and say so by the kind of their result, a `CowArray`.
    show!(session, "m.T", m.t());
    show!(session, "m.T.ravel()", m.t().flatten());
    show!(session, r#"m.T.ravel(order="K")"#, m.t().as_slice_memory_order());
    show!(
        session,
        "m.astype(float).T.copy()",
        transposed(&m.mapv(|x| x as f64))
    );
    show!(session, "m.T.reshape(-1).base is a", m.t().to_shape(6)?.is_view());
    let cube = Array::from_iter(0_i64..24).into_shape_with_order((2, 3, 4))?;
    show!(
        session,
        "np.arange(24).reshape(2, 3, 4).transpose(2, 0, 1).shape",
        cube.permuted_axes((2, 0, 1)).shape()
    );
    let mut swapped = m;
    swapped.swap_axes(0, 1);
    show!(
        session,
        "np.swapaxes(m, 0, 1).flags.f_contiguous",
        swapped.t().is_standard_layout()
    );

    // The functions give an error where shapes do not match; the macros of the same names panic.
    show!(
        session,
        "np.concatenate([m, m + 6])",
        concatenate(Axis(0), &[m, (&m + 6).view()])
    );
    show!(
        session,
        "np.hstack([m, [[10], [20]]])",
        concatenate(Axis(1), &[m, array![[10], [20]].view()])
    );
    show!(
        session,
        "np.stack([a[:3], a[3:]], axis=1)",
        stack(Axis(1), &[a.slice(s![..3]), a.slice(s![3..])])
    );
    show!(
        session,
        "np.concatenate([m, np.zeros((2, 2), dtype=int)])",
        concatenate(Axis(0), &[m, Array2::zeros((2, 2)).view()])
    );
    show!(
        session,
        "np.stack([a[:3], a[:2]])",
        stack(Axis(0), &[a.slice(s![..3]), a.slice(s![..2])])
    );

    show!(session, "np.split(a, 3)[1]", split(&a, Axis(0), 3)?[1]);
    show!(session, "np.split(m, [1], axis=1)[1]", m.split_at(Axis(1), 1).1);
    show!(
        session,
        "np.split(a, 4)",
        split(&a, Axis(0), 4).map(|parts| parts.len())
    );
    show!(
        session,
        "[len(part) for part in np.array_split(a, 4)]",
        array_split(&a, Axis(0), 4)
            .map(|part| part.len())
            .collect::<Vec<_>>()
    );

    show!(session, "np.pad(m, 1)", pad(&m, &[[1, 1]], PadMode::Constant(0)));
    show!(
        session,
        r#"np.pad(a, (2, 3), mode="edge")"#,
        pad_with_edge(&a, 2, 3)
    );
    show!(
        session,
        r#"np.pad(a, (2, 3), mode="reflect")"#,
        pad(&a, &[[2, 3]], PadMode::Reflect)
    );
    show!(
        session,
        r#"np.pad(m, ((0, 1), (2, 0)), mode="wrap")"#,
        pad(&m, &[[0, 1], [2, 0]], PadMode::Wrap)
    );
    show!(
        session,
        r#"np.pad(np.array([], dtype=int), 1, mode="edge")"#,
        pad_with_edge(&Array1::zeros(0), 1, 1)
    );
    show!(session, "np.tile(m, (2, 2))", tile(&m, (2, 2)));
    show!(
        session,
        "np.repeat(a[:3], 2)",
        a.select(Axis(0), &repeated(&[2, 2, 2]))
    );
    show!(
        session,
        "np.repeat(m, [1, 2], axis=0)",
        m.select(Axis(0), &repeated(&[1, 2]))
    );
    show!(session, "np.roll(a, 2)", roll(&a, Axis(0), 2));
    show!(session, "np.roll(m, -1, axis=1)", roll(&m, Axis(1), -1));
    let mut flipped = m;
    flipped.invert_axis(Axis(0));
    show!(session, "np.flip(m, axis=0)", flipped);
    show!(session, "m[:, ::-1]", m.slice(s![.., ..;-1]));
    Ok(())
}

/// Views of `parts` equal parts along an axis.
///
/// # Errors
/// Where the axis cannot be divided so.
pub fn split<A, D: Dimension>(
    array: &ArrayRef<A, D>,
    axis: Axis,
    parts: usize,
) -> Result<Vec<ArrayView<'_, A, D>>> {
    let length = array.len_of(axis);
    ensure!(
        length.checked_rem(parts) == Some(0),
        "{length} elements are not {parts} equal parts"
    );
    Ok(array_split(array, axis, parts).collect())
}

/// Views of `parts` parts along an axis, the first ones longer by one where it cannot be divided.
pub fn array_split<A, D: Dimension>(
    array: &ArrayRef<A, D>,
    axis: Axis,
    parts: usize,
) -> impl Iterator<Item = ArrayView<'_, A, D>> {
    let length = array.len_of(axis);
    (0..parts).map(move |part| {
        let start = |part: usize| part * (length / parts) + part.min(length % parts);
        array.slice_axis(axis, Slice::from(start(part)..start(part + 1)))
    })
}

/// The first value `before` more times in front, and the last one `after` more times behind. `pad` panics where there is no
/// value, and where a mirror image is longer than what it is of; NumPy repeats the image.
///
/// # Errors
/// Where there is no value.
pub fn pad_with_edge(values: &ArrayRef1<i64>, before: usize, after: usize) -> Result<Array1<i64>> {
    ensure!(!values.is_empty(), "an empty array has no edge");
    Ok(pad(values, &[[before, after]], PadMode::Edge))
}

/// The matrix so many times below and beside itself.
pub fn tile(matrix: &ArrayRef2<i64>, (down, across): (usize, usize)) -> Array2<i64> {
    let (rows, columns) = matrix.dim();
    Array2::from_shape_fn((rows * down, columns * across), |(row, column)| {
        matrix[(row % rows, column % columns)]
    })
}

/// Each index as often as its count says: what to `select`.
pub fn repeated(counts: &[usize]) -> Vec<usize> {
    let each = counts.iter().enumerate();
    each.flat_map(|(index, &count)| iter::repeat_n(index, count))
        .collect()
}

/// Each element `shift` places further along an axis, and what leaves at one end back at the other.
///
/// # Errors
/// None: both parts have the shape of the array but for this axis.
pub fn roll<A: Clone, D: RemoveAxis>(
    array: &ArrayRef<A, D>,
    axis: Axis,
    shift: isize,
) -> Result<Array<A, D>, ShapeError> {
    let length = array.len_of(axis).max(1);
    let (head, tail) = array
        .view()
        .split_at(axis, shift.wrapping_neg().rem_euclid(length as isize) as usize);
    concatenate(axis, &[tail, head])
}

/// `a.T.copy()`: a matrix of shape `(n, m)` with the rows of the one of shape `(m, n)` as its columns. The fast way to
/// `a.t().as_standard_layout()`: tile by tile, so that each cache line which is fetched is used up before it has to go. A
/// band of rows is put together in the cache, and appended to memory that nobody had to fill with zeros first.
///
/// # Errors
/// None: each band has the columns of the result.
pub fn transposed(a: &ArrayRef2<f64>) -> Result<Array2<f64>, ShapeError> {
    const TILE: usize = 64;
    let mut transposed = Array2::zeros((0, a.nrows()));
    transposed.reserve(Axis(0), a.ncols())?;
    let mut band = Array2::zeros((TILE, a.nrows()));
    for columns in a.axis_chunks_iter(Axis(1), TILE) {
        let mut band = band.slice_mut(s![..columns.ncols(), ..]);
        let tiles = band.axis_chunks_iter_mut(Axis(1), TILE);
        for (mut tile, part) in tiles.zip(columns.axis_chunks_iter(Axis(0), TILE)) {
            tile.assign(&part.t());
        }
        transposed.append(Axis(0), band.view())?;
    }
    Ok(transposed)
}
