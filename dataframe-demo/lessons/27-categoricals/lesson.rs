//! Categoricals: a Categorical takes any text, an Enum only its own, whose order is that of sorts and comparisons.

use anyhow::Result;
use polars::prelude::*;

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    // Columns that share these categories share their codes.
    let teams = Categories::new("teams".into(), PlSmallStr::EMPTY, CategoricalPhysical::U8);
    let teams = DataType::from_categories(teams);
    let team = Series::new(
        "team".into(),
        [Some("red"), Some("blue"), Some("red"), None, Some("green")],
    )
    .strict_cast(&teams)?;
    show!(session, "team", team);
    show!(session, "team.cat.categories", categories(&team)?);
    show!(session, "team.cat.codes", codes(&team)?);
    show!(session, "team.astype(str)", team.cast(&DataType::String)?);
    show!(
        session,
        "team.sort_values(na_position=\"first\")",
        team.sort(SortOptions::default())?
    );

    let size = enumeration(["S", "M", "L", "XL"])?;
    let shirts = df!(
        "shirt" => ["a", "b", "c", "d", "e"],
        "size" => ["L", "S", "XL", "S", "L"],
        "price" => [12_i64, 8, 15, 9, 11],
    )?
    .lazy()
    .with_column(col("size").strict_cast(size.clone()))
    .collect()?;
    let sizes = shirts.column("size")?.as_materialized_series();
    show!(session, "shirts[\"size\"].cat.categories", categories(sizes)?);
    show!(session, "shirts[\"size\"].cat.codes", codes(sizes)?);
    show!(
        session,
        "shirts.sort_values([\"size\", \"shirt\"])",
        shirts.sort(["size", "shirt"], SortMultipleOptions::default())?
    );
    let largest_first = SortMultipleOptions::default()
        .with_order_descending(true)
        .with_maintain_order(true);
    show!(
        session,
        "shirts.sort_values(\"size\", ascending=False, kind=\"stable\")[\"shirt\"]",
        shirts.sort(["size"], largest_first)?.column("shirt")?
    );
    show!(
        session,
        "shirts[shirts[\"size\"] >= \"L\"]",
        shirts
            .clone()
            .lazy()
            .filter(col("size").gt_eq(lit("L")))
            .collect()?
    );
    show!(
        session,
        "shirts[\"size\"].min()",
        sizes.min_reduce()?.value().get_str()
    );
    show!(
        session,
        "shirts[\"size\"].max()",
        sizes.max_reduce()?.value().get_str()
    );

    let with_unknown = Series::new(PlSmallStr::EMPTY, ["S", "XS"]);
    show!(
        session,
        "pd.Series([\"S\", \"XS\"]).astype(size)",
        with_unknown.cast(&size)?
    );
    show!(
        session,
        "shirts[\"size\"].where(shirts[\"shirt\"] != \"a\", \"XXL\")",
        shirts
            .clone()
            .lazy()
            .select([when(col("shirt").neq(lit("a")))
                .then(col("size"))
                .otherwise(lit("XXL").strict_cast(size.clone()))])
            .collect()
    );
    show!(
        session,
        "shirts[\"size\"] > \"XXL\"",
        shirts
            .clone()
            .lazy()
            .select([col("size").gt(lit("XXL"))])
            .collect()
    );

    let longer = enumeration(["small", "medium", "large", "extra"])?;
    show!(
        session,
        "shirts[\"size\"].cat.rename_categories([\"small\", \"medium\", \"large\", \"extra\"])",
        shirts
            .clone()
            .lazy()
            .select([col("size").to_physical().cat().to(longer, true)])
            .collect()?
            .column("size")?
    );
    let with_more = enumeration(["S", "M", "L", "XL", "XXL"])?;
    show!(
        session,
        "shirts[\"size\"].cat.add_categories(\"XXL\").cat.categories",
        categories(&sizes.strict_cast(&with_more)?)?
    );
    show!(
        session,
        "shirts[\"size\"].cat.remove_unused_categories().cat.categories",
        categories(&sizes.strict_cast(&used(sizes)?)?)?
    );
    show!(
        session,
        "shirts[\"size\"].cat.set_categories([\"S\", \"M\"])",
        sizes.cast(&enumeration(["S", "M"])?)?
    );
    let turned = enumeration(["XL", "L", "M", "S"])?;
    show!(
        session,
        "shirts[\"size\"].cat.reorder_categories([\"XL\", \"L\", \"M\", \"S\"]).cat.codes",
        codes(&sizes.strict_cast(&turned)?)?
    );

    let by_size = |prices: &[Expr]| shirts.clone().lazy().group_by([col("size")]).agg(prices);
    show!(
        session,
        "shirts.groupby(\"size\", observed=True)[\"price\"].mean()",
        by_size(&[mean("price")])
            .sort(["size"], SortMultipleOptions::default())
            .collect()?
    );
    let every = categories(sizes)?.strict_cast(&size)?.with_name("size".into());
    show!(
        session,
        "shirts.groupby(\"size\", observed=False)[\"price\"].agg([\"count\", \"mean\"])",
        every
            .into_frame()
            .lazy()
            .join(
                by_size(&[len().alias("count"), mean("price").alias("mean")]),
                [col("size")],
                [col("size")],
                JoinArgs {
                    maintain_order: MaintainOrderJoin::Left,
                    ..JoinArgs::new(JoinType::Left)
                },
            )
            .with_column(col("count").fill_null(0))
            .collect()?
    );

    let other = Series::new("team".into(), ["blue", "black"]);
    let elsewhere = Categories::new("elsewhere".into(), PlSmallStr::EMPTY, CategoricalPhysical::U8);
    let foreign = other.strict_cast(&DataType::from_categories(elsewhere))?;
    show!(
        session,
        "pd.concat([team, other], ignore_index=True)",
        appended(&team, &foreign)
    );
    let one_more = Series::new("size".into(), ["M"]).strict_cast(&size)?;
    show!(
        session,
        "pd.concat([shirts[\"size\"], pd.Series([\"M\"], dtype=size, name=\"size\")], ignore_index=True)",
        appended(sizes, &one_more)?
    );
    let united = appended(&team, &other.strict_cast(&teams)?)?;
    show!(
        session,
        "pd.api.types.union_categoricals([team, other], sort_categories=True).categories",
        categories(&united)?.sort(SortOptions::default())?
    );

    let many = ["a rather long name", "another long name"];
    let many = StringChunked::from_iter_values(PlSmallStr::EMPTY, many.into_iter().cycle().take(2000));
    let names = enumeration(["a rather long name", "another long name"])?;
    show!(
        session,
        "many.astype(\"category\").cat.codes.nbytes",
        many.into_series().strict_cast(&names)?.estimated_size()
    );
    Ok(())
}

/// The type of a column that can have these values, in this order, and no others.
fn enumeration<'a>(names: impl IntoIterator<Item = &'a str>) -> PolarsResult<DataType> {
    FrozenCategories::new(names).map(DataType::from_frozen_categories)
}

fn appended(first: &Series, second: &Series) -> PolarsResult<Series> {
    let mut both = first.clone();
    both.append(second)?;
    Ok(both)
}

fn categories(column: &Series) -> PolarsResult<Series> {
    let frame = column.clone().with_name(PlSmallStr::EMPTY).into_frame();
    let frame = frame.lazy().select([col("").cat().get_categories()]).collect()?;
    frame
        .column("")
        .map(|column| column.as_materialized_series().clone())
}

/// The position of each value among the categories.
fn codes(column: &Series) -> PolarsResult<Series> {
    let codes = column.to_physical_repr().cast(&DataType::Int8)?;
    Ok(codes.with_name(PlSmallStr::EMPTY))
}

/// The type that has those categories only which occur.
fn used(column: &Series) -> PolarsResult<DataType> {
    let names = column
        .unique()?
        .sort(SortOptions::default())?
        .cast(&DataType::String)?;
    enumeration(names.str()?.no_null_iter())
}
