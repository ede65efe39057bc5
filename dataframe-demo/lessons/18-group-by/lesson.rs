//! Group by: split, apply, combine, where what is applied is any expression, and one pass takes as many as there are.

use anyhow::Result;
use polars::prelude::*;

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let sales = df!(
        "shop" => [Some("north"), Some("south"), Some("north"), Some("east"), None, Some("south"), Some("north")],
        "kind" => ["tea", "tea", "coffee", "tea", "coffee", "coffee", "tea"],
        "units" => [3_i64, 1, 4, 1, 5, 9, 2],
        "price" => [Some(2.5), Some(3.0), Some(7.0), Some(2.75), Some(6.5), None, Some(2.25)],
    )?
    .lazy();
    let ascending = SortMultipleOptions::default;
    // pandas leaves out the rows whose key is missing. Here null is a key like others.
    let known = || sales.clone().drop_nulls(Some(cols(["shop"])));
    let shops = || known().group_by([col("shop")]);

    // The groups come in any order: whoever wants one says which.
    show!(
        session,
        "shops[\"units\"].sum()",
        shops()
            .agg([sum("units")])
            .sort(["shop"], ascending())
            .collect()?
    );
    show!(
        session,
        "sales.groupby(\"shop\", sort=False)[\"units\"].sum()",
        known()
            .group_by_stable([col("shop")])
            .agg([sum("units")])
            .collect()?
    );
    show!(
        session,
        "sales.groupby(\"shop\", dropna=False)[\"units\"].sum()",
        sales
            .clone()
            .group_by([col("shop")])
            .agg([sum("units")])
            .sort(["shop"], ascending().with_nulls_last(true))
            .collect()?
    );
    show!(
        session,
        "sales.groupby(\"shop\", sort=False, dropna=False)[\"units\"].sum()",
        sales
            .clone()
            .group_by_stable([col("shop")])
            .agg([sum("units")])
            .collect()?
    );

    show!(
        session,
        "shops[\"units\"].agg([\"sum\", \"mean\", \"max\"])",
        shops()
            .agg([
                sum("units").alias("sum"),
                mean("units").alias("mean"),
                max("units").alias("max")
            ])
            .sort(["shop"], ascending())
            .collect()?
    );
    show!(
        session,
        "shops.agg(total=(\"units\", \"sum\"), dearest=(\"price\", \"max\"), kinds=(\"kind\", \"nunique\"))",
        shops()
            .agg([
                sum("units").alias("total"),
                max("price").alias("dearest"),
                col("kind").n_unique().alias("kinds"),
            ])
            .sort(["shop"], ascending())
            .collect()?
    );
    show!(
        session,
        "shops.agg({\"units\": \"sum\", \"price\": [\"min\", \"max\"]})",
        shops()
            .agg([
                sum("units").name().suffix("_sum"),
                min("price").name().suffix("_min"),
                max("price").name().suffix("_max"),
            ])
            .sort(["shop"], ascending())
            .collect()?
    );
    show!(
        session,
        "shops[[\"units\", \"price\"]].mean()",
        shops()
            .agg([cols(["units", "price"]).as_expr().mean()])
            .sort(["shop"], ascending())
            .collect()?
    );

    show!(
        session,
        "sales.groupby(\"shop\", as_index=False).size()",
        shops()
            .agg([len().alias("size")])
            .sort(["shop"], ascending())
            .collect()?
    );
    show!(
        session,
        "shops.count()",
        shops()
            .agg([all().as_expr().count()])
            .sort(["shop"], ascending())
            .collect()?
    );
    show!(
        session,
        "shops.nunique()",
        shops()
            .agg([all().as_expr().drop_nulls().n_unique()])
            .sort(["shop"], ascending())
            .collect()?
    );
    show!(
        session,
        "shops[\"kind\"].value_counts()",
        known()
            .group_by_stable([col("shop"), col("kind")])
            .agg([len().alias("count")])
            .sort(
                ["shop", "count"],
                ascending()
                    .with_order_descending_multi([false, true])
                    .with_maintain_order(true)
            )
            .collect()?
    );

    let kinds = || sales.clone().group_by([col("kind")]);
    show!(
        session,
        "sales.groupby(\"kind\").first()",
        kinds()
            .agg([all().as_expr().first_non_null()])
            .sort(["kind"], ascending())
            .collect()?
    );
    show!(
        session,
        "sales.groupby(\"kind\").last()",
        kinds()
            .agg([all().as_expr().last_non_null()])
            .sort(["kind"], ascending())
            .collect()?
    );
    show!(
        session,
        "sales.groupby(\"kind\").nth(-1)",
        kinds()
            .agg([all().as_expr().last()])
            .sort(["kind"], ascending())
            .select([cols(["shop", "kind", "units", "price"]).as_expr()])
            .collect()?
    );

    show!(
        session,
        "sales.groupby([\"kind\", \"shop\"])[\"units\"].sum()",
        known()
            .group_by([col("kind"), col("shop")])
            .agg([sum("units")])
            .sort(["kind", "shop"], ascending())
            .collect()?
    );
    show!(
        session,
        "sales.groupby([\"kind\", \"shop\"], dropna=False, as_index=False)[\"units\"].sum()",
        sales
            .clone()
            .group_by([col("kind"), col("shop")])
            .agg([sum("units")])
            .sort(["kind", "shop"], ascending().with_nulls_last(true))
            .collect()?
    );
    show!(
        session,
        "sales.groupby(sales[\"units\"] > 2)[\"price\"].count()",
        sales
            .clone()
            .group_by([col("units").gt(lit(2))])
            .agg([col("price").count()])
            .sort(["units"], ascending())
            .collect()?
    );
    show!(
        session,
        "sales.groupby(sales[\"shop\"].str[0])[\"units\"].sum()",
        known()
            .group_by([col("shop").str().head(lit(1))])
            .agg([sum("units")])
            .sort(["shop"], ascending())
            .collect()?
    );

    show!(
        session,
        "shops[\"units\"].std()",
        shops()
            .agg([col("units").std(1)])
            .sort(["shop"], ascending())
            .collect()?
    );
    show!(
        session,
        "shops[\"price\"].quantile(0.75)",
        shops()
            .agg([quantile("price", lit(0.75), QuantileMethod::Linear)])
            .sort(["shop"], ascending())
            .collect()?
    );
    show!(
        session,
        "shops[\"units\"].agg(lambda units: units.max() - units.min())",
        shops()
            .agg([max("units") - min("units")])
            .sort(["shop"], ascending())
            .collect()?
    );

    show!(
        session,
        "shops[\"kind\"].agg(list)",
        shops().agg([col("kind")]).sort(["shop"], ascending()).collect()?
    );
    show!(
        session,
        "shops.apply(lambda shop: (shop[\"units\"] * shop[\"price\"]).sum())",
        shops()
            .agg([(col("units") * col("price")).sum().alias("")])
            .sort(["shop"], ascending())
            .collect()?
    );
    show!(
        session,
        "shops.apply(lambda shop: shop.loc[shop[\"kind\"] == \"tea\", \"units\"].sum())",
        shops()
            .agg([col("units").filter(col("kind").eq(lit("tea"))).sum().alias("")])
            .sort(["shop"], ascending())
            .collect()?
    );
    show!(
        session,
        "shops.get_group(\"south\")",
        sales.clone().filter(col("shop").eq(lit("south"))).collect()?
    );
    show!(
        session,
        "sales.groupby(\"town\")[\"units\"].sum()",
        sales
            .clone()
            .group_by([col("town")])
            .agg([sum("units")])
            .collect()
    );
    Ok(())
}
