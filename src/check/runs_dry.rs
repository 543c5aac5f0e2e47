//! An agenda whose future is nearly empty.

use super::{Check, Rule};
use crate::content::schedule::{Recurrence, Role};
use crate::diagnostic::Diagnostic;
use crate::say;
use crate::site::Site;
use crate::source::Sources;
use jiff::ToSpan;

/// The rule.
pub const RULE: Rule = Rule {
    code: "check/agenda-runs-dry",
    check: Check::OfWhole(check),
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
        .filter_map(|entry| Some((entry.occurrences().last()?.start.date(), entry)))
        .max_by_key(|(day, _)| *day);
    let horizon = site.now.date().saturating_add(AHEAD.days());
    let Some((last, entry)) = last.filter(|(last, _)| *last < horizon) else {
        return vec![];
    };
    let Some(schedule) = entry.record().schedule() else {
        return vec![];
    };
    let span = match &schedule.recurrence {
        Some(Recurrence::Words(words)) => words.until.as_ref().map_or(words.span, |day| day.span),
        Some(Recurrence::Rule(rule)) => rule.span,
        None => schedule.start.span,
    };
    let message = match last < site.now.date() {
        true => say!("the agenda is empty: the last event was on {}", last),
        false => say!("the agenda runs dry: the last event is on {}", last),
    };
    let fault = Diagnostic::warning(RULE.code, message).at(span, "the last one");
    vec![fault.help("add events, or let one that repeats go on: move its `until`")]
}
