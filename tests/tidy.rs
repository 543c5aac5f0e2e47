//! Tests about the repository: who may use whom, what stays small, what is documented.

#![allow(clippy::disallowed_methods, reason = "reads the repository itself")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The stages, in order: each may use only those before it.
const STAGES: &[&str] = &[
    "source",
    "diagnostic",
    "yaml",
    "content",
    "site",
    "picture",
    "card",
    "theme",
    "output",
    "tree",
    "publish",
    "press",
    "again",
    "check",
    "review",
    "harvest",
    "edit",
    "blank",
    "import",
    "assist",
];
/// What reaches outside; it may use everything, and no stage may use it.
const EDGES: &[&str] = &[
    "serve",
    "cli",
    "main",
    "source::disk",
    "source::git",
    "source::history",
    "source::revision",
    "tree::write",
    "publish::built",
    "publish::place",
    "publish::store",
    "publish::wire",
    "harvest::fetch",
    "harvest::gates",
];
/// The exceptions: the press takes in what the disk edge read, as plain data, and so does who hands it to the press.
const DATA_OF_EDGES: &[(&str, &str)] = &[
    ("press", "source::disk"),
    ("again", "source::disk"),
    ("import", "source::disk"),
    ("import::repair", "source::disk"),
    ("import::site", "source::disk"),
];
/// Files that their siblings in a folder may use; all others stand on their own.
const SHARED: &[&str] = &[
    "assist/place.rs",
    "content/accessibility.rs",
    "card/font.rs",
    "card/letters.rs",
    "card/png/code.rs",
    "card/words.rs",
    "check/elsewhere.rs",
    "check/place.rs",
    "check/scan.rs",
    "content/common.rs",
    "content/html/tags.rs",
    "source/disk.rs",
    "source/git.rs",
    "source/past.rs",
    "review/addresses.rs",
    "review/files.rs",
    "review/records.rs",
    "content/exchange.rs",
    "content/fields.rs",
    "content/location.rs",
    "content/map.rs",
    "content/outline.rs",
    "content/parse.rs",
    "content/rule.rs",
    "content/schedule.rs",
    "content/shape.rs",
    "content/time.rs",
    "content/translation.rs",
    "content/config.rs",
    "content/language.rs",
    "content/vocabulary.rs",
    "content/zone.rs",
    "content/page.rs",
    "diagnostic/stories.rs",
    "edit/form.rs",
    "harvest/found.rs",
    "harvest/read/calendar/components.rs",
    "harvest/read/calendar/event.rs",
    "harvest/read/calendar/lines.rs",
    "harvest/read/calendar/onward.rs",
    "harvest/read/calendar/repeat.rs",
    "harvest/read/calendar/rules.rs",
    "harvest/read/calendar/stamp.rs",
    "harvest/read/calendar/trial.rs",
    "harvest/read/calendar/zones.rs",
    "harvest/read/bare.rs",
    "harvest/read/columns.rs",
    "harvest/read/feeds.rs",
    "harvest/read/json.rs",
    "harvest/read/linked.rs",
    "harvest/read/private.rs",
    "harvest/read/record.rs",
    "harvest/read/safe.rs",
    "harvest/read/time.rs",
    "edit/written.rs",
    "diagnostic/words.rs",
    "yaml/own.rs",
    "yaml/problem.rs",
    "output/calendar/component.rs",
    "output/calendar/deadline.rs",
    "output/calendar/event.rs",
    "output/calendar/feed.rs",
    "output/calendar/lines.rs",
    "output/calendar/text.rs",
    "output/calendar/values.rs",
    "output/calendar/vtimezone.rs",
    "output/page.rs",
    "picture/header.rs",
    "publish/headers.rs",
    "publish/known.rs",
    "publish/place.rs",
    "publish/wire.rs",
    "output/data/catalogue/graph.rs",
    "output/data/catalogue/shared.rs",
    "output/data/catalogue/vocabulary.rs",
    "output/data/context.rs",
    "output/data/csv.rs",
    "output/data/dataset.rs",
    "output/data/geojson.rs",
    "output/data/json.rs",
    "output/data/occurrences.rs",
    "output/data/openapi.rs",
    "output/data/record.rs",
    "output/data/schema.rs",
    "output/data/table.rs",
    "output/search/alphabet.rs",
    "output/search/postings.rs",
    "output/search/record.rs",
    "output/search/shards.rs",
    "output/search/words.rs",
];
/// Stages whose files build on one another, in the order of the list.
const ORDERED_WITHIN: &[&str] = &["site", "theme", "import", "harvest"];

