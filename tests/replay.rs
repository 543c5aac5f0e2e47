//! The law of the change feeds: whoever follows them, from wherever they stopped, holds exactly the records
//! that are there. Labs are edited at random in git, and read by programs that remember where they were.

#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;

use jiff::{Timestamp, ToSpan};
use plein::output;
use plein::press::{self, Inputs};
use plein::source::numbering::number_at;
use plein::source::{disk, history};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use support::chance::Chance;
use support::rpde::{Page, number, read};
use support::{Files, Lab};

const SITE: &str = "title: Ons lab\nurl: https://lab.example\nlanguages: [nl, en]\ntimezone: Europe/Amsterdam\nsince: 2026-01-01\nlicense: https://creativecommons.org/licenses/by/4.0/\ncards: false\n";
const KINDS: &[&str] = &["events", "spaces", "articles"];
const FEEDS: &str = "https://lab.example/data/v1/changes/";

/// Commits in a story.
const STEPS: usize = 30;

/// What an editor knows of a record.
#[derive(Clone)]
struct Record {
    kind: usize,
    slug: String,
    id: Option<String>,
    draft: bool,
    words: usize,
    translated: bool,
    date: String,
    space: Option<String>,
    picture: bool,
}

impl Record {
    fn path(&self) -> String {
        format!("content/{}/{}.md", KINDS[self.kind], self.slug)
    }

    fn text(&self) -> String {
        let mut text = format!("---\ntitle: Woorden {}\n", self.words);
        let mut line = |field: &str, value: &str| {
            let _ = writeln!(text, "{field}: {value}");
        };
        if let Some(id) = &self.id {
            line("id", id);
        }
        if self.draft {
            line("draft", "true");
        }
        match self.kind {
            0 => line("start", "2026-11-24T20:00"),
            1 => {}
            _ => line("date", &self.date),
        }
        if let Some(space) = &self.space {
            line("space", space);
        }
        if self.picture {
            line("image", "{ file: media/plein.svg, alt: Het plein }");
        }
        text + "---\n\nTekst.\n"
    }
}

/// A program that keeps a copy of the records of a kind.
#[derive(Clone)]
struct Reader {
    kind: usize,
    next: String,
    records: BTreeMap<String, String>,
}

/// A lab in git.
struct Story {
    lab: Lab,
    chance: Chance,
    records: Vec<Record>,
    at: Timestamp,
    made: usize,
    commits: Vec<(String, Timestamp)>,
    readers: Vec<Reader>,
    /// The pages that were full, by file.
    full: BTreeMap<String, Page>,
    /// What is published now, and the pages in it.
    files: Files,
    pages: BTreeMap<String, Page>,
}

impl Story {
    fn begin(seed: u64) -> Story {
        let lab = Lab::empty();
        lab.put("data/site.yaml", SITE);
        lab.put("content/media/plein.svg", picture(0));
        lab.put(".gitignore", "public\n");
        let at: Timestamp = "2026-11-20T22:59:58Z".parse().expect("a moment");
        lab.git(&at.to_string(), &["init", "-q", "-b", "main"]);
        let mut story = Story {
            lab,
            chance: Chance(seed),
            records: vec![],
            at,
            made: 0,
            commits: vec![],
            readers: vec![],
            full: BTreeMap::new(),
            files: Files::new(),
            pages: BTreeMap::new(),
        };
        for kind in [1, 1, 0, 2] {
            story.add(kind);
        }
        story.commit();
        story
    }

