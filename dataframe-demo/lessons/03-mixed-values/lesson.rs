//! Mixed values: a column has one type, so a value of several is an object of Rust, and mostly there is a better answer.

use std::{
    fmt,
    hash::{Hash, Hasher},
};

use anyhow::Result;
use polars::{
    chunked_array::object::ObjectArray,
    polars_utils::total_ord::{TotalEq, TotalHash, TotalOrdWrap},
    prelude::*,
};

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let unnamed = || PlSmallStr::EMPTY;
    let values = [
        AnyValue::Int64(1),
        AnyValue::String("two"),
        AnyValue::Float64(3.5),
        AnyValue::Null,
        AnyValue::Boolean(true),
    ];
    show!(
        session,
        "mixed",
        ObjectChunked::from_iter_options(unnamed(), values.iter().map(Mixed::of))
    );
    let mixed = ObjectChunked::from_iter_options(unnamed(), values.iter().map(Mixed::of));
    show!(
        session,
        "mixed.dropna().map(lambda value: type(value).__name__)",
        StringChunked::from_iter_values(unnamed(), each(&mixed).flatten().map(Mixed::kind))
    );
    show!(session, "mixed.isna()", mixed.is_null());
    show!(
        session,
        "mixed.iloc[2]",
        each(&mixed).nth(2).flatten().and_then(Mixed::real)
    );
    show!(
        session,
        "mixed[mixed.map(lambda value: isinstance(value, str))]",
        mixed.filter(&BooleanChunked::from_iter_values(
            unnamed(),
            each(&mixed).map(|value| value.is_some_and(Mixed::is_text))
        ))?
    );
    show!(
        session,
        "mixed.map(lambda value: value * 2 if type(value) in (int, float) else value)",
        ObjectChunked::from_iter_options(unnamed(), each(&mixed).map(|value| value.map(Mixed::doubled)))
    );
    show!(
        session,
        "mixed.nunique()",
        each(&mixed).flatten().collect::<PlHashSet<_>>().len()
    );
    let objects = mixed.clone().into_series();
    show!(session, "mixed + 1", &objects + &Series::new(unnamed(), [1_i64]));
    show!(session, "mixed.sum()", objects.sum_reduce());
    show!(
        session,
        "mixed.sort_values()",
        objects.sort(SortOptions::default())
    );
    // `strict: false` makes the type that all values have in common.
    show!(
        session,
        "mixed.astype(\"str\")",
        Series::from_any_values(unnamed(), &values, false)?
    );
    show!(
        session,
        "pd.to_numeric(mixed, errors=\"coerce\")",
        Series::from_any_values_and_dtype(unnamed(), &values, &DataType::Float64, false)?
    );

    show!(
        session,
        "pd.Series([1, 2.5])",
        Series::from_any_values(unnamed(), &[AnyValue::Int64(1), AnyValue::Float64(2.5)], false)?
    );
    show!(
        session,
        "pd.Series([1, \"two\"])",
        Series::from_any_values(unnamed(), &[AnyValue::Int64(1), AnyValue::String("two")], true)
    );
    show!(
        session,
        "pd.Series([1, True]).astype(\"int64\")",
        Series::from_any_values(unnamed(), &[AnyValue::Int64(1), AnyValue::Boolean(true)], false)?
    );

    let readings = [
        AnyValue::Int64(12),
        AnyValue::String("trace"),
        AnyValue::Float64(14.5),
        AnyValue::Null,
        AnyValue::String("n/a"),
        AnyValue::Int64(7),
    ];
    let table = DataFrame::new_infer_height(vec![
        Series::from_any_values_and_dtype("number".into(), &readings, &DataType::Float64, false)?.into(),
        StringChunked::from_iter_options("note".into(), readings.iter().map(AnyValue::get_str)).into_column(),
    ])?;
    show!(session, "table", table);
    show!(
        session,
        "table[\"number\"].mean()",
        table.column("number")?.mean_reduce()?
    );
    show!(
        session,
        "table[\"note\"].value_counts().sort_index()",
        table
            .clone()
            .lazy()
            .filter(col("note").is_not_null())
            .group_by([col("note")])
            .agg([len().alias("count")])
            .sort(["note"], SortMultipleOptions::default())
            .collect()?
    );
    show!(
        session,
        "table[\"number\"].fillna(table[\"note\"].map({\"trace\": 0.0}))",
        table
            .lazy()
            .select([when(col("note").eq(lit("trace")))
                .then(0.0)
                .otherwise(col("number"))
                .alias("number")])
            .collect()?
            .column("number")?
    );

    let places = df!("name" => ["Ulm", "Bonn"], "height" => [478_i64, 60])?.into_struct("place".into());
    show!(session, "places", places);
    show!(
        session,
        "places.map(lambda place: place[\"height\"]).max()",
        places.field_by_name("height")?.max::<i64>()?
    );
    show!(session, "pd.json_normalize(places)", places.clone().unnest());
    show!(
        session,
        "pd.Series([{\"name\": \"Ulm\"}, {\"name\": \"Bonn\", \"height\": \"low\"}], name=\"place\")",
        df!("name" => ["Ulm", "Bonn"], "height" => [None, Some("low")])?.into_struct("place".into())
    );

    let sizes = DataType::from_frozen_categories(FrozenCategories::new(["small", "medium", "large"])?);
    let shirts = Series::new("size".into(), ["large", "small", "medium", "small"]).strict_cast(&sizes)?;
    show!(session, "shirts", shirts);
    show!(
        session,
        "shirts.sort_values()",
        shirts.sort(SortOptions::default())?
    );
    show!(
        session,
        "shirts > \"small\"",
        shirts
            .clone()
            .into_frame()
            .lazy()
            .select([col("size").gt(lit("small"))])
            .collect()?
            .column("size")?
    );
    show!(
        session,
        "shirts.cat.codes",
        shirts
            .to_physical_repr()
            .cast(&DataType::Int8)?
            .with_name(unnamed())
    );
    show!(
        session,
        "pd.Series([\"huge\"], name=\"size\").astype(sizes)",
        Series::new("size".into(), ["huge"]).strict_cast(&sizes)
    );
    Ok(())
}

