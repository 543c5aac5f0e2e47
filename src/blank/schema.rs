//! What an editor may write in the front matter of a kind, as JSON Schema, for editors and other tools.
//!
//! The published schema tells what others get; this one what Plein takes, which is more: an empty field is one
//! that was left out, a number is a text, and one day stands for a list of one.

use crate::content::shape::shape;
use crate::content::{Kind, accessibility, config, language, vocabulary};
use schemars::{Schema, schema_for};
use serde_json::{Map, Value, json};

/// A file of `data/`, or several of the same sort.
pub struct Data {
    /// The name of its schema.
    pub name: &'static str,
    /// Where they lie.
    pub files: &'static [&'static str],
    reflect: fn() -> Schema,
}

/// The files of `data/` that editors write.
pub static DATA: &[Data] = &[
    Data {
        name: "site",
        files: &[config::PATH],
        reflect: || schema_for!(config::Config),
    },
    Data {
        name: "terms",
        files: &["data/topics.yaml", "data/neighbourhoods.yaml"],
        reflect: || schema_for!(Vec<vocabulary::Term>),
    },
    Data {
        name: "language",
        files: &["data/languages/*.yaml"],
        reflect: || schema_for!(language::Language),
    },
    Data {
        name: "accessibility",
        files: &[accessibility::PATH],
        reflect: || schema_for!(accessibility::Results),
    },
];

/// The schema of such a file.
pub fn data(data: &Data) -> Value {
    let mut schema = Value::from((data.reflect)());
    schema["title"] = json!(data.files.join(", "));
    widen(&mut schema);
    schema
}

/// Groups with lists of which a single item may stand there by itself.
const SINGLE: &[(&str, &[&str])] = &[("Repeat", &["on", "except", "extra"])];

/// The schema of a kind's front matter.
pub fn schema(kind: &Kind) -> Value {
    let mut schema = shape(kind).schema.clone();
    for (group, fields) in SINGLE {
        let properties = &mut schema["$defs"][*group]["properties"];
        for (name, field) in properties.as_object_mut().into_iter().flatten() {
            if fields.contains(&name.as_str()) {
                let description = field["description"].clone();
                let (many, one) = (field.take(), Value::Null);
                let one = many.get("items").cloned().unwrap_or(one);
                *field = json!({ "description": description, "anyOf": [many, one] });
            }
        }
    }
    // Asking for a group that a kind lacks made an empty place for it.
    if let Some(groups) = schema["$defs"].as_object_mut() {
        groups.retain(|_, group| !group["type"].is_null() || group.get("oneOf").is_some());
    }
    widen(&mut schema);
    schema
}

/// Takes in what is read as it was meant.
fn widen(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.retain(|name, _| !name.starts_with("x-"));
            texts(fields);
            let required = fields.get("required").cloned().unwrap_or_default();
            let is_required = |name: &str| {
                let names = required.as_array().into_iter().flatten();
                names.into_iter().any(|required| required == name)
            };
            let properties = fields.get_mut("properties").and_then(Value::as_object_mut);
            for (name, field) in properties.into_iter().flatten() {
                if !is_required(name) {
                    or_empty(field);
                }
            }
            fields.values_mut().for_each(widen);
        }
        Value::Array(items) => items.iter_mut().for_each(widen),
        _ => {}
    }
}

/// A text may look like a number or like yes and no: `title: 2026`.
fn texts(fields: &mut Map<String, Value>) {
    let closed = fields.contains_key("enum") || fields.contains_key("const");
    let Some(kind) = fields.get_mut("type").filter(|_| !closed) else {
        return;
    };
    let mut kinds: Vec<Value> = match kind.take() {
        Value::Array(kinds) => kinds,
        one => vec![one],
    };
    if kinds.iter().any(|kind| kind == "string") {
        kinds.extend([json!("number"), json!("boolean")]);
    }
    *kind = match kinds.len() {
        1 => kinds.remove(0),
        _ => Value::Array(kinds),
    };
}

/// A field that need not be there may be empty.
fn or_empty(field: &mut Value) {
    let nothing = json!({ "type": "null" });
    let Some(fields) = field.as_object_mut() else {
        return;
    };
    if let Some(Value::Array(any)) = fields.get_mut("anyOf") {
        if !any.contains(&nothing) {
            any.push(nothing);
        }
    } else if let Some(kind) = fields.get_mut("type") {
        match kind {
            Value::Array(kinds) if kinds.iter().any(|kind| kind == "null") => {}
            Value::Array(kinds) => kinds.push(json!("null")),
            one => *one = json!([one.take(), "null"]),
        }
    } else if let Some(reference) = fields.shift_remove("$ref") {
        let any = json!([{ "$ref": reference }, nothing]);
        fields.insert("anyOf".to_owned(), any);
    }
}
