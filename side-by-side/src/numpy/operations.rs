//! Our side of each operation of `operations.py`, in the plain way and, where that is not fast, in one that is. Both
//! are what the lessons of ndarray-demo show.


use std::io::{self, BufRead, Write};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use ndarray::{Array1, Array2, Axis, Zip};

use ndarray_demo::vector;

use super::work::{Setup, Work, work};

/// How an operation is written.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum Way {
    /// As a reader of the documentation writes it.
    Plain,
    /// As one does who has measured it.
    Fast,
}

pub(super) struct Operation {
    /// As in `operations.py`.
    pub(super) name: &'static str,
    /// What the fast way does, or why the plain one is fast.
    pub(super) why: &'static str,
    /// How far the two results may be apart, relative to the largest number.
    pub(super) tolerance: f64,
    pub(super) plain: Setup,
    pub(super) fast: Option<Setup>,
}

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "a * b + c, 10 million",
        why: "one pass, by `Zip`, in place of two",
        tolerance: 0.0,
        plain: || {
            let [a, b, c] = [1, 2, 3].map(|seed| uniform(seed, 10_000_000));
            work(move || &a * &b + &c)
        },
        fast: Some(|| {
            let [a, b, c] = [1, 2, 3].map(|seed| uniform(seed, 10_000_000));
            work(move || Zip::from(&a).and(&b).and(&c).par_map_collect(|a, b, c| a * b + c))
        }),
    },
    Operation {
        name: "np.exp, 1 million",
        why: "vector instructions",
        tolerance: 1e-15,
        plain: || {
            let x = normal(1, 1_000_000);
            work(move || x.exp())
        },
        fast: Some(|| {
            let x = normal(1, 1_000_000);
            work(move || vector::exp(&x))
        }),
    },
    Operation {
        name: "np.log, 1 million",
        why: "vector instructions",
        tolerance: 1e-15,
        plain: || {
            let x = uniform(1, 1_000_000) + 0.5;
            work(move || x.ln())
        },
        fast: Some(|| {
            let x = uniform(1, 1_000_000) + 0.5;
            work(move || vector::ln(&x))
        }),
    },
    Operation {
        name: "np.tanh, 1 million",
        why: "vector instructions",
        tolerance: 1e-15,
        plain: || {
            let x = normal(1, 1_000_000);
            work(move || x.tanh())
        },
        fast: Some(|| {
            let x = normal(1, 1_000_000);
            work(move || vector::tanh(&x))
        }),
    },
    Operation {
        name: "np.sin, 1 million",
        why: "vector instructions",
        tolerance: 1e-15,
        plain: || {
            let x = normal(1, 1_000_000);
            work(move || x.sin())
        },
        fast: Some(|| {
            let x = normal(1, 1_000_000);
            work(move || vector::sin(&x))
        }),
    },
    Operation {
        name: "np.sqrt, 1 million",
        why: "",
        tolerance: 0.0,
        plain: || {
            let x = uniform(1, 1_000_000);
            work(move || x.sqrt())
        },
        fast: Some(|| {
            let x = uniform(1, 1_000_000);
            work(move || vector::sqrt(&x))
        }),
    },
    Operation {
        name: "table + row, 2000 x 2000",
        why: "",
        tolerance: 0.0,
        plain: || {
            let (table, row) = (uniform2(1, 2000, 2000), uniform(2, 2000));
            work(move || &table + &row)
        },
        fast: Some(|| {
            let (table, row) = (uniform2(1, 2000, 2000), uniform(2, 2000));
            work(move || Zip::from(&table).and_broadcast(&row).par_map_collect(|x, y| x + y))
        }),
    },
    Operation {
        name: "table - column, 2000 x 2000",
        why: "",
        tolerance: 0.0,
        plain: || {
            let (table, column) = (uniform2(1, 2000, 2000), uniform2(2, 2000, 1));
            work(move || &table - &column)
        },
        fast: Some(|| {
            let (table, column) = (uniform2(1, 2000, 2000), uniform2(2, 2000, 1));
            work(move || Zip::from(&table).and_broadcast(&column).par_map_collect(|x, y| x - y))
        }),
    },
    Operation {
        name: "a.sum(), 10 million",
        why: "",
        tolerance: 1e-14,
        plain: || {
            let a = uniform(1, 10_000_000);
            work(move || a.sum())
        },
        fast: None,
    },
    Operation {
        name: "a.sum(axis=0), 3000 x 3000",
        why: "",
        tolerance: 1e-14,
        plain: || {
            let a = uniform2(1, 3000, 3000);
            work(move || a.sum_axis(Axis(0)))
        },
        fast: None,
    },
    Operation {
        name: "a.sum(axis=1), 3000 x 3000",
        why: "",
        tolerance: 1e-14,
        plain: || {
            let a = uniform2(1, 3000, 3000);
            work(move || a.sum_axis(Axis(1)))
        },
        fast: None,
    },
    Operation {
        name: "a.std(axis=0), 2000 x 2000",
        why: "",
        tolerance: 1e-12,
        plain: || {
            let a = uniform2(1, 2000, 2000);
            work(move || a.std_axis(Axis(0), 0.0))
        },
        fast: None,
    },
    Operation {
        name: "a.max(), 10 million",
        why: "",
        tolerance: 0.0,
        plain: || {
            let a = uniform(1, 10_000_000);
            work(move || a.fold(f64::NEG_INFINITY, |largest, &x| largest.max(x)))
        },
        fast: None,
    },
    Operation {
        name: "np.cumsum, 10 million",
        why: "",
        tolerance: 1e-12,
        plain: || {
            let a = uniform(1, 10_000_000);
            work(move || {
                let mut sums = a.clone();
                sums.accumulate_axis_inplace(Axis(0), |&before, sum| *sum += before);
                sums
            })
        },
        fast: None,
    },
    Operation {
        name: "a[a > 0.5], 10 million",
        why: "",
        tolerance: 0.0,
        plain: || {
            let a = uniform(1, 10_000_000);
            work(move || a.iter().copied().filter(|&x| x > 0.5).collect::<Array1<_>>())
        },
        fast: None,
    },
    Operation {
        name: "np.where, 10 million",
        why: "",
        tolerance: 0.0,
        plain: || {
            let (a, b) = (uniform(1, 10_000_000), uniform(2, 10_000_000));
            work(move || Zip::from(&a).and(&b).map_collect(|&a, &b| if a > b { a } else { b }))
        },
        fast: Some(|| {
            let (a, b) = (uniform(1, 10_000_000), uniform(2, 10_000_000));
            work(move || Zip::from(&a).and(&b).par_map_collect(|&a, &b| if a > b { a } else { b }))
        }),
    },
    Operation {
        name: "a[indices], 5 million",
        why: "",
        tolerance: 0.0,
        plain: || {
            let a = uniform(1, 5_000_000);
            let indices = uniform(2, 5_000_000).mapv(|x| (x * 5e6) as usize);
            work(move || indices.mapv(|index| a[index]))
        },
        fast: None,
    },
    Operation {
        name: "np.sort, 1 million",
        why: "",
        tolerance: 0.0,
        plain: || {
            let a = uniform(1, 1_000_000).to_vec();
            work(move || {
                let mut sorted = a.clone();
                sorted.sort_unstable_by(f64::total_cmp);
                Array1::from_vec(sorted)
            })
        },
        fast: None,
    },
    Operation {
        name: "np.argsort, 1 million",
        why: "",
        tolerance: 0.0,
        plain: || {
            let a = uniform(1, 1_000_000);
            work(move || {
                let mut indices: Vec<usize> = (0..a.len()).collect();
                indices.sort_unstable_by(|&i, &j| a[i].total_cmp(&a[j]));
                Array1::from_vec(indices)
            })
        },
        fast: None,
    },
    Operation {
        name: "a.T.copy(), 3000 x 3000",
        why: "",
        tolerance: 0.0,
        plain: || {
            let a = uniform2(1, 3000, 3000);
            work(move || a.t().as_standard_layout().into_owned())
        },
        fast: None,
    },
    Operation {
        name: "a @ b, 1024 x 1024",
        why: "",
        tolerance: 1e-12,
        plain: || {
            let (a, b) = (uniform2(1, 1024, 1024), uniform2(2, 1024, 1024));
            work(move || a.dot(&b))
        },
        fast: None,
    },
];

