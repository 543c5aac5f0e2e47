//! Calendars (.ics) with a record for each event: lines joined, zones named, repeats and their changes kept.

use super::layout::{Original, Skipped};
use super::matter::Note;
use super::table::row_document;
use crate::content::zone;
use crate::harvest::read::calendar::components::{Component, components};
use crate::harvest::read::calendar::is_public;
use crate::harvest::read::calendar::lines::{self, Lines};
use crate::phrase;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The events of a calendar as documents, with fields of our own names, and those that are nobody's business.
pub fn events(path: &str, bytes: &[u8]) -> (Vec<Original>, Vec<Skipped>) {
    let Lines { found, notes, .. } = lines::lines(bytes);
    let (calendars, _) = components(found);
    let mut notes: Vec<Note> = notes.into_iter().map(Note::repaired).collect();
    let zone = calendars
        .iter()
        .find_map(|calendar| zone::zone(calendar.value("X-WR-TIMEZONE")?));
    let is_event = |component: &&Component| component.name == "VEVENT";
    let all = calendars
        .iter()
        .flat_map(|calendar| [calendar].into_iter().chain(&calendar.within))
        .filter(is_event);
    let (public, private): (Vec<_>, Vec<_>) = all.partition(|event| is_public(event));
    let (changes, masters): (Vec<_>, Vec<_>) = public
        .into_iter()
        .partition(|event| event.line("RECURRENCE-ID").is_some());
    let mut documents: Vec<Original> = Vec::new();
    let mut by_uid: BTreeMap<&str, usize> = BTreeMap::new();
    for block in masters {
        let (number, notes) = (documents.len() + 1, std::mem::take(&mut notes));
        if let Some(uid) = block.value("UID") {
            by_uid.insert(uid, documents.len());
        }
        documents.push(event(path, number, block, zone.as_deref(), notes));
    }
    for block in changes {
        let master = block
            .value("UID")
            .and_then(|uid| by_uid.get(uid))
            .and_then(|n| documents.get_mut(*n));
        match master {
            Some(master) => change(master, block),
            None => {
                let number = documents.len() + 1;
                documents.push(event(path, number, block, zone.as_deref(), vec![]));
            }
        }
    }
    let private = private
        .into_iter()
        .enumerate()
        .map(|(n, _)| (format!("{path}#private-{}", n + 1), PRIVATE))
        .collect();
    (documents, private)
}

const PRIVATE: &str = phrase!("an event that its calendar keeps private");

/// A day or a time on the clock of a zone.
struct At {
    local: DateTime,
    day: bool,
}

fn at(value: &str, tzid: Option<&str>, zone: &TimeZone) -> Option<At> {
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let number = |from: usize, to: usize| {
        digits
            .get(from..to)
            .and_then(|part| part.parse::<i16>().ok())
    };
    let date = Date::new(number(0, 4)?, number(4, 6)? as i8, number(6, 8)? as i8).ok()?;
    let Some(hour) = number(8, 10) else {
        return Some(At {
            local: date.at(0, 0, 0, 0),
            day: true,
        });
    };
    let time = jiff::civil::Time::new(hour as i8, number(10, 12)? as i8, 0, 0).ok()?;
    let local = date.to_datetime(time);
    let from = if value.ends_with('Z') {
        Some(TimeZone::UTC)
    } else {
        tzid.and_then(zone::zone)
            .and_then(|name| TimeZone::get(&name).ok())
    };
    let moved = from.and_then(|from| {
        Some(
            local
                .to_zoned(from)
                .ok()?
                .with_time_zone(zone.clone())
                .datetime(),
        )
    });
    Some(At {
        local: moved.unwrap_or(local),
        day: false,
    })
}

fn written(at: &At) -> String {
    match at.day {
        true => at.local.date().to_string(),
        false => format!(
            "{}T{:02}:{:02}",
            at.local.date(),
            at.local.hour(),
            at.local.minute()
        ),
    }
}

