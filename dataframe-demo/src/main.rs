//! `cargo run -p dataframe-demo`.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    lesson::main::<dataframe_demo::DataframeDemo>()
}
