//! What is measured: a query, the engine that runs it, and the tables that it asks.

use std::{
    hint::black_box,
    io::{self, BufRead, Write},
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result, bail};
use polars::prelude::*;
use serde::Serialize;

use crate::{files, group_by, join, time, tpch};

#[derive(Serialize)]
pub struct Operation {
    /// As in `with_pandas.py`.
    pub name: &'static str,
    #[serde(serialize_with = "engine_name")]
    pub engine: Engine,
    /// Why this engine, and this way to ask.
    pub why: &'static str,
    /// Whether the rows of the answer have an order.
    pub ordered: bool,
    /// What is in memory before the time is taken.
    #[serde(skip)]
    pub tables: &'static [&'static str],
    #[serde(skip)]
    pub query: fn(&Tables) -> PolarsResult<LazyFrame>,
    /// The file that the query writes.
    #[serde(skip)]
    pub writes: Option<&'static str>,
}

#[derive(Serialize)]
pub struct Topic {
    name: &'static str,
    operations: &'static [Operation],
}

pub fn all() -> [Topic; 5] {
    [
        ("group by", group_by::OPERATIONS),
        ("join", join::OPERATIONS),
        ("files", files::OPERATIONS),
        ("time series", time::OPERATIONS),
        ("TPC-H", tpch::OPERATIONS),
    ]
    .map(|(name, operations)| Topic { name, operations })
}

fn engine_name<S: serde::Serializer>(engine: &Engine, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(engine)
}

/// The tables of the benchmark: Parquet files, of which some are in memory.
pub struct Tables {
    folder: PathBuf,
    loaded: Vec<(&'static str, DataFrame)>,
}

impl Tables {
    fn at(folder: PathBuf) -> Self {
        Self {
            folder,
            loaded: Vec::new(),
        }
    }

    fn load(&mut self, names: &[&'static str]) -> PolarsResult<()> {
        for name in names {
            let mut table = self.scan(name)?.collect()?;
            // A query would copy whatever lies across two pieces, in each run.
            table.rechunk_mut_par();
            self.loaded.push((name, table));
        }
        Ok(())
    }

    /// A table that is in memory.
    pub fn get(&self, name: &str) -> PolarsResult<LazyFrame> {
        let found = self.loaded.iter().find(|(loaded, _)| *loaded == name);
        let (_, table) =
            found.ok_or_else(|| polars_err!(ColumnNotFound: "no table {name:?} is in memory"))?;
        Ok(table.clone().lazy())
    }

    /// A table as it lies in its Parquet file.
    pub fn scan(&self, name: &str) -> PolarsResult<LazyFrame> {
        let file = self.file(&format!("{name}.parquet"))?;
        LazyFrame::scan_parquet(file, ScanArgsParquet::default())
    }

    pub fn file(&self, name: &str) -> PolarsResult<PlRefPath> {
        PlRefPath::try_from_path(&self.folder.join(name))
    }
}

impl Operation {
    fn run(&self, tables: &Tables) -> PolarsResult<DataFrame> {
        let answer = (self.query)(tables)?.collect_with_engine(self.engine)?;
        Ok(answer.unwrap_single())
    }

    /// What it comes to or, where it writes a file, what that has in it.
    fn answer(&self, tables: &Tables) -> PolarsResult<DataFrame> {
        let answer = self.run(tables)?;
        match self.writes {
            None => Ok(answer),
            Some(file) if file.ends_with(".csv") => LazyCsvReader::new(file.into()).finish()?.collect(),
            Some(file) => LazyFrame::scan_parquet(file.into(), ScanArgsParquet::default())?.collect(),
        }
    }
}

/// Works off the orders of the benchmark.
pub fn serve(folder: PathBuf, name: &str) -> Result<()> {
    let operations = all().into_iter().flat_map(|topic| topic.operations);
    let operation = operations.into_iter().find(|operation| operation.name == name);
    let operation = operation.with_context(|| format!("no operation {name:?}"))?;
    let mut tables = Tables::at(folder);
    for line in io::stdin().lock().lines() {
        let line = line?;
        let answer = match line.split_once(' ').unwrap_or((&line, "")) {
            ("load", _) => {
                tables.load(operation.tables)?;
                "ready".to_owned()
            }
            ("answer", file) => {
                save(&mut operation.answer(&tables)?, Path::new(file))?;
                "ready".to_owned()
            }
            ("run", count) => seconds(operation, &tables, count.parse()?)?.to_string(),
            _ => bail!("not understood: {line:?}"),
        };
        writeln!(io::stdout(), "{answer}")?;
    }
    Ok(())
}

/// The seconds that one run takes, of so many; answers are dropped within them, as Python drops its own.
fn seconds(operation: &Operation, tables: &Tables, runs: u32) -> PolarsResult<f64> {
    let start = Instant::now();
    for _ in 0..runs {
        black_box(operation.run(tables)?);
    }
    Ok(start.elapsed().as_secs_f64() / f64::from(runs))
}

fn save(answer: &mut DataFrame, file: &Path) -> Result<()> {
    ParquetWriter::new(std::fs::File::create(file)?).finish(answer)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// What stands in quotation marks between the two, line by line.
    fn names<'a>(source: &'a str, before: &str, after: &str) -> BTreeSet<&'a str> {
        source
            .lines()
            .filter_map(|line| Some(line.strip_prefix(before)?.split_once(after)?.0))
            .collect()
    }

    #[test]
    fn all_sides_have_the_same_operations() {
        let operations = all().into_iter().flat_map(|topic| topic.operations);
        let ours: BTreeSet<_> = operations.map(|operation| operation.name).collect();
        for source in [
            include_str!("../with_pandas.py"),
            include_str!("../with_polars.py"),
        ] {
            assert_eq!(names(source, "@operation(\"", "\""), ours);
        }
        let queries = names(include_str!("../queries.py"), "    \"", "\": (");
        let asked = |source| &queries | &names(source, "    \"", "\": (");
        assert_eq!(asked(include_str!("../with_duckdb.py")), ours);
        let datafusion = asked(include_str!("../with_datafusion.py"));
        assert_eq!(&ours - &datafusion, BTreeSet::from(["as-of join"]));
        assert!(datafusion.is_subset(&ours));
    }
}
