//! What was measured, as a table, as JSON and as a chart.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use anyhow::{Context, Result, anyhow};
use comfy_table::{CellAlignment, Table, presets::ASCII_MARKDOWN};
use plotters::prelude::*;
use serde::Serialize;

#[derive(Serialize)]
pub(crate) struct Case<R> {
    pub(crate) lesson: String,
    /// The original, ours, and what both are measured against.
    pub(crate) subjects: Vec<Subject<R>>,
}

#[derive(Serialize)]
pub(crate) struct Subject<R> {
    pub(crate) name: String,
    pub(crate) rounds: Vec<R>,
    pub(crate) peak_memory_kib: u64,
}

/// What one program did in one round.
pub(crate) trait Round: Serialize + 'static {
    /// What the table shows of it, beside the peak memory.
    const COLUMNS: &'static [Column<Self>];
    /// What the chart shows of it: the heading says what it is.
    const CHART: Column<Self>;
}

/// A figure of a round, where the round has it.
pub(crate) struct Column<R: ?Sized> {
    pub(crate) heading: &'static str,
    pub(crate) figure: fn(&R) -> Option<f64>,
    pub(crate) decimals: usize,
}

impl<R> Column<R> {
    fn show(&self, figure: f64) -> String {
        format!("{figure:.*}", self.decimals)
    }
}

impl<R> Subject<R> {
    /// One that is yet to be measured.
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            rounds: Vec::new(),
            peak_memory_kib: 0,
        }
    }

    fn median(&self, figure: impl Fn(&R) -> Option<f64>) -> Option<f64> {
        median(self.rounds.iter().filter_map(figure).collect())
    }

    /// The median of the ratios to another subject, round by round: what slows the machine slows both.
    fn ratio(&self, other: &Self, figure: impl Fn(&R) -> Option<f64>) -> Option<f64> {
        median(
            self.rounds
                .iter()
                .zip(&other.rounds)
                .filter_map(|(ours, theirs)| Some(figure(ours)? / figure(theirs)?))
                .collect(),
        )
    }
}

pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        Some(values[middle])
    } else {
        Some((values.get(middle.checked_sub(1)?)? + values[middle]) / 2.0)
    }
}

/// Makes the folder of the results: before anything is measured, so that nobody waits in vain.
pub(crate) fn make(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}

/// Prints the table and writes `result.md`, `result.json` and `result.svg` to the folder.
/// The note says how it was measured.
pub(crate) fn write<R: Round>(cases: &[Case<R>], note: &str, folder: &Path) -> Result<()> {
    save(&table(cases), note, &cases, chart(cases)?, folder)
}

/// The same for a table and a chart of another kind.
pub(crate) fn save(
    table: &Table,
    note: &str,
    cases: &impl Serialize,
    chart: String,
    folder: &Path,
) -> Result<()> {
    // Where nobody reads it, the files still have it.
    let _ = writeln!(io::stdout(), "{table}\n\n{note}");
    make(folder)?;
    let save = |name: &str, text: String| {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    };
    save("result.md", format!("{table}\n\n{note}\n"))?;
    save("result.json", serde_json::to_string_pretty(cases)? + "\n")?;
    save("result.svg", chart)?;
    eprintln!("Written to {}", folder.display());
    Ok(())
}

