//! Excel: sheets of cells that each have a type of their own, read with calamine and written with rust_xlsxwriter.

use std::{fs::File, io::BufReader, path::Path};

use anyhow::{Context, Result, anyhow, bail, ensure};
use calamine::{Data, Range, Reader, Xlsx, open_workbook};
use chrono::{NaiveDate, NaiveTime};
use polars::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

use crate::{
    Session,
    file::{column, replace, wanted},
    show,
};

pub fn run(session: &mut Session) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("shop.xlsx");
    let mut book = Workbook::new();
    write_sheet(book.add_worksheet().set_name("articles")?, (0, 0), &articles()?)?;
    write_sheet(book.add_worksheet().set_name("towns")?, (2, 1), &towns()?)?;
    save(&mut book, &file)?;
    show!(session, "pd.ExcelFile(file).sheet_names", sheet_names(&file)?);
    show!(session, "pd.read_excel(file)", read(&file, &[])?);
    // The range of used cells begins where the table does.
    show!(
        session,
        "pd.read_excel(file, sheet_name=\"towns\", skiprows=2, usecols=\"B:D\")",
        read_sheet(&file, "towns")?
    );
    show!(
        session,
        "pd.read_excel(file, sheet_name=\"prices\")",
        read_sheet(&file, "prices")
    );

    let articles = read(&file, &[])?;
    show!(
        session,
        "pd.read_excel(file, usecols=[\"article\", \"stock\"], dtype={\"stock\": \"Int64\"})",
        articles.select(["article", "stock"])?
    );
    show!(
        session,
        "pd.read_excel(file, nrows=1, usecols=\"A:B\")",
        articles.select(["article", "price"])?.head(Some(1))
    );
    show!(
        session,
        "pd.read_excel(file, usecols=[\"since\"])[\"since\"].dt.year.astype(\"Int32\")",
        articles.column("since")?.as_materialized_series().year()?
    );

    let mixed = book.add_worksheet().set_name("mixed")?;
    mixed.write(0, 0, "x")?.write(1, 0, 1)?.write(2, 0, "two")?;
    mixed.write(3, 0, 2.5)?.write(4, 0, true)?;
    let day = Format::new().set_num_format("yyyy-mm-dd");
    mixed.write_with_format(5, 0, ExcelDateTime::from_ymd(2024, 5, 1)?, &day)?;
    book.add_worksheet().set_name("empty")?;
    save(&mut book, &file)?;
    show!(
        session,
        "pd.ExcelFile(file).sheet_names[2:]",
        sheet_names(&file)?.split_off(2)
    );
    show!(
        session,
        "pd.read_excel(file, sheet_name=\"mixed\")",
        read_sheet(&file, "mixed")
    );
    show!(
        session,
        "pd.read_excel(file, sheet_name=\"empty\").shape",
        read_sheet(&file, "empty")?.shape()
    );

    let big = df!("big" => [1_i64 << 53, (1 << 53) + 1])?;
    show!(
        session,
        "pd.read_excel(file, sheet_name=\"big\")",
        write_sheet(book.add_worksheet().set_name("big")?, (0, 0), &big)
            .and_then(|()| save(&mut book, &file))
            .and_then(|()| read_sheet(&file, "big"))
    );
    Ok(())
}

fn articles() -> Result<DataFrame> {
    let day = |y, m, d, hour, minute| NaiveDate::from_ymd_opt(y, m, d)?.and_hms_opt(hour, minute, 0);
    Ok(df!(
        "article" => ["nut", "bolt", "saw"],
        "price" => [0.05, 0.1, 24.9],
        "stock" => [Some(1200_i64), Some(800), None],
        "since" => [day(2021, 3, 1, 0, 0), None, day(2023, 11, 15, 8, 30)],
        "sold" => [true, true, false],
    )?)
}

fn towns() -> Result<DataFrame> {
    Ok(df!(
        "town" => [Some("Ulm"), None, Some("Jena")],
        "note" => [None::<&str>; 3],
        "people" => [126_000_i64, 40_000, 111_000],
    )?)
}

