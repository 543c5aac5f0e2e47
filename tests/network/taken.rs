//! What is taken of what a source says, also when it says something else the next time; and the demo.

use super::support;
use plein::harvest::asking::{Answer, Ask, Fetched, Refusal, Version};
use plein::harvest::found::Refused;
use plein::harvest::gather::Place;
use plein::harvest::keep::Store;
use plein::harvest::round;
use plein::press::{self, Inputs};
use plein::site::lock::Lock;
use plein::source::past::Past;
use plein::source::{Sources, disk};
use std::collections::BTreeMap;
use std::path::Path;

/// A site in memory, as its host would serve it.
struct Shelf {
    base: &'static str,
    tree: BTreeMap<String, Vec<u8>>,
}

impl Shelf {
    fn new(base: &'static str, folder: &str) -> Self {
        let folder = disk::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
        let inputs = Inputs {
            folder: &folder,
            past: &Past::default(),
            now: DEMO.parse().unwrap(),
            preview: false,
        };
        let (tree, faults) = press::build(&inputs);
        let faults: Vec<_> = faults
            .iter()
            .map(|fault| (fault.code, fault.message.clone()))
            .collect();
        assert!(faults.is_empty(), "{faults:#?}");
        Shelf {
            base,
            tree: tree
                .0
                .into_iter()
                .map(|(path, bytes)| (path, bytes.to_vec()))
                .collect(),
        }
    }
}

impl Ask for &Shelf {
    fn ask(&mut self, url: &str, _: Option<&Version>) -> Result<Answer, Refusal> {
        let missing = || Refusal {
            gone: true,
            ..plein::say!("its host answers {}", "404").into()
        };
        let path = url.strip_prefix(self.base).ok_or_else(missing)?;
        let (path, query) = path
            .split_once('?')
            .map_or((path, None), |(path, query)| (path, Some(query)));
        let path = plein::output::rpde::file(path, query).unwrap_or_else(|| path.to_owned());
        let bytes = self
            .tree
            .get(path.trim_start_matches('/'))
            .ok_or_else(missing)?
            .clone();
        let media_type = path.ends_with(".ttl").then(|| "text/turtle".to_owned());
        Ok(Answer::New(Fetched {
            url: url.to_owned(),
            media_type,
            version: Version::default(),
            bytes,
        }))
    }
}

/// When the demo was harvested, in the night before its day.
const DEMO: &str = "2026-11-22T02:00:00Z";

/// Answers as it is told to, one thing at an address.
struct Script(BTreeMap<&'static str, (&'static str, String)>);

impl Ask for &Script {
    fn ask(&mut self, url: &str, _: Option<&Version>) -> Result<Answer, Refusal> {
        let Some((media_type, body)) = self.0.get(url) else {
            return Err(Refusal {
                gone: true,
                ..plein::say!("its host answers {}", "404").into()
            });
        };
        Ok(Answer::New(Fetched {
            url: url.to_owned(),
            media_type: Some((*media_type).to_owned()),
            version: Version::default(),
            bytes: body.clone().into_bytes(),
        }))
    }
}

const CALENDAR: &str = "https://center-ob-reki.example/koledar.ics";
const ICS: &str = include_str!("ljubljana.ics");

fn ljubljana(now: &str) -> round::City {
    round::City {
        name: "ljubljana".to_owned(),
        urls: vec![CALENDAR.to_owned()],
        place: Place {
            timezone: "Europe/Ljubljana".to_owned(),
            language: "sl".to_owned(),
            now: now.parse().unwrap(),
        },
    }
}

fn lissabon() -> round::City {
    round::City {
        name: "lissabon".to_owned(),
        urls: vec!["https://lab-da-encosta.example/catalog.ttl".to_owned()],
        place: Place {
            timezone: "Europe/Lisbon".to_owned(),
            language: "pt".to_owned(),
            now: DEMO.parse().unwrap(),
        },
    }
}

/// The files of a store.
fn texts(store: &Store, city: &str) -> BTreeMap<String, String> {
    let files = store
        .files(&Store::read(&Sources::default(), city))
        .into_iter();
    files
        .filter_map(|(path, text)| Some((path, text?)))
        .collect()
}

#[test]
fn a_calendar_that_becomes_something_else_takes_nothing_away() {
    let mut store = Store::read(&Sources::default(), "ljubljana");
    let mut lock = Lock::default();
    let mut turn = |media_type: &'static str, body: &str, day: &str| {
        let script = Script([(CALENDAR, (media_type, body.to_owned()))].into());
        let told = round::city(|| &script, &mut store, &ljubljana(day), &lock, false).remove(0);
        lock.sources = vec![told.remembered.clone()];
        (told, texts(&store, "ljubljana"))
    };
    let (told, before) = turn("text/calendar", ICS, "2026-11-20T02:00:00Z");
    assert_eq!(
        (told.changed.added, told.trouble.len()),
        (2, 0),
        "{told:#?}"
    );
    let private = |refused: &Refused| refused.why.to_string().contains("not public");
    assert!(told.changed.refused.iter().any(private), "{told:#?}");
    for text in before.values() {
        assert!(
            !text.contains("somebody@") && !text.contains("Sestanek"),
            "{text}"
        );
    }
    let login = "<!DOCTYPE html><html><body><form>Log in, please</form></body></html>";
    let truncated = &ICS[..ICS.find("UID:2026-zbor").unwrap()];
    let none = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n";
    for (media_type, body) in [
        ("text/html", login),
        ("text/calendar", login),
        ("text/calendar", none),
        ("text/calendar", ""),
        ("application/json", "{\"error\": \"quota\"}"),
        ("text/calendar", truncated),
    ] {
        let (told, after) = turn(media_type, body, "2026-11-21T02:00:00Z");
        assert!(after.len() == 2, "{media_type} {body:.40}: {told:#?}");
        let reason = told.trouble.first().or(told.changed.kept.as_ref());
        assert!(reason.is_some(), "{media_type} {body:.40}: {told:#?}");
    }
    let (told, after) = turn("text/calendar", ICS, "2026-11-22T02:00:00Z");
    assert!(told.trouble.is_empty() && told.remembered.error.is_none());
    assert_eq!(
        after.keys().collect::<Vec<_>>(),
        before.keys().collect::<Vec<_>>()
    );
}

