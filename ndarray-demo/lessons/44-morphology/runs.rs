//! Labels by runs: what is true side by side in a row has one label, so that pieces are joined run by run, not pixel by pixel.
//!
//! Source: L. He, Y. Chao and K. Suzuki, A Run-Based Two-Scan Labeling Algorithm (IEEE Transactions on Image Processing,
//! 2008).

use std::ops::Range;

use ndarray::{Array2, ArrayRef2, s};

struct Run {
    row: usize,
    columns: Range<usize>,
    piece: usize,
}

/// Pieces by their number. Each is a part of another one, with a lower number, or of itself.
#[derive(Default)]
struct Pieces(Vec<usize>);

impl Pieces {
    fn add(&mut self) -> usize {
        self.0.push(self.0.len());
        self.0.len() - 1
    }

    fn whole(&mut self, mut piece: usize) -> usize {
        while self.0[piece] != piece {
            self.0[piece] = self.0[self.0[piece]];
            piece = self.0[piece];
        }
        piece
    }

    fn join(&mut self, a: usize, b: usize) -> usize {
        let (a, b) = (self.whole(a), self.whole(b));
        self.0[a.max(b)] = a.min(b);
        a.min(b)
    }

    /// What each piece is numbered in the end, from 1, and how many are not a part of another.
    fn numbers(&self) -> (Vec<i32>, usize) {
        let mut count = 0;
        let mut numbers: Vec<i32> = Vec::with_capacity(self.0.len());
        for (piece, &whole) in self.0.iter().enumerate() {
            if whole == piece {
                count += 1;
                numbers.push(count);
            } else {
                numbers.push(numbers[whole]);
            }
        }
        (numbers, count as usize)
    }
}

/// Numbers the pieces of what is true, from 1 and row by row, and says how many there are. Pixels that touch at their corners
/// alone are of one piece only where it is asked for.
pub fn label(mask: &ArrayRef2<bool>, corners: bool) -> (Array2<i32>, usize) {
    let reach = usize::from(corners);
    let mut pieces = Pieces::default();
    let mut runs: Vec<Run> = Vec::new();
    let mut above = 0..0;
    for (row, pixels) in mask.rows().into_iter().enumerate() {
        let first = runs.len();
        let pixels = pixels.to_vec();
        let mut column = 0;
        for equal in pixels.chunk_by(|a, b| a == b) {
            let columns = column..column + equal.len();
            column = columns.end;
            if !equal[0] {
                continue;
            }
            // What ends before this run ends before the next ones, too.
            while above.start < above.end && runs[above.start].columns.end + reach <= columns.start {
                above.start += 1;
            }
            let touching = runs[above.clone()]
                .iter()
                .take_while(|run| run.columns.start < columns.end + reach)
                .map(|run| run.piece)
                .reduce(|a, b| pieces.join(a, b));
            let piece = touching.unwrap_or_else(|| pieces.add());
            runs.push(Run { row, columns, piece });
        }
        above = first..runs.len();
    }
    let (numbers, count) = pieces.numbers();
    let mut labels = Array2::zeros(mask.raw_dim());
    for Run { row, columns, piece } in runs {
        labels.slice_mut(s![row, columns]).fill(numbers[piece]);
    }
    (labels, count)
}

#[cfg(test)]
mod tests {
    use ndarray::Array;

    use super::{
        super::{cross, square},
        *,
    };

    #[test]
    fn pieces_have_the_numbers_that_the_crate_gives_them() {
        let mut state = 1_u32;
        for (rows, columns) in [(1, 1), (1, 40), (40, 1), (60, 70)] {
            for most in [0, 1, 3, 5, 6, 8] {
                let mask = Array::from_shape_fn((rows, columns), |_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    state >> 29 < most
                });
                for (corners, neighbours) in [(false, cross()), (true, square())] {
                    let by_crate = super::super::label(&mask, &neighbours).unwrap();
                    assert_eq!(label(&mask, corners), by_crate, "{mask}");
                }
            }
        }
        assert_eq!(label(&Array2::from_elem((0, 3), true), false).1, 0);
        let wide = Array2::from_elem((3, 2), true);
        assert_eq!(label(&wide.t(), false), (Array2::ones((2, 3)), 1));
    }
}
