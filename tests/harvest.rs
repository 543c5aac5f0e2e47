//! What other cities publish is taken in safely: from hostile peers nothing, from friendly ones everything once.

#![cfg(feature = "harvest")]
#![allow(
    clippy::disallowed_methods,
    reason = "serves peers on this machine, and builds into folders"
)]

#[path = "network/hostile.rs"]
mod hostile;
#[path = "network/labs.rs"]
mod labs;
#[path = "network/peer.rs"]
mod peer;
#[path = "network/shown.rs"]
mod shown;
mod support;
#[path = "network/taken.rs"]
mod taken;

use labs::City;
use serde_json::Value;
use std::collections::BTreeMap;
use support::same_files;

/// A harvested record is the published one, without what leads to people and with where it comes from.
#[track_caller]
fn the_same(ours: &City, theirs: &City) {
    let (found, published) = (ours.records_of(theirs), theirs.published());
    let keys = |records: &BTreeMap<String, Value>| records.keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        keys(&found),
        keys(&published),
        "{} has of {}",
        ours.name,
        theirs.name
    );
    for (id, mut record) in found {
        let mut expected = published[&id].clone();
        if let Some(contact) = expected.get_mut("contact").and_then(Value::as_object_mut) {
            contact.remove("email");
        }
        let harvest = record.as_object_mut().unwrap().remove("harvest").unwrap();
        assert_eq!(
            (&harvest["key"], &harvest["system"]),
            (&expected["id"], &Value::from("Plein"))
        );
        if theirs.name == "wien" {
            assert_eq!(
                (&harvest["link_only"], &record["summary"]),
                (&Value::Bool(true), &Value::Null)
            );
            assert_eq!(
                (&record["title"], &record["start"], &record["url"]),
                (&expected["title"], &expected["start"], &expected["url"])
            );
        } else {
            assert_eq!(record, expected);
        }
    }
}

#[test]
fn three_labs_that_harvest_one_another_converge_through_edits_removals_and_an_outage() {
    let cities = labs::cities();
    let together = |act: &(dyn Fn(&City) + Sync)| {
        std::thread::scope(|scope| {
            cities
                .iter()
                .for_each(|city| drop(scope.spawn(move || act(city))))
        });
    };
    let harvest = |at: &'static str| {
        together(&|city| {
            let ran = city.harvest(at, &[]);
            assert_eq!(ran.code, Some(0), "{}: {}{}", city.name, ran.out, ran.err);
        });
    };
    let [almere, lisboa, wien] = &cities[..] else {
        panic!("three cities")
    };
    together(&|city| city.publish("2026-11-20T10:00:00Z"));
    harvest("2026-11-20T12:00:00Z");
    for ours in &cities {
        for theirs in cities.iter().filter(|it| it.name != ours.name) {
            the_same(ours, theirs);
        }
    }
    // Nothing changed: nothing is written but when it was looked at.
    let before = almere.harvested();
    harvest("2026-11-21T02:00:00Z");
    same_files(&before, &almere.harvested());

    // An edit, a move, a new one and two removals in Lisboa, while Wien is away.
    edits(lisboa);
    lisboa.publish("2026-11-21T10:00:00Z");
    wien.go_away(true);
    let had = almere.records_of(wien);
    harvest("2026-11-22T02:00:00Z");
    assert_eq!(almere.records_of(wien), had);
    the_same(almere, lisboa);
    the_same(wien, lisboa);
    told(almere);

    // It is back, with something taken away in between, and everybody agrees again.
    wien.lab.remove("content/events/soup.md");
    wien.publish("2026-11-22T10:00:00Z");
    wien.go_away(false);
    harvest("2026-11-23T02:00:00Z");
    for theirs in [lisboa, wien] {
        the_same(almere, theirs);
    }
    the_same(lisboa, wien);
    shown(almere, lisboa);
    across(almere, lisboa);
    travels(almere);
    health(almere);
    tried(almere, lisboa);
    adopted(almere, lisboa);
}

/// What its editors do in a day.
fn edits(lisboa: &City) {
    lisboa
        .lab
        .edit("content/events/soup.md", "soup in lisboa", "Stew in lisboa");
    lisboa.lab.edit(
        "content/events/repair.md",
        "2026-12-02T19:30",
        "2026-12-05T10:00",
    );
    lisboa.lab.remove("content/events/debate.md");
    lisboa.lab.remove("content/practices/shed.md");
    lisboa.lab.put(
        "content/events/new.md",
        "---\ntitle: New\nstart: 2026-12-09T10:00\n---\n",
    );
}

