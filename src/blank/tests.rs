use super::*;
use crate::content::{KINDS, config, parse};
use crate::source::{Source, Sources};

/// A site with one of each.
struct One;

impl Known for One {
    fn names(&self, folder: &str) -> Vec<String> {
        vec![format!("mijn-{folder}")]
    }
    fn terms(&self, field: &str) -> Vec<String> {
        let known = matches!(field, "topics" | "neighbourhood" | "area");
        known.then(|| "voedsel".to_owned()).into_iter().collect()
    }
    fn country(&self) -> Option<String> {
        Some("BE".to_owned())
    }
}

fn form(kind: &'static Kind, title: &str, on: Option<On>) -> Form {
    let blank = Blank {
        kind,
        title,
        on,
        now: "2026-11-22T12:00".parse().unwrap(),
        dutch: true,
    };
    blank.write(&One)
}

/// What is wrong with a file of a kind, in so many words.
fn faults(kind: &Kind, text: &str) -> Vec<String> {
    let file = |path: &str, text: &str| Source {
        path: path.to_owned(),
        text: text.into(),
    };
    let site =
        "title: Lab\nurl: https://lab.example\nlanguages: [nl]\ntimezone: Europe/Amsterdam\n";
    let path = format!("content/{}/nieuw.md", kind.folder);
    let sources = Sources::new(vec![file(config::PATH, site), file(&path, text)]);
    let mut faults = vec![];
    let config = config::parse(&sources, &mut faults).unwrap();
    parse::parse(&sources, &config, &mut Default::default(), &mut faults);
    faults
        .into_iter()
        .map(|fault| fault.message.to_string())
        .collect()
}

#[test]
fn a_new_file_of_each_kind_is_right_and_stays_so_with_any_line_switched_on() {
    for kind in KINDS {
        for title in ["Soep koken", "C#: de \"taal\"", "2026", "yes", "- x: [y]"] {
            let form = form(kind, title, None);
            assert_eq!(faults(kind, &form.text), [""; 0], "{}", form.text);
        }
        let text = form(kind, "Soep", None).text;
        let optional = text
            .lines()
            .filter(|line| line.starts_with('#') && !line.starts_with("# "));
        for line in optional {
            let switched = text.replacen(&format!("\n{line}\n"), &format!("\n{}\n", &line[1..]), 1);
            // Two that exclude each other are not switched on together.
            let switched = match line.starts_with("#end:") || line.starts_with("#all_day:") {
                true => switched.replace("\nduration: 2h", ""),
                false => switched,
            };
            assert_eq!(faults(kind, &switched), [""; 0], "{}: {line}", kind.name);
        }
    }
}

#[test]
fn an_event_is_when_it_was_said_to_be() {
    let event = &KINDS[0];
    let now: DateTime = "2026-11-22T12:00".parse().unwrap();
    let on = on::read("next wednesday 18:00", now).ok();
    let filled = form(event, "Soep koken", on);
    let head = "---\ntitle: Soep koken\nstart: 2026-11-25T18:00\nduration: 2h\nspace: mijn-spaces\n# Meer kan";
    assert!(filled.text.starts_with(head), "{}", filled.text);
    assert!(filled.open.is_empty());
    // Without a time people meet in the evening.
    let day = on::read("8 januari", now).ok();
    let filled = form(event, "Soep", day);
    assert!(
        filled.text.contains("\nstart: 2027-01-08T19:30\n"),
        "{}",
        filled.text
    );
}

#[test]
fn what_is_a_guess_is_said_and_kept_from_visitors() {
    let embassy = Kind::in_folder("embassies").unwrap();
    let filled = form(embassy, "Gent", None);
    assert_eq!(filled.open, ["city", "country"]);
    assert!(filled.text.contains("\ncountry: BE\n") && filled.text.contains("\ndraft: true\n"));
    let notice = Kind::in_folder("notices").unwrap();
    let text = form(notice, "Boor", None).text;
    assert!(
        text.contains("# Kies: offer, need\ndirection: offer\n"),
        "{text}"
    );
}

#[test]
fn the_name_of_a_file_is_plain() {
    for (title, name) in [
        ("Soep koken", Some("soep-koken")),
        ("  Één café; 't plein! ", Some("een-cafe-t-plein")),
        ("Straße & Ørsted", Some("strasse-orsted")),
        ("漢字", None),
        ("…", None),
    ] {
        assert_eq!(file_name(title).as_deref(), name, "{title}");
    }
    assert!(file_name(&"ab ".repeat(80)).unwrap().len() <= 80);
}

#[test]
fn a_schema_takes_what_plein_takes() {
    let validator = |kind: &Kind| jsonschema::draft202012::new(&schema::schema(kind)).unwrap();
    let event = validator(&KINDS[0]);
    for (yes, value) in [
        (
            true,
            serde_json::json!({ "title": 2026, "start": "2026-12-09" }),
        ),
        (
            true,
            serde_json::json!({ "title": "a", "start": "2026-12-09 18:00", "summary": null, "topics": null }),
        ),
        (
            true,
            serde_json::json!({ "title": "a", "start": "2026-12-09", "repeat": { "every": "week", "on": "friday" } }),
        ),
        (
            true,
            serde_json::json!({ "title": "a", "start": "2026-12-09", "status": null, "image": null }),
        ),
        (
            false,
            serde_json::json!({ "titel": "a", "title": "a", "start": "2026-12-09" }),
        ),
        (false, serde_json::json!({ "title": "a" })),
        (
            false,
            serde_json::json!({ "title": "a", "start": "2026-12-09", "type": "workshp" }),
        ),
        (
            false,
            serde_json::json!({ "title": "a", "start": "woensdag" }),
        ),
        (
            false,
            serde_json::json!({ "title": "a", "start": "2026-12-09", "repeat": { "every": "week", "on": "vrijdag" } }),
        ),
    ] {
        assert_eq!(event.is_valid(&value), yes, "{value}");
    }
    for kind in KINDS {
        let text = schema::schema(kind).to_string();
        assert!(!text.contains("\"x-"), "{}", kind.name);
        validator(kind);
    }
}

#[test]
fn snippets_hold_every_field_and_close_what_they_open() {
    let all = snippets::snippets(&One);
    let all = all.as_object().unwrap();
    for kind in KINDS {
        let shape = shape(kind);
        for name in shape.common.iter().chain(&shape.own) {
            assert!(
                all.values().any(|snippet| snippet["prefix"] == *name),
                "{name}"
            );
        }
    }
    assert_eq!(
        all["start (event)"]["body"][0],
        "start: ${1:2026-12-09T19:30}"
    );
    assert_eq!(
        all["direction (notice)"]["body"][0],
        "direction: ${1|offer,need|}"
    );
    for (name, snippet) in all {
        for line in snippet["body"].as_array().unwrap() {
            let line = line.as_str().unwrap().replace("\\}", "");
            assert_eq!(
                line.matches("${").count(),
                line.matches('}').count(),
                "{name}: {line}"
            );
        }
    }
    let settings: Value = serde_json::from_str(snippets::SETTINGS).unwrap();
    assert!(settings["[markdown]"].is_object());
}
