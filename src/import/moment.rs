//! Days and times as people write them, in any order, with any zone.

use super::clock::{clocks, is_exact};
use super::span;
use crate::phrase;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

/// How dates are written where the words themselves do not tell.
#[derive(Debug, Clone)]
pub struct Habits<'a> {
    /// Whether `03/04` is the third of April.
    pub day_first: bool,
    /// Patterns of `strftime`, tried before anything else.
    pub formats: &'a [String],
    /// The zone of the place.
    pub zone: &'a TimeZone,
    /// Whether offsets are left aside: the time that is written is the one on the clock.
    pub local: bool,
}

/// A day with what was written of its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// The day.
    pub date: Date,
    /// The time on the clock of the place.
    pub time: Option<Time>,
    /// A second time, of `19:00 - 21:00`.
    pub until: Option<Time>,
    /// The last day, of `11 - 13 March`.
    pub last: Option<Date>,
    /// What had to be decided.
    pub note: Option<&'static str>,
}

const AMBIGUOUS: &str =
    phrase!("a date with slashes was read with the day or month first, as `day_first` says");
const SUMMER: &str =
    phrase!("an offset differs from the zone's by summer time: the time on the clock was kept");
const MOVED: &str = phrase!("a time with another offset was converted to the zone of the place");

impl When {
    /// As front matter holds it: a day, or a day and a time.
    pub fn written(&self) -> String {
        match self.time {
            Some(time) => format!("{}T{:02}:{:02}", self.date, time.hour(), time.minute()),
            None => self.date.to_string(),
        }
    }
}

const MONTHS: [&[&str]; 12] = [
    &[
        "january", "januari", "januar", "janvier", "enero", "gennaio", "janeiro", "jänner",
    ],
    &[
        "february",
        "februari",
        "februar",
        "février",
        "fevrier",
        "febrero",
        "febbraio",
        "fevereiro",
    ],
    &[
        "march", "maart", "märz", "maerz", "mars", "marzo", "março", "mrt",
    ],
    &["april", "avril", "abril", "aprile"],
    &["may", "mei", "mai", "mayo", "maggio", "maio"],
    &["june", "juni", "juin", "junio", "giugno", "junho"],
    &["july", "juli", "juillet", "julio", "luglio", "julho"],
    &["august", "augustus", "août", "aout", "agosto"],
    &[
        "september",
        "septembre",
        "septiembre",
        "settembre",
        "setembro",
        "sept",
    ],
    &[
        "october", "oktober", "octobre", "octubre", "ottobre", "outubro",
    ],
    &["november", "novembre", "noviembre", "novembro"],
    &[
        "december",
        "dezember",
        "décembre",
        "decembre",
        "diciembre",
        "dicembre",
        "dezembro",
    ],
];

pub(super) fn month(word: &str) -> Option<i8> {
    let word = word.to_lowercase();
    if word.chars().count() < 3 {
        return None;
    }
    let names = |names: &&[&str]| {
        names
            .iter()
            .any(|name| name.starts_with(&word) || *name == word)
    };
    MONTHS.iter().position(names).map(|n| n as i8 + 1)
}

/// Reads a day, or a day with a time.
pub fn read(text: &str, habits: &Habits) -> Option<When> {
    let text = text.trim().trim_matches(['"', '\'', '`']).trim();
    if text.len() > 200 {
        return None;
    }
    for format in habits.formats {
        if let Ok(parsed) = jiff::fmt::strtime::parse(format, text)
            && let Ok(date) = parsed.to_date()
        {
            return Some(When {
                date,
                time: parsed.to_time().ok(),
                until: None,
                last: None,
                note: None,
            });
        }
    }
    if let Some(stamp) = timestamp(text) {
        let local = stamp.to_zoned(habits.zone.clone());
        return Some(When {
            date: local.date(),
            time: Some(local.time()),
            until: None,
            last: None,
            note: Some(MOVED),
        });
    }
    if let Some(when) = span::days(text, habits) {
        return Some(when);
    }
    let (date, rest, note) = day(text, habits)?;
    let (time, until) = clocks(&rest);
    let offset = offset(&rest);
    let when = When {
        date,
        time,
        until,
        last: None,
        note,
    };
    Some(match offset.filter(|_| !habits.local) {
        Some(offset) => placed(when, offset, habits.zone),
        None => when,
    })
}

/// Seconds or milliseconds since 1970, as some systems store times.
fn timestamp(text: &str) -> Option<jiff::Timestamp> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match text.len() {
        10 => jiff::Timestamp::from_second(text.parse().ok()?).ok(),
        13 => jiff::Timestamp::from_millisecond(text.parse().ok()?).ok(),
        _ => None,
    }
}

