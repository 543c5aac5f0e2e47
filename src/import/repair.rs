//! What Plein itself refuses of the new files is taken out of them, until it refuses nothing any more.

use super::matter::short;
use crate::content::Kind;
use crate::content::html::tags;
use crate::content::parse::Cache;
use crate::content::shape::shape;
use crate::diagnostic::words::in_language;
use crate::diagnostic::{Diagnostic, Language, Severity};
use crate::press::{self, Inputs};
use crate::source::disk::Folder;
use crate::source::past::Past;
use crate::source::{Source, Sources, Span};
use crate::{phrase, say};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// How often the whole is looked at; what is not mended by then is left out.
const ROUNDS: usize = 14;

/// Files that pass, and what was taken out of them.
pub struct Repaired {
    language: Language,
    /// The texts by path.
    pub texts: BTreeMap<String, String>,
    /// Path of the file, and what was taken out, in words.
    pub taken: Vec<(String, String)>,
    /// Path of the file that was left out, and why.
    pub out: Vec<(String, String)>,
    /// New path of a file, by its old one.
    pub moved: BTreeMap<String, String>,
    /// What is wrong beside them, in the site itself.
    pub beside: Vec<String>,
}

/// Looks at the new files in the site that they go to, and takes out what is refused.
pub fn repaired(
    texts: BTreeMap<String, String>,
    media: &BTreeMap<String, Arc<[u8]>>,
    target: &Folder,
    (now, language): (Timestamp, Language),
) -> Repaired {
    let mut repair = Repaired {
        language,
        texts,
        taken: vec![],
        out: vec![],
        moved: BTreeMap::new(),
        beside: vec![],
    };
    for round in 0..ROUNDS {
        let (sources, faults) = repair.look(media, target, now, round % 2 == 1);
        if faults.is_empty() && round % 2 == 1 {
            break;
        }
        repair.beside.clear();
        let mut wrong: BTreeMap<String, Vec<(Range<usize>, &Diagnostic)>> = BTreeMap::new();
        for fault in &faults {
            let place = |span: Span| Some((sources.get(span.source).path.clone(), span.range()));
            let places = fault.labels.iter().filter_map(|label| place(label.span));
            let ours = places.filter(|(path, _)| repair.texts.contains_key(path));
            // Of several fields that do not go together, one goes without which it is still what it was.
            let needed = |(path, range): &(String, Range<usize>)| repair.is_needed(path, range);
            match ours.min_by_key(needed) {
                Some((path, range)) => wrong.entry(path).or_default().push((range, fault)),
                None => repair.beside.push(fault.message.to(repair.language)),
            }
        }
        for (path, faults) in wrong {
            if round + 3 > ROUNDS {
                let why = faults.first().map_or(String::new(), |(_, fault)| {
                    fault.message.to(repair.language)
                });
                repair.texts.remove(&path);
                repair.out.push((path, why));
            } else {
                repair.mend(&path, faults);
            }
        }
    }
    repair
}

impl Repaired {
    /// What Plein refuses. Drafts and what is still to come are looked at too, every other time.
    fn look(
        &self,
        media: &BTreeMap<String, Arc<[u8]>>,
        target: &Folder,
        now: Timestamp,
        published: bool,
    ) -> (Sources, Vec<Diagnostic>) {
        let known: BTreeSet<&str> = target
            .sources
            .iter()
            .map(|(_, source)| source.path.as_str())
            .collect();
        let mut sources: Vec<Source> = target
            .sources
            .iter()
            .map(|(_, source)| source.clone())
            .collect();
        let new = self
            .texts
            .iter()
            .filter(|(path, _)| !known.contains(path.as_str()));
        sources.extend(new.map(|(path, text)| Source {
            path: path.clone(),
            text: text.as_str().into(),
        }));
        let mut all = target.media.clone();
        all.extend(
            media
                .iter()
                .map(|(name, bytes)| (name.clone(), bytes.clone())),
        );
        let folder = Folder {
            unread: vec![],
            sources: Sources::new(sources),
            theme: target.theme.clone(),
            media: all,
            problems: vec![],
        };
        let past = Past::default();
        let inputs = Inputs {
            folder: &folder,
            past: &past,
            now,
            preview: !published,
        };
        let mut faults = Vec::new();
        press::prepare(&inputs, &mut Cache::default(), &mut faults);
        faults.retain(|fault| fault.severity == Severity::Error);
        (folder.sources, faults)
    }

