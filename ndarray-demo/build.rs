//! Compiles the C, C++ and Fortran of lesson 18, and tells where the libraries of the lessons on Python and LAPACK are.

use std::{env, process::Command};

const FOLDER: &str = "lessons/18-c-cpp-fortran";

fn main() {
    println!("cargo::rustc-check-cfg=cfg(fortran)");
    println!("cargo::rerun-if-changed={FOLDER}");
    let file = |name| format!("{FOLDER}/{name}");
    compiler().file(file("signal.c")).compile("signal");
    compiler().cpp(true).file(file("values.cpp")).compile("values");
    if Command::new("gfortran").arg("--version").output().is_ok() {
        compiler()
            .compiler("gfortran")
            .file(file("matrix.f90"))
            .compile("matrix");
        println!("cargo::rustc-cfg=fortran");
    } else {
        println!("cargo::warning=gfortran is missing: lesson 18 is built without its Fortran");
        // Whoever installs it changes one of these folders, and only then is it worth asking again. A file that is not
        // there would be asked for in each build, and the demo compiled anew each time.
        println!("cargo::rerun-if-env-changed=PATH");
        let path = env::var_os("PATH").unwrap_or_default();
        for folder in env::split_paths(&path).filter(|folder| folder.is_dir()) {
            println!("cargo::rerun-if-changed={}", folder.display());
        }
    }
    #[cfg(feature = "python")]
    pyo3_build_config::add_libpython_rpath_link_args();
    #[cfg(feature = "openblas")]
    if pkg_config::probe_library("openblas").is_err() {
        println!(
            "cargo::error=OpenBLAS is missing: install libopenblas-dev, or openblas-devel, and build again"
        );
    }
}

/// Optimised in every build, and rounding after each operation on every processor.
fn compiler() -> cc::Build {
    let mut build = cc::Build::new();
    build.opt_level(2).flag("-ffp-contract=off");
    build
}
