//! An analysis: two years of bicycle hire, from a dirty file through cleaning, joins and questions to a chart.

mod chart;
mod cleaning;

use std::path::Path;

use anyhow::{Context, Error, Result};
use lesson::plot::{self, Figure};
use polars::{frame::PivotColumnNaming, prelude::*};

use self::{chart::Rides, cleaning::started};
use crate::{Session, labelled, show};

pub fn run(session: &mut Session) -> Result<()> {
    let folder = session.folder().to_owned();
    let file = folder.join("rides.csv.gz");
    let unread = |error| Error::new(error).context(format!("cannot read {}", file.display()));
    let raw = cleaning::read(&file).map_err(unread)?;
    show!(session, "raw.shape", raw.shape());
    show!(session, "raw.head(3)", raw.head(Some(3)));
    show!(
        session,
        "raw.isna().sum()",
        labelled(raw.clone().lazy().null_count())?
    );
    show!(
        session,
        "raw[\"station\"].nunique()",
        raw.column("station")?.n_unique()?
    );
    show!(
        session,
        "raw[\"bike\"].value_counts().sort_index()",
        counts(&raw, ["bike"], "count")?
    );

    let rides = raw
        .clone()
        .lazy()
        .with_columns(cleaning::one_spelling())
        .collect()?;
    show!(
        session,
        "rides[\"station\"].nunique()",
        rides.column("station")?.n_unique()?
    );
    show!(
        session,
        "rides.groupby([\"bike\", \"rider\"]).size().rename(\"rides\")",
        counts(&rides, ["bike", "rider"], "rides")?
    );

    let once = |frame: &DataFrame| frame.unique_stable(None, UniqueKeepStrategy::First, None);
    show!(
        session,
        "raw.duplicated().sum()",
        raw.height() - once(&raw)?.height()
    );
    let sent = rides.height();
    let rides = once(&rides)?;
    show!(session, "rides.duplicated().sum()", sent - rides.height());
    show!(
        session,
        "rides[\"ride\"].is_unique",
        rides.column("ride")?.n_unique()? == rides.height()
    );
    show!(session, "len(rides)", rides.height());

    let rides = rides.lazy().with_columns(cleaning::numbers()).collect()?;
    show!(
        session,
        "rides[[\"minutes\", \"metres\", \"paid\"]].count()",
        labelled(
            rides
                .clone()
                .lazy()
                .select([cols(["minutes", "metres", "paid"]).as_expr().count()])
        )?
    );
    show!(
        session,
        "rides[\"minutes\"].min()",
        rides.column("minutes")?.min_reduce()?
    );
    show!(
        session,
        "rides[\"minutes\"].max()",
        rides.column("minutes")?.max_reduce()?
    );

    show!(
        session,
        "parsed.count()",
        labelled(rides.clone().lazy().select(started().map(Expr::count)))?
    );
    let rides = rides
        .lazy()
        .with_column(coalesce(&started()).alias("started"))
        .collect()?;

    let possible = col("minutes").is_between(lit(1), lit(24 * 60), ClosedInterval::Both);
    show!(
        session,
        "(~possible).sum()",
        value(&rides, possible.clone().not().sum())?
    );
    // A filter leaves out as well what is not known.
    let rides = rides.lazy().filter(possible).collect()?;
    show!(
        session,
        "rides[\"metres\"].isna().sum()",
        rides.column("metres")?.null_count()
    );

    let speed = col("metres") / col("minutes");
    show!(
        session,
        "speed.groupby(rides[\"bike\"]).median().rename(\"metres a minute\")",
        rides
            .clone()
            .lazy()
            .group_by([col("bike")])
            .agg([speed.clone().median().alias("metres a minute")])
            .sort(["bike"], SortMultipleOptions::default())
            .collect()?
    );
    let usual = col("minutes") * speed.median().over([col("bike")])?;
    let rides = rides
        .lazy()
        .with_column(col("metres").fill_null(usual))
        .collect()?;
    show!(
        session,
        "rides[\"metres\"].sum()",
        value(&rides, col("metres").sum())?
    );

    let weather = table(&folder.join("weather.csv"))?
        .with_column(col("date").cast(DataType::Datetime(TimeUnit::Microseconds, None)));
    let stations =
        table(&folder.join("stations.csv"))?.with_column(col("station").str().to_lowercase().alias("key"));
    let rides = rides
        .lazy()
        .rename(["station"], ["key"], true)
        .join(stations, [col("key")], [col("key")], in_order(JoinType::Left))
        .collect()?;
    show!(
        session,
        "rides.loc[rides[\"district\"].isna(), \"key\"].value_counts()",
        counts(
            &rides.filter(&rides.column("district")?.is_null())?,
            ["key"],
            "count"
        )?
    );
    let weekday = col("started").dt().weekday();
    let rides = rides
        .lazy()
        .filter(col("district").is_not_null())
        .drop(cols(["key", "note"]))
        .with_columns([
            col("started").dt().truncate(lit("1d")).alias("date"),
            col("started").dt().hour().cast(DataType::Int32).alias("hour"),
            when(weekday.gt_eq(lit(6)))
                .then(lit("weekend"))
                .otherwise(lit("working"))
                .alias("day"),
            (col("metres") / lit(1000)).alias("kilometres"),
        ])
        .collect()?;
    show!(session, "rides.shape", rides.shape());
    show!(session, "rides.head(3)", rides.head(Some(3)));

    show!(
        session,
        "rides.groupby([\"bike\", \"rider\"], as_index=False).agg( rides=(\"ride\", \"size\"), \
         minutes=(\"minutes\", \"mean\"), kilometres=(\"kilometres\", \"sum\"), paid=(\"paid\", \"sum\") )",
        rides
            .clone()
            .lazy()
            .group_by([col("bike"), col("rider")])
            .agg([
                len().alias("rides"),
                col("minutes").mean(),
                col("kilometres").sum(),
                col("paid").sum(),
            ])
            .sort(["bike", "rider"], SortMultipleOptions::default())
            .collect()?
    );

    let hours = by_hour(&rides)?;
    show!(session, "hours", hours);
    show!(
        session,
        "places[places[\"rank\"] <= 2].sort_values([\"district\", \"rank\"])",
        busiest(&rides)?
    );

    let days = rides
        .clone()
        .lazy()
        .group_by([col("date")])
        .agg([len().alias("rides")])
        .inner_join(weather, col("date"), col("date"))
        .sort(["date"], SortMultipleOptions::default())
        .with_column(col("rides").rolling_mean(four_weeks()).alias("mean"))
        .collect()?;
    show!(
        session,
        "days.pivot_table(index=\"air\", columns=\"sky\", values=\"rides\", aggfunc=\"mean\")\
         [[\"dry\", \"showers\", \"rain\"]]",
        by_weather(&days)?
    );
    let measured = ["temperature", "rain", "wind", "humidity", "sunshine"];
    show!(
        session,
        "days[[\"temperature\", \"rain\", \"wind\", \"humidity\", \"sunshine\"]].corrwith(days[\"rides\"])",
        labelled(
            days.clone()
                .lazy()
                .select(measured.map(|name| pearson_corr(col(name), col("rides")).alias(name)))
        )?
    );
    show!(session, "days[\"mean\"]", days.column("mean")?);
    show!(
        session,
        "days.nlargest(3, \"rides\")[[\"date\", \"rides\", \"temperature\", \"rain\"]].reset_index(drop=True)",
        days.clone()
            .lazy()
            .top_k(3, [col("rides")], SortMultipleOptions::default())
            .select([cols(["date", "rides", "temperature", "rain"]).as_expr()])
            .collect()?
    );
    let months = months(&rides)?;
    show!(session, "months.tail(12)", months);

    if let Some(out) = session.out() {
        let files = Rides {
            days: &days,
            hours: &hours,
        }
        .files()?;
        plot::save(out, &files).with_context(|| format!("cannot write the chart to {}", out.display()))?;
        let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
        session.note(format!("in {}: {}", out.display(), names.join(", ")));
    }
    Ok(())
}

