//! A build after an edit is the build of the edited site: five hundred sequences of chance edits, each held against
//! a whole build.

#![allow(clippy::disallowed_methods, reason = "tests read files and clocks")]

#[path = "again/edited.rs"]
mod edited;
mod support;

use edited::{Edited, times};
use std::collections::BTreeMap;
use std::fs;
use support::Lab;

/// So many edit sequences in all, by this many labs that begin anew.
const SEQUENCES: usize = 500;
const LABS: u64 = 8;
/// How many sequences there are; fewer where somebody asks for that.
fn wanted() -> usize {
    let asked = std::env::var("SEQUENCES").ok();
    asked
        .and_then(|text| text.parse().ok())
        .unwrap_or(SEQUENCES)
}

fn sequences(seeds: std::ops::Range<u64>) {
    for seed in seeds {
        let mut edited = Edited::new(seed);
        edited.check(&["the first build".to_owned()]);
        let mut all = vec![format!("lab {seed}")];
        for sequence in 0..wanted().div_ceil(LABS as usize) {
            all.push(format!("sequence {sequence}"));
            for _ in 0..=edited.chance.below(2) {
                let edit = edited.edit();
                all.push(edit);
            }
            let tail = all.len().saturating_sub(12);
            edited.check(&all[tail..]);
        }
    }
}

#[test]
fn a_build_after_edits_is_the_build_of_the_edited_site_in_the_first_labs() {
    sequences(0..LABS / 2);
}

#[test]
fn a_build_after_edits_is_the_build_of_the_edited_site_in_the_other_labs() {
    sequences(LABS / 2..LABS);
}

/// A build with a table of what it did: how often each step was done, what it said, and what it wrote.
fn steps(lab: &Lab, more: &[&str]) -> (BTreeMap<String, usize>, support::Ran) {
    let arguments = ["build", "--now", support::NOW, "--timings"];
    let ran = lab.run(&[&arguments[..], more].concat());
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.parse().ok()?))
    };
    (ran.err.lines().filter_map(line).collect(), ran)
}

#[test]
fn where_nothing_changed_nothing_is_done_and_the_same_is_said() {
    let lab = Lab::new();
    let (first, ran) = steps(&lab, &[]);
    assert!(ran.code == Some(0) && first["page"] == 4, "{}", ran.err);
    let times = times(&lab.path("public"));
    let (again, ran) = steps(&lab, &[]);
    let done: Vec<&String> = again
        .keys()
        .filter(|name| !first.contains_key(*name))
        .collect();
    assert!(ran.code == Some(0) && done.is_empty(), "{}", ran.err);
    assert!(!again.contains_key("parse"), "{}", ran.err);
    assert!(ran.err.contains(": 0 written, "), "{}", ran.err);
    assert_eq!(times, self::times(&lab.path("public")));
    let (fresh, _) = steps(&lab, &["--fresh"]);
    assert_eq!(fresh["page"], 4);
    fs::remove_dir_all(lab.path(".plein")).expect("it is there");
    assert_eq!(steps(&lab, &[]).0["page"], 4);
    let later = ["--now", "2026-11-23T12:00:00+01:00"];
    let ran = lab.run(&[&["build", "--timings"][..], &later].concat());
    assert!(ran.err.contains("\npage "), "the next day: {}", ran.err);
}

#[test]
fn an_edit_of_a_body_renders_what_holds_it_and_nothing_else() {
    let lab = Lab::new();
    lab.edit(
        "content/events/soep.md",
        "title: Soep",
        "title: Soep\nsummary: Samen aan tafel.",
    );
    let before = lab.built();
    lab.edit("content/events/soep.md", "Samen koken", "Met elkaar koken");
    let (steps, ran) = steps(&lab, &[]);
    let after = lab.public();
    assert_eq!((ran.code, steps["page"]), (Some(0), 1), "{}", ran.err);
    for name in ["list", "data", "rpde", "search", "sitemap", "embed"] {
        assert!(!steps.contains_key(name), "{name}: {}", ran.err);
    }
    let differs = |path: &&String| before.get(*path) != after.get(*path);
    let changed: Vec<&String> = after.keys().filter(differs).collect();
    let told = format!(": {} written, ", changed.len() - 1);
    assert!(
        ran.err.contains(&told),
        "{changed:?} and the manifest: {}",
        ran.err
    );
}

#[test]
fn what_is_to_be_said_is_said_again() {
    let lab = Lab::new();
    lab.put("content/events/brood.txt", "Geen Markdown.");
    let said = |ran: support::Ran| {
        let (said, _) = ran.err.split_once("pages, ").expect("a closing line");
        said.to_owned()
    };
    let first = said(lab.build());
    assert!(first.contains("source/not-read"), "{first}");
    assert_eq!(said(lab.build()), first);
}

/// Of the text of a record all outputs know its face; the whole of it only those that say so.
#[test]
fn only_outputs_that_say_so_read_whole_texts() {
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new("src").sort_by_file_name() {
        let path = entry.expect("a file").into_path();
        let text = fs::read_to_string(&path).unwrap_or_default();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        if code.contains("body::html(") || code.contains("theme::body::{") {
            found.push(path.display().to_string().replace('\\', "/"));
        }
    }
    let known = [
        "src/output/calendar/event.rs",
        "src/output/feed/mod.rs",
        "src/theme/json_ld/mod.rs",
        "src/theme/values/entry.rs",
    ];
    assert_eq!(found, known, "see READING_BODIES in src/output/spared.rs");
}
