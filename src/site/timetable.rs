//! Schedules worked out: zones, ends, repeats, exceptions and changes become occurrences.
//!
//! Repeats are expanded on civil time by the `rrule` crate behind our own reading of the rule; the
//! zone is put on afterwards by jiff, whose database comes with the program, so that every machine
//! gives the same answer (RFC 5545 section 3.8.5.3; the time on the clock stays over clock changes).

use super::disagreement::Dates;
use super::length::Length;
use super::now::Now;
use crate::content::config::Config;
use crate::content::fields::{Weekday, Zone};
use crate::content::rule::{Rule, Until};
use crate::content::schedule::{Change, Recurrence, Role, Schedule, Status};
use crate::content::time::Moment;
use crate::diagnostic::{Diagnostic, words};
use crate::say;
use crate::source::Spanned;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{ToSpan, Zoned};

/// A schedule with everything worked out.
#[derive(Debug, Clone)]
pub struct Timetable {
    /// Gathering or deadline.
    pub role: Role,
    /// Zone of the place.
    pub zone: TimeZone,
    /// Its IANA name.
    pub zone_name: String,
    /// Whole days, without times.
    pub all_day: bool,
    /// First start on the clock of the place; DTSTART.
    pub start: DateTime,
    /// First end, exclusive: the day after the last for whole days; DTEND.
    pub end: DateTime,
    /// How long each time takes; DURATION.
    pub length: Length,
    /// How the whole of it stands.
    pub status: Status,
    /// The rule, when it repeats.
    pub rule: Option<Rule>,
    /// Starts that the rule makes but that do not take place; EXDATE.
    pub except: Vec<DateTime>,
    /// Starts outside the rule; RDATE.
    pub extra: Vec<DateTime>,
    /// Every occurrence within the window, by start.
    pub occurrences: Vec<Occurrence>,
}

/// One time at which it takes place.
#[derive(Debug, Clone)]
pub struct Occurrence {
    /// Start as the rule gives it; RECURRENCE-ID.
    pub original: DateTime,
    /// When it begins.
    pub start: Zoned,
    /// When it ends, exclusive.
    pub end: Zoned,
    /// How it stands.
    pub status: Status,
    /// Number of the change that speaks of it.
    pub change: Option<usize>,
}

impl Occurrence {
    /// Whether it was given another time than the rule's.
    pub fn moved(&self) -> bool {
        self.start.datetime() != self.original
    }

    /// The days under which it is filed, by the calendar of its place: an evening belongs to the day
    /// on which it begins, what lasts a day or longer to each of its days, at most a year of them.
    pub fn days(&self) -> impl DoubleEndedIterator<Item = Date> + use<> {
        const LONGEST: i32 = 366;
        let (first, end) = (self.start.date(), self.end.datetime());
        let lasts = || {
            let last = end.saturating_sub(1.nanosecond()).date();
            let short = end < self.start.datetime().saturating_add(1.day());
            match first.until(last) {
                Ok(span) if !short => span.get_days().clamp(0, LONGEST),
                _ => 0,
            }
        };
        // Most end on the day on which they begin, and that is known without counting.
        let more = if end.date() == first { 0 } else { lasts() };
        (0..=more).map(move |n| first.saturating_add(n.days()))
    }
}

impl Timetable {
    /// UNTIL as iCalendar wants it beside this DTSTART: a date for whole days, else UTC.
    pub fn until(&self) -> Option<String> {
        let at_start = |date: Date| date.to_datetime(self.start.time());
        let local = match self.rule.as_ref()?.until? {
            Until::Utc(at) if !self.all_day => {
                return Some(at.strftime("%Y%m%dT%H%M%SZ").to_string());
            }
            Until::Day(date) => at_start(date),
            Until::Local(at) => at,
            Until::Utc(at) => civil_of_utc(at, &self.zone),
        };
        if self.all_day {
            return Some(local.strftime("%Y%m%d").to_string());
        }
        let utc = local
            .to_zoned(self.zone.clone())
            .ok()?
            .with_time_zone(TimeZone::UTC);
        Some(utc.strftime("%Y%m%dT%H%M%SZ").to_string())
    }

