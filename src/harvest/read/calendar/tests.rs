//! Tests of whole calendars.

use crate::harvest::found::{Payload, Reading, Setting};
use serde_json::{Value, json};

const SETTING: Setting = Setting {
    timezone: "Europe/Amsterdam",
    language: "nl",
    now: jiff::Timestamp::constant(1_795_392_000, 0),
};

fn read(text: &str) -> Reading {
    let text = format!("BEGIN:VCALENDAR\nVERSION:2.0\n{text}END:VCALENDAR\n");
    let payload = Payload {
        url: "https://a.example/calendar.ics?key=1",
        media_type: None,
        bytes: text.as_bytes(),
    };
    super::read(&payload, &SETTING)
}

fn event(text: &str) -> Value {
    let reading = read(&format!(
        "BEGIN:VEVENT\nUID:a\nSUMMARY:Soep\n{text}\nEND:VEVENT\n"
    ));
    assert_eq!(reading.found.len(), 1, "{:?}", reading.refused);
    Value::Object(reading.found[0].record.clone())
}

#[test]
fn an_event_has_its_words_times_and_place() {
    let event = event(
        "DTSTART;TZID=Europe/Amsterdam:20261203T193000\nDTEND;TZID=Europe/Amsterdam:20261203T213000\nDESCRIPTION;LANGUAGE=en-GB:Come\\, eat.\\n\\nMail jan@example.org.\nLOCATION:De Keuken\\, Almere\nGEO:52.37;5.21\nCATEGORIES:Eten,Buurt\nSTATUS:TENTATIVE\nATTENDEE;CN=Iemand:mailto:iemand@example.org\nORGANIZER;CN=Iemand:mailto:iemand@example.org",
    );
    let expected = json!({
        "title": { "nl": "Soep" },
        "summary": { "en": "Come, eat." },
        "start": "2026-12-03T19:30:00+01:00",
        "end": "2026-12-03T21:30:00+01:00",
        "timezone": "Europe/Amsterdam",
        "status": "tentative",
        "location": { "name": { "nl": "De Keuken, Almere" }, "lat": 52.37, "lon": 5.21 },
        "calendar_uid": "a",
        "extra": { "description": { "en": "Come, eat.\n\nMail …." }, "keywords": ["Eten", "Buurt"] },
    });
    assert_eq!(event, expected);
    assert!(!event.to_string().contains("emand"));
}

#[test]
fn times_are_those_of_their_zone() {
    let start = |line: &str| event(line)["start"].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        start("DTSTART:20261203T183000Z"),
        "2026-12-03T19:30:00+01:00"
    );
    assert_eq!(
        start("DTSTART:20261203T193000"),
        "2026-12-03T19:30:00+01:00"
    );
    assert_eq!(
        start("DTSTART;TZID=W. Europe Standard Time:20260703T193000"),
        "2026-07-03T19:30:00+02:00"
    );
    assert_eq!(
        start("DTSTART;TZID=America/New_York:20260703T193000"),
        "2026-07-03T19:30:00-04:00"
    );
    assert_eq!(start("DTSTART;VALUE=DATE:20260703"), "2026-07-03");
    let floating = "X-WR-TIMEZONE:Europe/Lisbon\nBEGIN:VEVENT\nUID:a\nSUMMARY:b\nDTSTART:20260703T193000\nEND:VEVENT\n";
    assert_eq!(
        read(floating).found[0].record["start"],
        "2026-07-03T19:30:00+01:00"
    );
}

#[test]
fn ends_are_worked_out_from_what_there_is() {
    let end = |lines: &str| event(lines).get("end").cloned();
    assert_eq!(
        end("DTSTART;VALUE=DATE:20260521\nDTEND;VALUE=DATE:20260524"),
        Some(json!("2026-05-23"))
    );
    assert_eq!(
        end("DTSTART;VALUE=DATE:20260521\nDTEND;VALUE=DATE:20260522"),
        Some(json!("2026-05-21"))
    );
    assert_eq!(end("DTSTART;VALUE=DATE:20260521"), None);
    assert_eq!(
        end("DTSTART:20261203T193000\nDURATION:PT1H30M"),
        Some(json!("2026-12-03T21:00:00+01:00"))
    );
    assert_eq!(end("DTSTART:20261203T193000\nDTEND:20261203T193000"), None);
    assert_eq!(end("DTSTART:20261203T193000\nDTEND:20261202T193000"), None);
}

