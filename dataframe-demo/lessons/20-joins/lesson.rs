//! Joins: inner, left, right, full, semi, anti, cross, by inequalities and of a frame with itself.

use anyhow::Result;
use polars::prelude::*;

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let orders = df!(
        "order" => [1_i64, 2, 3, 4, 5],
        "customer" => [Some(20_i64), Some(10), Some(20), Some(40), None],
        "amount" => [5_i64, 3, 8, 2, 7],
    )?
    .lazy();
    let customers = df!("customer" => [10_i64, 20, 30], "name" => ["Ann", "Ben", "Cat"])?.lazy();
    let customer = || col("customer");
    let ascending = SortMultipleOptions::default;

    // A join is free to order its rows: who needs an order sorts, or has it kept.
    show!(
        session,
        "orders.merge(customers, on=\"customer\")",
        orders
            .clone()
            .inner_join(customers.clone(), customer(), customer())
            .sort(["order"], ascending())
            .collect()?
    );
    show!(
        session,
        "orders.merge(customers, on=\"customer\", how=\"left\")",
        orders
            .clone()
            .left_join(customers.clone(), customer(), customer())
            .sort(["order"], ascending())
            .collect()?
    );
    show!(
        session,
        "orders.merge(customers, on=\"customer\", how=\"right\")[[\"customer\", \"name\", \"order\", \"amount\"]]",
        orders
            .clone()
            .join_builder()
            .with(customers.clone())
            .on([customer()])
            .how(JoinType::Right)
            .maintain_order(MaintainOrderJoin::RightLeft)
            .finish()
            .select([cols(["customer", "name", "order", "amount"]).as_expr()])
            .collect()?
    );
    let full = || JoinArgs::new(JoinType::Full);
    let coalesced = || full().with_coalesce(JoinCoalesce::CoalesceColumns);
    show!(
        session,
        "orders.merge(customers, on=\"customer\", how=\"outer\")",
        orders
            .clone()
            .join(customers.clone(), [customer()], [customer()], coalesced())
            .sort(["customer", "order"], ascending().with_nulls_last(true))
            .collect()?
    );
    // A full join keeps both keys, which tell where a row was found.
    let found = DataType::from_frozen_categories(FrozenCategories::new(["left_only", "right_only", "both"])?);
    show!(
        session,
        "orders.merge(customers, on=\"customer\", how=\"outer\", indicator=True)[[\"customer\", \"_merge\"]]",
        orders
            .clone()
            .join(customers.clone(), [customer()], [customer()], full())
            .select([
                coalesce(&[customer(), col("customer_right")]),
                when(col("customer_right").is_null())
                    .then(lit("left_only"))
                    .when(col("order").is_null())
                    .then(lit("right_only"))
                    .otherwise(lit("both"))
                    .cast(found)
                    .alias("_merge"),
            ])
            .sort(["customer"], ascending().with_nulls_last(true))
            .collect()?
    );
    show!(
        session,
        "orders[orders[\"customer\"].isin(customers[\"customer\"])]",
        orders
            .clone()
            .semi_join(customers.clone(), customer(), customer())
            .sort(["order"], ascending())
            .collect()?
    );
    show!(
        session,
        "orders.merge(customers, on=\"customer\", how=\"left_anti\").drop(columns=\"name\")",
        orders
            .clone()
            .anti_join(customers.clone(), customer(), customer())
            .sort(["order"], ascending())
            .collect()?
    );
    show!(
        session,
        "pd.DataFrame({\"size\": [\"S\", \"L\"]}).merge(pd.DataFrame({\"colour\": [\"red\", \"blue\"]}), how=\"cross\")",
        df!("size" => ["S", "L"])?
            .lazy()
            .cross_join(df!("colour" => ["red", "blue"])?.lazy(), None)
            .collect()?
    );

    let strangers = df!("customer" => [Some(10_i64), None], "name" => ["Ann", "nobody"])?.lazy();
    show!(
        session,
        "orders.merge(strangers, on=\"customer\")",
        orders
            .clone()
            .join_builder()
            .with(strangers.clone())
            .on([customer()])
            .join_nulls(true)
            .finish()
            .sort(["order"], ascending())
            .collect()?
    );
    show!(
        session,
        "orders.merge(strangers.dropna(), on=\"customer\")",
        orders
            .clone()
            .inner_join(strangers, customer(), customer())
            .collect()?
    );

    let people = customers.clone().rename(["customer"], ["id"], true);
    show!(
        session,
        "orders.merge(people, left_on=\"customer\", right_on=\"id\")",
        orders
            .clone()
            .join_builder()
            .with(people.clone())
            .left_on([customer()])
            .right_on([col("id")])
            .coalesce(JoinCoalesce::KeepColumns)
            .finish()
            .sort(["order"], ascending())
            .collect()?
    );
    let named = || {
        orders
            .clone()
            .left_join(people.clone(), customer(), col("id"))
            .sort(["order"], ascending())
    };
    show!(
        session,
        "orders.join(people.set_index(\"id\"), on=\"customer\")",
        named().collect()?
    );
    show!(
        session,
        "orders[\"customer\"].map(people.set_index(\"id\")[\"name\"]).to_frame(\"name\")",
        named().select([col("name")]).collect()?
    );

    let january = df!("shop" => ["a", "b"], "kind" => ["tea", "tea"], "units" => [3_i64, 4])?.lazy();
    let february =
        df!("shop" => ["b", "a", "a"], "kind" => ["tea", "tea", "mate"], "units" => [6_i64, 5, 1])?.lazy();
    show!(
        session,
        "january.merge(february, on=\"shop\", suffixes=(\"\", \"_right\"))",
        january
            .clone()
            .join_builder()
            .with(february.clone())
            .on([col("shop")])
            .maintain_order(MaintainOrderJoin::LeftRight)
            .finish()
            .collect()?
    );
    let keys = [col("shop"), col("kind")];
    let both_months = |how: JoinArgs| {
        january
            .clone()
            .rename(["units"], ["units_jan"], true)
            .join(
                february.clone().rename(["units"], ["units_feb"], true),
                &keys,
                &keys,
                how,
            )
            .sort(["shop", "kind"], ascending())
    };
    show!(
        session,
        "january.merge(february, on=[\"shop\", \"kind\"], suffixes=(\"_jan\", \"_feb\"))",
        both_months(JoinType::Inner.into()).collect()?
    );
    show!(
        session,
        "january.merge(february, on=[\"shop\", \"kind\"], how=\"outer\", suffixes=(\"_jan\", \"_feb\")).fillna({\"units_jan\": 0})",
        both_months(coalesced())
            .with_columns([col("units_jan").fill_null(lit(0))])
            .collect()?
    );
    show!(
        session,
        "january.set_index([\"shop\", \"kind\"]).combine_first(february.set_index([\"shop\", \"kind\"]))",
        both_months(coalesced())
            .select([
                col("shop"),
                col("kind"),
                coalesce(&[col("units_jan"), col("units_feb")]).alias("units"),
            ])
            .collect()?
    );

    show!(
        session,
        "orders.merge(customers, on=\"customer\", validate=\"many_to_one\")[[\"order\", \"name\"]]",
        orders
            .clone()
            .join_builder()
            .with(customers)
            .on([customer()])
            .validate(JoinValidation::ManyToOne)
            .finish()
            .sort(["order"], ascending())
            .select([col("order"), col("name")])
            .collect()?
    );
    show!(
        session,
        "january.merge(february, on=\"shop\", validate=\"one_to_one\")",
        january
            .clone()
            .join_builder()
            .with(february.clone())
            .on([col("shop")])
            .validate(JoinValidation::OneToOne)
            .finish()
            .collect()
    );
    show!(
        session,
        "january.merge(february, on=\"town\")",
        january
            .clone()
            .inner_join(february.clone(), col("town"), col("town"))
            .collect()
    );

    let rates = df!("above" => [0_i64, 4, 7], "below" => [4_i64, 7, 100], "rate" => [0.0, 0.1, 0.2])?.lazy();
    // pandas makes all pairs and sifts them. A join by inequalities sorts, and makes those that fit.
    show!(
        session,
        "orders.merge(rates, how=\"cross\").query(\"above <= amount < below\")[[\"order\", \"amount\", \"rate\"]]",
        orders
            .clone()
            .join_builder()
            .with(rates)
            .join_where(vec![
                col("above").lt_eq(col("amount")),
                col("amount").lt(col("below"))
            ])
            .sort(["order"], ascending())
            .select([col("order"), col("amount"), col("rate")])
            .collect()?
    );

    let staff = df!(
        "id" => [1_i64, 2, 3, 4],
        "name" => ["Eva", "Max", "Zoe", "Jan"],
        "boss" => [None, Some(1_i64), Some(1), Some(2)],
    )?
    .lazy();
    show!(
        session,
        "staff.merge(staff, left_on=\"boss\", right_on=\"id\", suffixes=(\"\", \"_boss\"))[[\"name\", \"name_boss\"]]",
        staff
            .clone()
            .join_builder()
            .with(staff.clone())
            .left_on([col("boss")])
            .right_on([col("id")])
            .suffix("_boss")
            .maintain_order(MaintainOrderJoin::Left)
            .finish()
            .select([col("name"), col("name_boss")])
            .collect()?
    );
    show!(
        session,
        "staff.merge(staff, how=\"cross\", suffixes=(\"\", \"_other\")).query(\"id < id_other\")[[\"name\", \"name_other\"]]",
        staff
            .clone()
            .join_builder()
            .with(staff.clone())
            .suffix("_other")
            .join_where(vec![col("id").lt(col("id_other"))])
            .sort(["id", "id_other"], ascending())
            .select([col("name"), col("name_other")])
            .collect()?
    );
    Ok(())
}
