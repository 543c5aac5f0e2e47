//! Records as JSON: one file a record and one a kind, with identifiers, all languages and history.

use super::{Artifact, Output, Plan, Press, Subject};
use crate::content::shape::{localize, shape};
use crate::content::vocabulary::Vocabulary;
use crate::content::{KINDS, Kind};
use crate::diagnostic::Diagnostic;
use crate::site::permalink::id_path;
use crate::site::timetable::Timetable;
use crate::site::{Entry, Site};
use crate::theme::Theme;
use crate::theme::values::entry::bounds;
use serde_json::{Map, Value, json};
use std::sync::OnceLock;

/// The output.
pub const OUTPUT: Output = Output {
    name: "data",
    about: "records as JSON, one file each and one a kind",
    plan,
};

/// Where the data of this version of the format lie.
pub const ROOT: &str = "/data/v1";

fn plan(press: &Press, plan: &mut Plan) {
    for (n, kind) in KINDS.iter().enumerate() {
        plan.add(
            format!("{ROOT}/{}.json", kind.folder),
            "application/json",
            Subject::Kind(n),
            None,
            render_kind,
        );
    }
    for entry in &press.site.entries {
        plan.add(
            record_path(entry),
            "application/json",
            Subject::Entry(entry.id),
            None,
            render_record,
        );
    }
}

fn record_path(entry: &Entry) -> String {
    format!("{ROOT}/{}/{}.json", entry.kind.folder, entry.document_id)
}

/// Each record as JSON, written once and shared by every file that holds it.
#[derive(Default)]
pub struct Records(Vec<OnceLock<String>>);

impl Records {
    /// Room for every record of a site.
    pub fn new(site: &Site) -> Self {
        Records(site.entries.iter().map(|_| OnceLock::new()).collect())
    }

    /// A record, made when it is first asked for.
    pub fn get(&self, site: &Site, theme: &Theme, entry: &Entry) -> &str {
        self.0[entry.id.0 as usize].get_or_init(|| record(site, theme, entry).to_string())
    }
}

fn render_record(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let Subject::Entry(id) = artifact.subject else {
        return Err(super::misplanned(artifact));
    };
    let entry = press.site.entry(id);
    let record = press.records.get(&press.site, &press.theme, entry);
    let schema = press.site.config.absolute(&super::schema::path(entry.kind));
    Ok(format!(
        "{{\"$schema\":{},{}\n",
        json!(schema),
        record.trim_start_matches('{')
    )
    .into_bytes())
}

fn render_kind(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let Subject::Kind(n) = artifact.subject else {
        return Err(super::misplanned(artifact));
    };
    let (site, kind) = (&press.site, &KINDS[n]);
    let of_kind: Vec<&Entry> = site
        .entries
        .iter()
        .filter(|entry| entry.kind == kind)
        .collect();
    let head = json!({
        "license": site.config.license.as_ref().map(|url| &*url.0),
        "url": site.config.absolute(&format!("{ROOT}/{}.json", kind.folder)),
        "schema": site.config.absolute(&super::schema::path(kind)),
        "modified": of_kind.iter().map(|entry| entry.history.updated).max().map(|at| at.to_string()),
        "count": of_kind.len(),
    });
    // One record a line: a change of one record is a change of one line.
    let mut text = head.to_string();
    text.truncate(text.len() - 1);
    text.push_str(",\"items\":[\n");
    for (n, entry) in of_kind.iter().enumerate() {
        if n > 0 {
            text.push_str(",\n");
        }
        text.push_str(press.records.get(site, &press.theme, entry));
    }
    text.push_str("\n]}\n");
    Ok(text.into_bytes())
}

/// A record as it is published: identifier, addresses, texts by language, facts, history.
pub fn record(site: &Site, theme: &Theme, entry: &Entry) -> Value {
    let id = |entry: &Entry| site.config.absolute(&id_path(entry));
    let mut record = Map::new();
    let mut set = |name: &str, value: Value| {
        let nothing = value.is_null()
            || value.as_array().is_some_and(Vec::is_empty)
            || value.as_object().is_some_and(Map::is_empty);
        if !nothing {
            record.insert(name.to_owned(), value);
        }
    };
    set("id", json!(id(entry)));
    set("type", json!(entry.class().trim_start_matches("schema:")));
    set("kind", json!(entry.kind.name));
    set("slug", json!(entry.slug));
    let urls = site.codes.iter().map(|code| {
        (
            code.clone(),
            json!(site.config.absolute(&site.path(entry, code))),
        )
    });
    set("url", Value::Object(urls.collect()));
    set(
        "languages_available",
        json!(
            entry
                .versions
                .iter()
                .map(|v| v.language.as_str())
                .collect::<Vec<_>>()
        ),
    );
    for (name, value) in common(site, theme, entry) {
        set(name, value);
    }
    for (name, value) in own(site, entry) {
        set(&name, value);
    }
    if let Some(timetable) = &entry.timetable {
        set("timezone", json!(timetable.zone_name));
        set("occurrences", occurrences(timetable));
    }
    set("created", json!(entry.history.created.to_string()));
    set("updated", json!(entry.history.updated.to_string()));
    set(
        "license",
        json!(
            entry
                .original()
                .common
                .license
                .as_ref()
                .or(site.config.license.as_ref())
                .map(|url| &*url.0)
        ),
    );
    Value::Object(record)
}

