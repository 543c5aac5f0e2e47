//! Data files as documents: a list of events in `_data/events.yml`, an event in `data/events/soup.yml`.

use super::known::hint;
use super::layout::{Files, Generator, Layout, Original};
use super::matter::{self, Note};
use super::table::row_document;
use crate::source::text;
use serde_json::{Map, Value};

/// Whether a file lies among the data that templates read.
pub fn is_data(path: &str) -> bool {
    let ends = [".yml", ".yaml", ".json", ".toml"]
        .iter()
        .any(|end| path.ends_with(end));
    let mut folders = path.split('/').rev().skip(1);
    ends && folders.any(|folder| folder == "_data" || folder == "data")
}

/// Whether a file among the content of Hugo or Zola is called after what it lists: `content/events/events.toml`.
pub fn is_list(path: &str, layout: &Layout) -> bool {
    let generator = matches!(layout.generator, Generator::Hugo | Generator::Zola);
    let within = layout
        .content
        .iter()
        .any(|root| !root.is_empty() && path.starts_with(root.as_str()));
    generator && within && likely(path).is_some()
}

/// The kind that a data file seems to hold, by its name or that of a folder between the data and it.
pub fn likely(path: &str) -> Option<&'static str> {
    let (folders, file) = path.rsplit_once('/')?;
    let below = folders
        .split('/')
        .skip_while(|folder| !matches!(*folder, "_data" | "data"))
        .skip(1);
    let stem = file.split('.').next().unwrap_or(file);
    hint(stem).or_else(|| below.filter_map(hint).last())
}

/// The documents of a data file: one for each item of a list or of a group of groups, or the whole file as one. Nothing
/// for what holds no fields.
pub fn documents(path: &str, files: &Files) -> Vec<Original> {
    let Some(bytes) = files.get(path) else {
        return Vec::new();
    };
    let decoded = text::decode(bytes);
    let mut notes: Vec<Note> = decoded
        .notes
        .iter()
        .map(|what| Note::repaired(what))
        .collect();
    let Some(value) = matter::data(path, &decoded.text, &mut notes) else {
        return Vec::new();
    };
    let rows: Vec<Map<String, Value>> = match value {
        Value::Array(items) => items.into_iter().filter_map(fields).collect(),
        Value::Object(groups) if groups.len() > 1 && groups.values().all(is_record) => {
            let named = |(name, value): (String, Value)| {
                let mut row = fields(value)?;
                row.entry("id").or_insert(Value::String(name));
                Some(row)
            };
            groups.into_iter().filter_map(named).collect()
        }
        // A list under a name of its own: `events: [...]`.
        Value::Object(mut groups) if groups.len() == 1 && groups.values().all(Value::is_array) => {
            let list = groups.values_mut().next().map(Value::take);
            match list {
                Some(Value::Array(items)) => items.into_iter().filter_map(fields).collect(),
                _ => vec![],
            }
        }
        Value::Object(one) if names_itself(&one) || is_one(path, &one) => {
            return vec![whole(path, one, notes)];
        }
        _ => vec![],
    };
    let row = |(n, row): (usize, Map<String, Value>)| {
        row_document(path, n + 1, row, std::mem::take(&mut notes))
    };
    rows.into_iter()
        .filter(names_itself)
        .enumerate()
        .map(row)
        .collect()
}

fn fields(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(fields) => Some(fields),
        _ => None,
    }
}

fn is_record(value: &Value) -> bool {
    value.as_object().is_some_and(names_itself)
}

/// Whether something is called something: a record, and no list of menus or colours.
fn names_itself(fields: &Map<String, Value>) -> bool {
    let names = [
        "title", "name", "titel", "naam", "nom", "titre", "titulo", "headline", "event",
    ];
    let named = |(key, value): (&String, &Value)| {
        names.contains(&key.to_lowercase().as_str()) && (value.is_string() || value.is_number())
    };
    fields.len() > 1 && fields.iter().any(named)
}

/// Whether a file in a folder of records is one of them, though it has no name but its own.
fn is_one(path: &str, fields: &Map<String, Value>) -> bool {
    let texts = fields
        .values()
        .filter(|value| value.is_string() || value.is_number());
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    texts.count() > 2 && folder.rsplit('/').next().and_then(hint).is_some()
}

/// A file that is one record.
fn whole(path: &str, fields: Map<String, Value>, notes: Vec<Note>) -> Original {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.split('.').next().unwrap_or(file);
    let parent = folder.rsplit('/').next().unwrap_or("");
    // `data/events/2026/utrecht/main.yml` is called after its folder.
    let name = match stem {
        "main" | "index" | "data" | "info" => parent,
        stem => stem,
    };
    Original {
        path: path.to_owned(),
        folder: folder.to_owned(),
        name: name.to_owned(),
        long_name: name.to_owned(),
        date: None,
        language: None,
        index: false,
        fields,
        body: String::new(),
        html: false,
        notes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_single_records_become_documents() {
        let files: Files = [
            (
                "_data/events.yml",
                "- {title: Soup, date: 2026-12-03}\n- {title: Walk, date: 2026-12-04}\n- nothing\n",
            ),
            (
                "data/events/2026/utrecht/main.yml",
                "name: 2026-utrecht\ncity: Utrecht\n",
            ),
            (
                "_data/projects.json",
                "{\"a\": {\"name\": \"A\", \"x\": 1}, \"b\": {\"name\": \"B\", \"x\": 2}}",
            ),
            (
                "data/chapters/perth.json",
                "{\"city\": \"Perth\", \"country\": \"Australia\", \"status\": \"active\"}",
            ),
            ("_data/menu.yml", "- {url: /a, label: A}\n"),
        ]
        .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
        .into();
        let names = |path: &str| -> Vec<String> {
            documents(path, &files)
                .into_iter()
                .map(|one| one.path)
                .collect()
        };
        assert_eq!(
            names("_data/events.yml"),
            ["_data/events.yml#1", "_data/events.yml#2"]
        );
        assert_eq!(
            documents("data/events/2026/utrecht/main.yml", &files)[0].name,
            "utrecht"
        );
        assert_eq!(names("_data/projects.json").len(), 2);
        assert_eq!(
            names("data/chapters/perth.json"),
            ["data/chapters/perth.json"]
        );
        assert!(names("_data/menu.yml").is_empty());
        assert_eq!(likely("data/events/2026/utrecht/main.yml"), Some("events"));
        assert_eq!(likely("_data/colours.yml"), None);
    }
}
