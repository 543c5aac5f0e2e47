//! Calendars of small sites, as they are published.

mod forms;

use super::*;
use crate::content::{config, language, parse, vocabulary};
use crate::site::{History, Surroundings, resolve};
use crate::source::past::Past;
use crate::source::{Source, Sources};
use crate::theme::FILES;
use jiff::Timestamp;

const SITE: &str = "title: Het lab\nurl: https://lab.example\nlanguages: [nl, en]\n\
    timezone: Europe/Amsterdam\nsince: 2026-01-01\npublisher: { name: Het lab, email: hallo@lab.example }\n";

/// A site on 22 November 2026, of records given as path below `content/` and front matter.
fn press(records: &[(&str, &str)], changed: &[(&str, &str)]) -> Press {
    let mut files = vec![Source {
        path: config::PATH.into(),
        text: SITE.into(),
    }];
    for (path, text) in records {
        let text = format!("---\n{text}\n---\n");
        files.push(Source {
            path: format!("content/{path}"),
            text: text.into(),
        });
    }
    let (sources, mut faults) = (Sources::new(files), vec![]);
    let config = config::parse(&sources, &mut faults).unwrap();
    let moment = |day: &str| format!("{day}T10:00:00Z").parse::<Timestamp>().unwrap();
    let created = moment("2026-01-01");
    let history = |(path, day): &(&str, &str)| {
        (
            format!("content/{path}"),
            History {
                created,
                updated: moment(day),
                revisions: 1,
            },
        )
    };
    let past = Past {
        files: changed.iter().map(history).collect(),
        ..Past::default()
    };
    let around = Surroundings {
        languages: language::parse(&config.languages, FILES, &sources, &mut faults),
        vocabularies: vocabulary::parse(&sources, &mut faults),
        past: &past,
        now: moment("2026-11-22"),
        preview: false,
        media: Default::default(),
        config,
    };
    let parsed = parse::parse(
        &sources,
        &around.config,
        &mut parse::Cache::default(),
        &mut faults,
    );
    let site = resolve(parsed, around, &sources, &mut faults);
    let theme = Theme::load(&site, &Default::default(), &Default::default(), &mut faults);
    assert!(faults.is_empty(), "{faults:?}");
    Press::new(site, theme)
}

fn read(press: &Press, path: &str) -> String {
    let plan = super::super::plan(press, &mut vec![]);
    let artifact = plan
        .find(path)
        .unwrap_or_else(|| panic!("{path} is not planned"));
    let bytes = super::super::render(press, &plan, artifact).unwrap();
    String::from_utf8(bytes)
        .unwrap()
        .replace("\r\n ", "")
        .replace("\r\n", "\n")
}

/// The lines of properties with these names.
fn lines<'a>(calendar: &'a str, names: &[&str]) -> Vec<&'a str> {
    let named = |line: &&str| names.contains(&line.split([':', ';']).next().unwrap_or(""));
    calendar
        .split_once("END:VTIMEZONE")
        .map_or(calendar, |(_, rest)| rest)
        .lines()
        .filter(named)
        .collect()
}

#[test]
fn a_single_event_is_a_file_of_its_own() {
    let event =
        "title: Soep, brood; kaas\nstart: 2026-12-03T18:00\nspace: keuken\nsummary: Samen eten.";
    let keuken = "title: Keuken\nlocation: { street: Plein 1, postal_code: 1315 HR, city: Almere, lat: 52.37, lon: 5.2 }";
    let records = [("events/soep.md", event), ("spaces/keuken.md", keuken)];
    let press = press(
        &records,
        &[
            ("events/soep.md", "2026-01-02"),
            ("spaces/keuken.md", "2026-01-03"),
        ],
    );
    let file = read(&press, "/agenda/soep/calendar.ics");
    let event = "BEGIN:VEVENT\nUID:event-soep@lab.example\nDTSTAMP:20260103T100000Z\nCREATED:20260101T100000Z\n\
        LAST-MODIFIED:20260103T100000Z\nSEQUENCE:189597600\nSTATUS:CONFIRMED\nTRANSP:TRANSPARENT\nCLASS:PUBLIC\n\
        DTSTART;TZID=Europe/Amsterdam:20261203T180000\nDTEND;TZID=Europe/Amsterdam:20261203T200000\n\
        SUMMARY:Soep\\, brood\\; kaas\nDESCRIPTION:Samen eten.\\n\\nMeer: https://lab.example/agenda/soep/\n\
        URL:https://lab.example/agenda/soep/\nLOCATION:Keuken\\, Plein 1\\, 1315 HR Almere\nGEO:52.37;5.2\n\
        X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-ADDRESS=\"Keuken, Plein 1, 1315 HR Almere\";X-APPLE-RADIUS=70;X-TITLE=Keuken:geo:52.37,5.2\n\
        ORGANIZER;CN=Het lab:mailto:hallo@lab.example\nEND:VEVENT\nEND:VCALENDAR\n";
    let (head, found) = file.split_at(file.find("BEGIN:VEVENT").unwrap());
    assert_eq!(found, event);
    assert!(head.starts_with("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Plein//Plein//NL\nCALSCALE:GREGORIAN\nBEGIN:VTIMEZONE\n"));
}

