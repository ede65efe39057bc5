//! Broadcasting: operators stretch both sides, `+=` only the right one, and `Zip` none unless told.

use anyhow::{Context, Result};
use ndarray::{Array, Array2, Array3, Axis, NewAxis, Zip, array, s};

use crate::{Session, caught, show};

pub fn run(session: &mut Session) -> Result<()> {
    let column = Array::from_iter(0_i64..3).into_shape_with_order((3, 1))?;
    let row = Array::from_iter(0_i64..4);

    // Operators borrow their sides, or use up the left one and its memory.
    show!(session, "column + row", &column + &row);
    let floats = row.mapv(|x| x as f64);
    show!(
        session,
        "np.ones((2, 3, 4)) * row",
        Array3::<f64>::ones((2, 3, 4)) * &floats
    );
    show!(session, "row + 10", &row + 10);
    show!(session, "np.broadcast_to(row, (2, 4))", row.broadcast((2, 4)));
    // Nothing tells the common shape but a result.
    show!(
        session,
        "np.broadcast_shapes((3, 1), (4,))",
        (&column + &row).shape()
    );

    // NumPy raises. Here the operator panics; `broadcast` gives None, for those who ask first.
    let short = Array::from_iter(0_i64..3);
    show!(session, "row + np.arange(3)", caught(|| &row + &short));
    show!(
        session,
        "np.broadcast_to(row, (4, 2))",
        row.broadcast((4, 2)).context("4 elements do not fill rows of 2")
    );

    let mut total = Array2::zeros((3, 4));
    total += &floats;
    total += &column.mapv(|x| x as f64);
    show!(session, "total", &total);
    show!(
        session,
        "row.__iadd__(column)",
        caught(|| {
            let mut row = row.clone();
            row += &column;
            row
        })
    );

    let table = array![[1.0, 2.0, 3.0], [4.0, 5.0, 9.0]];
    // None is the mean of no rows.
    let columns = table.mean_axis(Axis(0)).context("no rows")?;
    let rows = table.mean_axis(Axis(1)).context("no columns")?;
    show!(session, "table - table.mean(axis=0)", &table - &columns);
    show!(
        session,
        "table - table.mean(axis=1, keepdims=True)",
        &table - &rows.insert_axis(Axis(1))
    );

    let points = array![[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]];
    show!(
        session,
        "np.sqrt(((points[:, np.newaxis] - points) ** 2).sum(axis=-1))",
        (&points.slice(s![.., NewAxis, ..]) - &points)
            .pow2()
            .sum_axis(Axis(2))
            .sqrt()
    );

    // `Zip` takes up to six arrays of one shape, and broadcasts where it is told to.
    show!(
        session,
        "np.where(column > row, column, row)",
        Zip::from(
            column
                .broadcast((3, 4))
                .context("a column has one element a row")?
        )
        .and_broadcast(&row)
        .map_collect(|&a, &b| if a > b { a } else { b })
    );
    Ok(())
}
