//! What is shown of records that lie in the folder, without asking anybody.

use super::support::Lab;
use serde_json::{Value, json};

const SITE: &str = "title: Lab\nurl: https://lab.example\nlanguages: [en]\ntimezone: Europe/Amsterdam\nsince: 2026-01-01\ncards: false\n";

fn lab(records: &[Value], lock: &str) -> Lab {
    let lab = Lab::empty();
    lab.put("data/site.yaml", SITE);
    lab.put(
        "content/embassies/riga.md",
        "---\ntitle: Embassy of Riga\ncity: Riga\ncountry: LV\nlocation: { city: Riga, country: LV, lat: 56.95, lon: 24.1 }\n---\n",
    );
    for (n, record) in records.iter().enumerate() {
        lab.put(
            &format!("data/harvest/riga/initiatives/{n}.json"),
            record.to_string(),
        );
    }
    if !lock.is_empty() {
        lab.put("data/harvest.lock.yaml", lock);
    }
    let ran = lab.run(&["build", "--now", "2026-11-22T10:00:00Z"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    lab
}

fn garden(n: usize, lat: f64) -> Value {
    json!({
        "kind": "initiative", "id": format!("https://riga.example/{n}"), "title": { "en": format!("Garden {n}") },
        "url": { "en": format!("https://riga.example/{n}/") }, "location": { "lat": lat, "lon": 24.2 },
        "harvest": { "key": n.to_string(), "from": ["https://riga.example/feed"], "system": "Plein", "fetched": "2026-11-22T02:00:00Z" },
    })
}

fn page(lab: &Lab, path: &str) -> String {
    let read = std::fs::read_to_string(lab.path(&format!("public/{path}")));
    read.unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn a_place_that_is_nowhere_is_on_no_map() {
    let lab = lab(&[garden(1, 56.9), garden(2, 95.0)], "");
    let map = page(&lab, "network/index.html");
    assert!(map.contains("data-at=\"56.95,24.1\"") && map.contains("data-at=\"56.9,24.2\""));
    assert!(!map.contains("Garden 2"), "{map}");
}

#[test]
fn places_that_are_too_many_for_a_list_are_a_file_and_a_number_for_each_city() {
    let few: Vec<Value> = (0..500)
        .map(|n| garden(n, 56.0 + n as f64 / 1000.0))
        .collect();
    let lab = lab(&few, "");
    assert!(!lab.path("public/network/places.json").exists());
    lab.put(
        "data/harvest/riga/initiatives/more.json",
        garden(500, 56.5).to_string(),
    );
    let ran = lab.run(&["build", "--now", "2026-11-22T10:00:00Z"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let map = page(&lab, "network/index.html");
    assert!(
        map.contains("data-places=\"/network/places.json\"") && !map.contains("Garden 1"),
        "{map}"
    );
    assert!(map.contains("101 places on the map"), "{map}");
    let file: Value = serde_json::from_str(&page(&lab, "network/places.json")).unwrap();
    assert_eq!(file[0]["places"][0][4], "/embassies/riga/");
    let gardens = file[1]["places"].as_array().unwrap();
    assert_eq!(
        (file[1]["kind"].as_str(), gardens.len()),
        (Some("initiative"), 100)
    );
    assert_eq!(
        gardens[0],
        json!([
            5600000,
            2420000,
            1,
            "Garden 0",
            "https://riga.example/0/",
            "Riga"
        ])
    );
}

#[test]
fn a_lock_file_without_notes_tells_of_the_outage_that_lasts() {
    let lock = "sources:\n  - city: riga\n    url: https://riga.example/feed\n    fetched: \"2026-11-20T02:00:00Z\"\n    \
                failed: \"2026-11-21T02:00:00Z\"\n    error: \"its host <b>answers</b> 503\"\n    counts: { initiative: 1 }\n";
    let lab = lab(&[garden(1, 56.9)], lock);
    let feed: Value = serde_json::from_str(&page(&lab, "network/feed.json")).unwrap();
    let [item] = &feed["items"].as_array().unwrap()[..] else {
        panic!("{feed:#}")
    };
    assert_eq!(item["title"], "riga.example (Riga) cannot be reached");
    assert_eq!(item["date_published"], "2026-11-21T02:00:00Z");
    let html = item["content_html"].as_str().unwrap();
    assert!(
        html.contains("&lt;b>answers") || html.contains("&lt;b&gt;answers"),
        "{html}"
    );
    let anchor = item["url"].as_str().unwrap().rsplit('#').next().unwrap();
    let network = page(&lab, "network/index.html");
    assert!(network.contains(&format!("id=\"{anchor}\"")), "{network}");
    assert!(
        network.contains("could not be reached yesterday") && network.contains("Initiatives: 1"),
        "{network}"
    );
}
