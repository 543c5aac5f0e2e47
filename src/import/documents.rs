//! The documents of a repository: what is read of each file, and which files are none.

use super::layout::{Files, Generator, Layout, Original, Skipped, language_code};
use super::matter::{self, Note};
use super::text;
use rayon::prelude::*;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Folders that hold no documents, whatever lies in them.
const ASIDE: [&str; 22] = [
    "node_modules",
    "vendor",
    "_site",
    "_layouts",
    "_includes",
    "_sass",
    "_data",
    "_plugins",
    "_templates",
    "_assets",
    "layouts",
    "themes",
    "archetypes",
    "resources",
    "dist",
    "bower_components",
    "templates",
    "_components",
    "_drafts_",
    "__tests__",
    "coverage",
    "test-fixtures",
];
/// Files about the repository and not of the site.
const ABOUT: [&str; 9] = [
    "readme",
    "license",
    "licence",
    "contributing",
    "code_of_conduct",
    "changelog",
    "security",
    "pull_request_template",
    "issue_template",
];

/// Reads every document, and tells which files are none.
pub fn read(files: &Files, layout: &Layout) -> (Vec<Original>, Vec<Skipped>) {
    let defaults = Defaults::read(files, layout);
    let candidates: Vec<(&String, &Vec<u8>)> = files.iter().collect();
    let one = |(path, bytes): (&String, &Vec<u8>)| document(path, bytes, layout, &defaults);
    let read: Vec<Option<Result<Original, Skipped>>> =
        candidates.into_par_iter().map(one).collect();
    let (mut originals, mut skipped) = (Vec::new(), Vec::new());
    for result in read.into_iter().flatten() {
        match result {
            Ok(original) => originals.push(original),
            Err(reason) => skipped.push(reason),
        }
    }
    (originals, skipped)
}

/// One file; nothing for what nobody would take for a document.
fn document(
    path: &str,
    bytes: &[u8],
    layout: &Layout,
    defaults: &Defaults,
) -> Option<Result<Original, Skipped>> {
    let below = layout
        .content
        .iter()
        .filter_map(|root| path.strip_prefix(root.as_str()));
    let below = below.min_by_key(|rest| rest.len())?;
    let (stem, extension) = below.rsplit_once('.')?;
    let html = matches!(extension, "html" | "htm");
    let skip = |why| Some(Err((path.to_owned(), why)));
    match extension {
        "md" | "markdown" | "mdx" | "mkd" | "html" | "htm" => {}
        "adoc" | "asciidoc" | "org" | "rst" | "textile" | "pandoc" => {
            return skip("a markup other than Markdown and HTML is not read");
        }
        _ => return None,
    }
    let folders: Vec<&str> = stem.split('/').collect();
    let (file, folders) = folders.split_last()?;
    let hidden = |part: &&str| part.starts_with('.') || ASIDE.contains(part);
    if folders.iter().any(hidden) {
        return None;
    }
    let decoded = text::decode(bytes);
    let mut notes: Vec<Note> = decoded
        .notes
        .iter()
        .map(|what| Note::repaired(what))
        .collect();
    let matter = matter::read(&decoded.text, &mut notes);
    let about = ABOUT.contains(&file.to_ascii_lowercase().as_str());
    if about
        && (!matter.present || layout.generator != Generator::Hugo)
        && !matter.fields.contains_key("title")
    {
        return skip("a file about the repository");
    }
    if !matter.present && (html || matches!(layout.generator, Generator::Jekyll)) {
        return skip("a file without front matter is copied as it is, and is no document");
    }
    if html && is_template(&matter.body) && !below.contains("_posts/") {
        return skip("a template: its body is made by a program");
    }
    let mut original = Original {
        path: path.to_owned(),
        folder: String::new(),
        name: String::new(),
        long_name: String::new(),
        date: None,
        language: None,
        index: false,
        fields: defaults.apply(path, below, matter.fields),
        body: matter.body,
        html,
        notes,
    };
    name(&mut original, file, folders, layout);
    if folders.contains(&"_drafts") {
        original
            .fields
            .insert("draft".to_owned(), Value::Bool(true));
    }
    Some(Ok(original))
}

fn is_template(body: &str) -> bool {
    body.contains("{% for")
        || body.contains("{%- for")
        || body.contains("{{ range")
        || body.contains("{{- range")
        || body.contains("{{ partial")
        || body.trim().is_empty()
}