#[test]
fn repeats_stay_repeats() {
    let rule = event(
        "DTSTART;TZID=Europe/Amsterdam:20261202T180000\nRRULE:FREQ=WEEKLY;BYDAY=WE;UNTIL=20270601T160000Z;WKST=MO",
    );
    assert_eq!(rule["rrule"], "FREQ=WEEKLY;UNTIL=20270601T180000;BYDAY=WE");
    let words = event(
        "DTSTART;TZID=Europe/Amsterdam:20261202T180000\nRRULE:FREQ=WEEKLY;BYDAY=WE\nEXDATE;TZID=Europe/Amsterdam:20261216T180000\nRDATE:20261217T170000Z",
    );
    assert_eq!(
        words["repeat"]["every"], "day",
        "an odd date more cannot be said of what never ends: {words}"
    );
    let words = event(
        "DTSTART;TZID=Europe/Amsterdam:20261202T180000\nRRULE:FREQ=WEEKLY;BYDAY=WE\nEXDATE:20261216T170000Z,20270106T170000Z",
    );
    assert_eq!(
        words["repeat"],
        json!({ "every": "week", "on": ["wednesday"], "except": ["2026-12-16T18:00:00+01:00", "2027-01-06T18:00:00+01:00"] })
    );
    let dates = event("DTSTART:20261202T170000\nRDATE:20261210T170000,20261211T170000");
    assert_eq!(
        dates["repeat"],
        json!({ "every": "day", "count": 1, "extra": ["2026-12-10T17:00:00+01:00", "2026-12-11T17:00:00+01:00"] })
    );
    let hourly = event("DTSTART:20261202T170000\nRRULE:FREQ=HOURLY;COUNT=3");
    assert_eq!(
        hourly["repeat"]["extra"],
        json!(["2026-12-02T18:00:00+01:00", "2026-12-02T19:00:00+01:00"])
    );
    let utc = event("DTSTART:20261202T170000Z\nRRULE:FREQ=MONTHLY;BYDAY=1WE");
    assert_eq!(
        (&utc["timezone"], &utc["rrule"]),
        (&json!("UTC"), &json!("FREQ=MONTHLY;BYDAY=1WE"))
    );
    let first = event("DTSTART:20261201T170000\nRRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=2");
    assert_eq!(
        first["repeat"]["extra"],
        json!(["2026-12-02T17:00:00+01:00", "2026-12-09T17:00:00+01:00"])
    );
    let long = event("DTSTART:19990101T170000\nRRULE:FREQ=DAILY");
    assert_eq!(
        (&long["start"], &long["rrule"]),
        (&json!("2025-11-23T17:00:00+01:00"), &json!("FREQ=DAILY"))
    );
}

#[test]
fn what_is_different_about_single_times_is_kept() {
    let master = "BEGIN:VEVENT\nUID:a\nSUMMARY:Soep\nDTSTART;TZID=Europe/Amsterdam:20261202T180000\nDTEND;TZID=Europe/Amsterdam:20261202T200000\nRRULE:FREQ=WEEKLY;COUNT=6\nEND:VEVENT\n";
    let other = |lines: &str| format!("BEGIN:VEVENT\nUID:a\n{lines}\nEND:VEVENT\n");
    let reading = read(&[
        &other("RECURRENCE-ID:20261209T170000Z\nDTSTART;TZID=Europe/Amsterdam:20261210T190000\nDTEND;TZID=Europe/Amsterdam:20261210T210000\nSUMMARY:Soep"),
        master,
        &other("RECURRENCE-ID;TZID=Europe/Amsterdam:20261216T180000\nDTSTART;TZID=Europe/Amsterdam:20261216T180000\nSTATUS:CANCELLED\nSUMMARY:Vervalt"),
        &other("RECURRENCE-ID;TZID=Europe/Amsterdam:20261223T180000\nDTSTART;TZID=Europe/Amsterdam:20261223T180000\nSUMMARY:Kerstsoep"),
        &other("RECURRENCE-ID;TZID=Europe/Amsterdam:20261230T180000\nDTSTART;TZID=Europe/Amsterdam:20261230T180000\nSUMMARY:Besloten\nCLASS:PRIVATE"),
    ].concat());
    let whole = &reading.found[0].record;
    let changes = json!([
        { "occurrence": "2026-12-09T18:00:00+01:00", "start": "2026-12-10T19:00:00+01:00" },
        { "occurrence": "2026-12-16T18:00:00+01:00", "status": "cancelled" },
    ]);
    assert_eq!(whole["changes"], changes);
    assert_eq!(
        whole["repeat"],
        json!({ "every": "week", "count": 6, "except": ["2026-12-23T18:00:00+01:00", "2026-12-30T18:00:00+01:00"] })
    );
    assert_eq!(
        (reading.found.len(), reading.found[1].key.as_str()),
        (2, "a 20261223T180000")
    );
    assert_eq!(
        reading.found[1].record["title"],
        json!({ "nl": "Kerstsoep" })
    );
    assert!(!format!("{reading:?}").contains("Besloten"));
}