    fn add(&mut self, kind: usize) {
        self.made += 1;
        // Some names stand before those that are there, and some come back.
        let letter = ["a", "m", "z"][self.chance.below(3)];
        let slug = format!("{letter}{}", self.chance.below(self.made + 2));
        if self
            .records
            .iter()
            .any(|r| r.kind == kind && (r.slug == slug || r.id.as_ref() == Some(&slug)))
        {
            return;
        }
        let days = self.chance.below(4) as i64 - 1;
        let spaces: Vec<&str> = self
            .records
            .iter()
            .filter(|r| r.kind == 1)
            .map(|r| &*r.slug)
            .collect();
        let space = match spaces.len() {
            0 => None,
            n => Some(spaces[self.chance.below(n)].to_owned()).filter(|_| kind == 0),
        };
        let record = Record {
            kind,
            slug,
            id: None,
            draft: self.chance.one_in(4),
            words: 0,
            translated: false,
            date: (self.at + (24 * days).hours())
                .strftime("%Y-%m-%d")
                .to_string(),
            space,
            picture: self.chance.one_in(4),
        };
        self.lab.put(&record.path(), record.text());
        self.records.push(record);
    }

    /// Whether others name a record.
    fn is_named(&self, record: &Record) -> bool {
        record.kind == 1
            && self
                .records
                .iter()
                .any(|other| other.space.as_ref() == Some(&record.slug))
    }

    fn edit(&mut self) {
        let n = self.chance.below(self.records.len());
        let mut record = self.records[n].clone();
        let (path, translation) = (record.path(), record.path().replace(".md", ".en.md"));
        match self.chance.below(11) {
            0 | 1 => return self.add(self.chance.0 as usize % KINDS.len()),
            2 if self.records.len() > 3 && !self.is_named(&record) => {
                self.lab.remove(&path);
                if record.translated {
                    self.lab.remove(&translation);
                }
                self.records.remove(n);
                return;
            }
            3 if !self.is_named(&record) => {
                let keeps = self.chance.one_in(2);
                record.id = record.id.or(keeps.then(|| record.slug.clone()));
                self.made += 1;
                record.slug = format!("n{}", self.made);
                self.lab.remove(&path);
                if record.translated {
                    self.lab.remove(&translation);
                    record.translated = false;
                }
            }
            4 | 5 => record.draft = !record.draft,
            6 if record.translated => {
                self.lab.remove(&translation);
                record.translated = false;
            }
            6 => {
                self.lab.put(
                    &translation,
                    format!("---\ntitle: Words {}\n---\n\nText.\n", self.made),
                );
                record.translated = true;
            }
            7 if record.id.is_none() || !self.is_named(&record) => {
                self.made += 1;
                record.id = Some(format!("id-{}", self.made));
            }
            8 if self.chance.one_in(2) => {
                self.made += 1;
                let site = SITE.replace("by/4.0", &format!("by/{}.0", self.made));
                self.lab.put("data/site.yaml", site);
            }
            9 if self.chance.one_in(2) => {
                self.made += 1;
                self.lab.put("content/media/plein.svg", picture(self.made));
            }
            _ => record.words += 1,
        }
        self.lab.put(&record.path(), record.text());
        self.records[n] = record;
    }

    fn commit(&mut self) {
        let date = self.at.to_string();
        self.lab.git(&date, &["add", "-A"]);
        self.lab
            .git(&date, &["commit", "-q", "--allow-empty", "-m", "next"]);
        let head = self.lab.git(&date, &["rev-parse", "HEAD"]);
        self.commits.push((head.trim().to_owned(), self.at));
    }

    /// Makes one commit of the last ones. Who read any of them begins anew: git does not know them now.
    fn squash(&mut self) {
        let keep = self
            .commits
            .len()
            .saturating_sub(1 + self.chance.below(4))
            .max(1);
        let lost = self.commits.get(keep).map_or(self.at, |(_, at)| *at);
        self.commits.truncate(keep);
        let base = self.commits[keep - 1].0.clone();
        self.at += 1.second();
        self.lab
            .git(&self.at.to_string(), &["reset", "-q", "--soft", &base]);
        self.commit();
        let known = number_at(lost);
        self.readers.retain(|reader| number(&reader.next) < known);
        self.full.clear();
    }

