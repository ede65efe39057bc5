//! A process that may not have as much memory as the file takes, and the query that it answers nevertheless.

use std::{
    env,
    fs::{self, File},
    io::{self, BufWriter, Cursor, Write},
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use polars::prelude::*;
use rustix::process::{Resource, Rlimit, setrlimit};

use super::{scan, stream, summary};

const MIB: u64 = 1 << 20;

/// How large the file is.
const FILE: u64 = 300 * MIB;

/// How much a process may have for its data: all that it can write to, heap and stacks. Neither the program itself
/// counts nor address space that is only reserved, which is why it is not the limit on address space that is set.
const CAP: u64 = 160 * MIB;

/// What the process does without. Each thread has its buffers, the file is read in pieces instead of mapped, so that the
/// peak tells what the query takes, and the allocator reserves addresses without the right to write to them. In a debug
/// build polars has places for four groups before it puts rows aside; this is the number of a release build.
const FRUGAL: [(&str, &str); 8] = [
    ("POLARS_HOT_TABLE_SIZE", "4096"),
    ("POLARS_MAX_THREADS", "2"),
    ("POLARS_ASYNC_THREAD_COUNT", "2"),
    ("POLARS_FORCE_ASYNC", "1"),
    ("POLARS_CSV_CHUNK_SIZE", "4194304"),
    ("POLARS_CSV_CHUNK_PREFETCH_LIMIT", "2"),
    ("MIMALLOC_ARENA_EAGER_COMMIT", "0"),
    ("MIMALLOC_PURGE_DELAY", "0"),
];

/// What a process with little memory is asked to do.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum Task {
    /// To run the query on the file, morsel by morsel.
    Stream,
    /// To read the file into a frame, and run the query on that.
    Whole,
}

impl Task {
    /// Does it with a file of so many rows, allowed no more than `CAP`, and prints the peak and the answer.
    ///
    /// # Errors
    /// Those of the query. Where there is no memory left, the process ends instead.
    pub fn run(self, file: &Path, rows: u64) -> Result<()> {
        limit(Resource::Data, CAP)?;
        // Where it ends for want of memory, no core is left.
        limit(Resource::Core, 0)?;
        let measurements = scan(file)?;
        let mut answer = match self {
            Self::Stream => {
                let progress = bar("streaming it", rows)?;
                let answer = stream(summary(counted(measurements, &progress)))?;
                progress.finish_and_clear();
                answer
            }
            Self::Whole => summary(measurements.collect()?.lazy()).collect()?,
        };
        let status = fs::read_to_string("/proc/self/status")?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        println!("{}", peak.context("no peak in /proc/self/status")?.trim());
        Ok(CsvWriter::new(io::stdout()).finish(&mut answer)?)
    }

    /// Has a process of its own do it.
    fn run_apart(self, file: &Path, rows: u64) -> Result<Output> {
        // The one shows its progress, and what the other complains of is part of the lesson.
        let (task, stderr) = match self {
            Self::Stream => ("stream", Stdio::inherit()),
            Self::Whole => ("whole", Stdio::piped()),
        };
        Command::new(env::current_exe()?)
            .args(["streaming", "--task", task, "--rows", &rows.to_string(), "--file"])
            .arg(file)
            .stderr(stderr)
            .envs(FRUGAL)
            // Where polars keeps what it reads piece by piece: it should go with the file.
            .env("POLARS_TEMP_DIR", file.with_file_name("polars"))
            .env("RUST_BACKTRACE", "0")
            .output()
            .context("cannot run the demo a second time")
    }
}

fn limit(resource: Resource, most: u64) -> io::Result<()> {
    let most = Some(most);
    Ok(setrlimit(
        resource,
        Rlimit {
            current: most,
            maximum: most,
        },
    )?)
}