/// Works off the orders of the benchmark.
pub(crate) fn serve(way: Way) -> Result<()> {
    let mut working: Option<Box<dyn Work>> = None;
    for line in io::stdin().lock().lines() {
        let line = line?;
        let answer = match line.split_once(' ') {
            Some(("setup", rest)) => {
                let (name, file) = rest.split_once('\t').context("setup takes a name and a file")?;
                let operation = OPERATIONS.iter().find(|operation| operation.name == name);
                let operation = operation.with_context(|| format!("no operation {name:?}"))?;
                let setup = match way {
                    Way::Plain => operation.plain,
                    Way::Fast => operation.fast.with_context(|| format!("no fast way of {name:?}"))?,
                };
                // What is no longer needed makes room first.
                drop(working.take());
                let mut work = setup();
                ndarray_npy::write_npy(file, &work.result()?)?;
                working = Some(work);
                "ready".to_owned()
            }
            Some(("run", count)) => {
                let work = working.as_mut().context("nothing is set up")?;
                work.seconds(count.parse()?).to_string()
            }
            _ => bail!("not understood: {line:?}"),
        };
        writeln!(io::stdout(), "{answer}")?;
    }
    Ok(())
}

/// The same numbers as `default_rng(seed).random(length)`.
fn uniform(seed: u64, length: usize) -> Array1<f64> {
    let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    Array1::from_shape_simple_fn(length, || {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        (x >> 11) as f64 / (1u64 << 53) as f64
    })
}

fn uniform2(seed: u64, rows: usize, columns: usize) -> Array2<f64> {
    uniform(seed, rows * columns).into_shape_with_order((rows, columns)).unwrap()
}

fn normal(seed: u64, length: usize) -> Array1<f64> {
    uniform(seed, length) * 3.0 - 1.5
}
