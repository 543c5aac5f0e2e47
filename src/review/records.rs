//! Records that are new, gone or different.

use super::State;
use super::addresses::leads;
use crate::content::shape::{self, shape};
use crate::content::{Kind, Version};
use crate::site::changes::difference::{self, Standing, What};
use crate::site::changes::{Change, Of};
use crate::site::{Entry, EntryId};
use crate::source::Sources;
use crate::source::front_matter;
use crate::theme::messages::Locale;
use crate::theme::{changed, when};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What is the matter with a record: the weightiest thing, so that each is counted once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// At another time or place.
    Moved,
    /// It does not take place.
    Cancelled,
    /// Put off.
    Postponed,
    /// Some of its times stand otherwise, or all of it does in another way.
    Otherwise,
    /// It was not there before.
    New,
    /// It is no longer there.
    Removed,
    /// It is the same at another address.
    Renamed,
    /// It has another title.
    Retitled,
    /// Other facts.
    Edited,
    /// Other words.
    Reworded,
}

/// A record that changes.
#[derive(Debug)]
pub struct Changed {
    /// What is the matter.
    pub sort: Sort,
    /// Which kind it is.
    pub kind: &'static Kind,
    /// Its identifier.
    pub id: String,
    /// Its title, the former one of what is gone.
    pub title: String,
    /// Its file.
    pub file: String,
    /// Its page, if it has one afterwards.
    pub path: Option<String>,
    /// Its page before, when that was another one.
    pub was: Option<String>,
    /// Where its former page leads now.
    pub leads_to: Option<String>,
    /// What people need to hear of it, in sentences.
    pub sentences: Vec<String>,
    /// Fields that hold something else.
    pub fields: Vec<Field>,
    /// The languages in which texts changed.
    pub reworded: Vec<String>,
    /// The languages into which it is newly translated.
    pub translated: Vec<String>,
    /// The languages of which the translation is gone.
    pub untranslated: Vec<String>,
}

/// A field that holds something else.
#[derive(Debug, PartialEq)]
pub struct Field {
    /// Its name in the front matter.
    pub name: String,
    /// What it held.
    pub before: Option<Value>,
    /// What it holds.
    pub after: Option<Value>,
    /// Whether the sentences tell it already.
    pub told: bool,
}

/// Fields that say when and where something is: sentences tell of them.
const TOLD: &[&str] = &[
    "start", "end", "duration", "all_day", "repeat", "rrule", "changes", "status", "reason",
    "location", "space", "deadline",
];

/// Compares the records of two states, by kind and then by what is the matter with them.
pub fn compare(before: Option<State>, after: State, locale: &Locale) -> Vec<Changed> {
    let new = &after.press.site;
    let Some(before) = before else {
        let all = new.entries.iter();
        return sorted(all.map(|entry| appeared(after, entry, locale)).collect());
    };
    let both = Both {
        before,
        after,
        leads: leads(after.plan),
        locale,
    };
    let successors = both.successors();
    let met: BTreeSet<EntryId> = successors.values().copied().collect();
    let old = before.press.site.entries.iter();
    let still = old.filter_map(|entry| match successors.get(&entry.id) {
        None => Some(both.vanished(entry)),
        Some(id) => both.compare(&rebased(entry, &successors), new.entry(*id)),
    });
    let fresh = new.entries.iter().filter(|entry| !met.contains(&entry.id));
    let fresh = fresh.map(|entry| appeared(after, entry, locale));
    sorted(still.chain(fresh).collect())
}

fn sorted(mut found: Vec<Changed>) -> Vec<Changed> {
    found.sort_by_cached_key(|one| (one.kind.number(), one.sort, one.id.clone()));
    found
}

fn name(entry: &Entry) -> (&'static str, &str) {
    (entry.kind.folder, entry.document_id.as_str())
}

/// A record of the state before that points at the records of the state after, so that the two compare.
fn rebased(entry: &Entry, successors: &BTreeMap<EntryId, EntryId>) -> Entry {
    let mut entry = entry.clone();
    let references = entry.references.iter();
    entry.references = references
        .filter_map(|(field, id)| Some((*field, *successors.get(id)?)))
        .collect();
    entry
}

