//! Tables in CSV: our own columns, those that calendar programs export, and names that people give to columns.

use super::calendar::trial;
use super::columns::{self, Columns};
use super::json::{Place, attendance};
use super::linked::day;
use super::record::{Draft, Harvest};
use super::safe::Markup;
use super::time::{Moment, When, date, in_words, instant, iso, utc, zone_or_utc};
use crate::content::{article, event};
use crate::diagnostic::Words;
use crate::say;
use crate::source::rows::{cells, separator};
use jiff::ToSpan;
use jiff::civil::{Date, Time};
use serde_json::{Map, Value, json};

/// Most rows that are looked at.
const ROWS: usize = 20_000;
/// Reads a table: a record for each row.
pub fn read(text: &str, harvest: &mut Harvest) {
    let text = columns::table(text);
    let mut rows = cells(text, separator(text)).into_iter();
    let names = rows
        .by_ref()
        .find(|row| row.iter().any(|cell| !cell.trim().is_empty()));
    let mut columns = Columns::of(&names.unwrap_or_default());
    let rows: Vec<Vec<String>> = rows
        .filter(|row| row.iter().any(|cell| !cell.trim().is_empty()))
        .collect();
    columns.american |= rows
        .iter()
        .take(ROWS)
        .filter_map(|row| columns.cell(row, "start"))
        .any(month_first);
    if rows.len() > ROWS {
        harvest.refuse(
            say!("{} rows", rows.len() - ROWS),
            say!("a table is too long: its last rows were left out"),
        );
    }
    let licenses: Vec<Option<&str>> = rows
        .iter()
        .take(ROWS)
        .map(|row| columns.cell(row, "license"))
        .collect();
    if let Some(Some(license)) = licenses.first()
        && licenses.iter().all(|other| other == &Some(*license))
    {
        harvest.reading.license = super::feeds::license(license);
    }
    for (n, row) in rows.iter().take(ROWS).enumerate() {
        of_row(row, n + 2, &columns, harvest);
    }
}

/// Whether a date can only be read with its month first.
fn month_first(text: &str) -> bool {
    let parts: Vec<&str> = text
        .split([' ', 'T'])
        .next()
        .unwrap_or("")
        .split(['/', '-', '.'])
        .collect();
    let number = |n: usize| {
        parts
            .get(n)
            .and_then(|part| part.parse::<u16>().ok())
            .unwrap_or(0)
    };
    parts.len() == 3 && number(0) <= 12 && number(1) > 12 && number(2) > 31
}

fn of_row(row: &[String], number: usize, columns: &Columns, harvest: &mut Harvest) {
    let line = || say!("row {}", number);
    let cell = |name: &str| columns.cell(row, name);
    let hidden = cell("private").is_some_and(|text| {
        matches!(
            text.to_lowercase().as_str(),
            "true" | "yes" | "ja" | "1" | "private" | "confidential"
        )
    });
    if hidden {
        return harvest.refuse(line(), say!("it says that it is private"));
    }
    let (own, zone) = (
        harvest.setting.language,
        cell("timezone")
            .filter(|zone| jiff::tz::TimeZone::get(zone).is_ok())
            .unwrap_or(harvest.setting.timezone),
    );
    // Only we have days of publication in a table.
    let article = columns.own(row, "kind") == Some("article");
    let mut draft = Draft::new(if article {
        &article::KIND
    } else {
        &event::KIND
    });
    draft.key = cell("key").map(str::to_owned);
    draft.url = cell("url").and_then(|url| harvest.address(url));
    draft.updated = cell("updated").and_then(|at| instant(at, zone)).map(utc);
    draft.title = columns.texts(row, "title", own);
    draft.summary = columns.texts(row, "summary", own);
    draft.description = columns
        .texts(row, "description", own)
        .into_iter()
        .map(|(code, text)| (code, text, Markup::Plain))
        .collect();
    draft.keywords = cell("keywords")
        .map(|text| {
            text.split(['|', ',', ';'])
                .map(|word| word.trim().to_owned())
                .collect()
        })
        .unwrap_or_default();
    if article {
        let Some(date) = cell("date").and_then(|text| day(text, zone)) else {
            return harvest.refuse(line(), say!("it has no date"));
        };
        draft.set("date", json!(date));
        return harvest.take(draft);
    }
    draft.when = match when(row, columns, zone) {
        Ok(when) => when,
        Err(why) => return harvest.refuse(line(), why),
    };
    if let Some(when) = &mut draft.when {
        let fields = repeats(row, columns);
        match fields.is_empty() || trial::makes_sense(when, &fields, harvest.setting.now) {
            true => when.repeats = fields,
            false => harvest.refuse(line(), say!("it does not say well how it repeats")),
        }
    }
    draft.set("status", json!(cell("status").and_then(status)));
    let place = place(row, columns, own);
    let place = place.location(harvest);
    let online = cell("online_url").and_then(|url| harvest.address(url));
    attendance(&mut draft, place, online, None);
    harvest.take(draft);
}

