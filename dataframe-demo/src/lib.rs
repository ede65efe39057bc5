//! pandas in polars. Each lesson is a folder under `lessons`: the original in Python, its counterpart in Rust, expression
//! by expression, and what the original's expressions came to.

mod demo;
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
}

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
