//! Fields and their parts: by paths with dots, on one line, and what of a value is not in another.

use super::convert::{is_nothing, plain};
use crate::content::html::tags::short;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// A value on one line, for reports and comments.
pub fn example(value: &Value) -> String {
    match value {
        Value::String(text) => short(text, 280),
        Value::Array(items) if items.iter().any(Value::is_object) => short(&value.to_string(), 280),
        Value::Object(_) => short(&value.to_string(), 280),
        other => {
            plain(other).map_or_else(|| short(&other.to_string(), 120), |text| short(&text, 120))
        }
    }
}

/// Fields and, of groups, their parts and the parts of these, by paths with dots.
pub fn flat(fields: &Map<String, Value>) -> Vec<(String, Value)> {
    fn into(
        fields: &Map<String, Value>,
        before: &str,
        depth: usize,
        found: &mut Vec<(String, Value)>,
    ) {
        for (name, value) in fields {
            let path = format!("{before}{name}");
            match value {
                Value::Object(parts) if !parts.is_empty() && depth < 3 => {
                    into(parts, &format!("{path}."), depth + 1, found)
                }
                value => found.push((path, value.clone())),
            }
        }
    }
    let mut found = Vec::new();
    into(fields, "", 1, &mut found);
    found
}

/// What of their value is not in ours: parts of groups, and items of lists. A single value is whole, or is nothing.
pub fn missing(theirs: &Value, ours: &Value) -> Vec<String> {
    let several = |value: &Value| {
        matches!(value, Value::Object(_))
            || value
                .as_array()
                .is_some_and(|items| items.len() > 1 || items.iter().any(Value::is_object))
    };
    let (mut before, mut now) = (Vec::new(), Vec::new());
    leaves(theirs, "", &mut before);
    leaves(ours, "", &mut now);
    let scalars = |value: &Value| {
        value
            .as_array()
            .is_some_and(|items| !items.iter().any(|item| item.is_object() || item.is_array()))
    };
    if !several(theirs) || scalars(theirs) && now.len() >= before.len() {
        return Vec::new();
    }
    let known: BTreeSet<String> = now.iter().flat_map(|(_, text)| words(text)).collect();
    let lost = |text: &str| !words(text).iter().all(|word| known.contains(word));
    let told = |(name, text): (String, String)| {
        if name.is_empty() {
            text
        } else {
            format!("{name}: {text}")
        }
    };
    before
        .into_iter()
        .filter(|(_, text)| lost(text))
        .map(told)
        .collect()
}

/// Every value that is no group and no list, with the name under which it stands.
fn leaves(value: &Value, name: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(parts) => parts
            .iter()
            .for_each(|(name, part)| leaves(part, name, found)),
        Value::Array(items) => items.iter().for_each(|item| leaves(item, name, found)),
        Value::Bool(false) => {}
        one if is_nothing(one) => {}
        one => found.extend(plain(one).map(|text| (name.to_owned(), text))),
    }
}

fn words(text: &str) -> Vec<String> {
    let text = crate::content::html::tags::words(text).to_lowercase();
    // 8 and 8.0 are the same number.
    let parts = text
        .split(|c: char| !c.is_alphanumeric() && c != '@')
        .filter(|word| !word.is_empty() && *word != "0");
    parts.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_missing_is_told_by_its_name() {
        let lost = |theirs, ours| missing(&theirs, &ours);
        assert!(lost(json!("2 hours"), json!("120m")).is_empty());
        assert!(lost(json!(["Dutch", "English"]), json!(["nl", "en"])).is_empty());
        assert_eq!(
            lost(
                json!(["https://a.example", "nothing"]),
                json!(["https://a.example"])
            ),
            ["nothing"]
        );
        assert_eq!(
            lost(
                json!([{"name": "Ada", "twitter": "@ada"}, {"name": "Bo"}]),
                json!(["Ada", "Bo"])
            ),
            ["twitter: @ada"]
        );
        assert_eq!(
            lost(
                json!({"name": "Hall", "zip": 1234, "lat": 8}),
                json!({"name": "Hall", "lat": 8.0})
            ),
            ["zip: 1234"]
        );
    }
}
