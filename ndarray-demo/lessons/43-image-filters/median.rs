//! The median of nine pixels, the fast way: comparisons in an order that is always the same, so that there is no branch and
//! the compiler has four or eight medians at once. The plain way chooses among each nine anew. J. L. Smith, Implementing
//! Median Filters in XC4000E FPGAs (Xilinx Xcell 23, 1996).

use ndarray::{Array2, ArrayRef2};
use pulp::{Arch, NullaryFnOnce};

/// As [`median_filter`](super::median_filter) with a size of 3 has it, of the picture's shape, where no pixel is NaN.
pub fn median_of_nine(picture: &ArrayRef2<f64>) -> Array2<f64> {
    let mut medians = Array2::zeros(picture.dim());
    let pixels = picture.as_standard_layout();
    if let (Some(pixels), Some(medians)) = (pixels.as_slice(), medians.as_slice_mut()) {
        let columns = picture.ncols();
        Arch::new().dispatch(MedianOfNine {
            pixels,
            columns,
            medians,
        });
    }
    medians
}

/// Row by row, in the memory's order.
struct MedianOfNine<'a> {
    pixels: &'a [f64],
    columns: usize,
    medians: &'a mut [f64],
}

impl NullaryFnOnce for MedianOfNine<'_> {
    type Output = ();

    /// Sorts the three pixels above one another in each column, which serves the three medians beside one another. In loops,
    /// since an iterator's methods would not be compiled for the wider registers.
    #[inline(always)]
    fn call(self) {
        let Self {
            pixels,
            columns,
            medians,
        } = self;
        if pixels.is_empty() {
            return;
        }
        let last = pixels.len() / columns - 1;
        // With a column more on either side: the picture's edge is repeated.
        let [mut least, mut middle, mut most] = [(); 3].map(|()| vec![0.0; columns + 2]);
        for row in 0..=last {
            let [above, here, below] = [row.saturating_sub(1), row, last.min(row + 1)]
                .map(|row| &pixels[row * columns..][..columns]);
            let [lows, mids, highs] =
                [&mut least, &mut middle, &mut most].map(|sorted| &mut sorted[1..=columns]);
            for j in 0..columns {
                [lows[j], mids[j], highs[j]] = sorted(above[j], here[j], below[j]);
            }
            for sorted in [&mut least, &mut middle, &mut most] {
                sorted[0] = sorted[1];
                sorted[columns + 1] = sorted[columns];
            }

            let [least, middle, most] =
                [&least, &middle, &most].map(|sorted| [0, 1, 2].map(|start| &sorted[start..][..columns]));
            let to = &mut medians[row * columns..][..columns];
            for j in 0..columns {
                let low = max(max(least[0][j], least[1][j]), least[2][j]);
                let [_, mid, _] = sorted(middle[0][j], middle[1][j], middle[2][j]);
                let high = min(min(most[0][j], most[1][j]), most[2][j]);
                [_, to[j], _] = sorted(low, mid, high);
            }
        }
    }
}

#[inline(always)]
fn sorted(a: f64, b: f64, c: f64) -> [f64; 3] {
    let (low, high) = (min(a, b), max(a, b));
    [min(low, c), max(low, min(high, c)), max(high, c)]
}

/// One instruction, which `f64::min`, with its care for NaN, is not.
#[inline(always)]
fn min(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// As [`min`].
#[inline(always)]
fn max(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array, s};

    use super::{super::median_filter, *};

    #[test]
    fn it_is_the_median_of_nine_up_to_the_edges() {
        for shape in [(1, 1), (1, 7), (7, 1), (2, 2), (3, 40), (37, 19)] {
            let picture = Array::from_shape_fn(shape, |(i, j)| ((i * 40 + j) * 7919 % 101) as f64);
            let plain = median_filter(&picture, 3).unwrap();
            assert_eq!(median_of_nine(&picture), plain, "{shape:?}");
        }
    }

    #[test]
    fn a_view_with_gaps_is_taken_too() {
        let picture = Array::from_shape_fn((12, 15), |(i, j)| ((i * 15 + j) * 31 % 17) as f64);
        let view = picture.slice(s![..;-2, 1..;3]);
        assert_eq!(median_of_nine(&view), median_filter(&view, 3).unwrap());
    }

    #[test]
    fn there_may_be_no_pixels() {
        for shape in [(0, 0), (0, 4), (4, 0)] {
            assert_eq!(median_of_nine(&Array2::zeros(shape)).dim(), shape);
        }
    }
}
