//! NumPy and SciPy against ndarray and its family: the same operations on the same numbers.

mod operations;
mod table;
mod work;

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    thread::sleep,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use lesson::python::Python;
use ndarray::ArrayD;
use serde::Serialize;

use operations::{OPERATIONS, Operation, Tolerance};

use crate::{report, worker::Worker};

pub(crate) use operations::{Way, serve};

const ORIGINALS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/numpy/operations.py");
/// A measurement is of as many runs as take so long.
const SECONDS: f64 = 0.1;
/// Threads that wait for more work, as OpenBLAS's, take a while to go to sleep, on the processors that are the next one's.
const REST: Duration = Duration::from_millis(100);
/// Both sides have the C library's allocator. It is to ask for huge pages, and to keep what is given back: an array of
/// megabytes would otherwise be asked of the system in each run, page by page.
const MEMORY: &str = "glibc.malloc.hugetlb=1:glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=0x7fffffffffff:\
    glibc.malloc.top_pad=0x10000000";

/// A distribution's OpenBLAS takes a processor that is younger than itself for one of twenty years ago: this tells it what it
/// may use. NumPy's wheel brings one that is as new as the wheel.
const KERNELS: (&str, &str) = ("OPENBLAS_CORETYPE", "SkylakeX");

#[derive(Args)]
pub(crate) struct Options {
    /// Words that the operations to measure have in their names [default: all operations]
    #[arg(value_name = "WORD")]
    words: Vec<String>,

    /// Rounds per operation, in which the programs take turns
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,

    /// Where table, JSON and chart are written
    #[arg(long, default_value = "target/side-by-side/numpy")]
    out: PathBuf,
}

/// An operation as it was measured.
#[derive(Serialize)]
struct Case {
    operation: &'static str,
    /// What the fast way does that the plain one does not.
    why: &'static str,
    one_thread: Vec<Subject>,
    all_threads: Vec<Subject>,
}

/// NumPy, or one way of ours.
#[derive(Serialize)]
struct Subject {
    name: &'static str,
    /// What one run took, round by round.
    seconds: Vec<f64>,
}

/// Measures every operation and writes what came of it.
pub(crate) fn compare(options: &Options) -> Result<()> {
    report::make(&options.out)?;
    let python = Python::with_packages_of("ndarray-demo")?;
    let wanted = crate::chosen(OPERATIONS.iter().collect(), &options.words, |operation| {
        operation.name
    })?;
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} (about {eta} left)")?;
    let progress = ProgressBar::new(2 * wanted.len() as u64).with_style(style);
    let mut cases: Vec<_> = wanted
        .iter()
        .map(|operation| Case {
            operation: operation.name,
            why: operation.why,
            one_thread: Vec::new(),
            all_threads: Vec::new(),
        })
        .collect();
    for threads in [Some(1), None] {
        let mut workers = Workers::start(&python, threads)?;
        for (operation, case) in wanted.iter().zip(&mut cases) {
            progress.set_message(operation.name);
            let measured = workers.measure(operation, options.rounds)?;
            match threads {
                Some(_) => case.one_thread = measured,
                None => case.all_threads = measured,
            }
            progress.inc(1);
        }
    }
    progress.finish_and_clear();
    table::write(&cases, options.rounds, &options.out)
}

/// One program for NumPy, and one for each way of ours.
struct Workers {
    numpy: Worker,
    plain: Worker,
    fast: Worker,
}

impl Workers {
    fn start(python: &Python, threads: Option<u32>) -> Result<Self> {
        let start = |mut command: Command| {
            // Each library has its own name for the number of threads.
            if let Some(threads) = threads {
                for variable in ["OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"] {
                    command.env(variable, threads.to_string());
                }
            }
            command.env("GLIBC_TUNABLES", MEMORY);
            Worker::start(command)
        };
        let ours = |way: Way| -> Result<Command> {
            let way = way.to_possible_value().context("a way without a name")?;
            let mut command = Command::new(env::current_exe()?);
            command.args(["numpy-worker", way.get_name()]);
            if has_avx512() && env::var_os(KERNELS.0).is_none() {
                command.envs([KERNELS]);
            }
            Ok(command)
        };
        let mut originals = python.command();
        originals.arg(ORIGINALS);
        Ok(Self {
            numpy: start(originals)?,
            plain: start(ours(Way::Plain)?)?,
            fast: start(ours(Way::Fast)?)?,
        })
    }

    fn measure(&mut self, operation: &Operation, rounds: u32) -> Result<Vec<Subject>> {
        let folder = tempfile::tempdir()?;
        let mut subjects = vec![("NumPy", &mut self.numpy), ("plain", &mut self.plain)];
        if operation.ways.contains(&Way::Fast) {
            subjects.push(("fast", &mut self.fast));
        }
        let mut measured = Vec::new();
        for (name, worker) in &mut subjects {
            let result = folder.path().join(format!("{name}.npy"));
            worker.order(&format!("setup {}\t{}", operation.name, result.display()))?;
            same(&folder.path().join("NumPy.npy"), &result, &operation.tolerance)
                .with_context(|| format!("{}, {name}", operation.name))?;
            let runs = SECONDS / worker.seconds(1)?.max(1e-6);
            measured.push((
                runs.ceil() as u32,
                Subject {
                    name,
                    seconds: Vec::new(),
                },
            ));
        }
        for _ in 0..rounds {
            for ((_, worker), (runs, subject)) in subjects.iter_mut().zip(&mut measured) {
                sleep(REST);
                subject.seconds.push(worker.seconds(*runs)?);
            }
        }
        Ok(measured.into_iter().map(|(_, subject)| subject).collect())
    }
}

fn has_avx512() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
    }
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// That both came to the same, each number within the tolerance.
fn same(theirs: &Path, ours: &Path, tolerance: &Tolerance) -> Result<()> {
    let read = |path: &Path| -> Result<ArrayD<f64>> { Ok(ndarray_npy::read_npy(path)?) };
    let (theirs, ours) = (read(theirs)?, read(ours)?);
    ensure!(
        theirs.shape() == ours.shape(),
        "NumPy's result is {:?}, ours {:?}",
        theirs.shape(),
        ours.shape()
    );
    let largest = theirs.fold(0.0_f64, |largest, x| largest.max(x.abs()));
    for (their, our) in theirs.iter().zip(&ours) {
        let allowed = match tolerance {
            Tolerance::OfEach(tolerance) => tolerance * their.abs(),
            Tolerance::OfLargest(tolerance) => tolerance * largest,
        };
        // To infinity everything would be near enough; NaN is no closer than anything.
        ensure!(
            their.is_finite() && (their - our).abs() <= allowed,
            "NumPy came to {their}, ours to {our}, and {allowed:.1e} apart is allowed"
        );
    }
    Ok(())
}