struct File {
    path: String,
    text: String,
}

fn files(folder: &str, extension: &str) -> Vec<File> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                let relative = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
                found.push(File {
                    path: relative.to_string_lossy().replace('\\', "/"),
                    text: fs::read_to_string(&path).unwrap(),
                });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn sources() -> Vec<File> {
    files("src", "rs")
}

/// The code of a file without its unit tests and comments.
fn code(file: &File) -> String {
    let text = file.text.split("#[cfg(test)]").next().unwrap_or("");
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn module(path: &str) -> String {
    let inner = path
        .trim_start_matches("src/")
        .trim_end_matches(".rs")
        .trim_end_matches("/mod");
    inner.replace('/', "::")
}

/// Every `crate::a::b` that a file names, also within `use crate::{…}`.
fn uses(file: &File) -> BTreeSet<String> {
    let code = code(file);
    let mut found = BTreeSet::new();
    for part in code.split("crate::").skip(1) {
        let path: String = part
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':')
            .collect();
        let path = path.trim_end_matches(':').to_owned();
        if path.is_empty() {
            // `use crate::{a::b, c};`
            let list = part.split('}').next().unwrap_or("").trim_start_matches('{');
            found.extend(
                list.split(',')
                    .map(|p| p.trim().to_owned())
                    .filter(|p| !p.is_empty()),
            );
        } else {
            found.insert(path);
        }
    }
    found
}

