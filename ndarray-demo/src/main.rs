//! `cargo run -p ndarray-demo`.

use std::process::ExitCode;

fn main() -> ExitCode {
    lesson::main::<ndarray_demo::NdarrayDemo>()
}
