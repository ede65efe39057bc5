//! Alignment: pandas pairs values by index, polars joins by a column, and the join says what becomes of the rest.

use std::sync::Arc;

use anyhow::Result;
use polars::{
    frame::PivotColumnNaming,
    lazy::dsl::{max_horizontal, sum_horizontal},
    prelude::*,
};

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let shop = df!("fruit" => ["apples", "pears", "plums"], "kg" => [3.0, 5.5, 8.0])?.lazy();
    let store = df!("fruit" => ["plums", "pears", "quinces"], "kg" => [30.0, 20.0, 40.0])?.lazy();
    let (fruit, here, there) = (col("fruit"), col("kg"), col("kg_right"));

    show!(
        session,
        "shop + store",
        aligned(&shop, &store, &["fruit"])
            .select([fruit.clone(), here.clone() + there.clone()])
            .collect()?
    );
    // What is missing on one side is nothing added.
    show!(
        session,
        "shop.add(store, fill_value=0)",
        concat([shop.clone(), store.clone()], UnionArgs::default())?
            .group_by([fruit.clone()])
            .agg([here.clone().sum()])
            .sort(["fruit"], SortMultipleOptions::default())
            .collect()?
    );
    show!(
        session,
        "shop.astype(\"int64\") + store.astype(\"int64\")",
        aligned(&shop, &store, &["fruit"])
            .with_columns([cols(["kg", "kg_right"]).as_expr().cast(DataType::Int64)])
            .select([fruit.clone(), here.clone() + there.clone()])
            .collect()?
    );
    show!(
        session,
        "shop.reset_index(drop=True) + store.reset_index(drop=True)",
        (shop.clone().collect()?.column("kg")? + store.clone().collect()?.column("kg")?)?
    );
    let twice = concat([shop.clone(), shop.clone()], UnionArgs::default())?;
    show!(
        session,
        "pd.concat([shop, shop]) + store",
        aligned(&twice, &store, &["fruit"])
            .select([fruit.clone(), here.clone() + there.clone()])
            .collect()?
    );

    show!(
        session,
        "here",
        aligned(&shop, &store, &["fruit"])
            .select([fruit.clone(), here.clone()])
            .collect()?
    );
    show!(
        session,
        "there",
        aligned(&shop, &store, &["fruit"])
            .select([fruit.clone(), there.clone().alias("kg")])
            .collect()?
    );
    show!(
        session,
        "shop.align(store, join=\"inner\")[1]",
        shop.clone()
            .inner_join(store.clone(), fruit.clone(), fruit.clone())
            .select([fruit.clone(), there.clone().alias("kg")])
            .sort(["fruit"], SortMultipleOptions::default())
            .collect()?
    );

    let wanted = df!("fruit" => ["quinces", "plums", "apples"])?.lazy();
    show!(
        session,
        "shop.reindex([\"quinces\", \"plums\", \"apples\"])",
        reindexed(&shop, wanted.clone()).collect()?
    );
    show!(
        session,
        "shop.reindex([\"quinces\", \"plums\", \"apples\"], fill_value=0)",
        reindexed(&shop, wanted)
            .with_columns([here.clone().fill_null(0)])
            .collect()?
    );
    show!(
        session,
        "pd.concat([shop, shop]).reindex([\"plums\"])",
        reindexed(&twice, df!("fruit" => ["plums"])?.lazy()).collect()
    );
    let level = df!("day" => [1_i64, 4], "metres" => [2.5, 3.0])?.lazy();
    let latest = AsOfOptions {
        allow_eq: true,
        ..AsOfOptions::default()
    };
    let days = df!("day" => [0_i64, 1, 2, 3, 4, 5])?.lazy();
    show!(
        session,
        "level.reindex(pd.RangeIndex(6, name=\"day\"), method=\"ffill\")",
        days.join_builder()
            .with(level)
            .on([col("day")])
            .how(JoinType::AsOf(Box::new(latest)))
            .finish()
            .collect()?
    );

    show!(
        session,
        "shop.combine_first(store)",
        aligned(&shop, &store, &["fruit"])
            .select([fruit.clone(), coalesce(&[here.clone(), there.clone()])])
            .collect()?
    );
    show!(
        session,
        "shop.combine(store, max, fill_value=0)",
        aligned(&shop, &store, &["fruit"])
            .select([
                fruit.clone(),
                max_horizontal([here.clone().fill_null(0), there.clone().fill_null(0)])?
            ])
            .collect()?
    );
    show!(
        session,
        "updated(shop, store)",
        reindexed(&store, shop.clone())
            .select([fruit, coalesce(&[there, here]).alias("kg")])
            .collect()?
    );

    let january = df!("fruit" => ["apples", "pears"], "red" => [1.0, 2.0], "green" => [3.0, 6.0])?;
    let february = df!("fruit" => ["pears", "plums"], "green" => [10.0, 20.0], "blue" => [30.0, 40.0])?;
    let numbers = || DataTypeSelector::Numeric.as_selector().as_expr();
    show!(
        session,
        "january + 1",
        january
            .clone()
            .lazy()
            .with_columns([numbers() + lit(1)])
            .collect()?
    );
    show!(
        session,
        "january + february",
        combined(&january, &february, ["blue", "green", "red"], |a, b| a + b)?
    );
    show!(
        session,
        "january.add(february, fill_value=0)",
        combined(&january, &february, ["blue", "green", "red"], |a, b| {
            coalesce(&[a.clone() + b.clone(), a, b])
        })?
    );
    show!(
        session,
        "january.combine_first(february)",
        combined(&january, &february, ["red", "green", "blue"], |a, b| coalesce(&[
            a, b
        ]))?
    );

    let january = january.lazy();
    show!(
        session,
        "january - january.mean()",
        january
            .clone()
            .with_columns([numbers() - numbers().mean()])
            .collect()?
    );
    show!(
        session,
        "january * pd.Series({\"red\": 100.0, \"green\": 10.0})",
        january
            .clone()
            .with_columns([("red", 100.0), ("green", 10.0)].map(|(colour, factor)| col(colour) * lit(factor)))
            .collect()?
    );
    show!(
        session,
        "january.sub(january[\"red\"], axis=\"index\")",
        january.clone().with_columns([numbers() - col("red")]).collect()?
    );
    show!(
        session,
        "january.div(january.sum(axis=\"columns\"), axis=\"index\")",
        january
            .with_columns([numbers() / sum_horizontal([numbers()], true)?])
            .collect()?
    );
    Ok(())
}