fn each(objects: &ObjectChunked<Mixed>) -> impl Iterator<Item = Option<&Mixed>> {
    objects.downcast_iter().flat_map(ObjectArray::iter)
}

/// A value of one of several types. What is missing is a null of the column, not one of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Mixed {
    Whole(i64),
    /// With an order and a hash that cover NaN.
    Real(TotalOrdWrap<f64>),
    Text(String),
    Truth(bool),
}

impl Mixed {
    fn of(value: &AnyValue) -> Option<Self> {
        match value {
            AnyValue::Int64(number) => Some(Self::Whole(*number)),
            AnyValue::Float64(number) => Some(Self::Real(TotalOrdWrap(*number))),
            AnyValue::Boolean(truth) => Some(Self::Truth(*truth)),
            other => other.get_str().map(|text| Self::Text(text.to_owned())),
        }
    }

    /// Python's name of the type.
    fn kind(&self) -> &'static str {
        match self {
            Self::Whole(_) => "int",
            Self::Real(_) => "float",
            Self::Text(_) => "str",
            Self::Truth(_) => "bool",
        }
    }

    fn real(&self) -> Option<f64> {
        match self {
            Self::Real(TotalOrdWrap(number)) => Some(*number),
            _ => None,
        }
    }

    fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }

    fn doubled(&self) -> Self {
        match self {
            Self::Whole(number) => Self::Whole(number * 2),
            Self::Real(TotalOrdWrap(number)) => Self::Real(TotalOrdWrap(number * 2.0)),
            other => other.clone(),
        }
    }
}

/// As Python shows it: with quotes, which tell "1" from 1.
impl fmt::Display for Mixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(number) => number.fmt(f),
            Self::Real(TotalOrdWrap(number)) => write!(f, "{number:?}"),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Truth(true) => f.write_str("True"),
            Self::Truth(false) => f.write_str("False"),
        }
    }
}

// What a column of objects asks of them. The default stands where there is a null, and is never seen.

impl Default for Mixed {
    fn default() -> Self {
        Self::Truth(false)
    }
}

impl TotalEq for Mixed {
    fn tot_eq(&self, other: &Self) -> bool {
        self == other
    }
}

impl TotalHash for Mixed {
    fn tot_hash<H: Hasher>(&self, state: &mut H) {
        self.hash(state);
    }
}

impl PolarsObject for Mixed {
    fn type_name() -> &'static str {
        "Mixed"
    }
}
