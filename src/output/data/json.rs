//! Records as JSON that is also JSON-LD: one file a record, one a kind, and one a line.

use super::record::of_kind;
use super::schema::dataset_path;
use super::{ROOT, kind_of};
use crate::content::KINDS;
use crate::diagnostic::Diagnostic;
use crate::output::{Artifact, Output, Plan, Press, Subject};
use crate::site::{Entry, Site};
use jiff::Timestamp;
use serde_json::json;

/// The output.
pub const OUTPUT: Output = Output {
    name: "data",
    about: "records as JSON: one file each, one a kind, one record a line",
    plan,
};

/// JSON Lines (ndjson.org).
pub const NDJSON: &str = "application/x-ndjson";

fn plan(press: &Press, plan: &mut Plan) {
    for (n, kind) in KINDS.iter().enumerate() {
        let path = |extension: &str| format!("{ROOT}/{}.{extension}", kind.folder);
        let subject = Subject::Kind(n);
        plan.add(path("json"), "application/json", subject, None, render_kind);
        plan.add(path("ndjson"), NDJSON, subject, None, render_lines);
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

/// Where a record's own file lies.
pub fn record_path(entry: &Entry) -> String {
    format!("{ROOT}/{}/{}.json", entry.kind.folder, entry.document_id)
}

/// A record's JSON with its context first, as it stands alone.
pub fn alone(press: &Press, entry: &Entry) -> String {
    let record = press.records.get(&press.site, &press.theme, entry);
    let context = press.site.config.absolute(super::context::PATH);
    format!("{{\"@context\":{},{}", json!(context), &record.json[1..])
}

/// How many bytes a record takes without its context.
pub fn length(press: &Press, entry: &Entry) -> usize {
    let record = press.records.get(&press.site, &press.theme, entry);
    record.json.len()
}

fn render_record(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let Subject::Entry(id) = artifact.subject else {
        return Err(crate::output::misplanned(artifact));
    };
    let entry = press.site.entry(id);
    let schema = press.site.config.absolute(&super::schema::path(entry.kind));
    let record = alone(press, entry);
    Ok(format!("{{\"$schema\":{},{}\n", json!(schema), &record[1..]).into_bytes())
}

fn render_kind(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let n = kind_of(artifact)?;
    let (site, kind) = (&press.site, &KINDS[n]);
    let modified = of_kind(site, n).map(|entry| entry.history.updated).max();
    let items =
        || of_kind(site, n).map(|entry| &*press.records.get(site, &press.theme, entry).json);
    let size = items().map(str::len).sum();
    let (schema, count) = (dataset_path(kind.folder), items().count());
    Ok(collection(
        site,
        kind.folder,
        &schema,
        modified,
        (count, size),
        items(),
    ))
}

/// A dataset as JSON: what it is, then its items, one a line: a change of one is a change of one line.
///
/// `size` is how many bytes the items take together.
pub fn collection<T: AsRef<str>>(
    site: &Site,
    name: &str,
    schema: &str,
    modified: Option<Timestamp>,
    (count, size): (usize, usize),
    items: impl Iterator<Item = T>,
) -> Vec<u8> {
    let mut head = json!({
        "$schema": site.config.absolute(schema),
        "@context": site.config.absolute(super::context::PATH),
        "id": super::dataset_id(site, name),
        "type": "ItemList",
        "count": count,
    });
    if let Some(modified) = modified {
        head["modified"] = json!(modified.to_string());
    }
    if let Some(license) = &site.config.license {
        head["license"] = json!(&*license.0);
    }
    let mut text = head.to_string();
    text.truncate(text.len() - 1);
    text.push_str(",\"items\":[\n");
    text.reserve(size + 4 * count);
    for (number, item) in items.enumerate() {
        if number > 0 {
            text.push_str(",\n");
        }
        text.push_str(item.as_ref());
    }
    text.push_str("\n]}\n");
    text.into_bytes()
}

fn render_lines(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let n = kind_of(artifact)?;
    let lines = || {
        of_kind(&press.site, n)
            .map(|entry| &*press.records.get(&press.site, &press.theme, entry).json)
    };
    let mut text = String::with_capacity(lines().map(|line| line.len() + 1).sum());
    for line in lines() {
        text.push_str(line);
        text.push('\n');
    }
    Ok(text.into_bytes())
}

/// The identifiers of the records of a kind, as paths name them.
pub fn slugs(press: &Press, n: usize) -> Vec<&str> {
    of_kind(&press.site, n)
        .map(|entry| entry.document_id.as_str())
        .collect()
}
