//! Panel: three axes in a long frame, where each axis is a column of labels and the three of them are the key.

use std::sync::Arc;

use anyhow::Result;
use polars::{frame::PivotColumnNaming, prelude::*};

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let shops = df!("shop" => ["north", "south"])?;
    let days = df!("day" => [1, 2, 3])?.lazy().select([day(col("day"))]);
    let fruits = df!("fruit" => ["apples", "pears", "plums", "quinces"])?;
    let panel = shops
        .clone()
        .lazy()
        .cross_join(days, None)
        .cross_join(fruits.clone().lazy(), None)
        .with_columns([(int_range(lit(0), len(), 1, DataType::Int64) * lit(7) % lit(24)).alias("sales")]);
    let sales = col("sales");

    show!(session, "panel", panel.clone().collect()?);
    show!(
        session,
        "panel.index.levshape",
        panel
            .clone()
            .drop(cols(["sales"]))
            .collect()?
            .columns()
            .iter()
            .map(Column::n_unique)
            .collect::<PolarsResult<Vec<_>>>()?
    );

    show!(
        session,
        "panel.xs(\"north\")",
        section(&panel, "shop", lit("north")).collect()?
    );
    show!(
        session,
        "panel.xs(\"2026-03-02\", level=\"day\")",
        section(&panel, "day", day(lit(2))).collect()?
    );
    show!(
        session,
        "panel.xs(\"pears\", level=\"fruit\")",
        section(&panel, "fruit", lit("pears")).collect()?
    );
    show!(
        session,
        "panel.loc[\"north\", days[1], \"pears\"]",
        cell(&panel, "north", 2, "pears")?
    );
    show!(
        session,
        "panel.loc[\"north\", days[1], \"figs\"]",
        cell(&panel, "north", 2, "figs")
    );
    show!(
        session,
        "panel.loc[:, days[1] :, [\"pears\", \"plums\"]]",
        panel
            .clone()
            .filter(col("day").gt_eq(day(lit(2))))
            .filter(col("fruit").is_in(
                lit(Series::new("".into(), ["pears", "plums"])).implode(true),
                false
            ))
            .collect()?
    );
    show!(
        session,
        "panel[panel > 20]",
        panel.clone().filter(sales.clone().gt(lit(20))).collect()?
    );

    show!(
        session,
        "panel.groupby([\"day\", \"fruit\"]).sum()",
        by(&panel, ["day", "fruit"], [sales.clone().sum()]).collect()?
    );
    show!(
        session,
        "panel.groupby([\"shop\", \"fruit\"]).mean()",
        by(&panel, ["shop", "fruit"], [sales.clone().mean()]).collect()?
    );
    show!(
        session,
        "panel.groupby([\"shop\", \"day\"]).max()",
        by(&panel, ["shop", "day"], [sales.clone().max()]).collect()?
    );
    show!(
        session,
        "panel.groupby(\"fruit\").agg([\"min\", \"max\"])",
        by(
            &panel,
            ["fruit"],
            [sales.clone().min().alias("min"), sales.clone().max().alias("max")]
        )
        .collect()?
    );
    show!(
        session,
        "panel.groupby(\"shop\").sum()",
        by(&panel, ["shop"], [sales.clone().sum()]).collect()?
    );
    show!(
        session,
        "panel.sum()",
        panel
            .clone()
            .select([sales.clone().sum()])
            .collect()?
            .column("sales")?
            .get(0)?
    );
    // The label where the greatest is, not its position.
    show!(
        session,
        "panel.unstack(\"fruit\").idxmax(axis=\"columns\").rename(\"best\")",
        by(
            &panel,
            ["shop", "day"],
            [col("fruit").get(sales.clone().arg_max(), false).alias("best")]
        )
        .collect()?
    );

    show!(
        session,
        "panel / panel.groupby([\"shop\", \"day\"]).transform(\"sum\")",
        panel
            .clone()
            .with_columns(
                [sales.clone().cast(DataType::Float64) / sales.clone().sum().over(["shop", "day"])?]
            )
            .collect()?
    );
    show!(
        session,
        "(panel - panel.xs(days[0], level=\"day\")).sort_index()",
        panel
            .clone()
            .join_builder()
            .with(section(&panel, "day", day(lit(1))))
            .on(["shop", "fruit"].map(col))
            .how(JoinType::Left)
            .maintain_order(MaintainOrderJoin::Left)
            .suffix("_first")
            .finish()
            .with_columns([col("sales") - col("sales_first")])
            .drop(cols(["sales_first"]))
            .collect()?
    );

    show!(
        session,
        "panel.reorder_levels([\"fruit\", \"day\", \"shop\"]).sort_index()",
        panel
            .clone()
            .select([cols(["fruit", "day", "shop", "sales"]).as_expr()])
            .sort(["fruit", "day", "shop"], SortMultipleOptions::default())
            .collect()?
    );
    show!(
        session,
        "panel.xs(\"north\").unstack(\"fruit\")",
        unstacked(section(&panel, "shop", lit("north")), &fruits, ["day"]).collect()?
    );
    show!(
        session,
        "panel.unstack(\"fruit\").stack().rename(\"sales\")",
        unstacked(panel.clone(), &fruits, ["shop", "day"])
            .unpivot(UnpivotArgsDSL {
                on: None,
                index: cols(["shop", "day"]),
                variable_name: Some("fruit".into()),
                value_name: Some("sales".into()),
            })
            .sort(["shop", "day", "fruit"], SortMultipleOptions::default())
            .collect()?
    );
    show!(
        session,
        "panel.groupby([\"shop\", \"fruit\"]).sum().unstack(\"shop\")",
        unstacked(
            by(&panel, ["shop", "fruit"], [sales.clone().sum()]),
            &shops,
            ["fruit"]
        )
        .sort(["fruit"], SortMultipleOptions::default())
        .collect()?
    );
    let pair = || concat_str([col("shop"), col("fruit")], "_", false).alias("pair");
    let pairs = shops
        .lazy()
        .cross_join(fruits.lazy(), None)
        .select([pair()])
        .collect()?;
    show!(
        session,
        "panel.unstack([\"shop\", \"fruit\"])",
        unstacked(panel.clone().with_columns([pair()]), &pairs, ["day"]).collect()?
    );

    let whole = by(&panel, ["day", "fruit"], [sales.clone().sum()]);
    show!(
        session,
        "pd.concat({\"all\": whole}, names=[\"shop\"])",
        whole
            .select([lit("all").alias("shop"), all().as_expr()])
            .collect()?
    );
    let sparse = panel.clone().filter(sales.gt(lit(20)));
    let sold = sparse
        .clone()
        .select([col("fruit")])
        .unique_stable(None, UniqueKeepStrategy::First)
        .collect()?;
    show!(
        session,
        "sparse.unstack(\"fruit\")",
        unstacked(sparse.clone(), &sold, ["shop", "day"]).collect()?
    );
    show!(
        session,
        "sparse.unstack(\"fruit\", fill_value=0)",
        unstacked(sparse.clone(), &sold, ["shop", "day"])
            .with_columns([DataTypeSelector::Numeric.as_selector().as_expr().fill_null(0)])
            .collect()?
    );
    show!(
        session,
        "sparse.reindex(panel.index).isna().sum()",
        panel
            .drop(cols(["sales"]))
            .join(
                sparse,
                AXES.map(col),
                AXES.map(col),
                JoinArgs::new(JoinType::Left)
            )
            .select([col("sales").null_count()])
            .collect()?
            .column("sales")?
            .get(0)?
    );
    Ok(())
}

