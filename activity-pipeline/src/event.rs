//! What a visitor did: the event, what makes one right, and how a request holds one or many.

use std::{borrow::Cow, str};

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::Value;
use serde_path_to_error::Segment as Step;

/// Events of one request.
const AT_ONCE: usize = 10_000;
/// How far clocks may be apart.
const AHEAD: TimeDelta = TimeDelta::minutes(1);

/// An event, as it is sent, and as it lies in Kafka.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Its own: whoever sends it once more sends the same.
    pub id: String,
    pub kind: Kind,
    #[serde(deserialize_with = "rfc3339")]
    pub at: DateTime<Utc>,
    pub user: String,
    pub segment: Segment,
    pub page: String,
    /// Of a search.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Of a click.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

/// A time as RFC 3339 has it. chrono's own impl also takes what is only like it, by a longer way.
fn rfc3339<'a, D: Deserializer<'a>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    #[derive(Deserialize)]
    struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

    let Text(text) = Text::deserialize(deserializer)?;
    let at = DateTime::parse_from_rfc3339(&text).map_err(Error::custom)?;
    Ok(at.to_utc())
}

/// What the visitor did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    PageView,
    Search,
    Click,
}

impl Kind {
    /// As it is written in an event.
    pub fn name(self) -> &'static str {
        match self {
            Self::PageView => "page_view",
            Self::Search => "search",
            Self::Click => "click",
        }
    }
}

/// Who the visitor is. A closed list, so that nobody can make the counts grow without end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Segment {
    New,
    Returning,
    Member,
}

impl Segment {
    pub const ALL: [Self; 3] = [Self::New, Self::Returning, Self::Member];

    /// As it is written in an event.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Returning => "returning",
            Self::Member => "member",
        }
    }
}

/// Why a request is refused, and which event and field are to blame.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    pub status: StatusCode,
    pub detail: String,
    pub event: Option<usize>,
    pub field: Option<String>,
}

impl Refusal {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
            event: None,
            field: None,
        }
    }
}

impl Event {
    /// Reads one that lies in Kafka.
    ///
    /// # Errors
    /// Where it is none, or not a right one: why.
    pub fn read(payload: &[u8], received: DateTime<Utc>) -> Result<Self, String> {
        let event: Self = from_slice(payload).map_err(|error| error.to_string())?;
        event
            .check(received)
            .map_err(|(field, detail)| format!("{field}: {detail}"))?;
        Ok(event)
    }

    /// What no type says of the fields. Returns the wrong one, and what it ought to be.
    fn check(&self, now: DateTime<Utc>) -> Result<(), (&'static str, &'static str)> {
        let short = |text: &str, most: usize| (1..=most).contains(&text.chars().count());
        let needs = |text: &Option<String>, needed: bool| match text {
            Some(text) => needed && short(text, 200),
            None => !needed,
        };
        let rules = [
            (short(&self.id, 64), "id", "has 1 to 64 characters"),
            (
                // A difference cannot overflow, as a sum could.
                self.at.signed_duration_since(now) <= AHEAD,
                "at",
                "is at most a minute ahead of this clock",
            ),
            (short(&self.user, 64), "user", "has 1 to 64 characters"),
            (
                self.page.starts_with('/') && short(&self.page, 200) && !self.page.contains(char::is_control),
                "page",
                "begins with / and has 1 to 200 characters, none of them a control character",
            ),
            (
                needs(&self.query, self.kind == Kind::Search),
                "query",
                "belongs to a search, and has 1 to 200 characters",
            ),
            (
                needs(&self.target, self.kind == Kind::Click),
                "target",
                "belongs to a click, and has 1 to 200 characters",
            ),
        ];
        match rules.into_iter().find(|(holds, ..)| !holds) {
            Some((_, field, detail)) => Err((field, detail)),
            None => Ok(()),
        }
    }
}

/// The events of a body of JSON: one, or an array of them.
///
/// # Errors
/// Where one of them is wrong: which, and in which field.
pub fn from_json(body: &[u8], now: DateTime<Utc>) -> Result<Vec<Event>, Refusal> {
    let events = if body.trim_ascii_start().first() == Some(&b'[') {
        parse::<Vec<Event>>(body, 0)?
    } else {
        vec![parse(body, 0)?]
    };
    checked(events, now)
}

/// The events of a body of JSON lines; blank ones are passed over.
///
/// # Errors
/// Where one of them is wrong: which, and in which field.
pub fn from_json_lines(body: &[u8], now: DateTime<Utc>) -> Result<Vec<Event>, Refusal> {
    let lines = body
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.trim_ascii().is_empty());
    let events = lines.enumerate().map(|(index, line)| parse(line, index));
    checked(events.collect::<Result<_, _>>()?, now)
}

fn checked(events: Vec<Event>, now: DateTime<Utc>) -> Result<Vec<Event>, Refusal> {
    if !(1..=AT_ONCE).contains(&events.len()) {
        let detail = format!(
            "a request has 1 to {AT_ONCE} events, this one has {}",
            events.len()
        );
        return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, detail));
    }
    for (index, event) in events.iter().enumerate() {
        event.check(now).map_err(|(field, detail)| Refusal {
            event: Some(index),
            field: Some(field.to_owned()),
            ..Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
        })?;
    }
    Ok(events)
}

