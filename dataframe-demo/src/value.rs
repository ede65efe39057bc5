//! What an expression came to, written as the recording writes it: dtypes, shape and every cell.
//!
//! Two things are written alike on both sides. An index of pandas is a column, as polars has it; one of whole numbers
//! without a name is left out. And what polars counts in 32 bits is an `int64`, as pandas has it.

use std::{collections::BTreeMap, fmt::Display};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta};
use ndarray::{ArrayBase, Data, Dimension};
use polars::prelude::*;

/// Whatever can be compared with what pandas answered.
pub trait Value {
    /// `dtype`, `shape` and the cells, with pandas' names; or `error`.
    fn answer(&self) -> BTreeMap<String, String>;

    /// As a reader sees it.
    fn display(&self) -> String;

    /// Both.
    fn shown(&self) -> (BTreeMap<String, String>, String) {
        (self.answer(), self.display())
    }
}

/// One value, or an array of them, which stand in `tokens` one after the other.
fn answer(dtype: String, shape: &[usize], tokens: String) -> BTreeMap<String, String> {
    let shape = match shape {
        [length] => format!("({length},)"),
        _ => format!(
            "({})",
            shape.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")
        ),
    };
    [("dtype", dtype), ("shape", shape), ("value", tokens)]
        .map(|(key, value)| (key.to_owned(), value))
        .into()
}

fn none() -> BTreeMap<String, String> {
    [("dtype".to_owned(), "None".to_owned())].into()
}

/// pandas' name of a column's type.
fn dtype(dtype: &DataType) -> String {
    match dtype {
        DataType::Boolean => "bool".to_owned(),
        // The type of polars' sizes and counts.
        DataType::UInt32 => "int64".to_owned(),
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt64 => dtype.to_string().replace('i', "int").replace('u', "uint"),
        DataType::Float32 => "float32".to_owned(),
        DataType::Float64 => "float64".to_owned(),
        DataType::Decimal(..) => "decimal".to_owned(),
        DataType::String => "str".to_owned(),
        DataType::Binary => "bytes".to_owned(),
        DataType::Date => "date".to_owned(),
        DataType::Time => "time".to_owned(),
        DataType::Datetime(unit, None) => format!("datetime64[{}]", ascii(*unit)),
        DataType::Datetime(unit, Some(zone)) => format!("datetime64[{}, {zone}]", ascii(*unit)),
        DataType::Duration(unit) => format!("timedelta64[{}]", ascii(*unit)),
        DataType::Categorical(..) | DataType::Enum(..) => "category".to_owned(),
        DataType::List(_) | DataType::Array(..) => "list".to_owned(),
        DataType::Struct(_) => "struct".to_owned(),
        // A column with nothing in it, and one of Rust values.
        _ => "object".to_owned(),
    }
}

fn ascii(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Nanoseconds => "ns",
        TimeUnit::Microseconds => "us",
        TimeUnit::Milliseconds => "ms",
    }
}

fn nanoseconds(value: i64, unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Nanoseconds => value,
        TimeUnit::Microseconds => value * 1_000,
        TimeUnit::Milliseconds => value * 1_000_000,
    }
}

/// One cell: equal text is an equal value.
fn cell(value: &AnyValue) -> String {
    match value {
        AnyValue::Null => "null".to_owned(),
        AnyValue::Boolean(true) => "True".to_owned(),
        AnyValue::Boolean(false) => "False".to_owned(),
        AnyValue::Float32(number) => float(number.is_nan(), format!("{number:?}")),
        AnyValue::Float64(number) => float(number.is_nan(), format!("{number:?}")),
        AnyValue::Binary(bytes) => quoted(&bytes.iter().copied().map(char::from).collect::<String>()),
        AnyValue::BinaryOwned(bytes) => cell(&AnyValue::Binary(bytes)),
        AnyValue::Date(days) => {
            let day = NaiveDate::from_epoch_days(*days);
            day.map_or_else(|| value.to_string(), |day| day.to_string())
        }
        AnyValue::Time(nanoseconds) => {
            let (time, _) = NaiveTime::MIN.overflowing_add_signed(TimeDelta::nanoseconds(*nanoseconds));
            format!("{time:?}")
        }
        AnyValue::Datetime(time, unit, zone) => moment(*time, *unit, *zone),
        AnyValue::DatetimeOwned(time, unit, zone) => moment(*time, *unit, zone.as_deref()),
        AnyValue::Duration(time, unit) => nanoseconds(*time, *unit).to_string(),
        AnyValue::List(inner) | AnyValue::Array(inner, _) => {
            let cells: Vec<_> = inner.iter().map(|value| cell(&value)).collect();
            format!("[{}]", cells.join(","))
        }
        AnyValue::Struct(..) | AnyValue::StructOwned(_) => structure(value),
        AnyValue::Object(object) => object.to_string(),
        AnyValue::ObjectOwned(object) => object.0.to_string(),
        _ => match value.get_str() {
            Some(text) => quoted(text),
            None => value.to_string(),
        },
    }
}

fn float(nan: bool, text: String) -> String {
    if nan { "nan".to_owned() } else { text }
}

