//! What Plein tells editors: in their language, whole, and in the form that a forge reads.

#![allow(
    clippy::disallowed_methods,
    reason = "tests look at real files and at the sources"
)]

mod support;

use plein::diagnostic::Language;
use plein::diagnostic::words::{places, translations};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use support::{Lab, Ran};

/// A lab with four mistakes in two files.
fn mistaken() -> Lab {
    let lab = Lab::new();
    // An agenda that runs dry is a warning of its own.
    lab.remove("content/events/soep.md");
    lab.put("content/pages/over.md", "---\ntitel: Over\n---\n");
    lab.put(
        "content/articles/open.md",
        "---\ntitle: Öpen\ndate: gisteren\nend: 1\nend: 2\n---\n",
    );
    lab
}

/// A lab whose agenda runs dry, which is a warning.
fn dry() -> Lab {
    let lab = Lab::new();
    lab.put(
        "content/events/soep.md",
        "---\ntitle: Soep\nstart: 2026-11-25T19:00\nspace: keuken\n---\n",
    );
    lab
}

/// The source of each file, without its unit tests and comments.
fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") && name != "tests.rs" {
            let text = std::fs::read_to_string(&path).expect("UTF-8");
            let text = text.split("#[cfg(test)]").next().unwrap_or("");
            let code = text.lines().filter(|l| !l.trim_start().starts_with("//"));
            let code = code.collect::<Vec<_>>().join("\n");
            found.push((path.to_string_lossy().into_owned(), code));
        }
    }
}

/// The string literal with which a text begins, and its length in the source.
fn literal(code: &str) -> Option<(String, usize)> {
    let inner = code.strip_prefix('"')?;
    let mut text = String::new();
    let mut letters = inner.char_indices();
    while let Some((n, letter)) = letters.next() {
        match letter {
            '"' => return Some((text, n + 2)),
            '\\' => match letters.next()?.1 {
                'n' => text.push('\n'),
                '\n' => {
                    let rest = inner[n + 2..].trim_start();
                    let skip = inner.len() - n - 2 - rest.len();
                    letters
                        .by_ref()
                        .take(inner[n + 2..][..skip].chars().count())
                        .for_each(drop);
                }
                other => text.push(other),
            },
            letter => text.push(letter),
        }
    }
    None
}

/// The arguments of a call, from behind its opening parenthesis: the text of the last one.
fn last_argument(code: &str) -> &str {
    let (mut depth, mut from, mut last, mut n) = (0, 0, 0..0, 0);
    while let Some(letter) = code[n..].chars().next() {
        match letter {
            '"' => n += literal(&code[n..]).map_or(1, |(_, length)| length) - 1,
            '\'' if code[n + 1..].chars().nth(1) == Some('\'') => {
                n += 1 + code[n + 1..].chars().next().map_or(0, char::len_utf8);
            }
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => {
                let own = from..n;
                return code[if code[own.clone()].trim().is_empty() {
                    last
                } else {
                    own
                }]
                .trim();
            }
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => (last, from) = (from..n, n + 1),
            _ => {}
        }
        n += letter.len_utf8();
    }
    ""
}

#[test]
fn every_text_of_ours_is_translated_and_no_translation_is_left_over() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    let mut said: BTreeMap<String, &str> = BTreeMap::new();
    let mut raw = Vec::new();
    for (path, code) in &files {
        for mark in ["say!(", "phrase!("] {
            for (at, _) in code.match_indices(mark) {
                if let Some((text, _)) = literal(code[at + mark.len()..].trim_start()) {
                    said.insert(text, path);
                }
            }
        }
        for call in [
            ".at(",
            ".help(",
            "Diagnostic::error(",
            "Diagnostic::warning(",
        ] {
            for (at, _) in code.match_indices(call) {
                let last = last_argument(&code[at + call.len()..]);
                match literal(last) {
                    Some((text, length)) if length == last.len() => drop(said.insert(text, path)),
                    _ if last.starts_with("format!(") => raw.push(format!("{path}: {last}")),
                    _ => {}
                }
            }
        }
    }
    said.remove("");
    assert!(said.len() > 400, "the sources are read: {}", said.len());
    assert!(
        raw.is_empty(),
        "nobody can translate `format!`, use `say!`: {raw:#?}"
    );
    let dutch: BTreeMap<_, _> = translations(Language::Nl).into_iter().collect();
    let missing: Vec<_> = said
        .iter()
        .filter(|(text, _)| !dutch.contains_key(&***text))
        .collect();
    assert!(
        missing.is_empty(),
        "`data/messages/nl.po` lacks {missing:#?}"
    );
    let over: Vec<_> = dutch
        .keys()
        .filter(|text| !said.contains_key(**text))
        .collect();
    assert!(over.is_empty(), "nothing says any more: {over:#?}");
    for (english, dutch) in dutch {
        let named: BTreeSet<usize> = places(dutch)
            .iter()
            .enumerate()
            .map(|(n, place)| place.2.unwrap_or(n))
            .collect();
        let all: BTreeSet<usize> = (0..places(english).len()).collect();
        assert_eq!(named, all, "the parts of {english:?} and {dutch:?}");
    }
}

