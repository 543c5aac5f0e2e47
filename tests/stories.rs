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

mod support;

use plein::diagnostic::words::translation;
use plein::diagnostic::{Diagnostic, Diagnostics, Language, Words};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use support::manual;
use support::story::{Story, Told, all_told, files, stories};

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
            let own: Told;
            let told = match all_told().get(&story.code) {
                Some(told) => told,
                None => {
                    own = story.told();
                    &own
                }
            };
            let (found, diagnostics) = (&told.english, &told.diagnostics);
            let mut failures = Vec::new();
            look(story, diagnostics, &mut failures);
            failures.extend(diagnostics.iter().flat_map(untranslated));
            if *found != story.expected().text {
                match update {
                    true => story.rewrite(found),
                    false => failures.push(difference(&story.expected().text, found)),
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

/// What stands above the rules in the documentation.
const MANUAL: &str = "tests/manual/checks.md";

/// The rules of `plein check`, which can be switched off.
fn rules() -> Vec<&'static str> {
    let rules = plein::check::RULES.iter().map(|rule| rule.code);
    rules.chain(plein::check::elsewhere::CODES).collect()
}

#[test]
fn the_documentation_tells_of_every_check() {
    let told = stories("tests/diagnostics");
    let mut text = fs::read_to_string(MANUAL).expect("the beginning of the manual");
    for code in rules() {
        let story = told.iter().find(|story| story.code == code);
        let story = story.unwrap_or_else(|| panic!("{code} has no story"));
        text += &format!("\n### {code}\n\n{}", story.in_short(Language::En));
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

/// `/manual/checks/` has every rule, with a text of its own in Dutch, `/manual/messages/` every other code.
#[test]
fn the_manual_tells_of_every_code_in_both_languages() {
    let told = stories("tests/diagnostics");
    for page in manual::pages() {
        let language = match page.language {
            "nl" => Language::Nl,
            _ => Language::En,
        };
        let stale = page.generated(|parts| match parts {
            ["story", code] => {
                let story = told.iter().find(|story| story.code == *code);
                Some(story.expect("a story").in_short(language))
            }
            ["codes"] => Some(
                told.iter()
                    .filter(|story| !rules().contains(&story.code.as_str()))
                    .map(|story| format!("### {}\n\n{}\n", story.code, story.in_full(language)))
                    .collect(),
            ),
            _ => None,
        });
        assert_eq!(stale, None, "UPDATE=1 cargo test --test stories");
        for code in rules().iter().filter(|_| page.slug == "checks") {
            let part = format!("### {code}\n\n");
            assert!(page.text.contains(&part), "{} lacks {code}", page.slug);
        }
    }
}