#[test]
fn each_stage_uses_only_those_before_it() {
    let mut wrong = Vec::new();
    for file in sources() {
        let own = module(&file.path);
        if own == "lib"
            || EDGES
                .iter()
                .any(|edge| own == *edge || own.starts_with(&format!("{edge}::")))
        {
            continue;
        }
        let stage = own.split("::").next().unwrap();
        let place = STAGES
            .iter()
            .position(|s| *s == stage)
            .unwrap_or_else(|| panic!("{}: not a stage of ARCHITECTURE.md", file.path));
        for used in uses(&file) {
            let to_edge = EDGES
                .iter()
                .any(|edge| used == *edge || used.starts_with(&format!("{edge}::")));
            let allowed = DATA_OF_EDGES
                .iter()
                .any(|(from, to)| *from == own && used.starts_with(to));
            let after = STAGES
                .iter()
                .position(|s| used.split("::").next() == Some(s))
                .is_some_and(|n| n > place);
            if (to_edge && !allowed) || after {
                wrong.push(format!("{} uses {used}", file.path));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "arrows that point the wrong way:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn siblings_stand_on_their_own() {
    let mut wrong = Vec::new();
    for file in sources() {
        let Some((folder, name)) = file.path.trim_start_matches("src/").rsplit_once('/') else {
            continue;
        };
        let stage = folder.split('/').next().unwrap();
        if name == "mod.rs" || ORDERED_WITHIN.contains(&stage) || !STAGES.contains(&stage) {
            continue;
        }
        let code = code(&file);
        for part in code.split("super::").skip(1) {
            let sibling: String = part
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            let path = format!("{folder}/{sibling}.rs");
            let is_file = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("src")
                .join(&path)
                .exists();
            if is_file && !SHARED.contains(&path.as_str()) {
                wrong.push(format!("{} uses its sibling {sibling}.rs", file.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_edges_reach_outside() {
    let marked = |file: &File| file.text.contains("clippy::disallowed_methods");
    for file in sources().iter().filter(|file| marked(file)) {
        let own = module(&file.path);
        let edge = EDGES
            .iter()
            .any(|edge| own == *edge || own.starts_with(&format!("{edge}::")));
        assert!(
            edge,
            "{} opts out of the ban on files, clock and network, but is no edge",
            file.path
        );
        assert!(
            file.text.contains("edge:"),
            "{} does not say why it is an edge",
            file.path
        );
    }
    for forbidden in [
        "HashMap",
        "HashSet",
        "SystemTime",
        "thread_rng",
        "println!(",
    ] {
        for file in sources() {
            let own = module(&file.path);
            let edge = EDGES
                .iter()
                .any(|edge| own == *edge || own.starts_with(&format!("{edge}::")));
            assert!(
                edge || !code(&file).contains(forbidden),
                "{} uses {forbidden}",
                file.path
            );
        }
    }
}

#[test]
fn no_output_asks_for_a_kind() {
    let kinds = [
        "event",
        "initiative",
        "notice",
        "space",
        "call",
        "programme",
        "embassy",
        "practice",
        "organisation",
        "article",
    ];
    for file in sources()
        .iter()
        .filter(|file| file.path.starts_with("src/output") || file.path.starts_with("src/theme"))
    {
        for kind in kinds {
            for asked in [
                format!("kind.name == \"{kind}\""),
                format!("content::{kind}::"),
                format!("\"{kind}\" =>"),
            ] {
                assert!(
                    !code(file).contains(&asked),
                    "{} asks for a kind: {asked}",
                    file.path
                );
            }
        }
    }
}

#[test]
fn no_file_and_no_function_is_too_long() {
    for file in sources()
        .into_iter()
        .chain(files("tests", "rs"))
        .chain(files("benches", "rs"))
    {
        let lines = file.text.lines().count();
        assert!(lines <= 500, "{} has {lines} lines; at most 500", file.path);
        let mut start = None;
        for (n, line) in file.text.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let begins = line.trim_start();
            if start.is_none()
                && (begins.starts_with("fn ") || begins.starts_with("pub fn "))
                && line.ends_with('{')
            {
                start = Some((n, indent));
            }
            if let Some((first, depth)) = start
                && line.trim_end() == format!("{}}}", " ".repeat(depth))
            {
                assert!(
                    n - first <= 70,
                    "{}:{} is a function of {} lines; at most 70",
                    file.path,
                    first + 1,
                    n - first
                );
                start = None;
            }
        }
    }
}

#[test]
fn the_map_names_every_file() {
    let map =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).unwrap();
    assert!(
        map.lines().count() <= 200,
        "ARCHITECTURE.md has more than 200 lines"
    );
    for file in sources() {
        let name = file
            .path
            .trim_start_matches("src/")
            .trim_end_matches("mod.rs")
            .trim_end_matches('/');
        let short = name.rsplit('/').next().unwrap();
        assert!(
            map.contains(short),
            "ARCHITECTURE.md does not name {}",
            file.path
        );
    }
}

/// Whatever a program leaves behind while somebody works here would else be committed with the rest.
#[test]
fn the_top_level_holds_nothing_that_does_not_belong_there() {
    const HERE: &[&str] = &[
        ".ci",
        ".git",
        ".gitattributes",
        ".github",
        ".gitignore",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "benches",
        "build.rs",
        "clippy.toml",
        "content",
        "data",
        "deny.toml",
        "docs",
        "netlify.toml",
        "rustfmt.toml",
        "src",
        "tests",
        "themes",
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ignored = fs::read_to_string(root.join(".gitignore")).unwrap();
    let is_ignored = |name: &str| ignored.lines().any(|line| line.trim_matches('/') == name);
    let found = fs::read_dir(root).unwrap();
    let names = found.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let strange: Vec<String> = names
        .filter(|name| !HERE.contains(&name.as_str()) && !is_ignored(name))
        .collect();
    assert!(strange.is_empty(), "{strange:?} at the top level");
}
