//! Days, times and durations as editors write them.

use crate::say;
use crate::yaml::own::{Fault, scalar};
use jiff::civil;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// A day: `2026-12-03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub civil::Date);

/// A day, or a day with a time on the clock of the place: `2026-12-03`, `2026-12-03T19:30`.
///
/// An offset may be written behind the time; it must agree with the place's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// The day.
    pub date: civil::Date,
    /// The time on the clock, if one was written.
    pub time: Option<civil::Time>,
    /// The offset from UTC, if one was written.
    pub offset: Option<jiff::tz::Offset>,
}

/// A time on the clock: `19:30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clock(pub civil::Time);

/// When a part of a day begins: `19:30`, or with its day where there are several: `2026-12-03T19:30`. As written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PartStart(pub String);

/// A length of time in minutes: `2h`, `90m`, `1h30m`, `PT2H`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Minutes(pub u32);

/// A day, or only its year: `2014-05-01`, `2014`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct DayOrYear(pub String);

impl Moment {
    /// Date and time, midnight when no time was written.
    pub fn datetime(&self) -> civil::DateTime {
        self.date
            .to_datetime(self.time.unwrap_or(civil::Time::midnight()))
    }
}

fn bad_date(text: &str) -> Fault {
    let message = match near_date(text) {
        Some(_) => say!("`{}` is not a date as Plein reads it", text),
        None => say!("`{}` is not a date", text),
    };
    let help = match near_date(text) {
        Some(date) => say!("did you mean `{}`? dates are year-month-day", date),
        None => {
            say!("write year-month-day, such as `2026-12-03`; with a time `2026-12-03T19:30`")
        }
    };
    Fault {
        code: "content/bad-date",
        message,
        help,
    }
}

/// What was probably meant by `3-12-2026`, `2026-1-5` or `2026/12/03`.
fn near_date(text: &str) -> Option<civil::Date> {
    let day = text.split(['T', ' ']).next()?;
    let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
    let [a, b, c] = parts.as_slice() else {
        return None;
    };
    let (year, day) = if a.len() == 4 { (a, c) } else { (c, a) };
    civil::Date::new(year.parse().ok()?, b.parse().ok()?, day.parse().ok()?)
        .ok()
        .filter(|d| d.year() > 999)
}

fn read_day(text: &str) -> Result<civil::Date, Fault> {
    let shaped = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
    let date: Option<civil::Date> = if shaped { text.parse().ok() } else { None };
    // The year 26 is a slip: nothing here is that old.
    if let Some(date) = date.filter(|date| date.year() < 1000) {
        return Err(Fault {
            code: "content/bad-date",
            message: say!("the year {} is not one of ours", date.year()),
            help: say!("write the whole year, such as `2026`"),
        });
    }
    date.ok_or_else(|| match shaped {
        true => Fault {
            code: "content/bad-date",
            message: say!("`{}` is not in the calendar", text),
            help: say!("check the month and how many days it has"),
        },
        false => bad_date(text),
    })
}

fn read_time(text: &str) -> Option<civil::Time> {
    // Programs write thousandths of seconds that nobody gave.
    let text = match text.split_once('.') {
        Some((whole, rest))
            if whole.len() == 8 && !rest.is_empty() && rest.bytes().all(|b| b == b'0') =>
        {
            whole
        }
        _ => text,
    };
    let shaped = matches!(text.len(), 5 | 8) && text.as_bytes()[2] == b':';
    if shaped { text.parse().ok() } else { None }
}

/// What was probably meant by `9:30`, `19.30`, `19h` or `7:30 pm`.
fn near_time(text: &str) -> Option<Clock> {
    let half = text.to_lowercase().replace(['.', ' '], "");
    let text = text.trim_end_matches(|c: char| c.is_alphabetic() || c == ' ' || c == '.');
    let text = text
        .strip_suffix(" p.m")
        .or(text.strip_suffix(" a.m"))
        .unwrap_or(text);
    let (hour, minute) = text
        .split_once([':', '.', 'h', 'u'])
        .unwrap_or((text, "00"));
    let shaped = |part: &str| (1..=2).contains(&part.len());
    if !shaped(hour) || minute.len() != 2 {
        return None;
    }
    // The hour of twelve comes before that of one.
    let hour = match hour.parse().ok()? {
        12 if half.ends_with("am") => 0,
        hour @ 1..=11 if half.ends_with("pm") => hour + 12,
        hour => hour,
    };
    let time = civil::Time::new(hour, minute.parse().ok()?, 0, 0);
    time.ok().map(Clock)
}

