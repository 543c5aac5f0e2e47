//! Payloads of other systems, read: what becomes of a sample of each, and what holds whatever the bytes.
//!
//! `tests/harvest/<system>/` has a `payload.*` and what is read from it. `UPDATE=1` writes the latter anew.

#![cfg(feature = "harvest")]
#![allow(clippy::disallowed_methods, reason = "reads the samples")]

use plein::harvest::found::{Payload, Reading, Setting};
use plein::harvest::read::{NotRead, read};
use plein::output::data::schema;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Half past one in the afternoon of 23 November 2026, in Almere.
const NOW: jiff::Timestamp = jiff::Timestamp::constant(1_795_437_000, 0);

fn setting() -> Setting<'static> {
    Setting {
        timezone: "Europe/Amsterdam",
        language: "nl",
        now: NOW,
    }
}

fn of(bytes: &[u8]) -> Result<Reading, NotRead> {
    let payload = Payload {
        url: "https://lab.example/agenda/payload?page=1",
        media_type: None,
        bytes,
    };
    read(&payload, &setting())
}

fn samples() -> Vec<(String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/harvest");
    let mut found = Vec::new();
    for system in fs::read_dir(folder).unwrap().flatten() {
        for file in fs::read_dir(system.path()).unwrap().flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            if name.starts_with("payload.") {
                let system = system.file_name().to_string_lossy().into_owned();
                found.push((system, file.path()));
            }
        }
    }
    found.sort();
    found
}

fn shown(reading: &Reading) -> Value {
    let found = reading.found.iter().map(|found| {
        json!({
            "kind": found.kind.name, "key": found.key, "url": found.url,
            "updated": found.updated, "record": found.record,
        })
    });
    json!({
        "system": reading.system, "next": reading.next, "license": reading.license,
        "found": found.collect::<Vec<_>>(),
        "refused": reading.refused.iter().map(|r| json!([r.what.to_string(), r.why.to_string()])).collect::<Vec<_>>(),
    })
}

#[test]
fn a_sample_of_each_system_is_read_as_it_should() {
    let samples = samples();
    assert!(samples.len() >= 17, "{} samples", samples.len());
    for (system, path) in samples {
        let reading = of(&fs::read(&path).unwrap()).unwrap_or_else(|why| panic!("{system}: {why}"));
        let text = serde_json::to_string_pretty(&shown(&reading)).unwrap() + "\n";
        let expected = path.with_file_name("expected.json");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&expected, &text).unwrap();
        }
        let known = fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(text, known, "{system}");
    }
}

