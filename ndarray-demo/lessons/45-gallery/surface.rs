//! A surface in three dimensions. In plotters the second axis goes up.

use anyhow::Result;
use ndarray::{Array1, Array2, ArrayRef1, s};
use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use super::{
    axes::{Canvas, GREY, Linear, SIZE, font, labels, ticks, title},
    data::ripple,
    viridis::viridis,
};

pub fn draw<DB: DrawingBackend<ErrorType: 'static>>(canvas: &Canvas<DB>) -> Result<()> {
    let x = Array1::linspace(-8.0, 8.0, 25);
    let heights = face_heights(&x);
    let (low, high) = heights
        .iter()
        .fold((1.0_f64, -1.0_f64), |(low, high), &z| (low.min(z), high.max(z)));
    let (ground, up) = ([-8.0, -4.0, 0.0, 4.0, 8.0], ticks(&(-0.4..1.0), 9));
    title(canvas, "Surface", (SIZE.0 as i32 / 2 + 16, 101))?;
    let mut chart = ChartBuilder::on(canvas)
        .margin_top(150)
        .margin_bottom(80)
        .build_cartesian_3d(
            Linear::new(-8.0..8.0, ground.to_vec()),
            Linear::new(-0.4..1.0, up.clone()),
            Linear::new(-8.0..8.0, ground.to_vec()),
        )?;
    chart.set_3d_pixel_range((560, 420, 560));
    chart.with_projection(|mut projection| {
        projection.yaw = 0.52;
        projection.pitch = 0.52;
        projection.scale = 0.92;
        projection.into_matrix()
    });
    let panels = BLACK.mix(0.05);
    chart
        .configure_axes()
        .axis_panel_style(panels)
        .bold_grid_style(GREY)
        .tick_size(0)
        .label_style(font(34).color(&TRANSPARENT))
        .draw()?;
    // From the back to the front, so that the near faces hide the far ones. plotters' third axis comes nearer.
    for (row, heights) in heights.rows().into_iter().enumerate().rev() {
        for (column, &height) in heights.iter().enumerate() {
            let corners = [(0, 0), (0, 1), (1, 1), (1, 0)].map(|(down, right)| {
                let (x, y) = (x[column + right], x[row + down]);
                (x, ripple(x, y), -y)
            });
            chart.draw_series([Polygon::new(corners, viridis(height, low, high).filled())])?;
        }
    }

    // plotters writes the numbers of one axis on top, and no names.
    let edges = [
        (-8.0, -0.4, 8.0),
        (8.0, -0.4, 8.0),
        (8.0, -0.4, -8.0),
        (8.0, 1.0, -8.0),
    ];
    chart.draw_series([PathElement::new(edges, BLACK.stroke_width(2))])?;
    let (whole, tenths) = (labels(&ground), labels(&up));
    let mut texts = vec![
        ("x".to_owned(), (0.0, -0.4, 8.0), (-50, 90)),
        ("y".to_owned(), (8.0, -0.4, 0.0), (80, 70)),
        ("z".to_owned(), (8.0, 0.3, -8.0), (120, 0)),
    ];
    texts.extend(ground.map(|x| (whole(&x), (x, -0.4, 8.0), (-18, 38))));
    texts.extend(ground.map(|y| (whole(&y), (8.0, -0.4, -y), (34, 26))));
    texts.extend(up.iter().map(|z| (tenths(z), (8.0, *z, -8.0), (50, 0))));
    let centred = font(34).pos(Pos::new(HPos::Center, VPos::Center));
    chart.draw_series(
        texts
            .into_iter()
            .map(|(text, at, aside)| EmptyElement::at(at) + Text::new(text, aside, centred.clone())),
    )?;
    Ok(())
}

/// The mean height of the four corners of each face, which decides its colour.
pub fn face_heights(x: &ArrayRef1<f64>) -> Array2<f64> {
    let z = Array2::from_shape_fn((x.len(), x.len()), |(row, column)| ripple(x[column], x[row]));
    let corners = [s![..-1, ..-1], s![..-1, 1..], s![1.., 1..], s![1.., ..-1]];
    corners
        .iter()
        .map(|corner| z.slice(corner))
        .fold(Array2::zeros((x.len() - 1, x.len() - 1)), |sum, z| sum + z)
        / 4.0
}