/// The columns with these names, or all where there is none, of the first sheet of an Excel file: names in the first row,
/// and each column of one type.
///
/// # Errors
/// One line with the file, and which cell is not as it should be.
pub fn read(path: &Path, columns: &[String]) -> Result<DataFrame> {
    let mut book = open(path)?;
    let first = book.sheet_names().into_iter().next().context("there is no sheet");
    let frame = first.and_then(|first| sheet(&mut book, &first));
    // A sheet stands in the file row by row, and is read as a whole.
    let frame = frame.with_context(|| path.display().to_string())?;
    let wanted = wanted(path, columns, frame.schema().iter_names())?;
    Ok(frame.select(wanted)?)
}

/// An Excel file that is open.
pub type Book = Xlsx<BufReader<File>>;

fn open(path: &Path) -> Result<Book> {
    let book: Result<_, calamine::XlsxError> = open_workbook(path);
    book.with_context(|| format!("cannot read {}", path.display()))
}

fn sheet_names(path: &Path) -> Result<Vec<String>> {
    Ok(open(path)?.sheet_names())
}

fn read_sheet(path: &Path, name: &str) -> Result<DataFrame> {
    sheet(&mut open(path)?, name)
}

/// The sheet with this name.
///
/// # Errors
/// Where there is none, and where a column is not of one type.
pub fn sheet(book: &mut Book, name: &str) -> Result<DataFrame> {
    let range = book.worksheet_range(name)?;
    frame(&range).map_err(|error| anyhow!("sheet {name:?}, {error}"))
}

fn frame(range: &Range<Data>) -> Result<DataFrame> {
    // Rows are numbered as the sheet does it; the first one has the names.
    let first_row = range.start().map_or(0, |(row, _)| row as usize) + 2;
    let columns = (0..range.width()).map(|at| {
        let mut cells = range.rows().filter_map(|row| row.get(at));
        let name = cells.next().map(ToString::to_string).unwrap_or_default();
        let cells: Vec<_> = cells.map(cell).collect();
        let column = column(&name, &whole(cells), first_row)?;
        Ok(column.into_column())
    });
    let columns: Result<Vec<_>> = columns.collect();
    Ok(DataFrame::new_infer_height(columns?)?)
}

fn cell(cell: &Data) -> AnyValue<'_> {
    match cell {
        Data::Empty => AnyValue::Null,
        Data::Bool(truth) => AnyValue::Boolean(*truth),
        Data::Int(number) => AnyValue::Int64(*number),
        Data::Float(number) => AnyValue::Float64(*number),
        Data::DateTime(time) if time.is_duration() => {
            let microseconds = (time.as_f64() * DAY).round() as i64;
            AnyValue::Duration(microseconds, TimeUnit::Microseconds)
        }
        // A datetime before the first day is a time of the day.
        Data::DateTime(time) if (0.0..1.0).contains(&time.as_f64()) => {
            let milliseconds = (time.as_f64() * DAY / 1e3).round() as i64;
            AnyValue::Time(milliseconds * 1_000_000)
        }
        Data::DateTime(time) => match datetime(time) {
            Some(datetime) => AnyValue::Datetime(datetime, TimeUnit::Microseconds, None),
            None => AnyValue::Float64(time.as_f64()),
        },
        Data::DateTimeIso(text) => match iso(text) {
            Some(datetime) => AnyValue::Datetime(datetime, TimeUnit::Microseconds, None),
            None => AnyValue::String(text),
        },
        Data::String(text) | Data::DurationIso(text) => AnyValue::String(text),
        Data::Error(error) => AnyValue::StringOwned(error.to_string().into()),
    }
}

/// Excel's datetimes are days since 1900, or since 1904, exact to the millisecond.
fn datetime(time: &calamine::ExcelDateTime) -> Option<i64> {
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    let day = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())?;
    let datetime = day.and_hms_milli_opt(hour.into(), minute.into(), second.into(), milli.into())?;
    Some(datetime.and_utc().timestamp_micros())
}

/// Strict workbooks have datetimes as ISO 8601 writes them, some without a time.
fn iso(text: &str) -> Option<i64> {
    let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN);
    let datetime = text.parse().or_else(|_| text.parse().map(midnight));
    Some(datetime.ok()?.and_utc().timestamp_micros())
}

/// 1970-01-01 as Excel counts days.
const EPOCH: f64 = 25_569.0;
/// In microseconds.
const DAY: f64 = 86_400e6;