/// Item, major axis and minor axis.
const AXES: [&str; 3] = ["shop", "day", "fruit"];

/// A day of March 2026.
pub(crate) fn day(number: Expr) -> Expr {
    datetime(DatetimeArgs::new(lit(2026), lit(3), number)).alias("day")
}

/// What stands under one label of an axis: an axis less.
fn section(panel: &LazyFrame, axis: &str, label: Expr) -> LazyFrame {
    panel.clone().filter(col(axis).eq(label)).drop(cols([axis]))
}

/// The one cell that has these labels.
fn cell(panel: &LazyFrame, shop: &str, number: i32, fruit: &str) -> PolarsResult<i64> {
    let cell = section(&section(panel, "shop", lit(shop)), "day", day(lit(number)))
        .filter(col("fruit").eq(lit(fruit)))
        .select([col("sales").item(false)])
        .collect()?;
    cell.column("sales")?.get(0)?.try_extract()
}

/// Aggregates over the axes that are not named, in the order of the labels.
fn by<const N: usize>(panel: &LazyFrame, axes: [&str; N], aggregate: impl AsRef<[Expr]>) -> LazyFrame {
    panel
        .clone()
        .group_by(axes.map(col))
        .agg(aggregate)
        .sort(axes, SortMultipleOptions::default())
}

/// A column for each label of one axis. A query has to know its columns before it runs, so the labels are given.
fn unstacked<const N: usize>(panel: LazyFrame, labels: &DataFrame, index: [&str; N]) -> LazyFrame {
    panel.pivot(
        cols(labels.get_column_names_owned()),
        Arc::new(labels.clone()),
        cols(index),
        cols(["sales"]),
        element().first(),
        true,
        PlSmallStr::EMPTY,
        PivotColumnNaming::Auto,
    )
}