    fn mend(&mut self, path: &str, mut faults: Vec<(Range<usize>, &Diagnostic)>) {
        let Some(mut text) = self.texts.get(path).cloned() else {
            return;
        };
        let Some((head, body)) = parts(&text) else {
            let first = faults.first();
            let why = first.map_or(String::new(), |(_, fault)| fault.message.to(self.language));
            self.leave_out(path, &why);
            return;
        };
        faults.sort_by_key(|(range, _)| std::cmp::Reverse((range.start, range.end)));
        if let Some((_, fault)) = faults.iter().find(|(_, fault)| {
            fault.code == "site/two-outputs"
                && fault.labels.iter().any(|label| label.span.start == 0)
        }) {
            return self.rename(path, &fault.message.to(self.language));
        }
        if let Some((_, fault)) = faults
            .iter()
            .find(|(_, fault)| fault.code == "yaml/missing-field")
        {
            return self.simpler(path, &text, head.clone(), &fault.message.to(self.language));
        }
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        let (mut comments, mut names) = (String::new(), BTreeSet::new());
        for (range, fault) in &faults {
            if range.start >= body.start {
                let slice = text.get(range.clone()).unwrap_or("");
                self.taken.push((
                    path.to_owned(),
                    format!("{}: {}", short(slice, 80), fault.message),
                ));
                edits.push(in_body(range, fault.code, slice));
            } else if let Some((name, block)) = field_at(&text, &head, range.start) {
                if names.insert(name.to_owned()) {
                    let words = short(text.get(block.clone()).unwrap_or(""), 200);
                    let why = short(&fault.message.to(self.language), 120);
                    comments += &self.comment(&format!("{words} ({why})"));
                    self.taken
                        .push((path.to_owned(), format!("{words}: {}", fault.message)));
                    edits.push((block, String::new()));
                }
            } else {
                return self.leave_out(path, &fault.message.to(self.language));
            }
        }
        edits.push((head.end..head.end, comments));
        text = super::links::edited(&text, edits);
        self.texts.insert(path.to_owned(), text);
    }

    /// Whether a place lies in a field that makes a record what it is.
    fn is_needed(&self, path: &str, range: &Range<usize>) -> bool {
        let text = self.texts.get(path).map_or("", String::as_str);
        let head = parts(text).map(|(head, _)| head);
        let field = head.and_then(|head| field_at(text, &head, range.start));
        field.is_some_and(|(name, _)| matches!(name, "title" | "start" | "deadline"))
    }

    /// A line of a comment that says what is not there.
    fn comment(&self, what: &str) -> String {
        format!("# {}\n", say!("left out: {}", what).to(self.language))
    }

    fn leave_out(&mut self, path: &str, why: &str) {
        self.texts.remove(path);
        self.out.push((path.to_owned(), why.to_owned()));
    }

    /// Another name, for an address that is taken.
    fn rename(&mut self, path: &str, why: &str) {
        let Some((folder, name)) = path.rsplit_once('/') else {
            return;
        };
        let (slug, rest) = name.split_once('.').unwrap_or((name, "md"));
        let free = |slug: &String| !self.texts.contains_key(&format!("{folder}/{slug}.md"));
        let new = (1..)
            .map(|n| {
                if n == 1 {
                    format!("{slug}-page")
                } else {
                    format!("{slug}-{n}")
                }
            })
            .find(free);
        let Some(new) = new else { return };
        self.taken.push((
            path.to_owned(),
            format!("{}: {why}", say!("renamed to {}", new).to(self.language)),
        ));
        let kind = folder.rsplit('/').next().unwrap_or("");
        let versions: Vec<String> = self
            .texts
            .keys()
            .filter(|known| {
                known
                    .strip_prefix(folder)
                    .and_then(|r| r.strip_prefix('/'))
                    .is_some_and(|r| r.split('.').next() == Some(slug))
            })
            .cloned()
            .collect();
        for old in versions {
            let name = old.rsplit('/').next().unwrap_or(rest);
            let path = format!("{folder}/{}", name.replacen(slug, &new, 1));
            if let Some(text) = self.texts.remove(&old) {
                self.texts.insert(path.clone(), text);
                self.moved.insert(old, path);
            }
        }
        self.follow(kind, slug, kind, &new);
    }

