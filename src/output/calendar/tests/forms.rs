//! Calendars beside the usual ones: tasks, reminders, past years, busy times, and what people choose.

use super::{lines, press, read};

#[test]
fn the_last_day_to_sign_up_is_a_day_in_feeds_and_a_task_but_not_in_the_file_of_the_event() {
    let event = "title: Reis\nstart: 2026-12-12T08:00\nregistration: { closes: 2026-12-01T17:00 }";
    let over = "title: Toen\nstart: 2026-12-12T08:00\nregistration: { closes: 2026-11-01 }";
    let press = press(&[("events/reis.md", event), ("events/toen.md", over)], &[]);
    let names = [
        "BEGIN",
        "UID",
        "DTSTART",
        "DUE",
        "SUMMARY",
        "DESCRIPTION",
        "RELATED-TO",
    ];
    let tasks = read(&press, "/calendar-tasks.ics");
    assert_eq!(
        lines(&tasks, &names)[2..],
        [
            "BEGIN:VTODO",
            "UID:event-reis.task@lab.example",
            "DTSTART;VALUE=DATE:20260101",
            "DUE;VALUE=DATE:20261201",
            "SUMMARY:Aanmelden sluit: Reis",
            "DESCRIPTION:Tot en met dinsdag 1 december 2026\\, 17:00\\n\\nMeer: https://lab.example/agenda/reis/",
            "RELATED-TO:event-reis@lab.example",
        ]
    );
    let feed = read(&press, "/agenda/calendar.ics");
    let day = "UID:event-reis.registration@lab.example";
    assert!(feed.contains(day), "{feed}");
    assert!(feed.contains(
        "DTSTART;VALUE=DATE:20261201\nDTEND;VALUE=DATE:20261202\nSUMMARY:Aanmelden sluit: Reis\n"
    ));
    assert!(!read(&press, "/agenda/reis/calendar.ics").contains(day));
    let name = "event-reis.registration.confirmed@";
    assert!(
        !read(&press, "/agenda/calendar-confirmed.ics").contains(name),
        "it is the same day"
    );
}

#[test]
fn a_file_with_a_reminder_has_an_alarm_and_no_feed_has() {
    let day = "title: Markt, met soep\nstart: 2026-12-05\nall_day: true";
    let evening = "title: Debat\nstart: 2026-12-03T18:00";
    let press = press(
        &[("events/markt.md", day), ("events/debat.md", evening)],
        &[],
    );
    let alarm = |path: &str| {
        let file = read(&press, path);
        lines(&file, &["ACTION", "TRIGGER"]).join(" ")
    };
    assert_eq!(
        alarm("/agenda/debat/calendar-reminder.ical"),
        "ACTION:DISPLAY TRIGGER:-P1D"
    );
    assert_eq!(
        alarm("/agenda/markt/calendar-reminder.ical"),
        "ACTION:DISPLAY TRIGGER:-PT15H"
    );
    let markt = read(&press, "/agenda/markt/calendar-reminder.ical");
    assert!(
        markt.contains("TRIGGER:-PT15H\nDESCRIPTION:Markt\\, met soep\nEND:VALARM\nEND:VEVENT\n")
    );
    assert_eq!(
        alarm("/agenda/calendar.ics") + &alarm("/agenda/debat/calendar.ics"),
        ""
    );
}

#[test]
fn a_year_that_is_over_is_a_calendar_to_look_things_up_in() {
    let then = "title: Toen\nstart: 2025-05-05T18:00";
    let now = "title: Nu\nstart: 2026-12-03T18:00";
    let press = press(&[("events/toen.md", then), ("events/nu.md", now)], &[]);
    let titles = |path: &str| lines(&read(&press, path), &["SUMMARY"]).join(" ");
    assert_eq!(titles("/agenda/calendar-2025.ics"), "SUMMARY:Toen");
    assert_eq!(titles("/agenda/calendar.ics"), "SUMMARY:Nu");
    let plan = super::super::super::plan(&press, &mut vec![]);
    assert!(plan.find("/agenda/calendar-2026.ics").is_none());
}

#[test]
fn a_space_tells_when_it_is_taken_without_what_is_cancelled_or_moved_online() {
    let series = "title: Soep\nstart: 2026-12-02T18:00\nspace: keuken\nrepeat: { every: week, until: 2026-12-23 }\n\
        changes: [{ occurrence: 2026-12-09, status: cancelled }, { occurrence: 2026-12-16, status: moved_online }]";
    let after = "title: Afwas\nstart: 2026-12-02T20:00\nspace: keuken\nduration: 1h";
    let press = press(
        &[
            ("events/soep.md", series),
            ("events/afwas.md", after),
            ("spaces/keuken.md", "title: Keuken"),
        ],
        &[],
    );
    assert_eq!(
        lines(
            &read(&press, "/plekken/keuken/busy.ics"),
            &["UID", "DTSTART", "FREEBUSY"]
        ),
        [
            "UID:space-keuken.busy@lab.example",
            "DTSTART:20261121T230000Z",
            "FREEBUSY;FBTYPE=BUSY:20261202T170000Z/20261202T200000Z",
            "FREEBUSY;FBTYPE=BUSY:20261223T170000Z/20261223T190000Z",
        ]
    );
}

