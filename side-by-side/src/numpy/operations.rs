//! Our side of each operation of `operations.py`, in the plain way and, where that is not fast, in one that is. Both
//! are what the lessons of ndarray-demo show.

use std::{
    collections::BTreeSet,
    io::{self, BufRead, Write},
    num::NonZero,
};

use anyhow::{Context, Result, anyhow, bail};
use clap::ValueEnum;
use kiddo::ImmutableKdTree;
use ndarray::{Array, Array1, Array2, Axis, ShapeBuilder, Zip};
use ndarray_conv::{ConvFFTExt, ConvMode, PaddingMode};
#[cfg(feature = "openblas")]
use ndarray_demo::lapack;
use ndarray_demo::{
    convolution, decompositions,
    density::{Bandwidth, GaussianKde},
    differential_equations, eigenvalues, element_wise,
    filters::{design, filtering},
    fourier,
    generator::default_rng,
    image_filters,
    integration::quadrature::quad,
    interpolation::hermite::Hermite,
    k_d_tree, linalg, linear_systems, masks_and_index_arrays, minimise, morphology, parallel, reductions,
    reshape_and_stack, sorting, sparse_matrices, special_functions, statistics,
};
use ndarray_ndimage::BorderMode;
use num_complex::Complex64;
use spec_math::{Erf, Gamma};

use super::work::{Work, work};

/// How an operation is written.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum Way {
    /// As a reader of the documentation writes it.
    Plain,
    /// As one does who has measured it.
    Fast,
}

pub(super) struct Operation {
    /// As in `operations.py`.
    pub(super) name: &'static str,
    /// What the fast way does, or who does the work in the plain one.
    pub(super) why: &'static str,
    pub(super) tolerance: Tolerance,
    pub(super) ways: &'static [Way],
    /// Makes the inputs, and then what is measured.
    setup: fn(Way) -> Box<dyn Work>,
}

/// How far each number of the two results may be apart.
pub(super) enum Tolerance {
    /// Relative to the number itself.
    OfEach(f64),
    /// Relative to the largest of them, of whose rounding errors a small one has as many: it is a sum with others.
    OfLargest(f64),
}

use Tolerance::{OfEach, OfLargest};

const EXACT: Tolerance = OfEach(0.0);

