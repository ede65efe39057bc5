//! Analysis: from totals to alerts. The frame of totals becomes an array with a row a minute and a column a page, and each
//! column gets its band.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Result;
use chrono::{DateTime, SecondsFormat};
use ndarray::{Array1, Array2, Axis};
use polars::{frame::PivotColumnNaming, prelude::*};

use crate::{
    band::{Band, WIDTHS},
    board::Board,
    snapshot,
    stop::Stop,
    windows::MINUTE,
};

/// Pages that are looked at: those with most events.
const PAGES: u32 = 50;
/// Minutes in which alerts are looked for, and how many of them are shown.
const RECENT: usize = 60;
const SHOWN: usize = 10;
const PERIOD: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Analysis {
    /// The first minute, in milliseconds since 1970.
    first: i64,
    all: Option<Arc<Series>>,
    pages: Arc<Vec<(String, Series)>>,
    pub alerts: Vec<snapshot::Alert>,
}

#[derive(Debug)]
struct Series {
    counts: Array1<f64>,
    band: Band,
}

impl Analysis {
    /// Analyses totals as [`Board::totals`] has them; `season` in minutes.
    ///
    /// # Errors
    /// Where polars refuses.
    pub fn of(totals: DataFrame, season: usize) -> Result<Self> {
        let minutes = totals.column("minute")?.i64()?;
        let (Some(first), Some(last)) = (minutes.min(), minutes.max()) else {
            return Ok(Self::default());
        };
        let totals = totals.lazy();
        let all = by_minute(
            totals.clone().group_by(["minute"]).agg([sum("events")]),
            first,
            last,
        )?;
        let all = Series::of(all.column(0).to_owned(), season);
        let busiest = by_page(totals.clone())
            .select([col("page")])
            .limit(PAGES)
            .collect()?;
        let pages = totals
            .filter(col("page").is_in(
                lit(busiest.column("page")?.as_materialized_series().clone()).implode(false),
                false,
            ))
            .pivot(
                by_name(["page"], true, false),
                Arc::new(busiest.clone()),
                by_name(["minute"], true, false),
                by_name(["events"], true, false),
                element().sum(),
                true,
                "_".into(),
                PivotColumnNaming::Auto,
            );
        let pages = by_minute(pages, first, last)?;
        let names = busiest.column("page")?.str()?;
        let pages = names
            .iter()
            .flatten()
            .zip(pages.axis_iter(Axis(1)))
            .map(|(name, counts)| (name.to_owned(), Series::of(counts.to_owned(), season)))
            .collect();
        let mut analysis = Self {
            first,
            all: Some(Arc::new(all)),
            pages: Arc::new(pages),
            alerts: Vec::new(),
        };
        analysis.alerts = analysis.alerts();
        Ok(analysis)
    }

    fn alerts(&self) -> Vec<snapshot::Alert> {
        let all = self.all.iter().map(|all| (None, all.as_ref()));
        let pages = self.pages.iter().map(|(page, series)| (Some(page), series));
        let mut alerts: Vec<_> = all
            .chain(pages)
            .flat_map(|(page, series)| {
                let minutes = series.counts.len();
                let recent = minutes.saturating_sub(RECENT)..minutes;
                recent
                    .filter(|minute| series.band.is_alert(*minute))
                    .map(move |minute| snapshot::Alert {
                        minute: time(self.first + minute as i64 * MINUTE),
                        page: page.cloned(),
                        events: series.counts[minute] as u64,
                        low: series.band.low[minute],
                        high: series.band.high[minute],
                        score: series.band.score[minute],
                    })
            })
            .collect();
        // Of one minute, the largest first.
        alerts.sort_by(|a, b| {
            b.minute
                .cmp(&a.minute)
                .then(b.score.abs().total_cmp(&a.score.abs()))
        });
        alerts.truncate(SHOWN);
        alerts
    }

    /// A minute of all pages together, with so many events.
    pub fn minute(&self, minute: i64, events: u64) -> snapshot::Minute {
        let index = usize::try_from((minute - self.first) / MINUTE).ok();
        let series = self.all.as_deref().zip(index);
        let value = |of: fn(&Band) -> &Array1<f64>| {
            let (series, index) = series?;
            of(&series.band)
                .get(index)
                .copied()
                .filter(|value| !value.is_nan())
        };
        snapshot::Minute {
            minute: time(minute),
            events,
            average: value(|band| &band.average),
            expected: value(|band| &band.expected),
            low: value(|band| &band.low),
            high: value(|band| &band.high),
            score: value(|band| &band.score),
            alert: series.is_some_and(|(series, index)| series.band.is_alert(index)),
        }
    }

    /// All minutes, oldest first.
    pub fn minutes(&self) -> Vec<snapshot::Minute> {
        let counts = self.all.iter().flat_map(|all| all.counts.iter());
        (0..)
            .zip(counts)
            .map(|(index, count)| self.minute(self.first + index * MINUTE, *count as u64))
            .collect()
    }

    /// The score of a page in the last whole minute, and whether it is an alert.
    pub fn last_score(&self, page: &str) -> (Option<f64>, bool) {
        let series = self.pages.iter().find(|(name, _)| name == page);
        let last = series.and_then(|(_, series)| Some((series, series.counts.len().checked_sub(2)?)));
        match last {
            Some((series, minute)) if !series.band.score[minute].is_nan() => (
                Some(series.band.score[minute]),
                series.band.score[minute].abs() > WIDTHS,
            ),
            _ => (None, false),
        }
    }
}

impl Series {
    fn of(counts: Array1<f64>, season: usize) -> Self {
        let band = Band::of(&counts, season);
        Self { counts, band }
    }
}

/// A row for each page, with the sum of its `events`: most events first, then by name.
pub fn by_page(totals: LazyFrame) -> LazyFrame {
    let order = SortMultipleOptions::default().with_order_descending_multi([true, false]);
    totals
        .group_by(["page"])
        .agg([sum("events")])
        .sort(["events", "page"], order)
}

/// A row for each minute from the first to the last, those without events too: shape (minutes, columns).
fn by_minute(frame: LazyFrame, first: i64, last: i64) -> PolarsResult<Array2<f64>> {
    let minutes: Vec<_> = (first..=last).step_by(MINUTE as usize).collect();
    df!("minute" => minutes)?
        .lazy()
        .join(
            frame,
            [col("minute")],
            [col("minute")],
            JoinArgs::new(JoinType::Left),
        )
        .sort(["minute"], SortMultipleOptions::default())
        .drop(by_name(["minute"], true, false))
        .with_columns([all().as_expr().fill_null(0).cast(DataType::Float64)])
        .collect()?
        .to_ndarray::<Float64Type>(IndexOrder::C)
}

/// In RFC 3339, to the second.
pub fn time(millis: i64) -> String {
    let time = DateTime::from_timestamp_millis(millis).unwrap_or_default();
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Analyses again and again, until it is to stop.
pub fn run(board: &Board, season: usize, stop: &Stop) {
    while !stop.is_asked() {
        let started = Instant::now();
        let analysis = board
            .totals()
            .map_err(Into::into)
            .and_then(|totals| Analysis::of(totals, season));
        match analysis {
            Ok(analysis) => board.set_analysis(analysis),
            Err(error) => tracing::warn!("not analysed: {error:#}"),
        }
        // With a day's minutes of many pages it takes longer, and is done less often.
        stop.blocks(PERIOD.max(4 * started.elapsed()).min(LONGEST));
    }
}
