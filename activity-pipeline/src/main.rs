use std::process::ExitCode;

use activity_pipeline::{Options, pipeline};
use clap::CommandFactory;

// Counts, ids and frames come and go by the thousand, on many threads: it gives back what it no longer needs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    lesson::main_of(Options::command(), |options: Options| {
        pipeline::run(&options)?;
        Ok(ExitCode::SUCCESS)
    })
}
