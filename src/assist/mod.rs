//! What helps somebody who writes a file: what can stand where they are, what it means, and where it leads.
//!
//! All of it works on half a file as well: what stands at a place is told from its line and the indentation of those
//! above it, for what is being written is seldom whole.

pub mod mend;
pub mod offer;
pub mod place;
pub mod position;
pub mod tell;

use crate::content::vocabulary::Vocabulary;
use crate::content::{KINDS, Kind};
use crate::edit::form::{Words, form};
use crate::site::Site;
use crate::source::{Sources, Span};
use place::Step;
use serde_json::Value;

/// What a site knows that others point at.
#[derive(Debug, Default, Clone)]
pub struct Known {
    /// Its records.
    pub records: Vec<Record>,
    /// Its topics and neighbourhoods.
    pub terms: Vec<Term>,
    /// Its pictures and other files, such as `media/keuken.jpg`.
    pub media: Vec<String>,
}

/// A record that others point at.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its folder.
    pub folder: &'static str,
    /// The name of its file.
    pub slug: String,
    /// Its identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub summary: String,
    /// Its file.
    pub path: String,
}

/// A topic or a neighbourhood.
#[derive(Debug, Clone)]
pub struct Term {
    /// `topics` or `neighbourhoods`.
    pub vocabulary: &'static str,
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What it is about.
    pub summary: String,
    /// The file in which it stands.
    pub path: String,
    /// Where its identifier stands.
    pub span: Span,
}

impl Known {
    /// What a site knows, in a language where there is a choice.
    pub fn of(site: &Site, sources: &Sources, media: Vec<String>, language: &str) -> Known {
        let records = site
            .entries
            .iter()
            .filter(|entry| !entry.removed)
            .map(|entry| {
                let original = entry.original();
                Record {
                    folder: entry.kind.folder,
                    slug: entry.slug.clone(),
                    id: entry.document_id.clone(),
                    title: original.common.title.0.clone(),
                    summary: original
                        .common
                        .summary
                        .as_ref()
                        .map_or(String::new(), |text| text.0.clone()),
                    path: sources.get(original.source).path.clone(),
                }
            });
        let default = site.config.default_language();
        let term = |vocabulary: Vocabulary| {
            site.terms(vocabulary).iter().map(move |term| Term {
                vocabulary: vocabulary.name(),
                id: term.id.value.0.to_string(),
                title: term.title.get(language, default).to_owned(),
                summary: term.summary.get(language, default).to_owned(),
                path: vocabulary.path().to_owned(),
                span: term.id.span,
            })
        };
        Known {
            records: records.collect(),
            terms: Vocabulary::ALL.into_iter().flat_map(term).collect(),
            media,
        }
    }

    /// The records in these folders; `*` is any.
    fn within<'a>(&'a self, folders: &'a Value) -> impl Iterator<Item = &'a Record> {
        let folders = folders.as_array().map_or(&[][..], Vec::as_slice);
        let has = |record: &&Record| {
            folders
                .iter()
                .any(|folder| folder == "*" || folder == record.folder)
        };
        self.records.iter().filter(has)
    }

    /// The record that a reference means, `keuken` or `spaces/keuken`.
    fn record<'a>(&'a self, folders: &'a Value, written: &str) -> Option<&'a Record> {
        let (folder, name) = match written.split_once('/') {
            Some((folder, name)) => (Some(folder), name),
            None => (None, written),
        };
        let in_folder = |record: &&Record| folder.is_none_or(|folder| folder == record.folder);
        let by_id = self
            .within(folders)
            .filter(in_folder)
            .find(|record| record.id == name);
        by_id.or_else(|| {
            self.within(folders)
                .filter(in_folder)
                .find(|record| record.slug == name)
        })
    }

    fn term(&self, vocabulary: &Value, written: &str) -> Option<&Term> {
        self.terms
            .iter()
            .find(|term| vocabulary == term.vocabulary && term.id == written)
    }
}

/// A file that somebody writes: what it is, and the words for its fields.
pub struct Desk<'a> {
    /// Its kind.
    pub kind: &'static Kind,
    /// Whether it is a translation, which holds only texts.
    pub is_translation: bool,
    /// What its fields are.
    form: Value,
    /// What the site knows.
    pub known: &'a Known,
}

impl<'a> Desk<'a> {
    /// The desk of a file by its path; none for what is no record.
    pub fn of(
        path: &str,
        default: Option<&str>,
        language: &str,
        known: &'a Known,
    ) -> Option<Desk<'a>> {
        let (folder, name) = path.strip_prefix("content/")?.split_once('/')?;
        let kind = KINDS.iter().find(|kind| kind.folder == folder)?;
        let stem = name.strip_suffix(".md")?;
        let own = stem.split_once('.').map(|(_, language)| language);
        Some(Desk {
            kind,
            is_translation: own.is_some() && own != default,
            form: form(kind, &Words::of(language)),
            known,
        })
    }

    /// The field or item at a path; the whole form is an array of fields.
    fn field(&self, path: &[Step]) -> Option<&Value> {
        let mut at = &self.form;
        for step in path {
            at = match step {
                Step::Field(name) => fields(at)?.iter().find(|field| field["name"] == **name)?,
                // One item stands for a list of one.
                Step::Item => Some(&at["item"])
                    .filter(|item| !item.is_null())
                    .unwrap_or(at),
            };
        }
        Some(at)
    }
}

/// The fields of a group, of the items of a list, or of a whole form.
fn fields(value: &Value) -> Option<&Vec<Value>> {
    let whole = value.as_array();
    whole
        .or_else(|| value["fields"].as_array())
        .or_else(|| value["item"]["fields"].as_array())
}

#[cfg(test)]
mod tests;