    /// Whether there is more than one time.
    pub fn repeats(&self) -> bool {
        self.rule.is_some() || !self.extra.is_empty()
    }
}

pub(super) fn civil_of_utc(at: DateTime, zone: &TimeZone) -> DateTime {
    at.to_zoned(TimeZone::UTC)
        .map_or(at, |utc| utc.with_time_zone(zone.clone()).datetime())
}

/// Works a schedule out. `None` when it cannot be; every fault is added.
pub fn resolve(
    schedule: &Schedule,
    place: Option<&Zone>,
    config: &Config,
    now: &Now,
    faults: &mut Vec<Diagnostic>,
) -> Option<Timetable> {
    let before = faults.len();
    let zone_name = schedule.zone.as_ref().or(place).unwrap_or(&config.timezone);
    let zone = TimeZone::get(zone_name).unwrap_or(TimeZone::UTC);
    let work = Work {
        schedule,
        zone: &zone,
        zone_name,
    };
    let (start, length) = work.bounds(faults)?;
    let rule = match &schedule.recurrence {
        Some(Recurrence::Words(words)) => work.rule_of_words(words, start, faults),
        Some(Recurrence::Rule(rule)) => Some(rule.value.clone()),
        None => None,
    };
    let future = i64::from(config.window.future_days);
    let today = now.date().to_datetime(Time::midnight());
    let horizon = today.max(start).saturating_add(future.days());
    let mut starts = match &rule {
        Some(rule) => work.expand(rule, start, horizon, faults)?,
        None => vec![start],
    };
    let ends = work.ends(rule.as_ref(), starts.len(), horizon);
    let (except, extra) = match &schedule.recurrence {
        Some(Recurrence::Words(words)) => {
            work.exceptions(words, &mut starts, (start, horizon), faults)
        }
        _ => (vec![], vec![]),
    };
    if starts.is_empty() && ends {
        faults.push(work.never());
    }
    let mut doubts = work.doubt(start.date());
    let mut occurrences: Vec<Occurrence> = starts
        .iter()
        .filter_map(|at| work.occurrence(*at, (start, length), &mut doubts))
        .collect();
    let dates = Dates {
        rule,
        except,
        extra,
    };
    let dates = dates.settled((start, &occurrences), (ends, future), doubts, faults);
    work.change((&mut occurrences, length), horizon, faults);
    occurrences.sort_by(|a, b| a.start.cmp(&b.start).then(a.original.cmp(&b.original)));
    let failed = faults[before..]
        .iter()
        .any(|f| f.severity == crate::diagnostic::Severity::Error);
    (!failed).then(|| Timetable {
        role: schedule.role,
        zone_name: zone_name.0.clone(),
        all_day: schedule.all_day,
        start,
        end: (length.after(start, &zone)).map_or(start, |end| end.datetime()),
        length,
        status: schedule.status,
        rule: dates.rule,
        except: dates.except,
        extra: dates.extra,
        occurrences,
        zone: zone.clone(),
    })
}

/// A schedule at work, with the zone of its place.
pub(super) struct Work<'a> {
    pub(super) schedule: &'a Schedule,
    pub(super) zone: &'a TimeZone,
    pub(super) zone_name: &'a str,
}

