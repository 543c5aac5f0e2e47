//! Recurrence rules of RFC 5545 section 3.3.10, as far as every calendar program agrees on them.

use super::fields::Weekday;
use crate::diagnostic::Words;
use crate::say;
use crate::yaml::own::{Fault, scalar};
use jiff::civil;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Cow;
use std::fmt;

/// FREQ, as far as we publish it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// UNTIL, before it is put into the form that DTSTART asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// The whole of this day still counts.
    Day(civil::Date),
    /// This moment on the clock of the place.
    Local(civil::DateTime),
    /// This moment in UTC.
    Utc(civil::DateTime),
}

/// A recurrence rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// FREQ.
    pub frequency: Frequency,
    /// INTERVAL, 1 when absent.
    pub interval: u16,
    /// COUNT.
    pub count: Option<u32>,
    /// UNTIL.
    pub until: Option<Until>,
    /// BYDAY: place in the period, if any, and weekday.
    pub by_day: Vec<(Option<i8>, Weekday)>,
    /// BYMONTHDAY.
    pub by_month_day: Vec<i8>,
    /// BYYEARDAY.
    pub by_year_day: Vec<i16>,
    /// BYWEEKNO.
    pub by_week_no: Vec<i8>,
    /// BYMONTH.
    pub by_month: Vec<i8>,
    /// BYSETPOS.
    pub by_set_pos: Vec<i16>,
    /// WKST.
    pub week_start: Weekday,
}

/// The codes of the weekdays in BYDAY, Monday first.
pub const DAY_CODES: [(&str, Weekday); 7] = [
    ("MO", Weekday::Monday),
    ("TU", Weekday::Tuesday),
    ("WE", Weekday::Wednesday),
    ("TH", Weekday::Thursday),
    ("FR", Weekday::Friday),
    ("SA", Weekday::Saturday),
    ("SU", Weekday::Sunday),
];

/// The two letters of a weekday.
pub fn day_code(day: Weekday) -> &'static str {
    DAY_CODES
        .iter()
        .find(|(_, known)| *known == day)
        .map_or("MO", |(code, _)| code)
}

impl Rule {
    /// A rule of this frequency and nothing else.
    pub fn new(frequency: Frequency) -> Self {
        Rule {
            frequency,
            interval: 1,
            count: None,
            until: None,
            by_day: vec![],
            by_month_day: vec![],
            by_year_day: vec![],
            by_week_no: vec![],
            by_month: vec![],
            by_set_pos: vec![],
            week_start: Weekday::Monday,
        }
    }

    /// The rule as text with `until` in the form that the caller chose; nothing when `None`.
    pub fn text(&self, until: Option<&str>) -> String {
        let frequency = match self.frequency {
            Frequency::Daily => "DAILY",
            Frequency::Weekly => "WEEKLY",
            Frequency::Monthly => "MONTHLY",
            Frequency::Yearly => "YEARLY",
        };
        let mut parts = vec![format!("FREQ={frequency}")];
        if self.interval > 1 {
            parts.push(format!("INTERVAL={}", self.interval));
        }
        if let Some(count) = self.count {
            parts.push(format!("COUNT={count}"));
        } else if let Some(until) = until {
            parts.push(format!("UNTIL={until}"));
        }
        if self.week_start != Weekday::Monday {
            parts.push(format!("WKST={}", day_code(self.week_start)));
        }
        let days = self.by_day.iter().map(|(nth, day)| match nth {
            Some(n) => format!("{n}{}", day_code(*day)),
            None => day_code(*day).to_owned(),
        });
        push(&mut parts, "BYMONTH", self.by_month.iter());
        push(&mut parts, "BYWEEKNO", self.by_week_no.iter());
        push(&mut parts, "BYYEARDAY", self.by_year_day.iter());
        push(&mut parts, "BYMONTHDAY", self.by_month_day.iter());
        push(&mut parts, "BYDAY", days);
        push(&mut parts, "BYSETPOS", self.by_set_pos.iter());
        parts.join(";")
    }
}

