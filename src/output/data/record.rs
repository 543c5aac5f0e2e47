//! A record as it is published: identifier, addresses, texts by language, facts, source and history.
//!
//! Nothing in it depends on the moment of the build, so that who has read it once need read it again
//! only when its change is announced.

use crate::content::shape::{is_moment, localize, shape};
use crate::content::vocabulary::Vocabulary;
use crate::content::{KINDS, Kind};
use crate::site::permalink::id_path;
use crate::site::timetable::Timetable;
use crate::site::{Entry, Site};
use crate::theme::Theme;
use crate::theme::values::card::iso;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

/// The permanent identifier of a record.
pub fn id(site: &Site, entry: &Entry) -> String {
    site.config.absolute(&id_path(entry))
}

/// A record as it is published.
pub fn record(site: &Site, theme: &Theme, entry: &Entry) -> Value {
    let mut record = Map::new();
    let mut set = |name: &str, value: Value| {
        let nothing = value.is_null()
            || value.as_array().is_some_and(Vec::is_empty)
            || value.as_object().is_some_and(Map::is_empty);
        if !nothing {
            record.insert(name.to_owned(), value);
        }
    };
    set("id", json!(id(site, entry)));
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
        entry.versions.iter().map(|v| json!(v.language)).collect(),
    );
    for (name, value) in common(site, theme, entry) {
        set(name, value);
    }
    for (name, value) in own(site, entry) {
        set(&name, value);
    }
    if let Some(timetable) = &entry.timetable {
        for (name, value) in when(site, entry, timetable) {
            set(name, value);
        }
    }
    for (name, value) in provenance(site, entry) {
        set(name, value);
    }
    Value::Object(record)
}

/// The kind's own fields: texts by language, references by identifier, times with their offset.
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
    let zone = zone(site, entry);
    let fact = |schema: &Value, value: &Value| match value.as_str() {
        Some(text) if is_moment(schema) => json!(with_offset(text, &zone)),
        _ => value.clone(),
    };
    let Value::Object(own) = localize(&shape.schema, &shape.schema, &parts, &fact) else {
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

/// The zone on whose clock a record's times are.
pub fn zone(site: &Site, entry: &Entry) -> TimeZone {
    let zone = entry
        .timetable
        .as_ref()
        .map(|timetable| timetable.zone.clone());
    let own = || TimeZone::get(entry.record().zone()?).ok();
    zone.or_else(own)
        .unwrap_or_else(|| site.now.time_zone().clone())
}

/// A time on the clock of a place, with its offset from UTC (RFC 3339); a day stays a day.
fn with_offset(text: &str, zone: &TimeZone) -> String {
    let at = text.parse::<jiff::civil::DateTime>();
    let at = at.ok().filter(|_| text.contains('T'));
    match at.and_then(|at| at.to_zoned(zone.clone()).ok()) {
        Some(at) => iso(&at, false),
        None => text.to_owned(),
    }
}

/// The name under which a kind's own field is published: `type` and `url` alone are the class in
/// schema.org and the record's own page.
pub fn published_name(kind: &Kind, field: &str) -> String {
    if matches!(field, "type" | "url") {
        format!("{}_{field}", kind.name)
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
        .map(|target| id(site, site.entry(target)))
        .collect();
    if many { json!(ids) } else { json!(ids.first()) }
}

/// The end as it follows from the start where none is written, the zone of the times, and the
/// identifier in calendars.
fn when(site: &Site, entry: &Entry, timetable: &Timetable) -> Vec<(&'static str, Value)> {
    let mut when = vec![("timezone", json!(timetable.zone_name))];
    if entry.gathers() {
        let (_, end) = span(timetable);
        let uid = crate::output::calendar::uid(site, entry);
        when.extend([("end", json!(end)), ("calendar_uid", json!(uid))]);
    }
    when
}

/// First start and end as they are published; of whole days the last one is the end.
fn span(timetable: &Timetable) -> (String, String) {
    use jiff::ToSpan;
    let (zone, start) = (&timetable.zone, timetable.start);
    let show = |at: Option<jiff::Zoned>| {
        let at = at.map(|at| iso(&at, timetable.all_day));
        at.unwrap_or_else(|| start.to_string())
    };
    let end = match timetable.all_day {
        true => {
            let last = timetable.end.saturating_sub(1.day());
            last.to_zoned(zone.clone()).ok()
        }
        false => timetable.length.after(start, zone),
    };
    (show(start.to_zoned(zone.clone()).ok()), show(end))
}

/// Who says so, since when, and what others may do with it.
fn provenance(site: &Site, entry: &Entry) -> Vec<(&'static str, Value)> {
    let publisher = site.config.publisher.as_ref();
    let name = publisher.map_or_else(
        || site.text(&site.config.title, &site.codes[0]),
        |publisher| &publisher.name,
    );
    let own = entry.original().common.license.as_ref();
    let license = own.or(site.config.license.as_ref()).map(|url| &*url.0);
    vec![
        (
            "source",
            json!({ "name": name, "url": site.config.absolute("/") }),
        ),
        ("license", json!(license)),
        ("created", json!(entry.history.created.to_string())),
        ("updated", json!(entry.history.updated.to_string())),
        ("revisions", json!(entry.history.revisions)),
    ]
}

/// The datasets: each kind with its records in the order of their files.
pub fn of_kind(site: &Site, n: usize) -> impl Iterator<Item = &Entry> + Clone {
    let kind = &KINDS[n];
    site.entries.iter().filter(move |entry| entry.kind == kind)
}
