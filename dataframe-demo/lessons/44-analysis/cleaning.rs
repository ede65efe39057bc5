//! From text to values.

use std::path::Path;

use polars::prelude::*;

/// The file as it came: text in every cell. Which texts stand for nothing has to be said.
pub fn read(path: &Path) -> PolarsResult<DataFrame> {
    let nothing = ["", "NA", "n/a", "-", "?"].map(Into::into).to_vec();
    LazyCsvReader::new(PlRefPath::try_from_path(path)?)
        .with_infer_schema_length(Some(0))
        .with_null_values(Some(NullValues::AllColumns(nothing)))
        .finish()?
        .collect()
}

/// One spelling for each thing.
pub fn one_spelling() -> [Expr; 4] {
    let stripped = |name: &str| col(name).str().strip_chars(lit(NULL));
    let lower = |name: &str| stripped(name).str().to_lowercase();
    let station = lower("station").str().replace_all(lit(r"\s+"), lit(" "), false);
    [
        station.str().replace_all(lit("stn"), lit("station"), true),
        lower("bike").replace(lit("ebike"), lit("e-bike")),
        lower("rider").replace(lit("guest"), lit("casual")),
        all()
            .exclude_cols(["station", "bike", "rider"])
            .as_expr()
            .str()
            .strip_chars(lit(NULL)),
    ]
}

/// Numbers, with commas between thousands, or before the cents.
pub fn numbers() -> [Expr; 3] {
    let paid = col("paid").str().strip_prefix(lit("EUR "));
    [
        col("minutes").strict_cast(DataType::Int64),
        col("metres")
            .str()
            .replace_all(lit(","), lit(""), true)
            .strict_cast(DataType::Float64),
        paid.str()
            .replace_all(lit(","), lit("."), true)
            .strict_cast(DataType::Float64),
    ]
}

/// When a ride began, read in each of three formats: null where it has another.
pub fn started() -> [Expr; 3] {
    let formats = [
        ("iso", "%Y-%m-%d %H:%M"),
        ("german", "%d.%m.%Y %H:%M"),
        ("american", "%m/%d/%Y %I:%M %p"),
    ];
    formats.map(|(name, format)| {
        let options = StrptimeOptions {
            format: Some(format.into()),
            strict: false,
            ..Default::default()
        };
        col("started")
            .str()
            .to_datetime(Some(TimeUnit::Microseconds), None, options, lit("raise"))
            .alias(name)
    })
}
