//! A document of theirs as a record of ours: its fields by the mapping, what could not come along told.

use super::convert::{Reason, convert, is_nothing, plain, topics};
use super::layout::Original;
use super::mapping::{FieldSource, Folder};
use super::matter::{Note, short};
use super::moment::Habits;
use super::slug;
use crate::content::Kind;
use crate::content::shape::{Shape, resolve, shape};
use crate::content::zone;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What became of a field of theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is a field of ours.
    Mapped(String),
    /// The mapping says that it need not come along.
    Dropped,
    /// It did not come along, and why.
    Lost(Reason, String),
}

/// A record of ours, before its links and topics are known.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What it is.
    pub kind: &'static Kind,
    /// The pattern of the mapping that its file fits.
    pub pattern: String,
    /// The name that its file wants.
    pub slug: String,
    /// Its fields.
    pub fields: Map<String, Value>,
    /// What stands below them.
    pub body: String,
    /// What remains to be done by hand: lines for a comment.
    pub left: Vec<String>,
    /// What became of each field of theirs.
    pub fates: Vec<(String, Fate)>,
    /// What was repaired or decided.
    pub notes: Vec<Note>,
}

/// What all records of an import have in common.
pub struct Manner<'a> {
    /// Zone of the site, and its name.
    pub zone: &'a TimeZone,
    /// Name of the zone.
    pub zone_name: &'a str,
    /// Whether days come before months.
    pub day_first: bool,
}

/// Makes the record of a document, without its body.
pub fn draft(original: &Original, folder: &Folder, kind: &'static Kind, manner: &Manner) -> Draft {
    let shape = shape(kind);
    let mut maker = Maker {
        original,
        folder,
        shape,
        manner,
        fates: BTreeMap::new(),
        notes: vec![],
        fields: Map::new(),
    };
    maker.fields();
    maker.picture();
    maker.schedule();
    maker.title();
    let slug = maker.slug();
    let body = maker.body();
    let mut fields = Map::new();
    for name in shape.common.iter().chain(&shape.own) {
        fields.extend(
            maker
                .fields
                .shift_remove(name)
                .map(|value| (name.clone(), value)),
        );
    }
    let mut draft = Draft {
        kind,
        pattern: folder.from.clone(),
        slug,
        fields,
        body,
        left: vec![],
        fates: vec![],
        notes: maker.notes,
    };
    for (path, value) in flat(&original.fields) {
        let fate = match maker.fates.get(&path) {
            Some(fate) => fate.clone(),
            None if is_nothing(&value) => continue,
            None => rest(&path, &maker.fates, folder, shape, &value),
        };
        if let Fate::Lost(why, example) = &fate {
            draft.left.push(format!("{path}: {example} ({why})"));
        }
        draft.fates.push((path, fate));
    }
    draft
}

/// What became of a field that no source names by itself.
fn rest(
    path: &str,
    fates: &BTreeMap<String, Fate>,
    folder: &Folder,
    shape: &Shape,
    value: &Value,
) -> Fate {
    let above = |known: &str| {
        path.strip_prefix(known)
            .is_some_and(|rest| rest.starts_with('.'))
    };
    if let Some((_, fate)) = fates.iter().find(|(known, _)| above(known)) {
        return fate.clone();
    }
    if folder
        .drop
        .iter()
        .any(|known| known == path || above(known))
    {
        return Fate::Dropped;
    }
    let ours = folder
        .fields
        .iter()
        .filter(|(_, source)| source.from.iter().any(|from| from == path));
    let ours: Vec<&str> = ours
        .map(|(ours, _)| ours.split('.').next().unwrap_or(""))
        .collect();
    let has = |name: &&str| {
        let mut names = shape.common.iter().chain(&shape.own);
        names.any(|known| known == name) || super::mapping::HELPERS.contains(name)
    };
    let why = match () {
        () if ours.is_empty() => "no field of ours was named for it",
        () if !ours.iter().any(has) => "its kind has no such field",
        () => "another field was taken for the same",
    };
    Fate::Lost(why, example(value))
}

/// A value on one line, for reports and comments.
pub fn example(value: &Value) -> String {
    match value {
        Value::String(text) => short(text, 120),
        other => {
            plain(other).map_or_else(|| short(&other.to_string(), 120), |text| short(&text, 120))
        }
    }
}

/// Fields and, of groups, their parts and the parts of these, by paths with dots.
pub fn flat(fields: &Map<String, Value>) -> Vec<(String, Value)> {
    fn into(
        fields: &Map<String, Value>,
        before: &str,
        depth: usize,
        found: &mut Vec<(String, Value)>,
    ) {
        for (name, value) in fields {
            let path = format!("{before}{name}");
            match value {
                Value::Object(parts) if !parts.is_empty() && depth < 3 => {
                    into(parts, &format!("{path}."), depth + 1, found)
                }
                value => found.push((path, value.clone())),
            }
        }
    }
    let mut found = Vec::new();
    into(fields, "", 1, &mut found);
    found
}

