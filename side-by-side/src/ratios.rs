//! How many times as long one program takes as another.

use anyhow::{Result, anyhow};
use plotters::prelude::*;

use crate::report::median;

/// The median of the ratios, round by round: what slows the machine slows both.
pub(crate) fn ratio(ours: &[f64], theirs: &[f64]) -> Option<f64> {
    median(ours.iter().zip(theirs).map(|(our, their)| our / their).collect())
}

pub(crate) fn geometric_mean(ratios: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let logarithms: Vec<_> = ratios.flatten().map(f64::ln).collect();
    (!logarithms.is_empty()).then(|| (logarithms.iter().sum::<f64>() / logarithms.len() as f64).exp())
}

/// Bars from 1, where both take the same time, to the left where ours takes less; the scale is logarithmic.
pub(crate) struct Chart<'a> {
    pub(crate) heading: &'a str,
    /// From one end of the scale to the other.
    pub(crate) ticks: &'a [f64],
    pub(crate) colors: &'a [RGBColor],
    /// A name and, in the order of the colours, the bars that there are.
    pub(crate) rows: Vec<(&'a str, Vec<Option<f64>>)>,
}

impl Chart<'_> {
    pub(crate) fn svg(&self) -> Result<String> {
        let mut svg = String::new();
        self.draw(&mut svg)
            .map_err(|error| anyhow!("cannot draw the chart: {error}"))?;
        Ok(svg)
    }

    fn draw(&self, svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
        const ROW: i32 = 18;
        const LEFT: i32 = 330;
        const WIDTH: i32 = 900;
        const TOP: i32 = 48;
        let [first, .., last] = self.ticks else {
            return Err("a scale has two ends".into());
        };
        let x = |ratio: f64| {
            let share = (ratio.clamp(*first, *last) / first).ln() / (last / first).ln();
            LEFT + (share * f64::from(WIDTH - LEFT - 60)) as i32
        };
        let bars = i32::try_from(self.colors.len())?;
        let height = TOP + (ROW * bars + 6) * i32::try_from(self.rows.len())? + 10;
        let area = SVGBackend::with_string(svg, (WIDTH as u32, height as u32)).into_drawing_area();
        area.fill(&WHITE)?;
        let text = ("sans-serif", 14).into_font().color(&BLACK);
        area.draw_text(self.heading, &text, (10, 8))?;
        for &tick in self.ticks {
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
        for (name, ratios) in &self.rows {
            area.draw_text(name, &text, (10, y + ROW * (bars - 1) / 2))?;
            for (ratio, color) in ratios.iter().zip(self.colors) {
                if let Some(ratio) = *ratio {
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
        Ok(())
    }
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
