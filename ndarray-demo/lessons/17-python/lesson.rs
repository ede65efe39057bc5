//! Python and Rust: a module in Rust that Python imports, called with NumPy's arrays, and calling Python back.

#[path = "module.rs"]
mod module;

use std::ffi::CStr;

use anyhow::{Context, Result, ensure};
use ndarray::{Array1, Array2};
use numpy::{PyReadonlyArray1, PyReadonlyArray2};
use pyo3::{
    prelude::*,
    types::{PyDict, PyModule},
    wrap_pymodule,
};

use crate::{NdarrayDemo, Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let packages = site_packages()?;
    Python::attach(|py| called_from_python(session, Interpreter::new(py, &packages)?))
}

/// Each expression is Python's own here, too. Only that `standardise` and its like are those of `module.rs`.
fn called_from_python(session: &mut Session, python: Interpreter<'_>) -> Result<()> {
    python
        .run(c"table = np.array([[1.0, 10.0, 5.0], [2.0, 30.0, 5.5], [3.0, 20.0, 7.5], [6.0, 40.0, 6.0]])")?;
    show!(
        session,
        "standardise(table)",
        python.matrix(c"standardise(table)")
    );
    show!(
        session,
        "standardise(table.T)",
        python.matrix(c"standardise(table.T)")
    );
    show!(
        session,
        "standardise(table[::-2, 1:])",
        python.matrix(c"standardise(table[::-2, 1:])")
    );
    show!(
        session,
        "standardise(np.asfortranarray(table))",
        python.matrix(c"standardise(np.asfortranarray(table))")
    );

    // Nothing is converted unasked: a wrong type is an exception before a line of the function runs.
    show!(
        session,
        "standardise(table.astype(np.float32))",
        python.matrix(c"standardise(table.astype(np.float32))")
    );
    show!(
        session,
        "standardise(table[0])",
        python.matrix(c"standardise(table[0])")
    );
    show!(
        session,
        "standardise([[1.0, 2.0], [3.0, 4.0]])",
        python.matrix(c"standardise([[1.0, 2.0], [3.0, 4.0]])")
    );
    show!(
        session,
        "standardise(table[:0])",
        python.matrix(c"standardise(table[:0])")
    );
    show!(session, "standardise()", python.matrix(c"standardise()"));

    show!(session, "scale(table, 2.0)", python.nothing(c"scale(table, 2.0)"));
    show!(session, "table", python.matrix(c"table"));
    show!(
        session,
        "scale(table[:, 1], -1.0)",
        python.nothing(c"scale(table[:, 1], -1.0)")
    );
    show!(session, "table[:, 1]", python.vector(c"table[:, 1]"));
    python.run(c"frozen = table.copy(); frozen.flags.writeable = False")?;
    show!(
        session,
        "scale(frozen, 2.0)",
        python.nothing(c"scale(frozen, 2.0)")
    );
    show!(
        session,
        r#"scale(table, "two")"#,
        python.nothing(c"scale(table, 'two')")
    );

    show!(
        session,
        "bisect(lambda x: x * x - 2, 0.0, 2.0)",
        python.number(c"bisect(lambda x: x * x - 2, 0.0, 2.0)")
    );
    show!(
        session,
        "bisect(np.cos, 1.0, 2.0)",
        python.number(c"bisect(np.cos, 1.0, 2.0)")
    );
    show!(
        session,
        "bisect(lambda x: x * x + 1, 0.0, 2.0)",
        python.number(c"bisect(lambda x: x * x + 1, 0.0, 2.0)")
    );
    // Python's exception passes through Rust, and is the same on the other side.
    show!(
        session,
        "bisect(lambda x: 1 / x, 0.0, 1.0)",
        python.number(c"bisect(lambda x: 1 / x, 0.0, 1.0)")
    );
    show!(
        session,
        r#"bisect(lambda x: "zero", 0.0, 1.0)"#,
        python.number(c"bisect(lambda x: 'zero', 0.0, 1.0)")
    );
    show!(
        session,
        "bisect(2.0, 0.0, 1.0)",
        python.number(c"bisect(2.0, 0.0, 1.0)")
    );
    show!(
        session,
        "each_row(table, np.max)",
        python.vector(c"each_row(table, np.max)")
    );
    show!(
        session,
        "each_row(table, lambda row: float(row @ row))",
        python.vector(c"each_row(table, lambda row: float(row @ row))")
    );
    show!(
        session,
        "each_row(table, lambda row: row[7])",
        python.vector(c"each_row(table, lambda row: row[7])")
    );
    Ok(())
}

/// The folder of the packages that this demo's originals stand on.
fn site_packages() -> Result<String> {
    let environment = lesson::python::Python::with_packages_of(<NdarrayDemo as lesson::Demo>::NAME)?;
    let output = environment
        .command()
        .args(["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])
        .output()
        .context("cannot run Python")?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}", complaint.trim_end());
    let folder = String::from_utf8(output.stdout).context("the folder of Python's packages is not UTF-8")?;
    Ok(folder.trim_end().to_owned())
}

/// Python within this process.
struct Interpreter<'py> {
    py: Python<'py>,
    names: Bound<'py, PyDict>,
}

impl<'py> Interpreter<'py> {
    /// With NumPy, and the functions of our module.
    fn new(py: Python<'py>, packages: &str) -> PyResult<Self> {
        py.import("site")?.call_method1("addsitedir", (packages,))?;
        let module = wrap_pymodule!(module::rows)(py);
        py.import("sys")?.getattr("modules")?.set_item("rows", module)?;
        let names = PyModule::new(py, "session")?.dict();
        let python = Self { py, names };
        python.run(c"import numpy as np; from rows import standardise, scale, bisect, each_row")?;
        Ok(python)
    }

    fn run(&self, statements: &CStr) -> PyResult<()> {
        self.py.run(statements, Some(&self.names), None)
    }

    fn evaluate(&self, expression: &CStr) -> PyResult<Bound<'py, PyAny>> {
        self.py.eval(expression, Some(&self.names), None)
    }

    fn matrix(&self, expression: &CStr) -> PyResult<Array2<f64>> {
        let matrix: PyReadonlyArray2<'_, f64> = self.evaluate(expression)?.extract()?;
        Ok(matrix.as_array().to_owned())
    }

    fn vector(&self, expression: &CStr) -> PyResult<Array1<f64>> {
        let vector: PyReadonlyArray1<'_, f64> = self.evaluate(expression)?.extract()?;
        Ok(vector.as_array().to_owned())
    }

    fn number(&self, expression: &CStr) -> PyResult<f64> {
        self.evaluate(expression)?.extract()
    }

    /// Of an expression that has no value, but an effect.
    fn nothing(&self, expression: &CStr) -> PyResult<Option<f64>> {
        self.evaluate(expression)?.extract()
    }
}
