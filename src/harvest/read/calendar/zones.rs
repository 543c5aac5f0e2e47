//! Zones of a calendar: by their IANA name, by that of Windows, by the cities that a name lists, else by the rules
//! that the calendar brings along (RFC 5545 section 3.6.5).

use super::components::Component;
use crate::content::rule::DAY_CODES;
use crate::content::zone;
use crate::harvest::read::time::{self, Moment};
use icu_time::zone::WindowsParser;
use icu_time::zone::iana::IanaParserExtended;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeMap;

/// Zones that a calendar of its own rules is compared with, after that of the place.
const KNOWN: [&str; 22] = [
    "Europe/Amsterdam",
    "Europe/London",
    "Europe/Lisbon",
    "Europe/Helsinki",
    "Europe/Istanbul",
    "Europe/Moscow",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Phoenix",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Asia/Shanghai",
    "Asia/Dubai",
    "Asia/Jerusalem",
    "Australia/Sydney",
    "Australia/Brisbane",
    "Pacific/Auckland",
    "Africa/Johannesburg",
    "Africa/Lagos",
];

/// Most zones of one calendar.
const MOST: usize = 1000;

/// Short names that the database of zones has, under names that say where they are.
const SHORT: [(&str, &str); 27] = [
    ("CET", "Europe/Brussels"),
    ("MET", "Europe/Brussels"),
    ("EET", "Europe/Athens"),
    ("WET", "Europe/Lisbon"),
    ("EST", "America/Panama"),
    ("MST", "America/Phoenix"),
    ("HST", "Pacific/Honolulu"),
    ("EST5EDT", "America/New_York"),
    ("CST6CDT", "America/Chicago"),
    ("MST7MDT", "America/Denver"),
    ("PST8PDT", "America/Los_Angeles"),
    ("GB", "Europe/London"),
    ("EIRE", "Europe/Dublin"),
    ("PORTUGAL", "Europe/Lisbon"),
    ("POLAND", "Europe/Warsaw"),
    ("TURKEY", "Europe/Istanbul"),
    ("ISRAEL", "Asia/Jerusalem"),
    ("JAPAN", "Asia/Tokyo"),
    ("PRC", "Asia/Shanghai"),
    ("SINGAPORE", "Asia/Singapore"),
    ("NZ", "Pacific/Auckland"),
    ("ROK", "Asia/Seoul"),
    ("ZULU", "UTC"),
    ("GMT", "UTC"),
    ("UTC", "UTC"),
    ("Z", "UTC"),
    ("UCT", "UTC"),
];

/// What a name of a zone stands for.
#[derive(Debug, Clone)]
pub enum Zone {
    /// A zone of the database.
    Named(String),
    /// Rules of the calendar's own.
    Ruled(Rules),
}

/// The zones that a calendar speaks of.
pub struct Zones {
    rules: BTreeMap<String, Rules>,
    known: BTreeMap<String, Option<Zone>>,
    /// The zone of times without one.
    pub place: String,
    /// The zone in which moments in UTC are shown.
    pub shown: String,
}

impl Zones {
    /// The zones of a calendar in a place.
    pub fn of(calendar: &Component, place: &str) -> Zones {
        let mut zones = Zones {
            rules: BTreeMap::new(),
            known: BTreeMap::new(),
            place: place.to_owned(),
            shown: place.to_owned(),
        };
        for component in calendar
            .within
            .iter()
            .filter(|c| c.name == "VTIMEZONE")
            .take(200)
        {
            if let (Some(name), Some(rules)) = (component.value("TZID"), Rules::of(component)) {
                zones.rules.entry(plain(name)).or_insert(rules);
            }
        }
        // What most programs write (X-WR-TIMEZONE): the zone of who made the calendar. UTC says nothing about a place.
        let own = calendar.value("X-WR-TIMEZONE").or(calendar.value("TZID"));
        if let Some(Zone::Named(name)) = own.and_then(|name| zones.zone(name))
            && name != "UTC"
        {
            zones.place.clone_from(&name);
            zones.shown = name;
        }
        zones
    }

    /// What a name stands for. The database wins over rules that contradict it.
    pub fn zone(&mut self, name: &str) -> Option<Zone> {
        let name = plain(name);
        if let Some(known) = self.known.get(&name) {
            return known.clone();
        }
        // Nobody means a thousand zones: whoever names more wants us to look for them.
        if self.known.len() >= MOST {
            return None;
        }
        let found = self.look_up(&name);
        self.known.insert(name, found.clone());
        found
    }