/// Names that a mapping may use: those of our own fields where there is one.
fn event(
    path: &str,
    number: usize,
    block: &Component,
    zone: Option<&str>,
    notes: Vec<Note>,
) -> Original {
    let mut fields = Map::new();
    let start = block.line("DTSTART");
    let named = start
        .and_then(|line| zone::zone(line.parameter("TZID")?))
        .or_else(|| zone.map(str::to_owned));
    let clock = named.as_deref().and_then(|name| TimeZone::get(name).ok());
    let mut notes = notes;
    for line in &block.lines {
        let value = line.text();
        let name = line.name.to_lowercase().replace('-', "_");
        let tzid = line.parameter("TZID");
        // Without a zone of its own, a time in UTC keeps its `Z` until the site's zone is known.
        let time = |value: &str| match &clock {
            None if value.ends_with('Z') => at(value, None, &TimeZone::UTC)
                .map(|at| written(&at) + if at.day { "" } else { ":00Z" }),
            clock => {
                at(value, tzid, clock.as_ref().unwrap_or(&TimeZone::UTC)).map(|at| written(&at))
            }
        };
        match line.name.as_str() {
            "DTSTART" => drop(fields.insert(
                "start".to_owned(),
                json!(time(&line.value).unwrap_or(value)),
            )),
            "DTEND" => {
                let day = at(&line.value, None, &TimeZone::UTC).is_some_and(|at| at.day);
                let end = time(&line.value).unwrap_or(value);
                // The day after the last, as calendars have it.
                let last = end
                    .parse::<Date>()
                    .ok()
                    .filter(|_| day)
                    .and_then(|date| date.yesterday().ok());
                fields.insert(
                    "end".to_owned(),
                    json!(last.map_or(end, |date| date.to_string())),
                );
            }
            "EXDATE" | "RDATE" => {
                let list = fields.entry(name).or_insert_with(|| json!([]));
                let times = line.value.split(',').filter_map(time);
                list.as_array_mut()
                    .into_iter()
                    .for_each(|list| list.extend(times.clone().map(Value::from)));
            }
            "GEO" => {
                if let Some((lat, lon)) = value.split_once(';') {
                    fields.insert("lat".to_owned(), json!(lat));
                    fields.insert("lon".to_owned(), json!(lon));
                }
            }
            "CATEGORIES" => {
                let parts = lines::parts(&line.value);
                let items: Vec<Value> = parts.iter().map(|item| json!(item.trim())).collect();
                let list = fields.entry("categories").or_insert_with(|| json!([]));
                list.as_array_mut()
                    .into_iter()
                    .for_each(|list| list.extend(items.clone()));
            }
            "SUMMARY" => drop(fields.entry("title").or_insert_with(|| json!(value.trim()))),
            "DESCRIPTION" => drop(fields.entry("body").or_insert_with(|| json!(value.trim()))),
            "DTSTAMP"
            | "CREATED"
            | "LAST-MODIFIED"
            | "SEQUENCE"
            | "TRANSP"
            | "CLASS"
            | "X-MICROSOFT-CDO-BUSYSTATUS"
            | "PRIORITY" => {}
            _ if fields.contains_key(&name) => notes.push(
                Note::lost(phrase!(
                    "a property stands there twice: the first one counts"
                ))
                .about(&line.name),
            ),
            _ => drop(fields.insert(name, json!(value.trim()))),
        }
    }
    if let Some(zone) = named {
        fields.insert("timezone".to_owned(), json!(zone));
    }
    repeats(&mut fields, &mut notes);
    let mut document = row_document(path, number, Map::new(), notes);
    document.fields = fields;
    document
}

/// The rule of an event that has none, but takes place on other days as well.
const ONCE: &str = "FREQ=DAILY;COUNT=1";

