//! What goes wrong ends soon, with a message that says what to do, and the last good output stays.
//!
//! Each test runs the program itself. A run has a limit of processor time, see `support`.

#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;

use std::fs;
use support::{Lab, same_files};

/// A lab that was built once and then changed for the worse: it fails like this, and what was
/// published stays byte for byte.
#[track_caller]
fn check(worsen: impl FnOnce(&Lab), expected: &str) {
    let lab = Lab::new();
    let before = lab.built();
    worsen(&lab);
    lab.build().says(1, expected);
    same_files(&before, &lab.public());
}

/// As [`check`], for a file in the lab.
#[track_caller]
fn check_file(path: &str, text: impl AsRef<[u8]>, expected: &str) {
    check(|lab| lab.put(path, text), expected);
}

#[test]
fn a_folder_that_is_no_site() {
    let lab = Lab::empty();
    lab.build().says(
        1,
        "
        error[config/missing]: there is no `data/site.yaml`, so this folder is not a site
        --> data/site.yaml
         = help: run Plein in the folder of your site, or make a new one: `plein init my-lab`

        1 error
        nothing was written; mend the errors above, or read more: plein explain config/missing
        ",
    );
    assert!(support::folders(&lab.path("")).is_empty());
}

const NO_CONTENT: &str = "
    error[content/none]: there is no content: `content/` holds no Markdown files
    --> content
     = help: write a first page, `content/pages/about.md`: a line `---`, then `title: About us`, then a line `---`

    1 error
    nothing was written; mend the errors above, or read more: plein explain content/none
";

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
        "
        error[content/front-matter]: this file has no front matter
         --> content/pages/over.md:1:1
          |
        1 |
          | ^ the file begins here
          |
          = help: begin with a line `---`, then lines such as `title: …`, then again a line `---`

        1 error
        nothing was written; mend the errors above, or read more: plein explain content/front-matter
        ",
    );
}

#[test]
fn an_empty_configuration() {
    check_file(
        "data/site.yaml",
        "",
        "
        error[yaml/missing-field]: the field `title` is missing
         --> data/site.yaml:1:1
          |
        1 |
          | ^ among these fields
          |
          = help: add a line `title: …`

        error[yaml/missing-field]: the field `url` is missing
         --> data/site.yaml:1:1
          |
        1 |
          | ^ among these fields
          |
          = help: add a line `url: …`

        error[yaml/missing-field]: the field `languages` is missing
         --> data/site.yaml:1:1
          |
        1 |
          | ^ among these fields
          |
          = help: add a line `languages: …`

        error[yaml/missing-field]: the field `timezone` is missing
         --> data/site.yaml:1:1
          |
        1 |
          | ^ among these fields
          |
          = help: add a line `timezone: …`

        4 errors
        nothing was written; mend the errors above, or read more: plein explain yaml/missing-field
        ",
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
            "
            error[yaml/too-large]: this front matter is 9.5 MB; at most 1 MB is read
             --> content/pages/over.md:2:1
              |
            2 | title: X
              | ^ starts here
              |
              = help: move the long text below the second line of dashes, where the body is

            1 error
            nothing was written; mend the errors above, or read more: plein explain yaml/too-large
            ",
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
        "
        error[yaml/anchor]: anchors (`&name`) and aliases (`*name`) are not used in Plein
         --> content/pages/over.md:4:9
          |
        4 |   a: &a [x, x, x]
          |         ^ not read
          |
          = help: write the value out; put quotes around a text that begins with `&` or `*`

        1 error
        nothing was written; mend the errors above, or read more: plein explain yaml/anchor
        ",
    );
}

#[test]
fn an_event_every_second_without_end() {
    check_file(
        "content/events/soep.md",
        "---\ntitle: Soep\nstart: 2026-12-01T12:00\nrrule: FREQ=SECONDLY\n---\n",
        "
        error[event/bad-rule]: `rrule`: FREQ=SECONDLY repeats within a day, which calendars show differently around a clock change
         --> content/events/soep.md:4:8
          |
        4 | rrule: FREQ=SECONDLY
          |        ^^^^^^^^^^^^^
          |
          = help: write one event a day, with `parts` for what happens within it

        1 error
        nothing was written; mend the errors above, or read more: plein explain event/bad-rule
        ",
    );
}

#[test]
fn an_event_on_every_day_of_a_thousand_years() {
    check_file(
        "content/events/soep.md",
        "---\ntitle: Soep\nstart: 1026-12-01T12:00\nrrule: FREQ=DAILY;UNTIL=20260101T000000Z\n---\n",
        "
        error[event/too-many]: this repeats more than 5000 times
         --> content/events/soep.md:4:8
          |
        4 | rrule: FREQ=DAILY;UNTIL=20260101T000000Z
          |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ too often
          |
          = help: let it begin later, end earlier or repeat less often

        1 error
        nothing was written; mend the errors above, or read more: plein explain event/too-many
        ",
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
        "
        error[source/not-utf8]: this file is not UTF-8 text: line 2 holds a character in another encoding
        --> content/pages/latin.md:2:1
         = help: save it again as UTF-8; in most editors: Save as, Encoding

        1 error
        nothing was written; mend the errors above, or read more: plein explain source/not-utf8
        ",
    );
}

#[cfg(unix)]
#[test]
fn a_loop_of_symlinks() {
    check(
        |lab| link("..", &lab.path("content/pages/loop")),
        "
        error[source/loop]: this link leads back to a folder that it lies in, so it would never end
        --> content/pages/loop
         = help: remove the link

        1 error
        nothing was written; mend the errors above, or read more: plein explain source/loop
        ",
    );
}

/// A link to nowhere stands for every file that cannot be read: permissions do not stop root.
#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read() {
    check(
        |lab| link("/nowhere", &lab.path("content/pages/gone.md")),
        "
        error[source/unreadable]: this file could not be read: no such file or directory
        --> content/pages/gone.md
         = help: check that it is there and that you may read it; a link may point to what is gone

        1 error
        nothing was written; mend the errors above, or read more: plein explain source/unreadable
        ",
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
        "
        error[content/bad-date]: `date`: `2026-13-01` is not in the calendar
         --> content/articles/open.md:3:7
          |
        3 | date: 2026-13-01
          |       ^^^^^^^^^^
          |
          = help: check the month and how many days it has

        error[content/front-matter]: this file has no front matter
         --> content/pages/over.md:1:1
          |
        1 | Hallo
          | ^^^^^ the file begins here
          |
          = help: begin with a line `---`, then lines such as `title: …`, then again a line `---`

        2 errors
        nothing was written; mend the errors above, or read more: plein explain content/bad-date
        ",
    );
}