/// A time with an offset on the clock of the place.
fn placed(when: When, offset: Offset, zone: &TimeZone) -> When {
    let Some(time) = when.time else { return when };
    // A day without a time, as programs write it.
    if offset == Offset::UTC && time == Time::midnight() {
        return When { time: None, ..when };
    }
    let local = when.date.to_datetime(time);
    let Ok(stamp) = offset.to_timestamp(local) else {
        return when;
    };
    let there = zone.to_offset(stamp);
    if there == offset {
        return when;
    }
    // `-0500` in April is New York in a hurry: the hour was meant, and the offset copied from winter.
    let other = |month: i8| {
        let day = Date::new(when.date.year(), month, 1).ok()?;
        let noon = offset.to_timestamp(day.at(12, 0, 0, 0)).ok()?;
        Some(zone.to_offset(noon))
    };
    if offset != Offset::UTC && [other(1), other(7)].contains(&Some(offset)) {
        return When {
            note: Some(SUMMER),
            ..when
        };
    }
    let at: DateTime = there.to_datetime(stamp);
    let moved = |time: Time| {
        let then = offset.to_timestamp(when.date.to_datetime(time)).ok()?;
        Some(there.to_datetime(then).time())
    };
    When {
        date: at.date(),
        time: Some(at.time()),
        until: when.until.and_then(moved),
        last: when.last,
        note: Some(MOVED),
    }
}

