//! What people need to hear of two versions of a record. Mere text is no such thing, nor is what was
//! over already.

use crate::content::location::Precision;
use crate::content::rule::{Rule, Until};
use crate::content::schedule::{Role, Status};
use crate::site::timetable::{Occurrence, Timetable, civil_of_utc};
use crate::site::{Entry, EntryId};
use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp, ToSpan};
use std::collections::{BTreeMap, BTreeSet};

/// A thing that changed. Times are on the clock of the place.
#[derive(Debug)]
pub enum What {
    /// It is new, and this is when it happens.
    Announced(Box<Timetable>),
    /// It was taken away.
    Removed,
    /// It has another title, in the default language.
    Title {
        /// The title that it had.
        before: String,
        /// The title that it has.
        after: String,
    },
    /// It, or some of its times, stands otherwise.
    Stands {
        /// How.
        how: Standing,
        /// Which times; none when it is the whole of it.
        times: Vec<Time>,
        /// Why, in the default language.
        reason: Option<String>,
    },
    /// It, or one of its times, was moved.
    Moved {
        /// Gathering or deadline.
        role: Role,
        /// When it was.
        before: Time,
        /// When it is.
        after: Time,
        /// Why, in the default language, when that is new too.
        reason: Option<String>,
    },
    /// It repeats in another way, or at another time.
    Pattern(Box<(Timetable, Timetable)>),
    /// It is somewhere else.
    Place {
        /// Where it was, when that is still known.
        before: Option<Place>,
        /// Where it is.
        after: Option<Place>,
    },
}

/// How something stands that stood otherwise before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It does not take place.
    Off,
    /// It does take place after all.
    On,
    /// It takes place, outside the rule.
    Extra,
    /// It is put off, the new time is not known yet.
    Postponed,
    /// It is online.
    Online,
    /// It is no longer online.
    InPerson,
    /// It is no longer certain.
    Tentative,
    /// It was not certain and now is.
    Certain,
}

/// From when until when, on the clock of the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time {
    /// When it begins.
    pub start: DateTime,
    /// When it ends, exclusive.
    pub end: DateTime,
    /// Whole days.
    pub all_day: bool,
}

/// Where something is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In one of our spaces.
    Space(EntryId),
    /// At an address, in a line.
    Line(String),
    /// Online.
    Online,
}

impl Time {
    fn of(time: &Occurrence, all_day: bool) -> Time {
        Time {
            start: time.start.datetime(),
            end: time.end.datetime(),
            all_day,
        }
    }

    /// The first and the last of its days.
    pub fn days(&self) -> (Date, Date) {
        let end = self.end.max(self.start.saturating_add(1.nanosecond()));
        (self.start.date(), end.saturating_sub(1.nanosecond()).date())
    }
}

/// Whether any of its times was not over at a moment.
pub fn lies_ahead(timetable: &Timetable, at: Timestamp) -> bool {
    let mut times = timetable.occurrences.iter();
    times.any(|time| time.end.timestamp() > at)
}

/// What people need to hear of two versions of a record.
pub fn compare(old: &Entry, new: &Entry, at: Timestamp) -> Vec<What> {
    let (Some(before), Some(after)) = (&old.timetable, &new.timetable) else {
        return vec![];
    };
    if !lies_ahead(before, at) && !lies_ahead(after, at) {
        return vec![];
    }
    let mut what = Vec::new();
    let stands = standing(whole(before), whole(after));
    if let Some(how) = stands {
        what.push(What::Stands {
            how,
            times: vec![],
            reason: why(how, reason(old, None), reason(new, None)),
        });
    }
    let off = whole(after) == Status::Cancelled;
    if !off {
        what.extend(times((old, before), (new, after), at));
        let shown = precision(new);
        let (before, after) = (place(old, shown), place(new, shown));
        if before != after {
            what.push(What::Place { before, after });
        }
    }
    let title = |entry: &Entry| entry.original().common.title.0.clone();
    // Of what is off and stays off nobody needs to hear.
    if title(old) != title(new) && (!off || stands.is_some()) {
        let (before, after) = (title(old), title(new));
        what.push(What::Title { before, after });
    }
    what
}

/// How the whole of it stands: what happens once says so with its only time.
fn whole(timetable: &Timetable) -> Status {
    match timetable.occurrences.first() {
        Some(time) if !timetable.repeats() => time.status,
        _ => timetable.status,
    }
}

