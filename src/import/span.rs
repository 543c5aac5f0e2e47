//! Several days in one text, in the ways in which people write them.

use super::clock::clocks;
use super::moment::{Habits, When, day, made, month, read};
use regex::Regex;
use std::sync::LazyLock;

/// Several days: `11 - 13 March 2020`, `March 30 – April 2, 2020`, `2020-03-11 to 2020-03-13`.
pub fn days(text: &str, habits: &Habits) -> Option<When> {
    for between in [
        " - ",
        " – ",
        " — ",
        " to ",
        " until ",
        " t/m ",
        " tot ",
        " bis ",
        " through ",
        "/",
        "–",
    ] {
        let Some((first, last)) = text
            .split_once(between)
            .filter(|(first, last)| first.len().min(last.len()) > 7)
        else {
            continue;
        };
        let both = (day(first, habits), day(last, habits));
        if let (Some(_), Some(_)) = both
            && let (Some(first), Some(last)) = (read(first, habits), read(last, habits))
            && first.date <= last.date
        {
            let later = Some(last.date).filter(|date| *date > first.date);
            return Some(When {
                until: last.time,
                last: later,
                ..first
            });
        }
    }
    let found = SPANS
        .iter()
        .flatten()
        .find_map(|span| span.captures(text))?;
    let name = |name: &str| found.name(name).map(|part| part.as_str());
    let number = |part: &str| name(part).and_then(|n| n.parse::<i16>().ok());
    let one = name("first").or(name("second"))?;
    let other = name("second").unwrap_or(one);
    let (first, second) = (month(one)?, month(other)?);
    let (from, to) = (number("from")?, number("to")?);
    let year = number("year")?;
    let start = made(
        if first > second { year - 1 } else { year },
        first.into(),
        from,
    )?;
    let last = made(year, second.into(), to)?;
    let (time, until) = clocks(name("rest").unwrap_or(""));
    (last > start).then_some(When {
        date: start,
        time,
        until,
        last: Some(last),
        note: None,
    })
}

/// Days of a month, or of two, with one year: the month before or behind the days.
static SPANS: LazyLock<[Option<Regex>; 2]> = LazyLock::new(|| {
    let between = r"\s*(?:-|–|—|to|until|t/m|tot|bis|through|&|and|en|und|et|y)\s*";
    let end = r"(?:st|nd|rd|th|e|er|\.)?";
    let before = format!(
        r"(?<first>\p{{L}}{{3,}})\.?\s+(?<from>\d{{1,2}}){end}{between}(?:(?<second>\p{{L}}{{3,}})\.?\s+)?(?<to>\d{{1,2}}){end},?\s+(?<year>\d{{4}})(?<rest>.*)"
    );
    let behind = format!(
        r"(?:^|[^\d:.,/-])(?<from>\d{{1,2}}){end}\s*(?:(?<first>\p{{L}}{{3,}})\.?)?{between}(?<to>\d{{1,2}}){end}\s+(?:of |de )?(?<second>\p{{L}}{{3,}})\.?,?\s+(?<year>\d{{4}})(?<rest>.*)"
    );
    [before, behind].map(|text| Regex::new(&text).ok())
});

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    #[test]
    fn several_days_have_a_last_one() {
        let zone = TimeZone::UTC;
        let habits = Habits {
            day_first: true,
            formats: &[],
            zone: &zone,
            local: true,
        };
        for (text, first, last) in [
            ("March 11 - 13, 2020", "2020-03-11", Some("2020-03-13")),
            ("11-13 maart 2020", "2020-03-11", Some("2020-03-13")),
            (
                "March 30th – April 2nd, 2020",
                "2020-03-30",
                Some("2020-04-02"),
            ),
            (
                "30 december t/m 2 januari 2020",
                "2019-12-30",
                Some("2020-01-02"),
            ),
            ("2020-03-11 to 2020-03-13", "2020-03-11", Some("2020-03-13")),
            ("11/03/2020 - 13/03/2020", "2020-03-11", Some("2020-03-13")),
            ("11 March 2020, 19:00 - 21:00", "2020-03-11T19:00", None),
            ("11 March 2020 7 - 9pm", "2020-03-11T19:00", None),
        ] {
            let when = read(text, &habits).unwrap();
            assert_eq!(when.written(), first, "{text}");
            assert_eq!(
                when.last.map(|day| day.to_string()).as_deref(),
                last,
                "{text}"
            );
        }
    }
}
