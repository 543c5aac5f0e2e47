//! How an event repeats, as schema.org's `Schedule` can say it.
//!
//! Only what means exactly the same is said: who reads less than the rule may come for nothing. A rule
//! that a `Schedule` has no words for is left out, and the data hold every single time of it.

use super::{Fact, Value, json, node};
use crate::content::fields::Weekday;
use crate::content::rule::{Frequency, Rule, Until, day_code};
use crate::content::schedule::{Status, WEEKDAYS};
use crate::site::Site;
use crate::site::timetable::{Occurrence, Timetable, weekday};
use jiff::Zoned;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// A day in minutes.
const DAY: i64 = 24 * 60;
/// So many single times are named; the next ones first.
const NAMED: usize = 30;

/// How it repeats; null when it does not, or when that cannot be said.
pub fn of(site: &Site, timetable: &Timetable) -> Value {
    if !timetable.repeats() {
        return Value::Null;
    }
    let rule = match &timetable.rule {
        Some(rule) => match by_rule(timetable, rule) {
            Some(schedule) => Some(schedule),
            None => return Value::Null,
        },
        None => None,
    };
    let by_itself = |time: &&Occurrence| {
        let outside = rule.is_none() || timetable.extra.contains(&time.original);
        (outside || differs(timetable, time)) && !is_off(time) && time.end > site.now
    };
    let single = timetable.occurrences.iter().filter(by_itself);
    let single = single.take(NAMED).map(|time| once(timetable, time));
    let mut all: Vec<Value> = rule.clone().into_iter().chain(single).collect();
    match all.len() {
        0 => Value::Null,
        1 => all.remove(0),
        _ => all.into(),
    }
}

/// Whether this time alone is off.
fn is_off(time: &Occurrence) -> bool {
    matches!(time.status, Status::Cancelled | Status::Postponed)
}

/// Whether it is at another time than the rule has, or the clock shows another end: by a change, or in
/// the night in which the clock itself changes.
fn differs(timetable: &Timetable, time: &Occurrence) -> bool {
    let own = takes(timetable, &time.start, &time.end);
    let first = first(timetable);
    let planned = first.map(|(start, end)| takes(timetable, &start, &end));
    time.moved() || planned != Some(own)
}

/// First start and end.
fn first(timetable: &Timetable) -> Option<(Zoned, Zoned)> {
    let (start, zone) = (timetable.start, &timetable.zone);
    let end = timetable.length.after(start, zone)?;
    Some((start.to_zoned(zone.clone()).ok()?, end))
}

/// How many minutes it takes, and whether an end on the clock says so. What takes a day or longer has
/// none, nor what ends at the time at which it began, or before, since the clock went back.
fn takes(timetable: &Timetable, start: &Zoned, end: &Zoned) -> (i64, bool) {
    let shown = start.datetime().duration_until(end.datetime()).as_mins();
    let ends = !timetable.all_day && (1..DAY).contains(&shown);
    let exact = start.duration_until(end).as_mins();
    let minutes = if ends || timetable.all_day {
        shown
    } else {
        exact
    };
    (minutes, ends)
}

/// The rule, less the days on which it does not hold.
fn by_rule(timetable: &Timetable, rule: &Rule) -> Option<Value> {
    let of_rule = |time: &&Occurrence| !timetable.extra.contains(&time.original);
    let times = || timetable.occurrences.iter().filter(of_rule);
    let not =
        |time: &&Occurrence| differs(timetable, time) || time.change.is_some() && is_off(time);
    let changed = times().filter(not).map(|time| time.original);
    // A rule makes one time a day at most, so that the day is enough to tell which.
    let mut except: Vec<Date> = changed
        .chain(timetable.except.iter().copied())
        .map(|at| at.date())
        .collect();
    except.sort();
    except.dedup();
    let made: Vec<DateTime> = times()
        .map(|time| time.original)
        .chain(timetable.except.iter().copied())
        .collect();
    let (last, count) = end(timetable, rule, &made, !except.is_empty())?;
    let (start, stop) = first(timetable)?;
    let mut facts = head(timetable, (&start, &stop), last);
    facts.extend(repeat(timetable, rule)?);
    facts.push(("repeatCount", json!(count)));
    if !except.is_empty() {
        let days: Vec<String> = except.iter().map(Date::to_string).collect();
        facts.push(("exceptDate", json!(days)));
    }
    Some(node(facts))
}

/// A time that stands by itself.
fn once(timetable: &Timetable, time: &Occurrence) -> Value {
    let bounds = (&time.start, &time.end);
    let mut facts = head(timetable, bounds, Some(time.start.date()));
    facts.push(("repeatCount", json!(1)));
    node(facts)
}

/// From which day until which it starts, and from when until when; or how long it takes, where no end
/// on the clock says so.
fn head(timetable: &Timetable, (start, end): (&Zoned, &Zoned), last: Option<Date>) -> Vec<Fact> {
    let clock = |at: &Zoned| at.strftime("%H:%M:%S").to_string();
    let (timed, (minutes, ends)) = (!timetable.all_day, takes(timetable, start, end));
    let long = !ends && (timed || minutes > DAY);
    // schema.org takes a length for a thing of its own, and its shapes refuse one that is a mere text.
    let duration = || match minutes % DAY {
        0 => json!({ "@type": "QuantitativeValue", "value": minutes / DAY, "unitCode": "DAY" }),
        _ => json!({ "@type": "QuantitativeValue", "value": minutes, "unitCode": "MIN" }),
    };
    vec![
        ("@type", json!("Schedule")),
        ("startDate", json!(start.date().to_string())),
        ("endDate", json!(last.map(|day| day.to_string()))),
        ("startTime", json!(timed.then(|| clock(start)))),
        ("endTime", json!(ends.then(|| clock(end)))),
        ("duration", json!(long.then(duration))),
        ("scheduleTimezone", json!(timetable.zone_name)),
    ]
}

