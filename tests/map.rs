//! The map and what others show on their own site, as a build publishes them.

#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;

use std::fmt::Write as _;
use support::{Files, Lab, NOW};

const SITE: &str = "\
title: Ons lab
url: https://lab.example
languages: [nl, en]
timezone: Europe/Amsterdam
since: 2026-01-01
cards: false
";

fn lab(more: &str) -> Lab {
    let lab = Lab::empty();
    lab.put("data/site.yaml", format!("{SITE}{more}"));
    lab
}

fn place(lat: f64, lon: f64) -> String {
    format!("location: {{ city: Almere, country: NL, lat: {lat}, lon: {lon} }}")
}

fn put(lab: &Lab, path: &str, fields: &[&str]) {
    let mut text = "---\n".to_owned();
    for field in fields {
        let _ = writeln!(text, "{field}");
    }
    lab.put(&format!("content/{path}.md"), text + "---\n\nTekst.\n");
}

fn build(lab: &Lab) -> Files {
    let ran = lab.run(&["build", "--quiet", "--now", NOW]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    lab.public()
}

fn text<'a>(files: &'a Files, path: &str) -> &'a str {
    let bytes = files.get(path).unwrap_or_else(|| panic!("{path} is there"));
    std::str::from_utf8(bytes).expect("text")
}

/// The policies of a path, by the rules of `_headers` that fit it.
fn policies<'a>(files: &'a Files, path: &str) -> Vec<&'a str> {
    let mut fits = false;
    let mut found = Vec::new();
    for line in text(files, "_headers").lines() {
        match line.strip_prefix("  ") {
            None => {
                fits = line
                    .strip_suffix('*')
                    .map_or(line == path, |start| path.starts_with(start))
            }
            Some(header) if fits => found.extend(header.strip_prefix("Content-Security-Policy: ")),
            Some(_) => {}
        }
    }
    found
}

#[test]
fn what_is_there_on_any_day_is_on_the_map() {
    let lab = lab("");
    put(
        &lab,
        "initiatives/tuin",
        &["title: De tuin", "stage: running", &place(52.1, 5.1)],
    );
    put(
        &lab,
        "spaces/keuken",
        &["title: De keuken", "capacity: 5", &place(52.2, 5.2)],
    );
    put(
        &lab,
        "initiatives/soep",
        &["title: Soep", "stage: running", "space: keuken"],
    );
    put(
        &lab,
        "initiatives/nergens",
        &["title: Nergens", "stage: idea"],
    );
    put(
        &lab,
        "events/eten",
        &[
            "title: Samen eten",
            "start: 2026-12-05T10:00",
            &place(52.3, 5.3),
        ],
    );
    let old = [
        "title: Verlopen",
        "direction: offer",
        "category: space",
        "valid_until: 2026-11-01",
        &place(52.4, 5.4),
    ];
    put(&lab, "notices/oud", &old);
    let files = build(&lab);
    let page = text(&files, "kaart/index.html");
    for (at, title) in [
        ("52.1,5.1", "De tuin"),
        ("52.2,5.2", "De keuken"),
        ("52.2,5.2", "Soep"),
    ] {
        let line = page
            .lines()
            .find(|line| line.contains(&format!(">{title}</a>")))
            .unwrap_or_default();
        assert!(
            line.contains(&format!("data-at=\"{at}\"")),
            "{title}: {line}"
        );
    }
    for title in ["Nergens", "Samen eten", "Verlopen"] {
        assert!(!page.contains(&format!(">{title}</a>")), "{title}");
    }
    // Its own page shows where an event is.
    assert!(text(&files, "agenda/eten/index.html").contains("data-map=\"52.3,5.3\""));
    assert!(text(&files, "en/map/index.html").contains("/en/initiatives/tuin/"));
    assert!(!files.contains_key("kaart/places.json"));
}

#[test]
fn a_site_without_places_has_no_map() {
    let lab = lab("");
    put(
        &lab,
        "initiatives/nergens",
        &["title: Nergens", "stage: idea"],
    );
    let files = build(&lab);
    let of_map = |path: &&String| path.contains("kaart") || path.ends_with("/map.json");
    assert_eq!(files.keys().find(of_map), None);
    assert!(!text(&files, "index.html").contains("/kaart/"));
    assert!(files.contains_key("embed/initiatieven/nergens/index.html"));
}