    /// Publishes, and keeps what belongs to the data.
    fn build(&mut self) {
        let root = self.lab.path("");
        let (folder, log) = (disk::read(&root), history::read(&root, self.at));
        let inputs = Inputs {
            folder: &folder,
            past: &log.past,
            now: self.at,
            preview: false,
        };
        let mut faults = Vec::new();
        let prepared = press::prepare(&inputs, &mut Default::default(), &mut faults);
        assert!(!press::has_errors(&faults), "{faults:?}");
        let (press, plan) = prepared.expect("a site");
        let data = plan
            .iter()
            .filter(|artifact| artifact.path.starts_with("/data/v1/"));
        let render = |artifact: &output::Artifact| {
            let bytes = output::render(&press, &plan, artifact).expect("bytes");
            (artifact.path.clone(), bytes)
        };
        self.files = data.map(render).collect();
        let pages = self
            .files
            .iter()
            .filter(|(file, _)| file.contains("/after-"));
        self.pages = pages
            .map(|(file, bytes)| {
                (
                    file.clone(),
                    read(std::str::from_utf8(bytes).expect("UTF-8")),
                )
            })
            .collect();
    }

    fn page(&self, address: &str) -> Option<&Page> {
        let (path, number) = address.split_once("?afterChangeNumber=").expect("a number");
        let path = path
            .strip_prefix("https://lab.example")
            .expect("of this site");
        self.pages.get(&format!("{path}/after-{number}.json"))
    }

    /// The records of a kind as they are published together.
    fn current(&self, kind: usize) -> BTreeMap<String, String> {
        let bytes = &self.files[&format!("/data/v1/{}.json", KINDS[kind])];
        let text = std::str::from_utf8(bytes).expect("UTF-8");
        let lines = text.lines().filter(|line| line.starts_with("{\"id\":"));
        let record = |line: &str| {
            let text = line.strip_suffix(',').unwrap_or(line);
            let value: Value = serde_json::from_str(text).expect("JSON");
            (
                value["id"].as_str().expect("a text").to_owned(),
                text.to_owned(),
            )
        };
        lines.map(record).collect()
    }

    /// Lets everybody read what is new, and somebody new everything.
    fn follow(&mut self) {
        for (kind, folder) in KINDS.iter().enumerate() {
            let new = Reader {
                kind,
                next: format!("{FEEDS}{folder}?afterChangeNumber=0"),
                records: BTreeMap::new(),
            };
            self.readers.push(new);
        }
        for reader in std::mem::take(&mut self.readers) {
            let mut later = reader.clone();
            self.poll(&mut later);
            assert_eq!(
                later.records,
                self.current(reader.kind),
                "from {}",
                reader.next
            );
            // Each goes on, and also stops reading for a while.
            for reader in [later, reader] {
                if !self.readers.iter().any(|other| other.next == reader.next) {
                    self.readers.push(reader);
                }
            }
        }
        self.readers.retain(|reader| number(&reader.next) > 0);
    }

    fn poll(&self, reader: &mut Reader) {
        let mut seen = BTreeSet::new();
        loop {
            let after = number(&reader.next);
            let page = self.page(&reader.next);
            let page = page
                .unwrap_or_else(|| panic!("{} leads nowhere", reader.next))
                .clone();
            let mut last = after;
            for (number, id, record) in &page.items {
                assert!(*number > last, "{id} is not newer than {last}");
                assert!(seen.insert(id.clone()), "{id} comes twice");
                last = *number;
                match record {
                    Some(record) => drop(reader.records.insert(id.clone(), record.clone())),
                    None => drop(reader.records.remove(id)),
                }
            }
            if page.items.is_empty() {
                assert_eq!(page.next, reader.next);
                return;
            }
            assert!(number(&page.next) >= last);
            reader.next = page.next;
        }
    }

    /// The pages and the list of feeds are as their schemas say.
    fn validate(&self) {
        let json =
            |path: &str| -> Value { serde_json::from_slice(&self.files[path]).expect("JSON") };
        let pages = self.pages.keys().map(|path| (path.as_str(), "changes"));
        for (path, schema) in pages.chain([("/data/v1/feeds.json", "feeds")]) {
            let schema = json(&format!("/data/v1/schema/{schema}.json"));
            let validator = jsonschema::draft202012::new(&schema).expect("a schema");
            let page = json(path);
            let faults: Vec<String> = validator
                .iter_errors(&page)
                .map(|e| e.to_string())
                .collect();
            assert!(faults.is_empty(), "{path}: {faults:?}");
        }
    }