/// A table whose columns have types already.
fn table(path: &Path) -> PolarsResult<LazyFrame> {
    LazyCsvReader::new(PlRefPath::try_from_path(path)?)
        .with_try_parse_dates(true)
        .finish()
}

fn counts<const N: usize>(frame: &DataFrame, by: [&str; N], name: &str) -> PolarsResult<DataFrame> {
    frame
        .clone()
        .lazy()
        .group_by(by.map(col))
        .agg([len().alias(name)])
        .sort(by, SortMultipleOptions::default())
        .collect()
}

/// What an expression that has one value comes to.
fn value(frame: &DataFrame, expression: Expr) -> PolarsResult<AnyValue<'static>> {
    let frame = frame
        .clone()
        .lazy()
        .select([expression.alias("value")])
        .collect()?;
    Ok(frame.column("value")?.get(0)?.into_static())
}

/// A join that keeps the order of the rows.
fn in_order(how: JoinType) -> JoinArgs {
    JoinArgs {
        maintain_order: MaintainOrderJoin::Left,
        ..how.into()
    }
}

fn four_weeks() -> RollingOptionsFixedWindow {
    RollingOptionsFixedWindow {
        window_size: 28,
        min_periods: 28,
        ..Default::default()
    }
}

/// A row for each value of one column, a column for each of the named values of another.
fn pivot(
    frame: LazyFrame,
    index: &str,
    (on, names): (&str, &[&str]),
    values: &str,
    how: Expr,
) -> PolarsResult<LazyFrame> {
    let names = DataFrame::new(names.len(), vec![Column::new(on.into(), names)])?;
    let pivoted = frame.pivot(
        cols([on]),
        names.into(),
        cols([index]),
        cols([values]),
        how,
        false,
        PlSmallStr::EMPTY,
        PivotColumnNaming::Auto,
    );
    Ok(pivoted.sort([index], SortMultipleOptions::default()))
}

