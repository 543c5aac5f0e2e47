//! JSON Schema (2020-12) of the published records, from the same structs as the records.

use super::record::published_name;
use super::table::{Column, Type};
use super::{ROOT, kind_of, occurrences};
use crate::content::shape::{is_moment, is_text, shape};
use crate::content::{KINDS, Kind};
use crate::diagnostic::Diagnostic;
use crate::output::{Artifact, Output, Plan, Press, Subject, pretty};
use crate::site::Site;
use serde_json::{Map, Value, json};

/// The output.
pub const OUTPUT: Output = Output {
    name: "schema",
    about: "the JSON Schema of each kind's records and of each dataset",
    plan,
};

/// The media type of schemas.
const SCHEMA: &str = "application/schema+json";

/// Which JSON Schema it is.
const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Where the schema of a kind's records lies.
pub fn path(kind: &Kind) -> String {
    format!("{ROOT}/schema/{}.json", kind.name)
}

/// Where the schema of a dataset lies, by its name.
pub fn dataset_path(name: &str) -> String {
    format!("{ROOT}/schema/{name}.json")
}

fn plan(_: &Press, plan: &mut Plan) {
    for (n, kind) in KINDS.iter().enumerate() {
        let subject = Subject::Kind(n);
        plan.add(path(kind), SCHEMA, subject, None, render_record);
        plan.add(
            dataset_path(kind.folder),
            SCHEMA,
            subject,
            None,
            render_dataset,
        );
    }
    let path = dataset_path(occurrences::NAME);
    plan.add(path, SCHEMA, Subject::Occurrences, None, render_occurrences);
}

fn render_record(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let schema = record(&KINDS[kind_of(artifact)?]);
    Ok(published_at(&press.site, artifact, schema))
}

fn render_dataset(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let kind = &KINDS[kind_of(artifact)?];
    let item = json!({ "$ref": press.site.config.absolute(&path(kind)) });
    Ok(published_at(
        &press.site,
        artifact,
        collection(kind.folder, item),
    ))
}

fn render_occurrences(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let columns = occurrences::columns();
    let properties = columns.iter().map(|c| (c.name.clone(), of_column(c)));
    let item = json!({
        "type": "object",
        "properties": properties.collect::<Map<_, _>>(),
        "required": columns.iter().map(|column| &column.name).collect::<Vec<_>>(),
        "additionalProperties": false,
    });
    Ok(published_at(
        &press.site,
        artifact,
        collection(occurrences::NAME, item),
    ))
}

fn of_column(column: &Column) -> Value {
    let mut schema = match column.type_ {
        Type::DateTime => moment(),
        Type::Uri => json!({ "type": "string", "format": "uri" }),
        Type::Boolean => json!({ "type": "boolean" }),
        _ => json!({ "type": "string" }),
    };
    schema["description"] = json!(column.description);
    schema
}

/// A schema with its own address as its identifier.
fn published_at(site: &Site, artifact: &Artifact, mut schema: Value) -> Vec<u8> {
    if let Value::Object(fields) = &mut schema {
        let id = json!(site.config.absolute(&artifact.path));
        fields.shift_insert(1, "$id".to_owned(), id);
    }
    pretty(&schema)
}

/// The schema of a dataset as one JSON file.
fn collection(name: &str, item: Value) -> Value {
    let uri = json!({ "type": "string", "format": "uri" });
    json!({
        "$schema": DRAFT,
        "title": name,
        "type": "object",
        "properties": {
            "$schema": uri, "@context": uri, "id": uri,
            "type": { "const": "ItemList" },
            "license": uri,
            "modified": { "type": "string", "format": "date-time" },
            "count": { "type": "integer", "minimum": 0, "description": "How many items there are." },
            "items": { "type": "array", "items": item },
        },
        "required": ["@context", "id", "type", "count", "items"],
        "additionalProperties": false,
    })
}

/// The schema of a kind's records: what the front matter holds, with texts by language and
/// references by identifier, and what publishing adds.
pub fn record(kind: &Kind) -> Value {
    let shape = shape(kind);
    let mut added = added();
    let mut properties = Map::new();
    for name in FIRST {
        properties.extend(added.shift_remove_entry(*name));
    }
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
    for (name, value) in added {
        properties.entry(name).or_insert(value);
    }
    let mut schema = json!({
        "$schema": DRAFT,
        "title": shape.schema["title"],
        "description": shape.schema["description"],
        "x-class": shape.class,
        "type": "object",
        "properties": properties,
        "required": ["id", "type", "kind", "slug", "url", "title", "source", "created", "updated", "revisions"],
        "additionalProperties": false,
    });
    let defs = defs_of(&schema, &published(&shape.schema["$defs"]));
    if !defs.is_empty() {
        schema["$defs"] = Value::Object(defs);
    }
    schema
}

