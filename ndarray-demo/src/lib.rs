//! NumPy, SciPy and Matplotlib in ndarray and its family. Each lesson is a folder under `lessons`: the original in
//! Python, its counterpart in Rust, expression by expression, and what the original's expressions came to.

mod demo;
mod panic;
mod session;
mod value;

lesson::lessons! {
    crate::NdarrayDemo, run: crate::Run;
    broadcasting = "../lessons/05-broadcasting/lesson.rs",
    root_finding = "../lessons/30-root-finding/lesson.rs",
    minimise = "../lessons/31-minimise/lesson.rs",
    curve_fit = "../lessons/32-curve-fit/lesson.rs",
    linear_programming = "../lessons/33-linear-programming/lesson.rs",
    integration = "../lessons/34-integration/lesson.rs",
    interpolation = "../lessons/35-interpolation/lesson.rs",
    differential_equations = "../lessons/36-differential-equations/lesson.rs",
    sparse_matrices = "../lessons/37-sparse-matrices/lesson.rs",
    k_d_tree = "../lessons/38-k-d-tree/lesson.rs",
}

pub use demo::{NdarrayDemo, Options, Run};
pub use panic::{Panic, caught};
pub use session::Session;
pub use value::{Element, Value};
