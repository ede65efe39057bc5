//! SQLite: a query makes a frame and a frame a table, with parameters and in one transaction.

use anyhow::{Result, anyhow, bail};
use polars::prelude::*;
use rusqlite::{
    Connection, Params, named_params, params_from_iter,
    types::{Value, ValueRef},
};

use crate::{Session, file::column, show};

pub fn run(session: &mut Session) -> Result<()> {
    let mut shop = Connection::open_in_memory()?;
    shop.execute_batch(&std::fs::read_to_string(session.folder().join("shop.sql"))?)?;

    show!(
        session,
        "pd.read_sql(\"SELECT * FROM article\", shop)",
        read_sql(&shop, "SELECT * FROM article", [])?
    );
    let articles = read_sql(&shop, "SELECT * FROM article", [])?;
    show!(session, "articles", articles);
    let day = col("day")
        .str()
        .to_date(StrptimeOptions::default())
        .cast(DataType::Datetime(TimeUnit::Microseconds, None));
    show!(
        session,
        "pd.read_sql(\"SELECT * FROM sale\", shop, parse_dates=[\"day\"])",
        read_sql(&shop, "SELECT * FROM sale", [])?
            .lazy()
            .with_columns([day])
            .collect()?
    );
    show!(
        session,
        "pd.read_sql( \"SELECT name, SUM(count) AS sold FROM sale JOIN article ON article.id = sale.article GROUP BY name ORDER BY name\", shop, )",
        read_sql(
            &shop,
            "SELECT name, SUM(count) AS sold FROM sale JOIN article ON article.id = sale.article
             GROUP BY name ORDER BY name",
            []
        )?
    );
    show!(
        session,
        "pd.read_sql(\"SELECT name FROM article WHERE id > 4\", shop)",
        read_sql(&shop, "SELECT name FROM article WHERE id > 4", [])?
    );
    show!(
        session,
        "pd.read_sql(\"SELECT * FROM customer\", shop)",
        read_sql(&shop, "SELECT * FROM customer", [])
    );

    show!(
        session,
        "pd.read_sql(\"SELECT name FROM article WHERE price < ? AND stock > ?\", shop, params=(1, 10))",
        read_sql(
            &shop,
            "SELECT name FROM article WHERE price < ? AND stock > ?",
            (1, 10)
        )?
    );
    show!(
        session,
        "pd.read_sql(\"SELECT COUNT(*) AS n FROM article WHERE name = :name\", shop, params={\"name\": \"x' OR 1 = 1 --\"})",
        read_sql(
            &shop,
            "SELECT COUNT(*) AS n FROM article WHERE name = :name",
            named_params! {":name": "x' OR 1 = 1 --"}
        )?
    );

    show!(
        session,
        "pd.read_sql(\"SELECT 1 AS x UNION ALL SELECT 2.5\", shop)",
        read_sql(&shop, "SELECT 1 AS x UNION ALL SELECT 2.5", [])?
    );
    show!(
        session,
        "pd.read_sql(\"SELECT NULL AS x UNION ALL SELECT 7 AS x ORDER BY x\", shop, dtype_backend=\"numpy_nullable\")",
        read_sql(&shop, "SELECT NULL AS x UNION ALL SELECT 7 AS x ORDER BY x", [])?
    );
    show!(
        session,
        "pd.read_sql(\"SELECT x'00ff' AS x\", shop)",
        read_sql(&shop, "SELECT x'00ff' AS x", [])?
    );
    show!(
        session,
        "pd.read_sql(\"SELECT 1 AS x UNION ALL SELECT 'one'\", shop)",
        read_sql(&shop, "SELECT 1 AS x UNION ALL SELECT 'one'", [])
    );

    show!(
        session,
        "pd.read_sql(\"SELECT CAST(x'ff' AS TEXT) AS x\", shop)",
        read_sql(&shop, "SELECT CAST(x'ff' AS TEXT) AS x", [])
    );

    let members = members()?;
    let first = members.head(Some(1));
    show!(
        session,
        "members.to_sql(\"member\", shop, index=False)",
        to_sql(&members, "member", &mut shop, IfExists::Fail)?
    );
    show!(
        session,
        "pd.read_sql(\"SELECT name, type FROM pragma_table_info('member')\", shop)",
        read_sql(&shop, "SELECT name, type FROM pragma_table_info('member')", [])?
    );
    show!(
        session,
        "pd.read_sql(\"SELECT * FROM member\", shop, dtype_backend=\"numpy_nullable\")",
        read_sql(&shop, "SELECT * FROM member", [])?
    );
    show!(
        session,
        "members.to_sql(\"member\", shop, index=False, if_exists=\"fail\")",
        to_sql(&members, "member", &mut shop, IfExists::Fail)
    );
    show!(
        session,
        "members.head(1).to_sql(\"member\", shop, index=False, if_exists=\"append\")",
        to_sql(&first, "member", &mut shop, IfExists::Append)?
    );
    show!(
        session,
        "pd.read_sql(\"SELECT COUNT(*) AS n, COUNT(points) AS points FROM member\", shop)",
        read_sql(
            &shop,
            "SELECT COUNT(*) AS n, COUNT(points) AS points FROM member",
            []
        )?
    );
    show!(
        session,
        "members.head(1).to_sql(\"member\", shop, index=False, if_exists=\"replace\")",
        to_sql(&first, "member", &mut shop, IfExists::Replace)?
    );
    show!(
        session,
        "pd.read_sql(\"SELECT name, points FROM member\", shop)",
        read_sql(&shop, "SELECT name, points FROM member", [])?
    );

    show!(
        session,
        "pd.DataFrame({\"x\": [0.5, float(\"nan\")]}).to_sql(\"reading\", shop, index=False)",
        to_sql(
            &df!("x" => [0.5, f64::NAN])?,
            "reading",
            &mut shop,
            IfExists::Fail
        )
    );

    let added = df!(
        "id" => [5_i64, 6],
        "name" => ["file", "nut"],
        "price" => [2.5, 0.06],
        "stock" => [1_i64, 1],
    )?;
    show!(
        session,
        "added.to_sql(\"article\", shop, index=False, if_exists=\"append\")",
        to_sql(&added, "article", &mut shop, IfExists::Append)
    );
    show!(
        session,
        "pd.read_sql(\"SELECT COUNT(*) AS n FROM article\", shop)",
        read_sql(&shop, "SELECT COUNT(*) AS n FROM article", [])?
    );

    let mut lengths = Vec::new();
    read_sql_in_pieces(&shop, "SELECT * FROM article", [], 3, |piece| {
        lengths.push(piece.height());
        Ok(())
    })?;
    show!(
        session,
        "[len(piece) for piece in pd.read_sql(\"SELECT * FROM article\", shop, chunksize=3)]",
        lengths
    );
    let mut sum = 0;
    read_sql_in_pieces(&shop, "SELECT * FROM sale", [], 3, |piece| {
        sum += piece.column("count")?.i64()?.sum().unwrap_or_default();
        Ok(())
    })?;
    show!(
        session,
        "sum(piece[\"count\"].sum() for piece in pd.read_sql(\"SELECT * FROM sale\", shop, chunksize=3))",
        sum
    );
    Ok(())
}

