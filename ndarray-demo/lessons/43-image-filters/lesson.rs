//! Image filters: Gaussian, Sobel, median and mean on a real picture, turned and resized, and Otsu's threshold.

mod median;
pub mod spline;

use std::path::Path;

use anyhow::{Context, Result, ensure};
use ndarray::{Array1, Array2, ArrayRef2, Axis, Zip, array, s};
use ndarray_ndimage::{
    BorderMode, correlate, correlate1d, gaussian_filter, maximum_filter, sobel, uniform_filter,
};

pub use self::median::median_of_nine;
use self::spline::{Spline, rotate, shift, zoom};
use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let picture = read(&session.folder().join("picture.png"))?;
    show!(session, "picture.shape", picture.shape());
    show!(
        session,
        "picture[100:104, 120:126]",
        picture.slice(s![100..104, 120..126])
    );
    let mut grey = picture.mapv(f64::from);
    show!(session, "grey.mean()", grey.mean());

    let row = array![1.0, 2.0, 4.0, 8.0];
    let ones = Array1::ones(3);
    let summed = |mode| correlate1d(&row, &ones, Axis(0), mode, 0);
    show!(
        session,
        "ndimage.correlate1d(row, [1.0, 1.0, 1.0])",
        summed(BorderMode::Reflect)
    );
    show!(
        session,
        "ndimage.correlate1d(row, [1.0, 1.0, 1.0], mode=\"nearest\")",
        summed(BorderMode::Nearest)
    );
    show!(
        session,
        "ndimage.correlate1d(row, [1.0, 1.0, 1.0], mode=\"constant\")",
        summed(BorderMode::Constant(0.0))
    );
    show!(
        session,
        "ndimage.correlate1d(row, [1.0, 1.0, 1.0], mode=\"mirror\")",
        summed(BorderMode::Mirror)
    );
    show!(
        session,
        "ndimage.correlate1d(row, [1.0, 1.0, 1.0], mode=\"wrap\")",
        summed(BorderMode::Wrap)
    );

    let smooth = smooth(&grey, 2.0, BorderMode::Reflect);
    show!(session, "smooth[::51, ::51]", smooth.slice(s![..;51, ..;51]));
    show!(
        session,
        "ndimage.gaussian_filter(grey, 2, mode=\"nearest\")[0, ::51]",
        smooth_by_rows(&grey, 2.0, BorderMode::Nearest)?.slice(s![0, ..;51])
    );
    show!(
        session,
        "ndimage.gaussian_filter(grey, 2, mode=\"constant\")[0, ::51]",
        smooth_by_rows(&grey, 2.0, BorderMode::Constant(0.0))?.slice(s![0, ..;51])
    );
    show!(
        session,
        "ndimage.uniform_filter(grey, 5)[::51, ::51]",
        uniform_filter(&grey, 5, BorderMode::Reflect).slice(s![..;51, ..;51])
    );
    let sharpen = array![[0.0, -1.0, 0.0], [-1.0, 5.0, -1.0], [0.0, -1.0, 0.0]];
    show!(
        session,
        "ndimage.correlate(grey, sharpen)[::51, ::51]",
        correlate(&grey, &sharpen, BorderMode::Reflect, 0).slice(s![..;51, ..;51])
    );

    let down = sobel(&grey, Axis(0), BorderMode::Reflect);
    let right = sobel(&grey, Axis(1), BorderMode::Reflect);
    show!(session, "down[::51, ::51]", down.slice(s![..;51, ..;51]));
    show!(
        session,
        "np.hypot(down, right)[::51, ::51]",
        Zip::from(&down)
            .and(&right)
            .map_collect(|down, right| down.hypot(*right))
            .slice(s![..;51, ..;51])
    );

    let mut dotted = grey.clone();
    dotted.slice_mut(s![2..;7, 3..;5]).fill(255.0);
    let error = |other: &Array2<f64>| (other - &grey).abs().mean();
    show!(session, "np.abs(dotted - grey).mean()", error(&dotted));
    show!(
        session,
        "np.abs(ndimage.median_filter(dotted, 3) - grey).mean()",
        error(&median_filter(&dotted, 3)?)
    );
    show!(
        session,
        "ndimage.median_filter(dotted, 3)[::51, ::51]",
        median_of_nine(&dotted).slice(s![..;51, ..;51])
    );
    show!(
        session,
        "np.abs(ndimage.uniform_filter(dotted, 3) - grey).mean()",
        error(&uniform_filter(&dotted, 3, BorderMode::Reflect))
    );
    show!(
        session,
        "ndimage.maximum_filter(picture, 5)[::51, ::51]",
        maximum_filter(&picture, 5, BorderMode::Reflect, 0).slice(s![..;51, ..;51])
    );

    show!(
        session,
        "ndimage.rotate(grey, 30, reshape=False)[::51, ::51]",
        rotate(&grey, 30.0, false, Spline::Cubic)?.slice(s![..;51, ..;51])
    );
    show!(
        session,
        "ndimage.rotate(grey, 30).shape",
        rotate(&grey, 30.0, true, Spline::Cubic)?.shape()
    );
    show!(
        session,
        "ndimage.rotate(grey, 90)[::51, ::51]",
        rotate(&grey, 90.0, true, Spline::Cubic)?.slice(s![..;51, ..;51])
    );
    let turned = |degrees| rotate(&grey, degrees, true, Spline::Linear).map(|turned| turned.sum());
    show!(
        session,
        "[float(ndimage.rotate(grey, angle, order=1).sum()) for angle in (180, 270, 360, -90)]",
        [180.0, 270.0, 360.0, -90.0]
            .into_iter()
            .map(turned)
            .collect::<Result<Vec<_>>>()
    );
    show!(
        session,
        "ndimage.shift(grey, (10.5, -3.25))[::51, ::51]",
        shift(&grey, [10.5, -3.25], Spline::Cubic, 0.0)?.slice(s![..;51, ..;51])
    );
    show!(
        session,
        "ndimage.shift(grey, (10.5, -3.25), order=1, cval=255)[::51, ::51]",
        shift(&grey, [10.5, -3.25], Spline::Linear, 255.0)?.slice(s![..;51, ..;51])
    );
    show!(
        session,
        "ndimage.zoom(grey, 0.5)[::32, ::32]",
        zoom(&grey, 0.5, Spline::Cubic)?.slice(s![..;32, ..;32])
    );
    show!(
        session,
        "ndimage.zoom(grey, 1.5, order=1).shape",
        zoom(&grey, 1.5, Spline::Linear)?.shape()
    );

    let threshold = otsu(&picture)?;
    show!(session, "otsu(picture)", i64::from(threshold));
    show!(
        session,
        "(picture > otsu(picture)).mean()",
        picture
            .mapv(|pixel| if pixel > threshold { 1.0 } else { 0.0 })
            .mean()
    );

    grey[[128, 128]] = f64::NAN;
    let count_nan = |picture: Array2<f64>| picture.iter().filter(|pixel| pixel.is_nan()).count();
    show!(
        session,
        "int(np.isnan(ndimage.gaussian_filter(grey, 2)).sum())",
        count_nan(smooth_by_rows(&grey, 2.0, BorderMode::Reflect)?)
    );
    show!(
        session,
        "int(np.isnan(ndimage.uniform_filter(grey, 3)).sum())",
        count_nan(uniform_filter(&grey, 3, BorderMode::Reflect))
    );

    // Here the crate panics.
    let flat = row.view().insert_axis(Axis(0));
    show!(
        session,
        "ndimage.gaussian_filter(row, 3)",
        smooth_by_rows(&flat, 3.0, BorderMode::Reflect)?.row(0)
    );
    let few = array![[0.0, 1.0, 4.0], [9.0, 16.0, 25.0]];
    show!(session, "ndimage.median_filter(few, 7)", median_filter(&few, 7));
    show!(
        session,
        "ndimage.gaussian_filter(np.zeros((0, 4)), 2)",
        smooth_by_rows(&Array2::zeros((0, 4)), 2.0, BorderMode::Reflect)
    );

    show!(
        session,
        "ndimage.gaussian_filter1d(grey, -1)",
        smooth_by_rows(&grey, -1.0, BorderMode::Reflect)
    );
    show!(
        session,
        "ndimage.gaussian_filter(grey, np.inf)",
        smooth_by_rows(&grey, f64::INFINITY, BorderMode::Reflect)
    );
    show!(
        session,
        "ndimage.gaussian_filter(grey, 1e300)",
        smooth_by_rows(&grey, 1e300, BorderMode::Reflect)
    );
    show!(
        session,
        "ndimage.rotate(grey, np.nan)",
        rotate(&grey, f64::NAN, true, Spline::Cubic)
    );
    show!(
        session,
        "ndimage.zoom(grey, np.inf)",
        zoom(&grey, f64::INFINITY, Spline::Cubic)
    );
    show!(
        session,
        "ndimage.zoom(grey, 1e300)",
        zoom(&grey, 1e300, Spline::Cubic)
    );
    show!(session, "ndimage.median_filter(grey, 0)", median_filter(&grey, 0));
    // The crate panics where there are no weights: a program asks before it computes.
    let weights = Array1::zeros(0);
    show!(
        session,
        "ndimage.correlate1d(row, [])",
        Some(&weights)
            .filter(|weights| !weights.is_empty())
            .map(|weights| correlate1d(&row, weights, Axis(0), BorderMode::Reflect, 0))
            .context("there are no weights")
    );
    show!(
        session,
        "otsu(np.zeros(4, dtype=np.uint8))",
        otsu(&Array2::zeros((2, 2))).map(i64::from)
    );
    show!(
        session,
        "mpimg.imread(io.BytesIO(b\"no picture\"))",
        image::load_from_memory(b"no picture").map(|picture| i64::from(picture.width()))
    );
    Ok(())
}

