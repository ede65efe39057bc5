//! Shape and strides: rows lie one behind the other, strides count elements and not bytes.

use anyhow::{Context, Result};
use ndarray::{Array, Array2, ArrayRef, ArrayView2, Axis, Dimension, Order, ShapeBuilder, arr0, s};

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let a = Array::from_iter(0_i64..24).into_shape_with_order((2, 3, 4))?;
    show!(session, "a.shape", a.shape());
    show!(session, "a.ndim", a.ndim());
    show!(session, "a.size", a.len());
    show!(
        session,
        "a.nbytes",
        size_of_val(a.as_slice().context("a is contiguous")?)
    );
    // [12, 4, 1] is what `a.strides()` itself says.
    show!(session, "a.strides", bytes(&a));
    show!(session, "a.T.shape", a.t().shape());
    show!(session, "a.T.strides", bytes(&a.t()));
    show!(session, "a.flags.c_contiguous", a.is_standard_layout());
    show!(session, "a.T.flags.c_contiguous", a.t().is_standard_layout());
    show!(
        session,
        "a.T.flags.f_contiguous",
        a.t().reversed_axes().is_standard_layout()
    );

    let first = a.index_axis(Axis(0), 0);
    let mut f = Array::zeros(first.raw_dim().f());
    f.assign(&first);
    show!(session, "f", &f);
    show!(session, "f.strides", bytes(&f));
    show!(session, "f.ravel()", f.flatten());
    show!(session, "f.ravel(order=\"K\")", f.as_slice_memory_order());
    show!(
        session,
        "np.zeros((3, 4), order=\"F\").strides",
        bytes(&Array2::<f64>::zeros((3, 4).f()))
    );
    show!(session, "np.array_equal(f, a[0])", f == first);
    show!(
        session,
        "np.ascontiguousarray(f).strides",
        bytes(&f.as_standard_layout())
    );

    show!(
        session,
        "a[:, ::2, ::-1].strides",
        bytes(&a.slice(s![.., ..;2, ..;-1]))
    );
    let row = Array::from_iter(0_i64..3);
    show!(
        session,
        "np.broadcast_to(np.arange(3), (4, 3)).strides",
        row.broadcast((4, 3)).map(|rows| bytes(&rows))
    );
    show!(
        session,
        "a.transpose(1, 2, 0).strides",
        bytes(&a.view().permuted_axes([1, 2, 0]))
    );
    let mut swapped = a.view();
    swapped.swap_axes(0, 2);
    show!(session, "a.swapaxes(0, 2).shape", swapped.shape());
    // Views of elements that lie where the strides say: safe, since what would leave the slice is an error.
    let line: Vec<_> = (0_i64..6).collect();
    show!(
        session,
        "np.lib.stride_tricks.sliding_window_view(np.arange(5), 3)",
        ArrayView2::from_shape((3, 3).strides((1, 1)), &line[..5])
    );
    show!(
        session,
        "np.lib.stride_tricks.as_strided(np.arange(6), shape=(3, 2), strides=(8, 24))",
        ArrayView2::from_shape((3, 2).strides((1, 3)), &line)
    );

    show!(
        session,
        "np.zeros((0, 3)).size",
        Array2::<f64>::zeros((0, 3)).len()
    );
    show!(session, "np.array(5).ndim", arr0(5).ndim());
    show!(session, "a.reshape(5, 5)", a.to_shape((5, 5)));
    show!(
        session,
        "a.reshape(4, -1).shape",
        a.to_shape((4, a.len() / 4))?.shape()
    );
    show!(
        session,
        "a.reshape(4, 6, order=\"F\")",
        a.to_shape(((4, 6), Order::ColumnMajor))
    );
    Ok(())
}

/// The strides as NumPy has them.
fn bytes<A, D: Dimension>(a: &ArrayRef<A, D>) -> Vec<isize> {
    let size = size_of::<A>() as isize;
    a.strides().iter().map(|stride| stride * size).collect()
}
