//! The life of a lab in git, commit by commit, as people's calendars see it.

#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;

use std::collections::BTreeMap;
use support::{Lab, NOW, files};

const KEUKEN: &str = "---\ntitle: Keuken\n---\n";
const SOEP: &str = "---\ntitle: Soep\nstart: 2026-12-02T18:00\nspace: keuken\nrepeat:\n  every: week\n  until: 2027-01-27\n---\n\nSamen eten.\n";
const DEBAT: &str = "---\ntitle: Debat\nstart: 2026-12-10T20:00\ntopics: []\n---\n\nPraat mee over de stad, de straat en het plein.\n";

/// A lab that is committed to.
struct Life {
    lab: Lab,
    /// Days since the first commit.
    day: u32,
    /// UID to SEQUENCE and STATUS of each master in the calendar of the site.
    known: BTreeMap<String, (i64, String)>,
}

impl Life {
    fn begin() -> Life {
        let lab = Lab::new();
        lab.remove("content/events/soep.md");
        lab.put("content/spaces/keuken.md", KEUKEN);
        lab.put("content/events/soep.md", SOEP);
        lab.put("content/events/debat.md", DEBAT);
        let mut life = Life {
            lab,
            day: 0,
            known: BTreeMap::new(),
        };
        life.lab.put(".gitignore", "public\n");
        life.git(&["init", "-q", "-b", "main"]);
        life.commit();
        life
    }

    fn git(&self, arguments: &[&str]) -> String {
        let date = format!("2026-09-{:02}T10:00:00Z", 1 + self.day);
        self.lab.git(&date, arguments)
    }

    /// Commits all there is, the next day, and reads the calendar again.
    fn commit(&mut self) {
        self.day += 1;
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "next"]);
        self.build(NOW);
    }

    /// Writes `to` instead of `from` in a file, and commits.
    fn edit(&mut self, path: &str, from: &str, to: &str) {
        self.lab.edit(path, from, to);
        self.commit();
    }

    fn build(&mut self, now: &str) {
        let ran = self.lab.run(&["build", "--quiet", "--now", now]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        self.known = masters(&self.calendar("calendar.ics"));
    }

    fn calendar(&self, path: &str) -> String {
        let found = files(&self.lab.path("public"));
        let bytes = found.get(path).unwrap_or_else(|| panic!("no {path}"));
        String::from_utf8_lossy(bytes)
            .replace("\r\n ", "")
            .replace('\r', "")
    }

    /// What the calendar says of an event: SEQUENCE and STATUS.
    #[track_caller]
    fn of(&self, id: &str) -> (i64, String) {
        let uid = format!("event-{id}@lab.example");
        let found = self.known.get(&uid);
        found
            .unwrap_or_else(|| panic!("no {uid} in {:?}", self.known))
            .clone()
    }
}

/// SEQUENCE and STATUS of each event by its UID; those of changed times must be the same as their master's.
fn masters(calendar: &str) -> BTreeMap<String, (i64, String)> {
    let mut found = BTreeMap::new();
    let mut changes = Vec::new();
    for event in calendar.split("BEGIN:VEVENT\n").skip(1) {
        let value = |name: &str| {
            let line = event.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_default().to_owned()
        };
        let (uid, sequence) = (value("UID:"), value("SEQUENCE:").parse().expect("a number"));
        assert_eq!(value("DTSTAMP:"), value("LAST-MODIFIED:"));
        if event.contains("RECURRENCE-ID") {
            changes.push((uid, sequence));
        } else if found
            .insert(uid.clone(), (sequence, value("STATUS:")))
            .is_some()
        {
            panic!("{uid} is in the calendar twice");
        }
    }
    for (uid, sequence) in changes {
        assert_eq!(found[&uid].0, sequence, "{uid}");
    }
    found
}