/// A picture in grey, of shape (rows, columns).
///
/// # Errors
/// Where the file cannot be read, or is no picture.
pub fn read(path: &Path) -> Result<Array2<u8>> {
    let picture = image::open(path)
        .with_context(|| format!("cannot read {}", path.display()))?
        .into_luma8();
    let shape = (picture.height() as usize, picture.width() as usize);
    Ok(Array2::from_shape_vec(shape, picture.into_raw())?)
}

/// The plain way to `ndimage.gaussian_filter(picture, sigma)`, of the picture's shape: along each axis, one line of pixels
/// is taken out, prolonged, and summed up pixel by pixel. Down a column, each pixel lies in another line of the cache.
///
/// # Panics
/// Where the kernel, four sigma to each side, reaches farther than the picture.
pub fn smooth(picture: &ArrayRef2<f64>, sigma: f64, mode: BorderMode<f64>) -> Array2<f64> {
    gaussian_filter(picture, sigma, 0, mode, 4)
}

/// The fast way to `ndimage.gaussian_filter(picture, sigma)`, of the picture's shape: row by row, first down, by adding
/// whole rows to a row, then along it while it is in the cache. Neighbouring sums grow together, and no picture lies
/// between the two.
///
/// # Errors
/// Where sigma is not above 0, or four times as much is more than a million pixels.
pub fn smooth_by_rows(picture: &ArrayRef2<f64>, sigma: f64, mode: BorderMode<f64>) -> Result<Array2<f64>> {
    ensure!(
        sigma > 0.0 && sigma.is_finite(),
        "sigma is above 0, and finite: not {sigma}"
    );
    if picture.is_empty() {
        return Ok(picture.to_owned());
    }
    let reach = 4.0 * sigma + 0.5;
    ensure!(
        reach <= FARTHEST,
        "a sigma of {sigma:e} reaches too far: {reach:e} pixels"
    );
    let reach = reach as usize;
    let bell: Vec<_> = (0..=reach)
        .map(|x| (-0.5 / (sigma * sigma) * (x * x) as f64).exp())
        .collect();
    let total: f64 = bell.iter().skip(1).rev().chain(&bell).sum();
    let weights: Vec<_> = bell.iter().map(|weight| weight / total).collect();

    let (rows, columns) = picture.dim();
    let pixels = picture.as_standard_layout();
    let pixels = pixels.as_slice().context("a standard layout is contiguous")?;
    let outside = match mode {
        BorderMode::Constant(constant) => vec![constant; columns],
        _ => Vec::new(),
    };
    let line = |at: isize| match within(at, rows, mode) {
        Ok(row) => &pixels[row * columns..][..columns],
        Err(_) => &outside,
    };
    let mut padded = vec![0.0; columns + 2 * reach + BLOCK];
    let mut smooth = vec![0.0; rows * columns];
    for (row, sums) in (0_isize..).zip(smooth.chunks_mut(columns)) {
        let down = &mut padded[reach..reach + columns];
        for (sum, middle) in down.iter_mut().zip(line(row)) {
            *sum = middle * weights[0];
        }
        for k in (1..=reach).rev() {
            let (before, after) = (line(row - k as isize), line(row + k as isize));
            for ((sum, before), after) in down.iter_mut().zip(before).zip(after) {
                *sum += (before + after) * weights[k];
            }
        }
        let ends = (0..reach).chain(reach + columns..columns + 2 * reach);
        for end in ends {
            let inner = within(end as isize - reach as isize, columns, mode);
            padded[end] = inner.map_or_else(|constant| constant, |at| padded[reach + at]);
        }
        weighted_sums(&padded, &weights, sums);
    }
    Ok(Array2::from_shape_vec((rows, columns), smooth)?)
}

