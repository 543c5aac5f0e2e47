//! Days and times as a language writes them, by ICU.

use icu_calendar::{Date, Gregorian};
use icu_datetime::fieldsets::{E, M, MD, MDE, T, YM, YMD, YMDE};
use icu_datetime::input::Time;
use icu_datetime::{FixedCalendarDateTimeFormatter as Formatter, NoCalendarFormatter};
use icu_locale_core::Locale;
use jiff::civil;

/// Ways to write a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `donderdag 3 december 2026`
    Long,
    /// `3 december 2026`
    Medium,
    /// `donderdag 3 december`
    Day,
    /// `3 december`
    DayOfMonth,
    /// `do 3 dec`
    Short,
    /// `do 3 dec 2026`
    ShortYear,
    /// `december 2026`
    Month,
    /// `dec`
    MonthShort,
    /// `december`
    MonthName,
    /// `do`
    WeekdayShort,
    /// `donderdag`
    Weekday,
}

/// Writes days in one language.
pub struct Dates {
    long: Formatter<Gregorian, YMDE>,
    medium: Formatter<Gregorian, YMD>,
    day: Formatter<Gregorian, MDE>,
    day_of_month: Formatter<Gregorian, MD>,
    short: Formatter<Gregorian, MDE>,
    short_year: Formatter<Gregorian, YMDE>,
    month: Formatter<Gregorian, YM>,
    month_short: Formatter<Gregorian, M>,
    month_name: Formatter<Gregorian, M>,
    weekday_short: Formatter<Gregorian, E>,
    weekday: Formatter<Gregorian, E>,
    clock: NoCalendarFormatter<T>,
}

macro_rules! formatter {
    ($locale:expr, $fields:expr) => {
        Formatter::try_new($locale.clone().into(), $fields)
            .or_else(|_| Formatter::try_new(Locale::UNKNOWN.into(), $fields))
            .expect("the root date patterns are compiled in")
    };
}

impl Dates {
    /// The dates of a locale.
    pub fn new(locale: &Locale) -> Self {
        Dates {
            long: formatter!(locale, YMDE::long()),
            medium: formatter!(locale, YMD::long()),
            day: formatter!(locale, MDE::long()),
            day_of_month: formatter!(locale, MD::long()),
            short: formatter!(locale, MDE::medium()),
            short_year: formatter!(locale, YMDE::medium()),
            month: formatter!(locale, YM::long()),
            month_short: formatter!(locale, M::medium()),
            month_name: formatter!(locale, M::long()),
            weekday_short: formatter!(locale, E::short()),
            weekday: formatter!(locale, E::long()),
            clock: NoCalendarFormatter::try_new(locale.clone().into(), T::hm())
                .or_else(|_| NoCalendarFormatter::try_new(Locale::UNKNOWN.into(), T::hm()))
                .expect("the root time patterns are compiled in"),
        }
    }

    /// A day in one of the styles.
    pub fn day(&self, day: civil::Date, style: Style) -> String {
        let Ok(date) =
            Date::try_new_gregorian(i32::from(day.year()), day.month() as u8, day.day() as u8)
        else {
            return day.to_string();
        };
        match style {
            Style::Long => self.long.format(&date).to_string(),
            Style::Medium => self.medium.format(&date).to_string(),
            Style::Day => self.day.format(&date).to_string(),
            Style::DayOfMonth => self.day_of_month.format(&date).to_string(),
            Style::Short => self.short.format(&date).to_string(),
            Style::ShortYear => self.short_year.format(&date).to_string(),
            Style::Month => self.month.format(&date).to_string(),
            Style::MonthShort => self.month_short.format(&date).to_string(),
            Style::MonthName => self.month_name.format(&date).to_string(),
            Style::WeekdayShort => self.weekday_short.format(&date).to_string(),
            Style::Weekday => self.weekday.format(&date).to_string(),
        }
    }

    /// A time on the clock: `19:30`, or what a language writes instead.
    pub fn clock(&self, time: civil::Time) -> String {
        match Time::try_new(time.hour() as u8, time.minute() as u8, 0, 0) {
            Ok(time) => self.clock.format(&time).to_string(),
            Err(_) => time.strftime("%H:%M").to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_each_language_does() {
        let day = civil::date(2026, 12, 3);
        let styles = [
            Style::Long,
            Style::Medium,
            Style::Short,
            Style::ShortYear,
            Style::Month,
            Style::MonthShort,
            Style::WeekdayShort,
        ];
        let show = |code: &str| {
            let dates = Dates::new(&code.parse().unwrap());
            styles.map(|style| dates.day(day, style))
        };
        let dutch = [
            "donderdag 3 december 2026",
            "3 december 2026",
            "do 3 dec",
            "do 3 dec 2026",
            "december 2026",
            "dec",
            "do",
        ];
        assert_eq!(show("nl"), dutch);
        assert_eq!(show("en-GB")[0], "Thursday, 3 December 2026");
        let day = |code: &str| Dates::new(&code.parse().unwrap()).day(day, Style::Day);
        assert_eq!(day("nl"), "donderdag 3 december");
        assert_eq!(day("en-GB"), "Thursday 3 December");
        assert_eq!(day("de"), "Donnerstag, 3. Dezember");
        assert_eq!(day("fr"), "jeudi 3 décembre");
    }

    #[test]
    fn times_are_written_as_each_language_does() {
        let at = civil::time(19, 5, 0, 0);
        let clock = |code: &str| Dates::new(&code.parse().unwrap()).clock(at);
        for (code, expected) in [
            ("nl", "19:05"),
            ("en-GB", "19:05"),
            ("de", "19:05"),
            ("fr", "19:05"),
            ("fi", "19.05"),
            ("ar", "7:05 م"),
        ] {
            assert_eq!(clock(code), expected, "{code}");
        }
    }
}
