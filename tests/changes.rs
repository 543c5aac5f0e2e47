//! What people hear of the changes of a lab in git: the feed that others read, and the page.

#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;

use serde_json::Value;
use support::{Files, Lab, NOW, same_files};

const SITE: &str = "title: Ons lab\nurl: https://lab.example\nlanguages: [nl, en]\ntimezone: Europe/Amsterdam\nsince: 2026-01-01\ncards: false\n";
const ZAAL: &str = "---\ntitle: De zaal\n---\n";
const SOEP: &str = "---\ntitle: Soep op woensdag\nstart: 2026-11-04T18:00\nduration: 2h\nspace: keuken\nrepeat: { every: week, until: 2027-01-27 }\n---\n\nSamen eten.\n";
const DEBAT: &str = "---\ntitle: Debat\nstart: 2026-12-10T20:00\nduration: 2h\nspace: keuken\n---\n\nPraat mee over de stad.\n";

/// A lab that is committed to.
struct Story(Lab);

impl Story {
    /// A lab of which the first commit is older than anything that is told.
    fn begin() -> Story {
        let lab = Lab::new();
        lab.put("data/site.yaml", SITE);
        lab.put("content/events/soep.md", SOEP);
        lab.put("content/spaces/zaal.md", ZAAL);
        lab.put(".gitignore", "public\n");
        let story = Story(lab);
        story
            .0
            .git("2026-01-01T10:00:00Z", &["init", "-q", "-b", "main"]);
        story.commit("2026-01-01T10:00:00Z");
        story
    }

    fn commit(&self, date: &str) {
        self.0.git(date, &["add", "-A"]);
        self.0.git(date, &["commit", "-q", "-m", "next"]);
    }

    fn build(&self) -> Files {
        let ran = self.0.run(&["build", "--quiet", "--now", NOW]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
        self.0.public()
    }
}

fn text<'a>(files: &'a Files, path: &str) -> &'a str {
    let bytes = files.get(path).unwrap_or_else(|| panic!("no {path}"));
    std::str::from_utf8(bytes).expect("UTF-8")
}

fn items(files: &Files, path: &str) -> Vec<Value> {
    let feed: Value = serde_json::from_str(text(files, path)).expect("JSON");
    feed["items"].as_array().expect("a list").clone()
}

fn titles(files: &Files, path: &str) -> Vec<String> {
    let title = |item: &Value| item["title"].as_str().expect("a title").to_owned();
    items(files, path).iter().map(title).collect()
}

/// Some weeks of the lab.
fn weeks() -> Story {
    let story = Story::begin();
    let (soep, debat) = ("content/events/soep.md", "content/events/debat.md");
    story.0.put(debat, DEBAT);
    story.commit("2026-11-02T09:00:00Z");
    story.0.edit(debat, "2026-12-10T20:00", "2026-12-11T20:30");
    story.0.edit(debat, "space: keuken", "space: zaal");
    story.commit("2026-11-05T09:00:00Z");
    story.0.edit(debat, "over de stad", "over de straat");
    story.commit("2026-11-06T09:00:00Z");
    let cancelled = "changes:\n  - { occurrence: 2026-12-09, status: cancelled, reason: de kok is ziek }\nrepeat";
    story.0.edit(soep, "repeat", cancelled);
    story.commit("2026-11-10T09:00:00Z");
    story.0.edit(soep, "T18:00", "T18:30");
    story.0.edit(soep, "title: Soep op woensdag", "title: Soep");
    story.commit("2026-11-11T09:00:00Z");
    story
}

#[test]
fn what_has_no_dates_is_told_when_it_is_new_and_when_it_changes() {
    let story = Story::begin();
    let tuin = "content/initiatives/tuin.md";
    story
        .0
        .put(tuin, "---\ntitle: Buurttuin\nstage: idea\n---\n");
    story.commit("2026-11-18T09:00:00Z");
    let title = |files: &Files| titles(files, "changes.json");
    assert_eq!(title(&story.build()), ["Buurttuin: nieuw, initiatief"]);
    story.0.edit(tuin, "idea", "running");
    story.commit("2026-11-20T09:00:00Z");
    let files = story.build();
    assert_eq!(title(&files), ["Buurttuin: bijgewerkt"]);
    assert!(text(&files, "wijzigingen/index.html").contains("/initiatieven/tuin/"));
    assert_eq!(
        titles(&files, "en/changes.json"),
        ["Buurttuin: brought up to date"]
    );
}

