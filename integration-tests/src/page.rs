//! A page as its reader sees it: what its tables say, and whether anything in it would be run.

use anyhow::{Result, ensure};
use html5gum::{StartTag, Token, Tokenizer};

/// A page of HTML.
#[derive(Debug, Default)]
pub struct Html {
    /// The elements in their order, each with its attributes.
    pub elements: Vec<(String, Vec<(String, String)>)>,
    /// The tables in their order.
    pub tables: Vec<Table>,
}

/// A table: its caption, and the text of its cells, row by row, headers first.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Table {
    /// What it is about.
    pub caption: String,
    /// Row by row.
    pub rows: Vec<Vec<String>>,
}

impl Html {
    /// Takes a page apart as a browser does.
    pub fn read(text: &str) -> Self {
        let mut html = Self::default();
        let mut within = None;
        for Ok(token) in Tokenizer::new(text) {
            match token {
                Token::StartTag(tag) => {
                    let name = String::from_utf8_lossy(&tag.name).into_owned();
                    html.open(&name);
                    html.elements.push((name.clone(), attributes(&tag)));
                    if matches!(name.as_str(), "caption" | "td" | "th") {
                        within = Some(name);
                    }
                }
                Token::EndTag(tag) if within.as_ref().is_some_and(|name| name.as_bytes() == &**tag.name) => {
                    within = None;
                }
                Token::String(text) => html.add(within.as_deref(), &String::from_utf8_lossy(&text)),
                _ => {}
            }
        }
        html
    }

    fn open(&mut self, name: &str) {
        if name == "table" {
            self.tables.push(Table::default());
        }
        let Some(table) = self.tables.last_mut() else {
            return;
        };
        match name {
            "tr" => table.rows.push(Vec::new()),
            "td" | "th" => {
                if let Some(row) = table.rows.last_mut() {
                    row.push(String::new());
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, within: Option<&str>, text: &str) {
        let Some(table) = self.tables.last_mut() else {
            return;
        };
        let cell = match within {
            Some("caption") => Some(&mut table.caption),
            Some(_) => table.rows.last_mut().and_then(|row| row.last_mut()),
            None => None,
        };
        if let Some(cell) = cell {
            *cell += text;
        }
    }

    /// One of the tables has a row with all of these cells. How thousands are set apart is left to the page.
    ///
    /// # Errors
    /// Where none has.
    pub fn has_row(&self, cells: &[&str]) -> Result<()> {
        let mut rows = self.tables.iter().flat_map(|table| &table.rows);
        let has = |row: &Vec<String>| {
            cells
                .iter()
                .all(|cell| row.iter().any(|other| plain(other) == *cell))
        };
        ensure!(rows.any(has), "no row has {cells:?}: {:?}", self.tables);
        Ok(())
    }

    /// What an attribute of each element with this name says.
    pub fn attribute(&self, element: &str, attribute: &str) -> Vec<&str> {
        let elements = self.elements.iter().filter(|(name, _)| name == element);
        let attributes = elements.flat_map(|(_, attributes)| attributes);
        attributes
            .filter(|(name, _)| name == attribute)
            .map(|(_, value)| value.as_str())
            .collect()
    }
}

fn attributes(tag: &StartTag<()>) -> Vec<(String, String)> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    tag.attributes
        .iter()
        .map(|(name, value)| (text(name), text(value)))
        .collect()
}

fn plain(cell: &str) -> String {
    let is_number = |c: char| c.is_ascii_digit() || c.is_whitespace() || c == ',';
    match cell.trim() {
        number if number.chars().all(is_number) => number.chars().filter(char::is_ascii_digit).collect(),
        text => text.to_owned(),
    }
}
