//! When something happens, in a sentence.

use super::dates::{Style, clock};
use super::messages::Locale;
use crate::content::fields::Weekday;
use crate::content::rule::{Frequency, Rule, Until};
use crate::site::timetable::Timetable;
use jiff::ToSpan;
use jiff::civil::Date;

/// The sentence, such as "Elke woensdag van 19:30 tot 21:30, tot en met 30 juni 2027".
pub fn sentence(timetable: &Timetable, locale: &Locale) -> String {
    capital(&phrase(timetable, locale))
}

/// The same within another sentence: "elke woensdag van 19:30 tot 21:30".
pub fn phrase(timetable: &Timetable, locale: &Locale) -> String {
    match &timetable.rule {
        _ if !timetable.repeats() => once(timetable, locale),
        Some(rule) => repeating(timetable, rule, locale),
        None => locale.count("when.irregular", timetable.occurrences.len()),
    }
}

/// A text that begins a sentence.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn once(timetable: &Timetable, locale: &Locale) -> String {
    let occurrence = timetable.occurrences.first();
    let (start, end) = occurrence.map_or((timetable.start, timetable.end), |o| {
        (o.start.datetime(), o.end.datetime())
    });
    let long = |day| locale.dates.day(day, Style::Long);
    if timetable.all_day {
        let last = end.saturating_sub(1.day()).date();
        return match last > start.date() {
            true => locale.text(
                "when.all_days",
                &[("start", &long(start.date())), ("end", &long(last))],
            ),
            false => locale.text("when.all_day", &[("date", &long(start.date()))]),
        };
    }
    let (from, to) = (clock(start.time()), clock(end.time()));
    let arguments = [
        ("date", &*long(start.date())),
        ("start", &from),
        ("end_date", &long(end.date())),
        ("end", &to),
    ];
    locale.text(
        if end.date() > start.date() {
            "when.once_multi"
        } else {
            "when.once"
        },
        &arguments,
    )
}

fn repeating(timetable: &Timetable, rule: &Rule, locale: &Locale) -> String {
    let mut sentence = every(rule, timetable.start.date(), locale);
    if !timetable.all_day {
        let (from, to) = (clock(timetable.start.time()), clock(timetable.end.time()));
        sentence = format!(
            "{sentence} {}",
            locale.text("when.hours", &[("start", &from), ("end", &to)])
        );
    }
    let last = match (rule.count, rule.until) {
        (Some(count), _) => return sentence + &locale.count("when.count", count as usize),
        (_, Some(Until::Day(date))) => date,
        (_, Some(Until::Local(at) | Until::Utc(at))) => at.date(),
        _ => return sentence,
    };
    sentence
        + &locale.text(
            "when.until",
            &[("date", &locale.dates.day(last, Style::Medium))],
        )
}

fn every(rule: &Rule, start: Date, locale: &Locale) -> String {
    let n = rule.interval.to_string();
    let say = |one: &str, many: &str, arguments: &[(&str, &str)]| {
        let mut arguments = arguments.to_vec();
        arguments.push(("n", &n));
        locale.text(if rule.interval == 1 { one } else { many }, &arguments)
    };
    let days: Vec<String> = rule
        .by_day
        .iter()
        .map(|(_, day)| weekday_name(*day, locale))
        .collect();
    match rule.frequency {
        Frequency::Daily if rule.by_day.is_empty() => say("when.daily", "when.every_n_days", &[]),
        Frequency::Daily | Frequency::Weekly => {
            let days = if days.is_empty() {
                vec![locale.dates.day(start, Style::Weekday)]
            } else {
                days
            };
            say(
                "when.weekly",
                "when.every_n_weeks",
                &[("days", &join(&days, locale))],
            )
        }
        Frequency::Monthly => match rule
            .by_day
            .iter()
            .find_map(|(nth, day)| Some(((*nth)?, *day)))
        {
            Some((nth, day)) => {
                let nth = locale.text(
                    &if nth < 0 {
                        "when.nth.last".to_owned()
                    } else {
                        format!("when.nth.{nth}")
                    },
                    &[],
                );
                say(
                    "when.monthly_nth",
                    "when.every_n_months_nth",
                    &[("nth", &nth), ("day", &weekday_name(day, locale))],
                )
            }
            None => {
                let day = rule
                    .by_month_day
                    .first()
                    .copied()
                    .unwrap_or(start.day())
                    .to_string();
                say(
                    "when.monthly_day",
                    "when.every_n_months_day",
                    &[("day", &day)],
                )
            }
        },
        Frequency::Yearly => {
            let date = format!(
                "{} {}",
                start.day(),
                locale.dates.day(start, Style::MonthName)
            );
            say("when.yearly", "when.every_n_years", &[("date", &date)])
        }
    }
}

/// The name of a weekday, taken from a week in which the first is a Monday.
fn weekday_name(day: Weekday, locale: &Locale) -> String {
    let n = crate::content::schedule::WEEKDAYS
        .iter()
        .position(|(_, known)| *known == day)
        .unwrap_or(0);
    locale.dates.day(
        jiff::civil::date(2024, 1, 1).saturating_add((n as i64).days()),
        Style::Weekday,
    )
}

/// Words in a row: "maandag, dinsdag en woensdag".
pub fn join(words: &[String], locale: &Locale) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!(
            "{} {} {last}",
            first.join(", "),
            locale.text("when.and", &[])
        ),
    }
}
