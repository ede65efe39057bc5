//! JSON: nested records to columns, JSON in a column of text, paths into it, and frames as text and back.

use std::io::Cursor;

use anyhow::Result;
use polars::prelude::*;

use crate::{Session, column, show};

pub fn run(session: &mut Session) -> Result<()> {
    let text = r#"[
        {"id": 1, "user": {"name": "Ada", "home": {"city": "London"}}, "tags": ["maths", "engines"]},
        {"id": 2, "user": {"name": "Grace", "home": {"city": "New York"}}, "tags": []}
    ]"#;
    let records = read(text, JsonFormat::Json)?.lazy();
    show!(session, "pd.DataFrame(records)", records.clone().collect()?);
    let flat = |separator: &str| {
        let (user, home) = (cols(["user"]), cols([format!("user{separator}home")]));
        records
            .clone()
            .unnest(user, Some(separator.into()))
            .unnest(home, Some(separator.into()))
    };
    show!(
        session,
        "pd.json_normalize(records)[[\"id\", \"user.name\", \"user.home.city\", \"tags\"]]",
        flat(".").collect()?
    );
    show!(
        session,
        "pd.json_normalize(records, max_level=1)[[\"id\", \"user.name\", \"user.home\", \"tags\"]]",
        records
            .clone()
            .unnest(cols(["user"]), Some(".".into()))
            .collect()?
    );
    show!(
        session,
        "pd.json_normalize(records, sep=\"_\")[\"user_home_city\"]",
        column(&flat("_"), col("user_home_city"))?
    );
    show!(
        session,
        "pd.json_normalize(records, record_path=\"tags\", meta=\"id\").set_axis([\"tag\", \"id\"], axis=1).astype({\"id\": \"int64\"})",
        records
            .clone()
            .select([col("tags").alias("tag"), col("id")])
            .explode(cols(["tag"]), NO_ROW_FOR_NOTHING)
            .collect()?
    );
    let invoices = r#"[
        {"no": 7, "to": {"name": "Ada"}, "lines": [{"item": "ink", "n": 2}, {"item": "pen", "n": 1}]},
        {"no": 8, "to": {"name": "Grace"}, "lines": [{"item": "pad", "n": 5}]}
    ]"#;
    show!(
        session,
        "pd.json_normalize(invoices, \"lines\", [\"no\", [\"to\", \"name\"]]).astype({\"no\": \"int64\"})",
        read(invoices, JsonFormat::Json)?
            .lazy()
            .select([col("lines"), col("no"), col("to")])
            .explode(cols(["lines"]), NO_ROW_FOR_NOTHING)
            .unnest(cols(["lines"]), None)
            .unnest(cols(["to"]), Some(".".into()))
            .collect()?
    );

    let log = df!(
        "at" => [1_i64, 2, 3],
        "body" => [
            Some(r#"{"kind": "sale", "n": 3, "to": {"name": "Ada"}}"#),
            Some(r#"{"kind": "visit", "to": null}"#),
            None,
        ],
    )?
    .lazy();
    let field = |name: &str, dtype| Field::new(name.into(), dtype);
    // What the type does not name is not read.
    let sale = DataType::Struct(vec![field("kind", DataType::String), field("n", DataType::Int64)]);
    show!(
        session,
        "log[[\"at\"]].join(pd.json_normalize(decoded)[[\"kind\", \"n\"]].astype({\"n\": \"Int64\"}))",
        log.clone()
            .with_column(col("body").str().json_decode(sale))
            .unnest(cols(["body"]), None)
            .collect()?
    );
    show!(
        session,
        "decoded.str[\"kind\"].astype(\"str\")",
        column(&log, col("body").str().json_path_match(lit("$.kind")))?
    );
    show!(
        session,
        "pd.json_normalize(decoded.dropna())[\"to.name\"].astype(\"str\")",
        column(
            &log,
            col("body")
                .drop_nulls()
                .str()
                .json_path_match(lit("$.to.name"))
                .alias("to.name")
        )?
    );
    let n = DataType::Struct(vec![field("n", DataType::Int64)]);
    show!(
        session,
        "pd.Series(['{\"n\": 1}', '{\"n\": \"one\"}']).map(lambda body: json.loads(body)[\"n\"]).astype(\"Int64\")",
        decode(&[r#"{"n": 1}"#, r#"{"n": "one"}"#], &n)
    );
    show!(
        session,
        "pd.Series(['{\"n\": 1}', '{\"n\": ']).map(json.loads)",
        decode(&[r#"{"n": 1}"#, r#"{"n": "#], &n)
    );
    show!(
        session,
        "pd.Series([\"[1, 2]\", \"[]\"]).map(json.loads)",
        decode(&["[1, 2]", "[]"], &DataType::List(Box::new(DataType::Int64)))?
    );

    let df = df!(
        "id" => [1_i64, 2],
        "name" => [Some("Ada"), None],
        "score" => [1.5, 2.0],
        "ok" => [true, false],
    )?;
    show!(
        session,
        "df.to_json(orient=\"records\")",
        write(&df, JsonFormat::Json)?
    );
    show!(
        session,
        "df.to_json(orient=\"records\", lines=True)",
        write(&df, JsonFormat::JsonLines)?
    );
    show!(
        session,
        "pd.read_json(StringIO(df.to_json(orient=\"records\")))",
        read(&write(&df, JsonFormat::Json)?, JsonFormat::Json)?
    );
    show!(
        session,
        "pd.read_json(StringIO('{\"id\": 1, \"x\": 0.5}\\n{\"id\": 2}\\n{\"id\": 3, \"x\": 2}\\n'), lines=True)",
        read(
            "{\"id\": 1, \"x\": 0.5}\n{\"id\": 2}\n{\"id\": 3, \"x\": 2}\n",
            JsonFormat::JsonLines
        )?
    );
    show!(
        session,
        "pd.read_json(StringIO('{\"id\": 1}\\n{\"id\": \\n'), lines=True)",
        read("{\"id\": 1}\n{\"id\": \n", JsonFormat::JsonLines)
    );
    show!(
        session,
        "pd.read_json(StringIO('{\"id\": \"007\"}\\n{\"id\": \"12\"}\\n'), lines=True, dtype=False)",
        read("{\"id\": \"007\"}\n{\"id\": \"12\"}\n", JsonFormat::JsonLines)?
    );
    show!(
        session,
        "pd.Series(records).map(lambda record: json.dumps(record[\"user\"], separators=(\",\", \":\")))",
        column(&records, col("user").struct_().json_encode().alias(""))?
    );
    Ok(())
}

/// What an empty list becomes where a row is made for each element.
const NO_ROW_FOR_NOTHING: ExplodeOptions = ExplodeOptions {
    empty_as_null: false,
    keep_nulls: false,
};

/// A frame of JSON text, whose types are those of the values.
fn read(text: &str, format: JsonFormat) -> PolarsResult<DataFrame> {
    JsonReader::new(Cursor::new(text))
        .with_json_format(format)
        .finish()
}

fn write(frame: &DataFrame, format: JsonFormat) -> Result<String> {
    let mut text = Vec::new();
    JsonWriter::new(&mut text)
        .with_json_format(format)
        .finish(&mut frame.clone())?;
    Ok(String::from_utf8(text)?)
}

fn decode(texts: &[&str], dtype: &DataType) -> PolarsResult<Column> {
    column(
        &df!("" => texts)?.lazy(),
        col("").str().json_decode(dtype.clone()),
    )
}
