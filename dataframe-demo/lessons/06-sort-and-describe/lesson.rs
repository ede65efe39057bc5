//! Sort and describe: rows in another order, the first few of them, a sample, and numbers that sum a table up.

use anyhow::Result;
use polars::{
    lazy::dsl::{cov, pearson_corr},
    prelude::*,
};

use crate::{Session, column, labelled, show};

pub fn run(session: &mut Session) -> Result<()> {
    let animals = df!(
        "name" => ["ape", "bee", "cat", "dog", "emu", "fox"],
        "legs" => [2_i64, 6, 4, 4, 2, 4],
        "weight" => [Some(65.5), Some(0.5), Some(4.25), Some(30.0), None, Some(6.5)],
    )?;
    let table = || animals.clone().lazy();
    let (name, legs, weight) = (col("name"), col("legs"), col("weight"));
    let numbers = || DataTypeSelector::Numeric.as_selector().as_expr();
    let order = SortMultipleOptions::default;
    let average = RankOptions {
        method: RankMethod::Average,
        descending: false,
    };

    show!(
        session,
        "animals.sort_values(\"weight\")",
        table()
            .sort(["weight"], order().with_nulls_last(true))
            .collect()?
    );
    show!(
        session,
        "animals.sort_values(\"weight\", ascending=False, na_position=\"first\")",
        table()
            .sort(["weight"], order().with_order_descending(true))
            .collect()?
    );
    show!(
        session,
        "animals.sort_values([\"legs\", \"weight\"], ascending=[True, False])",
        table()
            .sort(
                ["legs", "weight"],
                order()
                    .with_order_descending_multi([false, true])
                    .with_nulls_last(true)
            )
            .collect()?
    );
    show!(
        session,
        "animals.sort_values(\"name\", key=lambda names: names.str[-1], kind=\"stable\")",
        table()
            .sort_by_exprs([name.str().tail(lit(1))], order().with_maintain_order(true))
            .collect()?
    );
    show!(
        session,
        "animals.nlargest(2, \"weight\")",
        table().top_k(2, [weight.clone()], order()).collect()?
    );
    show!(
        session,
        "animals.nsmallest(3, [\"legs\", \"weight\"])",
        table()
            .bottom_k(3, [legs.clone(), weight.clone()], order())
            .collect()?
    );
    show!(
        session,
        "animals[\"weight\"].argsort()",
        column(&animals, weight.clone().arg_sort(false, true))?
    );
    show!(
        session,
        "animals[\"weight\"].rank()",
        column(&animals, weight.clone().rank(average, None))?
    );
    show!(session, "animals[::-1]", animals.reverse());

    let sample = animals.sample_n_literal(3, false, Some(true), Some(1))?;
    show!(session, "len(sample)", sample.height());
    show!(
        session,
        "sample[\"name\"].is_unique",
        sample.column("name")?.n_unique()? == sample.height()
    );
    show!(
        session,
        "sample[\"name\"].isin(animals[\"name\"]).all()",
        sample
            .clone()
            .lazy()
            .anti_join(table(), col("name"), col("name"))
            .collect()?
            .height()
            == 0
    );
    show!(
        session,
        "sample.equals(animals.sample(3, random_state=1))",
        sample.equals_missing(&animals.sample_n_literal(3, false, Some(true), Some(1))?)
    );
    show!(
        session,
        "animals.sample(7, random_state=1)",
        animals.sample_n_literal(7, false, Some(true), Some(1))
    );
    show!(
        session,
        "len(animals.sample(7, replace=True, random_state=1))",
        animals.sample_n_literal(7, true, Some(true), Some(1))?.height()
    );
    show!(
        session,
        "len(animals.sample(frac=0.5, random_state=1))",
        animals
            .sample_frac(&Series::new("frac".into(), [0.5]), false, Some(true), Some(1))?
            .height()
    );
    // One of each group: the first, when all are shuffled.
    let shuffled = animals.sample_frac(&Series::new("frac".into(), [1.0]), false, Some(true), Some(1))?;
    show!(
        session,
        "animals.groupby(\"legs\").sample(1, random_state=1)[\"legs\"].tolist()",
        shuffled
            .unique_stable(Some(&["legs".into()]), UniqueKeepStrategy::First, None)?
            .sort(["legs"], order())?
            .column("legs")?
            .i64()?
            .into_no_null_iter()
            .collect::<Vec<_>>()
    );

    let quantile = |of: Expr, q: f64| of.quantile(lit(q), QuantileMethod::Linear);
    show!(
        session,
        "animals.describe()",
        stacked(
            &animals,
            [
                ("count", numbers().count()),
                ("mean", numbers().mean()),
                ("std", numbers().std(1)),
                ("min", numbers().min()),
                ("25%", quantile(numbers(), 0.25)),
                ("50%", quantile(numbers(), 0.5)),
                ("75%", quantile(numbers(), 0.75)),
                ("max", numbers().max()),
            ]
        )?
    );
    show!(
        session,
        "animals[\"weight\"].quantile([0.1, 0.5, 0.9])",
        stacked(&animals, [0.1, 0.5, 0.9].map(|q| (q, quantile(col("weight"), q))))?
    );
    show!(
        session,
        "animals[\"legs\"].value_counts().sort_index()",
        table()
            .select([legs.clone().value_counts(false, false, "count", false)])
            .unnest(cols(["legs"]), None)
            .sort(["legs"], order())
            .collect()?
    );
    show!(
        session,
        "animals[\"legs\"].value_counts(normalize=True).sort_index()",
        table()
            .select([legs.clone().value_counts(false, false, "proportion", true)])
            .unnest(cols(["legs"]), None)
            .sort(["legs"], order())
            .collect()?
    );
    show!(
        session,
        "animals[\"legs\"].mode()",
        column(&animals, legs.clone().mode(false))?
    );
    show!(
        session,
        "animals[[\"legs\", \"weight\"]].corr()",
        stacked(
            &animals,
            ["legs", "weight"].map(|row| (row, pearson_corr(numbers(), col(row)).name().keep()))
        )?
    );
    show!(
        session,
        "animals[\"legs\"].cov(animals[\"weight\"])",
        column(&animals, cov(legs.clone(), weight.clone(), 1))?.get(0)?
    );
    show!(
        session,
        "animals.agg({\"legs\": \"sum\", \"weight\": \"mean\"})",
        labelled(table().select([legs.sum(), weight.clone().mean()]))?
    );
    show!(
        session,
        "animals[[\"legs\", \"weight\"]].agg([\"min\", \"max\", \"mean\"])",
        stacked(
            &animals,
            [
                ("min", numbers().min()),
                ("max", numbers().max()),
                ("mean", numbers().mean())
            ]
        )?
    );
    show!(
        session,
        "animals[\"weight\"].agg([\"count\", \"sum\", \"std\", \"sem\"])",
        stacked(
            &animals,
            [
                ("count", weight.clone().count()),
                ("sum", weight.clone().sum()),
                ("std", weight.clone().std(1)),
                ("sem", weight.clone().std(1) / weight.count().sqrt()),
            ]
        )?
    );
    show!(
        session,
        "animals.nunique()",
        labelled(table().select([all().as_expr().drop_nulls().n_unique()]))?
    );
    Ok(())
}

/// A row for each statistic, with its label in front. All of them are computed in one query.
fn stacked<L: Literal, const N: usize>(
    frame: &DataFrame,
    statistics: [(L, Expr); N],
) -> PolarsResult<DataFrame> {
    let rows = statistics.map(|(label, statistic)| {
        frame
            .clone()
            .lazy()
            .select([lit(label).alias("index"), statistic.cast(DataType::Float64)])
    });
    concat(rows, UnionArgs::default())?.collect()
}
