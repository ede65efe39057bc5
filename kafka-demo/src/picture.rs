//! The timeline as an SVG picture: one lane for each node, and one for the messages.

use std::{collections::BTreeSet, time::Instant};

use anyhow::{Context, Result};
use plotters::{
    backend::SVGBackend,
    coord::Shift,
    drawing::{DrawingArea, IntoDrawingArea},
    element::{PathElement, Rectangle},
    style::{
        Color, IntoFont, RGBColor, ShapeStyle, TextStyle,
        text_anchor::{HPos, Pos, VPos},
    },
};

use crate::{
    Kafka, Timeline,
    ledger::Sent,
    timeline::{Entry, What},
    zookeeper::Nodes,
};

const WIDTH: i32 = 1080;
const LEFT: i32 = 150;
const RIGHT: i32 = WIDTH - 24;
const TITLE: i32 = 52;
const LABEL: i32 = 19;
const LANE: i32 = 30;
const GAP: i32 = 16;
const REPLICA: i32 = 18;
const RATE: i32 = 110;
const AXIS: i32 = 54;
/// Seconds that one bar of the messages stands for.
const BAR: f64 = 0.25;
/// Seconds shown of what was before the fault.
const BEFORE: f64 = 2.0;

const INK: RGBColor = RGBColor(34, 34, 34);
const GREY: RGBColor = RGBColor(105, 105, 105);
const FAINT: RGBColor = RGBColor(225, 225, 225);
const FAULT: RGBColor = RGBColor(178, 34, 34);
const MESSAGES: RGBColor = RGBColor(86, 108, 134);
/// Those of Okabe and Ito, which the colour-blind tell apart; each with the ink that is legible on it.
const BROKERS: [(RGBColor, RGBColor); 4] = [
    (RGBColor(0, 114, 178), RGBColor(255, 255, 255)),
    (RGBColor(240, 174, 60), INK),
    (RGBColor(80, 190, 155), INK),
    (RGBColor(213, 140, 180), INK),
];

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

impl Timeline {
    /// Draws what happened to the first partition of `topic` where the reader wants a picture of it.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn draw(&self, kafka: &Kafka, title: &str, topic: &str, sent: &Sent) -> Result<()> {
        let Some(path) = kafka.picture() else {
            return Ok(());
        };
        let (fault, entries) = self.told();
        let fault = fault.context("there is no picture without a fault")?;
        let svg = Picture::new(fault, self.first(), &entries, topic, sent).svg(title)?;
        std::fs::write(path, svg).with_context(|| format!("cannot write {}", path.display()))?;
        kafka.note(format!("drawn in {}", path.display()));
        Ok(())
    }
}

/// What is drawn, its times in seconds since the fault.
struct Picture {
    marks: Vec<(f64, String)>,
    controller: Vec<Span<Option<i32>>>,
    epoch: Vec<Span<Option<i32>>>,
    leader: Vec<Span<Option<i32>>>,
    in_sync: Vec<Span<Vec<i32>>>,
    replicas: Vec<i32>,
    acknowledged: Vec<f64>,
    start: f64,
    end: f64,
}

/// A value and the time in which it was true.
#[derive(Debug, PartialEq)]
struct Span<T> {
    from: f64,
    to: f64,
    value: T,
}

impl Picture {
    fn new(fault: Instant, first: &Nodes, entries: &[Entry], topic: &str, sent: &Sent) -> Self {
        let seconds = |at: Instant| match at.checked_duration_since(fault) {
            Some(after) => after.as_secs_f64(),
            None => -(fault - at).as_secs_f64(),
        };
        let mut marks = Vec::new();
        let mut nodes = vec![(f64::NEG_INFINITY, first)];
        for Entry { at, what } in entries {
            match what {
                What::Mark(text) => marks.push((seconds(*at), text.clone())),
                What::Change(_, now) => nodes.push((seconds(*at), now)),
            }
        }
        let acknowledged: Vec<_> = sent.acknowledged.iter().map(|(_, at)| seconds(*at)).collect();
        let last = marks
            .iter()
            .map(|(at, _)| *at)
            .chain(nodes.iter().map(|(at, _)| *at));
        let end = last.chain(acknowledged.iter().copied()).fold(1.0, f64::max) + 0.5;
        let start = acknowledged.iter().copied().fold(-0.5, f64::min).max(-BEFORE);
        let replicas: BTreeSet<i32> = nodes
            .iter()
            .filter_map(|(_, nodes)| nodes.partition(topic, 0))
            .flat_map(|state| state.isr.iter().copied())
            .collect();
        let in_sync = |nodes: &Nodes| {
            nodes
                .partition(topic, 0)
                .map_or(Vec::new(), |state| state.isr.clone())
        };
        Self {
            marks,
            controller: spans(&nodes, start, end, |nodes| nodes.controller),
            epoch: spans(&nodes, start, end, |nodes| nodes.controller_epoch),
            leader: spans(&nodes, start, end, |nodes| nodes.leader(topic, 0)),
            in_sync: spans(&nodes, start, end, in_sync),
            replicas: replicas.into_iter().collect(),
            acknowledged,
            start,
            end,
        }
    }

