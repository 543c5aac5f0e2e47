//! The moment of the build, and until when the same build would come of a later one.
//!
//! Nothing learns the time but from here. Each answer is noted with the moment at which it would be another, so the
//! earliest of these is the moment until which all answers, and so all bytes, are the same.

use super::{Entry, Site};
use crate::content::schedule::Role;
use crate::content::time::Moment;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use std::cmp::Ordering;
use std::sync::atomic::{AtomicI64, Ordering as Access};

/// The moment of a build in the zone of its site.
#[derive(Debug)]
pub struct Now {
    at: Zoned,
    /// The next midnights, here and in UTC.
    midnight: i64,
    utc_midnight: i64,
    /// Nanoseconds since 1970 of the first moment at which an answer would have been another.
    until: AtomicI64,
}

impl From<Zoned> for Now {
    fn from(at: Zoned) -> Self {
        Now {
            midnight: after(&at),
            utc_midnight: after(&at.with_time_zone(TimeZone::UTC)),
            until: AtomicI64::new(i64::MAX),
            at,
        }
    }
}

/// When the day of a moment ends.
fn after(at: &Zoned) -> i64 {
    let next = at.tomorrow().and_then(|next| next.start_of_day());
    // The calendar ends in the year 9999; before it does, each moment is one of its own.
    nanoseconds(next.map_or(at.timestamp(), |next| next.timestamp()))
}

fn nanoseconds(at: Timestamp) -> i64 {
    i64::try_from(at.as_nanosecond()).unwrap_or(i64::MAX)
}

impl Now {
    /// The zone of the site.
    pub fn time_zone(&self) -> &TimeZone {
        self.at.time_zone()
    }

    /// The day here.
    pub fn date(&self) -> Date {
        self.note(self.midnight);
        self.at.date()
    }

    /// The year here.
    pub fn year(&self) -> i16 {
        self.date().year()
    }

    /// The day in another zone.
    pub fn date_in(&self, zone: &TimeZone) -> Date {
        if zone == self.time_zone() {
            return self.date();
        }
        let there = self.at.with_time_zone(zone.clone());
        self.note(after(&there));
        there.date()
    }

    /// When the day began here.
    pub fn start_of_day(&self) -> Zoned {
        let start = self.date().to_zoned(self.time_zone().clone());
        start.unwrap_or_else(|_| self.exactly().clone())
    }

    /// When the day began in UTC, for what is counted back from now in days.
    pub fn utc_day(&self) -> Timestamp {
        self.note(self.utc_midnight);
        let day = self.at.with_time_zone(TimeZone::UTC).start_of_day();
        day.map_or_else(|_| self.exactly().timestamp(), |day| day.timestamp())
    }

    /// Whether the clock here shows more than this.
    pub fn is_past(&self, at: DateTime) -> bool {
        if let Ok(at) = at.to_zoned(self.time_zone().clone()) {
            self.compared(at.timestamp());
        }
        self.note_changes_of(self.time_zone());
        at < self.at.datetime()
    }

    /// What the clock shows here and in another zone, for the difference between them.
    pub fn on_both_clocks(&self, zone: &TimeZone) -> (DateTime, DateTime) {
        self.note_changes_of(self.time_zone());
        self.note_changes_of(zone);
        let there = self.at.with_time_zone(zone.clone());
        (self.at.datetime(), there.datetime())
    }

    /// The very moment. What asks for it comes out another way with every build.
    pub fn exactly(&self) -> &Zoned {
        self.note(nanoseconds(self.at.timestamp()));
        &self.at
    }

    /// Until when the answers stand that were given so far, in nanoseconds since 1970.
    pub fn until(&self) -> i64 {
        self.until.load(Access::Relaxed)
    }

    fn note(&self, other_at: i64) {
        // Most answers change nothing, and reading is what threads can do side by side.
        if other_at < self.until() {
            self.until.fetch_min(other_at, Access::Relaxed);
        }
    }

    /// When the clocks of a zone go forward or back the next time.
    fn note_changes_of(&self, zone: &TimeZone) {
        if let Some(change) = zone.following(self.at.timestamp()).next() {
            self.note(nanoseconds(change.timestamp()));
        }
    }

