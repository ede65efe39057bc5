use std::process::ExitCode;

use activity_pipeline::{Options, pipeline};
use clap::CommandFactory;

fn main() -> ExitCode {
    lesson::main_of(Options::command(), |options: Options| {
        pipeline::run(&options)?;
        Ok(ExitCode::SUCCESS)
    })
}