/// A string of JSON, like Python's `json.dumps`.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// ISO 8601, with as many digits for what is below a second as are needed: none, 3, 6 or 9.
fn moment(time: i64, unit: TimeUnit, zone: Option<&TimeZone>) -> String {
    let time = DateTime::from_timestamp_nanos(nanoseconds(time, unit));
    match zone.and_then(|zone| zone.to_chrono().ok()) {
        Some(zone) => time
            .with_timezone(&zone)
            .format("%Y-%m-%dT%H:%M:%S%.f%:z")
            .to_string(),
        None => time.format("%Y-%m-%dT%H:%M:%S%.f").to_string(),
    }
}

fn structure(value: &AnyValue) -> String {
    let DataType::Struct(fields) = value.dtype() else {
        return value.to_string();
    };
    let fields = fields.iter().map(|field| quoted(field.name()));
    let cells = value._iter_struct_av().map(|inner| cell(&inner));
    let pairs: Vec<_> = fields
        .zip(cells)
        .map(|(name, cell)| format!("{name}:{cell}"))
        .collect();
    format!("{{{}}}", pairs.join(","))
}

fn cells(column: &Series) -> String {
    let cells: Vec<_> = match column.dtype() {
        // What an iterator over them wants is a registry of the types that there are.
        DataType::Object(_) => (0..column.len())
            .map(|row| column.get_object(row))
            .map(|object| object.map_or("null".to_owned(), ToString::to_string))
            .collect(),
        _ => column.iter().map(|value| cell(&value)).collect(),
    };
    cells.join(" ")
}

impl Value for Series {
    fn answer(&self) -> BTreeMap<String, String> {
        let mut answer = answer(dtype(self.dtype()), &[self.len()], cells(self));
        if !self.name().is_empty() {
            answer.insert("column".to_owned(), self.name().to_string());
        }
        answer
    }

    fn display(&self) -> String {
        format!("{self}")
    }
}

impl Value for Column {
    fn answer(&self) -> BTreeMap<String, String> {
        self.as_materialized_series().answer()
    }

    fn display(&self) -> String {
        self.as_materialized_series().display()
    }
}

impl<T: PolarsDataType> Value for ChunkedArray<T>
where
    Self: IntoSeries,
{
    fn answer(&self) -> BTreeMap<String, String> {
        self.clone().into_series().answer()
    }

    fn display(&self) -> String {
        self.clone().into_series().display()
    }
}

/// A frame has its columns, name by name.
impl Value for DataFrame {
    fn answer(&self) -> BTreeMap<String, String> {
        let named = |column: &Column| format!("{}: {}", column.name(), dtype(column.dtype()));
        let dtypes: Vec<_> = self.columns().iter().map(named).collect();
        let columns = self.columns().iter().map(|column| {
            let name = format!("[{}]", column.name());
            (name, cells(column.as_materialized_series()))
        });
        [
            ("dtype".to_owned(), dtypes.join(", ")),
            (
                "shape".to_owned(),
                format!("({}, {})", self.height(), self.width()),
            ),
        ]
        .into_iter()
        .chain(columns)
        .collect()
    }

    fn display(&self) -> String {
        self.to_string()
    }
}

/// A cell.
impl Value for AnyValue<'_> {
    fn answer(&self) -> BTreeMap<String, String> {
        match self {
            AnyValue::Null => none(),
            _ => answer(dtype(&self.dtype()), &[], cell(self)),
        }
    }

    fn display(&self) -> String {
        self.to_string()
    }
}

/// A cell with its type.
impl Value for Scalar {
    fn answer(&self) -> BTreeMap<String, String> {
        self.value().answer()
    }

    fn display(&self) -> String {
        self.value().to_string()
    }
}

/// What an array can hold beside the cells of polars.
pub trait Element: Display {
    /// As a cell.
    fn any(&self) -> AnyValue<'_>;
}

macro_rules! elements {
    ($($type:ty: $self:ident => $any:expr;)*) => {$(
        impl Element for $type {
            fn any(&$self) -> AnyValue<'_> {
                $any
            }
        }

        impl Value for $type {
            fn answer(&self) -> BTreeMap<String, String> {
                self.any().answer()
            }

            fn display(&self) -> String {
                self.to_string()
            }
        }
    )*};
}

elements! {
    bool: self => AnyValue::Boolean(*self);
    i32: self => AnyValue::Int32(*self);
    i64: self => AnyValue::Int64(*self);
    // Sizes and counts.
    u32: self => AnyValue::Int64(i64::from(*self));
    usize: self => AnyValue::Int64(i64::try_from(*self).unwrap_or(i64::MAX));
    f32: self => AnyValue::Float32(*self);
    f64: self => AnyValue::Float64(*self);
    str: self => AnyValue::String(self);
    String: self => AnyValue::String(self);
    PlSmallStr: self => AnyValue::String(self);
}

impl<T: Element + ?Sized> Element for &T {
    fn any(&self) -> AnyValue<'_> {
        (**self).any()
    }
}

