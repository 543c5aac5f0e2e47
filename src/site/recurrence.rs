//! How something repeats: words and rules become starts on the clock of the place.

use super::length::Length;
use super::timetable::{Occurrence, Work, civil_of_utc, hits, short, weekday};
use crate::content::rule::{Frequency, Rule, Until};
use crate::content::schedule::{Every, OnDay, Recurrence, Repeat, Status};
use crate::diagnostic::{Diagnostic, Words, words};
use crate::say;
use crate::source::{Span, Spanned};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// Most occurrences that one event may have within the window.
const MOST: u16 = 5000;

impl Work<'_> {
    /// The rule that the words mean.
    pub(super) fn rule_of_words(
        &self,
        words: &Spanned<Repeat>,
        start: DateTime,
        faults: &mut Vec<Diagnostic>,
    ) -> Option<Rule> {
        let mut rule = Rule::new(match words.every {
            Every::Day => Frequency::Daily,
            Every::Week => Frequency::Weekly,
            Every::Month => Frequency::Monthly,
            Every::Year => Frequency::Yearly,
        });
        rule.interval = words.interval.as_ref().map_or(1, |n| n.value.max(1));
        rule.count = words.count.as_ref().map(|n| n.value.max(1));
        rule.until = words.until.as_ref().map(|day| Until::Day(day.value.0));
        limits(words, faults);
        for on in &words.on {
            if let Err(fault) = add_day(&mut rule, words.every, on) {
                faults.push(fault);
            }
        }
        if let (Some(on), false, false) = (
            words.on.last(),
            rule.by_day.is_empty(),
            rule.by_month_day.is_empty(),
        ) {
            // BYDAY with BYMONTHDAY would be the days that are both.
            faults.push(refuse(
                on.span,
                say!("a weekday and a day of the month do not go together"),
                say!("only one of the two"),
                say!("make two events of it, or list the other days under `extra`"),
            ));
        }
        let day = start.date();
        let at = self.schedule.start.span;
        match words.every {
            Every::Week if words.on.is_empty() => rule.by_day.push((None, weekday(day))),
            Every::Month if words.on.is_empty() && day.day() > 28 => faults.push(refuse(
                at,
                say!("not every month has a day {}", day.day()),
                say!("begins on that day"),
                say!(
                    "say which day it is, such as `on: [last friday]`, or begin on a day up to 28"
                ),
            )),
            Every::Month if words.on.is_empty() => rule.by_month_day.push(day.day()),
            Every::Year if (day.month(), day.day()) == (2, 29) => faults.push(refuse(
                at,
                say!("29 February does not come every year"),
                say!("begins on that day"),
                say!("begin on 28 February or 1 March"),
            )),
            _ => {}
        }
        Some(rule)
    }

    /// The place in a source that speaks of the repeat.
    pub(super) fn rule_span(&self) -> Span {
        match &self.schedule.recurrence {
            Some(Recurrence::Words(words)) => words.span,
            Some(Recurrence::Rule(rule)) => rule.span,
            None => self.schedule.start.span,
        }
    }

    /// The rule's starts until the horizon, on the clock of the place.
    pub(super) fn expand(
        &self,
        rule: &Rule,
        start: DateTime,
        horizon: DateTime,
        faults: &mut Vec<Diagnostic>,
    ) -> Option<Vec<DateTime>> {
        let last = match rule.until {
            Some(Until::Day(date)) => date.at(23, 59, 59, 0),
            Some(Until::Local(at)) => at,
            Some(Until::Utc(at)) => civil_of_utc(at, self.zone),
            None => horizon,
        };
        let span = self.rule_span();
        if last < start {
            faults.push(self.stops_too_soon());
            return None;
        }
        let until = last.min(horizon).strftime("%Y%m%dT%H%M%SZ").to_string();
        let text = format!(
            "DTSTART:{}\nRRULE:{}",
            start.strftime("%Y%m%dT%H%M%SZ"),
            rule.text(Some(&until))
        );
        let set: rrule::RRuleSet = match text.parse() {
            Ok(set) => set,
            Err(_) => {
                let message = say!("the parts of this rule do not go together");
                let help = say!(
                    "check it against RFC 5545, section 3.3.10, or say it in words with `repeat`"
                );
                faults.push(
                    Diagnostic::error("event/bad-rule", message)
                        .at(span, "cannot be worked out")
                        .help(help),
                );
                return None;
            }
        };
        let result = set.all(MOST);
        if result.limited {
            let fault = Diagnostic::error(
                "event/too-many",
                say!("this repeats more than {} times", MOST),
            )
            .at(span, "too often");
            faults.push(fault.help("let it begin later, end earlier or repeat less often"));
            return None;
        }
        let civil = |seconds: i64| {
            jiff::Timestamp::from_second(seconds)
                .ok()
                .map(|t| t.to_zoned(TimeZone::UTC).datetime())
        };
        let starts: Vec<DateTime> = result
            .dates
            .iter()
            .filter_map(|date| civil(date.timestamp()))
            .take_while(|at| *at <= horizon)
            .collect();
        if starts.first() != Some(&start) {
            faults.push(self.outside(start, &starts));
            return None;
        }
        Some(starts)
    }

    fn stops_too_soon(&self) -> Diagnostic {
        let (code, end, name) = match &self.schedule.recurrence {
            Some(Recurrence::Words(words)) => (
                "event/bad-repeat",
                words.until.as_ref().map_or(words.span, |until| until.span),
                "until",
            ),
            _ => ("event/bad-rule", self.rule_span(), "UNTIL"),
        };
        Diagnostic::error(code, "it stops repeating before it starts")
            .at(end, "this is earlier")
            .at(self.schedule.start.span, "than this")
            .help(say!("check the year of `{}`", name))
    }

    /// The start is none of the starts that the rule gives.
    fn outside(&self, start: DateTime, starts: &[DateTime]) -> Diagnostic {
        let message = say!(
            "it starts on {}, which is not one of the days on which it repeats",
            words::day(start.date())
        );
        let first = starts.iter().find(|at| **at > start).or(starts.first());
        let help = match first {
            Some(first) if self.schedule.all_day => {
                say!("let `start` be the first time: `{}`", first.date())
            }
            Some(first) => say!("let `start` be the first time: `{}`", short(*first)),
            None => say!("let `start` be the first time that the rule gives"),
        };
        let days = match &self.schedule.recurrence {
            Some(Recurrence::Words(words)) => {
                let ends = words.on.first().zip(words.on.last());
                ends.map_or(words.span, |(first, last)| Span {
                    end: last.span.end,
                    ..first.span
                })
            }
            _ => self.rule_span(),
        };
        Diagnostic::error("event/start-outside-rule", message)
            .at(self.schedule.start.span, "not one of its days")
            .at(days, "its days")
            .help(help)
    }

    /// Applies what is different about single times, and tells of what cannot have been meant.
    pub(super) fn change(
        &self,
        (occurrences, length): (&mut [Occurrence], Length),
        horizon: DateTime,
        faults: &mut Vec<Diagnostic>,
    ) {
        for (n, change) in self.schedule.changes.iter().enumerate() {
            self.apply(n, change, (occurrences, length), horizon, faults);
            let meant = occurrences.iter().any(|time| time.change == Some(n));
            let says = change.status.is_some() || change.start.is_some();
            if meant && !says && change.end.is_none() && change.reason.is_none() {
                let message = say!("this change changes nothing");
                let fault = Diagnostic::warning("event/change-misses", message);
                faults.push(fault.at(change.occurrence.span, "only says which time is meant").help(
                    "write what is different, such as `status: cancelled` or a new `start`; or remove it",
                ));
            }
        }
        self.fall_together(occurrences, faults);
    }

    /// Two times at one moment: one of them was moved there, onto the other.
    fn fall_together(&self, occurrences: &[Occurrence], faults: &mut Vec<Diagnostic>) {
        let is_off =
            |time: &Occurrence| matches!(time.status, Status::Cancelled | Status::Postponed);
        let start = |time: &Occurrence| {
            let change = self.schedule.changes.get(time.change?)?;
            change.start.as_ref().map(|start| start.span)
        };
        let mut known = BTreeMap::new();
        let mut times: Vec<&Occurrence> = occurrences.iter().filter(|at| !is_off(at)).collect();
        // What was moved comes after what stays, and in the order in which it was written.
        times.sort_by_key(|time| (start(time).is_some(), time.change));
        for time in times {
            let Some(other) = known.insert(time.start.timestamp(), start(time)) else {
                continue;
            };
            let Some(span) = start(time) else { continue };
            let message = say!(
                "two of its times begin at the same moment, on {}",
                words::day(time.start.date())
            );
            faults.push(
                Diagnostic::warning("event/changed-twice", message)
                    .at(span, "moved to this")
                    .at(
                        other.unwrap_or(self.rule_span()),
                        "takes place then as well",
                    )
                    .help("choose another time, or cancel one of the two: `status: cancelled`"),
            );
        }
    }

    /// Takes out what does not take place and adds what does; both as iCalendar lists them.
    pub(super) fn exceptions(
        &self,
        words: &Repeat,
        starts: &mut Vec<DateTime>,
        (start, horizon): (DateTime, DateTime),
        faults: &mut Vec<Diagnostic>,
    ) -> (Vec<DateTime>, Vec<DateTime>) {
        let mut except = Vec::new();
        for moment in &words.except {
            match starts.iter().position(|at| hits(moment, *at)) {
                Some(n) => except.push(starts.remove(n)),
                // Beyond what was worked out; calendars go on and must hear of it.
                None if moment.datetime() > horizon => {
                    let time = moment.time.unwrap_or(start.time());
                    except.push(moment.date.to_datetime(time));
                }
                None => faults.push(
                    Diagnostic::warning(
                        "event/except-misses",
                        say!(
                            "on {} it would not take place anyway",
                            words::day(moment.date)
                        ),
                    )
                    .at(moment.span, "not one of its days")
                    .help("check the date, or remove it"),
                ),
            }
        }
        let mut extra = Vec::new();
        for moment in &words.extra {
            self.check_shape(moment, faults);
            self.check_clock(moment, faults);
            if !starts.contains(&moment.datetime()) {
                starts.push(moment.datetime());
                extra.push(moment.datetime());
            }
        }
        (except, extra)
    }
}

