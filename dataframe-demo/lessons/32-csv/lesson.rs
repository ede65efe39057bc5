//! CSV: text in many dialects and encodings, whose types are inferred or given, and whose bad rows are named.

use std::{
    fs::{self, File},
    io::{Cursor, Read},
    path::Path,
    sync::Arc,
};

use anyhow::{Context, Error, Result, anyhow, bail, ensure};
use encoding_rs::{Encoding, UTF_8, UTF_16LE, WINDOWS_1252};
use polars::prelude::*;

use crate::{
    Session, column,
    file::{first_line, replace, sink, uncompressed, wanted},
    show,
};

const NOT_CLOSED: &str = "a quote is opened and not closed";

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
        "pd.read_csv(StringIO(\"day\\n01/02/2024\\n\"), parse_dates=[\"day\"])",
        read_text(
            "day\n01/02/2024\n",
            csv().map_parse_options(|parse| parse.with_try_parse_dates(true))
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
    show!(
        session,
        "pd.read_csv(\"ragged.csv\", on_bad_lines=\"skip\")",
        read_bytes(&without_ragged(&fs::read(&ragged)?), csv())
    );
    show!(
        session,
        "pd.read_csv(StringIO(\"a,b\\n1,x\\n\\n2,y\\n\"))",
        read_text("a,b\n1,x\n\n2,y\n", csv())
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
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("people.csv.gz");
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
    read_bytes(text.as_bytes(), options)
}

fn read_bytes(text: &[u8], options: CsvReadOptions) -> PolarsResult<DataFrame> {
    options.into_reader_with_file_handle(Cursor::new(text)).finish()
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

/// Streams what the frame comes to into a file, compressed by gzip. It is there whole or not at all.
///
/// # Errors
/// One line with the file, and why it cannot be written.
pub fn write_gzip(frame: LazyFrame, path: &Path) -> Result<()> {
    let options = CsvWriterOptions {
        compression: ExternalCompression::Gzip { level: None },
        // It has another name until it is whole.
        check_extension: false,
        ..CsvWriterOptions::default()
    };
    sink(frame, path, FileWriteFormat::Csv(options))
}

/// Writes a CSV file, which is there whole or not at all.
///
/// # Errors
/// One line with the file, and why it cannot be written.
pub fn write(frame: &mut DataFrame, path: &Path) -> Result<()> {
    replace(path, |file| {
        CsvWriter::new(file).finish(frame)?;
        Ok(())
    })
}

/// Reads the columns with these names, or all where there is none, of a CSV file of which nothing is known. The types are
/// inferred from the first hundred rows, and dates where every text of a column is one as ISO 8601 has it. The encoding is
/// UTF-8 unless a byte order mark says otherwise. Empty lines are no rows.
///
/// # Errors
/// One line with the file, the first line that cannot be read or has too few or too many fields, and what is wrong with it.
pub fn read(path: &Path, columns: &[String]) -> Result<DataFrame> {
    let cannot = || format!("cannot read {}", path.display());
    let mut mark = Vec::new();
    let mut file = File::open(path).with_context(cannot)?.take(3);
    file.read_to_end(&mut mark).with_context(cannot)?;
    let text = match Encoding::for_bom(&mark) {
        Some((encoding, _)) if encoding != UTF_8 => Some(decode(path, encoding)?.into_bytes()),
        _ => None,
    };
    let bytes = || text.clone().map_or_else(|| uncompressed(path), Ok);
    let wrong = |options: &_, error| at_line(path, &bytes().unwrap_or_default(), options, &error);

    let options = CsvReadOptions::default();
    let names = names(path, text.as_deref()).map_err(|error| wrong(&options, error))?;
    if let [name] = &names[..]
        && let Some(separator) = name.chars().find(|c| [';', '\t'].contains(c))
    {
        bail!(
            "{}: {name:?} is one column: its fields are separated by {separator:?}, and not by commas",
            path.display()
        );
    }
    let wanted = wanted(path, columns, &names)?;
    let last = names.last().filter(|last| !wanted.contains(last));
    let projection = wanted.iter().chain(last).cloned().collect();
    let options = options.with_columns(Some(projection));
    let mut frame = match &text {
        Some(text) => read_bytes(text, options.clone()),
        None => load(path, options.clone()),
    }
    .map_err(|error| wrong(&options, error))?;
    // Of a short line polars makes a row that ends in nulls, of an empty one a row of nulls. Of a long one it says nothing
    // where some columns are to be left out, and of a quote that is not closed where another one ends the file.
    let last = names.last().map(|last| frame.column(last)).transpose()?;
    if frame.width() < names.len() || last.is_some_and(|last| last.null_count() > 0 || ends_in_lines(last)) {
        let bytes = bytes().with_context(cannot)?;
        let rows = without_empty(path, &bytes, &names)?;
        if rows.len() < bytes.len() {
            frame = read_bytes(&rows, options)?;
        }
    }
    Ok(with_dates(frame.select(wanted)?)?)
}

/// The names of the columns, for which the first rows are enough.
fn names(path: &Path, text: Option<&[u8]>) -> PolarsResult<Vec<PlSmallStr>> {
    let source = match text {
        Some(text) => ScanSources::Buffers([text.to_vec().into()].into()),
        None => ScanSources::Files([File::open(path)?].into()),
    };
    let mut scan = LazyCsvReader::new_with_sources(source).finish()?;
    Ok(scan.collect_schema()?.iter_names_cloned().collect())
}

/// The rows without empty lines.
///
/// # Errors
/// The first row that has fewer fields than there are columns, and which column it is without, or more, or a quote that is
/// not closed.
fn without_empty(path: &Path, bytes: &[u8], columns: &[PlSmallStr]) -> Result<Vec<u8>> {
    let mut rows = rows(bytes);
    rows.retain(|(_, row)| !is_empty(row));
    for (line, row) in rows.iter().skip(1) {
        let found = fields(row).count();
        let what = match columns.get(found) {
            _ if is_open(row) => NOT_CLOSED.to_owned(),
            None if found == columns.len() => continue,
            Some(missing) => format!("nothing in column {missing:?}"),
            None => too_long(columns.len(), found, columns.last().map_or("", |last| last)),
        };
        bail!("{}, line {line}: {what}: {:?}", path.display(), shortened(row));
    }
    Ok(rows.into_iter().flat_map(|(_, row)| row).copied().collect())
}

/// The rows that have no more fields than the first one.
fn without_ragged(bytes: &[u8]) -> Vec<u8> {
    let rows = rows(bytes);
    let columns = rows.first().map_or(0, |(_, row)| fields(row).count());
    let fits = |&(_, row): &(usize, &[u8])| fields(row).count() <= columns;
    let rows = rows.into_iter().filter(fits);
    rows.flat_map(|(_, row)| row).copied().collect()
}

/// Whether the column's last value is a text of several lines.
fn ends_in_lines(column: &Column) -> bool {
    // `last()` panics where there is no row.
    let last = column
        .str()
        .ok()
        .and_then(|texts| texts.iter().next_back().flatten());
    last.is_some_and(|text| text.contains('\n'))
}

/// Rows end outside of quotes, but for the last.
fn is_open(row: &[u8]) -> bool {
    row.iter().filter(|byte| **byte == b'"').count() % 2 == 1
}

fn is_empty(row: &[u8]) -> bool {
    matches!(row, b"\n" | b"\r\n" | b"")
}

/// The fields of a row. In one that begins with a quote, a comma within quotes is text.
fn fields(row: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (mut begins, mut has_quotes, mut quoted) = (true, false, false);
    row.split(move |byte| {
        has_quotes = if begins { *byte == b'"' } else { has_quotes };
        quoted ^= has_quotes && *byte == b'"';
        begins = *byte == b',' && !quoted;
        begins
    })
}

/// Each row, and the number of its first line. Within quotes a line end is text.
fn rows(bytes: &[u8]) -> Vec<(usize, &[u8])> {
    let mut quoted = false;
    let ends_row = |byte: &u8| {
        quoted ^= *byte == b'"';
        *byte == b'\n' && !quoted
    };
    let mut line = 1;
    let rows = bytes.split_inclusive(ends_row).map(|row| {
        let first = line;
        line += row.iter().filter(|byte| **byte == b'\n').count();
        (first, row)
    });
    rows.collect()
}

/// The beginning of a row, for a message.
fn shortened(row: &[u8]) -> String {
    String::from_utf8_lossy(row).trim_end().chars().take(80).collect()
}

/// polars does not say at which line it failed: the first one up to which it does so again.
fn at_line(path: &Path, bytes: &[u8], options: &CsvReadOptions, error: &PolarsError) -> Error {
    let rows = rows(bytes);
    let ends = rows.iter().scan(0, |end, (_, row)| {
        *end += row.len();
        Some(*end)
    });
    let ends: Vec<_> = ends.collect();
    let read_up_to = |end: usize| read_bytes(&bytes[..end], options.clone());
    let file = path.display();
    let first = ends.partition_point(|end| read_up_to(*end).is_ok());
    match rows.get(first).zip(ends.get(first)) {
        Some(((line, row), &end)) => {
            // The whole file may have failed at another line.
            let header = rows.iter().map(|(_, row)| *row).find(|row| !is_empty(row));
            let what = header
                .and_then(|header| in_column(header, row))
                .unwrap_or_else(|| reason(read_up_to(end).as_ref().err().unwrap_or(error)));
            anyhow!("{file}, line {line}: {what}: {:?}", shortened(row))
        }
        None => anyhow!("{file}: {}", first_line(error)),
    }
}

/// What polars says is wrong, without its advice. The cell that it quotes may have many lines.
fn reason(error: &PolarsError) -> String {
    let text = error.to_string();
    let said = text.split("\n\nThe current offset").next().unwrap_or_default();
    let quoted = said.strip_prefix("could not parse `");
    let Some((cell, kind)) = quoted.and_then(|quoted| quoted.rsplit_once("` as dtype ")) else {
        return first_line(error);
    };
    let cell = shortened(cell.as_bytes()).replace(['\r', '\n'], " ");
    format!("could not parse `{cell}` as dtype {kind}")
}

/// What is wrong with a row, and in which column, where polars does not say that.
fn in_column(header: &[u8], row: &[u8]) -> Option<String> {
    if is_open(row) {
        return Some(NOT_CLOSED.to_owned());
    }
    let (columns, found) = (fields(header).count(), fields(row).count());
    let name = |index| -> Option<String> { Some(shortened(fields(header).nth(index)?)) };
    match std::str::from_utf8(row) {
        Ok(_) if found > columns => Some(too_long(columns, found, &name(columns - 1)?)),
        Ok(_) => None,
        Err(wrong) => {
            let name = name(fields(&row[..wrong.valid_up_to()]).count() - 1)?;
            Some(format!("column {name:?} is not in UTF-8, save the file so"))
        }
    }
}

fn too_long(columns: usize, found: usize, last: &str) -> String {
    format!("{found} fields, but {last:?} is column {columns}, the last")
}

/// A column of texts becomes one of dates or datetimes where every text is one with the year in front and without a time zone.
/// Of 01/02/2024 the text does not say which number is the month.
fn with_dates(frame: DataFrame) -> PolarsResult<DataFrame> {
    let options = || StrptimeOptions {
        strict: false,
        ..StrptimeOptions::default()
    };
    let dated = |text: Column| {
        let name = text.name().clone();
        let matching = |pattern: &str| col(name.clone()).str().extract(lit(pattern), 0).str();
        let datetime = |year, digits, unit| {
            let pattern = format!(r"^{year}-\d\d-\d\d[T ][\d:]*(\.\d{{1,{digits}}})?$");
            matching(&pattern).to_datetime(Some(unit), None, options(), lit("raise"))
        };
        let kinds = [
            matching(r"^\d{4}-\d\d-\d\d$").to_date(options()),
            datetime(r"\d{4}", 6, TimeUnit::Microseconds),
            // 64 bits of nanoseconds reach from 1677 to 2262, and polars panics at others.
            datetime(r"(1[7-9]|2[01])\d\d", 9, TimeUnit::Nanoseconds),
        ];
        let frame = text.clone().into_frame();
        let mut parsed = kinds.into_iter().filter_map(|kind| column(&frame, kind).ok());
        // What is of another form is null in them.
        let every = parsed.find(|parsed| parsed.null_count() == text.null_count());
        every.unwrap_or(text)
    };
    let columns = frame.into_columns().into_iter();
    let columns = columns.map(|column| match column.dtype() {
        DataType::String if column.null_count() < column.len() => dated(column),
        _ => column,
    });
    DataFrame::new_infer_height(columns.collect())
}