fn place(row: &[String], columns: &Columns, own: &str) -> Place {
    let cell = |name: &str| columns.cell(row, name);
    let coordinate =
        |name: &str| cell(name).and_then(|text| text.replace(',', ".").parse::<f64>().ok());
    Place {
        name: columns.texts(row, "place", own),
        street: cell("street").map(str::to_owned),
        postal_code: cell("postal_code").map(str::to_owned),
        city: cell("city").map(str::to_owned),
        country: cell("country").map(str::to_owned),
        position: coordinate("lat").zip(coordinate("lon")),
    }
}

/// When a row's event takes place.
fn when(row: &[String], columns: &Columns, zone: &str) -> Result<Option<When>, Words> {
    let cell = |name: &str| columns.cell(row, name);
    let all_day = cell("all_day").is_some_and(|text| {
        matches!(
            text.to_lowercase().as_str(),
            "true" | "yes" | "ja" | "1" | "oui"
        )
    });
    let moment = |day: &str, clock: &str| moment(cell(day)?, cell(clock), columns.american);
    let start = moment("start", "start_time").or_else(|| moment("date", "start_time"));
    let Some(start) = start.map(|moment| whole(moment, all_day, zone)) else {
        return Err(say!("it does not say when it begins"));
    };
    let same_day = || match (start, cell("end_time").and_then(clock)) {
        (Moment::Local(at), Some(time)) => Some(Moment::Local(at.date().to_datetime(time))),
        _ => None,
    };
    let end = moment("end", "end_time")
        .map(|moment| whole(moment, all_day, zone))
        .or_else(same_day);
    // In a table the last day is the end, as it is with us.
    let end = end.map(|end| match end {
        Moment::Day(day) if matches!(start, Moment::Day(_)) => {
            Moment::Day(day.saturating_add(1.day()))
        }
        other => other,
    });
    Ok(When::new(start, end, zone))
}

/// How an event repeats, in our own columns.
fn repeats(row: &[String], columns: &Columns) -> Vec<(&'static str, Value)> {
    let own = |name: &str| columns.own(row, name);
    let number = |name: &str| own(name).and_then(|text| text.parse::<u32>().ok());
    let list = |name: &str| -> Value {
        let parts = own(name).unwrap_or("").split('|').map(str::trim);
        let parts = parts.filter(|part| !part.is_empty()).take(500);
        parts.map(|part| json!(part)).collect()
    };
    let mut fields = Vec::new();
    if let Some(every) = own("repeat_every") {
        let words = json!({
            "every": every, "interval": number("repeat_interval"), "on": list("repeat_on"), "until": own("repeat_until"),
            "count": number("repeat_count"), "except": list("repeat_except"), "extra": list("repeat_extra"),
        });
        let given = words.as_object().into_iter().flatten();
        let given = given.filter(|(_, value)| !value.is_null() && **value != json!([]));
        let words: Map<String, Value> = given
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        fields.push(("repeat", Value::Object(words)));
    } else if let Some(rule) = own("rrule") {
        fields.push(("rrule", json!(rule)));
    }
    let changes = own("changes").and_then(|text| serde_json::from_str::<Vec<Value>>(text).ok());
    let changes = changes
        .unwrap_or_default()
        .into_iter()
        .take(500)
        .map(|mut change| {
            if let Some(fields) = change.as_object_mut() {
                fields.retain(|name, _| {
                    ["occurrence", "status", "start", "end"].contains(&name.as_str())
                });
            }
            change
        });
    let changes: Vec<Value> = changes.collect();
    if !changes.is_empty() {
        fields.push(("changes", json!(changes)));
    }
    fields
}