#[test]
fn what_people_choose_has_a_calendar_and_two_facets_only_where_they_leave_something_out() {
    let soep = "title: Soep\nstart: 2026-12-02T18:00\nspace: keuken\nlanguages: [nl, en]";
    let feest = "title: Feest\nstart: 2026-12-05T20:00\nspace: keuken\nprice: [{ amount: 5 }]\nlanguages: [nl]";
    let debat = "title: Debat\nstart: 2026-12-07T20:00\naccessibility: { wheelchair: false }";
    let press = press(
        &[
            ("events/soep.md", soep),
            ("events/feest.md", feest),
            ("events/debat.md", debat),
            (
                "spaces/keuken.md",
                "title: Keuken\naccessibility: { wheelchair: true }",
            ),
        ],
        &[],
    );
    let titles = |path: &str| {
        let calendar = read(&press, path);
        let titles = lines(&calendar, &["SUMMARY"]).join(" ");
        titles.replace("SUMMARY:", "")
    };
    assert_eq!(titles("/kalenders/gratis.ics"), "Soep Debat");
    assert_eq!(titles("/kalenders/toegankelijk.ics"), "Soep Feest");
    assert_eq!(titles("/kalenders/taal-nl.ics"), "Soep Feest");
    assert_eq!(titles("/kalenders/plekken-keuken_gratis.ics"), "Soep");
    assert_eq!(titles("/en/calendars/free_accessible.ics"), "Soep");
    let plan = super::super::super::plan(&press, &mut vec![]);
    // All that is in the kitchen is accessible, so the kitchen's own calendar says it.
    assert!(
        plan.find("/kalenders/plekken-keuken_toegankelijk.ics")
            .is_none()
    );
    assert!(plan.find("/kalenders/plekken-keuken.ics").is_none());
    let page = read(&press, "/kalenders/plekken-keuken/");
    for way in [
        "webcal://lab.example/plekken/keuken/calendar.ics",
        "https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2Flab.example%2Fkalenders%2Fplekken-keuken_gratis.ics",
        "value=\"https://lab.example/kalenders/plekken-keuken_gratis.ics\"",
    ] {
        assert!(page.contains(way), "{way}");
    }
}

#[test]
fn what_asks_for_answers_closes_by_the_clock_of_its_place() {
    // It is ten in the morning in Greenwich, eleven at night the day before in Niue, midnight in Kiritimati.
    let late = "title: Laat\ndeadline: 2026-11-21T23:30\ntimezone: Pacific/Niue";
    let day = "title: Dag\ndeadline: 2026-11-21\ntimezone: Pacific/Niue";
    let early = "title: Vroeg\ndeadline: 2026-11-22\ntimezone: Pacific/Kiritimati";
    let trip = "title: Reis\nstart: 2026-12-12T08:00\ntimezone: Pacific/Niue\nregistration: { url: https://a.example/, closes: 2026-11-21 }";
    let records = [
        ("calls/laat.md", late),
        ("calls/dag.md", day),
        ("calls/vroeg.md", early),
        ("events/reis.md", trip),
    ];
    let press = press(&records, &[]);
    let page = |slug: &str| {
        let found = press.site.entries.iter().find(|e| e.document_id == slug);
        read(&press, &press.site.path(found.unwrap(), "nl"))
    };
    assert!(page("laat").contains("Tot en met"), "{}", page("laat"));
    assert!(page("laat").contains("datetime=\"2026-11-21T23:30:00-11:00\""));
    assert!(page("laat").contains("\"validThrough\":\"2026-11-21T23:30:00-11:00\""));
    assert!(page("dag").contains("Tot en met"));
    assert!(!page("vroeg").contains("Tot en met"));
    assert!(page("reis").contains("https://a.example/"));
    let tasks = read(&press, "/calendar-tasks.ics");
    let expected = [
        "SUMMARY:Laatste dag: Dag",
        "SUMMARY:Laatste dag: Laat",
        "SUMMARY:Aanmelden sluit: Reis",
    ];
    let mut found = lines(&tasks, &["SUMMARY"]);
    found.sort_by_key(|line| line.len());
    assert_eq!(found, expected);
}

#[test]
fn the_zone_of_what_is_long_over_is_right_at_that_time() {
    let old = "title: Toen\nstart: 2005-03-20T12:00\ntimezone: America/New_York";
    let on = "title: Nu\nstart: 2026-12-20T12:00\ntimezone: America/New_York";
    let press = press(&[("events/toen.md", old), ("events/nu.md", on)], &[]);
    // Summer time began in April until 2006.
    let april = "TZOFFSETTO:-0400\nTZNAME:EDT\nDTSTART:20050403T020000\n";
    assert!(read(&press, "/agenda/toen/calendar.ics").contains(april));
    assert!(!read(&press, "/agenda/nu/calendar.ics").contains(april));
}

#[test]
fn linked_data_tell_a_time_that_the_clock_shows_otherwise_by_itself() {
    let event = "title: Nacht\nstart: 2027-10-10T01:30\nduration: 2h\nrrule: FREQ=WEEKLY;COUNT=5";
    let short = "title: Uur\nstart: 2027-10-10T02:15\nduration: 45m\nrrule: FREQ=WEEKLY;COUNT=5";
    let press = press(&[("events/nacht.md", event), ("events/uur.md", short)], &[]);
    let page = read(&press, "/agenda/nacht/");
    assert!(page.contains("\"exceptDate\":[\"2027-10-31\"]"), "{page}");
    assert!(page.contains("\"startDate\":\"2027-10-31\",\"endDate\":\"2027-10-31\",\"startTime\":\"01:30:00\",\"endTime\":\"02:30:00\""));
    let page = read(&press, "/agenda/uur/");
    let exact = "\"startTime\":\"02:15:00\",\"duration\":{\"@type\":\"QuantitativeValue\",\"value\":45,\"unitCode\":\"MIN\"}";
    assert!(page.contains(exact), "{page}");
}
