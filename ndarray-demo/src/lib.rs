//! NumPy, SciPy and Matplotlib in ndarray and its family. Each lesson is a folder under `lessons`: the original in
//! Python, its counterpart in Rust, expression by expression, and what the original's expressions came to.

mod demo;
pub mod generator;
pub mod linalg;
mod value;

lesson::lessons! {
    crate::NdarrayDemo, run: crate::Run;
    creation = "../lessons/01-creation/lesson.rs",
    shape_and_strides = "../lessons/02-shape-and-strides/lesson.rs",
    indexing = "../lessons/03-indexing/lesson.rs",
    views_and_copies = "../lessons/04-views-and-copies/lesson.rs",
    broadcasting = "../lessons/05-broadcasting/lesson.rs",
    element_wise = "../lessons/06-element-wise/lesson.rs",
    reductions = "../lessons/07-reductions/lesson.rs",
    masks_and_index_arrays = "../lessons/08-masks-and-index-arrays/lesson.rs",
    sorting = "../lessons/09-sorting/lesson.rs",
    reshape_and_stack = "../lessons/10-reshape-and-stack/lesson.rs",
    products = "../lessons/11-products/lesson.rs",
    structured_records = "../lessons/12-structured-records/lesson.rs",
    dynamic_dimensions = "../lessons/13-dynamic-dimensions/lesson.rs",
    parallel = "../lessons/14-parallel/lesson.rs",
    npy_files = "../lessons/15-npy-files/lesson.rs",
    memory_map = "../lessons/16-memory-map/lesson.rs",
    python = "../lessons/17-python/lesson.rs" needs "python",
    c_cpp_fortran = "../lessons/18-c-cpp-fortran/lesson.rs",
    linear_systems = "../lessons/19-linear-systems/lesson.rs",
    decompositions = "../lessons/20-decompositions/lesson.rs",
    eigenvalues = "../lessons/21-eigenvalues/lesson.rs",
    fourier = "../lessons/22-fourier/lesson.rs",
    spectrum = "../lessons/23-spectrum/lesson.rs",
    default_rng = "../lessons/24-default-rng/lesson.rs",
    random_with_rand = "../lessons/25-random-with-rand/lesson.rs",
    statistics = "../lessons/26-statistics/lesson.rs",
    distributions = "../lessons/27-distributions/lesson.rs",
    density = "../lessons/28-density/lesson.rs",
    special_functions = "../lessons/29-special-functions/lesson.rs",
    root_finding = "../lessons/30-root-finding/lesson.rs",
    minimise = "../lessons/31-minimise/lesson.rs",
    curve_fit = "../lessons/32-curve-fit/lesson.rs",
    linear_programming = "../lessons/33-linear-programming/lesson.rs",
    integration = "../lessons/34-integration/lesson.rs",
    interpolation = "../lessons/35-interpolation/lesson.rs",
    differential_equations = "../lessons/36-differential-equations/lesson.rs",
    sparse_matrices = "../lessons/37-sparse-matrices/lesson.rs",
    k_d_tree = "../lessons/38-k-d-tree/lesson.rs",
    filters = "../lessons/39-filters/lesson.rs",
    convolution = "../lessons/40-convolution/lesson.rs",
    peaks = "../lessons/41-peaks/lesson.rs",
    spectrogram = "../lessons/42-spectrogram/lesson.rs",
    image_filters = "../lessons/43-image-filters/lesson.rs",
    morphology = "../lessons/44-morphology/lesson.rs",
    gallery = "../lessons/45-gallery/lesson.rs",
    terminal_plot = "../lessons/46-terminal-plot/lesson.rs",
    lapack = "../lessons/47-lapack/lesson.rs" needs "openblas",
}

pub use demo::{NdarrayDemo, Options};
pub use lesson::{
    Panic, caught,
    session::{Run, Session},
};
pub use value::{Element, Value};

/// Evaluates the counterpart of a Python expression, which is named as it stands in `original.py`:
/// `show!(session, "a.sum(axis=0)", a.sum_axis(Axis(0)))`.
#[macro_export]
macro_rules! show {
    ($session:expr, $python:literal, $rust:expr $(,)?) => {
        $session.show($python, stringify!($rust), $crate::Value::shown(&$rust))
    };
}
