//! Morphology: pieces labelled, boxed and weighed, shapes eroded and dilated, holes filled, and distances measured.

pub mod distance;
pub mod runs;

use std::ops::Range;

use anyhow::{Result, ensure};
use ndarray::{Array2, Array3, ArrayRef2, Axis, array, s};
use ndarray_ndimage::{BorderMode, binary_dilation, binary_erosion};

use self::distance::{euclidean, taxicab};
use crate::{
    Session,
    image_filters::{read, smooth},
    reductions::max,
    show,
};

pub fn run(session: &mut Session) -> Result<()> {
    let picture = read(&session.folder().join("../43-image-filters/picture.png"))?;
    let flag = picture.slice(s![..140, ..70]);
    let mask = smooth(&flag.mapv(f64::from), 1.0, BorderMode::Reflect).mapv(|grey| grey > 170.0);
    show!(session, "int(mask.sum())", area(&mask));

    let (labels, count) = label(&mask, &cross())?;
    show!(session, "count", count);
    show!(
        session,
        "labels[18:30:2, 20:50:2]",
        labels.slice(s![18..30;2, 20..50;2])
    );
    show!(session, "np.bincount(labels.ravel())", bincount(&labels, count));
    show!(
        session,
        "ndimage.label(mask, structure=np.ones((3, 3)))[1]",
        label(&mask, &square())?.1
    );

    // One pass over the picture for all that is asked of the pieces.
    let pieces = pieces(&labels, count, &flag)?;
    show!(
        session,
        "[[rows.start, rows.stop, columns.start, columns.stop] for rows, columns in boxes]",
        Array2::from_shape_fn((count, 4), |(i, side)| {
            let Piece { rows, columns, .. } = &pieces[i];
            [rows.start, rows.end, columns.start, columns.end][side]
        })
    );
    show!(
        session,
        "ndimage.center_of_mass(mask, labels, range(1, count + 1))",
        Array2::from_shape_fn((count, 2), |(i, axis)| pieces[i].centre[axis])
    );
    show!(
        session,
        "ndimage.center_of_mass(flag)",
        centre_of_mass(&flag.mapv(f64::from))
    );
    show!(
        session,
        "ndimage.sum_labels(flag, labels, range(1, count + 1))",
        pieces.iter().map(|piece| piece.sum).collect::<Vec<_>>()
    );
    show!(
        session,
        "ndimage.maximum(flag, labels, range(1, count + 1))",
        pieces.iter().map(|piece| piece.maximum).collect::<Vec<_>>()
    );

    let drawn = [
        ".......", ".####..", ".####..", ".##.###", ".####..", "......#", "##.....",
    ];
    let shape = Array2::from_shape_fn((7, 7), |(i, j)| drawn[i].as_bytes()[j] == b'#');
    show!(session, "ndimage.binary_erosion(shape)", erode(&shape, &cross()));
    show!(
        session,
        "ndimage.binary_dilation(shape)",
        dilate(&shape, &cross(), 1)
    );
    show!(
        session,
        "ndimage.binary_opening(shape)",
        dilate(&erode(&shape, &cross()), &cross(), 1)
    );
    show!(
        session,
        "ndimage.binary_closing(shape)",
        erode(&dilate(&shape, &cross(), 1), &cross())
    );
    show!(
        session,
        "ndimage.binary_erosion(shape, np.ones((3, 3)))",
        erode(&shape, &square())
    );
    show!(
        session,
        "ndimage.binary_dilation(shape, iterations=2)",
        dilate(&shape, &cross(), 2)
    );
    show!(session, "ndimage.binary_fill_holes(shape)", fill_holes(&shape)?);
    let dilated = dilate(&shape, &cross(), 1);
    show!(session, "dilated & ~shape", dilated & !&shape);

    show!(
        session,
        "int(ndimage.binary_erosion(mask).sum())",
        area(&erode(&mask, &cross()))
    );
    let opened = dilate(&erode(&mask, &square()), &square(), 1);
    show!(session, "int(opened.sum())", area(&opened));
    show!(session, "ndimage.label(opened)[1]", label(&opened, &cross())?.1);
    show!(
        session,
        "int(ndimage.binary_closing(mask).sum())",
        area(&erode(&dilate(&mask, &cross(), 1), &cross()))
    );
    show!(
        session,
        "int(ndimage.binary_fill_holes(~mask).sum())",
        area(&fill_holes(&!&mask)?)
    );
    show!(
        session,
        "opened[18:30:2, 20:50:2]",
        opened.slice(s![18..30;2, 20..50;2])
    );

    let full = Array2::from_elem((4, 4), true);
    show!(session, "ndimage.binary_erosion(full)", erode(&full, &cross()));
    show!(session, "ndimage.distance_transform_edt(full)", euclidean(&full));
    show!(
        session,
        "ndimage.distance_transform_cdt(full, metric=\"taxicab\")",
        taxicab(&full)
    );
    // The crate reads the order of axes from the strides, and that of `insert_axis` would mislead it.
    let plane = full.into_shape_with_order((1, 4, 4))?;
    show!(
        session,
        "ndimage.binary_erosion(full, border_value=1)",
        binary_erosion(&plane, &cross().insert_axis(Axis(0)), 1).index_axis(Axis(0), 0)
    );

    show!(
        session,
        "ndimage.distance_transform_edt(shape)",
        euclidean(&shape)
    );
    show!(
        session,
        "ndimage.distance_transform_cdt(shape, metric=\"taxicab\")",
        taxicab(&shape)
    );
    show!(
        session,
        "ndimage.distance_transform_edt(mask).max()",
        max(&euclidean(&mask))
    );
    show!(
        session,
        "ndimage.distance_transform_edt(~mask)[::40, ::20]",
        euclidean(&!&mask).slice(s![..;40, ..;20])
    );
    show!(
        session,
        "np.rint(ndimage.distance_transform_edt(~mask) ** 2).sum()",
        euclidean(&!&mask).pow2().round().sum()
    );

    let nothing = Array2::from_elem((3, 3), false);
    show!(
        session,
        "ndimage.label(np.zeros((3, 3), dtype=bool))[1]",
        label(&nothing, &cross())?.1
    );
    show!(
        session,
        "len(ndimage.find_objects(np.zeros((3, 3), dtype=int)))",
        self::pieces(&Array2::zeros((3, 3)), 0, &Array2::zeros((3, 3)))?.len()
    );
    show!(
        session,
        "ndimage.center_of_mass(np.zeros((2, 2)))",
        centre_of_mass(&Array2::zeros((2, 2)))
    );
    let no_rows = Array2::from_elem((0, 3), false);
    show!(
        session,
        "ndimage.label(np.zeros((0, 3), dtype=bool))[1]",
        label(&no_rows, &cross())?.1
    );
    show!(
        session,
        "ndimage.binary_erosion(np.zeros((0, 3), dtype=bool))",
        erode(&no_rows, &cross())
    );
    show!(
        session,
        "ndimage.binary_dilation(np.zeros((0, 3), dtype=bool))",
        dilate(&no_rows, &cross(), 1)
    );
    show!(
        session,
        "ndimage.binary_fill_holes(np.zeros((0, 3), dtype=bool))",
        fill_holes(&no_rows)
    );
    show!(
        session,
        "ndimage.distance_transform_edt(np.zeros((0, 3), dtype=bool))",
        euclidean(&no_rows)
    );
    show!(
        session,
        "ndimage.label(shape, structure=np.ones((5, 5)))[1]",
        label(&shape, &Array2::from_elem((5, 5), true)).map(|(_, count)| count)
    );
    let one_sided = array![[true, false, false], [false, true, false], [false, false, false]];
    show!(
        session,
        "ndimage.label(shape, structure=[[1, 0, 0], [0, 1, 0], [0, 0, 0]])[1]",
        label(&shape, &one_sided).map(|(_, count)| count)
    );
    Ok(())
}

