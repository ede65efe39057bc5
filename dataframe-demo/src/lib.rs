//! pandas in polars. Each lesson is a folder under `lessons`: the original in Python, its counterpart in Rust, expression
//! by expression, and what the original's expressions came to.

mod demo;
pub mod file;
mod value;

lesson::lessons! {
    crate::DataframeDemo, run: crate::Run;
    series = "../lessons/01-series/lesson.rs",
    csv = "../lessons/32-csv/lesson.rs",
    json_lines = "../lessons/33-json-lines/lesson.rs",
    parquet = "../lessons/34-parquet/lesson.rs",
    arrow_ipc = "../lessons/35-arrow-ipc/lesson.rs",
    excel = "../lessons/36-excel/lesson.rs",
    sqlite = "../lessons/37-sqlite/lesson.rs",
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