/// The last day on which it can start, and how many times it takes place. Times that are left out count
/// for RFC 5545 and not for schema.org, so with those there is only the day; `None` when that is not
/// known either.
fn end(
    timetable: &Timetable,
    rule: &Rule,
    made: &[DateTime],
    except: bool,
) -> Option<(Option<Date>, Option<u32>)> {
    if let Some(count) = rule.count {
        let last = made.iter().max().filter(|_| made.len() >= count as usize);
        let last = last.map(|at| at.date());
        let count = Some(count).filter(|_| !except);
        return (last.is_some() || count.is_some()).then_some((last, count));
    }
    let at = match rule.until {
        None => return Some((None, None)),
        Some(Until::Day(day)) => return Some((Some(day), None)),
        Some(Until::Local(at)) => at,
        Some(Until::Utc(at)) => {
            let utc = at.to_zoned(TimeZone::UTC).ok()?;
            utc.with_time_zone(timetable.zone.clone()).datetime()
        }
    };
    let too_early = !timetable.all_day && at.time() < timetable.start.time();
    let last = if too_early {
        at.date().yesterday().ok()?
    } else {
        at.date()
    };
    Some((Some(last), None))
}

/// How often, and on which days; `None` for what a `Schedule` cannot say.
fn repeat(timetable: &Timetable, rule: &Rule) -> Option<Vec<Fact>> {
    let start = timetable.start.date();
    let (days, every) = (&rule.by_day, rule.interval);
    let numbered = days.iter().any(|(nth, _)| nth.is_some());
    let other_parts =
        !rule.by_set_pos.is_empty() || !rule.by_year_day.is_empty() || !rule.by_week_no.is_empty();
    // Days counted from the end of a month have no number here, nor do days that are both.
    let uncounted = rule.by_month_day.iter().any(|day| *day < 1);
    let both = !days.is_empty() && !rule.by_month_day.is_empty();
    if other_parts || uncounted || both {
        return None;
    }
    let by_month = (!rule.by_month.is_empty()).then_some(&rule.by_month);
    let mut facts = vec![("byMonth", json!(by_month))];
    let weekly = |every: u16| ("repeatFrequency", json!(format!("P{every}W")));
    let frequency = |unit: char| ("repeatFrequency", json!(format!("P{every}{unit}")));
    let implied = [(None, weekday(start))];
    match rule.frequency {
        // Each of these weekdays, whatever the rule counts by.
        _ if every == 1 && !days.is_empty() && !numbered => {
            facts.extend([weekly(1), by_day(days)]);
        }
        Frequency::Daily if days.is_empty() && rule.by_month_day.is_empty() => {
            facts.push(frequency('D'));
        }
        Frequency::Weekly => {
            // Which weeks are skipped depends on where weeks begin, and that has no words either.
            if every > 1 && days.len() > 1 && rule.week_start != Weekday::Monday {
                return None;
            }
            let days = if days.is_empty() { &implied[..] } else { days };
            facts.extend([weekly(every), by_day(days)]);
        }
        Frequency::Monthly if numbered => {
            facts.push(frequency('M'));
            facts.extend(numbered_days(days));
        }
        Frequency::Yearly if numbered && by_month.is_some() => {
            facts.push(frequency('Y'));
            facts.extend(numbered_days(days));
        }
        Frequency::Monthly | Frequency::Yearly if days.is_empty() => {
            let yearly = rule.frequency == Frequency::Yearly;
            if yearly && by_month.is_none() {
                facts.push(("byMonth", json!([start.month()])));
            }
            let day = [start.day()];
            let listed = &rule.by_month_day;
            let month_days = if listed.is_empty() { &day[..] } else { listed };
            facts.push(frequency(if yearly { 'Y' } else { 'M' }));
            facts.push(("byMonthDay", json!(month_days)));
        }
        _ => return None,
    }
    Some(facts)
}

fn by_day(days: &[(Option<i8>, Weekday)]) -> Fact {
    let days: Vec<String> = days.iter().map(|(_, day)| address(*day)).collect();
    ("byDay", json!(days))
}

/// The address of a weekday at schema.org.
fn address(day: Weekday) -> String {
    let known = WEEKDAYS.iter().find(|(_, known)| *known == day);
    let name = known.map_or("monday", |(name, _)| *name);
    let (first, rest) = name.split_at(1);
    format!("https://schema.org/{}{rest}", first.to_ascii_uppercase())
}

/// Weekdays with their place in the month: of one weekday by its weeks, as in "the first and third
/// Monday"; else in the words of iCalendar, which alone know the last of a month.
fn numbered_days(days: &[(Option<i8>, Weekday)]) -> Vec<Fact> {
    let weeks: Vec<i8> = days.iter().filter_map(|(nth, _)| *nth).collect();
    let day = days[0].1;
    if days.iter().all(|(_, other)| *other == day) && weeks.iter().all(|week| *week > 0) {
        return vec![by_day(&days[..1]), ("byMonthWeek", json!(weeks))];
    }
    let code = |(nth, day): &(Option<i8>, Weekday)| {
        format!(
            "{}{}",
            nth.map_or(String::new(), |n| n.to_string()),
            day_code(*day)
        )
    };
    let codes: Vec<String> = days.iter().map(code).collect();
    vec![("byDay", json!(codes))]
}