    /// Links to a file that has another name now.
    fn follow(&mut self, kind: &str, slug: &str, new_kind: &str, new_slug: &str) {
        let (old, new) = (
            format!("](../{kind}/{slug}.md"),
            format!("](../{new_kind}/{new_slug}.md"),
        );
        for text in self.texts.values_mut().filter(|text| text.contains(&old)) {
            *text = text.replace(&old, &new);
        }
    }

    /// A record that lacks what its kind needs becomes a page: its words stay, its facts are told.
    fn simpler(&mut self, path: &str, text: &str, head: Range<usize>, why: &str) {
        let name = path.rsplit('/').next().unwrap_or("page.md");
        let folder = path.split('/').nth(1).unwrap_or("");
        let (Some(pages), false) = (Kind::in_folder("pages"), folder == "pages") else {
            return self.leave_out(path, why);
        };
        let slug = name.split('.').next().unwrap_or("page").to_owned();
        let mut new = format!("content/pages/{name}");
        for n in 2.. {
            if !self.texts.contains_key(&new) {
                break;
            }
            new = format!("content/pages/{slug}-{n}.md");
        }
        let mut edits = Vec::new();
        let was = say!("it was one of {}", folder).to(self.language);
        let mut comments = self.comment(&format!("{was} ({})", short(why, 120)));
        let mut at = head.start;
        while let Some((name, block)) =
            field_at(text, &head, at).filter(|(_, block)| block.end > at)
        {
            at = block.end;
            if !shape(pages).common.iter().any(|known| known == name) {
                comments += &self.comment(&short(text.get(block.clone()).unwrap_or(""), 200));
                edits.push((block, String::new()));
            }
        }
        edits.push((head.end..head.end, comments));
        let text = super::links::edited(text, edits);
        self.taken.push((
            path.to_owned(),
            format!(
                "{}: {why}",
                in_language(self.language, phrase!("became a page"))
            ),
        ));
        self.texts.remove(path);
        self.moved.insert(path.to_owned(), new.clone());
        let new_slug = new
            .rsplit('/')
            .next()
            .and_then(|name| name.split('.').next())
            .unwrap_or("")
            .to_owned();
        self.texts.insert(new, text);
        self.follow(folder, &slug, "pages", &new_slug);
    }
}

/// Front matter without its fences, and body.
fn parts(text: &str) -> Option<(Range<usize>, Range<usize>)> {
    let split = crate::source::front_matter::split(text).ok()?;
    Some((split.yaml, split.body))
}

/// The field in whose lines a byte lies, and these lines.
fn field_at<'t>(
    text: &'t str,
    head: &Range<usize>,
    byte: usize,
) -> Option<(&'t str, Range<usize>)> {
    let mut at = head.start;
    let mut found: Option<(&str, Range<usize>)> = None;
    for line in text.get(head.clone())?.split_inclusive('\n') {
        let begins = !line.starts_with([' ', '-', '#', '\n']);
        if begins {
            if found.as_ref().is_some_and(|(_, block)| byte < block.end) {
                break;
            }
            found = Some((line.split(':').next().unwrap_or(""), at..at + line.len()));
        } else if let Some((_, block)) = &mut found
            && !line.starts_with('#')
        {
            block.end = at + line.len();
        }
        at += line.len();
    }
    found.filter(|(_, block)| block.contains(&byte))
}

/// What takes the place of something in a body that is refused: its words.
fn in_body(range: &Range<usize>, code: &str, slice: &str) -> (Range<usize>, String) {
    let new = match code {
        "markdown/raw-html" => slice.replace('<', "\\<"),
        "markdown/no-alt" => match slice.rfind(')') {
            Some(end) if !slice.contains('"') => {
                format!("{} \"decorative\")", slice.get(..end).unwrap_or(""))
            }
            _ => String::new(),
        },
        _ => {
            let start = slice.find('[').map_or(0, |n| n + 1);
            let end = slice
                .rfind("](")
                .or_else(|| slice.rfind(']'))
                .unwrap_or(slice.len());
            let inner = slice.get(start..end.max(start)).unwrap_or("");
            if inner.is_empty() {
                String::new()
            } else {
                tags::words(inner)
            }
        }
    };
    (range.clone(), new)
}
