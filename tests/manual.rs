//! The manual on the demo site, `/manual/`: every block of code in it is tried, and what can be
//! generated is.
//!
//! What stands behind the fence of a block says how it is tried, in a small lab of the page's own:
//!
//! - `markdown content/…`, `yaml data/…`, `jinja themes/…` and the like: a file. Nothing may be wrong
//!   with the lab then. With `wrong` something is: a block `text expected` follows with the message.
//! - `yaml event`, or another kind: a part of its front matter. `yaml site`: a part of `data/site.yaml`.
//! - `sh`: commands. With `parsed` those of Plein are only parsed, since they wait, or need a network or
//!   a browser; with `told` they are not tried, and none of them is Plein's. A block `text expected`
//!   after it has lines that are printed, in that order.
//! - `curl`, `python`, `javascript`: `tests/conformance/examples.py` runs them with the built demo.
//! - `text shown` is no code.
//!
//! `UPDATE=1 cargo test --test manual --test stories` writes messages and generated parts anew.

#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;

use plein::content::shape::shape;
use plein::content::{KINDS, parse};
use plein::diagnostic::{Diagnostic, Diagnostics, Language, Severity, terminal};
use plein::edit::form::{Words, form};
use plein::output::{Artifact, Subject};
use plein::press::{self, Inputs};
use plein::source::past::Past;
use plein::source::{Source, SourceId, Sources, disk, history};
use plein::yaml;
use rayon::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use support::manual::{Block, Page, pages};
use support::{Lab, NOW, files, updates};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

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

#[test]
fn every_example_in_the_manual_does_what_it_says() {
    let pages = pages();
    assert!(pages.iter().any(|page| page.slug == "editors"));
    let failures: Vec<String> = pages.par_iter().flat_map(trial).collect();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// What is wrong with the examples of a page.
fn trial(page: &Page) -> Vec<String> {
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
        let pages = plan.iter().filter(|page| page.media_type.starts_with("text/html"));
        faults.extend(pages.filter_map(|page| plein::output::render(&press, &plan, page).err()));
    }
    press::sorted(faults, inputs)
}

/// The lab in which the examples of a page are tried.
fn lab_of(language: &str, with_picture: bool) -> Lab {
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
                let said = |field: &str| block.text.starts_with(&format!("{field}:"))
                    || block.text.contains(&format!("\n{field}:"));
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
        let errors = diagnostics
            .iter()
            .filter(|d| d.severity == Severity::Error);
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
            self.fail(block.line, &format!("it ends with {:?}:\n{printed}", ran.code));
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
        let prefix = if self.page.language == "nl" { "" } else { "en/" };
        let address = format!(" {prefix}manual/{}/index.html", self.page.slug);
        if !run.contains(&address) {
            self.fail(block.line, &format!("examples.py is not given{address}"));
        }
    }
}

#[test]
fn what_is_generated_in_the_manual_is_fresh() {
    let values = values();
    let make = |page: &Page, parts: &[&str]| match parts {
        ["fields", kind] => Some(fields(kind, page.language)),
        ["values", group] => Some(table(values.get(*group)?, page.language)),
        ["groups"] => Some(groups(&values, page.language)),
        ["functions"] => Some(functions()),
        ["components"] => Some(components()),
        ["tokens"] => Some(tokens()),
        _ => None,
    };
    let pages = pages();
    let stale: Vec<String> = pages
        .iter()
        .filter_map(|page| page.generated(|parts| make(page, parts)))
        .collect();
    assert!(
        stale.is_empty(),
        "\n{}\nUPDATE=1 cargo test --test manual writes them anew",
        stale.join("\n")
    );
    for page in pages.iter().filter(|page| page.slug == "values") {
        let is_untold = |group: &&String| {
            let begins = format!("generated: values {group} -->");
            !page.text.contains(&begins)
        };
        let untold: Vec<&String> = values.keys().filter(is_untold).collect();
        assert!(untold.is_empty(), "{}: {untold:?}", page.file.display());
    }
}

