//! What a site needs beside its records: its configuration, its topics, words of languages that Plein does not have.

use super::layout::Layout;
use super::mapping::Mapping;
use super::names::Placed;
use super::record::{Draft, Fate};
use super::report::Report;
use super::slug;
use super::write::{scalar, yaml};
use crate::content::{KINDS, Kind, config, vocabulary};
use crate::diagnostic::words::in_language;
use crate::phrase;
use crate::source::disk::Folder;
use crate::theme::FILES;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The site that records go to.
pub struct Site {
    /// Its languages, the default one first.
    pub languages: Vec<String>,
    /// Its zone.
    pub timezone: String,
    title: String,
    url: String,
}

impl Site {
    /// The site as it is, or as the mapping wants it.
    pub fn of(target: &Folder, mapping: &Mapping, layout: &Layout) -> Site {
        let there = config::parse(&target.sources, &mut vec![]);
        let languages: Vec<String> = match &there {
            Some(config) => config
                .languages
                .iter()
                .map(|code| code.value.0.clone())
                .collect(),
            None => mapping
                .languages
                .iter()
                .filter_map(|code| super::layout::language_code(code))
                .collect(),
        };
        let zone = there.map(|config| config.timezone.0.clone());
        let zone = zone.or_else(|| {
            mapping
                .timezone
                .as_deref()
                .and_then(crate::content::zone::zone)
        });
        let url = mapping
            .old_site
            .as_deref()
            .or(layout.url.as_deref())
            .filter(|url| url.starts_with("https://") && !url.contains(' '));
        Site {
            languages: if languages.is_empty() {
                vec!["en".to_owned()]
            } else {
                languages
            },
            timezone: zone.unwrap_or_else(|| "Europe/Amsterdam".to_owned()),
            title: mapping
                .title
                .clone()
                .or_else(|| layout.title.clone())
                .unwrap_or_else(|| "Imported site".to_owned()),
            url: url
                .unwrap_or("https://lab.example")
                .trim_end_matches('/')
                .to_owned(),
        }
    }

    /// The words that stand in addresses before the records of each kind, in the default language.
    pub fn words(&self, target: &Folder) -> BTreeMap<&'static str, String> {
        let code = self.languages.first().map_or("en", String::as_str);
        let path = format!("data/languages/{code}.yaml");
        let own = target
            .sources
            .find(&path)
            .map(|(_, source)| source.text.to_string());
        let built_in = |path: &str| {
            let found = FILES.iter().find(|(name, _)| *name == path);
            found
                .and_then(|(_, bytes)| std::str::from_utf8(bytes).ok())
                .map(str::to_owned)
        };
        let text = own
            .or_else(|| built_in(&path))
            .or_else(|| built_in("data/languages/en.yaml"));
        let words = super::yaml::read(&text.unwrap_or_default(), &mut vec![]);
        let word = |kind: &Kind| {
            words["kinds"][kind.name]["path"]
                .as_str()
                .unwrap_or("")
                .to_owned()
        };
        KINDS.iter().map(|kind| (kind.folder, word(kind))).collect()
    }

    /// Files that the site does not have yet.
    pub fn files(&self, topics: &str, target: &Folder) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        if target.sources.find("data/site.yaml").is_none() {
            let host = self
                .url
                .split("://")
                .nth(1)
                .unwrap_or("")
                .split('/')
                .next()
                .unwrap_or("");
            let origin = format!("https://{host}");
            let fields = json!({ "title": self.title, "url": origin, "languages": self.languages, "timezone": self.timezone });
            files.insert(
                "data/site.yaml".to_owned(),
                fields.as_object().map(yaml).unwrap_or_default(),
            );
        }
        if !topics.is_empty() && target.sources.find("data/topics.yaml").is_none() {
            files.insert("data/topics.yaml".to_owned(), topics.to_owned());
        }
        for code in &self.languages {
            let path = format!("data/languages/{code}.yaml");
            let built_in = |path: &str| {
                FILES
                    .iter()
                    .find(|(name, _)| *name == path)
                    .and_then(|(_, bytes)| std::str::from_utf8(bytes).ok())
            };
            if built_in(&path).is_none()
                && target.sources.find(&path).is_none()
                && let Some(english) = built_in("data/languages/en.yaml")
            {
                let right = ["ar", "fa", "he", "ur"].contains(&code.as_str());
                let text = english
                    .replacen("code: en", &format!("code: {code}"), 1)
                    .replacen("name: English", &format!("name: {code}"), 1);
                let text = if right {
                    text.replacen("dir: ltr", "dir: rtl", 1)
                } else {
                    text
                };
                files.insert(
                    path,
                    format!("# Words of the interface in English: translate them.\n{text}"),
                );
            }
        }
        files
    }
}

