//! When something takes place, in the words of others and in ours.

use crate::diagnostic::Words;
use crate::say;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

/// A moment as others write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A day.
    Day(Date),
    /// A time on the clock of a place.
    Local(DateTime),
    /// A moment that is the same everywhere.
    Instant(Timestamp),
}

impl Moment {
    /// So much later; on the clock, as other programs do.
    pub fn later(self, length: jiff::Span) -> Option<Moment> {
        Some(match self {
            Moment::Day(day) => Moment::Day(day.at(0, 0, 0, 0).checked_add(length).ok()?.date()),
            Moment::Local(at) => Moment::Local(at.checked_add(length).ok()?),
            Moment::Instant(at) => {
                let at = at.to_zoned(TimeZone::UTC).checked_add(length).ok()?;
                Moment::Instant(at.timestamp())
            }
        })
    }
}

/// When something takes place, on the clock of its place.
#[derive(Debug, Clone, PartialEq)]
pub struct When {
    /// First start.
    pub start: DateTime,
    /// First end, exclusive; none when it is not known.
    pub end: Option<DateTime>,
    /// Whole days.
    pub all_day: bool,
    /// IANA name of the zone.
    pub zone: String,
    /// Repeats and what is different about single times: `repeat` or `rrule`, `changes`.
    pub repeats: Vec<(&'static str, Value)>,
}

impl When {
    /// From start and end as they are written, with the zone of the place.
    pub fn new(start: Moment, end: Option<Moment>, zone: &str) -> Option<When> {
        let (name, tz) = zone_or_utc(zone);
        let civil = |moment: Moment| match moment {
            Moment::Day(day) => Some(day.at(0, 0, 0, 0)),
            Moment::Local(at) => settled(at, &tz),
            Moment::Instant(at) => Some(at.to_zoned(tz.clone()).datetime()),
        };
        let all_day = matches!(start, Moment::Day(_));
        let ambiguous = |moment: &Moment| match moment {
            Moment::Instant(at) => {
                let at = at.to_zoned(tz.clone());
                tz.to_zoned(at.datetime())
                    .ok()
                    .is_none_or(|first| first.timestamp() != at.timestamp())
            }
            _ => false,
        };
        // The second of two hours that have the same name in autumn can only be said in UTC.
        if name != "UTC" && (ambiguous(&start) || end.as_ref().is_some_and(ambiguous)) {
            let utc = |moment: Moment| match moment {
                Moment::Local(at) => tz
                    .to_zoned(at)
                    .ok()
                    .map(|at| Moment::Instant(at.timestamp())),
                other => Some(other),
            };
            return When::new(utc(start)?, end.and_then(utc), "UTC");
        }
        let begins = civil(start)?;
        let end = match (end, all_day) {
            (Some(Moment::Day(day)), true) => Some(day.at(0, 0, 0, 0)),
            (Some(Moment::Day(day)), false) => Some(day.at(0, 0, 0, 0)),
            (Some(other), true) => civil(other).map(|at| match at.time() == Time::midnight() {
                true => at,
                false => at.date().saturating_add(1.day()).at(0, 0, 0, 0),
            }),
            (Some(other), false) => civil(other),
            (None, _) => None,
        };
        Some(When {
            start: begins,
            end: end.filter(|end| *end > begins),
            all_day,
            zone: name,
            repeats: vec![],
        })
    }

    /// The zone itself.
    pub fn tz(&self) -> TimeZone {
        zone_or_utc(&self.zone).1
    }

    /// A start or an occurrence as we publish it: with its offset, or only the day.
    pub fn shown(&self, at: DateTime) -> String {
        shown(at, self.all_day, &self.tz())
    }

    /// An exclusive end as we publish it; of whole days the last one.
    pub fn shown_end(&self, end: DateTime) -> String {
        match self.all_day {
            true => self.shown(end.saturating_sub(1.day())),
            false => self.shown(end),
        }
    }

