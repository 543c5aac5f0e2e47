//! A day and a time as people say them, in English and Dutch: "next wednesday 18:00", "morgen 20:00",
//! "8 januari", "over twee weken".

use jiff::civil::{Date, DateTime, Time, Weekday, date};
use jiff::{Span, ToSpan};

/// When something is: the day, and the time if one was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct On {
    /// The day.
    pub day: Date,
    /// The time.
    pub time: Option<Time>,
}

const WEEKDAYS: &[(Weekday, &[&str])] = &[
    (Weekday::Monday, &["monday", "mon", "maandag", "ma"]),
    (
        Weekday::Tuesday,
        &["tuesday", "tue", "tues", "dinsdag", "di"],
    ),
    (Weekday::Wednesday, &["wednesday", "wed", "woensdag", "wo"]),
    (
        Weekday::Thursday,
        &["thursday", "thu", "thur", "thurs", "donderdag", "do"],
    ),
    (Weekday::Friday, &["friday", "fri", "vrijdag", "vr"]),
    (Weekday::Saturday, &["saturday", "sat", "zaterdag", "za"]),
    (Weekday::Sunday, &["sunday", "sun", "zondag", "zo"]),
];

const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "januari"],
    &["february", "feb", "februari"],
    &["march", "mar", "maart", "mrt"],
    &["april", "apr"],
    &["may", "mei"],
    &["june", "jun", "juni"],
    &["july", "jul", "juli"],
    &["august", "aug", "augustus"],
    &["september", "sep", "sept"],
    &["october", "oct", "oktober", "okt"],
    &["november", "nov"],
    &["december", "dec"],
];

const NUMBERS: &[(&str, i64)] = &[
    ("a", 1),
    ("an", 1),
    ("one", 1),
    ("een", 1),
    ("één", 1),
    ("two", 2),
    ("twee", 2),
    ("three", 3),
    ("drie", 3),
    ("four", 4),
    ("vier", 4),
    ("five", 5),
    ("vijf", 5),
    ("six", 6),
    ("zes", 6),
];

/// Words that change nothing. "Next" and "volgende" before a weekday mean the first one to come.
const FILLERS: &[&str] = &[
    "on",
    "at",
    "op",
    "om",
    "de",
    "the",
    "of",
    "next",
    "coming",
    "this",
    "volgende",
    "komende",
    "aanstaande",
    "aankomende",
    "deze",
    "uur",
    "o'clock",
];

/// Reads what was said, from the point of view of a moment.
///
/// # Errors
///
/// Gives the word that was not understood, or nothing when no day was named.
pub fn read(text: &str, now: DateTime) -> Result<On, Option<String>> {
    let lower = text.to_lowercase().replace(',', " ");
    let words: Vec<&str> = lower.split_whitespace().collect();
    let mut said = Said::default();
    let mut rest = &words[..];
    while let Some(word) = rest.first() {
        let used = said.day(rest, now.date()).or_else(|| said.time(rest));
        let filler = FILLERS.contains(word).then_some(1);
        match used.or(filler) {
            Some(used) => rest = rest.get(used..).unwrap_or_default(),
            None => return Err(Some((*word).to_owned())),
        }
    }
    let time = said.time;
    // A time by itself is that of today, or of tomorrow when it has passed.
    let by_time = time.map(|time| match time > now.time() {
        true => now.date(),
        false => now.date().saturating_add(1.day()),
    });
    let day = said.date.or(by_time).ok_or(None)?;
    Ok(On { day, time })
}

#[derive(Default)]
struct Said {
    date: Option<Date>,
    time: Option<Time>,
    /// The week of the day is the one after this.
    next_week: bool,
}

impl Said {
    /// Reads a day at the beginning, and says how many words it took.
    fn day(&mut self, words: &[&str], today: Date) -> Option<usize> {
        if self.date.is_some() && !self.next_week {
            return None;
        }
        let (first, second) = (*words.first()?, words.get(1).copied().unwrap_or(""));
        if matches!(first, "next" | "volgende") && second == "week" {
            (self.date, self.next_week) = (Some(today.saturating_add(1.week())), true);
            return Some(2);
        }
        if let Some(weekday) = weekday(first) {
            self.date = Some(match self.next_week {
                true => in_week_after(today, weekday),
                false => first_after(today, weekday),
            });
            self.next_week = false;
            return Some(1);
        }
        if self.date.is_some() {
            return None;
        }
        let (date, used) = plain(first, second, today)
            .or_else(|| after(words, today))
            .or_else(|| named(words, today))?;
        if let Some((_, time)) = first.split_once('t').filter(|_| used == 1) {
            self.time = clock(time).or(self.time);
        }
        self.date = Some(date);
        Some(used)
    }