/// The neighbours to the side, above and below.
pub fn cross() -> Array2<bool> {
    array![[false, true, false], [true, true, true], [false, true, false]]
}

/// These and the corners.
fn square() -> Array2<bool> {
    Array2::from_elem((3, 3), true)
}

/// Numbers the pieces of what is true, from 1, and says how many there are. The crate has it for three dimensions: a
/// picture is one plane.
///
/// # Errors
/// Where the neighbourhood is not 3 by 3, or has a neighbour but not the one opposite.
pub fn label(mask: &ArrayRef2<bool>, neighbours: &ArrayRef2<bool>) -> Result<(Array2<i32>, usize)> {
    ensure!(
        neighbours.dim() == (3, 3),
        "a neighbourhood is 3 by 3, not {:?}",
        neighbours.dim()
    );
    ensure!(
        neighbours == neighbours.slice(s![..;-1, ..;-1]),
        "a neighbour of a pixel has that pixel for a neighbour"
    );
    let mut in_space = Array3::from_elem((3, 3, 3), false);
    in_space.index_axis_mut(Axis(0), 1).assign(neighbours);
    let plane = mask.to_owned().insert_axis(Axis(0));
    let (labels, count) = ndarray_ndimage::label::<u32>(&plane, &in_space);
    let labels = labels.index_axis_move(Axis(0), 0);
    Ok((labels.mapv(|label| label as i32), count))
}

/// How many pixels have each number, 0 for those of no piece.
fn bincount(labels: &ArrayRef2<i32>, count: usize) -> Vec<i64> {
    let mut counts = vec![0; count + 1];
    for &label in labels {
        counts[label as usize] += 1;
    }
    counts
}