/// Where the plain way is the fast one.
const PLAIN: &[Way] = &[Way::Plain];
const BOTH: &[Way] = &[Way::Plain, Way::Fast];
/// Where LAPACK is faster, if it is built in: the ways, and what the fast one does.
const LAPACK: (&[Way], &str) = if cfg!(feature = "openblas") {
    (BOTH, "LAPACK itself")
} else {
    (PLAIN, "by faer")
};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "a * b + c, 10 million",
        why: "one pass, on all threads",
        tolerance: EXACT,
        ways: BOTH,
        setup: |way| {
            let [a, b, c] = [1, 2, 3].map(|seed| uniform(seed, 10_000_000));
            match way {
                Way::Plain => work(move || element_wise::multiply_add(&a, &b, &c)),
                Way::Fast => work(move || Zip::from(&a).and(&b).and(&c).par_map_collect(|a, b, c| a * b + c)),
            }
        },
    },
    Operation {
        name: "np.exp, 1 million",
        why: "vector instructions",
        tolerance: OfEach(1e-15),
        ways: BOTH,
        setup: |way| {
            let x = normal(1, 1_000_000);
            match way {
                Way::Plain => work(move || x.exp()),
                Way::Fast => work(move || element_wise::exp(&x)),
            }
        },
    },
    Operation {
        name: "np.log, 1 million",
        why: "vector instructions",
        tolerance: OfEach(1e-15),
        ways: BOTH,
        setup: |way| {
            let x = uniform(1, 1_000_000) + 0.5;
            match way {
                Way::Plain => work(move || x.ln()),
                Way::Fast => work(move || element_wise::ln(&x)),
            }
        },
    },
    Operation {
        name: "np.tanh, 1 million",
        why: "vector instructions",
        tolerance: OfEach(1e-15),
        ways: BOTH,
        setup: |way| {
            let x = normal(1, 1_000_000);
            match way {
                Way::Plain => work(move || x.tanh()),
                Way::Fast => work(move || element_wise::tanh(&x)),
            }
        },
    },
    Operation {
        name: "np.sin, 1 million",
        why: "vector instructions",
        tolerance: OfEach(1e-15),
        ways: BOTH,
        setup: |way| {
            let x = normal(1, 1_000_000);
            match way {
                Way::Plain => work(move || x.sin()),
                Way::Fast => work(move || element_wise::sin(&x)),
            }
        },
    },
    Operation {
        name: "np.sqrt, 1 million",
        why: "",
        tolerance: EXACT,
        ways: PLAIN,
        setup: |_| {
            let x = uniform(1, 1_000_000);
            work(move || x.sqrt())
        },
    },
    Operation {
        name: "table + row, 2000 x 2000",
        why: "all threads",
        tolerance: EXACT,
        ways: BOTH,
        setup: |way| {
            let (table, row) = (uniform(1, (2000, 2000)), uniform(2, 2000));
            match way {
                Way::Plain => work(move || &table + &row),
                Way::Fast => work(move || {
                    Zip::from(&table)
                        .and_broadcast(&row)
                        .par_map_collect(|x, y| x + y)
                }),
            }
        },
    },
    Operation {
        name: "table - column, 2000 x 2000",
        why: "all threads",
        tolerance: EXACT,
        ways: BOTH,
        setup: |way| {
            let (table, column) = (uniform(1, (2000, 2000)), uniform(2, (2000, 1)));
            match way {
                Way::Plain => work(move || &table - &column),
                Way::Fast => work(move || {
                    Zip::from(&table)
                        .and_broadcast(&column)
                        .par_map_collect(|x, y| x - y)
                }),
            }
        },
    },
    Operation {
        name: "a.sum(), 10 million",
        why: "",
        tolerance: OfLargest(1e-14),
        ways: PLAIN,
        setup: |_| {
            let a = uniform(1, 10_000_000);
            work(move || a.sum())
        },
    },
    Operation {
        name: "a.sum(axis=0), 3000 x 3000",
        why: "four rows a pass",
        tolerance: OfLargest(1e-14),
        ways: BOTH,
        setup: |way| {
            let a = uniform(1, (3000, 3000));
            match way {
                Way::Plain => work(move || a.sum_axis(Axis(0))),
                Way::Fast => work(move || reductions::sum_of_rows(&a)),
            }
        },
    },
    Operation {
        name: "a.sum(axis=1), 3000 x 3000",
        why: "all threads",
        tolerance: OfLargest(1e-14),
        ways: BOTH,
        setup: |way| {
            let a = uniform(1, (3000, 3000));
            match way {
                Way::Plain => work(move || a.sum_axis(Axis(1))),
                Way::Fast => work(move || parallel::row_sums(&a)),
            }
        },
    },
    Operation {
        name: "a.std(axis=0), 2000 x 2000",
        why: "two passes without a division",
        tolerance: OfLargest(1e-12),
        ways: BOTH,
        setup: |way| {
            let a = uniform(1, (2000, 2000));
            match way {
                Way::Plain => work(move || a.std_axis(Axis(0), 0.0)),
                Way::Fast => work(move || reductions::std_of_columns(&a, 0.0)),
            }
        },
    },
    Operation {
        name: "a.max(), 10 million",
        why: "several maxima side by side, on all threads",
        tolerance: EXACT,
        ways: BOTH,
        setup: |way| {
            let a = uniform(1, 10_000_000);
            match way {
                Way::Plain => work(move || reductions::max(&a)),
                Way::Fast => work(move || reductions::max_in_lanes(&a)),
            }
        },
    },
    Operation {
        name: "a.argmax(), 10 million",
        why: "the maximum of a chunk first, then where it is",
        tolerance: EXACT,
        ways: BOTH,
        setup: |way| {
            let a = uniform(1, 10_000_000);
            match way {
                Way::Plain => work(move || reductions::argmax(&a)),
                Way::Fast => work(move || reductions::argmax_by_chunks(&a)),
            }
        },
    },
    Operation {
        name: "np.cumsum, 10 million",
        why: "the sum stays in a register",
        tolerance: OfLargest(1e-12),
        ways: BOTH,
        setup: |way| {
            let a = uniform(1, 10_000_000);
            match way {
                Way::Plain => work(move || reductions::cumsum(&a, Axis(0))),
                Way::Fast => work(move || reductions::running_sums(&a)),
            }
        },
    },
    Operation {
        name: "a[a > 0.5], 10 million",
        why: "no branch",
        tolerance: EXACT,
        ways: BOTH,
        setup: |way| {
            let a = uniform(1, 10_000_000);
            match way {
                Way::Plain => work(move || masks_and_index_arrays::filter(&a, |x| x > 0.5)),
                Way::Fast => work(move || masks_and_index_arrays::filter_by_blocks(&a, |x| x > 0.5)),
            }
        },
    },
    Operation {
        name: "np.where, 10 million",
        why: "all threads",
        tolerance: EXACT,
        ways: BOTH,
        setup: |way| {
            let [condition, a, b] = [1, 2, 3].map(|seed| uniform(seed, 10_000_000));
            let condition = condition.mapv(|x| x > 0.5);
            match way {
                Way::Plain => work(move || {
                    Zip::from(&condition)
                        .and(&a)
                        .and(&b)
                        .map_collect(|&condition, &a, &b| if condition { a } else { b })
                }),
                Way::Fast => work(move || {
                    Zip::from(&condition)
                        .and(&a)
                        .and(&b)
                        .par_map_collect(|&condition, &a, &b| if condition { a } else { b })
                }),
            }
        },
    },
    Operation {
        name: "a[indices], 5 million",
        why: "all threads",
        tolerance: EXACT,
        ways: BOTH,
        setup: |way| {
            let a = uniform(1, 5_000_000);
            let indices = uniform(2, 5_000_000).mapv(|x| (x * 5e6) as usize);
            match way {
                Way::Plain => work(move || a.select(Axis(0), indices.as_slice().unwrap_or_default())),
                Way::Fast => work(move || Zip::from(&indices).par_map_collect(|&index| a[index])),
            }
        },
    },
    Operation {
        name: "np.sort, 1 million",
        why: "quicksort of eight keys at once, on all threads",
        tolerance: EXACT,
        ways: BOTH,
        setup: |way| {
            let a = uniform(1, 1_000_000);
            match way {
                Way::Plain => work(move || sorting::sort(&a)),
                Way::Fast => work(move || sorting::sort_vectorised(&a)),
            }
        },
    },
    Operation {
        name: "np.argsort, 1 million",
        why: "the same; a key moves with its index",
        tolerance: EXACT,
        ways: BOTH,
        setup: |way| {
            let a = uniform(1, 1_000_000);
            match way {
                Way::Plain => work(move || sorting::argsort(&a, sorting::nan_last)),
                Way::Fast => work(move || sorting::argsort_vectorised(&a)),
            }
        },
    },
    Operation {
        name: "np.unique, 1 million",
        why: "sorted in one piece, and deduplicated",
        tolerance: EXACT,
        ways: BOTH,
        setup: |way| {
            let a = uniform(1, 1_000_000).mapv(|x| (x * 1000.0) as i64);
            match way {
                Way::Plain => work(move || {
                    a.iter()
                        .copied()
                        .collect::<BTreeSet<_>>()
                        .into_iter()
                        .collect::<Array1<_>>()
                }),
                Way::Fast => work(move || {
                    let mut values = a.to_vec();
                    values.sort_unstable();
                    values.dedup();
                    Array1::from(values)
                }),
            }
        },
    },
    Operation {
        name: "np.searchsorted, 1 million",
        why: "",
        tolerance: EXACT,
        ways: PLAIN,
        setup: |_| {
            let (a, values) = (sorting::sort(&uniform(1, 1_000_000)), uniform(2, 1_000_000));
            work(move || {
                let a = a.as_slice().unwrap_or_default();
                values.mapv(|value| a.partition_point(|&x| x < value))
            })
        },
    },
    Operation {
        name: "a.T.copy(), 3000 x 3000",
        why: "tile by tile, which fit into the cache",
        tolerance: EXACT,
        ways: BOTH,
        setup: |way| {
            let a = uniform(1, (3000, 3000));
            match way {
                Way::Plain => work(move || a.t().as_standard_layout().into_owned()),
                Way::Fast => work(move || reshape_and_stack::transposed(&a)),
            }
        },
    },
    Operation {
        name: "a @ b, 1024 x 1024",
        why: "faer's product, rows by thread",
        tolerance: OfLargest(1e-12),
        ways: BOTH,
        setup: |way| {
            let (a, b) = (uniform(1, (1024, 1024)), uniform(2, (1024, 1024)));
            match way {
                Way::Plain => work(move || a.dot(&b)),
                Way::Fast => work(move || linalg::matmul(&a, &b)),
            }
        },
    },
    Operation {
        name: "np.linalg.solve, 1000 x 1000",
        why: "factors in one matrix, on one thread",
        tolerance: OfLargest(1e-6),
        ways: BOTH,
        setup: |way| {
            let (a, b) = (normal(1, (1000, 1000)), normal(2, 1000));
            match way {
                Way::Plain => work(move || linear_systems::solve(&a, &b)),
                Way::Fast => work(move || linear_systems::solve_packed(&a, &b)),
            }
        },
    },
    Operation {
        name: "np.linalg.inv, 500 x 500",
        why: "LU by faer",
        tolerance: OfLargest(1e-6),
        ways: PLAIN,
        setup: |_| {
            let a = normal(1, (500, 500));
            work(move || linear_systems::inverse(&a))
        },
    },
    Operation {
        name: "np.linalg.svd, 300 x 300",
        why: LAPACK.1,
        tolerance: OfLargest(1e-10),
        ways: LAPACK.0,
        setup: |way| {
            let a = normal(1, (300, 300));
            match way {
                #[cfg(feature = "openblas")]
                Way::Fast => work(move || lapack::svd(&a).map(|(_, s, _)| s)),
                _ => work(move || {
                    decompositions::singular_value_decomposition(&a)
                        .map(|svd| svd.S().column_vector().iter().copied().collect::<Array1<f64>>())
                }),
            }
        },
    },
    Operation {
        name: "np.linalg.eigh, 500 x 500",
        why: LAPACK.1,
        tolerance: OfLargest(1e-10),
        ways: LAPACK.0,
        setup: |way| {
            let a = normal(1, (500, 500));
            let a = &a + &a.t();
            match way {
                #[cfg(feature = "openblas")]
                Way::Fast => work(move || lapack::eigh(&a).map(|(values, _)| values)),
                _ => work(move || eigenvalues::eigh(&a).map(|(values, _)| values)),
            }
        },
    },
    Operation {
        name: "np.linalg.cholesky, 1000 x 1000",
        why: "by faer",
        tolerance: OfLargest(1e-10),
        ways: PLAIN,
        setup: |_| {
            let a = uniform(1, (1000, 1000));
            let a = &a + &a.t() + 1000.0 * Array2::<f64>::eye(1000);
            work(move || decompositions::cholesky(&a))
        },
    },
    Operation {
        name: "np.fft.fft, 2**20",
        why: "the plan is kept",
        tolerance: OfLargest(1e-12),
        ways: BOTH,
        setup: |way| {
            let x = complex(1 << 20);
            let plan = fourier::Plan::new(1 << 20);
            match way {
                Way::Plain => work(move || fourier::fft(&x, 0)),
                Way::Fast => work(move || {
                    let mut x = x.clone();
                    planned(&plan)?.forward(&mut x, 0)?;
                    anyhow::Ok(x)
                }),
            }
        },
    },
    Operation {
        name: "np.fft.rfft, 2**20",
        why: "the plan is kept",
        tolerance: OfLargest(1e-12),
        ways: BOTH,
        setup: |way| {
            let x = normal(1, 1 << 20);
            let plan = fourier::RealPlan::new(1 << 20);
            match way {
                Way::Plain => work(move || fourier::rfft(&x, 0)),
                Way::Fast => work(move || {
                    let plan = planned(&plan)?;
                    let mut spectrum = Array1::zeros(plan.half());
                    plan.forward(&x, &mut spectrum, 0)?;
                    anyhow::Ok(spectrum)
                }),
            }
        },
    },
    Operation {
        name: "np.fft.fft2, 1024 x 1024",
        why: "eight columns at a time",
        tolerance: OfLargest(1e-12),
        ways: BOTH,
        setup: |way| {
            let x = complex((1024, 1024));
            let plan = fourier::Plan::new(1024);
            match way {
                Way::Plain => work(move || fourier::fft_all(&x)),
                Way::Fast => work(move || {
                    let mut x = x.clone();
                    let plan = planned(&plan)?;
                    fourier::fft2_in_place(&mut x, plan, plan)?;
                    anyhow::Ok(x)
                }),
            }
        },
    },
    Operation {
        name: "rng.random, 10 million",
        why: "",
        tolerance: EXACT,
        ways: PLAIN,
        setup: |_| work(move || default_rng(1).random::<f64, _>(10_000_000)),
    },
    Operation {
        name: "rng.standard_normal, 10 million",
        why: "",
        tolerance: EXACT,
        ways: PLAIN,
        setup: |_| work(move || default_rng(1).standard_normal(10_000_000)),
    },
    Operation {
        name: "rng.integers, 10 million",
        why: "",
        tolerance: EXACT,
        ways: PLAIN,
        setup: |_| work(move || default_rng(1).integers::<i64, _>(0..1000, 10_000_000)),
    },
    Operation {
        name: "rng.permutation, 1 million",
        why: "",
        tolerance: EXACT,
        ways: PLAIN,
        setup: |_| work(move || Array1::from(default_rng(1).permutation(1_000_000))),
    },
    Operation {
        name: "ndimage.gaussian_filter, 1024 x 1024",
        why: "separable, along rows that lie in one piece",
        tolerance: OfLargest(1e-12),
        ways: BOTH,
        setup: |way| {
            let image = uniform(1, (1024, 1024));
            match way {
                Way::Plain => work(move || image_filters::smooth(&image, 2.0, BorderMode::Reflect)),
                Way::Fast => work(move || image_filters::smooth_by_rows(&image, 2.0, BorderMode::Reflect)),
            }
        },
    },
    Operation {
        name: "ndimage.median_filter, 512 x 512",
        why: "no branch; sorted columns serve three medians",
        tolerance: EXACT,
        ways: BOTH,
        setup: |way| {
            let image = uniform(1, (512, 512));
            match way {
                Way::Plain => work(move || image_filters::median_filter(&image, 3)),
                Way::Fast => work(move || image_filters::median_of_nine(&image)),
            }
        },
    },
    Operation {
        name: "signal.convolve2d, 512 x 512 by 9 x 9",
        why: "the sums of a block of pixels side by side",
        tolerance: OfLargest(1e-12),
        ways: BOTH,
        setup: |way| {
            let (image, kernel) = (uniform(1, (512, 512)), uniform(2, (9, 9)));
            match way {
                Way::Plain => work(move || convolution::convolve2d(&image, &kernel)),
                Way::Fast => work(move || convolution::convolve2d_in_blocks(&image, &kernel)),
            }
        },
    },
    Operation {
        name: "np.convolve, 100,000 by 500",
        why: "the sums of a block side by side",
        tolerance: OfLargest(1e-12),
        ways: BOTH,
        setup: |way| {
            let (x, kernel) = (uniform(1, 100_000), uniform(2, 500));
            match way {
                Way::Plain => work(move || convolution::convolve(&x, &kernel)),
                Way::Fast => work(move || convolution::convolve_in_blocks(&x, &kernel)),
            }
        },
    },
    Operation {
        name: "signal.fftconvolve, 1 million by 10,000",
        why: "piece by piece, which fit into the cache",
        tolerance: OfLargest(1e-12),
        ways: BOTH,
        setup: |way| {
            let (x, kernel) = (uniform(1, 1_000_000), uniform(2, 10_000));
            match way {
                Way::Plain => work(move || x.conv_fft(&kernel, ConvMode::Full, PaddingMode::Zeros)),
                Way::Fast => work(move || convolution::overlap_add(&x, &kernel)),
            }
        },
    },
    Operation {
        name: "signal.sosfilt, 1 million",
        why: "",
        tolerance: OfLargest(1e-10),
        ways: PLAIN,
        setup: |_| {
            let sos = design::butter(4, design::Band::Low(0.2), 2.0).map(|filter| filter.sos());
            let x = normal(1, 1_000_000);
            work(move || filtering::sosfilt(planned(&sos)?, &x))
        },
    },
    Operation {
        name: "special.erf, 1 million",
        why: "vector instructions",
        tolerance: OfEach(1e-15),
        ways: BOTH,
        setup: |way| {
            let x = normal(1, 1_000_000);
            match way {
                Way::Plain => work(move || x.map(Erf::erf)),
                Way::Fast => work(move || special_functions::erf(&x)),
            }
        },
    },
    Operation {
        name: "special.gamma, 1 million",
        why: "vector instructions",
        tolerance: OfEach(5e-15),
        ways: BOTH,
        setup: |way| {
            let x = uniform(1, 1_000_000) * 20.0 + 0.5;
            match way {
                Way::Plain => work(move || x.map(Gamma::gamma)),
                Way::Fast => work(move || special_functions::gamma(&x)),
            }
        },
    },
    Operation {
        name: "ndimage.label, 1024 x 1024",
        why: "by runs instead of pixels",
        tolerance: EXACT,
        ways: BOTH,
        setup: |way| {
            // Squares of 8 by 8, as pictures have whole faces of one colour.
            let squares = uniform(1, (128, 128));
            let mask =
                Array::from_shape_fn((1024, 1024), |(row, column)| squares[[row / 8, column / 8]] < 0.5);
            let cross = morphology::cross();
            match way {
                Way::Plain => work(move || morphology::label(&mask, &cross).map(|(labels, _)| labels)),
                Way::Fast => work(move || morphology::runs::label(&mask, false).0),
            }
        },
    },
    Operation {
        name: "ndimage.binary_erosion, 1024 x 1024",
        why: "",
        tolerance: EXACT,
        ways: PLAIN,
        setup: |_| {
            let mask = uniform(1, (1024, 1024)).mapv(|x| x < 0.9);
            let cross = morphology::cross();
            work(move || morphology::erode(&mask, &cross))
        },
    },
    Operation {
        name: "ndimage.distance_transform_edt, 1024 x 1024",
        why: "",
        tolerance: OfEach(1e-15),
        ways: PLAIN,
        setup: |_| {
            let mask = uniform(1, (1024, 1024)).mapv(|x| x < 0.99);
            work(move || morphology::distance::euclidean(&mask))
        },
    },
    Operation {
        name: "CubicSpline, 1000 knots, 1 million places",
        why: "",
        tolerance: OfLargest(1e-12),
        ways: PLAIN,
        setup: |_| {
            let spline = Hermite::not_a_knot(Array::range(0.0, 1000.0, 1.0), normal(1, 1000));
            let places = uniform(2, 1_000_000) * 999.0;
            work(move || {
                let spline = planned(&spline)?;
                anyhow::Ok(places.mapv(|place| spline.at(place)))
            })
        },
    },
    Operation {
        name: "gaussian_kde, 1000 points, 10,000 places",
        why: "a place at a time, with vector instructions",
        tolerance: OfEach(1e-10),
        ways: BOTH,
        setup: |way| {
            let points = normal(1, (1, 1000));
            let density = GaussianKde::new(points.view(), Bandwidth::Scott, None);
            let places = normal(2, (1, 10_000));
            match way {
                Way::Plain => work(move || planned(&density)?.evaluate(places.view())),
                Way::Fast => work(move || planned(&density)?.evaluate_each(places.view())),
            }
        },
    },
    Operation {
        name: "stats.spearmanr, 100,000",
        why: "",
        tolerance: OfEach(1e-12),
        ways: PLAIN,
        setup: |_| {
            let x = normal(1, 100_000);
            let y = &x + &normal(2, 100_000);
            work(move || statistics::spearman(x.view(), y.view()).map(|[correlation, _]| correlation))
        },
    },
    Operation {
        name: "sparse @ vector, 1 million",
        why: "indices of 32 bits, as SciPy's, and all threads",
        tolerance: OfLargest(1e-15),
        ways: BOTH,
        setup: |way| {
            let a = sparse_matrices::laplace(1_000_000);
            let x = normal(1, 1_000_000);
            match way {
                Way::Plain => work(move || sparse_matrices::times_vector(&a, &x)),
                Way::Fast => {
                    let a = sparse_matrices::with_short_indices(&a);
                    work(move || anyhow::Ok(sparse_matrices::times_vector_by_rows(planned(&a)?, &x)?))
                }
            }
        },
    },
    Operation {
        name: "KDTree.query, 100,000 of 100,000",
        why: "kiddo's tree, on all threads",
        tolerance: OfEach(1e-14),
        ways: BOTH,
        setup: |way| {
            let points = |seed| -> Vec<[f64; 2]> {
                let points = uniform(seed, (100_000, 2));
                points.rows().into_iter().map(|row| [row[0], row[1]]).collect()
            };
            let (points, questions) = (points(1), points(2));
            match way {
                Way::Plain => {
                    let tree = k_d_tree::tree(&points);
                    work(move || {
                        k_d_tree::query(planned(&tree)?, &questions, 3).map(|(distances, _)| distances)
                    })
                }
                Way::Fast => {
                    let tree = ImmutableKdTree::new_from_slice(&points).map_err(anyhow::Error::from);
                    work(move || {
                        let three = NonZero::new(3).context("no neighbour")?;
                        k_d_tree::query_batch(planned(&tree)?, &questions, three)
                            .map(|(distances, _)| distances)
                    })
                }
            }
        },
    },
    Operation {
        name: "integrate.quad",
        why: "the function is no Python",
        tolerance: OfEach(1e-14),
        ways: PLAIN,
        setup: |_| work(|| quad(|x| (-x * x).exp(), 0.0, 3.0)),
    },
    Operation {
        name: "optimize.minimize, BFGS",
        why: "the function is no Python",
        tolerance: OfEach(1e-6),
        ways: PLAIN,
        setup: |_| work(|| minimise::bfgs(&[-1.2, 1.0, -1.2, 1.0], 1000).map(|found| Array1::from(found.x))),
    },
    Operation {
        name: "solve_ivp, DOP853",
        why: "the function is no Python",
        tolerance: OfEach(1e-7),
        ways: PLAIN,
        setup: |_| {
            let equation = differential_equations::lotka_volterra;
            work(move || differential_equations::dop853(equation, [0.0, 10.0], [10.0, 5.0]))
        },
    },
];

