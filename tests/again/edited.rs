//! A lab under chance edits, damage and crashes, and what its output must be.

use super::support;
use plein::press::{self, Inputs};
use plein::source::{disk, history};
use plein::tree::{Digest, Manifest};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;
use support::chance::Chance;
use support::{Files, Lab};

/// The moments of builds, in minutes after the first: the same, later that day, another day, and back again.
const MINUTES: [i64; 9] = [0, 0, 0, 1, 7, 45, 400, 1500, 90_000];
/// The outputs that need a decoder of pictures are for few labs: they take most of the time.
const CARDS_IN: u64 = 7;

/// What a record says, each field to be changed by itself.
#[derive(Clone, Copy, Default)]
struct Record {
    title: usize,
    /// None when 0.
    summary: usize,
    /// What the text begins with, which stands in for a summary.
    beginning: usize,
    /// The rest of its text.
    body: usize,
    heading: usize,
    link: usize,
    facts: usize,
    /// Its translation, when not 0.
    english: usize,
    draft: bool,
}

impl Record {
    fn text(&self, kind: &str, words: [&str; 2]) -> String {
        let Record {
            title,
            summary,
            beginning,
            body,
            heading,
            link,
            facts,
            ..
        } = self;
        let [text, word] = words;
        let mut front = format!("title: {word} {title}\n");
        if *summary > 0 {
            front += &format!("summary: In het kort {summary}.\n");
        }
        if text == "Tekst" {
            front += &facts_of(kind, *facts);
            front += if self.draft { "draft: true\n" } else { "" };
        }
        let long = "Hier staat een lange zin die niet verandert, en nog een. ".repeat(5);
        let link = match link % 4 {
            1 => "Zie [de keuken](../spaces/keuken.md).",
            2 => "Zie [ons](/over/).",
            3 => "![Een zon](../media/zon.svg)",
            _ => "",
        };
        let heading = match heading {
            0 => String::new(),
            n => format!("## Kop {n}\n\n"),
        };
        format!("---\n{front}---\n\n{text} {beginning}. {long}\n\n{heading}Einde {body}. {link}\n")
    }
}

fn facts_of(kind: &str, facts: usize) -> String {
    let day = 20 + facts % 9;
    match kind {
        "events" => {
            let programme = if facts.is_multiple_of(3) {
                "programme: reeks\n"
            } else {
                ""
            };
            let topic = ["energie", "wonen"][facts % 2];
            format!(
                "start: 2026-11-{day}T12:30\nduration: 2h\nspace: keuken\n{programme}topics: [{topic}]\n"
            )
        }
        "articles" => format!("date: 2026-11-{:02}\ntopics: [wonen]\n", 15 + facts % 12),
        "notices" => format!("direction: offer\ncategory: tool\nvalid_until: 2026-11-{day}\n"),
        "programmes" => "type: series\nperiod: {start: 2026-11-01, end: 2027-01-31}\n".to_owned(),
        _ => String::new(),
    }
}

const SITE: &str = "\
title: {nl: Ons lab, en: Our lab}
url: https://lab.example
timezone: Europe/Amsterdam
since: 2026-01-01
license: https://creativecommons.org/licenses/by/4.0/
publisher: { name: Ons lab, email: hallo@lab.example }
checks: { off: [{ code: check/no-summary, reason: tests are short }] }
";
const TOPICS: &str = "\
- { id: energie, title: { nl: Energie, en: Energy } }
- { id: wonen, title: { nl: Wonen, en: Housing } }
";