fn push<T: fmt::Display>(parts: &mut Vec<String>, name: &str, values: impl Iterator<Item = T>) {
    let values: Vec<String> = values.map(|v| v.to_string()).collect();
    if !values.is_empty() {
        parts.push(format!("{name}={}", values.join(",")));
    }
}

fn bad(message: impl Into<Words>, help: impl Into<Words>) -> Fault {
    Fault {
        code: "event/bad-rule",
        message: message.into(),
        help: help.into(),
    }
}

fn no_frequency() -> Fault {
    bad(
        say!("the rule has no FREQ"),
        say!("begin with `FREQ=WEEKLY`, `FREQ=MONTHLY`, …"),
    )
}

/// Reads a rule. Parts on which calendar programs disagree are refused, with the reason.
pub fn read_rule(text: &str) -> Result<Rule, Fault> {
    let text = text.trim().trim_end_matches(';');
    let text = text.strip_prefix("RRULE:").unwrap_or(text);
    let mut rule: Option<Rule> = None;
    let mut seen = Vec::new();
    // FREQ may stand anywhere; the others need it.
    let (first, rest): (Vec<&str>, Vec<&str>) = text
        .split(';')
        .partition(|part| part.to_ascii_uppercase().starts_with("FREQ="));
    for part in first.into_iter().chain(rest) {
        let (name, value) = part.split_once('=').ok_or_else(|| {
            bad(
                say!("`{}` is not part of a rule", part),
                say!("write `NAME=VALUE`, with `;` between"),
            )
        })?;
        let (name, value) = (
            name.trim().to_ascii_uppercase(),
            value.trim().to_ascii_uppercase(),
        );
        if seen.contains(&name) {
            return Err(bad(
                say!("`{}` is given twice", name),
                say!("keep one of the two"),
            ));
        }
        match (&name[..], rule.as_mut()) {
            ("FREQ", None) => rule = Some(Rule::new(read_frequency(&value)?)),
            (_, None) => return Err(no_frequency()),
            (_, Some(rule)) => read_part(rule, &name, &value)?,
        }
        seen.push(name);
    }
    let rule = rule.ok_or_else(no_frequency)?;
    refuse(&rule)?;
    Ok(rule)
}

fn read_frequency(value: &str) -> Result<Frequency, Fault> {
    match value {
        "DAILY" => Ok(Frequency::Daily),
        "WEEKLY" => Ok(Frequency::Weekly),
        "MONTHLY" => Ok(Frequency::Monthly),
        "YEARLY" => Ok(Frequency::Yearly),
        "HOURLY" | "MINUTELY" | "SECONDLY" => Err(bad(
            say!(
                "FREQ={} repeats within a day, which calendars show differently around a clock change",
                value
            ),
            say!("write one event a day, with `parts` for what happens within it"),
        )),
        _ => Err(bad(
            say!("FREQ={} does not exist", value),
            say!("it can be DAILY, WEEKLY, MONTHLY or YEARLY"),
        )),
    }
}

fn read_part(rule: &mut Rule, name: &str, value: &str) -> Result<(), Fault> {
    match name {
        "INTERVAL" => rule.interval = number(name, value, 1, 1000)?,
        "COUNT" => rule.count = Some(number(name, value, 1, 10_000)?),
        "UNTIL" => rule.until = Some(read_until(value)?),
        "BYDAY" => {
            rule.by_day = value
                .split(',')
                .map(read_by_day)
                .collect::<Result<_, _>>()?
        }
        "BYMONTHDAY" => rule.by_month_day = numbers(name, value, -31, 31)?,
        "BYMONTH" => rule.by_month = numbers(name, value, 1, 12)?,
        "BYSETPOS" => rule.by_set_pos = numbers(name, value, -366, 366)?,
        "WKST" => {
            rule.week_start = day_of(value).ok_or_else(|| {
                bad(
                    say!("`{}` is not a weekday", value),
                    say!("it can be MO, TU, WE, TH, FR, SA or SU"),
                )
            })?;
        }
        "BYWEEKNO" => rule.by_week_no = numbers(name, value, 1, 53)?,
        "BYYEARDAY" => rule.by_year_day = numbers(name, value, -366, 366)?,
        "BYHOUR" | "BYMINUTE" | "BYSECOND" => {
            let message = say!(
                "{} repeats within a day, which calendars show differently",
                name
            );
            let help = say!("the time comes from `start`; write a second event for a second time");
            return Err(bad(message, help));
        }
        _ => {
            return Err(bad(
                say!("`{}` is not a part of a rule", name),
                say!("see RFC 5545, section 3.3.10"),
            ));
        }
    }
    Ok(())
}

