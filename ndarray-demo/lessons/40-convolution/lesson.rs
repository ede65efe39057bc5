//! Convolution: full, same and valid, of samples and of pictures; plainly, in blocks, and by way of a spectrum.

use anyhow::{Context, Result, ensure};
use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, Axis, array, s};
use ndarray_conv::{ConvExt, ConvFFTExt, ConvMode, PaddingMode, ReverseKernel};
use ndarray_ndimage::BorderMode;
use pulp::{Arch, NullaryFnOnce};
use realfft::RealFftPlanner;

use crate::{Session, reductions::argmax, show};

pub fn run(session: &mut Session) -> Result<()> {
    let x = array![1.0, 2.0, 4.0, 8.0, 16.0];
    let kernel = array![0.5, 0.25, -1.0];

    show!(session, "np.convolve(x, kernel)", convolve(&x, &kernel));
    show!(
        session,
        "np.convolve(x, kernel, \"same\")",
        x.conv(&kernel, ConvMode::Same, PaddingMode::Zeros)
    );
    show!(
        session,
        "np.convolve(x, kernel, \"valid\")",
        x.conv(&kernel, ConvMode::Valid, PaddingMode::Zeros)
    );
    show!(
        session,
        "np.convolve(np.array([1, 2, 3]), np.array([0, 1, -1]))",
        array![1_i64, 2, 3].conv(&array![0, 1, -1], ConvMode::Full, PaddingMode::Zeros)
    );

    show!(
        session,
        "np.correlate(x, kernel, \"full\")",
        x.conv(kernel.no_reverse(), ConvMode::Full, PaddingMode::Zeros)
    );
    show!(
        session,
        "np.correlate(x, kernel, \"valid\")",
        x.conv(kernel.no_reverse(), ConvMode::Valid, PaddingMode::Zeros)
    );
    show!(
        session,
        "signal.correlation_lags(5, 3)",
        Array1::from_iter(-(kernel.len() as i64 - 1)..x.len() as i64)
    );

    let noise = Array1::from_iter((0_i64..150).map(|i| (i.pow(3) % 97) as f64 / 97.0)) - 0.5;
    let pattern = noise.slice(s![70..90]);
    show!(
        session,
        "int(np.argmax(np.correlate(noise - 0.5, noise[70:90] - 0.5, \"valid\")))",
        argmax(&noise.conv(pattern.no_reverse(), ConvMode::Valid, PaddingMode::Zeros)?)
    );

    show!(
        session,
        "signal.fftconvolve(x, kernel)",
        x.conv_fft(&kernel, ConvMode::Full, PaddingMode::Zeros)
    );
    show!(
        session,
        "signal.fftconvolve(x, kernel, \"same\")",
        x.conv_fft(&kernel, ConvMode::Same, PaddingMode::Zeros)
    );

    let samples = Array1::from_iter((0..10_000).map(|i| f64::from(i % 97) / 8.0));
    let taps = Array1::from_iter((0..255).map(|i| f64::from(i % 7) / 4.0));
    let long = convolve_in_blocks(&samples, &taps)?;
    show!(
        session,
        "np.convolve(samples, taps)[::1000]",
        long.slice(s![..;1000])
    );
    show!(
        session,
        "np.convolve(samples, taps, \"valid\").sum()",
        long.slice(s![254..10_000]).sum()
    );
    show!(
        session,
        "signal.fftconvolve(samples, taps)[::1000]",
        samples
            .conv_fft(&taps, ConvMode::Full, PaddingMode::Zeros)?
            .slice(s![..;1000])
    );
    show!(
        session,
        "signal.oaconvolve(samples, taps)[::1000]",
        overlap_add(&samples, &taps)?.slice(s![..;1000])
    );

    let picture = Array2::from_shape_fn((4, 5), |(i, j)| f64::from(((i * 5 + j).pow(2) % 11) as u8));
    let edges = array![[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]];
    show!(
        session,
        "signal.convolve2d(picture, edges)",
        picture.conv(&edges, ConvMode::Full, PaddingMode::Zeros)
    );
    show!(
        session,
        "signal.convolve2d(picture, edges, \"same\")",
        convolve2d(&picture, &edges)
    );
    show!(
        session,
        "signal.convolve2d(picture, edges, \"valid\")",
        picture.conv(&edges, ConvMode::Valid, PaddingMode::Zeros)
    );
    // What ndarray-conv calls Reflect leaves the border itself out.
    show!(
        session,
        "signal.convolve2d(picture, edges, \"same\", boundary=\"symm\")",
        ndarray_ndimage::convolve(&picture, &edges, BorderMode::Reflect, 0)
    );
    show!(
        session,
        "signal.convolve2d(picture, edges, \"same\", boundary=\"wrap\")",
        picture.conv(&edges, ConvMode::Same, PaddingMode::Circular)
    );
    show!(
        session,
        "signal.correlate2d(picture, edges, \"valid\")",
        picture.conv(edges.no_reverse(), ConvMode::Valid, PaddingMode::Zeros)
    );
    show!(
        session,
        "signal.fftconvolve(picture, edges, \"same\")",
        picture.conv_fft(&edges, ConvMode::Same, PaddingMode::Zeros)
    );
    let large = Array2::from_shape_fn((200, 200), |(i, j)| ((i * 200 + j) % 31) as f64);
    let square = Array2::from_shape_fn((7, 7), |(i, j)| ((i * 7 + j) % 5) as f64);
    show!(
        session,
        "signal.convolve2d(large, box, \"same\")[::50, ::50]",
        convolve2d_in_blocks(&large, &square)?.slice(s![..;50, ..;50])
    );

    let gap = array![1.0, f64::NAN, 4.0, 8.0];
    let pair = array![1.0, 1.0];
    show!(session, "np.convolve(gap, [1.0, 1.0])", convolve(&gap, &pair));
    show!(
        session,
        "signal.fftconvolve(gap, [1.0, 1.0])",
        gap.conv_fft(&pair, ConvMode::Full, PaddingMode::Zeros)
    );
    show!(
        session,
        "signal.oaconvolve(gap, [1.0, 1.0])",
        overlap_add(&gap, &pair)
    );
    let (one, without_end) = (array![1.0, 0.0], array![1.0, f64::INFINITY]);
    show!(session, "np.convolve(gap, [1.0, 0.0])", convolve(&gap, &one));
    show!(
        session,
        "np.convolve(gap, [1.0, 0.0], \"full\")",
        convolve_in_blocks(&gap, &one)
    );
    show!(
        session,
        "np.convolve(x, [1.0, np.inf])",
        convolve(&x, &without_end)
    );
    show!(
        session,
        "np.convolve(x, [1.0, np.inf], \"full\")",
        convolve_in_blocks(&x, &without_end)
    );
    let [gap, x] = [&gap, &x].map(|row| row.view().insert_axis(Axis(0)));
    let (around, beyond) = (array![[1.0, 0.0, 1.0]], array![[1.0, 0.0, f64::INFINITY]]);
    show!(
        session,
        "signal.convolve2d([gap], [[1.0, 0.0, 1.0]], \"same\")",
        convolve2d(&gap, &around)
    );
    show!(
        session,
        "signal.convolve2d([gap], [[1.0, 0.0, 1.0]], \"same\", \"fill\")",
        convolve2d_in_blocks(&gap, &around)
    );
    show!(
        session,
        "signal.convolve2d([x], [[1.0, 0.0, np.inf]], \"same\")",
        convolve2d(&x, &beyond)
    );
    show!(
        session,
        "signal.convolve2d([x], [[1.0, 0.0, np.inf]], \"same\", \"fill\")",
        convolve2d_in_blocks(&x, &beyond)
    );

    show!(
        session,
        "np.convolve([], kernel)",
        convolve(&Array1::zeros(0), &kernel)
    );
    show!(
        session,
        "signal.convolve2d(picture, np.ones((2, 6)), \"valid\")",
        picture.conv(&Array2::ones((2, 6)), ConvMode::Valid, PaddingMode::Zeros)
    );
    Ok(())
}

