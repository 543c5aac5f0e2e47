//! Change feeds: what became of the records of each kind, as pages that others follow to hold the same
//! records (Realtime Paged Data Exchange 1.0, ordered by change number), all of them files.
//!
//! The address of a page is `/data/v1/changes/events?afterChangeNumber=N`. The host answers it with the
//! file `/data/v1/changes/events/after-N.json`. Each record stands in a feed once, with its last change.

mod paging;

use super::data::ROOT;
use super::{Artifact, Output, Plan, Press, Subject};
use crate::content::vocabulary::{Term, Vocabulary};
use crate::content::{KINDS, Kind};
use crate::diagnostic::Diagnostic;
use crate::site::order::{Item, Of};
use crate::site::permalink::id_path;
use crate::site::{EntryId, Site};
use crate::source::numbering::number_at;
use crate::source::past::kept_since;
use paging::{Page, pages};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// The output.
pub const OUTPUT: Output = Output {
    name: "rpde",
    about: "what changed of each kind, for programs that keep a copy",
    plan,
};

/// What harvesters ask for to see whether a feed ends well: the greatest whole number that JSON carries.
const GREATEST: i64 = 9_007_199_254_740_991;

/// The pages of each kind's feed.
pub struct Feeds(Vec<Vec<Page>>);

impl Feeds {
    /// Works out which pages there are.
    pub fn new(site: &Site) -> Self {
        let since = number_at(kept_since(site.now.utc_day()));
        let pages = site.orders.iter().map(|order| {
            let numbers: Vec<i64> = order.items.iter().map(|item| item.number).collect();
            let mut pages = pages(&order.steps, &order.others, &numbers, since);
            let (after, next, end) = (GREATEST, GREATEST, numbers.len());
            pages.push(Page {
                after,
                items: end..end,
                next,
            });
            pages
        });
        Feeds(pages.collect())
    }
}

/// The address of a kind's feed, without the number.
pub fn path(kind: &Kind) -> String {
    format!("{ROOT}/changes/{}", kind.folder)
}

/// Where the list of feeds lies.
pub fn index_path() -> String {
    format!("{ROOT}/feeds.json")
}

/// The rules by which a host finds the file of a page, for `_redirects`.
pub fn rules() -> String {
    format!(
        "{ROOT}/changes/:kind afterChangeNumber=:n {ROOT}/changes/:kind/after-:n.json 200\n\
         {ROOT}/changes/:kind {ROOT}/changes/:kind/after-0.json 200\n"
    )
}

/// The file of a page by its address: what [`rules`] say.
pub fn file(path: &str, query: Option<&str>) -> Option<String> {
    let kind = KINDS.iter().find(|kind| self::path(kind) == path)?;
    let parts = query.unwrap_or_default().split('&');
    let number = parts
        .filter_map(|part| part.strip_prefix("afterChangeNumber="))
        .next();
    Some(file_after(kind, number.unwrap_or("0")))
}

fn file_after(kind: &Kind, number: impl std::fmt::Display) -> String {
    format!("{}/after-{number}.json", path(kind))
}

fn plan(press: &Press, plan: &mut Plan) {
    let schemas = ["changes", "feeds"].map(schema_path);
    plan.add(
        index_path(),
        "application/json",
        Subject::Site,
        None,
        render_index,
    );
    for (path, render) in schemas
        .into_iter()
        .zip([render_page_schema, render_index_schema])
    {
        plan.add(path, "application/schema+json", Subject::Site, None, render);
    }
    for (n, (kind, pages)) in KINDS.iter().zip(&press.feeds.0).enumerate() {
        for (m, page) in pages.iter().enumerate() {
            let subject = Subject::Changed(n, m);
            plan.add(
                file_after(kind, page.after),
                "application/json",
                subject,
                None,
                render_page,
            );
        }
    }
}

/// Where the schema of the pages lies, and that of their list.
pub fn schema_path(name: &str) -> String {
    format!("{ROOT}/schema/{name}.json")
}

fn render_page(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let Subject::Changed(n, m) = artifact.subject else {
        return Err(super::misplanned(artifact));
    };
    let (site, kind, page) = (&press.site, &KINDS[n], &press.feeds.0[n][m]);
    let next = format!("{}?afterChangeNumber={}", path(kind), page.next);
    let license = site.config.license.as_ref().map(|url| url.0.clone());
    // RPDE asks for an address in any case: the page says that no licence was given.
    let license = license.unwrap_or_else(|| site.config.absolute("/data/#licence"));
    let head = json!({ "next": site.config.absolute(&next), "license": license });
    let mut text = head.to_string();
    text.truncate(text.len() - 1);
    text.push_str(",\"items\":[");
    let items = &site.orders[n].items[page.items.clone()];
    text.reserve(items.iter().map(|item| length(press, item)).sum());
    for (m, item) in items.iter().enumerate() {
        text.push_str(if m == 0 { "\n" } else { ",\n" });
        show(press, kind, item, &mut text);
    }
    text.push_str("\n]}\n");
    Ok(text.into_bytes())
}

/// About how many bytes a change takes.
fn length(press: &Press, item: &Item) -> usize {
    const AROUND: usize = 320;
    let record = |id: &EntryId| super::data::json::length(press, press.site.entry(*id));
    match &item.of {
        Of::Entry(id) => record(id) + AROUND,
        Of::Unseen(_) => AROUND,
    }
}