#[test]
fn every_feed_of_a_language_holds_the_same_bytes() {
    let event = "title: Soep\nstart: 2026-12-03T18:00\nspace: keuken";
    let press = press(
        &[
            ("events/soep.md", event),
            ("events/soep.en.md", "title: Soup"),
            ("spaces/keuken.md", "title: Keuken"),
        ],
        &[],
    );
    let event = |path: &str| {
        let file = read(&press, path);
        file[file.find("BEGIN:VEVENT").unwrap()..].to_owned()
    };
    let dutch = [
        "/calendar.ics",
        "/agenda/calendar.ics",
        "/agenda/soep/calendar.ics",
        "/plekken/keuken/calendar.ics",
    ]
    .map(event);
    assert!(
        dutch.iter().all(|text| *text == dutch[0])
            && dutch[0].contains("UID:event-soep@lab.example\n")
    );
    let english = ["/en/calendar.ics", "/en/agenda/soep/calendar.ics"].map(event);
    assert!(
        english[0] == english[1]
            && english[0].contains("UID:event-soep.en@lab.example\n")
            && english[0].contains("SUMMARY:Soup\n")
    );
    let feed = read(&press, "/plekken/keuken/calendar.ics");
    let about = "METHOD:PUBLISH\nNAME:Het lab – Keuken\nX-WR-CALNAME:Het lab – Keuken\nDESCRIPTION:Het lab – Keuken\nX-WR-CALDESC:Het lab – Keuken\n\
        X-WR-TIMEZONE:Europe/Amsterdam\nREFRESH-INTERVAL;VALUE=DURATION:PT4H\nX-PUBLISHED-TTL:PT4H\n\
        SOURCE;VALUE=URI:https://lab.example/plekken/keuken/calendar.ics\nURL:https://lab.example/plekken/keuken/\nLAST-MODIFIED:20260101T000000Z\n";
    assert!(feed.contains(about), "{feed}");
}

#[test]
fn what_changed_in_a_series_stands_beside_it() {
    let event = "title: Koor\nstart: 2026-10-11T20:00\nduration: 90m\nreason: \"\"\n\
        repeat: { every: week, on: [sunday], until: 2026-11-15, except: [2026-11-01], extra: [2026-12-05T15:00, 2026-12-06T15:00] }\n\
        changes:\n  - { occurrence: 2026-10-25, start: 2026-10-24T21:00, reason: Zaal bezet }\n  - { occurrence: 2026-11-08, status: cancelled }\n\
        \x20 - { occurrence: 2026-12-06, status: postponed }";
    let press = press(&[("events/koor.md", event)], &[]);
    let names = [
        "UID",
        "RECURRENCE-ID",
        "STATUS",
        "DTSTART",
        "DTEND",
        "RRULE",
        "EXDATE",
        "RDATE",
        "SUMMARY",
    ];
    let file = read(&press, "/agenda/koor/calendar.ics");
    let expected = "UID:event-koor@lab.example|STATUS:CONFIRMED|DTSTART;TZID=Europe/Amsterdam:20261011T200000|DTEND;TZID=Europe/Amsterdam:20261011T213000|\
        RRULE:FREQ=WEEKLY;UNTIL=20261115T190000Z;BYDAY=SU|EXDATE;TZID=Europe/Amsterdam:20261101T200000|RDATE:20261205T140000Z|SUMMARY:Koor|\
        UID:event-koor@lab.example|RECURRENCE-ID;TZID=Europe/Amsterdam:20261025T200000|STATUS:CONFIRMED|\
        DTSTART;TZID=Europe/Amsterdam:20261024T210000|DTEND;TZID=Europe/Amsterdam:20261024T223000|SUMMARY:Koor|\
        UID:event-koor@lab.example|RECURRENCE-ID;TZID=Europe/Amsterdam:20261108T200000|STATUS:CANCELLED|\
        DTSTART;TZID=Europe/Amsterdam:20261108T200000|DTEND;TZID=Europe/Amsterdam:20261108T213000|SUMMARY:VERVALT: Koor|\
        UID:event-koor.20261206T150000@lab.example|STATUS:TENTATIVE|\
        DTSTART;TZID=Europe/Amsterdam:20261206T150000|DTEND;TZID=Europe/Amsterdam:20261206T163000|SUMMARY:UITGESTELD: Koor";
    assert_eq!(lines(&file, &names).join("|"), expected);
    assert!(file.contains("DESCRIPTION:Zaal bezet\\n\\nMeer: "));
}

