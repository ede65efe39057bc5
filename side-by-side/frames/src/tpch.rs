//! Three queries of TPC-H, from Parquet files to the answer.

use polars::prelude::*;

use crate::operation::{Operation, Tables};

pub const OPERATIONS: &[Operation] = &[
    query("TPC-H 1", pricing_summary),
    query("TPC-H 3", shipping_priority),
    query("TPC-H 6", forecasting_revenue_change),
];

const fn query(name: &'static str, query: fn(&Tables) -> PolarsResult<LazyFrame>) -> Operation {
    Operation {
        name,
        engine: Engine::Streaming,
        why: "row groups are asked while others are read",
        ordered: true,
        tables: &[],
        query,
        writes: None,
    }
}

pub fn pricing_summary(tables: &Tables) -> PolarsResult<LazyFrame> {
    let price = col("l_extendedprice");
    let disc_price = price.clone() * (lit(1) - col("l_discount"));
    let lines = tables.scan("lineitem")?;
    Ok(lines
        .filter(col("l_shipdate").lt_eq(date(1998, 9, 2)))
        .group_by([col("l_returnflag"), col("l_linestatus")])
        .agg([
            col("l_quantity").sum().alias("sum_qty"),
            price.clone().sum().alias("sum_base_price"),
            disc_price.clone().sum().alias("sum_disc_price"),
            (disc_price * (lit(1) + col("l_tax"))).sum().alias("sum_charge"),
            col("l_quantity").mean().alias("avg_qty"),
            price.mean().alias("avg_price"),
            col("l_discount").mean().alias("avg_disc"),
            len().alias("count_order"),
        ])
        .sort(["l_returnflag", "l_linestatus"], SortMultipleOptions::default()))
}

pub fn shipping_priority(tables: &Tables) -> PolarsResult<LazyFrame> {
    let day = date(1995, 3, 15);
    let building = col("c_mktsegment").eq(lit("BUILDING"));
    let customers = tables.scan("customer")?.filter(building);
    let orders = tables.scan("orders")?.filter(col("o_orderdate").lt(day.clone()));
    let lines = tables.scan("lineitem")?.filter(col("l_shipdate").gt(day));
    let revenue = col("l_extendedprice") * (lit(1) - col("l_discount"));
    Ok(customers
        .inner_join(orders, col("c_custkey"), col("o_custkey"))
        .inner_join(lines, col("o_orderkey"), col("l_orderkey"))
        .group_by([
            col("o_orderkey").alias("l_orderkey"),
            col("o_orderdate"),
            col("o_shippriority"),
        ])
        .agg([revenue.sum().alias("revenue")])
        .sort(
            ["revenue", "o_orderdate"],
            SortMultipleOptions::default().with_order_descending_multi([true, false]),
        )
        .limit(10))
}

pub fn forecasting_revenue_change(tables: &Tables) -> PolarsResult<LazyFrame> {
    let shipped = col("l_shipdate");
    let discount = col("l_discount");
    Ok(tables
        .scan("lineitem")?
        .filter(
            (shipped.clone().gt_eq(date(1994, 1, 1)))
                .and(shipped.lt(date(1995, 1, 1)))
                .and(discount.clone().gt_eq(lit(0.05)))
                .and(discount.clone().lt_eq(lit(0.07)))
                .and(col("l_quantity").lt(lit(24))),
        )
        .select([(col("l_extendedprice") * discount).sum().alias("revenue")]))
}

fn date(year: i32, month: u32, day: u32) -> Expr {
    datetime(DatetimeArgs::new(lit(year), lit(month), lit(day))).cast(DataType::Date)
}
