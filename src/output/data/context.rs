//! What the names in the data mean: a JSON-LD 1.1 context that leads them to schema.org, Dublin Core
//! or our own terms.
//!
//! `kind` is a second type of each record, and its term carries what the fields of that kind mean
//! (JSON-LD 1.1, section 4.1.9, type-scoped contexts), so that two kinds may use one word for two
//! things. The parts of a field have a context within that of the field (section 4.1.8).

use super::{ROOT, schema};
use crate::content::KINDS;
use crate::content::shape::resolve;
use crate::diagnostic::Diagnostic;
use crate::output::{Artifact, Output, Plan, Press, Subject, pretty};
use serde_json::{Map, Value, json};

/// The output.
pub const OUTPUT: Output = Output {
    name: "context",
    about: "what the names in the data mean",
    plan,
};

/// Where it lies.
pub const PATH: &str = "/data/v1/context.jsonld";

/// The values of properties of schema.org that are terms themselves.
const VALUES: &[(&str, &[(&str, &str)])] = &[
    (
        "schema:eventStatus",
        &[
            ("scheduled", "schema:EventScheduled"),
            ("tentative", "schema:EventScheduled"),
            ("rescheduled", "schema:EventRescheduled"),
            ("postponed", "schema:EventPostponed"),
            ("moved_online", "schema:EventMovedOnline"),
            ("cancelled", "schema:EventCancelled"),
        ],
    ),
    (
        "schema:eventAttendanceMode",
        &[
            ("in_person", "schema:OfflineEventAttendanceMode"),
            ("online", "schema:OnlineEventAttendanceMode"),
            ("hybrid", "schema:MixedEventAttendanceMode"),
        ],
    ),
];

fn plan(_: &Press, plan: &mut Plan) {
    plan.add(
        PATH.to_owned(),
        "application/ld+json",
        Subject::Site,
        None,
        render,
    );
}

fn render(press: &Press, _: &Plan, _: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let own = press.site.config.absolute(&format!("{ROOT}/terms#"));
    let mut context = json!({
        "@version": 1.1,
        "@vocab": own,
        "plein": own,
        "schema": "http://schema.org/",
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "id": "@id",
        "type": "@type",
        "kind": "@type",
        "$schema": null,
        "ItemList": "schema:ItemList",
        "items": { "@id": "schema:itemListElement", "@container": "@set" },
        "count": "schema:numberOfItems",
        "license": { "@id": "dct:license", "@type": "@id" },
        "modified": { "@id": "dct:modified", "@type": "xsd:dateTime" },
    });
    for kind in KINDS {
        let schema = schema::record(kind);
        for class in ["schema:Offer", kind.class()] {
            context[class.trim_start_matches("schema:")] = json!(class);
        }
        let mut fields = terms(&schema, &schema);
        fields.shift_remove("kind");
        context[kind.name] =
            json!({ "@id": format!("plein:{}", kind.name), "@type": "@id", "@context": fields });
    }
    Ok(pretty(&json!({ "@context": context })))
}

/// What the fields of a schema mean.
fn terms(root: &Value, schema: &Value) -> Map<String, Value> {
    let fields = schema["properties"].as_object().into_iter().flatten();
    let told = fields.filter(|(name, _)| {
        !name.starts_with(['$', '@']) && !matches!(name.as_str(), "id" | "type")
    });
    told.map(|(name, field)| (name.clone(), term(root, name, field)))
        .collect()
}

fn term(root: &Value, name: &str, field: &Value) -> Value {
    let inner = resolve(root, field);
    let id = match field["x-term"].as_str() {
        Some(term) => term.to_owned(),
        None => format!("plein:{name}"),
    };
    let mut term = json!({ "@id": id });
    if let Some((_, values)) = VALUES.iter().find(|(property, _)| *property == id) {
        let values = values.iter().map(|(name, value)| (*name, json!(value)));
        term["@type"] = json!("@vocab");
        term["@context"] = values.collect();
        return term;
    }
    let texts = &inner["additionalProperties"];
    let item = if inner["items"].is_object() {
        resolve(root, &inner["items"])
    } else {
        inner
    };
    if texts["format"] == "uri" {
        term["@container"] = json!("@index");
        term["@type"] = json!("@id");
    } else if texts["type"] == "string" {
        term["@container"] = json!("@language");
    } else if item["properties"].is_object() {
        let nested = terms(root, item);
        term["@context"] = Value::Object(nested);
    } else {
        let type_ = match item["format"].as_str() {
            Some("uri") => Some("@id"),
            Some("date") => Some("xsd:date"),
            Some("date-time") => Some("xsd:dateTime"),
            _ => None,
        };
        if let Some(type_) = type_ {
            term["@type"] = json!(type_);
        }
    }
    term
}