    /// Reads a time at the beginning, and says how many words it took.
    fn time(&mut self, words: &[&str]) -> Option<usize> {
        if self.time.is_some() {
            return None;
        }
        let (first, second) = (*words.first()?, words.get(1).copied().unwrap_or(""));
        let joined = format!("{first}{second}");
        let half = matches!(second, "am" | "pm" | "uur" | "u" | "o'clock");
        let (time, used) = match half.then(|| clock(&joined)).flatten() {
            Some(time) => (time, 2),
            None => (clock(first)?, 1),
        };
        self.time = Some(time);
        Some(used)
    }
}

fn weekday(word: &str) -> Option<Weekday> {
    let word = word.strip_suffix("avond").unwrap_or(word);
    let mut days = WEEKDAYS.iter();
    days.find(|(_, names)| names.contains(&word))
        .map(|(day, _)| *day)
}

fn month(word: &str) -> Option<i8> {
    let n = MONTHS.iter().position(|names| names.contains(&word))?;
    i8::try_from(n + 1).ok()
}

/// The first day of that name to come; today is no such day.
fn first_after(today: Date, weekday: Weekday) -> Date {
    let mut days = (1..=7).map(|n: i64| today.saturating_add(n.days()));
    days.find(|day| day.weekday() == weekday).unwrap_or(today)
}

/// The day of that name in the week after this, which begins on a Monday.
fn in_week_after(today: Date, weekday: Weekday) -> Date {
    let since_monday = i64::from(today.weekday().to_monday_zero_offset());
    let monday = today.saturating_add((7 - since_monday).days());
    let offset = i64::from(weekday.to_monday_zero_offset());
    monday.saturating_add(offset.days())
}

/// A day in figures, or by a word: `2026-12-09`, `9-12-2026`, "tomorrow".
fn plain(first: &str, second: &str, today: Date) -> Option<(Date, usize)> {
    let later = |n: i64| today.saturating_add(n.days());
    Some(match (first, second) {
        ("today" | "vandaag" | "vanavond" | "tonight", _) => (today, 1),
        ("tomorrow" | "morgen" | "morgenavond", _) => (later(1), 1),
        ("overmorgen", _) => (later(2), 1),
        _ => (figures(first, today)?, 1),
    })
}

/// `2026-12-09`, also with a time behind it; `9-12-2026`, `9/12/2026` and `9-12`: the day comes first.
fn figures(word: &str, today: Date) -> Option<Date> {
    let word = word.split('t').next()?;
    let parts: Vec<&str> = word.split(['-', '/']).collect();
    let number = |text: &str| text.parse::<i16>().ok();
    match parts[..] {
        [year, month, day] if year.len() == 4 => Date::new(
            number(year)?,
            number(month)?.try_into().ok()?,
            number(day)?.try_into().ok()?,
        )
        .ok(),
        [day, month, year] if year.len() == 4 => Date::new(
            number(year)?,
            number(month)?.try_into().ok()?,
            number(day)?.try_into().ok()?,
        )
        .ok(),
        [day, month] => to_come(
            today,
            number(month)?.try_into().ok()?,
            number(day)?.try_into().ok()?,
        ),
        _ => None,
    }
}

/// "in two weeks", "over 3 dagen", "in een maand".
fn after(words: &[&str], today: Date) -> Option<(Date, usize)> {
    let [first, amount, unit, ..] = words else {
        return None;
    };
    if !matches!(*first, "in" | "over") {
        return None;
    }
    let known = NUMBERS.iter().find(|(name, _)| name == amount);
    let n = known.map_or_else(|| amount.parse().ok(), |(_, n)| Some(*n))?;
    let n = Some(n).filter(|n: &i64| (0..=1000).contains(n))?;
    let span: Span = match *unit {
        "day" | "days" | "dag" | "dagen" => n.days(),
        "week" | "weeks" | "weken" => n.weeks(),
        "month" | "months" | "maand" | "maanden" => n.months(),
        _ => return None,
    };
    Some((today.saturating_add(span), 3))
}

/// "8 januari", "8 januari 2027", "january 8", "8th of january".
fn named(words: &[&str], today: Date) -> Option<(Date, usize)> {
    let ordinal = |word: &str| -> Option<i8> {
        let digits = word.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h', 'e']);
        digits.parse().ok()
    };
    let (first, second) = (*words.first()?, *words.get(1)?);
    let skip = usize::from(matches!(second, "of" | "van"));
    let second = *words.get(1 + skip)?;
    let (day, month) = match (month(first), month(second)) {
        (Some(month), _) if skip == 0 => (ordinal(second)?, month),
        (_, Some(month)) => (ordinal(first)?, month),
        _ => return None,
    };
    let used = 2 + skip;
    let year = words.get(used).and_then(|word| word.parse::<i16>().ok());
    match year.filter(|year| (1900..3000).contains(year)) {
        Some(year) => Some((Date::new(year, month, day).ok()?, used + 1)),
        None => Some((to_come(today, month, day)?, used)),
    }
}

