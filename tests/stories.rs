//! The stories of the diagnostics: each file in `tests/diagnostics/` is what `plein explain` prints
//! and, with its code blocks as the files of a site, the test of the message that it tells.
//!
//! A block's info string says what it is: `yaml data/site.yaml` and `markdown content/…` are files,
//! with `fill=N` a file whose line `…` stands for so many bytes; `bytes content/…` is a file in
//! hexadecimal; `link content/…` is a link to what the block names; `gone content/…` is not there;
//! `text expected` is the answer.
//! Under them lies a small site. `UPDATE=1 cargo test --test stories` rewrites the answers: read
//! the diff before you commit it. `tests/mistakes/` holds stories of several mistakes at once.

#![expect(
    clippy::disallowed_methods,
    reason = "the stories and the sources are read from disk"
)]

use plein::content::parse::Cache;
use plein::diagnostic::words::translation;
use plein::diagnostic::{Diagnostic, Diagnostics, Language, Words, terminal};
use plein::press::{self, Inputs};
use plein::source::disk;
use plein::source::history;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// When the stories happen.
const NOW: &str = "2026-11-22T12:00:00+01:00";

/// The site that lies under every story; a story replaces a file by one of the same name.
const SITE: &[(&str, &str)] = &[
    (
        "data/site.yaml",
        "title: Lab\nurl: https://lab.example\nlanguages: [nl, en]\ntimezone: Europe/Amsterdam\n",
    ),
    (
        "data/topics.yaml",
        "- id: energie\n  title: Energie\n- id: voedsel\n  title: Voedsel\n",
    ),
    (
        "data/neighbourhoods.yaml",
        "- id: centrum\n  title: Centrum\n",
    ),
    (
        "content/spaces/keuken.md",
        "---\ntitle: Keuken\n---\nHier koken we.\n",
    ),
];

/// What lies under the stories of `plein check` instead: a site with which all is well.
const CHECKED: &[(&str, &str)] = &[
    (
        "data/site.yaml",
        "title: Lab\nurl: https://lab.example\nlanguages: [nl]\ntimezone: Europe/Amsterdam\n\
         checks:\n  off:\n    - code: check/no-summary\n      reason: so that stories are short\n",
    ),
    (
        "content/spaces/keuken.md",
        "---\ntitle: Keuken\n---\nHier koken we.\n",
    ),
];

/// A line that takes the place of all files: the story cannot be shown by a site.
const TOLD_ONLY: &str = "<!-- told only: no file of a site can cause it -->";

/// What has no line to point at: it is about a file or a folder as a whole.
const WITHOUT_A_LINE: &[&str] = &[
    "config/missing",
    "content/none",
    "source/loop",
    "source/not-read",
    "source/not-utf8",
    "source/unreadable",
    "picture/broken",
    "picture/format",
    "picture/too-large",
    "picture/wrong-name",
    "theme/card",
    "theme/style",
    "picture/broken",
    "picture/format",
    "picture/too-large",
    "picture/wrong-name",
    "theme/card",
    "theme/template",
    "check/broken-address",
    "check/vanished",
];

struct Story {
    file: PathBuf,
    /// The code that it tells of; the path below `tests/diagnostics/`.
    code: String,
    text: String,
    /// Everything before the first block.
    words: String,
    blocks: Vec<Block>,
}

struct Block {
    info: String,
    text: String,
    /// Number of the first line of its text.
    line: usize,
}

