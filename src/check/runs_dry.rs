//! An agenda whose future is nearly empty.

use super::Rule;
use crate::content::schedule::Role;
use crate::diagnostic::Diagnostic;
use crate::site::Site;
use crate::source::Sources;
use jiff::ToSpan;

/// The rule.
pub const RULE: Rule = Rule {
    code: "check/agenda-runs-dry",
    check,
};

/// How far ahead an agenda should be filled, in days.
const AHEAD: i64 = 30;

fn check(site: &Site, _: &Sources) -> Vec<Diagnostic> {
    let gatherings = site.entries.iter().filter(|entry| {
        entry
            .timetable
            .as_ref()
            .is_some_and(|t| t.role == Role::Gathering)
    });
    let last = gatherings
        .flat_map(|entry| entry.occurrences())
        .map(|occurrence| occurrence.start.date())
        .max();
    let Some(last) = last.filter(|last| *last < site.now.date().saturating_add(AHEAD.days()))
    else {
        return vec![];
    };
    let message = match last < site.now.date() {
        true => format!("the agenda is empty: the last event was on {last}"),
        false => format!("the agenda runs dry: the last event is on {last}"),
    };
    let fault = Diagnostic::warning(RULE.code, message).in_file("content/events");
    vec![fault.help("add events, or let a weekly one go on: move its `until`")]
}
