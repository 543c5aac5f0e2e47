//! Sources to documents: each file by itself, in parallel, every fault of every file.

use super::common::Common;
use super::config::Config;
use super::markdown;
use super::shape::{Shape, is_text, resolve, shape};
use super::translation;
use super::{Document, Kind, Version};
use crate::diagnostic::{Diagnostic, nearest};
use crate::say;
use crate::source::front_matter::{SplitError, split};
use crate::source::{Source, SourceId, Sources, Span};
use crate::yaml::problem::{empty_field, is_misspelt, missing_field, unknown_field};
use crate::yaml::{Node, Value};
use icu_normalizer::DecomposingNormalizerBorrowed;
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
pub struct Cache(BTreeMap<(usize, String), (Texts, Read)>);

/// The files of a record and what stands in them.
type Texts = Vec<(SourceId, Arc<str>)>;

/// Kind, slug and language of a file.
type Place<'a> = (&'static Kind, &'a str, Option<String>);

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
        match place(sources, id, config) {
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
    sources: &'a Sources,
    id: SourceId,
    config: &Config,
) -> Option<Result<Place<'a>, Box<Diagnostic>>> {
    let source = sources.get(id);
    let path = source.path.strip_prefix("content/")?;
    let stem = path.strip_suffix(".md")?;
    let top = Span::new(id, 0, source.text.lines().next().unwrap_or("").len());
    let Some((folder, stem)) = stem.split_once('/') else {
        return (stem != "README").then(|| Err(Box::new(homeless(path, top))));
    };
    let name = &path[folder.len() + 1..];
    let Some(kind) = Kind::in_folder(folder) else {
        let known: Vec<&str> = super::KINDS.iter().map(|kind| kind.folder).collect();
        let fault = Diagnostic::error(
            "content/unknown-folder",
            say!(
                "`content/{}/` is not one of the folders for content",
                folder
            ),
        )
        .at(top, "this file lies in it");
        let help = match nearest(folder, known.iter().copied()) {
            Some(near) => say!("did you mean `content/{}/`?", near),
            None => say!("move it into one of {}", known.join(", ")),
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
        return Some(Err(Box::new(misnamed(sources, path, top))));
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
                say!(
                    "`{}` in `{}` is not a language of this site",
                    language,
                    name
                ),
            )
            .at(top, "this file");
            Some(Err(Box::new(fault.help(say!("the languages are {}; add it to `languages` in `data/site.yaml`, or rename the file", known.join(", "))))))
        }
        Some(language) if language == config.default_language() => Some(Ok((kind, slug, None))),
        language => Some(Ok((kind, slug, language.map(str::to_owned)))),
    }
}

/// A file whose name cannot become an address, with a name that is still free.
fn misnamed(sources: &Sources, path: &str, top: Span) -> Diagnostic {
    let (folder, name) = path.split_once('/').unwrap_or(("", path));
    let stem = name.strip_suffix(".md").unwrap_or(name);
    let (slug, language) = stem.split_at(stem.find('.').unwrap_or(stem.len()));
    let plain = file_name(slug).unwrap_or_else(|| "naam".to_owned());
    let free = format!("{plain}{language}.md");
    let help = match sources.find(&format!("content/{folder}/{free}")) {
        _ if stem.contains('/') => say!(
            "folders within `content/{}/` are not read; move the file up",
            folder
        ),
        Some(_) => say!(
            "`{}` is there already: remove one of the two, or give this one a name of its own",
            free
        ),
        None => say!(
            "rename it to `{}`: lower-case letters, digits and single hyphens",
            free
        ),
    };
    let message = say!("`{}` cannot become the address of a page", name);
    Diagnostic::error("content/bad-file-name", message)
        .at(top, "this file")
        .help(help)
}

