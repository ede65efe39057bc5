//! Streaming: a file larger than the memory that the process is allowed, read morsel by morsel as the query needs it.

mod capped;

use std::{fs, num::NonZeroUsize, path::Path, sync::mpsc};

use anyhow::Result;
use polars::{prelude::*, series::ops::NullBehavior};

use crate::{Session, scratch::Scratch, show};

pub use capped::Task;

pub fn run(session: &mut Session) -> Result<()> {
    let folder = Scratch::new()?;
    let path = folder.path().join("measurements.csv");
    let measurements = measurements(10_000)?;
    let as_csv = || FileWriteFormat::Csv(CsvWriterOptions::default());
    stream(sink(measurements.clone().lazy(), &path, as_csv())?)?;
    show!(session, "measurements.head(3)", measurements.head(Some(3)));
    show!(
        session,
        "os.path.getsize(path)",
        fs::metadata(&path)?.len() as usize
    );

    // Nothing is read before a query is collected, and then only what it needs.
    let scan = scan(&path)?;
    show!(
        session,
        "sum(len(chunk) for chunk in chunks(usecols=[\"minute\"]))",
        value(scan.clone().select([len()]))?
    );
    show!(
        session,
        "sum((chunk[\"celsius\"] < 0).sum() for chunk in chunks())",
        value(scan.clone().filter(col("celsius").lt(lit(0))).select([len()]))?
    );
    show!(
        session,
        "pd.DataFrame({\"min\": [ends[\"min\"].min()], \"max\": [ends[\"max\"].max()], \"mean\": [ends[\"sum\"].sum() / ends[\"count\"].sum()]})",
        stream(scan.clone().select([
            col("celsius").min().alias("min"),
            col("celsius").max().alias("max"),
            col("celsius").mean().alias("mean"),
        ]))?
    );

    // What the engine keeps of a group is no larger for more rows.
    show!(
        session,
        "whole",
        stream(
            scan.clone()
                .group_by([col("station")])
                .agg([
                    col("celsius").min().alias("min"),
                    col("celsius").max().alias("max"),
                    col("celsius").sum().alias("sum"),
                    col("celsius").count().alias("count"),
                ])
                .sort(["station"], SortMultipleOptions::default())
        )?
    );
    show!(
        session,
        "whole.assign(mean=whole[\"sum\"] / whole[\"count\"])[[\"min\", \"max\", \"mean\"]]",
        stream(summary(scan.clone()))?
    );
    show!(
        session,
        "len(set().union(*(chunk[\"celsius\"] for chunk in chunks())))",
        value(scan.clone().select([col("celsius").n_unique()]))?
    );
    show!(
        session,
        "pd.concat(chunk.nlargest(4, [\"celsius\", \"minute\"]) for chunk in chunks()).nlargest(4, [\"celsius\", \"minute\"])",
        stream(
            scan.clone()
                .top_k(4, [col("celsius"), col("minute")], SortMultipleOptions::default())
        )?
    );

    let places = df!("station" => ["Cusco", "Lyon", "Perth"], "height" => [3399_i64, 173, 31])?;
    let with_height = scan.clone().join(
        places.lazy(),
        [col("station")],
        [col("station")],
        JoinArgs::new(JoinType::Inner),
    );
    show!(
        session,
        "sum(len(chunk.merge(places, on=\"station\")) for chunk in chunks())",
        value(with_height.clone().select([len()]))?
    );
    show!(
        session,
        "pd.concat( chunk.merge(places, on=\"station\").groupby(\"height\")[\"celsius\"].max() for chunk in chunks() ).groupby(\"height\").max().reset_index()",
        stream(
            with_height
                .group_by([col("height")])
                .agg([col("celsius").max()])
                .sort(["height"], SortMultipleOptions::default())
        )?
    );

    // These need no other way of writing; the median keeps all values of its column, as it has to.
    show!(
        session,
        "pd.read_csv(path).groupby(\"station\")[\"celsius\"].median()",
        stream(
            scan.clone()
                .group_by([col("station")])
                .agg([col("celsius").median()])
                .sort(["station"], SortMultipleOptions::default())
        )?
    );
    show!(
        session,
        "pd.read_csv(path)[\"celsius\"].diff().abs().max()",
        value(
            scan.clone()
                .select([col("celsius").diff(lit(1), NullBehavior::Ignore).abs().max()])
        )?
    );

    let hot = folder.path().join("hot.csv");
    stream(sink(
        scan.clone().filter(col("celsius").gt(lit(38))),
        &hot,
        as_csv(),
    )?)?;
    show!(
        session,
        "os.path.getsize(hot)",
        fs::metadata(&hot)?.len() as usize
    );
    show!(
        session,
        "pd.read_csv(hot).tail(3)",
        stream(self::scan(&hot)?.tail(3))?
    );

    show!(
        session,
        "[len(chunk) for chunk in pd.read_csv(path, chunksize=4000)]",
        of_batches(scan.clone(), 4000, |batch| Ok(batch.height()))?
    );
    show!(
        session,
        "[chunk[\"celsius\"].mean() for chunk in pd.read_csv(path, chunksize=4000)]",
        of_batches(scan.clone(), 4000, |batch| {
            let celsius = batch.column("celsius")?.as_materialized_series();
            Ok(celsius.mean().unwrap_or(f64::NAN))
        })?
    );
    show!(
        session,
        "pd.read_csv(path, chunksize=1000, usecols=[\"kelvin\"])",
        stream(scan.select([col("kelvin")]))
    );

    match session.out() {
        Some(_) if cfg!(target_os = "linux") => capped::compare(&path)?
            .into_iter()
            .for_each(|line| session.note(line)),
        Some(_) => session.note("the limit and its peak: on Linux only".to_owned()),
        None => {}
    }
    Ok(())
}

