//! Original and counterpart next to each other.

use std::io::{self, Write};

use anstyle::Style;
use anyhow::Result;
use terminal_size::{Width, terminal_size_of};

use crate::{
    Lesson,
    highlight::{Piece, highlight},
};

/// Narrower than this, the two stand one below the other.
const NARROWEST: usize = 100;
const RULE: &str = " │ ";

/// Shows the original on the left and the counterpart on the right: cut to the terminal's width, or in full where
/// there is no terminal.
pub(crate) fn show<E>(lesson: &Lesson<E>, out: &mut impl Write) -> Result<()> {
    let original = lesson.original()?;
    let left = (original.clone(), lesson.read(&original)?);
    let right = ("lesson.rs".to_owned(), lesson.read("lesson.rs")?);
    let terminal = terminal_size_of(io::stdout()).map(|(Width(width), _)| usize::from(width));
    match terminal {
        Some(width) if width < NARROWEST => one_below_the_other(&[left, right], width, out)?,
        _ => side_by_side(&left, &right, terminal, out)?,
    }
    Ok(())
}

fn one_below_the_other(files: &[(String, String)], width: usize, out: &mut impl Write) -> io::Result<()> {
    for (name, text) in files {
        heading(name, name.len(), out)?;
        writeln!(out)?;
        for line in lines(name, text, width) {
            print(&line, 0, out)?;
            writeln!(out)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn side_by_side(
    left: &(String, String),
    right: &(String, String),
    terminal: Option<usize>,
    out: &mut impl Write,
) -> io::Result<()> {
    let column = match terminal {
        Some(width) => (width - RULE.chars().count()) / 2,
        None => left
            .1
            .lines()
            .map(|line| line.chars().count())
            .max()
            .unwrap_or_default()
            .max(left.0.len()),
    };
    let widest = terminal.map_or(usize::MAX, |_| column);
    let (lefts, rights) = (lines(&left.0, &left.1, widest), lines(&right.0, &right.1, widest));
    heading(&left.0, column, out)?;
    write!(out, "{RULE}")?;
    heading(&right.0, right.0.len(), out)?;
    writeln!(out)?;
    for row in 0..lefts.len().max(rights.len()) {
        print(lefts.get(row).map_or(&[], Vec::as_slice), column, out)?;
        write!(out, "{}", RULE.trim_end())?;
        if let Some(line) = rights.get(row).filter(|line| !line.is_empty()) {
            write!(out, " ")?;
            print(line, 0, out)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn heading(name: &str, width: usize, out: &mut impl Write) -> io::Result<()> {
    let bold = Style::new().bold().underline();
    write!(out, "{bold}{name}{bold:#}{:1$}", "", width - name.len())
}

/// The text in coloured pieces, line by line, each line cut to `widest` characters.
fn lines(name: &str, text: &str, widest: usize) -> Vec<Vec<Piece>> {
    let mut rows = vec![];
    let mut row = vec![];
    for piece in highlight(name, text) {
        for (number, line) in piece.text.split('\n').enumerate() {
            if number > 0 {
                rows.push(cut(std::mem::take(&mut row), widest));
            }
            if !line.is_empty() {
                row.push(Piece {
                    text: line.to_owned(),
                    style: piece.style,
                });
            }
        }
    }
    if !row.is_empty() {
        rows.push(cut(row, widest));
    }
    rows
}

/// A line that is too long ends in `…`.
fn cut(mut row: Vec<Piece>, widest: usize) -> Vec<Piece> {
    let length = |row: &[Piece]| row.iter().map(|piece| piece.text.chars().count()).sum::<usize>();
    if length(&row) <= widest {
        return row;
    }
    while length(&row) >= widest {
        let Some(last) = row.last_mut() else { return row };
        if last.text.pop().is_none() {
            row.pop();
        }
    }
    row.push(Piece {
        text: "…".to_owned(),
        style: Style::new(),
    });
    row
}

/// Prints one line, filled up to `width` with blanks.
fn print(line: &[Piece], width: usize, out: &mut impl Write) -> io::Result<()> {
    let mut used = 0;
    for Piece { text, style } in line {
        write!(out, "{style}{text}{style:#}")?;
        used += text.chars().count();
    }
    write!(out, "{:1$}", "", width.saturating_sub(used))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, widest: usize) -> Vec<String> {
        let rows = lines("lesson.rs", text, widest);
        rows.into_iter()
            .map(|row| row.into_iter().map(|piece| piece.text).collect())
            .collect()
    }

    #[test]
    fn lines_that_fit_are_whole() {
        assert_eq!(shown("let a;\n\nb\n", 6), ["let a;", "", "b"]);
    }

    #[test]
    fn what_is_cut_is_marked() {
        assert_eq!(shown("let abc;\n", 6), ["let a…"]);
        assert_eq!(shown("let abc;", 4), ["let…"]);
    }
}