    fn svg(&self, title: &str) -> Result<String> {
        let labels = self.labels();
        let rows = labels.iter().map(|label| label.row + 1).max().unwrap_or_default();
        let top = TITLE + rows * LABEL + GAP;
        let in_sync = REPLICA * self.replicas.len().max(1) as i32;
        let bottom = top + 3 * (LANE + GAP) + in_sync + GAP + RATE;
        let mut svg = String::new();
        {
            let area =
                SVGBackend::with_string(&mut svg, (WIDTH as u32, (bottom + AXIS) as u32)).into_drawing_area();
            area.fill(&RGBColor(255, 255, 255))?;
            text(&area, title, (24, 28), 20, INK, HPos::Left)?;
            self.axis(&area, top, bottom)?;
            self.draw_marks(&area, &labels, bottom)?;
            let mut y = top;
            self.lane(&area, y, "/controller", &self.controller, broker)?;
            y += LANE + GAP;
            self.lane(&area, y, "/controller_epoch", &self.epoch, epoch)?;
            y += LANE + GAP;
            self.lane(&area, y, "leader", &self.leader, broker)?;
            y += LANE + GAP;
            self.in_sync_lane(&area, y)?;
            self.messages(&area, bottom)?;
            area.present()?;
        }
        // For those to whom a picture is read aloud.
        let described = format!(" role=\"img\">\n<title>{}</title>", escaped(title));
        Ok(svg.replacen('>', &described, 1))
    }

    fn x(&self, seconds: f64) -> i32 {
        let share = (seconds - self.start) / (self.end - self.start);
        LEFT + (share * f64::from(RIGHT - LEFT)).round() as i32
    }

    fn axis(&self, area: &Area<'_>, top: i32, bottom: i32) -> Result<()> {
        let steps = [1, 2, 5, 10, 20];
        let step = steps
            .into_iter()
            .find(|step| (self.end - self.start) / f64::from(*step) <= 14.0)
            .unwrap_or(60);
        let mut second = (self.start / f64::from(step)).ceil() as i32 * step;
        while f64::from(second) <= self.end {
            let x = self.x(f64::from(second));
            area.draw(&PathElement::new([(x, top - 6), (x, bottom)], FAINT))?;
            text(
                area,
                &second.to_string(),
                (x, bottom + 14),
                13,
                GREY,
                HPos::Center,
            )?;
            second += step;
        }
        area.draw(&PathElement::new([(LEFT, bottom), (RIGHT, bottom)], GREY))?;
        text(
            area,
            "seconds since the fault",
            ((LEFT + RIGHT) / 2, bottom + 36),
            13,
            GREY,
            HPos::Center,
        )
    }

    fn lane<T>(
        &self,
        area: &Area<'_>,
        y: i32,
        name: &str,
        spans: &[Span<T>],
        paint: fn(&T) -> Paint,
    ) -> Result<()> {
        text(area, name, (LEFT - 12, y + LANE / 2), 14, INK, HPos::Right)?;
        for span in spans {
            let (left, right) = (self.x(span.from), self.x(span.to));
            let paint = paint(&span.value);
            area.draw(&Rectangle::new(
                [(left, y), (right, y + LANE)],
                paint.fill.filled(),
            ))?;
            area.draw(&Rectangle::new(
                [(left, y), (right, y + LANE)],
                ShapeStyle::from(GREY).stroke_width(1),
            ))?;
            // The longest text for which there is room.
            let room = |text: &&String| width(text) + 6 <= right - left;
            if let Some(fitting) = paint.texts.iter().find(room) {
                text(
                    area,
                    fitting,
                    ((left + right) / 2, y + LANE / 2),
                    14,
                    paint.ink,
                    HPos::Center,
                )?;
            }
        }
        Ok(())
    }