/// A lab under edits, and what we know of its output.
pub struct Edited {
    lab: Lab,
    /// What decides.
    pub chance: Chance,
    cards: bool,
    records: BTreeMap<(&'static str, String), Record>,
    minutes: i64,
    drafts: bool,
    /// Whether it speaks two languages.
    two: bool,
    /// What the last good build left there.
    good: Files,
    /// Whether anything changed since of what a build is made of.
    edited: bool,
    /// Files that somebody else changed since.
    tampered: bool,
    /// What was kept for the next build some builds ago.
    old_memory: Option<(std::path::PathBuf, Vec<u8>)>,
}

impl Edited {
    /// A lab with a few records, which chance edits in its own way for each seed.
    pub fn new(seed: u64) -> Self {
        let mut edited = Edited {
            lab: Lab::empty(),
            chance: Chance((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            cards: seed == CARDS_IN,
            records: BTreeMap::new(),
            minutes: 0,
            drafts: false,
            two: seed % 4 == 1,
            good: Files::new(),
            edited: true,
            tampered: false,
            old_memory: None,
        };
        edited.lab.put("data/site.yaml", edited.site(""));
        edited.lab.put("data/topics.yaml", TOPICS);
        edited.lab.put("content/media/zon.svg", picture(0));
        for (kind, slug) in [
            ("spaces", "keuken"),
            ("pages", "over"),
            ("events", "soep"),
            ("events", "brood"),
            ("articles", "open"),
            ("notices", "zaag"),
            ("programmes", "reeks"),
        ] {
            edited
                .records
                .insert((kind, slug.to_owned()), Record::default());
            edited.write(kind, slug);
        }
        edited
    }

    /// The configuration, with some lines more.
    fn site(&self, more: &str) -> String {
        let cards = if self.cards { "" } else { "cards: false\n" };
        let languages = if self.two { "[nl, en]" } else { "[nl]" };
        format!("{SITE}languages: {languages}\n{cards}{more}")
    }

    fn write(&self, kind: &'static str, slug: &str) {
        let record = self.records[&(kind, slug.to_owned())];
        let path = |language: &str| format!("content/{kind}/{slug}{language}.md");
        self.lab.put(&path(""), record.text(kind, ["Tekst", slug]));
        let english = Record {
            body: record.english,
            ..record
        };
        match record.english * usize::from(self.two) {
            0 => drop(fs::remove_file(self.lab.path(&path(".en")))),
            _ => self
                .lab
                .put(&path(".en"), english.text(kind, ["Text", "English"])),
        }
    }

    /// Something that an editor does, or that happens to files.
    pub fn edit(&mut self) -> String {
        let what = self.chance.below(26);
        self.edited |= what <= 17;
        match what {
            0..=12 => self.edit_record(what <= 7),
            13 => self.come_or_go(),
            14 | 15 => self.edit_site(),
            16 => {
                self.minutes = MINUTES[self.chance.below(MINUTES.len())];
                format!("build at minute {}", self.minutes)
            }
            17 => {
                self.drafts = self.chance.one_in(3);
                format!("drafts: {}", self.drafts)
            }
            18..=20 => self.harm_memory(),
            21 | 22 => self.tamper(),
            23 => self.leave_half_a_run(),
            _ => "nothing".to_owned(),
        }
    }

    fn any_record(&mut self) -> (&'static str, String) {
        let n = self.chance.below(self.records.len());
        self.records.keys().nth(n).expect("there is one").clone()
    }

    fn edit_record(&mut self, only_bodies: bool) -> String {
        let key = self.any_record();
        let (field, value) = (self.chance.below(10), self.chance.below(5));
        let field = if only_bodies { 9 } else { field };
        let record = self.records.get_mut(&key).expect("it is there");
        let name = match field {
            0 => ("title", record.title = value).0,
            1 => ("summary", record.summary = value).0,
            2 | 3 => ("beginning", record.beginning = value).0,
            4 => ("heading", record.heading = value).0,
            5 => ("link", record.link = value).0,
            6 => ("facts", record.facts = value).0,
            7 => ("translation", record.english = value).0,
            8 => ("draft", record.draft = value == 0 && key.0 == "articles").0,
            _ => ("body", record.body = value).0,
        };
        self.write(key.0, &key.1);
        format!("{name} {value} of {}/{}", key.0, key.1)
    }

    fn come_or_go(&mut self) -> String {
        let new = ("events", format!("nieuw-{}", self.chance.below(3)));
        let remove = |lab: &Lab, slug: &str| {
            for end in [".md", ".en.md"] {
                let _ = fs::remove_file(lab.path(&format!("content/events/{slug}{end}")));
            }
        };
        if let Some(record) = self.records.remove(&new) {
            remove(&self.lab, &new.1);
            if self.chance.one_in(2) {
                let renamed = format!("anders-{}", self.chance.below(2));
                self.records.insert(("events", renamed.clone()), record);
                self.write("events", &renamed);
                return format!("{} becomes {renamed}", new.1);
            }
            return format!("{} goes", new.1);
        }
        self.records.insert(new.clone(), Record::default());
        self.write("events", &new.1);
        format!("{} comes", new.1)
    }

    fn edit_site(&mut self) -> String {
        let value = self.chance.below(3);
        let (path, text) = match self.chance.below(10) {
            0 => (
                "data/site.yaml",
                self.site(&format!("page_size: {}\n", 2 + value)),
            ),
            // Compressing takes long in a program that is not optimised.
            1 if self.two => ("data/site.yaml", self.site("precompressed: [gz]\n")),
            2 => ("data/site.yaml", self.site("")),
            3 => {
                let water =
                    format!("- {{ id: water, title: {{ nl: Water {value}, en: Water }} }}\n");
                ("data/topics.yaml", format!("{TOPICS}{water}"))
            }
            4 => {
                let block = "{% extends \"plein/entry.html\" %}\n{% block before_body %}";
                let text = format!("{block}<p>Motto {value}</p>{{% endblock before_body %}}\n");
                ("themes/plein/templates/entry/page.html", text)
            }
            5 => {
                let _ = fs::remove_dir_all(self.lab.path("themes"));
                return "no theme".to_owned();
            }
            6 => (
                "themes/plein/styles/91-own.css",
                format!("p{{margin:{value}px}}"),
            ),
            7 => ("content/media/zon.svg", picture(value)),
            8 => {
                let created = format!("\"created\":\"2026-02-0{}T00:00:00Z\"", value + 1);
                let of = format!("{{{created},\"updated\":\"2026-03-01T00:00:00Z\"}}");
                let past = format!("{{\"files\":{{\"content/events/soep.md\":{of}}}}}");
                ("data/history.json", past)
            }
            _ => {
                let about = "\"kind\":\"event\",\"id\":\"https://elders.example/id/1\"";
                let title = format!("\"title\":{{\"en\":\"Elsewhere {value}\"}}");
                let record = format!("{{{about},{title},\"start\":\"2026-12-01T10:00:00Z\"}}");
                ("data/harvest/elders/events/een.json", record)
            }
        };
        self.lab.put(path, text);
        format!("{path} ({value})")
    }

    /// What is kept for the next build goes, is cut, has another byte, or is that of some builds ago.
    fn harm_memory(&mut self) -> String {
        let folder = self.lab.path(".plein");
        let Some(file) = memory(&folder) else {
            return "nothing is kept".to_owned();
        };
        let mut bytes = fs::read(&file).expect("it can be read");
        let at = self.chance.below(bytes.len());
        match self.chance.below(5) {
            0 => drop(fs::remove_dir_all(&folder)),
            1 => fs::write(&file, &bytes[..at]).expect("it can be written"),
            2 => {
                bytes[at] ^= 1 << self.chance.below(7);
                fs::write(&file, bytes).expect("it can be written");
            }
            3 => self.old_memory = Some((file, bytes)),
            _ => {
                // A run that was killed before it could keep anything.
                let old = self.old_memory.take();
                let written = old.map(|(file, bytes)| fs::write(file, bytes));
                return format!("what was kept before is back: {}", written.is_some());
            }
        }
        format!("what is kept is harmed at {at}")
    }

    /// Somebody else changes, replaces or removes a file of the output.
    fn tamper(&mut self) -> String {
        let files: Vec<&String> = self
            .good
            .keys()
            .filter(|path| !path.starts_with(".plein"))
            .collect();
        let path = files[self.chance.below(files.len())].clone();
        let whole = self.lab.path(&format!("public/{path}"));
        self.tampered = true;
        let Ok(mut bytes) = fs::read(&whole) else {
            return format!("{path} is gone already");
        };
        match self.chance.below(3) {
            0 => drop(fs::remove_file(&whole)),
            1 => fs::write(&whole, "iets anders").expect("it can be written"),
            // As long as before.
            _ => {
                if let Some(byte) = bytes.last_mut() {
                    *byte ^= 1;
                }
                fs::write(&whole, bytes).expect("it can be written");
            }
        }
        format!("somebody changed {path}")
    }

    /// What a run leaves that was killed while it renamed files in.
    fn leave_half_a_run(&mut self) -> String {
        let manifest = self.lab.path("public/.plein-manifest");
        let Ok(text) = fs::read_to_string(&manifest) else {
            return "there is no output".to_owned();
        };
        self.tampered = true;
        let mut half = String::new();
        for line in text.lines() {
            let (hash, path) = line.split_once("  ").expect("a hash and a path");
            match self.chance.one_in(6) {
                true => half += &format!("{}  {path}\n", "-".repeat(32)),
                false => half += &format!("{hash}  {path}\n"),
            }
            if half.ends_with(&format!("{}  {path}\n", "-".repeat(32))) && self.chance.one_in(2) {
                self.lab
                    .put(&format!("public/{path}"), "nieuw, en nog niet bekend");
            }
        }
        // It was killed before it began to rename, or while it did.
        if self.chance.one_in(2) {
            fs::write(manifest, half).expect("it can be written");
        }
        self.lab.put("public/.plein-stage/17", "half a file");
        "a run was killed".to_owned()
    }

    fn now(&self) -> jiff::Timestamp {
        let first: jiff::Timestamp = support::NOW.parse().expect("a moment");
        first + jiff::SignedDuration::from_mins(self.minutes)
    }

    /// What a whole build of the lab gives; nothing when there is a mistake in it.
    fn clean(&self) -> Option<Files> {
        if !self.edited {
            return Some(self.good.clone());
        }
        let root = self.lab.path("");
        let (folder, past) = (disk::read(&root), history::read(&root, self.now()).past);
        let inputs = Inputs {
            folder: &folder,
            past: &past,
            now: self.now(),
            preview: self.drafts,
        };
        let (tree, diagnostics) = press::build(&inputs);
        let hashes = tree
            .0
            .iter()
            .map(|(path, bytes)| (path.as_str().into(), Digest::of(bytes)));
        let manifest = Manifest(hashes.collect()).text().into_bytes();
        let mut files = tree.0;
        files.insert(".plein-manifest".to_owned(), manifest);
        (!diagnostics.has_errors()).then_some(files)
    }

    fn build(&self) -> u8 {
        let (site, now) = (
            self.lab.path("").display().to_string(),
            self.now().to_string(),
        );
        let mut arguments = vec!["plein", "-C", &site, "build", "--quiet", "--now", &now];
        arguments.extend(self.drafts.then_some("--drafts"));
        plein::cli::run_on(arguments.into_iter().map(Into::into))
    }

    /// Builds, and holds the output against a whole build.
    pub fn check(&mut self, edits: &[String]) {
        let before = times(&self.lab.path("public"));
        let Some(clean) = self.clean() else {
            // The last good output stays, whatever it is.
            let ran = self
                .lab
                .run(&["build", "--quiet", "--now", &self.now().to_string()]);
            assert!(
                self.drafts || ran.code == Some(1),
                "{edits:#?}\n{}",
                ran.err
            );
            return;
        };
        assert_eq!(self.build(), 0, "{edits:#?}");
        let found = self.lab.public();
        let report = support::diff::files(&clean, &found);
        assert!(report.is_empty(), "after {edits:#?}\n{report}");
        let after = times(&self.lab.path("public"));
        let same = clean
            .iter()
            .filter(|(path, bytes)| self.good.get(*path) == Some(bytes));
        for (path, _) in same.filter(|_| !self.tampered) {
            assert_eq!(
                before.get(path),
                after.get(path),
                "{path} was touched after {edits:#?}"
            );
        }
        (self.good, self.tampered, self.edited) = (clean, false, false);
    }
}

fn picture(n: usize) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 12{n} 80\"><rect width=\"9\" height=\"9\"/></svg>\n"
    )
}

fn memory(folder: &Path) -> Option<std::path::PathBuf> {
    let entries = fs::read_dir(folder).ok()?;
    let paths = entries.flatten().map(|entry| entry.path());
    paths
        .filter(|path| path.to_string_lossy().contains("build-"))
        .min()
}

/// When each file below a folder was written.
pub fn times(folder: &Path) -> BTreeMap<String, SystemTime> {
    let files = support::files(folder).into_keys();
    let modified = |path: &String| fs::metadata(folder.join(path)).and_then(|it| it.modified());
    files
        .filter_map(|path| Some((path.clone(), modified(&path).ok()?)))
        .collect()
}