fn array<'a, T: Element + 'a>(
    shape: &[usize],
    elements: impl Iterator<Item = &'a T>,
) -> BTreeMap<String, String> {
    let elements: Vec<_> = elements.map(Element::any).collect();
    let kind = elements
        .first()
        .map_or("object".to_owned(), |first| dtype(&first.dtype()));
    let cells: Vec<_> = elements.iter().map(cell).collect();
    answer(kind, shape, cells.join(" "))
}

impl<T: Element> Value for [T] {
    fn answer(&self) -> BTreeMap<String, String> {
        array(&[self.len()], self.iter())
    }

    fn display(&self) -> String {
        let elements: Vec<_> = self.iter().map(ToString::to_string).collect();
        format!("[{}]", elements.join(", "))
    }
}

impl<T: Element> Value for Vec<T> {
    fn answer(&self) -> BTreeMap<String, String> {
        self.as_slice().answer()
    }

    fn display(&self) -> String {
        self.as_slice().display()
    }
}

impl<T: Element, const N: usize> Value for [T; N] {
    fn answer(&self) -> BTreeMap<String, String> {
        self.as_slice().answer()
    }

    fn display(&self) -> String {
        self.as_slice().display()
    }
}

impl<T: Element, S: Data<Elem = T>, D: Dimension> Value for ArrayBase<S, D> {
    fn answer(&self) -> BTreeMap<String, String> {
        array(self.shape(), self.iter())
    }

    fn display(&self) -> String {
        self.map(ToString::to_string).to_string()
    }
}

/// Rows and columns.
impl Value for (usize, usize) {
    fn answer(&self) -> BTreeMap<String, String> {
        [self.0, self.1].answer()
    }

    fn display(&self) -> String {
        format!("{self:?}")
    }
}

/// What is done, such as writing, has no value.
impl Value for () {
    fn answer(&self) -> BTreeMap<String, String> {
        none()
    }

    fn display(&self) -> String {
        "None".to_owned()
    }
}

impl<T: Value + ?Sized> Value for &T {
    fn answer(&self) -> BTreeMap<String, String> {
        (**self).answer()
    }

    fn display(&self) -> String {
        (**self).display()
    }
}

impl<T: Value> Value for Option<T> {
    fn answer(&self) -> BTreeMap<String, String> {
        self.as_ref().map_or_else(none, T::answer)
    }

    fn display(&self) -> String {
        self.as_ref().map_or_else(|| "None".to_owned(), T::display)
    }
}

/// An exception in Python is an error here.
impl<T: Value, E: Display> Value for Result<T, E> {
    fn answer(&self) -> BTreeMap<String, String> {
        match self {
            Ok(value) => value.answer(),
            Err(error) => [("error".to_owned(), error.to_string())].into(),
        }
    }

    fn display(&self) -> String {
        match self {
            Ok(value) => value.display(),
            Err(error) => error.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: &impl Value) -> Vec<(String, String)> {
        value.answer().into_iter().collect()
    }

    fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
        pairs
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .to_vec()
    }

    #[test]
    fn null_and_nan_are_told_apart() {
        let numbers = Series::new(
            "x".into(),
            [Some(1.5), None, Some(f64::NAN), Some(-0.0), Some(1e16)],
        );
        assert_eq!(
            shown(&numbers),
            pairs([
                ("column", "x"),
                ("dtype", "float64"),
                ("shape", "(5,)"),
                ("value", "1.5 null nan -0.0 1e16"),
            ])
        );
    }

    #[test]
    fn a_frame_has_the_types_and_the_cells_of_its_columns() {
        let list = Series::new("".into(), [1_i64, 2]);
        let frame = df!(
            "n" => [1_i8, 2],
            "t" => [Some("a \"b\""), None],
            "l" => [list.clone(), list.clear()],
        )
        .unwrap();
        assert_eq!(
            shown(&frame),
            pairs([
                ("[l]", "[1,2] []"),
                ("[n]", "1 2"),
                ("[t]", r#""a \"b\"" null"#),
                ("dtype", "n: int8, t: str, l: list"),
                ("shape", "(2, 3)"),
            ])
        );
        let structs = frame.into_struct("s".into()).into_series();
        assert_eq!(
            shown(&structs)[3].1,
            r#"{"n":1,"t":"a \"b\"","l":[1,2]} {"n":2,"t":null,"l":[]}"#
        );
    }

    #[test]
    fn moments_are_written_as_the_recording_has_them() {
        let zone = TimeZone::opt_try_new(Some("Europe/Paris")).unwrap();
        let unit = TimeUnit::Microseconds;
        let moments = [
            AnyValue::Date(1),
            AnyValue::Datetime(1_711_846_800_500_000, unit, None),
            AnyValue::Datetime(1_711_846_800_000_000, unit, zone.as_ref()),
            AnyValue::Duration(-5, unit),
            AnyValue::Time(3_600_000_000_000),
        ];
        assert_eq!(
            moments.each_ref().map(cell),
            [
                "1970-01-02",
                "2024-03-31T01:00:00.500",
                "2024-03-31T03:00:00+02:00",
                "-5000",
                "01:00:00",
            ]
        );
        assert_eq!(dtype(&moments[2].dtype()), "datetime64[us, Europe/Paris]");
    }
}