fn read_moment(text: &str) -> Result<Moment, Fault> {
    let text = text.trim();
    // `Tuesday`, `next week` and `20 december` are no days with a time behind them.
    let is_day = |day: &str| {
        day.split(['-', '/', '.']).count() == 3 && day.ends_with(|c: char| c.is_ascii_digit())
    };
    let parts = text.split_once(['T', ' ']);
    let Some((day, time)) = parts.filter(|(day, _)| is_day(day)) else {
        return Ok(Moment {
            date: read_day(text)?,
            time: None,
            offset: None,
        });
    };
    let date = read_day(day).map_err(|fault| with_time(text, day, time).unwrap_or(fault))?;
    let bad_time = || Fault {
        code: "content/bad-date",
        message: say!("`{}` is not a time on the clock", time),
        help: match near_time(time) {
            Some(time) => say!("did you mean `{}T{}`?", date, time.to_string()),
            None => say!("write hours and minutes, such as `2026-12-03T19:30`"),
        },
    };
    let (clock, offset) = match time.find(['Z', 'z', '+', '-']) {
        None => (time, None),
        Some(n) => (
            &time[..n],
            Some(read_offset(&time[n..]).ok_or_else(bad_time)?),
        ),
    };
    let time = read_time(clock).ok_or_else(bad_time)?;
    Ok(Moment {
        date,
        time: Some(time),
        offset,
    })
}

/// What is told of a day that is written otherwise with a time behind it: the mend has both.
fn with_time(text: &str, day: &str, time: &str) -> Option<Fault> {
    let clock = read_time(time).map(Clock).or_else(|| near_time(time))?;
    let meant = format!("{}T{clock}", near_date(day)?);
    Some(Fault {
        code: "content/bad-date",
        message: say!("`{}` is not a date as Plein reads it", text),
        help: say!("did you mean `{}`? dates are year-month-day", meant),
    })
}

fn read_offset(text: &str) -> Option<jiff::tz::Offset> {
    if text.eq_ignore_ascii_case("z") {
        return Some(jiff::tz::Offset::UTC);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = text[1..].split_once(':')?;
    let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60;
    jiff::tz::Offset::from_seconds(sign * seconds).ok()
}

fn read_minutes(text: &str) -> Result<Minutes, Fault> {
    let fault = || Fault {
        code: "content/bad-duration",
        message: say!("`{}` is not a length of time", text),
        help: say!("write hours and minutes, such as `2h`, `90m` or `1h30m`"),
    };
    let plain = text.trim().to_ascii_lowercase().replace(' ', "");
    let plain = plain.strip_prefix("pt").unwrap_or(&plain);
    let (mut total, mut digits) = (0u32, String::new());
    for c in plain.chars() {
        match c {
            '0'..='9' => digits.push(c),
            'h' | 'm' => {
                let n: u32 = digits.parse().map_err(|_| fault())?;
                let minutes = if c == 'h' { n.checked_mul(60) } else { Some(n) };
                total = minutes
                    .and_then(|m| total.checked_add(m))
                    .ok_or_else(fault)?;
                digits.clear();
            }
            _ => return Err(fault()),
        }
    }
    if total == 0 || !digits.is_empty() || total > 60 * 24 * 366 {
        return Err(fault());
    }
    Ok(Minutes(total))
}

fn read_clock(text: &str) -> Result<Clock, Fault> {
    read_time(text).map(Clock).ok_or_else(|| Fault {
        code: "content/bad-date",
        message: say!("`{}` is not a time on the clock", text),
        help: match near_time(text) {
            Some(time) => say!("did you mean `{}`?", time.to_string()),
            None => say!("write hours and minutes, such as `09:30`"),
        },
    })
}

fn read_part_start(text: &str) -> Result<PartStart, Fault> {
    let clock = read_clock(text).map(drop);
    clock
        .or_else(|fault| match read_moment(text) {
            Ok(moment) if moment.time.is_some() => Ok(()),
            _ => Err(fault),
        })
        .map(|()| PartStart(text.to_owned()))
}

fn read_day_or_year(text: &str) -> Result<DayOrYear, Fault> {
    if text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(DayOrYear(text.to_owned()));
    }
    read_day(text).map(|_| DayOrYear(text.to_owned()))
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0.hour(), self.0.minute())
    }
}
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.time {
            Some(time) => write!(
                f,
                "{}T{:02}:{:02}:{:02}",
                self.date,
                time.hour(),
                time.minute(),
                time.second()
            ),
            None => write!(f, "{}", self.date),
        }
    }
}
impl fmt::Display for Minutes {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("PT")?;
        match (self.0 / 60, self.0 % 60) {
            (0, m) => write!(f, "{m}M"),
            (h, 0) => write!(f, "{h}H"),
            (h, m) => write!(f, "{h}H{m}M"),
        }
    }
}

/// `Deserialize` by a reading function, `Serialize` by `Display`, and a JSON Schema.
macro_rules! written {
    ($type:ident, $read:ident, $schema:tt) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                scalar(deserializer, $read)
            }
        }
        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
    ($type:ident, $read:ident, $schema:tt, display) => {
        written!($type, $read, $schema);
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    };
}

