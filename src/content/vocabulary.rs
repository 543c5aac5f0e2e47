//! `data/topics.yaml` and `data/neighbourhoods.yaml`: the words that records are filed under.

use super::fields::{Id, Texts, Url};
use crate::diagnostic::Diagnostic;
use crate::say;
use crate::source::{Sources, Spanned};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Which vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Vocabulary {
    /// What records are about.
    Topics,
    /// Where in the city they are.
    Neighbourhoods,
}

impl Vocabulary {
    /// Both of them.
    pub const ALL: [Vocabulary; 2] = [Vocabulary::Topics, Vocabulary::Neighbourhoods];

    /// Its file.
    pub fn path(self) -> &'static str {
        match self {
            Vocabulary::Topics => "data/topics.yaml",
            Vocabulary::Neighbourhoods => "data/neighbourhoods.yaml",
        }
    }

    /// Its name, as paths and templates call it.
    pub fn name(self) -> &'static str {
        match self {
            Vocabulary::Topics => "topics",
            Vocabulary::Neighbourhoods => "neighbourhoods",
        }
    }
}

/// A topic or a neighbourhood.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// Permanent identifier.
    pub id: Spanned<Id>,
    /// Name, for each language.
    pub title: Texts,
    /// A sentence about it.
    #[serde(default)]
    pub summary: Texts,
    /// The same notion in vocabularies of others.
    #[serde(default)]
    pub maps_to: Vec<Url>,
    /// City, of a neighbourhood.
    pub city: Option<String>,
    /// Latitude of its middle.
    pub lat: Option<f64>,
    /// Longitude of its middle.
    pub lon: Option<f64>,
}

/// Reads both vocabularies. A file that is not there is an empty vocabulary.
pub fn parse(sources: &Sources, faults: &mut Vec<Diagnostic>) -> BTreeMap<Vocabulary, Vec<Term>> {
    Vocabulary::ALL
        .into_iter()
        .map(|vocabulary| (vocabulary, parse_one(sources, vocabulary, faults)))
        .collect()
}

/// The vocabularies in which something is wrong: nobody knows all that they hold.
pub fn unread(sources: &Sources, faults: &[Diagnostic]) -> Vec<Vocabulary> {
    let is_wrong = |vocabulary: &Vocabulary| {
        let file = sources.find(vocabulary.path()).map(|(id, _)| id);
        let mut first = faults.iter().filter_map(|fault| fault.labels.first());
        file.is_some_and(|id| first.any(|label| label.span.source == id))
    };
    Vocabulary::ALL.into_iter().filter(is_wrong).collect()
}

fn parse_one(sources: &Sources, vocabulary: Vocabulary, faults: &mut Vec<Diagnostic>) -> Vec<Term> {
    let Some((id, source)) = sources.find(vocabulary.path()) else {
        return vec![];
    };
    let (node, more) = crate::yaml::parse(id, &source.text, 0..source.text.len());
    faults.extend(more);
    let Some(node) = node else { return vec![] };
    let nothing = matches!(&node.value, crate::yaml::Value::Mapping(fields) if fields.is_empty());
    let terms: Vec<Term> = if nothing {
        vec![]
    } else {
        crate::yaml::decode::decode(&node, faults).unwrap_or_default()
    };
    let mut seen: BTreeMap<&str, crate::source::Span> = BTreeMap::new();
    for term in &terms {
        if let Some(first) = seen.insert(&term.id, term.id.span) {
            let message = say!("`{}` is in this list twice", term.id.value.0);
            let fault = Diagnostic::error("content/duplicate-id", message)
                .at(term.id.span, "the second")
                .at(first, "the first");
            faults.push(fault.help("remove one, or give it another `id`"));
        }
    }
    let mut names = std::collections::BTreeSet::new();
    // The first stays: with both, every list of it would clash too.
    terms
        .into_iter()
        .filter(|term| names.insert(term.id.value.clone()))
        .collect()
}