/// Works off the orders of the benchmark.
pub(crate) fn serve(way: Way) -> Result<()> {
    let mut working: Option<Box<dyn Work>> = None;
    for line in io::stdin().lock().lines() {
        let line = line?;
        let answer = match line.split_once(' ') {
            Some(("setup", rest)) => {
                let (name, file) = rest.split_once('\t').context("setup takes a name and a file")?;
                let operation = OPERATIONS.iter().find(|operation| operation.name == name);
                let operation = operation.with_context(|| format!("no operation {name:?}"))?;
                // What is no longer needed makes room first.
                drop(working.take());
                let mut work = (operation.setup)(way);
                ndarray_npy::write_npy(file, &work.result()?)?;
                working = Some(work);
                "ready".to_owned()
            }
            Some(("run", count)) => {
                let work = working.as_mut().context("nothing is set up")?;
                work.seconds(count.parse()?).to_string()
            }
            _ => bail!("not understood: {line:?}"),
        };
        writeln!(io::stdout(), "{answer}")?;
    }
    Ok(())
}

/// The numbers of `default_rng(seed).random(shape)`.
fn uniform<Sh: ShapeBuilder>(seed: u128, shape: Sh) -> Array<f64, Sh::Dim> {
    default_rng(seed).random(shape)
}

/// The numbers of `default_rng(seed).standard_normal(shape)`.
fn normal<Sh: ShapeBuilder>(seed: u128, shape: Sh) -> Array<f64, Sh::Dim> {
    default_rng(seed).standard_normal(shape)
}

/// What was made in advance, or why it could not be.
fn planned<T>(made: &Result<T>) -> Result<&T> {
    made.as_ref().map_err(|error| anyhow!("{error:#}"))
}

/// Two such arrays as real and imaginary parts.
fn complex<Sh: ShapeBuilder + Copy>(shape: Sh) -> Array<Complex64, Sh::Dim> {
    Zip::from(&normal(1, shape))
        .and(&normal(2, shape))
        .map_collect(|&re, &im| Complex64::new(re, im))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_have_the_same_operations() {
        let originals = include_str!("../../numpy/operations.py");
        let originals = originals.lines().filter_map(|line| {
            let name = line.strip_prefix("@operation(\"")?;
            name.strip_suffix("\")")
        });
        let ours = OPERATIONS.iter().map(|operation| operation.name);
        assert_eq!(originals.collect::<Vec<_>>(), ours.collect::<Vec<_>>());
    }
}