/// Name, date, language and folder, as the path tells them.
fn name(original: &mut Original, file: &str, folders: &[&str], layout: &Layout) {
    let mut folders: Vec<String> = folders.iter().map(|folder| (*folder).to_owned()).collect();
    let known = |code: &str| {
        layout.languages.len() > 1 && layout.languages.contains(&code.to_ascii_lowercase())
    };
    let mut file = file;
    if let Some((stem, code)) = file.rsplit_once('.')
        && let Some(language) = language_code(code)
        && (known(&language) || code.len() == 2 && layout.generator != Generator::Jekyll)
    {
        original.language = Some(language);
        file = stem;
    }
    let by_root = |root: &&String| original.path.starts_with(root.as_str());
    let root = layout
        .content
        .iter()
        .filter(by_root)
        .max_by_key(|root| root.len());
    let last = root.and_then(|root| root.trim_end_matches('/').rsplit('/').next());
    if let Some(first) = folders.first().filter(|first| known(first)).cloned() {
        original.language.get_or_insert(first.to_ascii_lowercase());
        folders.remove(0);
    } else if let Some(language) = last.and_then(language_code).filter(|code| known(code)) {
        original.language.get_or_insert(language);
    }
    if layout.generator == Generator::Jekyll {
        folders.retain(|folder| folder != "_posts" || folders_are_all_posts(&original.path));
        for folder in &mut folders {
            *folder = folder.trim_start_matches('_').to_owned();
        }
    }
    original.index = file == "_index" || file == "index" && folders.is_empty();
    let bundle = matches!(file, "index" | "_index");
    let long = match (bundle, folders.last()) {
        (true, Some(folder)) => folder.clone(),
        (true, None) => "home".to_owned(),
        (false, _) => file.to_owned(),
    };
    if bundle && file == "index" && folders.len() > 1 {
        folders.pop();
    }
    let (date, name) = dated(&long);
    original.date = date;
    original.name = name.to_owned();
    original.long_name = long.clone();
    original.folder = folders.join("/");
}

/// `_posts` at the top is a section of its own, `events/_posts` belongs to `events`.
fn folders_are_all_posts(path: &str) -> bool {
    path.split("_posts/").next().is_none_or(|before| {
        before
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .is_none_or(|f| f.is_empty() || f.starts_with('_') || f == "src" || f == "docs")
    })
}

/// The date that a name begins with, and the name without it.
fn dated(name: &str) -> (Option<jiff::civil::Date>, &str) {
    let mut parts = name.splitn(4, ['-', '_']);
    let numbers = (parts.next(), parts.next(), parts.next());
    if let (Some(y), Some(m), Some(d)) = numbers
        && y.len() == 4
        && (1..=2).contains(&m.len())
    {
        let digits = d.len() - d.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number = |text: &str| text.parse::<i8>().ok();
        if let (Ok(year), Some(month), Some(day)) =
            (y.parse(), number(m), d.get(..digits).and_then(number))
            && let Ok(date) = jiff::civil::Date::new(year, month, day)
        {
            let rest = name.get(y.len() + m.len() + digits + 2..).unwrap_or("");
            let rest = rest.trim_start_matches(['-', '_', ' ', '.']);
            return (Some(date), if rest.is_empty() { name } else { rest });
        }
    }
    (None, name)
}

/// What folders give their documents: `defaults` of Jekyll, data files of Eleventy, `cascade` of Hugo.
#[derive(Default)]
struct Defaults {
    /// Start of the path below the content, the collection if it is one, and the values.
    scopes: Vec<(String, Option<String>, Map<String, Value>)>,
    /// Fields of a folder or a file, by its path without extension.
    beside: BTreeMap<String, Map<String, Value>>,
}