/// What there is to know of a piece.
#[derive(Debug, Clone)]
pub struct Piece {
    pub rows: Range<usize>,
    pub columns: Range<usize>,
    /// Row and column of its middle.
    pub centre: [f64; 2],
    /// Of the greys of its pixels.
    pub sum: f64,
    pub maximum: u8,
}

/// The pieces with the numbers 1 to `count`.
///
/// # Errors
/// Where labels and picture differ in shape, a number is missing, or one is beyond the count.
pub fn pieces(labels: &ArrayRef2<i32>, count: usize, picture: &ArrayRef2<u8>) -> Result<Vec<Piece>> {
    ensure!(
        labels.dim() == picture.dim(),
        "labels and picture are not of one shape"
    );
    let mut pieces: Vec<Option<(Piece, f64)>> = vec![None; count];
    for (((row, column), &label), &grey) in labels.indexed_iter().zip(picture) {
        let Some(index) = usize::try_from(label).ok().and_then(|label| label.checked_sub(1)) else {
            continue;
        };
        ensure!(index < count, "piece {label} is beyond {count}");
        let (piece, pixels) = pieces[index].get_or_insert_with(|| {
            let (rows, columns) = (row..row + 1, column..column + 1);
            (
                Piece {
                    rows,
                    columns,
                    centre: [0.0; 2],
                    sum: 0.0,
                    maximum: 0,
                },
                0.0,
            )
        });
        piece.rows.end = row + 1;
        piece.columns = piece.columns.start.min(column)..piece.columns.end.max(column + 1);
        piece.centre[0] += row as f64;
        piece.centre[1] += column as f64;
        piece.sum += f64::from(grey);
        piece.maximum = piece.maximum.max(grey);
        *pixels += 1.0;
    }
    let found: Vec<_> = pieces
        .into_iter()
        .flatten()
        .map(|(piece, pixels)| Piece {
            centre: piece.centre.map(|sum| sum / pixels),
            ..piece
        })
        .collect();
    ensure!(
        found.len() == count,
        "only {} of {count} pieces have pixels",
        found.len()
    );
    Ok(found)
}

/// The mean row and column, each pixel counted by its weight; NaN, where nothing weighs.
pub fn centre_of_mass(weights: &ArrayRef2<f64>) -> [f64; 2] {
    let mut moments = [0.0; 2];
    for ((row, column), weight) in weights.indexed_iter() {
        moments[0] += row as f64 * weight;
        moments[1] += column as f64 * weight;
    }
    moments.map(|moment| moment / weights.sum())
}

/// How many pixels are in it.
fn area(mask: &ArrayRef2<bool>) -> usize {
    mask.iter().filter(|&&is_in| is_in).count()
}

/// What is true with all its neighbours. Beyond the border nothing is, as in SciPy; the crate has it the other way round.
pub fn erode(mask: &ArrayRef2<bool>, neighbours: &ArrayRef2<bool>) -> Array2<bool> {
    // There the crate panics.
    if mask.is_empty() {
        return mask.to_owned();
    }
    let neighbours = neighbours.to_owned().insert_axis(Axis(0));
    without_frame(binary_erosion(&framed(mask), &neighbours, 1))
}

/// What is true, or has a neighbour that is; so many times.
pub fn dilate(mask: &ArrayRef2<bool>, neighbours: &ArrayRef2<bool>, times: usize) -> Array2<bool> {
    // There the crate panics.
    if mask.is_empty() {
        return mask.to_owned();
    }
    let neighbours = neighbours.to_owned().insert_axis(Axis(0));
    without_frame(binary_dilation(&framed(mask), &neighbours, times))
}

/// What is true, or cannot be reached from beyond the border without crossing it.
///
/// # Errors
/// None that a mask could cause.
pub fn fill_holes(mask: &ArrayRef2<bool>) -> Result<Array2<bool>> {
    let outside = !framed(mask).index_axis_move(Axis(0), 0);
    let (labels, _) = label(&outside, &cross())?;
    let reached = labels[[0, 0]];
    let filled = labels.mapv(|label| label != reached);
    Ok(without_frame(filled.insert_axis(Axis(0))))
}

/// A plane with a pixel that is false on each side.
fn framed(mask: &ArrayRef2<bool>) -> Array3<bool> {
    let (rows, columns) = mask.dim();
    let mut framed = Array3::from_elem((1, rows + 2, columns + 2), false);
    framed.slice_mut(s![0, 1..=rows, 1..=columns]).assign(mask);
    framed
}

fn without_frame(framed: Array3<bool>) -> Array2<bool> {
    let (_, rows, columns) = framed.dim();
    framed.slice_move(s![0, 1..rows - 1, 1..columns - 1])
}
