//! What is a number in one record of a file is to be one in all, and a whole one to have a place in 64 bits: otherwise
//! polars gives the column another type.

use std::{collections::HashMap, fmt};

use serde_json::Value;

use super::tokens::{elements, too_large};

/// A value which is of another kind than those before it, or too large.
#[derive(Debug)]
pub(super) struct Odd {
    /// Line or record, from 1.
    place: (&'static str, usize),
    /// Names from the record to the value.
    path: Vec<String>,
    what: String,
}

impl fmt::Display for Odd {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, number) = self.place;
        write!(formatter, "{unit} {number}")?;
        if !self.path.is_empty() {
            write!(formatter, ", column {:?}", self.path.join("."))?;
        }
        write!(formatter, ": {}", self.what)
    }
}

/// The first such value of a column that is wanted, in text that holds a list of records, or else one a line.
pub(super) fn odd(text: &[u8], list: bool, is_wanted: impl Fn(&str) -> bool) -> Option<Odd> {
    let mut seen = Seen::default();
    let mut odd_in = |record: &[u8]| {
        if let Some((path, number)) = too_large(record, &is_wanted) {
            return Some((path, format!("{number} does not fit into i64")));
        }
        let mut record: Value = serde_json::from_slice(record).ok()?;
        if let Value::Object(columns) = &mut record {
            columns.retain(|name, _| is_wanted(name));
        }
        let (mut path, value, before) = seen.odd(record)?;
        path.reverse();
        let kind = kind(&value);
        Some((
            path,
            format!("{value} is {kind}, but before it there is {before}"),
        ))
    };
    let (unit, records) = if list {
        ("record", elements(text))
    } else {
        ("line", text.split(|byte| *byte == b'\n').collect())
    };
    (1..).zip(records).find_map(|(number, record)| {
        let (path, what) = odd_in(record)?;
        let place = (unit, number);
        Some(Odd { place, path, what })
    })
}

/// What there was of the records, or of a field in them, or of the elements of lists in it.
#[derive(Default)]
struct Seen {
    kind: Option<&'static str>,
    within: HashMap<String, Seen>,
}

impl Seen {
    /// Adds a value, unless it is odd: then the names from it to the record, it, and what there was before.
    fn odd(&mut self, value: Value) -> Option<(Vec<String>, Value, &'static str)> {
        if value.is_null() {
            return None;
        }
        let kind = kind(&value);
        let before = *self.kind.get_or_insert(kind);
        if before != kind {
            return Some((Vec::new(), value, before));
        }
        let mut within = |name: String, value| {
            let seen = self.within.entry(name.clone()).or_default();
            let (mut path, value, before) = seen.odd(value)?;
            path.push(name);
            Some((path, value, before))
        };
        match value {
            Value::Array(elements) => elements
                .into_iter()
                .find_map(|element| within("[]".to_owned(), element)),
            Value::Object(fields) => fields.into_iter().find_map(|(name, field)| within(name, field)),
            _ => None,
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a record",
    }
}