impl Defaults {
    fn read(files: &Files, layout: &Layout) -> Defaults {
        let mut defaults = Defaults::default();
        for entry in layout
            .config
            .get("defaults")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let scope = |name: &str| {
                entry["scope"][name]
                    .as_str()
                    .map(|text| text.trim_matches('/').to_owned())
            };
            let values = entry["values"].as_object().cloned().unwrap_or_default();
            let path = scope("path").unwrap_or_default();
            let path = path.split('*').next().unwrap_or("").to_owned();
            defaults.scopes.push((path, scope("type"), values));
        }
        if layout.generator == Generator::Hugo {
            defaults.cascades("", layout.config.get("cascade"));
            for (path, bytes) in files {
                let below = layout
                    .content
                    .iter()
                    .find_map(|root| path.strip_prefix(root.as_str()));
                let index = below
                    .and_then(|below| below.strip_suffix(".md"))
                    .filter(|stem| {
                        let name = stem.rsplit('/').next().unwrap_or(stem);
                        name == "_index" || name.starts_with("_index.")
                    });
                let text = index.map(|_| text::decode(bytes).text);
                if let (Some(stem), Some(text)) =
                    (index, text.filter(|text| text.contains("cascade")))
                {
                    let folder = stem.rsplit_once('/').map_or("", |(folder, _)| folder);
                    let fields = matter::read(&text, &mut vec![]).fields;
                    defaults.cascades(folder, fields.get("cascade"));
                }
            }
        }
        if layout.generator == Generator::Eleventy {
            for (path, bytes) in files {
                defaults.beside(path, bytes);
            }
        }
        defaults
    }

    /// What a section of Hugo gives to all below it, or to those that a pattern names.
    fn cascades(&mut self, folder: &str, cascade: Option<&Value>) {
        let each = match cascade {
            Some(Value::Array(items)) => items.iter().collect(),
            Some(one) => vec![one],
            None => vec![],
        };
        for values in each.into_iter().filter_map(Value::as_object) {
            let mut values = values.clone();
            let target = values
                .shift_remove("_target")
                .or_else(|| values.shift_remove("target"));
            let path = target
                .as_ref()
                .and_then(|target| target.get("path")?.as_str());
            let path = path.map(|path| {
                path.trim_start_matches(['/', '{'])
                    .split(['*', ',', '}'])
                    .next()
                    .unwrap_or("")
            });
            let start = path.unwrap_or(folder).to_owned();
            if let Some(Value::Object(own)) = values.shift_remove("params") {
                values.extend(own);
            }
            self.scopes.push((start, None, values));
        }
    }

    /// `events/events.json`, `events/events.11tydata.json`, `events/soup.11tydata.json`.
    fn beside(&mut self, path: &str, bytes: &[u8]) {
        let stem = path
            .strip_suffix(".json")
            .or_else(|| path.strip_suffix(".yaml"));
        let Some(stem) =
            stem.filter(|stem| !stem.contains("node_modules/") && !stem.contains("_data/"))
        else {
            return;
        };
        let stem = stem.strip_suffix(".11tydata").unwrap_or(stem);
        let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
        let of_folder = folder.rsplit('/').next() == Some(name);
        let told = path.contains(".11tydata.");
        if !of_folder && !told {
            return;
        }
        let Some(Value::Object(mut values)) =
            matter::data(path, &text::decode(bytes).text, &mut vec![])
        else {
            return;
        };
        // Tags of a whole folder name a collection, and not a topic.
        if of_folder {
            values.shift_remove("tags");
        }
        let place = if of_folder {
            format!("{folder}/")
        } else {
            stem.to_owned()
        };
        self.beside.entry(place).or_default().extend(values);
    }

    fn apply(&self, path: &str, below: &str, own: Map<String, Value>) -> Map<String, Value> {
        let mut fields = own;
        let mut add = |values: &Map<String, Value>| {
            for (name, value) in values {
                if !fields.contains_key(name) {
                    fields.insert(name.clone(), value.clone());
                }
            }
        };
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
        self.beside.get(stem).into_iter().for_each(&mut add);
        let mut folder = path;
        while let Some((parent, _)) = folder.rsplit_once('/') {
            self.beside
                .get(&format!("{parent}/"))
                .into_iter()
                .for_each(&mut add);
            folder = parent;
        }
        let collection = below
            .split('/')
            .find_map(|part| part.strip_prefix('_'))
            .unwrap_or("pages");
        let fits = |scope: &&(String, Option<String>, Map<String, Value>)| {
            below.starts_with(&scope.0) && scope.1.as_deref().is_none_or(|kind| kind == collection)
        };
        let mut fitting: Vec<_> = self.scopes.iter().filter(fits).collect();
        fitting.sort_by_key(|scope| std::cmp::Reverse((scope.0.len(), scope.1.is_some())));
        fitting.into_iter().for_each(|scope| add(&scope.2));
        fields
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::layout::look;

    #[test]
    fn paths_tell_name_date_language_and_folder() {
        let files: Files = [
            (
                "_config.yml",
                "defaults:\n- scope: {path: '', type: posts}\n  values: {author: lab}\n",
            ),
            (
                "_posts/2024-05-01-soup-for-all.md",
                "---\ntitle: Soup\n---\n",
            ),
            ("events/_posts/2024-5-2-walk.md", "---\n---\nx"),
            ("_events/party.md", "---\ntitle: P\n---\n"),
            ("about/index.md", "---\ntitle: About\n---\n"),
            ("README.md", "# Read me"),
            (
                "index.html",
                "---\n---\n{% for p in site.posts %}{% endfor %}",
            ),
        ]
        .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
        .into();
        let (read, skipped) = super::read(&files, &look(&files));
        let seen: Vec<(&str, &str, bool)> = read
            .iter()
            .map(|o| (o.folder.as_str(), o.name.as_str(), o.date.is_some()))
            .collect();
        assert_eq!(
            seen,
            [
                ("events", "party", false),
                ("posts", "soup-for-all", true),
                ("about", "about", false),
                ("events", "walk", true)
            ]
        );
        assert_eq!(read[1].fields["author"], "lab");
        assert_eq!(skipped.len(), 2);
    }

    #[test]
    fn data_files_of_folders_reach_their_documents() {
        let files: Files = [
            (
                ".eleventy.js",
                "module.exports = () => ({ dir: { input: \"src\" } })",
            ),
            (
                "src/events/events.json",
                "{\"layout\": \"event\", \"tags\": \"events\", \"city\": \"Utrecht\"}",
            ),
            ("src/events/soup.en.md", "---\ntitle: Soup\n---\n"),
            ("src/events/soup.en.11tydata.json", "{\"city\": \"Almere\"}"),
        ]
        .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
        .into();
        let (read, _) = super::read(&files, &look(&files));
        assert_eq!(read[0].fields["city"], "Almere");
        assert_eq!(read[0].fields["layout"], "event");
        assert!(!read[0].fields.contains_key("tags"));
        assert_eq!(
            (read[0].language.as_deref(), read[0].name.as_str()),
            (Some("en"), "soup")
        );
    }
}
