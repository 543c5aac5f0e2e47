//! Rules that calendar programs show differently: published as their dates one by one when they end
//! soon enough, else refused with the reason.
//!
//! What stands here was measured: each rule was worked out by dateutil, libical (GNOME, KDE) and ical.js
//! (Thunderbird, Nextcloud). RDATE (RFC 5545 section 3.8.5.2) leaves them nothing to work out.

use super::timetable::{Occurrence, Work, civil_of_utc};
use crate::content::fields::Weekday;
use crate::content::rule::{Frequency, Rule, Until};
use crate::content::schedule::Recurrence;
use crate::diagnostic::{Diagnostic, Words, words};
use crate::say;
use jiff::civil::{Date, DateTime};
use jiff::tz::AmbiguousOffset;

/// Most dates that are published one by one: a year of days.
const MOST_DATES: usize = 366;

/// What calendars are told: RRULE, EXDATE and RDATE (RFC 5545 section 3.8.5).
pub(super) struct Dates {
    pub(super) rule: Option<Rule>,
    pub(super) except: Vec<DateTime>,
    pub(super) extra: Vec<DateTime>,
}

impl Dates {
    /// What is in doubt and ends becomes its dates, one by one; what does not is refused.
    pub(super) fn settled(
        mut self,
        (start, occurrences): (DateTime, &[Occurrence]),
        (ends, days): (bool, i64),
        doubts: Vec<Diagnostic>,
        faults: &mut Vec<Diagnostic>,
    ) -> Dates {
        if doubts.is_empty() {
            // Days that are only listed have no rule that a sentence could tell.
            let lone = self.rule.as_ref().is_some_and(|rule| rule.count == Some(1));
            self.rule = self.rule.filter(|_| !lone || self.extra.is_empty());
            return self;
        }
        if ends && occurrences.len() <= MOST_DATES {
            self.rule = None;
            // The start is a date in itself, so only that one may need an EXDATE.
            self.except.retain(|at| *at == start);
            let originals = occurrences.iter().map(|occurrence| occurrence.original);
            self.extra = originals.filter(|at| *at != start).collect();
            return self;
        }
        faults.extend(doubts.into_iter().map(|doubt| {
            let help = doubt.help.clone().unwrap_or_default();
            let other = match ends {
                true => say!("at most {} times", MOST_DATES),
                false => say!("within {} days", days),
            };
            doubt.help(say!(
                "{}; or let it end {}: then its dates are published one by one",
                help,
                other
            ))
        }));
        self
    }
}

impl Work<'_> {
    /// Whether all that the rule makes was worked out.
    pub(super) fn ends(&self, rule: Option<&Rule>, made: usize, horizon: DateTime) -> bool {
        match rule.map(|rule| (rule.count, rule.until)) {
            Some((Some(count), _)) => made >= count as usize,
            Some((None, Some(Until::Day(day)))) => day <= horizon.date(),
            Some((None, Some(Until::Local(at)))) => at <= horizon,
            Some((None, Some(Until::Utc(at)))) => civil_of_utc(at, self.zone) <= horizon,
            Some((None, None)) => false,
            None => true,
        }
    }

    /// Why programs would show the rule differently.
    pub(super) fn doubt(&self, start: Date) -> Vec<Diagnostic> {
        let Some(Recurrence::Rule(rule)) = &self.schedule.recurrence else {
            return vec![];
        };
        let doubt = disagreement(rule, start).map(|(message, help)| {
            let fault = Diagnostic::error("event/bad-rule", message);
            fault.at(rule.span, "shown differently").help(help)
        });
        doubt.into_iter().collect()
    }

    /// A repeat that falls into the hour in which the clock changes.
    pub(super) fn clock_changes(&self, at: DateTime) -> Diagnostic {
        let gap = matches!(
            self.zone.to_ambiguous_timestamp(at).offset(),
            AmbiguousOffset::Gap { .. }
        );
        let (day, time) = (words::day(at.date()), at.strftime("%H:%M").to_string());
        let (code, message) = match gap {
            true => (
                "event/skipped-time",
                say!(
                    "on {} the clock changes: {} does not exist then, and calendars disagree about it",
                    day,
                    time
                ),
            ),
            false => (
                "event/repeated-time",
                say!(
                    "on {} the clock changes: {} comes twice then, and calendars disagree about it",
                    day,
                    time
                ),
            ),
        };
        // Only the words have `except`.
        let help = match &self.schedule.recurrence {
            Some(Recurrence::Rule(_)) => say!("choose another hour"),
            _ => say!(
                "choose another hour, or leave that day out: `except: [{}]`",
                at.date()
            ),
        };
        Diagnostic::error(code, message)
            .at(self.schedule.start.span, "at this hour")
            .at(self.rule_span(), "repeats over that night")
            .help(help)
    }

    /// Everything that the rule makes is left out.
    pub(super) fn never(&self) -> Diagnostic {
        let message = say!("it never takes place: each of its days is left out");
        Diagnostic::error("event/bad-repeat", message)
            .at(self.rule_span(), "leaves none")
            .help("remove a day from `except`; or, if it is off, write `status: cancelled`")
    }
}

