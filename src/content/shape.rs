//! What a kind's JSON Schema says of it: its fields, which are required, which point at others.

use super::common::Common;
use super::{KINDS, Kind};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The reflection of a kind, worked out once from its struct.
pub struct Shape {
    /// JSON Schema 2020-12 of the front matter: the common fields, then the kind's own.
    pub schema: Value,
    /// Vocabulary term of the whole.
    pub class: String,
    /// Names of the common fields.
    pub common: Vec<String>,
    /// Names of the kind's own fields.
    pub own: Vec<String>,
    /// Names of the fields that must be there.
    pub required: Vec<String>,
    /// For each field that points at records: the folders that it may point into; `*` is any.
    pub references: BTreeMap<String, Vec<String>>,
}

/// The shape of a kind.
pub fn shape(kind: &Kind) -> &'static Shape {
    static SHAPES: LazyLock<Vec<Shape>> = LazyLock::new(|| KINDS.iter().map(reflect).collect());
    &SHAPES[kind.number()]
}

fn reflect(kind: &Kind) -> Shape {
    let mut schema = Value::from(schemars::schema_for!(Common));
    let own = Value::from((kind.schema)());
    let names = |schema: &Value| -> Vec<String> {
        schema["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect()
    };
    let (common_names, own_names) = (names(&schema), names(&own));
    for key in ["properties", "$defs"] {
        let more = own[key].as_object().cloned().unwrap_or_default();
        let fields = schema
            .as_object_mut()
            .map(|s| s.entry(key).or_insert_with(|| json!({})));
        if let Some(Value::Object(fields)) = fields {
            fields.extend(more);
        }
    }
    let mut required: Vec<String> = strings(&schema["required"]);
    required.extend(strings(&own["required"]));
    schema["required"] = json!(required);
    for key in ["title", "description", "x-class"] {
        schema[key] = own[key].clone();
    }
    Shape {
        class: own["x-class"].as_str().unwrap_or("schema:Thing").to_owned(),
        references: references(&own["properties"]),
        schema,
        common: common_names,
        own: own_names,
        required,
    }
}

fn strings(value: &Value) -> Vec<String> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

fn references(properties: &Value) -> BTreeMap<String, Vec<String>> {
    let fields = properties.as_object().into_iter().flatten();
    let pointing = fields.filter(|(_, field)| field.get("x-ref").is_some());
    pointing
        .map(|(name, field)| (name.clone(), strings(&field["x-ref"])))
        .collect()
}

/// Follows `$ref`, and the one part of an `anyOf` that is not null, to the schema that counts.
pub fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(name) = schema["$ref"]
        .as_str()
        .and_then(|r| r.strip_prefix("#/$defs/"))
    {
        return resolve(root, &root["$defs"][name]);
    }
    match schema["anyOf"]
        .as_array()
        .and_then(|any| any.iter().find(|s| s["type"] != "null"))
    {
        Some(inner) => resolve(root, inner),
        None => schema,
    }
}

/// Whether a value is as good as a field that is left out.
pub fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

/// Whether a schema is a text that is written once for each language.
pub fn is_text(schema: &Value) -> bool {
    schema["x-text"] == true
}

/// Whether a schema is a day, or a day with a time on the clock of the place.
pub fn is_moment(schema: &Value) -> bool {
    schema["x-moment"] == true
}

/// Joins a record's data in several languages: each text becomes a map from language to text.
///
/// `versions` are language and data, the default language first. Facts are taken from the first; `fact`
/// says with their schema how they are shown.
pub fn localize(
    root: &Value,
    schema: &Value,
    versions: &[(&str, Option<&Value>)],
    fact: &impl Fn(&Value, &Value) -> Value,
) -> Value {
    // A name may well be the same in two languages.
    let is_name = schema["x-term"] == "schema:name";
    let schema = resolve(root, schema);
    let Some((original, Some(first))) = versions.first() else {
        return Value::Null;
    };
    if is_text(schema) {
        // What a translation leaves out stands there in the words of the original: those are not of its language.
        let texts = versions.iter().filter_map(|(language, value)| {
            let value = value
                .filter(|value: &&Value| is_name || language == original || *value != *first)?;
            Some(((*language).to_owned(), value.clone()))
        });
        return Value::Object(texts.collect());
    }
    match first {
        Value::Object(fields) => {
            let join = |name: &String| {
                let inner: Vec<_> = versions
                    .iter()
                    .map(|(l, v)| (*l, v.and_then(|v| v.get(name))))
                    .collect();
                (
                    name.clone(),
                    localize(root, &schema["properties"][name], &inner, fact),
                )
            };
            Value::Object(fields.keys().map(join).collect::<Map<_, _>>())
        }
        Value::Array(items) => {
            let join_item = |n: usize| {
                let inner: Vec<_> = versions
                    .iter()
                    .map(|(l, v)| (*l, v.and_then(|v| v.get(n))))
                    .collect();
                localize(root, &schema["items"], &inner, fact)
            };
            Value::Array((0..items.len()).map(join_item).collect())
        }
        value => fact(schema, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_field_points_into_folders_that_exist() {
        for kind in KINDS {
            for (field, folders) in &shape(kind).references {
                let known = |folder: &String| folder == "*" || Kind::in_folder(folder).is_some();
                assert!(folders.iter().all(known), "{}.{field}", kind.name);
            }
        }
    }

    #[test]
    fn no_kind_declares_a_common_field_again() {
        for kind in KINDS {
            let shape = shape(kind);
            assert!(
                shape.own.iter().all(|name| !shape.common.contains(name)),
                "{}",
                kind.name
            );
        }
    }

    #[test]
    fn words_of_the_original_are_not_said_to_be_of_another_language() {
        let schema = serde_json::json!({"properties": {
            "title": {"x-text": true, "x-term": "schema:name"},
            "summary": {"x-text": true},
        }});
        let [nl, en] = ["Soep", "Soep"]
            .map(|title| serde_json::json!({"title": title, "summary": "Wij koken samen."}));
        let versions = [("nl", Some(&nl)), ("en", Some(&en))];
        let joined = localize(&schema, &schema, &versions, &|_, fact| fact.clone());
        assert_eq!(
            joined["title"],
            serde_json::json!({"nl": "Soep", "en": "Soep"})
        );
        assert_eq!(
            joined["summary"],
            serde_json::json!({"nl": "Wij koken samen."})
        );
    }
}
