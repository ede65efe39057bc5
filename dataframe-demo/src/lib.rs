//! pandas in polars. Each lesson is a folder under `lessons`: the original in Python, its counterpart in Rust, expression
//! by expression, and what the original's expressions came to.

mod column;
mod demo;
mod value;

lesson::lessons! {
    crate::DataframeDemo, run: crate::Run;
    series = "../lessons/01-series/lesson.rs",
    reshape = "../lessons/24-reshape/lesson.rs",
    dummies_and_bins = "../lessons/25-dummies-and-bins/lesson.rs",
    strings = "../lessons/26-strings/lesson.rs",
    categoricals = "../lessons/27-categoricals/lesson.rs",
    duplicates = "../lessons/28-duplicates/lesson.rs",
    lists_and_structs = "../lessons/29-lists-and-structs/lesson.rs",
    json = "../lessons/30-json/lesson.rs",
    messy_dates = "../lessons/31-messy-dates/lesson.rs",
}

pub use column::column;
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
