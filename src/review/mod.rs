//! What a proposal changes, for people: two states of a site, compared.
//!
//! Three faces show it: [`text`], [`markdown`] for a comment, and [`json`] for programs.

pub mod addresses;
pub mod files;
pub mod json;
pub mod markdown;
pub mod records;
pub mod text;
pub mod words;

use crate::diagnostic::{Diagnostic, Severity};
use crate::output::{Plan, Press};
use crate::source::Sources;
use crate::theme::messages::Locale;
use addresses::Addresses;
use files::Files;
use records::{Changed, Field, Sort};
use serde_json::Value;
use std::collections::BTreeMap;
use words::Words;

/// A site as it stands before or after.
#[derive(Clone, Copy)]
pub struct State<'a> {
    /// The site.
    pub press: &'a Press,
    /// Its paths.
    pub plan: &'a Plan,
    /// What it was read from.
    pub sources: &'a Sources,
}

/// Everything that changes, and in which words to tell it.
pub struct Review {
    /// The words.
    pub words: Words,
    /// What is compared, as it was named.
    pub names: [String; 2],
    /// Whether there is a site afterwards; with an error there is none, and nothing to compare.
    pub builds: bool,
    /// Whether the state before had mistakes itself, so that some of this may be off.
    pub doubtful: bool,
    /// Records by kind, then by what is the matter with them.
    pub records: Vec<Changed>,
    /// Addresses of pages.
    pub addresses: Addresses,
    /// Files that programs read, by sort.
    pub files: BTreeMap<files::Sort, Files>,
    /// What is wrong that was not wrong before.
    pub faults: Vec<Diagnostic>,
    /// Where the site can be looked at as it would be.
    pub preview: Option<String>,
}

impl Review {
    /// A comparison that has not begun.
    pub fn new(words: Words, names: [String; 2]) -> Review {
        Review {
            words,
            names,
            builds: true,
            doubtful: false,
            records: vec![],
            addresses: Addresses::default(),
            files: BTreeMap::new(),
            faults: vec![],
            preview: None,
        }
    }

    /// Compares the records and addresses of two states; without one before, everything is new.
    pub fn compare(&mut self, before: Option<State>, after: State, locale: &Locale) {
        self.records = records::compare(before, after, locale);
        let old = before.map(|state| state.plan);
        self.addresses = addresses::compare(old, after.plan);
    }

    /// The records of one part of the summary after the other.
    pub fn parts(&self) -> impl Iterator<Item = &[Changed]> {
        self.records
            .chunk_by(|a, b| (a.kind, a.sort) == (b.kind, b.sort))
    }

    /// How many new mistakes there are of one severity.
    pub fn count(&self, severity: Severity) -> usize {
        let faults = self.faults.iter();
        faults.filter(|fault| fault.severity == severity).count()
    }

    /// All of it in one line: "3 events moved, 1 cancelled, 1 page removed (redirected), 14 feeds change".
    pub fn summary(&self) -> String {
        let mut told = Vec::new();
        let mut last = None;
        for part in self.parts() {
            let Some(first) = part.first() else { continue };
            let named = last != Some(first.kind);
            told.push(self.part(part, named));
            last = Some(first.kind);
        }
        for (sort, files) in &self.files {
            told.push(self.words.files(*sort, files.len()));
        }
        let (errors, warnings) = (self.count(Severity::Error), self.count(Severity::Warning));
        match (self.builds, told.is_empty()) {
            (false, _) => return self.words.broken(errors),
            (true, true) => told.push(self.words.nothing().to_owned()),
            (true, false) => {}
        }
        if errors + warnings > 0 {
            told.push(self.words.faults(errors, warnings));
        }
        told.join(", ")
    }

    /// A part of the summary, which is also the heading over its records: "3 events moved".
    pub fn part(&self, part: &[Changed], named: bool) -> String {
        let Some(first) = part.first() else {
            return String::new();
        };
        let n = part.len();
        let noun = named.then(|| self.words.noun(first.kind, n));
        let told = self.words.part(first.sort, noun, n);
        let lead_on = part.iter().filter(|one| one.leads_to.is_some()).count();
        match first.sort {
            Sort::Removed => format!("{told} ({})", self.words.redirected(lead_on, n)),
            _ => told,
        }
    }
}

/// So much of a value is shown.
const SHOWN: usize = 60;

impl Review {
    /// What there is to say of a record, line by line, as plain text.
    pub fn details(&self, record: &Changed) -> Vec<String> {
        let words = self.words;
        let mut lines = record.sentences.clone();
        if let Some(was) = &record.was {
            lines.push(match &record.leads_to {
                Some(to) => format!("{was} {} {to}", words.leads_to()),
                None => format!("{was} {}", words.leads_nowhere()),
            });
        }
        let fields = record.fields.iter().filter(|field| !field.told);
        let fields: Vec<String> = fields.map(field).collect();
        let languages = [
            (words.fields(), fields),
            (words.texts(), record.reworded.clone()),
            (words.translated(), record.translated.clone()),
            (words.untranslated(), record.untranslated.clone()),
        ];
        let told = languages.into_iter().filter(|(_, list)| !list.is_empty());
        lines.extend(told.map(|(name, list)| format!("{name}: {}", list.join(", "))));
        lines
    }
}

/// The same line with a capital and a full stop.
pub fn sentence(text: &str) -> String {
    format!("{}.", crate::theme::when::capital(text))
}

/// A field with what it held and what it holds, where that is short.
fn field(field: &Field) -> String {
    let name = &field.name;
    let sides = [&field.before, &field.after].map(|value| value.as_ref().map(short));
    match sides {
        [Some(Some(before)), Some(Some(after))] => format!("{name} {before} → {after}"),
        [None, Some(Some(after))] => format!("{name} + {after}"),
        [Some(Some(before)), None] => format!("{name} − {before}"),
        _ => name.clone(),
    }
}

/// A value in a few words; none where it has more to it.
fn short(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(yes) => yes.to_string(),
        Value::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(short).collect();
            items?.join(" ")
        }
        Value::Null | Value::Object(_) => return None,
    };
    (text.chars().count() <= SHOWN && !text.contains('\n')).then_some(text)
}

/// What is wrong in one state and was not in the other. Where it stands in its file does not count: that
/// moves with every line above it.
pub fn fresh(before: &[(String, Diagnostic)], after: &[(String, Diagnostic)]) -> Vec<Diagnostic> {
    let mut known = BTreeMap::<(&str, &str, String), usize>::new();
    for (file, fault) in before {
        let message = fault.message.to_string();
        *known.entry((file, fault.code, message)).or_default() += 1;
    }
    let mut fresh = Vec::new();
    for (file, fault) in after {
        match known.get_mut(&(file.as_str(), fault.code, fault.message.to_string())) {
            Some(n) if *n > 0 => *n -= 1,
            _ => fresh.push(fault.clone()),
        }
    }
    fresh
}
