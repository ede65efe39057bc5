//! The program that is measured beside the libraries for Python: `polars` from Rust, with an allocator that suits it.
//!
//! polars asks for large pieces of memory from many threads and gives them back soon. With the allocator of the C
//! library some questions take twice as long.

mod compare;
mod files;
mod group_by;
mod join;
mod operation;
mod time;
mod tpch;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// polars from Rust, measured by `side-by-side frames`
#[derive(Parser)]
enum Command {
    /// Tells which operations there are, as JSON
    List,
    /// Takes orders for an operation on standard input
    Serve { folder: PathBuf, operation: String },
    /// Compares two answers
    Compare {
        theirs: PathBuf,
        ours: PathBuf,
        /// Whether the rows have to come in the same order
        #[arg(long)]
        ordered: bool,
    },
}

fn main() -> ExitCode {
    match run(Command::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::List => {
            println!("{}", serde_json::to_string(&operation::all())?);
            Ok(())
        }
        Command::Serve { folder, operation } => operation::serve(folder, &operation),
        Command::Compare {
            theirs,
            ours,
            ordered,
        } => compare::same(&theirs, &ours, ordered),
    }
}
