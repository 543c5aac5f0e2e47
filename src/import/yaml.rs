//! YAML as others write it, read as far as it can be: what is wrong in one field costs that field only.

use super::matter::Note;
use crate::phrase;
use granit_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Deepest nesting, and most values that are read of one text: repeated anchors grow without end.
const DEPTH: usize = 32;
const MOST: usize = 200_000;

/// Reads a text as YAML: whole, or, where that cannot be, field by field.
pub fn read(text: &str, notes: &mut Vec<Note>) -> Value {
    let text = mended(text, notes);
    match whole(&text, notes) {
        Some(value) => value,
        None => by_field(&text, notes),
    }
}

/// Tabs in indentations as spaces; templates within values in quotes.
fn mended(text: &str, notes: &mut Vec<Note>) -> String {
    let indented = |line: &&str| {
        let words = line.trim_start_matches([' ', '\t']);
        line[..line.len() - words.len()].contains('\t')
    };
    if !text.lines().any(|line| indented(&line)) {
        return text.to_owned();
    }
    notes.push(Note::repaired(phrase!(
        "tabs in front matter were read as two spaces"
    )));
    let mend = |line: &str| {
        let words = line.trim_start_matches([' ', '\t']);
        line[..line.len() - words.len()].replace('\t', "  ") + words + "\n"
    };
    text.lines().map(mend).collect()
}

fn whole(text: &str, notes: &mut Vec<Note>) -> Option<Value> {
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        anchors: BTreeMap::new(),
        left: MOST,
        twice: Vec::new(),
    };
    let value = reader.document()?;
    notes.extend(reader.twice.into_iter().map(|name| {
        Note::repaired(phrase!("a field stands there twice: the last one counts")).about(&name)
    }));
    Some(value)
}

/// Each field by itself. What cannot be read even so is kept as the text that stands there.
fn by_field(text: &str, notes: &mut Vec<Note>) -> Value {
    let mut fields = Map::new();
    let mut block = String::new();
    let begins = |line: &str| {
        let first = line.chars().next();
        first.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '"' | '\''))
            && key(line).is_some()
    };
    for line in text.lines() {
        if begins(line) && !block.is_empty() {
            one_field(&block, &mut fields, notes);
            block.clear();
        }
        block += line;
        block.push('\n');
    }
    one_field(&block, &mut fields, notes);
    Value::Object(fields)
}

fn one_field(block: &str, fields: &mut Map<String, Value>, notes: &mut Vec<Note>) {
    let mut more = Vec::new();
    let read = whole(block, &mut more);
    notes.extend(more);
    let mut add = |name: String, value: Value| {
        if fields.insert(name.clone(), value).is_some() {
            notes.push(
                Note::repaired(phrase!("a field stands there twice: the last one counts"))
                    .about(&name),
            );
        }
    };
    match read {
        Some(Value::Object(inner)) => inner.into_iter().for_each(|(name, value)| add(name, value)),
        _ => {
            let mut lines = block
                .lines()
                .filter(|line| !line.trim_start().starts_with('#'));
            let Some((name, first)) = lines.next().and_then(key) else {
                if !block.trim().is_empty() && !block.trim_start().starts_with('#') {
                    notes.push(
                        Note::lost(phrase!("a line of the front matter is no field")).about(block),
                    );
                }
                return;
            };
            let rest: Vec<&str> = lines
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .collect();
            let value = plain(first, &rest);
            add(name.to_owned(), value);
            notes.push(
                Note::repaired(phrase!("a value that is no YAML was read as plain text"))
                    .about(name),
            );
        }
    }
}

/// What stands behind a field's name as it was probably meant: a text, or a list of texts.
fn plain(first: &str, rest: &[&str]) -> Value {
    let first = first.trim_start_matches(['|', '>', '-']).trim();
    let unquoted = |text: &str| text.trim().trim_matches(['"', '\'']).to_owned();
    if first.is_empty() && !rest.is_empty() && rest.iter().all(|line| line.starts_with("- ")) {
        let item = |line: &&str| Value::String(unquoted(line.trim_start_matches('-')));
        return Value::Array(rest.iter().map(item).collect());
    }
    let mut words = vec![first];
    words.extend(rest);
    Value::String(unquoted(&words.join(" ")))
}

