//! NumPy, SciPy and Matplotlib in ndarray and its family. Each lesson is a folder under `lessons`: the original in
//! Python, its counterpart in Rust, expression by expression, and what the original's expressions came to.

mod demo;
mod panic;
mod session;
mod value;

lesson::lessons! {
    crate::NdarrayDemo, run: crate::Run;
    broadcasting = "../lessons/05-broadcasting/lesson.rs",
    gallery = "../lessons/45-gallery/lesson.rs",
    terminal_plot = "../lessons/46-terminal-plot/lesson.rs",
}

pub use demo::{NdarrayDemo, Options, Run};
pub use panic::{Panic, caught};
pub use session::Session;
pub use value::{Element, Value};
