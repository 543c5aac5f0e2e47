//! The site model: who points at whom, when things happen, where they are to be found.
//!
//! Resolving is pure and always runs whole. The clock is an input: [`Site::now`]. Nothing here
//! knows that HTML, calendars or feeds exist.

pub mod changes;
mod disagreement;
mod foreign;
mod layers;
pub mod length;
pub mod links;
pub mod listing;
pub mod lock;
pub mod mapped;
pub mod matching;
pub mod network;
pub mod now;
pub mod order;
pub mod permalink;
mod reading;
mod recurrence;
pub mod references;
mod removed;
pub mod selection;
mod sorting;
pub mod timetable;
pub mod twins;
pub mod widget;

use crate::content::config::Config;
use crate::content::language::Language;
use crate::content::parse::Parsed;
use crate::content::schedule::{Role, Status};
use crate::content::vocabulary::{self, Term, Vocabulary};
use crate::content::{Document, Kind, Record, Version};
use crate::diagnostic::Diagnostic;
pub use crate::source::past::History;
use crate::source::past::Past;
use jiff::Timestamp;
use jiff::civil::Date;
use listing::Listing;
use now::Now;
use rayon::prelude::*;
use reading::Reading;
pub use removed::Gone;
use selection::Selection;
use std::collections::{BTreeMap, BTreeSet};
use timetable::{Occurrence, Timetable};

/// Number of an entry in [`Site::entries`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub u32);

/// A term, by its vocabulary and its number there.
pub type TermRef = (Vocabulary, usize);

