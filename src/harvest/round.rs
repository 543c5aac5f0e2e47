//! One round along the sources of a city: what each of them has goes into the city's store.

use super::asking::Ask;
use super::gather::{self, Left, Part, Place};
use super::keep::{Changed, Origin, Store};
use crate::content::embassy;
use crate::diagnostic::{Language, Words};
use crate::say;
use crate::site::lock::{self, Remembered};
use crate::site::{Entry, Site};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeSet;

/// A city and its sources.
#[derive(Debug, Clone)]
pub struct City {
    /// The identifier of its embassy, which is the name of its folder.
    pub name: String,
    /// The addresses that the embassy names.
    pub urls: Vec<String>,
    /// What its sources may leave unsaid.
    pub place: Place,
}

/// What came of a source.
#[derive(Debug)]
pub struct Told {
    /// The city.
    pub city: String,
    /// The address that the embassy names.
    pub url: String,
    /// What changed.
    pub changed: Changed,
    /// What was in vain, and why.
    pub trouble: Vec<Words>,
    /// What is remembered of it.
    pub remembered: Remembered,
}

/// The cities of a site that name a source other than the site itself.
pub fn cities(site: &Site, now: Timestamp) -> Vec<City> {
    let own = super::address::origin(&site.config.url);
    let embassies = site
        .entries
        .iter()
        .filter(|entry| *entry.kind == embassy::KIND);
    let city = |entry: &Entry| {
        let data = entry.data(&site.codes[0]);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let feeds = data["feeds"].as_array().into_iter().flatten();
        let mut urls: Vec<String> = text(&data["catalog"])
            .into_iter()
            .chain(feeds.filter_map(text))
            .collect();
        urls.retain(|url| super::address::origin(url) != own);
        let mut seen = BTreeSet::new();
        urls.retain(|url| seen.insert(url.clone()));
        let name = entry.document_id.clone();
        let plain = name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        let place = Place {
            timezone: text(&data["timezone"]).unwrap_or_else(|| site.config.timezone.to_string()),
            language: text(&data["languages"][0]).unwrap_or_else(|| site.codes[0].clone()),
            now,
        };
        (plain && !urls.is_empty()).then_some(City { name, urls, place })
    };
    embassies.filter_map(city).collect()
}

/// Reads a source and takes in what it has. Whatever happens, the store holds something whole.
pub fn source(
    ask: &mut dyn Ask,
    store: &mut Store,
    (city, url): (&City, &str),
    before: Option<&Remembered>,
    accept: bool,
) -> Told {
    let now = city.place.now;
    let mut told = Told {
        city: city.name.clone(),
        url: url.to_owned(),
        changed: Changed::default(),
        trouble: vec![],
        remembered: before.cloned().unwrap_or_default(),
    };
    (told.remembered.city, told.remembered.url) = (city.name.clone(), url.to_owned());
    match gather::explore(ask, url) {
        Err(refusal) => told.trouble.push(refusal.why),
        Ok(leads) => {
            let mut parts = vec![];
            told.remembered.topics = topics_of(&leads);
            for lead in &leads {
                let old = told
                    .remembered
                    .parts
                    .iter()
                    .find(|part| part.url == lead.url)
                    .cloned();
                let left = old.as_ref().map(left);
                let origin = Origin {
                    part: &lead.url,
                    license: lead.license.as_deref(),
                    now,
                    accept,
                };
                match gather::part(ask, lead, left.as_ref(), &city.place) {
                    Ok(part) => {
                        parts.push(remember(&lead.url, &part, old));
                        describe(&part, origin, &mut told.remembered);
                        told.changed.and(store.take(part, origin));
                    }
                    Err(refusal) => {
                        parts.extend(old);
                        told.trouble.push(match leads.len() {
                            1 => refusal.why,
                            _ => say!("{}: {}", lead.url, refusal.why),
                        });
                    }
                }
            }
            // What a catalogue no longer names may be back tomorrow: its records stay until somebody lets them go.
            for old in std::mem::take(&mut told.remembered.parts) {
                let is_gone = !parts.iter().any(|part| part.url == old.url);
                if is_gone
                    && !accept
                    && store.counts(&[&*old.url].into()).values().sum::<usize>() > 0
                {
                    told.trouble.push(say!(
                        "`{}` is no longer named there; what came from it is kept",
                        old.url
                    ));
                    parts.push(old);
                }
            }
            told.remembered.parts = parts;
        }
    }
    close(&mut told, store, now);
    told.remembered.note(before, &now.to_string());
    told
}

