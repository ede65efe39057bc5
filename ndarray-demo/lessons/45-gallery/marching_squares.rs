//! Marching squares: W. E. Lorensen and H. E. Cline, Marching cubes, SIGGRAPH 1987, in two dimensions. A cell with two
//! high corners across is decided by its middle, the mean of the four.

use std::collections::{BTreeMap, BTreeSet};

use ndarray::{ArrayRef2, s};

/// An edge of the grid, from a point to the next one: of the same row, or of the same column.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Edge {
    Along(usize, usize),
    Up(usize, usize),
}

/// The lines on which `z` is `level`, linear along each edge of the grid: `z[[row, column]]` is the height at
/// `x[column]` and `y[row]`. A closed line ends where it begins. Cells with a NaN have no line.
pub fn contour_lines(x: &[f64], y: &[f64], z: &ArrayRef2<f64>, level: f64) -> Vec<Vec<(f64, f64)>> {
    let point = |edge| {
        let (here, there) = match edge {
            Edge::Along(row, column) => ((row, column), (row, column + 1)),
            Edge::Up(row, column) => ((row, column), (row + 1, column)),
        };
        let share = (z[there] - level) / (z[there] - z[here]);
        let between = |here: f64, there: f64| here * share + there * (1.0 - share);
        (between(x[here.1], x[there.1]), between(y[here.0], y[there.0]))
    };
    let mut next = segments(z, level);
    let ends: BTreeSet<_> = next.values().copied().collect();
    let begins = next.keys().filter(|edge| !ends.contains(edge));
    // First the lines that begin at the border, then those that are closed.
    let starts: Vec<_> = begins.chain(next.keys()).copied().collect();
    let mut lines = Vec::new();
    for start in starts {
        let mut line = vec![point(start)];
        let mut edge = start;
        while let Some(to) = next.remove(&edge) {
            line.push(point(to));
            edge = to;
        }
        if line.len() > 1 {
            lines.push(line);
        }
    }
    lines
}

/// Where the line goes from each edge that it crosses, what is high on its right.
fn segments(z: &ArrayRef2<f64>, level: f64) -> BTreeMap<Edge, Edge> {
    let mut next = BTreeMap::new();
    let (rows, columns) = z.dim();
    for row in 1..rows {
        for column in 1..columns {
            let cell = z.slice(s![row - 1..=row, column - 1..=column]);
            // Round the cell: each corner, and the edge from it to the next.
            let corners = [cell[[0, 0]], cell[[0, 1]], cell[[1, 1]], cell[[1, 0]]];
            let edges = [
                Edge::Along(row - 1, column - 1),
                Edge::Up(row - 1, column),
                Edge::Along(row, column - 1),
                Edge::Up(row - 1, column - 1),
            ];
            if corners.iter().any(|corner| corner.is_nan()) {
                continue;
            }
            let high = corners.map(|corner| corner > level);
            let middle_is_high = corners.iter().sum::<f64>() / 4.0 > level;
            let falls = |edge: &usize| high[*edge] && !high[(edge + 1) % 4];
            for rises in (0..4).filter(|edge| !high[*edge] && high[(edge + 1) % 4]) {
                // Around the high corner; or around the low one, where the middle joins two high ones.
                let to = match middle_is_high {
                    false => (1..4).map(|step| (rises + step) % 4).find(falls),
                    true => (1..4).map(|step| (rises + 4 - step) % 4).find(falls),
                };
                next.extend(to.map(|to| (edges[rises], edges[to])));
            }
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    const AXIS: [f64; 3] = [0.0, 1.0, 2.0];

    #[test]
    fn around_a_peak_the_line_is_closed() {
        let z = array![[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]];
        let lines = contour_lines(&AXIS, &AXIS, &z, 0.5);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].len(), 5);
        assert_eq!(lines[0].first(), lines[0].last());
    }

    #[test]
    fn a_saddle_is_decided_by_its_middle() {
        let ridge = array![[1.0, 0.0], [0.0, 1.0]];
        let begins = |level| {
            let lines = contour_lines(&AXIS[..2], &AXIS[..2], &ridge, level);
            lines
                .into_iter()
                .map(|line| (line[0], line[1]))
                .collect::<Vec<_>>()
        };
        // Below the middle of 0.5 the two high corners are joined.
        assert_eq!(
            begins(0.25),
            [((0.0, 0.75), (0.25, 1.0)), ((1.0, 0.25), (0.75, 0.0))]
        );
        assert_eq!(
            begins(0.75),
            [((0.0, 0.25), (0.25, 0.0)), ((1.0, 0.75), (0.75, 1.0))]
        );
    }

    #[test]
    fn nothing_to_see_is_no_line() {
        let nan = array![[0.0, f64::NAN], [0.0, 1.0]];
        assert!(contour_lines(&AXIS[..2], &AXIS[..2], &nan, 0.5).is_empty());
        assert!(contour_lines(&[], &[], &array![[]], 0.5).is_empty());
    }
}