/// A day; the midnight at which it begins may stand behind it, as some programs write a day.
fn read_wrapped_day(text: &str) -> Result<Day, Fault> {
    let text = text.trim();
    match read_moment(text) {
        Ok(moment) if moment.time == Some(civil::Time::midnight()) => Ok(Day(moment.date)),
        _ => read_day(text).map(Day),
    }
}

const MOMENT: &str = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?$";
const DURATION: &str = r"^(PT)?(\d+[hH])?(\d+[mM])?$";

written!(Day, read_wrapped_day, { "type": "string", "format": "date" }, display);
written!(Clock, read_clock, { "type": "string", "pattern": r"^\d{2}:\d{2}$" }, display);
written!(Moment, read_moment, { "type": "string", "pattern": MOMENT, "x-moment": true }, display);
written!(Minutes, read_minutes, { "type": "string", "pattern": DURATION }, display);
written!(PartStart, read_part_start, { "type": "string", "pattern": r"^(\d{4}-\d{2}-\d{2}[T ])?\d{2}:\d{2}" });
written!(DayOrYear, read_day_or_year, { "type": "string", "pattern": r"^\d{4}(-\d{2}-\d{2})?$" });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_days_or_times_with_an_optional_offset() {
        let show = |text| {
            read_moment(text)
                .map(|m| m.to_string())
                .map_err(|f| f.help.to_string())
        };
        assert_eq!(show("2026-12-03"), Ok("2026-12-03".into()));
        assert_eq!(show("2026-12-03T19:30"), Ok("2026-12-03T19:30:00".into()));
        assert_eq!(
            read_moment("2026-12-03T19:30:00+01:00")
                .ok()
                .and_then(|m| m.offset)
                .unwrap()
                .seconds(),
            3600
        );
        assert!(show("3-12-2026").unwrap_err().contains("`2026-12-03`"));
        assert!(show("2026-02-30").unwrap_err().contains("how many days"));
        assert!(
            show("2026-12-03 9.30")
                .unwrap_err()
                .contains("`2026-12-03T09:30`")
        );
        assert!(
            show("2026-12-03T19h")
                .unwrap_err()
                .contains("`2026-12-03T19:00`")
        );
        for (written, meant) in [
            ("2026-12-10T7:30 pm", "`2026-12-10T19:30`"),
            ("2026-12-10 7:30PM", "`2026-12-10T19:30`"),
            ("2026-12-10 7 p.m.", "`2026-12-10T19:00`"),
            ("2026-12-10 12:15 am", "`2026-12-10T00:15`"),
            ("2026-12-10 12 pm", "`2026-12-10T12:00`"),
            ("2026-12-10 9:05 a.m.", "`2026-12-10T09:05`"),
            ("12/10/2026 19:30", "`2026-10-12T19:30`"),
            ("3-12-2026 7:30 pm", "`2026-12-03T19:30`"),
        ] {
            let help = show(written).unwrap_err();
            assert!(help.contains(meant), "{written}: {help}");
        }
        for word in ["Tuesday", "TBA", "dinsdag 3 december", "20 december"] {
            let message = read_moment(word).err().unwrap().message.to_string();
            assert!(message.contains(&format!("`{word}`")), "{message}");
        }
        assert!(
            show("2026-12-03T25:00").is_err()
                && show("2026-12-03T7:30").is_err()
                && show("morgen").is_err()
        );
    }

    #[test]
    fn days_and_times_are_read_as_programs_write_them() {
        let day = |text| read_wrapped_day(text).map(|day| day.to_string()).ok();
        for text in ["2026-12-09", "2026-12-09T00:00", "2026-12-09T00:00:00.000Z"] {
            assert_eq!(day(text).as_deref(), Some("2026-12-09"), "{text}");
        }
        assert_eq!(day("2026-12-09T18:30"), None);
        let moment = read_moment("2026-12-09T18:30:00.000+01:00").ok();
        assert_eq!(
            moment.map(|m| m.to_string()).as_deref(),
            Some("2026-12-09T18:30:00")
        );
        for text in [
            "2026-12-09T18:30.000",
            "2026-12-09T18:30:00.5",
            "2026-12-09T18:30:00.",
        ] {
            assert!(read_moment(text).is_err(), "{text}");
        }
    }

    #[test]
    fn lengths_of_time_are_read_in_hours_and_minutes() {
        let minutes = |text| read_minutes(text).ok().map(|m| m.0);
        assert_eq!(
            [
                minutes("2h"),
                minutes("90m"),
                minutes("1h30m"),
                minutes("PT2H")
            ],
            [Some(120), Some(90), Some(90), Some(120)]
        );
        assert_eq!(
            [
                minutes("2"),
                minutes(""),
                minutes("h"),
                minutes("2x"),
                minutes("99999999h")
            ],
            [None; 5]
        );
    }
}
