//! Indexing: `s!` slices as Python does, but for ranges, which are turned around after they are taken.

use std::mem;

use anyhow::{Context, Result};
use ndarray::{Array, Axis, NewAxis, Zip, array, s};

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let a = Array::from_iter(0_i64..12).into_shape_with_order((3, 4))?;
    show!(session, "a[1, 2]", a[[1, 2]]);
    // An index in brackets is unsigned: from the end counts `s!`.
    show!(session, "a[-1, -1]", a.slice(s![-1, -1]).into_scalar());
    show!(session, "a[1]", a.row(1));
    show!(session, "a[:, 1]", a.column(1));
    show!(session, "a[1:, :2]", a.slice(s![1.., ..2]));
    show!(session, "a[::2]", a.slice(s![..;2, ..]));
    show!(session, "a[-2:, :-1]", a.slice(s![-2.., ..-1]));
    show!(session, "a.diagonal()", a.diag());
    show!(session, "a.flat[5]", a.iter().nth(5));

    show!(session, "a[::-1]", a.slice(s![..;-1, ..]));
    show!(session, "a[:, ::-2]", a.slice(s![.., ..;-2]));
    // The range says which, the step from which end: 1..3 are the rows 1 and 2.
    show!(session, "a[2:0:-1]", a.slice(s![1..3;-1, ..]));
    show!(
        session,
        "np.arange(10)[8:2:-2]",
        Array::from_iter(0_i64..10).slice(s![3..9;-2])
    );

    let cube = Array::from_iter(0_i64..24).into_shape_with_order((2, 3, 4))?;
    show!(session, "cube[1]", cube.index_axis(Axis(0), 1));
    show!(session, "cube[..., 0]", cube.slice(s![.., .., 0]));
    show!(session, "cube[1, ..., ::3]", cube.slice(s![1, .., ..;3]));
    show!(
        session,
        "a[:, np.newaxis].shape",
        a.slice(s![.., NewAxis, ..]).shape()
    );
    show!(
        session,
        "cube[:, 1, np.newaxis, ::3]",
        cube.slice(s![.., 1, NewAxis, ..;3])
    );

    // `get` is for an index that may be wrong.
    show!(session, "a[3, 0]", a.get([3, 0]).context("a has no row 3"));
    // `s!` panics there, and in a build without checks of overflow with other words.
    show!(
        session,
        "a[-4]",
        a.nrows()
            .checked_sub(4)
            .map(|row| a.row(row))
            .context("a has no row -4")
    );
    // Nor may a slice leave the array.
    show!(session, "a[1:100]", a.slice(s![1..100.min(a.nrows()), ..]));
    show!(session, "a[3:]", a.slice(s![3.., ..]));

    let mut b = a.clone();
    b[[0, 0]] = 100;
    b.row_mut(1).assign(&array![7, 8, 9, 10]);
    b.slice_mut(s![2, 1..]).mapv_inplace(|x| -x);
    b.slice_mut(s![.., ..;2]).mapv_inplace(|x| x + 1);
    show!(session, "b", &b);
    let mut c = a.clone();
    let (first, last) = c.multi_slice_mut((s![0, ..], s![2, ..]));
    Zip::from(first).and(last).for_each(mem::swap);
    show!(session, "c", &c);

    let squares = Array::from_iter((0_i64..6).map(|x| x * x));
    show!(
        session,
        "squares[1:] - squares[:-1]",
        &squares.slice(s![1..]) - &squares.slice(s![..-1])
    );
    show!(
        session,
        "[10 * i + j for (i, j), x in np.ndenumerate(a) if x % 5 == 0]",
        a.indexed_iter()
            .filter(|(_, x)| *x % 5 == 0)
            .map(|((i, j), _)| 10 * i + j)
            .collect::<Vec<_>>()
    );
    Ok(())
}
