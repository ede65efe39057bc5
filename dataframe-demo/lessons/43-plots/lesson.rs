//! Plots: a line with its rolling mean, bars, a histogram, boxes and a heat map, and the numbers that they show.

mod boxes;
mod correlations;
mod distribution;
mod rolling_mean;
mod totals;

use std::path::Path;

use anyhow::{Context, Result};
use lesson::plot::{self, Figure};
use polars::prelude::*;

use self::{
    boxes::Boxes, correlations::Correlations, distribution::Distribution, rolling_mean::RollingMean,
    totals::Totals,
};
use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let weather = read(&session.folder().join("../44-analysis/weather.csv"))?;
    show!(session, "weather.shape", weather.shape());
    show!(session, "weather.head(3)", weather.head(Some(3)));

    let over = |days, least| RollingOptionsFixedWindow {
        window_size: days,
        min_periods: least,
        ..Default::default()
    };
    let weather = weather
        .lazy()
        .with_column(col("temperature").rolling_mean(over(28, 28)).alias("mean"))
        .collect()?;
    show!(session, "weather[\"mean\"]", weather.column("mean")?);
    show!(
        session,
        "weather[\"mean\"].isna().sum()",
        weather.column("mean")?.null_count()
    );
    show!(
        session,
        "weather[\"temperature\"].rolling(28, min_periods=1).mean().head(5)",
        weather
            .clone()
            .lazy()
            .select([col("temperature").rolling_mean(over(28, 1))])
            .limit(5)
            .collect()?
            .column("temperature")?
    );
    show!(
        session,
        "weather[\"temperature\"].rolling(29, center=True).mean().iloc[14:19].reset_index(drop=True)",
        weather
            .clone()
            .lazy()
            .select([col("temperature").rolling_mean(RollingOptionsFixedWindow {
                center: true,
                ..over(29, 29)
            })])
            .slice(14, 5)
            .collect()?
            .column("temperature")?
    );
    show!(
        session,
        "weather.nlargest(1, \"mean\")[[\"date\", \"mean\"]].reset_index(drop=True)",
        weather
            .clone()
            .lazy()
            .top_k(1, [col("mean")], SortMultipleOptions::default())
            .select([col("date"), col("mean")])
            .collect()?
    );

    let rain = totals::rain(&weather)?;
    show!(session, "rain", rain);
    show!(
        session,
        "rain.sum(axis=\"columns\").rename(\"both\").nlargest(3)",
        rain.clone()
            .lazy()
            .select([col("month"), (col("2024") + col("2025")).alias("both")])
            .top_k(3, [col("both")], SortMultipleOptions::default())
            .collect()?
    );

    let bins = distribution::histogram(&weather, "temperature", 20)?;
    show!(
        session,
        "counts",
        bins.column("count")?.clone().with_name("".into())
    );
    show!(
        session,
        "edges",
        distribution::edges(&weather, "temperature", 20)?
    );
    show!(
        session,
        "np.histogram(weather[\"temperature\"], bins=20, density=True)[0]",
        bins.clone()
            .lazy()
            .select([col("count") / (col("to") - col("from")) / col("count").sum()])
            .collect()?
            .column("count")?
            .clone()
            .with_name("".into())
    );

    let boxes = boxes::boxes(&weather)?;
    show!(
        session,
        "stats[[\"label\", \"q1\", \"med\", \"q3\"]]",
        boxes.select(["label", "q1", "med", "q3"])?
    );
    show!(
        session,
        "stats[[\"label\", \"whislo\", \"whishi\"]]",
        boxes.select(["label", "whislo", "whishi"])?
    );
    show!(
        session,
        "stats.explode(\"fliers\")[[\"label\", \"fliers\"]].astype({\"fliers\": \"float64\"}).reset_index(drop=True)",
        boxes.select(["label", "fliers"])?.explode(["fliers"], EVERY)?
    );
    show!(
        session,
        "weather.groupby(\"season\", sort=False)[\"wind\"].describe()",
        described(&weather, "season", "wind")?
    );

    let correlations = correlations::correlations(&weather, pearson_corr)?;
    show!(session, "corr", correlations);
    show!(
        session,
        "measured.corr(method=\"spearman\")",
        correlations::correlations(&weather, spearman_corr)?
    );
    let wet = weather
        .clone()
        .lazy()
        .with_column(
            when(col("rain").gt(lit(0)))
                .then(col("rain"))
                .otherwise(lit(NULL)),
        )
        .collect()?;
    show!(
        session,
        "wet.corr(method=\"spearman\")",
        correlations::correlations(&wet, spearman_corr)?
    );
    show!(
        session,
        "corr[\"sunshine\"].drop(\"sunshine\").abs().nlargest(1)",
        correlations
            .clone()
            .lazy()
            .select([col("index"), col("sunshine").abs()])
            .filter(col("index").neq(lit("sunshine")))
            .top_k(1, [col("sunshine")], SortMultipleOptions::default())
            .collect()?
    );

    if let Some(folder) = session.out() {
        let files = [
            RollingMean(&weather).files()?,
            Totals(&rain).files()?,
            Distribution(&bins).files()?,
            Boxes(&boxes).files()?,
            Correlations(&correlations).files()?,
        ]
        .concat();
        let unwritten = || format!("cannot write the plots to {}", folder.display());
        plot::save(folder, &files).with_context(unwritten)?;
        let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
        session.note(format!("in {}: {}", folder.display(), names.join(", ")));
    }
    Ok(())
}

/// An empty list becomes a null.
const EVERY: ExplodeOptions = ExplodeOptions {
    empty_as_null: true,
    keep_nulls: true,
};

/// The weather of each day, with its season.
fn read(path: &Path) -> PolarsResult<DataFrame> {
    let season = (col("date").dt().month() % lit(12)).floor_div(lit(3));
    let number = Series::new("".into(), [0_i8, 1, 2, 3]);
    let name = Series::new("".into(), ["winter", "spring", "summer", "autumn"]);
    LazyCsvReader::new(PlRefPath::try_from_path(path)?)
        .with_try_parse_dates(true)
        .finish()?
        .with_columns([
            col("date").cast(DataType::Datetime(TimeUnit::Microseconds, None)),
            season
                .replace_strict(
                    lit(number).implode(true),
                    lit(name).implode(true),
                    None,
                    None::<DataType>,
                )
                .alias("season"),
        ])
        .collect()
}

/// The correlation of the ranks, among the rows in which neither is missing.
fn spearman_corr(one: Expr, other: Expr) -> Expr {
    let both = one.clone().is_not_null().and(other.clone().is_not_null());
    let average = RankOptions {
        method: RankMethod::Average,
        descending: false,
    };
    let ranks = |values: Expr| values.filter(both.clone()).rank(average, None);
    pearson_corr(ranks(one), ranks(other))
}

/// What `describe` of pandas shows of each group.
fn described(frame: &DataFrame, by: &str, name: &str) -> PolarsResult<DataFrame> {
    let quantile = |q: f64| col(name).quantile(lit(q), QuantileMethod::Linear);
    frame
        .clone()
        .lazy()
        .group_by_stable([col(by)])
        .agg([
            col(name).count().cast(DataType::Float64).alias("count"),
            col(name).mean().alias("mean"),
            col(name).std(1).alias("std"),
            col(name).min().alias("min"),
            quantile(0.25).alias("25%"),
            quantile(0.5).alias("50%"),
            quantile(0.75).alias("75%"),
            col(name).max().alias("max"),
        ])
        .collect()
}
