//! JSON Schema (2020-12) of the published records, from the same structs as the records.

use super::data::{ROOT, published_name};
use super::{Artifact, Output, Plan, Press, Subject};
use crate::content::shape::{is_text, shape};
use crate::content::{KINDS, Kind};
use crate::diagnostic::Diagnostic;
use serde_json::{Map, Value, json};

/// The output.
pub const OUTPUT: Output = Output {
    name: "schema",
    about: "the JSON Schema of each kind's records",
    plan,
};

/// Where the schema of a kind lies.
pub fn path(kind: &Kind) -> String {
    format!("{ROOT}/schema/{}.json", kind.name)
}

fn plan(_: &Press, plan: &mut Plan) {
    for (n, kind) in KINDS.iter().enumerate() {
        plan.add(
            path(kind),
            "application/schema+json",
            Subject::Kind(n),
            None,
            render,
        );
    }
}

fn render(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let Subject::Kind(n) = artifact.subject else {
        return Err(super::misplanned(artifact));
    };
    let mut schema = record(&KINDS[n]);
    if let Value::Object(fields) = &mut schema {
        fields.shift_insert(
            1,
            "$id".to_owned(),
            json!(press.site.config.absolute(&artifact.path)),
        );
    }
    Ok(super::pretty(&schema))
}

/// The schema of a kind's records: what the front matter holds, with texts by language and
/// references by identifier, and what publishing adds.
pub fn record(kind: &Kind) -> Value {
    let shape = shape(kind);
    let mut properties = added();
    for name in ["title", "summary"] {
        properties.insert(
            name.to_owned(),
            published(&shape.schema["properties"][name]),
        );
    }
    for name in &shape.own {
        let field = &shape.schema["properties"][name];
        let value = if shape.references.contains_key(name) {
            reference(field)
        } else {
            published(field)
        };
        properties.insert(published_name(kind, name), value);
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": shape.schema["title"],
        "description": shape.schema["description"],
        "x-class": shape.class,
        "type": "object",
        "properties": properties,
        "required": ["id", "type", "kind", "url", "title", "created", "updated"],
        "additionalProperties": false,
        "$defs": published(&shape.schema["$defs"]),
    })
}

/// What publishing adds to every record.
fn added() -> Map<String, Value> {
    let date_time = json!({ "type": "string", "format": "date-time" });
    let moment = json!({ "type": "string", "description": "A day, or a local time with its offset from UTC." });
    let added = json!({
        "$schema": { "type": "string", "format": "uri" },
        "id": { "type": "string", "format": "uri", "description": "Permanent identifier." },
        "type": { "type": "string", "description": "The class in schema.org." },
        "kind": { "type": "string" },
        "slug": { "type": "string" },
        "url": { "type": "object", "additionalProperties": { "type": "string", "format": "uri" }, "description": "The page in each language." },
        "languages_available": { "type": "array", "items": { "type": "string" } },
        "topics": { "type": "array", "items": { "type": "string" } },
        "neighbourhood": { "type": "string" },
        "image": { "type": "object", "properties": { "url": { "type": "string", "format": "uri" }, "alt": texts(), "credit": { "type": "string" } } },
        "contact": { "type": "object", "properties": { "name": texts(), "email": { "type": "string" }, "phone": { "type": "string" }, "url": { "type": "string" } } },
        "same_as": { "type": "array", "items": { "type": "string", "format": "uri" } },
        "verified": { "type": "string", "format": "date" },
        "timezone": { "type": "string", "description": "IANA time zone of the times." },
        "occurrences": { "type": "array", "items": { "type": "object", "properties": {
            "start": moment, "end": moment, "original": moment, "status": { "type": "string" } }, "required": ["start", "end", "status"] } },
        "created": date_time,
        "updated": date_time,
        "license": { "type": "string", "format": "uri" },
    });
    added.as_object().cloned().unwrap_or_default()
}

fn texts() -> Value {
    json!({ "type": "object", "additionalProperties": { "type": "string" }, "description": "The text in each language." })
}

fn reference(field: &Value) -> Value {
    let uri = json!({ "type": "string", "format": "uri" });
    let mut value = if field["type"] == "array" {
        json!({ "type": "array", "items": uri })
    } else {
        uri
    };
    value["description"] = field["description"].clone();
    value
}

/// A schema of front matter as it is for what is published: texts become maps from language to text.
fn published(schema: &Value) -> Value {
    if is_text(schema) {
        let mut map = texts();
        if let Some(description) = schema["description"].as_str() {
            map["description"] = json!(description);
        }
        return map;
    }
    match schema {
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(name, value)| (name.clone(), published(value)))
                .collect(),
        ),
        Value::Array(items) => items.iter().map(published).collect(),
        value => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_field_of_a_kind_hides_what_publishing_adds() {
        // A kind may state the zone of its own times; it is the zone that is published.
        let known = added();
        for kind in KINDS {
            for field in &shape(kind).own {
                let name = published_name(kind, field);
                assert!(
                    name == "timezone" || !known.contains_key(&name),
                    "{}.{field}",
                    kind.name
                );
            }
        }
    }
}