/// A row for each label of either side, in the labels' order; what the right side has is named `kg_right`.
fn aligned(left: &LazyFrame, right: &LazyFrame, labels: &[&str]) -> LazyFrame {
    left.clone()
        .join_builder()
        .with(right.clone())
        .on(labels.iter().map(|label| col(*label)).collect::<Vec<_>>())
        .how(JoinType::Full)
        .coalesce(JoinCoalesce::CoalesceColumns)
        .finish()
        .sort(labels.to_vec(), SortMultipleOptions::default())
}

/// The rows with these labels, in their order. A label that the values have twice is an error.
fn reindexed(values: &LazyFrame, labels: LazyFrame) -> LazyFrame {
    labels
        .join_builder()
        .with(values.clone())
        .on([col("fruit")])
        .how(JoinType::Left)
        .validate(JoinValidation::ManyToOne)
        .maintain_order(MaintainOrderJoin::Left)
        .finish()
}

/// Each cell computed from the left frame's and the right frame's in the same row and column. Once the columns' names
/// stand in a column, too, row and column are two keys to join by.
fn combined<const N: usize>(
    left: &DataFrame,
    right: &DataFrame,
    colours: [&str; N],
    with: impl Fn(Expr, Expr) -> Expr,
) -> PolarsResult<DataFrame> {
    let long = |frame: &DataFrame| {
        frame.clone().lazy().unpivot(UnpivotArgsDSL {
            on: None,
            index: cols(["fruit"]),
            variable_name: Some("colour".into()),
            value_name: Some("kg".into()),
        })
    };
    aligned(&long(left), &long(right), &["fruit", "colour"])
        .select([col("fruit"), col("colour"), with(col("kg"), col("kg_right"))])
        .pivot(
            cols(["colour"]),
            Arc::new(df!("colour" => colours)?),
            cols(["fruit"]),
            cols(["kg"]),
            element().first(),
            true,
            PlSmallStr::EMPTY,
            PivotColumnNaming::Auto,
        )
        .collect()
}
