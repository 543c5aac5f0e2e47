//! Values as YAML: scalars, lists and fields as an editor would write them.

use crate::content::shape::{is_moment, resolve};
use serde_json::{Map, Value};

/// How wide a list on one line may get.
const WIDE: usize = 96;
/// Spaces from one level to the next.
const STEP: usize = 2;

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// `'…'`
    Single,
    /// `"…"`
    Double,
}

/// Where a scalar stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// On a line of its own, behind a name or a dash.
    Block,
    /// Between brackets, where commas and brackets mean something.
    Flow,
}

/// A text in a style, or in the next one that can hold it. `is_text` says that it must not be taken for a number.
pub fn written(text: &str, style: Style, place: Place, is_text: bool) -> String {
    let is_mistaken = is_text && looks_like_no_text(text);
    match style {
        Style::Plain if is_plain(text, place) && !is_mistaken => text.to_owned(),
        // A double quote within is easier to read in single ones, and the other way round.
        Style::Plain if text.contains('\'') || has_control(text) => double(text),
        Style::Plain | Style::Single if !has_control(text) => single(text),
        _ => double(text),
    }
}

fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn double(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            letter if is_control(letter) => out.push_str(&format!("\\U{:08X}", u32::from(letter))),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// What cannot stand in a line as it is: control characters, and what some take for the end of a line.
fn is_control(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

fn has_control(text: &str) -> bool {
    text.chars().any(is_control)
}

/// Whether a text can stand without quotes (YAML 1.2, section 7.3.3).
fn is_plain(text: &str, place: Place) -> bool {
    const FIRST: &[char] = &[
        '-', '?', ':', ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@',
        '`', '=', '~',
    ];
    let nothing = matches!(text, "" | "null" | "Null" | "NULL");
    let is_negative = || {
        text.strip_prefix('-')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    let inside = |c: char| place == Place::Flow && matches!(c, ',' | '[' | ']' | '{' | '}');
    !nothing
        && text.trim() == text
        && (!text.starts_with(FIRST) || is_negative())
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with(':')
        && !(place == Place::Flow
            && text
                .split(':')
                .skip(1)
                .any(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '/')))
        && !text.contains(inside)
        && !has_control(text)
        && !text.starts_with("---")
}

/// Whether other readers of YAML would make a number, a truth value or a date of it.
fn looks_like_no_text(text: &str) -> bool {
    let word = text.to_ascii_lowercase();
    matches!(
        &*word,
        "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n"
    ) || text.parse::<f64>().is_ok()
        || text.starts_with("0x")
        || text.starts_with("0o")
        || text.parse::<jiff::civil::Date>().is_ok()
}

/// Writes values for a file.
#[derive(Clone, Copy)]
pub struct Writer<'a> {
    /// The schema in which all others are found.
    pub root: &'a Value,
    /// How lines end.
    pub end: &'static str,
}

impl<'a> Writer<'a> {
    /// The schema of a field.
    pub fn schema_of(&self, schema: &'a Value, name: &str) -> &'a Value {
        resolve(self.root, &resolve(self.root, schema)["properties"][name])
    }

    /// The schema of a list's items.
    pub fn items_of(&self, schema: &'a Value) -> &'a Value {
        resolve(self.root, &resolve(self.root, schema)["items"])
    }

    /// Makes a value say what is wanted; `column` is that of the field or the item that it belongs to. `false` where it
    /// has to be written anew as a whole.
    /// What stands behind the colon of a field, with the end of its last line.
    pub fn filled(self, value: &Value, column: usize, schema: &'a Value) -> String {
        match value {
            Value::Object(fields) => {
                format!(
                    "{}{}",
                    self.end,
                    self.entries(fields, column + STEP, schema)
                )
            }
            Value::Array(items) => {
                let inner = self.items_of(schema);
                let flow = self.flow(value, schema);
                let is_short = items
                    .iter()
                    .all(|item| matches!(item, Value::String(text) if !text.contains('\n')));
                if is_short && flow.len() <= WIDE {
                    return format!(" {flow}{}", self.end);
                }
                let items = items
                    .iter()
                    .map(|item| self.item(item, column + STEP, inner));
                format!("{}{}", self.end, items.collect::<String>())
            }
            Value::String(text) if text.contains('\n') && is_literal(text) => {
                let keep = match text.trim_end_matches('\n').len() {
                    length if length == text.len() => "-",
                    length if length + 1 == text.len() => "",
                    _ => "+",
                };
                let indent = " ".repeat(column + STEP);
                let lines = text.strip_suffix('\n').unwrap_or(text).split('\n');
                let lines = lines.map(|line| match line.is_empty() {
                    true => self.end.to_owned(),
                    false => format!("{indent}{line}{}", self.end),
                });
                format!(" |{keep}{}{}", self.end, lines.collect::<String>())
            }
            value => format!(" {}{}", self.inline(value, Place::Block, schema), self.end),
        }
    }

    /// Fields, each on lines of its own.
    pub fn entries(self, fields: &Map<String, Value>, column: usize, schema: &'a Value) -> String {
        let entry = |(name, value): (&String, &Value)| {
            let inner = self.schema_of(schema, name);
            let key = written(name, Style::Plain, Place::Block, false);
            format!(
                "{}{key}:{}",
                " ".repeat(column),
                self.filled(value, column, inner)
            )
        };
        fields.iter().map(entry).collect()
    }

    /// An item of a list, on lines of its own.
    pub fn item(self, value: &Value, column: usize, schema: &'a Value) -> String {
        let indent = " ".repeat(column);
        match value {
            Value::Object(fields) if !fields.is_empty() => {
                let lines = self.entries(fields, column + STEP, schema);
                format!("{indent}- {}", &lines[column + STEP..])
            }
            value => format!(
                "{indent}- {}{}",
                self.inline(value, Place::Block, schema),
                self.end
            ),
        }
    }

    fn inline(self, value: &Value, place: Place, schema: &'a Value) -> String {
        match value {
            Value::String(text) => written(text, Style::Plain, place, is_text(schema)),
            Value::Null => "null".to_owned(),
            value => self.flow(value, schema),
        }
    }

    /// A value on one line, with brackets and braces.
    pub fn flow(self, value: &Value, schema: &'a Value) -> String {
        match value {
            Value::Array(items) => {
                let inner = self.items_of(schema);
                let items: Vec<String> = items.iter().map(|item| self.flow(item, inner)).collect();
                format!("[{}]", items.join(", "))
            }
            Value::Object(fields) => {
                let field = |(name, value): (&String, &Value)| {
                    let inner = self.schema_of(schema, name);
                    let key = written(name, Style::Plain, Place::Flow, false);
                    format!("{key}: {}", self.flow(value, inner))
                };
                format!(
                    "{{{}}}",
                    fields.iter().map(field).collect::<Vec<_>>().join(", ")
                )
            }
            value => self.inline(value, Place::Flow, schema),
        }
    }
}

/// Whether a field holds text: what looks like a number there gets quotes.
pub fn is_text(schema: &Value) -> bool {
    let type_ = &schema["type"];
    let has = |name: &str| {
        *type_ == name
            || type_
                .as_array()
                .is_some_and(|types| types.iter().any(|t| t == name))
    };
    has("string") && !is_moment(schema) && schema["format"].is_null()
}

/// Whether a text can stand as a literal block (YAML 1.2, section 8.1.2).
fn is_literal(text: &str) -> bool {
    let is_odd = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{85}')
    };
    let first = text.split('\n').find(|line| !line.is_empty());
    !text.contains(is_odd)
        && first.is_some_and(|line| !line.starts_with(' '))
        && !text.starts_with('\n')
}
