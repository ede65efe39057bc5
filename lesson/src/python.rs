//! The originals in Python: scripts, run in an environment with the packages that the demo pins.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use crate::{Lesson, Recording};

/// Which of several ways NumPy and OpenBLAS take depends on the processor, and with it the last digit. These settings
/// choose the ways that every x86-64 processor of the last ten years has.
const REPRODUCIBLE: [(&str, &str); 4] = [
    ("NPY_DISABLE_CPU_FEATURES", "X86_V4 AVX512_ICL AVX512_SPR"),
    ("OPENBLAS_CORETYPE", "Haswell"),
    ("OPENBLAS_NUM_THREADS", "1"),
    ("PYTHONHASHSEED", "0"),
];

/// A Python with a demo's packages.
#[derive(Debug)]
pub struct Python {
    environment: PathBuf,
    variables: Vec<(String, String)>,
}

impl Python {
    /// Makes the virtual environment that the demo's `requirements.txt` describes, or takes the one that is there.
    ///
    /// # Errors
    /// Where Python is missing, or a package cannot be had.
    pub fn with_packages_of(demo: &str) -> Result<Self> {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
        let requirements = root.join(demo).join("requirements.txt");
        let wanted =
            fs::read(&requirements).with_context(|| format!("cannot read {}", requirements.display()))?;
        let folder = root.join("target").join(demo);
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        // Whoever comes while it is made waits.
        let lock = File::create(folder.join("python.lock"))?;
        lock.lock()?;
        let environment = folder.join("python");
        let installed = environment.join("requirements.txt");
        let python = Self {
            environment,
            variables: Vec::new(),
        };
        // Its interpreter is a link to the system's, which may have gone since.
        let runs = python.environment.join("bin/python").exists();
        if runs && fs::read(&installed).is_ok_and(|installed| installed == wanted) {
            return Ok(python);
        }
        let mut make = Command::new("python3");
        make.args(["-m", "venv", "--clear"]).arg(&python.environment);
        succeed(
            make,
            "cannot make a virtual environment: install Python 3.11 or newer with its venv module",
        )?;
        let mut install = python.command();
        install.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--requirement",
        ]);
        install.arg(&requirements);
        succeed(install, "pip cannot install what requirements.txt names")?;
        fs::write(&installed, &wanted).with_context(|| format!("cannot write {}", installed.display()))?;
        Ok(python)
    }

    /// The same with a variable set.
    #[must_use]
    pub fn with_variable(&self, name: &str, value: &str) -> Self {
        let mut variables = self.variables.clone();
        variables.push((name.to_owned(), value.to_owned()));
        Self {
            environment: self.environment.clone(),
            variables,
        }
    }

    /// The interpreter, left to use the processor as it likes.
    pub fn command(&self) -> Command {
        let mut python = Command::new(self.environment.join("bin/python"));
        python.envs(self.variables.iter().map(|(name, value)| (name, value)));
        python
    }

    /// Runs the lesson's original and writes down what each of its expressions comes to.
    ///
    /// # Errors
    /// Where the original fails: what Python said of it.
    pub fn record<E>(&self, lesson: &Lesson<E>) -> Result<Recording> {
        let output = self
            .command()
            .envs(REPRODUCIBLE)
            .stdin(Stdio::null())
            .args(["-c", include_str!("record.py")])
            .arg(fs::canonicalize(lesson.folder().join(lesson.original()?))?)
            .output()
            .context("cannot run Python")?;
        let complaint = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{}", complaint.trim_end());
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

fn succeed(mut command: Command, or: &'static str) -> Result<()> {
    let output = command.stdin(Stdio::null()).output().context(or)?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{or}:\n{}", complaint.trim_end());
    Ok(())
}