#[test]
fn every_change_of_an_event_and_no_other_one_raises_its_sequence() {
    let mut life = Life::begin();
    let grows = |life: &mut Life, id: &str, path: &str, from: &str, to: &str| {
        let (before, others) = (life.of(id), life.known.clone());
        life.edit(path, from, to);
        assert!(life.of(id).0 > before.0, "{path}: {to}");
        for (uid, known) in others
            .iter()
            .filter(|(uid, _)| !uid.starts_with(&format!("event-{id}@")))
        {
            assert_eq!(&life.known[uid], known, "{path}: {to}");
        }
    };
    let soep = "content/events/soep.md";
    grows(
        &mut life,
        "soep",
        soep,
        "title: Soep",
        "title: Soep en brood",
    );
    grows(&mut life, "soep", soep, "T18:00", "T18:30");
    grows(&mut life, "soep", soep, "Samen eten", "Samen koken en eten");
    let change =
        "changes:\n  - { occurrence: 2026-12-09T18:30, status: cancelled, reason: Ziek }\nrepeat:";
    grows(&mut life, "soep", soep, "repeat:", change);
    grows(
        &mut life,
        "soep",
        "content/spaces/keuken.md",
        "title: Keuken",
        "title: De keuken",
    );
    grows(
        &mut life,
        "debat",
        "content/events/debat.md",
        "T20:00",
        "T19:30",
    );
    let moved = "status: rescheduled, start: 2026-12-10T18:30";
    grows(&mut life, "soep", soep, "status: cancelled", moved);
    let before = life.known.clone();
    life.edit("content/articles/open.md", "title: ", "title: Weer ");
    life.commit();
    assert_eq!(
        life.known, before,
        "what is no part of an event leaves it alone"
    );
}

#[test]
fn a_removed_event_is_cancelled_for_half_a_year_and_comes_back_under_its_own_name() {
    let mut life = Life::begin();
    let before = life.of("soep");
    life.lab.remove("content/events/soep.md");
    life.commit();
    let gone = life.of("soep");
    assert_eq!((gone.1.as_str(), gone.0 > before.0), ("CANCELLED", true));
    for path in ["agenda/calendar.ics", "plekken/keuken/calendar.ics"] {
        let text = life.calendar(path);
        assert!(text.contains("SUMMARY:VERVALT: Soep\n"), "{path}: {text}");
        assert!(text.contains("RRULE:FREQ=WEEKLY"), "{path}: {text}");
    }
    assert!(
        !life
            .calendar("calendar-confirmed.ics")
            .contains("event-soep")
    );
    life.build("2027-02-25T12:00:00+01:00");
    life.of("soep");
    life.build("2027-03-05T12:00:00+01:00");
    assert!(!life.known.contains_key("event-soep@lab.example"));
    life.lab.put("content/events/soep.md", SOEP);
    life.commit();
    let back = life.of("soep");
    assert_eq!((back.1.as_str(), back.0 > gone.0), ("CONFIRMED", true));
}

#[test]
fn a_removed_event_with_a_place_of_its_own_is_cancelled_too() {
    let mut life = Life::begin();
    let place = "location: { name: Het plein, city: Almere }\ntopics: []";
    life.edit("content/events/debat.md", "topics: []", place);
    life.lab.remove("content/events/debat.md");
    life.commit();
    assert_eq!(life.of("debat").1, "CANCELLED");
}

#[test]
fn a_removed_draft_stays_unseen() {
    let mut life = Life::begin();
    life.edit("content/events/debat.md", "topics: []", "draft: true");
    life.lab.remove("content/events/debat.md");
    life.commit();
    assert!(!life.known.contains_key("event-debat@lab.example"));
}

#[test]
fn who_subscribed_to_one_event_hears_that_it_was_removed() {
    let mut life = Life::begin();
    life.lab.remove("content/events/debat.md");
    life.commit();
    let own = life.calendar("agenda/debat/calendar.ics");
    assert!(own.contains("UID:event-debat@lab.example"), "{own}");
    assert!(own.contains("STATUS:CANCELLED"), "{own}");
}

#[test]
fn what_was_over_when_it_was_removed_is_not_called_cancelled() {
    let mut life = Life::begin();
    life.edit("content/events/debat.md", "2026-12-10", "2026-08-10");
    life.lab.remove("content/events/debat.md");
    life.commit();
    assert!(!life.known.contains_key("event-debat@lab.example"));
}

#[test]
fn a_renamed_event_stays_the_same_with_two_lines_that_check_asks_for() {
    let mut life = Life::begin();
    let before = life.of("debat");
    life.git(&[
        "mv",
        "content/events/debat.md",
        "content/events/stadsdebat.md",
    ]);
    life.commit();
    assert_eq!(life.of("debat").1, "CANCELLED");
    let check = ["check", "--now", NOW];
    let ran = life.lab.run(&check);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(
        ran.err.contains(
            "add to the front matter:\n          id: debat\n          aliases: [/agenda/debat/]"
        ),
        "{}",
        ran.err
    );
    let named = "---\nid: debat\naliases: [/agenda/debat/]\n";
    life.edit(
        "content/events/stadsdebat.md",
        "---\ntitle",
        &format!("{named}title"),
    );
    let after = life.of("debat");
    assert_eq!((after.1.as_str(), after.0 > before.0), ("CONFIRMED", true));
    assert_eq!(life.known.len(), 2, "{:?}", life.known);
    assert_eq!(life.lab.run(&check).code, Some(0));
    let soon = ["check", "--now", "2026-09-20T12:00:00+02:00"];
    let ran = life.lab.run(&soon);
    assert!(!ran.err.contains("was known as"), "{}", ran.err);
    let created = life.calendar("agenda/stadsdebat/calendar.ics");
    assert!(created.contains("CREATED:20260902T100000Z"), "{created}");
    let rules = std::fs::read_to_string(life.lab.path("public/_redirects")).expect("rules");
    let subscription = "/agenda/debat/calendar.ics /agenda/stadsdebat/calendar.ics 301\n";
    assert!(rules.contains(subscription), "{rules}");
}