#[test]
fn a_single_event_that_was_moved_carries_its_new_time() {
    let event = "title: Koor\nstart: 2026-12-10T10:00\nonline_url: https://meet.example/x\n\
        changes: [ { occurrence: 2026-12-10, start: 2026-12-12T11:00, reason: Ziek } ]";
    let press = press(&[("events/koor.md", event)], &[]);
    let file = read(&press, "/agenda/koor/calendar.ics");
    let expected = [
        "DTSTART;TZID=Europe/Amsterdam:20261212T110000",
        "DTEND;TZID=Europe/Amsterdam:20261212T130000",
        "DESCRIPTION:Ziek\\n\\nDeelnemen: https://meet.example/x\\nMeer: https://lab.example/agenda/koor/",
        "LOCATION:Online",
        "CONFERENCE;VALUE=URI;FEATURE=VIDEO;LABEL=Online meedoen:https://meet.example/x",
    ];
    assert_eq!(
        lines(
            &file,
            &[
                "DTSTART",
                "DTEND",
                "RECURRENCE-ID",
                "DESCRIPTION",
                "LOCATION",
                "CONFERENCE"
            ]
        ),
        expected
    );
}

#[test]
fn days_deadlines_and_utc_have_no_zone() {
    let records = [
        (
            "events/top.md",
            "title: Top\nstart: 2027-05-21\nend: 2027-05-23\nall_day: true\nrepeat: { every: year, until: 2029-12-31 }",
        ),
        (
            "events/wereld.md",
            "title: Wereld\nstart: 2026-12-01T12:00\ntimezone: UTC",
        ),
        ("calls/mee.md", "title: Doe mee\ndeadline: 2026-12-20T17:00"),
    ];
    let press = press(&records, &[]);
    let feed = read(&press, "/calendar.ics");
    let expected = [
        "DTSTART:20261201T120000Z",
        "DTEND:20261201T140000Z",
        "SUMMARY:Wereld",
        "DTSTART;VALUE=DATE:20261220",
        "DTEND;VALUE=DATE:20261221",
        "SUMMARY:Laatste dag: Doe mee",
        "DTSTART;VALUE=DATE:20270521",
        "DTEND;VALUE=DATE:20270524",
        "RRULE:FREQ=YEARLY;UNTIL=20291231",
        "SUMMARY:Top",
    ];
    assert_eq!(
        lines(&feed, &["DTSTART", "DTEND", "RRULE", "SUMMARY"]),
        expected
    );
    assert!(!feed.contains("VTIMEZONE") && feed.contains("zondag 20 december 2026\\, 17:00"));
}

#[test]
fn an_hour_that_comes_twice_is_told_in_utc() {
    let press = press(
        &[(
            "events/nacht.md",
            "title: Nacht\nstart: 2027-10-31T01:00\nduration: 90m",
        )],
        &[],
    );
    let file = read(&press, "/agenda/nacht/calendar.ics");
    let expected = [
        "DTSTART;TZID=Europe/Amsterdam:20271031T010000",
        "DTEND:20271031T003000Z",
    ];
    assert_eq!(lines(&file, &["DTSTART", "DTEND"]), expected);
}

