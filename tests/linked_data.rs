//! What pages say of themselves in schema.org's terms, of a site that says as little as it may.
//!
//! `UPDATE=1 cargo test --test linked_data` rewrites what is expected; read the diff before you commit
//! it.

#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;

use plein::press::{self, Inputs};
use plein::source::disk;
use plein::source::past::Past;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use support::{Lab, NOW, diff, updates, without_hashes};

/// A site whose events leave out what search engines ask for.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites/sparse-lab")
}

/// The linked data of every page, by the page's path.
fn pages() -> BTreeMap<String, Value> {
    let folder = disk::read(&folder());
    let past = Past::default();
    let inputs = Inputs {
        folder: &folder,
        past: &past,
        now: NOW.parse().expect("a moment"),
        preview: false,
    };
    let (tree, diagnostics) = press::build(&inputs);
    let messages: Vec<_> = diagnostics.iter().map(|d| &d.message).collect();
    assert!(messages.is_empty(), "{messages:?}");
    let found = tree.0.into_iter().filter_map(|(path, bytes)| {
        let text = String::from_utf8(bytes).ok()?;
        let (_, rest) = text.split_once("<script type=\"application/ld+json\">")?;
        let (json, rest) = rest.split_once("</script>")?;
        assert!(!rest.contains("ld+json"), "{path}: more than one");
        let page = path.strip_suffix("index.html")?.to_owned();
        Some((page, serde_json::from_str(json).expect("JSON")))
    });
    found.collect()
}

fn is_list(node: &Value) -> bool {
    ["ItemList", "WebSite"]
        .iter()
        .any(|list| node["@type"] == *list)
}

#[test]
fn what_is_not_known_has_something_honest_in_its_place() {
    let shown = pages().into_iter().filter(|(page, node)| {
        let translated = page.starts_with("en/") && !page.ends_with("/nergens/");
        !translated && !is_list(node)
    });
    let shown: BTreeMap<String, Value> = shown.collect();
    let found = serde_json::to_string_pretty(&shown).expect("JSON") + "\n";
    let found = without_hashes(&found);
    let path = folder().join("expected/linked-data.json");
    if updates() {
        return fs::write(path, found).expect("a file");
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    let report = diff::lines(&expected, &found);
    assert!(
        expected == found,
        "{report}\nUPDATE=1 cargo test --test linked_data accepts this"
    );
}

#[test]
fn each_page_of_an_event_has_the_event_and_all_that_is_asked_of_one() {
    const ASKED: &[&str] = &[
        "name",
        "description",
        "startDate",
        "endDate",
        "eventStatus",
        "eventAttendanceMode",
        "image",
        "organizer",
        "offers",
    ];
    let mut events = BTreeMap::<String, usize>::new();
    for (page, node) in pages() {
        if node["@type"] != "Event" {
            assert!(node.get("startDate").is_none(), "{page}");
            continue;
        }
        let id = node["@id"].as_str().expect("an identifier").to_owned();
        assert!(id.starts_with("https://ruw.example/id/event/"), "{page}");
        *events.entry(id).or_default() += 1;
        // A page without a translation shows the original: that is where the event is.
        let original = page.strip_prefix("en/").unwrap_or(&page);
        let own = [&page, original].map(|page| Value::from(format!("https://ruw.example/{page}")));
        assert!(own.contains(&node["url"]), "{page}: {}", node["url"]);
        for name in ASKED {
            assert!(!node[name].is_null(), "{page}: no {name}");
        }
        let locations = match &node["location"] {
            Value::Array(locations) => locations.clone(),
            one => vec![one.clone()],
        };
        assert!(!locations.is_empty(), "{page}");
        for location in locations {
            let needed = match location["@type"].as_str() {
                Some("VirtualLocation") => "url",
                _ => "address",
            };
            assert!(!location[needed].is_null(), "{page}: no {needed}");
        }
        let rescheduled = node["eventStatus"] == "https://schema.org/EventRescheduled";
        assert_eq!(rescheduled, !node["previousStartDate"].is_null(), "{page}");
    }
    let sources = fs::read_dir(folder().join("content/events")).expect("a folder");
    assert_eq!(events.len(), sources.count());
    assert!(events.values().all(|languages| *languages == 2));
}

#[test]
fn an_event_without_a_place_is_not_put_where_its_publisher_is() {
    let lab = Lab::new();
    let site = "title: Ons lab\nurl: https://lab.example\nlanguages: [nl]\ntimezone: Europe/Amsterdam\n\
        since: 2026-01-01\nlicense: https://creativecommons.org/licenses/by/4.0/\n\
        publisher: { name: Ons lab, email: hallo@lab.example, country: NL }\n\
        checks: { off: [{ code: check/no-summary, reason: tests are short }] }\ncards: false\n";
    lab.put("data/site.yaml", site);
    let event = "---\ntitle: Ergens\nstart: 2026-12-03T18:00\n---\n";
    lab.put("content/events/ergens.md", event);
    let files = lab.built();
    let page = files
        .iter()
        .find(|(path, _)| path.ends_with("ergens/index.html"));
    let page = String::from_utf8_lossy(page.expect("its page").1);
    assert!(page.contains("\"address\":\"Plek volgt\""), "{page}");
}