impl Story {
    fn read(root: &str, file: PathBuf) -> Story {
        let text = fs::read_to_string(&file).expect("a story is UTF-8");
        let mut blocks: Vec<Block> = Vec::new();
        let mut open = false;
        for (n, line) in text.lines().enumerate() {
            match (open, line.strip_prefix("```")) {
                (false, Some(info)) => {
                    blocks.push(Block {
                        info: info.trim().to_owned(),
                        text: String::new(),
                        line: n + 1,
                    });
                    open = true;
                }
                (true, Some("")) => open = false,
                (true, _) => {
                    let block = blocks.last_mut().expect("a block is open");
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                (false, None) => {}
            }
        }
        assert!(!open, "{}: a block is not closed", file.display());
        let code = file.strip_prefix(root).expect("it lies below its folder");
        Story {
            code: code.with_extension("").to_string_lossy().replace('\\', "/"),
            words: text.split("\n```").next().unwrap_or("").to_owned(),
            file,
            text,
            blocks,
        }
    }

    fn told_only(&self) -> bool {
        self.text.contains(TOLD_ONLY)
    }

    /// Whether `plein check` tells it, and not every build.
    fn is_checked(&self) -> bool {
        self.code.starts_with("check/")
    }

    fn expected(&self) -> &Block {
        let last = self.blocks.last().filter(|b| b.info == "text expected");
        last.unwrap_or_else(|| panic!("{}: the last block is `text expected`", self.code))
    }

    /// Writes the site of the story into a folder.
    fn lay_out(&self, folder: &Path) {
        let checked = if self.is_checked() { CHECKED } else { &[] };
        for (path, text) in SITE.iter().chain(checked) {
            write(folder, path, text.as_bytes());
        }
        for block in self.blocks.iter().filter(|b| b.info != "text expected") {
            let (sort, rest) = block.info.split_once(' ').unwrap_or_default();
            let (path, fill) = match rest.split_once(" fill=") {
                Some((path, size)) => (path, Some(size)),
                None => (rest, None),
            };
            assert!(path.contains('/'), "{}: `{}`", self.code, block.info);
            match (sort, fill) {
                ("link", _) => link(folder, path, block.text.trim()),
                ("gone", _) => fs::remove_file(folder.join(path)).expect("it was there"),
                ("bytes", _) => write(folder, path, &hexadecimal(&block.text)),
                (_, Some(size)) => write(folder, path, filled(&block.text, size).as_bytes()),
                _ => write(folder, path, block.text.as_bytes()),
            }
        }
    }

    /// What Plein says to it, and each message by itself.
    fn told(&self) -> (String, Diagnostics) {
        let folder = tempfile::tempdir().expect("there is room for a site");
        self.lay_out(folder.path());
        let now = NOW.parse().expect("a moment");
        let past = history::read(folder.path(), now).past;
        let folder = disk::read(folder.path());
        let inputs = Inputs {
            folder: &folder,
            past: &past,
            now,
            preview: false,
        };
        let (_, mut diagnostics) = press::build(&inputs);
        if self.is_checked() {
            let mut faults = Vec::new();
            let prepared = press::prepare(&inputs, &mut Cache::default(), &mut faults);
            let (press, plan) = prepared.expect("a site that can be checked");
            let (sources, theme) = (&folder.sources, &folder.theme);
            plein::check::check((&press, &plan), sources, theme, &mut faults);
            diagnostics = press::sorted(faults, &inputs);
        }
        let shown: Vec<String> = diagnostics
            .iter()
            .map(|d| terminal::render(d, &folder.sources, Language::En, false))
            .collect();
        (shown.join("\n\n") + "\n", diagnostics)
    }

    /// Puts an answer in the place of the expected one.
    fn rewrite(&self, answer: &str) {
        let block = self.expected();
        let lines: Vec<&str> = self.text.lines().collect();
        let old = block.text.lines().count();
        let mut text = lines[..block.line].join("\n") + "\n" + answer;
        for line in &lines[block.line + old..] {
            text = text + line + "\n";
        }
        fs::write(&self.file, text).expect("a story can be rewritten");
    }
}

fn write(folder: &Path, path: &str, bytes: &[u8]) {
    let file = folder.join(path);
    fs::create_dir_all(file.parent().expect("it lies in a folder")).expect("a folder");
    fs::write(file, bytes).expect("a file");
}

fn link(folder: &Path, path: &str, target: &str) {
    let file = folder.join(path);
    fs::create_dir_all(file.parent().expect("it lies in a folder")).expect("a folder");
    #[cfg(unix)]
    std::os::unix::fs::symlink(target, file).expect("a link");
    #[cfg(windows)]
    std::os::windows::fs::symlink_dir(target, file).expect("a link");
}

fn hexadecimal(text: &str) -> Vec<u8> {
    text.split_whitespace()
        .map(|byte| u8::from_str_radix(byte, 16).expect("two hexadecimal digits"))
        .collect()
}

/// The text with as many lines for its line `…` as make the file `size` bytes long.
fn filled(text: &str, size: &str) -> String {
    let size: usize = size.parse().expect("a number of bytes");
    let line = text.lines().find(|line| line.trim() == "…");
    let line = line.expect("a line `…`");
    let more = format!("{}\n", line.replace('…', "en zo gaat het nog lang door"));
    text.replace(&format!("{line}\n"), &more.repeat(size / more.len()))
}

fn files(folder: &str, end: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.to_string_lossy().ends_with(end) => found.push(path),
                false => {}
            }
        }
    }
    found.sort();
    found
}