/// A rule with what is left out of it and added to it, in one field.
fn repeats(fields: &mut Map<String, Value>, notes: &mut Vec<Note>) {
    let (except, extra) = (fields.shift_remove("exdate"), fields.shift_remove("rdate"));
    if except.is_none() && extra.is_none() {
        return;
    }
    let rule = fields.get("rrule").and_then(Value::as_str);
    let rule = rule.unwrap_or(ONCE).to_owned();
    match words(&rule) {
        Some(mut repeat) => {
            repeat.extend(except.map(|dates| ("except".to_owned(), dates)));
            repeat.extend(extra.map(|dates| ("extra".to_owned(), dates)));
            fields.shift_remove("rrule");
            fields.insert("repeat".to_owned(), Value::Object(repeat));
        }
        None => notes.push(
            Note::lost(phrase!(
                "days that a rule leaves out or adds could not be kept"
            ))
            .about(&rule),
        ),
    }
}

/// A rule in words, for those that have them.
fn words(rule: &str) -> Option<Map<String, Value>> {
    const DAYS: [(&str, &str); 7] = [
        ("MO", "monday"),
        ("TU", "tuesday"),
        ("WE", "wednesday"),
        ("TH", "thursday"),
        ("FR", "friday"),
        ("SA", "saturday"),
        ("SU", "sunday"),
    ];
    const NTH: [(&str, &str); 6] = [
        ("1", "first"),
        ("2", "second"),
        ("3", "third"),
        ("4", "fourth"),
        ("5", "fifth"),
        ("-1", "last"),
    ];
    let mut repeat = Map::new();
    let day = |text: &str| {
        let (nth, name) = text.split_at(text.len().checked_sub(2)?);
        let name = DAYS.iter().find(|(short, _)| *short == name)?.1;
        match nth.trim_start_matches('+') {
            "" => Some(json!(name)),
            nth => Some(json!(format!(
                "{} {name}",
                NTH.iter().find(|(n, _)| *n == nth)?.1
            ))),
        }
    };
    for part in rule
        .trim_start_matches("RRULE:")
        .split(';')
        .filter(|part| !part.is_empty())
    {
        let (name, value) = part.split_once('=')?;
        match name {
            "FREQ" => {
                let every = match value {
                    "DAILY" => "day",
                    "WEEKLY" => "week",
                    "MONTHLY" => "month",
                    "YEARLY" => "year",
                    _ => return None,
                };
                repeat.insert("every".to_owned(), json!(every));
            }
            "INTERVAL" => {
                drop(repeat.insert("interval".to_owned(), json!(value.parse::<u16>().ok()?)))
            }
            "COUNT" => drop(repeat.insert("count".to_owned(), json!(value.parse::<u32>().ok()?))),
            "UNTIL" => drop(repeat.insert(
                "until".to_owned(),
                json!(at(value, None, &TimeZone::UTC)?.local.date().to_string()),
            )),
            "BYDAY" => drop(repeat.insert(
                "on".to_owned(),
                Value::Array(value.split(',').map(day).collect::<Option<_>>()?),
            )),
            "BYMONTHDAY" => drop(repeat.insert(
                "on".to_owned(),
                Value::Array(value.split(',').map(|n| json!(n)).collect()),
            )),
            "WKST" => {}
            _ => return None,
        }
    }
    Some(repeat)
}

