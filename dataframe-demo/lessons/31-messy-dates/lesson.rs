//! Messy dates: several formats in one column, day first or month first, numbers, names, time zones, and what is none.

use anyhow::Result;
use polars::{lazy::dsl::sum_horizontal, prelude::*};

use crate::{Session, column, show};

pub fn run(session: &mut Session) -> Result<()> {
    let text = [
        Some("2024-03-01"),
        Some("2024-02-30"),
        Some("soon"),
        None,
        Some("2024-12-31"),
    ];
    let text = df!("" => text)?.lazy();
    show!(
        session,
        "pd.to_datetime(text)",
        column(&text, col("").str().to_date(exactly("%Y-%m-%d", true)))
    );
    let date = parsed("%Y-%m-%d");
    let failed = date.clone().is_null().and(col("").is_not_null());
    show!(
        session,
        "pd.to_datetime(text, errors=\"coerce\")",
        column(&text, date.clone())?
    );
    show!(
        session,
        "text[pd.to_datetime(text, errors=\"coerce\").isna() & text.notna()].tolist()",
        column(&text, col("").filter(failed.clone()))?
    );
    show!(
        session,
        "pd.to_datetime(text, errors=\"coerce\").isna().sum() - text.isna().sum()",
        column(&text, failed.sum())?.get(0)?
    );

    let mixed = df!("" => [
        "2024-03-01", "01.03.2024", "March 1, 2024", "1 Mar 2024", "20240301", "03/01/24", "?",
    ])?
    .lazy();
    let formats = [
        "%Y-%m-%d",
        "%d.%m.%Y",
        "%B %d, %Y",
        "%d %b %Y",
        "%Y%m%d",
        "%m/%d/%y",
    ];
    let each = formats.map(parsed);
    show!(session, "iso", column(&mixed, date.clone())?);
    show!(
        session,
        "iso.fillna(pd.to_datetime(mixed, format=\"%d.%m.%Y\", errors=\"coerce\"))",
        column(&mixed, date.clone().fill_null(parsed("%d.%m.%Y")))?
    );
    show!(
        session,
        "parsed.bfill(axis=1)[0].rename(None)",
        column(&mixed, coalesce(&each))?
    );
    // More than one: the formats contradict each other.
    let fitting = each
        .clone()
        .map(|datetime| datetime.is_not_null().cast(DataType::UInt32));
    show!(
        session,
        "parsed.count(axis=1)",
        column(&mixed, sum_horizontal(fitting, true)?)?
    );
    show!(
        session,
        "mixed[parsed.isna().all(axis=1)].tolist()",
        column(&mixed, col("").filter(coalesce(&each).is_null()))?
    );
    show!(
        session,
        "pd.to_datetime(pd.Series([\"2024-03-01\", \"2024-03-01 12:30\"]), format=\"mixed\")",
        column(
            &df!("" => ["2024-03-01", "2024-03-01 12:30"])?.lazy(),
            coalesce(&[date.clone(), parsed("%Y-%m-%d %H:%M")])
        )?
    );
    show!(
        session,
        "pd.to_datetime(mixed[mixed != \"?\"], format=\"mixed\", dayfirst=True)",
        column(&mixed, coalesce(&each).drop_nulls())?
    );

    let slashes = df!("" => ["03/04/2024", "25/12/2024"])?.lazy();
    show!(
        session,
        "pd.to_datetime(slashes, dayfirst=True)",
        column(&slashes, parsed("%d/%m/%Y"))?
    );
    show!(
        session,
        "pd.to_datetime(slashes, format=\"%m/%d/%Y\", errors=\"coerce\")",
        column(&slashes, parsed("%m/%d/%Y"))?
    );
    show!(
        session,
        "pd.to_datetime(slashes, format=\"%m/%d/%Y\")",
        column(&slashes, col("").str().to_date(exactly("%m/%d/%Y", true)))
    );

    let wordy = df!("" => [" Fri, 1 MARCH 2024 ", "sat, 2 march 2024", "Sun, 3rd March 2024"])?
        .lazy()
        .select([col("").str().strip_chars(lit(NULL)).str().replace(
            lit(r"(\d)(st|nd|rd|th)"),
            lit("$1"),
            false,
        )]);
    show!(
        session,
        "pd.to_datetime(wordy.str.strip().str.replace(r\"(\\d)(st|nd|rd|th)\", r\"\\1\", regex=True), format=\"%a, %d %B %Y\")",
        column(&wordy, parsed("%a, %d %B %Y"))?
    );

    // A month is no day: which one is meant has to be said.
    show!(
        session,
        "pd.to_datetime(pd.Series([\"2024-03\", \"2023-12\"]), format=\"%Y-%m\")",
        column(
            &df!("" => ["2024-03", "2023-12"])?.lazy(),
            (col("") + lit("-01"))
                .str()
                .to_date(exactly("%Y-%m-%d", true))
                .cast(MOMENT)
        )?
    );
    show!(
        session,
        "pd.to_datetime(pd.Series([\"2024-061\", \"2023-365\"]), format=\"%Y-%j\")",
        column(&df!("" => ["2024-061", "2023-365"])?.lazy(), parsed("%Y-%j"))?
    );
    show!(
        session,
        "pd.to_datetime(pd.Series([\"2024-W09-5\"]), format=\"%G-W%V-%u\")",
        column(&df!("" => ["2024-W09-5"])?.lazy(), parsed("%G-W%V-%u"))?
    );
    show!(
        session,
        "pd.to_datetime(pd.Series([\"1/3/2024 2:05 PM\", \"1/3/2024 12:00 AM\"]), format=\"%d/%m/%Y %I:%M %p\")",
        column(
            &df!("" => ["1/3/2024 2:05 PM", "1/3/2024 12:00 AM"])?.lazy(),
            parsed("%d/%m/%Y %I:%M %p")
        )?
    );
    show!(
        session,
        "pd.to_datetime(pd.Series([\"2024-03-01 10:00:00.250\", \"2024-03-01 10:00:00.000125\"]), format=\"%Y-%m-%d %H:%M:%S.%f\")",
        column(
            &df!("" => ["2024-03-01 10:00:00.250", "2024-03-01 10:00:00.000125"])?.lazy(),
            parsed("%Y-%m-%d %H:%M:%S%.f")
        )?
    );
    show!(
        session,
        "pd.to_datetime(\"1 March 2024 14:05\", format=\"%d %B %Y %H:%M\")",
        column(
            &df!("" => ["1 March 2024 14:05"])?.lazy(),
            parsed("%d %B %Y %H:%M")
        )?
        .get(0)?
    );

    let seconds = col("") * lit(1_000_000_i64);
    show!(
        session,
        "pd.to_datetime(pd.Series([1709251200, 0, -86400]), unit=\"s\")",
        column(
            &df!("" => [1_709_251_200_i64, 0, -86_400])?.lazy(),
            seconds.cast(MOMENT)
        )?
    );
    show!(
        session,
        "pd.to_datetime(pd.Series([1709251200500]), unit=\"ms\")",
        column(
            &df!("" => [1_709_251_200_500_i64])?.lazy(),
            col("")
                .cast(DataType::Datetime(TimeUnit::Milliseconds, None))
                .cast(MOMENT)
        )?
    );
    show!(
        session,
        "pd.to_datetime(pd.Series([19783]), unit=\"D\")",
        column(
            &df!("" => [19_783_i64])?.lazy(),
            col("").cast(DataType::Date).cast(MOMENT)
        )?
    );
    let digits = col("").str().extract(lit(r"^(\d{10})$"), 1);
    show!(
        session,
        "pd.to_datetime(pd.Series([\"1709251200\", \"2024-03-01\"]).str.extract(r\"^(\\d{10})$\", expand=False).astype(\"Float64\"), unit=\"s\")",
        column(
            &df!("" => ["1709251200", "2024-03-01"])?.lazy(),
            (digits.strict_cast(DataType::Int64) * lit(1_000_000_i64)).cast(MOMENT)
        )?
    );
    show!(
        session,
        "(pd.to_datetime(pd.Series([\"2024-03-01\"])) - pd.Timestamp(0)) // pd.Timedelta(seconds=1)",
        column(
            &df!("" => ["2024-03-01"])?.lazy(),
            date.dt().timestamp(TimeUnit::Milliseconds) / lit(1_000_i64)
        )?
    );
    // The days of a spreadsheet.
    let days = (col("") * lit(86_400_000_000.0)).cast(DataType::Int64);
    let first = datetime(DatetimeArgs::new(lit(1899), lit(12), lit(30)));
    show!(
        session,
        "pd.to_datetime(pd.Series([45352, 45352.5]), unit=\"D\", origin=\"1899-12-30\").dt.as_unit(\"us\")",
        column(
            &df!("" => [45_352.0, 45_352.5])?.lazy(),
            days.cast(DataType::Duration(TimeUnit::Microseconds)) + first
        )?
    );

    let zoned =
        df!("" => ["2024-03-01T12:00:00+01:00", "2024-03-01T12:00:00-05:00", "2024-03-01T12:00:00Z"])?.lazy();
    let oslo = TimeZone::opt_try_new(Some("Europe/Oslo"))?;
    let utc = col("").str().to_datetime(
        Some(TimeUnit::Microseconds),
        Some(TimeZone::UTC),
        exactly("%Y-%m-%dT%H:%M:%S%#z", true),
        lit("raise"),
    );
    show!(
        session,
        "pd.to_datetime(zoned, utc=True)",
        column(&zoned, utc.clone())?
    );
    show!(
        session,
        "pd.to_datetime(zoned, utc=True).dt.tz_convert(\"Europe/Oslo\")",
        column(&zoned.select([utc]), in_zone(oslo.clone()))?
    );
    show!(
        session,
        "pd.to_datetime(pd.Series([\"2024-03-01 12:00\"])).dt.tz_localize(\"Europe/Oslo\")",
        column(&df!("" => ["2024-03-01 12:00"])?.lazy(), local(oslo.clone()))?
    );
    show!(
        session,
        "pd.to_datetime(pd.Series([\"2024-03-31 02:30\"])).dt.tz_localize(\"Europe/Oslo\")",
        column(&df!("" => ["2024-03-31 02:30"])?.lazy(), local(oslo))
    );

    let parts = df!("year" => [2024_i64, 2023], "month" => [3_i64, 2], "day" => [1_i64, 29])?.lazy();
    show!(
        session,
        "pd.to_datetime(parts, errors=\"coerce\")",
        column(
            &parts,
            concat_str([col("year"), col("month"), col("day")], "-", false)
                .str()
                .to_date(exactly("%Y-%m-%d", false))
                .cast(MOMENT)
                .alias("")
        )?
    );
    show!(
        session,
        "pd.to_datetime(parts)",
        column(
            &parts,
            datetime(DatetimeArgs::new(col("year"), col("month"), col("day")))
        )
    );
    Ok(())
}

const MOMENT: DataType = DataType::Datetime(TimeUnit::Microseconds, None);

fn exactly(format: &str, strict: bool) -> StrptimeOptions {
    StrptimeOptions {
        format: Some(format.into()),
        strict,
        ..StrptimeOptions::default()
    }
}

/// The datetime that the text says in this format, or null.
fn parsed(format: &str) -> Expr {
    col("").str().to_datetime(
        Some(TimeUnit::Microseconds),
        None,
        exactly(format, false),
        lit("raise"),
    )
}

/// The same moment on the clocks of another zone.
fn in_zone(zone: Option<TimeZone>) -> Expr {
    col("").cast(DataType::Datetime(TimeUnit::Microseconds, zone))
}

/// What the clocks of a zone show, as a datetime.
fn local(zone: Option<TimeZone>) -> Expr {
    parsed("%Y-%m-%d %H:%M")
        .dt()
        .replace_time_zone(zone, lit("raise"), NonExistent::Raise)
}
