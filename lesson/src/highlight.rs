//! Colours for the five languages of the lessons: comments, strings, numbers and keywords.
//!
//! A highlighter with grammars (syntect) would add a sixth to the time that a reader waits for the first build.

use anstyle::{AnsiColor, Style};

pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) style: Style,
}

const KEYWORDS: &str = " as async await break case catch class const continue def default else enum except export \
    extends final finally fn for from function if impl import in is lambda let loop match mod move mut new None not \
    null or package private pub public raise return self Self static struct super switch this throw throws trait \
    try type undefined use var void where while with yield true false True False ";

/// Cuts a text into pieces of one colour each; together they are the text.
pub(crate) fn highlight(file: &str, text: &str) -> Vec<Piece> {
    let hash_comments = file.ends_with(".py") || file.ends_with(".sh");
    let rust = file.ends_with(".rs");
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (length, color) = match first {
            '#' if hash_comments => (line(rest), Some(AnsiColor::BrightBlack)),
            '/' if rest.starts_with("//") && !hash_comments => (line(rest), Some(AnsiColor::BrightBlack)),
            '/' if rest.starts_with("/*") => (block(rest), Some(AnsiColor::BrightBlack)),
            '\'' if rust && !is_char_literal(rest) => (1, None),
            '"' | '\'' | '`' => (string(rest, first), Some(AnsiColor::Green)),
            _ if is_word(first) => {
                let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                let word = &rest[..length];
                // `app.use` and `Router::new` are names, `.await` is none.
                let name = word != "await" && text[..text.len() - rest.len()].ends_with(['.', ':']);
                let keyword = !name && KEYWORDS.contains(&format!(" {word} "));
                let number = first.is_ascii_digit().then_some(AnsiColor::Cyan);
                (length, if keyword { Some(AnsiColor::Magenta) } else { number })
            }
            _ => (first.len_utf8(), None),
        };
        let (piece, after) = rest.split_at(length);
        pieces.push(Piece {
            text: piece.to_owned(),
            style: Style::new().fg_color(color.map(Into::into)),
        });
        rest = after;
    }
    pieces
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn line(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

fn block(text: &str) -> usize {
    text.find("*/").map_or(text.len(), |end| end + 2)
}

/// `'x'` or `'\n'`, and not the lifetime `'a`.
fn is_char_literal(text: &str) -> bool {
    let mut chars = text.chars().skip(1);
    match chars.next() {
        Some('\\') => true,
        _ => chars.next() == Some('\''),
    }
}

fn string(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colored(file: &str, text: &str) -> Vec<String> {
        let pieces = highlight(file, text);
        assert_eq!(
            pieces.iter().map(|piece| piece.text.as_str()).collect::<String>(),
            text
        );
        pieces
            .into_iter()
            .filter(|piece| piece.style != Style::new())
            .map(|piece| piece.text)
            .collect()
    }

    #[test]
    fn javascript() {
        let text = "const a = `x ${1}` // \"no\"\n/* b */ 'it\\'s' 42";
        assert_eq!(
            colored("original.js", text),
            ["const", "`x ${1}`", "// \"no\"", "/* b */", "'it\\'s'", "42"]
        );
    }

    #[test]
    fn rust_lifetimes_are_no_strings() {
        assert_eq!(
            colored("lesson.rs", "fn f<'a>(c: &'a str) { '\\'' }"),
            ["fn", "'\\''"]
        );
    }

    #[test]
    fn names_are_no_keywords() {
        assert_eq!(
            colored("lesson.rs", "use a::new; a.use().await"),
            ["use", "await"]
        );
    }

    #[test]
    fn python_comments() {
        assert_eq!(colored("original.py", "x = 7 // 2  # half"), ["7", "2", "# half"]);
    }

    #[test]
    fn an_open_string_ends_with_the_text() {
        assert_eq!(colored("original.js", "'abc"), ["'abc"]);
    }
}