    fn look_up(&self, name: &str) -> Option<Zone> {
        let rules = self.rules.get(name);
        let named = iana(name).or_else(|| windows(name)).or_else(|| {
            let location = rules.and_then(|rules| rules.location.as_deref());
            location.and_then(iana)
        });
        if let Some(named) = named.or_else(|| cities(name, rules)) {
            return Some(Zone::Named(named));
        }
        if let Some(rules) = rules {
            let candidates = std::iter::once(self.place.as_str()).chain(KNOWN);
            let same = candidates
                .into_iter()
                .find(|known| rules.are_those_of(known));
            return Some(match same {
                Some(same) => Zone::Named(same.to_owned()),
                None => Zone::Ruled(rules.clone()),
            });
        }
        fixed(name).or_else(|| zone::zone(name)).map(Zone::Named)
    }
}

fn plain(name: &str) -> String {
    name.trim_matches(['"', '\'', ' ', '\\'])
        .chars()
        .take(200)
        .collect()
}

/// A name of the database, whole or behind what some programs put before it: `/mozilla.org/20050126_1/Europe/Berlin`.
fn iana(name: &str) -> Option<String> {
    let short = SHORT
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name));
    if let Some((_, name)) = short {
        return Some((*name).to_owned());
    }
    let spaced = name.replace(' ', "_");
    let parts: Vec<&str> = spaced.split('/').filter(|part| !part.is_empty()).collect();
    for kept in (2..=3usize.min(parts.len())).rev() {
        let tail = parts.get(parts.len() - kept..)?.join("/");
        if let Some(zone) = TimeZone::get(&tail)
            .ok()
            .and_then(|tz| tz.iana_name().map(str::to_owned))
            && zone.contains('/')
            && zone != "Etc/Unknown"
        {
            return Some(match zone.as_str() {
                "Etc/UTC" | "Etc/GMT" | "Etc/UCT" | "Etc/Zulu" => "UTC".to_owned(),
                _ => zone,
            });
        }
    }
    (name.rsplit('/').next() == Some("Utc")).then(|| "UTC".to_owned())
}

/// A name of Windows, as Outlook and Exchange write it.
fn windows(name: &str) -> Option<String> {
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    let known = WindowsParser::new();
    let found = known
        .parse(name, None)
        .or_else(|| known.parse(bare, None))?;
    let names = IanaParserExtended::new();
    let named = names.iter().find(|zone| zone.time_zone == found)?;
    iana(named.canonical)
}

/// The cities that a name lists: `(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna`.
fn cities(name: &str, rules: Option<&Rules>) -> Option<String> {
    let (offset, cities) = name.strip_prefix('(')?.split_once(')')?;
    let offset = offset
        .trim_start_matches(|c: char| c.is_alphabetic())
        .replace('.', ":");
    let standard = time::of_offset(&offset).unwrap_or(Offset::UTC);
    let winter = |zone: &str| {
        let tz = TimeZone::get(zone).ok()?;
        let [first, second] =
            ["2026-01-15T12:00Z", "2026-07-15T12:00Z"].map(|at| at.parse::<Timestamp>().ok());
        Some((tz.to_offset(first?), tz.to_offset(second?)))
    };
    let mut found = cities.split([',', '/', ';', '&']).filter_map(|city| {
        let zone = zone::zone(city.trim()).filter(|zone| zone.contains('/'))?;
        let (first, second) = winter(&zone)?;
        let fits = first == standard || second == standard;
        (fits && rules.is_none_or(|rules| rules.are_those_of(&zone))).then_some(zone)
    });
    found.next()
}

/// An offset as a name: `GMT+0100`, `UTC-5`, `+01:00`.
fn fixed(name: &str) -> Option<String> {
    let text = name.trim_start_matches(['(', ' ']).trim_end_matches(')');
    let text = ["UTC", "GMT", "Etc/GMT"]
        .iter()
        .find_map(|start| text.strip_prefix(start))
        .unwrap_or(text);
    let offset = time::of_offset(&text.replace('.', ":"))?;
    named_offset(offset)
}

/// The zone of the database that always has this offset.
fn named_offset(offset: Offset) -> Option<String> {
    match (offset.seconds() / 3600, offset.seconds() % 3600) {
        (0, 0) => Some("UTC".to_owned()),
        (hours @ -12..=14, 0) => Some(format!(
            "Etc/GMT{}{}",
            if hours > 0 { '-' } else { '+' },
            hours.abs()
        )),
        _ => None,
    }
}