/// A sheet has only floats. A column of whole ones is one of whole numbers.
fn whole(cells: Vec<AnyValue>) -> Vec<AnyValue> {
    let is_whole = |cell: &AnyValue| match cell {
        AnyValue::Float64(number) => number.fract() == 0.0 && number.abs() <= MOST,
        _ => true,
    };
    if !cells.iter().all(is_whole) {
        return cells;
    }
    let whole = cells.into_iter().map(|cell| match cell {
        AnyValue::Float64(number) => AnyValue::Int64(number as i64),
        _ => cell,
    });
    whole.collect()
}

/// Up to here a float holds every whole number.
const MOST: f64 = (1_u64 << 53) as f64;

/// Writes names and cells, from this row and column on. What is null stays empty, and so does an empty text, of which Excel
/// has none: it is read as a null. A date is read as a datetime at midnight, and a whole number above 2^53, if a float holds
/// it, as a float.
///
/// # Errors
/// Where a cell cannot hold a value.
pub fn write_sheet(sheet: &mut Worksheet, (top, left): (u32, u16), frame: &DataFrame) -> Result<()> {
    let [datetime, day, time, duration] = ["yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd", "hh:mm:ss", "[h]:mm:ss"]
        .map(|format| Format::new().set_num_format(format));
    for (at, column) in (left..).zip(frame.columns()) {
        let name = column.name();
        sheet
            .write(top, at, name.as_str())
            .with_context(|| format!("column {name:?}, its name"))?;
        for (row, value) in (top + 1..).zip(column.as_materialized_series().rechunk().iter()) {
            let place = || format!("column {name:?}, row {}", row + 1);
            ensure!(fits(&value), "{}: {value} is more than a cell can hold", place());
            let written = match value {
                AnyValue::Null => continue,
                AnyValue::Boolean(truth) => sheet.write(row, at, truth),
                AnyValue::Date(days) => sheet.write_with_format(row, at, EPOCH + f64::from(days), &day),
                AnyValue::Datetime(since, unit, None) => {
                    sheet.write_with_format(row, at, EPOCH + days(since, unit), &datetime)
                }
                AnyValue::Time(since) => {
                    sheet.write_with_format(row, at, days(since, TimeUnit::Nanoseconds), &time)
                }
                AnyValue::Duration(long, unit) => {
                    sheet.write_with_format(row, at, days(long, unit), &duration)
                }
                _ if value.is_primitive_numeric() => sheet.write(row, at, value.try_extract::<f64>()?),
                _ => match value.get_str() {
                    Some(text) => sheet.write(row, at, text),
                    None => bail!("{}: a cell cannot hold {}", place(), column.dtype()),
                },
            };
            written.with_context(place)?;
        }
    }
    Ok(())
}

/// The days that a sheet has, as it counts them. Before 1900-03-01 it counts a day that never was, after 9999-12-31 none.
const DAYS: std::ops::Range<f64> = 61.0..2_958_466.0;

/// Whether a cell holds the value as it is. Numbers are finite floats, datetimes and times exact to the millisecond.
fn fits(value: &AnyValue) -> bool {
    let milliseconds = |since: i64, unit| match unit {
        TimeUnit::Nanoseconds => since % 1_000_000 == 0,
        TimeUnit::Microseconds => since % 1_000 == 0,
        TimeUnit::Milliseconds => true,
    };
    match *value {
        AnyValue::Date(day) => DAYS.contains(&(EPOCH + f64::from(day))),
        AnyValue::Datetime(since, unit, None) => {
            DAYS.contains(&(EPOCH + days(since, unit))) && milliseconds(since, unit)
        }
        AnyValue::Time(since) => milliseconds(since, TimeUnit::Nanoseconds),
        AnyValue::Duration(long, unit) => milliseconds(long, unit),
        _ if value.is_float() => value.extract::<f64>().is_some_and(f64::is_finite),
        _ if value.is_primitive_numeric() => {
            let whole: Option<i128> = value.extract();
            whole.is_some_and(|whole| whole as f64 as i128 == whole)
        }
        _ => true,
    }
}

fn days(since: i64, unit: TimeUnit) -> f64 {
    let units = match unit {
        TimeUnit::Nanoseconds => DAY * 1e3,
        TimeUnit::Microseconds => DAY,
        TimeUnit::Milliseconds => DAY / 1e3,
    };
    since as f64 / units
}

/// Writes the book, which is there whole or not at all.
///
/// # Errors
/// One line with the file, and why it cannot be written.
pub fn save(book: &mut Workbook, path: &Path) -> Result<()> {
    replace(path, |file| Ok(book.save_to_writer(file)?))
}
