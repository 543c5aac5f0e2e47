//! What holds for every input, not only for examples.

#![allow(
    clippy::disallowed_methods,
    reason = "reads the demo from the repository"
)]

use jiff::Timestamp;
use plein::press::{self, Inputs};
use plein::source::disk::{self, Folder};
use plein::source::past::{Changed, DATED, Past};
use plein::source::{Source, Sources};
use plein::tree::Tree;
use proptest::prelude::*;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

fn now() -> Timestamp {
    "2026-11-22T12:00:00+01:00".parse().unwrap()
}

fn build(folder: &Folder) -> (Tree, Vec<String>) {
    build_after(folder, &Past::default())
}

fn build_after(folder: &Folder, past: &Past) -> (Tree, Vec<String>) {
    let inputs = Inputs {
        folder,
        past,
        now: now(),
        preview: false,
    };
    let (tree, diagnostics) = press::build(&inputs);
    (
        tree,
        diagnostics
            .iter()
            .map(|d| format!("{} {}", d.code, d.message))
            .collect(),
    )
}

/// The demo, without what takes most of the time and is built twice elsewhere.
fn demo() -> Folder {
    let mut demo = disk::read(Path::new(env!("CARGO_MANIFEST_DIR")));
    let add = |source: &Source| match source.path == "data/site.yaml" {
        true => Arc::from(format!("{}cards: false\n", source.text)),
        false => source.text.clone(),
    };
    let sources = demo.sources.iter().map(|(_, source)| Source {
        path: source.path.clone(),
        text: add(source),
    });
    demo.sources = Sources::new(sources.collect());
    demo
}

/// A small site of the tests.
fn lab(name: &str) -> Folder {
    let sites = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites");
    disk::read(&sites.join(name))
}

/// A small site around one file, without what takes most of the time and no text can change.
fn site_with(path: &str, text: &str) -> Folder {
    let site = "title: Lab\nurl: https://lab.example\nlanguages: [nl]\ntimezone: Europe/Amsterdam\ncards: false\n";
    let sources = [
        ("data/site.yaml", site),
        (path, text),
        ("content/pages/over.md", "---\ntitle: Over\n---\nTekst.\n"),
    ];
    let sources = sources.map(|(path, text)| Source {
        path: path.to_owned(),
        text: Arc::from(text),
    });
    Folder {
        sources: Sources::new(sources.into()),
        ..Folder::default()
    }
}

#[test]
fn the_order_of_sources_and_the_number_of_threads_change_nothing() {
    // The demo itself is built with one thread and with many by `tests/run`.
    let lab = lab("sparse-lab");
    let (tree, faults) = build(&lab);
    assert!(faults.is_empty(), "{faults:?}");
    let mut sources: Vec<Source> = lab
        .sources
        .iter()
        .map(|(_, source)| source.clone())
        .collect();
    sources.reverse();
    let middle = sources.len() / 2;
    sources.rotate_left(middle);
    let shuffled = Folder {
        sources: Sources::new(sources),
        ..lab.clone()
    };
    for threads in [1, 5] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let (again, _) = pool.install(|| build(&shuffled));
        assert!(tree == again, "the tree differs with {threads} threads");
    }
}

#[test]
fn of_everything_with_dates_earlier_texts_are_kept() {
    let demo = demo();
    let inputs = Inputs {
        folder: &demo,
        past: &Past::default(),
        now: now(),
        preview: true,
    };
    let (press, _) = press::prepare(&inputs, &mut Default::default(), &mut vec![]).unwrap();
    let dated = press.site.entries.iter().filter(|e| e.timetable.is_some());
    let mut paths = dated.map(|entry| &demo.sources.get(entry.original().source).path);
    let unknown = paths.find(|path| !DATED.iter().any(|folder| path.starts_with(folder)));
    assert_eq!(unknown, None);
}

/// A site with a text in one file replaced.
fn edited(site: &Folder, path: &str, from: &str, to: &str) -> Folder {
    let edit = |(_, source): (_, &Source)| Source {
        path: source.path.clone(),
        text: match source.path == path {
            true => Arc::from(source.text.replacen(from, to, 1)),
            false => source.text.clone(),
        },
    };
    Folder {
        sources: Sources::new(site.sources.iter().map(edit).collect()),
        ..site.clone()
    }
}