fn table<R: Round>(cases: &[Case<R>]) -> Table {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    let headings = R::COLUMNS.iter().map(|column| column.heading);
    table.set_header(
        ["lesson", "program"]
            .into_iter()
            .chain(headings)
            .chain(["peak MiB"]),
    );
    for case in cases {
        for (index, subject) in case.subjects.iter().enumerate() {
            let lesson = if index == 0 {
                case.lesson.clone()
            } else {
                String::new()
            };
            let figures = R::COLUMNS.iter().map(|column| {
                let figure = subject.median(column.figure);
                figure.map_or_else(String::new, |figure| column.show(figure))
            });
            let memory = format!("{:.0}", subject.peak_memory_kib as f64 / 1024.0);
            table.add_row(
                [lesson, subject.name.clone()]
                    .into_iter()
                    .chain(figures)
                    .chain([memory]),
            );
        }
        let [original, ours, floor @ ..] = case.subjects.as_slice() else {
            continue;
        };
        for theirs in [original].into_iter().chain(floor) {
            let ratios = R::COLUMNS
                .iter()
                .map(|column| ours.ratio(theirs, column.figure))
                .chain([Some(ours.peak_memory_kib as f64 / theirs.peak_memory_kib as f64)]);
            let ratios =
                ratios.map(|ratio| ratio.map_or_else(String::new, |ratio| format!("**{ratio:.2}**")));
            let name = format!("**{} ÷ {}**", ours.name, theirs.name);
            table.add_row([String::new(), name].into_iter().chain(ratios));
        }
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn chart<R: Round>(cases: &[Case<R>]) -> Result<String> {
    let mut svg = String::new();
    draw(cases, &mut svg).map_err(|error| anyhow!("cannot draw the chart: {error}"))?;
    Ok(svg)
}

fn draw<R: Round>(cases: &[Case<R>], svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
    const ROW: i32 = 24;
    const LEFT: i32 = 240;
    const WIDTH: i32 = 860;
    /// In the order of the subjects.
    const COLORS: [RGBColor; 4] = [
        RGBColor(214, 150, 40),
        RGBColor(40, 110, 190),
        RGBColor(140, 140, 140),
        RGBColor(150, 80, 160),
    ];
    let rows: usize = cases.iter().map(|case| case.subjects.len() + 1).sum();
    let height = 60 + ROW * i32::try_from(rows)?;
    let area = SVGBackend::with_string(svg, (WIDTH as u32, height as u32)).into_drawing_area();
    area.fill(&WHITE)?;
    let text = ("sans-serif", 15).into_font().color(&BLACK);
    area.draw_text(
        &format!(
            "{}: less is better, each lesson has its own scale",
            R::CHART.heading
        ),
        &text,
        (LEFT, 12),
    )?;
    let mut y = 44;
    for case in cases {
        area.draw_text(&case.lesson, &text, (10, y))?;
        let costs: Vec<_> = case
            .subjects
            .iter()
            .map(|subject| subject.median(R::CHART.figure).unwrap_or_default())
            .collect();
        let largest = costs.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        for ((subject, cost), color) in case.subjects.iter().zip(costs).zip(COLORS.into_iter().cycle()) {
            let end = LEFT + (cost / largest * f64::from(WIDTH - LEFT - 90)) as i32;
            area.draw_text(&subject.name, &text, (LEFT - 50, y))?;
            area.draw(&Rectangle::new([(LEFT, y), (end, y + ROW - 8)], color.filled()))?;
            area.draw_text(&R::CHART.show(cost), &text, (end + 6, y))?;
            y += ROW;
        }
        y += ROW;
    }
    area.present()?;
    drop(area);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whole in its chapter, and some of it in the summary at the beginning.
    #[test]
    fn the_readme_shows_what_was_measured() {
        let readme = include_str!("../../README.md");
        for (original, result) in [
            ("| Koa | of", include_str!("../koa/result.md")),
            ("| Kafka's Java client |", include_str!("../kafka/result.md")),
            ("| NumPy, SciPy | all", include_str!("../numpy/result.md")),
            ("| pandas | all", include_str!("../frames/result.md")),
            ("| a pipeline of", include_str!("../pipeline/result.md")),
        ] {
            assert!(readme.contains(result.trim()), "{original}");
            let row = readme.lines().find(|line| line.starts_with(original)).unwrap();
            let figures: Vec<_> = row.split(' ').filter(|word| word.contains('.')).collect();
            assert!(!figures.is_empty(), "{row}");
            for figure in figures {
                assert!(result.contains(&format!("**{figure}**")), "{figure}: {row}");
            }
        }
    }

    #[test]
    fn the_readme_says_why_an_engine_was_chosen() {
        let readme = include_str!("../../README.md");
        let cases: Vec<serde_json::Value> =
            serde_json::from_str(include_str!("../frames/result.json")).unwrap();
        assert!(!cases.is_empty());
        for case in cases {
            let [name, engine, why] = ["name", "engine", "why"].map(|key| case[key].as_str().unwrap());
            let reason = format!("| {engine} | {why} |");
            let row = readme.lines().find(|line| line.starts_with(&reason));
            assert!(row.is_some_and(|row| row.contains(name)), "{name}: {reason}");
        }
    }

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(vec![9.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0]), Some(2.5));
        assert_eq!(median(vec![]), None);
    }
}
