//! JSON taken apart without recursion, and without a number becoming another: what polars does to both is not seen later.

use std::iter;

/// How many lists and records may be within one another; `serde_json` goes no deeper. polars has no limit, and ends the
/// program where its stack does.
pub(super) const DEEPEST: usize = 127;

/// Where it goes deeper than that.
pub(super) fn too_deep(text: &[u8]) -> Option<usize> {
    let mut depth = 0;
    tokens(text).find_map(|(at, token)| {
        depth = depth_after(depth, token);
        (depth > DEEPEST).then_some(at)
    })
}

/// The first whole number in a record that is too large for a column of them, and the names from the record to it.
pub(super) fn too_large(record: &[u8], is_wanted: impl Fn(&str) -> bool) -> Option<(Vec<String>, String)> {
    let mut path: Vec<String> = Vec::new();
    let mut last: &[u8] = &[];
    for (_, token) in tokens(record) {
        match token {
            b"{" => path.push(String::new()),
            b"[" => path.push("[]".to_owned()),
            b"}" | b"]" => {
                path.pop();
            }
            b":" => {
                if let Some(name) = path.last_mut() {
                    *name = serde_json::from_slice(last).unwrap_or_default();
                }
            }
            _ if is_whole(token) && path.first().is_none_or(|name| is_wanted(name)) => {
                let number = String::from_utf8_lossy(token);
                if number.parse::<i64>().is_err() {
                    return Some((path, number.into_owned()));
                }
            }
            _ => {}
        }
        last = token;
    }
    None
}

/// The elements of a list. What is no list is one element.
pub(super) fn elements(text: &[u8]) -> Vec<&[u8]> {
    if !text.trim_ascii_start().starts_with(b"[") {
        return vec![text];
    }
    let mut depth = 0;
    let bounds = tokens(text).filter_map(|(at, token)| {
        let before = depth;
        depth = depth_after(depth, token);
        let is_bound = match token {
            b"[" => before == 0,
            b"]" => depth == 0,
            b"," => depth == 1,
            _ => false,
        };
        is_bound.then_some(at)
    });
    let bounds: Vec<_> = bounds.collect();
    let between = bounds.iter().zip(bounds.iter().skip(1));
    between.map(|(from, to)| &text[from + 1..*to]).collect()
}

fn depth_after(depth: usize, token: &[u8]) -> usize {
    match token {
        b"{" | b"[" => depth + 1,
        b"}" | b"]" => depth.saturating_sub(1),
        _ => depth,
    }
}

fn is_whole(token: &[u8]) -> bool {
    let digits = token.strip_prefix(b"-").unwrap_or(token);
    digits.iter().all(u8::is_ascii_digit)
}

/// Each text, number, word and sign, and where it begins.
fn tokens(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    iter::from_fn(move || {
        at += text[at..].iter().position(|byte| !byte.is_ascii_whitespace())?;
        let rest = &text[at..];
        let length = match rest.first()? {
            b'"' => length_of_text(rest),
            b'{' | b'}' | b'[' | b']' | b':' | b',' => 1,
            _ => {
                let ends = |byte: &u8| byte.is_ascii_whitespace() || b"{}[]:,\"".contains(byte);
                rest.iter().position(ends).unwrap_or(rest.len())
            }
        };
        let token = (at, &rest[..length]);
        at += length;
        Some(token)
    })
}

/// With both quotes. One that is not closed goes on to the end.
fn length_of_text(text: &[u8]) -> usize {
    let mut escaped = false;
    let closes = |byte: &u8| {
        let closes = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        closes
    };
    let closed = text.iter().skip(1).position(closes);
    closed.map_or(text.len(), |within| within + 2)
}
