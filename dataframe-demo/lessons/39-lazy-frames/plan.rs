//! The plan of a query as a picture: the graph that polars writes for Graphviz, laid out here.

use std::collections::BTreeMap;

/// A line of text is no longer than this.
const LONGEST: usize = 40;
/// Pixels of a character, of a line, around the text of a box, between two boxes, and above them.
const CHARACTER: usize = 7;
const LINE: usize = 16;
const PADDING: usize = 8;
const GAP: usize = 24;
const TITLE: usize = 28;

/// The steps of a plan, each with those that feed it.
#[derive(Debug)]
pub struct Plan {
    /// The last one first.
    steps: Vec<Step>,
}

#[derive(Debug)]
struct Step {
    lines: Vec<String>,
    inputs: Vec<usize>,
    /// How many steps away from the first one.
    depth: usize,
}

/// A step's box.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    x: usize,
    y: usize,
    width: usize,
    height: usize,
}

impl Plan {
    /// Reads what `to_dot` writes: `p2 -> p1` where step 2 feeds step 1, and `p1[label="…"]`. None where it is
    /// something else.
    pub fn of_dot(dot: &str) -> Option<Self> {
        let mut numbers = BTreeMap::from([("p1", 0)]);
        let mut steps = vec![Step {
            lines: Vec::new(),
            inputs: Vec::new(),
            depth: 0,
        }];
        for line in dot.lines().map(str::trim) {
            if let Some((input, step)) = line.split_once(" -> ") {
                let step = *numbers.get(step)?;
                let depth = steps.get(step)?.depth + 1;
                let input = *numbers.entry(input).or_insert_with(|| {
                    steps.push(Step {
                        lines: Vec::new(),
                        inputs: Vec::new(),
                        depth,
                    });
                    steps.len() - 1
                });
                steps.get_mut(step)?.inputs.push(input);
            } else if let Some((step, label)) = line.split_once("[label=\"") {
                let label = label.strip_suffix("\"]")?;
                let step = steps.get_mut(*numbers.get(step)?)?;
                step.lines = unescaped(label).lines().flat_map(folded).collect();
            }
        }
        steps
            .iter()
            .all(|step| !step.lines.is_empty())
            .then_some(Self { steps })
    }

    /// Each row as high as its highest box, and each box in the middle above those that feed it.
    fn places(&self) -> Vec<Place> {
        let size = |step: &Step| Place {
            width: step
                .lines
                .iter()
                .map(|line| line.chars().count())
                .max()
                .unwrap_or(0)
                * CHARACTER
                + 2 * PADDING,
            height: step.lines.len() * LINE + 2 * PADDING,
            ..Place::default()
        };
        let mut places: Vec<_> = self.steps.iter().map(size).collect();
        let mut y = TITLE;
        for depth in 0.. {
            let row = || {
                self.steps
                    .iter()
                    .zip(0..)
                    .filter(|(step, _)| step.depth == depth)
                    .map(|(_, at)| at)
            };
            let heights = row()
                .filter_map(|at: usize| places.get(at))
                .map(|place| place.height);
            let Some(height) = heights.max() else { break };
            for at in row() {
                if let Some(place) = places.get_mut(at) {
                    place.y = y;
                }
            }
            y += height + GAP;
        }
        self.spread(0, 0, &mut places);
        places
    }

    /// Gives a step and what feeds it their places from `left` on.
    fn spread(&self, step: usize, left: usize, places: &mut [Place]) {
        let (width, below) = (self.width(step, places), self.below(step, places));
        if let Some(place) = places.get_mut(step) {
            place.x = left + (width - place.width) / 2;
        }
        let mut left = left + (width - below) / 2;
        for &input in self.inputs(step) {
            self.spread(input, left, places);
            left += self.width(input, places) + GAP;
        }
    }

    /// How wide a step is together with what feeds it.
    fn width(&self, step: usize, places: &[Place]) -> usize {
        let own = places.get(step).map_or(0, |place| place.width);
        own.max(self.below(step, places))
    }

    /// How wide that is which feeds it.
    fn below(&self, step: usize, places: &[Place]) -> usize {
        let inputs = self.inputs(step);
        let widths: usize = inputs.iter().map(|&input| self.width(input, places)).sum();
        widths + GAP * inputs.len().saturating_sub(1)
    }

    fn inputs(&self, step: usize) -> &[usize] {
        self.steps.get(step).map_or(&[], |step| &step.inputs)
    }
}

fn unescaped(label: &str) -> String {
    let mut text = String::new();
    let mut characters = label.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => text.extend(
                characters
                    .next()
                    .map(|next| if next == 'n' { '\n' } else { next }),
            ),
            _ => text.push(character),
        }
    }
    text
}

/// A line in pieces that are short enough, where blanks let it.
fn folded(line: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in line.split(' ') {
        match lines.last_mut() {
            Some(last) if last.chars().count() + 1 + word.chars().count() <= LONGEST => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The plans side by side, each under its title. The boxes bring their own ground, so that they can be read on any.
pub fn svg(plans: &[(&str, &Plan)]) -> String {
    let (mut body, mut left, mut bottom) = (String::new(), 0, 0);
    for (title, plan) in plans {
        let places = plan.places();
        let right = places
            .iter()
            .map(|place| place.x + place.width)
            .max()
            .unwrap_or(0);
        let below = places
            .iter()
            .map(|place| place.y + place.height)
            .max()
            .unwrap_or(0);
        body += &format!("<g transform=\"translate({} {GAP})\">\n", left + GAP);
        body += &text(right / 2, LINE, "middle", title);
        for (step, place) in plan.steps.iter().zip(&places) {
            for input in step.inputs.iter().filter_map(|&input| places.get(input)) {
                let (x1, y1) = (input.x + input.width / 2, input.y);
                let (x2, y2) = (place.x + place.width / 2, place.y + place.height);
                body += &format!("<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>\n");
            }
        }
        for (step, Place { x, y, width, height }) in plan.steps.iter().zip(&places) {
            body += &format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"4\"/>\n");
            for (line, number) in step.lines.iter().zip(1..) {
                body += &text(x + PADDING, y + LINE * number + PADDING / 2, "start", line);
            }
        }
        body += "</g>\n";
        left += right + 2 * GAP;
        bottom = bottom.max(below);
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <title>A plan, as written and as it runs</title>\n\
         <style>text {{ font: 11.5px monospace; fill: #1f2328; }} text.middle {{ font-weight: bold; fill: #808890; text-anchor: middle; }} \
         rect {{ fill: #eaf2fb; stroke: #5b8db8; }} line {{ stroke: #808890; stroke-width: 1.5; }}</style>\n{body}</svg>\n",
        width = left,
        height = bottom + 2 * GAP,
    )
}

fn text(x: usize, y: usize, class: &str, line: &str) -> String {
    let line = line
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    format!("<text x=\"{x}\" y=\"{y}\" class=\"{class}\">{line}</text>\n")
}