/// What the topics of a source mean: all its parts are of one site.
fn topics_of(leads: &[gather::Lead]) -> Vec<lock::Topic> {
    let told = leads.iter().find_map(|lead| match &lead.way {
        gather::Way::Changes(topics) => Some(topics.clone()),
        gather::Way::File => None,
    });
    told.unwrap_or_default()
}

/// Writes down how it ended.
fn close(told: &mut Told, store: &Store, now: Timestamp) {
    let remembered = &mut told.remembered;
    match told.trouble.first() {
        None => {
            remembered.fetched = Some(now.to_string());
            (remembered.failed, remembered.error) = (None, None);
        }
        Some(why) => {
            remembered.failed = Some(now.to_string());
            remembered.error = Some(why.to(Language::En));
        }
    }
    let parts = remembered
        .parts
        .iter()
        .map(|part| part.url.as_str())
        .collect();
    let counts = store.counts(&parts).into_iter();
    remembered.counts = counts.map(|(kind, n)| (kind, n as u64)).collect();
}

fn left(part: &lock::Part) -> Left {
    Left {
        next: part.next.clone(),
        version: super::asking::Version {
            etag: part.etag.clone(),
            modified: part.modified.clone(),
        },
        checksum: part.checksum.clone(),
        partial: false,
    }
}

fn remember(url: &str, part: &Part, old: Option<lock::Part>) -> lock::Part {
    let (Part::Whole(_, left) | Part::Changes(_, left)) = part else {
        return old.unwrap_or_else(|| lock::Part {
            url: url.to_owned(),
            ..lock::Part::default()
        });
    };
    lock::Part {
        url: url.to_owned(),
        next: left.next.clone(),
        etag: left.version.etag.clone(),
        modified: left.version.modified.clone(),
        checksum: left.checksum.clone(),
    }
}

/// What the source is, as far as this part tells.
fn describe(part: &Part, origin: Origin, remembered: &mut Remembered) {
    let (system, license) = match part {
        Part::Same => return,
        Part::Whole(reading, _) => (reading.system, reading.license.clone()),
        Part::Changes(changes, _) => ("Plein", changes.license.clone()),
    };
    remembered.system = Some(system.to_owned());
    let license = license.or_else(|| origin.license.map(str::to_owned));
    let license = license.filter(|license| license.len() < 300);
    remembered.license = license.map(|license| super::clean::plain(&license));
}

/// Goes along all sources of a city. `ask` gives somebody new to ask for each, so that one source uses up nothing of
/// another's time.
pub fn city<A: Ask>(
    ask: impl Fn() -> A,
    store: &mut Store,
    city: &City,
    lock: &lock::Lock,
    accept: bool,
) -> Vec<Told> {
    let told = city.urls.iter().map(|url| {
        let before = lock.find(&city.name, url);
        source(&mut ask(), store, (city, url), before, accept)
    });
    let told: Vec<Told> = told.collect();
    // What comes from a source that nobody names any more goes; while one is in trouble, nobody knows what is whose.
    if told.iter().all(|told| told.trouble.is_empty()) {
        let parts: BTreeSet<&str> = told
            .iter()
            .flat_map(|told| &told.remembered.parts)
            .map(|part| part.url.as_str())
            .collect();
        let forgotten = store.forget(|part| parts.contains(part));
        let mut told = told;
        if let Some(first) = told.first_mut() {
            first.changed.removed += forgotten;
        }
        return told;
    }
    told
}