#[test]
fn what_a_page_injects_is_text_or_nothing() {
    let page = r#"<html><script type="application/ld+json">{"@context": "https://schema.org", "@type": "Event",
        "@id": "https://evil.example/../../../../etc/passwd", "name": "<script>alert(1)<\/script><img src=x onerror=alert(2)>Soup",
        "startDate": "2026-12-01T18:00:00+01:00", "url": "javascript:alert(3)", "license": "https://creativecommons.org/licenses/by/4.0/",
        "description": "<iframe src='https://evil.example'></iframe>Write to someone@evil.example" }</script></html>"#;
    let script = Script([("https://evil.example/", ("text/html", page.to_owned()))].into());
    let city = round::City {
        urls: vec!["https://evil.example/".to_owned()],
        ..ljubljana("2026-11-20T02:00:00Z")
    };
    let mut store = Store::read(&Sources::default(), "ljubljana");
    let told = round::city(|| &script, &mut store, &city, &Lock::default(), false).remove(0);
    let files = texts(&store, "ljubljana");
    assert_eq!(files.len(), 1, "{told:#?}");
    for (path, text) in &files {
        assert!(
            path.starts_with("data/harvest/ljubljana/events/") && !path.contains(".."),
            "{path}"
        );
        for bad in ["javascript:", "<iframe", "<script", "onerror", "someone@"] {
            assert!(!text.contains(bad), "{bad} in {text}");
        }
    }
}

#[test]
fn a_whole_description_is_kept_where_its_licence_allows() {
    let long = "A long evening with soup. ".repeat(40);
    let table = |license: &str| {
        format!(
            "title,start,description,license\nSoup,2026-12-01T18:00,\"<p>{long}</p><p>Then <b>talk</b>: <a href='https://a.example/x'>plan</a>, <a href='javascript:x'>click</a>.</p><script>alert(1)</script>\",{license}\n"
        )
    };
    let city = round::City {
        urls: vec!["https://city.example/agenda.csv".to_owned()],
        ..ljubljana("2026-11-20T02:00:00Z")
    };
    let mut bodies = Vec::new();
    for license in ["CC BY 4.0", "All rights reserved"] {
        let script = Script(
            [(
                "https://city.example/agenda.csv",
                ("text/csv", table(license)),
            )]
            .into(),
        );
        let mut store = Store::read(&Sources::default(), "ljubljana");
        round::city(|| &script, &mut store, &city, &Lock::default(), false);
        let text = texts(&store, "ljubljana").into_values().next().unwrap();
        let record: serde_json::Value = serde_json::from_str(&text).unwrap();
        bodies.push(record["body"]["sl"].as_str().map(str::to_owned));
    }
    let body = bodies[0].as_deref().unwrap();
    assert!(
        body.len() > 1000 && body.ends_with("Then **talk**: [plan](https://a.example/x), click."),
        "{body}"
    );
    assert_eq!(bodies[1], None);
}

#[test]
fn the_demo_holds_what_imagined_labs_publish() {
    let shelf = Shelf::new("https://lab-da-encosta.example", "tests/network/lisboa");
    let script = Script([(CALENDAR, ("text/calendar", ICS.to_owned()))].into());
    let (mut expected, mut lock) = (BTreeMap::new(), Lock::default());
    for (city, ask) in [(lissabon(), None), (ljubljana(DEMO), Some(&script))] {
        let mut store = Store::read(&Sources::default(), &city.name);
        let told = match ask {
            Some(script) => round::city(|| script, &mut store, &city, &Lock::default(), false),
            None => round::city(|| &shelf, &mut store, &city, &Lock::default(), false),
        };
        assert!(told[0].trouble.is_empty(), "{told:#?}");
        expected.extend(texts(&store, &city.name));
        lock.sources
            .extend(told.into_iter().map(|told| told.remembered));
    }
    expected.insert("data/harvest.lock.yaml".to_owned(), lock.text());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if support::updates() {
        for (path, text) in &expected {
            let target = root.join(path);
            std::fs::create_dir_all(target.parent().unwrap()).unwrap();
            std::fs::write(target, text).unwrap();
        }
    }
    for (path, text) in &expected {
        let found = std::fs::read_to_string(root.join(path)).unwrap_or_default();
        assert_eq!(
            found, *text,
            "{path}: UPDATE=1 cargo test --test harvest writes it"
        );
    }
    let folder = disk::read(root);
    let known = folder.sources.iter().map(|(_, source)| &source.path);
    let known: Vec<&String> = known
        .filter(|path| path.starts_with("data/harvest/"))
        .collect();
    assert_eq!(known.len() + 1, expected.len(), "{known:?}");
}
