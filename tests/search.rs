//! The index of the search: whoever reads it as the page does finds every record by every word of its
//! title, in each language, and nothing that is not published.

#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;

use plein::output::search::words::{Terms, words};
use serde_json::Value;
use support::{Files, Lab};

const SITE: &str = "\
title: Ons lab
url: https://lab.example
languages: [nl, en]
timezone: Europe/Amsterdam
since: 2026-01-01
license: https://creativecommons.org/licenses/by/4.0/
publisher: { name: Ons lab, email: hallo@lab.example }
cards: false
";

/// Titles with accents, apostrophes, digits and compounds, as real ones have them.
const WORDS: &[&str] = &[
    "Huizen",
    "café",
    "’t",
    "Programma's",
    "3D-printen",
    "Één",
    "repareren",
    "buurtmoestuin",
    "Ideeën",
    "A6",
    "ambassade",
];

fn lab(events: usize) -> Lab {
    let lab = Lab::empty();
    lab.put("data/site.yaml", SITE);
    lab.put(
        "data/topics.yaml",
        "- id: voedsel\n  title: { nl: Voedsel, en: Food }\n",
    );
    for n in 0..events {
        let word = |step: usize| WORDS[n * step % WORDS.len()];
        let (a, b) = (word(1), word(3));
        let day = 1 + n % 28;
        lab.put(
            &format!("content/events/e{n}.md"),
            format!("---\ntitle: \"{a} {b} nummer{n}\"\nsummary: Kom langs in de wijk.\ntopics: [voedsel]\nstart: 2026-{month:02}-{day:02}T10:00\nduration: 2h\n---\n\n## Meenemen\n\nTekst.\n", month = 10 + n % 3),
        );
    }
    if events > 0 {
        lab.put(
            "content/events/e0.en.md",
            "---\ntitle: Bicycles for the city\n---\n\nText.\n",
        );
    }
    lab.put(
        "content/pages/over.md",
        "---\ntitle: Over ons\n---\n\nWij.\n",
    );
    lab.put(
        "content/events/geheim.md",
        "---\ntitle: Geheimpje\nstart: 2026-12-01T10:00\nduration: 1h\ndraft: true\n---\n\nStil.\n",
    );
    lab
}

/// The index of a language, read from its files as the page reads it.
struct Index {
    index: Value,
    files: Files,
    folder: String,
}

impl Index {
    fn new(files: &Files, language: &str) -> Self {
        let folder = format!("search/v1/{language}/");
        let index = serde_json::from_slice(&files[&format!("{folder}index.json")]);
        Index {
            index: index.expect("JSON"),
            files: files.clone(),
            folder,
        }
    }

    fn file(&self, name: &str, sum: &str) -> Value {
        let bytes = &self.files[&format!("{}{name}.json", self.folder)];
        let file: Value = serde_json::from_slice(bytes).expect("JSON");
        assert_eq!(file["v"], sum, "{name} is not what the index tells");
        file
    }

    /// The records of a term.
    fn find(&self, term: &str) -> Vec<u64> {
        let firsts = self.index["terms"].as_array().expect("a list");
        let after = firsts.partition_point(|first| first[0].as_str().expect("a term") <= term);
        let n = after.saturating_sub(1);
        let sum = firsts[n][1].as_str().expect("a sum");
        let file = self.file(&format!("terms/{n}"), sum);
        let all = file["t"].as_array().expect("terms").clone();
        let Some(line) = all.iter().find(|line| line[0] == term) else {
            return vec![];
        };
        let mut record = 0;
        let coded = line.as_array().expect("a list").iter().skip(1);
        let places = coded.map(|n| {
            record += n.as_u64().expect("a number") / 16;
            record
        });
        places.collect()
    }

    /// What is shown of each record.
    fn shown(&self) -> Vec<Value> {
        let sums = self.index["shown"]
            .as_str()
            .expect("sums")
            .as_bytes()
            .chunks(6);
        let sums = sums.map(|sum| std::str::from_utf8(sum).expect("hexadecimal"));
        let files = sums
            .enumerate()
            .map(|(n, sum)| self.file(&format!("records/{n}"), sum));
        let files = files.flat_map(|file| file["r"].as_array().expect("records").clone());
        files.collect()
    }
}