/// Parses an event, or a list of events that begins with this one.
fn parse<'a, T: Deserialize<'a>>(json: &'a [u8], first: usize) -> Result<T, Refusal> {
    from_slice(json).map_err(|error| {
        let mut refusal = refusal(json, &error);
        refusal.event = Some(first);
        // Where it is wrong is asked only now: to keep track of that takes an allocation a field.
        let mut deserializer = serde_json::Deserializer::from_slice(json);
        if let Err(error) = serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
            for step in error.path() {
                match step {
                    Step::Seq { index } => refusal.event = Some(first + index),
                    Step::Map { key } => refusal.field = Some(key.clone()),
                    _ => {}
                }
            }
            refusal.field = refusal.field.or_else(|| named(&refusal.detail));
        }
        refusal
    })
}

/// As serde_json's, which looks at each word by itself whether it is UTF-8: once for all of them is quicker.
fn from_slice<'a, T: Deserialize<'a>>(json: &'a [u8]) -> serde_json::Result<T> {
    match str::from_utf8(json) {
        Ok(json) => serde_json::from_str(json),
        // It tells where.
        Err(_) => serde_json::from_slice(json),
    }
}

/// A field that is missing or there twice has no path: serde names it in words.
fn named(detail: &str) -> Option<String> {
    let prefixes = ["missing field `", "duplicate field `"];
    let rest = prefixes.iter().find_map(|prefix| detail.strip_prefix(prefix))?;
    let (field, _) = rest.split_once('`')?;
    Some(field.to_owned())
}

fn refusal(json: &[u8], error: &serde_json::Error) -> Refusal {
    // It may quote what was sent.
    let said: String = error.to_string().chars().take(300).collect();
    // What serde_json says of a list where a word belongs does not tell the two apart.
    if serde_json::from_slice::<Value>(json).is_ok() {
        Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, said)
    } else {
        Refusal::new(StatusCode::BAD_REQUEST, format!("this is no JSON: {said}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"id":"1","kind":"click","at":"2026-11-27T13:41:49.123Z","user":"u1","segment":"new","page":"/","target":"buy"}"#;

    fn now() -> DateTime<Utc> {
        "2026-11-27T13:42:00Z".parse().unwrap()
    }

    fn refused(body: &str) -> (u16, Option<usize>, Option<String>) {
        let refusal = from_json(body.as_bytes(), now()).unwrap_err();
        (refusal.status.as_u16(), refusal.event, refusal.field)
    }

    #[test]
    fn one_many_and_lines_are_the_same() {
        let one = from_json(GOOD.as_bytes(), now()).unwrap();
        assert_eq!(serde_json::to_string(&one[0]).unwrap(), GOOD);
        let two = from_json(format!(" [{GOOD},\n{GOOD}]").as_bytes(), now()).unwrap();
        let lines = from_json_lines(format!("{GOOD}\r\n\n{GOOD}\n").as_bytes(), now()).unwrap();
        assert_eq!(two, lines);
        assert_eq!(two, [one.clone(), one.clone()].concat());
        // However JSON may write them.
        let escaped = GOOD.replace("2026-", r"2026\u002d").replace("u1", r"\u00751");
        assert_eq!(from_json(escaped.as_bytes(), now()).unwrap(), one);
    }

    #[test]
    fn which_event_and_which_field() {
        for (from, to, field) in [
            (r#""id":"1""#, r#""id":"""#, "id"),
            (r#""id":"1""#, r#""id":1"#, "id"),
            ("click", "tap", "kind"),
            ("click", "search", "query"),
            ("2026", "2027", "at"),
            ("2026-11-27T", "yesterday ", "at"),
            ("123Z", "123 UTC", "at"),
            (r#""/""#, r#""home""#, "page"),
            (r#""/""#, r#""/\u0007""#, "page"),
            (r#""new""#, r#""old""#, "segment"),
            (r#""target""#, r#""query""#, "query"),
            ("buy", "", "target"),
            (r#""user""#, r#""person""#, "person"),
            (r#""id":"1","#, "", "id"),
            (r#","page":"/""#, "", "page"),
            (r#""id":"1""#, r#""id":"1","id":"1""#, "id"),
        ] {
            let wrong = GOOD.replace(from, to);
            assert_ne!(wrong, GOOD);
            let body = format!("[{GOOD},{wrong}]");
            assert_eq!(refused(&body), (422, Some(1), Some(field.to_owned())), "{wrong}");
        }
    }

    #[test]
    fn ten_thousand_at_once_and_not_one_more() {
        let many = |count| format!("[{}]", vec![GOOD; count].join(","));
        assert_eq!(from_json(many(AT_ONCE).as_bytes(), now()).unwrap().len(), AT_ONCE);
        let refusal = from_json(many(AT_ONCE + 1).as_bytes(), now()).unwrap_err();
        assert!(
            refusal.status == 422 && refusal.detail.contains("10001"),
            "{refusal:?}"
        );
    }

    #[test]
    fn what_is_no_json() {
        assert_eq!(refused("").0, 400);
        assert_eq!(refused("{").0, 400);
        assert_eq!(refused(&format!("{GOOD}{GOOD}")).0, 400);
        assert_eq!(refused(&"[".repeat(100_000)).0, 400);
        let deep = "[".repeat(1000) + &"]".repeat(1000);
        assert_eq!(refused(&deep).0, 400, "too deep");
        assert_eq!(refused(&GOOD.replace(r#""u1""#, r#"["u1"]"#)).0, 422);
        let mut bytes = GOOD.as_bytes().to_vec();
        bytes[8] = 0xff;
        assert_eq!(from_json(&bytes, now()).unwrap_err().status, 400);
        let bytes = [format!("[{GOOD},").as_bytes(), &bytes, b"]"].concat();
        let refusal = from_json(&bytes, now()).unwrap_err();
        assert_eq!((refusal.status.as_u16(), refusal.event), (400, Some(1)));
        assert_eq!(refused("[]").0, 422);
    }
}
