//! Select and filter: which columns, which rows, and new columns made of them, each by an expression.

use anyhow::Result;
use polars::prelude::*;

use crate::{Session, column, show};

pub fn run(session: &mut Session) -> Result<()> {
    let animals = df!(
        "name" => ["ape", "bee", "cat", "dog", "emu"],
        "legs" => [2_i64, 6, 4, 4, 2],
        "weight" => [Some(65.5), Some(0.5), Some(4.25), Some(30.0), None],
        "weight_max" => [90.0, 1.0, 6.0, 80.0, 60.0],
    )?;
    let table = || animals.clone().lazy();
    let (name, legs, weight) = (col("name"), col("legs"), col("weight"));

    show!(
        session,
        "animals[[\"name\", \"legs\"]]",
        animals.select(["name", "legs"])?
    );
    show!(session, "animals[\"height\"]", animals.column("height"));
    show!(
        session,
        "animals[[\"name\", \"height\"]]",
        table().select([name.clone(), col("height")]).collect()
    );
    show!(
        session,
        "animals.iloc[:, :2]",
        table().select([index_cols([0, 1]).as_expr()]).collect()?
    );
    show!(
        session,
        "animals.select_dtypes(\"number\")",
        table()
            .select([DataTypeSelector::Numeric.as_selector().as_expr()])
            .collect()?
    );
    show!(
        session,
        "animals.filter(regex=\"^weight\")",
        table().select([col("^weight.*$")]).collect()?
    );
    show!(
        session,
        "animals.drop(columns=\"name\")",
        table().drop(cols(["name"])).collect()?
    );
    show!(
        session,
        "animals.rename(columns={\"legs\": \"feet\"})",
        table().rename(["legs"], ["feet"], true).collect()?
    );
    show!(
        session,
        "animals[[\"weight\", \"name\"]].rename(columns=str.upper)",
        table()
            .select([cols(["weight", "name"]).as_expr().name().to_uppercase()])
            .collect()?
    );

    show!(session, "animals.iloc[1:3]", animals.slice(1, 2));
    show!(
        session,
        "animals.iloc[::2]",
        table().select([all().as_expr().gather_every(2, 0)]).collect()?
    );
    show!(
        session,
        "animals.set_index(\"name\").loc[\"cat\", \"weight\"]",
        table()
            .filter(name.clone().eq(lit("cat")))
            .select([weight.clone().item(false)])
            .collect()?
            .column("weight")?
            .get(0)?
    );
    show!(
        session,
        "animals.set_index(\"name\").loc[\"yak\", \"weight\"]",
        table()
            .filter(name.clone().eq(lit("yak")))
            .select([weight.clone().item(false)])
            .collect()
    );
    show!(
        session,
        "animals.set_index(\"name\").loc[[\"dog\", \"ape\"]]",
        df!("name" => ["dog", "ape"])?
            .lazy()
            .join_builder()
            .with(table())
            .on([name.clone()])
            .how(JoinType::Left)
            .maintain_order(MaintainOrderJoin::Left)
            .finish()
            .collect()?
    );
    show!(
        session,
        "animals[animals[\"weight\"] > 5]",
        table().filter(weight.clone().gt(lit(5))).collect()?
    );
    show!(
        session,
        "animals[animals[\"weight\"].between(1, 50) & (animals[\"legs\"] == 4)]",
        table()
            .filter(weight.clone().is_between(lit(1), lit(50), ClosedInterval::Both))
            .filter(legs.clone().eq(lit(4)))
            .collect()?
    );
    // What is not known to be greater is not known to be no greater either.
    show!(
        session,
        "animals[~(animals[\"weight\"] > 5)]",
        table().filter(weight.clone().gt(lit(5)).not()).collect()?
    );
    show!(
        session,
        "animals[animals[\"name\"].isin([\"bee\", \"yak\"])]",
        table()
            .filter(name.clone().is_in(
                lit(Series::new(PlSmallStr::EMPTY, ["bee", "yak"])).implode(true),
                false
            ))
            .collect()?
    );
    show!(
        session,
        "animals.query(\"legs == 4 and weight < weight_max / 2\")",
        table()
            .filter(
                legs.clone()
                    .eq(lit(4))
                    .and(weight.clone().lt(col("weight_max") / lit(2)))
            )
            .collect()?
    );
    show!(
        session,
        "animals.loc[animals[\"legs\"] > 2, [\"name\", \"legs\"]]",
        table()
            .filter(legs.clone().gt(lit(2)))
            .select([name.clone(), legs.clone()])
            .collect()?
    );
    show!(session, "animals.dropna()", table().drop_nulls(None).collect()?);

    show!(
        session,
        "animals.assign(share=lambda table: table[\"weight\"] / table[\"weight_max\"], kingdom=\"animals\")",
        table()
            .with_columns([
                (weight.clone() / col("weight_max")).alias("share"),
                lit("animals").alias("kingdom"),
            ])
            .collect()?
    );
    show!(
        session,
        "animals[\"legs\"] / 4",
        column(&animals, legs.clone() / lit(4))?
    );
    show!(
        session,
        "with_pairs(animals)",
        table()
            .select([
                name.clone(),
                legs.clone().floor_div(lit(2)).alias("pairs"),
                legs.clone()
            ])
            .collect()?
    );

    show!(
        session,
        "animals[\"weight\"].where(animals[\"legs\"] == 4)",
        column(
            &animals,
            when(legs.clone().eq(lit(4)))
                .then(weight.clone())
                .otherwise(lit(NULL))
        )?
    );
    show!(
        session,
        "animals[\"weight_max\"].mask(animals[\"weight_max\"] < 5, 5.0)",
        column(
            &animals,
            when(col("weight_max").lt(lit(5)))
                .then(lit(5.0))
                .otherwise(col("weight_max"))
                .alias("weight_max")
        )?
    );
    show!(
        session,
        "animals[\"legs\"].case_when([(animals[\"legs\"] == 2, 20), (animals[\"legs\"] > 4, 60)])",
        column(
            &animals,
            when(legs.clone().eq(lit(2)))
                .then(lit(20))
                .when(legs.clone().gt(lit(4)))
                .then(lit(60))
                .otherwise(legs.clone())
                .alias("legs")
        )?
    );
    show!(
        session,
        "changed",
        table()
            .select([
                name.clone(),
                when(name.eq(lit("emu")))
                    .then(lit(45.0))
                    .otherwise(weight)
                    .alias("weight"),
            ])
            .collect()?
    );
    show!(
        session,
        "animals[\"legs\"].map({2: \"biped\", 4: \"quadruped\"})",
        column(
            &animals,
            legs.replace_strict(
                lit(Series::new(PlSmallStr::EMPTY, [2_i64, 4])),
                lit(Series::new(PlSmallStr::EMPTY, ["biped", "quadruped"])),
                Some(lit(NULL)),
                Some(DataType::String),
            )
        )?
    );
    Ok(())
}