/// What reads well but has no meaning, or one that hardly a program works out (RFC 5545 section
/// 3.3.10). What is only shown differently is looked at with its start, in the timetable.
fn refuse(rule: &Rule) -> Result<(), Fault> {
    if rule.count.is_some() && rule.until.is_some() {
        let message = say!("a rule ends by COUNT or by UNTIL, not by both");
        return Err(bad(message, say!("keep one of the two")));
    }
    refuse_days(rule)?;
    if rule.frequency == Frequency::Weekly && !rule.by_month_day.is_empty() {
        return Err(bad(
            say!("BYMONTHDAY cannot go with FREQ=WEEKLY"),
            say!("use FREQ=MONTHLY"),
        ));
    }
    let (weeks, days) = (!rule.by_week_no.is_empty(), !rule.by_year_day.is_empty());
    if (weeks || days) && rule.frequency != Frequency::Yearly {
        let name = if weeks { "BYWEEKNO" } else { "BYYEARDAY" };
        return Err(bad(say!("{} needs FREQ=YEARLY", name), say!("change FREQ")));
    }
    let others = !rule.by_month.is_empty() || !rule.by_month_day.is_empty() || days;
    if weeks && (rule.by_day.is_empty() || rule.interval > 1 || others) {
        return Err(bad(
            say!("BYWEEKNO is understood only with BYDAY, each year and without other parts"),
            say!("write it as `BYWEEKNO=20;BYDAY=MO`, or use BYMONTH with BYDAY or BYMONTHDAY"),
        ));
    }
    if !rule.by_set_pos.is_empty()
        && !matches!(rule.frequency, Frequency::Monthly | Frequency::Yearly)
    {
        return Err(bad(
            say!("BYSETPOS within a week or a day is worked out differently by every program"),
            say!("name the weekdays themselves in BYDAY"),
        ));
    }
    let alone = rule.by_day.is_empty() && !others;
    if !rule.by_set_pos.is_empty() && alone {
        return Err(bad(
            say!("BYSETPOS needs another BY part to choose from"),
            say!("add BYDAY or BYMONTHDAY"),
        ));
    }
    Ok(())
}

/// Numbers before weekdays: where they may stand and how far they go.
fn refuse_days(rule: &Rule) -> Result<(), Fault> {
    let numbers = || rule.by_day.iter().filter_map(|(nth, _)| *nth);
    if numbers().next().is_none() {
        return Ok(());
    }
    let yearly = rule.frequency == Frequency::Yearly && rule.by_week_no.is_empty();
    if !yearly && rule.frequency != Frequency::Monthly {
        return Err(bad(
            say!(
                "a numbered weekday such as 1MO needs FREQ=MONTHLY or FREQ=YEARLY, without BYWEEKNO"
            ),
            say!("leave the number out, or change FREQ"),
        ));
    }
    if numbers().count() < rule.by_day.len() {
        return Err(bad(
            say!(
                "BYDAY has weekdays with and without a number, and calendars disagree whether that is both or either"
            ),
            say!("give each of them a number or none, or make two events of it"),
        ));
    }
    let in_month = !yearly || !rule.by_month.is_empty();
    let known = if in_month { -4..=5 } else { -52..=53 };
    if let Some(n) = numbers().find(|n| !known.contains(n)) {
        let message = match in_month {
            true => say!(
                "a month has four or five of each weekday, not always a number {}",
                n
            ),
            false => say!(
                "a year has 52 or 53 of each weekday, not always a number {}",
                n
            ),
        };
        let (low, high) = known.into_inner();
        let help = say!("number them from 1 to {}, or from -1 to {}", high, low);
        return Err(bad(message, help));
    }
    Ok(())
}