/// The plain way to `np.convolve(x, kernel)`, of shape (n + m - 1,): for each output, the kernel is gone through. Nothing
/// is added up side by side, since each sum waits for the term before. The crate passes over a tap of 0, even where the
/// sample is NaN or infinite, and multiplies an infinite tap with a zero beyond the ends, which is NaN.
///
/// # Errors
/// Where either is empty.
pub fn convolve(x: &ArrayRef1<f64>, kernel: &ArrayRef1<f64>) -> Result<Array1<f64>> {
    Ok(x.view()
        .conv(&kernel.view(), ConvMode::Full, PaddingMode::Zeros)?)
}

/// The fast way to `np.convolve(x, kernel)`, of shape (n + m - 1,): the sums of a whole block grow together, term by
/// term, and stay in registers until they are done. The order of the terms, and so each result, is that of the plain way, if all
/// numbers are finite; where not, it is NumPy's.
///
/// # Errors
/// Where either is empty.
pub fn convolve_in_blocks(x: &ArrayRef1<f64>, kernel: &ArrayRef1<f64>) -> Result<Array1<f64>> {
    ensure!(!x.is_empty() && !kernel.is_empty(), "neither side may be empty");
    let reach = kernel.len() - 1;
    // The zeros beyond the ends would make NaN of it.
    if kernel.iter().any(|tap| !tap.is_finite()) {
        let sum = |k: usize| {
            let samples = k.saturating_sub(reach)..x.len().min(k + 1);
            samples.map(|i| x[i] * kernel[k - i]).sum()
        };
        return Ok((0..x.len() + reach).map(sum).collect());
    }
    let mut padded = vec![0.0; x.len() + 2 * reach + BLOCK];
    padded
        .iter_mut()
        .skip(reach)
        .zip(x)
        .for_each(|(to, from)| *to = *from);
    let taps: Vec<_> = kernel.iter().rev().copied().enumerate().collect();
    let mut sums = vec![0.0; x.len() + reach];
    weighted_sums(&padded, &taps, &mut sums);
    Ok(sums.into())
}

