//! A. Meijster, J. Roerdink and W. Hesselink, A General Algorithm for Computing Distance Transforms in Linear Time
//! (Mathematical Morphology and its Applications, 2000): first along the columns, then along the rows, all in integers.

use ndarray::{Array2, ArrayRef2};

/// How far each pixel is from the nearest that is false, in a straight line; infinitely, where none is.
pub fn euclidean(mask: &ArrayRef2<bool>) -> Array2<f64> {
    let mut squares = along_columns(mask);
    let columns = mask.ncols() as i64;
    for mut row in squares.rows_mut() {
        let heights = row.to_vec();
        let square = |x: i64, site: i64| (x - site).pow(2) + heights[site as usize].pow(2);
        // Each column is the lowest point of a parabola. Of those that are lowest somewhere: its column, and from where.
        let mut lowest: Vec<(i64, i64)> = Vec::new();
        for next in 0..columns {
            while lowest
                .pop_if(|(site, from)| square(*from, *site) > square(*from, next))
                .is_some()
            {}
            let from = lowest.last().map_or(0, |&(site, _)| {
                let apart = square(0, next) - square(0, site);
                1 + apart.div_euclid(2 * (next - site))
            });
            if from < columns {
                lowest.push((next, from));
            }
        }
        for x in (0..columns).rev() {
            if let Some(&(site, from)) = lowest.last() {
                row[x as usize] = square(x, site);
                lowest.pop_if(|_| x == from);
            }
        }
    }
    let none = mask.iter().all(|&full| full);
    squares.mapv(|square| {
        if none {
            f64::INFINITY
        } else {
            (square as f64).sqrt()
        }
    })
}

/// The same by steps to the side, up and down; None, where no pixel is false.
pub fn taxicab(mask: &ArrayRef2<bool>) -> Option<Array2<i32>> {
    mask.iter().any(|full| !full).then(|| {
        let mut steps = along_columns(mask);
        for mut row in steps.rows_mut() {
            spread(row.iter_mut());
            spread(row.iter_mut().rev());
        }
        steps.mapv(|steps| steps as i32)
    })
}

/// Steps to the nearest pixel above or below that is false; more than a picture has, where none is.
fn along_columns(mask: &ArrayRef2<bool>) -> Array2<i64> {
    let far = (mask.nrows() + mask.ncols()) as i64;
    let mut steps = mask.mapv(|full| if full { far } else { 0 });
    for mut column in steps.columns_mut() {
        spread(column.iter_mut());
        spread(column.iter_mut().rev());
    }
    steps
}

fn spread<'a>(line: impl Iterator<Item = &'a mut i64>) {
    let mut before = i64::MAX - 1;
    for steps in line {
        *steps = (*steps).min(before + 1);
        before = *steps;
    }
}