/// Asks a file which holds the sample over and over, and says what came of it. Each process may have as much memory; the
/// sample fits. The file is written beside it.
///
/// # Errors
/// Where the answer is not that of the sample, or the file turns out to fit into the memory.
pub fn compare(sample: &Path) -> Result<Vec<String>> {
    let file = sample.with_file_name("large.csv");
    let rows = repeat(sample, &file)?;
    let (_, expected) = answer(&Task::Whole.run_apart(sample, rows)?)?;
    let start = Instant::now();
    let (peak, streamed) = answer(&Task::Stream.run_apart(&file, rows)?)?;
    let seconds = start.elapsed().as_secs_f64();
    let waiting = ProgressBar::new_spinner().with_message("reading it whole");
    waiting.enable_steady_tick(Duration::from_millis(100));
    let whole = Task::Whole.run_apart(&file, rows)?;
    waiting.finish_and_clear();
    ensure!(
        streamed.equals(&expected),
        "not the answer of the sample: {streamed}"
    );
    let why = complaint(&whole);
    ensure!(
        why.contains("memory allocation of"),
        "not out of memory: {}, {why}",
        whole.status
    );
    Ok(vec![
        format!(
            "a file of {} MiB, {rows} rows; {} MiB that a process may have",
            FILE / MIB,
            CAP / MIB
        ),
        format!(
            "  streamed: the answer of the sample, in {seconds:.1} s, with a peak of {} MiB",
            peak / MIB
        ),
        format!("  read whole: out of memory, {}", whole.status),
    ])
}

/// The same rows, which move the bar as they come by: what pandas has tqdm for, around the loop over chunks.
fn counted(rows: LazyFrame, progress: &ProgressBar) -> LazyFrame {
    let progress = progress.clone();
    let count = move |morsel: DataFrame| {
        progress.inc(morsel.height() as u64);
        Ok(morsel)
    };
    // What is not said to be allowed is not done: all rows would be gathered first, with all of their columns.
    let allowed = AllowedOptimizations::STREAMING | AllowedOptimizations::PROJECTION_PUSHDOWN;
    rows.map(count, allowed, None, Some("progress"))
}

fn bar(what: &'static str, length: u64) -> Result<ProgressBar> {
    let style = ProgressStyle::with_template("{msg} {bar:30} {percent} %")?;
    Ok(ProgressBar::new(length).with_style(style).with_message(what))
}

/// The peak in bytes, and the answer.
fn answer(output: &Output) -> Result<(u64, DataFrame)> {
    ensure!(
        output.status.success(),
        "{}, {}",
        output.status,
        complaint(output)
    );
    let printed = std::str::from_utf8(&output.stdout)?;
    let (peak, answer) = printed
        .split_once('\n')
        .context("no answer from the other process")?;
    let kib: u64 = peak.trim_end_matches(" kB").parse()?;
    Ok((kib * 1024, CsvReader::new(Cursor::new(answer)).finish()?))
}

/// The first line of what it said.
fn complaint(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    text.lines().next().unwrap_or_default().to_owned()
}

/// Writes the rows of the sample over and over, as long as the file is not full, and says how many there are.
fn repeat(sample: &Path, file: &Path) -> Result<u64> {
    let sample = fs::read_to_string(sample)?;
    let (header, rows) = sample.split_once('\n').context("the sample has no rows")?;
    let times = FILE / rows.len() as u64;
    let progress = bar("writing the file", times)?;
    let mut out = BufWriter::new(File::create(file)?);
    writeln!(out, "{header}")?;
    for _ in progress.wrap_iter(0..times) {
        out.write_all(rows.as_bytes())?;
    }
    out.flush()?;
    progress.finish_and_clear();
    Ok(times * rows.lines().count() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_moves_the_bar() {
        let rows = df!("station" => ["Lyon"; 5], "celsius" => [1.5; 5])
            .unwrap()
            .lazy();
        let progress = ProgressBar::hidden();
        let answer = stream(summary(counted(rows.clone(), &progress))).unwrap();
        assert_eq!(progress.position(), 5);
        assert!(answer.equals(&stream(summary(rows)).unwrap()), "{answer}");
    }
}
