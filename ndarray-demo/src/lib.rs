//! NumPy, SciPy and Matplotlib in ndarray and its family. Each lesson is a folder under `lessons`: the original in
//! Python, its counterpart in Rust, expression by expression, and what the original's expressions came to.

mod demo;
pub mod linalg;
mod panic;
mod session;
mod value;

lesson::lessons! {
    crate::NdarrayDemo, run: crate::Run;
    broadcasting = "../lessons/05-broadcasting/lesson.rs",
    linear_systems = "../lessons/19-linear-systems/lesson.rs",
    decompositions = "../lessons/20-decompositions/lesson.rs",
    eigenvalues = "../lessons/21-eigenvalues/lesson.rs",
    fourier = "../lessons/22-fourier/lesson.rs",
    spectrum = "../lessons/23-spectrum/lesson.rs",
}

pub use demo::{NdarrayDemo, Options, Run};
pub use panic::{Panic, caught};
pub use session::Session;
pub use value::{Element, Value};
