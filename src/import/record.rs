//! A document of theirs as a record of ours: its fields by the mapping, what could not come along told.

use super::convert::{Reason, convert, is_nothing, plain, topics};
use super::layout::Original;
use super::mapping::{FieldSource, Folder};
use super::matter::Note;
use super::moment::Habits;
use super::parts::{example, flat, missing};
use super::syntax::pair;
use crate::content::Kind;
use crate::content::shape::{Shape, resolve, shape};
use crate::content::zone;
use crate::diagnostic::Language;
use crate::diagnostic::words::in_language;
use crate::phrase;
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
    /// The language in which the importer is told things.
    pub language: Language,
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
        left: vec![],
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
        left: maker.left,
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
            draft.left.push(format!(
                "{path}: {example} ({})",
                in_language(manner.language, why)
            ));
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
        () if ours.is_empty() => phrase!("no field of ours was named for it"),
        () if !ours.iter().any(has) => phrase!("its kind has no such field"),
        () => phrase!("another field was taken for the same"),
    };
    Fate::Lost(why, example(value))
}

/// What a record is made with.
pub struct Maker<'a> {
    pub(super) original: &'a Original,
    pub(super) folder: &'a Folder,
    pub(super) shape: &'static Shape,
    pub(super) manner: &'a Manner<'a>,
    pub(super) fates: BTreeMap<String, Fate>,
    pub(super) notes: Vec<Note>,
    pub(super) left: Vec<String>,
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
                    Ok(made) => {
                        if !matches!(ours.as_str(), "topics" | "location.lat" | "location.lon")
                            && !source.all
                            && source.values.is_empty()
                        {
                            self.part(&paths, &value, &made);
                        }
                        self.set(ours, made);
                        self.tell(paths, &Fate::Mapped(ours.clone()));
                        break;
                    }
                    Err(why) => self.tell(paths, &Fate::Lost(why, example(&value))),
                }
            }
        }
    }

    /// Tells what of a value did not come along, unless a source of its own names it.
    fn part(&mut self, paths: &[String], theirs: &Value, ours: &Value) {
        let Some(path) = paths.first() else { return };
        let named = |name: &str| {
            let whole = format!("{path}.{name}");
            self.folder
                .fields
                .values()
                .any(|source| source.from.contains(&whole))
        };
        let mut theirs = theirs.clone();
        if let Some(parts) = theirs.as_object_mut() {
            parts.retain(|name, _| !named(name));
        }
        let day = |value: &Value| {
            value
                .as_str()
                .is_some_and(|text| text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok())
        };
        if day(ours) && theirs.as_str().is_some_and(|text| text.contains(':')) {
            self.notes.push(Note::repaired(phrase!(
                "of a moment only the day came along"
            )));
        }
        for lost in missing(&theirs, ours) {
            self.partly(path, &lost);
        }
    }

    /// A part of a field that did not come along.
    pub(super) fn partly(&mut self, path: &str, lost: &str) {
        let what = phrase!("only a part of a field came along, without");
        self.notes
            .push(Note::lost(what).about(&format!("{path}: {lost}")));
        self.left.push(format!(
            "{path}: {lost} ({})",
            in_language(self.manner.language, phrase!("only a part came along"))
        ));
    }

    fn converted(&self, ours: &str, value: &Value, habits: &Habits) -> Result<Value, Reason> {
        let root = &self.shape.schema;
        if ours == "topics" {
            return topics(value);
        }
        if let (Some((lat, lon)), "location.lat" | "location.lon") = (pair(value), ours) {
            return Ok(json!(if ours == "location.lat" { lat } else { lon }));
        }
        if ours == "image" || ours == "image.file" {
            let file = value
                .get("src")
                .or_else(|| value.get("url"))
                .or_else(|| value.get("file"))
                .or_else(|| value.get("path"))
                .unwrap_or(value);
            return plain(file)
                .map(|text| json!(text))
                .ok_or(phrase!("is no file"));
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
            return Err(phrase!("no field of ours was named for it"));
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
