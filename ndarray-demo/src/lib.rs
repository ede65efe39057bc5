//! NumPy, SciPy and Matplotlib in ndarray and its family. Each lesson is a folder under `lessons`: the original in
//! Python, its counterpart in Rust, expression by expression, and what the original's expressions came to.

mod demo;
mod panic;
mod session;
mod value;

lesson::lessons! {
    crate::NdarrayDemo, run: crate::Run;
    broadcasting = "../lessons/05-broadcasting/lesson.rs",
    filters = "../lessons/39-filters/lesson.rs",
    convolution = "../lessons/40-convolution/lesson.rs",
    peaks = "../lessons/41-peaks/lesson.rs",
    spectrogram = "../lessons/42-spectrogram/lesson.rs",
    image_filters = "../lessons/43-image-filters/lesson.rs",
    morphology = "../lessons/44-morphology/lesson.rs",
}

pub use demo::{NdarrayDemo, Options, Run};
pub use panic::{Panic, caught};
pub use session::Session;
pub use value::{Element, Value};