/// As many sums as the registers of any processor hold.
const BLOCK: usize = 16;
/// How many pixels to either side may count, at most.
const FARTHEST: f64 = 1e6;

/// `sums[i]` is `weights[0]` times the element in the middle, and `weights[k]` times those `k` before and after it. The
/// first sum's middle is element `weights.len() - 1`; `from` goes on for a block beyond what is needed.
fn weighted_sums(from: &[f64], weights: &[f64], sums: &mut [f64]) {
    let (blocks, rest) = sums.as_chunks_mut();
    let done = blocks.len() * BLOCK;
    for (block, start) in blocks.iter_mut().zip((0..).step_by(BLOCK)) {
        *block = block_of_sums(&from[start..], weights);
    }
    if !rest.is_empty() {
        rest.copy_from_slice(&block_of_sums(&from[done..], weights)[..rest.len()]);
    }
}

fn block_of_sums(from: &[f64], weights: &[f64]) -> [f64; BLOCK] {
    let reach = weights.len() - 1;
    let at = |index: usize| from[index..].first_chunk::<BLOCK>();
    let mut sums = [0.0; BLOCK];
    if let Some(middle) = at(reach) {
        sums = middle.map(|middle| middle * weights[0]);
    }
    // From the outside in, as SciPy adds them up.
    for (k, weight) in weights.iter().enumerate().skip(1).rev() {
        if let (Some(before), Some(after)) = (at(reach - k), at(reach + k)) {
            for ((sum, before), after) in sums.iter_mut().zip(before).zip(after) {
                *sum += (before + after) * weight;
            }
        }
    }
    sums
}

