//! Files of the reader's own: what is in them, and how one is written so that no disk ever holds half of it.

use std::{
    collections::HashSet,
    fmt,
    fs::{self, File},
    io::{self, ErrorKind, Read, Write},
    path::Path,
};

use anyhow::{Context, Result, anyhow, bail, ensure};
use polars::{io::utils::compression::CompressedReader, prelude::*};
use tempfile::NamedTempFile;

#[cfg(unix)]
use crate::scratch::Watcher;
use crate::{arrow_ipc, csv, excel, json_lines, parquet, streaming};

/// Reads a file in the format that the lesson is about, and prints its columns and first rows. With `out` it is written
/// there as Parquet.
pub(crate) fn show(lesson: &str, file: &Path, columns: &[String], out: Option<&Path>) -> Result<()> {
    let name = file.display();
    let mut frame = read(lesson, file, columns)?;
    ensure!(frame.width() > 0, "{name}: there is nothing in it");
    ensure!(
        frame.height() > 0,
        "{name}: there are names of columns, but no row"
    );
    let target = out.map(|out| {
        out.join(file.file_stem().unwrap_or_default())
            .with_added_extension("parquet")
    });
    // First, for whoever reads what is printed may stop.
    if let (Some(out), Some(target)) = (out, &target) {
        // Links and `..` lead to the same file under other names.
        let real = |path: &Path| fs::canonicalize(path).ok();
        let another = real(target).is_none_or(|target| real(file) != Some(target));
        ensure!(
            another,
            "{name} would be overwritten: --out should name another folder"
        );
        fs::create_dir_all(out).with_context(|| format!("cannot make {}", out.display()))?;
        parquet::write(&mut frame, target)?;
    }
    let mut stdout = anstream::stdout();
    writeln!(stdout, "{name}\n{}\n{}", summary(&frame)?, frame.head(Some(5)))?;
    if let Some(target) = target {
        writeln!(stdout, "{}: {} rows", target.display(), frame.height())?;
    }
    Ok(())
}

/// Reads these columns of a file in the format that the lesson is about. A panic in it is an error: some damaged files
/// polars takes for sound, until an index is out of range.
fn read(format: &str, file: &Path, columns: &[String]) -> Result<DataFrame> {
    let read = match format {
        "csv" => csv::read,
        "json-lines" => json_lines::read,
        "parquet" => parquet::read,
        "arrow-ipc" => arrow_ipc::read,
        "excel" => excel::read,
        _ => bail!(
            "lesson {format} reads no file: --data goes with csv, json-lines, parquet, arrow-ipc and excel"
        ),
    };
    // The first bytes tell what a file is, and it is opened anew for the rest.
    let is_kept = fs::metadata(file).map_or(true, |metadata| metadata.is_file() || metadata.is_dir());
    ensure!(
        is_kept,
        "{} can be read only once, and that is not enough: save it as a file",
        file.display()
    );
    lesson::caught(|| read(file, columns)).unwrap_or_else(|panic| {
        let panic = panic.to_string();
        let line = panic.lines().next().unwrap_or_default();
        bail!("{} is damaged: {line}", file.display())
    })
}

/// Which columns of a file are to be read: those that are asked for, or all of its names where none is.
///
/// # Errors
/// Where there is none with such a name: which one is the nearest. Where one is asked for twice.
pub(crate) fn wanted<'a>(
    file: &Path,
    columns: &[String],
    names: impl IntoIterator<Item = &'a PlSmallStr>,
) -> Result<Vec<PlSmallStr>> {
    let file = file.display();
    let names: Vec<_> = names.into_iter().collect();
    if columns.is_empty() {
        return Ok(names.into_iter().cloned().collect());
    }
    let mut earlier = HashSet::new();
    if let Some(again) = columns.iter().find(|name| !earlier.insert(name.as_str())) {
        bail!("{file}: column {again:?} is asked for twice");
    }
    let named = |wanted: &String| {
        let likeness = |name: &&&PlSmallStr| (strsim::jaro_winkler(wanted, name) * 1e6) as u32;
        match names.iter().max_by_key(likeness) {
            Some(nearest) if nearest.as_str() == wanted => Ok((*nearest).clone()),
            Some(nearest) => bail!("{file}: no column {wanted:?}: did you mean {nearest:?}?"),
            None => bail!("{file}: no column {wanted:?}: there are none"),
        }
    };
    columns.iter().map(named).collect()
}