#[test]
fn feeds_keep_ninety_days_and_everything_ahead() {
    let records = [
        (
            "events/oud.md",
            "title: Oud\nstart: 2026-08-23T10:00\nspace: hut",
        ),
        (
            "events/ouder.md",
            "title: Ouder\nstart: 2025-08-23T10:00\nspace: hut",
        ),
        ("events/pas.md", "title: Pas\nstart: 2026-08-25T10:00"),
        (
            "events/om-het-jaar.md",
            "title: Om het jaar\nstart: 2025-02-01\nall_day: true\nrrule: FREQ=YEARLY;INTERVAL=2",
        ),
        (
            "events/op.md",
            "title: Op\nstart: 2025-02-01\nall_day: true\nrrule: FREQ=WEEKLY;COUNT=2",
        ),
        ("spaces/hut.md", "title: Hut"),
    ];
    let press = press(&records, &[]);
    assert_eq!(
        lines(&read(&press, "/calendar.ics"), &["SUMMARY"]),
        ["SUMMARY:Om het jaar", "SUMMARY:Pas"]
    );
    assert_eq!(
        lines(&read(&press, "/agenda/ouder/calendar.ics"), &["SUMMARY"]),
        ["SUMMARY:Ouder"]
    );
    // Nothing of the hut is left in the window; an empty calendar would be refused.
    assert_eq!(
        lines(&read(&press, "/plekken/hut/calendar.ics"), &["SUMMARY"]),
        ["SUMMARY:Oud"]
    );
}

#[test]
fn a_series_whose_first_end_the_clock_skips_tells_its_length() {
    let event = "title: Nacht\nstart: 2027-03-28T01:30\nduration: 1h\nrepeat: { every: week, on: [sunday], count: 3 }";
    let press = press(&[("events/nacht.md", event)], &[]);
    let file = read(&press, "/agenda/nacht/calendar.ics");
    let expected = [
        "DTSTART;TZID=Europe/Amsterdam:20270328T013000",
        "DURATION:PT60M",
    ];
    assert_eq!(lines(&file, &["DTSTART", "DTEND", "DURATION"]), expected);
}

#[test]
fn a_series_that_begins_in_the_night_in_which_the_clock_changes_tells_its_length() {
    let event =
        "title: Nacht\nstart: 2026-10-24T22:00\nduration: 6h\nrepeat: { every: week, count: 3 }";
    let press = press(&[("events/nacht.md", event)], &[]);
    let file = read(&press, "/agenda/nacht/calendar.ics");
    let expected = [
        "DTSTART;TZID=Europe/Amsterdam:20261024T220000",
        "DURATION:PT360M",
    ];
    assert_eq!(lines(&file, &["DTSTART", "DTEND", "DURATION"]), expected);
}