    fn compared(&self, with: Timestamp) -> Ordering {
        let order = with.cmp(&self.at.timestamp());
        if order != Ordering::Less {
            self.note(nanoseconds(with));
        }
        order
    }
}

impl Site {
    /// A moment on the clock of the place; none where the clock skips it.
    pub fn at_the_place(&self, entry: &Entry, at: &Moment) -> Option<Zoned> {
        let zone = entry.timetable.as_ref().map(|timetable| &timetable.zone);
        let zone = zone.unwrap_or(self.now.time_zone()).clone();
        at.datetime().to_zoned(zone).ok()
    }

    /// The day at the place of an entry; that of the site where it has no time.
    pub fn today_at(&self, entry: &Entry) -> Date {
        let zone = entry.timetable.as_ref().map(|timetable| &timetable.zone);
        zone.map_or_else(|| self.now.date(), |zone| self.now.date_in(zone))
    }

    /// Whether a last day, or a last moment, is over at the place.
    pub fn has_passed(&self, entry: &Entry, at: &Moment) -> bool {
        match at.time.and_then(|_| self.at_the_place(entry, at)) {
            Some(at) => at <= self.now,
            None => at.date < self.today_at(entry),
        }
    }

    /// The last day or moment to answer, of what asks for answers.
    pub fn deadline(&self, entry: &Entry) -> Option<Moment> {
        let times = entry.timetable.as_ref();
        times.filter(|times| times.role == Role::Deadline)?;
        Some(entry.record().schedule()?.start.value)
    }

    /// Whether what holds for some days only holds now, and can still be answered.
    pub fn is_current(&self, entry: &Entry) -> bool {
        let period = entry.record().period();
        let closed = || {
            self.deadline(entry)
                .is_some_and(|at| self.has_passed(entry, &at))
        };
        period.is_none_or(|period| period.contains(self.today_at(entry)) && !closed())
    }
}

impl PartialEq<Now> for Zoned {
    fn eq(&self, now: &Now) -> bool {
        now.compared(self.timestamp()).is_eq()
    }
}

impl PartialOrd<Now> for Zoned {
    fn partial_cmp(&self, now: &Now) -> Option<Ordering> {
        Some(now.compared(self.timestamp()))
    }
}

impl PartialEq<Now> for Timestamp {
    fn eq(&self, now: &Now) -> bool {
        now.compared(*self).is_eq()
    }
}

impl PartialOrd<Now> for Timestamp {
    fn partial_cmp(&self, now: &Now) -> Option<Ordering> {
        Some(now.compared(*self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now(at: &str) -> Now {
        Now::from(at.parse::<Zoned>().unwrap())
    }

    fn until(now: &Now) -> String {
        let until = Timestamp::from_nanosecond(now.until().into()).unwrap();
        until
            .to_zoned(now.time_zone().clone())
            .datetime()
            .to_string()
    }

    #[test]
    fn an_answer_stands_until_the_moment_at_which_it_would_be_another() {
        let later = "2026-11-22T18:00[Europe/Amsterdam]"
            .parse::<Zoned>()
            .unwrap();
        let before = "2026-11-22T08:00[Europe/Amsterdam]"
            .parse::<Zoned>()
            .unwrap();
        let now = now("2026-11-22T12:00[Europe/Amsterdam]");
        assert!(before < now);
        assert_eq!(now.until(), i64::MAX, "what is over stays over");
        now.utc_day();
        assert_eq!(until(&now), "2026-11-23T01:00:00");
        now.date();
        assert_eq!(until(&now), "2026-11-23T00:00:00");
        now.date_in(&TimeZone::get("Asia/Tokyo").unwrap());
        assert_eq!(until(&now), "2026-11-22T16:00:00");
        assert!(later > now);
        assert_eq!(until(&now), "2026-11-22T16:00:00");
        assert!(!now.is_past("2026-11-22T13:00".parse().unwrap()));
        assert_eq!(until(&now), "2026-11-22T13:00:00");
        now.exactly();
        assert_eq!(until(&now), "2026-11-22T12:00:00");
    }

    #[test]
    fn clocks_that_go_back_give_an_answer_twice() {
        let now = now("2026-10-25T02:40+02:00[Europe/Amsterdam]");
        assert!(now.is_past("2026-10-25T02:30".parse().unwrap()));
        assert_eq!(until(&now), "2026-10-25T02:00:00");
    }
}