/// A line `name: value`.
fn key(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim().trim_matches(['"', '\'']);
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.' | '/');
    (!name.is_empty() && name.len() < 64 && name.chars().all(fits)).then_some((name, value))
}

struct Reader<'a> {
    parser: Parser<'a, granit_parser::StrInput<'a>>,
    anchors: BTreeMap<usize, Value>,
    left: usize,
    twice: Vec<String>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<Event<'a>> {
        match self.parser.next_event() {
            Some(Ok((event, _))) => Some(event),
            _ => None,
        }
    }

    /// The first document; nothing when any of it cannot be read.
    fn document(&mut self) -> Option<Value> {
        let mut root = None;
        loop {
            match self.next()? {
                Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
                Event::StreamEnd => {
                    return Some(root.unwrap_or_else(|| Value::Object(Map::new())));
                }
                event => {
                    let value = self.node(event, 0)?;
                    root.get_or_insert(value);
                }
            }
        }
    }

    fn node(&mut self, event: Event<'a>, depth: usize) -> Option<Value> {
        self.left = self.left.checked_sub(1)?;
        if depth > DEPTH {
            return None;
        }
        let anchor = event.anchor_id();
        let value = match event {
            Event::Scalar(text, style, ..) => scalar(&text, style == ScalarStyle::Plain),
            Event::SequenceStart(..) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        Event::SequenceEnd => break Value::Array(items),
                        event => items.push(self.node(event, depth + 1)?),
                    }
                }
            }
            Event::MappingStart(..) => self.mapping(depth)?,
            Event::Alias(id, ..) => {
                let value = self.anchors.get(&id).cloned().unwrap_or(Value::Null);
                self.left = self.left.checked_sub(size(&value))?;
                value
            }
            _ => return None,
        };
        if let Some(id) = anchor {
            self.anchors.insert(id, value.clone());
        }
        Some(value)
    }

    fn mapping(&mut self, depth: usize) -> Option<Value> {
        let mut fields = Map::new();
        loop {
            let name = match self.next()? {
                Event::MappingEnd => return Some(Value::Object(fields)),
                event => self.node(event, depth + 1)?,
            };
            let event = self.next()?;
            let value = self.node(event, depth + 1)?;
            let name = match name {
                Value::String(name) => name,
                other => other.to_string(),
            };
            match (name.as_str(), value) {
                ("<<", Value::Object(base)) => {
                    for (name, value) in base {
                        fields.entry(name).or_insert(value);
                    }
                }
                (_, value) => {
                    if fields.insert(name.clone(), value).is_some() {
                        self.twice.push(name);
                    }
                }
            }
        }
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Object(fields) => 1 + fields.values().map(size).sum::<usize>(),
        _ => 1,
    }
}

/// Numbers stay as they were written: `007` is no seven, and `1.10` no 1.1.
fn scalar(text: &str, plain: bool) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" if plain => Value::Null,
        "true" | "True" | "TRUE" if plain => Value::Bool(true),
        "false" | "False" | "FALSE" if plain => Value::Bool(false),
        text => Value::String(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_wrong_in_one_field_costs_that_field_only() {
        let text = "title: Soup: for all\ntags:\n\t- a\n\t- b\ndate: 2024-5-1 9:30\ntitle: Soup\nby: [x, y\nnr: 007\n";
        let mut notes = Vec::new();
        let value = read(text, &mut notes);
        let expected = json!({
            "title": "Soup", "tags": ["a", "b"], "date": "2024-5-1 9:30", "by": "[x, y", "nr": "007"
        });
        assert_eq!(value, expected);
        assert!(notes.len() >= 3, "{notes:?}");
    }

    #[test]
    fn anchors_are_followed_and_never_without_end() {
        let mut notes = Vec::new();
        let value = read("a: &x {k: 1}\nb: *x\nc: {<<: *x, d: 2}\n", &mut notes);
        assert_eq!(value["b"]["k"], "1");
        assert_eq!(value["c"]["k"], "1");
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for n in 1..12 {
            let row = format!("*a{}, ", n - 1).repeat(10);
            bomb += &format!("a{n}: &a{n} [{row}]\n");
        }
        read(&bomb, &mut notes);
    }
}