#[test]
fn editors_choose_their_language_on_the_command_line_or_for_the_site() {
    let lab = mistaken();
    let dutch = "\
fout[content/bad-date]: `date`: `gisteren` is geen datum
 --> content/articles/open.md:3:7
  |
3 | date: gisteren
  |       ^^^^^^^^
  |
  = tip: schrijf jaar-maand-dag, zoals `2026-12-03`; met een tijd `2026-12-03T19:30`
";
    let last = "4 fouten; begin met content/articles/open.md:3, of lees meer: plein explain content/bad-date\n";
    let told = |arguments: &[&str]| lab.run(&[&["check"], arguments].concat()).err;
    let found = told(&["--language", "nl"]);
    assert!(found.starts_with(dutch) && found.ends_with(last), "{found}");
    lab.edit("data/site.yaml", "url:", "editors_language: nl\nurl:");
    assert_eq!(told(&[]), found);
    assert!(told(&["--language", "en"]).starts_with("error[content/bad-date]"));
    // Whatever else is wrong with the configuration.
    lab.edit("data/site.yaml", "url:", "ulr:");
    assert!(told(&[]).starts_with("fout[yaml/"), "{}", told(&[]));
    lab.edit("data/site.yaml", "language: nl", "language: fr");
    assert!(told(&[]).starts_with("error[yaml/"));
}

#[test]
fn a_build_says_in_the_language_of_editors_what_it_did() {
    let lab = Lab::new();
    let built = lab.run(&["build", "--language", "nl"]);
    assert_eq!(built.code, Some(0));
    assert!(
        built.err.contains(" pagina's, ") && built.err.contains(" ongewijzigd"),
        "{}",
        built.err
    );
    let failed = mistaken().run(&["build", "--language", "nl"]);
    let last = failed.err.lines().last().unwrap_or_default();
    assert!(
        last.starts_with("er is niets geschreven: 4 fouten; begin met"),
        "{last}"
    );
}

#[test]
fn strict_lets_warnings_forbid_what_errors_forbid() {
    let lab = dry();
    let ran = lab.run(&["check"]);
    let last = |ran: &Ran| ran.err.lines().last().unwrap_or_default().to_owned();
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(
        last(&ran),
        "1 warning; the site can be published all the same; read more: plein explain check/agenda-runs-dry"
    );
    let ran = lab.run(&["check", "--strict"]);
    assert_eq!(ran.code, Some(1));
    assert!(
        last(&ran).starts_with(
            "1 warning, which `--strict` forbids; begin with content/events/soep.md:3"
        )
    );
    // A day that is left out of a repeat and is none of its days is a warning of the build itself.
    lab.put(
        "content/events/soep.md",
        "---\ntitle: Soep\nstart: 2026-11-25T19:00\nrepeat: {every: week, except: [2026-11-27]}\n---\n",
    );
    let ran = lab.run(&["build", "--strict"]);
    assert!(
        ran.code == Some(1) && !lab.path("public").exists(),
        "{}",
        ran.err
    );
    assert!(
        last(&ran).starts_with("nothing was written: 1 warning, which"),
        "{}",
        last(&ran)
    );
    assert_eq!(lab.run(&["build"]).code, Some(0));
}

#[test]
fn errors_come_before_warnings_for_people_and_in_the_order_of_files_for_programs() {
    let lab = dry();
    lab.put("content/pages/over.md", "---\ntitel: Over\n---\n");
    lab.put(
        "content/pages/kop.md",
        "---\ntitle: Kop\nsummary: Over ons.\n---\n\n## Een\n\n#### Drie\n",
    );
    let ran = lab.run(&["check"]);
    let of = |start: &str| ran.err.lines().position(|line| line.starts_with(start));
    assert!(of("error[").expect("an error") < of("warning[").expect("a warning"));
    assert!(ran.err.ends_with(
        "1 error, 1 warning; begin with content/pages/over.md:2, or read more: plein explain yaml/unknown-field\n"
    ), "{}", ran.err);
    let json = lab.run(&["check", "--format", "json"]).out;
    assert!(
        json.starts_with("{\"code\":\"check/heading-skips\",\"severity\":\"warning\""),
        "{json}"
    );
}