    /// The fields of a record.
    pub fn fields(&self) -> Result<Vec<(&'static str, Value)>, Words> {
        if !(1900..=2200).contains(&self.start.year()) {
            return Err(say!(
                "it begins in the year {}",
                self.start.year().to_string()
            ));
        }
        if let Some(plain) = self.in_utc() {
            return plain.fields();
        }
        let mut fields = vec![("start", json!(self.shown(self.start)))];
        if let Some(end) = self.end {
            fields.push(("end", json!(self.shown_end(end))));
        }
        if self.all_day {
            fields.push(("all_day", json!(true)));
        }
        fields.push(("timezone", json!(self.zone)));
        fields.extend(self.repeats.iter().cloned());
        Ok(fields)
    }
}

impl When {
    /// The same in UTC, where its start or end has a name that comes twice: which of the two it is cannot be said
    /// otherwise. What repeats stays on the clock of its place.
    fn in_utc(&self) -> Option<When> {
        let tz = self.tz();
        let fold = |at: &DateTime| {
            let found = tz.to_ambiguous_timestamp(*at).offset();
            matches!(found, AmbiguousOffset::Fold { .. })
        };
        let known = !fold(&self.start) && !self.end.as_ref().is_some_and(fold);
        if self.all_day || !self.repeats.is_empty() || known {
            return None;
        }
        let utc = |at: DateTime| {
            let at = tz.to_zoned(at).ok()?;
            Some(at.with_time_zone(TimeZone::UTC).datetime())
        };
        Some(When {
            start: utc(self.start)?,
            end: match self.end {
                Some(end) => Some(utc(end)?),
                None => None,
            },
            zone: "UTC".to_owned(),
            ..self.clone()
        })
    }
}

/// A time on the clock of a zone; one that the clock skips is later (RFC 5545 section 3.3.5).
fn settled(at: DateTime, tz: &TimeZone) -> Option<DateTime> {
    match tz.to_ambiguous_timestamp(at).offset() {
        AmbiguousOffset::Gap { .. } => Some(tz.to_zoned(at).ok()?.datetime()),
        _ => Some(at),
    }
}

/// A moment with its offset from UTC, or the day (RFC 3339).
pub fn shown(at: DateTime, all_day: bool, tz: &TimeZone) -> String {
    if all_day {
        return at.date().to_string();
    }
    match tz.to_zoned(at) {
        Ok(at) => at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        Err(_) => at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    }
}

/// A zone with its name, UTC when there is none of that name.
pub fn zone_or_utc(name: &str) -> (String, TimeZone) {
    match TimeZone::get(name) {
        Ok(tz) if name.contains('/') => (name.to_owned(), tz),
        _ => ("UTC".to_owned(), TimeZone::UTC),
    }
}

/// An instant in UTC, as `updated` holds it.
pub fn utc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Seconds since 1970; more than seconds would be so far off are milliseconds.
pub fn of_seconds(seconds: f64) -> Option<Timestamp> {
    let seconds = if seconds.abs() > 2e10 {
        seconds / 1000.0
    } else {
        seconds
    };
    (seconds.is_finite() && seconds.abs() < 1e10)
        .then(|| Timestamp::from_second(seconds as i64).ok())?
}

/// A moment as ISO 8601 and its relatives write it: `2026-12-03`, `2026-12-03T19:30`, `2026-12-03 19:30:00+01:00`,
/// `20261203T193000Z`, `2026-12-03T19:30:00.000Z`, `2026-12-03T19:30:00[Europe/Amsterdam]`.
pub fn iso(text: &str) -> Option<Moment> {
    let text = text.trim();
    let text = text.split('[').next().unwrap_or(text).trim();
    if text.len() > 40 || !text.is_ascii() {
        return None;
    }
    let (day, clock) = match text.find(['T', 't', ' ']) {
        Some(at) => (text.get(..at)?, text.get(at + 1..)?.trim()),
        None => (text, ""),
    };
    let date = date(day)?;
    if clock.is_empty() {
        return Some(Moment::Day(date));
    }
    let zoned = clock.find(['Z', 'z', '+', '-']);
    let (clock, offset) = clock.split_at(zoned.unwrap_or(clock.len()));
    let (time, next) = time(clock.trim())?;
    let at = date.to_datetime(time);
    let at = if next {
        at.checked_add(1.day()).ok()?
    } else {
        at
    };
    match offset.trim() {
        "" => Some(Moment::Local(at)),
        offset => Some(Moment::Instant(of_offset(offset)?.to_timestamp(at).ok()?)),
    }
}

/// A day: `2026-12-03`, `20261203`, `2026/12/03`.
pub fn date(text: &str) -> Option<Date> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let plain = text
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '-' | '/' | '.'));
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    match (plain, parts.as_slice()) {
        (true, [_]) if digits.len() == 8 => Date::new(
            digits.get(..4)?.parse().ok()?,
            digits.get(4..6)?.parse().ok()?,
            digits.get(6..)?.parse().ok()?,
        )
        .ok(),
        (true, [year, month, day]) if year.len() == 4 => {
            Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
        }
        // As people write it in Europe.
        (true, [day, month, year]) if year.len() == 4 => {
            Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
        }
        _ => None,
    }
}

