//! The command line as people and programs use it.

#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;

use serde_json::{Value, json};
use std::process::Stdio;
use support::{Files, Lab, NOW, Ran, files, same_files};

/// What follows the number of files in the closing line of a build: written, unchanged, removed.
#[track_caller]
fn counts(ran: &Ran) -> String {
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let (_, counts) = ran.err.split_once("data files: ").expect("a closing line");
    counts.split(" in ").next().unwrap_or("").to_owned()
}

/// What is said of these two mistakes.
const SUMMARY: &str =
    "2 errors; begin with content/articles/open.md:3, or read more: plein explain content/bad-date";

/// A lab with two mistakes.
fn mistaken() -> Lab {
    let lab = Lab::new();
    // An agenda that runs dry is a warning of its own.
    lab.remove("content/events/soep.md");
    lab.put(
        "content/pages/over.md",
        "---\ntitle: Over\ntopcs: []\n---\n",
    );
    lab.put(
        "content/articles/open.md",
        "---\ntitle: Open\ndate: gisteren\n---\n",
    );
    lab
}

#[test]
fn a_new_lab_is_built_and_nothing_is_wrong_with_it() {
    let lab = Lab::empty();
    lab.run(&["init", "lab"])
        .says(0, "7 files in lab; look at it with: plein serve -C lab");
    let built = lab.run(&["build", "-C", "lab"]);
    assert_eq!((built.code, built.err.lines().count()), (Some(0), 1));
    let built = files(&lab.path("lab/public"));
    assert!(built.contains_key("index.html"));
    // Nothing was published before the lab began.
    assert!(!String::from_utf8_lossy(&built["feed.rss"]).contains(" 2000 "));
    lab.run(&["check", "-C", "lab"])
        .says(0, "4 records, nothing wrong");
}

#[test]
fn a_new_lab_does_not_overwrite_an_old_one() {
    let lab = Lab::new();
    let before = files(&lab.path(""));
    lab.run(&["init", "."]).says(
        3,
        "
        error: `.` already holds data/site.yaml, content/spaces/keuken.md, content/pages/over.md
          = help: nothing was written; name an empty folder
        ",
    );
    same_files(&before, &files(&lab.path("")));
}

#[test]
fn mistakes_as_json() {
    let ran = mistaken().run(&["check", "--format", "json"]);
    let lines: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let places: Vec<Value> = lines
        .iter()
        .map(|line| json!([line["file"], line["line"], line["column"], line["text"]]))
        .collect();
    let expected = json!([
        ["content/articles/open.md", 3, 7, "gisteren"],
        ["content/pages/over.md", 3, 1, "topcs"]
    ]);
    assert_eq!(Value::from(places), expected);
    let last = json!({
        "code": "yaml/unknown-field", "severity": "error",
        "file": "content/pages/over.md", "line": 3, "column": 1, "endLine": 3, "endColumn": 6,
        "message": "there is no field `topcs` here", "text": "topcs",
        "label": "unknown", "help": "did you mean `topics`?"
    });
    assert_eq!(lines[1], last);
    ran.says(1, SUMMARY);
}

#[test]
fn mistakes_as_annotations() {
    let ran = mistaken().run(&["check", "--format", "github"]);
    let last = "::error file=content/pages/over.md,line=3,col=1,title=yaml/unknown-field::\
                there is no field `topcs` here%0Adid you mean `topics`?";
    assert_eq!(ran.out.lines().last(), Some(last));
    assert_eq!(ran.out.lines().count(), 2);
    ran.says(1, SUMMARY);
}

/// Whether a run shows colours, given arguments and environment.
fn colours(arguments: &[&str], environment: &[(&str, &str)]) -> bool {
    let lab = mistaken();
    let arguments = [&["check"], arguments].concat();
    let mut command = lab.plein(&arguments);
    command.envs(environment.iter().copied());
    let ran = lab.wait(command);
    assert_eq!(ran.code, Some(1));
    (ran.out + &ran.err).contains('\u{1b}')
}

#[test]
fn colours_are_for_those_who_want_them() {
    const FORCE: (&str, &str) = ("CLICOLOR_FORCE", "1");
    assert!(!colours(&[], &[]), "nobody looks: this is no terminal");
    assert!(colours(&["--color", "always"], &[]));
    assert!(colours(&[], &[FORCE]));
    assert!(!colours(&["--color", "never"], &[FORCE]));
    assert!(!colours(&[], &[FORCE, ("NO_COLOR", "1")]));
    assert!(!colours(
        &["--format", "json"],
        &[("CLICOLOR_FORCE", "0"), ("NO_COLOR", "1")]
    ));
}