impl Work<'_> {
    /// First start on the clock of the place, and how long it takes.
    fn bounds(&self, faults: &mut Vec<Diagnostic>) -> Option<(DateTime, Length)> {
        let Schedule {
            start,
            end,
            duration,
            all_day,
            ..
        } = self.schedule;
        let before = faults.len();
        if self.schedule.role == Role::Deadline {
            let day = start.date.to_datetime(Default::default());
            return Some((day, Length::days(day, day)));
        }
        for moment in std::iter::once(start).chain(end) {
            self.check_shape(moment, faults);
            self.check_clock(moment, faults);
        }
        if faults.len() > before {
            return None;
        }
        let first = start.datetime();
        let last = end.as_ref().map_or(first, |end| end.datetime());
        let length = match (end, duration) {
            _ if *all_day => Length::days(first, last.saturating_add(1.day())),
            (Some(_), _) => Length::between(first, last, self.zone)?,
            (None, Some(minutes)) => Length::minutes(minutes.0),
            (None, None) => Length::minutes(120),
        };
        if let Some(end) = end
            && (last < first || last == first && !all_day)
        {
            faults.push(
                Diagnostic::error("event/ends-before-start", "this ends before it starts")
                    .at(end.span, "this is not later")
                    .at(start.span, "than this")
                    .help("swap `start` and `end`, or check the year"),
            );
            return None;
        }
        Some((first, length))
    }

    pub(super) fn check_shape(&self, moment: &Spanned<Moment>, faults: &mut Vec<Diagnostic>) {
        let (message, help) = match (self.schedule.all_day, moment.time) {
            (true, Some(_)) => (
                say!("an event of whole days (`all_day: true`) has no times"),
                say!("leave the time out: `{}`; or remove `all_day`", moment.date),
            ),
            (false, None) => (
                say!("this says on which day, but not at what time"),
                say!(
                    "add the time, such as `{}T19:30`, or write `all_day: true`",
                    moment.date
                ),
            ),
            _ => return,
        };
        let label = match moment.time {
            Some(_) => say!("a time"),
            None => say!("only a day"),
        };
        faults.push(
            Diagnostic::error("event/time-or-day", message)
                .at(moment.span, label)
                .help(help),
        );
    }

    /// A time must exist once on the clock of the place, and a written offset must be the clock's.
    pub(super) fn check_clock(&self, moment: &Spanned<Moment>, faults: &mut Vec<Diagnostic>) {
        if moment.time.is_none() {
            return;
        }
        let (zone, at) = (self.zone_name, moment.datetime());
        let (code, message, label, help) = match (
            self.zone.to_ambiguous_timestamp(at).offset(),
            moment.offset,
        ) {
            (AmbiguousOffset::Unambiguous { offset }, Some(written)) if offset != written => (
                "event/wrong-offset",
                say!(
                    "`{}` does not agree with {}, where it is `{}` on that day",
                    hours(written),
                    zone,
                    hours(offset)
                ),
                say!("another clock than that of the place"),
                say!(
                    "write `{}`: it is the time on the clock of the place",
                    short(at)
                ),
            ),
            (AmbiguousOffset::Gap { .. }, _) => {
                let later = at.to_zoned(self.zone.clone()).map_or(at, |z| z.datetime());
                (
                    "event/skipped-time",
                    say!(
                        "this time does not exist in {}: the clock goes forward over it",
                        zone
                    ),
                    say!("skipped by summer time"),
                    say!("write `{}`", short(later)),
                )
            }
            // Calendars take the first of the two (RFC 5545 section 3.3.5), so only that can be meant.
            (AmbiguousOffset::Fold { before, .. }, written) if written != Some(before) => (
                "event/repeated-time",
                say!(
                    "this time comes twice in {}: the clock goes back over it",
                    zone
                ),
                say!("twice in that night"),
                say!(
                    "calendars know only the first: if you mean that, write `{}{}`, else choose another time",
                    short(at),
                    hours(before)
                ),
            ),
            _ => return,
        };
        faults.push(
            Diagnostic::error(code, message)
                .at(moment.span, label)
                .help(help),
        );
    }

    fn occurrence(
        &self,
        at: DateTime,
        (start, length): (DateTime, Length),
        doubts: &mut Vec<Diagnostic>,
    ) -> Option<Occurrence> {
        if at != start
            && !self.schedule.all_day
            && self.zone.to_ambiguous_timestamp(at).is_ambiguous()
        {
            doubts.push(self.clock_changes(at));
        }
        let first = at.to_zoned(self.zone.clone()).ok()?;
        Some(Occurrence {
            // A time that the clock skips is later on that clock (RFC 5545 section 3.3.5).
            original: first.datetime(),
            start: first,
            end: length.after(at, self.zone)?,
            status: self.schedule.status,
            change: None,
        })
    }

    pub(super) fn apply(
        &self,
        n: usize,
        change: &Change,
        (occurrences, length): (&mut [Occurrence], Length),
        horizon: DateTime,
        faults: &mut Vec<Diagnostic>,
    ) {
        let hit = occurrences
            .iter_mut()
            .find(|o| hits(&change.occurrence, o.original));
        if hit.as_ref().is_some_and(|o| o.change.is_some()) {
            let message = say!("two changes speak of the same time");
            return faults.push(
                Diagnostic::error("event/changed-twice", message)
                    .at(change.occurrence.span, "the second")
                    .help("put both into one, with one `occurrence`"),
            );
        }
        let Some(occurrence) = hit else {
            if change.occurrence.datetime() > horizon {
                return;
            }
            let near = occurrences.iter().min_by_key(|o| {
                (o.original.date() - change.occurrence.date)
                    .get_days()
                    .abs()
            });
            let message = say!(
                "it does not take place on {}, so there is nothing to change",
                words::day(change.occurrence.date)
            );
            let fault = Diagnostic::error("event/change-misses", message);
            let help = near.map_or(say!("check the date"), |o| {
                let at = match change.occurrence.time {
                    Some(_) => short(o.original),
                    None => o.original.date().to_string(),
                };
                say!("did you mean `{}`?", at)
            });
            return faults.push(
                fault
                    .at(change.occurrence.span, "not one of its days")
                    .help(help),
            );
        };
        occurrence.change = Some(n);
        if let Some(start) = &change.start {
            self.check_shape(start, faults);
            self.check_clock(start, faults);
            if let Ok(at) = start.datetime().to_zoned(self.zone.clone()) {
                occurrence.end = (length.after(at.datetime(), self.zone)).unwrap_or(at.clone());
                occurrence.start = at;
            }
        }
        if let Some(end) = &change.end {
            self.check_shape(end, faults);
            self.check_clock(end, faults);
            let last = if self.schedule.all_day {
                end.datetime().saturating_add(1.day())
            } else {
                end.datetime()
            };
            if let Ok(at) = last.to_zoned(self.zone.clone()) {
                occurrence.end = at;
            }
            if occurrence.end <= occurrence.start {
                let start = change.start.as_ref().unwrap_or(&change.occurrence);
                faults.push(
                    Diagnostic::error("event/ends-before-start", "this ends before it starts")
                        .at(end.span, "this is not later")
                        .at(start.span, "than this")
                        .help("check the time and the date"),
                );
            }
        }
        let moved = change.start.is_some().then_some(Status::Rescheduled);
        occurrence.status = change.status.or(moved).unwrap_or(occurrence.status);
    }
}