/// Each kind has the least that a file can hold, and all that it can.
#[test]
fn the_manual_shows_all_that_each_kind_can_hold() {
    let words = Words::of("en");
    for page in pages().iter().filter(|page| page.slug == "kinds") {
        let blocks = page.blocks();
        for kind in KINDS {
            let folder = format!("content/{}/", kind.folder);
            let own = |block: &&Block| {
                let mut info = block.info.iter().skip(1);
                info.next().is_some_and(|path| path.starts_with(&folder))
            };
            let examples: Vec<&Block> = blocks.iter().filter(own).collect();
            let [least, .., most] = examples[..] else {
                panic!("{}: two examples of {}", page.file.display(), kind.name);
            };
            assert!(least.text.lines().count() <= 10, "{}: the least", kind.name);
            let shown = form(kind, &words);
            let names = shown.as_array().into_iter().flatten();
            let missing: Vec<&str> = names
                .filter_map(|field| field["name"].as_str())
                .filter(|name| !common().contains(&(*name).to_owned()))
                // What is the same in other words.
                .filter(|name| !["rrule", "duration"].contains(name))
                .filter(|name| !most.text.contains(&format!("\n{name}:")))
                .collect();
            assert!(missing.is_empty(), "{} lacks {missing:?}", kind.name);
        }
    }
}

/// The fields that every kind has.
fn common() -> Vec<String> {
    let words = Words::of("en");
    let names = |kind| -> Vec<String> {
        let form = form(kind, &words);
        let names = form.as_array().into_iter().flatten();
        names
            .filter_map(|field| Some(field["name"].as_str()?.to_owned()))
            .collect()
    };
    let all: Vec<Vec<String>> = KINDS.iter().map(names).collect();
    let first = all[0].iter();
    first
        .filter(|name| all.iter().all(|names| names.contains(name)))
        .cloned()
        .collect()
}

/// A table of the fields of a kind, or of those that every kind has.
fn fields(kind: &str, language: &str) -> String {
    let dutch = language == "nl";
    let say = |nl: &'static str, en: &'static str| if dutch { nl } else { en };
    let common = common();
    let of = KINDS.iter().find(|known| known.name == kind);
    let form = form(of.unwrap_or(&KINDS[0]), &Words::of(language));
    let mut text = say("| veld | wat |", "| field | what |").to_owned() + "\n|---|---|\n";
    for field in form.as_array().into_iter().flatten() {
        let name = field["name"].as_str().unwrap_or_default();
        if common.contains(&name.to_owned()) != of.is_none() {
            continue;
        }
        let label = field["label"].as_str().unwrap_or_default();
        let help = field["help"].as_str().unwrap_or_default().replace('|', "\\|");
        let required = match field["required"] == true {
            true => say(" **Moet.**", " **Required.**"),
            false => "",
        };
        let choices = field["choices"].as_array().or(field["item"]["choices"].as_array());
        let choices: Vec<String> = choices
            .into_iter()
            .flatten()
            .filter_map(|choice| {
                let (value, label) = (choice["value"].as_str()?, choice["label"].as_str()?);
                Some(match dutch && value != label {
                    true => format!("`{value}` ({label})"),
                    false => format!("`{value}`"),
                })
            })
            .collect();
        let choices = match choices.is_empty() {
            true => String::new(),
            false => format!(" {} {}.", say("Kies:", "Choose:"), choices.join(", ")),
        };
        let (stop, help) = match (dutch, help.is_empty()) {
            (false, false) => ("", help),
            (_, true) => (".", String::new()),
            (true, false) => (".", format!(" {help}")),
        };
        let label = if stop.is_empty() { "" } else { label };
        let _ = writeln!(text, "| `{name}` | {label}{stop}{help}{required}{choices} |");
    }
    text
}

/// What sorts of value one is, and an example of it.
#[derive(Default)]
struct Known {
    sorts: Vec<&'static str>,
    example: String,
}

/// Values by their first name, then by the whole.
type Values = BTreeMap<String, BTreeMap<String, Known>>;

/// A page of the theme that shows nothing but its values; what others put into it comes to nothing.
const DUMP: &str = "{{ __tera_context | safe }}\
    {% if false %}{% block head %}{% endblock head %}{% block breadcrumbs %}{% endblock breadcrumbs %}\
    {% block main %}{% endblock main %}{% endif %}";

