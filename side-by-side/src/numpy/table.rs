//! What was measured, as a table, as JSON and as a chart.

use std::path::Path;

use anyhow::{Result, anyhow};
use comfy_table::{CellAlignment, Table, presets::ASCII_MARKDOWN};
use plotters::prelude::*;

use super::{Case, Subject};
use crate::report::{self, median};

/// Prints the table and writes `result.md`, `result.json` and `result.svg` to the folder.
pub(super) fn write(cases: &[Case], rounds: u32, folder: &Path) -> Result<()> {
    let note = format!(
        "Time of Rust ÷ time of NumPy: the medians of the ratios of {rounds} alternating rounds. Below 1, Rust is faster."
    );
    let chart = chart(cases).map_err(|error| anyhow!("cannot draw the chart: {error}"))?;
    report::save(&table(cases), &note, &cases, chart, folder)
}

/// The ratio of one way of ours to NumPy, where there is that way.
fn ratio(subjects: &[Subject], way: &str) -> Option<f64> {
    let [numpy, ours @ ..] = subjects else { return None };
    let ours = ours.iter().find(|subject| subject.name == way)?;
    median(
        ours.seconds
            .iter()
            .zip(&numpy.seconds)
            .map(|(our, their)| our / their)
            .collect(),
    )
}

/// Of the fast way or, where the plain one is fast, of that.
fn best(subjects: &[Subject]) -> Option<f64> {
    ratio(subjects, "fast").or_else(|| ratio(subjects, "plain"))
}

fn geometric_mean(ratios: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let logarithms: Vec<_> = ratios.flatten().map(f64::ln).collect();
    (!logarithms.is_empty()).then(|| (logarithms.iter().sum::<f64>() / logarithms.len() as f64).exp())
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

/// Bars from 1, where both take the same time, to the left where Rust takes less; the scale is logarithmic.
fn chart(cases: &[Case]) -> Result<String, Box<dyn std::error::Error>> {
    const ROW: i32 = 18;
    const LEFT: i32 = 330;
    const WIDTH: i32 = 900;
    const TOP: i32 = 48;
    /// Of the two ends.
    const SCALE: [f64; 2] = [1.0 / 32.0, 8.0];
    const COLORS: [RGBColor; 2] = [RGBColor(40, 110, 190), RGBColor(120, 175, 225)];
    let x = |ratio: f64| {
        let share = (ratio.clamp(SCALE[0], SCALE[1]) / SCALE[0]).ln() / (SCALE[1] / SCALE[0]).ln();
        LEFT + (share * f64::from(WIDTH - LEFT - 60)) as i32
    };
    let mut svg = String::new();
    let height = TOP + (ROW * 2 + 6) * i32::try_from(cases.len())? + 10;
    let area = SVGBackend::with_string(&mut svg, (WIDTH as u32, height as u32)).into_drawing_area();
    area.fill(&WHITE)?;
    let text = ("sans-serif", 14).into_font().color(&BLACK);
    let heading = "Time of Rust ÷ time of NumPy or SciPy: one thread above, all threads below";
    area.draw_text(heading, &text, (10, 8))?;
    for tick in [1.0 / 32.0, 1.0 / 8.0, 0.5, 1.0, 2.0, 8.0] {
        let shade = if tick == 1.0 {
            BLACK
        } else {
            RGBColor(215, 215, 215)
        };
        area.draw(&PathElement::new(
            vec![(x(tick), TOP - 6), (x(tick), height - 6)],
            shade,
        ))?;
        let label = if tick < 1.0 {
            format!("1/{}", 1.0 / tick)
        } else {
            format!("{tick}")
        };
        area.draw_text(&label, &text, (x(tick) - 8, TOP - 22))?;
    }
    let mut y = TOP;
    for case in cases {
        area.draw_text(case.operation, &text, (10, y + ROW / 2))?;
        for (subjects, color) in [&case.one_thread, &case.all_threads].into_iter().zip(COLORS) {
            if let Some(ratio) = best(subjects) {
                let (start, end) = (x(1.0).min(x(ratio)), x(1.0).max(x(ratio)));
                area.draw(&Rectangle::new([(start, y), (end, y + ROW - 3)], color.filled()))?;
                area.draw_text(&format!("{ratio:.2}"), &text, (end + 5, y + 1))?;
            }
            y += ROW;
        }
        y += 6;
    }
    area.present()?;
    drop(area);
    Ok(svg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_geometric_mean_leaves_out_what_was_not_measured() {
        let mean = geometric_mean([Some(0.5), None, Some(2.0)].into_iter());
        assert_eq!(mean, Some(1.0));
        assert_eq!(geometric_mean([None].into_iter()), None);
    }
}
