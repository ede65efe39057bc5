//! Business days: which days are worked, counted and added, with weeks and holidays of one's own.

use anyhow::Result;
use polars::{lazy::dsl::business_day_count, prelude::*};

use crate::{
    Session, column,
    date_ranges::{range, time},
    show,
};

// From Monday on.
const WEEK: [bool; 7] = [true, true, true, true, true, false, false];
const TO_SATURDAY: [bool; 7] = [true, true, true, true, true, true, false];
const FROM_SUNDAY: [bool; 7] = [true, true, true, true, false, false, true];

pub fn run(session: &mut Session) -> Result<()> {
    let none = || dates(&[]).implode(true);
    let easter = || dates(&["2024-03-29", "2024-04-01"]).implode(true);

    let span = LazyFrame::default().select([range("2024-03-28", "2024-04-03", "1d")?]);
    show!(
        session,
        "pd.bdate_range(\"2024-03-28\", \"2024-04-03\")",
        column(&span, worked(col(""), WEEK, none()))?
    );
    show!(
        session,
        "pd.bdate_range(\"2024-03-29\", periods=4)",
        column(
            &LazyFrame::default(),
            time("2024-03-29").alias("").dt().add_business_days(
                int_range(lit(0), lit(4), 1, DataType::Int64),
                WEEK,
                none(),
                Roll::Raise
            )
        )?
    );
    let days = LazyFrame::default()
        .select([range("2024-03-28", "2024-04-02", "1d")?])
        .select([col("").alias("day")]);
    show!(
        session,
        "days.map(pd.offsets.BDay().is_on_offset)",
        column(&days, col("day").dt().is_business_day(WEEK, none()))?
    );
    show!(
        session,
        "days[days.map(pd.offsets.BDay().is_on_offset)].reset_index(drop=True)",
        column(&days, worked(col("day"), WEEK, none()))?
    );

    let eve = days.clone().limit(2);
    let later = |count, roll| col("day").dt().add_business_days(lit(count), WEEK, none(), roll);
    show!(
        session,
        "eve + pd.offsets.BDay(1)",
        column(&eve, later(1_i64, Roll::Raise))?
    );
    show!(
        session,
        "eve + pd.offsets.BDay(5)",
        column(&eve, later(5, Roll::Raise))?
    );
    show!(
        session,
        "eve - pd.offsets.BDay(2)",
        column(&eve, later(-2, Roll::Raise))?
    );
    // From a Sunday it is counted as from the Friday before.
    show!(
        session,
        "days + pd.offsets.BDay(1)",
        column(&days, later(1, Roll::Backward))?
    );
    show!(
        session,
        "days.map(pd.offsets.BDay().rollforward)",
        column(&days, later(0, Roll::Forward))?
    );
    show!(
        session,
        "days.map(pd.offsets.BDay().rollback)",
        column(&days, later(0, Roll::Backward))?
    );

    show!(
        session,
        "pd.bdate_range(\"2024-03-28\", \"2024-04-03\", freq=\"C\", holidays=easter)",
        column(&span, worked(col(""), WEEK, easter()))?
    );
    show!(
        session,
        "eve[:1] + pd.offsets.CustomBusinessDay(1, holidays=easter)",
        column(
            &eve.limit(1),
            col("day")
                .dt()
                .add_business_days(lit(1), WEEK, easter(), Roll::Raise)
        )?
    );
    show!(
        session,
        "days.map(pd.offsets.CustomBusinessDay(holidays=easter).rollforward)",
        column(
            &days,
            col("day")
                .dt()
                .add_business_days(lit(0), WEEK, easter(), Roll::Forward)
        )?
    );
    show!(
        session,
        "pd.bdate_range(\"2024-03-28\", \"2024-04-03\", freq=\"C\", weekmask=\"Sun Mon Tue Wed Thu\")",
        column(&span, worked(col(""), FROM_SUNDAY, none()))?
    );

    let spans = LazyFrame::default().select([
        dates(&["2024-03-01", "2024-03-29", "2024-04-06"]).alias("start"),
        dates(&["2024-04-01", "2024-04-02", "2024-04-01"]).alias("end"),
    ]);
    let count = |week, holidays| {
        let count = business_day_count(col("start"), col("end"), week, holidays);
        count.cast(DataType::Int64).alias("")
    };
    show!(
        session,
        "np.busday_count(starts, ends)",
        column(&spans, count(WEEK, none()))?
    );
    show!(
        session,
        "np.busday_count(starts, ends, holidays=easter)",
        column(&spans, count(WEEK, easter()))?
    );
    show!(
        session,
        "np.busday_count(starts, ends, weekmask=\"1111110\")",
        column(&spans, count(TO_SATURDAY, none()))?
    );
    show!(
        session,
        "np.busday_offset(starts, 1)",
        column(
            &spans,
            col("start")
                .dt()
                .add_business_days(lit(1), WEEK, none(), Roll::Raise)
        )
    );

    let ends = LazyFrame::default()
        .select([range("2024-01-01", "2024-04-01", "1mo")?])
        .select([col("").dt().month_end()]);
    show!(
        session,
        "pd.date_range(\"2024-01-01\", periods=4, freq=\"BME\")",
        column(
            &ends,
            col("")
                .dt()
                .add_business_days(lit(0), WEEK, none(), Roll::Backward)
        )?
    );
    let beginnings = LazyFrame::default().select([range("2024-05-01", "2024-08-01", "1mo")?]);
    show!(
        session,
        "pd.date_range(\"2024-05-01\", periods=4, freq=\"BMS\")",
        column(
            &beginnings,
            col("")
                .dt()
                .add_business_days(lit(0), WEEK, none(), Roll::Forward)
        )?
    );
    Ok(())
}

/// Those of the days that are business days.
fn worked(days: Expr, week: [bool; 7], holidays: Expr) -> Expr {
    days.clone().filter(days.dt().is_business_day(week, holidays))
}

fn dates(texts: &[&str]) -> Expr {
    let options = StrptimeOptions {
        format: Some("%Y-%m-%d".into()),
        ..StrptimeOptions::default()
    };
    lit(Series::new(PlSmallStr::EMPTY, texts)).str().to_date(options)
}
