//! Times and lengths of time as calendars write them (RFC 5545 sections 3.3.4 to 3.3.6).

use super::lines::Line;
use super::zones::{Zone, Zones};
use crate::harvest::read::time::{self, Moment, zone_or_utc};
use jiff::Span;
use jiff::civil::DateTime;

/// A moment with the zone on whose clock it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Stamp {
    /// The moment.
    pub moment: Moment,
    /// Its zone; none for what floats, and for what is in UTC.
    pub zone: Option<String>,
}

impl Stamp {
    /// The moment of a line with one value.
    pub fn of(line: &Line, zones: &mut Zones) -> Option<Stamp> {
        Stamp::read(&line.value, line, zones)
    }

    /// The moments of a line with a list of them; of a period also how long it lasts.
    pub fn all(line: &Line, zones: &mut Zones) -> Vec<(Stamp, Option<Length>)> {
        let mut found = Vec::new();
        for value in line.value.split(',').take(5000) {
            let (start, end) = value.split_once('/').unwrap_or((value, ""));
            if let Some(start) = Stamp::read(start, line, zones) {
                let length = duration(end)
                    .map(Length::Span)
                    .or_else(|| Stamp::read(end, line, zones).map(Length::Until));
                found.push((start, length));
            }
        }
        found
    }

    fn read(value: &str, line: &Line, zones: &mut Zones) -> Option<Stamp> {
        let moment = time::iso(value.trim().trim_start_matches(':'))?;
        let day = line
            .parameter("VALUE")
            .is_some_and(|v| v.eq_ignore_ascii_case("DATE"));
        let moment = match moment {
            Moment::Local(at) if day => Moment::Day(at.date()),
            Moment::Instant(at) if day => Moment::Day(at.to_zoned(jiff::tz::TimeZone::UTC).date()),
            other => other,
        };
        let zone = line.parameter("TZID").filter(|name| !name.is_empty());
        let Moment::Local(at) = moment else {
            return Some(Stamp { moment, zone: None });
        };
        match zone.and_then(|name| zones.zone(name)) {
            Some(Zone::Named(name)) => Some(Stamp {
                moment,
                zone: Some(name),
            }),
            Some(Zone::Ruled(rules)) => Some(Stamp {
                moment: Moment::Instant(rules.instant(at)?),
                zone: None,
            }),
            None => Some(Stamp { moment, zone: None }),
        }
    }

    /// Whether it is a day.
    pub fn is_day(&self) -> bool {
        matches!(self.moment, Moment::Day(_))
    }

    /// The moment as it is on the clock of a zone, or as it floats there.
    pub fn within(&self, zone: &str) -> Moment {
        match (self.moment, self.zone.as_deref()) {
            (Moment::Local(at), Some(own)) if own != zone => {
                let there = zone_or_utc(own)
                    .1
                    .to_zoned(at)
                    .map(|at| Moment::Instant(at.timestamp()));
                there.unwrap_or(self.moment)
            }
            _ => self.moment,
        }
    }

    /// The day that is meant where days are expected: that of its own clock.
    pub fn day(&self, zone: &str) -> Option<DateTime> {
        let date = match self.moment {
            Moment::Day(day) => day,
            Moment::Local(at) => at.date(),
            Moment::Instant(at) => {
                let utc = at.to_zoned(jiff::tz::TimeZone::UTC);
                match utc.time() == jiff::civil::Time::midnight() {
                    true => utc.date(),
                    false => self.civil(zone)?.date(),
                }
            }
        };
        Some(date.at(0, 0, 0, 0))
    }

    /// The time on the clock of a zone; of a day its midnight.
    pub fn civil(&self, zone: &str) -> Option<DateTime> {
        let tz = || zone_or_utc(zone).1;
        match self.within(zone) {
            Moment::Day(day) => Some(day.at(0, 0, 0, 0)),
            Moment::Local(at) => Some(at),
            Moment::Instant(at) => Some(at.to_zoned(tz()).datetime()),
        }
    }
}

/// How long a period lasts (RFC 5545 section 3.3.9).
#[derive(Debug, Clone)]
pub enum Length {
    /// For so long.
    Span(Span),
    /// Until then.
    Until(Stamp),
}

/// A length of time: days and weeks on the calendar, the rest on the clock (RFC 5545 section 3.3.6).
pub fn duration(text: &str) -> Option<Span> {
    let text = text.trim().to_ascii_uppercase();
    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => (-1, text),
        None => (1, text.strip_prefix('+').unwrap_or(&text)),
    };
    let (mut days, mut hours, mut minutes, mut seconds) = (0i64, 0i64, 0i64, 0i64);
    let (mut number, mut clock, mut some) = (String::new(), false, false);
    for c in text.strip_prefix('P')?.chars() {
        match c {
            'T' => clock = true,
            c if c.is_ascii_digit() && number.len() < 7 => number.push(c),
            unit => {
                let n = number.parse::<i64>().ok()?;
                number.clear();
                some = true;
                match (unit, clock) {
                    ('W', _) => days += n * 7,
                    ('D', _) => days += n,
                    ('H', _) => hours += n,
                    ('M', true) => minutes += n,
                    ('S', _) => seconds += n,
                    _ => return None,
                }
            }
        }
    }
    let span = Span::new()
        .try_days(sign * days)
        .ok()?
        .try_hours(sign * hours)
        .ok()?;
    let span = span
        .try_minutes(sign * minutes)
        .ok()?
        .try_seconds(sign * seconds)
        .ok()?;
    (some && number.is_empty()).then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read() {
        let minutes = |text: &str| {
            let start = jiff::civil::date(2026, 1, 1).at(0, 0, 0, 0);
            let end = start.checked_add(duration(text)?).ok()?;
            Some(start.duration_until(end).as_secs() / 60)
        };
        assert_eq!(minutes("PT1H30M"), Some(90));
        assert_eq!(minutes("P1DT1H"), Some(1500));
        assert_eq!(minutes("P2W"), Some(20160));
        assert_eq!(minutes("-PT15M"), Some(-15));
        for text in ["", "P", "PT", "1H", "P1M", "PT1", "P9999999W9", "PTH"] {
            assert_eq!(minutes(text), None, "{text}");
        }
    }
}
