//! Reshape: from long to wide by pivot, back by unpivot, rows for columns, and a row for each element of a list.

use std::sync::Arc;

use anyhow::Result;
use polars::{frame::PivotColumnNaming, prelude::*};

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let sales = df!(
        "city" => ["Oslo", "Oslo", "Bergen", "Bergen", "Bergen"],
        "year" => [2023_i64, 2024, 2023, 2024, 2024],
        "units" => [10_i64, 12, 7, 5, 4],
        "price" => [2.0, 2.5, 3.0, 3.5, 4.0],
    )?
    .lazy();
    let once = sales
        .clone()
        .unique_stable(Some(cols(["city", "year"])), UniqueKeepStrategy::First);

    // One value for each cell, or none.
    let one = element().item(true);
    show!(
        session,
        "once.pivot(index=\"city\", columns=\"year\", values=\"units\")",
        pivot(&once, "year", "city", ["units"], one.clone())?.collect()?
    );
    show!(
        session,
        "once.pivot(index=\"city\", columns=\"year\", values=[\"units\", \"price\"])",
        pivot(&once, "year", "city", ["units", "price"], one.clone())?.collect()?
    );
    show!(
        session,
        "sales.pivot(index=\"city\", columns=\"year\", values=\"units\")",
        pivot(&sales, "year", "city", ["units"], one.clone())?.collect()
    );
    show!(
        session,
        "sales.pivot_table(index=\"city\", columns=\"year\", values=\"units\", aggfunc=\"sum\")",
        pivot(&sales, "year", "city", ["units"], element().sum())?.collect()?
    );
    show!(
        session,
        "sales.pivot_table(index=\"city\", columns=\"year\", values=\"price\")",
        pivot(&sales, "year", "city", ["price"], element().mean())?.collect()?
    );
    let extremes = sales
        .clone()
        .group_by_stable([col("city"), col("year")])
        .agg([min("units").alias("min"), max("units").alias("max")]);
    show!(
        session,
        "sales.pivot_table(index=\"city\", columns=\"year\", values=\"units\", aggfunc=[\"min\", \"max\"])",
        pivot(&extremes, "year", "city", ["min", "max"], one.clone())?.collect()?
    );
    show!(
        session,
        "sales.pivot_table(index=\"city\", values=[\"units\", \"price\"], aggfunc={\"units\": \"sum\", \"price\": \"max\"})",
        sales
            .clone()
            .group_by([col("city")])
            .agg([max("price"), sum("units")])
            .sort(["city"], SortMultipleOptions::default())
            .collect()?
    );
    let partly = once.clone().filter(col("price").neq(lit(2.5)));
    show!(
        session,
        "partly.pivot(index=\"city\", columns=\"year\", values=\"units\").astype(\"Int64\")",
        pivot(&partly, "year", "city", ["units"], one.clone())?.collect()?
    );
    // The sum of nothing is 0.
    show!(
        session,
        "partly.pivot_table(index=\"city\", columns=\"year\", values=\"units\", aggfunc=\"sum\", fill_value=0)",
        pivot(&partly, "year", "city", ["units"], element().sum())?.collect()?
    );

    let wide = df!("city" => ["Oslo", "Bergen"], "2023" => [10_i64, 7], "2024" => [12_i64, 9])?.lazy();
    let long = years(wide.clone());
    show!(
        session,
        "wide.melt(id_vars=\"city\", var_name=\"year\", value_name=\"units\")",
        years(wide.clone()).collect()?
    );
    show!(
        session,
        "wide.melt(id_vars=\"city\", value_vars=[\"2024\"])",
        wide.unpivot(UnpivotArgsDSL {
            on: Some(cols(["2024"])),
            index: cols(["city"]),
            variable_name: None,
            value_name: None,
        })
        .collect()?
    );
    show!(
        session,
        "wide.melt(id_vars=\"city\", var_name=\"year\", value_name=\"units\").astype({\"year\": \"int64\"}).sort_values([\"city\", \"year\"])",
        long.clone()
            .with_column(col("year").strict_cast(DataType::Int64))
            .sort(["city", "year"], SortMultipleOptions::default())
            .collect()?
    );

    let table = sales
        .group_by([col("city"), col("year")])
        .agg([sum("units")])
        .sort(["city", "year"], SortMultipleOptions::default());
    show!(session, "table", table.clone().collect()?);
    show!(
        session,
        "table.unstack()",
        pivot(&table, "year", "city", ["units"], one.clone())?.collect()?
    );
    show!(
        session,
        "table.unstack(\"city\")",
        pivot(&table, "city", "year", ["units"], one.clone())?.collect()?
    );
    show!(
        session,
        "table.unstack().stack().rename(\"units\")",
        years(pivot(&table, "year", "city", ["units"], one.clone())?)
            .with_column(col("year").strict_cast(DataType::Int64))
            .sort(["city", "year"], SortMultipleOptions::default())
            .collect()?
    );

    let measured = df!(
        "id" => [1_i64, 2],
        "height_2023" => [1.5, 1.25],
        "height_2024" => [1.75, 1.5],
        "mass_2023" => [40_i64, 30],
        "mass_2024" => [44_i64, 33],
    )?;
    // A list for each row keeps the type of each measure, which one unpivot of them all would not.
    let years = Series::new("year".into(), [2023_i64, 2024]);
    show!(
        session,
        "pd.wide_to_long(measured, [\"height\", \"mass\"], i=\"id\", j=\"year\", sep=\"_\")",
        measured
            .lazy()
            .select([
                col("id"),
                lit(years).implode(true),
                concat_list([col("height_2023"), col("height_2024")])?.alias("height"),
                concat_list([col("mass_2023"), col("mass_2024")])?.alias("mass"),
            ])
            .explode(cols(["year", "height", "mass"]), ROW_FOR_NOTHING)
            .sort(["year", "id"], SortMultipleOptions::default())
            .collect()?
    );

    show!(
        session,
        "wide.set_index(\"city\").T",
        pivot(&long, "city", "year", ["units"], one)?
            .rename(["year"], ["index"], true)
            .collect()?
    );

    let orders = orders()?.lazy();
    show!(
        session,
        "orders[[\"order\", \"items\"]].explode(\"items\")",
        orders
            .clone()
            .select([col("order"), col("items")])
            .explode(cols(["items"]), ROW_FOR_NOTHING)
            .collect()?
    );
    let items = orders
        .clone()
        .select([col("order"), col("items")])
        .explode(cols(["items"]), NO_ROW_FOR_NOTHING);
    show!(
        session,
        "orders[[\"order\", \"items\"]].explode(\"items\").dropna()",
        items.clone().collect()?
    );
    show!(
        session,
        "orders.explode([\"items\", \"counts\"]).astype({\"counts\": \"Int64\"})",
        orders
            .explode(cols(["items", "counts"]), ROW_FOR_NOTHING)
            .collect()?
    );
    show!(
        session,
        "orders[[\"order\", \"items\"]].explode(\"items\").dropna().groupby(\"order\")[\"items\"].agg(list)",
        items
            .group_by([col("order")])
            .agg([col("items")])
            .sort(["order"], SortMultipleOptions::default())
            .collect()?
    );
    Ok(())
}

