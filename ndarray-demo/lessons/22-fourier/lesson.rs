//! Fourier transforms: of any length, real or complex, along each axis, in NumPy's order and with its factors.

use anyhow::{Result, ensure};
use ndarray::{
    Array, Array1, Array2, ArrayRef, ArrayRef1, ArrayRef2, Axis, Dimension, RemoveAxis, ShapeError, array, s,
};
use ndrustfft::{FftHandler, FftNum, R2cFftHandler, ndfft_inplace, ndfft_r2c, ndifft_inplace, ndifft_r2c};
use num_complex::{Complex, Complex64};
use num_traits::FloatConst;

use crate::{Session, reshape_and_stack::roll, show};

pub fn run(session: &mut Session) -> Result<()> {
    let x = array![1.0, 2.0, 0.0, -1.0, 1.5, 0.0, 3.0, -2.0];
    // Nothing turns complex by itself.
    let z = x.mapv(Complex64::from);
    show!(session, "np.fft.fft(x)", fft(&z, 0));
    show!(
        session,
        "np.fft.ifft(np.fft.fft(x)).real",
        ifft(&fft(&z, 0)?, 0)?.mapv(|z| z.re)
    );
    show!(session, "np.fft.fft(x, 12)", fft(&resized(&z, 12), 0));
    show!(session, "np.fft.fft(x, 5)", fft(&resized(&z, 5), 0));
    show!(
        session,
        "np.fft.fft(np.arange(13.0))",
        fft(&Array::range(0.0, 13.0, 1.0).mapv(Complex64::from), 0)
    );
    show!(
        session,
        "np.fft.fft(x.astype(np.float32))",
        fft(&x.mapv(|x| Complex::from(x as f32)), 0)
    );

    show!(session, "np.fft.rfft(x)", rfft(&x, 0));
    show!(
        session,
        "np.fft.irfft(np.fft.rfft(x))",
        irfft(&rfft(&x, 0)?, 8, 0)
    );
    let half = rfft(&resized(&x, 7), 0)?;
    show!(session, "np.fft.irfft(np.fft.rfft(x[:7]))", irfft(&half, 6, 0));
    show!(session, "np.fft.irfft(np.fft.rfft(x[:7]), 7)", irfft(&half, 7, 0));

    show!(
        session,
        r#"np.fft.fft(x, norm="ortho")"#,
        fft(&z, 0)? / 8_f64.sqrt()
    );
    show!(session, r#"np.fft.fft(x, norm="forward")"#, fft(&z, 0)? / 8.0);
    show!(session, r#"np.fft.ifft(x, norm="forward")"#, ifft(&z, 0)? * 8.0);

    show!(session, "np.fft.fftfreq(8, d=0.1)", fft_frequencies(8, 0.1));
    show!(session, "np.fft.fftfreq(7)", fft_frequencies(7, 1.0));
    show!(session, "np.fft.rfftfreq(8, d=0.1)", rfft_frequencies(8, 0.1));
    show!(
        session,
        "np.fft.fftshift(np.fft.fftfreq(7))",
        fft_shift(&fft_frequencies(7, 1.0))
    );
    show!(
        session,
        "np.fft.ifftshift(np.fft.fftshift(np.arange(7)))",
        ifft_shift(&fft_shift(&Array1::from_iter(0_i64..7))?)
    );

    let image = array![[1.0, 2.0, 3.0, 4.0], [0.0, -1.0, 0.0, 1.0], [5.0, 5.0, 0.0, 2.0]];
    let plane = image.mapv(Complex64::from);
    show!(session, "np.fft.fft(image, axis=0)", fft(&plane, 0));
    show!(session, "np.fft.fft2(image)", fft_all(&plane));
    let mut wide = Array::range(0.0, 24.0, 1.0)
        .mapv(Complex64::from)
        .into_shape_with_order((2, 12))?;
    fft2_in_place(&mut wide, &Plan::new(2)?, &Plan::new(12)?)?;
    show!(session, "scipy.fft.fft2(wide, overwrite_x=True)", wide);
    show!(
        session,
        "np.fft.ifft2(np.fft.fft2(image)).real",
        ifft_all(&fft_all(&plane)?)?.mapv(|z| z.re)
    );
    show!(session, "np.fft.rfft2(image)", rfft2(&image));
    show!(session, "np.fft.fftshift(image)", fft_shift(&image));
    let cube = Array::range(0.0, 24.0, 1.0).into_shape_with_order((2, 3, 4))?;
    show!(
        session,
        "np.fft.fftn(np.arange(24.0).reshape(2, 3, 4))",
        fft_all(&cube.mapv(Complex64::from))
    );

    show!(
        session,
        "np.fft.irfft(np.fft.rfft(x) * np.fft.rfft([0.5, 0.25, 0.25], 8))",
        irfft(
            &(rfft(&x, 0)? * rfft(&resized(&array![0.5, 0.25, 0.25], 8), 0)?),
            8,
            0
        )
    );

    show!(
        session,
        "np.fft.fft(np.array([]))",
        fft(&Array1::<Complex64>::zeros(0), 0)
    );
    show!(session, "np.fft.fft(x, 0)", fft(&resized(&z, 0), 0));
    show!(
        session,
        "np.fft.irfft(np.array([]))",
        irfft(&Array1::<Complex64>::zeros(0), 0, 0)
    );
    show!(session, "np.fft.fft(x, axis=1)", fft(&z, 1));
    show!(
        session,
        "np.isnan(np.fft.fft(np.array([1.0, np.nan, 2.0]))).all()",
        fft(&array![1.0, f64::NAN, 2.0].mapv(Complex64::from), 0)?
            .iter()
            .all(|z| z.is_nan())
    );
    Ok(())
}

/// The transform along an axis, of any shape. The plain way: it plans anew, and its input is left as it is. Who transforms
/// often keeps a [`Plan`].
///
/// # Errors
/// Where there is no such axis, or nothing along it.
pub fn fft<T: FftNum + FloatConst, D: Dimension>(
    x: &ArrayRef<Complex<T>, D>,
    axis: usize,
) -> Result<Array<Complex<T>, D>> {
    let mut x = x.to_owned();
    Plan::new(length(&x, axis)?)?.forward(&mut x, axis)?;
    Ok(x)
}

/// The inverse along an axis, divided by its length.
///
/// # Errors
/// As [`fft`].
pub fn ifft<D: Dimension>(x: &ArrayRef<Complex64, D>, axis: usize) -> Result<Array<Complex64, D>> {
    let mut x = x.to_owned();
    Plan::new(length(&x, axis)?)?.inverse(&mut x, axis)?;
    Ok(x)
}

/// How to transform one length. The fast way: its factors are found and its sines computed once, and the result takes the
/// place of the input, so that no memory is asked for and the caches hold half as much. The last axis is transformed where
/// it lies, others lane by lane in a buffer.
pub struct Plan<T> {
    length: usize,
    handler: FftHandler<T>,
}

impl<T: FftNum + FloatConst> Plan<T> {
    /// # Errors
    /// Where the length is 0.
    pub fn new(length: usize) -> Result<Self> {
        ensure!(length > 0, "there is nothing to transform");
        let handler = FftHandler::new(length);
        Ok(Self { length, handler })
    }

    /// As [`fft`], in place.
    ///
    /// # Errors
    /// Where there is no such axis, or it has another length.
    pub fn forward<D: Dimension>(&self, x: &mut ArrayRef<Complex<T>, D>, axis: usize) -> Result<()> {
        self.check(length(x, axis)?)?;
        ndfft_inplace(&mut x.view_mut(), &self.handler, axis);
        Ok(())
    }

    /// As [`ifft`], in place.
    ///
    /// # Errors
    /// Where there is no such axis, or it has another length.
    pub fn inverse<D: Dimension>(&self, x: &mut ArrayRef<Complex<T>, D>, axis: usize) -> Result<()> {
        self.check(length(x, axis)?)?;
        ndifft_inplace(&mut x.view_mut(), &self.handler, axis);
        Ok(())
    }

    fn check(&self, length: usize) -> Result<()> {
        let planned = self.length;
        ensure!(
            length == planned,
            "{length} values, but {planned} are planned for"
        );
        Ok(())
    }
}

/// The transform along each axis. The plain way, for any number of axes; [`fft2_in_place`] is faster for two.
///
/// # Errors
/// As [`fft`].
pub fn fft_all<D: Dimension>(x: &ArrayRef<Complex64, D>) -> Result<Array<Complex64, D>> {
    let mut x = x.to_owned();
    for axis in 0..x.ndim() {
        Plan::new(x.len_of(Axis(axis)))?.forward(&mut x, axis)?;
    }
    Ok(x)
}

/// The transform of an image along both axes, shape `(m, n)`: `column` is the plan for `m` values, `row` that for `n`. The
/// fast way: the numbers of a column lie in as many cache lines, so that the columns which share those are gathered,
/// transformed and put back together.
///
/// # Errors
/// Where a plan is for another length; the image is left as it is then.
pub fn fft2_in_place(x: &mut ArrayRef2<Complex64>, column: &Plan<f64>, row: &Plan<f64>) -> Result<()> {
    const TOGETHER: usize = 8;
    column.check(x.nrows())?;
    row.forward(x, 1)?;
    let mut buffer = Array2::zeros((TOGETHER, x.nrows()));
    for mut columns in x.axis_chunks_iter_mut(Axis(1), TOGETHER) {
        let mut lanes = buffer.slice_mut(s![..columns.ncols(), ..]);
        // What is assigned to is walked row by row: here along the image's cache lines, both ways.
        lanes.view_mut().reversed_axes().assign(&columns);
        column.forward(&mut lanes, 1)?;
        columns.assign(&lanes.t());
    }
    Ok(())
}

/// The inverse along each axis.
///
/// # Errors
/// As [`fft`].
pub fn ifft_all<D: Dimension>(x: &ArrayRef<Complex64, D>) -> Result<Array<Complex64, D>> {
    let mut x = x.to_owned();
    for axis in 0..x.ndim() {
        Plan::new(x.len_of(Axis(axis)))?.inverse(&mut x, axis)?;
    }
    Ok(x)
}

/// The first half of the transform of real numbers, `n / 2 + 1` along the axis; the rest is its mirror image. The plain
/// way: about half the work of [`fft`]. Who transforms often keeps a [`RealPlan`].
///
/// # Errors
/// As [`fft`].
pub fn rfft<D: Dimension>(x: &ArrayRef<f64, D>, axis: usize) -> Result<Array<Complex64, D>> {
    let plan = RealPlan::new(length(x, axis)?)?;
    let mut shape = x.raw_dim();
    shape[axis] = plan.half();
    let mut spectrum = Array::zeros(shape);
    plan.forward(x, &mut spectrum, axis)?;
    Ok(spectrum)
}

/// The real numbers, `n` along the axis, of which this is the first half of the transform.
///
/// # Errors
/// As [`fft`], and where the spectrum of `n` numbers has another length.
pub fn irfft<D: Dimension>(
    spectrum: &ArrayRef<Complex64, D>,
    n: usize,
    axis: usize,
) -> Result<Array<f64, D>> {
    length(spectrum, axis)?;
    let mut shape = spectrum.raw_dim();
    shape[axis] = n;
    let mut x = Array::zeros(shape);
    RealPlan::new(n)?.inverse(spectrum, &mut x, axis)?;
    Ok(x)
}

/// How to transform one length of real numbers. The fast way: planned once, into memory that is there.
pub struct RealPlan {
    length: usize,
    handler: R2cFftHandler<f64>,
}

impl RealPlan {
    /// # Errors
    /// Where the length is 0.
    pub fn new(length: usize) -> Result<Self> {
        ensure!(length > 0, "there is nothing to transform");
        let handler = R2cFftHandler::new(length);
        Ok(Self { length, handler })
    }

    /// How long the spectrum is.
    pub fn half(&self) -> usize {
        self.length / 2 + 1
    }

    /// As [`rfft`], into `spectrum`.
    ///
    /// # Errors
    /// Where there is no such axis, or the shapes do not fit.
    pub fn forward<D: Dimension>(
        &self,
        x: &ArrayRef<f64, D>,
        spectrum: &mut ArrayRef<Complex64, D>,
        axis: usize,
    ) -> Result<()> {
        self.check(x, spectrum, axis)?;
        ndfft_r2c(&x.view(), &mut spectrum.view_mut(), &self.handler, axis);
        Ok(())
    }

    /// As [`irfft`], into `x`.
    ///
    /// # Errors
    /// Where there is no such axis, or the shapes do not fit.
    pub fn inverse<D: Dimension>(
        &self,
        spectrum: &ArrayRef<Complex64, D>,
        x: &mut ArrayRef<f64, D>,
        axis: usize,
    ) -> Result<()> {
        self.check(x, spectrum, axis)?;
        ndifft_r2c(&spectrum.view(), &mut x.view_mut(), &self.handler, axis);
        Ok(())
    }

    fn check<D: Dimension>(
        &self,
        x: &ArrayRef<f64, D>,
        spectrum: &ArrayRef<Complex64, D>,
        axis: usize,
    ) -> Result<()> {
        let (n, half) = (length(x, axis)?, length(spectrum, axis)?);
        ensure!(
            n == self.length,
            "{n} values, but {} are planned for",
            self.length
        );
        let mut expected = x.raw_dim();
        expected[axis] = self.half();
        ensure!(
            spectrum.raw_dim() == expected,
            "the spectrum of {n} numbers is not {half} long"
        );
        Ok(())
    }
}

/// The transform of a real image, of which the last axis is halved.
///
/// # Errors
/// As [`fft`].
pub fn rfft2(x: &ArrayRef2<f64>) -> Result<Array2<Complex64>> {
    fft(&rfft(x, 1)?, 0)
}

fn length<T, D: Dimension>(x: &ArrayRef<T, D>, axis: usize) -> Result<usize> {
    ensure!(axis < x.ndim(), "there is no axis {axis} of {}", x.ndim());
    Ok(x.len_of(Axis(axis)))
}

/// Padded with zeros to the length, or cut.
pub fn resized<T: Copy + Default>(x: &ArrayRef1<T>, length: usize) -> Array1<T> {
    Array1::from_shape_fn(length, |i| x.get(i).copied().unwrap_or_default())
}

/// The frequencies of a transform of `n` samples, `spacing` apart: cycles per unit of the spacing, the negative ones last.
pub fn fft_frequencies(n: usize, spacing: f64) -> Array1<f64> {
    let step = 1.0 / (n as f64 * spacing);
    let positive = 0..n.div_ceil(2);
    let negative = positive.end..n;
    positive
        .map(|k| k as f64 * step)
        .chain(negative.map(|k| (k as f64 - n as f64) * step))
        .collect()
}

/// The frequencies of a transform of `n` real samples, `spacing` apart.
pub fn rfft_frequencies(n: usize, spacing: f64) -> Array1<f64> {
    let step = 1.0 / (n as f64 * spacing);
    (0..=n / 2).map(|k| k as f64 * step).collect()
}

/// Frequency 0 in the middle of each axis.
///
/// # Errors
/// None but those of ndarray, which do not occur.
pub fn fft_shift<T: Clone, D: RemoveAxis>(x: &ArrayRef<T, D>) -> Result<Array<T, D>, ShapeError> {
    roll_each(x, |length| length / 2)
}

/// Frequency 0 back at the start. On odd lengths it is not [`fft_shift`] once more.
///
/// # Errors
/// None but those of ndarray, which do not occur.
pub fn ifft_shift<T: Clone, D: RemoveAxis>(x: &ArrayRef<T, D>) -> Result<Array<T, D>, ShapeError> {
    roll_each(x, |length| -(length / 2))
}

fn roll_each<T: Clone, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    shift: impl Fn(isize) -> isize,
) -> Result<Array<T, D>, ShapeError> {
    let mut axes = (0..x.ndim()).map(Axis);
    axes.try_fold(x.to_owned(), |x, axis| {
        roll(&x, axis, shift(x.len_of(axis) as isize))
    })
}
