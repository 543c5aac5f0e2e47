//! Untidy payloads, as judges and programs make them: each of these was once read wrongly, slowly, or told too much.

#![cfg(feature = "harvest")]
#![allow(clippy::disallowed_methods, reason = "times what should be quick")]

use plein::harvest::found::{Payload, Reading, Setting};
use plein::harvest::read::{NotRead, read};
use serde_json::{Map, Value, json};
use std::time::Instant;

fn of(bytes: &[u8]) -> Result<Reading, NotRead> {
    let payload = Payload {
        url: "https://lab.example/agenda/payload?page=1",
        media_type: None,
        bytes,
    };
    let setting = Setting {
        timezone: "Europe/Amsterdam",
        language: "nl",
        now: jiff::Timestamp::constant(1_795_437_000, 0),
    };
    read(&payload, &setting)
}

/// The only record of a calendar with one event of these lines.
#[track_caller]
fn event(lines: &str) -> Map<String, Value> {
    let text = calendar(lines);
    let reading = of(text.as_bytes()).unwrap();
    assert_eq!(reading.found.len(), 1, "{reading:?}");
    reading.found[0].record.clone()
}

fn calendar(lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:a\nSUMMARY:Soep\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n"
    )
}

/// The dates of a record that lists them one by one.
fn listed(record: &Map<String, Value>) -> Vec<String> {
    let extra = record["repeat"]["extra"].as_array().into_iter().flatten();
    let all = std::iter::once(&record["start"]).chain(extra);
    all.filter_map(|at| Some(at.as_str()?[..10].to_owned()))
        .collect()
}

const START: &str = "DTSTART;TZID=Europe/Amsterdam:20261102T193000";

#[test]
fn a_rule_means_what_other_programs_make_of_it() {
    let rule = |rule: &str| event(&format!("{START}\nRRULE:{rule}"));
    // A number before a weekday says nothing in a week.
    assert_eq!(
        rule("FREQ=WEEKLY;BYDAY=1MO;COUNT=4")["rrule"],
        "FREQ=WEEKLY;COUNT=4;BYDAY=MO"
    );
    // Of two ends the first one counts.
    let first = rule("FREQ=WEEKLY;UNTIL=20270201T000000Z;COUNT=3");
    assert_eq!(first["rrule"], "FREQ=WEEKLY;COUNT=3");
    let first = rule("FREQ=WEEKLY;UNTIL=20261110T000000Z;COUNT=30");
    assert_eq!(listed(&first), ["2026-11-02", "2026-11-09"]);
    assert_eq!(
        rule("RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=OMIT;BYDAY=1MO")["rrule"],
        "FREQ=MONTHLY;BYDAY=1MO"
    );
    let old = event("DTSTART;TZID=Europe/Amsterdam:16010101T193000\nRRULE:FREQ=YEARLY");
    assert_eq!(
        (&old["start"], &old["rrule"]),
        (&json!("2026-01-01T19:30:00+01:00"), &json!("FREQ=YEARLY"))
    );
}

#[test]
fn a_date_of_long_after_the_others_takes_none_of_them_away() {
    let far = event(&format!(
        "{START}\nRRULE:FREQ=WEEKLY;COUNT=3\nRDATE;TZID=Europe/Amsterdam:20300104T193000"
    ));
    assert_eq!(
        listed(&far),
        ["2026-11-02", "2026-11-09", "2026-11-16", "2030-01-04"]
    );
    let open = event(&format!(
        "{START}\nRRULE:FREQ=WEEKLY\nRDATE;TZID=Europe/Amsterdam:20280428T193000"
    ));
    assert!(listed(&open).len() > 55, "{open:?}");
}

#[test]
fn what_holds_from_a_time_on_goes_on() {
    let text = calendar(&format!("{START}\nRRULE:FREQ=WEEKLY")).replace(
        "END:VCALENDAR",
        "BEGIN:VEVENT\nUID:a\nSUMMARY:Soep\nRECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Amsterdam:20261123T193000\nDTSTART;TZID=Europe/Amsterdam:20261124T203000\nEND:VEVENT\nEND:VCALENDAR",
    );
    let reading = of(text.as_bytes()).unwrap();
    let counts: Vec<usize> = reading
        .found
        .iter()
        .map(|found| listed(&found.record).len())
        .collect();
    assert_eq!(counts[0], 3, "{reading:?}");
    assert!(counts[1] > 50, "{reading:?}");
    assert_eq!(
        listed(&reading.found[1].record)[..2],
        ["2026-11-24", "2026-12-01"]
    );
}