/// How an event stands, in the words of several languages.
fn status(text: &str) -> Option<&'static str> {
    const STATUSES: [(&str, &[&str]); 5] = [
        (
            "cancelled",
            &[
                "cancelled",
                "canceled",
                "geannuleerd",
                "afgelast",
                "vervallen",
                "annulé",
                "abgesagt",
            ],
        ),
        ("tentative", &["tentative", "voorlopig"]),
        ("moved_online", &["moved_online"]),
        ("postponed", &["postponed", "uitgesteld"]),
        ("rescheduled", &["rescheduled", "verplaatst"]),
    ];
    let lower = text.to_lowercase();
    let known = STATUSES
        .iter()
        .find(|(_, words)| words.contains(&lower.as_str()));
    known.map(|(ours, _)| *ours)
}

fn whole(moment: Moment, all_day: bool, zone: &str) -> Moment {
    match moment {
        Moment::Local(at) if all_day => Moment::Day(at.date()),
        Moment::Instant(at) if all_day => Moment::Day(at.to_zoned(zone_or_utc(zone).1).date()),
        other => other,
    }
}

/// A day, or a day with a time, perhaps in a cell of its own.
fn moment(text: &str, time: Option<&str>, american: bool) -> Option<Moment> {
    let whole = iso(text).filter(|_| {
        text.get(..4)
            .is_some_and(|year| year.bytes().all(|b| b.is_ascii_digit()))
    });
    let found = match whole {
        Some(found) => found,
        None => {
            let of_figures = || {
                let (day, rest) = text.split_once([' ', 'T']).unwrap_or((text, ""));
                Some((of_people(day, american)?, rest.to_owned()))
            };
            let (day, rest) = in_words(text).or_else(of_figures)?;
            match clock(&rest) {
                Some(time) => Moment::Local(day.to_datetime(time)),
                None => Moment::Day(day),
            }
        }
    };
    match (found, time.and_then(clock)) {
        (Moment::Day(day), Some(time)) => Some(Moment::Local(day.to_datetime(time))),
        (found, _) => Some(found),
    }
}

/// A day as people write it: `3-12-2026`, `3/12/26`, `12/3/2026` in American English.
fn of_people(text: &str, american: bool) -> Option<Date> {
    let parts: Vec<i16> = text
        .split(['-', '/', '.'])
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    match (parts.as_slice(), american) {
        ([year, ..], _) if *year >= 1000 => date(text),
        ([month, day, year], true) | ([day, month, year], false) => {
            let year = if *year < 100 { year + 2000 } else { *year };
            Date::new(year, i8::try_from(*month).ok()?, i8::try_from(*day).ok()?).ok()
        }
        _ => None,
    }
}

/// A time: `19:30`, `19.30`, `19:30:00`, `7:30 PM`, `19u30`, `19h`.
fn clock(text: &str) -> Option<Time> {
    let lower = text.trim().to_lowercase();
    let afternoon = lower.contains("pm") || lower.contains("p.m");
    let morning = lower.contains("am") || lower.contains("a.m");
    let numbers: Vec<i8> = lower
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .take(3)
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let hour = match numbers.first()? {
        12 if morning => 0,
        hour if afternoon && *hour < 12 => hour + 12,
        hour => *hour,
    };
    Time::new(hour, numbers.get(1).copied().unwrap_or(0), 0, 0).ok()
}
