//! DataFrame: columns of one length, each with a name and a type; a row is what stands in them at one position.

use anyhow::Result;
use ndarray::Array;
use polars::{frame::row::Row, prelude::*};

use crate::{Session, labelled, show};

pub fn run(session: &mut Session) -> Result<()> {
    show!(
        session,
        "pd.DataFrame({\"name\": [\"ape\", \"bee\", \"cat\"], \"legs\": [2, 6, 4]})",
        df!("name" => ["ape", "bee", "cat"], "legs" => [2_i64, 6, 4])?
    );
    let schema = Schema::from_iter([
        Field::new("name".into(), DataType::String),
        Field::new("legs".into(), DataType::Int64),
    ]);
    show!(
        session,
        "pd.DataFrame([(\"ape\", 2), (\"bee\", 6)], columns=[\"name\", \"legs\"])",
        DataFrame::from_rows_and_schema(
            &[
                Row::new(vec![AnyValue::String("ape"), AnyValue::Int64(2)]),
                Row::new(vec![AnyValue::String("bee"), AnyValue::Int64(6)]),
            ],
            &schema
        )?
    );
    show!(
        session,
        "pd.DataFrame([{\"name\": \"ape\", \"legs\": 2}, {\"name\": \"bee\", \"wings\": 4}])",
        concat_lf_diagonal(
            [
                df!("name" => ["ape"], "legs" => [2_i64])?.lazy(),
                df!("name" => ["bee"], "wings" => [4_i64])?.lazy(),
            ],
            UnionArgs::default()
        )?
        .collect()?
    );
    let records = [Animal { name: "ape", legs: 2 }, Animal { name: "bee", legs: 6 }];
    show!(
        session,
        "pd.DataFrame([Animal(\"ape\", 2), Animal(\"bee\", 6)])",
        df!(
            "name" => records.iter().map(|animal| animal.name).collect::<Vec<_>>(),
            "legs" => records.iter().map(|animal| animal.legs).collect::<Vec<_>>(),
        )?
    );
    let array = Array::from_iter(0..6_i64).into_shape_with_order((3, 2))?;
    show!(
        session,
        "pd.DataFrame(np.arange(6).reshape(3, 2), columns=[\"x\", \"y\"])",
        df!("x" => array.column(0).to_vec(), "y" => array.column(1).to_vec())?
    );
    show!(
        session,
        "pd.DataFrame({\"name\": pd.Series(dtype=\"str\"), \"legs\": pd.Series(dtype=\"int64\")})",
        DataFrame::empty_with_schema(&schema)
    );
    show!(
        session,
        "pd.DataFrame({\"name\": [\"ape\", \"bee\"], \"legs\": [2]})",
        df!("name" => ["ape", "bee"], "legs" => [2_i64])
    );

    let animals = df!(
        "name" => ["ape", "bee", "cat", "dog", "emu"],
        "legs" => [2_i64, 6, 4, 4, 2],
        "weight" => [Some(65.5), Some(0.5), Some(4.25), Some(30.0), None],
        "tame" => [false, true, true, true, false],
    )?;
    show!(session, "animals", animals);
    show!(session, "animals.shape", animals.shape());
    show!(session, "len(animals)", animals.height());
    show!(session, "animals.empty", animals.height() == 0);
    show!(session, "animals.columns", animals.get_column_names());
    show!(
        session,
        "animals.dtypes[\"weight\"] == \"float64\"",
        animals.schema().get("weight") == Some(&DataType::Float64)
    );
    show!(
        session,
        "animals.isna().sum()",
        labelled(animals.clone().lazy().null_count())?
    );
    // `equals` has a null differ from everything, another null included.
    show!(
        session,
        "animals.equals(animals.copy())",
        animals.equals_missing(&animals.clone())
    );

    show!(session, "animals.head(2)", animals.head(Some(2)));
    show!(session, "animals.tail(2)", animals.tail(Some(2)));
    show!(session, "animals[\"legs\"]", animals.column("legs")?);
    show!(session, "animals.iloc[2, 0]", animals.column("name")?.get(2)?);
    show!(
        session,
        "animals.iloc[2].to_dict()",
        animals
            .slice(2, 1)
            .into_struct(PlSmallStr::EMPTY)
            .get_any_value(0)?
    );

    show!(
        session,
        "animals.astype({\"legs\": \"int32\", \"tame\": \"int8\"})",
        animals
            .clone()
            .lazy()
            .with_columns([
                col("legs").strict_cast(DataType::Int32),
                col("tame").strict_cast(DataType::Int8),
            ])
            .collect()?
    );
    show!(
        session,
        "animals[[\"legs\", \"weight\"]].dropna().to_numpy()",
        animals
            .select(["legs", "weight"])?
            .drop_nulls::<&str>(None)?
            .to_ndarray::<Float64Type>(IndexOrder::C)?
    );
    show!(
        session,
        "animals[[\"legs\", \"weight\"]].T.add_prefix(\"column_\").rename_axis(\"field\")",
        animals
            .select(["legs", "weight"])?
            .transpose(Some("field"), None)?
    );

    show!(
        session,
        "[f\"{row.name} has {row.legs}\" for row in animals.itertuples()]",
        described(&animals)?
    );
    show!(
        session,
        "animals[\"name\"] + \" has \" + animals[\"legs\"].astype(\"str\")",
        animals
            .clone()
            .lazy()
            .select([format_str("{} has {}", &[col("name"), col("legs")])?.alias("")])
            .collect()?
            .column("")?
    );
    show!(
        session,
        "sum(row.legs for row in animals.itertuples() if row.tame)",
        animals
            .column("legs")?
            .i64()?
            .iter()
            .zip(animals.column("tame")?.bool()?.iter())
            .filter_map(|(legs, tame)| legs.filter(|_| tame == Some(true)))
            .sum::<i64>()
    );
    show!(
        session,
        "animals.loc[animals[\"tame\"], \"legs\"].sum()",
        animals
            .lazy()
            .select([col("legs").filter(col("tame")).sum()])
            .collect()?
            .column("legs")?
            .get(0)?
    );
    let numbers = df!("number" => Vec::from_iter(1..=100_i64))?;
    let square = (col("number") * col("number")).alias("square");
    let squares = numbers.lazy().with_columns([square]).collect()?;
    session.note(format!(
        "Of a frame of many rows, the first and the last:\n{squares}"
    ));
    Ok(())
}

struct Animal {
    name: &'static str,
    legs: i64,
}

/// A loop over rows is a loop over several columns, each taken out with its type.
fn described(animals: &DataFrame) -> PolarsResult<Vec<String>> {
    let names = animals.column("name")?.str()?;
    let legs = animals.column("legs")?.i64()?;
    let rows = names.iter().zip(legs.iter());
    Ok(rows
        .filter_map(|(name, legs)| Some(format!("{} has {}", name?, legs?)))
        .collect())
}