#[test]
fn of_several_identifiers_the_first_is_asked_for_until_it_is_there() {
    let mut life = Life::begin();
    let file = "content/events/debat.md";
    let check = ["check", "--now", "2026-09-20T12:00:00+02:00"];
    let told = |life: &Life, old: &str| {
        let ran = life.lab.run(&check);
        let text = format!("write `id: {old}` again");
        assert!(ran.err.contains(&text), "{old}: {}", ran.err);
    };
    life.edit(file, "---\ntitle", "---\nid: gesprek\ntitle");
    told(&life, "debat");
    life.edit(file, "id: gesprek", "id: stadsgesprek");
    told(&life, "debat");
    life.edit(file, "id: stadsgesprek", "id: debat");
    let ran = life.lab.run(&check);
    assert!(!ran.err.contains("was known as"), "{}", ran.err);
}

#[test]
fn a_squash_or_a_rebase_never_lowers_a_sequence() {
    let mut life = Life::begin();
    life.edit("content/events/soep.md", "T18:00", "T18:30");
    life.edit("content/events/debat.md", "T20:00", "T19:30");
    let before = life.known.clone();
    let root = life.git(&["rev-list", "--max-parents=0", "HEAD"]);
    life.git(&["reset", "-q", "--soft", root.trim()]);
    life.day += 1;
    life.git(&["commit", "-q", "--amend", "-m", "all in one"]);
    life.build(NOW);
    assert_eq!(life.known.len(), before.len());
    for (uid, (sequence, status)) in &before {
        let now = &life.known[uid];
        assert!(now.0 >= *sequence && now.1 == *status, "{uid}: {now:?}");
    }
}

#[test]
fn what_a_branch_changed_long_ago_changes_when_it_is_merged() {
    let mut life = Life::begin();
    life.git(&["checkout", "-q", "-b", "later"]);
    life.edit(
        "content/events/soep.md",
        "Samen eten.",
        "Samen eten.\n\nNeem een kom mee.",
    );
    life.git(&["checkout", "-q", "main"]);
    life.edit(
        "content/events/soep.md",
        "title: Soep",
        "title: Soep en brood",
    );
    let before = life.of("soep");
    life.day += 1;
    life.git(&["merge", "-q", "--no-ff", "-m", "merge", "later"]);
    life.build(NOW);
    assert!(life.of("soep").0 > before.0);
}

#[test]
fn outside_git_the_past_is_what_plein_history_wrote() {
    let mut life = Life::begin();
    life.edit("content/events/soep.md", "T18:00", "T18:30");
    life.lab.remove("content/events/debat.md");
    life.commit();
    let before = files(&life.lab.path("public"));
    let ran = life.lab.run(&["history", "--now", NOW]);
    ran.says(0, "data/history.json: 6 files, 1 removed not long ago");
    std::fs::remove_dir_all(life.lab.path(".git")).expect("it was there");
    life.build(NOW);
    support::same_files(&before, &files(&life.lab.path("public")));
    life.lab.run(&["history"]).says(
        3,
        "
        error: `.` is in no git repository with commits, so there is no history to write down
          = help: run this where the content is kept in git
        ",
    );
    life.lab.put("data/history.json", "{}");
    let ran = life.lab.run(&["build"]);
    assert_eq!(ran.code, Some(0));
    assert!(
        ran.err
            .starts_with("warning: `data/history.json` cannot be read"),
        "{}",
        ran.err
    );
}

#[test]
fn a_shallow_clone_is_told_with_the_command_that_mends_it() {
    let mut life = Life::begin();
    life.edit("content/events/soep.md", "T18:00", "T18:30");
    let clone = life.lab.shallow_clone();
    let ran = clone.run(&["build", "-C", "site"]);
    let told = "warning: git has only part of the history, so dates of change are wrong\n  = help: git fetch --unshallow\n";
    assert!(ran.err.starts_with(told), "{}", ran.err);
}
