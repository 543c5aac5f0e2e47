//! When a space is taken: VFREEBUSY (RFC 5545 section 3.6.4), for programs that book rooms.

use super::component::uid_of;
use super::event::write_organiser;
use super::feed::{self, Head};
use super::lines::Lines;
use super::values::{uri, utc};
use super::{describe, full_name, text};
use crate::content::schedule::Status;
use crate::diagnostic::Diagnostic;
use crate::output::{Artifact, Output, Plan, Press, Subject, misplanned};
use crate::site::permalink::BUSY;
use crate::site::{Entry, Site};
use jiff::{Timestamp, ToSpan};

/// The output.
pub const OUTPUT: Output = Output {
    name: "busy",
    about: "when each space is taken, for programs that book rooms",
    plan,
};

/// A stretch of time: from, and until when.
type Period = (Timestamp, Timestamp);

/// When a space is taken within a period: in order, none touching the next.
fn taken(site: &Site, space: &Entry, (from, until): Period) -> Vec<Period> {
    let held = site.held_in(space).flat_map(Entry::occurrences);
    let goes_ahead = held.filter(|time| time.status != Status::Cancelled);
    let within = goes_ahead
        .filter(|time| !matches!(time.status, Status::Postponed | Status::MovedOnline))
        .map(|time| {
            (
                time.start.timestamp().max(from),
                time.end.timestamp().min(until),
            )
        })
        .filter(|(start, end)| start < end);
    merged(within.collect())
}

fn merged(mut periods: Vec<Period>) -> Vec<Period> {
    periods.sort();
    let mut merged: Vec<Period> = Vec::with_capacity(periods.len());
    for (start, end) in periods {
        match merged.last_mut() {
            Some((_, last)) if start <= *last => *last = end.max(*last),
            _ => merged.push((start, end)),
        }
    }
    merged
}

fn plan(press: &Press, plan: &mut Plan) {
    let site = &press.site;
    for (language, code) in site.codes.iter().enumerate() {
        let used = site
            .entries
            .iter()
            .filter(|space| site.held_in(space).next().is_some());
        for space in used {
            let path = format!("{}{BUSY}", site.path(space, code));
            let subject = Subject::Entry(space.id);
            plan.add(path, feed::MEDIA_TYPE, subject, Some(language), render);
        }
    }
}

fn render(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let (Subject::Entry(id), Some(language)) = (artifact.subject, artifact.language) else {
        return Err(misplanned(artifact));
    };
    let (site, code) = (&press.site, &press.site.codes[language]);
    let space = site.entry(id);
    let title = text::one_line(&space.version(code).common.title);
    let name = press
        .theme
        .locale(code)
        .text("calendar.busy", &[("name", &title)]);
    let name = full_name(press, &name, code);
    let head = Head {
        description: describe(site, &[], &name, code),
        name,
        page: site.path(space, code),
        path: artifact.path.clone(),
    };
    let changed = site.held_in(space).chain(site.removed_from(space));
    let updated = changed
        .map(|entry| entry.history.updated)
        .fold(space.history.updated, Timestamp::max);
    let mut lines = Lines::default();
    write(site, space, code, updated, &mut lines);
    Ok(feed::around(
        site,
        code,
        &head,
        Some(updated),
        &lines.finish(),
    ))
}

fn write(site: &Site, space: &Entry, language: &str, updated: Timestamp, lines: &mut Lines) {
    let today = site.now.start_of_day();
    let ahead = i64::from(site.config.window.future_days).days();
    let whole = (today.timestamp(), today.saturating_add(ahead).timestamp());
    let uid = uid_of(site, space, ".busy", language);
    lines.begin("VFREEBUSY");
    lines.text("UID", &uid);
    lines.raw("DTSTAMP", &utc(updated));
    lines.raw("DTSTART", &utc(whole.0));
    lines.raw("DTEND", &utc(whole.1));
    write_organiser(site, Some(space), language, lines);
    lines.raw(
        "URL",
        &uri(&site.config.absolute(&site.path(space, language))),
    );
    for (start, end) in taken(site, space, whole) {
        let period = format!("{}/{}", utc(start), utc(end));
        lines.with("FREEBUSY", &[("FBTYPE", "BUSY")], &period);
    }
    lines.end("VFREEBUSY");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_that_touch_or_overlap_are_one() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let periods = [(30, 40), (0, 10), (10, 20), (32, 35), (39, 50)];
        let found = merged(periods.iter().map(|(a, b)| (at(*a), at(*b))).collect());
        assert_eq!(found, [(at(0), at(20)), (at(30), at(50))]);
    }
}
