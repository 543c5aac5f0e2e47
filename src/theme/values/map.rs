//! What the map shows: the places of records, and the list of them that stands beside it.
//!
//! The list is what is read without a script, and what the script reads. Beyond [`MANY`] places it would
//! be most of the page: then it tells how many there are where, and the places are a file of their own.

use super::entry::place_of;
use super::{Object, list};
use crate::content::location::Precision;
use crate::content::vocabulary::Vocabulary;
use crate::content::{KINDS, fields::Location};
use crate::site::listing::Scope;
use crate::site::{Entry, EntryId, Site};
use crate::theme::Theme;
use serde_json::json;
use std::collections::BTreeMap;
use tera::Value;

/// The most places whose list stands in the page.
pub const MANY: usize = 500;

/// A record on the map.
pub struct Place {
    /// The record.
    pub entry: EntryId,
    /// Latitude and longitude, as exact as they may be shown.
    pub at: (f64, f64),
    /// Whether that is the very place.
    pub exact: bool,
    /// Its city.
    pub city: Option<String>,
}

/// What of a site can be shown on a map.
#[derive(Default)]
pub struct Places {
    /// What stands on the map, by kind, then by title.
    pub standing: Vec<Place>,
    /// Whether anything at all has a point.
    pub any: bool,
}

impl Places {
    /// The places of a site.
    pub fn new(site: &Site) -> Self {
        let mut standing: Vec<Place> = site
            .entries
            .iter()
            .filter(|entry| stands(site, entry))
            .filter_map(|entry| place(entry, place_of(site, entry)?.1))
            .collect();
        standing.sort_by_cached_key(|place| {
            let entry = site.entry(place.entry);
            (
                entry.kind.number(),
                site.sort_key(
                    &entry.original().common.title,
                    site.config.default_language(),
                ),
                place.entry,
            )
        });
        let pointed = |entry: &Entry| {
            place_of(site, entry).is_some_and(|(_, place)| place.coordinates().is_some())
        };
        let any = !standing.is_empty()
            || site.entries.iter().any(pointed)
            || super::atlas::has_places(site);
        Places { standing, any }
    }

    /// Whether there are so many that their list is a file of its own.
    pub fn are_many(&self) -> bool {
        self.standing.len() > MANY
    }
}

/// What is there to be found on any day: not what gathers on some, and not what is over.
fn stands(site: &Site, entry: &Entry) -> bool {
    let record = entry.record();
    record.listed() && !entry.gathers() && site.is_current(entry)
}

fn place(entry: &Entry, location: Location) -> Option<Place> {
    Some(Place {
        entry: entry.id,
        at: location.coordinates()?,
        exact: location.precision == Precision::Exact,
        city: location.city,
    })
}

/// The value `map`: what is on it by kind, each place or how many there are where.
pub fn map(site: &Site, theme: &Theme, places: &Places, language: &str) -> Value {
    let mut groups: Vec<Value> = Vec::new();
    for of_kind in places
        .standing
        .chunk_by(|a, b| site.entry(a.entry).kind == site.entry(b.entry).kind)
    {
        let Some(first) = of_kind.first() else {
            continue;
        };
        let kind = site.entry(first.entry).kind;
        let listed = site
            .listings
            .iter()
            .any(|listing| listing.scope == Scope::Kind(kind.number()));
        let group = Object::new()
            .set("kind", kind.name)
            .set(
                "title",
                list::title(site, theme, Scope::Kind(kind.number()), language),
            )
            .some(
                "url",
                listed.then(|| site.listing_path(Scope::Kind(kind.number()), language)),
            )
            .set("count", of_kind.len());
        let group = match places.are_many() {
            true => group.set("areas", areas(site, theme, of_kind, language)),
            false => group.set(
                "places",
                by_title(site, of_kind, language)
                    .into_iter()
                    .map(|place| line(site, place, language))
                    .collect::<Vec<Value>>(),
            ),
        };
        groups.push(group.into());
    }
    Object::new()
        .set("groups", groups)
        .set(
            "count",
            theme
                .locale(language)
                .count("map.count", places.standing.len()),
        )
        .some(
            "places",
            places.are_many().then(|| site.map_places_path(language)),
        )
        .into()
}