/// A record that knows its neighbours.
#[derive(Clone)]
pub struct Entry {
    /// Its number.
    pub id: EntryId,
    /// Which kind it is.
    pub kind: &'static Kind,
    /// Permanent identifier.
    pub document_id: String,
    /// Last part of its address.
    pub slug: String,
    /// Its texts: the default language first, then translations.
    pub versions: Vec<Version>,
    /// What it points at, by field.
    pub references: Vec<(&'static str, EntryId)>,
    /// What points at it, by field.
    pub referenced_by: Vec<(&'static str, EntryId)>,
    /// Its topics and neighbourhood.
    pub terms: Vec<TermRef>,
    /// When it happens.
    pub timetable: Option<Timetable>,
    /// When it was written and changed.
    pub history: History,
    /// Where the links of each version's body lead.
    pub targets: Vec<Vec<links::Target>>,
    /// Shown only in the preview: a draft, or not published yet.
    pub unpublished: bool,
    /// No longer there: its last change is its removal.
    pub removed: bool,
}

impl Entry {
    /// The texts in the default language.
    pub fn original(&self) -> &Version {
        &self.versions[0]
    }

    /// The texts in a language, or the original where there is no translation.
    pub fn version(&self, language: &str) -> &Version {
        self.versions
            .iter()
            .find(|version| version.language == language)
            .unwrap_or(&self.versions[0])
    }

    /// Whether it has texts of its own in a language.
    pub fn is_written_in(&self, language: &str) -> bool {
        let mut versions = self.versions.iter();
        versions.any(|version| version.language == language)
    }

    /// The record, for its capabilities.
    pub fn record(&self) -> &dyn Record {
        &*self.original().record
    }

    /// The kind's own fields as they may be published, with texts in a language.
    pub fn data(&self, language: &str) -> serde_json::Value {
        let record = &self.version(language).record;
        let mut data = record.data();
        if let Some(location) = record.location() {
            data["location"] = crate::content::Data::data(&location.public());
        }
        data
    }

    /// Its vocabulary term, such as `schema:Event`.
    pub fn class(&self) -> &str {
        self.record().class().unwrap_or_else(|| self.kind.class())
    }

    /// Every occurrence, by start; none when it has no dates.
    pub fn occurrences(&self) -> &[Occurrence] {
        self.timetable
            .as_ref()
            .map_or(&[], |timetable| &timetable.occurrences)
    }

    /// The next occurrence that is not over.
    pub fn next(&self, now: &Now) -> Option<&Occurrence> {
        self.occurrences()
            .iter()
            .find(|occurrence| occurrence.end > *now)
    }

    /// Whether any of its times is not cancelled.
    pub fn takes_place(&self) -> bool {
        let mut times = self.occurrences().iter();
        times.any(|time| time.status != Status::Cancelled)
    }

    /// Whether any of its times goes ahead for certain.
    pub fn has_certain(&self) -> bool {
        let mut times = self.occurrences().iter();
        times.any(|time| time.status.is_certain())
    }

    /// Whether any of its times, or what lies beyond those that are worked out, is not certain.
    pub fn has_uncertain(&self) -> bool {
        let whole = self.timetable.as_ref().map(|timetable| timetable.status);
        let times = self.occurrences().iter().map(|time| time.status);
        times.chain(whole).any(|status| !status.is_certain())
    }

    /// Whether people gather for it, at least in what is worked out of it.
    pub fn gathers(&self) -> bool {
        let timetable = self.timetable.as_ref();
        timetable.is_some_and(|timetable| timetable.role == Role::Gathering)
    }

    /// The days under which it is filed: of each gathering, else of its publication. A deadline is
    /// not something that took place.
    pub fn days(&self) -> impl DoubleEndedIterator<Item = Date> {
        let gathers = self.gathers();
        let published = self
            .record()
            .published()
            .map(|day| day.0)
            .filter(|_| !gathers);
        let occurrences = if gathers { self.occurrences() } else { &[] };
        occurrences
            .iter()
            .flat_map(Occurrence::days)
            .chain(published)
    }

    /// When it was published: its own date, else its first commit.
    pub fn published(&self) -> Timestamp {
        let day = self
            .record()
            .published()
            .and_then(|day| day.0.to_zoned(jiff::tz::TimeZone::UTC).ok());
        day.map_or(self.history.created, |day| day.timestamp())
    }

    /// What it points at with one field.
    pub fn targets(&self, field: &str) -> impl Iterator<Item = EntryId> {
        self.references
            .iter()
            .filter(move |(name, _)| *name == field)
            .map(|(_, id)| *id)
    }
}

/// Everything that outputs may know.
pub struct Site {
    /// The configuration.
    pub config: Config,
    /// Interface texts, by language.
    pub languages: BTreeMap<String, Language>,
    /// Codes of the languages, the default first.
    pub codes: Vec<String>,
    /// Every record, by kind and slug.
    pub entries: Vec<Entry>,
    /// Every list.
    pub listings: Vec<Listing>,
    /// The kinds, by number, whose records gather people: their lists are agendas, their archive is a calendar.
    pub calendars: BTreeSet<usize>,
    /// The moment of the build, in the site's zone.
    pub now: Now,
    /// Whether this is a preview.
    pub preview: bool,
    /// What people may want to hear of.
    pub selections: Vec<Selection>,
    /// What was removed or renamed not long ago.
    pub gone: Gone,
    /// What changed not long ago, newest first; `None` where nobody knows whether
    /// anything did, or where nothing has dates.
    pub changes: Option<Vec<changes::Change>>,
    /// The order in which the records of each kind changed, by the number of the kind.
    pub orders: Vec<order::Order>,
    /// What other cities have.
    pub network: network::Network,
    matches: matching::Matches,
    vocabularies: BTreeMap<Vocabulary, Vec<Term>>,
    sorting: sorting::Sorting,
}

impl Site {
    /// The entry with this number.
    pub fn entry(&self, id: EntryId) -> &Entry {
        &self.entries[id.0 as usize]
    }

    /// Whether something with dates belongs to an entry: it has dates itself, or what points at it has.
    pub fn has_calendar(&self, entry: &Entry) -> bool {
        entry.timetable.is_some() || self.gathers_dates(entry)
    }

    /// Whether others with dates refer to an entry, so that its calendar is one to subscribe to.
    pub fn gathers_dates(&self, entry: &Entry) -> bool {
        let mut others = entry.referenced_by.iter().map(|(_, id)| self.entry(*id));
        others.any(|other| other.id != entry.id && other.timetable.is_some())
            || self.removed_from(entry).next().is_some()
    }

    /// What takes place in a space.
    pub fn held_in<'a>(&'a self, space: &'a Entry) -> impl Iterator<Item = &'a Entry> {
        let all = space.referenced_by.iter();
        let here = all.filter(|(field, _)| *field == "space");
        here.map(|(_, id)| self.entry(*id))
            .filter(|entry| entry.gathers())
    }

    /// Whether a file with its event can remind of it: it is still to come.
    pub fn reminds(&self, entry: &Entry) -> bool {
        let mut times = entry.occurrences().iter();
        entry.gathers()
            && times.any(|time| time.start > self.now && time.status != Status::Cancelled)
    }

    /// Removed events that referred to an entry.
    pub fn removed_from(&self, entry: &Entry) -> impl Iterator<Item = &Entry> {
        let to = entry.id;
        let refers = move |gone: &&Entry| gone.references.iter().any(|(_, id)| *id == to);
        self.gone.removed.iter().filter(refers)
    }

    /// Whether an entry is a notice that is over: it is off the market, and has its page still.
    pub fn is_over(&self, entry: &Entry) -> bool {
        let (record, today) = (entry.record(), self.now.date());
        let ended = |until: Option<crate::content::time::Day>| until.is_some_and(|d| d.0 < today);
        record.exchange().is_some_and(|it| it.part.is_notice())
            && record.period().is_some_and(|period| ended(period.until))
    }

    /// The terms of a vocabulary, in the order of their file.
    pub fn terms(&self, vocabulary: Vocabulary) -> &[Term] {
        &self.vocabularies[&vocabulary]
    }

    /// A text in one language out of several.
    pub fn text<'a>(&self, texts: &'a crate::content::fields::Texts, language: &str) -> &'a str {
        texts.get(language, self.config.default_language())
    }
}

