//! Duplicates: which rows are there twice, a frame without them, counts of what is distinct, and two frames compared.

use anyhow::Result;
use polars::prelude::*;

use crate::{Session, column, labelled, show};

pub fn run(session: &mut Session) -> Result<()> {
    let df = df!(
        "id" => [1_i64, 2, 2, 3, 3, 3, 4],
        "name" => [Some("ant"), Some("bee"), Some("bee"), Some("cat"), Some("cow"), Some("cat"), None],
        "seen" => [5_i64, 6, 6, 9, 7, 9, 8],
    )?
    .lazy();

    // A row is a struct.
    let row = || as_struct(vec![all().as_expr()]).alias("");
    show!(
        session,
        "df.duplicated()",
        column(&df, row().is_first_distinct().not())?
    );
    show!(
        session,
        "df.duplicated(keep=\"last\")",
        column(&df, row().reverse().is_first_distinct().reverse().not())?
    );
    show!(
        session,
        "df.duplicated(keep=False)",
        column(&df, row().is_duplicated())?
    );
    show!(
        session,
        "df.duplicated(\"id\")",
        column(&df, col("id").is_first_distinct().not().alias(""))?
    );
    show!(
        session,
        "df[\"name\"].duplicated()",
        column(&df, col("name").is_first_distinct().not())?
    );
    show!(
        session,
        "df.duplicated().sum()",
        column(&df, row().is_first_distinct().not().sum())?.get(0)?
    );
    show!(
        session,
        "df[\"id\"].is_unique",
        column(&df, col("id").is_unique().all(true))?.get(0)?
    );

    let distinct = |subset: Option<Selector>, keep| df.clone().unique_stable(subset, keep);
    show!(
        session,
        "df.drop_duplicates()",
        distinct(None, UniqueKeepStrategy::First).collect()?
    );
    show!(
        session,
        "df.drop_duplicates(\"id\")",
        distinct(Some(cols(["id"])), UniqueKeepStrategy::First).collect()?
    );
    show!(
        session,
        "df.drop_duplicates(\"id\", keep=\"last\")",
        distinct(Some(cols(["id"])), UniqueKeepStrategy::Last).collect()?
    );
    show!(
        session,
        "df.drop_duplicates(\"id\", keep=False)",
        distinct(Some(cols(["id"])), UniqueKeepStrategy::None).collect()?
    );
    show!(
        session,
        "df.drop_duplicates([\"id\", \"name\"])",
        distinct(Some(cols(["id", "name"])), UniqueKeepStrategy::First).collect()?
    );
    show!(
        session,
        "df.sort_values(\"seen\", kind=\"stable\").drop_duplicates(\"id\", keep=\"last\").sort_values(\"id\")",
        df.clone()
            .group_by([col("id")])
            .agg([all()
                .as_expr()
                .sort_by(["seen"], SortMultipleOptions::default())
                .last()])
            .sort(["id"], SortMultipleOptions::default())
            .collect()?
    );
    show!(
        session,
        "df[df.duplicated(keep=False)]",
        df.clone().filter(row().is_duplicated()).collect()?
    );

    show!(
        session,
        "df[\"name\"].nunique()",
        column(&df, col("name").drop_nulls().n_unique())?.get(0)?
    );
    show!(
        session,
        "df[\"name\"].nunique(dropna=False)",
        column(&df, col("name").n_unique())?.get(0)?
    );
    show!(
        session,
        "df[\"name\"].unique()",
        column(&df, col("name").unique_stable().alias(""))?
    );
    show!(
        session,
        "df.nunique()",
        labelled(df.clone().select([all().as_expr().drop_nulls().n_unique()]))?
    );
    show!(
        session,
        "df[\"name\"].value_counts(dropna=False, sort=False)",
        df.clone()
            .group_by_stable([col("name")])
            .agg([len().alias("count")])
            .collect()?
    );
    show!(
        session,
        "df.value_counts([\"id\", \"name\"], sort=False)",
        df.clone()
            .drop_nulls(Some(cols(["id", "name"])))
            .group_by_stable([col("id"), col("name")])
            .agg([len().alias("count")])
            .collect()?
    );

    let old =
        df!("id" => [1_i64, 2, 3], "price" => [Some(10.5), Some(20.5), None], "stock" => [5_i64, 6, 7])?;
    let new =
        df!("id" => [1_i64, 2, 3], "price" => [Some(10.5), Some(25.5), None], "stock" => [5_i64, 6, 8])?;
    show!(
        session,
        "old.equals(old.copy())",
        old.equals_missing(&old.clone())
    );
    show!(session, "old.equals(new)", old.equals_missing(&new));
    let both = old.clone().lazy().join(
        new.clone().lazy(),
        [col("id")],
        [col("id")],
        JoinArgs {
            maintain_order: MaintainOrderJoin::Left,
            suffix: Some("_new".into()),
            ..JoinArgs::new(JoinType::Inner)
        },
    );
    show!(
        session,
        "old[[\"price\", \"stock\"]] == new[[\"price\", \"stock\"]]",
        both.clone()
            .select([
                col("price").eq(col("price_new")),
                col("stock").eq(col("stock_new"))
            ])
            .collect()?
    );
    show!(
        session,
        "old.compare(new, result_names=(\"old\", \"new\"))",
        both.filter(changed("price").or(changed("stock")))
            .select([
                where_changed("price", "price").alias("price_old"),
                where_changed("price", "price_new").alias("price_new"),
                where_changed("stock", "stock").alias("stock_old"),
                where_changed("stock", "stock_new").alias("stock_new"),
            ])
            .collect()?
    );
    let mut nulls_match = JoinArgs::new(JoinType::Anti);
    nulls_match.nulls_equal = true;
    let keys = [col("id"), col("price"), col("stock")];
    show!(
        session,
        "old.merge(new, how=\"left\", indicator=True).query(\"_merge == 'left_only'\").drop(columns=\"_merge\")",
        old.clone()
            .lazy()
            .join(new.lazy(), &keys, &keys, nulls_match)
            .collect()?
    );
    let seen = df!("id" => [2_i64, 3])?;
    show!(
        session,
        "old[~old[\"id\"].isin([2, 3])]",
        old.lazy()
            .join(
                seen.lazy(),
                [col("id")],
                [col("id")],
                JoinArgs::new(JoinType::Anti)
            )
            .collect()?
    );
    Ok(())
}

/// Whether the new value is another. Two that are missing are the same here.
fn changed(name: &str) -> Expr {
    col(name).neq_missing(col(format!("{name}_new")))
}

fn where_changed(name: &str, value: &str) -> Expr {
    when(changed(name)).then(col(value)).otherwise(lit(NULL))
}