/// As many sums as the registers of most processors hold.
const BLOCK: usize = 32;

/// `sums[i]` is the sum of `weight * from[i + offset]` over all taps. `from` goes on for a block beyond what is needed.
fn weighted_sums(from: &[f64], taps: &[(usize, f64)], sums: &mut [f64]) {
    Arch::new().dispatch(WeightedSums { from, taps, sums });
}

/// Compiled for the processor's widest registers; lesson 06 says how.
struct WeightedSums<'a> {
    from: &'a [f64],
    taps: &'a [(usize, f64)],
    sums: &'a mut [f64],
}

impl NullaryFnOnce for WeightedSums<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let (blocks, rest) = self.sums.as_chunks_mut();
        let done = blocks.len() * BLOCK;
        for (block, start) in blocks.iter_mut().zip((0..).step_by(BLOCK)) {
            *block = block_of_sums(&self.from[start..], self.taps);
        }
        if !rest.is_empty() {
            rest.copy_from_slice(&block_of_sums(&self.from[done..], self.taps)[..rest.len()]);
        }
    }
}

#[inline(always)]
fn block_of_sums(from: &[f64], taps: &[(usize, f64)]) -> [f64; BLOCK] {
    let mut sums = [0.0; BLOCK];
    for &(offset, weight) in taps {
        if let Some(terms) = from[offset..].first_chunk::<BLOCK>() {
            for (sum, term) in sums.iter_mut().zip(terms) {
                *sum += weight * term;
            }
        }
    }
    sums
}