fn stories(root: &str) -> Vec<Story> {
    let files = files(root, ".md").into_iter();
    files.map(|file| Story::read(root, file)).collect()
}

/// The lines that differ, between those that do not.
fn difference(expected: &str, found: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    let before = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[before..], &b[before..]);
    let after = a.iter().rev().zip(b.iter().rev());
    let after = after.take_while(|(a, b)| a == b).count();
    let mut text = format!("  (from line {})\n", before + 1);
    for (mark, lines) in [('-', a), ('+', b)] {
        for line in &lines[..lines.len() - after] {
            text.push_str(&format!("{mark} {line}\n"));
        }
    }
    text
}

/// Tells every story below a folder and compares; what fails, all at once.
fn tell(root: &str, look: fn(&Story, &Diagnostics, &mut Vec<String>)) {
    let update = std::env::var_os("UPDATE").is_some();
    let failures: Vec<String> = stories(root)
        .par_iter()
        .filter(|story| !story.told_only())
        .flat_map_iter(|story| {
            let (found, diagnostics) = story.told();
            let mut failures = Vec::new();
            look(story, &diagnostics, &mut failures);
            failures.extend(diagnostics.iter().flat_map(untranslated));
            if found != story.expected().text {
                match update {
                    true => story.rewrite(&found),
                    false => failures.push(difference(&story.expected().text, &found)),
                }
            }
            failures
                .into_iter()
                .map(|failure| format!("{}\n{failure}", story.file.display()))
        })
        .collect();
    assert!(
        failures.is_empty(),
        "\n{}\nUPDATE=1 cargo test --test stories rewrites the expected blocks",
        failures.join("\n")
    );
}

/// Whether a message says where it is wrong and how to mend it.
fn is_whole(diagnostic: &Diagnostic) -> bool {
    let place = match diagnostic.labels.is_empty() {
        false => true,
        true => diagnostic.file.is_some() && WITHOUT_A_LINE.contains(&diagnostic.code),
    };
    let helps = diagnostic
        .help
        .as_ref()
        .is_some_and(|help| !help.is_empty());
    place && helps && !diagnostic.message.is_empty()
}

/// What of a message is not said in Dutch: words without a translation, and words that were put together
/// with `format!`, which nobody can translate.
fn untranslated(diagnostic: &Diagnostic) -> Vec<String> {
    let labels = diagnostic.labels.iter().map(|label| &label.text);
    let words = labels.chain([&diagnostic.message]).chain(&diagnostic.help);
    let missing = |words: &Words| match words {
        Words::Written(text) if !text.is_empty() => vec![format!("use `say!` for {text:?}")],
        words => {
            let texts = words.texts().into_iter();
            texts
                .filter(|text| !text.is_empty() && translation(Language::Nl, text).is_none())
                .map(|text| format!("`data/messages/nl.po` lacks {text:?}"))
                .collect()
        }
    };
    words.flat_map(missing).collect()
}

#[test]
fn every_story_gives_what_it_says() {
    tell("tests/diagnostics", |story, diagnostics, failures| {
        if !diagnostics.iter().any(|d| d.code == story.code) {
            failures.push(format!("it does not come to `{}`", story.code));
        }
        if story.words.trim().is_empty() || story.words.starts_with("```") {
            failures.push("it begins with words".to_owned());
        }
        if !diagnostics.iter().all(is_whole) {
            failures.push("a message lacks its place or its help".to_owned());
        }
    });
}

