//! Time zones: times that know where they are, and what summer time does to hours and days.

use anyhow::Result;
use chrono::TimeDelta;
use polars::{prelude::*, series::ops::NullBehavior};

use crate::{
    Session, column,
    date_ranges::{parse, parse_in},
    show,
};

pub fn run(session: &mut Session) -> Result<()> {
    let t = times(["2024-01-15 12:00", "2024-07-15 12:00"])?;
    let paris = || localize("Europe/Paris", lit("raise"), NonExistent::Raise);
    let here = t.clone().with_column(paris()?);
    show!(session, "paris", column(&here, col("t"))?);
    show!(
        session,
        "paris.dt.tz_convert(\"America/New_York\")",
        column(&here, col("t").dt().convert_time_zone(zone("America/New_York")?))?
    );
    show!(
        session,
        "paris.dt.tz_convert(\"UTC\")",
        column(&here, in_utc(col("t")))?
    );
    // Without its zone a time is what the clock showed; or, by way of UTC, the same moment.
    show!(
        session,
        "paris.dt.tz_localize(None)",
        column(&here, without_zone(col("t")))?
    );
    show!(
        session,
        "paris.dt.tz_convert(\"UTC\").dt.tz_localize(None)",
        column(&here, without_zone(in_utc(col("t"))))?
    );
    show!(session, "paris.dt.time", column(&here, col("t").dt().time())?);
    show!(
        session,
        "paris.dt.strftime(\"%H:%M %z\")",
        column(&here, col("t").dt().strftime("%H:%M %z"))?
    );
    let tokyo = col("t").dt().convert_time_zone(zone("Asia/Tokyo")?);
    show!(
        session,
        "paris == paris.dt.tz_convert(\"Asia/Tokyo\")",
        column(&here, in_utc(col("t")).eq(in_utc(tokyo)))?
    );
    show!(
        session,
        "t - paris.dt.tz_convert(\"UTC\").dt.tz_localize(None)",
        column(
            &here,
            (col("t").dt().base_utc_offset() + col("t").dt().dst_offset())
                .cast(DataType::Duration(TimeUnit::Microseconds))
        )?
    );
    show!(
        session,
        "t.dt.tz_localize(\"Europe/Atlantis\")",
        localize("Europe/Atlantis", lit("raise"), NonExistent::Raise).and_then(|lost| column(&t, lost))
    );
    show!(session, "t == paris", column(&t, col("t").eq(paris()?)));

    let autumn = times(["2024-10-27 01:30", "2024-10-27 02:30", "2024-10-27 03:30"])?;
    show!(
        session,
        "autumn.dt.tz_localize(\"Europe/Paris\")",
        column(&autumn, paris()?)
    );
    show!(
        session,
        "autumn.dt.tz_localize(\"Europe/Paris\", ambiguous=[True] * 3)",
        column(
            &autumn,
            localize("Europe/Paris", lit("earliest"), NonExistent::Raise)?
        )?
    );
    show!(
        session,
        "autumn.dt.tz_localize(\"Europe/Paris\", ambiguous=[False] * 3)",
        column(
            &autumn,
            localize("Europe/Paris", lit("latest"), NonExistent::Raise)?
        )?
    );
    show!(
        session,
        "autumn.dt.tz_localize(\"Europe/Paris\", ambiguous=\"NaT\")",
        column(
            &autumn,
            localize("Europe/Paris", lit("null"), NonExistent::Raise)?
        )?
    );
    let twice = df!(
        "t" => ["2024-10-27 02:30", "2024-10-27 02:30"],
        "which" => ["earliest", "latest"],
    )?
    .lazy()
    .with_column(parse(col("t")));
    show!(
        session,
        "twice.dt.tz_localize(\"Europe/Paris\", ambiguous=[True, False])",
        column(
            &twice,
            localize("Europe/Paris", col("which"), NonExistent::Raise)?
        )?
    );

    let spring = times(["2024-03-31 01:30", "2024-03-31 02:30", "2024-03-31 03:30"])?;
    show!(
        session,
        "spring.dt.tz_localize(\"Europe/Paris\")",
        column(&spring, paris()?)
    );
    show!(
        session,
        "spring.dt.tz_localize(\"Europe/Paris\", nonexistent=\"NaT\")",
        column(
            &spring,
            localize("Europe/Paris", lit("raise"), NonExistent::Null)?
        )?
    );

    let eve = times(["2024-03-30 12:00", "2024-10-26 12:00"])?.with_column(paris()?);
    let next_day = || col("t").dt().offset_by(lit("1d"));
    show!(
        session,
        "eve + pd.Timedelta(\"24h\")",
        column(&eve, col("t") + lit(TimeDelta::hours(24)))?
    );
    show!(session, "eve + pd.DateOffset(days=1)", column(&eve, next_day())?);
    show!(
        session,
        "(eve + pd.DateOffset(days=1)) - eve",
        column(&eve, next_day() - col("t"))?
    );

    let hours = datetime_range(
        Some(parse(lit("2024-03-30"))),
        Some(parse(lit("2024-04-02"))),
        Some(Duration::try_parse("1h")?),
        None,
        ClosedWindow::Left,
        None,
        Some(zone("Europe/Paris")?),
    )?;
    let day = Duration::try_parse("1d")?;
    show!(
        session,
        "pd.Series(1, index=hours.rename(\"t\"), name=\"hours\").resample(\"D\").sum()",
        LazyFrame::default()
            .select([hours.alias("t")])
            .group_by_dynamic(
                col("t"),
                [],
                DynamicGroupOptions {
                    every: day,
                    period: day,
                    offset: Duration::try_parse("0h")?,
                    ..DynamicGroupOptions::default()
                }
            )
            .agg([len().alias("hours")])
            .collect()?
    );
    let midnights = LazyFrame::default().select([datetime_range(
        Some(parse(lit("2024-10-26"))),
        Some(parse(lit("2024-10-29"))),
        Some(day),
        None,
        ClosedWindow::Both,
        None,
        Some(zone("Europe/Paris")?),
    )?
    .alias("t")]);
    show!(session, "midnights", column(&midnights, col("t"))?);
    show!(
        session,
        "midnights.diff()",
        column(&midnights, col("t").diff(lit(1), NullBehavior::Ignore))?
    );

    let texts = df!(
        "t" => ["2024-03-31T01:30:00+01:00", "2024-03-31T03:30:00+02:00", "2024-03-31T01:30:00Z"],
    )?
    .lazy();
    show!(session, "pd.to_datetime(texts)", column(&texts, parse(col("t"))));
    show!(
        session,
        "pd.to_datetime(texts, utc=True)",
        column(&texts, parse_in(col("t"), Some(TimeZone::UTC)))?
    );
    show!(
        session,
        "pd.to_datetime(texts, utc=True).dt.tz_convert(\"Europe/Paris\")",
        column(
            &texts,
            parse_in(col("t"), Some(TimeZone::UTC))
                .dt()
                .convert_time_zone(zone("Europe/Paris")?)
        )?
    );
    Ok(())
}

fn zone(name: &str) -> PolarsResult<TimeZone> {
    TimeZone::opt_try_new(Some(name))?.ok_or_else(|| polars_err!(ComputeError: "no zone is named {name}"))
}

fn in_utc(times: Expr) -> Expr {
    times.dt().convert_time_zone(TimeZone::UTC)
}

/// The moment at which a clock in that zone shows the time.
fn localize(place: &str, ambiguous: Expr, non_existent: NonExistent) -> PolarsResult<Expr> {
    Ok(col("t")
        .dt()
        .replace_time_zone(Some(zone(place)?), ambiguous, non_existent))
}

fn without_zone(times: Expr) -> Expr {
    times
        .dt()
        .replace_time_zone(None, lit("raise"), NonExistent::Raise)
}

fn times<const N: usize>(texts: [&str; N]) -> PolarsResult<LazyFrame> {
    Ok(df!("t" => texts)?.lazy().with_column(parse(col("t"))))
}
