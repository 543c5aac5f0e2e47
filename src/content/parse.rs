//! Sources to documents: each file by itself, in parallel, every fault of every file.

use super::common::Common;
use super::config::Config;
use super::markdown;
use super::shape::{Shape, shape};
use super::translation;
use super::{Document, Kind, Version};
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::front_matter::{SplitError, split};
use crate::source::{Source, SourceId, Sources, Span};
use crate::yaml::decode::{missing_field, unknown_field};
use crate::yaml::{Node, Value};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the content folder holds.
#[derive(Default)]
pub struct Parsed {
    /// Every document that could be read, by kind and slug.
    pub documents: Vec<Document>,
    /// Folder and slug of those that could not: references to them are not also wrong.
    pub failed: BTreeSet<(&'static str, String)>,
}

/// What was parsed the last time, for a preview that parses again after every edit.
///
/// A record is known by its files: as long as each has the same number and the very same text in
/// memory, what was read from them stands. Nothing can be stale, for nothing is compared loosely.
#[derive(Default)]
pub struct Cache(BTreeMap<(usize, String), (Vec<(SourceId, Arc<str>)>, Read)>);

/// A file of a kind's folder: its language, `None` for the default, and its source.
type File<'a> = (Option<String>, SourceId, &'a Source);

/// Parses everything below `content/`. What `cache` knows is not parsed again.
pub fn parse(
    sources: &Sources,
    config: &Config,
    cache: &mut Cache,
    faults: &mut Vec<Diagnostic>,
) -> Parsed {
    let mut groups: BTreeMap<(usize, &str), Vec<File>> = BTreeMap::new();
    for (id, source) in sources.iter() {
        match place(source, id, config) {
            Some(Ok((kind, slug, language))) => groups
                .entry((kind.number(), slug))
                .or_default()
                .push((language, id, source)),
            Some(Err(fault)) => faults.push(*fault),
            None => {}
        }
    }
    let one = |((kind, slug), files): ((usize, &str), Vec<File>)| {
        let name = (kind, slug.to_owned());
        let texts: Vec<(SourceId, Arc<str>)> = files
            .iter()
            .map(|(_, id, source)| (*id, source.text.clone()))
            .collect();
        match cache.0.get(&name) {
            Some((known, read)) if same(known, &texts) => (name, texts, read.clone()),
            _ => (name, texts, group(&super::KINDS[kind], slug, files, config)),
        }
    };
    let read: Vec<_> = groups.into_par_iter().map(one).collect();
    let mut parsed = Parsed::default();
    *cache = Cache::default();
    for (name, texts, read) in read {
        let (kind, slug, document, more) = read.clone();
        cache.0.insert(name, (texts, read));
        faults.extend(more);
        match document {
            Some(document) => parsed.documents.push(document),
            None => {
                parsed.failed.insert((kind.folder, slug));
            }
        }
    }
    parsed
}

fn same(a: &[(SourceId, Arc<str>)], b: &[(SourceId, Arc<str>)]) -> bool {
    a.len() == b.len()
        && a.iter()
            .zip(b)
            .all(|(a, b)| a.0 == b.0 && Arc::ptr_eq(&a.1, &b.1))
}

/// Kind, slug and language of a source by its path; `None` for what is not content.
fn place<'a>(
    source: &'a Source,
    id: SourceId,
    config: &Config,
) -> Option<Result<(&'static Kind, &'a str, Option<String>), Box<Diagnostic>>> {
    let (folder, name) = source.path.strip_prefix("content/")?.split_once('/')?;
    let stem = name.strip_suffix(".md")?;
    let top = Span::new(id, 0, 0);
    let Some(kind) = Kind::in_folder(folder) else {
        let known: Vec<&str> = super::KINDS.iter().map(|kind| kind.folder).collect();
        let fault = Diagnostic::error(
            "content/unknown-folder",
            format!("`content/{folder}/` is not a folder of Plein"),
        )
        .at(top, "");
        let help = match nearest(folder, known.iter().copied()) {
            Some(near) => format!("did you mean `content/{near}/`?"),
            None => format!("the folders are {}", known.join(", ")),
        };
        return Some(Err(Box::new(fault.help(help))));
    };
    let (slug, language) = match stem.split_once('.') {
        Some((slug, language)) => (slug, Some(language)),
        None => (stem, None),
    };
    let plain = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    if !slug.split('-').all(plain) {
        let fault = Diagnostic::error(
            "content/bad-file-name",
            format!("`{name}` cannot become an address"),
        )
        .at(top, "");
        let help = format!(
            "rename it to `{}.md`: lower-case letters, digits and single hyphens",
            ascii_slug(slug)
        );
        return Some(Err(Box::new(fault.help(help))));
    }
    match language {
        Some(language)
            if !config
                .languages
                .iter()
                .any(|known| *known.value.0 == *language) =>
        {
            let known: Vec<&str> = config.languages.iter().map(|l| &*l.value.0).collect();
            let fault = Diagnostic::error(
                "content/unknown-language",
                format!("`{language}` is not a language of this site"),
            )
            .at(top, "");
            Some(Err(Box::new(fault.help(format!(
                "the languages are {}; add it to `data/site.yaml`, or rename the file",
                known.join(", ")
            )))))
        }
        Some(language) if language == config.default_language() => Some(Ok((kind, slug, None))),
        language => Some(Ok((kind, slug, language.map(str::to_owned)))),
    }
}

fn ascii_slug(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        "naam".to_owned()
    } else {
        words.join("-")
    }
}

