//! Beside a real Python.

use std::{
    env,
    fs::{self, File},
    path::Path,
    process::Command,
};

use lesson::python::Python;
use ndarray::{Array, Array1, Array2, ShapeBuilder, array, s};
use ndarray_npy::{NpzWriter, write_npy};
use num_complex::Complex;

/// The name of each file is a variable of Python; what it should hold stands in the text.
const ASSERTIONS: &str = r#"
import sys
import numpy as np

def load(name):
    return np.load(f"{sys.argv[1]}/{name}")

rows = np.arange(6.0).reshape(2, 3)
for name, expected in {
    "rows": rows,
    "columns": rows,
    "parts": rows[:, ::2],
    "numbers": np.array([-1, 300], dtype=np.int16),
    "waves": np.array([1 + 2j, -0.5j]),
    "mask": np.array([True, False]),
    "one": np.array(7.5, dtype=np.float32),
    "none": np.zeros((0, 3)),
}.items():
    found = load(f"{name}.npy")
    assert found.dtype == expected.dtype and found.shape == expected.shape, (name, found.dtype, found.shape)
    assert np.array_equal(found, expected), (name, found)
assert load("columns.npy").flags.f_contiguous
for name in "plain.npz", "compressed.npz":
    both = load(name)
    assert both.files == ["rows", "ids"], (name, both.files)
    assert np.array_equal(both["rows"], rows) and np.array_equal(both["ids"], [3, 1, 2]), name
print("all as expected")
"#;

#[test]
#[ignore = "needs Python"]
fn numpy_reads_what_is_written_here() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let rows = Array::from_iter((0..6).map(f64::from))
        .into_shape_with_order((2, 3))
        .unwrap();
    let mut columns = Array2::zeros((2, 3).f());
    columns.assign(&rows);
    let ids: Array1<i64> = array![3, 1, 2];
    write_npy(file("rows.npy"), &rows).unwrap();
    write_npy(file("columns.npy"), &columns).unwrap();
    write_npy(file("parts.npy"), &rows.slice(s![.., ..;2])).unwrap();
    write_npy(file("numbers.npy"), &array![-1_i16, 300]).unwrap();
    write_npy(
        file("waves.npy"),
        &array![Complex::new(1.0, 2.0), Complex::new(0.0, -0.5)],
    )
    .unwrap();
    write_npy(file("mask.npy"), &array![true, false]).unwrap();
    write_npy(file("one.npy"), &ndarray::arr0(7.5_f32)).unwrap();
    write_npy(file("none.npy"), &Array2::<f64>::zeros((0, 3))).unwrap();
    for (name, mut npz) in [
        (
            "plain.npz",
            NpzWriter::new(File::create(file("plain.npz")).unwrap()),
        ),
        (
            "compressed.npz",
            NpzWriter::new_compressed(File::create(file("compressed.npz")).unwrap()),
        ),
    ] {
        npz.add_array("rows", &rows).unwrap();
        npz.add_array("ids", &ids).unwrap();
        npz.finish().unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    let python = Python::with_packages_of("ndarray-demo").unwrap();
    let mut assertions = python.command();
    assertions.args(["-c", ASSERTIONS]).arg(folder.path());
    assert_eq!(printed_by(assertions), "all as expected\n");
}

#[test]
#[ignore = "needs Python"]
fn python_calls_rust_and_is_called() {
    assert!(check("python").ends_with("24 passed, 0 failed\n"));
}

#[test]
#[ignore = "needs Python and OpenBLAS"]
fn lapack_is_the_same() {
    assert!(check("lapack").ends_with("15 passed, 0 failed\n"));
}

/// A lesson that the default build is without, against its recording.
fn check(lesson: &str) -> String {
    let mut check = Command::new(env!("CARGO"));
    check.args(["run", "--quiet", "--package", "ndarray-demo", "--all-features"]);
    check.args(["--", lesson, "--check"]);
    let printed = printed_by(check);
    println!("{printed}");
    printed
}

#[test]
#[ignore = "needs Python"]
fn python_imports_the_extension_module() {
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--package", "ndarray-demo", "--all-features"]);
    build.args(["--example", "rows"]);
    printed_by(build);
    let folder = tempfile::tempdir().unwrap();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let library = format!("{}rows{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
    let module = folder.path().join("rows.so");
    fs::copy(target.join("debug/examples").join(library), module).unwrap();
    let python = Python::with_packages_of("ndarray-demo").unwrap();
    let mut import = python.command();
    import.args(["-c", IMPORT]).current_dir(folder.path());
    assert_eq!(printed_by(import), "[-1.0, 1.0] TypeError\n");
}

const IMPORT: &str = r#"
import numpy as np
import rows

standard = rows.standardise(np.array([[1.0], [3.0]]))
try:
    rows.standardise(np.array([1, 3]))
except TypeError as error:
    print(standard.ravel().tolist(), type(error).__name__)
"#;

/// It ended well, and this is what it printed.
#[track_caller]
fn printed_by(mut command: Command) -> String {
    let output = command.output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    String::from_utf8(output.stdout).unwrap()
}

/// The numbers of `tables.rs` are those of the NumPy that the originals run on.
#[test]
#[ignore = "needs Python"]
fn the_tables_of_the_ziggurats_are_numpys() {
    let generator = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/generator");
    let python = Python::with_packages_of("ndarray-demo").unwrap();
    let output = python
        .command()
        .arg(generator.join("tables.py"))
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    let tables = fs::read_to_string(generator.join("tables.rs")).unwrap();
    assert!(
        String::from_utf8(output.stdout).unwrap() == tables,
        "tables.rs is not what tables.py prints"
    );
}