/// The months as people write them, in the languages of tables that were seen.
const MONTHS: [&str; 12] = [
    "jan january januari januar janvier janv enero ene gennaio gen janeiro",
    "feb february februari februar février fevrier févr fév febrero febbraio fevereiro fev",
    "mar march maart mrt märz maerz mars marzo março marco",
    "apr april avril avr abril abr aprile",
    "mei may mai mayo maggio mag maio",
    "jun june juni juin junio giugno giu junho",
    "jul july juli juillet juil julio luglio lug julho",
    "aug august augustus août aout agosto ago",
    "sep sept september septembre septiembre settembre set setembro",
    "okt oct october oktober octobre octubre ottobre ott outubro out",
    "nov november novembre noviembre novembro",
    "dec december dez dezember décembre decembre déc dic diciembre dicembre dezembro",
];

/// A day with the name of its month, and what follows on its year: `donderdag 3 december 2026, 19:30`.
pub fn in_words(text: &str) -> Option<(Date, String)> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split([' ', ',', '\u{a0}'])
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| !word.is_empty())
        .take(12)
        .collect();
    let named = |word: &&str| {
        let known = |names: &&str| names.split(' ').any(|name| name == *word);
        let at = MONTHS.iter().position(known)?;
        i8::try_from(at + 1).ok()
    };
    let month = words.iter().find_map(named)?;
    let year = words
        .iter()
        .position(|word| word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit()))?;
    let day = words.iter().take(year).find_map(|word| {
        let end = word.find(|c: char| !c.is_ascii_digit());
        word.get(..end.unwrap_or(word.len()))?.parse::<i8>().ok()
    })?;
    let date = Date::new(words.get(year)?.parse().ok()?, month, day).ok()?;
    Some((date, words.get(year + 1..)?.join(" ")))
}

/// A time on the clock, and whether it is the midnight at the end of the day.
fn time(text: &str) -> Option<(Time, bool)> {
    let text = text.split(['.', ',']).next()?;
    let parts: Vec<&str> = match text.contains(':') {
        true => text.split(':').collect(),
        false if matches!(text.len(), 4 | 6) && text.is_ascii() => {
            vec![
                text.get(..2)?,
                text.get(2..4)?,
                text.get(4..).filter(|s| !s.is_empty()).unwrap_or("0"),
            ]
        }
        false => return None,
    };
    let number = |n: usize| match parts.get(n) {
        Some(part) => part.parse::<i8>().ok().filter(|n| *n >= 0),
        None => Some(0),
    };
    let (hour, minute, second) = (number(0)?, number(1)?, number(2)?.min(59));
    if (hour, minute, second) == (24, 0, 0) {
        return Some((Time::midnight(), true));
    }
    Some((Time::new(hour, minute, second, 0).ok()?, false))
}

/// An offset from UTC: `Z`, `+01:00`, `-0500`, `+1`.
pub fn of_offset(text: &str) -> Option<Offset> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("z") {
        return Some(Offset::UTC);
    }
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let digits: String = text.get(1..)?.chars().filter(|c| *c != ':').collect();
    let number = |range: std::ops::Range<usize>| -> Option<i32> {
        let part = digits.get(range)?;
        part.bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| part.parse().ok())?
    };
    let (hours, minutes, seconds) = match digits.len() {
        1 | 2 => (number(0..digits.len())?, 0, 0),
        3 => (number(0..1)?, number(1..3)?, 0),
        4 => (number(0..2)?, number(2..4)?, 0),
        6 => (number(0..2)?, number(2..4)?, number(4..6)?),
        _ => return None,
    };
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60 + seconds)).ok()
}