#[test]
fn a_rule_that_programs_disagree_on_is_told_as_dates_beside_its_start() {
    let event = "title: Brood\nstart: 2026-12-31T18:00\nrrule: FREQ=MONTHLY;COUNT=4\n\
        changes: [{ occurrence: 2027-05-31, status: cancelled }]";
    let press = press(&[("events/brood.md", event)], &[]);
    let file = read(&press, "/agenda/brood/calendar.ics");
    let found = lines(&file, &["UID", "STATUS", "DTSTART", "RRULE", "RDATE"]);
    let start = "DTSTART;TZID=Europe/Amsterdam";
    let expected = [
        "UID:event-brood@lab.example".to_owned(),
        "STATUS:CONFIRMED".to_owned(),
        format!("{start}:20261231T180000"),
        "RRULE:FREQ=DAILY;COUNT=1".to_owned(),
        "RDATE:20270131T170000Z".to_owned(),
        "RDATE:20270331T160000Z".to_owned(),
        "UID:event-brood.20270531T180000@lab.example".to_owned(),
        "STATUS:CANCELLED".to_owned(),
        format!("{start}:20270531T180000"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_calendar_without_what_is_cancelled_leaves_out_events_and_single_times() {
    let weekly = "title: Soep\nstart: 2026-12-02T18:00\nrepeat: { every: week, until: 2026-12-23 }\n\
        changes: [{ occurrence: 2026-12-09, status: cancelled, reason: Vakantie }]";
    let off = "title: Markt\nstart: 2026-12-05T10:00\nstatus: cancelled";
    let on = "title: Feest\nstart: 2026-12-06T10:00";
    let press = press(
        &[
            ("events/soep.md", weekly),
            ("events/markt.md", off),
            ("events/feest.md", on),
        ],
        &[],
    );
    let all = read(&press, "/agenda/calendar.ics");
    assert_eq!(lines(&all, &["STATUS"]).len(), 4);
    let confirmed = read(&press, "/agenda/calendar-confirmed.ics");
    assert_eq!(
        lines(
            &confirmed,
            &["UID", "STATUS", "EXDATE", "RECURRENCE-ID", "SUMMARY"]
        ),
        [
            "UID:event-soep.confirmed@lab.example",
            "STATUS:CONFIRMED",
            "EXDATE;TZID=Europe/Amsterdam:20261209T180000",
            "SUMMARY:Soep",
            "UID:event-feest@lab.example",
            "STATUS:CONFIRMED",
            "SUMMARY:Feest",
        ]
    );
    let name = "NAME:Het lab – Agenda\\, alleen wat doorgaat";
    assert!(confirmed.contains(name), "{confirmed}");
}

#[test]
fn the_one_time_that_goes_ahead_of_a_cancelled_series_stands_by_itself() {
    let series = "title: Soep\nstart: 2026-12-02T18:00\nrepeat: { every: week, until: 2026-12-23 }\n\
        status: cancelled\nchanges: [{ occurrence: 2026-12-09, status: scheduled }]";
    let press = press(&[("events/soep.md", series)], &[]);
    let confirmed = read(&press, "/agenda/calendar-confirmed.ics");
    assert_eq!(
        lines(
            &confirmed,
            &["UID", "RECURRENCE-ID", "STATUS", "DTSTART", "RRULE"]
        ),
        [
            "UID:event-soep.20261209T180000.confirmed@lab.example",
            "STATUS:CONFIRMED",
            "DTSTART;TZID=Europe/Amsterdam:20261209T180000",
        ]
    );
}

#[test]
fn what_is_put_off_or_not_certain_yet_is_not_among_what_goes_ahead() {
    let weekly = "title: Soep\nstart: 2026-12-02T18:00\nrepeat: { every: week, until: 2026-12-23 }\n\
        changes: [{ occurrence: 2026-12-09, status: postponed }, { occurrence: 2026-12-16, status: tentative }]";
    let perhaps = "title: Koor\nstart: 2026-12-03T18:00\nrepeat: { every: week }\nstatus: tentative\n\
        changes: [{ occurrence: 2026-12-10, status: scheduled }]";
    let later = "title: Markt\nstart: 2026-12-05T10:00\nstatus: postponed";
    let on = "title: Feest\nstart: 2026-12-06T10:00\nstatus: moved_online";
    let records = [
        ("events/soep.md", weekly),
        ("events/koor.md", perhaps),
        ("events/markt.md", later),
        ("events/feest.md", on),
    ];
    let press = press(&records, &[]);
    let confirmed = read(&press, "/agenda/calendar-confirmed.ics");
    assert_eq!(
        lines(&confirmed, &["UID", "STATUS", "EXDATE"]),
        [
            "UID:event-soep.confirmed@lab.example",
            "STATUS:CONFIRMED",
            "EXDATE;TZID=Europe/Amsterdam:20261209T180000",
            "EXDATE;TZID=Europe/Amsterdam:20261216T180000",
            "UID:event-koor.20261210T180000.confirmed@lab.example",
            "STATUS:CONFIRMED",
            "UID:event-feest@lab.example",
            "STATUS:CONFIRMED",
        ]
    );
}

#[test]
fn there_is_no_calendar_of_what_goes_ahead_where_nothing_does() {
    let off = "title: Markt\nstart: 2026-12-05T10:00\nstatus: cancelled";
    let press = press(&[("events/markt.md", off)], &[]);
    let plan = super::super::plan(&press, &mut vec![]);
    assert!(plan.find("/agenda/calendar.ics").is_some());
    assert!(plan.find("/agenda/calendar-confirmed.ics").is_none());
}
