//! Panel in arrays: the last axis, or the last two, lie in the cells of a column whose type says how long they are.

use anyhow::Result;
use ndarray::Array3;
use polars::{lazy::dsl::concat_arr, prelude::*};

use crate::{Session, panel::day, show};

/// The labels along an array. The column does not keep them.
const FRUITS: [&str; 4] = ["apples", "pears", "plums", "quinces"];

pub fn run(session: &mut Session) -> Result<()> {
    let values: Vec<_> = (0..24_i64).map(|number| number * 7 % 24).collect();
    let shops = df!("shop" => ["north", "south"])?;
    let days = df!("day" => [1, 2, 3])?.lazy().select([day(col("day"))]);
    let keys = shops.clone().lazy().cross_join(days, None).collect()?;
    let panel = keys.hstack(&[in_arrays(&values, [6, 4])?])?;
    let sales = || col("sales");

    show!(session, "panel", panel);

    let panel = panel.lazy();
    show!(
        session,
        "panel[panel[\"shop\"] == \"north\"]",
        panel.clone().filter(col("shop").eq(lit("north"))).collect()?
    );
    show!(
        session,
        "panel[panel[\"day\"] == days[1]]",
        panel.clone().filter(col("day").eq(day(lit(2)))).collect()?
    );
    show!(
        session,
        "panel[\"sales\"].map(lambda row: row[fruits.index(\"pears\")])",
        cells(&panel, sales().arr().get(position("pears")?, false))?
    );
    show!(
        session,
        "panel[\"sales\"].map(lambda row: row[1:3])",
        cells(&panel, sales().arr().slice(lit(1), lit(2), true)?)?
    );
    show!(
        session,
        "panel[\"sales\"].map(lambda row: row[9])",
        cells(&panel, sales().arr().get(lit(9), false))
    );

    show!(
        session,
        "panel[\"sales\"].map(np.sum)",
        cells(&panel, sales().arr().sum())?
    );
    show!(
        session,
        "panel[\"sales\"].map(np.mean)",
        cells(&panel, sales().arr().mean())?
    );
    show!(
        session,
        "panel[\"sales\"].map(np.max)",
        cells(&panel, sales().arr().max())?
    );
    let fruits = || lit(Series::new("fruit".into(), FRUITS));
    show!(
        session,
        "panel[\"sales\"].map(lambda row: fruits[np.argmax(row)])",
        cells(
            &panel,
            fruits().gather(sales().arr().arg_max(), false).alias("sales")
        )?
    );
    show!(
        session,
        "panel.groupby(\"shop\")[\"sales\"].agg(lambda rows: np.stack(rows).sum(axis=0))",
        added(&panel, "shop")?
    );
    show!(
        session,
        "panel.groupby(\"day\")[\"sales\"].agg(lambda rows: np.stack(rows).sum(axis=0))",
        added(&panel, "day")?
    );

    show!(
        session,
        "panel[\"sales\"] * 2",
        cells(&panel, sales().arr().eval(element() * lit(2), false))?
    );
    show!(
        session,
        "panel[\"sales\"].map(lambda row: row - row.min())",
        cells(&panel, sales().arr().eval(element() - element().min(), false))?
    );
    show!(
        session,
        "panel[\"sales\"].map(lambda row: row @ np.array([2, 3, 5, 4]))",
        cells(
            &panel,
            sales()
                .arr()
                .agg((element() * lit(Series::new("".into(), [2_i64, 3, 5, 4]))).sum())
        )?
    );
    show!(
        session,
        "panel[\"sales\"].map(np.sort)",
        cells(&panel, sales().arr().sort(SortOptions::default()))?
    );

    let cube = shops.hstack(&[in_arrays(&values, [2, 3, 4])?])?;
    show!(session, "cube", cube);
    show!(
        session,
        "cube[\"sales\"].iloc[0].shape",
        cube.column("sales")?.dtype().get_shape()
    );
    let cube = cube.lazy();
    show!(
        session,
        "cube[\"sales\"].map(lambda table: table[1])",
        cells(&cube, sales().arr().get(lit(1), false))?
    );
    show!(
        session,
        "cube[\"sales\"].map(lambda table: table[:, 1])",
        cells(
            &cube,
            sales().arr().eval(element().arr().get(lit(1), false), false)
        )?
    );
    show!(
        session,
        "cube[\"sales\"].map(lambda table: table.sum(axis=1))",
        cells(&cube, sales().arr().eval(element().arr().sum(), false))?
    );
    show!(
        session,
        "np.stack(cube[\"sales\"])",
        array(&cells(&cube, sales())?, (2, 3, 4))?
    );
    // And back: the last axis is contiguous in either.
    let doubled = 2 * array(&cells(&cube, sales())?, (2, 3, 4))?;
    let numbers: Vec<_> = doubled.iter().copied().collect();
    show!(
        session,
        "pd.DataFrame({\"shop\": shops, \"sales\": list(doubled)})",
        shops.hstack(&[in_arrays(&numbers, [2, 3, 4])?])?
    );

    let long = panel.with_columns([fruits().implode(true)]).explode(
        cols(["sales", "fruit"]),
        ExplodeOptions {
            empty_as_null: true,
            keep_nulls: true,
        },
    );
    show!(session, "long", long.clone().collect()?);
    show!(
        session,
        "long.groupby([\"shop\", \"day\"], as_index=False).agg(sales=(\"sales\", list))",
        long.group_by_stable(["shop", "day"].map(col))
            .agg([sales()])
            .with_columns([sales().list().to_array(4)])
            .collect()?
    );

    let ragged = Series::new(
        PlSmallStr::EMPTY,
        [
            Series::new("".into(), [1_i64, 2]),
            Series::new("".into(), [3_i64]),
        ],
    );
    show!(session, "ragged", ragged);
    show!(
        session,
        "np.stack(ragged)",
        ragged.strict_cast(&DataType::Array(Box::new(DataType::Int64), 2))
    );
    Ok(())
}