/// Rules of a calendar's own: when which offset begins.
#[derive(Debug, Clone)]
pub struct Rules {
    observances: Vec<Observance>,
    location: Option<String>,
}

#[derive(Debug, Clone)]
struct Observance {
    first: DateTime,
    to: Offset,
    from: Offset,
    /// Month and weekday of its month, 1 the first and -1 the last, or the day of the month.
    yearly: Option<(i8, Option<(i8, Weekday)>, Option<i8>)>,
    until: Option<i16>,
    others: Vec<DateTime>,
}

impl Observance {
    fn of(component: &Component) -> Option<Observance> {
        let offset = |name: &str| time::of_offset(component.value(name)?);
        let local = |text: &str| match time::iso(text.trim_end_matches('Z'))? {
            Moment::Local(at) => Some(at),
            Moment::Day(day) => Some(day.at(0, 0, 0, 0)),
            Moment::Instant(_) => None,
        };
        let first = local(component.value("DTSTART")?)?;
        let to = offset("TZOFFSETTO")?;
        let rule = component.value("RRULE").unwrap_or("").to_ascii_uppercase();
        let part = |name: &str| rule.split(';').find_map(|part| part.strip_prefix(name));
        let day = part("BYDAY=").and_then(|day| {
            let (nth, code) = day.split_at_checked(day.len().checked_sub(2)?)?;
            let at = DAY_CODES.iter().position(|(known, _)| *known == code)?;
            let day = Weekday::from_monday_zero_offset(at as i8).ok()?;
            Some((nth.parse().unwrap_or(1), day))
        });
        let month_day = part("BYMONTHDAY=").and_then(|days| days.split(',').next()?.parse().ok());
        let month = part("BYMONTH=")
            .and_then(|month| month.parse().ok())
            .unwrap_or(first.month());
        let others = component
            .all("RDATE")
            .flat_map(|line| line.value.split(','))
            .take(500);
        Some(Observance {
            first,
            to,
            from: offset("TZOFFSETFROM").unwrap_or(to),
            yearly: part("FREQ=")
                .filter(|freq| *freq == "YEARLY")
                .map(|_| (month, day, month_day)),
            until: part("UNTIL=").and_then(|until| until.get(..4)?.parse().ok()),
            others: others.filter_map(local).collect(),
        })
    }

    /// When it began last, at or before a time on the clock.
    fn last(&self, at: DateTime) -> Option<DateTime> {
        let in_year = |year: i16| -> Option<DateTime> {
            let (month, day, month_day) = self.yearly?;
            if self.until.is_some_and(|until| year > until) {
                return None;
            }
            let first = Date::new(year, month, 1).ok()?;
            let date = match (day, month_day) {
                // The weekday on or after a day of the month: `BYDAY=SU;BYMONTHDAY=8,9,10,11,12,13,14`.
                (Some((_, weekday)), Some(from)) => {
                    let from = Date::new(year, month, from).ok()?;
                    from.checked_add((i64::from(from.weekday().until(weekday))).days())
                        .ok()?
                }
                (Some((nth, weekday)), None) => first.nth_weekday_of_month(nth, weekday).ok()?,
                (None, Some(day)) => Date::new(year, month, day).ok()?,
                (None, None) => Date::new(year, month, self.first.day()).ok()?,
            };
            Some(date.to_datetime(self.first.time()))
        };
        let years = [
            at.year(),
            at.year().saturating_sub(1),
            self.until.unwrap_or(at.year()).min(at.year()),
        ];
        let onsets = years
            .into_iter()
            .filter_map(in_year)
            .chain(self.others.iter().copied())
            .chain([self.first]);
        onsets
            .filter(|onset| *onset <= at && *onset >= self.first)
            .max()
    }
}

impl Rules {
    fn of(component: &Component) -> Option<Rules> {
        let parts = component
            .within
            .iter()
            .filter(|c| matches!(c.name.as_str(), "STANDARD" | "DAYLIGHT"));
        let observances: Vec<Observance> = parts.take(100).filter_map(Observance::of).collect();
        let location = component.value("X-LIC-LOCATION").map(str::to_owned);
        (!observances.is_empty()).then_some(Rules {
            observances,
            location,
        })
    }

    fn offset(&self, at: DateTime) -> Offset {
        let begun = self
            .observances
            .iter()
            .filter_map(|o| Some((o.last(at)?, o.to)));
        let last = begun.max_by_key(|(onset, _)| *onset).map(|(_, to)| to);
        let before = || {
            self.observances
                .iter()
                .min_by_key(|o| o.first)
                .map(|o| o.from)
        };
        last.or_else(before).unwrap_or(Offset::UTC)
    }