pub(super) type Found = (Date, String, Option<&'static str>);

/// The day in a text, and what is left of it.
pub(super) fn day(text: &str, habits: &Habits) -> Option<Found> {
    numbered(text, habits).or_else(|| named(text))
}

/// `2024-5-1`, `1.5.2024`, `05/01/24`, `20240501`.
fn numbered(text: &str, habits: &Habits) -> Option<Found> {
    let digits = |c: char| c.is_ascii_digit();
    let start = text.find(digits)?;
    let from = text.get(start..)?;
    let end = from
        .find(|c: char| !digits(c) && !matches!(c, '-' | '/' | '.'))
        .unwrap_or(from.len());
    let word = from.get(..end)?.trim_end_matches(['-', '/', '.']);
    let before = text.get(..start)?;
    let rest = || [before, " ", from.get(word.len()..).unwrap_or("")].concat();
    if word.len() == 8 && word.bytes().all(|b| b.is_ascii_digit()) {
        let n: i32 = word.parse().ok()?;
        let date = Date::new((n / 10_000) as i16, (n / 100 % 100) as i8, (n % 100) as i8);
        return date.ok().map(|date| (date, rest(), None));
    }
    let parts: Vec<&str> = word.split(['-', '/', '.']).collect();
    let [a, b, c] = *parts.as_slice() else {
        return None;
    };
    let number = |part: &str| part.parse::<i16>().ok();
    let (a_, b_, c_) = (number(a)?, number(b)?, number(c)?);
    if a.len() == 4 {
        return made(a_, b_, c_)
            .or_else(|| made(a_, c_, b_))
            .map(|date| (date, rest(), None));
    }
    let year = match c.len() {
        4 => c_,
        2 => 2000 + c_,
        _ => return None,
    };
    // With points or hyphens the day comes first everywhere.
    let first = habits.day_first || !word.contains('/');
    let (day, month) = if first { (a_, b_) } else { (b_, a_) };
    let date = made(year, month, day).or_else(|| made(year, day, month))?;
    let unsure = word.contains('/') && a_ <= 12 && b_ <= 12 && a_ != b_;
    Some((date, rest(), unsure.then_some(AMBIGUOUS)))
}

pub(super) fn made(year: i16, month: i16, day: i16) -> Option<Date> {
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    (1000..=9999).contains(&date.year()).then_some(date)
}

/// `May 1, 2024`, `1 mei 2024`, `Wednesday, 1st May 2024`, `2024 May 1`.
fn named(text: &str) -> Option<Found> {
    let mut month_found = None;
    let (mut day_found, mut year_found) = (None, None);
    let mut rest = Vec::new();
    for word in text
        .split([' ', ',', '\t', '/', '-', '–'])
        .filter(|w| !w.is_empty())
    {
        let bare = word.trim_matches(['.', ';', '(', ')']);
        let digits = bare.trim_end_matches(|c: char| c.is_alphabetic() || c == '.');
        let ending = bare.get(digits.len()..).unwrap_or("");
        let ordinal = matches!(
            ending,
            "" | "st" | "nd" | "rd" | "th" | "e" | "er" | "de" | "ste"
        );
        let number = digits.parse::<i16>().ok().filter(|_| ordinal);
        match (month(bare), number) {
            (Some(n), None) if month_found.is_none() && digits.is_empty() => month_found = Some(n),
            (_, Some(n)) if digits.len() == 4 && year_found.is_none() && n >= 1000 => {
                year_found = Some(n)
            }
            (_, Some(n)) if day_found.is_none() && (1..=31).contains(&n) && digits.len() <= 2 => {
                day_found = Some(n)
            }
            _ => rest.push(word),
        }
    }
    let date = made(year_found?, month_found?.into(), day_found?)?;
    // A range of times lost its hyphen above.
    let rest = if text.contains(['-', '–']) {
        rest.join(" - ")
    } else {
        rest.join(" ")
    };
    Some((date, rest, None))
}

/// The offset behind a time: `Z`, `+02:00`, `-0500`, `EST`, `CEST`.
fn offset(rest: &str) -> Option<Offset> {
    let colon = rest.find(':')?;
    let after = rest.get(colon + 1..)?;
    let at = after.find(['+', '-', 'Z', 'z'])?;
    let clean = after.get(..at)?;
    if !clean
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | ' '))
    {
        return None;
    }
    let text = after.get(at..)?.trim();
    if text.starts_with(['Z', 'z']) {
        return (text.len() == 1).then_some(Offset::UTC);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits: String = text
        .get(1..)?
        .chars()
        .filter(|c| *c != ':')
        .take_while(char::is_ascii_digit)
        .collect();
    if sign < 0 && text.contains(':') && !is_exact(rest) {
        return None;
    }
    let unbroken = text
        .get(1..)?
        .chars()
        .all(|c| c.is_ascii_digit() || c == ':');
    let (hours, minutes) = match digits.len() {
        4 if unbroken => (digits.get(..2)?, digits.get(2..)?),
        2 if unbroken && !clean.ends_with(' ') => (digits.as_str(), "0"),
        _ => return None,
    };
    let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60;
    Offset::from_seconds(sign * seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::zone::zone;
    use proptest::prelude::*;

    fn written(text: &str, day_first: bool) -> String {
        let zone = TimeZone::get("America/New_York").unwrap();
        let habits = Habits {
            day_first,
            formats: &[],
            zone: &zone,
            local: false,
        };
        read(text, &habits).map_or("-".into(), |when| {
            let until = when.until.map_or(String::new(), |t| {
                format!("/{:02}:{:02}", t.hour(), t.minute())
            });
            when.written() + &until
        })
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        for (text, expected) in [
            ("2024-05-01", "2024-05-01"),
            ("2024-5-1 9:30", "2024-05-01T09:30"),
            ("2024-05-01T18:00:00Z", "2024-05-01T14:00"),
            ("2024-05-01T18:00:00.000-04:00", "2024-05-01T18:00"),
            ("2024-04-18 14:00:00 -0500", "2024-04-18T14:00"),
            ("2019-11-04 13:30:00 -0500", "2019-11-04T13:30"),
            ("May 1, 2024", "2024-05-01"),
            ("Wednesday, May 1st, 2024 7pm", "2024-05-01T19:00"),
            ("1 mei 2024", "2024-05-01"),
            ("woensdag 1 mei 2024, 19.00 uur", "2024-05-01T19:00"),
            ("1 mei 2024 19:00 - 21:30", "2024-05-01T19:00/21:30"),
            ("1. Mai 2024 um 20 Uhr", "2024-05-01T20:00"),
            ("01/05/2024", "2024-05-01"),
            ("13/05/2024 10am", "2024-05-13T10:00"),
            ("1.5.2024", "2024-05-01"),
            ("20240501", "2024-05-01"),
            ("2024/05/01 7:00 PM - 9:00 PM", "2024-05-01T19:00/21:00"),
            ("2024-05-01T19:00:00+02:00", "2024-05-01T13:00"),
            ("TBA", "-"),
            ("spring 2024", "-"),
            ("2024-02-31", "-"),
            ("", "-"),
        ] {
            assert_eq!(written(text, true), expected, "{text}");
        }
        assert_eq!(written("01/05/2024", false), "2024-01-05");
        assert_eq!(written("05/13/24", true), "2024-05-13");
    }

    #[test]
    fn times_are_read_alone() {
        let read = |text: &str| {
            let show = |t: Option<Time>| {
                t.map_or("-".into(), |t| format!("{:02}:{:02}", t.hour(), t.minute()))
            };
            let (a, b) = clocks(text);
            format!("{} {}", show(a), show(b))
        };
        for (text, expected) in [
            ("7pm", "19:00 -"),
            ("19.00 uur", "19:00 -"),
            ("19u30", "19:30 -"),
            ("9:30", "09:30 -"),
            ("7 - 9pm", "19:00 21:00"),
            ("18:00-20:00", "18:00 20:00"),
            ("6:30 p.m. to 8 p.m.", "18:30 20:00"),
            ("12 noon", "12:00 -"),
            ("1930", "19:30 -"),
            ("20h", "20:00 -"),
            ("18h30 – 20h", "18:30 20:00"),
            ("doors open", "- -"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn zones_have_many_names() {
        assert_eq!(zone("ET").as_deref(), Some("America/New_York"));
        assert_eq!(
            zone("Eastern Time (US)").as_deref(),
            Some("America/New_York")
        );
        assert_eq!(
            zone("europe/amsterdam").as_deref(),
            Some("Europe/Amsterdam")
        );
        assert_eq!(zone("New York").as_deref(), Some("America/New_York"));
        assert_eq!(zone("moon"), None);
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in "\\PC{0,40}", digits in "[0-9:./ -]{0,24}[a-z]{0,4}") {
            written(&text, true);
            written(&digits, false);
            clocks(&digits);
            zone(&text);
        }
    }
}
