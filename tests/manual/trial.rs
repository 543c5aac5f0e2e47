//! The examples of a page, tried in a small lab.

use super::ROOT;
use super::support::manual::{Block, Page};
use super::support::{Lab, NOW, updates};
use plein::content::shape::shape;
use plein::content::{KINDS, parse};
use plein::diagnostic::{Diagnostic, Diagnostics, Language, Severity, terminal};
use plein::press::{self, Inputs};
use plein::source::past::Past;
use plein::source::{SourceId, Sources, disk};
use plein::yaml;
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// What a record of the examples has where nothing else is said.
const REQUIRED: &[(&str, &str)] = &[
    ("title", "Voorbeeld"),
    ("start", "2026-12-09T19:30"),
    ("direction", "need"),
    ("category", "tool"),
    ("deadline", "2027-01-31"),
    ("city", "Athene"),
    ("country", "GR"),
    ("date", "2026-11-20"),
];

/// What is wrong with the examples of a page.
pub fn trial(page: &Page) -> Vec<String> {
    let blocks = page.blocks();
    let mut trial = Trial {
        page,
        lab: lab_of(page.language, page.text.contains("media/soep.jpg")),
        files: vec![],
        failures: vec![],
    };
    let mut next = blocks.iter().peekable();
    while let Some(block) = next.next() {
        let expected = next.next_if(|block| block.info == ["text", "expected"]);
        trial.block(block, expected);
    }
    trial.check(None);
    trial.failures
}

/// What is wrong with a site, and with each page that a theme of its own shows.
fn diagnostics(inputs: &Inputs) -> Diagnostics {
    let mut faults = Vec::new();
    let prepared = press::prepare(inputs, &mut parse::Cache::default(), &mut faults);
    if let Some((press, plan)) = prepared.filter(|_| !inputs.folder.theme.is_empty()) {
        let pages = plan
            .iter()
            .filter(|page| page.media_type.starts_with("text/html"));
        faults.extend(pages.filter_map(|page| plein::output::render(&press, &plan, page).err()));
    }
    press::sorted(faults, inputs)
}

/// The lab in which the examples of a page are tried.
pub fn lab_of(language: &str, with_picture: bool) -> Lab {
    let lab = Lab::empty();
    let made = lab.run(&["init", ".", "--now", NOW]);
    assert_eq!(made.code, Some(0), "{}", made.err);
    let site = fs::read_to_string(lab.path("data/site.yaml")).expect("it is there");
    let other = if language == "nl" { "en" } else { "nl" };
    let site = site.replace(
        "languages: [nl, en]",
        &format!("languages: [{language}, {other}]"),
    );
    let more = format!("\neditors_language: {language}\ncards: false\n");
    lab.put("data/site.yaml", site + &more);
    lab.put(
        "data/neighbourhoods.yaml",
        "- id: centrum\n  title: Centrum\n",
    );
    if with_picture {
        let photo = fs::read(Path::new(ROOT).join("content/media/keuken-soep.jpg"));
        lab.put("content/media/soep.jpg", photo.expect("a picture"));
    }
    for arguments in [
        &["init", "-q", "-b", "main"][..],
        &["add", "."],
        &["commit", "-qm", "Begin"],
    ] {
        lab.git("2026-11-01T12:00:00+01:00", arguments);
    }
    lab
}

struct Trial<'a> {
    page: &'a Page,
    lab: Lab,
    /// What was written and not looked at yet: path, and line in the page.
    files: Vec<(String, usize)>,
    failures: Vec<String>,
}

