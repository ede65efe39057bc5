//! What was measured, as a table, as JSON and as a chart.

use std::{fs, path::Path};

use anyhow::{Context, Result, anyhow};
use comfy_table::{CellAlignment, Table, presets::ASCII_MARKDOWN};
use plotters::prelude::*;
use serde::Serialize;

use crate::load::CONNECTIONS;

#[derive(Serialize)]
pub(crate) struct Case {
    pub(crate) lesson: String,
    /// The original, ours, and what both are measured against.
    pub(crate) subjects: Vec<Subject>,
}

#[derive(Serialize)]
pub(crate) struct Subject {
    pub(crate) name: String,
    pub(crate) rounds: Vec<Round>,
    pub(crate) peak_memory_kib: u64,
}

#[derive(Serialize, Clone, Copy)]
pub(crate) struct Round {
    pub(crate) requests_per_second: f64,
    pub(crate) user_micros_per_request: f64,
    pub(crate) kernel_micros_per_request: f64,
    pub(crate) p99_micros: f64,
}

impl Round {
    fn cpu_micros_per_request(&self) -> f64 {
        self.user_micros_per_request + self.kernel_micros_per_request
    }
}

impl Subject {
    fn median(&self, figure: impl Fn(&Round) -> f64) -> f64 {
        median(self.rounds.iter().map(figure).collect())
    }

    /// The median of the ratios to another subject, round by round: what slows the machine slows both.
    fn ratio(&self, other: &Self, figure: impl Fn(&Round) -> f64) -> f64 {
        median(
            self.rounds
                .iter()
                .zip(&other.rounds)
                .map(|(ours, theirs)| figure(ours) / figure(theirs))
                .collect(),
        )
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        (values[middle - 1] + values[middle]) / 2.0
    }
}

/// Prints the table and writes `result.md`, `result.json` and `result.svg` to the folder.
pub(crate) fn write(cases: &[Case], rounds: u32, seconds: u32, folder: &Path) -> Result<()> {
    let table = table(cases);
    let note =
        format!("Medians of {rounds} alternating rounds of {seconds} s with {CONNECTIONS} connections.");
    println!("{table}\n\n{note}");
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let save = |name: &str, text: String| {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    };
    save("result.md", format!("{table}\n\n{note}\n"))?;
    save("result.json", serde_json::to_string_pretty(cases)? + "\n")?;
    save("result.svg", chart(cases)?)?;
    eprintln!("Written to {}", folder.display());
    Ok(())
}

fn table(cases: &[Case]) -> Table {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    table.set_header([
        "lesson",
        "program",
        "requests/s",
        "CPU µs/request",
        "of it user",
        "p99 ms",
        "peak MiB",
    ]);
    for case in cases {
        for (index, subject) in case.subjects.iter().enumerate() {
            table.add_row([
                if index == 0 {
                    case.lesson.clone()
                } else {
                    String::new()
                },
                subject.name.clone(),
                format!("{:.0}", subject.median(|round| round.requests_per_second)),
                format!("{:.1}", subject.median(Round::cpu_micros_per_request)),
                format!("{:.1}", subject.median(|round| round.user_micros_per_request)),
                format!("{:.1}", subject.median(|round| round.p99_micros) / 1e3),
                format!("{:.0}", subject.peak_memory_kib as f64 / 1024.0),
            ]);
        }
        let [original, ours, floor @ ..] = case.subjects.as_slice() else {
            continue;
        };
        for theirs in [original].into_iter().chain(floor) {
            table.add_row([
                String::new(),
                format!("**{} ÷ {}**", ours.name, theirs.name),
                format!("**{:.2}**", ours.ratio(theirs, |round| round.requests_per_second)),
                format!("**{:.2}**", ours.ratio(theirs, Round::cpu_micros_per_request)),
                format!(
                    "**{:.2}**",
                    ours.ratio(theirs, |round| round.user_micros_per_request)
                ),
                format!("**{:.2}**", ours.ratio(theirs, |round| round.p99_micros)),
                format!(
                    "**{:.2}**",
                    ours.peak_memory_kib as f64 / theirs.peak_memory_kib as f64
                ),
            ]);
        }
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn chart(cases: &[Case]) -> Result<String> {
    let mut svg = String::new();
    draw(cases, &mut svg).map_err(|error| anyhow!("cannot draw the chart: {error}"))?;
    Ok(svg)
}

fn draw(cases: &[Case], svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
    const ROW: i32 = 24;
    const LEFT: i32 = 240;
    const WIDTH: i32 = 860;
    /// In the order of the subjects.
    const COLORS: [RGBColor; 3] = [
        RGBColor(214, 150, 40),
        RGBColor(40, 110, 190),
        RGBColor(140, 140, 140),
    ];
    let rows: usize = cases.iter().map(|case| case.subjects.len() + 1).sum();
    let height = 60 + ROW * i32::try_from(rows)?;
    let area = SVGBackend::with_string(svg, (WIDTH as u32, height as u32)).into_drawing_area();
    area.fill(&WHITE)?;
    let text = ("sans-serif", 15).into_font().color(&BLACK);
    area.draw_text(
        "CPU µs per request: less is better, each lesson has its own scale",
        &text,
        (LEFT, 12),
    )?;
    let mut y = 44;
    for case in cases {
        area.draw_text(&case.lesson, &text, (10, y))?;
        let costs: Vec<_> = case
            .subjects
            .iter()
            .map(|s| s.median(Round::cpu_micros_per_request))
            .collect();
        let largest = costs.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        for ((subject, cost), color) in case.subjects.iter().zip(costs).zip(COLORS) {
            let end = LEFT + (cost / largest * f64::from(WIDTH - LEFT - 90)) as i32;
            area.draw_text(&subject.name, &text, (LEFT - 50, y))?;
            area.draw(&Rectangle::new([(LEFT, y), (end, y + ROW - 8)], color.filled()))?;
            area.draw_text(&format!("{cost:.1}"), &text, (end + 6, y))?;
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

    #[test]
    fn the_readme_shows_what_was_measured() {
        let readme = include_str!("../../README.md");
        assert!(readme.contains(include_str!("../koa/result.md").trim()));
    }

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(vec![9.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0]), 2.5);
    }
}
