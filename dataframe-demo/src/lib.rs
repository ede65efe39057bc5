//! pandas in polars. Each lesson is a folder under `lessons`: the original in Python, its counterpart in Rust, expression
//! by expression, and what the original's expressions came to.

mod demo;
mod value;

lesson::lessons! {
    crate::DataframeDemo, run: crate::Run;
    series = "../lessons/01-series/lesson.rs",
    lazy_frames = "../lessons/39-lazy-frames/lesson.rs",
    streaming = "../lessons/40-streaming/lesson.rs",
    sql = "../lessons/41-sql/lesson.rs",
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