/// Whoever reads may stop at any line: `plein plan | head -1`.
#[test]
fn a_closed_pipe_is_no_failure() {
    let lab = mistaken();
    for (arguments, code) in [
        (&["plan"][..], 1),
        (&["check", "--format", "json"], 1),
        (&["check", "--format", "github"], 1),
        (&["explain"], 0),
        (&["completions", "bash"], 0),
        (&["build"], 1),
        (&["explain", "nothing"], 1),
    ] {
        let mut child = lab
            .plein(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        drop((child.stdout.take(), child.stderr.take()));
        assert_eq!(
            support::patient(&mut child),
            Some(code),
            "plein {arguments:?}"
        );
    }
}

#[test]
fn a_code_has_a_story_and_a_misspelt_one_is_understood() {
    let lab = Lab::empty();
    let codes = lab.run(&["explain"]);
    assert_eq!(codes.code, Some(0));
    let code = "content/none";
    assert!(codes.out.lines().any(|line| line == code));
    let story = include_str!("diagnostics/content/none.md");
    let ran = lab.run(&["explain", code]);
    assert_eq!((ran.code, ran.out.trim_end()), (Some(0), story.trim_end()));
    lab.run(&["explain", "content/nome"]).says(
        1,
        "
        error: there is no mistake with the code `content/nome`
          = help: did you mean `content/none`?
        ",
    );
}

#[test]
fn a_wrong_command_line_is_told_apart_from_wrong_content() {
    let lab = Lab::new();
    for arguments in [
        &["build", "--now", "gisteren"][..],
        &["biuld"],
        &["build", "--treads", "1"],
        &[],
    ] {
        let ran = lab.run(arguments);
        assert_eq!(ran.code, Some(2), "plein {arguments:?}");
        assert_eq!(ran.out, "");
    }
}

/// The tree of a lab with and without the environment's moment.
fn built_at(lab: &Lab, arguments: &[&str], epoch: Option<&str>) -> Files {
    let mut command = lab.plein(&[&["build", "--output", "at"], arguments].concat());
    command.envs(epoch.map(|epoch| ("SOURCE_DATE_EPOCH", epoch)));
    let ran = lab.wait(command);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    files(&lab.path("at"))
}

/// What was upcoming on one day is past on another, and nothing else decides which day it is.
#[test]
fn the_moment_comes_from_the_command_line_or_the_environment() {
    let lab = Lab::new();
    let before = built_at(&lab, &["--now", "2026-11-22T12:00:00+01:00"], None);
    let after = built_at(&lab, &["--now", "2026-12-22"], None);
    assert_ne!(before, after);
    let epoch = Some("1795345200"); // 2026-11-22T11:00:00Z
    same_files(&before, &built_at(&lab, &[], epoch));
    same_files(&after, &built_at(&lab, &["--now", "2026-12-22"], epoch));
}

#[test]
fn a_bad_moment_in_the_environment_is_told() {
    let lab = Lab::new();
    let mut command = lab.plein(&["build"]);
    command.env("SOURCE_DATE_EPOCH", "gisteren");
    lab.wait(command).says(
        2,
        "
        error: SOURCE_DATE_EPOCH is `gisteren`, which is no number of seconds since 1970
          = help: set it to a whole number, such as the output of `git log -1 --format=%ct`, or unset it
        ",
    );
}

/// A lab with a bit of everything, built elsewhere.
fn sparse_lab(lab: &Lab, threads: &str) -> Files {
    let output = lab.path(threads);
    let output = output.to_str().expect("a path");
    let site = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sites/sparse-lab");
    let ran = lab.run(&[
        "build",
        "--site",
        site,
        "--output",
        output,
        "--now",
        NOW,
        "--threads",
        threads,
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    files(&lab.path(threads))
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let lab = Lab::empty();
    same_files(&sparse_lab(&lab, "1"), &sparse_lab(&lab, "2"));
}

#[test]
fn timings_tell_each_stage_and_output_and_leave_a_trace() {
    let lab = Lab::new();
    let built = lab.run(&["build", "--timings=trace.json"]);
    assert_eq!(built.code, Some(0), "{}", built.err);
    let row = |name: &str| {
        let mut rows = built.err.lines().map(|line| line.split_whitespace());
        let row = rows.find(|words| words.clone().next() == Some(name));
        let count = row.and_then(|mut words| words.nth(1)?.parse::<usize>().ok());
        count.unwrap_or_else(|| panic!("no row `{name}`:\n{}", built.err))
    };
    for stage in ["read", "parse", "resolve", "theme", "plan", "commit"] {
        assert_eq!(row(stage), 1, "{stage}");
    }
    // Our manifest is no part of the site.
    let published = lab.public().len() - 1;
    assert_eq!(row("stage"), published, "a file each");
    let trace: Value =
        serde_json::from_slice(&std::fs::read(lab.path("trace.json")).unwrap()).unwrap();
    let events = trace["traceEvents"].as_array().unwrap();
    let pages = events.iter().filter(|event| event["cat"] == "page");
    assert_eq!(pages.count(), row("page"));
    for event in events {
        assert!(event["ph"] == "X" && event["ts"].is_number() && event["dur"].is_number());
    }
    let missing = lab.run(&["build", "--timings=no/folder/trace.json"]);
    assert_eq!(missing.code, Some(3), "{}", missing.err);
}

#[test]
fn a_second_build_writes_nothing() {
    let lab = Lab::new();
    let first = lab.build();
    let tree = lab.public();
    let files = tree.len() - 1;
    assert_eq!(
        counts(&first),
        format!("{files} written, 0 unchanged, 0 removed")
    );
    let written = |lab: &Lab| {
        let page = std::fs::metadata(lab.path("public/index.html")).expect("a page");
        page.modified().expect("a time")
    };
    let before = written(&lab);
    assert_eq!(
        counts(&lab.build()),
        format!("0 written, {files} unchanged, 0 removed")
    );
    assert_eq!(written(&lab), before);
    same_files(&tree, &lab.public());
}

#[test]
fn a_warning_shows_its_line_though_the_texts_of_records_are_let_go_of() {
    let lab = Lab::new();
    let event = "---\ntitle: Koor\nstart: 2026-12-02T20:00\nrepeat:\n  every: week\n  except: [2026-12-24]\n---\n";
    lab.put("content/events/koor.md", event);
    let built = lab.build();
    assert_eq!(built.code, Some(0), "{}", built.err);
    for shown in ["content/events/koor.md:6:12", "6 |   except: [2026-12-24]"] {
        assert!(built.err.contains(shown), "{}", built.err);
    }
}
