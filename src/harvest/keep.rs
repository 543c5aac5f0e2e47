//! What was harvested before and what was found now become what lies in `data/harvest/`: one file a record.
//!
//! A source that fails, turns empty or shrinks takes nothing away; what is gone for good is told by a change feed, or
//! is little enough to be believed.

use super::clean;
use super::found::{Found, Reading, Refused};
use super::gather::{Part, RECORDS, TAKEN};
use crate::content::Kind;
use crate::diagnostic::Words;
use crate::say;
use crate::site::network::FOLDER;
use crate::source::Sources;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The records of one city, by their paths.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Store {
    city: String,
    records: BTreeMap<String, Value>,
}

/// Where records come from, for those that say nothing of it themselves.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The address of the part.
    pub part: &'a str,
    /// The licence that whoever named the part told.
    pub license: Option<&'a str>,
    /// When it was fetched.
    pub now: Timestamp,
    /// Believe that things are gone, however many.
    pub accept: bool,
}

/// What a part changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changed {
    /// New records.
    pub added: usize,
    /// Records that differ from what was there.
    pub changed: usize,
    /// Records that are gone.
    pub removed: usize,
    /// Records that are as they were.
    pub same: usize,
    /// Records that are kept as links only, since nobody says what others may do with them.
    pub links: usize,
    /// What was not taken, and why.
    pub refused: Vec<Refused>,
    /// Why things that the source no longer has were kept all the same.
    pub kept: Option<Words>,
}

impl Changed {
    /// Adds up the parts of a source.
    pub fn and(&mut self, other: Changed) {
        self.added += other.added;
        self.changed += other.changed;
        self.removed += other.removed;
        self.same += other.same;
        self.links += other.links;
        self.refused.extend(other.refused);
        self.kept = self.kept.take().or(other.kept);
    }
}

/// A record on its way in.
struct New {
    kind: &'static Kind,
    key: String,
    system: &'static str,
    record: Map<String, Value>,
    license: Option<String>,
}

impl Store {
    /// What lies in the folder of a city. What cannot be read there is left alone.
    pub fn read(sources: &Sources, city: &str) -> Self {
        let folder = format!("{FOLDER}{city}/");
        let of_city = sources
            .iter()
            .filter(|(_, source)| source.path.starts_with(&folder));
        let records = of_city.filter_map(|(_, source)| {
            let record: Value = serde_json::from_str(&source.text).ok()?;
            record["harvest"]["key"].as_str()?;
            Some((source.path.clone(), record))
        });
        Store {
            city: city.to_owned(),
            records: records.collect(),
        }
    }

