//! Matplotlib: thirteen kinds of figures drawn by plotters, and the numbers behind them.

mod animation;
mod bar;
mod box_plot;
mod contour;
mod data;
mod error_bars;
mod figures;
mod heat_map;
mod histogram;
mod line;
mod log_axes;
mod marching_squares;
mod polar;
mod scatter;
mod subplots;
mod surface;

use anyhow::{Context, Result};
use lesson::plot::{axes, viridis};
use ndarray::{Array1, Array2, ArrayRef1, arr2, array, s};
use plotters::style::RGBColor;

use self::{
    box_plot::BoxStats,
    data::{chebyshev, damped, gain, gap, groups, hills, means, sums, sunflower, wave},
    histogram::histogram,
    line::pieces,
    log_axes::decades,
    marching_squares::contour_lines,
};
use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    if let Some(folder) = session.out() {
        let files = figures::write(folder, session.folder())?;
        session.note(format!("{files} files in {}: open index.html", folder.display()));
    }

    // plotters' own ticks are other ones; it draws those that it is given.
    show!(
        session,
        "ticks.tick_values(0, 10)",
        axes::tick_values(&(0.0..10.0), 9)
    );
    show!(
        session,
        "ticks.tick_values(-1.1, 1.1)",
        axes::tick_values(&(-1.1..1.1), 9)
    );
    show!(
        session,
        "ticks.tick_values(1.7, 2.3)",
        axes::tick_values(&(1.7..2.3), 9)
    );
    show!(session, "LogLocator().tick_values(1, 1e5)", decades(&(1.0..1e5)));
    show!(session, "LogLocator().tick_values(2, 3e4)", decades(&(2.0..3e4)));

    show!(
        session,
        "[to_hex(color) for color in plt.rcParams[\"axes.prop_cycle\"].by_key()[\"color\"]]",
        (0..10).map(|index| hex(axes::cycle(index))).collect::<Vec<_>>()
    );
    show!(
        session,
        "[to_hex(color) for color in viridis(np.linspace(0, 1, 256))]",
        colours(&Array1::linspace(0.0, 1.0, 256), 0.0, 1.0)
    );
    show!(
        session,
        "viridis([-0.1, 0.25, 1.1])[:, :3]",
        arr2(&[-0.1, 0.25, 1.1].map(|value| {
            let RGBColor(red, green, blue) = viridis::viridis(value, 0.0, 1.0);
            [red, green, blue]
        }))
        .mapv(|channel| f64::from(channel) / 255.0)
    );

    let six = Array1::linspace(0.0, 10.0, 6);
    show!(session, "damped(np.linspace(0, 10, 6))", six.mapv(damped));
    let points: Vec<_> = Array1::linspace(0.0, 10.0, 201)
        .into_iter()
        .map(|x| (x, gap(x)))
        .collect();
    show!(
        session,
        "[piece.stop - piece.start for piece in pieces]",
        pieces(&points).map(<[_]>::len).collect::<Vec<_>>()
    );
    show!(
        session,
        "sunflower(300)[0][::60]",
        sunflower(300)
            .iter()
            .step_by(60)
            .map(|(x, ..)| *x)
            .collect::<Vec<_>>()
    );
    show!(
        session,
        "chebyshev(4, np.linspace(-1, 1, 9))",
        Array1::linspace(-1.0, 1.0, 9).mapv(|x| chebyshev(4, x))
    );
    show!(
        session,
        "gain(np.geomspace(1, 1e5, 6), 2)",
        Array1::geomspace(1.0, 1e5, 6)
            .context("both ends are positive")?
            .mapv(|f| gain(f, 2))
    );
    show!(
        session,
        "wave(np.linspace(0, 10, 6), 10)",
        six.mapv(|x| wave(x, 10))
    );

    let (counts, edges) = histogram(&sums(), 20, 0.0..4.0)?;
    show!(session, "np.histogram(sums, bins=20, range=(0, 4))[0]", counts);
    show!(session, "np.histogram(sums, bins=20, range=(0, 4))[1]", edges);
    show!(
        session,
        "np.histogram([0.0, 1.0, 2.0, 3.0, 4.0, 4.5, np.nan], bins=4, range=(0, 4))[0]",
        histogram(&array![0.0, 1.0, 2.0, 3.0, 4.0, 4.5, f64::NAN], 4, 0.0..4.0)?.0
    );
    show!(
        session,
        "np.histogram([0.0, 1.0], bins=4, range=(0, np.inf))[0]",
        histogram(&array![0.0, 1.0], 4, 0.0..f64::INFINITY).map(|(counts, _)| counts)
    );

    let groups = groups()?;
    let boxes: Option<Vec<_>> = groups.rows().into_iter().map(BoxStats::of).collect();
    let boxes = boxes.context("a group without values")?;
    show!(
        session,
        "[[box[\"q1\"], box[\"med\"], box[\"q3\"]] for box in boxes]",
        Array2::from(boxes.iter().map(|stats| stats.quartiles).collect::<Vec<_>>())
    );
    show!(
        session,
        "[[box[\"whislo\"], box[\"whishi\"]] for box in boxes]",
        Array2::from(boxes.iter().map(|stats| stats.whiskers).collect::<Vec<_>>())
    );
    show!(
        session,
        "[len(box[\"fliers\"]) for box in boxes]",
        boxes.iter().map(|stats| stats.fliers.len()).collect::<Vec<_>>()
    );
    show!(session, "boxes[1][\"fliers\"]", &boxes[1].fliers);
    show!(
        session,
        "[boxplot_stats([1.0, 2.0, np.nan])[0][key] for key in [\"q1\", \"whislo\", \"whishi\"]]",
        BoxStats::of(&[1.0, 2.0, f64::NAN]).map(|stats| [
            stats.quartiles[0],
            stats.whiskers[0],
            stats.whiskers[1]
        ])
    );

    let (means, errors) = means()?;
    show!(session, "means", means);
    show!(session, "errors", errors);

    let row = Array1::linspace(-3.0, 3.0, 9).mapv(|x| hills(x, 0.5));
    show!(
        session,
        "[to_hex(color) for color in viridis(plt.Normalize(-0.8, 1.2)(hills(grid, 0.5)))]",
        colours(&row, -0.8, 1.2)
    );

    let x = Array1::linspace(-3.0, 3.0, 61);
    let z = Array2::from_shape_fn((61, 61), |(row, column)| hills(x[column], x[row]));
    let x = x.to_vec();
    let levels = Array1::linspace(-0.6, 1.0, 9);
    let lines: Vec<_> = levels
        .iter()
        .map(|&level| contour_lines(&x, &x, &z, level))
        .collect();
    show!(
        session,
        "[len(level) for level in lines]",
        lines.iter().map(Vec::len).collect::<Vec<_>>()
    );
    show!(
        session,
        "[sum(len(line) for line in level) for level in lines]",
        lines
            .iter()
            .map(|level| level.iter().map(Vec::len).sum::<usize>())
            .collect::<Vec<_>>()
    );
    show!(
        session,
        "[sum(np.hypot(*np.diff(line, axis=0).T).sum() for line in level) for level in lines]",
        lines
            .iter()
            .map(|level| level.iter().map(|line| length(line)).sum::<f64>())
            .collect::<Vec<_>>()
    );
    let ring = lines.last().and_then(|level| level.first());
    show!(
        session,
        "ring[np.argsort(np.arctan2(ring[:, 1], ring[:, 0] + 0.2))]",
        around((-0.2, 0.0), ring.context("no line at the highest level")?)
    );

    let faces = surface::face_heights(&Array1::linspace(-8.0, 8.0, 25));
    show!(
        session,
        "faces.get_array().reshape(24, 24)[12, 8:16]",
        faces.slice(s![12, 8..16])
    );
    Ok(())
}

/// `#440154`, as the web has it.
fn hex(RGBColor(red, green, blue): RGBColor) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn colours(values: &ArrayRef1<f64>, low: f64, high: f64) -> Vec<String> {
    values
        .iter()
        .map(|&value| hex(viridis::viridis(value, low, high)))
        .collect()
}

fn length(line: &[(f64, f64)]) -> f64 {
    line.windows(2)
        .map(|ends| (ends[1].0 - ends[0].0).hypot(ends[1].1 - ends[0].1))
        .sum()
}

/// The points of a closed line by their angle as seen from within.
fn around(middle: (f64, f64), line: &[(f64, f64)]) -> Array2<f64> {
    let mut points: Vec<_> = line.iter().skip(1).map(|&(x, y)| [x, y]).collect();
    let angle = |[x, y]: &[f64; 2]| (y - middle.1).atan2(x - middle.0);
    points.sort_by(|a, b| angle(a).total_cmp(&angle(b)));
    arr2(&points)
}
