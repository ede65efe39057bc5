//! The extension module: what Python calls. Arguments are checked as they are taken, and an array stays in NumPy's memory.

use numpy::{
    IntoPyArray, PyArray1, PyArray2, PyReadonlyArray2, PyReadwriteArrayDyn,
    ndarray::{Array2, ArrayView1, ArrayView2, Axis},
};
use pyo3::{exceptions::PyValueError, prelude::*};

/// Tables by their rows.
#[pymodule]
pub mod rows {
    use super::*;

    /// The columns with mean 0 and standard deviation 1.
    #[pyfunction]
    fn standardise<'py>(
        py: Python<'py>,
        table: PyReadonlyArray2<'py, f64>,
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let table = table.as_array();
        // Other threads of Python run meanwhile.
        let standard = py.detach(|| super::standardise(table));
        let standard = standard.ok_or_else(|| PyValueError::new_err("no rows"))?;
        Ok(standard.into_pyarray(py))
    }

    /// Multiplies the table where it lies.
    #[pyfunction]
    fn scale(mut table: PyReadwriteArrayDyn<'_, f64>, factor: f64) {
        let mut table = table.as_array_mut();
        table *= factor;
    }

    /// Where the function is 0, from an interval at whose ends its signs differ.
    #[pyfunction]
    fn bisect(function: &Bound<'_, PyAny>, low: f64, high: f64) -> PyResult<f64> {
        let root = super::bisect(|x| function.call1((x,))?.extract::<f64>(), low, high)?;
        root.ok_or_else(|| PyValueError::new_err("the signs at both ends are the same"))
    }

    /// What the function makes of each row.
    #[pyfunction]
    fn each_row<'py>(
        py: Python<'py>,
        table: PyReadonlyArray2<'py, f64>,
        function: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        // A row is copied: Python may keep it for longer than the table.
        let call = |row: ArrayView1<'_, f64>| function.call1((row.to_owned().into_pyarray(py),))?.extract();
        let made: PyResult<Vec<f64>> = table.as_array().rows().into_iter().map(call).collect();
        Ok(made?.into_pyarray(py))
    }
}

/// The columns with mean 0 and standard deviation 1; none where there are no rows.
fn standardise(table: ArrayView2<'_, f64>) -> Option<Array2<f64>> {
    let centred = &table - &table.mean_axis(Axis(0))?;
    let variance = centred.pow2().mean_axis(Axis(0))?;
    Some(centred / variance.sqrt())
}

/// Halves the interval 60 times; none where the signs at its ends are the same. An error of the function ends it.
fn bisect<E>(
    mut function: impl FnMut(f64) -> Result<f64, E>,
    mut low: f64,
    mut high: f64,
) -> Result<Option<f64>, E> {
    let negative = function(low)? < 0.0;
    if negative == (function(high)? < 0.0) {
        return Ok(None);
    }
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if (function(middle)? < 0.0) == negative {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(Some(low))
}