fn members() -> PolarsResult<DataFrame> {
    let since = col("since").str().to_datetime(
        Some(TimeUnit::Microseconds),
        None,
        StrptimeOptions::default(),
        lit("raise"),
    );
    df!(
        "name" => [Some("Ann"), Some("Bob"), None],
        "points" => [Some(3_i64), None, Some(5)],
        "share" => [Some(0.5), Some(0.25), None],
        "active" => [true, false, true],
        "since" => [Some("2021-03-01 00:00:00"), Some("2022-01-31 12:30:00"), None],
    )?
    .lazy()
    .with_columns([since])
    .collect()
}

/// What the query answers.
///
/// # Errors
/// Those of SQLite, and where a column is not of one type.
pub fn read_sql(connection: &Connection, query: &str, parameters: impl Params) -> Result<DataFrame> {
    let mut all = DataFrame::empty();
    read_sql_in_pieces(connection, query, parameters, usize::MAX, |piece| {
        all = piece;
        Ok(())
    })?;
    Ok(all)
}

/// What the query answers, by so many rows: no more of them are in memory at a time.
///
/// # Errors
/// As [`read_sql`], and those of `take`.
pub fn read_sql_in_pieces(
    connection: &Connection,
    query: &str,
    parameters: impl Params,
    size: usize,
    mut take: impl FnMut(DataFrame) -> Result<()>,
) -> Result<()> {
    let mut statement = connection.prepare(query)?;
    let declared = statement.columns();
    let mut columns: Vec<_> = declared
        .map(|column| (column.name().to_owned(), affinity(column.decl_type()), Vec::new()))
        .collect();
    let mut rows = statement.query(parameters)?;
    let mut taken = 0_usize;
    while let Some(row) = rows.next()? {
        taken += 1;
        for (at, (name, _, cells)) in columns.iter_mut().enumerate() {
            let cell = cell(row.get_ref(at)?);
            cells.push(cell.map_err(|error| anyhow!("column {name:?}, row {taken}: {error}"))?);
        }
        if taken.is_multiple_of(size) {
            take(piece(&mut columns, taken)?)?;
        }
    }
    if taken == 0 || !taken.is_multiple_of(size) {
        take(piece(&mut columns, taken)?)?;
    }
    Ok(())
}

/// The type that a column has by its affinity, which SQLite tells by the first of these words that is in the declaration.
/// A column that is computed has none. Dates and datetimes are texts, which SQLite leaves to whoever writes them.
fn affinity(declaration: Option<&str>) -> Option<DataType> {
    let declaration = declaration?.to_ascii_uppercase();
    let parts = [
        ("INT", DataType::Int64),
        ("CHAR", DataType::String),
        ("CLOB", DataType::String),
        ("TEXT", DataType::String),
        ("BLOB", DataType::Binary),
        ("REAL", DataType::Float64),
        ("FLOA", DataType::Float64),
        ("DOUB", DataType::Float64),
        ("DATE", DataType::String),
        ("TIME", DataType::String),
    ];
    let first = parts.into_iter().find(|(part, _)| declaration.contains(part));
    first.map(|(_, dtype)| dtype)
}