/// One change: the record as it is published, its meaning before it, or only its identifier.
fn show(press: &Press, kind: &Kind, item: &Item, text: &mut String) {
    let config = &press.site.config;
    let (state, id) = match &item.of {
        Of::Entry(id) => ("updated", id_path(press.site.entry(*id))),
        Of::Unseen(id) => ("deleted", format!("/id/{}/{id}", kind.name)),
    };
    // Writing into a `String` cannot fail.
    let _ = write!(
        text,
        "{{\"state\":\"{state}\",\"kind\":\"{}\",\"id\":{},\"modified\":{}",
        kind.name,
        json!(config.absolute(&id)),
        item.number
    );
    if let Of::Entry(id) = &item.of {
        let record = super::data::json::alone(press, press.site.entry(*id));
        let _ = write!(text, ",\"data\":{record}");
    }
    text.push('}');
}

fn render_index(press: &Press, _: &Plan, _: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let site = &press.site;
    let feeds = KINDS.iter().zip(&site.orders).map(|(kind, order)| {
        let updated = order
            .items
            .iter()
            .filter(|item| matches!(item.of, Of::Entry(_)));
        json!({
            "kind": kind.name,
            "url": site.config.absolute(&path(kind)),
            "count": updated.count(),
            "modified": order.items.last().map_or(0, |item| item.number),
        })
    });
    let mut index = json!({
        "$schema": site.config.absolute(&schema_path("feeds")),
        "feeds": feeds.collect::<Vec<_>>(),
    });
    let topics = site.terms(Vocabulary::Topics);
    if !topics.is_empty() {
        index["topics"] = topics.iter().map(|it| topic(site, it)).collect();
    }
    if let Some(license) = &site.config.license {
        index["license"] = json!(*license.0);
    }
    Ok(super::pretty(&index))
}

/// What a topic of the records means: its names, and the same notion in vocabularies of others.
fn topic(site: &Site, term: &Term) -> Value {
    let titles = term
        .title
        .0
        .iter()
        .map(|(code, title)| match code.as_str() {
            "" => (site.config.default_language().to_owned(), json!(title)),
            code => (code.to_owned(), json!(title)),
        });
    let maps_to: Vec<&str> = term.maps_to.iter().map(|url| &*url.0).collect();
    let mut topic = json!({ "id": *term.id.value.0, "title": titles.collect::<Map<_, _>>() });
    if !maps_to.is_empty() {
        topic["maps_to"] = json!(maps_to);
    }
    topic
}

fn render_page_schema(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let item = |state: &str, data: Value| json!({ "properties": { "state": { "const": state }, "data": data } });
    let kinds: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
    let mut updated = item(
        "updated",
        json!({ "type": "object", "required": ["@context", "id"] }),
    );
    updated["required"] = json!(["data"]);
    Ok(super::pretty(&json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": press.site.config.absolute(&artifact.path),
        "title": "A page of changes",
        "description": "What became of the records of a kind, oldest change first (Realtime Paged Data Exchange 1.0).",
        "type": "object",
        "properties": {
            "next": { "type": "string", "format": "uri", "description": "The next page; this one's own address when there is nothing more." },
            "license": { "type": "string", "format": "uri" },
            "items": { "type": "array", "items": {
                "type": "object",
                "properties": {
                    "state": { "enum": ["updated", "deleted"] },
                    "kind": { "enum": kinds },
                    "id": { "type": "string", "format": "uri", "description": "Permanent identifier." },
                    "modified": { "type": "integer", "minimum": 1, "maximum": GREATEST, "description": "Change number: it only grows." },
                    "data": { "type": "object", "description": "The record as it is published." },
                },
                "required": ["state", "kind", "id", "modified"],
                "additionalProperties": false,
                "oneOf": [updated, item("deleted", json!(false))],
            } },
        },
        "required": ["next", "items"],
        "additionalProperties": false,
    })))
}

fn render_index_schema(
    press: &Press,
    _: &Plan,
    artifact: &Artifact,
) -> Result<Vec<u8>, Diagnostic> {
    let uri = json!({ "type": "string", "format": "uri" });
    Ok(super::pretty(&json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": press.site.config.absolute(&artifact.path),
        "title": "Change feeds",
        "description": "The feeds of what changed, one for each kind of record.",
        "type": "object",
        "properties": {
            "$schema": uri,
            "license": uri,
            "feeds": { "type": "array", "items": {
                "type": "object",
                "properties": {
                    "kind": { "type": "string" },
                    "url": { "type": "string", "format": "uri", "description": "The first page." },
                    "count": { "type": "integer", "minimum": 0, "description": "How many records there are." },
                    "modified": { "type": "integer", "minimum": 0, "description": "The number of the last change; 0 when there is none." },
                },
                "required": ["kind", "url", "count", "modified"],
                "additionalProperties": false,
            } },
            "topics": { "type": "array", "description": "What the topics of the records mean.", "items": {
                "type": "object",
                "properties": {
                    "id": { "type": "string", "description": "As records name it." },
                    "title": { "type": "object", "additionalProperties": { "type": "string" }, "description": "Its name in each language." },
                    "maps_to": { "type": "array", "items": uri, "description": "The same notion in vocabularies of others." },
                },
                "required": ["id", "title"],
                "additionalProperties": false,
            } },
        },
        "required": ["feeds"],
        "additionalProperties": false,
    })))
}