/// Whether a day, or a day and time, means this start.
pub(super) fn hits(moment: &Moment, at: DateTime) -> bool {
    match moment.time {
        Some(time) => moment.date == at.date() && time == at.time(),
        None => moment.date == at.date(),
    }
}

/// The weekday of a date.
pub fn weekday(date: Date) -> Weekday {
    crate::content::schedule::WEEKDAYS[date.weekday().to_monday_zero_offset() as usize].1
}

/// A moment as editors write it.
pub(super) fn short(at: DateTime) -> String {
    at.strftime("%Y-%m-%dT%H:%M").to_string()
}

/// An offset as editors write it: `+02:00`.
fn hours(offset: jiff::tz::Offset) -> String {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_occurrence_is_filed_under_the_day_it_begins_and_a_long_one_under_each_of_its_days() {
        let days = |start: &str, end: &str| {
            let at = |text: &str| {
                format!("{text}[Europe/Amsterdam]")
                    .parse::<Zoned>()
                    .unwrap()
            };
            let occurrence = Occurrence {
                original: at(start).datetime(),
                start: at(start),
                end: at(end),
                status: Status::Scheduled,
                change: None,
            };
            let days: Vec<_> = occurrence.days().map(|day| day.day()).collect();
            (days.len(), days[0], *days.last().unwrap())
        };
        assert_eq!(days("2026-11-20T20:00", "2026-11-20T22:00"), (1, 20, 20));
        assert_eq!(days("2026-11-20T22:00", "2026-11-21T02:00"), (1, 20, 20));
        assert_eq!(days("2026-11-20T00:00", "2026-11-21T00:00"), (1, 20, 20));
        assert_eq!(days("2026-11-20T10:00", "2026-11-22T16:00"), (3, 20, 22));
        assert_eq!(days("2026-11-20T10:00", "2026-11-20T10:00"), (1, 20, 20));
        assert_eq!(days("2026-01-01T00:00", "2036-01-01T00:00").0, 367);
    }
}
