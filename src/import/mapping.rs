//! The mapping: which folder becomes which kind, which field which of ours. A file that people can read and change.

use super::matter::Note;
use crate::content::shape::shape;
use crate::content::{KINDS, Kind};
use crate::diagnostic::Diagnostic;
use crate::phrase;
use crate::say;
use crate::source::{Source as Text, SourceId, Sources};
use crate::yaml::own::{Fault, TEXT_OR_FIELDS, scalar};
use crate::yaml::problem::unknown_field;
use crate::yaml::{Node, Value};
use regex::Regex;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// What a mapping file says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Languages of the content, the default one first.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Zone of times without one.
    #[serde(default)]
    pub timezone: Option<String>,
    /// Whether `03/04` is the third of April.
    #[serde(default = "yes")]
    pub day_first: bool,
    /// Address of the old site: what is linked to and was not imported is linked to there.
    #[serde(default)]
    pub old_site: Option<String>,
    /// Name of the site, when it has none yet.
    #[serde(default)]
    pub title: Option<String>,
    /// How many topics are made of tags at most; the most used ones.
    #[serde(default = "many_topics")]
    pub most_topics: u32,
    /// Whether addresses on the old site lead to the new ones.
    #[serde(default = "yes")]
    pub old_addresses: bool,
    /// Whether pictures are copied.
    #[serde(default = "yes")]
    pub pictures: bool,
    /// Folders, in order: the first that a file lies in counts.
    #[serde(default)]
    pub folders: Vec<Folder>,
    /// What replaces shortcodes and Liquid, in order.
    #[serde(default)]
    pub replace: Vec<Replacement>,
}

fn yes() -> bool {
    true
}

fn many_topics() -> u32 {
    60
}

/// What becomes of the files of a folder.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Folder {
    /// Paths in the repository: `*` is any part of a name, `**` any folders.
    pub from: String,
    /// The folder of a kind, such as `events`; `none` leaves the files out.
    pub kind: KindName,
    /// Our fields, and what they are made of.
    #[serde(default)]
    pub fields: BTreeMap<String, FieldSource>,
    /// Fields whose words stand below the text, under a heading of their own.
    #[serde(default)]
    pub below: Vec<String>,
    /// Fields that need not come along.
    #[serde(default)]
    pub drop: Vec<String>,
}

/// A kind by its folder, or `none`.
#[derive(Debug, Clone)]
pub struct KindName(pub Option<&'static Kind>);

impl<'de> Deserialize<'de> for KindName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(deserializer, |text| {
            let known = |kind: &&Kind| kind.folder == text || kind.name == text;
            match KINDS.iter().find(known) {
                _ if text == "none" => Ok(KindName(None)),
                Some(kind) => Ok(KindName(Some(kind))),
                None => Err(Fault {
                    code: "yaml/unknown-value",
                    message: say!("`{}` is no kind", text),
                    help: say!(
                        "it can be {}, or none",
                        KINDS
                            .iter()
                            .map(|k| k.folder)
                            .collect::<Vec<_>>()
                            .join(", ")
                    ),
                }),
            }
        })
    }
}

