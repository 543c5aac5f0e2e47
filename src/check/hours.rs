//! Gatherings in a space at a time when it is closed.

use super::{Check, Rule, place};
use crate::content::schedule::{Mode, Status, WEEKDAYS};
use crate::content::space::{Closed, Hours};
use crate::diagnostic::{Diagnostic, words};
use crate::site::timetable::Occurrence;
use crate::site::{Entry, Site};
use crate::source::{Sources, Span};
use crate::{phrase, say};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

/// The rule.
pub const RULE: Rule = Rule {
    code: "check/outside-hours",
    check: Check::OfSite(check),
};

/// So many houses may a space lie in, one within the other.
const DEEPEST: usize = 8;

/// Why a space cannot be used: where it says so, in a few words.
struct Shut {
    place: Span,
    label: &'static str,
}

fn check(site: &Site, sources: &Sources) -> Vec<Diagnostic> {
    let gatherings = site.entries.iter().filter(|entry| entry.gathers());
    let found = gatherings.filter_map(|entry| {
        let space = site.entry(entry.targets("space").next()?);
        of_entry(site, sources, entry, space)
    });
    found.collect()
}

fn of_entry(site: &Site, sources: &Sources, entry: &Entry, space: &Entry) -> Option<Diagnostic> {
    let timetable = entry.timetable.as_ref()?;
    let houses = houses(site, space);
    let ahead = entry.occurrences().iter().filter(|at| {
        let goes_on = matches!(
            at.status,
            Status::Scheduled | Status::Tentative | Status::Rescheduled
        );
        goes_on && at.end > site.now && entry.record().mode() != Some(Mode::Online)
    });
    let shut = |at: &Occurrence| {
        let (start, end) = (at.start.datetime(), at.end.datetime());
        closed(sources, &houses, start, end)
            .or_else(|| outside(sources, &houses, (start, end), timetable.all_day))
    };
    let mut times = ahead.filter_map(|at| Some((at, shut(at)?)));
    let (first, shut) = times.next()?;
    let more = times.count();
    let day = words::day(first.start.date());
    let at = match timetable.all_day {
        true => day,
        false => say!(
            "{} from {} to {}",
            day,
            first.start.strftime("%H:%M").to_string(),
            first.end.strftime("%H:%M").to_string()
        ),
    };
    let name = &space.original().common.title.0;
    let message = match more {
        0 => say!("`{}` is closed on {}", name, at),
        1 => say!("`{}` is closed on {}, and once more", name, at),
        _ => say!("`{}` is closed on {}, and {} times more", name, at, more),
    };
    let schedule = entry.record().schedule()?;
    let changed = first.change.and_then(|n| schedule.changes.get(n));
    let moved = changed.and_then(|change| change.start.as_ref());
    let span = moved.map_or(schedule.start.span, |start| start.span);
    let fault = Diagnostic::warning(RULE.code, message).at(span, "at this time");
    let fault = fault.at(shut.place, shut.label);
    Some(fault.help("choose another time or another space, or mend the hours of the space"))
}

/// The space and the houses it is in, from the inside to the outside.
fn houses<'a>(site: &'a Site, space: &'a Entry) -> Vec<&'a Entry> {
    let outer = |inner: &&'a Entry| inner.targets("part_of").next().map(|id| site.entry(id));
    std::iter::successors(Some(space), outer)
        .take(DEEPEST)
        .collect()
}

/// The days on which it is closed, if one of them is meant.
fn closed(sources: &Sources, houses: &[&Entry], start: DateTime, end: DateTime) -> Option<Shut> {
    let last = end.saturating_sub(1.nanosecond()).date();
    let meant = |closed: &Closed| closed.from.0 <= last && start.date() <= closed.until.0;
    houses.iter().find_map(|house| {
        let n = house.record().hours().1.iter().position(meant)?;
        let source = house.original().source;
        Some(Shut {
            place: place::field(sources, source, &["closed", &n.to_string(), "from"]),
            label: phrase!("closed then"),
        })
    })
}

/// The hours at which it is open, if what is meant lies outside. A space without hours has those of its house.
/// What lasts longer than a day is only held against the days on which it is closed.
fn outside(
    sources: &Sources,
    houses: &[&Entry],
    (start, end): (DateTime, DateTime),
    all_day: bool,
) -> Option<Shut> {
    let mut with_hours = houses.iter().filter(|h| !h.record().hours().0.is_empty());
    let house = with_hours.next()?;
    let hours = house.record().hours().0;
    let long = end > start.saturating_add(1.day());
    let fits = match all_day {
        _ if long => true,
        true => hours.iter().any(|hours| is_on(hours, start.date())),
        false => is_open(hours, start, end),
    };
    (!fits).then(|| Shut {
        place: place::field(sources, house.original().source, &["hours", "0", "days"]),
        label: phrase!("its hours"),
    })
}

fn is_on(hours: &Hours, day: Date) -> bool {
    let place = day.weekday().to_monday_zero_offset();
    let weekday = usize::try_from(place).ok().and_then(|n| WEEKDAYS.get(n));
    weekday.is_some_and(|(_, weekday)| hours.days.contains(weekday))
}

/// Whether it is open from a start to an end, over all hours that join.
fn is_open(hours: &[Hours], start: DateTime, end: DateTime) -> bool {
    let eve = start.date().saturating_sub(1.day());
    let days = [eve, start.date(), end.date()];
    let spans = days.iter().flat_map(|day| {
        let on = hours.iter().filter(|hours| is_on(hours, *day));
        on.map(|hours| {
            let (opens, closes) = (
                day.to_datetime(hours.opens.0),
                day.to_datetime(hours.closes.0),
            );
            // Closing before it opens means after midnight.
            let over = if closes <= opens { 1.day() } else { 0.days() };
            (opens, closes.saturating_add(over))
        })
    });
    let mut spans: Vec<_> = spans.collect();
    spans.sort();
    let mut until = start;
    for (opens, closes) in spans {
        if opens <= until && closes > until {
            until = closes;
        }
    }
    until >= end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::fields::Weekday;
    use crate::content::time::Clock;

    fn hours(day: Weekday, opens: i8, closes: i8) -> Hours {
        let clock = |hour| Clock(jiff::civil::time(hour, 0, 0, 0));
        Hours {
            days: vec![day],
            opens: clock(opens),
            closes: clock(closes),
            note: None,
        }
    }

    /// 4 January 2027 is a Monday.
    fn at(day: i8, hour: i8) -> DateTime {
        jiff::civil::date(2027, 1, day).at(hour, 0, 0, 0)
    }

    #[test]
    fn hours_join_and_go_on_after_midnight() {
        let split = [
            hours(Weekday::Monday, 10, 13),
            hours(Weekday::Monday, 13, 18),
            hours(Weekday::Friday, 20, 2),
        ];
        assert!(is_open(&split, at(4, 10), at(4, 18)));
        assert!(!is_open(&split, at(4, 9), at(4, 11)));
        assert!(!is_open(&split, at(4, 17), at(4, 19)));
        assert!(!is_open(&split, at(5, 10), at(5, 11)));
        assert!(is_open(&split, at(8, 21), at(9, 2)));
        assert!(is_open(&split, at(9, 1), at(9, 2)));
        assert!(!is_open(&split, at(9, 1), at(9, 3)));
    }
}
