//! Calendars (.ics) with a record for each event: lines joined, zones named, repeats and their changes kept.

use super::layout::{Original, Skipped};
use super::matter::Note;
use super::table::row_document;
use crate::harvest::read::calendar::components::{Component, components};
use crate::harvest::read::calendar::is_public;
use crate::harvest::read::calendar::lines::{self, Lines};
use crate::harvest::read::calendar::zones::{Zone, Zones};
use crate::harvest::read::time::{self, Moment};
use crate::phrase;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The events of a calendar as documents, with fields of our own names, and those that are nobody's business.
pub fn events(path: &str, bytes: &[u8]) -> (Vec<Original>, Vec<Skipped>) {
    let Lines { found, notes, .. } = lines::lines(bytes);
    let (calendars, _) = components(found);
    let mut notes: Vec<Note> = notes.into_iter().map(Note::repaired).collect();
    // Several calendars in a file count as one; an event may also stand in none.
    let mut whole = Component::default();
    for calendar in calendars {
        match calendar.name.as_str() {
            "VCALENDAR" => {
                whole.lines.extend(calendar.lines);
                whole.within.extend(calendar.within);
            }
            _ => whole.within.push(calendar),
        }
    }
    let mut times = Times::of(&whole);
    let all = whole.within.iter().filter(|block| block.name == "VEVENT");
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
        documents.push(event(path, number, block, &mut times, notes));
    }
    for block in changes {
        let master = block
            .value("UID")
            .and_then(|uid| by_uid.get(uid))
            .and_then(|n| documents.get_mut(*n));
        match master {
            Some(master) => change(master, block, &mut times),
            None => {
                let number = documents.len() + 1;
                documents.push(event(path, number, block, &mut times, vec![]));
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

/// Times of a calendar, on the clock of the event that they are of.
struct Times {
    zones: Zones,
    /// The zone of those who made the calendar, if they say so.
    own: Option<String>,
    /// The zone of the event, if it has one; without, a moment is told in UTC until the site's zone is known.
    clock: Option<String>,
    /// Names of zones that the event has and nobody knows.
    unknown: BTreeSet<String>,
}

impl Times {
    fn of(calendar: &Component) -> Times {
        const NOWHERE: &str = "";
        let zones = Zones::of(calendar, NOWHERE);
        Times {
            own: Some(zones.place.clone()).filter(|place| place != NOWHERE),
            zones,
            clock: None,
            unknown: BTreeSet::new(),
        }
    }

    /// Turns to an event.
    fn turn_to(&mut self, block: &Component) {
        self.unknown.clear();
        let named = block
            .line("DTSTART")
            .and_then(|start| self.zones.zone(start.parameter("TZID")?));
        self.clock = match named {
            Some(Zone::Named(name)) => Some(name),
            // What repeats by rules that no zone has will not do so on the clock of the site.
            Some(Zone::Ruled(_)) if block.line("RRULE").is_some() => {
                let start = block
                    .line("DTSTART")
                    .and_then(|line| line.parameter("TZID"));
                self.unknown.extend(start.map(str::to_owned));
                None
            }
            Some(Zone::Ruled(_)) => None,
            None => self.own.clone(),
        };
    }

    fn read(&mut self, value: &str, tzid: Option<&str>) -> Option<Moment> {
        let (at, tzid) = match (time::iso(value)?, tzid) {
            (Moment::Local(at), Some(tzid)) => (at, tzid),
            (moment, _) => return Some(moment),
        };
        let instant = match self.zones.zone(tzid) {
            Some(Zone::Named(name)) if self.clock.as_ref() == Some(&name) => None,
            Some(Zone::Named(name)) => {
                let zone = TimeZone::get(&name).ok()?;
                Some(at.to_zoned(zone).ok()?.timestamp())
            }
            Some(Zone::Ruled(rules)) => Some(rules.instant(at)?),
            None => {
                self.unknown.insert(tzid.to_owned());
                None
            }
        };
        Some(instant.map_or(Moment::Local(at), Moment::Instant))
    }

    /// As our fields have it.
    fn written(&self, moment: Moment) -> String {
        const MINUTES: &str = "%Y-%m-%dT%H:%M";
        let zone = self.clock.as_ref();
        match (moment, zone.and_then(|name| TimeZone::get(name).ok())) {
            (Moment::Day(day), _) => day.to_string(),
            (Moment::Local(at), _) => at.strftime(MINUTES).to_string(),
            (Moment::Instant(at), Some(zone)) => at.to_zoned(zone).strftime(MINUTES).to_string(),
            (Moment::Instant(at), None) => at.strftime("%Y-%m-%dT%H:%M:00Z").to_string(),
        }
    }

    fn text(&mut self, value: &str, tzid: Option<&str>) -> Option<String> {
        let moment = self.read(value, tzid)?;
        Some(self.written(moment))
    }
}

/// Names that a mapping may use: those of our own fields where there is one.
fn event(
    path: &str,
    number: usize,
    block: &Component,
    times: &mut Times,
    mut notes: Vec<Note>,
) -> Original {
    let mut fields = Map::new();
    times.turn_to(block);
    for line in &block.lines {
        let value = line.text();
        let name = line.name.to_lowercase().replace('-', "_");
        let tzid = line.parameter("TZID");
        match line.name.as_str() {
            "DTSTART" => drop(fields.insert(
                "start".to_owned(),
                json!(times.text(&line.value, tzid).unwrap_or(value)),
            )),
            "DTEND" => {
                let end = match times.read(&line.value, tzid) {
                    // The day after the last, as calendars have it.
                    Some(Moment::Day(day)) => day.yesterday().unwrap_or(day).to_string(),
                    Some(end) => times.written(end),
                    None => value,
                };
                fields.insert("end".to_owned(), json!(end));
            }
            "EXDATE" | "RDATE" => {
                let list = fields.entry(name).or_insert_with(|| json!([]));
                let moments = line.value.split(',');
                let moments = moments.filter_map(|moment| times.text(moment, tzid));
                if let Some(list) = list.as_array_mut() {
                    list.extend(moments.map(Value::from));
                }
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
    if let Some(zone) = &times.clock {
        fields.insert("timezone".to_owned(), json!(zone));
    }
    notes.extend(times.unknown.iter().map(|name| {
        Note::lost(phrase!(
            "a time zone that is not known: its times count on the clock of the site"
        ))
        .about(name)
    }));
    repeats(&mut fields, times, &mut notes);
    let mut document = row_document(path, number, Map::new(), notes);
    document.fields = fields;
    document
}

/// The rule of an event that has none, but takes place on other days as well.
const ONCE: &str = "FREQ=DAILY;COUNT=1";

/// A rule with what is left out of it and added to it, in one field.
fn repeats(fields: &mut Map<String, Value>, times: &Times, notes: &mut Vec<Note>) {
    let (except, extra) = (fields.shift_remove("exdate"), fields.shift_remove("rdate"));
    if except.is_none() && extra.is_none() {
        return;
    }
    let rule = fields.get("rrule").and_then(Value::as_str);
    let rule = rule.unwrap_or(ONCE).to_owned();
    match words(&rule, times) {
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
fn words(rule: &str, times: &Times) -> Option<Map<String, Value>> {
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
            "UNTIL" => {
                let until = times.written(time::iso(value)?);
                repeat.insert("until".to_owned(), json!(until.get(..10)?));
            }
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
fn change(master: &mut Original, block: &Component, times: &mut Times) {
    let zone = master.fields.get("timezone").and_then(Value::as_str);
    times.clock = zone.map(str::to_owned);
    let mut time = |name: &str| {
        let line = block.line(name)?;
        times.text(&line.value, line.parameter("TZID"))
    };
    let Some(occurrence) = time("RECURRENCE-ID") else {
        return;
    };
    let (start, end) = (time("DTSTART"), time("DTEND"));
    let mut change = Map::from_iter([("occurrence".to_owned(), json!(occurrence))]);
    let cancelled = block
        .value("STATUS")
        .is_some_and(|status| status.eq_ignore_ascii_case("cancelled"));
    if cancelled {
        change.insert("status".to_owned(), json!("cancelled"));
    } else if let Some(start) = start.filter(|start| *start != occurrence) {
        change.insert("start".to_owned(), json!(start));
        change.extend(end.map(|end| ("end".to_owned(), json!(end))));
    }
    if change.len() == 1 {
        master.notes.push(
            Note::lost(phrase!(
                "one time of an event has words of its own, which were left out"
            ))
            .about(&occurrence),
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

    #[test]
    fn a_zone_by_the_name_of_any_program_is_known_and_an_unknown_one_is_told() {
        let start = |tzid: &str| {
            let text = format!("BEGIN:VEVENT\nDTSTART;TZID={tzid}:20261210T193000\nEND:VEVENT");
            events("agenda.ics", text.as_bytes()).0.remove(0)
        };
        for (tzid, zone) in [
            ("Central Europe Standard Time", "Europe/Budapest"),
            ("W. Europe Standard Time", "Europe/Berlin"),
            ("/mozilla.org/20050126_1/Europe/Berlin", "Europe/Berlin"),
            ("GMT+0100", "Etc/GMT-1"),
        ] {
            let event = start(tzid);
            assert_eq!(event.fields["timezone"], zone, "{tzid}");
            assert_eq!(event.fields["start"], "2026-12-10T19:30", "{tzid}");
        }
        let event = start("Customized Time Zone");
        assert_eq!(event.fields.get("timezone"), None);
        assert_eq!(event.notes[0].about, "Customized Time Zone");
    }
}