    /// How many records of each kind come from these parts.
    pub fn counts(&self, parts: &BTreeSet<&str>) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for record in self
            .records
            .values()
            .filter(|it| from(it).any(|part| parts.contains(part)))
        {
            let kind = record["kind"].as_str().unwrap_or_default();
            *counts.entry(kind.to_owned()).or_default() += 1;
        }
        counts
    }

    /// The files that differ from those of an earlier state: their texts, or nothing where they are gone.
    pub fn files(&self, before: &Store) -> BTreeMap<String, Option<String>> {
        let gone = before
            .records
            .keys()
            .filter(|path| !self.records.contains_key(*path));
        let mut files: BTreeMap<String, Option<String>> =
            gone.map(|path| (path.clone(), None)).collect();
        for (path, record) in &self.records {
            if before.records.get(path) != Some(record) {
                let text = serde_json::to_string_pretty(record).unwrap_or_default();
                files.insert(path.clone(), Some(format!("{text}\n")));
            }
        }
        files
    }

    /// Takes away what comes from a part that the city no longer names among its sources.
    pub fn forget(&mut self, is_known: impl Fn(&str) -> bool) -> usize {
        let parts: BTreeSet<String> = self
            .records
            .values()
            .flat_map(from)
            .map(str::to_owned)
            .collect();
        let unknown = parts.into_iter().filter(|part| !is_known(part));
        let unknown: Vec<String> = unknown.collect();
        unknown
            .iter()
            .map(|part| self.without(part, |_, _| true))
            .sum()
    }

    /// Takes in what a part has.
    pub fn take(&mut self, part: Part, origin: Origin) -> Changed {
        match part {
            Part::Same => Changed {
                same: self.of(origin.part).count(),
                links: self.links(origin.part),
                ..Changed::default()
            },
            Part::Whole(reading, left) => self.whole(*reading, left.partial, origin),
            Part::Changes(changes, _) => self.changes(*changes, origin),
        }
    }

    fn links(&self, part: &str) -> usize {
        let links = self
            .of(part)
            .filter(|(_, record)| record["harvest"]["link_only"] == true);
        links.count()
    }

    fn of<'a>(&'a self, part: &'a str) -> impl Iterator<Item = (&'a String, &'a Value)> {
        self.records
            .iter()
            .filter(move |(_, record)| from(record).any(|it| it == part))
    }

    fn whole(&mut self, reading: Reading, partial: bool, origin: Origin) -> Changed {
        let mut changed = Changed {
            refused: reading.refused,
            ..Changed::default()
        };
        let (system, license) = (reading.system, reading.license);
        let mut seen = BTreeSet::new();
        for found in reading.found {
            if !TAKEN.contains(&found.kind) {
                changed.refused.push(Refused {
                    what: found.key.into(),
                    why: say!(
                        "records of the kind `{}` are not taken from others",
                        found.kind.name
                    ),
                });
                continue;
            }
            let own = found
                .record
                .get("license")
                .and_then(Value::as_str)
                .map(str::to_owned);
            let license = own
                .or_else(|| license.clone())
                .or_else(|| origin.license.map(str::to_owned));
            let new = of_found(found, system, license, origin.part);
            self.put(new, origin, &mut seen, &mut changed);
        }
        match partial {
            true => changed.kept = Some(say!("it is cut off: what is missing from it is kept")),
            false => self.drop_unseen(&seen, origin, &mut changed),
        }
        changed.links = self.links(origin.part);
        changed
    }

    fn changes(&mut self, changes: super::changes::Changes, origin: Origin) -> Changed {
        let mut changed = Changed::default();
        let mut seen = BTreeSet::new();
        let mut gone = BTreeSet::new();
        for (id, data) in changes.of {
            let Some(data) = data else {
                gone.insert(id);
                continue;
            };
            let kind = TAKEN.iter().find(|kind| data["kind"] == kind.name);
            let Some(kind) = kind.filter(|_| data["id"] == json!(id)) else {
                changed.refused.push(Refused {
                    what: id.into(),
                    why: say!("it is not what its feed says that it is"),
                });
                continue;
            };
            let license = data["license"].as_str().map(str::to_owned);
            let new = New {
                kind,
                key: id,
                system: "Plein",
                license: license.or_else(|| changes.license.clone()),
                record: clean::clean(kind, &data),
            };
            self.put(new, origin, &mut seen, &mut changed);
        }
        changed.removed += self.without(origin.part, |_, record| {
            record["harvest"]["key"]
                .as_str()
                .is_some_and(|key| gone.contains(key))
        });
        if changes.whole {
            self.drop_unseen(&seen, origin, &mut changed);
        } else {
            let all = self.of(origin.part).count();
            changed.same = all.saturating_sub(changed.added + changed.changed);
        }
        changed.links = self.links(origin.part);
        changed
    }

    /// Takes a record in, unless it is the same as before.
    fn put(
        &mut self,
        new: New,
        origin: Origin,
        seen: &mut BTreeSet<String>,
        changed: &mut Changed,
    ) {
        if seen.len() >= RECORDS {
            return;
        }
        let path = path(&self.city, new.kind, &new.key);
        let key = new.key.clone();
        let Some(record) = record(new, origin) else {
            changed.refused.push(Refused {
                what: key.chars().take(200).collect::<String>().into(),
                why: say!("it has no title"),
            });
            return;
        };
        if !seen.insert(path.clone()) {
            return;
        }
        let Some(old) = self.records.get_mut(&path) else {
            changed.added += 1;
            self.records.insert(path, record);
            return;
        };
        // Of what several parts have, the first one tells; the others are named beside it.
        let mut parts: Vec<String> = from(old).map(str::to_owned).collect();
        let tells = parts.first().is_none_or(|first| first == origin.part);
        if !parts.iter().any(|part| part == origin.part) {
            parts.push(origin.part.to_owned());
        }
        let mut record = if tells { record } else { old.clone() };
        record["harvest"]["from"] = json!(parts);
        let fetched = old["harvest"]["fetched"].clone();
        let new_fetched = std::mem::replace(&mut record["harvest"]["fetched"], fetched);
        if record == *old {
            changed.same += 1;
            return;
        }
        record["harvest"]["fetched"] = new_fetched;
        *old = record;
        changed.changed += 1;
    }

    /// Takes away what a part no longer has: what is over, and the rest if it is believable.
    fn drop_unseen(&mut self, seen: &BTreeSet<String>, origin: Origin, changed: &mut Changed) {
        let today = origin.now.to_string();
        let current = |record: &Value| !is_over(record, &today[..10]);
        let missing = self
            .of(origin.part)
            .filter(|(path, record)| !seen.contains(*path) && current(record))
            .count();
        let stayed = self
            .of(origin.part)
            .filter(|(path, record)| seen.contains(*path) && current(record))
            .count();
        let believed = origin.accept || stayed >= missing;
        if !believed {
            changed.kept = Some(say!(
                "it has {} of what it had, and says nothing of the other {}: these are kept; `--accept` lets them go",
                stayed.to_string(),
                missing.to_string()
            ));
        }
        let gone =
            |path: &str, record: &Value| !seen.contains(path) && (believed || !current(record));
        changed.removed += self.without(origin.part, gone);
    }

    /// Takes what a part has away where `gone` says so; what another part has as well stays.
    fn without(&mut self, part: &str, gone: impl Fn(&str, &Value) -> bool) -> usize {
        let paths = self.of(part).filter(|(path, record)| gone(path, record));
        let paths: Vec<String> = paths.map(|(path, _)| path.clone()).collect();
        for path in &paths {
            let left = self.records.get(path).into_iter().flat_map(from);
            let left: Vec<String> = left.filter(|it| *it != part).map(str::to_owned).collect();
            match left.is_empty() {
                true => drop(self.records.remove(path)),
                false => {
                    if let Some(record) = self.records.get_mut(path) {
                        record["harvest"]["from"] = json!(left);
                    }
                }
            }
        }
        paths.len()
    }
}

