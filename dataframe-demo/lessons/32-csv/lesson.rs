//! CSV: text in many dialects and encodings, whose types are inferred or given, and whose bad rows are named.

use std::{
    fs::{self, File},
    io::{Cursor, Read},
    path::Path,
    sync::Arc,
};

use anyhow::{Context, Error, Result, anyhow, ensure};
use encoding_rs::{Encoding, UTF_8, UTF_16LE, WINDOWS_1252};
use polars::prelude::*;

use crate::{Session, file::first_line, show};

pub fn run(session: &mut Session) -> Result<()> {
    let folder = session.folder().to_owned();
    let csv = CsvReadOptions::default;
    let file = folder.join("people.csv");
    show!(session, "pd.read_csv(\"people.csv\")", load(&file, csv()));
    let people = load(&file, csv())?;
    show!(session, "people", people);

    show!(
        session,
        "pd.read_csv(\"people.csv\", usecols=[\"name\", \"born\"])",
        load(&file, csv().with_columns(only(["name", "born"])))
    );
    let names = || csv().with_columns(only(["name"]));
    show!(
        session,
        "pd.read_csv(\"people.csv\", usecols=[\"name\"], nrows=2)",
        load(&file, names().with_n_rows(Some(2)))
    );
    show!(
        session,
        "pd.read_csv(\"people.csv\", usecols=[\"name\"], skiprows=range(1, 3))",
        load(&file, names().with_skip_rows_after_header(2))
    );
    // A scan reads the two columns that are asked for, and of no row more than it needs.
    show!(
        session,
        "people[people[\"height\"] > 1.7][[\"name\", \"height\"]].reset_index(drop=True)",
        LazyCsvReader::new(PlRefPath::try_from_path(&file)?)
            .finish()?
            .filter(col("height").gt(1.7))
            .select([col("name"), col("height")])
            .collect()?
    );

    show!(
        session,
        "pd.read_csv(\"people.csv\", dtype={\"name\": \"category\", \"age\": \"Int8\", \"height\": \"float32\"})",
        load(
            &file,
            csv().with_schema_overwrite(types([
                ("name", DataType::from_categories(Categories::global())),
                ("age", DataType::Int8),
                ("height", DataType::Float32),
            ]))
        )
    );
    show!(
        session,
        "pd.read_csv(\"people.csv\", usecols=[\"born\"], parse_dates=[\"born\"])",
        load(
            &file,
            csv()
                .with_columns(only(["born"]))
                .map_parse_options(|parse| parse.with_try_parse_dates(true))
        )
    );
    show!(
        session,
        "pd.read_csv(\"people.csv\", header=None, skiprows=1, names=[\"who\", \"years\", \"metres\", \"day\"], dtype={\"years\": \"Int64\"})",
        load(
            &file,
            csv().with_has_header(false).with_skip_rows(1).with_schema(types([
                ("who", DataType::String),
                ("years", DataType::Int64),
                ("metres", DataType::Float64),
                ("day", DataType::String),
            ]))
        )
    );

    show!(
        session,
        "pd.read_csv(\"till.csv\", sep=\";\", quotechar=\"'\", decimal=\",\", comment=\"#\", na_values=\"-\", dtype={\"count\": \"Int64\"})",
        load(
            &folder.join("till.csv"),
            csv().map_parse_options(|parse| parse
                .with_separator(b';')
                .with_quote_char(Some(b'\''))
                .with_decimal_comma(true)
                .with_comment_prefix(Some("#"))
                .with_null_values(Some(NullValues::AllColumnsSingle("-".into()))))
        )
    );

    let gaps = "a,b\n1,\n2,\"\"\n";
    show!(
        session,
        "pd.read_csv(StringIO('a,b\\n1,\\n2,\"\"\\n'))",
        read_text(gaps, csv())
    );
    show!(
        session,
        "pd.read_csv(StringIO('a,b\\n1,\\n2,\"\"\\n'), keep_default_na=False)",
        read_text(
            gaps,
            csv().map_parse_options(|parse| parse.with_missing_is_null(false))
        )
    );

    let ragged = folder.join("ragged.csv");
    show!(session, "pd.read_csv(\"ragged.csv\")", load(&ragged, csv()));
    show!(
        session,
        "pd.read_csv(\"ragged.csv\", engine=\"python\", on_bad_lines=lambda fields: fields[:3])",
        load(
            &ragged,
            csv().map_parse_options(|parse| parse.with_truncate_ragged_lines(true))
        )
    );
    let dirty = folder.join("dirty.csv");
    let whole = || csv().with_schema_overwrite(types([("count", DataType::Int64)]));
    show!(session, "pd.read_csv(\"dirty.csv\")", load(&dirty, csv()));
    show!(
        session,
        "pd.read_csv(\"dirty.csv\", dtype={\"count\": \"int64\"})",
        load(&dirty, whole())
    );
    show!(
        session,
        "pd.read_csv(\"dirty.csv\").assign(count=lambda t: pd.to_numeric(t[\"count\"], errors=\"coerce\").astype(\"Int64\"))",
        load(&dirty, whole().with_ignore_errors(true))
    );
    show!(session, "pd.read_csv(StringIO(\"\"))", read_text("", csv()));
    show!(
        session,
        "pd.read_csv(StringIO(\"id,x\\n\"), dtype={\"id\": \"int64\", \"x\": \"float64\"})",
        read_text(
            "id,x\n",
            csv().with_schema_overwrite(types([("id", DataType::Int64), ("x", DataType::Float64),]))
        )
    );

    let latin = folder.join("latin1.csv");
    show!(session, "pd.read_csv(\"latin1.csv\")", load(&latin, csv()));
    show!(
        session,
        "pd.read_csv(\"latin1.csv\", encoding_errors=\"replace\")",
        load(
            &latin,
            csv().map_parse_options(|parse| parse.with_encoding(CsvEncoding::LossyUtf8))
        )
    );
    show!(
        session,
        "pd.read_csv(\"latin1.csv\", encoding=\"cp1252\")",
        read_text(&decode(&latin, WINDOWS_1252)?, csv())
    );
    show!(
        session,
        "pd.read_csv(\"utf16.csv\", encoding=\"utf-16\")",
        read_text(&decode(&folder.join("utf16.csv"), UTF_16LE)?, csv())
    );

    show!(
        session,
        "people.to_csv(index=False)",
        text(&people, |writer| writer)?
    );
    show!(
        session,
        "people[[\"name\", \"height\"]].to_csv(index=False, sep=\";\", decimal=\",\", na_rep=\"-\", quoting=csv.QUOTE_ALL)",
        text(&people.select(["name", "height"])?, |writer| writer
            .with_separator(b';')
            .with_decimal_comma(true)
            .with_null_value("-".into())
            .with_quote_style(QuoteStyle::Always))?
    );
    show!(
        session,
        "people[[\"name\", \"height\"]].astype({\"height\": \"float64\"}).to_csv(index=False, header=False, float_format=\"%.1f\", lineterminator=\"\\r\\n\")",
        text(&people.select(["name", "height"])?, |writer| writer
            .include_header(false)
            .with_float_precision(Some(1))
            .with_line_terminator("\r\n".into()))?
    );
    let born = people
        .clone()
        .lazy()
        .select([col("born").str().to_date(StrptimeOptions::default())])
        .collect()?;
    show!(
        session,
        "people[[\"born\"]].astype(\"datetime64[us]\").to_csv(index=False, date_format=\"%d.%m.%Y\")",
        text(&born, |writer| writer.with_date_format(Some("%d.%m.%Y".into())))?
    );
    let packed = tempfile::tempdir()?;
    let file = packed.path().join("people.csv.gz");
    write_gzip(people.lazy(), &file)?;
    show!(session, "again", load(&file, csv()));
    Ok(())
}

