//! NumPy, SciPy and Matplotlib in ndarray and its family. Each lesson is a folder under `lessons`: the original in
//! Python, its counterpart in Rust, expression by expression, and what the original's expressions came to.

mod demo;
mod panic;
mod session;
mod value;

lesson::lessons! {
    crate::NdarrayDemo, run: crate::Run;
    broadcasting = "../lessons/05-broadcasting/lesson.rs",
    reshape_and_stack = "../lessons/10-reshape-and-stack/lesson.rs",
    products = "../lessons/11-products/lesson.rs",
    structured_records = "../lessons/12-structured-records/lesson.rs",
    dynamic_dimensions = "../lessons/13-dynamic-dimensions/lesson.rs",
    parallel = "../lessons/14-parallel/lesson.rs",
    npy_files = "../lessons/15-npy-files/lesson.rs",
    memory_map = "../lessons/16-memory-map/lesson.rs",
    python = "../lessons/17-python/lesson.rs" needs "python",
    c_cpp_fortran = "../lessons/18-c-cpp-fortran/lesson.rs",
}

pub use demo::{NdarrayDemo, Options, Run};
pub use panic::{Panic, caught};
pub use session::Session;
pub use value::{Element, Value};