/// The parts that a record comes from.
fn from(record: &Value) -> impl Iterator<Item = &str> {
    let parts = record["harvest"]["from"].as_array().into_iter().flatten();
    parts.filter_map(Value::as_str)
}

/// Whether a record was of a time that is over, so that it may go.
fn is_over(record: &Value, today: &str) -> bool {
    if ["repeat", "rrule"]
        .iter()
        .any(|name| !record[*name].is_null())
    {
        return false;
    }
    let last = ["end", "start", "deadline", "valid_until"]
        .iter()
        .find_map(|name| record[*name].as_str());
    last.and_then(|last| last.get(..10))
        .is_some_and(|last| last < today)
}

/// Where the file of a record lies. Whatever the key is, the path holds only small letters, digits and hyphens.
fn path(city: &str, kind: &Kind, key: &str) -> String {
    let sum = blake3::hash(format!("{}\n{key}", kind.name).as_bytes()).to_hex();
    let last = key
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let last = last.split(['?', '#', '@']).next().unwrap_or_default();
    let mut name = String::new();
    for c in last.chars().take(40) {
        match c.is_ascii_alphanumeric() {
            true => name.push(c.to_ascii_lowercase()),
            false if name.is_empty() || name.ends_with('-') => {}
            false => name.push('-'),
        }
    }
    let name = name.trim_end_matches('-');
    let dash = if name.is_empty() { "" } else { "-" };
    format!(
        "{FOLDER}{city}/{}/{name}{dash}{}.json",
        kind.folder,
        &sum[..8]
    )
}

/// A record of another format, with what follows from where it stood.
fn of_found(found: Found, system: &'static str, license: Option<String>, part: &str) -> New {
    let mut record = found.record;
    let body = record
        .get("extra")
        .and_then(|extra| clean::body(&extra["description"]));
    let host = super::address::origin(part).unwrap_or_default();
    let name = host
        .split_once("://")
        .map_or(&*host, |(_, name)| name)
        .to_owned();
    let sum = blake3::hash(found.key.as_bytes()).to_hex();
    let id = match super::address::is_link(&found.key) {
        true => found.key.clone(),
        false => format!("{part}#{}", &sum[..16]),
    };
    let languages: Vec<String> = record
        .get("title")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(code, _)| code.clone())
        .collect();
    if let Some(url) = found.url {
        let urls = languages.iter().map(|code| (code.clone(), json!(url)));
        record.insert("url".to_owned(), Value::Object(urls.collect()));
    }
    // The words under which it is filed there: which topics of ours these are is worked out where it is shown.
    let words = record.get("extra").map(|extra| extra["keywords"].clone());
    if let Some(words) = words.filter(Value::is_array) {
        record.entry("topics").or_insert(words);
    }
    record.insert("id".to_owned(), json!(id));
    record.insert("languages_available".to_owned(), json!(languages));
    record
        .entry("source")
        .or_insert_with(|| json!({ "name": name, "url": format!("{host}/") }));
    if let Some(updated) = found.updated {
        record.insert("updated".to_owned(), json!(updated));
    }
    let mut record = clean::clean(found.kind, &Value::Object(record));
    record.extend(body.map(|body| ("body".to_owned(), body)));
    New {
        kind: found.kind,
        system,
        license,
        record,
        key: found.key,
    }
}

/// A record as it lies in its file; `None` without a title.
fn record(new: New, origin: Origin) -> Option<Value> {
    let mut record = new.record;
    record
        .get("title")
        .and_then(Value::as_object)
        .filter(|title| !title.is_empty())?;
    let license = new.license.as_deref().and_then(clean::licence);
    record.remove("license");
    match &license {
        Some(license) => drop(record.insert("license".to_owned(), json!(license))),
        None => clean::as_link(&mut record),
    }
    let key: String = new.key.chars().take(1000).collect();
    let mut harvest = json!({
        "fetched": origin.now.to_string(),
        "from": [origin.part],
        "key": key,
        "system": new.system,
    });
    if license.is_none() {
        harvest["link_only"] = json!(true);
    }
    record.insert("harvest".to_owned(), harvest);
    let mut record = Value::Object(record);
    record.sort_all_objects();
    Some(record)
}

#[cfg(test)]
mod tests;