fn number<T: TryFrom<i64>>(name: &str, value: &str, low: i64, high: i64) -> Result<T, Fault> {
    let n = value
        .parse::<i64>()
        .ok()
        .filter(|n| (low..=high).contains(n) && *n != 0);
    n.and_then(|n| T::try_from(n).ok()).ok_or_else(|| {
        bad(
            say!("{} cannot be `{}`", name, value),
            say!("it is a whole number from {} to {}", low, high),
        )
    })
}

fn numbers<T: TryFrom<i64>>(name: &str, value: &str, low: i64, high: i64) -> Result<Vec<T>, Fault> {
    value
        .split(',')
        .map(|v| number(name, v, low, high))
        .collect()
}

fn day_of(code: &str) -> Option<Weekday> {
    let known = DAY_CODES.iter().find(|(known, _)| *known == code);
    known.map(|(_, day)| *day)
}

fn read_by_day(text: &str) -> Result<(Option<i8>, Weekday), Fault> {
    let fault = || {
        bad(
            say!("BYDAY cannot hold `{}`", text),
            say!(
                "write MO, TU, WE, TH, FR, SA, SU, with a number for the first or last of a month: 1MO, -1FR"
            ),
        )
    };
    let split = text
        .len()
        .checked_sub(2)
        .filter(|n| text.is_char_boundary(*n))
        .ok_or_else(fault)?;
    let (nth, code) = text.split_at(split);
    let day = day_of(code).ok_or_else(fault)?;
    if nth.is_empty() {
        return Ok((None, day));
    }
    let n = nth
        .parse::<i8>()
        .ok()
        .filter(|n| *n != 0 && n.abs() <= 53)
        .ok_or_else(fault)?;
    Ok((Some(n), day))
}

fn read_until(value: &str) -> Result<Until, Fault> {
    let fault = || {
        bad(
            say!("UNTIL cannot be `{}`", value),
            say!("write `20261231`, or in UTC `20261231T225959Z`"),
        )
    };
    let date = |text: &str| -> Option<civil::Date> {
        let shaped = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
        let part = |range: std::ops::Range<usize>| text[range].parse::<i16>().ok();
        if !shaped {
            return None;
        }
        civil::Date::new(part(0..4)?, part(4..6)? as i8, part(6..8)? as i8).ok()
    };
    let Some((day, time)) = value.split_once('T') else {
        return date(value).map(Until::Day).ok_or_else(fault);
    };
    let (clock, utc) = match time.strip_suffix('Z') {
        Some(clock) => (clock, true),
        None => (time, false),
    };
    let shaped = clock.len() == 6 && clock.bytes().all(|b| b.is_ascii_digit());
    let part = |n: usize| clock[n..n + 2].parse::<i8>().ok();
    let time = if shaped {
        (|| civil::Time::new(part(0)?, part(2)?, part(4)?, 0).ok())()
    } else {
        None
    };
    match (date(day), time) {
        (Some(date), Some(time)) if utc => Ok(Until::Utc(date.to_datetime(time))),
        (Some(date), Some(time)) => Ok(Until::Local(date.to_datetime(time))),
        _ => Err(fault()),
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let until = self.until.map(|until| match until {
            Until::Day(date) => date.strftime("%Y%m%d").to_string(),
            Until::Local(at) => at.strftime("%Y%m%dT%H%M%S").to_string(),
            Until::Utc(at) => at.strftime("%Y%m%dT%H%M%SZ").to_string(),
        });
        f.write_str(&self.text(until.as_deref()))
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(deserializer, read_rule)
    }
}

impl Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for Rule {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Rule".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^(RRULE:)?[A-Za-z]+=.*$" })
    }
}

#[cfg(test)]
mod tests;