#[test]
fn each_commit_that_people_need_to_hear_of_is_an_item() {
    let files = weeks().build();
    assert_eq!(
        titles(&files, "changes.json"),
        [
            "Soep: elke woensdag van 18:00 tot 20:00 → elke woensdag van 18:30 tot 20:30; \
             heet nu ‘Soep’, dat was ‘Soep op woensdag’",
            "Soep: vervalt op woensdag 9 december 18:00 (de kok is ziek)",
            "Debat: donderdag 10 december 20:00 → vrijdag 11 december 20:30, een dag en een half uur later; \
             andere plek, De keuken → De zaal",
            "Debat: nieuw, donderdag 10 december 2026 van 20:00 tot 22:00",
        ]
    );
    assert_eq!(
        titles(&files, "en/changes.json")[2],
        "Debat: Thursday 10 December 20:00 → Friday 11 December 20:30, a day and half an hour later; \
         another place, De keuken → De zaal"
    );
    let moved = &items(&files, "changes.json")[2];
    assert_eq!(
        moved["id"],
        "tag:lab.example,2026:event/debat/changes/20261105T090000Z"
    );
    assert_eq!(moved["url"], "https://lab.example/agenda/debat/");
    assert_eq!(moved["date_published"], "2026-11-05T09:00:00Z");
    assert_eq!(moved["date_modified"], moved["date_published"]);
    assert_eq!(moved["_event"]["start"], "2026-12-11T20:30:00+01:00");
    for path in ["changes.rss", "changes.atom"] {
        let feed = text(&files, path);
        for item in items(&files, "changes.json") {
            let id = item["id"].as_str().expect("a text");
            assert_eq!(feed.matches(id).count(), 1, "{path}: {id}");
        }
    }
}

#[test]
fn the_page_tells_the_same_by_day_and_is_found_from_the_agenda() {
    let files = weeks().build();
    let page = text(&files, "wijzigingen/index.html");
    let place = |words: &str| {
        page.find(words)
            .unwrap_or_else(|| panic!("no {words:?} in {page}"))
    };
    assert!(place("woensdag 11 november 2026") < place("dinsdag 10 november 2026"));
    place("<p>Vervalt op woensdag 9 december 18:00 (de kok is ziek).</p>");
    place("href=\"/changes.atom\"");
    for (agenda, link) in [
        ("agenda/index.html", "/wijzigingen/"),
        ("en/agenda/index.html", "/en/changes/"),
    ] {
        assert!(text(&files, agenda).contains(link), "{agenda}");
    }
    let page = text(&files, "en/changes/index.html");
    assert!(page.contains("a day and half an hour later.</p>"), "{page}");
}

#[test]
fn an_item_is_the_same_in_a_later_build_and_outside_git() {
    let story = weeks();
    let before = items(&story.build(), "changes.json");
    story.0.edit(
        "content/events/debat.md",
        "2026-12-11T20:30",
        "2026-12-11T20:00",
    );
    story.commit("2026-11-20T09:00:00Z");
    let files = story.build();
    let after = items(&files, "changes.json");
    let id = |item: &Value| item["id"].clone();
    let known: Vec<Value> = after[1..].iter().map(id).collect();
    assert_eq!(known, before.iter().map(id).collect::<Vec<_>>());
    assert_eq!(
        after[0]["title"],
        "Debat: vrijdag 11 december 20:30 → 20:00, een half uur eerder"
    );
    assert_eq!(story.0.run(&["history", "--now", NOW]).code, Some(0));
    std::fs::remove_dir_all(story.0.path(".git")).expect("it was there");
    same_files(&files, &story.build());
}

#[test]
fn an_edit_that_is_not_committed_is_not_told_yet() {
    let story = weeks();
    let before = story.build();
    story.0.edit("content/events/debat.md", "T20:30", "T21:30");
    let after = story.build();
    assert_eq!(
        titles(&before, "changes.json"),
        titles(&after, "changes.json")
    );
}

#[test]
fn what_is_removed_leads_to_the_page_of_changes() {
    let story = weeks();
    story.0.remove("content/events/debat.md");
    story.commit("2026-11-20T09:00:00Z");
    let files = story.build();
    let first = &items(&files, "changes.json")[0];
    assert_eq!(first["title"], "Debat: van de agenda gehaald");
    assert_eq!(
        first["url"],
        "https://lab.example/wijzigingen/#event-debat-20261120T090000Z"
    );
    assert!(first["_event"].is_null());
    let page = text(&files, "wijzigingen/index.html");
    assert!(page.contains("id=\"event-debat-20261120T090000Z\""));
    assert!(!page.contains("/agenda/debat/"));
}

#[test]
fn a_lab_in_which_nothing_changed_invites_people_to_follow_it() {
    let files = Story::begin().build();
    assert!(items(&files, "changes.json").is_empty());
    let page = text(&files, "wijzigingen/index.html");
    assert!(page.contains("Volg een van de feeds hieronder"), "{page}");
}

#[test]
fn without_history_there_is_no_feed_of_what_changed() {
    let story = weeks();
    std::fs::remove_dir_all(story.0.path(".git")).expect("it was there");
    let files = story.build();
    assert!(
        !files
            .keys()
            .filter(|path| !path.starts_with("data/") && !path.starts_with("assets/"))
            .any(|path| path.contains("changes.") || path.contains("wijzigingen"))
    );
    assert!(!text(&files, "agenda/index.html").contains("/wijzigingen/"));
    // As an older version of the program wrote it: it does not know.
    story.0.put("data/history.json", "{\"files\": {}}");
    assert!(!story.build().contains_key("changes.rss"));
}

#[test]
fn a_shallow_clone_does_not_tell_everything_as_new() {
    let story = weeks();
    let clone = story.0.shallow_clone();
    let ran = clone.run(&["build", "-C", "site", "--now", NOW]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let files = support::files(&clone.path("site/public"));
    assert!(files.contains_key("feed.rss") && !files.contains_key("changes.rss"));
}