type Cells = (String, Option<DataType>, Vec<AnyValue<'static>>);

/// The last rows of so many.
fn piece(columns: &mut [Cells], taken: usize) -> Result<DataFrame> {
    let columns = columns.iter_mut().map(|(name, declared, cells)| {
        let column = column(name, cells, taken - cells.len() + 1)?;
        cells.clear();
        // Where every cell is null, or there is none.
        let undecided = column.dtype().is_null();
        let declared = declared.as_ref().filter(|_| undecided);
        let column = declared.map_or(Ok(column.clone()), |declared| column.cast(declared))?;
        Ok(column.into_column())
    });
    Ok(DataFrame::new_infer_height(columns.collect::<Result<_>>()?)?)
}

fn cell(value: ValueRef) -> Result<AnyValue<'static>> {
    Ok(match value {
        ValueRef::Null => AnyValue::Null,
        ValueRef::Integer(number) => AnyValue::Int64(number),
        ValueRef::Real(number) => AnyValue::Float64(number),
        ValueRef::Text(_) => AnyValue::StringOwned(value.as_str()?.into()),
        ValueRef::Blob(bytes) => AnyValue::BinaryOwned(bytes.to_vec()),
    })
}

/// An identifier as SQL has it.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// What becomes of a table that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfExists {
    /// It stays, and nothing is written.
    Fail,
    /// It stays, and gets the rows.
    Append,
    /// It goes.
    Replace,
}

/// Writes the frame into the table, all rows or none, and says how many.
///
/// # Errors
/// Those of SQLite, and which cell is one that it has no value for: NaN, which it would make NULL of, is one.
pub fn to_sql(
    frame: &DataFrame,
    table: &str,
    connection: &mut Connection,
    if_exists: IfExists,
) -> Result<usize> {
    let transaction = connection.transaction()?;
    let table = quoted(table);
    if if_exists == IfExists::Replace {
        transaction.execute(&format!("DROP TABLE IF EXISTS {table}"), [])?;
    }
    let names: Vec<_> = frame
        .get_column_names()
        .into_iter()
        .map(|name| quoted(name))
        .collect();
    let types = frame.columns().iter().map(|column| sql_type(column.dtype()));
    let columns: Vec<_> = names
        .iter()
        .zip(types)
        .map(|(name, sql)| format!("{name} {sql}"))
        .collect();
    let unless = if if_exists == IfExists::Append {
        "IF NOT EXISTS "
    } else {
        ""
    };
    let columns = columns.join(", ");
    transaction.execute(&format!("CREATE TABLE {unless}{table} ({columns})"), [])?;

    let marks = vec!["?"; names.len()].join(", ");
    let insert = format!("INSERT INTO {table} ({}) VALUES ({marks})", names.join(", "));
    let mut insert = transaction.prepare(&insert)?;
    let series: Vec<_> = frame
        .columns()
        .iter()
        .map(|column| column.as_materialized_series().rechunk())
        .collect();
    let mut cells: Vec<_> = series.iter().map(Series::iter).collect();
    for row in 1..=frame.height() {
        let values = names.iter().zip(&mut cells).map(|(name, cells)| {
            let cell = cells.next().unwrap_or(AnyValue::Null);
            value(cell).map_err(|error| anyhow!("table {table}, column {name}, row {row}: {error}"))
        });
        let values: Vec<_> = values.collect::<Result<_>>()?;
        insert
            .execute(params_from_iter(values))
            .map_err(|error| anyhow!("table {table}, row {row}: {error}"))?;
    }
    drop(insert);
    transaction.commit()?;
    Ok(frame.height())
}

fn sql_type(dtype: &DataType) -> &'static str {
    match dtype {
        DataType::Boolean => "INTEGER",
        DataType::Binary => "BLOB",
        DataType::Date => "DATE",
        DataType::Datetime(..) => "TIMESTAMP",
        dtype if dtype.is_integer() => "INTEGER",
        dtype if dtype.is_float() => "REAL",
        _ => "TEXT",
    }
}

/// SQLite has five types. Dates and datetimes are texts, of which its functions for dates know what they are.
fn value(value: AnyValue) -> Result<Value> {
    Ok(match value {
        AnyValue::Null => Value::Null,
        AnyValue::Boolean(truth) => Value::Integer(truth.into()),
        AnyValue::Binary(bytes) => Value::Blob(bytes.to_vec()),
        AnyValue::Date(_) | AnyValue::Datetime(_, _, None) => Value::Text(value.to_string()),
        _ if value.is_integer() => Value::Integer(value.try_extract()?),
        _ if value.is_nan() => bail!("SQLite has no NaN"),
        _ if value.is_float() => Value::Real(value.try_extract()?),
        _ => match value.get_str() {
            Some(text) => Value::Text(text.to_owned()),
            None => bail!("SQLite has no type for {}", value.dtype()),
        },
    })
}
