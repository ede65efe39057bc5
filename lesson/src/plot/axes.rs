//! What the figures share: Matplotlib's box around a plot, where it stands, its ticks and its colours.

use std::ops::Range;

use anyhow::Result;
use plotters::{
    coord::{
        Shift,
        ranged1d::{DefaultFormatting, KeyPointHint, Ranged, ValueFormatter},
        types::RangedCoordf64,
    },
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

/// What a figure is drawn on, whatever becomes of it.
pub type Canvas<DB> = DrawingArea<DB, Shift>;
/// A plot with two linear axes.
pub type Chart<'a, DB> = ChartContext<'a, DB, Cartesian2d<Linear, Linear>>;

/// Pixels of a figure: 6.4 by 4.8 inches, 200 pixels each.
pub const SIZE: (u32, u32) = (1280, 960);
/// The width of a curve.
pub const STROKE: u32 = 4;
/// The colour of lines that are beside the point.
pub const GREY: RGBColor = RGBColor(204, 204, 204);

/// A linear axis whose ticks are given. With plotters' own `with_key_points` an axis of `f64` has no labels.
pub struct Linear {
    axis: RangedCoordf64,
    ticks: Vec<f64>,
}

impl Linear {
    pub fn new(range: Range<f64>, ticks: Vec<f64>) -> Self {
        let axis = range.into();
        Self { axis, ticks }
    }
}

impl Ranged for Linear {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, pixels: (i32, i32)) -> i32 {
        self.axis.map(value, pixels)
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.clone()
    }

    fn range(&self) -> Range<f64> {
        self.axis.range()
    }
}

/// A box with a title, a range and a name for each axis.
pub struct Axes<'a> {
    pub title: &'a str,
    pub x: Range<f64>,
    pub y: Range<f64>,
    pub x_name: &'a str,
    pub y_name: &'a str,
    /// What is written at 0, 1 and so on, where that is no number.
    pub categories: &'a [&'a str],
    /// Pixels above, right, below and left.
    pub margins: [i32; 4],
}

impl Default for Axes<'_> {
    fn default() -> Self {
        Self {
            title: "",
            x: 0.0..1.0,
            y: 0.0..1.0,
            x_name: "",
            y_name: "",
            categories: &[],
            margins: [115, 128, 106, 160],
        }
    }
}

impl<'a> Axes<'a> {
    /// Draws the box.
    ///
    /// # Errors
    /// Where the canvas cannot be drawn on.
    pub fn on<'c, DB: DrawingBackend<ErrorType: 'static>>(
        &self,
        canvas: &'c Canvas<DB>,
    ) -> Result<Chart<'c, DB>> {
        let x_ticks = match self.categories {
            [] => ticks(&self.x, 9),
            names => (0..names.len()).map(|at| at as f64).collect(),
        };
        let y_ticks = ticks(&self.y, 9);
        let (x_label, y_label) = (labels(&x_ticks), labels(&y_ticks));
        let x_label = |x: &f64| match self.categories.get(x.round() as usize) {
            Some(&name) => name.to_owned(),
            None => x_label(x),
        };
        let x = Linear::new(self.x.clone(), x_ticks);
        let y = Linear::new(self.y.clone(), y_ticks);
        self.frame(canvas, x, y, &x_label, &y_label)
    }

    /// The same with axes of any kind.
    ///
    /// # Errors
    /// Where the canvas cannot be drawn on.
    pub fn frame<'c, DB, X, Y>(
        &self,
        canvas: &'c Canvas<DB>,
        x: X,
        y: Y,
        x_label: &dyn Fn(&f64) -> String,
        y_label: &dyn Fn(&f64) -> String,
    ) -> Result<ChartContext<'c, DB, Cartesian2d<X, Y>>>
    where
        DB: DrawingBackend<ErrorType: 'static>,
        X: Ranged<ValueType = f64> + ValueFormatter<f64>,
        Y: Ranged<ValueType = f64> + ValueFormatter<f64>,
    {
        let [top, right, bottom, left] = self.margins;
        let (below, beside) = (bottom.min(92), left.min(144));
        let mut chart = ChartBuilder::on(canvas)
            .margin_top(top)
            .margin_right(right)
            .margin_bottom(bottom - below)
            .margin_left(left - beside)
            .x_label_area_size(below)
            .y_label_area_size(beside)
            .build_cartesian_2d(x, y)?;
        chart
            .configure_mesh()
            .disable_mesh()
            .set_all_tick_mark_size(7)
            .axis_style(BLACK.stroke_width(2))
            .label_style(font(34))
            .axis_desc_style(font(34))
            .x_label_formatter(x_label)
            .y_label_formatter(y_label)
            .x_desc(self.x_name)
            .y_desc(self.y_name)
            .draw()?;
        let (width, height) = canvas.dim_in_pixel();
        let (left, right, bottom) = (left, width as i32 - right, height as i32 - bottom);
        let sides = [(left, top), (right, top), (right, bottom)];
        canvas.draw(&PathElement::new(sides, BLACK.stroke_width(2)))?;
        title(canvas, self.title, ((left + right) / 2, top - 14))?;
        Ok(chart)
    }
}

