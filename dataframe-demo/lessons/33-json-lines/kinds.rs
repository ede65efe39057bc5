//! What is a number in one record of a file is to be one in all: otherwise the column has no type.

use std::{collections::HashMap, fmt};

use serde_json::Value;

/// A value which is of another kind than those before it.
#[derive(Debug)]
pub(super) struct Odd {
    /// Line or record, from 1.
    place: (&'static str, usize),
    /// Names from the record to the value.
    path: Vec<String>,
    value: Value,
    before: &'static str,
}

impl fmt::Display for Odd {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            place: (what, number),
            path,
            value,
            before,
        } = self;
        write!(formatter, "{what} {number}")?;
        if !path.is_empty() {
            write!(formatter, ", column {:?}", path.join("."))?;
        }
        let kind = kind(value);
        write!(formatter, ": {value} is {kind}, but before it there is {before}")
    }
}

/// The first such value of a column that is wanted, in text that holds a list of records, or else one a line.
pub(super) fn odd(text: &[u8], list: bool, is_wanted: impl Fn(&str) -> bool) -> Option<Odd> {
    let mut seen = Seen::default();
    let mut odd_in = |place, mut record: Value| {
        if let Value::Object(columns) = &mut record {
            columns.retain(|name, _| is_wanted(name));
        }
        let (mut path, value, before) = seen.odd(record)?;
        path.reverse();
        Some(Odd {
            place,
            path,
            value,
            before,
        })
    };
    if list {
        let records: Vec<Value> = serde_json::from_slice(text).ok()?;
        let mut records = (1..).zip(records);
        records.find_map(|(number, record)| odd_in(("record", number), record))
    } else {
        let mut lines = (1..).zip(text.split(|byte| *byte == b'\n'));
        lines.find_map(|(number, line)| odd_in(("line", number), serde_json::from_slice(line).ok()?))
    }
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