/// Every value that templates get, in English: on the demo site, and on a lab with all that the manual shows, from
/// which the examples are.
fn values() -> Values {
    let mut values = Values::new();
    let mut demo = disk::read(Path::new(ROOT));
    // The manual's own words would be in its own tables.
    let manual: Vec<String> = pages().into_iter().map(|page| page.slug).collect();
    let is_manual = |source: &Source| {
        let stem = source.path.strip_prefix("content/pages/");
        let slug = stem.and_then(|stem| stem.split('.').next());
        slug.is_some_and(|slug| manual.iter().any(|page| page == slug))
    };
    let sources = demo.sources.iter().map(|(_, source)| source.clone());
    demo.sources = Sources::new(sources.filter(|source| !is_manual(source)).collect());
    let lab = lab_of("en", true);
    for page in pages().iter().filter(|page| page.slug == "kinds" && page.language == "en") {
        for block in page.blocks() {
            if let Some(path) = block.info.get(1).filter(|path| path.contains('/')) {
                lab.put(path, block.text);
            }
        }
    }
    // So that there is something to tell of what changed.
    let commit = |day: &str| {
        lab.git(day, &["add", "."]);
        lab.git(day, &["commit", "-qm", "Write"]);
    };
    commit("2026-11-20T12:00:00+01:00");
    lab.edit("content/events/soep-koken.md", "T17:30", "T18:30");
    lab.edit("content/events/lasavond.md", "status: scheduled", "status: cancelled");
    commit("2026-11-21T12:00:00+01:00");
    let now = NOW.parse().expect("a moment");
    let past = history::read(&lab.path(""), now).past;
    show_values(disk::read(&lab.path("")), &past, &mut values);
    show_values(demo, &Past::default(), &mut values);
    values
}

/// Adds the values that the templates of a site get.
fn show_values(mut folder: disk::Folder, past: &Past, values: &mut Values) {
    let plain = |mut source: Source| {
        if source.path == "data/site.yaml" {
            let lines = source.text.lines();
            let lines = lines.filter(|line| !line.starts_with("theme:") && !line.starts_with("cards:"));
            let lines: Vec<&str> = lines.chain(["theme: dump", "cards: false"]).collect();
            source.text = lines.join("\n").into();
        }
        source
    };
    let sources = folder.sources.iter().map(|(_, source)| source.clone());
    folder.sources = Sources::new(sources.map(plain).collect());
    let base = "themes/dump/templates/base.html".to_owned();
    folder.theme.insert(base, DUMP.as_bytes().into());
    let inputs = Inputs {
        folder: &folder,
        past,
        now: NOW.parse().expect("a moment"),
        preview: false,
    };
    let mut faults = Vec::new();
    let prepared = press::prepare(&inputs, &mut parse::Cache::default(), &mut faults);
    let (press, plan) = prepared.expect("the site can be built");
    let english = press.site.codes.iter().position(|code| code == "en");
    let is_shown = |page: &&Artifact| {
        page.media_type.starts_with("text/html")
            && page.language == english
            && !matches!(page.subject, Subject::Redirect(..))
    };
    let pages: Vec<&Artifact> = plan.iter().filter(is_shown).collect();
    let shown = pages.par_iter().filter_map(|page| {
        let bytes = plein::output::render(&press, &plan, page).ok()?;
        serde_json::from_slice(&bytes).ok()
    });
    let shown: Vec<Value> = shown.collect();
    assert!(shown.len() > 20, "{} pages show their values", shown.len());
    let before: Vec<String> = values.values().flat_map(BTreeMap::keys).cloned().collect();
    let mut more = Values::new();
    for page in shown {
        for (name, value) in page.as_object().into_iter().flatten() {
            walk(name, value, &mut more);
        }
    }
    for (group, more) in more {
        let group = values.entry(group).or_default();
        for (name, known) in more {
            match before.contains(&name) {
                false => drop(group.insert(name, known)),
                true => {
                    let own = group.entry(name).or_default();
                    own.sorts.extend(known.sorts);
                    own.sorts.sort_unstable();
                    own.sorts.dedup();
                }
            }
        }
    }
}

/// Groups whose names are those of kinds, folders or fields.
const BY_NAME: &[&str] = &["entry.related", "entry.referenced_by", "site.sections"];
/// What editors and themes fill themselves.
const OPEN: &[&str] = &["entry.data", "entry.extra"];

/// What differs with every byte of the data.
const UNSTABLE: &[&str] = &[".size", ".bytes"];

