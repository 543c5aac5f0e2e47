//! Where something is: a place always has an address, as exact as it may be.

use super::{Value, json, node, page};
use crate::content::location::Location;
use crate::content::schedule::{Mode, Status};
use crate::content::vocabulary::Vocabulary;
use crate::site::{Entry, Site};
use crate::theme::Theme;
use crate::theme::values::entry::place_of;

/// How people take part in an event, and where: nothing of a place when it is online.
pub fn of_event(
    site: &Site,
    theme: &Theme,
    entry: &Entry,
    status: Status,
    language: &str,
) -> (&'static str, Value) {
    let record = entry.record();
    let known = known(site, entry, language);
    let online = || {
        let url = record.online().map(|url| url.0.clone());
        // Where nothing is said yet of where to join, the page will.
        json!({ "@type": "VirtualLocation", "url": url.unwrap_or_else(|| page(site, entry, language)) })
    };
    let mode = match (record.mode().unwrap_or_default(), record.online(), &known) {
        _ if status == Status::MovedOnline => Mode::Online,
        // Nobody has to say twice that it is online.
        (Mode::InPerson, Some(_), None) => Mode::Online,
        (Mode::InPerson, Some(_), Some(_)) => Mode::Hybrid,
        (mode, ..) => mode,
    };
    let venue = || known.unwrap_or_else(|| unknown(site, theme, entry, language));
    match mode {
        Mode::Online => ("OnlineEventAttendanceMode", online()),
        Mode::Hybrid => ("MixedEventAttendanceMode", json!([venue(), online()])),
        Mode::InPerson => ("OfflineEventAttendanceMode", venue()),
    }
}

/// A place, under the name of the record whose place it is when that is another one.
pub fn of(location: &Location, title: Option<&str>) -> Value {
    let own = location.name.as_deref().map(str::to_owned);
    let words = [title.map(str::to_owned), own, Some(location.line())];
    let name = words
        .into_iter()
        .flatten()
        .find(|name| !name.trim().is_empty());
    node(vec![
        ("@type", json!("Place")),
        ("name", json!(name)),
        ("address", address(location)),
        ("geo", geo(location)),
    ])
}

/// The parts of the address that may be shown; null when there are none.
pub fn address(location: &Location) -> Value {
    let parts = [
        ("streetAddress", location.street.as_deref()),
        ("postalCode", location.postal_code.as_deref()),
        ("addressLocality", location.city.as_deref()),
        ("addressCountry", location.country.as_deref()),
    ];
    let given = parts.into_iter().filter_map(|(name, value)| {
        let value = value.filter(|value| !value.trim().is_empty())?;
        Some((name, json!(value)))
    });
    let facts: Vec<_> = given.collect();
    if facts.is_empty() {
        return Value::Null;
    }
    let class = std::iter::once(("@type", json!("PostalAddress")));
    node(class.chain(facts).collect())
}

/// Where it is on earth, as exactly as may be shown.
pub fn geo(location: &Location) -> Value {
    location.coordinates().map_or(
        Value::Null,
        |(lat, lon)| json!({ "@type": "GeoCoordinates", "latitude": lat, "longitude": lon }),
    )
}

/// The place of an event, when it says where it is: its own, that of its space, or at least the name
/// of its space. Where no part of an address is known, what people call the place is its address.
fn known(site: &Site, entry: &Entry, language: &str) -> Option<Value> {
    let mut place = match place_of(site, entry) {
        Some((holder, mut location)) => {
            let version = holder.version(language);
            if let Some(own) = version.record.location() {
                location.name = own.public().name;
            }
            let title = (holder.id != entry.id).then_some(version.common.title.0.as_str());
            of(&location, title)
        }
        None => {
            let space = site.entry(entry.targets("space").next()?);
            of(
                &Location::default(),
                Some(&space.version(language).common.title),
            )
        }
    };
    if place.get("address").is_none() {
        let name = place.get("name").and_then(Value::as_str);
        let point = |geo: &Value| {
            Some(format!(
                "{}, {}",
                geo.get("latitude")?,
                geo.get("longitude")?
            ))
        };
        let words = [
            name.map(str::to_owned),
            neighbourhood(site, entry, language).map(str::to_owned),
        ];
        let mut words: Vec<String> = words.into_iter().flatten().collect();
        if words.is_empty() {
            words.extend(place.get("geo").and_then(point));
        }
        // A place without any of these says nothing.
        let words = Some(words.join(", ")).filter(|words| !words.is_empty())?;
        if name.is_none() {
            place["name"] = json!(words);
        }
        place["address"] = json!(words);
    }
    Some(place)
}

/// What can be said of where an event is that does not say so: its neighbourhood, and the city and
/// country of who organises it. That is not the place itself, so it bears no name of a place. Where the
/// publisher is says nothing of it: then what is asked for as its address is that nobody knows it yet.
fn unknown(site: &Site, theme: &Theme, entry: &Entry, language: &str) -> Value {
    let name = match neighbourhood(site, entry, language) {
        Some(title) => title.to_owned(),
        None => theme.locale(language).text("event.place.unknown", &[]),
    };
    let organisers = ["organiser", "hosts"]
        .into_iter()
        .flat_map(|field| entry.targets(field));
    let of_organiser = organisers.into_iter().find_map(|id| {
        let location = site.entry(id).record().location()?;
        Some(Location {
            city: location.city.clone(),
            country: location.country.clone(),
            ..Location::default()
        })
        .filter(|area| !address(area).is_null())
    });
    let address = of_organiser.map_or(json!(name), |area| address(&area));
    json!({ "@type": "Place", "name": name, "address": address })
}

fn neighbourhood<'a>(site: &'a Site, entry: &Entry, language: &str) -> Option<&'a str> {
    let mut terms = entry.terms.iter();
    let (vocabulary, n) =
        terms.find(|(vocabulary, _)| *vocabulary == Vocabulary::Neighbourhoods)?;
    Some(site.text(&site.terms(*vocabulary)[*n].title, language))
}