fn blank(state: State, entry: &Entry, sort: Sort) -> Changed {
    let site = &state.press.site;
    let original = entry.original();
    Changed {
        sort,
        kind: entry.kind,
        id: entry.document_id.clone(),
        title: original.common.title.0.clone(),
        file: state.sources.get(original.source).path.clone(),
        path: Some(site.path(entry, site.config.default_language())),
        was: None,
        leads_to: None,
        sentences: vec![],
        fields: vec![],
        reworded: vec![],
        translated: vec![],
        untranslated: vec![],
    }
}

fn appeared(after: State, entry: &Entry, locale: &Locale) -> Changed {
    Changed {
        sentences: when_it_is(entry, locale),
        ..blank(after, entry, Sort::New)
    }
}

fn when_it_is(entry: &Entry, locale: &Locale) -> Vec<String> {
    let timetable = entry.timetable.iter();
    timetable
        .filter(|_| entry.gathers())
        .map(|timetable| when::sentence(timetable, locale))
        .collect()
}

/// Two states.
struct Both<'a> {
    before: State<'a>,
    after: State<'a>,
    /// Where former addresses lead afterwards.
    leads: BTreeMap<&'a str, &'a str>,
    locale: &'a Locale,
}

impl Both<'_> {
    /// What each record before is afterwards.
    fn successors(&self) -> BTreeMap<EntryId, EntryId> {
        let (old, new) = (&self.before.press.site, &self.after.press.site);
        let known: BTreeMap<_, EntryId> = new.entries.iter().map(|e| (name(e), e.id)).collect();
        let same = |entry: &Entry| Some((entry.id, *known.get(&name(entry))?));
        let mut successors: BTreeMap<_, _> = old.entries.iter().filter_map(same).collect();
        let mut met: BTreeSet<EntryId> = successors.values().copied().collect();
        // With another identifier, but at the old address: it was renamed.
        let redirects = self.after.plan.redirects.iter();
        let heirs: BTreeMap<&str, EntryId> =
            redirects.map(|r| (r.from.as_str(), r.entry)).collect();
        for entry in &old.entries {
            let path = old.path(entry, old.config.default_language());
            let heir = heirs.get(path.as_str()).map(|id| new.entry(*id));
            let Some(heir) = heir.filter(|heir| heir.kind == entry.kind) else {
                continue;
            };
            if !successors.contains_key(&entry.id) && met.insert(heir.id) {
                successors.insert(entry.id, heir.id);
            }
        }
        successors
    }

    fn vanished(&self, entry: &Entry) -> Changed {
        let gone = blank(self.before, entry, Sort::Removed);
        Changed {
            sentences: when_it_is(entry, self.locale),
            leads_to: gone.path.as_deref().and_then(|path| self.lead(path)),
            was: gone.path.clone(),
            path: None,
            ..gone
        }
    }

    fn lead(&self, path: &str) -> Option<String> {
        self.leads.get(path).map(|to| (*to).to_owned())
    }

    fn compare(&self, old: &Entry, new: &Entry) -> Option<Changed> {
        let (was_site, site) = (&self.before.press.site, &self.after.press.site);
        let mut changed = blank(self.after, new, Sort::Reworded);
        let now = site.now.exactly().timestamp();
        let mut what = difference::compare(old, new, now);
        // Of its title is told for every record.
        what.retain(|what| !matches!(what, What::Title { .. }));
        let told = !what.is_empty();
        changed.fields = fields(old, new, told);
        let weightiest = weightiest(&what);
        let change = Change {
            at: now,
            of: Of::Entry(new.id),
            what,
        };
        let language = site.config.default_language();
        changed.sentences = changed::sentences(site, self.locale, &change, language);
        let title = |entry: &Entry| entry.original().common.title.0.clone();
        let (before, after) = (title(old), title(new));
        let retitled = before != after;
        if retitled {
            let names = [("before", before.as_str()), ("after", &after)];
            let told = self.locale.text("changes.retitled", &names);
            changed.sentences.push(told);
        }
        self.languages((old, new), told, &mut changed);
        let was = was_site.path(old, was_site.config.default_language());
        let renamed = changed.path.as_ref() != Some(&was);
        changed.sort = match weightiest {
            Some(sort) => sort,
            None if renamed => Sort::Renamed,
            None if retitled => Sort::Retitled,
            None if !changed.fields.is_empty() => Sort::Edited,
            None => Sort::Reworded,
        };
        if renamed {
            changed.leads_to = self.lead(&was);
            changed.was = Some(was);
        }
        let words = [
            &changed.reworded,
            &changed.translated,
            &changed.untranslated,
        ];
        let same = changed.sort == Sort::Reworded && words.iter().all(|list| list.is_empty());
        (!same).then_some(changed)
    }

    /// In which languages texts changed, came or went.
    fn languages(&self, (old, new): (&Entry, &Entry), told: bool, changed: &mut Changed) {
        let of = |entry: &Entry| -> BTreeSet<String> {
            let versions = entry.versions.iter();
            versions.map(|version| version.language.clone()).collect()
        };
        let (before, after) = (of(old), of(new));
        changed.translated = after.difference(&before).cloned().collect();
        changed.untranslated = before.difference(&after).cloned().collect();
        for language in before.intersection(&after) {
            let was = texts(old, language, told, self.before.sources);
            let is = texts(new, language, told, self.after.sources);
            if was != is {
                changed.reworded.push(language.clone());
            }
        }
    }
}