/// What a field of ours is made of.
#[derive(Debug, Clone, Default)]
pub struct FieldSource {
    /// Fields of theirs: the first that is there, or, parted by `+`, all of them together.
    pub from: Vec<String>,
    /// Whether all of them count, and not the first.
    pub all: bool,
    /// What their values are called here.
    pub values: BTreeMap<String, String>,
    /// How dates are written, as `strftime` has it.
    pub dates: Vec<String>,
    /// The zone of times; `local` leaves offsets aside.
    pub zone: Option<String>,
    /// What parts a text into a list.
    pub split: Option<String>,
    /// What the value is put into, at `{}`.
    pub put: Option<String>,
    /// What it is when they have none.
    pub default: Option<String>,
    /// What it is in every file.
    pub value: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Details {
    #[serde(default)]
    from: String,
    #[serde(default)]
    values: BTreeMap<String, String>,
    #[serde(default)]
    dates: Vec<String>,
    #[serde(default)]
    zone: Option<String>,
    #[serde(default)]
    split: Option<String>,
    #[serde(default)]
    put: Option<String>,
    #[serde(default)]
    default: Option<String>,
    #[serde(default)]
    value: Option<String>,
}

impl FieldSource {
    /// A source as a text names it: `start | date`, `tags + categories`.
    pub fn of(text: &str) -> FieldSource {
        let all = text.contains('+');
        let names = text
            .split(['|', '+'])
            .map(str::trim)
            .filter(|name| !name.is_empty());
        FieldSource {
            from: names.map(str::to_owned).collect(),
            all,
            ..FieldSource::default()
        }
    }
}

impl<'de> Deserialize<'de> for FieldSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = FieldSource;
            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("the name of a field, or a group with `from`")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<FieldSource, E> {
                Ok(FieldSource::of(text))
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                map: A,
            ) -> Result<FieldSource, A::Error> {
                let details =
                    Details::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(FieldSource {
                    values: details.values,
                    dates: details.dates,
                    zone: details.zone,
                    split: details.split,
                    put: details.put,
                    default: details.default,
                    value: details.value,
                    ..FieldSource::of(&details.from)
                })
            }
        }
        deserializer.deserialize_struct(TEXT_OR_FIELDS, &[], Visitor)
    }
}

/// What a piece of a body becomes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replacement {
    /// A regular expression, with named groups.
    pub find: Pattern,
    /// What comes in its place; `${name}` is a group.
    pub put: String,
}

/// A regular expression.
#[derive(Debug, Clone)]
pub struct Pattern(pub Regex);

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(deserializer, |text| {
            regex::RegexBuilder::new(text).size_limit(1 << 20).build().map(Pattern).map_err(|error| Fault {
                code: "yaml/unknown-value",
                message: say!("this is no regular expression: {}", error.to_string().lines().last().unwrap_or("").to_owned()),
                help: say!("put a backslash before brackets, braces and dots where the characters themselves are meant"),
            })
        })
    }
}

/// Our fields that are read together with another: the time of a day that stands elsewhere.
pub const HELPERS: [&str; 4] = ["start_time", "end_time", "slug", "body"];

/// Reads a mapping file.
pub fn read(path: &str, text: &str) -> (Option<Mapping>, Vec<Diagnostic>, Sources) {
    let sources = Sources::new(vec![Text {
        path: path.to_owned(),
        text: text.into(),
    }]);
    let (node, mut faults) = crate::yaml::parse(SourceId(0), text, 0..text.len());
    let mapping: Option<Mapping> = node
        .as_ref()
        .and_then(|node| crate::yaml::decode::decode(node, &mut faults));
    let nodes = node
        .as_ref()
        .and_then(|node| node.get("folders"))
        .map(|node| &node.value);
    if let (Some(mapping), Some(Value::Sequence(nodes))) = (&mapping, nodes) {
        for (folder, node) in mapping.folders.iter().zip(nodes) {
            faults.extend(unknown(folder, node));
        }
    }
    let wrong = faults
        .iter()
        .any(|fault| fault.severity == crate::diagnostic::Severity::Error);
    (mapping.filter(|_| !wrong), faults, sources)
}

/// Fields of ours that the kind does not have.
fn unknown(folder: &Folder, node: &Node) -> Vec<Diagnostic> {
    let fields = node.get("fields").map(|fields| &fields.value);
    let (Some(kind), Some(Value::Mapping(fields))) = (folder.kind.0, fields) else {
        return Vec::new();
    };
    let shape = shape(kind);
    let known = || {
        shape
            .common
            .iter()
            .chain(&shape.own)
            .map(String::as_str)
            .chain(HELPERS)
    };
    let names = fields
        .iter()
        .filter_map(|(name, _)| Some((name.text()?, name.span)));
    let first = |name: &str| name.split('.').next().unwrap_or("").to_owned();
    let strange = names.filter(|(name, _)| !known().any(|known| known == first(name)));
    strange
        .map(|(name, span)| unknown_field(&first(name), known(), span))
        .collect()
}