/// A moment of RFC 2822, as feeds have it: `Thu, 03 Dec 2026 19:30:00 +0100`.
pub fn of_mail(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let text = match text.split_once(", ") {
        Some((_, rest)) => rest,
        None => text,
    };
    let parts: Vec<&str> = text.split_whitespace().take(6).collect();
    const MONTHS: &str = "janfebmaraprmayjunjulaugsepoctnovdec";
    let month = parts.get(1)?.get(..3)?.to_ascii_lowercase();
    let month = MONTHS.find(&month).filter(|at| at % 3 == 0)? / 3 + 1;
    let year: i16 = parts.get(2)?.parse().ok()?;
    let year = if year < 100 { year + 2000 } else { year };
    let date = Date::new(year, month as i8, parts.first()?.parse().ok()?).ok()?;
    let (time, _) = time(parts.get(3).unwrap_or(&"00:00"))?;
    let offset = match parts.get(4).copied().unwrap_or("GMT") {
        "EST" => "-0500",
        "EDT" => "-0400",
        "CST" => "-0600",
        "CDT" => "-0500",
        "PST" => "-0800",
        "PDT" => "-0700",
        "CET" => "+0100",
        "CEST" => "+0200",
        offset => offset,
    };
    of_offset(offset)
        .unwrap_or(Offset::UTC)
        .to_timestamp(date.to_datetime(time))
        .ok()
}

/// A moment of either, as an instant; a day is its midnight in UTC.
pub fn instant(text: &str, zone: &str) -> Option<Timestamp> {
    let tz = zone_or_utc(zone).1;
    match iso(text) {
        Some(Moment::Instant(at)) => Some(at),
        Some(Moment::Local(at)) => Some(tz.to_zoned(at).ok()?.timestamp()),
        Some(Moment::Day(day)) => TimeZone::UTC
            .to_zoned(day.at(0, 0, 0, 0))
            .ok()
            .map(|at| at.timestamp()),
        None => of_mail(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_however_they_are_written() {
        let at = |text: &str| text.parse::<Timestamp>().ok().map(Moment::Instant);
        assert_eq!(iso("2026-12-03T19:30:00+01:00"), at("2026-12-03T18:30:00Z"));
        assert_eq!(iso("2026-12-03 18:30:00.000Z"), at("2026-12-03T18:30:00Z"));
        assert_eq!(iso("20261203T183000Z"), at("2026-12-03T18:30:00Z"));
        assert_eq!(
            iso("2026-12-03T24:00"),
            Some(Moment::Local("2026-12-04T00:00".parse().unwrap()))
        );
        assert_eq!(
            iso("2026-12-03"),
            Some(Moment::Day("2026-12-03".parse().unwrap()))
        );
        assert_eq!(
            of_mail("Thu, 03 Dec 2026 19:30:00 +0100"),
            "2026-12-03T18:30:00Z".parse().ok()
        );
        for text in [
            "",
            "T",
            "2026",
            "2026-13-01",
            "2026-12-03T",
            "morgen",
            "2026-12-03Tx",
            "é-12-03",
        ] {
            assert!(
                !matches!(iso(text), Some(Moment::Local(_) | Moment::Instant(_))),
                "{text}"
            );
        }
    }

    #[test]
    fn the_second_of_two_hours_with_one_name_is_told_in_utc() {
        let late: Timestamp = "2026-10-25T01:30:00Z".parse().unwrap();
        let when = When::new(Moment::Instant(late), None, "Europe/Amsterdam").unwrap();
        assert_eq!(
            (when.zone.as_str(), when.shown(when.start)),
            ("UTC", "2026-10-25T01:30:00+00:00".to_owned())
        );
        let skipped = Moment::Local("2026-03-29T02:30".parse().unwrap());
        let when = When::new(skipped, None, "Europe/Amsterdam").unwrap();
        assert_eq!(when.shown(when.start), "2026-03-29T03:30:00+02:00");
    }
}