/// A report of a lab's mistakes, as JSON.
fn report(lab: &Lab, format: &str) -> Value {
    let ran = lab.run(&["check", "--format", format]);
    serde_json::from_str(&ran.out).expect("one JSON document")
}

#[track_caller]
fn must_fit(schema: &Value, document: &Value) {
    let validator = jsonschema::validator_for(schema).expect("a schema");
    let wrong: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{} {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn sarif_fits_its_standard() {
    let schema = std::fs::read_to_string("tests/schemas/sarif-2.1.0.json").expect("UTF-8");
    let schema = serde_json::from_str(&schema).expect("JSON");
    must_fit(&schema, &report(&Lab::new(), "sarif"));
    let log = report(&mistaken(), "sarif");
    must_fit(&schema, &log);
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    assert_eq!(rules.len(), plein::diagnostic::stories::codes().count());
    let results = run["results"].as_array().expect("results");
    let ids = |name: &str| -> Vec<&str> {
        results
            .iter()
            .filter_map(|one| one[name].as_str())
            .collect()
    };
    assert_eq!(
        ids("ruleId"),
        [
            "content/bad-date",
            "yaml/unknown-field",
            "yaml/duplicate-key",
            "yaml/unknown-field"
        ]
    );
    for result in results {
        let index = result["ruleIndex"].as_u64().expect("a number") as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    let place = |line: u32, from: u32, to: u32| json!({ "startLine": line, "startColumn": from, "endLine": line, "endColumn": to });
    let twice = &results[2];
    assert_eq!(
        twice["locations"][0]["physicalLocation"]["region"],
        place(5, 1, 4)
    );
    assert_eq!(
        twice["relatedLocations"][0]["physicalLocation"]["region"],
        place(4, 1, 4)
    );
    assert_eq!(
        twice["relatedLocations"][0]["message"]["text"],
        "the first time"
    );
}

#[test]
fn paths_begin_at_the_top_of_the_repository() {
    let lab = Lab::empty();
    assert_eq!(lab.run(&["init", "our lab"]).code, Some(0));
    lab.put("our lab/content/pages/over.md", "---\ntitel: Over\n---\n");
    let told = |format: &str| {
        lab.run(&["check", "-C", "./our lab", "--format", format])
            .out
    };
    let path = "our lab/content/pages/over.md";
    assert!(told("github").starts_with(&format!("::error file={path},line=2,col=1,")));
    assert!(told("gitlab").contains(&format!("\"path\": \"{path}\"")));
    assert!(told("sarif").contains("\"uri\": \"our%20lab/content/pages/over.md\""));
    assert!(told("json").contains("\"file\":\"content/pages/over.md\""));
}

#[test]
fn gitlab_knows_a_mistake_again_when_its_line_has_moved() {
    // https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
    let schema = json!({ "type": "array", "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": false,
        "properties": {
            "description": { "type": "string", "minLength": 1 },
            "check_name": { "type": "string", "minLength": 1 },
            "fingerprint": { "type": "string", "pattern": "^[0-9a-f]{32}$" },
            "severity": { "enum": ["info", "minor", "major", "critical", "blocker"] },
            "location": { "type": "object", "required": ["path", "lines"], "properties": {
                "path": { "type": "string", "pattern": "^[^./]" },
                "lines": { "type": "object", "required": ["begin"],
                    "properties": { "begin": { "type": "integer", "minimum": 1 } } },
            } },
        },
    } });
    must_fit(&schema, &report(&Lab::new(), "gitlab"));
    let lab = mistaken();
    let before = report(&lab, "gitlab");
    must_fit(&schema, &before);
    lab.edit(
        "content/articles/open.md",
        "title:",
        "summary: Hoera\ntitle:",
    );
    let after = report(&lab, "gitlab");
    let of = |report: &Value, name: &str| -> Vec<Value> {
        let all = report.as_array().expect("a list").iter();
        all.map(|one| one.pointer(name).expect("it is there").clone())
            .collect()
    };
    assert_eq!(of(&before, "/fingerprint"), of(&after, "/fingerprint"));
    assert_eq!(of(&before, "/location/lines/begin"), [3, 4, 5, 2]);
    assert_eq!(of(&after, "/location/lines/begin"), [4, 5, 6, 2]);
    let prints: BTreeSet<String> = of(&before, "/fingerprint")
        .iter()
        .map(Value::to_string)
        .collect();
    assert_eq!(prints.len(), 4, "each has its own");
}