/// Which of `length` pixels stands for one that may lie beyond the border; where none does, the constant.
fn within(at: isize, length: usize, mode: BorderMode<f64>) -> Result<usize, f64> {
    let last = length as isize - 1;
    let folded = match mode {
        BorderMode::Constant(constant) if !(0..=last).contains(&at) => return Err(constant),
        BorderMode::Constant(_) => at,
        BorderMode::Nearest => at.clamp(0, last),
        BorderMode::Wrap => at.rem_euclid(last + 1),
        BorderMode::Reflect => {
            let at = at.rem_euclid(2 * (last + 1));
            at.min(2 * last + 1 - at)
        }
        BorderMode::Mirror => {
            let at = at.rem_euclid((2 * last).max(1));
            at.min(2 * last - at)
        }
    };
    Ok(folded.unsigned_abs())
}

/// The median of the square of `size` by `size` pixels around each. The crate has it for booleans alone.
///
/// # Errors
/// Where the size is even, 0 among others.
pub fn median_filter(picture: &ArrayRef2<f64>, size: usize) -> Result<Array2<f64>> {
    ensure!(size % 2 == 1, "a square of {size} pixels has none in its middle");
    if picture.is_empty() {
        return Ok(picture.to_owned());
    }
    // The crate's own padding folds a picture once, which is too little for one that is smaller than the square.
    let reach = (size / 2) as isize;
    let folded = |length: usize| -> Vec<_> {
        let all = -reach..length as isize + reach;
        all.filter_map(|at| within(at, length, BorderMode::Reflect).ok())
            .collect()
    };
    let (rows, columns) = (folded(picture.nrows()), folded(picture.ncols()));
    let padded = Array2::from_shape_fn((rows.len(), columns.len()), |(i, j)| {
        picture[[rows[i], columns[j]]]
    });
    let mut pixels = vec![0.0; size * size];
    Ok(Zip::from(padded.windows((size, size))).map_collect(|window| {
        pixels.iter_mut().zip(window).for_each(|(to, from)| *to = *from);
        *pixels.select_nth_unstable_by(size * size / 2, f64::total_cmp).1
    }))
}

/// The grey above which pixels are bright: of all thresholds, the one that leaves the groups' means farthest apart for
/// their size. N. Otsu, A Threshold Selection Method from Gray-Level Histograms (IEEE Trans. Systems, Man and Cybernetics
/// 9, 1979).
///
/// # Errors
/// Where all pixels have the same grey.
pub fn otsu(picture: &ArrayRef2<u8>) -> Result<u8> {
    let mut share = [0.0; 256];
    for &pixel in picture {
        share[usize::from(pixel)] += 1.0;
    }
    share = share.map(|count| count / picture.len() as f64);
    let mean: f64 = (0..)
        .zip(&share)
        .map(|(grey, share)| f64::from(grey) * share)
        .sum();
    let (mut dark, mut level) = (0.0, 0.0);
    let mut best = None;
    for (grey, share) in (0..=u8::MAX).zip(share) {
        dark += share;
        level += share * f64::from(grey);
        let between = (mean * dark - level).powi(2) / (dark * (1.0 - dark));
        if between > best.map_or(f64::NEG_INFINITY, |(between, _)| between) {
            best = Some((between, grey));
        }
    }
    best.map(|(_, grey)| grey)
        .context("pixels of one grey are no two groups")
}