type Read = (&'static Kind, String, Option<Document>, Vec<Diagnostic>);

/// One record with its translations.
fn group(kind: &'static Kind, slug: &str, mut files: Vec<File>, config: &Config) -> Read {
    let mut faults = Vec::new();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    let originals = files
        .iter()
        .filter(|(language, ..)| language.is_none())
        .count();
    if originals != 1 {
        let (_, id, _) = files[originals.min(files.len() - 1)];
        let (code, message) = match originals {
            0 => (
                "content/translation-without-original",
                format!("this is a translation of `{slug}.md`, which does not exist"),
            ),
            _ => (
                "content/duplicate-id",
                format!(
                    "`{slug}.md` and `{slug}.{}.md` are the same record",
                    config.default_language()
                ),
            ),
        };
        let help = format!(
            "write the record in the default language first, in `content/{}/{slug}.md`",
            kind.folder
        );
        faults.push(
            Diagnostic::error(code, message)
                .at(Span::new(id, 0, 0), "")
                .help(help),
        );
        return (kind, slug.to_owned(), None, faults);
    }
    let shape = shape(kind);
    let mut original: Option<Node> = None;
    let mut versions = Vec::new();
    let (mut id, original_path) = (slug.to_owned(), files[0].2.path.clone());
    for (language, source_id, source) in files {
        let Some((node, body)) = front_matter(source_id, source, &mut faults) else {
            continue;
        };
        let node = match &original {
            None => original.insert(node).clone(),
            Some(original) => {
                translation::merge(original, node, &shape.schema, &original_path, &mut faults)
            }
        };
        let (body, more) = markdown::parse(source_id, &source.text, body);
        faults.extend(more);
        let Some((common, record)) = decode(kind, shape, node, &mut faults) else {
            continue;
        };
        if let Some(given) = &common.id {
            id = given.value.0.clone();
        }
        let language = language.unwrap_or_else(|| config.default_language().to_owned());
        versions.push(Version {
            language,
            source: source_id,
            common: Arc::new(common),
            record,
            body: Arc::new(body),
        });
    }
    let whole = !faults
        .iter()
        .any(|fault| fault.severity == crate::diagnostic::Severity::Error)
        && !versions.is_empty();
    (
        kind,
        slug.to_owned(),
        whole.then(|| Document {
            kind,
            id,
            slug: slug.to_owned(),
            versions,
        }),
        faults,
    )
}

/// The tree of a file's front matter and the place of its body.
fn front_matter(
    id: SourceId,
    source: &Source,
    faults: &mut Vec<Diagnostic>,
) -> Option<(Node, std::ops::Range<usize>)> {
    let split = match split(&source.text) {
        Ok(split) => split,
        Err(error) => {
            let first = source.text.lines().next().unwrap_or("").len();
            let (message, help) = match error {
                SplitError::Missing => (
                    "this file has no front matter",
                    "begin with a line `---`, then `title: …`, then a line `---`",
                ),
                SplitError::Unclosed => (
                    "the front matter is not closed",
                    "add a line `---` below the last field",
                ),
            };
            faults.push(
                Diagnostic::error("content/front-matter", message)
                    .at(Span::new(id, 0, first), "")
                    .help(help),
            );
            return None;
        }
    };
    let (node, more) = crate::yaml::parse(id, &source.text, split.yaml);
    faults.extend(more);
    let node = node?;
    if !matches!(node.value, Value::Mapping(_)) {
        let fault = Diagnostic::error(
            "content/front-matter",
            "front matter consists of lines `name: value`",
        )
        .at(node.span, "");
        faults.push(fault.help("write a field on each line, such as `title: Soep koken`"));
        return None;
    }
    Some((node, split.body))
}

/// The common fields and the kind's own from one group of fields.
fn decode(
    kind: &Kind,
    shape: &Shape,
    node: Node,
    faults: &mut Vec<Diagnostic>,
) -> Option<(Common, Arc<dyn super::Record>)> {
    let Value::Mapping(fields) = node.value else {
        return None;
    };
    let (mut common, mut own) = (Vec::new(), Vec::new());
    for (key, value) in fields {
        let name = key.text().unwrap_or("").to_owned();
        if shape.common.contains(&name) {
            common.push((key, value));
        } else if shape.own.contains(&name) {
            own.push((key, value));
        } else {
            let known = shape.common.iter().chain(&shape.own).map(String::as_str);
            faults.push(unknown_field(&name, known, key.span));
        }
    }
    let before = faults.len();
    for name in &shape.required {
        let given = common
            .iter()
            .chain(&own)
            .any(|(key, value)| key.text() == Some(name) && !value.is_null());
        if !given {
            faults.push(missing_field(name, "", node.span));
        }
    }
    let complete = faults.len() == before;
    let part = |fields| Node {
        id: 0,
        span: node.span,
        value: Value::Mapping(fields),
    };
    let common = reported_once(faults, complete, |faults| {
        crate::yaml::decode::decode::<Common>(&part(common), faults)
    });
    let record = reported_once(faults, complete, |faults| (kind.decode)(&part(own), faults));
    common.zip(record)
}

/// Missing fields were told all at once before; the decoder tells only the first of them again.
fn reported_once<T>(
    faults: &mut Vec<Diagnostic>,
    complete: bool,
    decode: impl FnOnce(&mut Vec<Diagnostic>) -> T,
) -> T {
    let before = faults.len();
    let value = decode(faults);
    if !complete {
        let mut n = 0;
        faults.retain(|fault| {
            n += 1;
            n <= before
                || fault.code != "yaml/missing-field"
                || fault.labels.first().is_some_and(|l| !l.text.is_empty())
        });
    }
    value
}