/// The outage of a source is told, and remembered.
fn told(almere: &City) {
    let lock = std::fs::read_to_string(almere.lab.path("data/harvest.lock.yaml")).unwrap();
    assert!(
        lock.contains("error: \"its host answers 503\"")
            && lock.contains("failed: \"2026-11-22T02:00:00Z\""),
        "{lock}"
    );
    let alone = almere.harvest(
        "2026-11-22T02:00:00Z",
        &["--city", "wien", "--language", "nl"],
    );
    assert_eq!(alone.code, Some(3), "{}", alone.out);
    assert!(alone.out.contains("antwoordt 503"), "{}", alone.out);
}

/// What was harvested stands on the page of the embassy, with both clocks and where it comes from.
fn shown(ours: &City, theirs: &City) {
    let ran = ours.lab.run(&["build", "--now", "2026-11-24T02:00:00Z"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let page =
        std::fs::read_to_string(ours.lab.path("public/ambassades/lisboa/index.html")).unwrap();
    for words in [
        "Stew in lisboa",
        "20:30 hier, 19:30 daar",
        "Garden of lisboa",
        "Initiatieven",
        "Marktplein",
        "lesson of lisboa",
        "aangeboden",
        "Praktijken",
        ">lisboa</a> (",
        "CC BY 4.0",
        "gisteren opgehaald",
        &theirs.url(),
    ] {
        assert!(page.contains(words), "{words} is not on the page");
    }
    assert!(!page.contains("debate in lisboa"));
    let all = std::fs::read_to_string(ours.lab.path("public/netwerk/index.html")).unwrap();
    assert!(
        all.contains("Embassy wien") && all.contains("Weekly in wien"),
        "{all}"
    );
    let calendar = std::fs::read_to_string(ours.lab.path("public/netwerk/calendar.ics"))
        .unwrap()
        .replace("\r\n ", "");
    for line in [
        "UID:event-soup@lisboa.example\r\n",
        "DTSTART;TZID=Europe/Lisbon:20261205T100000\r\n",
        "RRULE:FREQ=WEEKLY;UNTIL=20270224T180000Z;BYDAY=WE\r\n",
        "TZID:Europe/Vienna\r\n",
        &format!(
            "X-PLEIN-SOURCE;VALUE=URI:{}/data/v1/changes/events\r\n",
            theirs.url()
        ),
    ] {
        assert!(calendar.contains(line), "{line} is not in\n{calendar}");
    }
}

fn page(of: &City, path: &str) -> String {
    let read = std::fs::read_to_string(of.lab.path(&format!("public/{path}")));
    read.unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What two cities have for one another is told on both sides, though each files it under words of its own; what is
/// over, what would have to be fetched and what nobody may show is not.
fn across(ours: &City, theirs: &City) {
    let need = page(ours, "marktplein/question/index.html");
    for words in [
        "In andere steden",
        "lesson of lisboa",
        "Goede match",
        "over het thema Eten",
        "CC BY 4.0",
        "gisteren opgehaald",
        &format!("{}/market/lesson/", theirs.url()),
    ] {
        assert!(need.contains(words), "{words} is not in\n{need}");
    }
    for words in ["old of lisboa", "pots of lisboa", "of wien"] {
        assert!(!need.contains(words), "{words} is in\n{need}");
    }
    assert!(!page(ours, "marktplein/pans/index.html").contains("of lisboa"));
    // The board shows the best of all; here that is in another city.
    let board = page(ours, "marktplein/index.html");
    for words in ["lesson of lisboa", "In andere steden", "Bij ons:"] {
        assert!(board.contains(words), "{words} is not in\n{board}");
    }
    let embassy = page(ours, "ambassades/lisboa/index.html");
    assert!(embassy.contains("question of almere"), "{embassy}");
    assert!(!embassy.contains("old of lisboa"), "{embassy}");
    let topic = page(ours, "themas/eten/index.html");
    assert!(
        topic.contains("Hierover in andere steden") && topic.contains("lesson of lisboa"),
        "{topic}"
    );
    let map = page(ours, "netwerk/index.html");
    assert!(
        map.contains("data-at=\"38.71,-9.11\"") && map.contains("Garden of lisboa"),
        "{map}"
    );
    // Wien says no licence: it is there as a link, at no place and under no topic.
    assert!(!map.contains("data-at=\"38.72,-9.12\""), "{map}");
}

/// An event that names embassies stands on the page of each.
fn travels(ours: &City) {
    for city in ["lisboa", "wien"] {
        let page = page(ours, &format!("ambassades/{city}/index.html"));
        assert!(page.contains("Trip of almere"), "{city}: {page}");
    }
}

/// The feed tells of the outage once and of its end, the same whenever it is built.
fn health(ours: &City) {
    let items = || {
        let feed: Value = serde_json::from_str(&page(ours, "netwerk/feed.json")).unwrap();
        feed["items"].as_array().unwrap().clone()
    };
    let before = items();
    let of_wien = before.iter().filter(|item| item["tags"][0] == "wien");
    let told: Vec<String> = of_wien
        .map(|item| {
            let id = item["id"].as_str().unwrap();
            let (at, became) = id.rsplit_once('/').unwrap();
            let at = at.rsplit('/').next().unwrap();
            assert_eq!(
                item["date_published"]
                    .as_str()
                    .unwrap()
                    .replace(['-', ':'], ""),
                at
            );
            format!("{at} {became}")
        })
        .collect();
    assert_eq!(
        told,
        [
            "20261123T020000Z counts",
            "20261123T020000Z back",
            "20261122T020000Z failed",
            "20261120T120000Z counts",
        ]
    );
    let failed = before
        .iter()
        .find(|item| item["id"].as_str().unwrap().ends_with("/failed"))
        .unwrap();
    assert!(failed["summary"] == "its host answers 503", "{failed:#}");
    let ran = ours.lab.run(&["build", "--now", "2026-12-24T02:00:00Z"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(items(), before);
    let links = |path: &str| page(ours, path).matches("href=\"/netwerk/\"").count();
    assert_eq!(
        (links("index.html"), links("ambassades/index.html")),
        (1, 2)
    );
    let network = page(ours, "netwerk/index.html");
    for format in ["rss", "atom", "json"] {
        let link = format!("href=\"/netwerk/feed.{format}\"");
        assert!(network.contains(&link), "{link} is not in\n{network}");
    }
}

/// What an address leads to is told, from the home page alone, and nothing is taken.
fn tried(ours: &City, theirs: &City) {
    let before = ours.harvested();
    let url = theirs.url();
    let asked = [
        "harvest",
        "--try",
        &url,
        "--allow-loopback",
        "--language",
        "nl",
    ];
    let ran = ours.lab.run(&asked);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let events = format!(
        "{url}/data/v1/changes/events: Plein, 4 records, https://creativecommons.org/licenses/by/4.0/"
    );
    assert!(
        ran.out.contains(&events) && ran.out.contains("Stew in lisboa"),
        "{}",
        ran.out
    );
    let ran = ours.lab.run(&[&asked[..], &["--format", "json"]].concat());
    let lines = ran
        .out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let records = lines.map(|part| part["records"].as_array().unwrap().len());
    assert_eq!(records.sum::<usize>(), theirs.published().len());
    let none = ours.lab.run(&[
        "harvest",
        "--try",
        &format!("{url}/nothing.ics"),
        "--allow-loopback",
    ]);
    assert_eq!(none.code, Some(3));
    assert!(none.err.contains("its host answers 404"), "{}", none.err);
    same_files(&before, &ours.harvested());
}

/// A practice of another city becomes one of ours, and that city hears of it at its next harvest.
fn adopted(ours: &City, theirs: &City) {
    let page = format!("{}/practices/shed/", ours.url());
    let page = if ours.name == "almere" {
        page.replace("practices", "praktijken")
    } else {
        page
    };
    let ran = theirs.lab.run(&["adopt", &page, "--allow-loopback"]);
    assert_eq!(
        (ran.code, ran.out.trim()),
        (Some(0), "content/practices/shed.md"),
        "{}",
        ran.err
    );
    let again = theirs.lab.run(&["adopt", &page, "--allow-loopback"]);
    assert_eq!(again.code, Some(2), "{}", again.err);
    theirs
        .lab
        .edit("content/practices/shed.md", "draft: true\n", "");
    theirs.publish("2026-11-24T10:00:00Z");
    let ran = ours.harvest("2026-11-25T02:00:00Z", &[]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    ours.publish("2026-11-25T02:00:00Z");
    let path = page.strip_prefix(&ours.url()).unwrap();
    let page = std::fs::read_to_string(ours.lab.path(&format!("public{path}index.html"))).unwrap();
    assert!(
        page.contains("Ook gedaan in andere steden") && page.contains("Embassy lisboa"),
        "{page}"
    );
}