/// So many measurements. The temperatures are quarters of a degree, whose sums are exact in any order.
fn measurements(rows: i64) -> PolarsResult<DataFrame> {
    let stations = Series::new(
        "station".into(),
        ["Bergen", "Cusco", "Dakar", "Hanoi", "Lyon", "Osaka", "Perth"],
    );
    let minute = || col("minute");
    let at = || minute() * lit(7919) % lit(7);
    df!("minute" => Vec::from_iter(0..rows))?
        .lazy()
        .with_columns([
            lit(stations).gather(at(), false),
            (minute() * lit(104_729) % lit(241) / lit(4.0) - lit(20) - at()).alias("celsius"),
        ])
        .collect()
}

/// The file as a lazy frame.
fn scan(path: &Path) -> PolarsResult<LazyFrame> {
    LazyCsvReader::new(PlRefPath::try_from_path(path)?).finish()
}

/// The query that the large file is asked, too.
fn summary(measurements: LazyFrame) -> LazyFrame {
    let celsius = || col("celsius");
    measurements
        .group_by([col("station")])
        .agg([
            celsius().min().alias("min"),
            celsius().max().alias("max"),
            celsius().mean().alias("mean"),
        ])
        .sort(["station"], SortMultipleOptions::default())
}

/// What the streaming engine makes of a query.
fn stream(query: LazyFrame) -> PolarsResult<DataFrame> {
    Ok(query.collect_with_engine(Engine::Streaming)?.unwrap_single())
}

/// The single cell that a query comes to.
fn value(query: LazyFrame) -> PolarsResult<Scalar> {
    let frame = stream(query)?;
    let cell = frame.select_at_idx(0).map(|column| column.get(0)).transpose()?;
    Ok(cell.map_or_else(Scalar::default, |cell| {
        Scalar::new(cell.dtype(), cell.into_static())
    }))
}

/// A query whose result goes to a file, and is never in memory as a whole.
pub(crate) fn sink(query: LazyFrame, path: &Path, format: FileWriteFormat) -> PolarsResult<LazyFrame> {
    let target = SinkTarget::Path(PlRefPath::try_from_path(path)?);
    query.sink(
        SinkDestination::File { target },
        format,
        UnifiedSinkArgs::default(),
    )
}

/// What the rows of a query come to, so many at a time: a sink that hands out each batch. Only the answers are kept.
fn of_batches<T: Send + 'static>(
    query: LazyFrame,
    rows: usize,
    ask: impl Fn(DataFrame) -> PolarsResult<T> + Send + Sync + 'static,
) -> PolarsResult<Vec<T>> {
    let (sender, answers) = mpsc::channel();
    // Whether it is to stop: nobody receives any more.
    let answer = PlanCallback::new(move |batch| Ok(sender.send(ask(batch)?).is_err()));
    stream(query.sink_batches(answer, true, NonZeroUsize::new(rows))?)?;
    Ok(answers.try_iter().collect())
}