/// What resolving needs beside the documents.
pub struct Surroundings<'a> {
    /// The configuration.
    pub config: Config,
    /// Interface texts, by language.
    pub languages: BTreeMap<String, Language>,
    /// Topics and neighbourhoods.
    pub vocabularies: BTreeMap<Vocabulary, Vec<Term>>,
    /// When each file was published, and what was removed.
    pub past: &'a Past,
    /// The moment of the build.
    pub now: Timestamp,
    /// Keep drafts and what is not published yet.
    pub preview: bool,
    /// Files below `content/media/`, as paths below `content/`.
    pub media: BTreeSet<String>,
}

/// Resolves documents into a site. Every fault is added; with an error among them the site is still
/// whole enough to go on looking for more.
pub fn resolve(
    parsed: Parsed,
    around: Surroundings<'_>,
    sources: &crate::source::Sources,
    faults: &mut Vec<Diagnostic>,
) -> Site {
    let Surroundings {
        config,
        languages,
        vocabularies,
        past,
        now: moment,
        preview,
        media,
    } = around;
    let zone = jiff::tz::TimeZone::get(&config.timezone).unwrap_or(jiff::tz::TimeZone::UTC);
    let now = Now::from(moment.to_zoned(zone));
    let mut parsed = parsed;
    hide_unpublished(&mut parsed, &now, preview);
    let unread = vocabulary::unread(sources, faults);
    let index = references::Index::new(&parsed, faults);
    let reading = Reading {
        parsed: &parsed,
        index: &index,
        vocabularies: &vocabularies,
        unread: &unread,
        config: &config,
        now: &now,
    };
    let first_day = default_history(&config);
    let read: Vec<(Entry, Vec<Diagnostic>)> = (0..parsed.documents.len())
        .into_par_iter()
        .map(|n| {
            let (document, mut faults) = (parsed.documents[n].clone(), Vec::new());
            let history = history_of(&document, sources, &past.files).unwrap_or(first_day);
            let mut entry = reading.entry(document, EntryId(n as u32), &mut faults);
            entry.history = history;
            (entry, faults)
        })
        .collect();
    let gone = removed::read(&reading, past, sources);
    let mut entries = Vec::with_capacity(read.len());
    for (entry, more) in read {
        faults.extend(more);
        entries.push(entry);
    }
    let changes = changes::read(&reading, past, sources, &entries, &gone);
    let orders = order::read(past, &entries, sources, &config, &now);
    refer_back(&mut entries);
    layers::check(&entries, faults);
    follow_links(&mut entries, &media, &parsed.failed, faults);
    let codes: Vec<String> = config
        .languages
        .iter()
        .map(|code| code.value.0.clone())
        .collect();
    let sorting = sorting::Sorting::new(&codes);
    let known = (&*vocabularies[&Vocabulary::Topics], &*entries);
    let network = network::read(sources, &config, known, &now, faults);
    let calendars = entries
        .iter()
        .filter(|entry| entry.gathers())
        .map(|entry| entry.kind.number())
        .collect();
    let mut site = Site {
        config,
        languages,
        codes,
        entries,
        listings: vec![],
        selections: vec![],
        calendars,
        gone,
        changes,
        orders,
        now,
        preview,
        network,
        matches: matching::Matches::default(),
        vocabularies,
        sorting,
    };
    site.listings = listing::listings(&site);
    site.selections = selection::selections(&site);
    site.matches = matching::Matches::of(&site);
    site
}

