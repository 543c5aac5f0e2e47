//! What goes wrong ends soon, with a message that says what to do, and the last good output stays.
//!
//! Each test runs the program itself. A run has a limit of processor time, see `support`.

#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;

use serde_json::Value;
use std::fs;
use support::{Lab, NOW, same_files};

/// A lab that was built once and then changed for the worse: it tells these mistakes, each as code,
/// file and line, and what was published stays byte for byte. The stories show the messages.
#[track_caller]
fn check(worsen: impl FnOnce(&Lab), expected: &[&str]) {
    let lab = Lab::new();
    let before = lab.built();
    worsen(&lab);
    check_build(&lab, expected);
    same_files(&before, &lab.public());
}

/// A build that fails tells these mistakes, and for each of them what to do.
#[track_caller]
fn check_build(lab: &Lab, expected: &[&str]) {
    let ran = lab.run(&["build", "--now", NOW, "--format", "json"]);
    let mut found = Vec::new();
    for line in ran.out.lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let text = |name: &str| line[name].as_str().unwrap_or("").to_owned();
        let help = line["help"].as_str().is_some_and(|help| !help.is_empty());
        assert!(help, "nothing says what to do: {line}");
        let place = match line["line"].as_u64() {
            Some(0) | None => text("file"),
            Some(n) => format!("{}:{n}", text("file")),
        };
        found.push(format!("{} {place}", text("code")));
    }
    assert_eq!(
        (ran.code, found),
        (Some(1), expected.iter().map(|e| (*e).to_owned()).collect())
    );
    assert!(ran.err.contains("nothing was written"), "{}", ran.err);
}

/// As [`check`], for a file in the lab.
#[track_caller]
fn check_file(path: &str, text: impl AsRef<[u8]>, expected: &[&str]) {
    check(|lab| lab.put(path, text), expected);
}

#[test]
fn a_folder_that_is_no_site() {
    let lab = Lab::empty();
    check_build(&lab, &["config/missing data/site.yaml"]);
    assert!(support::folders(&lab.path("")).is_empty());
}

#[test]
fn an_output_that_holds_what_the_site_is_made_of() {
    let lab = Lab::new();
    for output in [".", "..", "content", "data/new/folder", "themes/../content"] {
        let ran = lab.run(&["build", "--now", NOW, "--output", output]);
        assert_eq!(ran.code, Some(2), "{output}: {}", ran.err);
        assert!(ran.err.contains("name another one"), "{}", ran.err);
    }
    assert!(!lab.path("content/index.html").exists());
}

const NO_CONTENT: &[&str] = &["content/none content"];

#[test]
fn no_content_folder() {
    let gone = |lab: &Lab| fs::rename(lab.path("content"), lab.path("elsewhere")).expect("moved");
    check(gone, NO_CONTENT);
}

#[test]
fn an_empty_content_folder() {
    let emptied = |lab: &Lab| {
        fs::rename(lab.path("content"), lab.path("elsewhere")).expect("moved");
        fs::create_dir(lab.path("content")).expect("a folder");
    };
    check(emptied, NO_CONTENT);
}

#[test]
fn an_empty_file() {
    check_file(
        "content/pages/over.md",
        "",
        &["content/front-matter content/pages/over.md:1"],
    );
}

#[test]
fn an_empty_configuration() {
    check_file(
        "data/site.yaml",
        "",
        &["yaml/missing-field data/site.yaml:1"; 4],
    );
}

/// Ten megabytes of front matter.
fn ten_megabytes(line: &str) -> String {
    let lines = line.repeat(10_000_000 / line.len());
    format!("---\ntitle: X\n{lines}\n---\n")
}

#[test]
fn ten_megabytes_of_front_matter() {
    for line in [
        "a",
        "x: y\n",
        "- x\n",
        "[",
        "{a: ",
        "\"",
        "&a ",
        "extra: {a: b}\n",
    ] {
        let text = ten_megabytes(line);
        check_file(
            "content/pages/over.md",
            text,
            &["yaml/too-large content/pages/over.md:2"],
        );
    }
}