#[test]
fn an_hour_that_comes_twice_is_told_in_utc() {
    for line in [
        "DTSTART;TZID=Europe/Amsterdam:20261025T023000",
        "DTSTART:20261025T003000Z",
    ] {
        let record = event(line);
        assert_eq!(
            (&record["start"], &record["timezone"]),
            (&json!("2026-10-25T00:30:00+00:00"), &json!("UTC")),
            "{line}"
        );
    }
    let weekly = event("DTSTART;TZID=Europe/Amsterdam:20261025T023000\nRRULE:FREQ=WEEKLY;COUNT=2");
    assert_eq!(weekly["timezone"], "Europe/Amsterdam");
}

#[test]
fn what_a_broken_server_writes_before_a_calendar_is_not_in_the_way() {
    let plain = calendar(START);
    for before in [
        "<br />\n<b>Warning</b>: Undefined variable $x in /srv/x.php on line 3<br />\n",
        "<!-- cached -->\n",
        "Notice: Undefined index\n",
    ] {
        let reading = of(format!("{before}{plain}").as_bytes());
        assert_eq!(reading.unwrap().found.len(), 1, "{before}");
    }
    let page = format!("<!DOCTYPE html><html><pre>\n{plain}</pre></html>");
    assert_eq!(of(page.as_bytes()), Err(NotRead::Page));
    let printed = calendar(START).replace(
        "SUMMARY:",
        "SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Caf=C3=A9 =E2=82=AC ",
    );
    assert_eq!(
        of(printed.as_bytes()).unwrap().found[0].record["title"]["nl"],
        "Café € Soep"
    );
}

#[test]
fn nobody_is_told_of_whom_one_line_says_that_it_is_private() {
    for lines in [
        "CLASS:PUBLIC\nCLASS:PRIVATE",
        "CLASS:PRIVATE\nCLASS:PUBLIC",
        "CLASS;X=1: private ",
    ] {
        let reading = of(calendar(&format!("{START}\n{lines}")).as_bytes()).unwrap();
        assert!(reading.found.is_empty(), "{lines}");
    }
}

#[test]
fn addresses_and_numbers_of_people_go_however_they_are_written() {
    for text in [
        "bel 06 12 34 56 78",
        "kom langs, 06 12 34 56 78",
        "Jeanne: 01.23.45.67.89",
        "01-23-45-67-89",
        "iemand&#64;example.org",
        "iemand&commat;example.org",
        "telemóvel 912 345 678",
        "puh. 040 123 4567",
        "iemand＠example.org",
    ] {
        let record = event(&format!("{START}\nDESCRIPTION:{text}\nLOCATION:{text}"));
        let told = json!([
            record["summary"],
            record.get("extra"),
            record.get("location")
        ]);
        let told = told.to_string();
        for private in ["iemand", "12 34", "23.45", "23-45", "345", "123 4"] {
            assert!(!told.contains(private), "{text}: {told}");
        }
    }
    for text in [
        "05-12-26 10.00",
        "3.12.2026 - 05.12.2026",
        "Zaal 01 02 2026",
    ] {
        let record = event(&format!("{START}\nDESCRIPTION:{text}"));
        assert_eq!(record["summary"]["nl"], text);
    }
    let own = calendar(&format!(
        "{START}\nORGANIZER;CN=Iemand:mailto:iemand@example.org"
    ))
    .replace("UID:a", "UID:iemand@example.org");
    let told = format!("{:?}", of(own.as_bytes()).unwrap());
    assert!(!told.contains("iemand"), "{told}");
    // It stays the same from one fetch to the next, and is that of no other event.
    let keys = |text: &str| of(text.as_bytes()).unwrap().found[0].key.clone();
    assert_eq!(
        keys(&own),
        keys(&own.replace("SUMMARY:Soep", "SUMMARY:Brood"))
    );
    assert_ne!(keys(&own), keys(&own.replace("UID:iemand", "UID:1-iemand")));
}