/// The plain way to `signal.convolve2d(picture, kernel, "same")`, of the picture's shape: for each pixel the kernel is
/// gone through. The crate passes over a tap of 0, even where the pixel is NaN or infinite. An infinite tap is multiplied with
/// the zeros beyond the border, in SciPy as well.
///
/// # Errors
/// Where either is empty.
pub fn convolve2d(picture: &ArrayRef2<f64>, kernel: &ArrayRef2<f64>) -> Result<Array2<f64>> {
    Ok(picture
        .view()
        .conv(&kernel.view(), ConvMode::Same, PaddingMode::Zeros)?)
}

/// The fast way to `signal.convolve2d(picture, kernel, "same")`, of the picture's shape: along each row the sums of a
/// block of pixels grow together.
///
/// # Errors
/// Where either is empty.
pub fn convolve2d_in_blocks(picture: &ArrayRef2<f64>, kernel: &ArrayRef2<f64>) -> Result<Array2<f64>> {
    ensure!(
        !picture.is_empty() && !kernel.is_empty(),
        "neither side may be empty"
    );
    let ((rows, columns), (high, wide)) = (picture.dim(), kernel.dim());
    let width = columns + wide - 1 + BLOCK;
    let mut padded = Array2::zeros((rows + high - 1, width));
    let (top, left) = (high / 2, wide / 2);
    padded
        .slice_mut(s![top..top + rows, left..left + columns])
        .assign(picture);
    let taps: Vec<_> = kernel
        .indexed_iter()
        .map(|((i, j), &weight)| ((high - 1 - i) * width + wide - 1 - j, weight))
        .collect();
    let padded = padded.as_slice().context("an own array is contiguous")?;
    let mut sums = Array2::zeros((rows, columns));
    for (index, mut row) in sums.rows_mut().into_iter().enumerate() {
        let row = row.as_slice_mut().context("a row is contiguous")?;
        weighted_sums(&padded[index * width..], &taps, row);
    }
    Ok(sums)
}

/// The way for long kernels, of shape (n + m - 1,): a piece of the samples at a time is multiplied as a spectrum with the
/// kernel's, and what the pieces have beyond their ends is added up. The transforms stay in the cache, however many
/// samples there are.
///
/// # Errors
/// Where either is empty.
pub fn overlap_add(x: &ArrayRef1<f64>, kernel: &ArrayRef1<f64>) -> Result<Array1<f64>> {
    ensure!(!x.is_empty() && !kernel.is_empty(), "neither side may be empty");
    let length = (8 * kernel.len()).next_power_of_two();
    let step = length - kernel.len() + 1;
    let mut planner = RealFftPlanner::new();
    let (forward, back) = (planner.plan_fft_forward(length), planner.plan_fft_inverse(length));
    let mut piece = forward.make_input_vec();
    let mut response = forward.make_output_vec();
    let mut spectrum = forward.make_output_vec();
    let mut scratch = forward.make_scratch_vec();
    // Neither way of the transform divides by the length.
    piece
        .iter_mut()
        .zip(kernel)
        .for_each(|(to, &from)| *to = from / length as f64);
    forward.process_with_scratch(&mut piece, &mut response, &mut scratch)?;
    let mut sum = Array1::zeros(x.len() + kernel.len() - 1);
    for start in (0..x.len()).step_by(step) {
        piece.fill(0.0);
        let samples = x.iter().skip(start).take(step);
        piece.iter_mut().zip(samples).for_each(|(to, &from)| *to = from);
        forward.process_with_scratch(&mut piece, &mut spectrum, &mut scratch)?;
        spectrum
            .iter_mut()
            .zip(&response)
            .for_each(|(bin, response)| *bin *= response);
        // Real in the spectrum of real samples; but a NaN or an infinity among them makes all of it NaN, which realfft
        // refuses.
        spectrum[0].im = 0.0;
        spectrum[length / 2].im = 0.0;
        back.process(&mut spectrum, &mut piece)?;
        let mut reached = sum.slice_mut(s![start..]);
        reached
            .iter_mut()
            .zip(&piece)
            .for_each(|(sum, part)| *sum += part);
    }
    Ok(sum)
}
