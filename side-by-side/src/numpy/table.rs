//! What was measured, as a table, as JSON and as a chart.

use std::path::Path;

use anyhow::Result;
use comfy_table::{CellAlignment, Table, presets::ASCII_MARKDOWN};
use plotters::style::RGBColor;

use super::{Case, Subject};
use crate::{
    ratios::{self, Chart, geometric_mean},
    report::{self, median},
};

/// Prints the table and writes `result.md`, `result.json` and `result.svg` to the folder.
pub(super) fn write(cases: &[Case], rounds: u32, folder: &Path) -> Result<()> {
    let note = format!(
        "Time of Rust ÷ time of NumPy: the medians of the ratios of {rounds} alternating rounds. Below 1, Rust is faster."
    );
    report::save(&table(cases), &note, &cases, chart(cases)?, folder)
}

/// The ratio of one way of ours to NumPy, where there is that way.
fn ratio(subjects: &[Subject], way: &str) -> Option<f64> {
    let [numpy, ours @ ..] = subjects else { return None };
    let ours = ours.iter().find(|subject| subject.name == way)?;
    ratios::ratio(&ours.seconds, &numpy.seconds)
}

/// Of the fast way or, where the plain one is fast, of that.
fn best(subjects: &[Subject]) -> Option<f64> {
    ratio(subjects, "fast").or_else(|| ratio(subjects, "plain"))
}

fn table(cases: &[Case]) -> Table {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    table.set_header([
        "operation",
        "NumPy ms",
        "plain ÷",
        "fast ÷",
        "NumPy ms, all threads",
        "fast ÷, all threads",
        "what makes it fast",
    ]);
    let show = |figure: Option<f64>, decimals: usize| {
        figure.map_or_else(String::new, |figure| format!("{figure:.decimals$}"))
    };
    let milliseconds = |subjects: &[Subject]| Some(median(subjects.first()?.seconds.clone())? * 1e3);
    for case in cases {
        let Case {
            operation,
            why,
            one_thread,
            all_threads,
        } = case;
        table.add_row([
            (*operation).to_owned(),
            show(milliseconds(one_thread), 1),
            show(ratio(one_thread, "plain"), 2),
            show(ratio(one_thread, "fast"), 2),
            show(milliseconds(all_threads), 1),
            show(best(all_threads), 2),
            (*why).to_owned(),
        ]);
    }
    let mean =
        |of: fn(&Case) -> Option<f64>| format!("**{}**", show(geometric_mean(cases.iter().map(of)), 2));
    table.add_row([
        "**geometric mean**".to_owned(),
        String::new(),
        mean(|case| ratio(&case.one_thread, "plain")),
        mean(|case| best(&case.one_thread)),
        String::new(),
        mean(|case| best(&case.all_threads)),
        String::new(),
    ]);
    for column in table.column_iter_mut().skip(1).take(5) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn chart(cases: &[Case]) -> Result<String> {
    let rows = cases
        .iter()
        .map(|case| {
            (
                case.operation,
                vec![best(&case.one_thread), best(&case.all_threads)],
            )
        })
        .collect();
    let chart = Chart {
        heading: "Time of Rust ÷ time of NumPy or SciPy: one thread above, all threads below",
        ticks: &[1.0 / 32.0, 1.0 / 8.0, 0.5, 1.0, 2.0, 8.0],
        colors: &[RGBColor(40, 110, 190), RGBColor(120, 175, 225)],
        rows,
    };
    chart.svg()
}
