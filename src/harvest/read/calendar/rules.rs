//! Rules of calendars (RFC 5545 section 3.3.10) as they are found, worked out by the `rrule` crate within bounds.

use crate::content::html::tags::short;
use crate::content::rule::{Frequency, Rule, Until, read_rule};
use crate::content::schedule::WEEKDAYS;
use crate::diagnostic::Words;
use crate::harvest::read::time::{Moment, When, iso};
use crate::say;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// Most dates that are listed one by one.
pub const DATES: usize = 366;
/// Most dates of one rule that are worked out.
pub const MOST: u16 = 5000;
/// Most times a day.
const MOST_A_DAY: i64 = 24;
/// Most dates that lead from its beginning to today: more than a hundred years of days.
const LONGEST: usize = 50_000;

/// A rule of a calendar, and as ours where we have it.
pub struct Made {
    /// The parts that are worked out, without UNTIL.
    pub text: String,
    /// UNTIL on the clock of the place.
    pub until: Option<DateTime>,
    frequency: String,
    interval: i64,
    /// The rule as ours, where we have it.
    pub ours: Option<Rule>,
}

impl Made {
    /// Reads a rule; the reason when it cannot be read.
    pub fn new(text: &str, when: &When, tz: &TimeZone) -> Result<Made, Words> {
        let upper: String = text
            .to_ascii_uppercase()
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect();
        // The `rrule` crate cuts values between bytes.
        let plain = |c: char| c.is_ascii_alphanumeric() || "=;,:+-_.".contains(c);
        if !upper.chars().all(plain) {
            return Err(say!("its rule cannot be read: {}", short(&upper, 60)));
        }
        let mut parts = parts_of(&upper);
        let given = parts.clone();
        let value = |name: &str| {
            given
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value.clone())
        };
        let until = value("UNTIL").map(|text| until(&text, when, tz).ok_or(text));
        let until = until
            .transpose()
            .map_err(|text| say!("UNTIL is no moment: {}", short(&text, 60)))?;
        // Negative counts are how some say that it does not end.
        let drop_count = value("COUNT").is_some_and(|count| count.starts_with('-'));
        weekdays_alone(&mut parts);
        let at = when.start;
        let is_start = |name: &str, value: &str| {
            let own = match name {
                "BYHOUR" => at.hour(),
                "BYMINUTE" => at.minute(),
                "BYSECOND" => at.second(),
                _ => return false,
            };
            value.parse() == Ok(own)
        };
        parts.retain(|(name, value)| {
            name != "UNTIL" && !(name == "COUNT" && drop_count) && !is_start(name, value)
        });
        let text: Vec<String> = parts
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let text = text.join(";");
        let mut ours = read_rule(&text).ok();
        // Of two ends the first one counts: which one that is shows in the dates.
        if let Some(rule) = ours.as_mut().filter(|rule| rule.count.is_none()) {
            rule.until = until.map(|at| match when.all_day {
                true => Until::Day(at.date()),
                false => Until::Local(at),
            });
        }
        let frequency = value("FREQ").ok_or_else(|| say!("a rule without FREQ"))?;
        let interval = value("INTERVAL")
            .and_then(|n| n.parse().ok())
            .unwrap_or(1)
            .max(1);
        Ok(Made {
            text,
            until,
            frequency,
            interval,
            ours,
        })
    }

    /// How many times a day it comes: BYHOUR, BYMINUTE and BYSECOND together.
    fn times_a_day(&self) -> i64 {
        let parts = self.text.split(';').filter_map(|part| part.split_once('='));
        let within = parts.filter(|(name, _)| matches!(*name, "BYHOUR" | "BYMINUTE" | "BYSECOND"));
        within
            .map(|(_, values)| values.split(',').count() as i64)
            .product()
    }

    /// How many steps it takes to work it out.
    pub fn steps(&self, start: DateTime, horizon: DateTime) -> i64 {
        let last = self.until.unwrap_or(horizon).min(horizon);
        let days = i64::from((last.date() - start.date()).get_days()).max(0);
        self.times_a_day()
            * match self.frequency.as_str() {
                "DAILY" => days / self.interval + 20,
                "WEEKLY" => days / 7 / self.interval + 20,
                "MONTHLY" => days / 30 / self.interval * 8 + 20,
                "YEARLY" => days / 365 / self.interval * 90 + 20,
                _ => 10_000,
            }
    }

    /// Its dates until the horizon, and whether that is all of them.
    pub fn expand(&self, start: DateTime, horizon: DateTime) -> Option<(Vec<DateTime>, bool)> {
        // RFC 5545 has rules that make a hundred thousand dates a year: no event needs them.
        if self.times_a_day() > MOST_A_DAY {
            return None;
        }
        let within_a_day = matches!(self.frequency.as_str(), "HOURLY" | "MINUTELY" | "SECONDLY");
        if within_a_day
            && !self.text.contains("COUNT=")
            && self
                .until
                .is_none_or(|until| until > start.saturating_add(31.days()))
        {
            return None;
        }
        let last = self.until.unwrap_or(horizon).min(horizon);
        let ends = self.until.is_some_and(|until| until <= horizon);
        if last < start {
            return Some((vec![], true));
        }
        let text = format!(
            "DTSTART:{}\nRRULE:{};UNTIL={}",
            start.strftime("%Y%m%dT%H%M%SZ"),
            without_count(&self.text),
            last.strftime("%Y%m%dT%H%M%SZ"),
        );
        let set: rrule::RRuleSet = text.parse().ok()?;
        let count = self
            .text
            .split(';')
            .find_map(|part| part.strip_prefix("COUNT=")?.parse::<usize>().ok());
        let civil = |seconds: i64| {
            Some(
                Timestamp::from_second(seconds)
                    .ok()?
                    .to_zoned(TimeZone::UTC)
                    .datetime(),
            )
        };
        let most = match (count, within_a_day) {
            (Some(count), _) => count.min(usize::from(MOST)),
            (None, true) => DATES + 1,
            (None, false) => LONGEST,
        };
        let set = set.limit();
        let made = (&set).into_iter().take(most);
        let mut dates: Vec<DateTime> = made.filter_map(|date| civil(date.timestamp())).collect();
        if within_a_day && dates.len() > DATES {
            return None;
        }
        let all = count.is_some_and(|count| dates.len() >= count);
        dates.retain(|at| *at <= horizon);
        Some((dates, ends || all))
    }
}