/// How many rides begin in each hour of a day of either kind.
fn by_hour(rides: &DataFrame) -> PolarsResult<DataFrame> {
    let days = col("date").n_unique().over([col("day")])?;
    let an_hour = len().cast(DataType::Float64) / col("days").first();
    let rides = rides
        .clone()
        .lazy()
        .with_column(days.alias("days"))
        .group_by([col("hour"), col("day")])
        .agg([an_hour.alias("rides")]);
    let kinds = ["weekend", "working"];
    pivot(rides, "hour", ("day", &kinds), "rides", element().first())?
        .with_columns([cols(kinds).as_expr().fill_null(lit(0.0))])
        .collect()
}

/// The two stations of each district where most rides begin, with their share of the district's.
fn busiest(rides: &DataFrame) -> PolarsResult<DataFrame> {
    let rank = RankOptions {
        method: RankMethod::Ordinal,
        descending: true,
    };
    let district = [col("district")];
    let share = col("rides").cast(DataType::Float64) / col("rides").sum().over(&district)?;
    rides
        .clone()
        .lazy()
        .group_by([col("district"), col("station"), col("docks")])
        .agg([len().alias("rides")])
        // Groups come in any order, and of as many rides the first station is ahead.
        .sort(["station"], SortMultipleOptions::default())
        .with_columns([
            share.alias("share"),
            col("rides").rank(rank, None).over(&district)?.alias("rank"),
        ])
        .filter(col("rank").lt_eq(lit(2)))
        .sort(["district", "rank"], SortMultipleOptions::default())
        .collect()
}

/// Rides on a day, by the air and the sky.
fn by_weather(days: &DataFrame) -> PolarsResult<DataFrame> {
    let class = |name: &str, breaks: [f64; 2], labels: [&'static str; 3]| {
        col(name)
            .cut(breaks.to_vec(), Some(labels), false, false)
            .cast(DataType::String)
    };
    let skies = ["dry", "showers", "rain"];
    let days = days.clone().lazy().with_columns([
        class("rain", [0.0, 5.0], skies).alias("sky"),
        class("temperature", [5.0, 15.0], ["cold", "mild", "warm"]).alias("air"),
    ]);
    pivot(days, "air", ("sky", &skies), "rides", element().mean())?.collect()
}

/// The last year month by month, and how many rides there were more than in that month the year before.
fn months(rides: &DataFrame) -> PolarsResult<DataFrame> {
    rides
        .clone()
        .lazy()
        .group_by([col("started").dt().truncate(lit("1mo"))])
        .agg([len().alias("ride"), col("kilometres").sum(), col("paid").sum()])
        .sort(["started"], SortMultipleOptions::default())
        .with_column(col("ride").pct_change(lit(12)).alias("change"))
        .tail(12)
        .collect()
}