fn walk(name: &str, value: &Value, values: &mut Values) {
    let is_unstable = UNSTABLE.iter().any(|end| name.ends_with(end));
    let is_card = name != "entry" && value["kind_name"].is_string() && value["url"].is_string();
    let sort = match value {
        _ if is_card => "Card",
        Value::Object(_) => "map",
        Value::Array(_) => "list",
        Value::String(_) => "string",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::Null => return,
    };
    let group = name.split(['.', '[']).next().unwrap_or(name);
    let known = values.entry(group.to_owned()).or_default();
    let known = known.entry(name.to_owned()).or_default();
    if !known.sorts.contains(&sort) {
        known.sorts.push(sort);
        known.sorts.sort_unstable();
    }
    match value {
        Value::Object(fields) if !OPEN.contains(&name) => {
            let name = if is_card { "Card" } else { name };
            for (field, value) in fields {
                match BY_NAME.contains(&name) {
                    true => walk(&format!("{name}.*"), value, values),
                    false => walk(&format!("{name}.{field}"), value, values),
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                walk(&format!("{name}[]"), item, values);
            }
        }
        _ if is_unstable => {}
        // The shortest example, and of these the first: it depends on the fewest words of the demo.
        Value::String(_) | Value::Bool(_) | Value::Number(_) => {
            let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let rank = |text: &str| (text.is_empty(), text.len(), text.to_owned());
            if known.example.is_empty() || rank(&shown) < rank(&known.example) {
                known.example = shown;
            }
        }
        _ => {}
    }
}

/// A table of values.
fn table(values: &BTreeMap<String, Known>, language: &str) -> String {
    let head = match language {
        "nl" => "| waarde | soort | bijvoorbeeld |",
        _ => "| value | type | for example |",
    };
    let mut text = format!("{head}\n|---|---|---|\n");
    for (name, known) in values {
        let flat = known.example.replace(['\n', '|'], " ");
        let short: String = flat.chars().take(60).collect();
        let more = if short.len() < flat.len() { " …" } else { "" };
        let example = match short.trim().replace('`', "'") {
            none if none.is_empty() => String::new(),
            shown => format!("`{shown}{more}`"),
        };
        let _ = writeln!(text, "| `{name}` | {} | {example} |", known.sorts.join(", "));
    }
    text
}

/// Which groups of values there are.
fn groups(values: &Values, _language: &str) -> String {
    let names: Vec<String> = values.keys().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// Functions and filters: the first line of what is written above each.
fn functions() -> String {
    let mut text = String::new();
    for file in ["functions.rs", "fragments.rs"] {
        let source = fs::read_to_string(Path::new(ROOT).join("src/theme").join(file));
        let source = source.expect("it is there");
        let calls = source.split("engine.register_").skip(1).filter_map(|call| {
            let name = call.split('"').nth(1)?;
            Some((name, call.starts_with("filter")))
        });
        for (name, is_filter) in calls {
            let begins = match is_filter {
                true => format!("| {name}("),
                false => format!("/// `{name}("),
            };
            let line = source
                .lines()
                .find(|line| line.starts_with("/// `") && line.contains(&begins));
            let line = line.unwrap_or_else(|| panic!("`{name}` of {file} is not described"));
            let _ = writeln!(text, "- {}", line.trim_start_matches("/// "));
        }
    }
    text
}

/// Components of templates, with what they are given.
fn components() -> String {
    let folder = Path::new(ROOT).join("themes/plein/templates/components");
    let mut text = String::new();
    for (name, bytes) in files(&folder) {
        let source = String::from_utf8_lossy(&bytes).into_owned();
        let heads = source.split("{% component ").skip(1);
        let heads: Vec<String> = heads
            .filter_map(|head| head.split(" %}").next())
            .map(|head| format!("`{}`", head.replace('\n', " ")))
            .collect();
        let _ = writeln!(text, "- **{}** {}", name.trim_end_matches(".html"), heads.join(", "));
    }
    text
}

/// The tokens of the NL Design System that style sheets ask for.
fn tokens() -> String {
    let mut found: Vec<String> = Vec::new();
    for (_, bytes) in files(&Path::new(ROOT).join("themes/plein/styles")) {
        let source = String::from_utf8_lossy(&bytes).into_owned();
        for part in source.split("--basis-").skip(1) {
            let end = |c: char| !(c.is_ascii_alphanumeric() || c == '-');
            let name = part.split(end).next().unwrap_or_default();
            found.push(format!("`--basis-{name}`"));
        }
    }
    found.sort();
    found.dedup();
    found.join(", ")
}