fn without_count(text: &str) -> String {
    let parts = text.split(';').filter(|part| !part.starts_with("COUNT="));
    parts.collect::<Vec<_>>().join(";")
}

/// UNTIL on the clock of the place. A day ends what has times at its midnight, as other programs read it.
fn until(text: &str, when: &When, tz: &TimeZone) -> Option<DateTime> {
    match iso(text)? {
        Moment::Day(day) => Some(day.at(0, 0, 0, 0)),
        Moment::Local(at) => Some(at),
        Moment::Instant(at) if when.all_day => Some(at.to_zoned(TimeZone::UTC).datetime()),
        Moment::Instant(at) => Some(at.to_zoned(tz.clone()).datetime()),
    }
}

/// Only in a month or a year a weekday has a number (RFC 5545 section 3.3.10): elsewhere other programs read over it.
fn weekdays_alone(parts: &mut [(String, String)]) {
    let numbered = ["FREQ=MONTHLY", "FREQ=YEARLY"];
    if parts
        .iter()
        .any(|(name, value)| numbered.contains(&format!("{name}={value}").as_str()))
    {
        return;
    }
    for (_, value) in parts.iter_mut().filter(|(name, _)| name == "BYDAY") {
        let number = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-');
        let days: Vec<&str> = value
            .split(',')
            .map(|day| day.trim_start_matches(number))
            .collect();
        *value = days.join(",");
    }
}

/// The parts of a rule, each once; what is not of the standard is left out, and what says the usual (RFC 7529).
fn parts_of(upper: &str) -> Vec<(String, String)> {
    let mut parts: Vec<(String, String)> = Vec::new();
    for part in upper.trim_start_matches("RRULE:").split(';').take(20) {
        let Some((name, value)) = part.split_once('=') else {
            continue;
        };
        let known = parts.iter().any(|(known, _)| known == name);
        let usual = matches!(part, "RSCALE=GREGORIAN" | "SKIP=OMIT");
        if !known && !usual && !name.starts_with("X-") && !value.is_empty() && value.len() <= 400 {
            parts.push((name.to_owned(), value.to_owned()));
        }
    }
    parts
}

/// On which days of which period a rule comes, in words.
pub fn on_days(rule: &Rule, at: DateTime) -> Option<(&'static str, Vec<String>)> {
    let name = |day| {
        let known = WEEKDAYS.iter().find(|(_, known)| *known == day);
        known.map(|(name, _)| (*name).to_owned())
    };
    let weekdays =
        || -> Option<Vec<String>> { rule.by_day.iter().map(|(_, day)| name(*day)).collect() };
    let (no_days, no_dates) = (rule.by_day.is_empty(), rule.by_month_day.is_empty());
    match rule.frequency {
        Frequency::Daily if no_days && no_dates => Some(("day", vec![])),
        // Each of these days of the week, said the other way round.
        Frequency::Daily if rule.interval == 1 && no_dates => Some(("week", weekdays()?)),
        Frequency::Weekly if no_dates => Some(("week", weekdays()?)),
        Frequency::Monthly => {
            const NTH: [&str; 6] = ["last", "first", "second", "third", "fourth", "fifth"];
            let numbered = |(n, day): &(Option<i8>, _)| {
                let n = n.filter(|n| (-1..=5).contains(n) && *n != 0)?;
                let nth = NTH.get(usize::try_from(n.max(0)).ok()?)?;
                Some(format!("{nth} {}", name(*day)?))
            };
            let days = rule.by_month_day.iter().map(ToString::to_string);
            let numbered: Vec<String> = rule.by_day.iter().map(numbered).collect::<Option<_>>()?;
            Some(("month", days.chain(numbered).collect()))
        }
        Frequency::Yearly => {
            let same = |known: &[i8], own: i8| known.is_empty() || known == [own];
            let usual =
                no_days && same(&rule.by_month, at.month()) && same(&rule.by_month_day, at.day());
            usual.then_some(("year", vec![]))
        }
        _ => None,
    }
}
