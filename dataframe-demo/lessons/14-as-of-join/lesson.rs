//! As-of join: rows that belong together by the nearest time, not by an equal one.

use anyhow::Result;
use polars::prelude::*;

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let trades = df!(
        "time" => [23_i64, 38, 48, 65],
        "symbol" => ["ABC", "ABC", "XYZ", "ABC"],
        "size" => [75_i64, 155, 100, 40],
    )?
    .lazy()
    .with_column(after_half_past_nine(col("time")));
    let quotes = df!(
        "time" => [23_i64, 30, 41, 49, 60],
        "symbol" => ["XYZ", "ABC", "ABC", "XYZ", "XYZ"],
        "bid" => [720.5, 51.95, 51.97, 720.92, 720.88],
    )?
    .lazy()
    .with_column(after_half_past_nine(col("time")));
    let unkeyed = quotes.clone().rename(["symbol"], ["of"], true);

    show!(
        session,
        "pd.merge_asof(trades, quotes, on=\"time\", by=\"symbol\")",
        join(&trades, &quotes, by_symbol()).collect()?
    );
    show!(
        session,
        "pd.merge_asof(trades, quotes, on=\"time\", by=\"symbol\", direction=\"forward\")",
        join(
            &trades,
            &quotes,
            AsOfOptions {
                strategy: AsofStrategy::Forward,
                ..by_symbol()
            }
        )
        .collect()?
    );
    show!(
        session,
        "pd.merge_asof(trades, quotes, on=\"time\", by=\"symbol\", direction=\"nearest\")",
        join(
            &trades,
            &quotes,
            AsOfOptions {
                strategy: AsofStrategy::Nearest,
                ..by_symbol()
            }
        )
        .collect()?
    );
    show!(
        session,
        "pd.merge_asof(trades, quotes, on=\"time\", by=\"symbol\", tolerance=pd.Timedelta(\"15s\"))",
        join(
            &trades,
            &quotes,
            AsOfOptions {
                tolerance_str: Some("15s".into()),
                ..by_symbol()
            }
        )
        .collect()?
    );
    show!(
        session,
        "pd.merge_asof(trades, unkeyed, on=\"time\")",
        join(&trades, &unkeyed, by_time()).collect()?
    );
    show!(
        session,
        "pd.merge_asof(trades, unkeyed, on=\"time\", allow_exact_matches=False)",
        join(
            &trades,
            &unkeyed,
            AsOfOptions {
                allow_eq: false,
                ..by_time()
            }
        )
        .collect()?
    );
    show!(
        session,
        "pd.merge_asof(trades, unkeyed, on=\"time\", allow_exact_matches=False, direction=\"forward\")",
        join(
            &trades,
            &unkeyed,
            AsOfOptions {
                allow_eq: false,
                strategy: AsofStrategy::Forward,
                ..by_time()
            }
        )
        .collect()?
    );
    show!(
        session,
        "trades.merge(quotes, on=[\"time\", \"symbol\"], how=\"left\")",
        trades
            .clone()
            .join_builder()
            .with(quotes.clone())
            .on([col("time"), col("symbol")])
            .how(JoinType::Left)
            .maintain_order(MaintainOrderJoin::Left)
            .finish()
            .collect()?
    );

    // The join keeps the left time alone, so the right one comes along as a column of its own.
    let dated = quotes.with_column(col("time").alias("quoted"));
    show!(
        session,
        "aged.assign(age=aged[\"time\"] - aged[\"quoted\"])[[\"symbol\", \"bid\", \"age\"]]",
        join(&trades, &dated, by_symbol())
            .select([
                col("symbol"),
                col("bid"),
                (col("time") - col("quoted")).alias("age")
            ])
            .collect()?
    );

    let levels = df!("from" => [0_i64, 1000, 5000], "discount" => [0.0, 0.05, 0.1])?.lazy();
    let orders = df!("amount" => [250_i64, 1000, 4999, 7500])?.lazy();
    show!(
        session,
        "pd.merge_asof(orders, levels, left_on=\"amount\", right_on=\"from\")",
        orders
            .clone()
            .join_builder()
            .with(levels.clone())
            .left_on([col("amount")])
            .right_on([col("from")])
            .how(JoinType::AsOf(Box::new(by_time())))
            .finish()
            .collect()?
    );
    show!(
        session,
        "pd.merge_asof(orders, levels, left_on=\"amount\", right_on=\"from\", tolerance=1000).drop(columns=\"from\")",
        orders
            .join_builder()
            .with(levels)
            .left_on([col("amount")])
            .right_on([col("from")])
            .how(JoinType::AsOf(Box::new(AsOfOptions {
                tolerance: Some(Scalar::from(1000_i64)),
                ..by_time()
            })))
            .finish()
            .drop(cols(["from"]))
            .collect()?
    );

    show!(
        session,
        "pd.merge_asof(trades, unkeyed.iloc[::-1], on=\"time\")",
        join(&trades, &unkeyed.reverse(), by_time()).collect()
    );
    Ok(())
}

fn after_half_past_nine(seconds: Expr) -> Expr {
    let start = datetime(DatetimeArgs::new(lit(2024), lit(3), lit(1)).with_hms(lit(9), lit(30), lit(0)));
    (start + (seconds * lit(1_000_000)).cast(DataType::Duration(TimeUnit::Microseconds))).alias("time")
}

/// The latest row that is not later.
fn by_time() -> AsOfOptions {
    AsOfOptions {
        strategy: AsofStrategy::Backward,
        allow_eq: true,
        check_sortedness: true,
        ..AsOfOptions::default()
    }
}

/// The latest row of the same symbol.
fn by_symbol() -> AsOfOptions {
    AsOfOptions {
        left_by: Some(vec!["symbol".into()]),
        right_by: Some(vec!["symbol".into()]),
        // Of groups it is not known.
        check_sortedness: false,
        ..by_time()
    }
}

fn join(left: &LazyFrame, right: &LazyFrame, options: AsOfOptions) -> LazyFrame {
    left.clone()
        .join_builder()
        .with(right.clone())
        .on([col("time")])
        .how(JoinType::AsOf(Box::new(options)))
        .finish()
}