#[test]
fn several_mistakes_are_each_told_once_and_in_order() {
    tell("tests/mistakes", |_, diagnostics, failures| {
        if !diagnostics.iter().all(is_whole) {
            failures.push("a message lacks its place or its help".to_owned());
        }
    });
}

#[test]
fn every_code_has_a_story_and_every_story_a_code() {
    let sources: Vec<String> = files("src", ".rs")
        .iter()
        .map(|file| fs::read_to_string(file).expect("a source is UTF-8"))
        .map(|text| text.split("#[cfg(test)]").next().unwrap_or("").to_owned())
        .collect();
    let literals: Vec<(&str, &str)> = sources.iter().flat_map(|text| literals(text)).collect();
    let group = |code: &str| code.split('/').next().unwrap_or("").to_owned();
    // What certainly is a code tells which groups there are; a code in a table is one of them too.
    let certain = ["Diagnostic::error(", "Diagnostic::warning(", "code:"];
    let groups: BTreeSet<String> = literals
        .iter()
        .filter(|(before, _)| certain.iter().any(|word| before.trim_end().ends_with(word)))
        .map(|(_, code)| group(code))
        .collect();
    let folders: Vec<String> = plein::content::KINDS
        .iter()
        .map(|kind| format!("content/{}", kind.folder))
        .collect();
    let codes: BTreeSet<&str> = literals
        .iter()
        .map(|(_, code)| *code)
        .filter(|code| groups.contains(&group(code)) && !folders.iter().any(|f| f == code))
        .collect();
    let told = stories("tests/diagnostics");
    let told: BTreeSet<&str> = told.iter().map(|story| story.code.as_str()).collect();
    let untold: Vec<_> = codes.difference(&told).collect();
    let unused: Vec<_> = told.difference(&codes).collect();
    assert!(untold.is_empty(), "without a story: {untold:?}");
    assert!(unused.is_empty(), "without a code: {unused:?}");
}

/// String literals that look like `group/name`, each with the text before it.
fn literals(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b == b'-' || b == b'8')
    };
    let quotes = text.match_indices('"').map(|(n, _)| n);
    quotes.filter_map(move |n| {
        let inner = text[n + 1..].split('"').next()?;
        let (group, name) = inner.split_once('/')?;
        (word(group) && word(name)).then(|| (&text[..n], inner))
    })
}

#[test]
fn few_stories_are_only_told() {
    let told = stories("tests/diagnostics");
    let only: Vec<&str> = told
        .iter()
        .filter(|story| story.told_only())
        .map(|story| story.code.as_str())
        .collect();
    let links = ["link/broken", "link/moved", "link/unreachable"];
    assert_eq!(only[..3], links);
    assert_eq!(only[3..], ["output/failed"]);
}

/// What stands above the rules in the manual.
const MANUAL: &str = "tests/manual/checks.md";

#[test]
fn the_manual_tells_of_every_check() {
    let told = stories("tests/diagnostics");
    let rules = plein::check::RULES.iter().map(|rule| rule.code);
    let mut text = fs::read_to_string(MANUAL).expect("the beginning of the manual");
    for code in rules.chain(plein::check::elsewhere::CODES) {
        let story = told.iter().find(|story| story.code == code);
        let story = story.unwrap_or_else(|| panic!("{code} has no story"));
        let words = story.words.replace(TOLD_ONLY, "");
        let answer = &story.blocks.last().expect("a story shows its message").text;
        text += &format!("\n### {code}\n\n{}\n\n```text\n{answer}```\n", words.trim());
    }
    let file = "docs/checks.md";
    if std::env::var_os("UPDATE").is_some() {
        fs::write(file, &text).expect("the manual can be rewritten");
    }
    let found = fs::read_to_string(file).unwrap_or_default();
    assert!(
        found == text,
        "{file} differs:\n{}UPDATE=1 cargo test --test stories rewrites it",
        difference(&text, &found)
    );
}
