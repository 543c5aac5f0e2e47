//! When something happens, in a sentence.

use super::dates::Style;
use super::messages::Locale;
use crate::content::fields::Weekday;
use crate::content::rule::{Frequency, Rule, Until};
use crate::site::timetable::{Timetable, weekday};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

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
    let clock = |at: DateTime| locale.dates.clock(at.time());
    let (from, to) = (clock(start), clock(end));
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
        let clock = |at: DateTime| locale.dates.clock(at.time());
        let (from, to) = (clock(timetable.start), clock(timetable.end));
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
    match plainly(rule, start) {
        Some(Plain::Days) => say("when.daily", "when.every_n_days", &[]),
        Some(Plain::Weekdays(days)) => {
            let days: Vec<_> = days.into_iter().map(|d| weekday_name(d, locale)).collect();
            let days = join(&days, locale);
            say("when.weekly", "when.every_n_weeks", &[("days", &days)])
        }
        Some(Plain::Numbered(days)) => {
            let name = |(n, day): &(i8, Weekday)| (nth(*n, locale), weekday_name(*day, locale));
            let mut names: Vec<(String, String)> = days.iter().map(name).collect();
            let (last, day) = names.pop().unwrap_or_default();
            // "every second Tuesday and fourth Tuesday of the month"
            let others = names.into_iter().map(|(nth, day)| format!("{nth} {day}"));
            let nth = join(&others.chain([last]).collect::<Vec<_>>(), locale);
            let (one, many) = ("when.monthly_nth", "when.every_n_months_nth");
            say(one, many, &[("nth", &nth), ("day", &day)])
        }
        Some(Plain::DaysOfMonth(days)) => {
            let day = |day: &i8| locale.count("when.day", day.unsigned_abs().into());
            let days: Vec<String> = days.iter().map(day).collect();
            let (one, many) = ("when.monthly_day", "when.every_n_months_day");
            say(one, many, &[("day", &join(&days, locale))])
        }
        Some(Plain::Date) => {
            let date = locale.dates.day(start, Style::DayOfMonth);
            say("when.yearly", "when.every_n_years", &[("date", &date)])
        }
        None => locale.text("when.varying", &[]),
    }
}

/// A rule that a sentence can say whole.
enum Plain {
    Days,
    Weekdays(Vec<Weekday>),
    Numbered(Vec<(i8, Weekday)>),
    DaysOfMonth(Vec<i8>),
    Date,
}

/// What a sentence says of a rule; `None` when it would leave something out, and so be untrue.
fn plainly(rule: &Rule, start: Date) -> Option<Plain> {
    let (days, month_days) = (&rule.by_day, &rule.by_month_day);
    let more = !rule.by_set_pos.is_empty()
        || !rule.by_week_no.is_empty()
        || !rule.by_year_day.is_empty()
        || !rule.by_month.is_empty() && rule.frequency != Frequency::Yearly;
    let weekdays = || days.iter().map(|(_, day)| *day).collect();
    match rule.frequency {
        _ if more => None,
        Frequency::Daily if !month_days.is_empty() => None,
        Frequency::Daily if days.is_empty() => Some(Plain::Days),
        Frequency::Daily => (rule.interval == 1).then(|| Plain::Weekdays(weekdays())),
        Frequency::Weekly if days.is_empty() => Some(Plain::Weekdays(vec![weekday(start)])),
        Frequency::Weekly => Some(Plain::Weekdays(weekdays())),
        Frequency::Monthly if days.is_empty() && month_days.is_empty() => {
            Some(Plain::DaysOfMonth(vec![start.day()]))
        }
        Frequency::Monthly if days.is_empty() => {
            let said = month_days.iter().all(|day| *day > 0);
            said.then(|| Plain::DaysOfMonth(month_days.clone()))
        }
        Frequency::Monthly if month_days.is_empty() => {
            let numbered = |(nth, day): &(Option<i8>, Weekday)| {
                nth.filter(|n| *n >= -1).map(|nth| (nth, *day))
            };
            let numbered: Option<Vec<_>> = days.iter().map(numbered).collect();
            numbered.map(Plain::Numbered)
        }
        Frequency::Monthly => None,
        Frequency::Yearly => {
            let only = |list: &[i8], own: i8| list.iter().all(|n| *n == own);
            let own = only(&rule.by_month, start.month()) && only(month_days, start.day());
            // Days of no month are in each of them.
            let in_month = month_days.is_empty() || !rule.by_month.is_empty();
            (days.is_empty() && own && in_month).then_some(Plain::Date)
        }
    }
}

/// The word for a place in the month.
fn nth(n: i8, locale: &Locale) -> String {
    match n {
        ..0 => locale.text("when.nth.last", &[]),
        _ => locale.text(&format!("when.nth.{n}"), &[]),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::rule::read_rule;

    #[test]
    fn a_sentence_says_the_whole_rule_or_none_of_it() {
        let said = |rule: &str| {
            let rule = read_rule(rule).unwrap_or_else(|fault| panic!("{rule}: {}", fault.message));
            plainly(&rule, jiff::civil::date(2026, 12, 8)).is_some()
        };
        for rule in [
            "FREQ=DAILY;INTERVAL=2",
            "FREQ=DAILY;BYDAY=MO,TU",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH",
            "FREQ=MONTHLY;BYDAY=2TU,4TU",
            "FREQ=MONTHLY;BYMONTHDAY=8,22",
            "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=8",
        ] {
            assert!(said(rule), "{rule}");
        }
        for rule in [
            "FREQ=DAILY;INTERVAL=2;BYDAY=MO,TU",
            "FREQ=DAILY;BYMONTHDAY=8",
            "FREQ=WEEKLY;BYMONTH=12",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "FREQ=MONTHLY;BYDAY=TU",
            "FREQ=MONTHLY;BYDAY=-2TU",
            "FREQ=MONTHLY;BYMONTHDAY=-1",
            "FREQ=YEARLY;BYMONTH=3,12",
            "FREQ=YEARLY;BYMONTH=12;BYDAY=2TU",
            "FREQ=YEARLY;BYMONTHDAY=8",
        ] {
            assert!(!said(rule), "{rule}");
        }
    }
}
