//! The map of the network: the embassies, and the places that other cities tell of what they have.
//!
//! As on our own map, the list is what is read without a script, and what the script reads. Beyond [`MANY`] places it
//! tells how many there are in which city, and the places are a file of their own, of each kind and city the first.

use super::map::MANY;
use super::moments::Moments;
use super::network::{City, city_name};
use super::{Object, entry::place_of};
use crate::content::location::Precision;
use crate::content::{Kind, embassy};
use crate::site::Site;
use crate::site::network::Foreign;
use serde_json::json;
use std::collections::BTreeMap;
use tera::Value;

/// Most places of one kind in one city, where there are many: those that come first.
const OF_EACH: usize = 100;

/// A place on the map.
struct Place<'a> {
    kind: &'static Kind,
    title: &'a str,
    lang: &'a str,
    url: String,
    at: (f64, f64),
    exact: bool,
    city: String,
}

/// Whether anything of the network has a place.
pub fn has_places(site: &Site) -> bool {
    let mut embassies = site.entries.iter().filter(|it| *it.kind == embassy::KIND);
    let stands = |entry: &crate::site::Entry| {
        place_of(site, entry).is_some_and(|(_, place)| place.coordinates().is_some())
    };
    let mut theirs = site.network.all().iter();
    !site.network.is_empty() && (embassies.any(stands) || theirs.any(|it| shows(site, it)))
}

/// Whether a record has a place, and is not over.
fn shows(site: &Site, foreign: &Foreign) -> bool {
    foreign.point().is_some() && !foreign.is_over(&site.now)
}

/// How many places there are, without the texts of each.
pub fn are_many(site: &Site) -> bool {
    let theirs = site.network.all().iter().filter(|it| shows(site, it));
    theirs.take(MANY + 1).count() > MANY
}

/// The value `map`, as the page of our own map has it.
pub fn atlas(moments: &Moments) -> Option<Value> {
    let site = moments.site;
    let code = &site.codes[moments.language];
    let many = are_many(site);
    let places = places(moments);
    let mut groups: Vec<Value> = Vec::new();
    for of_kind in places.chunk_by(|a, b| a.kind == b.kind) {
        let Some(kind) = of_kind.first().map(|place| place.kind) else {
            continue;
        };
        let words = site.languages[code].kinds.get(kind.name);
        let group = Object::new()
            .set("kind", kind.name)
            .set(
                "title",
                words.map_or(kind.folder, |words| words.many.as_str()),
            )
            .set("count", of_kind.len());
        let group = match many && *kind != embassy::KIND {
            true => group.set("areas", areas(of_kind)),
            false => {
                let lines: Vec<Value> = of_kind.iter().map(line).collect();
                group.set("places", lines)
            }
        };
        groups.push(group.into());
    }
    let locale = moments.theme.locale(code);
    let map = Object::new()
        .set("groups", groups)
        .set("count", locale.count("map.count", places.len()))
        .set("wide", true)
        .some("places", many.then(|| site.network_places_path(code)));
    (!places.is_empty()).then(|| map.into())
}

/// The places as a file, as our own map has it: whole addresses in the place of the last part of one.
pub fn file(moments: &Moments) -> Vec<u8> {
    let places = places(moments);
    let whole = |degrees: f64| (degrees * 100_000.0).round() as i64;
    let groups: Vec<serde_json::Value> = places
        .chunk_by(|a, b| a.kind == b.kind)
        .map(|of_kind| {
            let line = |it: &Place| {
                let at = (whole(it.at.0), whole(it.at.1), u8::from(it.exact));
                json!([at.0, at.1, at.2, it.title, it.url, it.city])
            };
            let lines: Vec<_> = of_kind.iter().map(line).collect();
            let kind = of_kind.first().map_or("", |place| place.kind.name);
            json!({ "kind": kind, "folder": "", "places": lines })
        })
        .collect();
    // A JSON value always serialises.
    serde_json::to_vec(&groups).unwrap_or_default()
}

/// The embassies, then what the cities have, by kind and title.
fn places<'a>(moments: &Moments<'a>) -> Vec<Place<'a>> {
    let site = moments.site;
    let code = &site.codes[moments.language];
    let own = site.entries.iter().filter(|it| *it.kind == embassy::KIND);
    let own = own.filter_map(|entry| {
        let (_, location) = place_of(site, entry)?;
        let version = entry.version(code);
        Some(Place {
            kind: entry.kind,
            title: &version.common.title.0,
            lang: &version.language,
            url: site.path(entry, code),
            at: location.coordinates()?,
            exact: location.precision == Precision::Exact,
            city: city_name(entry, code),
        })
    });
    let mut all: Vec<Place> = own.collect();
    let mut cities: BTreeMap<&str, Option<City>> = BTreeMap::new();
    let wanted = moments.wanted();
    let most = match are_many(site) {
        true => OF_EACH,
        false => MANY,
    };
    let mut shown: BTreeMap<(&str, usize), usize> = BTreeMap::new();
    for foreign in site.network.all().iter().filter(|it| shows(site, it)) {
        let city = cities
            .entry(&foreign.city)
            .or_insert_with(|| moments.city(&foreign.city));
        let (Some(city), Some((at, exact))) = (city, foreign.point()) else {
            continue;
        };
        let Some((lang, title)) = foreign.text("title", &wanted) else {
            continue;
        };
        let home = foreign
            .url(&[lang])
            .or_else(|| foreign.record["id"].as_str());
        let Some(url) = home else { continue };
        let of_kind = shown
            .entry((&foreign.city, foreign.kind.number()))
            .or_default();
        *of_kind += 1;
        if *of_kind > most {
            continue;
        }
        all.push(Place {
            kind: foreign.kind,
            title,
            lang,
            url: url.to_owned(),
            at,
            exact,
            city: city.name.clone(),
        });
    }
    all.sort_by_cached_key(|it| {
        let rank = (*it.kind != embassy::KIND, it.kind.number());
        (rank, site.sort_key(it.title, code), it.url.clone())
    });
    // What happens at one place again and again is there once.
    all.dedup_by(|b, a| (a.kind, &a.url, a.at) == (b.kind, &b.url, b.at));
    all
}

fn line(place: &Place) -> Value {
    Object::new()
        .set("title", place.title)
        .set("lang", place.lang)
        .set("url", place.url.as_str())
        .set("at", format!("{},{}", place.at.0, place.at.1))
        .set("exact", place.exact)
        .set("city", place.city.as_str())
        .some(
            "area",
            Some(&*place.city).filter(|_| *place.kind != embassy::KIND),
        )
        .into()
}

/// How many there are in each city.
fn areas(places: &[Place]) -> Vec<Value> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for place in places {
        *counts.entry(&place.city).or_default() += 1;
    }
    let value = |(title, count): (&str, usize)| -> Value {
        Object::new().set("title", title).set("count", count).into()
    };
    counts.into_iter().map(value).collect()
}