fn only<const N: usize>(columns: [&str; N]) -> Option<Arc<[PlSmallStr]>> {
    Some(columns.map(PlSmallStr::from).into())
}

fn types<const N: usize>(columns: [(&str, DataType); N]) -> Option<SchemaRef> {
    let fields = columns.map(|(name, dtype)| Field::new(name.into(), dtype));
    Some(Arc::new(Schema::from_iter(fields)))
}

/// The file as a frame.
fn load(path: &Path, options: CsvReadOptions) -> PolarsResult<DataFrame> {
    options
        .try_into_reader_with_file_path(Some(path.to_owned()))?
        .finish()
}

/// The text as a frame.
fn read_text(text: &str, options: CsvReadOptions) -> PolarsResult<DataFrame> {
    options
        .into_reader_with_file_handle(Cursor::new(text.as_bytes()))
        .finish()
}

/// The whole file in UTF-8, the only encoding that polars reads. A byte order mark has the last word.
fn decode(path: &Path, encoding: &'static Encoding) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let (text, encoding, wrong) = encoding.decode(&bytes);
    ensure!(!wrong, "{} is not {}", path.display(), encoding.name());
    Ok(text.into_owned())
}

/// The frame as CSV.
fn text(
    frame: &DataFrame,
    options: impl FnOnce(CsvWriter<&mut Vec<u8>>) -> CsvWriter<&mut Vec<u8>>,
) -> Result<String> {
    let mut text = Vec::new();
    options(CsvWriter::new(&mut text)).finish(&mut frame.clone())?;
    Ok(String::from_utf8(text)?)
}