/// How something stands now, when that is news.
fn standing(before: Status, after: Status) -> Option<Standing> {
    use Status::{Cancelled, MovedOnline, Postponed, Rescheduled, Scheduled, Tentative};
    Some(match (before, after) {
        _ if before == after => return None,
        (_, Cancelled) => Standing::Off,
        (_, Postponed) => Standing::Postponed,
        (_, MovedOnline) => Standing::Online,
        (_, Tentative) => Standing::Tentative,
        (Cancelled | Postponed, _) => Standing::On,
        (MovedOnline, _) => Standing::InPerson,
        (Tentative, _) => Standing::Certain,
        // Its new time says that it was moved.
        (Scheduled | Rescheduled, Scheduled | Rescheduled) => return None,
    })
}

/// The reason for how something stands now. What was put right keeps the reason of what was wrong in its
/// file, and only a new one is about this.
fn why(how: Standing, old: Option<String>, new: Option<String>) -> Option<String> {
    use Standing::{Certain, Extra, InPerson, On};
    let right = matches!(how, On | InPerson | Certain | Extra);
    new.filter(|new| !right || old.as_ref() != Some(new))
}

/// Why it, or the time that one of its changes speaks of, stands as it does.
fn reason(entry: &Entry, change: Option<usize>) -> Option<String> {
    let schedule = entry.record().schedule()?;
    let own = change.and_then(|n| schedule.changes.get(n)?.reason.clone());
    let once = || schedule.changes.iter().find_map(|c| c.reason.clone());
    let repeats = schedule.recurrence.is_some();
    let whole = || {
        schedule
            .reason
            .clone()
            .or_else(|| once().filter(|_| !repeats))
    };
    match change {
        Some(_) => own,
        None => whole(),
    }
    .map(|text| text.0)
}

/// How exactly the place of a record may be shown.
fn precision(entry: &Entry) -> Precision {
    let place = entry.record().location();
    place.map_or(Precision::Exact, |place| place.precision)
}

/// Where something is or was. What may no longer be shown exactly is not told as news either: else it
/// would be the change itself that tells where the place is.
fn place(entry: &Entry, shown: Precision) -> Option<Place> {
    let record = entry.record();
    let line = record.location().map(|place| {
        let mut place = place.clone();
        place.precision = place.precision.max(shown);
        place.public().line()
    });
    let line = line.filter(|line| !line.is_empty()).map(Place::Line);
    let space = || entry.targets("space").next().map(Place::Space);
    let online = || record.online().map(|_| Place::Online);
    line.or_else(space).or_else(online)
}

/// A version of a record with its times.
type Timed<'a> = (&'a Entry, &'a Timetable);

/// What changed about when something happens, of what lay ahead at that moment.
fn times(old: Timed, new: Timed, at: Timestamp) -> Vec<What> {
    let (before, after) = (old.1, new.1);
    if !before.repeats() && !after.repeats() {
        return once(old, new).into_iter().collect();
    }
    let pattern = pattern_differs(before, after, at);
    let mut what = Vec::new();
    if pattern {
        what.push(What::Pattern(Box::new((before.clone(), after.clone()))));
    }
    if before.repeats() && after.repeats() {
        what.extend(single_times(old, new, at, pattern));
    }
    what
}

fn once(old: Timed, new: Timed) -> Option<What> {
    let only = |t: &Timetable| t.occurrences.first().map(|time| Time::of(time, t.all_day));
    let (before, after) = (only(old.1)?, only(new.1)?);
    let was = reason(old.0, None);
    (before != after).then(|| What::Moved {
        role: new.1.role,
        before,
        after,
        reason: reason(new.0, None).filter(|reason| was.as_ref() != Some(reason)),
    })
}

/// Whether it repeats in another way: another end of it, another length, or other days and times to
/// come. How the rule is written does not count, nor what is said of single times.
fn pattern_differs(before: &Timetable, after: &Timetable, at: Timestamp) -> bool {
    let length = |t: &Timetable| (t.all_day, t.length, t.repeats());
    let last = |t: &Timetable| t.rule.as_ref().and_then(|rule| last_of(rule, t));
    length(before) != length(after)
        || last(before) != last(after)
        || by_rule(before, at) != by_rule(after, at)
}