/// The bytes of a file, which gzip, zlib or zstd may have compressed.
pub(crate) fn uncompressed(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    CompressedReader::try_new(fs::read(path)?.into())?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A row for each column: its type, how many cells are null, the least and the greatest.
fn summary(frame: &DataFrame) -> PolarsResult<DataFrame> {
    let text = |scalar: PolarsResult<Scalar>| Some(scalar.ok()?.value().str_value().into_owned());
    let columns = || frame.columns().iter();
    df!(
        "column" => columns().map(|column| column.name().as_str()).collect::<Vec<_>>(),
        "type" => columns().map(|column| column.dtype().to_string()).collect::<Vec<_>>(),
        "nulls" => columns().map(|column| column.null_count() as u64).collect::<Vec<_>>(),
        "least" => columns().map(|column| text(column.min_reduce())).collect::<Vec<_>>(),
        "greatest" => columns().map(|column| text(column.max_reduce())).collect::<Vec<_>>(),
    )
}

/// Makes the file or replaces it: written aside in the same folder, and renamed when all of it is on the disk. Where that
/// fails or is interrupted, what was there before is there as it was. The old one hands on its permissions.
///
/// # Errors
/// Those of writing.
pub fn replace(path: &Path, write: impl FnOnce(&mut (dyn Write + Send)) -> Result<()>) -> Result<()> {
    replace_by(path, |aside| {
        let mut file = Kept {
            file: aside.as_file_mut(),
            error: None,
        };
        let written = write(&mut file);
        file.error.take().map_or(written, |error| Err(error.into()))
    })
}

/// The same with the result of a query, which is never in memory as a whole.
///
/// # Errors
/// Those of the query, and of writing.
pub(crate) fn sink(query: LazyFrame, path: &Path, format: FileWriteFormat) -> Result<()> {
    replace_by(path, |aside| {
        let streamed = streaming::sink(query, aside.path(), format).and_then(LazyFrame::collect);
        // What polars says has its source within, which would be said twice.
        streamed.map(drop).map_err(|error| anyhow!(first_line(&error)))
    })
}

/// Makes a folder of many files: written into one aside, which gets its name when all of them are on the disk.
///
/// # Errors
/// Those of writing, and where there is something in the folder already.
pub(crate) fn fill(path: &Path, write: impl FnOnce(&Path) -> PolarsResult<()>) -> Result<()> {
    let written = || {
        let aside = tempfile::tempdir_in(parent(path))?;
        #[cfg(unix)]
        let _watcher = Watcher::of(aside.path(), ":")?;
        // Within the folder aside, which is the user's alone.
        let whole = aside.path().join("whole");
        write(&whole).map_err(|error| anyhow!(first_line(&error)))?;
        fs::rename(&whole, path)?;
        anyhow::Ok(())
    };
    written().with_context(|| format!("cannot write {}", path.display()))
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn replace_by(path: &Path, write: impl FnOnce(&mut NamedTempFile) -> Result<()>) -> Result<()> {
    let folder = parent(path);
    let written = || {
        #[cfg(unix)]
        let mut watcher = None;
        let mut aside = tempfile::Builder::new().make_in(folder, |path| {
            // From before it is there.
            #[cfg(unix)]
            watcher.replace(Watcher::of(path, ":")?);
            File::create_new(path)
        })?;
        let old = fs::metadata(path).ok().map(|old| old.permissions());
        // Before there is something to read. One that nobody may write to is made so when it is written.
        if let Some(old) = old.clone().filter(|old| !old.readonly()) {
            aside.as_file().set_permissions(old)?;
        }
        write(&mut aside)?;
        if let Some(old) = old {
            aside.as_file().set_permissions(old)?;
        }
        aside.as_file().sync_all()?;
        aside.persist(path)?;
        anyhow::Ok(())
    };
    written().with_context(|| format!("cannot write {}", path.display()))
}

/// A file that keeps what went wrong in writing it, which not every format hands on.
struct Kept<'a> {
    file: &'a mut File,
    error: Option<io::Error>,
}

impl Kept<'_> {
    fn keep<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        result.map_err(|error| {
            let kind = error.kind();
            // Whoever writes tries again.
            if kind != ErrorKind::Interrupted {
                self.error.get_or_insert(error);
            }
            kind.into()
        })
    }
}

impl Write for Kept<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes);
        self.keep(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.file.flush();
        self.keep(flushed)
    }
}

/// A column of cells that came one by one, as those of a sheet and of a query do. The first one is of this row.
///
/// # Errors
/// Where they are not of one type: the first one that is not. Where there are fractions among them, and a whole number has
/// more digits than a float.
pub fn column(name: &str, cells: &[AnyValue], first_row: usize) -> Result<Series> {
    let kinds = (first_row..).zip(cells).filter(|(_, cell)| !cell.is_null());
    let Some((_, first)) = kinds.clone().next() else {
        return Ok(Series::new_null(name.into(), cells.len()));
    };
    let numbers = first.is_primitive_numeric();
    let fits = |cell: &AnyValue| cell.dtype() == first.dtype() || numbers && cell.is_primitive_numeric();
    if let Some((row, odd)) = kinds.clone().find(|(_, cell)| !fits(cell)) {
        let dtype = first.dtype();
        bail!("column {name:?}, row {row}: {odd} is not {dtype}, which those before it are");
    }
    let fractions = numbers && kinds.clone().any(|(_, cell)| cell.is_float());
    let loses_digits = |cell: &AnyValue| {
        let whole = cell.extract::<i64>().filter(|_| cell.is_integer());
        whole.is_some_and(|whole| whole as f64 as i128 != i128::from(whole))
    };
    if let Some((row, long)) = kinds.clone().find(|(_, cell)| fractions && loses_digits(cell)) {
        bail!(
            "column {name:?}, row {row}: {long} would lose digits as a float, which others of the column are"
        );
    }
    let kind = if fractions {
        DataType::Float64
    } else {
        first.dtype()
    };
    Ok(Series::from_any_values_and_dtype(
        name.into(),
        cells,
        &kind,
        false,
    )?)
}

/// The first line of what a library says: further ones are advice.
pub(crate) fn first_line(error: &impl fmt::Display) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}
