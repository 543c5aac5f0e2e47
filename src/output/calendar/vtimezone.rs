//! VTIMEZONE (RFC 5545 section 3.6.5) of any zone of the database that comes with the program.
//!
//! A zone whose clock has changed by one pair of yearly rules all along gets two observances that
//! begin in 1970, the form that Outlook reads best. Any other zone gets what its clock really did and
//! will do: a rule for as long as one held, and single changes between. The rules are read off the
//! changes themselves, so that nothing here depends on how the database stores them.

use super::lines::Lines;
use crate::site::timetable::Timetable;
use jiff::civil::{Date, DateTime, Weekday, date};
use jiff::tz::{Dst, Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

/// The years in which every zone is right, and earlier ones where something began before.
const FIRST: i16 = 2015;
const LAST: i16 = 2035;
/// A rule has to hold for so many years, else its changes are listed one by one.
const FEWEST: usize = 3;

/// From when the clock of a zone has which offset: STANDARD or DAYLIGHT.
struct Observance {
    daylight: bool,
    /// Its first moment on the clock as it was before.
    start: DateTime,
    from: Offset,
    to: Offset,
    name: String,
    rule: Option<String>,
}

/// One change of the clock.
#[derive(Clone)]
struct Change {
    /// When, on the clock as it was before.
    at: DateTime,
    from: Offset,
    to: Offset,
    name: String,
    daylight: bool,
}

/// The first year in which its zone has to be right for a schedule.
pub fn since(timetable: &Timetable) -> i16 {
    let first = timetable
        .occurrences
        .first()
        .map(|time| time.start.datetime());
    let first = first.map_or(timetable.start, |at| at.min(timetable.start));
    // The year that has begun there may not have begun in UTC.
    first.saturating_sub(1.day()).year().min(FIRST)
}

/// The lines of the VTIMEZONE of a zone that is right from a year on (RFC 5545 section 3.6.5).
pub fn vtimezone(name: &str, zone: &TimeZone, first: i16) -> String {
    let mut lines = Lines::default();
    lines.begin("VTIMEZONE");
    lines.text("TZID", name);
    for observance in observances(zone, first) {
        let component = if observance.daylight {
            "DAYLIGHT"
        } else {
            "STANDARD"
        };
        lines.begin(component);
        lines.raw("TZOFFSETFROM", &offset(observance.from));
        lines.raw("TZOFFSETTO", &offset(observance.to));
        lines.text("TZNAME", &observance.name);
        lines.raw(
            "DTSTART",
            &observance.start.strftime("%Y%m%dT%H%M%S").to_string(),
        );
        if let Some(rule) = &observance.rule {
            lines.raw("RRULE", rule);
        }
        lines.end(component);
    }
    lines.end("VTIMEZONE");
    lines.finish()
}

/// UTC-OFFSET (RFC 5545 section 3.3.14).
fn offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let (sign, total) = (if seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs());
    let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60);
    if rest == 0 {
        format!("{sign}{hours:02}{minutes:02}")
    } else {
        format!("{sign}{hours:02}{minutes:02}{rest:02}")
    }
}

fn observances(zone: &TimeZone, first: i16) -> Vec<Observance> {
    let (base, changes) = changes(zone, first);
    let runs = runs(changes);
    let years = usize::from(LAST.abs_diff(first)) + 1;
    if first >= 1970 && !runs.is_empty() && runs.iter().all(|run| run.len() == years) {
        let mut found: Vec<Observance> = runs.iter().filter_map(|run| since_1970(run)).collect();
        found.sort_by_key(|observance| observance.start);
        return found;
    }
    let mut found: Vec<Observance> = runs.iter().flat_map(|run| as_they_were(run)).collect();
    found.sort_by_key(|observance| observance.start);
    found.insert(0, base);
    found
}