impl Mapping {
    /// The first folder whose pattern fits a path.
    pub fn folder(&self, path: &str) -> Option<(usize, &Folder)> {
        self.folders
            .iter()
            .enumerate()
            .find(|(_, folder)| fits(&folder.from, path))
    }

    /// Whether a folder takes a file along that others leave aside: rows of a table, or records among the data.
    pub fn wants(&self, path: &str) -> bool {
        let from = |folder: &Folder| match folder.from.split_once('#') {
            Some((from, _)) => fits(from, path),
            None => fits(&folder.from, path),
        };
        self.folders
            .iter()
            .any(|folder| folder.kind.0.is_some() && from(folder))
    }

    /// The patterns of the mapping over a body, with what was replaced.
    pub fn replaced(&self, mut body: String, notes: &mut Vec<Note>) -> String {
        for replacement in &self.replace {
            if replacement.find.0.is_match(&body) {
                notes.push(
                    Note::repaired(phrase!("replaced as the mapping says"))
                        .about(replacement.find.0.as_str()),
                );
                body = replacement
                    .find
                    .0
                    .replace_all(&body, replacement.put.as_str())
                    .into_owned();
            }
        }
        body
    }
}

/// Whether a path fits a pattern with `*` and `**`.
pub fn fits(pattern: &str, path: &str) -> bool {
    fn parts(pattern: &[&str], path: &[&str]) -> bool {
        match (pattern.split_first(), path.split_first()) {
            (None, None) => true,
            (Some((&"**", rest)), _) if parts(rest, path) => true,
            (Some((&"**", _)), Some((_, below))) => parts(pattern, below),
            (Some((name, rest)), Some((part, below))) => one(name, part) && parts(rest, below),
            _ => false,
        }
    }
    let split = |text: &str| -> Vec<String> { text.split('/').map(str::to_owned).collect() };
    let (pattern, path) = (split(pattern), split(path));
    let pattern: Vec<&str> = pattern.iter().map(String::as_str).collect();
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    pattern.iter().filter(|part| **part == "**").count() < 8 && parts(&pattern, &path)
}

/// Whether a name fits a pattern with `*`.
fn one(pattern: &str, name: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    if !pattern.contains('*') {
        return rest.is_empty();
    }
    let mut pieces: Vec<&str> = pieces.collect();
    let last = pieces.pop().unwrap_or("");
    for piece in pieces {
        match rest.split_once(piece) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_paths() {
        for (pattern, path, expected) in [
            ("content/events/**", "content/events/2024/a.md", true),
            ("content/events/**", "content/eventsx/a.md", false),
            ("content/*/events/**", "content/nl/events/a.md", true),
            ("**/*.md", "a.md", true),
            ("*.md", "b/a.md", false),
            ("_posts/2024-*-soup.md", "_posts/2024-05-01-soup.md", true),
        ] {
            assert_eq!(fits(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn a_mapping_is_read_and_its_slips_are_told_by_line() {
        let text = "timezone: Europe/Amsterdam\nfolders:\n- from: _events/**\n  kind: events\n  fields:\n    start: date | start_date\n    type: {from: sort, values: {Talk: inspiration}}\n";
        let (mapping, faults, _) = read("mapping.yaml", text);
        assert!(faults.is_empty(), "{faults:?}");
        let mapping = mapping.unwrap();
        let (_, folder) = mapping.folder("_events/a.md").unwrap();
        let start = &folder.fields["start"];
        assert_eq!(start.from, ["date", "start_date"]);
        let wrong = text.replace("start:", "strat:");
        let (mapping, faults, _) = read("mapping.yaml", &wrong);
        assert!(mapping.is_none());
        assert_eq!(faults[0].code, "yaml/unknown-field");
    }
}