#[test]
fn what_runs_leaves_no_words_behind() {
    let record = event(&format!(
        "{START}\nDESCRIPTION:<style>p{{x}}</style>Kom\nLOCATION:<script>alert(1)</script>Keuken"
    ));
    assert_eq!(record["location"]["name"]["nl"], "Keuken");
    assert_eq!(record["summary"]["nl"], "Kom");
    let title = calendar(START).replace("SUMMARY:", "SUMMARY:<SCRIPT >alert(1)</script >");
    assert_eq!(
        of(title.as_bytes()).unwrap().found[0].record["title"]["nl"],
        "Soep"
    );
    let refused =
        of(b"[{\"id\": 1, \"title\": \"<script>alert(1)</script>x\", \"start_datetime\": null}]")
            .unwrap()
            .refused;
    assert_eq!(refused[0].what, *"x");
    for key in ["javascript:alert(1)", "<script>alert(1)</script>"] {
        let items = json!([{ "id": key, "title": "x", "date_published": "2026-12-03T10:00:00Z" }]);
        let text = json!({ "version": "https://jsonfeed.org/version/1.1", "items": items });
        let told = format!("{:?}", of(text.to_string().as_bytes()).unwrap());
        assert!(!told.contains("alert"), "{told}");
    }
}

#[test]
fn linked_data_is_found_behind_what_hides_it_from_old_browsers() {
    let data = r#"{"@context":"https://schema.org","@type":"Event","name":"Soep","startDate":"2026-12-03T19:30:00+01:00"}"#;
    for block in [
        format!("/*<![CDATA[*/{data}/*]]>*/"),
        format!("\n<!--//--><![CDATA[// ><!--\n{data}\n//--><!]]>\n"),
        format!("//<![CDATA[\n{data}\n//]]>"),
        data.replace('"', "&quot;"),
    ] {
        let page = format!("<!doctype html><script type='application/ld+json'>{block}</script>");
        let reading = of(page.as_bytes()).unwrap();
        assert_eq!(reading.found.len(), 1, "{block}: {reading:?}");
    }
}

#[test]
fn tables_of_people_are_read() {
    let starts = |text: &str| -> Vec<String> {
        let reading = of(text.as_bytes()).unwrap();
        let found = reading.found.iter();
        found
            .map(|found| {
                found.record["start"].as_str().unwrap()
                    [..16.min(found.record["start"].as_str().unwrap().len())]
                    .to_owned()
            })
            .collect()
    };
    assert_eq!(
        starts("sep=;\ntitle;start\nSoep;2026-12-03\n"),
        ["2026-12-03"]
    );
    assert_eq!(
        starts(
            "title,start\na,3 december 2026\nb,3 dec. 2026 19:30\nc,donderdag 3 december 2026\nd,\"December 3, 2026\"\ne,3. Dezember 2026\nf,3 décembre 2026 à 19h30\n"
        ),
        [
            "2026-12-03",
            "2026-12-03T19:30",
            "2026-12-03",
            "2026-12-03",
            "2026-12-03",
            "2026-12-03T19:30"
        ]
    );
}

#[test]
fn reasons_are_told_in_the_language_of_the_editors() {
    let nl = |words: &plein::diagnostic::Words| words.to(plein::diagnostic::Language::Nl);
    assert_eq!(nl(&of(b" ").unwrap_err().words()), "er staat niets in");
    let broken = of(b"{\"events\": [").unwrap_err().words();
    assert!(nl(&broken).starts_with("het is JSON, maar kapot: "));
    let text =
        calendar("DTSTART:vanavond\nEND:VEVENT\nBEGIN:VEVENT\nCLASS:PRIVATE\nDTSTART:20261203");
    let refused = of(text.as_bytes()).unwrap().refused;
    let told: Vec<String> = refused
        .iter()
        .map(|it| format!("{}: {}", nl(&it.what), nl(&it.why)))
        .collect();
    assert_eq!(
        told,
        [
            "Soep: de DTSTART is geen moment",
            "1 × VEVENT: hun CLASS zegt dat ze niet openbaar zijn"
        ]
    );
}

#[test]
fn five_thousand_records_of_one_name_take_no_time() {
    let rows = "Soep,2026-12-03\n".repeat(5000);
    let begun = Instant::now();
    let reading = of(format!("title,start\n{rows}").as_bytes()).unwrap();
    let took = begun.elapsed().as_secs_f64();
    assert_eq!(reading.found.len(), 5000);
    let keys: std::collections::BTreeSet<_> = reading.found.iter().map(|f| &f.key).collect();
    assert_eq!(keys.len(), 5000);
    let limit = if cfg!(debug_assertions) { 6.0 } else { 1.0 };
    assert!(took < limit, "{took} s");
}