/// What programs disagree about and what to write instead.
fn disagreement(rule: &Rule, start: Date) -> Option<(Words, Words)> {
    days_that_lack(rule, start).or_else(|| parts(rule))
}

/// Days that some months or years have not: RFC 5545 leaves those out, ical.js takes the day after.
fn days_that_lack(rule: &Rule, start: Date) -> Option<(Words, Words)> {
    let days = &rule.by_month_day;
    let listed = days.iter().copied().find(|day| day.unsigned_abs() > 28);
    let by_start = rule.by_day.is_empty()
        && days.is_empty()
        && rule.by_year_day.is_empty()
        && start.day() > 28
        && (rule.frequency == Frequency::Monthly
            || rule.frequency == Frequency::Yearly && !rule.by_month.is_empty());
    if let Some(day) = listed.or(by_start.then(|| start.day())) {
        let message = say!(
            "not every month has a day {}, and calendars disagree about the months that have not",
            day
        );
        let help = say!("use `BYMONTHDAY=-1` for the last day of the month");
        return Some((message, help));
    }
    let leap = (start.month(), start.day()) == (2, 29);
    (leap && rule.frequency == Frequency::Yearly && parts_of(rule) == 0).then(|| {
        let message =
            say!("29 February does not come every year, and calendars disagree about the others");
        (message, say!("begin on 28 February or 1 March"))
    })
}

/// How many BY parts the rule has.
fn parts_of(rule: &Rule) -> usize {
    let given = [
        !rule.by_day.is_empty(),
        !rule.by_month_day.is_empty(),
        !rule.by_month.is_empty(),
        !rule.by_year_day.is_empty(),
        !rule.by_week_no.is_empty(),
    ];
    given.into_iter().filter(|given| *given).count()
}

