//! The editor on the forge: what `plein admin` writes, and what such an editor writes is read as it was meant.

#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;

use plein::press::{self, Inputs};
use plein::source::disk::Folder;
use plein::source::past::Past;
use plein::source::{Source, Sources};
use std::fs;
use support::{Lab, NOW};

const SITE: &str =
    "title: Lab\nurl: https://lab.example\nlanguages: [nl, en]\ntimezone: Europe/Amsterdam\n";
const TOPICS: &str = "- id: voedsel\n  title: Voedsel\n";

/// What a lab with this event publishes as data and calendar, and what is wrong with it.
fn published(event: &str, english: &str) -> (Vec<String>, Vec<String>) {
    let source = |path: &str, text: &str| Source {
        path: path.into(),
        text: text.into(),
    };
    let folder = Folder {
        sources: Sources::new(vec![
            source("content/events/soep.en.md", english),
            source("content/events/soep.md", event),
            source("content/spaces/keuken.md", "---\ntitle: De keuken\n---\n"),
            source("data/site.yaml", SITE),
            source("data/topics.yaml", TOPICS),
        ]),
        ..Folder::default()
    };
    let past = Past::default();
    let (tree, faults) = press::build(&Inputs {
        folder: &folder,
        past: &past,
        now: NOW.parse().unwrap(),
        preview: true,
    });
    let files = [
        "data/v1/events.json",
        "agenda/soep/index.html",
        "en/agenda/soep/index.html",
    ];
    let text = |path: &&str| {
        tree.0
            .get(*path)
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    };
    let told = faults.iter().map(|fault| {
        let (path, line, _) = fault.place(&folder.sources);
        format!("{} {path}:{line} {}", fault.code, fault.message)
    });
    (files.iter().filter_map(text).collect(), told.collect())
}

#[test]
fn what_an_editor_writes_says_the_same_as_what_was_written_by_hand() {
    let hand = published(
        include_str!("admin/by-hand.md"),
        include_str!("admin/by-hand.en.md"),
    );
    assert_eq!((hand.0.len(), &hand.1), (3, &vec![]));
    let editor = published(
        include_str!("admin/by-an-editor.md"),
        include_str!("admin/by-an-editor.en.md"),
    );
    assert_eq!(editor.1, Vec::<String>::new());
    assert!(editor.0 == hand.0, "the data or the pages differ");
}

#[test]
fn what_must_be_there_is_told_when_it_is_empty_and_mistakes_stay_mistakes() {
    let event =
        "---\ntitle: ''\nstart: ''\ntopics: [voedzel]\ncapactiy: ''\nhosts:\n  -\nprice: ''\n---\n";
    let (_, told) = published(
        event,
        "---\ntitle: ''\nstart: '2026-12-10T18:30'\ncolour: ''\n---\n",
    );
    let expected = [
        "yaml/unknown-field content/events/soep.en.md:4 there is no field `colour` here",
        "content/fact-in-translation content/events/soep.en.md:3 `start` is a fact, and facts are stated once, in `content/events/soep.md`",
        "yaml/missing-field content/events/soep.md:2 the field `title` is empty",
        "yaml/missing-field content/events/soep.md:3 the field `start` is empty",
        "yaml/unknown-field content/events/soep.md:5 there is no field `capactiy` here",
    ];
    for line in expected {
        assert!(told.iter().any(|other| other == line), "{line}\n{told:#?}");
    }
}

#[test]
fn the_editor_is_written_and_published_with_its_own_policy() {
    let lab = Lab::new();
    let asked = [
        "admin",
        "--backend",
        "forgejo",
        "--repo",
        "lab/site",
        "--host",
        "https://git.lab.example/",
    ];
    let ran = lab.run(&asked);
    assert_eq!(
        (ran.code, &*ran.out),
        (
            Some(0),
            "themes/plein/admin/index.html\nthemes/plein/admin/config.yml\n"
        )
    );
    assert!(ran.err.contains("cms.js"), "{}", ran.err);
    lab.put(
        "themes/plein/admin/index.html",
        "<!DOCTYPE html><title>Ons eigen</title>",
    );
    lab.put("themes/plein/admin/cms.js", "");
    let again = lab.run(&asked);
    assert_eq!(
        (again.out.as_str(), again.err.as_str()),
        ("themes/plein/admin/config.yml\n", "")
    );
    assert_eq!(lab.run(&["build", "--now", NOW, "--quiet"]).code, Some(0));
    let read = |path: &str| fs::read_to_string(lab.path(path)).unwrap();
    assert!(read("public/admin/index.html").contains("Ons eigen"));
    assert!(read("public/admin/config.yml").contains("api_root: https://git.lab.example/api/v1\n"));
    let headers = read("public/_headers");
    let rule = headers
        .split("\n/")
        .find(|rule| rule.starts_with("admin/*\n"))
        .unwrap();
    assert!(
        rule.contains("connect-src 'self' data: blob: https://git.lab.example; "),
        "{rule}"
    );
    assert!(rule.contains("X-Robots-Tag: noindex"), "{rule}");
    assert!(!read("public/sitemap.xml").contains("/admin/"));
}

#[test]
fn where_the_content_lives_is_known_or_asked_for() {
    let lab = Lab::new();
    let ran = lab.run(&["admin"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.contains("--backend github --repo our-lab/site"),
        "{}",
        ran.err
    );
    assert_eq!(lab.run(&["admin", "--backend", "gitlab"]).code, Some(2));
    let site = fs::read_to_string(lab.path("data/site.yaml")).unwrap();
    lab.put(
        "data/site.yaml",
        site + "repository: https://codeberg.org/our-lab/site\n",
    );
    let ran = lab.run(&["admin", "--config-only"]);
    let expected = "backend:\n  name: gitea\n  repo: our-lab/site\n  api_root: https://codeberg.org/api/v1\n  base_url: https://codeberg.org\n  auth_methods:\n    - token\n";
    assert!(ran.out.starts_with(expected), "{}", ran.out);
    assert!(!lab.path("themes").exists());
}

#[test]
fn decap_gets_only_what_its_own_schema_knows() {
    fn walk(value: &serde_json::Value, told: &mut Vec<String>) {
        if let Some(fields) = value.as_object() {
            for (name, value) in fields {
                let is_known = match name.as_str() {
                    "required" | "collapsed" => value.is_boolean(),
                    "value" => value.is_string() || value.is_number(),
                    "modes" => *value == serde_json::json!(["raw"]),
                    _ => true,
                };
                told.extend((!is_known).then(|| format!("{name}: {value}")));
                walk(value, told);
            }
        }
        for item in value.as_array().into_iter().flatten() {
            walk(item, told);
        }
    }
    let lab = Lab::new();
    let config = |editor: &str| -> serde_json::Value {
        let asked = [
            "admin",
            "--backend",
            "test-repo",
            "--config-only",
            "--format",
            "json",
        ];
        let ran = lab.run(&[&asked[..], &["--editor", editor]].concat());
        serde_json::from_str(&ran.out).unwrap()
    };
    let (mut decap, mut sveltia) = (vec![], vec![]);
    walk(&config("decap"), &mut decap);
    walk(&config("sveltia"), &mut sveltia);
    assert_eq!(decap, Vec::<String>::new());
    assert!(
        sveltia.iter().any(|one| one == "value: true"),
        "{sveltia:?}"
    );
}
