//! Calendars (.ics) with a record for each event: lines joined, zones named, repeats and their changes kept.

use super::layout::Original;
use super::matter::Note;
use super::table::row_document;
use crate::content::zone;
use crate::phrase;
use crate::source::text;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A content line: name, parameters, value.
struct Line {
    name: String,
    parameters: BTreeMap<String, String>,
    value: String,
}

/// The events of a calendar as documents, with fields of our own names.
pub fn events(path: &str, bytes: &[u8]) -> Vec<Original> {
    let decoded = text::decode(bytes);
    let unfolded = decoded.text.replace("\n ", "").replace("\n\t", "");
    let mut blocks: Vec<Vec<Line>> = Vec::new();
    let mut zone = None;
    let (mut inside, mut below) = (false, 0usize);
    for line in unfolded.lines().filter_map(line) {
        match (line.name.as_str(), line.value.to_ascii_uppercase().as_str()) {
            ("BEGIN", "VEVENT") => {
                inside = true;
                blocks.push(Vec::new());
            }
            ("END", "VEVENT") => inside = false,
            ("BEGIN", _) => below += usize::from(inside),
            ("END", _) => below = below.saturating_sub(usize::from(inside)),
            ("X-WR-TIMEZONE", _) => zone = zone::zone(&line.value),
            _ if inside && below == 0 => blocks.extend_last(line),
            _ => {}
        }
    }
    let mut notes: Vec<Note> = decoded
        .notes
        .iter()
        .map(|what| Note::repaired(what))
        .collect();
    let mut documents: Vec<Original> = Vec::new();
    let mut by_uid: BTreeMap<String, usize> = BTreeMap::new();
    let (changes, masters): (Vec<_>, Vec<_>) = blocks
        .into_iter()
        .partition(|block| find(block, "RECURRENCE-ID").is_some());
    for (n, block) in masters.iter().enumerate() {
        let document = event(
            path,
            n + 1,
            block,
            zone.as_deref(),
            std::mem::take(&mut notes),
        );
        if let Some(uid) = find(block, "UID") {
            by_uid.insert(uid.value.clone(), documents.len());
        }
        documents.push(document);
    }
    for block in &changes {
        let master = find(block, "UID")
            .and_then(|uid| by_uid.get(&uid.value))
            .and_then(|n| documents.get_mut(*n));
        match master {
            Some(master) => change(master, block),
            None => documents.push(event(
                path,
                documents.len() + 1,
                block,
                zone.as_deref(),
                vec![],
            )),
        }
    }
    documents
}

trait Last {
    fn extend_last(&mut self, line: Line);
}

impl Last for Vec<Vec<Line>> {
    fn extend_last(&mut self, line: Line) {
        if let Some(block) = self.last_mut() {
            block.push(line);
        }
    }
}

fn line(text: &str) -> Option<Line> {
    let mut quoted = false;
    let colon = text.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == ':' && !quoted
    });
    let (head, value) = text.split_at(colon?.0);
    let mut parts = head.split(';');
    let name = parts.next()?.trim().to_ascii_uppercase();
    let name = name.rsplit('.').next()?.to_owned();
    let parameters = parts.filter_map(|part| part.split_once('='));
    let parameters = parameters
        .map(|(name, value)| {
            (
                name.to_ascii_uppercase(),
                value.trim_matches('"').to_owned(),
            )
        })
        .collect();
    Some(Line {
        name,
        parameters,
        value: value.get(1..)?.trim().to_owned(),
    })
}

fn find<'b>(block: &'b [Line], name: &str) -> Option<&'b Line> {
    block
        .iter()
        .find(|line| line.name == name && !line.value.is_empty())
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}

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
    block: &[Line],
    zone: Option<&str>,
    notes: Vec<Note>,
) -> Original {
    let mut fields = Map::new();
    let start = find(block, "DTSTART");
    let named = start
        .and_then(|line| zone::zone(line.parameters.get("TZID")?))
        .or_else(|| zone.map(str::to_owned));
    let clock = named.as_deref().and_then(|name| TimeZone::get(name).ok());
    let mut notes = notes;
    for line in block {
        let value = unescaped(&line.value);
        let name = line.name.to_lowercase().replace('-', "_");
        let tzid = line.parameters.get("TZID").map(String::as_str);
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
                let items: Vec<Value> = line
                    .value
                    .split(',')
                    .map(|item| json!(unescaped(item).trim()))
                    .collect();
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

/// A rule with what is left out of it and added to it, in one field.
fn repeats(fields: &mut Map<String, Value>, notes: &mut Vec<Note>) {
    let (except, extra) = (fields.shift_remove("exdate"), fields.shift_remove("rdate"));
    let Some(rule) = fields
        .get("rrule")
        .and_then(Value::as_str)
        .map(str::to_owned)
    else {
        return;
    };
    if except.is_none() && extra.is_none() {
        return;
    }
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
fn change(master: &mut Original, block: &[Line]) {
    let clock = master
        .fields
        .get("timezone")
        .and_then(Value::as_str)
        .and_then(|name| TimeZone::get(name).ok())
        .unwrap_or(TimeZone::UTC);
    let time = |name: &str| {
        let line = find(block, name)?;
        at(
            &line.value,
            line.parameters.get("TZID").map(String::as_str),
            &clock,
        )
    };
    let Some(occurrence) = time("RECURRENCE-ID") else {
        return;
    };
    let mut change = Map::from_iter([("occurrence".to_owned(), json!(written(&occurrence)))]);
    let cancelled =
        find(block, "STATUS").is_some_and(|line| line.value.eq_ignore_ascii_case("cancelled"));
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
        let read = events("agenda.ics", text.as_bytes());
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
}
