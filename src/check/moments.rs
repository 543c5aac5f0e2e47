//! Days and times that contradict each other, or the clock.

use super::{Check, Rule, place};
use crate::content::schedule::{Recurrence, Role, Schedule};
use crate::content::time::Moment;
use crate::diagnostic::{Diagnostic, words};
use crate::say;
use crate::site::timetable::Timetable;
use crate::site::{Entry, Site};
use crate::source::{SourceId, Sources, Span};
use crate::yaml::{Node, Value};
use jiff::civil::DateTime;
use jiff::tz::AmbiguousOffset;

/// Signing up goes on when it has begun.
pub const AFTER_START: Rule = Rule {
    code: "check/deadline-after-start",
    check: Check::OfSite(after_start),
};

/// A period that ends before it begins.
pub const TURNED_ROUND: Rule = Rule {
    code: "check/ends-before-begin",
    check: Check::OfSite(turned_round),
};

/// A time in the hour in which the clock changes.
pub const CLOCK_CHANGE: Rule = Rule {
    code: "check/clock-change",
    check: Check::OfSite(clock_change),
};

fn after_start(site: &Site, sources: &Sources) -> Vec<Diagnostic> {
    let entries = site.entries.iter();
    let found = entries.flat_map(|entry| {
        let signing_up = sign_up(site, entry);
        signing_up.into_iter().chain(call(site, sources, entry))
    });
    found.collect()
}

/// The last day to sign up for an event, after the last time that it begins.
fn sign_up(site: &Site, entry: &Entry) -> Option<Diagnostic> {
    let closes = entry.record().closes()?;
    let schedule = entry.record().schedule()?;
    let last = &entry.occurrences().last()?.start;
    let late = match closes.time {
        Some(_) => site.at_the_place(entry, closes)? > *last,
        None => closes.date > last.date(),
    };
    let (day, time) = (words::day(last.date()), last.strftime("%H:%M").to_string());
    let begins = match schedule.all_day {
        true => say!("on {}", day),
        false => say!("on {} at {}", day, time),
    };
    late.then(|| {
        let message = say!("one can sign up until after it has begun, {}", begins);
        Diagnostic::warning(AFTER_START.code, message)
            .at(closes.span, "later")
            .at(schedule.start.span, "than this")
            .help("let `closes` be before the start, or check the year")
    })
}

/// The deadline of a programme's call, after the first day of the programme.
fn call(site: &Site, sources: &Sources, entry: &Entry) -> Option<Diagnostic> {
    let call = site.entry(entry.targets("call").next()?);
    let deadline = call.record().schedule()?.start;
    let source = entry.original().source;
    let data = entry.record().data();
    let begins = data["period"]["start"].as_str()?;
    let late = deadline.date.to_string().as_str() > begins;
    late.then(|| {
        let message = say!(
            "`{}` begins on {}, before its call `{}` has closed",
            entry.original().common.title.0,
            begins,
            call.original().common.title.0
        );
        Diagnostic::warning(AFTER_START.code, message)
            .at(deadline.span, "later")
            .at(
                place::field(sources, source, &["period", "start"]),
                "than this",
            )
            .help("let the deadline be before the programme begins, or check the year")
    })
}

/// Fields that name the beginning and the end of one thing.
const PERIODS: [(&[&str], &[&str]); 6] = [
    (&["registration", "opens"], &["registration", "closes"]),
    (&["opens"], &["deadline"]),
    (&["valid_from"], &["valid_until"]),
    (&["period", "start"], &["period", "end"]),
    (&["started"], &["ended"]),
    (&["from"], &["until"]),
];

fn turned_round(site: &Site, sources: &Sources) -> Vec<Diagnostic> {
    let found = site.entries.iter().flat_map(|entry| {
        let data = entry.record().data();
        let turned = |fields: &serde_json::Value| PERIODS.iter().any(|p| is_turned(fields, p));
        let closed = data["closed"].as_array().into_iter().flatten();
        // Most records are fine, and then no file is read again.
        let any = turned(&data) || closed.into_iter().any(turned);
        let root = any.then(|| place::fields(sources, entry.original().source));
        root.flatten().map(|root| told(&root)).unwrap_or_default()
    });
    found.collect()
}

fn is_turned(fields: &serde_json::Value, (from, until): &(&[&str], &[&str])) -> bool {
    let day = |way: &[&str]| {
        let found = way.iter().try_fold(fields, |at, step| at.get(step));
        found.and_then(|day| day.as_str()).map(str::to_owned)
    };
    matches!((day(from), day(until)), (Some(from), Some(until)) if before(&until, &from))
}

/// Whether one day or moment lies before another; a day counts whole.
fn before(a: &str, b: &str) -> bool {
    let length = if a.len().min(b.len()) < 16 { 10 } else { 16 };
    let (a, b) = (a.get(..length), b.get(..length));
    let same = |text: &str| text.replace(' ', "T");
    matches!((a, b), (Some(a), Some(b)) if same(a) < same(b))
}

