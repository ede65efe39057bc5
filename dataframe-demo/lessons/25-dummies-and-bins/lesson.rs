//! Dummies and bins: a column for each value, cut and qcut into an enum, cross tables, and counts of a histogram.

use std::sync::Arc;

use anyhow::Result;
use polars::{frame::PivotColumnNaming, prelude::*};

use crate::{Session, column, show};

pub fn run(session: &mut Session) -> Result<()> {
    let people = df!(
        "name" => ["Ada", "Bob", "Cyd", "Dan", "Eve", "Fay"],
        "team" => ["red", "blue", "red", "green", "blue", "red"],
        "shift" => ["day", "night", "night", "day", "day", "day"],
        "age" => [23_i64, 35, 41, 58, 35, 64],
    )?;
    let lazy = people.clone().lazy();

    show!(
        session,
        "pd.get_dummies(people[\"team\"], prefix=\"team\", dtype=\"uint8\")",
        people.select(["team"])?.to_dummies(None, false, false)?
    );
    show!(
        session,
        "pd.get_dummies(people[[\"team\", \"shift\"]])",
        people
            .select(["team", "shift"])?
            .to_dummies(None, false, false)?
            .lazy()
            .cast_all(DataType::Boolean, true)
            .collect()?
    );
    show!(
        session,
        "pd.get_dummies(people[[\"name\", \"team\"]], columns=[\"team\"], drop_first=True, dtype=\"uint8\")",
        people
            .select(["name", "team"])?
            .columns_to_dummies(vec!["team"], None, true, false)?
    );
    let letters = df!("x" => [Some("a"), None, Some("b")])?;
    show!(
        session,
        "pd.get_dummies(letters, prefix=\"x\", dtype=\"uint8\")",
        letters.to_dummies(None, false, true)?
    );
    show!(
        session,
        "pd.get_dummies(letters, prefix=\"x\", dtype=\"uint8\", dummy_na=True)",
        letters.to_dummies(None, false, false)?
    );
    let items = df!("items" => ["ink|pen", "pad", "pen"])?.lazy();
    show!(
        session,
        "pd.Series([\"ink|pen\", \"pad\", \"pen\"], name=\"items\").str.get_dummies()",
        flags(&items, "items", "|")?
    );
    let dummies = people.select(["team"])?.to_dummies(None, false, false)?;
    show!(
        session,
        "pd.from_dummies(dummies, sep=\"_\")",
        from_dummies(&dummies, "team_")?
    );

    let age = || col("age");
    show!(
        session,
        "pd.cut(people[\"age\"], [0, 30, 50, 100]).astype(str)",
        column(
            &lazy,
            age()
                .cut(
                    vec![0.0, 30.0, 50.0, 100.0],
                    None::<Vec<PlSmallStr>>,
                    false,
                    false
                )
                .cast(DataType::String)
        )?
    );
    // Below the first edge and above the last there is a bin, too.
    let stage = age().cut(vec![30.0, 50.0], Some(["young", "middle", "old"]), false, false);
    show!(
        session,
        "pd.cut(people[\"age\"], [0, 30, 50, 100], labels=[\"young\", \"middle\", \"old\"])",
        column(&lazy, stage.clone())?
    );
    show!(
        session,
        "pd.cut(people[\"age\"], [0, 35, 100], right=False, labels=[\"under 35\", \"35 and over\"])",
        column(
            &lazy,
            age().cut(vec![35.0], Some(["under 35", "35 and over"]), true, false)
        )?
    );
    show!(
        session,
        "pd.cut(people[\"age\"], [30, 50, 60], labels=[\"up to 50\", \"over 50\"])",
        column(
            &lazy,
            when(age().is_between(lit(30), lit(60), ClosedInterval::Right))
                .then(age().cut(vec![50.0], Some(["up to 50", "over 50"]), false, false))
                .otherwise(lit(NULL))
        )?
    );
    show!(
        session,
        "pd.cut(people[\"age\"], 3, labels=False)",
        column(
            &lazy,
            ((age() - age().min()) * lit(3.0) / (age().max() - age().min()))
                .ceil()
                .cast(DataType::Int64)
                .clip_min(lit(1))
                - lit(1)
        )?
    );
    show!(
        session,
        "pd.cut(people[\"age\"], [0, 30, 50, 100], labels=[\"young\", \"middle\", \"old\"]).value_counts(sort=False)",
        lazy.clone()
            .group_by([stage])
            .agg([len().alias("count")])
            .sort(["age"], SortMultipleOptions::default())
            .collect()?
    );

    show!(
        session,
        "pd.qcut(people[\"age\"], 2, labels=[\"lower\", \"upper\"])",
        column(
            &lazy,
            age().qcut_uniform(2, Some(["lower", "upper"]), false, false, false)
        )?
    );
    show!(
        session,
        "pd.qcut(people[\"age\"], [0, 0.25, 0.5, 0.75, 1], labels=[\"q1\", \"q2\", \"q3\", \"q4\"])",
        column(
            &lazy,
            age().qcut(
                vec![0.25, 0.5, 0.75],
                Some(["q1", "q2", "q3", "q4"]),
                false,
                false,
                false
            )
        )?
    );
    let ones = df!("age" => [1_i64, 1, 1, 1, 2])?.lazy();
    show!(
        session,
        "pd.qcut(pd.Series([1, 1, 1, 1, 2]), 4, labels=False)",
        column(
            &ones,
            age().qcut_uniform(4, None::<Vec<PlSmallStr>>, false, false, false)
        )
    );

    let table = crosstab(&lazy, "age", element().len().cast(DataType::Int64))?;
    // Whole numbers divided by whole numbers stay whole: shares want floats.
    let shares = table
        .clone()
        .with_columns([col("day"), col("night")].map(|shift| shift.cast(DataType::Float64)));
    let shifts = || [col("day"), col("night")];
    let both = || col("day") + col("night");
    show!(
        session,
        "pd.crosstab(people[\"team\"], people[\"shift\"])",
        table.clone().collect()?
    );
    show!(
        session,
        "pd.crosstab(people[\"team\"], people[\"shift\"], margins=True)",
        concat(
            [
                table.clone(),
                table.select([lit("All").alias("team"), sum("day"), sum("night")])
            ],
            UnionArgs::default()
        )?
        .with_column(both().alias("All"))
        .collect()?
    );
    show!(
        session,
        "pd.crosstab(people[\"team\"], people[\"shift\"], normalize=True)",
        shares
            .clone()
            .with_columns(shifts().map(|shift| shift / both().sum()))
            .collect()?
    );
    show!(
        session,
        "pd.crosstab(people[\"team\"], people[\"shift\"], normalize=\"index\")",
        shares
            .clone()
            .with_columns(shifts().map(|shift| shift / both()))
            .collect()?
    );
    show!(
        session,
        "pd.crosstab(people[\"team\"], people[\"shift\"], normalize=\"columns\")",
        shares
            .with_columns(shifts().map(|shift| shift.clone() / shift.sum()))
            .collect()?
    );
    show!(
        session,
        "pd.crosstab(people[\"team\"], people[\"shift\"], values=people[\"age\"], aggfunc=\"mean\")",
        crosstab(&lazy, "age", element().mean())?.collect()?
    );

    let edges = linear_space(age().min(), age().max(), lit(5), ClosedInterval::Both).alias("");
    show!(session, "edges", column(&lazy, edges.clone())?);
    let edges = column(&lazy, edges)?;
    let edges: Vec<_> = edges.f64()?.into_no_null_iter().collect();
    show!(session, "counts", histogram(&lazy, "age", &edges)?);
    show!(
        session,
        "np.histogram(people[\"age\"], bins=[20, 40, 60, 80])[0]",
        histogram(&lazy, "age", &[20.0, 40.0, 60.0, 80.0])?
    );
    Ok(())
}

