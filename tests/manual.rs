//! The manual on the demo site, `/manual/`: every block of code in it is tried, and what can be
//! generated is.
//!
//! What stands behind the fence of a block says how it is tried, in a small lab of the page's own:
//!
//! - `markdown content/…`, `yaml data/…`, `jinja themes/…` and the like: a file. Nothing may be wrong
//!   with the lab then. With `wrong` something is: a block `text expected` follows with the message.
//! - `yaml event`, or another kind: a part of its front matter. `yaml site`: a part of `data/site.yaml`.
//! - `sh`: commands. With `parsed` those of Plein are only parsed, since they wait, or need a network or
//!   a browser; with `told` they are not tried, and none of them is Plein's. A block `text expected`
//!   after it has lines that are printed, in that order.
//! - `curl`, `python`, `javascript`: `tests/conformance/examples.py` runs them with the built demo.
//! - `text shown` is no code.
//!
//! `UPDATE=1 cargo test --test manual --test stories` writes messages and generated parts anew.

#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;
#[path = "manual/trial.rs"]
mod trial;
#[path = "manual/values.rs"]
mod values;

use plein::content::KINDS;
use plein::edit::form::{Words, form};
use rayon::prelude::*;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use support::files;
use support::manual::{Block, Page, pages};
use trial::trial;
use values::{table, values};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn every_example_in_the_manual_does_what_it_says() {
    let pages = pages();
    assert!(pages.iter().any(|page| page.slug == "editors"));
    let failures: Vec<String> = pages.par_iter().flat_map(trial).collect();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn what_is_generated_in_the_manual_is_fresh() {
    let values = values();
    let make = |page: &Page, parts: &[&str]| match parts {
        ["fields", kind] => Some(fields(kind, page.language)),
        ["values", group] => Some(table(values.get(*group)?, page.language)),
        ["functions"] => Some(functions()),
        ["components"] => Some(components()),
        ["tokens"] => Some(tokens()),
        _ => None,
    };
    let pages = pages();
    let stale: Vec<String> = pages
        .iter()
        .filter_map(|page| page.generated(|parts| make(page, parts)))
        .collect();
    assert!(
        stale.is_empty(),
        "\n{}\nUPDATE=1 cargo test --test manual writes them anew",
        stale.join("\n")
    );
    for page in pages.iter().filter(|page| page.slug == "values") {
        let is_untold = |group: &&String| {
            let begins = format!("generated: values {group} -->");
            !page.text.contains(&begins)
        };
        let untold: Vec<&String> = values.keys().filter(is_untold).collect();
        assert!(untold.is_empty(), "{}: {untold:?}", page.file.display());
    }
}

/// Each kind has the least that a file can hold, and all that it can.
#[test]
fn the_manual_shows_all_that_each_kind_can_hold() {
    let words = Words::of("en");
    for page in pages().iter().filter(|page| page.slug == "kinds") {
        let blocks = page.blocks();
        for kind in KINDS {
            let folder = format!("content/{}/", kind.folder);
            let own = |block: &&Block| {
                let mut info = block.info.iter().skip(1);
                info.next().is_some_and(|path| path.starts_with(&folder))
            };
            let examples: Vec<&Block> = blocks.iter().filter(own).collect();
            let [least, .., most] = examples[..] else {
                panic!("{}: two examples of {}", page.file.display(), kind.name);
            };
            assert!(least.text.lines().count() <= 10, "{}: the least", kind.name);
            let shown = form(kind, &words);
            let names = shown.as_array().into_iter().flatten();
            let missing: Vec<&str> = names
                .filter_map(|field| field["name"].as_str())
                .filter(|name| !common().contains(&(*name).to_owned()))
                // What is the same in other words.
                .filter(|name| !["rrule", "duration"].contains(name))
                .filter(|name| !most.text.contains(&format!("\n{name}:")))
                .collect();
            assert!(missing.is_empty(), "{} lacks {missing:?}", kind.name);
        }
    }
}

/// The fields that every kind has.
fn common() -> Vec<String> {
    let words = Words::of("en");
    let names = |kind| -> Vec<String> {
        let form = form(kind, &words);
        let names = form.as_array().into_iter().flatten();
        names
            .filter_map(|field| Some(field["name"].as_str()?.to_owned()))
            .collect()
    };
    let all: Vec<Vec<String>> = KINDS.iter().map(names).collect();
    let first = all[0].iter();
    first
        .filter(|name| all.iter().all(|names| names.contains(name)))
        .cloned()
        .collect()
}

/// A table of the fields of a kind, or of those that every kind has.
fn fields(kind: &str, language: &str) -> String {
    let dutch = language == "nl";
    let say = |nl: &'static str, en: &'static str| if dutch { nl } else { en };
    let common = common();
    let of = KINDS.iter().find(|known| known.name == kind);
    let form = form(of.unwrap_or(&KINDS[0]), &Words::of(language));
    let mut text = say("| veld | wat |", "| field | what |").to_owned() + "\n|---|---|\n";
    for field in form.as_array().into_iter().flatten() {
        let name = field["name"].as_str().unwrap_or_default();
        if common.contains(&name.to_owned()) != of.is_none() {
            continue;
        }
        let label = field["label"].as_str().unwrap_or_default();
        let help = field["help"]
            .as_str()
            .unwrap_or_default()
            .replace('|', "\\|");
        let required = match field["required"] == true {
            true => say(" **Moet.**", " **Required.**"),
            false => "",
        };
        let choices = field["choices"]
            .as_array()
            .or(field["item"]["choices"].as_array());
        let choices: Vec<String> = choices
            .into_iter()
            .flatten()
            .filter_map(|choice| {
                let (value, label) = (choice["value"].as_str()?, choice["label"].as_str()?);
                Some(match dutch && value != label {
                    true => format!("`{value}` ({label})"),
                    false => format!("`{value}`"),
                })
            })
            .collect();
        let choices = match choices.is_empty() {
            true => String::new(),
            false => format!(" {} {}.", say("Kies:", "Choose:"), choices.join(", ")),
        };
        let (stop, help) = match (dutch, help.is_empty()) {
            (false, false) => ("", help),
            (_, true) => (".", String::new()),
            (true, false) => (".", format!(" {help}")),
        };
        let label = if stop.is_empty() { "" } else { label };
        let _ = writeln!(
            text,
            "| `{name}` | {label}{stop}{help}{required}{choices} |"
        );
    }
    text
}

/// Functions and filters: the first line of what is written above each.
fn functions() -> String {
    let mut text = String::new();
    for file in ["functions.rs", "fragments.rs"] {
        let source = fs::read_to_string(Path::new(ROOT).join("src/theme").join(file));
        let source = source.expect("it is there");
        let calls = source.split("engine.register_").skip(1).filter_map(|call| {
            let name = call.split('"').nth(1)?;
            Some((name, call.starts_with("filter")))
        });
        for (name, is_filter) in calls {
            let begins = match is_filter {
                true => format!("| {name}("),
                false => format!("/// `{name}("),
            };
            let mut lines = source.lines();
            let first = lines.find(|line| line.starts_with("/// `") && line.contains(&begins));
            let first = first.unwrap_or_else(|| panic!("`{name}` of {file} is not described"));
            let more = lines.map_while(|line| line.strip_prefix("/// "));
            let first = first.trim_start_matches("/// ");
            let line = [first]
                .into_iter()
                .chain(more)
                .collect::<Vec<_>>()
                .join(" ");
            let _ = writeln!(text, "- {line}");
        }
    }
    text
}

/// Components of templates, with what they are given.
fn components() -> String {
    let folder = Path::new(ROOT).join("themes/plein/templates/components");
    let mut text = String::new();
    for (name, bytes) in files(&folder) {
        let source = String::from_utf8_lossy(&bytes).into_owned();
        let heads = source.split("{% component ").skip(1);
        let heads: Vec<String> = heads
            .filter_map(|head| head.split("%}").next())
            .map(|head| format!("`{}`", head.trim_end_matches(['-', ' ']).replace('\n', " ")))
            .collect();
        let _ = writeln!(
            text,
            "- **{}** {}",
            name.trim_end_matches(".html"),
            heads.join(", ")
        );
    }
    text
}

/// The tokens of the NL Design System that style sheets ask for.
fn tokens() -> String {
    let mut found: Vec<String> = Vec::new();
    for (_, bytes) in files(&Path::new(ROOT).join("themes/plein/styles")) {
        let source = String::from_utf8_lossy(&bytes).into_owned();
        for part in source.split("--basis-").skip(1) {
            let end = |c: char| !(c.is_ascii_alphanumeric() || c == '-');
            let name = part.split(end).next().unwrap_or_default();
            found.push(format!("`--basis-{name}`"));
        }
    }
    found.sort();
    found.dedup();
    found.join(", ")
}
