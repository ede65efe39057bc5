//! Prices in order of time.

use polars::prelude::*;

use crate::operation::{Operation, Tables};

pub const OPERATIONS: &[Operation] = &[
    Operation {
        name: "cumulative sum by group",
        engine: Engine::InMemory,
        why: "a window over all rows of a group",
        ordered: false,
        tables: &["ticks"],
        query: cumulative_sum,
        writes: None,
    },
    Operation {
        name: "rolling mean of 100",
        engine: Engine::InMemory,
        why: "one pass over a column in one piece",
        ordered: false,
        tables: &["ticks"],
        query: rolling_mean,
        writes: None,
    },
    Operation {
        name: "resample to seconds",
        engine: Engine::InMemory,
        why: "ticks are in order, so that a second is a slice",
        ordered: false,
        tables: &["ticks"],
        query: resample,
        writes: None,
    },
    Operation {
        name: "as-of join",
        engine: Engine::InMemory,
        why: "groups are looked up side by side",
        ordered: false,
        tables: &["ticks", "quotes"],
        query: as_of_join,
        writes: None,
    },
    Operation {
        name: "sort by price and time",
        engine: Engine::InMemory,
        why: "an order needs all rows",
        ordered: true,
        tables: &["ticks"],
        query: sort,
        writes: None,
    },
];

pub fn cumulative_sum(tables: &Tables) -> PolarsResult<LazyFrame> {
    let total = col("volume").cum_sum(false).over([col("symbol")])?;
    Ok(tables.get("ticks")?.select([col("time"), total.alias("total")]))
}

pub fn rolling_mean(tables: &Tables) -> PolarsResult<LazyFrame> {
    let mean = col("price").rolling_mean(RollingOptionsFixedWindow {
        window_size: 100,
        min_periods: 100,
        ..Default::default()
    });
    Ok(tables.get("ticks")?.select([col("time"), mean.alias("mean")]))
}

pub fn resample(tables: &Tables) -> PolarsResult<LazyFrame> {
    let second = Duration::parse("1s");
    let windows = DynamicGroupOptions {
        every: second,
        period: second,
        offset: Duration::parse("0ns"),
        ..Default::default()
    };
    let ticks = tables.get("ticks")?;
    Ok(ticks.group_by_dynamic(col("time"), [], windows).agg([
        col("price").first().alias("open"),
        col("price").max().alias("high"),
        col("price").min().alias("low"),
        col("price").last().alias("close"),
        col("volume").sum(),
    ]))
}

pub fn as_of_join(tables: &Tables) -> PolarsResult<LazyFrame> {
    let by = Some(vec!["symbol".into()]);
    let as_of = AsOfOptions {
        strategy: AsofStrategy::Backward,
        left_by: by.clone(),
        right_by: by,
        allow_eq: true,
        // Both are in order of time, which groups make expensive to check.
        check_sortedness: false,
        ..Default::default()
    };
    let (ticks, quotes) = (tables.get("ticks")?, tables.get("quotes")?);
    Ok(ticks.join(
        quotes,
        [col("time")],
        [col("time")],
        JoinArgs::new(JoinType::AsOf(Box::new(as_of))),
    ))
}

pub fn sort(tables: &Tables) -> PolarsResult<LazyFrame> {
    let ticks = tables.get("ticks")?;
    Ok(ticks.sort(["price", "time"], SortMultipleOptions::default()))
}
