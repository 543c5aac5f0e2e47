//! What a word at a place means, and where it leads.

use super::place::{self, Sort, Step};
use super::{Desk, Record, Term};
use crate::source::Span;
use std::ops::Range;

/// Where something leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The file.
    pub path: String,
    /// Where in it, if not at its beginning.
    pub span: Option<Span>,
}

/// What a word points at.
enum Meant<'a> {
    Record(&'a Record),
    Term(&'a Term),
}

impl Desk<'_> {
    /// What the word at a byte means, as Markdown, and where the word stands.
    pub fn hover(&self, text: &str, at: usize) -> Option<(Range<usize>, String)> {
        if let Some((range, meant)) = self.meant(text, at) {
            let told = match meant {
                Meant::Record(record) => told(&record.title, &record.path, &record.summary),
                Meant::Term(term) => told(&term.title, &term.path, &term.summary),
            };
            return Some((range, told));
        }
        let place = place::place(text, at)?;
        let Sort::Name { .. } = place.sort else {
            return None;
        };
        let name = text.get(place.word.clone())?;
        let mut path = place.path;
        path.push(Step::Field(name.to_owned()));
        let field = self.field(&path)?;
        let mut told = told(
            field["label"].as_str()?,
            name,
            field["help"].as_str().unwrap_or(""),
        );
        let own = if field["item"].is_null() {
            field
        } else {
            &field["item"]
        };
        for choice in own["choices"].as_array().into_iter().flatten() {
            let (value, label) = (choice["value"].as_str()?, choice["label"].as_str()?);
            told.push_str(if told.contains("\n- ") { "\n" } else { "\n\n" });
            told.push_str(&match value.replace('_', " ") == label {
                true => format!("- `{value}`"),
                false => format!("- `{value}`: {label}"),
            });
        }
        Some((place.word, told))
    }

    /// Where the word at a byte leads: the record, topic or neighbourhood that it names, or the file that it links to.
    pub fn definition(&self, text: &str, at: usize) -> Option<Target> {
        if let Some((_, meant)) = self.meant(text, at) {
            return Some(match meant {
                Meant::Record(record) => Target {
                    path: record.path.clone(),
                    span: None,
                },
                Meant::Term(term) => Target {
                    path: term.path.clone(),
                    span: Some(term.span),
                },
            });
        }
        let link = place::link(text, at).filter(|_| place::is_body(text, at))?;
        let path = self.linked(text.get(link)?)?;
        let span = None;
        path.starts_with("media/").then(|| Target {
            path: format!("content/{path}"),
            span,
        })
    }

    fn meant(&self, text: &str, at: usize) -> Option<(Range<usize>, Meant<'_>)> {
        if let Some(link) = place::link(text, at).filter(|_| place::is_body(text, at)) {
            let path = self.linked(text.get(link.clone())?)?;
            let (folder, name) = path.split_once('/')?;
            let slug = name.strip_suffix(".md")?.split('.').next()?;
            let mut records = self.known.records.iter();
            let record = records.find(|record| record.folder == folder && record.slug == slug)?;
            return Some((link, Meant::Record(record)));
        }
        let place = place::place(text, at)?;
        let written = text.get(place.word.clone())?;
        let mut own = self.field(&place.path)?;
        if own["is"] == "list" {
            own = &own["item"];
        }
        let meant = match own["is"].as_str()? {
            "reference" => Meant::Record(self.known.record(&own["folders"], written)?),
            "term" => Meant::Term(self.known.term(&own["vocabulary"], written)?),
            _ => return None,
        };
        Some((place.word, meant))
    }

    /// The file that a link in a body leads to, as a path below `content/`.
    fn linked(&self, target: &str) -> Option<String> {
        let file = target
            .split(['#', '?'])
            .next()
            .filter(|file| !file.is_empty())?;
        if file.starts_with('/') || file.contains("://") {
            return None;
        }
        let mut parts = vec![self.kind.folder];
        for part in file.split('/') {
            match part {
                "." | "" => {}
                ".." => drop(parts.pop()?),
                part => parts.push(part),
            }
        }
        Some(parts.join("/"))
    }
}

/// A name in bold, what it is called in the file, and what it is about.
fn told(title: &str, name: &str, help: &str) -> String {
    let title = title.replace(['*', '`'], "");
    match help.is_empty() {
        true => format!("**{title}** · `{name}`"),
        false => format!("**{title}** · `{name}`\n\n{help}"),
    }
}