/// Streams what the frame comes to into a file, packed by gzip.
fn write_gzip(frame: LazyFrame, path: &Path) -> PolarsResult<DataFrame> {
    let target = SinkTarget::Path(PlRefPath::try_from_path(path)?);
    let options = CsvWriterOptions {
        compression: ExternalCompression::Gzip { level: None },
        ..CsvWriterOptions::default()
    };
    frame
        .sink(
            SinkDestination::File { target },
            FileWriteFormat::Csv(options),
            UnifiedSinkArgs::default(),
        )?
        .collect()
}

/// Reads a CSV file of which nothing is known: the types are inferred from the first hundred rows, dates among them, and
/// the encoding is UTF-8 unless a byte order mark says otherwise.
///
/// # Errors
/// One line with the file, the first line that cannot be read, and what is wrong with it.
pub fn read(path: &Path) -> Result<DataFrame> {
    let cannot = || format!("cannot read {}", path.display());
    let mut mark = Vec::new();
    let mut file = File::open(path).with_context(cannot)?.take(3);
    file.read_to_end(&mut mark).with_context(cannot)?;
    match Encoding::for_bom(&mark) {
        Some((encoding, _)) if encoding != UTF_8 => {
            let text = decode(path, encoding)?;
            read_text(&text, unknown()).map_err(|error| at_line(path, text.as_bytes(), &error))
        }
        _ => {
            load(path, unknown()).map_err(|error| at_line(path, &fs::read(path).unwrap_or_default(), &error))
        }
    }
}

fn unknown() -> CsvReadOptions {
    CsvReadOptions::default().map_parse_options(|parse| parse.with_try_parse_dates(true))
}

/// polars does not say at which line it failed: the first one up to which it does so again.
fn at_line(path: &Path, bytes: &[u8], error: &PolarsError) -> Error {
    let mut quoted = false;
    // Within quotes a line end is text.
    let ends_row = |&(_, byte): &(usize, &u8)| {
        quoted ^= *byte == b'"';
        *byte == b'\n' && !quoted
    };
    let ends = bytes.iter().enumerate().filter(ends_row).map(|(at, _)| at + 1);
    let ends: Vec<_> = ends.chain([bytes.len()]).collect();
    let read_up_to = |end: usize| {
        let part = Cursor::new(&bytes[..end]);
        unknown().into_reader_with_file_handle(part).finish()
    };
    let file = path.display();
    let row = ends.partition_point(|end| read_up_to(*end).is_ok());
    let start = row.checked_sub(1).and_then(|before| ends.get(before));
    // In a packed file there are no lines.
    let packed = bytes.contains(&0);
    match start.zip(ends.get(row)).filter(|_| !packed) {
        Some((&start, &end)) => {
            let line = 1 + bytes[..start].iter().filter(|byte| **byte == b'\n').count();
            let text = String::from_utf8_lossy(&bytes[start..end]);
            let text: String = text.trim_end().chars().take(80).collect();
            // The whole file may have failed at another line.
            let what = first_line(read_up_to(end).as_ref().err().unwrap_or(error));
            anyhow!("{file}, line {line}: {what}: {text:?}")
        }
        None => anyhow!("{file}: {}", first_line(error)),
    }
}