/// A file beside the folders, where nothing looks for it.
fn homeless(path: &str, top: Span) -> Diagnostic {
    let known: Vec<&str> = super::KINDS.iter().map(|kind| kind.folder).collect();
    Diagnostic::error(
        "content/unknown-folder",
        say!("`content/{}` lies in none of the folders for content", path),
    )
    .at(top, "this file")
    .help(say!("move it into one of {}", known.join(", ")))
}

/// The name of the file of a title: ASCII, in lower case, with hyphens; none when nothing of it is left.
pub fn file_name(title: &str) -> Option<String> {
    let apart = DecomposingNormalizerBorrowed::new_nfd().normalize(title);
    let mut plain = String::new();
    for c in apart.chars().flat_map(char::to_lowercase) {
        match c {
            'ß' => plain += "ss",
            'æ' => plain += "ae",
            'ø' => plain.push('o'),
            'œ' => plain += "oe",
            '\'' | '’' | '\u{300}'..='\u{36f}' => {}
            c if c.is_ascii_alphanumeric() => plain.push(c),
            _ => plain.push(' '),
        }
    }
    let words: Vec<&str> = plain.split_whitespace().collect();
    let name: String = words.join("-").chars().take(80).collect();
    let name = name.trim_matches('-');
    (!name.is_empty()).then(|| name.to_owned())
}

