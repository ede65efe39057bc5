//! The ten questions of the h2o.ai db-benchmark about groups.

use polars::prelude::*;

use crate::operation::{Operation, Tables};

pub const OPERATIONS: &[Operation] = &[
    question("sum v1 by id1", sum_by_id1),
    question("sum v1 by id1:id2", sum_by_id1_id2),
    question("sum v1 mean v3 by id3", sum_and_mean_by_id3),
    question("mean v1:v3 by id4", means_by_id4),
    question("sum v1:v3 by id6", sums_by_id6),
    Operation {
        why: "a median has no incremental form: the streaming engine hands it to the other one",
        ..question("median v3 sd v3 by id4 id5", median_and_deviation_by_id4_id5)
    },
    question("max v1 - min v2 by id3", range_by_id3),
    Operation {
        engine: Engine::InMemory,
        why: "the rows of a group are gathered once, then cut down",
        ..question("largest two v3 by id6", largest_two_by_id6)
    },
    question("regression v1 v2 by id2 id4", regression_by_id2_id4),
    question("sum v3 count by id1:id6", sum_and_count_by_all_ids),
];

const fn question(name: &'static str, query: fn(&Tables) -> PolarsResult<LazyFrame>) -> Operation {
    Operation {
        name,
        engine: Engine::Streaming,
        why: "groups grow while rows come in",
        ordered: false,
        tables: &["groups"],
        query,
        writes: None,
    }
}

pub fn sum_by_id1(tables: &Tables) -> PolarsResult<LazyFrame> {
    let groups = tables.get("groups")?;
    Ok(groups.group_by([col("id1")]).agg([col("v1").sum()]))
}

pub fn sum_by_id1_id2(tables: &Tables) -> PolarsResult<LazyFrame> {
    let groups = tables.get("groups")?;
    Ok(groups.group_by([col("id1"), col("id2")]).agg([col("v1").sum()]))
}

pub fn sum_and_mean_by_id3(tables: &Tables) -> PolarsResult<LazyFrame> {
    let groups = tables.get("groups")?;
    Ok(groups
        .group_by([col("id3")])
        .agg([col("v1").sum(), col("v3").mean()]))
}

pub fn means_by_id4(tables: &Tables) -> PolarsResult<LazyFrame> {
    let groups = tables.get("groups")?;
    Ok(groups
        .group_by([col("id4")])
        .agg([cols(["v1", "v2", "v3"]).as_expr().mean()]))
}

pub fn sums_by_id6(tables: &Tables) -> PolarsResult<LazyFrame> {
    let groups = tables.get("groups")?;
    Ok(groups
        .group_by([col("id6")])
        .agg([cols(["v1", "v2", "v3"]).as_expr().sum()]))
}

pub fn median_and_deviation_by_id4_id5(tables: &Tables) -> PolarsResult<LazyFrame> {
    let groups = tables.get("groups")?;
    Ok(groups
        .group_by([col("id4"), col("id5")])
        .agg([col("v3").median().alias("median"), col("v3").std(1).alias("sd")]))
}

pub fn range_by_id3(tables: &Tables) -> PolarsResult<LazyFrame> {
    let groups = tables.get("groups")?;
    Ok(groups
        .group_by([col("id3")])
        .agg([(col("v1").max() - col("v2").min()).alias("range")]))
}

pub fn largest_two_by_id6(tables: &Tables) -> PolarsResult<LazyFrame> {
    let groups = tables.get("groups")?;
    let options = ExplodeOptions {
        empty_as_null: false,
        keep_nulls: true,
    };
    Ok(groups
        .group_by([col("id6")])
        .agg([col("v3").top_k(lit(2))])
        .explode(cols(["v3"]), options))
}

pub fn regression_by_id2_id4(tables: &Tables) -> PolarsResult<LazyFrame> {
    let groups = tables.get("groups")?;
    Ok(groups
        .group_by([col("id2"), col("id4")])
        .agg([pearson_corr(col("v1"), col("v2")).pow(2).alias("r2")]))
}

pub fn sum_and_count_by_all_ids(tables: &Tables) -> PolarsResult<LazyFrame> {
    let groups = tables.get("groups")?;
    let ids = ["id1", "id2", "id3", "id4", "id5", "id6"].map(col);
    Ok(groups.group_by(ids).agg([col("v3").sum(), len().alias("count")]))
}