/// The numbers in arrays of a shape, of which the first length counts the rows.
fn in_arrays<const N: usize>(numbers: &[i64], shape: [i64; N]) -> PolarsResult<Column> {
    let arrays = Series::new("sales".into(), numbers).reshape_array(&shape.map(ReshapeDimension::new))?;
    Ok(arrays.into_column())
}

/// Where a label stands along the array.
fn position(fruit: &str) -> PolarsResult<Expr> {
    let position = FRUITS.iter().zip(0..).find(|(label, _)| **label == fruit);
    let (_, position) = position.ok_or_else(|| polars_err!(OutOfBounds: "no fruit is named {fruit:?}"))?;
    Ok(lit::<i64>(position))
}

/// The cells that an expression makes of `sales`.
fn cells(panel: &LazyFrame, sales: Expr) -> PolarsResult<Column> {
    panel.clone().select([sales]).collect()?.column("sales").cloned()
}

/// The sum of the arrays of each group. A group adds up numbers, not arrays: one position after the other.
fn added(panel: &LazyFrame, axis: &str) -> PolarsResult<DataFrame> {
    let sums = (0..)
        .zip(FRUITS)
        .map(|(at, _)| col("sales").arr().get(lit::<i64>(at), false).sum());
    panel
        .clone()
        .group_by([col(axis)])
        .agg([concat_arr(sums.collect())?])
        .sort([axis], SortMultipleOptions::default())
        .collect()
}

/// The same values as an array of ndarray.
fn array(cells: &Column, shape: (usize, usize, usize)) -> Result<Array3<i64>> {
    let numbers = cells.as_materialized_series().get_leaf_array();
    let numbers = numbers.i64()?.into_no_null_iter().collect();
    Ok(Array3::from_shape_vec(shape, numbers)?)
}