/// What publishing adds is not there yet; `extra` is for who shows it and is never published.
fn held_against_the_schema(reading: &Reading) {
    for found in &reading.found {
        let mut schema = schema::record(found.kind);
        schema["required"] = json!(["title"]);
        let mut record: Map<String, Value> = found.record.clone();
        if let Some(extra) = record.shift_remove("extra") {
            let known = ["description", "keywords"];
            assert!(
                extra
                    .as_object()
                    .unwrap()
                    .keys()
                    .all(|key| known.contains(&key.as_str()))
            );
        }
        let schema = jsonschema::validator_for(&schema).unwrap();
        let record = Value::Object(record);
        let faults: Vec<String> = schema
            .iter_errors(&record)
            .map(|e| format!("{e}: {}", e.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{faults:?} in {record}");
    }
}

#[test]
fn what_is_read_is_shaped_as_it_is_published() {
    for (_, path) in samples() {
        held_against_the_schema(&of(&fs::read(&path).unwrap()).unwrap());
    }
}

#[test]
fn nothing_private_of_any_sample_is_kept() {
    let mut asked = 0;
    for (system, path) in samples() {
        let bytes = fs::read(&path).unwrap();
        asked += usize::from(String::from_utf8_lossy(&bytes).contains("iemand@example.org"));
        let text = format!("{:?}", of(&bytes).unwrap());
        for private in [
            "iemand", "Iemand", "00 00 00", "000000", "0123456", "Besloten", "Geheim", "Secret",
            "<script", "alert(1)",
        ] {
            assert!(!text.contains(private), "{system}: {private} in {text}");
        }
    }
    assert!(asked >= 10, "only {asked} samples have something to hide");
}

#[test]
fn a_sample_that_is_cut_off_anywhere_is_read_or_refused() {
    for (system, path) in samples() {
        let bytes = fs::read(&path).unwrap();
        for end in (0..bytes.len()).step_by(97) {
            let begun = Instant::now();
            let _ = of(&bytes[..end]);
            assert!(begun.elapsed().as_secs() < 2, "{system} until {end}");
        }
    }
}

/// Samples that are meant to take long, or much: each is read or refused within two seconds.
#[test]
fn hostile_payloads_take_no_time() {
    let event = |n: usize, lines: &str| {
        format!(
            "BEGIN:VEVENT\nUID:{n}\nSUMMARY:x\nDTSTART;TZID=Europe/Amsterdam:20200101T100000\n{lines}\nEND:VEVENT\n"
        )
    };
    let calendar =
        |events: String| format!("BEGIN:VCALENDAR\n{events}END:VCALENDAR\n").into_bytes();
    let many = |count: usize, lines: &str| calendar((0..count).map(|n| event(n, lines)).collect());
    let exceptions: String = (0..20_000)
        .map(|n| {
            format!(
                "EXDATE:2021{:02}{:02}T{:02}0000Z\n",
                n % 12 + 1,
                n % 28 + 1,
                n % 24
            )
        })
        .collect();
    let overrides: String = (0..4000).map(|n| format!("BEGIN:VEVENT\nUID:0\nSUMMARY:y{n}\nRECURRENCE-ID:2020{:02}{:02}T{:02}0000Z\nDTSTART:20200101T100000Z\nEND:VEVENT\n", n % 12 + 1, n % 28 + 1, n % 24)).collect();
    let payloads: Vec<(&str, Vec<u8>)> = vec![
        ("secondly", many(200, "RRULE:FREQ=SECONDLY")),
        ("never", many(5000, "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")),
        ("all parts", many(1000, "RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYMINUTE=0,1,2,3,4,5,6,7,8,9,10;BYSECOND=0,1,2,3,4,5")),
        ("exceptions", many(20, &format!("RRULE:FREQ=DAILY\n{exceptions}"))),
        ("overrides", calendar(event(0, "RRULE:FREQ=DAILY") + &overrides)),
        ("deep calendar", "BEGIN:VCALENDAR\n".repeat(100_000).into_bytes()),
        ("one line", format!("BEGIN:VCALENDAR\nX{}:y\n", ";A=\"b\",c".repeat(300_000)).into_bytes()),
        ("folds", format!("BEGIN:VCALENDAR\nSUMMARY:{}\n", "\n x".repeat(700_000)).into_bytes()),
        ("deep JSON", "[".repeat(1_000_000).into_bytes()),
        ("deep JSON-LD", format!("{}{{\"@type\":\"Event\"}}{}", "{\"@graph\":[".repeat(60), "]}".repeat(60)).into_bytes()),
        ("deep XML", format!("<rss><channel>{}", "<a:b>".repeat(300_000)).into_bytes()),
        ("XML names", format!("<!DOCTYPE rss [{}]><rss><channel><item><title>&a9;</title></item></channel></rss>", (1..9).map(|n| format!("<!ENTITY a{} \"&a{n};&a{n};\">", n + 1)).collect::<String>()).into_bytes()),
        ("scripts", "<html><script type=application/ld+json>".repeat(100_000).into_bytes()),
        ("comments", format!("<html>{}", "<!-- <script ".repeat(200_000)).into_bytes()),
        ("nested HTML", serde_json::to_vec(&json!([{ "id": 1, "title": "<b>".repeat(100_000), "description": "<a><b><p>".repeat(100_000), "start_datetime": 1_796_553_000 }])).unwrap()),
        ("many HTML", serde_json::to_vec(&(0..400).map(|n| json!({ "id": n, "title": "x", "description": "<a><b><p>".repeat(450), "start_datetime": 1_796_553_000 })).collect::<Vec<_>>()).unwrap()),
        ("quotes", format!("title,start\n{}", "\"".repeat(2_000_000)).into_bytes()),
        ("cells", format!("title{}\n", ",start".repeat(500_000)).into_bytes()),
        ("timings", serde_json::to_vec(&json!({ "events": [{ "uid": 1, "title": { "fr": "x" }, "timings": (0..50_000).map(|n| json!({ "begin": format!("2026-12-{:02}T{:02}:{:02}:00Z", n % 28 + 1, n % 24, n % 60) })).collect::<Vec<_>>() }] })).unwrap()),
    ];
    let limit = if cfg!(debug_assertions) { 12.0 } else { 2.0 };
    for (name, bytes) in payloads {
        let begun = Instant::now();
        let reading = of(&bytes);
        let took = begun.elapsed().as_secs_f64();
        assert!(took < limit, "{name} took {took} s");
        if let Ok(reading) = reading {
            assert!(
                reading.found.len() <= 5000 && reading.refused.len() < 210,
                "{name}"
            );
            let longest = reading
                .found
                .iter()
                .map(|f| Value::Object(f.record.clone()).to_string().len())
                .max();
            assert!(
                longest.unwrap_or(0) < 60_000,
                "{name}: a record of {longest:?} bytes"
            );
        }
    }
}

fn pieces() -> impl Strategy<Value = String> {
    let lines = prop::sample::select(vec![
        "BEGIN:VCALENDAR",
        "END:VCALENDAR",
        "BEGIN:VEVENT",
        "END:VEVENT",
        "BEGIN:VTIMEZONE",
        "TZID:x",
        "BEGIN:STANDARD",
        "END:STANDARD",
        "END:VTIMEZONE",
        "TZOFFSETTO:+0100",
        "TZOFFSETFROM:+9999",
        "DTSTART:20261203T193000",
        "DTSTART;TZID=x:20261203T193000",
        "DTSTART;VALUE=DATE:20260329",
        "DTSTART:99991231T235959Z",
        "DTSTART:00010101T000000Z",
        "DTSTART;TZID=Europe/Amsterdam:20260329T023000",
        "DTEND:20261203T203000Z",
        "DTEND;VALUE=DATE:20261203",
        "DURATION:P99999D",
        "DURATION:-PT1H",
        "RRULE:FREQ=DAILY",
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=31",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,1TU;COUNT=5",
        "RRULE:FREQ=YEARLY;UNTIL=20270101",
        "RRULE:FREQ=HOURLY;COUNT=9",
        "RRULE:FREQ=DAILY;INTERVAL=0",
        "RRULE:FREQ=DAILY;COUNT=99999999999",
        "RDATE:20261204T193000,20261204",
        "RDATE;VALUE=PERIOD:20261204T193000Z/PT1H",
        "EXDATE:20261203T193000",
        "EXDATE;VALUE=DATE:20261204",
        "RECURRENCE-ID:20261204T193000",
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20261205T193000Z",
        "UID:a",
        "UID:b",
        "SUMMARY:x",
        "SUMMARY::<b>\\n\\,",
        "LOCATION:https://a.example/x",
        "GEO:999;x",
        "CLASS:PRIVATE",
        "SEQUENCE:3",
        "X;A=\"",
        " fold",
        "\u{feff}",
        "METHOD:CANCEL",
        "STATUS:CANCELLED",
    ]);
    prop::collection::vec(lines, 0..60)
        .prop_map(|lines| format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\n{}", lines.join("\n")))
}

/// Parts of rules, and what may stand behind them.
const PARTS: &[&str] = &[
    "BYDAY",
    "BYMONTH",
    "BYMONTHDAY",
    "BYSETPOS",
    "BYHOUR",
    "BYMINUTE",
    "BYWEEKNO",
    "BYYEARDAY",
    "COUNT",
    "UNTIL",
    "INTERVAL",
    "WKST",
    "BYEASTER",
    "X",
];
const VALUES: &[&str] = &[
    "DAILY",
    "WEEKLY",
    "MONTHLY",
    "YEARLY",
    "HOURLY",
    "SECONDLY",
    "MO",
    "1MO",
    "-5SU",
    "é",
    "0",
    "1",
    "-1",
    "31",
    "366",
    "65535",
    "65536",
    "4294967296",
    "99999999999999999999",
    "20270101",
    "20260101T000000Z",
    "+2",
    "",
];

/// Names of fields of all the systems.
const NAMES: &[&str] = &[
    "@type",
    "type",
    "@graph",
    "@id",
    "id",
    "uid",
    "title",
    "name",
    "events",
    "event",
    "startDate",
    "endDate",
    "start_date",
    "utc_start_date",
    "startTime",
    "beginsOn",
    "start_datetime",
    "start",
    "end",
    "timings",
    "begin",
    "location",
    "place",
    "address",
    "geo",
    "offers",
    "price",
    "subEvent",
    "calendarType",
    "openingHours",
    "dayOfWeek",
    "opens",
    "closes",
    "member",
    "schedule",
    "conference",
    "days",
    "rooms",
    "version",
    "items",
    "_event",
    "orderedItems",
    "object",
    "to",
    "tags",
    "categories",
    "lat",
    "lng",
    "after",
    "url",
    "@context",
    "description",
    "venue",
    "firstTiming",
    "duration",
    "date",
    "keywords",
];

fn json_like() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec![
            "2026-12-03T19:30:00+01:00",
            "Event",
            "x",
            "https://a.example/",
            "nl",
            "99999",
            "PT1H",
            "<p>",
            "Public"
        ])
        .prop_map(Value::from),
    ];
    let names = prop::sample::select(NAMES);
    leaf.prop_recursive(5, 60, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((names.clone(), inner), 0..9).prop_map(|fields| Value::Object(
                fields
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect()
            )),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn no_bytes_make_it_fail(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let _ = of(&bytes);
    }

    #[test]
    fn no_calendar_makes_it_fail(text in pieces()) {
        if let Ok(reading) = of(text.as_bytes()) {
            held_against_the_schema(&reading);
        }
    }

    #[test]
    fn no_rule_makes_it_fail(
        parts in prop::collection::vec((prop::sample::select(PARTS), prop::sample::select(VALUES), prop::sample::select(VALUES)), 0..5),
        frequency in prop::sample::select(VALUES), odd in "\\PC{0,6}",
    ) {
        let parts: Vec<String> = parts.iter().map(|(name, one, other)| format!("{name}={one},{other}")).collect();
        let lines = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:x\nDTSTART;TZID=Europe/Amsterdam:20260131T023000\nEXDATE:20260201T013000Z\nRRULE:FREQ={frequency};{};{odd}\nEND:VEVENT\nEND:VCALENDAR\n", parts.join(";"));
        let begun = Instant::now();
        held_against_the_schema(&of(lines.as_bytes()).unwrap());
        prop_assert!(begun.elapsed().as_secs() < 5, "{lines}");
    }

    #[test]
    fn no_json_makes_it_fail(value in json_like()) {
        let _ = of(value.to_string().as_bytes());
        let page = format!("<html><script type='application/ld+json'>{value}</script>");
        let _ = of(page.as_bytes());
    }

    #[test]
    fn no_slip_in_a_sample_makes_it_fail(which in 0usize..17, at in any::<prop::sample::Index>(), byte in any::<u8>(), other in any::<prop::sample::Index>()) {
        let samples = samples();
        let (_, path) = &samples[which % samples.len()];
        let mut bytes = fs::read(path).unwrap();
        let (at, other) = (at.index(bytes.len()), other.index(bytes.len()));
        bytes[at] = byte;
        bytes.swap(at, other);
        if let Ok(reading) = of(&bytes) {
            held_against_the_schema(&reading);
        }
    }
}