fn refuse(span: Span, message: Words, label: Words, help: Words) -> Diagnostic {
    Diagnostic::error("event/bad-repeat", message)
        .at(span, label)
        .help(help)
}

/// How often and how long: numbers that mean something, and one way to stop.
fn limits(words: &Repeat, faults: &mut Vec<Diagnostic>) {
    if let (Some(until), Some(count)) = (&words.until, &words.count) {
        let fault = refuse(
            count.span,
            say!("`until` and `count` both say when it stops"),
            say!("this"),
            say!("keep one of the two"),
        );
        faults.push(fault.at(until.span, "and this"));
    }
    let none = words.interval.as_ref().filter(|n| n.value == 0);
    if let Some(interval) = none {
        faults.push(refuse(
            interval.span,
            say!("every how many? 0 is none at all"),
            say!("not 1 or more"),
            say!("leave `interval` out for each one, or write 2 for every other one"),
        ));
    }
    let none = words.count.as_ref().filter(|n| n.value == 0);
    if let Some(count) = none {
        faults.push(refuse(
            count.span,
            say!("0 times is never"),
            say!("not 1 or more"),
            say!("count the first time too, or leave `count` out"),
        ));
    }
}

/// Adds a day of `on` to the rule, if it goes with how often it repeats.
fn add_day(rule: &mut Rule, every: Every, on: &Spanned<OnDay>) -> Result<(), Diagnostic> {
    let refuse =
        |message: Words, label: Words, help: Words| Err(refuse(on.span, message, label, help));
    match (every, on.value) {
        (Every::Week, OnDay::Weekday(None, day)) => rule.by_day.push((None, day)),
        (Every::Month, OnDay::Weekday(Some(n), day)) => rule.by_day.push((Some(n), day)),
        (Every::Month, OnDay::Monthday(day)) if day <= 28 => rule.by_month_day.push(day),
        (Every::Month, OnDay::Monthday(_)) => {
            return refuse(
                say!("not every month has this day"),
                say!("not in February"),
                say!("choose a day up to 28, or a weekday such as `last friday`"),
            );
        }
        (Every::Month, OnDay::Weekday(None, _)) => {
            return refuse(
                say!("a month has four or five of this weekday"),
                say!("which one of the month?"),
                say!("write `first monday`, `last friday`, …; or `every: week` for all of them"),
            );
        }
        (Every::Week, _) => {
            return refuse(
                say!("a week has each weekday once"),
                say!("not a plain weekday"),
                say!("write `monday`, `tuesday`, …; or `every: month`"),
            );
        }
        _ => {
            return refuse(
                say!("`on` goes with `every: week` or `every: month` only"),
                say!("a day"),
                say!("remove `on`, or change `every`"),
            );
        }
    }
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::timetable::Timetable;
    use crate::content::event::Event;
    use crate::content::{Record, config};
    use crate::diagnostic::Diagnostic;
    use crate::source::{Source, SourceId, Sources};

    /// What is wrong with an event, and its timetable when nothing is.
    pub(in crate::site) fn timetable(yaml: &str) -> (Vec<Diagnostic>, Option<Timetable>) {
        let site =
            "title: Lab\nurl: https://lab.example\nlanguages: [nl]\ntimezone: Europe/Amsterdam\n";
        let site = Source {
            path: config::PATH.into(),
            text: site.into(),
        };
        let mut faults = Vec::new();
        let config = config::parse(&Sources::new(vec![site]), &mut faults).unwrap();
        let now = "2026-11-22T12:00[Europe/Amsterdam]".parse::<jiff::Zoned>();
        let now = now.unwrap().into();
        let (node, _) = crate::yaml::parse(SourceId(0), yaml, 0..yaml.len());
        let event: Option<Event> = crate::yaml::decode::decode(&node.unwrap(), &mut faults);
        let schedule = event.and_then(|event| event.schedule());
        let timetable = schedule.and_then(|schedule| {
            super::super::timetable::resolve(&schedule, None, &config, &now, &mut faults)
        });
        (faults, timetable)
    }

    /// The codes that an event gives, and the days that its calendar leaves out.
    fn resolve(yaml: &str) -> (Vec<&'static str>, Vec<String>) {
        let (faults, timetable) = timetable(yaml);
        let except = timetable.map_or(vec![], |timetable| timetable.except);
        (
            faults.iter().map(|fault| fault.code).collect(),
            except.iter().map(ToString::to_string).collect(),
        )
    }

    #[test]
    fn listed_days_have_no_rule() {
        let listed =
            "start: 2027-03-04T19:00\nrepeat: {every: day, count: 1, extra: 2027-03-11T19:00}\n";
        let (faults, timetable) = timetable(listed);
        assert!(faults.is_empty());
        let timetable = timetable.unwrap();
        assert!(timetable.rule.is_none() && timetable.repeats());
        assert_eq!(timetable.occurrences.len(), 2);
    }

    #[test]
    fn a_weekday_and_a_day_of_the_month_are_not_one_repeat() {
        let both = "start: 2027-01-06T12:00\nrepeat: {every: month, on: [first wednesday, 6]}\n";
        assert_eq!(resolve(both).0, ["event/bad-repeat"]);
    }

    #[test]
    fn what_leaves_every_day_out_never_takes_place() {
        let off = "start: 2027-01-06T12:00\nrepeat: {every: week, count: 2, except: [2027-01-06, 2027-01-13]}\n";
        assert_eq!(resolve(off).0, ["event/bad-repeat"]);
        // It goes on beyond what was worked out.
        let on =
            "start: 2027-01-06T12:00\nrepeat: {every: year, except: [2027-01-06, 2028-01-06]}\n";
        assert_eq!(resolve(on).0, [] as [&str; 0]);
    }

    #[test]
    fn a_day_left_out_beyond_the_horizon_is_no_mistake_and_calendars_hear_of_it() {
        let repeat = "start: 2026-12-02T18:00\nrepeat: {every: week, except: 2029-01-03}\n";
        let expected = (vec![], vec!["2029-01-03T18:00:00".to_owned()]);
        assert_eq!(resolve(repeat), expected);
        let missed = "start: 2026-12-02T18:00\nrepeat: {every: week, except: 2026-12-10}\n";
        assert_eq!(resolve(missed).0, ["event/except-misses"]);
    }

    #[test]
    fn two_times_at_one_moment_and_a_change_of_nothing_are_told() {
        let series =
            "start: 2026-12-02T18:00\nrepeat: {every: week}\nchanges:\n- occurrence: 2026-12-09\n";
        let told = |rest: &str| resolve(&format!("{series}{rest}")).0;
        assert_eq!(told("  start: 2026-12-16T18:00\n"), ["event/changed-twice"]);
        let both =
            "  start: 2026-12-10T18:00\n- occurrence: 2026-12-16\n  start: 2026-12-10T18:00\n";
        assert_eq!(told(both), ["event/changed-twice"]);
        let swapped =
            "  start: 2026-12-16T18:00\n- occurrence: 2026-12-16\n  start: 2026-12-09T18:00\n";
        assert_eq!(told(swapped), [] as [&str; 0]);
        let instead = "  start: 2026-12-16T18:00\n- occurrence: 2026-12-16\n  status: cancelled\n";
        assert_eq!(told(instead), [] as [&str; 0]);
        assert_eq!(told(""), ["event/change-misses"]);
        assert_eq!(told("  reason: Vakantie\n"), [] as [&str; 0]);
    }

    #[test]
    fn a_single_day_is_a_list_of_one() {
        let repeat = "start: 2026-11-27T18:00\nrepeat: {every: month, on: last friday}\n";
        assert_eq!(resolve(repeat).0, [] as [&str; 0]);
        let wrong = "start: 2026-11-27T18:00\nrepeat: {every: month, on: vrijdag}\n";
        assert_eq!(resolve(wrong).0, ["event/bad-repeat"]);
    }

    #[test]
    fn the_time_that_is_offered_for_a_repeated_one_is_taken() {
        assert_eq!(
            resolve("start: 2027-10-31T02:30\n").0,
            ["event/repeated-time"]
        );
        assert_eq!(
            resolve("start: 2027-10-31T02:30+02:00\n").0,
            [] as [&str; 0]
        );
        assert_eq!(
            resolve("start: 2027-10-31T02:30+01:00\n").0,
            ["event/repeated-time"]
        );
    }

    #[test]
    fn the_end_of_a_change_is_looked_at_like_any_other() {
        let change = "start: 2026-12-02T18:00\nrepeat: {every: week}\nchanges:\n- occurrence: 2026-12-09\n  end: 2026-12-09\n";
        assert!(resolve(change).0.contains(&"event/time-or-day"));
    }
}