/// Topics of the tags that records have: the most used ones. Gives the file, and puts identifiers into the records.
pub fn topics(
    drafts: &mut [Option<Draft>],
    places: &[Option<Placed>],
    target: &Folder,
    mapping: &Mapping,
    report: &mut Report,
) -> String {
    let there = target.sources.find("data/topics.yaml").is_some();
    let known = vocabulary::parse(&target.sources, &mut vec![]);
    let known: Vec<String> = known
        .get(&vocabulary::Vocabulary::Topics)
        .into_iter()
        .flatten()
        .map(|term| term.id.value.0.clone())
        .collect();
    let mut counts: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for name in drafts
        .iter()
        .flatten()
        .flat_map(|draft| tags(&draft.fields))
    {
        counts.entry(slug::slug(&name)).or_insert((0, name)).0 += 1;
    }
    let mut most: Vec<(&String, &(usize, String))> = counts.iter().collect();
    most.sort_by_key(|(id, (count, _))| (std::cmp::Reverse(*count), id.as_str()));
    let kept: Vec<&str> = match there {
        true => known.iter().map(String::as_str).collect(),
        false => most
            .iter()
            .take(mapping.most_topics as usize)
            .map(|(id, _)| id.as_str())
            .collect(),
    };
    let mut file = String::new();
    if !there {
        let mut ids = kept.clone();
        ids.sort_unstable();
        for id in ids {
            if let Some((_, name)) = counts.get(id) {
                let title = if name.contains('-') && !name.contains(' ')
                    || name.chars().all(|c| c.is_lowercase() || c == ' ')
                {
                    slug::title(name)
                } else {
                    name.clone()
                };
                file += &format!("- id: {}\n  title: {}\n", scalar(id), scalar(&title));
            }
        }
    }
    for (draft, placed) in drafts.iter_mut().zip(places) {
        let (Some(draft), Some(placed)) = (draft, placed) else {
            continue;
        };
        let (ids, lost): (Vec<String>, Vec<String>) = tags(&draft.fields)
            .into_iter()
            .partition(|name| kept.contains(&slug::slug(name).as_str()));
        let mut unique: Vec<String> = Vec::new();
        for id in ids.iter().map(|name| slug::slug(name)) {
            if !unique.contains(&id) {
                unique.push(id);
            }
        }
        match unique.is_empty() {
            true => drop(draft.fields.shift_remove("topics")),
            false => drop(draft.fields.insert("topics".to_owned(), json!(unique))),
        }
        if !lost.is_empty() && placed.language.is_none() {
            draft.left.push(format!(
                "topics: {} ({})",
                lost.join(", "),
                in_language(report.language, phrase!("is not among the topics"))
            ));
            for name in &lost {
                report.tell(
                    &placed.path,
                    true,
                    phrase!("a tag that is not among the topics"),
                    name,
                );
            }
            if unique.is_empty() {
                for (_, fate) in draft
                    .fates
                    .iter_mut()
                    .filter(|(_, fate)| *fate == Fate::Mapped("topics".to_owned()))
                {
                    *fate = Fate::Lost(phrase!("is not among the topics"), lost.join(", "));
                }
            }
        }
    }
    file
}

fn tags(fields: &Map<String, Value>) -> Vec<String> {
    let items = fields
        .get("topics")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    items
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}