    /// The instant of a time on this clock.
    pub fn instant(&self, at: DateTime) -> Option<Timestamp> {
        self.offset(at).to_timestamp(at).ok()
    }

    /// Whether a zone of the database has the same offsets through a year.
    fn are_those_of(&self, name: &str) -> bool {
        let Ok(tz) = TimeZone::get(name) else {
            return false;
        };
        // What begins on a day of its own, and not by a rule of long ago.
        let onsets = self
            .observances
            .iter()
            .flat_map(|o| o.others.iter().copied().chain([o.first]));
        let recent = onsets
            .filter(|at| (2010..2100).contains(&at.year()))
            .take(50)
            .map(|at| at.saturating_add(1.day()));
        if recent.into_iter().any(|at| {
            tz.to_zoned(at)
                .is_ok_and(|zoned| zoned.offset() != self.offset(at))
        }) {
            return false;
        }
        // Between the days on which Europe and America change their clocks, and in the seasons.
        [
            (1, 15),
            (3, 20),
            (4, 3),
            (7, 15),
            (10, 20),
            (10, 29),
            (11, 20),
        ]
        .into_iter()
        .all(|(month, day)| {
            let at = jiff::civil::date(2026, month, day).at(12, 0, 0, 0);
            tz.to_zoned(at)
                .is_ok_and(|zoned| zoned.offset() == self.offset(at))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::components::components;
    use super::super::lines::lines;
    use super::*;

    fn zones(text: &str) -> Zones {
        let (found, _) = components(lines(text.as_bytes()).found);
        Zones::of(&found[0], "Europe/Lisbon")
    }

    fn name(zones: &mut Zones, name: &str) -> String {
        match zones.zone(name) {
            Some(Zone::Named(name)) => name,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn zones_are_known_by_any_of_their_names() {
        let mut zones = zones("BEGIN:VCALENDAR\nEND:VCALENDAR\n");
        for (written, expected) in [
            ("Europe/Amsterdam", "Europe/Amsterdam"),
            ("\"Europe/Berlin\"", "Europe/Berlin"),
            ("/mozilla.org/20050126_1/Europe/Berlin", "Europe/Berlin"),
            (
                "/freeassociation.sourceforge.net/America/Argentina/Buenos_Aires",
                "America/Argentina/Buenos_Aires",
            ),
            ("W. Europe Standard Time", "Europe/Berlin"),
            ("Romance Standard Time", "Europe/Paris"),
            ("Pacific Standard Time 1", "America/Los_Angeles"),
            (
                "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
                "Europe/Amsterdam",
            ),
            (
                "(GMT+01.00) Brussels / Copenhagen / Madrid / Paris",
                "Europe/Brussels",
            ),
            ("CET", "Europe/Brussels"),
            ("GMT+0100", "Etc/GMT-1"),
            ("UTC", "UTC"),
            ("tzone://Microsoft/Utc", "UTC"),
            ("America/New York", "America/New_York"),
        ] {
            assert_eq!(name(&mut zones, written), expected, "{written}");
        }
        assert!(zones.zone("Middle/Earth").is_none());
    }

    const OWN: &str = "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Ours\nBEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:16010101T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\nEND:VTIMEZONE\nBEGIN:VTIMEZONE\nTZID:Europe/Berlin\nBEGIN:STANDARD\nDTSTART:20000101T000000\nTZOFFSETFROM:-0800\nTZOFFSETTO:-0800\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VTIMEZONE\nTZID:Odd\nBEGIN:STANDARD\nDTSTART:20000101T000000\nTZOFFSETFROM:+0037\nTZOFFSETTO:+0037\nEND:STANDARD\nEND:VTIMEZONE\nEND:VCALENDAR\n";

    #[test]
    fn rules_of_their_own_are_recognised_or_followed() {
        let mut zones = zones(OWN);
        assert_eq!(name(&mut zones, "Ours"), "Europe/Amsterdam");
        assert_eq!(name(&mut zones, "Europe/Berlin"), "Europe/Berlin");
        let Some(Zone::Ruled(rules)) = zones.zone("Odd") else {
            panic!()
        };
        let at = jiff::civil::date(2026, 7, 1).at(12, 0, 0, 0);
        assert_eq!(rules.instant(at), "2026-07-01T11:23:00Z".parse().ok());
    }
}
