//! The five questions of the h2o.ai db-benchmark about joins.

use polars::prelude::*;

use crate::operation::{Operation, Tables};

pub const OPERATIONS: &[Operation] = &[
    question("small inner on int", &["x", "small"], small_inner),
    question("medium inner on int", &["x", "medium"], medium_inner),
    Operation {
        engine: Engine::InMemory,
        why: "the rows of the left table stay where they are",
        ..question("medium outer on int", &["x", "medium"], medium_left)
    },
    question("medium inner on factor", &["x", "medium"], medium_inner_on_factor),
    question("big inner on int", &["x", "big"], big_inner),
];

const fn question(
    name: &'static str,
    tables: &'static [&'static str],
    query: fn(&Tables) -> PolarsResult<LazyFrame>,
) -> Operation {
    Operation {
        name,
        engine: Engine::Streaming,
        why: "the smaller table is hashed, the larger one runs past it",
        ordered: false,
        tables,
        query,
        writes: None,
    }
}

pub fn small_inner(tables: &Tables) -> PolarsResult<LazyFrame> {
    let (x, small) = (tables.get("x")?, tables.get("small")?);
    Ok(x.inner_join(small, col("id1"), col("id1")))
}

pub fn medium_inner(tables: &Tables) -> PolarsResult<LazyFrame> {
    let (x, medium) = (tables.get("x")?, tables.get("medium")?);
    Ok(x.inner_join(medium, col("id2"), col("id2")))
}

pub fn medium_left(tables: &Tables) -> PolarsResult<LazyFrame> {
    let (x, medium) = (tables.get("x")?, tables.get("medium")?);
    Ok(x.left_join(medium, col("id2"), col("id2")))
}

pub fn medium_inner_on_factor(tables: &Tables) -> PolarsResult<LazyFrame> {
    let (x, medium) = (tables.get("x")?, tables.get("medium")?);
    Ok(x.inner_join(medium, col("id5"), col("id5")))
}

pub fn big_inner(tables: &Tables) -> PolarsResult<LazyFrame> {
    let (x, big) = (tables.get("x")?, tables.get("big")?);
    Ok(x.inner_join(big, col("id3"), col("id3")))
}