/// Which of all items stand in each text: a column of 0 and 1 for each.
fn flags(frame: &LazyFrame, texts: &str, separator: &str) -> PolarsResult<DataFrame> {
    let list = col(texts).str().split(lit(separator));
    let items = column(
        frame,
        list.clone().explode(ROWS).unique().sort(Default::default()),
    )?;
    let flags: Vec<_> = items
        .str()?
        .no_null_iter()
        .map(|item| {
            list.clone()
                .list()
                .contains(lit(item), false)
                .cast(DataType::Int64)
                .alias(item)
        })
        .collect();
    frame.clone().select(flags).collect()
}

const ROWS: ExplodeOptions = ExplodeOptions {
    empty_as_null: false,
    keep_nulls: false,
};

/// The name of the first column that has a 1, without what all names begin with.
fn from_dummies(dummies: &DataFrame, prefix: &str) -> PolarsResult<DataFrame> {
    let values: Vec<_> = dummies
        .get_column_names()
        .into_iter()
        .map(|name| {
            let value = name.strip_prefix(prefix).unwrap_or(name);
            when(col(name.clone()).eq(lit(1)))
                .then(lit(value))
                .otherwise(lit(NULL))
        })
        .collect();
    let name = prefix.trim_end_matches('_');
    dummies
        .clone()
        .lazy()
        .select([coalesce(&values).alias(name)])
        .collect()
}

/// A row for each team and a column for each shift, in the order of their names.
fn crosstab(people: &LazyFrame, values: &str, cell: Expr) -> PolarsResult<LazyFrame> {
    let shifts = people
        .clone()
        .select([col("shift").unique().sort(Default::default())])
        .collect()?;
    let table = people.clone().pivot(
        cols(["shift"]),
        Arc::new(shifts),
        cols(["team"]),
        cols([values]),
        cell,
        false,
        "_".into(),
        PivotColumnNaming::Auto,
    );
    Ok(table.sort(["team"], SortMultipleOptions::default()))
}

/// How many values lie between each edge and the next. A value on an edge belongs above it, and one on the last below.
pub(crate) fn histogram(frame: &LazyFrame, values: &str, edges: &[f64]) -> PolarsResult<Column> {
    let from = edges.iter();
    let to = edges.iter().skip(1);
    let last = edges.len().saturating_sub(2);
    let counts: Vec<_> = from
        .zip(to)
        .enumerate()
        .map(|(bin, (&from, &to))| {
            let closed = if bin == last {
                ClosedInterval::Both
            } else {
                ClosedInterval::Left
            };
            col(values).is_between(lit(from), lit(to), closed).sum()
        })
        .collect();
    column(frame, concat_list(counts)?.explode(ROWS).alias(""))
}
