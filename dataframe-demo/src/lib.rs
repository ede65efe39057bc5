//! pandas in polars. Each lesson is a folder under `lessons`: the original in Python, its counterpart in Rust, expression
//! by expression, and what the original's expressions came to.

mod apart;
mod column;
mod demo;
pub mod file;
mod plot;
pub mod postgresql_server;
mod scratch;
mod value;

lesson::lessons! {
    crate::DataframeDemo, run: crate::Run;
    series = "../lessons/01-series/lesson.rs",
    alignment = "../lessons/02-alignment/lesson.rs",
    mixed_values = "../lessons/03-mixed-values/lesson.rs",
    data_frame = "../lessons/04-data-frame/lesson.rs",
    select_and_filter = "../lessons/05-select-and-filter/lesson.rs",
    sort_and_describe = "../lessons/06-sort-and-describe/lesson.rs",
    panel = "../lessons/07-panel/lesson.rs",
    panel_arrays = "../lessons/08-panel-arrays/lesson.rs",
    panel_labels = "../lessons/09-panel-labels/lesson.rs",
    date_ranges = "../lessons/10-date-ranges/lesson.rs",
    resample = "../lessons/11-resample/lesson.rs",
    shift_and_diff = "../lessons/12-shift-and-diff/lesson.rs",
    rolling = "../lessons/13-rolling/lesson.rs",
    as_of_join = "../lessons/14-as-of-join/lesson.rs",
    time_zones = "../lessons/15-time-zones/lesson.rs",
    business_days = "../lessons/16-business-days/lesson.rs",
    missing_data = "../lessons/17-missing-data/lesson.rs",
    group_by = "../lessons/18-group-by/lesson.rs",
    transform_and_filter = "../lessons/19-transform-and-filter/lesson.rs",
    joins = "../lessons/20-joins/lesson.rs",
    concat = "../lessons/21-concat/lesson.rs",
    ranking_and_windows = "../lessons/22-ranking-and-windows/lesson.rs",
    apply = "../lessons/23-apply/lesson.rs",
    reshape = "../lessons/24-reshape/lesson.rs",
    dummies_and_bins = "../lessons/25-dummies-and-bins/lesson.rs",
    strings = "../lessons/26-strings/lesson.rs",
    categoricals = "../lessons/27-categoricals/lesson.rs",
    duplicates = "../lessons/28-duplicates/lesson.rs",
    lists_and_structs = "../lessons/29-lists-and-structs/lesson.rs",
    json = "../lessons/30-json/lesson.rs",
    messy_dates = "../lessons/31-messy-dates/lesson.rs",
    csv = "../lessons/32-csv/lesson.rs",
    json_lines = "../lessons/33-json-lines/lesson.rs",
    parquet = "../lessons/34-parquet/lesson.rs",
    arrow_ipc = "../lessons/35-arrow-ipc/lesson.rs",
    excel = "../lessons/36-excel/lesson.rs",
    sqlite = "../lessons/37-sqlite/lesson.rs",
    postgresql = "../lessons/38-postgresql/lesson.rs" beside "PostgreSQL",
    lazy_frames = "../lessons/39-lazy-frames/lesson.rs",
    streaming = "../lessons/40-streaming/lesson.rs",
    sql = "../lessons/41-sql/lesson.rs",
    distributed = "../lessons/42-distributed/lesson.rs" needs "distributed" beside "processes of its own",
    plots = "../lessons/43-plots/lesson.rs",
    analysis = "../lessons/44-analysis/lesson.rs",
}

pub use column::{column, labelled};
pub use demo::{DataframeDemo, Options};
pub use lesson::session::{Run, Session};
pub use value::{Element, Value};

/// Evaluates the counterpart of a Python expression, which is named as it stands in `original.py`:
/// `show!(session, "s.sum()", s.sum::<i64>()?)`.
#[macro_export]
macro_rules! show {
    ($session:expr, $python:literal, $rust:expr $(,)?) => {
        $session.show($python, stringify!($rust), $crate::Value::shown(&$rust))
    };
}