/// The kind's own fields: texts by language, references by identifier.
fn own(site: &Site, entry: &Entry) -> Vec<(String, Value)> {
    let shape = shape(entry.kind);
    let versions: Vec<(&str, Value)> = entry
        .versions
        .iter()
        .map(|v| (v.language.as_str(), entry.data(&v.language)))
        .collect();
    let parts: Vec<(&str, Option<&Value>)> = versions
        .iter()
        .map(|(language, data)| (*language, Some(data)))
        .collect();
    let Value::Object(own) = localize(&shape.schema, &shape.schema, &parts) else {
        return vec![];
    };
    let publish = |(name, value): (String, Value)| {
        let value = if shape.references.contains_key(&name) {
            references(site, entry, &name, value.is_array())
        } else {
            value
        };
        (published_name(entry.kind, &name), value)
    };
    own.into_iter().map(publish).collect()
}

/// The name under which a kind's own field is published: `type` and `url` alone are the class in
/// schema.org and the record's own page.
pub fn published_name(kind: &Kind, field: &str) -> String {
    if matches!(field, "type" | "url") {
        format!("{}_type", kind.name)
    } else {
        field.to_owned()
    }
}

/// The fields that every kind has, as far as they are published.
fn common(site: &Site, theme: &Theme, entry: &Entry) -> Vec<(&'static str, Value)> {
    let common = &entry.original().common;
    let texts = |get: fn(&crate::content::common::Common) -> Option<&str>| -> Value {
        let given = entry
            .versions
            .iter()
            .filter_map(|v| Some((v.language.clone(), json!(get(&v.common)?))));
        Value::Object(given.collect())
    };
    let terms = |vocabulary: Vocabulary| -> Vec<&str> {
        let within = entry.terms.iter().filter(|(known, _)| *known == vocabulary);
        within
            .map(|(_, n)| &*site.terms(vocabulary)[*n].id.value.0)
            .collect()
    };
    let image = common.image.as_ref().and_then(|image| {
        let src = site
            .config
            .absolute(&theme.media.get(&image.file.value)?.path);
        let alt = texts(|common| common.image.as_ref().map(|image| &*image.alt.0));
        Some(json!({ "url": src, "alt": alt, "credit": image.credit }))
    });
    let contact = common.contact.as_ref().filter(|contact| contact.public).map(|contact| {
        let name = texts(|common| common.contact.as_ref().and_then(|contact| contact.name.as_ref()).map(|name| &*name.0));
        json!({ "name": name, "email": contact.email, "phone": contact.phone, "url": contact.url })
    });
    vec![
        ("title", texts(|common| Some(&common.title))),
        ("summary", texts(|common| common.summary.as_deref())),
        ("topics", json!(terms(Vocabulary::Topics))),
        (
            "neighbourhood",
            json!(terms(Vocabulary::Neighbourhoods).first()),
        ),
        ("image", image.map_or(Value::Null, without_nothing)),
        ("contact", contact.map_or(Value::Null, without_nothing)),
        ("same_as", json!(common.same_as)),
        ("verified", json!(common.verified)),
    ]
}

fn without_nothing(mut value: Value) -> Value {
    if let Value::Object(fields) = &mut value {
        fields.retain(|_, value| !value.is_null() && !value.as_object().is_some_and(Map::is_empty));
    }
    value
}

/// References by identifier.
fn references(site: &Site, entry: &Entry, field: &str, many: bool) -> Value {
    let ids: Vec<String> = entry
        .targets(field)
        .map(|id| site.config.absolute(&id_path(site.entry(id))))
        .collect();
    if many { json!(ids) } else { json!(ids.first()) }
}

/// Every occurrence within the window, with offset; most readers cannot work a rule out.
fn occurrences(timetable: &Timetable) -> Value {
    let show = |occurrence: &crate::site::timetable::Occurrence| {
        let (start, end) = bounds(timetable, occurrence);
        let mut value = json!({ "start": start, "end": end, "status": occurrence.status.name() });
        if occurrence.moved() {
            let original = occurrence.original.to_zoned(timetable.zone.clone());
            value["original"] = json!(
                original
                    .ok()
                    .map(|at| crate::theme::values::card::iso(&at, timetable.all_day))
            );
        }
        value
    };
    timetable.occurrences.iter().map(show).collect()
}