/// Where a rule says that it ends: the day, or the number of times.
fn last_of(rule: &Rule, timetable: &Timetable) -> Option<(Option<Date>, Option<u32>)> {
    let day = rule.until.map(|until| match until {
        Until::Day(day) => day,
        Until::Local(at) => at.date(),
        Until::Utc(at) => civil_of_utc(at, &timetable.zone).date(),
    });
    (day.is_some() || rule.count.is_some()).then_some((day, rule.count))
}

/// The starts to come that the rule itself makes.
fn by_rule(timetable: &Timetable, at: Timestamp) -> BTreeSet<DateTime> {
    let from = at.to_zoned(timetable.zone.clone()).datetime();
    let times = timetable.occurrences.iter().map(|time| time.original);
    let mut starts: BTreeSet<DateTime> = times.chain(timetable.except.iter().copied()).collect();
    starts.retain(|start| *start > from && !timetable.extra.contains(start));
    starts
}

/// What is said of single times that was not said of them before. A time keeps its place among those
/// of its day, so that it is known again when the whole series has another hour.
fn single_times(from: Timed, to: Timed, at: Timestamp, pattern: bool) -> Vec<What> {
    let (before, after) = (from.1, to.1);
    let (old, new) = (by_day(before), by_day(after));
    let ahead = |time: &Occurrence| time.end.timestamp() > at;
    let whole = (before.status, after.status);
    let mut stands = BTreeMap::<(Standing, Option<String>), Vec<Time>>::new();
    let mut moved = Vec::new();
    let said = |entry, time: &Occurrence| time.change.and_then(|n| reason(entry, Some(n)));
    for (day, time) in &new {
        let here = Time::of(time, after.all_day);
        match old.get(day) {
            Some(was) if ahead(was) || ahead(time) => {
                let stood = (was.status, time.status);
                let how = standing(was.status, time.status).filter(|_| stood != whole);
                if let Some(how) = how {
                    let reason = why(how, said(from.0, was), said(to.0, time));
                    let key = (how, reason);
                    stands.entry(key).or_default().push(here);
                }
                let (there, other) = (Time::of(was, before.all_day), shift(was, before));
                let moved_now = other != shift(time, after) && there != here;
                if moved_now && time.status != Status::Cancelled {
                    let was_why = said(from.0, was);
                    moved.push(What::Moved {
                        role: after.role,
                        before: if pattern { planned(time, after) } else { there },
                        after: here,
                        reason: said(to.0, time).filter(|said| was_why.as_ref() != Some(said)),
                    });
                }
            }
            None if !pattern && ahead(time) && time.status != Status::Cancelled => {
                let excepted = before.except.contains(&time.original);
                let how = if excepted {
                    Standing::On
                } else {
                    Standing::Extra
                };
                stands.entry((how, None)).or_default().push(here);
            }
            _ => {}
        }
    }
    for (day, was) in old.iter().filter(|_| !pattern) {
        if !new.contains_key(day) && ahead(was) && was.status != Status::Cancelled {
            let time = Time::of(was, before.all_day);
            stands.entry((Standing::Off, None)).or_default().push(time);
        }
    }
    let stands = stands.into_iter().map(|((how, reason), mut times)| {
        times.sort();
        What::Stands { how, times, reason }
    });
    stands.chain(moved).collect()
}

/// Each time by its day and its place among those of that day.
fn by_day(timetable: &Timetable) -> BTreeMap<(Date, usize), &Occurrence> {
    let mut times: Vec<&Occurrence> = timetable.occurrences.iter().collect();
    times.sort_by_key(|time| time.original);
    let mut found = BTreeMap::new();
    let mut last = None;
    for time in times {
        let day = time.original.date();
        let place = match last {
            Some((same, place)) if same == day => place + 1,
            _ => 0,
        };
        last = Some((day, place));
        found.insert((day, place), time);
    }
    found
}

/// How far a time was moved from where the rule has it, and how much longer it takes than others.
fn shift(time: &Occurrence, timetable: &Timetable) -> (SignedDuration, SignedDuration) {
    let start = time.start.datetime();
    let planned = timetable.length.after(start, &timetable.zone);
    (
        time.original.duration_until(start),
        planned.map_or(SignedDuration::ZERO, |end| end.duration_until(&time.end)),
    )
}

/// Where the rule has a time.
fn planned(time: &Occurrence, timetable: &Timetable) -> Time {
    let end = timetable.length.after(time.original, &timetable.zone);
    Time {
        start: time.original,
        end: end.map_or(time.original, |end| end.datetime()),
        all_day: timetable.all_day,
    }
}