/// The clock at the beginning of the years, and every change of it within them.
///
/// DAYLIGHT is the observance with the greater offset, also where a country's law calls summer
/// "standard" and winter the exception, as in Ireland: programs expect daylight time to be ahead.
fn changes(zone: &TimeZone, year: i16) -> (Observance, Vec<Change>) {
    let instant = |year| {
        date(year, 1, 1)
            .to_zoned(TimeZone::UTC)
            .map_or(Timestamp::UNIX_EPOCH, |at| at.timestamp())
    };
    let first = zone.to_offset_info(instant(year));
    let (mut now, mut first_name) = (first.offset(), first.abbreviation().to_owned());
    let mut changes: Vec<Change> = Vec::new();
    for transition in zone.following(instant(year)) {
        if transition.timestamp() >= instant(LAST + 1) {
            break;
        }
        let (to, name, daylight) = (
            transition.offset(),
            transition.abbreviation().to_owned(),
            transition.dst() == Dst::Yes,
        );
        if to == now {
            // Only the name changed: the offset has the name that it bears in the end.
            match changes.last_mut() {
                Some(last) => (last.name, last.daylight) = (name, daylight),
                None => first_name = name,
            }
            continue;
        }
        changes.push(Change {
            at: now.to_datetime(transition.timestamp()),
            from: now,
            to,
            name,
            daylight,
        });
        now = to;
    }
    let inverted = changes
        .iter()
        .any(|change| change.daylight && change.to < change.from);
    let lowest = changes.iter().map(|change| change.to).min();
    let last = changes.len().saturating_sub(1);
    for (n, change) in changes.iter_mut().enumerate().filter(|_| inverted) {
        change.daylight = Some(change.to) > lowest && n < last;
    }
    // Midnight comes later there than in UTC where the clock is behind.
    let begins = if year > 1970 { 1970 } else { year - 1 };
    let start = date(begins, 1, 1).to_datetime(Default::default());
    let base = Observance {
        daylight: false,
        start,
        from: first.offset(),
        to: first.offset(),
        name: first_name,
        rule: None,
    };
    (base, changes)
}

/// Changes that one yearly rule makes, year after year.
fn runs(changes: Vec<Change>) -> Vec<Vec<Change>> {
    let mut runs: Vec<Vec<Change>> = Vec::new();
    for change in changes {
        match runs.iter_mut().find(|run| continues(run, &change)) {
            Some(run) => run.push(change),
            None => runs.push(vec![change]),
        }
    }
    runs
}

fn continues(run: &[Change], change: &Change) -> bool {
    let Some(last) = run.last() else { return false };
    let same = (last.from, last.to, &last.name, last.daylight)
        == (change.from, change.to, &change.name, change.daylight);
    let days = || run.iter().chain([change]).map(|change| change.at);
    same && last.at.year() + 1 == change.at.year() && Pattern::of(days()).is_some()
}

/// A run that holds in all the years, as if it had held since 1970.
fn since_1970(run: &[Change]) -> Option<Observance> {
    let first = run.first()?;
    let pattern = Pattern::of(run.iter().map(|change| change.at))?;
    let start = pattern.day_in(1970)?.to_datetime(first.at.time());
    Some(observance(first, start, Some(pattern.rule())))
}

/// A run as a rule with a beginning, and an end where it has one; or its changes one by one.
fn as_they_were(run: &[Change]) -> Vec<Observance> {
    let pattern = Pattern::of(run.iter().map(|change| change.at)).filter(|_| run.len() >= FEWEST);
    let (Some(pattern), Some(first), Some(last)) = (pattern, run.first(), run.last()) else {
        return run
            .iter()
            .map(|change| observance(change, change.at, None))
            .collect();
    };
    let mut rule = pattern.rule();
    if last.at.year() < LAST {
        // A day to spare: some programs compare UNTIL, which is in UTC, with the time on the clock.
        rule.push_str(
            &last
                .at
                .saturating_add(1.day())
                .strftime(";UNTIL=%Y%m%dT%H%M%SZ")
                .to_string(),
        );
    }
    vec![observance(first, first.at, Some(rule))]
}

fn observance(change: &Change, start: DateTime, rule: Option<String>) -> Observance {
    Observance {
        daylight: change.daylight,
        start,
        from: change.from,
        to: change.to,
        name: change.name.clone(),
        rule,
    }
}

/// Which day of the year a rule means.
struct Pattern {
    month: i8,
    weekday: Weekday,
    day: Which,
}