/// Parts that programs put together differently.
fn parts(rule: &Rule) -> Option<(Words, Words)> {
    let (monthly, yearly) = (
        rule.frequency == Frequency::Monthly,
        rule.frequency == Frequency::Yearly,
    );
    let numbered = rule.by_day.iter().any(|(nth, _)| nth.is_some());
    let weekdays_of_month =
        monthly && !rule.by_day.is_empty() && !numbered && rule.by_month_day.is_empty();
    if !rule.by_week_no.is_empty() {
        return Some((
            say!("BYWEEKNO is shown differently, or not at all, by Thunderbird and Nextcloud"),
            say!("use BYMONTH with BYDAY or BYMONTHDAY"),
        ));
    }
    if !rule.by_year_day.is_empty() {
        return Some((
            say!("BYYEARDAY is shown differently, or not at all, by Thunderbird and Nextcloud"),
            say!("use BYMONTH with BYDAY or BYMONTHDAY"),
        ));
    }
    if !rule.by_set_pos.is_empty() && !weekdays_of_month {
        return Some((
            say!(
                "calendars agree on BYSETPOS only where it chooses from plain weekdays of a month"
            ),
            say!(
                "use FREQ=MONTHLY with BYSETPOS and BYDAY without numbers, or name the days themselves"
            ),
        ));
    }
    let known_week = matches!(rule.week_start, Weekday::Monday | Weekday::Sunday);
    let by_weeks = rule.frequency == Frequency::Weekly && rule.interval > 1;
    if by_weeks && !known_week && rule.by_day.len() > 1 {
        return Some((
            say!(
                "GNOME and KDE count weeks differently that begin on another day than Monday or Sunday"
            ),
            say!("leave WKST out, or write `WKST=SU`"),
        ));
    }
    if !monthly && rule.by_month_day.iter().any(|day| *day < 0) {
        return Some((
            say!("calendars agree on days counted from the end of a month only with FREQ=MONTHLY"),
            say!("use FREQ=MONTHLY"),
        ));
    }
    if monthly && !rule.by_month.is_empty() {
        return Some((
            say!("with FREQ=MONTHLY, Thunderbird and Nextcloud miscount the months of BYMONTH"),
            say!("use FREQ=YEARLY with the same BYMONTH"),
        ));
    }
    if yearly && rule.by_month.is_empty() && !rule.by_month_day.is_empty() {
        return Some((
            say!(
                "calendars disagree whether BYMONTHDAY without BYMONTH is in every month of the year"
            ),
            say!("use FREQ=MONTHLY, or add BYMONTH"),
        ));
    }
    if yearly && rule.by_month.is_empty() && numbered {
        return Some((
            say!("calendars count numbered weekdays of a whole year differently"),
            say!("add BYMONTH: `BYMONTH=5;BYDAY=2SU` is the second Sunday of May"),
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::recurrence::tests::timetable;

    const DISPUTED: [(&str, &str); 12] = [
        ("2027-01-03T18:00", "FREQ=MONTHLY;BYDAY=1SU,2MO;BYSETPOS=1"),
        (
            "2026-12-31T18:00",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;WKST=SA",
        ),
        ("2026-12-31T18:00", "FREQ=MONTHLY"),
        ("2026-12-31T18:00", "FREQ=MONTHLY;BYMONTHDAY=31"),
        ("2028-02-29T18:00", "FREQ=YEARLY"),
        ("2027-01-31T18:00", "FREQ=YEARLY;BYMONTH=1,2"),
        ("2027-04-09T18:00", "FREQ=YEARLY;BYYEARDAY=99"),
        ("2027-05-18T18:00", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=TU"),
        ("2027-03-15T18:00", "FREQ=YEARLY;BYMONTHDAY=15"),
        ("2027-03-14T18:00", "FREQ=YEARLY;BYDAY=11SU"),
        ("2027-03-15T18:00", "FREQ=MONTHLY;BYMONTH=3,6;BYMONTHDAY=15"),
        ("2026-12-05T02:30", "FREQ=DAILY"),
    ];

    #[test]
    fn what_calendars_show_differently_and_has_no_end_is_refused_with_both_ways_out() {
        for (start, rule) in DISPUTED {
            let (faults, none) = timetable(&format!("start: {start}\nrrule: {rule}\n"));
            let help = faults.first().and_then(|fault| fault.help.clone());
            assert!(none.is_none(), "{rule}");
            assert!(
                help.unwrap_or_default().to_string().ends_with("one by one"),
                "{rule}"
            );
        }
    }

    #[test]
    fn what_calendars_show_differently_and_ends_is_published_as_its_dates() {
        for (start, rule) in DISPUTED {
            let yaml = format!("start: {start}\nrrule: {rule};UNTIL=20271130\n");
            let (faults, worked_out) = timetable(&yaml.replace("2028", "2024"));
            let messages: Vec<_> = faults.iter().map(|fault| &fault.message).collect();
            let found = worked_out.unwrap_or_else(|| panic!("{rule}: {messages:?}"));
            assert!(found.rule.is_none(), "{rule}");
            assert_eq!(found.extra.len() + 1, found.occurrences.len(), "{rule}");
        }
    }

    #[test]
    fn the_day_that_a_month_lacks_is_left_out() {
        let yaml = "start: 2026-12-31T18:00\nrrule: FREQ=MONTHLY;COUNT=4\n";
        let extra = timetable(yaml).1.unwrap().extra;
        let days: Vec<String> = extra.iter().map(|at| at.date().to_string()).collect();
        assert_eq!(days, ["2027-01-31", "2027-03-31", "2027-05-31"]);
    }

    #[test]
    fn a_skipped_time_is_an_hour_later_and_a_repeated_one_the_first() {
        let until = "{every: week, until: 2027-04-04}";
        let spring = format!("start: 2027-03-21T02:30\nrepeat: {until}\n");
        let autumn = "start: 2027-10-24T02:30\nrepeat: {every: week, count: 2}\n";
        let starts = |yaml: &str| -> Vec<String> {
            let occurrences = timetable(yaml).1.unwrap().occurrences;
            let moved = occurrences.iter().any(super::Occurrence::moved);
            assert!(!moved, "nobody moved it");
            let starts = occurrences.iter().map(|o| o.start.timestamp().to_string());
            starts.collect()
        };
        let utc = [
            "2027-03-21T01:30:00Z",
            "2027-03-28T01:30:00Z",
            "2027-04-04T00:30:00Z",
        ];
        assert_eq!(starts(&spring), utc);
        assert_eq!(
            starts(autumn),
            ["2027-10-24T00:30:00Z", "2027-10-31T00:30:00Z"]
        );
    }

    #[test]
    fn a_start_that_is_left_out_keeps_its_exception() {
        let yaml = "start: 2027-03-21T02:30\nrepeat: {every: week, count: 3, except: [2027-03-21, 2027-04-04]}\n";
        let found = timetable(yaml).1.unwrap();
        let except: Vec<String> = found.except.iter().map(ToString::to_string).collect();
        assert_eq!(
            (except, found.extra.len()),
            (vec!["2027-03-21T02:30:00".to_owned()], 1)
        );
    }
}
