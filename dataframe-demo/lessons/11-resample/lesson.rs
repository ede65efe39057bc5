//! Resample: one row for each step of time, from many rows or from too few.

use anyhow::Result;
use polars::prelude::*;

use crate::{
    Session,
    date_ranges::{parse, range},
    show,
};

pub fn run(session: &mut Session) -> Result<()> {
    let hourly = df!("x" => (0..72).collect::<Vec<i64>>())?.lazy().select([
        range("2024-03-01 00:00", "2024-03-03 23:00", "1h")?.alias("time"),
        col("x"),
    ]);
    let sum = [col("x").sum()];
    show!(
        session,
        "hourly.resample(\"D\").sum()",
        hourly
            .clone()
            .group_by_dynamic(col("time"), [], steps("1d")?)
            .agg(&sum)
            .collect()?
    );
    show!(
        session,
        "hourly.resample(\"D\").agg(low=(\"x\", \"min\"), high=(\"x\", \"max\"), mean=(\"x\", \"mean\"))",
        hourly
            .clone()
            .group_by_dynamic(col("time"), [], steps("1d")?)
            .agg([
                col("x").min().alias("low"),
                col("x").max().alias("high"),
                col("x").mean().alias("mean"),
            ])
            .collect()?
    );
    show!(
        session,
        "hourly[\"x\"].resample(\"D\").ohlc()",
        hourly
            .clone()
            .group_by_dynamic(col("time"), [], steps("1d")?)
            .agg(ohlc("x"))
            .collect()?
    );
    show!(
        session,
        "hourly.resample(\"D\").size()",
        hourly
            .clone()
            .group_by_dynamic(col("time"), [], steps("1d")?)
            .agg([len().alias("")])
            .collect()?
    );
    // Steps that do not divide a day are counted from 1970, unless they are to start with the first row.
    show!(
        session,
        "hourly.resample(\"36h\").first()",
        hourly
            .clone()
            .group_by_dynamic(
                col("time"),
                [],
                DynamicGroupOptions {
                    start_by: StartBy::DataPoint,
                    ..steps("36h")?
                }
            )
            .agg([col("x").first()])
            .collect()?
    );
    show!(
        session,
        "hourly.resample(\"36h\", origin=\"epoch\").first()",
        hourly
            .clone()
            .group_by_dynamic(col("time"), [], steps("36h")?)
            .agg([col("x").first()])
            .collect()?
    );

    show!(
        session,
        "hourly.resample(\"D\", closed=\"right\").sum()",
        hourly
            .clone()
            .group_by_dynamic(
                col("time"),
                [],
                DynamicGroupOptions {
                    closed_window: ClosedWindow::Right,
                    ..steps("1d")?
                }
            )
            .agg(&sum)
            .collect()?
    );
    show!(
        session,
        "hourly.resample(\"D\", label=\"right\").sum()",
        hourly
            .clone()
            .group_by_dynamic(
                col("time"),
                [],
                DynamicGroupOptions {
                    label: Label::Right,
                    ..steps("1d")?
                }
            )
            .agg(&sum)
            .collect()?
    );
    show!(
        session,
        "hourly.resample(\"D\", closed=\"right\", label=\"right\").sum()",
        hourly
            .clone()
            .group_by_dynamic(
                col("time"),
                [],
                DynamicGroupOptions {
                    closed_window: ClosedWindow::Right,
                    label: Label::Right,
                    ..steps("1d")?
                }
            )
            .agg(&sum)
            .collect()?
    );

    show!(
        session,
        "hourly.resample(\"D\", offset=\"6h\").sum()",
        hourly
            .clone()
            .group_by_dynamic(
                col("time"),
                [],
                DynamicGroupOptions {
                    offset: Duration::try_parse("6h")?,
                    ..steps("1d")?
                }
            )
            .agg(&sum)
            .collect()?
    );
    show!(
        session,
        "hourly.iloc[5:].resample(\"D\", origin=\"start\").sum()",
        hourly
            .clone()
            .slice(5, IdxSize::MAX)
            .group_by_dynamic(
                col("time"),
                [],
                DynamicGroupOptions {
                    start_by: StartBy::DataPoint,
                    ..steps("1d")?
                }
            )
            .agg(&sum)
            .collect()?
    );

    let daily = df!("x" => (0..91).collect::<Vec<i64>>())?
        .lazy()
        .select([range("2024-01-01", "2024-03-31", "1d")?.alias("time"), col("x")]);
    show!(
        session,
        "daily.resample(\"W-MON\", closed=\"left\", label=\"left\").sum().head(3)",
        daily
            .clone()
            .group_by_dynamic(col("time"), [], steps("1w")?)
            .agg(&sum)
            .limit(3)
            .collect()?
    );
    // pandas' own week lasts from after one Sunday to the next, which names it.
    show!(
        session,
        "daily.resample(\"W\").sum().head(3)",
        daily
            .clone()
            .group_by_dynamic(
                col("time"),
                [],
                DynamicGroupOptions {
                    offset: Duration::try_parse("-1d")?,
                    closed_window: ClosedWindow::Right,
                    label: Label::Right,
                    ..steps("1w")?
                }
            )
            .agg(&sum)
            .limit(3)
            .collect()?
    );
    show!(
        session,
        "daily.resample(\"MS\").sum()",
        daily
            .clone()
            .group_by_dynamic(col("time"), [], steps("1mo")?)
            .agg(&sum)
            .collect()?
    );
    show!(
        session,
        "daily.resample(\"ME\").sum()",
        daily
            .clone()
            .group_by_dynamic(col("time"), [], steps("1mo")?)
            .agg(&sum)
            .with_column(col("time").dt().month_end())
            .collect()?
    );
    show!(
        session,
        "daily.resample(\"QS\").mean()",
        daily
            .group_by_dynamic(col("time"), [], steps("1q")?)
            .agg([col("x").mean()])
            .collect()?
    );

    let trades = trades()?.lazy();
    // A step without a row is no group: it comes in when the steps are filled up.
    show!(
        session,
        "trades.set_index(\"time\")[\"size\"].resample(\"D\").sum()",
        trades
            .clone()
            .group_by_dynamic(col("time"), [], steps("1d")?)
            .agg([col("size").sum()])
            .collect()?
            .upsample(NO_KEYS, "time", Duration::try_parse("1d")?)?
            .lazy()
            .with_column(col("size").fill_null(0))
            .collect()?
    );
    show!(
        session,
        "trades.set_index(\"time\")[\"price\"].resample(\"D\").last()",
        trades
            .clone()
            .group_by_dynamic(col("time"), [], steps("1d")?)
            .agg([col("price").last()])
            .collect()?
            .upsample(NO_KEYS, "time", Duration::try_parse("1d")?)?
    );
    show!(
        session,
        "trades.groupby([\"symbol\", pd.Grouper(key=\"time\", freq=\"D\")])[\"size\"].sum()",
        trades
            .clone()
            .group_by_dynamic(col("time"), [col("symbol")], steps("1d")?)
            .agg([col("size").sum()])
            .collect()?
    );
    show!(
        session,
        "trades.groupby(\"symbol\").resample(\"D\", on=\"time\")[\"price\"].ohlc().dropna()",
        trades
            .group_by_dynamic(col("time"), [col("symbol")], steps("1d")?)
            .agg(ohlc("price"))
            .collect()?
    );

    let coarse = df!("x" => [1.0, 4.0, -2.0])?
        .lazy()
        .select([range("2024-03-01", "2024-03-03", "1d")?.alias("time"), col("x")])
        .collect()?;
    let fine = coarse.upsample(NO_KEYS, "time", Duration::try_parse("8h")?)?;
    let forward = |limit| col("x").fill_null_with_strategy(FillNullStrategy::Forward(limit));
    show!(session, "coarse.resample(\"8h\").asfreq()", fine);
    show!(
        session,
        "coarse.resample(\"8h\").ffill()",
        fine.clone().lazy().with_column(forward(None)).collect()?
    );
    show!(
        session,
        "coarse.resample(\"8h\").ffill(limit=1)",
        fine.clone().lazy().with_column(forward(Some(1))).collect()?
    );
    show!(
        session,
        "coarse.resample(\"8h\").bfill()",
        fine.clone()
            .lazy()
            .with_column(col("x").fill_null_with_strategy(FillNullStrategy::Backward(None)))
            .collect()?
    );
    show!(
        session,
        "coarse.resample(\"8h\").interpolate()",
        fine.lazy()
            .with_column(col("x").interpolate(InterpolationMethod::Linear))
            .collect()?
    );
    Ok(())
}

const NO_KEYS: [&str; 0] = [];

/// Steps that follow one another without a gap, each named by its start, which belongs to it.
fn steps(every: &str) -> PolarsResult<DynamicGroupOptions> {
    let every = Duration::try_parse(every)?;
    Ok(DynamicGroupOptions {
        every,
        period: every,
        offset: Duration::try_parse("0h")?,
        ..DynamicGroupOptions::default()
    })
}

fn ohlc(price: &str) -> [Expr; 4] {
    [
        col(price).first().alias("open"),
        col(price).max().alias("high"),
        col(price).min().alias("low"),
        col(price).last().alias("close"),
    ]
}

fn trades() -> PolarsResult<DataFrame> {
    df!(
        "time" => ["2024-03-01 09:30", "2024-03-01 15:00", "2024-03-04 10:00", "2024-03-04 11:00"],
        "symbol" => ["ABC", "XYZ", "ABC", "ABC"],
        "price" => [10.0, 50.0, 12.0, 11.0],
        "size" => [100_i64, 20, 300, 200],
    )?
    .lazy()
    .with_column(parse(col("time")))
    .collect()
}