/// Places in the order of their titles in a language.
fn by_title<'a>(site: &Site, places: &'a [Place], language: &str) -> Vec<&'a Place> {
    let mut places: Vec<&Place> = places.iter().collect();
    places.sort_by_cached_key(|place| {
        let title = &site.entry(place.entry).version(language).common.title;
        (site.sort_key(title, language), place.entry)
    });
    places
}

/// A place in the list, with what the script reads.
fn line(site: &Site, place: &Place, language: &str) -> Value {
    let entry = site.entry(place.entry);
    let version = entry.version(language);
    let neighbourhood = entry
        .terms
        .iter()
        .find(|(vocabulary, _)| *vocabulary == Vocabulary::Neighbourhoods);
    let named = neighbourhood.map(|(vocabulary, n)| {
        site.text(&site.terms(*vocabulary)[*n].title, language)
            .to_owned()
    });
    Object::new()
        .set("title", &*version.common.title.0)
        .set("lang", version.language.as_str())
        .set("url", site.path(entry, language))
        .set("at", format!("{},{}", place.at.0, place.at.1))
        .set("exact", place.exact)
        .some("city", place.city.clone())
        .some("area", named.or_else(|| place.city.clone()))
        .into()
}

/// How many there are in each neighbourhood, else in each city.
fn areas(site: &Site, theme: &Theme, places: &[Place], language: &str) -> Vec<Value> {
    let mut counts: BTreeMap<(bool, Vec<u8>, String), (usize, Option<String>)> = BTreeMap::new();
    for place in places {
        let mut terms = site.entry(place.entry).terms.iter();
        let term = terms.find(|(vocabulary, _)| *vocabulary == Vocabulary::Neighbourhoods);
        let (title, url) = match term {
            Some((vocabulary, n)) => (
                site.text(&site.terms(*vocabulary)[*n].title, language)
                    .to_owned(),
                Some(site.listing_path(Scope::Term(*vocabulary, *n), language)),
            ),
            None => (place.city.clone().unwrap_or_default(), None),
        };
        let unnamed = title.is_empty();
        let title = if unnamed {
            theme.locale(language).text("map.elsewhere", &[])
        } else {
            title
        };
        counts
            .entry((unnamed, site.sort_key(&title, language), title))
            .or_insert((0, url))
            .0 += 1;
    }
    let value = |((_, _, title), (count, url)): (
        (bool, Vec<u8>, String),
        (usize, Option<String>),
    )|
     -> Value {
        Object::new()
            .set("title", title)
            .some("url", url)
            .set("count", count)
            .into()
    };
    counts.into_iter().map(value).collect()
}

/// The places as a file: for each kind its folder and the places in it, with point (in steps of
/// 1/100,000 degree), whether it is exact, title, last part of the address and city.
pub fn file(site: &Site, places: &Places, language: &str) -> Vec<u8> {
    let mut groups = Vec::new();
    for of_kind in places
        .standing
        .chunk_by(|a, b| site.entry(a.entry).kind == site.entry(b.entry).kind)
    {
        let Some(first) = of_kind.first() else {
            continue;
        };
        let kind = site.entry(first.entry).kind;
        let line = |place: &Place| {
            let entry = site.entry(place.entry);
            let whole = |degrees: f64| (degrees * 100_000.0).round() as i64;
            let title = &*entry.version(language).common.title.0;
            let city = place.city.as_deref().unwrap_or_default();
            json!([
                whole(place.at.0),
                whole(place.at.1),
                u8::from(place.exact),
                title,
                entry.slug,
                city
            ])
        };
        let lines: Vec<_> = of_kind.iter().map(line).collect();
        let folder = site.listing_path(Scope::Kind(kind.number()), language);
        groups
            .push(json!({ "kind": KINDS[kind.number()].name, "folder": folder, "places": lines }));
    }
    // A JSON value always serialises.
    serde_json::to_vec(&groups).unwrap_or_default()
}