enum Which {
    /// The so-maniest of the month; -1 is the last.
    Nth(i8),
    /// The only one within seven days, of which this is the first.
    From(i8),
}

impl Pattern {
    /// The pattern that all of these moments follow; `None` when there is none.
    fn of(moments: impl Iterator<Item = DateTime> + Clone) -> Option<Pattern> {
        let first = moments.clone().next()?;
        let (month, weekday) = (first.month(), first.weekday());
        if moments
            .clone()
            .any(|at| (at.month(), at.weekday(), at.time()) != (month, weekday, first.time()))
        {
            return None;
        }
        let nth = |at: DateTime| (at.day() - 1) / 7 + 1;
        let is_last = |at: DateTime| at.day() + 7 > at.days_in_month();
        let (low, high) = moments.clone().fold((31, 1), |(low, high), at| {
            (at.day().min(low), at.day().max(high))
        });
        let day = match () {
            () if moments.clone().all(is_last) => Which::Nth(-1),
            () if moments.clone().all(|at| nth(at) == nth(first)) => Which::Nth(nth(first)),
            () if high - low < 7 => Which::From(low.min(first.days_in_month() - 6)),
            () => return None,
        };
        Some(Pattern {
            month,
            weekday,
            day,
        })
    }

    /// RECUR (RFC 5545 section 3.3.10).
    fn rule(&self) -> String {
        let code = crate::content::rule::DAY_CODES[self.weekday.to_monday_zero_offset() as usize].0;
        let month = self.month;
        match self.day {
            Which::Nth(n) => format!("FREQ=YEARLY;BYMONTH={month};BYDAY={n}{code}"),
            Which::From(day) => {
                let days: Vec<String> = (day..day + 7).map(|day| day.to_string()).collect();
                format!(
                    "FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={};BYDAY={code}",
                    days.join(",")
                )
            }
        }
    }

