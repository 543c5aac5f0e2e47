//! The tools of editors from outside: schemas for other programs, and front matter made even.

#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;

use plein::source::SourceId;
use plein::yaml::{Node, Value as Yaml};
use serde_json::Value;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use support::Lab;

/// A node as a YAML reader without a schema takes it.
fn value(node: &Node) -> Value {
    match &node.value {
        _ if node.is_null() => Value::Null,
        Yaml::Scalar { text, plain: true } => match serde_json::from_str(text) {
            Ok(value @ (Value::Number(_) | Value::Bool(_))) => value,
            _ => Value::from(text.as_str()),
        },
        Yaml::Scalar { text, .. } => Value::from(text.as_str()),
        Yaml::Sequence(items) => items.iter().map(value).collect(),
        Yaml::Mapping(fields) => {
            let field = |(key, field): &(Node, Node)| {
                (key.text().unwrap_or_default().to_owned(), value(field))
            };
            Value::Object(fields.iter().map(field).collect())
        }
    }
}

/// The front matter of a file.
fn front_matter(text: &str) -> Value {
    let split = plein::source::front_matter::split(text).expect("front matter");
    let (node, _) = plein::yaml::parse(SourceId(0), text, split.yaml);
    node.as_ref().map_or(Value::Null, value)
}