#[test]
fn what_stands_in_for_nothing_is_shown_unless_it_is_older() {
    let master = "BEGIN:VEVENT\nUID:a\nSEQUENCE:1\nSUMMARY:Soep\nDTSTART:20261202T180000\nRRULE:FREQ=WEEKLY;COUNT=2\nEND:VEVENT\n";
    let other = |sequence: u8| {
        format!(
            "BEGIN:VEVENT\nUID:a\nSEQUENCE:{sequence}\nSUMMARY:Soep\nRECURRENCE-ID:20261223T180000\nDTSTART:20261224T180000\nEND:VEVENT\n"
        )
    };
    let count = |sequence| read(&[master, &other(sequence)].concat()).found.len();
    assert_eq!((count(0), count(1)), (1, 2));
    let onward = "BEGIN:VEVENT\nUID:a\nSEQUENCE:1\nSUMMARY:Later\nRECURRENCE-ID;RANGE=THISANDFUTURE:20261209T180000\nDTSTART:20261209T190000\nEND:VEVENT\n";
    let reading = read(&[master, onward].concat());
    let starts: Vec<&Value> = reading.found.iter().map(|f| &f.record["start"]).collect();
    assert_eq!(
        starts,
        ["2026-12-02T18:00:00+01:00", "2026-12-09T19:00:00+01:00"]
    );
}

#[test]
fn what_is_not_public_or_no_event_is_counted_and_not_told() {
    let reading = read(
        "BEGIN:VEVENT\nUID:a\nSUMMARY:Geheim\nCLASS:CONFIDENTIAL\nDTSTART:20261203T193000\nEND:VEVENT\nBEGIN:VTODO\nSUMMARY:x\nEND:VTODO\nBEGIN:VTODO\nEND:VTODO\nBEGIN:VEVENT\nSUMMARY:Zonder begin\nEND:VEVENT\n",
    );
    assert!(reading.found.is_empty());
    let told: Vec<String> = reading.refused.iter().map(|r| r.what.to_string()).collect();
    assert_eq!(told, ["Zonder begin", "1 × VEVENT", "2 × VTODO"]);
    assert!(!format!("{reading:?}").contains("Geheim"));
}

#[test]
fn keys_stay_from_one_fetch_to_the_next_and_are_never_the_same() {
    let one = "BEGIN:VEVENT\nSUMMARY:Soep\nDTSTART:20261203T193000\nDESCRIPTION:a\nEND:VEVENT\n";
    let (first, second) = (
        read(one),
        read(&one.replace("DESCRIPTION:a", "DESCRIPTION:b")),
    );
    assert_eq!(first.found[0].key, second.found[0].key);
    let twice = read(
        &[
            one,
            one,
            "BEGIN:VEVENT\nUID:x\nSUMMARY:a\nDTSTART:20261203T193000\nEND:VEVENT\n",
            "BEGIN:VEVENT\nUID:x\nSUMMARY:b\nDTSTART:20261204T193000\nEND:VEVENT\n",
        ]
        .concat(),
    );
    let mut keys: Vec<&str> = twice.found.iter().map(|found| found.key.as_str()).collect();
    keys.dedup();
    assert_eq!(keys.len(), 4, "{keys:?}");
}

#[test]
fn of_several_revisions_the_last_one_counts() {
    let revision = |n: u8| {
        format!(
            "BEGIN:VEVENT\nUID:a\nSEQUENCE:{n}\nSUMMARY:{n}\nDTSTART:20261203T193000\nEND:VEVENT\n"
        )
    };
    let reading = read(&[revision(2), revision(1)].concat());
    assert_eq!(
        (reading.found.len(), &reading.found[0].record["title"]["nl"]),
        (1, &json!("2"))
    );
}

#[test]
fn several_calendars_and_one_that_is_cut_off_are_read() {
    let calendar = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:b\nDTSTART:20261203T193000\nEND:VEVENT\nEND:VCALENDAR\n";
    let text = format!(
        "{calendar}{}",
        calendar
            .replace("UID:a", "UID:b")
            .replace("END:VCALENDAR\n", "BEGIN:VEV")
    );
    let payload = Payload {
        url: "https://a.example/c",
        media_type: None,
        bytes: text.as_bytes(),
    };
    let reading = super::read(&payload, &SETTING);
    assert_eq!(reading.found.len(), 2);
    assert!(
        reading
            .refused
            .iter()
            .any(|refused| refused.why == *super::CUT_OFF)
    );
}

#[test]
fn many_rules_that_never_come_take_no_time() {
    let event = |n: usize| {
        format!(
            "BEGIN:VEVENT\nUID:{n}\nSUMMARY:x\nDTSTART:19000101T000000\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\nEND:VEVENT\n"
        )
    };
    let text: String = (0..3000).map(event).collect();
    let reading = read(&text);
    assert_eq!(reading.found.len(), 3000);
}
