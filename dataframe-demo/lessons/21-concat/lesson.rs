//! Concatenation: rows below rows and columns beside columns, whose names and types have to fit or be made to.

use anyhow::Result;
use polars::prelude::*;

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let january = df!("shop" => ["a", "b"], "units" => [3_i64, 4])?.lazy();
    let february = df!("shop" => ["b", "c"], "units" => [6_i64, 5])?.lazy();
    let march = df!("units" => [7_i64], "shop" => ["c"], "price" => [2.5])?.lazy();
    let exact = UnionArgs::default;

    let both = || concat([january.clone(), february.clone()], exact());
    show!(
        session,
        "pd.concat([january, february], ignore_index=True)",
        both()?.collect()?
    );
    show!(
        session,
        "pd.concat([january, february])[\"units\"].sum()",
        both()?.collect()?.column("units")?.sum_reduce()?
    );
    show!(
        session,
        "pd.concat([january, february]).drop_duplicates(\"shop\", keep=\"last\")",
        both()?
            .unique_stable(Some(cols(["shop"])), UniqueKeepStrategy::Last)
            .collect()?
    );
    show!(
        session,
        "pd.concat([january, pd.DataFrame([{\"shop\": \"z\", \"units\": 9}])])",
        concat(
            [january.clone(), df!("shop" => ["z"], "units" => [9_i64])?.lazy()],
            exact()
        )?
        .collect()?
    );
    // By name, and null where a frame lacks the column.
    show!(
        session,
        "pd.concat([january, march])",
        concat_lf_diagonal([january.clone(), march.clone()], exact())?.collect()?
    );
    show!(
        session,
        "pd.concat([january, march], join=\"inner\")",
        concat(
            [january.clone(), march.clone().select([col("shop"), col("units")])],
            exact()
        )?
        .collect()?
    );
    show!(
        session,
        "pd.concat([march, january])",
        concat_lf_diagonal([march.clone(), january.clone()], exact())?.collect()?
    );
    let promoted = || UnionArgs {
        to_supertypes: true,
        ..Default::default()
    };
    show!(
        session,
        "pd.concat([january.assign(price=1), march])",
        concat_lf_diagonal(
            [january.clone().with_columns([lit(1_i64).alias("price")]), march],
            promoted()
        )?
        .collect()?
    );

    let months = [("jan", january.clone()), ("feb", february.clone())];
    show!(
        session,
        "pd.concat(months, names=[\"month\"]).reset_index(\"month\")",
        concat(
            months
                .clone()
                .map(|(month, frame)| frame.select([lit(month).alias("month"), all().as_expr()])),
            exact()
        )?
        .collect()?
    );
    show!(
        session,
        "pd.concat([frame.assign(month=month) for month, frame in months.items()])",
        concat(
            months.map(|(month, frame)| frame.with_columns([lit(month).alias("month")])),
            exact()
        )?
        .collect()?
    );

    let whole = df!("x" => [1_i64, 2])?.lazy();
    let three = df!("x" => ["three"])?.lazy();
    let as_type = |dtype: DataType| whole.clone().cast_all(dtype, true);
    show!(
        session,
        "pd.concat([whole, pd.DataFrame({\"x\": [0.5]})])",
        concat([whole.clone(), df!("x" => [0.5])?.lazy()], promoted())?.collect()?
    );
    show!(
        session,
        "pd.concat([whole.astype(\"int32\"), whole])",
        concat([as_type(DataType::Int32), whole.clone()], promoted())?.collect()?
    );
    show!(
        session,
        "pd.concat([whole.astype(\"uint8\"), whole.astype(\"int8\")])",
        concat([as_type(DataType::UInt8), as_type(DataType::Int8)], promoted())?.collect()?
    );
    show!(
        session,
        "pd.concat([whole, pd.DataFrame({\"x\": [\"three\"]})])",
        concat([whole.clone(), three.clone()], exact()).and_then(LazyFrame::collect)
    );
    show!(
        session,
        "pd.concat([whole.astype(\"str\"), pd.DataFrame({\"x\": [\"three\"]})])",
        concat([as_type(DataType::String), three], exact())?.collect()?
    );
    show!(
        session,
        "pd.concat([whole, whole.head(0)])",
        concat([whole.clone(), whole.clone().limit(0)], exact())?.collect()?
    );
    show!(
        session,
        "pd.concat([])",
        concat([], exact()).and_then(LazyFrame::collect)
    );

    let prices = df!("price" => [2.5, 3.0], "stock" => [10_i64, 20])?.lazy();
    let beside = HConcatOptions::default;
    show!(
        session,
        "pd.concat([january, prices], axis=\"columns\")",
        concat_lf_horizontal([january.clone(), prices.clone()], beside())?.collect()?
    );
    show!(
        session,
        "pd.concat([january, february.add_suffix(\"_feb\")], axis=\"columns\")",
        concat_lf_horizontal(
            [
                january.clone(),
                february.clone().select([all().as_expr().name().suffix("_feb")])
            ],
            beside()
        )?
        .collect()?
    );
    show!(
        session,
        "pd.concat([january, prices.head(1)[[\"price\"]]], axis=\"columns\")",
        concat_lf_horizontal(
            [january.clone(), prices.limit(1).select([col("price")])],
            beside()
        )?
        .collect()?
    );
    // Rows that belong together by a column are joined.
    show!(
        session,
        "pd.concat(by_shop, axis=\"columns\", keys=months).sort_index().astype(\"Int64\")",
        january
            .rename(["units"], ["jan_units"], true)
            .join(
                february.rename(["units"], ["feb_units"], true),
                [col("shop")],
                [col("shop")],
                JoinArgs::new(JoinType::Full).with_coalesce(JoinCoalesce::CoalesceColumns),
            )
            .sort(["shop"], SortMultipleOptions::default())
            .collect()?
    );

    let parts: Vec<_> = (1..4).map(part).collect::<PolarsResult<_>>()?;
    show!(
        session,
        "pd.concat(parts, ignore_index=True)",
        concat(&parts, exact())?.collect()?
    );
    show!(
        session,
        "pd.concat(parts).groupby(\"batch\", as_index=False).size()",
        concat(&parts, exact())?
            .group_by_stable([col("batch")])
            .agg([len().alias("size")])
            .collect()?
    );
    Ok(())
}

/// A part of what comes bit by bit.
fn part(size: i64) -> PolarsResult<LazyFrame> {
    let rows = df!("row" => (0..size).collect::<Vec<_>>())?;
    Ok(rows
        .lazy()
        .select([lit(size).cast(DataType::Int64).alias("batch"), col("row")]))
}