#[test]
fn the_schemas_take_all_front_matter_there_is_and_no_field_that_there_is_not() {
    let lab = Lab::empty();
    let ran = lab.run(&["schema", "--vscode"]);
    assert_eq!(
        (ran.code, ran.out.lines().count()),
        (Some(0), 18),
        "{}",
        ran.err
    );
    let again = lab.run(&["schema", "--vscode"]);
    assert_eq!((again.out.lines().count(), again.err.as_str()), (16, ""));
    lab.put(
        ".vscode/settings.json",
        "{ \"files.eol\": \"\\n\" } // ours\n",
    );
    let again = lab.run(&["schema", "--vscode"]);
    assert!(
        again
            .err
            .starts_with("`.vscode/settings.json` is there already"),
        "{}",
        again.err
    );
    let kept = std::fs::read_to_string(lab.path(".vscode/settings.json")).expect("it is there");
    assert!(kept.ends_with("// ours\n"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sites = [
        "",
        "tests/sites/one-language",
        "tests/sites/small-lab",
        "tests/sites/own-theme",
    ];
    let mut seen = 0;
    for kind in plein::content::KINDS {
        let path = format!(".plein/schemas/{}.json", kind.name);
        let text = std::fs::read_to_string(lab.path(&path)).expect("a schema");
        assert_eq!(lab.run(&["schema", kind.folder]).out, text);
        let schema: Value = serde_json::from_str(&text).expect("JSON");
        let validator = jsonschema::draft202012::new(&schema).expect("a schema");
        for site in sites {
            let folder = root.join(site).join("content").join(kind.folder);
            for (path, bytes) in support::files(&folder) {
                // Translations hold only texts, and so lack what must be there.
                if path.matches('.').count() > 1 || !path.ends_with(".md") {
                    continue;
                }
                let found = front_matter(&String::from_utf8_lossy(&bytes));
                let wrong = validator.iter_errors(&found).next();
                assert!(wrong.is_none(), "{site}/{}/{path}: {wrong:?}", kind.folder);
                seen += 1;
            }
        }
        if kind.name == "event" {
            let story = root.join("tests/diagnostics/yaml/unknown-field.md");
            let story = std::fs::read_to_string(story).expect("a story");
            let (_, file) = story.split_once("soep.md\n").expect("a file in it");
            assert_eq!(validator.iter_errors(&front_matter(file)).count(), 1);
        }
    }
    assert!(seen > 100, "only {seen} files");
}

#[test]
fn the_schemas_of_data_take_what_there_is_and_tell_a_misspelt_field() {
    let lab = Lab::empty();
    lab.run(&["schema"]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for data in plein::blank::schema::DATA {
        let text = lab.run(&["schema", data.name]).out;
        let path = format!(".plein/schemas/{}.json", data.name);
        assert_eq!(
            std::fs::read_to_string(lab.path(&path)).expect("a schema"),
            text
        );
        let validator = jsonschema::draft202012::new(&serde_json::from_str(&text).expect("JSON"));
        let validator = validator.expect("a schema");
        for site in [
            "",
            "tests/sites/small-lab",
            "tests/sites/own-theme",
            "tests/sites/sparse-lab",
        ] {
            for (path, bytes) in support::files(&root.join(site).join("data")) {
                let path = format!("data/{path}");
                let own = |file: &&str| {
                    **file == *path
                        || file
                            .strip_suffix("*.yaml")
                            .is_some_and(|folder| path.starts_with(folder))
                };
                if !data.files.iter().any(own) {
                    continue;
                }
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let (node, _) = plein::yaml::parse(SourceId(0), &text, 0..text.len());
                let mut found = value(&node.expect("YAML"));
                let wrong = validator.iter_errors(&found).next();
                assert!(wrong.is_none(), "{site}/{path}: {wrong:?}");
                seen += 1;
                let first = if found.is_array() {
                    &mut found[0]
                } else {
                    &mut found
                };
                first["titel"] = Value::from("x");
                assert_eq!(validator.iter_errors(&found).count(), 1, "{site}/{path}");
            }
        }
    }
    assert!(seen > 8, "only {seen} files");
}

/// An event whose front matter is anything but even.
const ODD: &str = "---\nstart:   2026-12-01T18:00  \n# ours\ntitle: 'Soep'\n---\nKom!\n";
const EVEN: &str = "---\n# ours\ntitle: Soep\nstart: 2026-12-01T18:00\n---\n\nKom!\n";

#[test]
fn front_matter_is_made_even_and_what_cannot_be_read_stays() {
    let lab = Lab::new();
    lab.run(&["fmt"]);
    let read = |path: &str| std::fs::read_to_string(lab.path(path)).expect("it is there");
    lab.put("content/events/odd.md", ODD);
    lab.put("content/events/broken.md", "---\ntitle:  a: b\n---\n");
    let ran = lab.run(&["fmt", "--check"]);
    let refused =
        "`content/events/broken.md` stays as it is, for it cannot be read; `plein check` tells why";
    let counted = "1 file is not even; `plein fmt` makes it so";
    assert_eq!(
        (ran.code, ran.out.trim_end()),
        (Some(1), "content/events/odd.md")
    );
    assert_eq!(ran.err.lines().collect::<Vec<_>>(), [refused, counted]);
    assert_eq!(read("content/events/odd.md"), ODD);
    let ran = lab.run(&["fmt", "content/events", "--language", "nl"]);
    assert_eq!(
        (ran.code, ran.out.trim_end()),
        (Some(1), "content/events/odd.md")
    );
    assert!(ran.err.ends_with("1 bestand is nu netjes\n"), "{}", ran.err);
    assert_eq!(read("content/events/odd.md"), EVEN);
    assert_eq!(read("content/events/broken.md"), "---\ntitle:  a: b\n---\n");
    lab.remove("content/events/broken.md");
    let ran = lab.run(&["fmt", "--check"]);
    assert_eq!(
        (ran.code, ran.out.as_str(), ran.err.as_str()),
        (Some(0), "", "")
    );
    assert_eq!(lab.run(&["fmt", "content/events/none.md"]).code, Some(2));
}

#[test]
fn a_text_is_made_even_on_its_way_from_standard_input_to_standard_output() {
    let lab = Lab::new();
    let through = |file: &str, text: &str| {
        let mut command = lab.plein(&["fmt", "--stdin", file]);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut running = command.spawn().expect("it runs");
        let mut input = running.stdin.take().expect("its input");
        input.write_all(text.as_bytes()).expect("it reads");
        drop(input);
        let output = running.wait_with_output().expect("it ends");
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    };
    // The file need not be there yet.
    assert_eq!(
        through("content/events/new.md", ODD),
        (Some(0), EVEN.to_owned())
    );
    let broken = "---\na: b: c\n---\n";
    assert_eq!(
        through("content/events/new.md", broken),
        (Some(1), broken.to_owned())
    );
    assert_eq!(through("README.md", ODD), (Some(2), String::new()));
}