    /// What was full keeps its name and its range, and only loses items.
    fn look_at_full_pages(&mut self) {
        for (file, old) in &self.full {
            let page = self
                .pages
                .get(file)
                .unwrap_or_else(|| panic!("{file} is gone"));
            let names = |page: &Page| -> BTreeSet<(i64, String)> {
                let name = |item: &(i64, String, Option<String>)| (item.0, item.1.clone());
                page.items.iter().map(name).collect()
            };
            let (was, is) = (names(old), names(page));
            if was.intersection(&is).next().is_some() {
                assert!(is.is_subset(&was), "{file}: {is:?} after {was:?}");
                assert_eq!(page.next, old.next, "{file}");
            }
        }
        for (file, page) in &self.pages {
            let further = self.page(&page.next);
            let further = further.unwrap_or_else(|| panic!("{file} leads nowhere"));
            if !further.items.is_empty() {
                self.full.insert(file.clone(), page.clone());
            }
        }
    }
}

/// Plays a story: editors edit and commit, sometimes within one second and sometimes days apart, now and
/// then somebody squashes, and the site is published after most commits but not after all.
/// A picture of which no two are the same.
fn picture(number: impl std::fmt::Display) -> String {
    format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\"><!-- {number} --></svg>")
}

fn play(seed: u64) {
    let mut story = Story::begin(seed);
    for _ in 0..STEPS {
        for _ in 0..=story.chance.below(2) {
            story.edit();
        }
        story.commit();
        let seconds = [0, 0, 1, 3_600, 50_000][story.chance.below(5)];
        if story.chance.one_in(8) {
            story.squash();
        }
        if !story.chance.one_in(3) {
            story.build();
            story.follow();
            story.look_at_full_pages();
        }
        story.at += seconds.seconds();
    }
    story.validate();
}

#[test]
fn whoever_follows_the_changes_holds_what_is_there() {
    play(20_261_122);
}

#[test]
fn whoever_follows_the_changes_holds_what_is_there_in_other_labs() {
    play(88_172_645_463_325_252);
    play(1_442_695_040_888_963_407);
}

#[test]
fn a_name_that_nobody_was_to_know_is_not_told_when_it_goes() {
    let mut story = Story::begin(1);
    let text = |fields: &str| format!("---\ntitle: A\n{fields}---\n\nTekst.\n");
    let write = |story: &mut Story, name: &str, fields: &str| {
        story
            .lab
            .put(&format!("content/articles/{name}.md"), text(fields));
    };
    write(&mut story, "geheim", "date: 2026-01-01\ndraft: true\n");
    write(&mut story, "later", "date: 2027-01-01\n");
    write(&mut story, "terug", "date: 2026-01-01\n");
    write(&mut story, "weg", "date: 2026-01-01\n");
    story.commit();
    write(&mut story, "terug", "date: 2026-01-01\ndraft: true\n");
    story.lab.remove("content/articles/geheim.md");
    story.lab.remove("content/articles/later.md");
    story.lab.remove("content/articles/weg.md");
    story.at += 1.second();
    story.commit();
    let deleted = |story: &mut Story| -> Vec<String> {
        story.build();
        let page = &story.pages["/data/v1/changes/articles/after-0.json"];
        let gone = page.items.iter().filter(|(.., record)| record.is_none());
        gone.map(|(_, id, _)| id.clone()).collect()
    };
    let both = ["terug", "weg"].map(|name| format!("https://lab.example/id/article/{name}"));
    assert_eq!(deleted(&mut story), both);
    story.at += (399 * 24).hours();
    assert_eq!(deleted(&mut story), both);
    story.at += 48.hours();
    assert_eq!(deleted(&mut story), [""; 0]);
}

#[test]
fn without_history_everything_is_there_once() {
    let mut story = Story::begin(1);
    std::fs::remove_dir_all(story.lab.path(".git")).expect("it was there");
    story.build();
    story.follow();
    story.validate();
}
