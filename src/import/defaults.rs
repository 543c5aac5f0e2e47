//! What folders and configurations give to the documents below them, where these say nothing themselves.

use super::layout::{Files, Generator, Layout};
use super::matter;
use crate::source::text;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What folders give their documents: `defaults` of Jekyll, data files of Eleventy, `cascade` of Hugo.
#[derive(Default)]
pub struct Defaults {
    /// Start of the path below the content, the collection if it is one, and the values.
    scopes: Vec<(String, Option<String>, Map<String, Value>)>,
    /// Fields of a folder or a file, by its path without extension.
    beside: BTreeMap<String, Map<String, Value>>,
}

impl Defaults {
    /// Reads them.
    pub fn read(files: &Files, layout: &Layout) -> Defaults {
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

    /// The fields of a document with those that it does not have itself.
    pub fn apply(&self, path: &str, below: &str, own: Map<String, Value>) -> Map<String, Value> {
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