    fn in_sync_lane(&self, area: &Area<'_>, y: i32) -> Result<()> {
        text(area, "in-sync", (LEFT - 70, y + 9), 14, INK, HPos::Right)?;
        text(area, "replicas", (LEFT - 70, y + 27), 14, INK, HPos::Right)?;
        for (row, replica) in self.replicas.iter().enumerate() {
            let y = y + row as i32 * REPLICA;
            let name = format!("broker {replica}");
            text(area, &name, (LEFT - 12, y + REPLICA / 2), 12, GREY, HPos::Right)?;
            for span in self.in_sync.iter().filter(|span| span.value.contains(replica)) {
                let corners = [(self.x(span.from), y + 2), (self.x(span.to), y + REPLICA - 2)];
                area.draw(&Rectangle::new(corners, colours(*replica).0.filled()))?;
            }
        }
        Ok(())
    }

    fn messages(&self, area: &Area<'_>, bottom: i32) -> Result<()> {
        let bars = ((self.end - self.start) / BAR).ceil() as usize;
        let mut counts = vec![0_u32; bars];
        for at in self.acknowledged.iter().filter(|at| **at >= self.start) {
            if let Some(count) = counts.get_mut(((at - self.start) / BAR) as usize) {
                *count += 1;
            }
        }
        let rates: Vec<f64> = counts.iter().map(|count| f64::from(*count) / BAR).collect();
        let most = scale(&rates);
        let mut free = LEFT;
        for (index, rate) in rates.iter().enumerate().filter(|(_, rate)| **rate > 0.0) {
            let from = self.start + index as f64 * BAR;
            let height = (rate.min(most) / most * f64::from(RATE - 24)).round() as i32;
            let (left, right) = (self.x(from), self.x((from + BAR).min(self.end)));
            let corners = [(left, bottom - height), (right, bottom)];
            area.draw(&Rectangle::new(corners, MESSAGES.filled()))?;
            let middle = (left + right) / 2;
            if *rate > most && middle >= free {
                let above = (middle, bottom - height - 9);
                text(area, &format!("{rate:.0}"), above, 12, GREY, HPos::Center)?;
                free = middle + 36;
            }
        }
        let middle = bottom - RATE / 2;
        text(
            area,
            "acknowledged",
            (LEFT - 12, middle - 18),
            14,
            INK,
            HPos::Right,
        )?;
        text(
            area,
            "messages a second",
            (LEFT - 12, middle),
            14,
            INK,
            HPos::Right,
        )?;
        let scale = format!("0 to {most:.0}");
        text(area, &scale, (LEFT - 12, middle + 18), 12, GREY, HPos::Right)
    }

    /// Where each mark's label goes: in the first row in which it touches no other.
    fn labels(&self) -> Vec<Label<'_>> {
        let mut taken: Vec<i32> = Vec::new();
        let label = |(at, text): &'_ (f64, String)| {
            let x = self.x(*at);
            let fits = x + 5 + width(text) <= RIGHT;
            let left = if fits { x + 5 } else { x - 5 - width(text) };
            let free = taken.iter().position(|right| *right < left);
            let row = free.unwrap_or(taken.len());
            taken.resize(taken.len().max(row + 1), 0);
            taken[row] = left + width(text) + 8;
            (x, left, row as i32)
        };
        let places: Vec<_> = self.marks.iter().map(label).collect();
        let marks = self.marks.iter().zip(places);
        marks
            .map(|((_, text), (x, left, row))| Label { x, left, row, text })
            .collect()
    }

    fn draw_marks(&self, area: &Area<'_>, labels: &[Label<'_>], bottom: i32) -> Result<()> {
        for Label {
            x,
            left,
            row,
            text: name,
        } in labels
        {
            let y = TITLE + row * LABEL + 4;
            let line = ShapeStyle::from(FAULT.mix(0.75)).stroke_width(1);
            area.draw(&PathElement::new([(*x, y - 6), (*x, bottom)], line))?;
            text(area, name, (*left, y), 13, FAULT, HPos::Left)?;
        }
        Ok(())
    }
}

struct Label<'a> {
    x: i32,
    left: i32,
    row: i32,
    text: &'a str,
}

