//! What all demos share: the list of lessons, the command line around it, and the comparison with a recording.
//!
//! A lesson is a folder that holds the original program, its counterpart in Rust (`lesson.rs`) and what the
//! original answered when it was run (`recorded.json`). A demo is a list of such folders and the four things
//! that [`Demo`] asks of it.

mod cli;
mod code;
mod highlight;
mod list;
pub mod npm;
mod panic;
#[cfg(feature = "plot")]
pub mod plot;
pub mod python;
pub mod readme;
mod recording;
pub mod session;
pub mod testing;
mod tolerance;

pub use cli::{Demo, in_one_line, main, main_of};
pub use list::{Lesson, up_to};
pub use panic::{Panic, caught};
pub use recording::{Answer, Comparison, Difference, Listed, Recording, assert_same, compare, same};
pub use tolerance::Tolerance;
