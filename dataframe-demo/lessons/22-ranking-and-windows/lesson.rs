//! Ranking and windows: ranks, rows before and after, running and rolling values, quarters, runs and islands.

use anyhow::Result;
use polars::{prelude::*, series::ops::NullBehavior};

use crate::{Session, column, show};

pub fn run(session: &mut Session) -> Result<()> {
    let scores = df!(
        "name" => ["a", "b", "c", "d", "e", "f"],
        "score" => [Some(70.0), Some(85.0), Some(70.0), None, Some(90.0), Some(70.0)],
    )?
    .lazy();
    let score = || col("score");
    show!(
        session,
        "score.rank()",
        column(&scores, score().rank(upwards(RankMethod::Average), None))?
    );
    show!(
        session,
        "score.rank(method=\"min\").astype(\"Int64\")",
        column(&scores, score().rank(upwards(RankMethod::Min), None))?
    );
    show!(
        session,
        "score.rank(method=\"max\").astype(\"Int64\")",
        column(&scores, score().rank(upwards(RankMethod::Max), None))?
    );
    show!(
        session,
        "score.rank(method=\"dense\", ascending=False).astype(\"Int64\")",
        column(&scores, score().rank(downwards(RankMethod::Dense), None))?
    );
    show!(
        session,
        "score.rank(method=\"first\").astype(\"Int64\")",
        column(&scores, score().rank(upwards(RankMethod::Ordinal), None))?
    );
    show!(
        session,
        "score.rank(pct=True)",
        column(
            &scores,
            score().rank(upwards(RankMethod::Average), None) / score().count()
        )?
    );
    show!(
        session,
        "(score.rank(method=\"min\") - 1) / (score.count() - 1)",
        column(
            &scores,
            (score().rank(upwards(RankMethod::Min), None) - lit(1)).true_div(score().count() - lit(1))
        )?
    );
    show!(
        session,
        "score.rank(na_option=\"bottom\")",
        column(
            &scores,
            score()
                .fill_null(lit(f64::INFINITY))
                .rank(upwards(RankMethod::Average), None)
        )?
    );
    // With the sort before it, a limit needs no whole sort.
    show!(
        session,
        "scores.nlargest(2, \"score\")",
        scores
            .clone()
            .sort(
                ["score"],
                SortMultipleOptions::default()
                    .with_order_descending(true)
                    .with_nulls_last(true)
            )
            .limit(2)
            .collect()?
    );

    let days = df!(
        "city" => ["Rome", "Rome", "Rome", "Rome", "Nice", "Nice", "Nice", "Nice"],
        "day" => [1_i64, 2, 3, 4, 1, 2, 3, 4],
        "sold" => [5_i64, 8, 8, 2, 7, 7, 1, 9],
    )?
    .lazy();
    let city = [col("city")];
    let sold = || col("sold");
    show!(
        session,
        "days.assign(before=cities[\"sold\"].shift(), after=cities[\"sold\"].shift(-1))",
        days.clone()
            .with_columns([
                sold().shift(lit(1)).over(&city)?.alias("before"),
                sold().shift(lit(-1)).over(&city)?.alias("after"),
            ])
            .collect()?
    );
    show!(
        session,
        "days.assign(before=cities[\"sold\"].shift(fill_value=0))",
        days.clone()
            .with_columns([sold().shift_and_fill(lit(1), lit(0)).over(&city)?.alias("before")])
            .collect()?
    );
    show!(
        session,
        "cities[\"sold\"].diff()",
        column(&days, sold().diff(lit(1), NullBehavior::Ignore).over(&city)?)?
    );
    show!(
        session,
        "cities[\"sold\"].pct_change()",
        column(&days, sold().pct_change(lit(1)).over(&city)?)?
    );

    show!(
        session,
        "cities[\"sold\"].cumsum()",
        column(&days, sold().cum_sum(false).over(&city)?)?
    );
    show!(
        session,
        "cities[\"sold\"].cummin()",
        column(&days, sold().cum_min(false).over(&city)?)?
    );
    show!(
        session,
        "cities[\"sold\"].cumprod()",
        column(&days, sold().cum_prod(false).over(&city)?)?
    );
    show!(
        session,
        "cities[\"sold\"].transform(lambda sold: sold.expanding().mean())",
        column(
            &days,
            sold()
                .cum_sum(false)
                .true_div(sold().cum_count(false))
                .over(&city)?
        )?
    );
    show!(
        session,
        "cities[\"sold\"].cumsum() / cities[\"sold\"].transform(\"sum\")",
        column(
            &days,
            sold()
                .cum_sum(false)
                .over(&city)?
                .true_div(sold().sum().over(&city)?)
        )?
    );
    show!(
        session,
        "days[\"sold\"][::-1].cumsum()[::-1]",
        column(&days, sold().cum_sum(true))?
    );

    let window = |window_size, min_periods, center| RollingOptionsFixedWindow {
        window_size,
        min_periods,
        center,
        ..Default::default()
    };
    show!(
        session,
        "cities[\"sold\"].transform(lambda sold: sold.rolling(2).sum()).astype(\"Int64\")",
        column(&days, sold().rolling_sum(window(2, 2, false)).over(&city)?)?
    );
    show!(
        session,
        "cities[\"sold\"].transform(lambda sold: sold.rolling(3, min_periods=1).mean())",
        column(&days, sold().rolling_mean(window(3, 1, false)).over(&city)?)?
    );
    show!(
        session,
        "cities[\"sold\"].transform(lambda sold: sold.rolling(3, center=True).max()).astype(\"Int64\")",
        column(&days, sold().rolling_max(window(3, 3, true)).over(&city)?)?
    );

    // SQL's ntile: whole numbers divide without a rest.
    let place = || {
        sold()
            .rank(upwards(RankMethod::Ordinal), None)
            .cast(DataType::Int64)
            - lit(1)
    };
    show!(
        session,
        "cities[\"sold\"].transform(lambda sold: pd.qcut(sold.rank(method=\"first\"), 2, labels=False))",
        column(&days, (place() * lit(2) / len()).over(&city)?)?
    );
    show!(
        session,
        "pd.qcut(days[\"sold\"].rank(method=\"first\"), 4, labels=False) + 1",
        column(&days, place() * lit(4) / len() + lit(1))?
    );
    show!(
        session,
        "cities[\"sold\"].rank(method=\"first\", ascending=False).astype(\"int64\")",
        column(
            &days,
            sold().rank(downwards(RankMethod::Ordinal), None).over(&city)?
        )?
    );

    let signal = df!("signal" => ["on", "on", "off", "on", "on", "on"])?.lazy();
    let run = || col("signal").rle_id() + lit(1);
    show!(session, "run", column(&signal, run().alias("run"))?);
    show!(
        session,
        "signal.groupby(run).agg(value=\"first\", length=\"size\").reset_index(drop=True)",
        signal
            .clone()
            .select([col("signal").rle()])
            .unnest(cols(["signal"]), None)
            .select([col("value"), col("len").alias("length")])
            .collect()?
    );
    let row = || int_range(lit(0), len(), 1, DataType::Int64);
    show!(
        session,
        "signal.groupby(run).cumcount() + 1",
        column(&signal, (row() + lit(1)).over([run()])?.alias(""))?
    );
    // Within an island the day and the row grow alike.
    let seen = df!("day" => [1_i64, 2, 3, 7, 8, 12])?.lazy();
    show!(
        session,
        "seen.groupby(seen[\"day\"] - np.arange(len(seen)))[\"day\"].agg(first=\"min\", last=\"max\", days=\"size\").reset_index(drop=True)",
        seen.group_by_stable([(col("day") - row()).alias("island")])
            .agg([
                min("day").alias("first"),
                max("day").alias("last"),
                len().alias("days")
            ])
            .drop(cols(["island"]))
            .collect()?
    );
    Ok(())
}

fn upwards(method: RankMethod) -> RankOptions {
    RankOptions {
        method,
        descending: false,
    }
}

fn downwards(method: RankMethod) -> RankOptions {
    RankOptions {
        method,
        descending: true,
    }
}