fn weightiest(what: &[What]) -> Option<Sort> {
    let sort = |what: &What| match what {
        What::Stands { how, times, .. } if times.is_empty() => match how {
            Standing::Off => Sort::Cancelled,
            Standing::Postponed => Sort::Postponed,
            _ => Sort::Otherwise,
        },
        What::Moved { .. } | What::Pattern(_) | What::Place { .. } => Sort::Moved,
        _ => Sort::Otherwise,
    };
    let weight = |sort: &Sort| match sort {
        Sort::Cancelled => 0,
        Sort::Postponed => 1,
        Sort::Moved => 2,
        _ => 3,
    };
    what.iter().map(sort).min_by_key(weight)
}

/// The facts that differ, in the order of the kind's fields.
fn fields(old: &Entry, new: &Entry, told: bool) -> Vec<Field> {
    let shape = shape(new.kind);
    let (was, is) = (facts(old.original()), facts(new.original()));
    let names = shape.common.iter().chain(&shape.own);
    let names =
        names.filter(|name| !is_text(new.kind, name) && !matches!(name.as_str(), "id" | "aliases"));
    let value = |facts: &Map<String, Value>, name: &str| {
        facts
            .get(name)
            .filter(|value| !says_nothing(value))
            .cloned()
    };
    names
        .map(|name| Field {
            name: name.clone(),
            before: value(&was, name),
            after: value(&is, name),
            told: told && TOLD.contains(&name.as_str()),
        })
        .filter(|field| field.before != field.after)
        .collect()
}

/// The fields of a version.
fn facts(version: &Version) -> Map<String, Value> {
    let common = serde_json::to_value(&*version.common).unwrap_or_default();
    let mut facts = Map::new();
    for fields in [common, version.record.data()] {
        if let Value::Object(fields) = fields {
            facts.extend(fields);
        }
    }
    facts
}

fn is_text(kind: &Kind, field: &str) -> bool {
    let schema = &shape(kind).schema;
    shape::is_text(shape::resolve(schema, &schema["properties"][field]))
}

/// The words of a record in a language: all of a translation; of the original its body and its texts, but for
/// those of which is told by itself.
fn texts(
    entry: &Entry,
    language: &str,
    told: bool,
    sources: &Sources,
) -> (Map<String, Value>, String) {
    let version = entry.version(language);
    let text = &sources.get(version.source).text;
    let body = front_matter::split(text).ok();
    let body = body.and_then(|split| text.get(split.body)).unwrap_or("");
    let lines = |text: &str| text.trim().lines().collect::<Vec<_>>().join("\n");
    if version.source != entry.original().source {
        return (Map::new(), lines(text));
    }
    let mut texts = facts(version);
    let is_told = |name: &str| name == "title" || (told && TOLD.contains(&name));
    texts.retain(|name, value| !is_told(name) && !value.is_null() && is_text(entry.kind, name));
    (texts, lines(body))
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(yes) => !yes,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}