/// What becomes of an empty list, and of none, where a row is made for each element.
const ROW_FOR_NOTHING: ExplodeOptions = ExplodeOptions {
    empty_as_null: true,
    keep_nulls: true,
};
const NO_ROW_FOR_NOTHING: ExplodeOptions = ExplodeOptions {
    empty_as_null: false,
    keep_nulls: false,
};

/// A column for each value that `on` has, in the order of the first rows. A plan knows the names of its columns before it
/// runs: what they are is asked first.
fn pivot<const N: usize>(
    long: &LazyFrame,
    on: &str,
    index: &str,
    values: [&str; N],
    cell: Expr,
) -> PolarsResult<LazyFrame> {
    let names = long.clone().select([col(on).unique_stable()]).collect()?;
    let wide = long.clone().pivot(
        cols([on]),
        Arc::new(names),
        cols([index]),
        cols(values),
        cell,
        true,
        "_".into(),
        PivotColumnNaming::Auto,
    );
    Ok(wide.sort([index], SortMultipleOptions::default()))
}

/// A row for each city and year, from a column for each year.
fn years(wide: LazyFrame) -> LazyFrame {
    wide.unpivot(UnpivotArgsDSL {
        on: None,
        index: cols(["city"]),
        variable_name: Some("year".into()),
        value_name: Some("units".into()),
    })
}

fn orders() -> PolarsResult<DataFrame> {
    let text = |items: &[&str]| Series::new(PlSmallStr::EMPTY, items);
    let counts = |counts: &[i64]| Series::new(PlSmallStr::EMPTY, counts);
    df!(
        "order" => [1_i64, 2, 3],
        "items" => [text(&["ink", "pen"]), text(&[]), text(&["pad"])],
        "counts" => [counts(&[1, 2]), counts(&[]), counts(&[5])],
    )
}