/// What a record is made with.
pub struct Maker<'a> {
    pub(super) original: &'a Original,
    pub(super) folder: &'a Folder,
    pub(super) shape: &'static Shape,
    pub(super) manner: &'a Manner<'a>,
    pub(super) fates: BTreeMap<String, Fate>,
    pub(super) notes: Vec<Note>,
    pub(super) fields: Map<String, Value>,
}

impl Maker<'_> {
    /// The fields of theirs that a source names, with their values made one.
    pub(super) fn take(&self, source: &FieldSource) -> Option<(Vec<String>, Value)> {
        if let Some(value) = &source.value {
            return Some((vec![], json!(value)));
        }
        let there = source
            .from
            .iter()
            .filter_map(|path| Some((path.clone(), self.original.field(path)?)));
        let mut there: Vec<(String, Value)> =
            there.filter(|(_, value)| !is_nothing(value)).collect();
        if !source.all {
            there.truncate(1);
        }
        let paths: Vec<String> = there.iter().map(|(path, _)| path.clone()).collect();
        let parts = |value: Value| match (&source.split, value) {
            (Some(split), Value::String(text)) if !split.is_empty() => Value::Array(
                text.split(split.as_str())
                    .map(|part| json!(part.trim()))
                    .collect(),
            ),
            (_, value) => value,
        };
        let mut values: Vec<Value> = there.into_iter().map(|(_, value)| parts(value)).collect();
        let value = match values.len() {
            0 => json!(source.default.clone()?),
            1 => values.remove(0),
            _ => Value::Array(
                values
                    .into_iter()
                    .flat_map(|value| match value {
                        Value::Array(items) => items,
                        one => vec![one],
                    })
                    .collect(),
            ),
        };
        Some((paths, told(source, value)))
    }

    /// What a source can be taken from: of several fields the next where the first cannot be read.
    pub(super) fn each(&self, source: &FieldSource) -> Vec<(Vec<String>, Value)> {
        if source.all || source.value.is_some() {
            return self.take(source).into_iter().collect();
        }
        let one = |path: &String| {
            let alone = FieldSource {
                from: vec![path.clone()],
                default: None,
                ..source.clone()
            };
            self.take(&alone)
        };
        let mut each: Vec<(Vec<String>, Value)> = source.from.iter().filter_map(one).collect();
        if each.is_empty() {
            each.extend(self.take(source));
        }
        each
    }

    pub(super) fn habits<'h>(&'h self, source: &'h FieldSource, zone: &'h TimeZone) -> Habits<'h> {
        let local = source.zone.as_deref() == Some("local");
        Habits {
            day_first: self.manner.day_first,
            formats: &source.dates,
            zone,
            local,
        }
    }

    /// Every field but those that are read together.
    fn fields(&mut self) {
        let together = [
            "start",
            "end",
            "start_time",
            "end_time",
            "slug",
            "body",
            "timezone",
            "image.alt",
        ];
        let event = self.is_event();
        for (ours, source) in &self.folder.fields {
            let first = ours.split('.').next().unwrap_or("");
            let known = self
                .shape
                .common
                .iter()
                .chain(&self.shape.own)
                .any(|name| name == first);
            if together.contains(&ours.as_str()) && (event || ours != "start" && ours != "end")
                || !known
            {
                continue;
            }
            let zone = source
                .zone
                .as_deref()
                .and_then(zone::zone)
                .and_then(|name| TimeZone::get(&name).ok());
            let zone = zone.as_ref().unwrap_or(self.manner.zone);
            for (paths, value) in self.each(source) {
                match self.converted(ours, &value, &self.habits(source, zone)) {
                    Ok(value) => {
                        self.set(ours, value);
                        self.tell(paths, &Fate::Mapped(ours.clone()));
                        break;
                    }
                    Err(why) => self.tell(paths, &Fate::Lost(why, example(&value))),
                }
            }
        }
    }

    fn converted(&self, ours: &str, value: &Value, habits: &Habits) -> Result<Value, Reason> {
        let root = &self.shape.schema;
        if ours == "topics" {
            return topics(value);
        }
        if ours == "image" || ours == "image.file" {
            let file = value
                .get("src")
                .or_else(|| value.get("url"))
                .or_else(|| value.get("file"))
                .or_else(|| value.get("path"))
                .unwrap_or(value);
            return plain(file).map(|text| json!(text)).ok_or("is no file");
        }
        if ours == "draft" && value.is_string() && value.as_str().is_some_and(|text| text == "not")
        {
            return Ok(json!(true));
        }
        let mut schema = &root["properties"];
        let mut parts = ours.split('.');
        schema = &schema[parts.next().unwrap_or("")];
        for part in parts {
            if ours.starts_with("extra.") {
                return Ok(value.clone());
            }
            let group = resolve(root, schema);
            let group = if group["type"] == "array" {
                resolve(root, &group["items"])
            } else {
                group
            };
            schema = &group["properties"][part];
        }
        if schema.is_null() {
            return Err("no field of ours was named for it");
        }
        convert(root, schema, value, habits)
    }

    /// Puts a value at a path with dots. A part that is there already stays.
    pub(super) fn set(&mut self, path: &str, value: Value) {
        let path = if path == "image" { "image.file" } else { path };
        match path.split_once('.') {
            None => match (self.fields.get_mut(path), value) {
                (Some(Value::Object(there)), Value::Object(more)) => {
                    for (name, value) in more {
                        there.entry(name).or_insert(value);
                    }
                }
                (_, value) => drop(self.fields.insert(path.to_owned(), value)),
            },
            Some((first, part)) => {
                let group = self
                    .fields
                    .entry(first.to_owned())
                    .or_insert_with(|| json!({}));
                if let Some(group) = group.as_object_mut() {
                    group.insert(part.to_owned(), value);
                }
            }
        }
    }

    pub(super) fn tell(&mut self, paths: Vec<String>, fate: &Fate) {
        for path in paths {
            let known = self.fates.entry(path).or_insert_with(|| fate.clone());
            if !matches!(known, Fate::Mapped(_)) {
                *known = fate.clone();
            }
        }
    }

    pub(super) fn is_event(&self) -> bool {
        self.shape.own.iter().any(|name| name == "all_day")
    }

    pub(super) fn source(&self, ours: &str) -> Option<&FieldSource> {
        self.folder.fields.get(ours)
    }

    /// What is to be seen on the picture.
    fn picture(&mut self) {
        let picture = self
            .source("image.alt")
            .and_then(|source| self.take(source));
        if let (Some((paths, alt)), true) = (picture, self.fields.contains_key("image"))
            && let Some(text) = plain(&alt)
        {
            self.set("image.alt", json!(crate::content::html::tags::words(&text)));
            self.tell(paths, &Fate::Mapped("image.alt".to_owned()));
        }
    }

    /// A record has a title: its own, that of its first heading, or its file's name.
    fn title(&mut self) {
        if self
            .fields
            .get("title")
            .is_some_and(|title| !is_nothing(title))
        {
            return;
        }
        let heading = self
            .original
            .body
            .lines()
            .find(|line| !line.trim().is_empty());
        let heading = heading
            .and_then(|line| line.trim().strip_prefix("# "))
            .map(crate::content::html::tags::words);
        let (title, what) = match heading.filter(|title| !title.is_empty() && !title.contains("{{"))
        {
            Some(title) => (title, "a title was taken from the first heading"),
            None => (
                slug::title(&self.original.name),
                "a title was made of the file's name",
            ),
        };
        self.notes.push(Note::repaired(what));
        self.fields.insert("title".to_owned(), json!(title));
    }

    /// What stands below the fields; of a row in a table, a field of it.
    fn body(&mut self) -> String {
        let taken = self.source("body").and_then(|source| self.take(source));
        match taken {
            Some((paths, value)) if self.original.body.trim().is_empty() => {
                self.tell(paths, &Fate::Mapped("body".to_owned()));
                plain(&value).unwrap_or_default()
            }
            _ => self.original.body.clone(),
        }
    }

    fn slug(&mut self) -> String {
        let taken = self.source("slug").and_then(|source| self.take(source));
        let given = taken.and_then(|(paths, value)| {
            let text = plain(&value)?;
            self.tell(paths, &Fate::Mapped("slug".to_owned()));
            Some(text.trim_matches('/').rsplit('/').next()?.to_owned())
        });
        let title = plain(self.fields.get("title").unwrap_or(&Value::Null)).unwrap_or_default();
        let mut names = [given.unwrap_or_default(), self.original.name.clone(), title];
        if self.original.table().is_some() {
            names.swap(1, 2);
        }
        let slug = names
            .iter()
            .map(|name| slug::slug(name.trim_end_matches(".html")))
            .find(|slug| !slug.is_empty());
        slug.unwrap_or_else(|| {
            self.original
                .section()
                .chars()
                .filter(char::is_ascii_lowercase)
                .chain("x".chars())
                .collect()
        })
    }
}

/// The names that the mapping gives to values, and what it puts them into.
fn told(source: &FieldSource, value: Value) -> Value {
    if let Value::Array(items) = value {
        return Value::Array(items.into_iter().map(|item| told(source, item)).collect());
    }
    let text = plain(&value);
    let known = text.as_ref().and_then(|text| {
        source
            .values
            .iter()
            .find(|(theirs, _)| theirs.eq_ignore_ascii_case(text))
    });
    let value = known.map_or(value, |(_, ours)| json!(ours));
    match (&source.put, plain(&value)) {
        (Some(put), Some(text)) if !text.contains("://") => json!(put.replace("{}", &text)),
        _ => value,
    }
}
