//! Shift and diff: a series beside itself, some rows or some time ago, and what changed since.

use anyhow::Result;
use polars::{prelude::*, series::ops::NullBehavior};

use crate::{Session, column, date_ranges::parse, show};

pub fn run(session: &mut Session) -> Result<()> {
    let x = df!(
        "day" => ["2024-03-04", "2024-03-05", "2024-03-06", "2024-03-08", "2024-03-11"],
        "price" => [64.0, 80.0, 40.0, 50.0, 25.0],
        "size" => [5_i64, 8, 2, 6, 4],
    )?
    .lazy()
    .with_column(parse(col("day")));
    let price = || col("price");
    show!(session, "price.shift()", column(&x, price().shift(lit(1)))?);
    show!(session, "price.shift(-2)", column(&x, price().shift(lit(-2)))?);
    show!(
        session,
        "price.shift(1, fill_value=0.0)",
        column(&x, price().shift_and_fill(lit(1), lit(0.0)))?
    );
    show!(
        session,
        "x[\"size\"].shift()",
        column(&x, col("size").shift(lit(1)))?
    );
    show!(
        session,
        "price.diff()",
        column(&x, price().diff(lit(1), NullBehavior::Ignore))?
    );
    show!(
        session,
        "price.diff(2)",
        column(&x, price().diff(lit(2), NullBehavior::Ignore))?
    );
    show!(
        session,
        "x[\"day\"].diff()",
        column(&x, col("day").diff(lit(1), NullBehavior::Ignore))?
    );
    show!(
        session,
        "price.pct_change()",
        column(&x, price().pct_change(lit(1)))?
    );
    show!(
        session,
        "price.pct_change(2)",
        column(&x, price().pct_change(lit(2)))?
    );

    let returns = price() / price().shift(lit(1)) - lit(1);
    show!(
        session,
        "np.log(price).diff()",
        column(
            &x,
            price()
                .log(lit(std::f64::consts::E))
                .diff(lit(1), NullBehavior::Ignore)
        )?
    );
    show!(
        session,
        "(1 + returns).cumprod() - 1",
        column(&x, (returns + lit(1)).cum_prod(false) - lit(1))?
    );
    show!(
        session,
        "price / price.cummax() - 1",
        column(&x, price() / price().cum_max(false) - lit(1))?
    );
    show!(
        session,
        "(price > price.shift()).sum()",
        column(&x, price().gt(price().shift(lit(1))).sum())?.get(0)?
    );

    let later = x
        .clone()
        .select([col("day").dt().offset_by(lit("2d")), price().alias("before")]);
    show!(
        session,
        "series.shift(freq=\"2D\")",
        x.clone()
            .select([col("day").dt().offset_by(lit("2d")), price()])
            .collect()?
    );
    show!(
        session,
        "x.assign(before=x[\"day\"].map(series.shift(freq=\"2D\")))",
        x.clone()
            .join_builder()
            .with(later.clone())
            .on([col("day")])
            .how(JoinType::Left)
            .maintain_order(MaintainOrderJoin::Left)
            .finish()
            .collect()?
    );
    show!(
        session,
        "x.assign(before=series.shift(freq=\"2D\").reindex(x[\"day\"], method=\"ffill\").to_numpy())",
        x.join_builder()
            .with(later)
            .on([col("day")])
            .how(JoinType::AsOf(Box::new(AsOfOptions {
                allow_eq: true,
                ..AsOfOptions::default()
            })))
            .finish()
            .collect()?
    );

    let gaps = df!("" => [Some(1.0), None, Some(2.0), Some(3.0)])?.lazy();
    show!(
        session,
        "gaps.diff()",
        column(&gaps, col("").diff(lit(1), NullBehavior::Ignore))?
    );
    show!(
        session,
        "gaps.pct_change()",
        column(&gaps, col("").pct_change(lit(1)))?
    );
    show!(
        session,
        "gaps.ffill().pct_change()",
        column(
            &gaps,
            col("")
                .fill_null_with_strategy(FillNullStrategy::Forward(None))
                .pct_change(lit(1))
        )?
    );

    let trades = df!(
        "symbol" => ["A", "B", "A", "B", "A"],
        "price" => [8.0, 64.0, 10.0, 48.0, 5.0],
    )?
    .lazy();
    show!(
        session,
        "trades.groupby(\"symbol\")[\"price\"].shift()",
        column(&trades, price().shift(lit(1)).over([col("symbol")])?)?
    );
    show!(
        session,
        "trades.groupby(\"symbol\")[\"price\"].diff()",
        column(
            &trades,
            price().diff(lit(1), NullBehavior::Ignore).over([col("symbol")])?
        )?
    );
    show!(
        session,
        "trades.groupby(\"symbol\")[\"price\"].pct_change()",
        column(&trades, price().pct_change(lit(1)).over([col("symbol")])?)?
    );
    show!(
        session,
        "trades[\"price\"] - trades.groupby(\"symbol\")[\"price\"].transform(\"first\")",
        column(&trades, price() - price().first().over([col("symbol")])?)?
    );

    let wave = df!("" => [0.0, 1.0, 0.0, -1.0].repeat(3))?.lazy();
    show!(
        session,
        "wave.autocorr()",
        column(&wave, autocorrelation(col(""), 1))?.get(0)?
    );
    show!(
        session,
        "wave.autocorr(lag=2)",
        column(&wave, autocorrelation(col(""), 2))?.get(0)?
    );
    show!(
        session,
        "wave.autocorr(lag=4)",
        column(&wave, autocorrelation(col(""), 4))?.get(0)?
    );
    Ok(())
}

/// Pearson's correlation of a series with itself, `lag` rows before.
fn autocorrelation(series: Expr, lag: i64) -> Expr {
    pearson_corr(series.clone(), series.shift(lit(lag)))
}