/// The first such day that is not past.
fn to_come(today: Date, month: i8, day: i8) -> Option<Date> {
    // A 29th of February comes every eighth year at the latest.
    let mut years = (0..=8).map(|n| today.year().saturating_add(n));
    years.find_map(|year| Date::new(year, month, day).ok().filter(|day| *day >= today))
}

/// `18:00`, `18.00`, `18u`, `18u30`, `18uur`, `6pm`, `6:30pm`.
fn clock(text: &str) -> Option<Time> {
    if matches!(text, "noon") {
        return Some(Time::constant(12, 0, 0, 0));
    }
    let afternoon = text.ends_with("pm");
    let by_half = afternoon || text.ends_with("am");
    let marked = text.contains([':', '.', 'u', 'h']) || by_half || text.ends_with("o'clock");
    let text = text.trim_end_matches("pm").trim_end_matches("am");
    let text = text.trim_end_matches("o'clock").trim_end_matches("uur");
    let text = text.trim_end_matches(['u', 'h']);
    let (hour, minute) = text.split_once([':', '.', 'u', 'h']).unwrap_or((text, "0"));
    let minute = minute.split(':').next()?;
    let (hour, minute): (i8, i8) = (hour.parse().ok()?, minute.parse().ok()?);
    let hour = match (by_half, afternoon, hour) {
        (true, _, hour) if !(1..=12).contains(&hour) => return None,
        (true, false, 12) => 0,
        (true, true, hour) if hour < 12 => hour + 12,
        (_, _, hour) => hour,
    };
    Time::new(hour, minute, 0, 0).ok().filter(|_| marked)
}

/// A day on which nobody thinks of anything, for examples.
pub const EXAMPLE: Date = date(2026, 12, 9);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_and_times_are_read_as_people_say_them() {
        // A Sunday.
        let now: DateTime = "2026-11-22T12:00".parse().unwrap();
        for (said, expected) in [
            ("next wednesday 18:00", "2026-11-25T18:00"),
            ("volgende woensdag 18:00", "2026-11-25T18:00"),
            ("Woensdag om 18.00 uur", "2026-11-25T18:00"),
            ("komende woensdagavond", "2026-11-25"),
            ("wo 18u30", "2026-11-25T18:30"),
            ("sunday 6pm", "2026-11-29T18:00"),
            ("next week wednesday at 6:30 pm", "2026-11-25T18:30"),
            ("volgende week zondag", "2026-11-29"),
            ("volgende week", "2026-11-29"),
            ("2026-12-09 18:00", "2026-12-09T18:00"),
            ("2026-12-09T18:00", "2026-12-09T18:00"),
            ("9-12-2026 20 uur", "2026-12-09T20:00"),
            ("9/12 20u", "2026-12-09T20:00"),
            ("morgen 20:00", "2026-11-23T20:00"),
            ("overmorgen", "2026-11-24"),
            ("8 januari", "2027-01-08"),
            ("8 januari 2028 om 9:05", "2028-01-08T09:05"),
            ("January 8, 10 am", "2027-01-08T10:00"),
            ("the 8th of january", "2027-01-08"),
            ("over twee weken 20:00", "2026-12-06T20:00"),
            ("in 3 days", "2026-11-25"),
            ("29 februari", "2028-02-29"),
            ("11:00", "2026-11-23T11:00"),
            ("13:00", "2026-11-22T13:00"),
            ("tomorrow noon", "2026-11-23T12:00"),
            ("22 november 12 am", "2026-11-22T00:00"),
        ] {
            let on = read(said, now).unwrap_or_else(|word| panic!("{said}: {word:?}"));
            let shown = match on.time {
                Some(time) => on
                    .day
                    .to_datetime(time)
                    .strftime("%Y-%m-%dT%H:%M")
                    .to_string(),
                None => on.day.to_string(),
            };
            assert_eq!(shown, expected, "{said}");
        }
    }

    #[test]
    fn what_is_not_understood_is_named() {
        let now: DateTime = "2026-11-22T12:00".parse().unwrap();
        for (said, word) in [
            ("woensdag misschien", Some("misschien")),
            ("31 februari", Some("31")),
            ("woensdag 25:00", Some("25:00")),
            ("18", Some("18")),
            ("woensdag donderdag", Some("donderdag")),
            ("", None),
            ("op", None),
        ] {
            assert_eq!(read(said, now), Err(word.map(str::to_owned)), "{said}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_said_is_too_much(said in "[0-9a-z:./ -]{0,40}|.{0,20}") {
            let _ = read(&said, "2026-11-22T12:00".parse().unwrap());
        }
    }
}
