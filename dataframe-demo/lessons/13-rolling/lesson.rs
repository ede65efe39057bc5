//! Rolling: windows of rows or of time that move along a series, growing windows, and weights that decay.

use anyhow::Result;
use polars::prelude::*;

use crate::{Session, column, date_ranges::parse, show};

pub fn run(session: &mut Session) -> Result<()> {
    let x = df!("x" => [2.0, 4.0, 1.0, 8.0, 5.0, 7.0])?.lazy();
    show!(
        session,
        "x.rolling(3).mean()",
        column(&x, col("x").rolling_mean(rows(3)))?
    );
    show!(
        session,
        "x.rolling(3).sum()",
        column(&x, col("x").rolling_sum(rows(3)))?
    );
    show!(
        session,
        "x.rolling(3).min()",
        column(&x, col("x").rolling_min(rows(3)))?
    );
    show!(
        session,
        "x.rolling(3).max()",
        column(&x, col("x").rolling_max(rows(3)))?
    );
    show!(
        session,
        "x.rolling(3).median()",
        column(&x, col("x").rolling_median(rows(3)))?
    );
    show!(
        session,
        "x.rolling(4).quantile(0.25)",
        column(
            &x,
            col("x").rolling_quantile(QuantileMethod::Linear, 0.25, rows(4))
        )?
    );
    show!(
        session,
        "x.rolling(3).std()",
        column(&x, col("x").rolling_std(rows(3)))?
    );
    let ddof = Some(RollingFnParams::Var(RollingVarParams { ddof: 0 }));
    show!(
        session,
        "x.rolling(3).var(ddof=0)",
        column(
            &x,
            col("x").rolling_var(RollingOptionsFixedWindow {
                fn_params: ddof,
                ..rows(3)
            })
        )?
    );
    show!(
        session,
        "x.rolling(3, min_periods=1).mean()",
        column(
            &x,
            col("x").rolling_mean(RollingOptionsFixedWindow {
                min_periods: 1,
                ..rows(3)
            })
        )?
    );
    show!(
        session,
        "x.rolling(3, center=True).mean()",
        column(
            &x,
            col("x").rolling_mean(RollingOptionsFixedWindow {
                center: true,
                ..rows(3)
            })
        )?
    );
    show!(
        session,
        "x.rolling(3).apply(lambda window: window.max() - window.min(), raw=True)",
        column(&x, col("x").rolling_max(rows(3)) - col("x").rolling_min(rows(3)))?
    );
    show!(
        session,
        "x.rolling(3).apply(lambda window: np.average(window, weights=[1, 2, 1]), raw=True)",
        column(
            &x,
            col("x").rolling_mean(RollingOptionsFixedWindow {
                weights: Some(vec![1.0, 2.0, 1.0]),
                ..rows(3)
            })
        )?
    );

    let gaps = df!("x" => [Some(2.0), None, Some(1.0), Some(8.0), Some(5.0)])?.lazy();
    show!(
        session,
        "gaps.rolling(2).sum()",
        column(&gaps, col("x").rolling_sum(rows(2)))?
    );
    show!(
        session,
        "gaps.rolling(2, min_periods=1).sum()",
        column(
            &gaps,
            col("x").rolling_sum(RollingOptionsFixedWindow {
                min_periods: 1,
                ..rows(2)
            })
        )?
    );

    let t = df!(
        "time" => ["2024-03-01", "2024-03-02", "2024-03-05", "2024-03-06", "2024-03-07", "2024-03-12"],
        "x" => [2.0, 4.0, 1.0, 8.0, 5.0, 7.0],
    )?
    .lazy()
    .with_column(parse(col("time")));
    show!(
        session,
        "t.rolling(\"3D\").sum()",
        t.clone()
            .with_column(col("x").rolling_sum_by(col("time"), time("3d")?))
            .collect()?
    );
    show!(
        session,
        "t.rolling(\"3D\").max()",
        t.clone()
            .with_column(col("x").rolling_max_by(col("time"), time("3d")?))
            .collect()?
    );
    show!(
        session,
        "t.rolling(\"3D\", min_periods=2).mean()",
        t.clone()
            .with_column(col("x").rolling_mean_by(
                col("time"),
                RollingOptionsDynamicWindow {
                    min_periods: 2,
                    ..time("3d")?
                }
            ))
            .collect()?
    );
    // What has no rolling form of its own is aggregated in each row's window.
    show!(
        session,
        "t.rolling(\"3D\").count().astype(\"int64\")",
        t.clone()
            .with_column(col("x").count().rolling(
                col("time"),
                Duration::try_parse("3d")?,
                Duration::try_parse("-3d")?,
                ClosedWindow::Right
            ))
            .collect()?
    );
    show!(
        session,
        "t.rolling(\"3D\", closed=\"both\").sum()",
        t.clone()
            .with_column(col("x").rolling_sum_by(
                col("time"),
                RollingOptionsDynamicWindow {
                    closed_window: ClosedWindow::Both,
                    ..time("3d")?
                }
            ))
            .collect()?
    );
    show!(
        session,
        "t.rolling(\"3D\", closed=\"left\").sum()",
        t.with_column(col("x").rolling_sum_by(
            col("time"),
            RollingOptionsDynamicWindow {
                closed_window: ClosedWindow::Left,
                ..time("3d")?
            }
        ))
        .collect()?
    );

    show!(
        session,
        "x.expanding().sum()",
        column(&x, col("x").cum_sum(false))?
    );
    show!(
        session,
        "x.expanding().max()",
        column(&x, col("x").cum_max(false))?
    );
    show!(
        session,
        "x.expanding().mean()",
        column(&x, expanding_mean(col("x")))?
    );
    // A window as long as the series holds all rows so far.
    show!(
        session,
        "x.expanding(min_periods=3).std()",
        column(
            &x,
            col("x").rolling_std(RollingOptionsFixedWindow {
                min_periods: 3,
                ..rows(6)
            })
        )?
    );

    // Nulls keep their place in pandas, unless it is told to ignore them; here it is the other way round.
    let decay = EWMOptions::default().and_ignore_nulls(false);
    show!(
        session,
        "x.ewm(alpha=0.5).mean()",
        column(&x, col("x").ewm_mean(EWMOptions { alpha: 0.5, ..decay }))?
    );
    show!(
        session,
        "x.ewm(alpha=0.5, adjust=False).mean()",
        column(
            &x,
            col("x").ewm_mean(EWMOptions {
                alpha: 0.5,
                adjust: false,
                ..decay
            })
        )?
    );
    show!(
        session,
        "x.ewm(span=3).mean()",
        column(&x, col("x").ewm_mean(decay.and_span(3)))?
    );
    show!(
        session,
        "x.ewm(halflife=1).std()",
        column(&x, col("x").ewm_std(decay.and_half_life(1.0)))?
    );
    show!(
        session,
        "gaps.ewm(alpha=0.5).mean()",
        column(&gaps, col("x").ewm_mean(EWMOptions { alpha: 0.5, ..decay }))?
    );
    show!(
        session,
        "gaps.ewm(alpha=0.5, ignore_na=True).mean()",
        column(
            &gaps,
            col("x").ewm_mean(EWMOptions {
                alpha: 0.5,
                ignore_nulls: true,
                ..decay
            })
        )?
    );

    let frame = df!(
        "key" => ["a", "b", "a", "b", "a", "b"],
        "x" => [2.0, 4.0, 1.0, 8.0, 5.0, 7.0],
        "y" => [1.0, 3.0, 2.0, 9.0, 4.0, 5.0],
    )?
    .lazy();
    show!(
        session,
        "frame.groupby(\"key\")[\"x\"].transform(lambda group: group.rolling(2).sum())",
        column(&frame, col("x").rolling_sum(rows(2)).over([col("key")])?)?
    );
    show!(
        session,
        "frame.groupby(\"key\")[\"x\"].transform(lambda group: group.expanding().mean())",
        column(&frame, expanding_mean(col("x")).over([col("key")])?)?
    );
    let both = RollingCovOptions {
        window_size: 4,
        min_periods: 4,
        ddof: 1,
    };
    show!(
        session,
        "frame[\"x\"].rolling(4).corr(frame[\"y\"])",
        column(&frame, rolling_corr(col("x"), col("y"), both).alias(""))?
    );
    show!(
        session,
        "frame[\"x\"].rolling(4).cov(frame[\"y\"])",
        column(&frame, rolling_cov(col("x"), col("y"), both).alias(""))?
    );
    Ok(())
}

/// A window of so many rows, none of which may be missing.
fn rows(count: usize) -> RollingOptionsFixedWindow {
    RollingOptionsFixedWindow {
        window_size: count,
        min_periods: count,
        ..RollingOptionsFixedWindow::default()
    }
}

/// A window of so much time, which ends with the row's own.
fn time(length: &str) -> PolarsResult<RollingOptionsDynamicWindow> {
    Ok(RollingOptionsDynamicWindow {
        window_size: Duration::try_parse(length)?,
        min_periods: 1,
        closed_window: ClosedWindow::Right,
        fn_params: None,
    })
}

/// The mean of all rows so far.
fn expanding_mean(series: Expr) -> Expr {
    series.clone().cum_sum(false) / series.cum_count(false)
}
