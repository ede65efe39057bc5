//! Date ranges: times in steps, their parts, what is added to them, and selection by time.

use anyhow::Result;
use chrono::TimeDelta;
use polars::{prelude::*, series::ops::NullBehavior};

use crate::{Session, column, show};

pub fn run(session: &mut Session) -> Result<()> {
    let nothing = LazyFrame::default();
    show!(
        session,
        "pd.date_range(\"2024-02-27\", periods=4)",
        column(&nothing, range("2024-02-27", "2024-03-01", "1d")?)?
    );
    show!(
        session,
        "pd.date_range(\"2024-01-01\", \"2024-01-02\", freq=\"6h\", inclusive=\"left\")",
        column(
            &nothing,
            datetime_range(
                Some(time("2024-01-01").alias("")),
                Some(time("2024-01-02")),
                Some(Duration::try_parse("6h")?),
                None,
                ClosedWindow::Left,
                None,
                None,
            )?
        )?
    );
    show!(
        session,
        "pd.date_range(\"2024-01-01\", periods=3, freq=\"W-MON\")",
        column(&nothing, range("2024-01-01", "2024-01-15", "1w")?)?
    );
    show!(
        session,
        "pd.date_range(\"2024-01-01\", periods=4, freq=\"MS\")",
        column(&nothing, range("2024-01-01", "2024-04-01", "1mo")?)?
    );
    // From the 31st, months later: the last day, where a month is shorter.
    show!(
        session,
        "pd.date_range(\"2024-01-31\", periods=4, freq=\"ME\")",
        column(&nothing, range("2024-01-31", "2024-04-30", "1mo")?)?
    );
    show!(
        session,
        "pd.date_range(\"2024-01-01\", \"2024-01-02\", periods=5)",
        column(
            &nothing,
            linear_space(
                time("2024-01-01").alias(""),
                time("2024-01-02"),
                lit(5),
                ClosedInterval::Both
            )
        )?
    );

    let texts = [
        "2024-01-01 00:00:00",
        "2024-02-29 12:30:00",
        "2024-12-31 23:59:59",
    ];
    let times = df!("t" => texts)?.lazy().select([parse(col("t"))]);
    let t = || col("t").dt();
    show!(session, "t.dt.year", column(&times, t().year())?);
    show!(
        session,
        "pd.DataFrame({\"quarter\": t.dt.quarter, \"month\": t.dt.month, \"day\": t.dt.day, \"hour\": t.dt.hour})",
        times
            .clone()
            .select([
                t().quarter().alias("quarter"),
                t().month().alias("month"),
                t().day().alias("day"),
                t().hour().alias("hour"),
            ])
            .collect()?
    );
    show!(
        session,
        "pd.DataFrame({\"weekday\": t.dt.dayofweek, \"day of year\": t.dt.day_of_year, \"month has\": t.dt.days_in_month})",
        times
            .clone()
            .select([
                (t().weekday() - lit(1)).alias("weekday"),
                t().ordinal_day().alias("day of year"),
                t().days_in_month().alias("month has"),
            ])
            .collect()?
    );
    show!(
        session,
        "t.dt.isocalendar()",
        times
            .clone()
            .select([
                t().iso_year().alias("year"),
                t().week().alias("week"),
                t().weekday().alias("day"),
            ])
            .collect()?
    );
    show!(session, "t.dt.is_leap_year", column(&times, t().is_leap_year())?);
    show!(
        session,
        "t.dt.is_month_end",
        column(&times, t().day().eq(t().days_in_month()))?
    );
    show!(session, "t.dt.date", column(&times, t().date())?);
    show!(session, "t.dt.time", column(&times, t().time())?);
    show!(
        session,
        "t.dt.strftime(\"%d.%m.%Y %H:%M\")",
        column(&times, t().strftime("%d.%m.%Y %H:%M"))?
    );
    show!(session, "t.dt.day_name()", column(&times, t().strftime("%A"))?);

    show!(
        session,
        "t + pd.Timedelta(\"36h\")",
        column(&times, col("t") + lit(TimeDelta::hours(36)))?
    );
    show!(
        session,
        "t + pd.DateOffset(months=1)",
        column(&times, t().offset_by(lit("1mo")))?
    );
    show!(
        session,
        "t - pd.DateOffset(years=1, days=1)",
        column(&times, t().offset_by(lit("-1y1d")))?
    );
    show!(
        session,
        "t + pd.offsets.MonthEnd(0)",
        column(&times, t().month_end())?
    );
    show!(
        session,
        "t.dt.normalize()",
        column(&times, t().truncate(lit("1d")))?
    );
    show!(
        session,
        "t.dt.floor(\"6h\")",
        column(&times, t().truncate(lit("6h")))?
    );
    show!(
        session,
        "t.dt.ceil(\"6h\")",
        column(&times, ceil(col("t"), lit("6h")))?
    );
    show!(
        session,
        "t.dt.round(\"6h\")",
        column(&times, t().round(lit("6h")))?
    );
    let halves = df!("" => ["2024-01-01 01:30", "2024-01-01 02:30"])?.lazy();
    show!(
        session,
        "pd.Series(pd.to_datetime([\"2024-01-01 01:30\", \"2024-01-01 02:30\"])).dt.round(\"h\")",
        column(&halves, parse(col("")).dt().round(lit("1h")))?
    );
    show!(
        session,
        "t.dt.to_period(\"M\").dt.start_time",
        column(&times, t().truncate(lit("1mo")))?
    );

    let since_first = || (col("t") - col("t").first()).dt();
    show!(
        session,
        "t.diff()",
        column(&times, col("t").diff(lit(1), NullBehavior::Ignore))?
    );
    show!(
        session,
        "t.max() - t.min()",
        column(&times, col("t").max() - col("t").min())?.get(0)?
    );
    show!(
        session,
        "(t - t[0]).dt.total_seconds()",
        column(&times, since_first().total_seconds(true))?
    );
    show!(
        session,
        "(t - t[0]) // pd.Timedelta(\"1D\")",
        column(&times, since_first().total_days(false))?
    );

    show!(
        session,
        "(t - pd.Timestamp(0)) // pd.Timedelta(\"1ms\")",
        column(&times, t().timestamp(TimeUnit::Milliseconds))?
    );
    let seconds = df!("" => [0_i64, 1_709_209_800])?.lazy();
    show!(
        session,
        "pd.to_datetime(pd.Series([0, 1709209800]), unit=\"s\")",
        column(
            &seconds,
            (col("") * lit(1_000_000)).cast(DataType::Datetime(TimeUnit::Microseconds, None))
        )?
    );

    // A time series is a frame that is sorted by its column of times.
    let numbers = df!("x" => (0..60).collect::<Vec<i64>>())?.lazy();
    let s = numbers.select([range("2024-01-01", "2024-02-29", "1d")?.alias("t"), col("x")]);
    show!(
        session,
        "s[\"2024-02\"].sum()",
        s.clone()
            .filter(t().truncate(lit("1mo")).eq(time("2024-02-01")))
            .select([col("x").sum()])
            .collect()?
            .column("x")?
            .get(0)?
    );
    show!(
        session,
        "s[\"2024-01-30\":\"2024-02-02\"]",
        s.clone()
            .filter(col("t").is_between(time("2024-01-30"), time("2024-02-02"), ClosedInterval::Both))
            .collect()?
    );
    show!(
        session,
        "s[\"2024-02-28\":]",
        s.clone().filter(col("t").gt_eq(time("2024-02-28"))).collect()?
    );
    show!(
        session,
        "s[s.index.dayofweek == 6].head(3)",
        s.clone().filter(t().weekday().eq(lit(7))).limit(3).collect()?
    );
    show!(
        session,
        "s.index.is_monotonic_increasing",
        s.clone()
            .collect()?
            .column("t")?
            .as_materialized_series()
            .is_sorted(SortOptions::default())?
    );
    show!(
        session,
        "s.groupby(s.index.month).agg([\"count\", \"sum\"])",
        s.clone()
            .group_by_stable([t().month().cast(DataType::Int32)])
            .agg([len().alias("count"), col("x").sum().alias("sum")])
            .collect()?
    );
    Ok(())
}

/// Texts as times; their form is found out.
pub fn parse(texts: Expr) -> Expr {
    parse_in(texts, None)
}

/// Texts as times in a zone.
pub fn parse_in(texts: Expr, zone: Option<TimeZone>) -> Expr {
    let options = StrptimeOptions::default();
    texts
        .str()
        .to_datetime(Some(TimeUnit::Microseconds), zone, options, lit("raise"))
}

/// A text as a time.
pub fn time(text: &str) -> Expr {
    parse(lit(text))
}

/// The times from `start` to `end`, one `every` apart.
///
/// # Errors
/// Where `every` is no duration.
pub fn range(start: &str, end: &str, every: &str) -> PolarsResult<Expr> {
    let (start, end) = (Some(time(start).alias("")), Some(time(end)));
    let (every, closed) = (Some(Duration::try_parse(every)?), ClosedWindow::Both);
    datetime_range(start, end, every, None, closed, None, None)
}

/// Up to the next multiple of `every`.
fn ceil(times: Expr, every: Expr) -> Expr {
    let floor = times.clone().dt().truncate(every.clone());
    when(floor.clone().eq(times.clone()))
        .then(times)
        .otherwise(floor.dt().offset_by(every))
}