struct Paint {
    fill: RGBColor,
    ink: RGBColor,
    /// From the longest to the shortest.
    texts: Vec<String>,
}

fn broker(id: &Option<i32>) -> Paint {
    match id {
        Some(id) => {
            let (fill, ink) = colours(*id);
            let texts = vec![format!("broker {id}"), id.to_string()];
            Paint { fill, ink, texts }
        }
        None => Paint {
            fill: RGBColor(255, 255, 255),
            ink: FAULT,
            texts: vec!["none".to_owned()],
        },
    }
}

fn epoch(epoch: &Option<i32>) -> Paint {
    Paint {
        fill: RGBColor(238, 238, 238),
        ink: INK,
        texts: epoch.iter().map(i32::to_string).collect(),
    }
}

fn colours(broker: i32) -> (RGBColor, RGBColor) {
    BROKERS[(broker - 1).rem_euclid(BROKERS.len() as i32) as usize]
}

/// The highest rate for which there is room: four times the usual one, so that what piled up during a fault does not
/// dwarf the rest.
fn scale(rates: &[f64]) -> f64 {
    let mut some: Vec<f64> = rates.iter().copied().filter(|rate| *rate > 0.0).collect();
    some.sort_by(f64::total_cmp);
    match (some.get(some.len() / 2), some.last()) {
        (Some(usual), Some(most)) => most.min(usual * 4.0),
        _ => 1.0,
    }
}

/// What was true from when to when, where `value` tells it of the nodes.
fn spans<T: PartialEq>(
    nodes: &[(f64, &Nodes)],
    start: f64,
    end: f64,
    value: impl Fn(&Nodes) -> T,
) -> Vec<Span<T>> {
    let mut spans: Vec<Span<T>> = Vec::new();
    for (at, nodes) in nodes {
        let (from, value) = (at.max(start), value(nodes));
        match spans.last_mut() {
            Some(last) if last.value == value => {}
            Some(last) if last.from >= from => last.value = value,
            last => {
                if let Some(last) = last {
                    last.to = from;
                }
                spans.push(Span { from, to: end, value });
            }
        }
    }
    spans
}

fn text(area: &Area<'_>, text: &str, at: (i32, i32), size: i32, colour: RGBColor, side: HPos) -> Result<()> {
    let style = TextStyle::from(("sans-serif", size).into_font())
        .color(&colour)
        .pos(Pos::new(side, VPos::Center));
    area.draw_text(text, &style, at)?;
    Ok(())
}

/// About how wide a text of the usual size is.
fn width(text: &str) -> i32 {
    text.chars().count() as i32 * 7
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_lasts_until_the_next_value() {
        let with = |controller| Nodes {
            controller,
            ..Nodes::default()
        };
        let (first, none, second) = (with(Some(1)), with(None), with(Some(2)));
        let nodes = [
            (f64::NEG_INFINITY, &first),
            (-5.0, &first),
            (6.0, &none),
            (6.5, &second),
        ];
        let found = spans(&nodes, -1.0, 8.0, |nodes| nodes.controller);
        let span = |from, to, value| Span { from, to, value };
        assert_eq!(
            found,
            [
                span(-1.0, 6.0, Some(1)),
                span(6.0, 6.5, None),
                span(6.5, 8.0, Some(2))
            ]
        );
    }

    #[test]
    fn one_burst_does_not_dwarf_the_rest() {
        assert_eq!(scale(&[0.0, 50.0, 60.0, 40.0, 2000.0]), 240.0);
        assert_eq!(scale(&[10.0, 20.0]), 20.0);
        assert_eq!(scale(&[0.0]), 1.0);
    }

    #[test]
    fn it_has_a_title_and_its_labels_do_not_overlap() {
        let picture = Picture {
            marks: vec![(0.0, "broker 1 is killed".to_owned()), (0.1, "paused".to_owned())],
            controller: Vec::new(),
            epoch: Vec::new(),
            leader: Vec::new(),
            in_sync: Vec::new(),
            replicas: vec![1, 2, 3],
            acknowledged: vec![0.5],
            start: -1.0,
            end: 8.0,
        };
        let rows: Vec<_> = picture.labels().iter().map(|label| label.row).collect();
        assert_eq!(rows, [0, 1]);
        let svg = picture.svg("a <b> & c").unwrap();
        assert!(svg.contains("<title>a &lt;b> &amp; c</title>"), "{svg}");
    }
}