fn is_unpublished(document: &Document, now: &Now) -> bool {
    let version = &document.versions[0];
    version.common.draft
        || version
            .record
            .published()
            .is_some_and(|day| day.0 > now.date())
}

/// Takes out what may not be seen yet. Their names count as known, so that who points at them is
/// not told that they do not exist.
fn hide_unpublished(parsed: &mut Parsed, now: &Now, preview: bool) {
    if preview {
        return;
    }
    let (hidden, shown) = std::mem::take(&mut parsed.documents)
        .into_iter()
        .partition(|document| is_unpublished(document, now));
    let (hidden, shown) = layers::hide_below(hidden, shown);
    parsed.documents = shown;
    let names = Vec::<Document>::into_iter(hidden)
        .flat_map(|d| [(d.kind.folder, d.id), (d.kind.folder, d.slug)]);
    parsed.failed.extend(names);
}

fn default_history(config: &Config) -> History {
    let since = config
        .since
        .map_or(jiff::civil::date(2000, 1, 1), |day| day.0);
    let day = since
        .to_zoned(jiff::tz::TimeZone::UTC)
        .map_or(Timestamp::UNIX_EPOCH, |day| day.timestamp());
    History {
        created: day,
        updated: day,
        revisions: 1,
    }
}

fn history_of(
    document: &Document,
    sources: &crate::source::Sources,
    history: &BTreeMap<String, History>,
) -> Option<History> {
    let files = document
        .versions
        .iter()
        .filter_map(|version| history.get(&sources.get(version.source).path));
    files.copied().reduce(|a, b| History {
        created: a.created.min(b.created),
        updated: a.updated.max(b.updated),
        revisions: a.revisions + b.revisions,
    })
}

fn follow_links(
    entries: &mut [Entry],
    media: &BTreeSet<String>,
    hidden: &BTreeSet<(&'static str, String)>,
    faults: &mut Vec<Diagnostic>,
) {
    let index = links::LinkIndex::new(entries, media, hidden);
    let found: Vec<_> = entries
        .iter()
        .map(|entry| {
            index.check_image(entry, faults);
            index.targets(entry, faults)
        })
        .collect();
    for (entry, targets) in entries.iter_mut().zip(found) {
        entry.targets = targets;
    }
}

fn refer_back(entries: &mut [Entry]) {
    let forward: Vec<(EntryId, &'static str, EntryId)> = entries
        .iter()
        .flat_map(|entry| {
            entry
                .references
                .iter()
                .map(|(field, target)| (*target, *field, entry.id))
        })
        .collect();
    for (target, field, from) in forward {
        entries[target.0 as usize].referenced_by.push((field, from));
    }
}