/// What fits below the limit must end soon too, whatever it says.
#[test]
fn one_megabyte_of_deep_or_wide_front_matter() {
    let wide: String = (0..40_000).map(|n| format!("  k{n}: v\n")).collect();
    let deep = |open: &str| open.repeat(1_000_000 / open.len());
    for yaml in [
        format!("extra:\n{wide}"),
        wide.replace("  ", ""),
        deep("["),
        deep("{a: "),
        deep("- "),
        deep("? "),
        deep("a: b\n"),
        format!("extra: \"{}\"", deep("\\n")),
        format!("summary: {}", deep("é")),
    ] {
        let lab = Lab::new();
        let before = lab.built();
        lab.put(
            "content/pages/over.md",
            format!("---\ntitle: X\n{yaml}\n---\n"),
        );
        let ran = lab.build();
        let start: String = yaml.chars().take(20).collect();
        match ran.code {
            Some(0) => {}
            Some(1) => same_files(&before, &lab.public()),
            other => panic!("{start:?}: exit code {other:?}"),
        }
    }
}

#[test]
fn a_bomb_of_anchors() {
    check_file(
        "content/pages/over.md",
        "---\ntitle: X\nextra:\n  a: &a [x, x, x]\n  b: [*a, *a, *a]\n---\n",
        &["yaml/anchor content/pages/over.md:4"],
    );
}

#[test]
fn an_event_every_second_without_end() {
    check_file(
        "content/events/soep.md",
        "---\ntitle: Soep\nstart: 2026-12-01T12:00\nrrule: FREQ=SECONDLY\n---\n",
        &["event/bad-rule content/events/soep.md:4"],
    );
}

#[test]
fn an_event_on_every_day_of_a_thousand_years() {
    check_file(
        "content/events/soep.md",
        "---\ntitle: Soep\nstart: 1026-12-01T12:00\nrrule: FREQ=DAILY;UNTIL=20260101T000000Z\n---\n",
        &["event/too-many content/events/soep.md:4"],
    );
}

/// What lies beyond the window of the site is not worked out, so there is nothing wrong with it.
#[test]
fn an_event_on_every_day_of_the_next_thousand_years() {
    let lab = Lab::new();
    let rule = "rrule: FREQ=DAILY;UNTIL=30261201T110000Z";
    let event = format!("---\ntitle: Soep\nstart: 2026-12-01T12:00\n{rule}\n---\n");
    lab.put("content/events/soep.md", event);
    let ran = lab.build();
    assert_eq!(ran.code, Some(0), "{}", ran.err);
}

#[test]
fn a_file_that_is_not_utf_8() {
    check_file(
        "content/pages/latin.md",
        b"---\ntitle: Caf\xe9\n---\n",
        &["source/not-utf8 content/pages/latin.md:2"],
    );
}

#[cfg(unix)]
#[test]
fn a_loop_of_symlinks() {
    check(
        |lab| link("..", &lab.path("content/pages/loop")),
        &["source/loop content/pages/loop"],
    );
}

/// A link to nowhere stands for every file that cannot be read: permissions do not stop root.
#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read() {
    check(
        |lab| link("/nowhere", &lab.path("content/pages/gone.md")),
        &["source/unreadable content/pages/gone.md"],
    );
}

#[cfg(unix)]
fn link(to: &str, from: &std::path::Path) {
    std::os::unix::fs::symlink(to, from).expect("a link");
}

#[test]
fn a_folder_with_the_name_of_a_file() {
    let lab = Lab::new();
    let before = lab.built();
    fs::create_dir(lab.path("content/pages/folder.md")).expect("a folder");
    assert_eq!(lab.built(), before, "it holds no content");
}

/// All errors of all files in one run, in the order of the files.
#[test]
fn several_mistakes_at_once() {
    let worsen = |lab: &Lab| {
        lab.put("content/pages/over.md", "Hallo");
        lab.put(
            "content/articles/open.md",
            "---\ntitle: Open\ndate: 2026-13-01\n---\n",
        );
    };
    check(
        worsen,
        &[
            "content/bad-date content/articles/open.md:3",
            "content/front-matter content/pages/over.md:1",
        ],
    );
}
