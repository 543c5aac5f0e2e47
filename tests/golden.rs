//! Small sites and what comes out of them: a folder in, the folder `expected/` out.
//!
//! `UPDATE=1 cargo test --test golden` rewrites what is expected; read the diff before you commit
//! it. Of the pages only a few are kept, for they change with the theme; of everything else, such as
//! calendars, feeds, data, headers and redirects, every byte counts.

#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;

use jiff::Timestamp;
use plein::press::{self, Inputs};
use plein::source::disk;
use plein::source::past::{Changed, History, Past};
use plein::theme;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use support::{Files, NOW, diff, files, updates, without_hashes};

/// A site below `tests/sites/`.
struct Golden {
    name: &'static str,
    /// The pages that are kept.
    pages: &'static [&'static str],
    /// What else is left out, by the beginning of its path: other sites show it already.
    without: &'static [&'static str],
}

#[test]
fn a_small_lab() {
    check(&Golden {
        name: "small-lab",
        pages: &[
            "agenda/kalender/2026/11/index.html",
            "agenda/soep-op-woensdag/index.html",
            "en/news/wij-zijn-open/index.html",
            "soep/index.html",
            "wijzigingen/index.html",
        ],
        without: &[],
    });
}

#[test]
fn a_lab_with_one_language() {
    check(&Golden {
        name: "one-language",
        pages: &["about/index.html", "accessibility/index.html"],
        without: &["data/v1/schema/"],
    });
}

#[test]
fn a_lab_with_a_theme_of_its_own() {
    check(&Golden {
        name: "own-theme",
        pages: &["about/index.html"],
        without: &["data/", "feed.", "_headers"],
    });
}

#[test]
fn the_styles_of_a_municipality_have_the_last_word() {
    let folder = disk::read(Path::new("tests/sites/own-theme"));
    let inputs = Inputs {
        folder: &folder,
        past: &Past::default(),
        now: moment(NOW),
        preview: false,
    };
    let (tree, _) = press::build(&inputs);
    let is_sheet = |path: &&String| path.starts_with("assets/style.");
    let sheet = tree.0.keys().find(is_sheet).map(|path| &tree.0[path]);
    let sheet = String::from_utf8_lossy(sheet.expect("a style sheet"));
    assert!(sheet.ends_with("--basis-color-accent-1-bg-default:#cfe7f5}"));
    assert!(sheet.len() < 30_000, "{} bytes of styles", sheet.len());
}

#[test]
fn the_guide_to_nginx_holds_the_policy_that_is_published() {
    let read = |path: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        fs::read_to_string(path).expect("it is there")
    };
    let headers = read("tests/sites/small-lab/expected/_headers");
    let policy = headers
        .lines()
        .find_map(|line| line.trim().strip_prefix("Content-Security-Policy: "));
    let line = format!(
        "Content-Security-Policy \"{}\" always;",
        policy
            .expect("a policy")
            .replace("frame-ancestors 'self'", "frame-ancestors $lab_ancestors")
    );
    assert!(
        read("docs/hosting.md").contains(&line),
        "docs/hosting.md lacks: {line}"
    );
}

/// When files of the small lab were committed; git does not count here.
const HISTORY: &[(&str, &str, &str)] = &[
    (
        "content/articles/wij-zijn-open.md",
        "2026-03-14T09:00:00Z",
        "2026-04-02T10:30:00Z",
    ),
    (
        "content/events/soep-op-woensdag.md",
        "2026-09-20T08:00:00Z",
        "2026-11-10T16:00:00Z",
    ),
    (
        "content/events/soep-op-woensdag.en.md",
        "2026-09-21T08:00:00Z",
        "2026-11-11T09:00:00Z",
    ),
    (
        "content/calls/tafels.md",
        "2026-10-30T12:00:00Z",
        "2026-10-30T12:00:00Z",
    ),
];

/// What the small lab's files with dates held before they changed: the soup was not moved yet, and
/// the call was not there.
fn changed(folder: &disk::Folder) -> BTreeMap<String, Vec<Changed>> {
    let change = |(path, _, updated): &(&str, &str, &'static str)| {
        let (_, source) = folder.sources.find(path)?;
        let (before, rest) = source.text.split_once("changes:")?;
        let (_, after) = rest.split_once("capacity:")?;
        Some((
            (*path).to_owned(),
            (*updated, Some(format!("{before}capacity:{after}"))),
        ))
    };
    let call = (
        "content/calls/tafels.md".to_owned(),
        ("2026-10-30T12:00:00Z", None),
    );
    let there = folder.sources.find(&call.0).is_some();
    let found = HISTORY.iter().filter_map(change);
    found
        .chain(there.then_some(call))
        .map(|(path, (at, before))| {
            let change = Changed {
                at: moment(at),
                before,
                after: None,
                renamed_from: None,
            };
            (path, vec![change])
        })
        .collect()
}

fn moment(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

#[track_caller]
fn check(golden: &Golden) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/sites")
        .join(golden.name);
    let found = build(golden, &folder);
    let place = folder.join("expected");
    let expected = files(&place);
    if updates() {
        return rewrite(&place, &expected, &found);
    }
    let report = diff::files(&expected, &found);
    assert!(
        report.is_empty(),
        "{}: {report}\nUPDATE=1 cargo test --test golden accepts this",
        golden.name
    );
}

/// The tree of a site, without what is not kept.
fn build(golden: &Golden, folder: &Path) -> Files {
    let files: BTreeMap<String, History> = HISTORY
        .iter()
        .map(|(path, created, updated)| {
            let (created, updated) = (moment(created), moment(updated));
            let history = History {
                created,
                updated,
                revisions: if created == updated { 1 } else { 2 },
            };
            ((*path).to_owned(), history)
        })
        .collect();
    let folder = disk::read(folder);
    let past = Past {
        files,
        changed: Some(changed(&folder)),
        ..Past::default()
    };
    let inputs = Inputs {
        folder: &folder,
        past: &past,
        now: moment(NOW),
        preview: false,
    };
    let (tree, diagnostics) = press::build(&inputs);
    let messages: Vec<_> = diagnostics.iter().map(|d| &d.message).collect();
    assert!(messages.is_empty(), "{}: {messages:?}", golden.name);
    for page in golden.pages {
        assert!(
            tree.0.contains_key(*page),
            "{}: no page {page}",
            golden.name
        );
    }
    let kept = tree.0.into_iter().filter(|(path, bytes)| {
        let page = path.ends_with(".html");
        let built_in = theme::FILES.iter().any(|(_, file)| file == bytes)
            || (path.starts_with("assets/") && path.ends_with(".css"))
            || path.starts_with("assets/cards/");
        let left_out = golden.without.iter().any(|start| path.starts_with(start));
        !built_in && !left_out && (!page || golden.pages.contains(&&**path))
    });
    kept.map(|(path, bytes)| (without_hashes(&path), readable(bytes)))
        .collect()
}

fn readable(bytes: Vec<u8>) -> Vec<u8> {
    match String::from_utf8(bytes) {
        Ok(text) => without_hashes(&text).into_bytes(),
        Err(error) => error.into_bytes(),
    }
}

fn rewrite(place: &Path, expected: &Files, found: &Files) {
    for path in expected.keys().filter(|path| !found.contains_key(*path)) {
        fs::remove_file(place.join(path)).expect("it was there");
    }
    for (path, bytes) in found.iter().filter(|(p, b)| expected.get(*p) != Some(*b)) {
        let path: PathBuf = place.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
}