#[test]
fn many_places_are_a_file_of_their_own() {
    let lab = lab("");
    lab.put("data/neighbourhoods.yaml", "- id: haven\n  title: Haven\n");
    for n in 0..501 {
        let area = if n % 2 == 0 {
            "neighbourhood: haven"
        } else {
            "topics: []"
        };
        let (title, at) = (
            format!("title: Plan {n}"),
            place(52.0 + f64::from(n) / 1000.0, 5.25),
        );
        put(
            &lab,
            &format!("initiatives/plan-{n}"),
            &[&title, "stage: idea", area, &at],
        );
    }
    let files = build(&lab);
    let page = text(&files, "kaart/index.html");
    assert!(
        page.len() < 20_000 && !page.contains("data-at="),
        "{} bytes",
        page.len()
    );
    assert!(
        page.contains("<a href=\"/wijken/haven/\">Haven</a> <span class=\"chip-count\">251</span>")
    );
    assert!(page.contains("Almere <span class=\"chip-count\">250</span>"));
    let groups: serde_json::Value =
        serde_json::from_str(text(&files, "kaart/places.json")).expect("JSON");
    assert_eq!(
        (&groups[0]["kind"], &groups[0]["folder"]),
        (&"initiative".into(), &"/initiatieven/".into())
    );
    let places = groups[0]["places"].as_array().expect("places");
    assert_eq!(places.len(), 501);
    let first = serde_json::json!([5_200_000, 525_000, 1, "Plan 0", "plan-0", "Almere"]);
    assert!(places.contains(&first), "{}", places[0]);
}

#[test]
fn the_outline_of_a_city_is_published_for_the_map_to_read() {
    let lab = lab("map: { outline: data/stad.geojson }\n");
    let shape = r#"{"type":"Feature","properties":{"kind":"water"},"geometry":{"type":"LineString","coordinates":[[5,52],[5.1,52]]}}"#;
    lab.put(
        "data/stad.geojson",
        format!("{{\"type\":\"FeatureCollection\",\"features\":[{shape}]}}"),
    );
    put(
        &lab,
        "initiatives/tuin",
        &["title: De tuin", "stage: running", &place(52.1, 5.1)],
    );
    let files = build(&lab);
    let settings: serde_json::Value =
        serde_json::from_str(text(&files, "kaart/map.json")).expect("JSON");
    let city = settings["city"].as_str().expect("the city");
    assert!(city.starts_with("/assets/outlines/city."), "{city}");
    assert!(text(&files, city.trim_start_matches('/')).contains("[500000,5200000,10000,0]"));
    for name in ["leaflet", "style", "world"] {
        let path = settings[name]
            .as_str()
            .expect("a path")
            .trim_start_matches('/');
        assert!(files.contains_key(path), "{path}");
    }
}

#[test]
fn every_page_has_one_policy_and_only_some_may_be_shown_elsewhere() {
    let tiles =
        "map: { tiles: { url: 'https://tiles.example/{z}/{x}/{y}.png', attribution: Iemand } }\n";
    let lab = lab(&format!(
        "{tiles}embed: {{ allow: [https://wijk.example] }}\n"
    ));
    put(
        &lab,
        "initiatives/tuin",
        &["title: De tuin", "stage: running", &place(52.1, 5.1)],
    );
    put(
        &lab,
        "events/eten",
        &["title: Samen eten", "start: 2026-12-05T10:00"],
    );
    put(&lab, "pages/over", &["title: Over ons"]);
    let files = build(&lab);
    for file in files.keys().filter(|file| file.ends_with(".html")) {
        let path = format!("/{}", file.strip_suffix("index.html").unwrap_or(file));
        let [policy] = policies(&files, &path)[..] else {
            panic!("{path} has not one policy");
        };
        let elsewhere = policy.contains("frame-ancestors 'self' https://wijk.example;");
        assert_eq!(elsewhere, path.starts_with("/embed/"), "{path}: {policy}");
        assert!(
            elsewhere || policy.ends_with("frame-ancestors 'self'"),
            "{path}: {policy}"
        );
    }
    let tiled = |path: &str| {
        policies(&files, path)[0].contains("img-src 'self' data: https://tiles.example;")
    };
    assert!(tiled("/kaart/") && tiled("/initiatieven/tuin/") && tiled("/embed/kaart/"));
    assert!(!tiled("/") && !tiled("/agenda/eten/") && !tiled("/over/"));
    let found = text(&files, "index.html")
        .contains("href=\"https://lab.example/embed/agenda/oembed.json\"");
    assert!(found && files.contains_key("embed/agenda/oembed.xml"));
    assert!(!text(&files, "sitemap.xml").contains("/embed/agenda/"));
    assert!(text(&files, "sitemap.xml").contains("https://lab.example/embed/<"));
}

#[test]
fn a_title_stays_text_in_what_others_paste() {
    let lab = lab("");
    put(
        &lab,
        "initiatives/delen",
        &["title: 'Wij \"maken\" & <delen>'", "stage: running"],
    );
    let files = build(&lab);
    let answer = text(&files, "embed/initiatieven/delen/oembed.json");
    let answer: serde_json::Value = serde_json::from_str(answer).expect("JSON");
    assert_eq!(answer["title"], "Wij \"maken\" & <delen>");
    let code = answer["html"].as_str().expect("code");
    let title = "title=\"Wij &quot;maken&quot; &amp; &lt;delen&gt; – Ons lab\"";
    assert!(code.contains(title), "{code}");
    // The page shows that code as text.
    let page = text(&files, "initiatieven/delen/index.html");
    assert!(page.contains(
        "value=\"&lt;iframe src=&quot;https://lab.example/embed/initiatieven/delen/&quot;"
    ));
}
