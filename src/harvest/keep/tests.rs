use super::*;
use crate::content::event;
use crate::harvest::changes::Changes;
use crate::harvest::gather::Left;
use crate::source::Source;

const PART: &str = "https://city.example/agenda.ics";
const LICENSE: &str = "https://creativecommons.org/licenses/by/4.0/";

fn at(day: &str) -> Timestamp {
    format!("{day}T03:00:00Z").parse().unwrap()
}

fn origin(now: &str) -> Origin<'static> {
    Origin {
        part: PART,
        license: Some(LICENSE),
        now: at(now),
        accept: false,
    }
}

fn found(key: &str, start: &str) -> Found {
    let record = json!({ "title": { "sl": format!("Dogodek {key}") }, "start": start });
    Found {
        kind: &event::KIND,
        key: key.to_owned(),
        url: Some("https://city.example/x".into()),
        updated: None,
        record: record.as_object().unwrap().clone(),
    }
}

fn whole(keys: &[(&str, &str)]) -> Part {
    let reading = Reading {
        system: "iCalendar",
        found: keys.iter().map(|(key, start)| found(key, start)).collect(),
        ..Reading::default()
    };
    Part::Whole(Box::new(reading), Left::default())
}

fn store() -> Store {
    Store {
        city: "ljubljana".into(),
        ..Store::default()
    }
}

/// What a store is after its files were written and read again.
fn again(store: &Store) -> Store {
    let files = store.files(&self::store());
    let files = files.into_iter().filter_map(|(path, text)| {
        Some(Source {
            path,
            text: text?.into(),
        })
    });
    Store::read(&Sources::new(files.collect()), "ljubljana")
}

#[test]
fn what_did_not_change_is_not_touched() {
    let mut store = store();
    let events = [("a", "2026-12-01"), ("b", "2026-12-02")];
    let first = store.take(whole(&events), origin("2026-11-22"));
    assert_eq!((first.added, first.same), (2, 0));
    let before = again(&store);
    assert_eq!(before, store);
    let second = store.take(whole(&events), origin("2026-11-23"));
    assert_eq!((second.added, second.changed, second.same), (0, 0, 2));
    assert!(store.files(&before).is_empty());
    let third = store.take(
        whole(&[("a", "2026-12-05"), ("b", "2026-12-02")]),
        origin("2026-11-24"),
    );
    assert_eq!((third.changed, third.same), (1, 1));
    assert_eq!(store.files(&before).len(), 1);
}

#[test]
fn a_source_that_shrinks_takes_nothing_away_but_what_is_over() {
    let mut store = store();
    let all = [
        ("a", "2026-11-20"),
        ("b", "2026-12-02"),
        ("c", "2026-12-03"),
        ("d", "2026-12-04"),
    ];
    store.take(whole(&all), origin("2026-11-19"));
    let empty = store.take(whole(&[]), origin("2026-11-22"));
    assert_eq!((empty.removed, store.records.len()), (1, 3), "`a` is over");
    assert!(empty.kept.is_some());
    let two = store.take(whole(&all[1..3]), origin("2026-11-22"));
    assert_eq!((two.removed, two.kept), (1, None));
    let accepted = store.take(
        whole(&[]),
        Origin {
            accept: true,
            ..origin("2026-11-23")
        },
    );
    assert_eq!((accepted.removed, store.records.len()), (2, 0));
}

#[test]
fn new_identifiers_each_time_double_nothing() {
    let mut store = store();
    store.take(
        whole(&[("r1", "2026-12-01"), ("r2", "2026-12-02")]),
        origin("2026-11-22"),
    );
    store.take(
        whole(&[("r3", "2026-12-01"), ("r4", "2026-12-02")]),
        origin("2026-11-23"),
    );
    assert_eq!(store.records.len(), 2);
}

#[test]
fn a_change_feed_may_take_away_everything() {
    let mut store = store();
    let id = |n: usize| format!("https://city.example/id/event/{n}");
    let data = |n: usize| json!({ "id": id(n), "kind": "event", "title": { "sl": "x" }, "license": LICENSE });
    let part = |of: BTreeMap<String, Option<Value>>, whole| {
        Part::Changes(
            Box::new(Changes {
                of,
                whole,
                ..Changes::default()
            }),
            Left::default(),
        )
    };
    let all = (0..4).map(|n| (id(n), Some(data(n))));
    store.take(part(all.collect(), true), origin("2026-11-22"));
    assert_eq!(store.records.len(), 4);
    let gone = (0..3).map(|n| (id(n), None));
    let changed = store.take(part(gone.collect(), false), origin("2026-11-23"));
    assert_eq!(
        (changed.removed, changed.same, store.records.len()),
        (3, 1, 1)
    );
    let forged = [("https://city.example/id/event/9".to_owned(), Some(data(8)))];
    let changed = store.take(part(forged.into(), false), origin("2026-11-23"));
    assert_eq!((changed.added, changed.refused.len()), (0, 1));
}

#[test]
fn no_key_leads_out_of_the_folder() {
    for key in [
        "../../../etc/passwd",
        "..",
        "/",
        "",
        "a/../../b",
        "x\0y",
        "C:\\windows",
        "%2e%2e%2f",
        "…/é",
        "a".repeat(5000).as_str(),
    ] {
        let path = path("ljubljana", &event::KIND, key);
        let name = path
            .strip_prefix("data/harvest/ljubljana/events/")
            .unwrap()
            .strip_suffix(".json")
            .unwrap();
        assert!(
            name.chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
            "{path}"
        );
        assert!(name.len() <= 49 && !name.is_empty(), "{path}");
    }
    assert_ne!(
        path("x", &event::KIND, "a?1"),
        path("x", &event::KIND, "a?2")
    );
}

#[test]
fn without_a_licence_only_a_link_is_kept() {
    let mut store = store();
    let mut reading = Reading {
        found: vec![found("a", "2026-12-01")],
        ..Reading::default()
    };
    reading.found[0]
        .record
        .insert("summary".into(), json!({ "sl": "dolgo" }));
    let part = Part::Whole(Box::new(reading), Left::default());
    let changed = store.take(
        part,
        Origin {
            license: None,
            ..origin("2026-11-22")
        },
    );
    assert_eq!((changed.added, changed.links), (1, 1));
    let record = store.records.values().next().unwrap();
    assert_eq!(
        (&record["summary"], &record["harvest"]["link_only"]),
        (&Value::Null, &json!(true))
    );
    assert_eq!(record["title"]["sl"], "Dogodek a");
}

#[test]
fn what_two_sources_have_is_there_once_and_stays_while_one_has_it() {
    let mut store = store();
    let other = Origin {
        part: "https://other.example/b.ics",
        ..origin("2026-11-22")
    };
    store.take(whole(&[("a@city", "2026-12-01")]), origin("2026-11-22"));
    store.take(whole(&[("a@city", "2026-12-09")]), other);
    assert_eq!(store.records.len(), 1);
    let record = store.records.values().next().unwrap();
    assert_eq!(
        (&record["start"], from(record).count()),
        (&json!("2026-12-01"), 2)
    );
    store.take(
        whole(&[]),
        Origin {
            accept: true,
            ..origin("2026-11-23")
        },
    );
    assert_eq!(store.records.len(), 1);
    assert_eq!(store.forget(|part| part == PART), 1);
    assert!(store.records.is_empty());
}
