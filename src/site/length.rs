//! How long a time takes: days of the calendar, then exact time (RFC 5545 section 3.3.6).

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan, Zoned};

/// A length. Hours and minutes are exact, so that an evening takes as long in the night in which the
/// clock changes as in any other; days are those of the calendar, whatever hours they have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    days: i32,
    rest: SignedDuration,
}

impl Length {
    /// So many minutes, whatever the clock does.
    pub(super) fn minutes(minutes: u32) -> Length {
        Length {
            days: 0,
            rest: SignedDuration::from_mins(i64::from(minutes)),
        }
    }

    /// Whole days: at least one.
    pub(super) fn days(start: DateTime, end: DateTime) -> Length {
        Length {
            days: start.until(end).map_or(1, |span| span.get_days()).max(1),
            rest: SignedDuration::ZERO,
        }
    }

    /// From one time on the clock to another.
    pub(super) fn between(start: DateTime, end: DateTime, zone: &TimeZone) -> Option<Length> {
        let last = end.to_zoned(zone.clone()).ok()?;
        let most = start.until(end).ok()?.get_days();
        // Where the clock skips the time at which the last day begins, what is left would be less than
        // nothing.
        [most, most - 1].into_iter().find_map(|days| {
            let whole = Length {
                days,
                rest: SignedDuration::ZERO,
            };
            let rest = whole.after(start, zone)?.duration_until(&last);
            (!rest.is_negative()).then_some(Length { days, rest })
        })
    }

    /// When something of this length ends that begins then. A start that the clock skips is later on
    /// that clock (RFC 5545 section 3.3.5), and so is its end.
    pub fn after(self, start: DateTime, zone: &TimeZone) -> Option<Zoned> {
        let whole = start.saturating_add(self.days.days());
        let whole = whole.to_zoned(zone.clone()).ok()?;
        Some(whole.saturating_add(self.rest))
    }

    /// Whether it is what lies between these on the clock, so that an end says no less than a length.
    pub fn is_on_clock(self, start: DateTime, end: DateTime) -> bool {
        self.days == 0 && start.duration_until(end) == self.rest
    }

    /// DURATION (RFC 5545 section 3.3.6).
    pub fn text(self) -> String {
        let days = match self.days {
            0 => String::new(),
            days => format!("{days}D"),
        };
        let rest = match self.rest.as_secs() {
            0 if self.days > 0 => String::new(),
            seconds if seconds % 60 > 0 => format!("T{seconds}S"),
            seconds => format!("T{}M", (seconds / 60).max(1)),
        };
        format!("P{days}{rest}")
    }
}

#[cfg(test)]
mod tests {
    use super::super::recurrence::tests::timetable;

    /// When each time of an event begins and ends, and how long DURATION says that it takes.
    fn times(yaml: &str) -> (Vec<String>, String) {
        let worked_out = timetable(yaml).1.unwrap();
        let show = |at: &jiff::Zoned| at.strftime("%m-%dT%H:%M%:z").to_string();
        let times = worked_out.occurrences.iter();
        (
            times
                .map(|time| format!("{}/{}", show(&time.start), show(&time.end)))
                .collect(),
            worked_out.length.text(),
        )
    }

    #[test]
    fn every_time_of_a_series_takes_as_long_also_when_the_clock_changes() {
        let skipped = times("start: 2027-03-14T02:30\nduration: 30m\nrrule: FREQ=WEEKLY;COUNT=4\n");
        assert_eq!(skipped.0[2], "03-28T03:30+02:00/03-28T04:00+02:00");
        let dublin = times(
            "start: 2026-10-04T01:30\nduration: 1h\ntimezone: Europe/Dublin\nrrule: FREQ=WEEKLY;COUNT=26\n",
        );
        assert_eq!(dublin.0[3], "10-25T01:30+01:00/10-25T01:30+00:00");
        assert_eq!(dublin.0[25], "03-28T02:30+01:00/03-28T03:30+01:00");
        let night = times(
            "start: 2026-10-17T22:00\nend: 2026-10-18T04:00\nrepeat: {every: week, count: 3}\n",
        );
        assert_eq!(night.0[1], "10-24T22:00+02:00/10-25T03:00+01:00");
        assert_eq!(night.0[2], "10-31T22:00+01:00/11-01T04:00+01:00");
    }

    #[test]
    fn a_duration_is_exact_and_an_end_is_what_the_clock_says() {
        let exact = times("start: 2026-10-24T22:00\nduration: 6h\n");
        assert_eq!(exact.0, ["10-24T22:00+02:00/10-25T03:00+01:00"]);
        let twice = times("start: 2026-10-25T01:30\nduration: 2h\nrrule: FREQ=DAILY;COUNT=2\n");
        assert_eq!(twice.0[0], "10-25T01:30+02:00/10-25T02:30+01:00");
        assert_eq!(twice.0[1], "10-26T01:30+01:00/10-26T03:30+01:00");
        let stay = times("start: 2026-10-23T20:00\nend: 2026-10-25T12:00\n");
        assert_eq!(stay.0, ["10-23T20:00+02:00/10-25T12:00+01:00"]);
        assert_eq!(stay.1, "P1DT1020M");
    }

    #[test]
    fn whole_days_are_days_whatever_hours_they_have() {
        let days = times(
            "start: 2027-03-26\nend: 2027-03-28\nall_day: true\nrrule: FREQ=MONTHLY;COUNT=2\nchanges:\n- occurrence: 2027-04-26\n  start: 2027-10-30\n",
        );
        assert_eq!(days.0[0], "03-26T00:00+01:00/03-29T00:00+02:00");
        assert_eq!(days.0[1], "10-30T00:00+02:00/11-02T00:00+01:00");
        assert_eq!(days.1, "P3D");
    }

    #[test]
    fn a_length_in_days_goes_around_a_time_that_the_clock_skips() {
        let stay =
            times("start: 2027-03-27T02:30\nend: 2027-03-28T03:00\nrrule: FREQ=MONTHLY;COUNT=2\n");
        assert_eq!(stay.0[0], "03-27T02:30+01:00/03-28T03:00+02:00");
        assert_eq!(stay.1, "PT1410M");
    }
}