/// The definitions that a schema leads to, directly or by others.
fn defs_of(schema: &Value, all: &Value) -> Map<String, Value> {
    let mut wanted = Map::new();
    let mut open = vec![schema];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(fields) => {
                open.extend(fields.values());
                let name = fields.get("$ref").and_then(Value::as_str);
                let name = name.and_then(|name| name.strip_prefix("#/$defs/"));
                if let Some(name) = name.filter(|name| !wanted.contains_key(*name)) {
                    wanted.insert(name.to_owned(), all[name].clone());
                    open.push(&all[name]);
                }
            }
            _ => {}
        }
    }
    wanted.sort_keys();
    wanted
}

/// What a record begins with.
const FIRST: &[&str] = &["$schema", "@context", "id", "type", "kind", "slug"];

/// What publishing adds to every record.
fn added() -> Map<String, Value> {
    let uri = json!({ "type": "string", "format": "uri" });
    let added = json!({
        "$schema": uri,
        "@context": uri,
        "id": { "type": "string", "format": "uri", "description": "Permanent identifier." },
        "type": { "type": "string", "description": "The class in schema.org." },
        "kind": { "type": "string", "description": "Which of the kinds of record it is." },
        "slug": { "type": "string", "description": "The last part of its addresses." },
        "url": { "type": "object", "additionalProperties": uri, "description": "The page in each language.", "x-term": "schema:url" },
        "languages_available": { "type": "array", "items": { "type": "string" }, "description": "The languages in which there is a text." },
        "topics": { "type": "array", "items": { "type": "string" }, "description": "What it is about.", "x-term": "dct:subject" },
        "neighbourhood": { "type": "string", "description": "Where in the city it belongs." },
        "image": { "type": "object", "description": "A picture that goes with it.", "x-term": "schema:image", "additionalProperties": false,
            "properties": { "url": { "type": "string", "format": "uri", "x-term": "schema:contentUrl" }, "alt": texts(), "credit": { "type": "string", "x-term": "schema:creditText" } } },
        "contact": { "type": "object", "description": "How to reach the people behind it.", "x-term": "dcat:contactPoint", "additionalProperties": false,
            "properties": { "name": texts(), "email": { "type": "string", "x-term": "schema:email" }, "phone": { "type": "string", "x-term": "schema:telephone" }, "url": { "type": "string", "format": "uri", "x-term": "schema:url" } } },
        "same_as": { "type": "array", "items": uri, "description": "The same thing elsewhere.", "x-term": "schema:sameAs" },
        "verified": { "type": "string", "format": "date", "description": "When somebody last looked whether it is still so." },
        "timezone": { "type": "string", "description": "IANA time zone of the times." },
        "calendar_uid": { "type": "string", "description": "UID in calendars (RFC 5545)." },
        "source": { "type": "object", "description": "Who says so.", "x-term": "dct:source", "additionalProperties": false,
            "properties": { "name": { "type": "string", "x-term": "schema:name" }, "url": { "type": "string", "format": "uri", "x-term": "schema:url" } }, "required": ["name", "url"] },
        "license": { "type": "string", "format": "uri", "description": "What others may do with it.", "x-term": "dct:license" },
        "created": { "type": "string", "format": "date-time", "description": "When it was first published.", "x-term": "dct:created" },
        "updated": { "type": "string", "format": "date-time", "description": "When it last changed.", "x-term": "dct:modified" },
        "revisions": { "type": "integer", "minimum": 1, "description": "How many commits changed its files, the first ones counted." },
    });
    added.as_object().cloned().unwrap_or_default()
}

/// A day, or a local time with its offset (RFC 3339).
fn moment() -> Value {
    json!({
        "type": "string",
        "pattern": r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2}))?$",
        "x-moment": true,
    })
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
    for name in ["description", "x-term"] {
        if !field[name].is_null() {
            value[name] = field[name].clone();
        }
    }
    value
}

/// A schema of front matter as it is for what is published: texts become maps from language to text.
fn published(schema: &Value) -> Value {
    if is_text(schema) || is_moment(schema) {
        let mut value = if is_text(schema) { texts() } else { moment() };
        for name in ["description", "x-term"] {
            if !schema[name].is_null() {
                value[name] = schema[name].clone();
            }
        }
        return value;
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
    fn no_field_of_a_kind_hides_what_publishing_adds_or_another() {
        // A kind may state the zone of its own times; it is the one that is published.
        let known = added();
        for kind in KINDS {
            let mut names = std::collections::BTreeSet::new();
            for field in &shape(kind).own {
                let name = published_name(kind, field);
                assert!(names.insert(name.clone()), "{}.{field}", kind.name);
                assert!(
                    matches!(&*name, "timezone" | "end") || !known.contains_key(&name),
                    "{}.{field}",
                    kind.name
                );
            }
        }
    }
}