/// What is different about one time, in the record of all of them.
fn change(master: &mut Original, block: &Component) {
    let clock = master
        .fields
        .get("timezone")
        .and_then(Value::as_str)
        .and_then(|name| TimeZone::get(name).ok())
        .unwrap_or(TimeZone::UTC);
    let time = |name: &str| {
        let line = block.line(name)?;
        at(&line.value, line.parameter("TZID"), &clock)
    };
    let Some(occurrence) = time("RECURRENCE-ID") else {
        return;
    };
    let mut change = Map::from_iter([("occurrence".to_owned(), json!(written(&occurrence)))]);
    let cancelled = block
        .value("STATUS")
        .is_some_and(|status| status.eq_ignore_ascii_case("cancelled"));
    if cancelled {
        change.insert("status".to_owned(), json!("cancelled"));
    } else if let Some(start) = time("DTSTART").filter(|start| start.local != occurrence.local) {
        change.insert("start".to_owned(), json!(written(&start)));
        change.extend(time("DTEND").map(|end| ("end".to_owned(), json!(written(&end)))));
    }
    if change.len() == 1 {
        master.notes.push(
            Note::lost(phrase!(
                "one time of an event has words of its own, which were left out"
            ))
            .about(&written(&occurrence)),
        );
        return;
    }
    let changes = master.fields.entry("changes").or_insert_with(|| json!([]));
    if let Some(changes) = changes.as_array_mut() {
        changes.push(Value::Object(change));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_keep_their_repeats_and_changes() {
        let text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a@x\r\nDTSTART;TZID=Europe/Amsterdam:20260902T120000\r\nDTEND;TZID=Europe/Amsterdam:20260902T133000\r\n\
            RRULE:FREQ=WEEKLY;BYDAY=WE\r\nEXDATE;TZID=Europe/Amsterdam:20261223T120000\r\nSUMMARY:Soup\\, for\r\n  all\r\nDESCRIPTION:One\\nTwo\r\nCATEGORIES:food,meet\r\n\
            BEGIN:VALARM\r\nSUMMARY:no\r\nEND:VALARM\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:a@x\r\nRECURRENCE-ID;TZID=Europe/Amsterdam:20261216T120000\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\n\
            BEGIN:VEVENT\r\nUID:b\r\nDTSTART;VALUE=DATE:20261203\r\nDTEND;VALUE=DATE:20261205\r\nSUMMARY:Days\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let (read, _) = events("agenda.ics", text.as_bytes());
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].fields["title"], "Soup, for all");
        assert_eq!(
            read[0].fields["repeat"],
            json!({"every": "week", "on": ["wednesday"], "except": ["2026-12-23T12:00"]})
        );
        assert_eq!(
            read[0].fields["changes"],
            json!([{"occurrence": "2026-12-16T12:00", "status": "cancelled"}])
        );
        assert_eq!(read[0].fields["body"], "One\nTwo");
        assert_eq!(
            (&read[1].fields["start"], &read[1].fields["end"]),
            (&json!("2026-12-03"), &json!("2026-12-04"))
        );
    }

    #[test]
    fn a_line_may_be_folded_within_a_character() {
        let text = "BEGIN:VEVENT\r\nDTSTART:20260902T120000\r\nSUMMARY:Caf\u{e9}\r\nEND:VEVENT\r\n";
        let (before, after) = text.as_bytes().split_at(text.find('\u{e9}').unwrap() + 1);
        let (read, _) = events("agenda.ics", &[before, b"\r\n ", after].concat());
        assert_eq!(read[0].fields["title"], "Caf\u{e9}");
        assert_eq!(read[0].notes, []);
    }

    #[test]
    fn private_events_stay_where_they_are() {
        let event = |class| format!("BEGIN:VEVENT\nSUMMARY:{class}\nCLASS:{class}\nEND:VEVENT\n");
        let text = ["PRIVATE", "PUBLIC", "CONFIDENTIAL"].map(event).concat();
        let (read, private) = events("agenda.ics", text.as_bytes());
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].fields["title"], "PUBLIC");
        assert_eq!(private[1].0, "agenda.ics#private-2");
    }

    #[test]
    fn days_that_are_added_need_no_rule() {
        let text = "BEGIN:VEVENT\nDTSTART:20260902T120000\nRDATE:20260909T120000,20260930T120000\nEND:VEVENT";
        let (read, _) = events("agenda.ics", text.as_bytes());
        assert_eq!(
            read[0].fields["repeat"],
            json!({"every": "day", "count": 1, "extra": ["2026-09-09T12:00", "2026-09-30T12:00"]})
        );
    }
}