type Read = (&'static Kind, String, Option<Document>, Vec<Diagnostic>);

/// The record that a file belongs to, read again; none when anything is to be said about it.
pub fn record(sources: &Sources, config: &Config, path: &str) -> Option<Document> {
    let (id, _) = sources.find(path)?;
    let (kind, slug, _) = place(sources, id, config)?.ok()?;
    let stem = format!("content/{}/{slug}.", kind.folder);
    let mut files: Vec<File> = Vec::new();
    for (id, source) in sources.iter().filter(|(_, s)| s.path.starts_with(&stem)) {
        let (_, _, language) = place(sources, id, config)?.ok()?;
        files.push((language, id, source));
    }
    let (_, _, document, faults) = group(kind, slug, files, config);
    document.filter(|_| faults.is_empty())
}

/// One record with its translations.
fn group(kind: &'static Kind, slug: &str, mut files: Vec<File>, config: &Config) -> Read {
    let mut faults = Vec::new();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    let originals = files
        .iter()
        .filter(|(language, ..)| language.is_none())
        .count();
    if originals != 1 {
        faults.push(not_one_original(kind, slug, &files, originals, config));
        return (kind, slug.to_owned(), None, faults);
    }
    let shape = shape(kind);
    let translated = files.len() > 1;
    let mut original: Option<Node> = None;
    let mut versions = Vec::new();
    let (mut id, original_path) = (slug.to_owned(), files[0].2.path.clone());
    for (language, source_id, source) in files {
        let Some((node, body)) = front_matter(source_id, source, &mut faults) else {
            continue;
        };
        let (body, more) = markdown::parse(source_id, &source.text, body);
        faults.extend(more);
        let node = match (&original, &language) {
            (None, None) if translated => original.insert(node).clone(),
            (None, None) => node,
            // Without the facts of the original every one of them would seem to be missing here.
            (None, Some(_)) => continue,
            (Some(original), _) => {
                translation::merge(original, node, &shape.schema, &original_path, &mut faults)
            }
        };
        let known = faults.len();
        let decoded = decode(kind, shape, node, &mut faults);
        for fault in faults.iter_mut().skip(known) {
            commented_out(fault, source_id, source);
        }
        let Some((common, record)) = decoded else {
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
        .any(|fault| fault.severity == crate::diagnostic::Severity::Error);
    let slug = slug.to_owned();
    // What could be read of a record with mistakes goes on: its references may hold more of them.
    let document = (!versions.is_empty()).then(|| Document {
        kind,
        id,
        slug: slug.clone(),
        versions,
        whole,
    });
    (kind, slug, document, faults)
}

/// Who writes `title: #1` wrote a value, and YAML sees none: a comment begins there.
fn commented_out(fault: &mut Diagnostic, id: SourceId, source: &Source) {
    let Some(key) = fault.labels.first().map(|label| label.span) else {
        return;
    };
    if fault.code != "yaml/missing-field" || key.source != id {
        return;
    }
    let name = source.text.get(key.range()).unwrap_or("");
    let rest = source.text.get(key.range().end..).unwrap_or("");
    let value = rest.lines().next().and_then(|line| line.strip_prefix(':'));
    if let Some(value) = value.map(str::trim).filter(|value| value.starts_with('#')) {
        fault.help = Some(say!(
            "a `#` begins a comment; put quotes around the text: `{}: \"{}\"`",
            name,
            value.replace('"', "\\\"")
        ));
    }
}

/// A record has one file in the default language: there is none, or there are two.
fn not_one_original(
    kind: &Kind,
    slug: &str,
    files: &[File],
    originals: usize,
    config: &Config,
) -> Diagnostic {
    let top =
        |(_, id, source): &File| Span::new(*id, 0, source.text.lines().next().unwrap_or("").len());
    if originals == 0 {
        let message = say!(
            "this is a translation of `{}.md`, which does not exist",
            slug
        );
        let help = say!(
            "write the record in the default language first, in `content/{}/{}.md`",
            kind.folder,
            slug
        );
        return Diagnostic::error("content/translation-without-original", message)
            .at(top(&files[0]), "this file")
            .help(help);
    }
    let default = config.default_language();
    let message = say!(
        "`{}.md` and `{}.{}.md` are the same record in the same language",
        slug,
        slug,
        default
    );
    let help = say!(
        "keep one of the two; without a language in its name a file is in `{}`",
        default
    );
    Diagnostic::error("content/duplicate-id", message)
        .at(top(&files[1]), "the second")
        .at(top(&files[0]), "the first")
        .help(help)
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
                    say!("this file has no front matter"),
                    say!(
                        "begin with a line `---`, then lines such as `title: …`, then again a line `---`"
                    ),
                ),
                SplitError::Unclosed => (
                    say!("the front matter is not closed"),
                    say!("add a line `---` below the last field"),
                ),
            };
            faults.push(
                Diagnostic::error("content/front-matter", message)
                    .at(Span::new(id, 0, first), "the file begins here")
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
        .at(node.span, "this is none");
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
    let mut unknown = Vec::new();
    for (key, value) in fields {
        let name = key.text().unwrap_or("");
        if shape.common.iter().any(|known| known == name) {
            common.push((key, value));
        } else if shape.own.iter().any(|known| known == name) {
            own.push((key, value));
        } else {
            let known = shape.common.iter().chain(&shape.own).map(String::as_str);
            unknown.push(unknown_field(name, known, key.span));
        }
    }
    // What stands in a day or a number is told by who reads it.
    let is_unseen = |name: &str, value: &Node| {
        let field = &shape.schema["properties"][name];
        value.is_unseen() && is_text(resolve(&shape.schema, field))
    };
    let mut told: Vec<Diagnostic> = Vec::new();
    for name in &shape.required {
        let given = common
            .iter()
            .chain(&own)
            .find(|(key, _)| key.text() == Some(name));
        let fault = match given {
            None => missing_field(name, "", node.span),
            Some((key, value)) if value.is_null() || value.is_blank() || is_unseen(name, value) => {
                empty_field(name, key.span)
            }
            Some(_) => continue,
        };
        if !is_misspelt(name, &unknown) {
            faults.push(fault.clone());
        }
        told.push(fault);
    }
    faults.extend(unknown);
    let part = |fields| Node {
        id: 0,
        span: node.span,
        value: Value::Mapping(fields),
    };
    let mut more = Vec::new();
    let common = crate::yaml::decode::decode::<Common>(&part(common), &mut more);
    let record = (kind.decode)(&part(own), &mut more);
    // Missing fields were told all at once; the decoder tells only the first of them again.
    faults.extend(more.into_iter().filter(|fault| !told.contains(fault)));
    common.zip(record)
}