impl Trial<'_> {
    fn fail(&mut self, line: usize, why: &str) {
        let file = self.page.file.strip_prefix(ROOT);
        let file = file.unwrap_or(&self.page.file).display();
        self.failures.push(format!("{file}:{line}: {why}"));
    }

    fn block(&mut self, block: &Block, expected: Option<&Block>) {
        let info: Vec<&str> = block.info.iter().map(String::as_str).collect();
        match info[..] {
            ["text", "shown"] => {}
            ["curl" | "python" | "javascript"] => self.is_run_elsewhere(block),
            ["json"] => {
                if let Err(error) = serde_json::from_str::<Value>(&block.text) {
                    self.fail(block.line, &error.to_string());
                }
            }
            ["sh"] => self.commands(block, expected),
            ["sh", "parsed"] => self.parse(block),
            ["sh", "told"] if !block.text.starts_with("plein") => {}
            ["yaml", "site"] => self.part_of("data/site.yaml", block),
            ["yaml", name] if KINDS.iter().any(|kind| kind.name == name) => {
                let kind = KINDS.iter().find(|kind| kind.name == name);
                let kind = kind.expect("it was found");
                let path = format!("content/{}/voorbeeld-{}.md", kind.folder, block.line);
                let said = |field: &str| {
                    block.text.starts_with(&format!("{field}:"))
                        || block.text.contains(&format!("\n{field}:"))
                };
                let mut text = "---\n".to_owned();
                for field in shape(kind).required.iter().filter(|field| !said(field)) {
                    let value = REQUIRED.iter().find(|(name, _)| name == field);
                    let _ = writeln!(text, "{field}: {}", value.map_or("?", |(_, value)| value));
                }
                self.file(&path, &(text + &block.text + "---\n"), block, None);
            }
            ["yaml", path] if path.starts_with('.') => {
                let (_, faults) = yaml::parse(SourceId(0), &block.text, 0..block.text.len());
                if !faults.is_empty() {
                    self.fail(block.line, "it is no YAML");
                }
            }
            [_, path] if path.contains('/') => self.file(path, &block.text, block, None),
            [_, path, "wrong"] => self.file(path, &block.text, block, Some(expected)),
            _ => self.fail(block.line, &format!("nothing tries `{}`", info.join(" "))),
        }
    }

    /// Writes a file. One that is wrong is looked at by itself, and taken away again.
    fn file(&mut self, path: &str, text: &str, block: &Block, wrong: Option<Option<&Block>>) {
        if wrong.is_some() || self.files.iter().any(|(known, _)| known == path) {
            self.check(None);
        }
        let before = fs::read(self.lab.path(path)).ok();
        self.lab.put(path, text);
        self.files.push((path.to_owned(), block.line));
        if let Some(expected) = wrong {
            self.check(Some((block, expected)));
            match before {
                Some(bytes) => self.lab.put(path, bytes),
                None => self.lab.remove(path),
            }
        }
    }

    /// Puts the fields of a block in the place of those of a file, looks, and puts back what was there.
    fn part_of(&mut self, path: &str, block: &Block) {
        self.check(None);
        let before = fs::read_to_string(self.lab.path(path)).expect("it is there");
        let name = |line: &str| line.split(':').next().unwrap_or("").to_owned();
        let own: Vec<String> = block.text.lines().map(name).collect();
        let mut inside = false;
        let others = before.lines().filter(|line| {
            if !line.starts_with([' ', '#']) {
                inside = own.contains(&name(line));
            }
            !inside
        });
        let others: Vec<&str> = others.collect();
        self.lab.put(path, others.join("\n") + "\n" + &block.text);
        self.files.push((path.to_owned(), block.line));
        self.check(None);
        self.lab.put(path, before);
    }

    /// Looks whether anything is wrong with the lab that should not be.
    fn check(&mut self, wrong: Option<(&Block, Option<&Block>)>) {
        let files = std::mem::take(&mut self.files);
        if files.is_empty() {
            return;
        }
        let folder = disk::read(&self.lab.path(""));
        let inputs = Inputs {
            folder: &folder,
            past: &Past::default(),
            now: NOW.parse().expect("a moment"),
            preview: true,
        };
        let diagnostics = diagnostics(&inputs);
        let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error);
        let told = self.told(errors, &folder.sources);
        let Some((block, expected)) = wrong else {
            if !told.is_empty() {
                let (_, line) = files[0];
                self.fail(line, &format!("something is wrong from here on:\n{told}"));
            }
            return;
        };
        match expected {
            None => self.fail(block.line, "no `text expected` follows"),
            Some(expected) if expected.text == told => {}
            Some(expected) if updates() => self.page.rewrite(expected, &told),
            Some(expected) => self.fail(expected.line, &format!("it says instead:\n{told}")),
        }
    }

    fn told<'a>(&self, found: impl Iterator<Item = &'a Diagnostic>, sources: &Sources) -> String {
        let language = match self.page.language {
            "nl" => Language::Nl,
            _ => Language::En,
        };
        let told: Vec<String> = found
            .map(|d| terminal::render(d, sources, language, false))
            .collect();
        match told.is_empty() {
            true => String::new(),
            false => told.join("\n\n") + "\n",
        }
    }

    /// Runs commands as they stand there.
    fn commands(&mut self, block: &Block, expected: Option<&Block>) {
        self.check(None);
        let folder = Path::new(env!("CARGO_BIN_EXE_plein")).parent();
        let path = format!("PATH={}:$PATH", folder.expect("a folder").display());
        let git = "export GIT_AUTHOR_NAME=Lab GIT_AUTHOR_EMAIL=lab@lab.example";
        let more = "GIT_COMMITTER_NAME=Lab GIT_COMMITTER_EMAIL=lab@lab.example";
        let now = "SOURCE_DATE_EPOCH=1795345200"; // 2026-11-22T11:00:00Z
        let script = format!("set -eu\n{path}\n{git} {more} {now}\n{}", block.text);
        let ran = self.lab.wait(self.lab.shell(&script, &[]));
        let printed = format!("{}\n{}", ran.out, ran.err);
        if ran.code != Some(0) {
            self.fail(
                block.line,
                &format!("it ends with {:?}:\n{printed}", ran.code),
            );
        }
        let mut lines = printed.lines().map(str::trim_end);
        for line in expected.iter().flat_map(|block| block.text.lines()) {
            if !lines.any(|printed| printed == line.trim_end()) {
                let line = format!("`{line}` is not printed in its turn, but:\n{printed}");
                return self.fail(block.line, &line);
            }
        }
    }

    /// Only parses commands: asked for help besides, a command does nothing but complain.
    fn parse(&mut self, block: &Block) {
        for line in block.text.lines() {
            let command = line.split(" #").next().unwrap_or("").trim();
            let Some(arguments) = command.strip_prefix("plein ") else {
                continue;
            };
            let script = format!("\"$0\" {arguments} --help");
            let ran = self.lab.wait(self.lab.shell(&script, &[]));
            if ran.code != Some(0) {
                self.fail(block.line, &ran.err);
            }
        }
    }

    /// An example for the data needs the whole demo, and the programs of others.
    fn is_run_elsewhere(&mut self, block: &Block) {
        let run = fs::read_to_string(Path::new(ROOT).join("tests/run")).expect("it is there");
        let prefix = if self.page.language == "nl" {
            ""
        } else {
            "en/"
        };
        let address = format!(" {prefix}manual/{}/index.html", self.page.slug);
        if !run.contains(&address) {
            self.fail(block.line, &format!("examples.py is not given{address}"));
        }
    }
}
