//! Changes of single fields that leave every other byte of a file alone: comments, order, quotes, line ends.
//!
//! What a record says is handed out as [`fields`], every scalar as the text that was written. What comes back is
//! compared with it, and only what differs is written anew, in the style that stands there. The result is read again
//! before it is given: it says what was asked for, or there is none.

pub mod admin;
mod change;
pub mod form;
pub mod format;
pub mod rename;
pub mod written;

use crate::content::shape::is_nothing;
use crate::source::SourceId;
use crate::source::front_matter::split;
use crate::yaml::{self, Node, Value as Yaml};
use serde_json::{Map, Value};
use std::fmt;

/// Why a file cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Its front matter cannot be read; what is wrong with it has to be mended first.
    Unreadable,
    /// A field would not say what was asked for.
    Unwritable,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Refusal::Unreadable => "the front matter of this file cannot be read: mend it in the file itself",
            Refusal::Unwritable => "this cannot be written without changing more than was asked for: edit the file itself",
        })
    }
}

/// What a record's file says, without what says nothing: each scalar as the text that was written.
pub fn fields(text: &str) -> Result<Map<String, Value>, Refusal> {
    let (node, _) = read(text)?;
    match view(&node) {
        Value::Object(fields) => Ok(fields),
        _ => Err(Refusal::Unreadable),
    }
}

/// The body of a record's file, with plain line ends.
pub fn body(text: &str) -> String {
    let body = split(text).map_or("", |split| &text[split.body]);
    body.replace("\r\n", "\n")
}

/// The file with other fields, and another body where one is given.
///
/// `fields` is all that the front matter is to say: a field that is not among them goes. `schema` is that of the kind:
/// new fields come in its order, and a text that looks like a number gets quotes.
pub fn apply(
    text: &str,
    fields: &Map<String, Value>,
    body: Option<&str>,
    schema: &Value,
) -> Result<String, Refusal> {
    let (node, range) = read(text)?;
    let wanted = pruned(&Value::Object(fields.clone()));
    let yaml = change::mapping(text, range, &node, &wanted, schema);
    let (again, _) = read(&yaml).map_err(|_| Refusal::Unwritable)?;
    if view(&again) != wanted {
        return Err(Refusal::Unwritable);
    }
    Ok(match body {
        Some(body) => with_body(&yaml, body),
        None => yaml,
    })
}

/// The field that a byte of the file belongs to, such as `repeat.every` or `price.1.amount`; `body` for the body, and
/// nothing for the front matter as a whole.
pub fn field_at(text: &str, byte: usize) -> String {
    let Ok((node, range)) = read(text) else {
        return String::new();
    };
    if byte >= range.end {
        return "body".to_owned();
    }
    let (mut node, mut path) = (&node, Vec::new());
    loop {
        let starts = |node: &Node| node.span.range().start <= byte;
        let inner = match &node.value {
            Yaml::Mapping(fields) => {
                let own = fields.iter().rfind(|(key, _)| starts(key));
                own.and_then(|(key, value)| Some((key.text()?.to_owned(), value)))
            }
            Yaml::Sequence(items) => {
                let own = items.iter().enumerate().rfind(|(_, item)| starts(item));
                own.map(|(n, item)| (n.to_string(), item))
            }
            Yaml::Scalar { .. } => None,
        };
        match inner {
            Some((name, value)) => {
                path.push(name);
                node = value;
            }
            None => return path.join("."),
        }
    }
}

/// The tree of the front matter, and where it stands.
fn read(text: &str) -> Result<(Node, std::ops::Range<usize>), Refusal> {
    let split = split(text).map_err(|_| Refusal::Unreadable)?;
    let (node, faults) = yaml::parse(SourceId(0), text, split.yaml.clone());
    match node {
        Some(node) if faults.is_empty() && matches!(node.value, Yaml::Mapping(_)) => {
            Ok((node, split.yaml))
        }
        _ => Err(Refusal::Unreadable),
    }
}

/// What a node says, without what says nothing.
fn view(node: &Node) -> Value {
    match &node.value {
        Yaml::Scalar { .. } if node.is_null() => Value::Null,
        Yaml::Scalar { text, .. } => Value::String(text.clone()),
        Yaml::Sequence(items) => pruned(&items.iter().map(view).collect()),
        Yaml::Mapping(fields) => {
            let named = fields
                .iter()
                .filter_map(|(key, value)| Some((key.text()?.to_owned(), view(value))));
            pruned(&Value::Object(named.collect()))
        }
    }
}

/// Without fields and items that say nothing, which a form hands in all the same; numbers and truth values as texts.
fn pruned(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| (name.clone(), pruned(value)));
            let fields: Map<String, Value> =
                fields.filter(|(_, value)| !is_nothing(value)).collect();
            Value::Object(fields)
        }
        Value::Array(items) => {
            let items = items.iter().map(pruned);
            items.filter(|item| !is_nothing(item)).collect()
        }
        Value::Number(number) => Value::String(number.to_string()),
        Value::Bool(truth) => Value::String(truth.to_string()),
        value => value.clone(),
    }
}

/// Another body in the line ends of the file. Lines at its beginning and end that are the same stay as they are.
fn with_body(text: &str, body: &str) -> String {
    let Ok(split) = split(text) else {
        return text.to_owned();
    };
    let own = &text[split.body.clone()];
    if self::body(text) == body {
        return text.to_owned();
    }
    let end = line_end(text);
    let plain = |line: &str| line.trim_end_matches(['\r', '\n']).to_owned();
    let (before, after): (Vec<&str>, Vec<&str>) = (
        own.split_inclusive('\n').collect(),
        body.split_inclusive('\n').collect(),
    );
    let same =
        |(a, b): &(&&str, &&str)| plain(a) == plain(b) && a.ends_with('\n') == b.ends_with('\n');
    let head = before.iter().zip(&after).take_while(same).count();
    let (rest, new) = (&before[head..], &after[head..]);
    let tail = rest
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(same)
        .count();
    let mut out = text[..split.body.start].to_owned();
    out.extend(before[..head].iter().copied());
    for line in &new[..new.len() - tail] {
        out.push_str(&plain(line));
        if line.ends_with('\n') {
            out.push_str(end);
        }
    }
    out.extend(before[before.len() - tail..].iter().copied());
    out
}

/// How lines of a text end: as the first of them does.
fn line_end(text: &str) -> &'static str {
    match text.split_inclusive('\n').next() {
        Some(line) if line.ends_with("\r\n") => "\r\n",
        _ => "\n",
    }
}

#[cfg(test)]
mod tests;
