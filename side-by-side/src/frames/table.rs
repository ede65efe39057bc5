//! What was measured, as a table, as JSON and as a chart.

use std::path::Path;

use anyhow::Result;
use comfy_table::{CellAlignment, Table, presets::ASCII_MARKDOWN};
use plotters::style::RGBColor;

use super::{Case, Options, PEERS};
use crate::{
    ratios::{self, Chart, geometric_mean},
    report::{self, median},
};

/// Prints the table and writes `result.md`, `result.json` and `result.svg` to the folder.
pub(super) fn write(cases: &[Case], options: &Options, folder: &Path) -> Result<()> {
    let note = format!(
        "{} rows; time of polars from Rust ÷ time of the other: the medians of the ratios of {} alternating rounds. \
         Below 1, Rust is faster. Memory is the peak of a process that answers nothing else.",
        options.rows, options.rounds
    );
    report::save(&table(cases), &note, &cases, chart(cases)?, folder)
}

impl Case {
    /// Our time to that of a peer, where it has the operation.
    fn ratio(&self, peer: usize) -> Option<f64> {
        let theirs = self.theirs.get(peer)?.as_ref()?;
        ratios::ratio(&self.ours.seconds, &theirs.seconds)
    }
}

fn table(cases: &[Case]) -> Table {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    let names = PEERS.map(|(_, name)| name);
    let headings = ["operation", "engine", "Rust ms"].map(String::from).into_iter();
    let ratios = names.map(|name| format!("÷ {name}"));
    let memory = ["Rust"]
        .into_iter()
        .chain(names)
        .map(|name| format!("{name} MiB"));
    table.set_header(headings.chain(ratios).chain(memory));
    let show = |figure: Option<f64>, decimals: usize| {
        figure.map_or_else(String::new, |figure| format!("{figure:.decimals$}"))
    };
    let means = |name: &str, cases: &[&Case]| {
        let heading = [
            format!("**geometric mean, {name}**"),
            String::new(),
            String::new(),
        ];
        let means = (0..PEERS.len()).map(|peer| {
            let mean = geometric_mean(cases.iter().map(|case| case.ratio(peer)));
            mean.map_or_else(String::new, |mean| format!("**{mean:.2}**"))
        });
        heading.into_iter().chain(means).collect::<Vec<_>>()
    };
    for topic in cases.chunk_by(|a, b| a.topic == b.topic) {
        for case in topic {
            let milliseconds = median(case.ours.seconds.clone()).map(|seconds| seconds * 1e3);
            let heading = [
                case.operation.name.clone(),
                case.operation.engine.clone(),
                show(milliseconds, 1),
            ];
            let ratios = (0..PEERS.len()).map(|peer| show(case.ratio(peer), 2));
            let subjects = [Some(&case.ours)]
                .into_iter()
                .chain(case.theirs.iter().map(Option::as_ref));
            let memory = subjects
                .map(|subject| show(subject.map(|subject| subject.peak_memory_kib as f64 / 1024.0), 0));
            table.add_row(heading.into_iter().chain(ratios).chain(memory));
        }
        if let [first, _, ..] = topic {
            table.add_row(means(&first.topic, &topic.iter().collect::<Vec<_>>()));
        }
    }
    let others: Vec<_> = cases.iter().filter(|case| case.topic != "group by").collect();
    table.add_row(means("all but group by", &others));
    table.add_row(means("all", &cases.iter().collect::<Vec<_>>()));
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn chart(cases: &[Case]) -> Result<String> {
    let rows = cases
        .iter()
        .map(|case| {
            let ratios = (0..PEERS.len()).map(|peer| case.ratio(peer));
            (case.operation.name.as_str(), ratios.collect())
        })
        .collect();
    let names = PEERS.map(|(_, name)| name).join(", ");
    let chart = Chart {
        heading: &format!("Time of polars from Rust ÷ time of, from above: {names}"),
        ticks: &[1.0 / 64.0, 1.0 / 16.0, 0.25, 0.5, 1.0, 2.0, 4.0],
        colors: &[
            RGBColor(214, 150, 40),
            RGBColor(40, 110, 190),
            RGBColor(190, 180, 60),
            RGBColor(140, 140, 140),
        ],
        rows,
    };
    chart.svg()
}
