//! When events take place, time by time, since most readers cannot work out a rule of RFC 5545.

use super::csv::{self, CSV, METADATA, Table, metadata_path};
use super::table::{Column, Row, Type};
use super::{ROOT, record};
use crate::diagnostic::Diagnostic;
use crate::output::{Artifact, Output, Plan, Press, Subject};
use crate::site::timetable::{Occurrence, Timetable};
use crate::site::{Entry, Site};
use crate::theme::values::card::iso;
use crate::theme::values::entry::bounds;
use serde_json::json;

/// The output.
pub const OUTPUT: Output = Output {
    name: "occurrences",
    about: "when events take place, one row a time",
    plan,
};

/// The name of the dataset.
pub const NAME: &str = "occurrences";

fn plan(_: &Press, plan: &mut Plan) {
    let path = format!("{ROOT}/{NAME}.csv");
    let subject = Subject::Occurrences;
    plan.add(
        metadata_path(&path),
        METADATA,
        subject,
        None,
        render_metadata,
    );
    plan.add(path, CSV, subject, None, render_csv);
    let path = format!("{ROOT}/{NAME}.json");
    plan.add(path, "application/json", subject, None, render_json);
}

/// The columns of the table.
pub fn columns() -> Vec<Column> {
    let required = |name, type_, about| Column {
        required: true,
        ..Column::new(name, type_, about)
    };
    vec![
        required("event", Type::Uri, "Permanent identifier of the event."),
        required(
            "original",
            Type::DateTime,
            "Start as the rule gives it; with `event` it identifies the occurrence.",
        ),
        required("start", Type::DateTime, "When it begins."),
        required(
            "end",
            Type::DateTime,
            "When it ends; of whole days, the last day.",
        ),
        required("all_day", Type::Boolean, "Whole days, without times."),
        required(
            "timezone",
            Type::Text,
            "IANA time zone on whose clock it takes place.",
        ),
        required("status", Type::Text, "How this occurrence stands."),
    ]
}

/// Every occurrence within the window, by event and then by start.
fn all(site: &Site) -> impl Iterator<Item = (&Entry, &Timetable, &Occurrence)> {
    let gatherings = site.entries.iter().filter(|entry| entry.gathers());
    let timetables = gatherings.filter_map(|entry| Some((entry, entry.timetable.as_ref()?)));
    timetables.flat_map(|(entry, timetable)| {
        let times = timetable.occurrences.iter();
        times.map(move |occurrence| (entry, timetable, occurrence))
    })
}

/// How many there are.
pub fn count(site: &Site) -> usize {
    all(site).count()
}

/// First and last day on which something takes place.
pub fn extent(site: &Site) -> Option<(jiff::civil::Date, jiff::civil::Date)> {
    let days = || all(site).map(|(_, _, occurrence)| occurrence.start.date());
    Some((days().min()?, days().max()?))
}

/// The table as rows.
pub fn rows(site: &Site) -> Vec<Row> {
    let row = |(entry, timetable, occurrence): (&Entry, &Timetable, &Occurrence)| {
        let mut row = Row::default();
        let last = last(timetable, occurrence);
        row.push(&record::id(site, entry));
        row.push(&original(timetable, occurrence, false));
        row.push(&iso(&occurrence.start, false));
        row.push(&iso(&last, false));
        row.push(if timetable.all_day { "true" } else { "false" });
        row.push(&timetable.zone_name);
        row.push(occurrence.status.name());
        row
    };
    all(site).map(row).collect()
}

/// The end, exclusive; of whole days the midnight at which the last of them begins.
fn last(timetable: &Timetable, occurrence: &Occurrence) -> jiff::Zoned {
    use jiff::ToSpan;
    let before = || occurrence.end.checked_sub(1.day()).ok();
    let last = timetable.all_day.then(before).flatten();
    last.unwrap_or_else(|| occurrence.end.clone())
}

fn original(timetable: &Timetable, occurrence: &Occurrence, day: bool) -> String {
    match occurrence.original.to_zoned(timetable.zone.clone()) {
        Ok(at) => iso(&at, day),
        Err(_) => occurrence.original.to_string(),
    }
}

fn render_csv(press: &Press, _: &Plan, _: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let rows = rows(&press.site);
    Ok(csv::write(&columns(), rows.iter()).into_bytes())
}

fn render_metadata(press: &Press, _: &Plan, _: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let table = Table {
        file: format!("{NAME}.csv"),
        title: super::title(&press.site, NAME, &press.site.codes[0]),
        columns: &columns(),
        key: &["event", "original"],
    };
    Ok(csv::metadata(press, &table))
}

fn render_json(press: &Press, _: &Plan, _: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let site = &press.site;
    let item = |(entry, timetable, occurrence): (&Entry, &Timetable, &Occurrence)| {
        let (start, end) = bounds(timetable, occurrence);
        json!({
            "event": record::id(site, entry), "original": original(timetable, occurrence, timetable.all_day),
            "start": start, "end": end, "all_day": timetable.all_day,
            "timezone": timetable.zone_name, "status": occurrence.status.name(),
        })
    };
    let items = || all(site).map(|time| item(time).to_string());
    // They are about as long as one another.
    let (count, longest) = (count(site), items().take(100).map(|item| item.len()).max());
    let schema = super::schema::dataset_path(NAME);
    Ok(super::json::collection(
        site,
        NAME,
        &schema,
        None,
        (count, count * longest.unwrap_or(0)),
        items(),
    ))
}
