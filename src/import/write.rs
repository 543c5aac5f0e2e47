//! Records as files: front matter as YAML that editors can read.

use super::matter::short;
use crate::diagnostic::Language;
use crate::say;
use serde_json::{Map, Value};

/// A file: its fields, what remains to be done, its body.
pub fn file(
    fields: &Map<String, Value>,
    left: &[String],
    body: &str,
    language: Language,
) -> String {
    let mut out = String::from("---\n");
    out += &yaml(fields);
    for line in left {
        out += &format!(
            "# {}\n",
            say!("left out: {}", short(line, 300)).to(language)
        );
    }
    out += "---\n";
    let body = body.trim_matches('\n').trim_end();
    if !body.is_empty() {
        out += &format!("\n{body}\n");
    }
    out
}

/// Fields as YAML, each on its own line or lines.
pub fn yaml(fields: &Map<String, Value>) -> String {
    let mut out = String::new();
    for (name, value) in fields {
        field(&key(name), value, 0, &mut out);
    }
    out
}

fn field(name: &str, value: &Value, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(parts) if !parts.is_empty() && depth < 6 => {
            *out += &format!("{indent}{name}:\n");
            for (name, value) in parts {
                field(&key(name), value, depth + 1, out);
            }
        }
        Value::Array(items)
            if items.iter().any(|item| {
                item.is_object() || item.as_str().is_some_and(|text| text.len() > 40)
            }) && depth < 6 =>
        {
            *out += &format!("{indent}{name}:\n");
            for value in items {
                let mut inner = String::new();
                match value {
                    Value::Object(parts) => {
                        for (name, value) in parts {
                            field(&key(name), value, depth + 2, &mut inner);
                        }
                    }
                    value => inner += &format!("{indent}    {}\n", flow(value)),
                }
                let rest = inner.get(indent.len() + 4..).unwrap_or("{}\n");
                *out += &format!("{indent}  - {rest}");
            }
        }
        value => *out += &format!("{indent}{name}: {}\n", flow(value)),
    }
}

fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        Value::Array(items) => format!(
            "[{}]",
            items.iter().map(flow).collect::<Vec<_>>().join(", ")
        ),
        Value::Object(parts) => {
            let parts = parts
                .iter()
                .map(|(name, value)| format!("{}: {}", key(name), flow(value)));
            format!("{{{}}}", parts.collect::<Vec<_>>().join(", "))
        }
        Value::Null => "null".to_owned(),
        other => other.to_string(),
    }
}

fn key(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    match name.chars().all(plain) && !name.is_empty() {
        true => name.to_owned(),
        false => quoted(name),
    }
}

/// A text, in quotes where YAML would read something else.
pub fn scalar(text: &str) -> String {
    let first = text.chars().next();
    let begins =
        first.is_some_and(|c| c.is_alphanumeric() || matches!(c, '/' | '(' | '€' | '“' | '‘'));
    let plain = begins
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with([':', ' '])
        && !text.contains(|c: char| {
            c.is_control()
                || matches!(
                    c,
                    '"' | '\''
                        | '{'
                        | '}'
                        | '['
                        | ']'
                        | ','
                        | '\\'
                        | '\u{2028}'
                        | '\u{2029}'
                        | '\u{85}'
                        | '\u{feff}'
                )
        });
    let lower = text.to_ascii_lowercase();
    let word =
        ["true", "false", "yes", "no", "null", "on", "off", "y", "n"].contains(&lower.as_str());
    let number = text.parse::<f64>().is_ok() || text.starts_with("0x") || text.starts_with("0o");
    if plain && !word && !number {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// A text in double quotes: JSON's are YAML's, but for what JSON leaves as it is.
fn quoted(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !matches!(c, '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')).collect();
    let clean = clean.replace(['\u{85}', '\u{2028}', '\u{2029}'], " ");
    serde_json::to_string(&clean).unwrap_or_else(|_| "\"\"".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    proptest! {
        #[test]
        fn what_is_written_is_read_back(text in "[^\\p{C}\\u{2028}\\u{2029}]{0,30}", list in proptest::collection::vec("[ -~]{0,50}", 0..4)) {
            let fields = json!({ "title": text, "a": {"b": [{"c": text, "d": list}], "e": list} });
            let written = file(fields.as_object().unwrap(), &["x: y".to_owned()], "Body", Language::En);
            let mut notes = Vec::new();
            let read = crate::import::matter::read(&written, &mut notes);
            prop_assert!(notes.is_empty(), "{written}\n{notes:?}");
            prop_assert_eq!(Value::Object(read.fields), fields);
        }
    }
}