#[test]
fn every_record_is_found_by_every_word_of_its_title() {
    for count in [0, 3, 140] {
        let files = lab(count).built();
        for language in ["nl", "en"] {
            let (index, terms) = (Index::new(&files, language), Terms::new(language));
            let shown = index.shown();
            assert_eq!(
                shown.len() as u64,
                index.index["records"].as_u64().expect("a number")
            );
            // The page is there besides, and the draft is not.
            assert_eq!(shown.len(), count + 1);
            for (n, record) in shown.iter().enumerate() {
                words(record[1].as_str().expect("a title"), |word| {
                    let (first, second) = terms.of(word);
                    for term in [Some(first), second].into_iter().flatten() {
                        assert!(
                            index.find(&term).contains(&(n as u64)),
                            "{word} ({term}) does not find {record}"
                        );
                    }
                });
            }
        }
    }
}

#[test]
fn a_translation_is_found_in_its_language_and_headings_and_topics_too() {
    let files = lab(3).built();
    let find = |language: &str, word: &str| {
        let (first, _) = Terms::new(language).of(word);
        Index::new(&files, language).find(&first)
    };
    assert_eq!(find("en", "bicycle").len(), 1);
    assert_eq!(find("nl", "bicycle").len(), 0);
    assert_eq!(find("nl", "meenemen").len(), 3);
    assert_eq!(find("nl", "voedsel").len(), 3);
    assert_eq!(find("en", "food").len(), 3);
    assert_eq!(Index::new(&files, "nl").find("#topics/voedsel").len(), 3);
}

#[test]
fn what_is_over_stands_behind_what_is_coming() {
    let files = lab(30).built();
    let index = Index::new(&files, "nl");
    let (kinds, shown) = (index.index["kinds"].clone(), index.shown());
    assert_eq!(kinds[0][0], "event");
    let over = kinds[0][2].as_u64().expect("a number") as usize;
    let is_over = |record: &Value| {
        let when = record[3].as_str().expect("a date");
        when.contains("okt")
            || (when.contains("nov") && when[3..5].trim().parse::<u8>().is_ok_and(|day| day < 22))
    };
    assert!(over > 0 && over < 30);
    assert!(shown[..over].iter().all(|record| !is_over(record)));
    assert!(shown[over..30].iter().all(is_over));
}

#[test]
fn a_draft_is_in_no_file_of_the_search_also_not_in_the_preview() {
    let lab = lab(3);
    let planned = lab.run(&["plan", "--now", support::NOW]).out;
    assert!(planned.contains("/search/v1/nl/terms/0.json"));
    let files = lab.built();
    for (path, bytes) in files
        .iter()
        .filter(|(path, _)| path.contains("search") || path.contains("zoeken"))
    {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        assert!(!text.contains("geheim"), "{path}");
    }
}

#[test]
fn many_records_have_a_page_for_each_letter() {
    let files = lab(310).built();
    let page = |path: &str| String::from_utf8_lossy(&files[path]).into_owned();
    let all = page("zoeken/index.html");
    assert!(all.contains("href=\"/zoeken/h/\"") && !all.contains("nummer309"));
    assert!(page("zoeken/e/index.html").contains("Één"));
    assert!(page("zoeken/0-9/index.html").contains("3D-printen"));
    assert!(page("en/search/b/index.html").contains("Bicycles for the city"));
    assert!(
        files.contains_key("search/v1/nl/terms/2.json")
            && !files.contains_key("search/v1/nl/terms/3.json")
    );
}

#[test]
fn pagefind_is_an_opt_in() {
    let lab = lab(1);
    let page = |files: &Files, path: &str| String::from_utf8_lossy(&files[path]).into_owned();
    let without = lab.built();
    assert!(!page(&without, "agenda/e0/index.html").contains("pagefind"));
    assert!(!page(&without, "_headers").contains("wasm"));
    lab.edit("data/site.yaml", "since:", "search: pagefind\nsince:");
    let with = lab.built();
    assert!(page(&with, "agenda/e0/index.html").contains("data-pagefind-body"));
    assert!(page(&with, "zoeken/index.html").contains("data-pagefind=\"/pagefind/pagefind.js\""));
    assert!(page(&with, "_headers").contains("script-src 'self' 'wasm-unsafe-eval'"));
}