#[test]
fn an_edit_of_words_gives_what_a_whole_build_gives() {
    let path = "content/articles/wij-zijn-open.md";
    let (past, lab) = (Past::default(), lab("small-lab"));
    let prepare = |folder: &Folder| {
        let inputs = Inputs {
            folder,
            past: &past,
            now: now(),
            preview: false,
        };
        press::prepare(&inputs, &mut Default::default(), &mut vec![]).unwrap()
    };
    let tree = |(press, plan): &mut (plein::output::Press, plein::output::Plan)| {
        let mut faults = vec![];
        let files = press::render_each(press, plan, &mut faults, |file, bytes| (file, bytes));
        assert!(faults.is_empty(), "{faults:?}");
        Tree(files.into_iter().collect())
    };
    let (mut site, mut after) = (prepare(&lab), lab.clone());
    let mut before = tree(&mut site);
    for (from, to) in [
        ("Meer dan", "*Meer* dan"),
        ("title: ", "title: Toch "),
        ("summary: ", "summary: Kort. "),
    ] {
        let folder = edited(&after, path, from, to);
        let now_there = press::with_words(site, &after.sources, &folder.sources, path, now());
        let Ok(now_there) = now_there else {
            panic!("{to} was not taken over");
        };
        (site, after) = (now_there, folder);
        let found = tree(&mut site);
        assert!(found != before, "{to} is not seen");
        assert!(
            found == tree(&mut prepare(&after)),
            "{to}: the trees differ"
        );
        before = found;
    }
    for (from, to) in [
        ("date: ", "draft: true\ndate: "),
        ("*Meer*", "[Meer](/nergens/)"),
        ("*Meer*", "<b>Meer</b>"),
    ] {
        let more = edited(&after, path, from, to);
        let refused =
            press::with_words(prepare(&after), &after.sources, &more.sources, path, now());
        assert!(refused.is_err(), "{to}");
    }
    let much_later = now() + jiff::SignedDuration::from_hours(24);
    let refused = press::with_words(site, &after.sources, &lab.sources, path, much_later);
    assert!(refused.is_err(), "a day went by unseen");
}

#[test]
fn every_published_record_fits_its_schema() {
    let (demo, past) = (demo(), Past::default());
    let inputs = Inputs {
        folder: &demo,
        past: &past,
        now: now(),
        preview: false,
    };
    let (press, plan) =
        press::prepare(&inputs, &mut Default::default(), &mut vec![]).expect("the demo");
    let json = |path: &str| -> serde_json::Value {
        let file = plan.iter().find(|file| file.path == path).unwrap();
        let bytes = plein::output::render(&press, &plan, file).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    };
    let mut checked = 0;
    for kind in plein::content::KINDS {
        let schema = json(&format!("/data/v1/schema/{}.json", kind.name));
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        for record in json(&format!("/data/v1/{}.json", kind.folder))["items"]
            .as_array()
            .unwrap()
        {
            let faults: Vec<String> = validator
                .iter_errors(record)
                .map(|e| format!("{}: {e}", e.instance_path()))
                .collect();
            assert!(faults.is_empty(), "{}: {faults:?}", record["id"]);
            checked += 1;
        }
    }
    assert!(checked > 100, "only {checked} records");
}

/// JSON in which no object has two values of one name.
struct Once;

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Once)
    }
}