fn told(root: &Node) -> Vec<Diagnostic> {
    let closed = match root.get("closed").map(|node| &node.value) {
        Some(Value::Sequence(items)) => items.as_slice(),
        _ => &[],
    };
    let nodes = std::iter::once(root).chain(closed);
    let found = nodes.flat_map(|node| {
        PERIODS.iter().filter_map(move |(from, until)| {
            let follow = |way: &[&str]| way.iter().try_fold(node, |at, step| at.get(step));
            let (from, until) = (follow(from)?, follow(until)?);
            before(until.text()?, from.text()?).then(|| {
                let message = say!(
                    "this ends on {}, before it begins on {}",
                    until.text().unwrap_or(""),
                    from.text().unwrap_or("")
                );
                Diagnostic::warning(TURNED_ROUND.code, message)
                    .at(until.span, "this is earlier")
                    .at(from.span, "than this")
                    .help("swap the two, or check the year")
            })
        })
    });
    found.collect()
}

fn clock_change(site: &Site, sources: &Sources) -> Vec<Diagnostic> {
    let found = site.entries.iter().flat_map(|entry| {
        let record = entry.record();
        let schedule = record.schedule().zip(entry.timetable.as_ref());
        let last_moment = schedule.as_ref().and_then(|(schedule, timetable)| {
            let deadline = schedule.role == Role::Deadline;
            let at = record.closes().or(deadline.then_some(&schedule.start))?;
            written(timetable, at, at.span)
        });
        let end = schedule.as_ref().and_then(|(schedule, timetable)| {
            let source = entry.original().source;
            ends(
                schedule,
                timetable,
                (sources, source),
                site.now.exactly().datetime(),
            )
        });
        [last_moment, end]
    });
    found.flatten().collect()
}

/// A last moment that does not exist or comes twice.
fn written(timetable: &Timetable, at: &Moment, span: Span) -> Option<Diagnostic> {
    at.time?;
    let offset = timetable
        .zone
        .to_ambiguous_timestamp(at.datetime())
        .offset();
    let zone = &timetable.zone_name;
    let message = match (offset, at.offset) {
        (AmbiguousOffset::Gap { .. }, _) => say!(
            "this time does not exist in {}: the clock changes in that hour",
            zone
        ),
        (AmbiguousOffset::Fold { .. }, None) => say!(
            "this time comes twice in {}: the clock changes in that hour",
            zone
        ),
        _ => return None,
    };
    let fault = Diagnostic::warning(CLOCK_CHANGE.code, message).at(span, "in that hour");
    Some(fault.help("choose another time, such as the end of the evening before"))
}

/// The first end still to come that comes twice on the clock, and that nobody wrote. One that the clock
/// skips is later on that clock, and no two programs can take it for different moments.
fn ends(
    schedule: &Schedule,
    timetable: &Timetable,
    (sources, source): (&Sources, SourceId),
    now: DateTime,
) -> Option<Diagnostic> {
    if timetable.all_day || schedule.role == Role::Deadline {
        return None;
    }
    let ahead = timetable.occurrences.iter().filter(|at| !at.moved());
    let mut ends = ahead.map(|at| at.end.datetime());
    let of = |end: &DateTime| timetable.zone.to_ambiguous_timestamp(*end).offset();
    let odd = |end: &DateTime| {
        let is_written = schedule.end.is_some() && *end == timetable.end;
        *end > now && !is_written && matches!(of(end), AmbiguousOffset::Fold { .. })
    };
    let end = ends.find(odd)?;
    let (day, zone) = (words::day(end.date()), &timetable.zone_name);
    let time = end.time().strftime("%H:%M").to_string();
    let message = say!(
        "on {} it ends at {}, which comes twice in {}: the clock changes in that hour",
        day,
        time,
        zone
    );
    let span = match (&schedule.end, &schedule.recurrence) {
        (Some(end), _) => end.span,
        (None, _) if schedule.duration.is_some() => place::field(sources, source, &["duration"]),
        (None, Some(Recurrence::Rule(rule))) => rule.span,
        _ => schedule.start.span,
    };
    let fault = Diagnostic::warning(CLOCK_CHANGE.code, message).at(span, "ends in that hour");
    Some(fault.help("let it end earlier or later, or leave that day out"))
}

#[cfg(test)]
mod tests {
    use super::before;

    #[test]
    fn a_day_counts_whole_beside_a_moment() {
        assert!(before("2026-01-01", "2026-01-02"));
        assert!(!before("2026-01-02", "2026-01-02T18:00"));
        assert!(before("2026-01-02T17:00", "2026-01-02 18:00"));
        assert!(!before("", "2026-01-02"));
        assert!(!before("één dag later dan ooit", "2026-01-02T18:00"));
    }
}