    fn day_in(&self, year: i16) -> Option<Date> {
        match self.day {
            Which::Nth(n) => Date::new(year, self.month, 1)
                .ok()?
                .nth_weekday_of_month(n, self.weekday)
                .ok(),
            Which::From(day) => {
                let mut days =
                    (day..day + 7).filter_map(|day| Date::new(year, self.month, day).ok());
                days.find(|date| date.weekday() == self.weekday)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every moment at which the published lines change the offset until 2036, expanded by the
    /// `rrule` crate from their text, and the offset from then on.
    fn onsets(text: &str) -> Vec<(i64, i32)> {
        let (text, mut found) = (text.replace("\r\n ", ""), Vec::new());
        for block in text.split("BEGIN:").skip(2) {
            let value = |name: &str| {
                block
                    .lines()
                    .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            };
            let seconds = |text: &str| {
                let part = |range| {
                    text.get(range)
                        .and_then(|t: &str| t.parse::<i32>().ok())
                        .unwrap_or(0)
                };
                let total = part(1..3) * 3600 + part(3..5) * 60 + part(5..7);
                if text.starts_with('-') { -total } else { total }
            };
            let (from, to) = (
                seconds(value("TZOFFSETFROM").unwrap()),
                seconds(value("TZOFFSETTO").unwrap()),
            );
            let start = value("DTSTART").unwrap();
            let Some(rule) = value("RRULE") else {
                let at = DateTime::strptime("%Y%m%dT%H%M%S", start)
                    .unwrap()
                    .to_zoned(TimeZone::UTC)
                    .unwrap();
                found.push((at.timestamp().as_second() - i64::from(from), to));
                continue;
            };
            let rule = if rule.contains("UNTIL") {
                rule.to_owned()
            } else {
                format!("{rule};UNTIL=20360101T000000Z")
            };
            let set: rrule::RRuleSet = format!("DTSTART:{start}Z\nRRULE:{rule}").parse().unwrap();
            let all = set.all(200).dates;
            assert_eq!(
                all[0].format("%Y%m%dT%H%M%S").to_string(),
                start,
                "DTSTART is the first of its rule"
            );
            found.extend(all.iter().map(|at| (at.timestamp() - i64::from(from), to)));
        }
        found.sort();
        found
    }

    fn check_zone(name: &str, year: i16) {
        let zone = TimeZone::get(name).unwrap();
        let text = vtimezone(name, &zone, year);
        let onsets = onsets(&text);
        let published = |at: i64| {
            onsets[..onsets.partition_point(|(onset, _)| *onset <= at)]
                .last()
                .unwrap()
                .1
        };
        let instant = |year| {
            date(year, 1, 1)
                .to_zoned(TimeZone::UTC)
                .unwrap()
                .timestamp()
        };
        let (first, last) = (instant(year), instant(LAST + 1));
        let changes = zone
            .following(first)
            .map(|t| t.timestamp())
            .take_while(|at| *at < last);
        let around = changes.flat_map(|at| [-1, 0, 1].map(|step| at.as_second() + step));
        let weekly = (first.as_second()..last.as_second()).step_by(7 * 24 * 3600);
        for at in around.chain(weekly) {
            let real = zone
                .to_offset(Timestamp::from_second(at).unwrap())
                .seconds();
            assert_eq!(
                published(at),
                real,
                "{name} at {}\n{text}",
                Timestamp::from_second(at).unwrap()
            );
        }
    }

    #[test]
    fn every_zone_has_the_right_offset_from_2015_to_2035() {
        let names: Vec<String> = jiff::tz::db()
            .available()
            .map(|name| name.to_string())
            .collect();
        assert!(names.len() > 500);
        for name in &names {
            check_zone(name, FIRST);
        }
    }

    #[test]
    fn zones_are_right_from_the_year_in_which_something_began() {
        let names = [
            "Europe/Amsterdam",
            "Europe/Moscow",
            "Europe/Dublin",
            "America/New_York",
            "America/Sao_Paulo",
            "Asia/Kathmandu",
            "Pacific/Apia",
        ];
        for name in names {
            for year in [2012, 2005, 1995, 1970, 1960] {
                check_zone(name, year);
            }
        }
        let amsterdam = |year| {
            let zone = TimeZone::get("Europe/Amsterdam").unwrap();
            vtimezone("Europe/Amsterdam", &zone, year)
        };
        assert_eq!(
            amsterdam(1996),
            amsterdam(FIRST),
            "one pair of rules since then"
        );
        assert_ne!(amsterdam(1995), amsterdam(FIRST));
    }

    #[test]
    fn zones_with_one_pair_of_rules_have_two_observances_since_1970() {
        let show = |name: &str| {
            vtimezone(name, &TimeZone::get(name).unwrap(), FIRST).replace("\r\n", "\n")
        };
        let amsterdam = "BEGIN:VTIMEZONE\nTZID:Europe/Amsterdam\n\
            BEGIN:DAYLIGHT\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nTZNAME:CEST\nDTSTART:19700329T020000\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:DAYLIGHT\n\
            BEGIN:STANDARD\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nTZNAME:CET\nDTSTART:19701025T030000\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\n\
            END:VTIMEZONE\n";
        assert_eq!(show("Europe/Amsterdam"), amsterdam);
        let dublin = show("Europe/Dublin");
        assert!(
            dublin.contains("BEGIN:DAYLIGHT\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0100\nTZNAME:IST"),
            "{dublin}"
        );
        let kathmandu = show("Asia/Kathmandu");
        assert!(
            kathmandu.contains("TZOFFSETTO:+0545") && !kathmandu.contains("RRULE"),
            "{kathmandu}"
        );
        assert!(show("Asia/Jerusalem").contains("BYMONTHDAY=23,24,25,26,27,28,29;BYDAY=FR"));
    }

    #[test]
    fn zones_that_changed_their_rules_list_what_happened() {
        let count = |name: &str| {
            vtimezone(name, &TimeZone::get(name).unwrap(), FIRST)
                .matches("DTSTART:")
                .count()
        };
        assert_eq!(count("Europe/Moscow"), 1);
        assert_eq!(count("Europe/Istanbul"), 4);
        assert!(count("America/Mexico_City") <= 4);
        assert!(count("Africa/Casablanca") > 20);
    }
}