/// Black text of this height.
pub fn font(pixels: u32) -> TextStyle<'static> {
    ("sans-serif", pixels).into_font().color(&BLACK)
}

/// A figure's title, its foot in the middle at this point.
///
/// # Errors
/// Where the canvas cannot be drawn on.
pub fn title<DB: DrawingBackend<ErrorType: 'static>>(
    canvas: &Canvas<DB>,
    text: &str,
    at: (i32, i32),
) -> Result<()> {
    let style = font(41).pos(Pos::new(HPos::Center, VPos::Bottom));
    Ok(canvas.draw_text(text, &style, at)?)
}

/// Names the curves that have a label.
///
/// # Errors
/// Where the canvas cannot be drawn on.
pub fn legend<'c, DB, X, Y>(
    chart: &mut ChartContext<'c, DB, Cartesian2d<X, Y>>,
    position: SeriesLabelPosition,
) -> Result<()>
where
    DB: DrawingBackend<ErrorType: 'static> + 'c,
    X: Ranged<ValueType = f64>,
    Y: Ranged<ValueType = f64>,
{
    chart
        .configure_series_labels()
        .position(position)
        .margin(16)
        .legend_area_size(64)
        .label_font(font(34))
        .background_style(WHITE.mix(0.8))
        .border_style(GREY.stroke_width(2))
        .draw()?;
    Ok(())
}

/// A piece of a curve for the legend.
pub fn key((x, y): (i32, i32), colour: RGBColor) -> PathElement<(i32, i32)> {
    PathElement::new([(x, y), (x + 48, y)], colour.stroke_width(STROKE))
}

/// Round numbers within a range, about as many as `bins`: those of Matplotlib's `MaxNLocator`, whose steps are 1, 2,
/// 2.5 and 5 times a power of ten.
pub fn ticks(range: &Range<f64>, bins: usize) -> Vec<f64> {
    let rounding = 1e-9 * (range.end - range.start);
    let within = |tick: &f64| range.start - rounding <= *tick && *tick <= range.end + rounding;
    tick_values(range, bins).into_iter().filter(within).collect()
}

/// The same with the one before and the one behind, where the range does not begin or end with a tick.
pub fn tick_values(range: &Range<f64>, bins: usize) -> Vec<f64> {
    let raw = (range.end - range.start) / bins as f64;
    if !(raw.is_finite() && raw > 0.0) {
        return Vec::new();
    }
    let scale = 10_f64.powi(raw.log10().floor() as i32);
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0].map(|step| step * scale);
    let step = steps
        .into_iter()
        .find(|step| *step >= raw)
        .unwrap_or(10.0 * scale);
    // Not the quotient itself, which may have been rounded up to the next integer.
    let first = ((range.start - range.start.rem_euclid(step)) / step).round() * step;
    // What is a rounding error away from a tick is on it.
    let from = ((range.start - first) / step + 1e-10).floor() as i64;
    let to = ((range.end - first) / step - 1e-10).ceil() as i64;
    (from..=to).map(|tick| tick as f64 * step + first).collect()
}

/// Writes ticks with as many decimals as they need, all alike.
pub fn labels(ticks: &[f64]) -> impl Fn(&f64) -> String + use<> {
    let needs = |decimals: &i32| {
        let exact = |tick: &f64| (tick * 10_f64.powi(*decimals)).fract().abs();
        ticks.iter().all(|tick| exact(tick).min(1.0 - exact(tick)) < 1e-6)
    };
    let decimals = (0..6).find(needs).unwrap_or(6) as usize;
    move |tick| {
        // What is zero but for rounding has no sign.
        let tick = if tick.abs() < 1e-9 { 0.0 } else { *tick };
        format!("{tick:.decimals$}").replace('-', "−")
    }
}

/// Matplotlib's colour `C0`, `C1` and so on.
pub fn cycle(index: usize) -> RGBColor {
    let [_, red, green, blue] = CYCLE[index % CYCLE.len()].to_be_bytes();
    RGBColor(red, green, blue)
}

#[rustfmt::skip]
const CYCLE: [u32; 10] = [
    0x1f77b4, 0xff7f0e, 0x2ca02c, 0xd62728, 0x9467bd, 0x8c564b, 0xe377c2, 0x7f7f7f, 0xbcbd22, 0x17becf,
];