impl<'de> Visitor<'de> for Once {
    type Value = Once;

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Once, M::Error> {
        let mut names = BTreeSet::new();
        while let Some((name, Once)) = map.next_entry::<String, Once>()? {
            if let Some(twice) = names.replace(name) {
                return Err(M::Error::custom(format!("`{twice}` twice")));
            }
        }
        Ok(Once)
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<Once, S::Error> {
        while let Some(Once) = seq.next_element()? {}
        Ok(Once)
    }

    fn visit_unit<E>(self) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_str<E>(self, _: &str) -> Result<Once, E> {
        Ok(Once)
    }
}

#[test]
fn no_object_in_pages_or_files_has_two_values_of_one_name() {
    let mut looked_at = 0;
    for (path, bytes) in build(&demo()).0.0 {
        let text = match path.rsplit_once('.') {
            Some((_, "html" | "json" | "jsonld")) => String::from_utf8(bytes).unwrap(),
            _ => continue,
        };
        let parts: Vec<&str> = match path.ends_with(".html") {
            true => {
                let scripts = text.split("<script type=\"application/ld+json\">").skip(1);
                scripts
                    .filter_map(|script| script.split("</script>").next())
                    .collect()
            }
            false => vec![&text],
        };
        for part in parts {
            if let Err(error) = serde_json::from_str::<Once>(part) {
                panic!("{path}: {error}");
            }
            looked_at += 1;
        }
    }
    assert!(looked_at > 500, "only {looked_at}");
}

#[test]
fn what_is_not_public_is_nowhere_in_the_tree() {
    let mut demo = demo();
    let secret = "---\ntitle: Geheim adres\ncontact: { name: Plantwoord, email: plantwoord@lab.example, phone: '+310360000' }\n\
                  location: { name: Plantwoordhuis, street: Plantwoordstraat 1, lat: 52.123456, lon: 5.654321, precision: neighbourhood }\n---\n";
    let mut sources: Vec<Source> = demo
        .sources
        .iter()
        .map(|(_, source)| source.clone())
        .collect();
    sources.push(Source {
        path: "content/initiatives/geheim-adres.md".into(),
        text: secret.into(),
    });
    demo.sources = Sources::new(sources);
    let (tree, faults) = build(&demo);
    assert!(faults.is_empty(), "{faults:?}");
    for (path, bytes) in &tree.0 {
        let text = String::from_utf8_lossy(bytes);
        for planted in ["lantwoord", "52.123", "5.654", "0360000"] {
            assert!(!text.contains(planted), "{path} holds {planted}");
        }
    }
}

/// Front matter that looks like what editors write, with every sort of slip in it.
fn front_matter() -> impl Strategy<Value = String> {
    let key = prop_oneof![
        "title",
        "start",
        "end",
        "repeat",
        "rrule",
        "changes",
        "topics",
        "location",
        "price",
        "titel",
        "[a-z]{1,8}"
    ];
    let value = prop_oneof![
        Just("Soep".to_owned()),
        Just("2026-12-03T19:30".to_owned()),
        Just("2026-03-29T02:30".to_owned()),
        Just("{every: week, on: [monday], until: 2027-01-01}".to_owned()),
        Just("FREQ=MONTHLY;BYDAY=-1FR;COUNT=3".to_owned()),
        Just("[{occurrence: 2026-12-03, start: 2026-12-04T20:00}]".to_owned()),
        Just("[1, 2, [3]]".to_owned()),
        "\\PC{0,30}",
        "[0-9T:Z+-]{1,20}",
        "[A-Z=;,0-9-]{1,40}",
    ];
    prop::collection::vec((key, value), 0..8)
        .prop_map(|fields| fields.iter().map(|(k, v)| format!("{k}: {v}\n")).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_front_matter_makes_it_panic(fields in front_matter(), body in "\\PC{0,200}") {
        build(&site_with("content/events/soep.md", &format!("---\n{fields}---\n{body}")));
    }

    #[test]
    fn no_earlier_text_makes_it_panic_and_the_same_text_is_no_news(old in front_matter(), new in front_matter()) {
        let (path, good) = ("content/events/soep.md", "title: Soep\nstart: 2026-12-02T18:00\n".to_owned());
        let text = |fields: &str| format!("---\n{fields}---\nSoep.\n");
        for (before, after) in [(&old, &new), (&old, &good), (&good, &new), (&new, &new)] {
            let change = Changed {
                at: now() - jiff::SignedDuration::from_hours(24),
                before: Some(text(before)),
                after: None,
                renamed_from: None,
            };
            let past = Past { changed: Some([(path.to_owned(), vec![change])].into()), ..Past::default() };
            let (tree, _) = build_after(&site_with(path, &text(after)), &past);
            let feed = tree.0.get("changes.json").map(|bytes| String::from_utf8_lossy(bytes));
            let quiet = feed.is_none_or(|feed| feed.contains("\"items\": []"));
            prop_assert!(quiet || before != after, "{}", text(after));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "(?s).{0,300}", path in prop_oneof!["content/events/x.md", "content/events/x.en.md", "data/topics.yaml", "data/languages/nl.yaml"]) {
        build(&site_with(&path, &text));
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_markdown_brings_a_script_to_the_page(text in "[<>a-z\"'=/:()\\[\\]!#*_` \n-]{0,200}") {
        let (body, _) = plein::content::markdown::parse(plein::source::SourceId(0), &text, 0..text.len());
        let html = body.html(|_| String::new().into());
        prop_assert!(!html.contains("<script") && !html.to_lowercase().contains("javascript:"), "{html}");
    }
}
