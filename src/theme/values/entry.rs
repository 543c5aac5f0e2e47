//! Everything that the page of an entry shows.

use super::card::{iso, moment, status};
use super::moments::Moments;
use super::{Cards, Object, abroad, link, market, network, subscription};
use crate::content::location::Precision;
use crate::content::schedule::{Role, Status};
use crate::site::permalink::{BUSY, REMINDER, id_path};
use crate::site::timetable::{Occurrence, Timetable};
use crate::site::{Entry, EntryId, Site};
use crate::theme::dates::Style;
use crate::theme::{Theme, body, when};
use jiff::civil::DateTime;
use tera::{Map, Value};

/// Most occurrences that a page shows.
const SHOWN: usize = 12;
/// Most entries of one folder that a page shows as pointing at it.
const NEIGHBOURS: usize = 24;

/// The fields that point at other entries, in the order in which a page tells them: who, where, as part of what.
const RELATED: [&str; 19] = [
    "organiser",
    "hosts",
    "led_by",
    "by",
    "operator",
    "host",
    "partners",
    "space",
    "part_of",
    "programme",
    "call",
    "embassy",
    "initiatives",
    "embassies",
    "peers",
    "parent",
    "from",
    "based_on",
    "about",
];

/// The value `entry`: the card and everything else.
pub fn entry(site: &Site, theme: &Theme, cards: &Cards, entry: &Entry, language: usize) -> Value {
    let code = &site.codes[language];
    let (version, locale) = (entry.version(code), theme.locale(code));
    let card = cards.get(site, theme, language, entry.id);
    let headings: Vec<Value> = version
        .body
        .headings
        .iter()
        .map(Value::from_serializable)
        .collect();
    let day = |at: jiff::Timestamp| {
        let date = at.to_zoned(site.now.time_zone().clone()).date();
        Object::new()
            .set("iso", date.to_string())
            .set("text", locale.dates.day(date, Style::Medium))
    };
    let beside = |file: &str| format!("{}{file}", site.path(entry, code));
    let calendar = beside("calendar.ics");
    let timetable = entry.timetable.as_ref();
    let gathers = timetable.filter(|timetable| timetable.role == Role::Gathering);
    let scheduled = timetable.is_some() || site.has_calendar(entry);
    let shown = Object::of(&card)
        .set(
            "body",
            Value::safe_string(&body::html(site, theme, entry, code, body::Base::Site)),
        )
        .set("headings", headings)
        .set("data", Value::from_serializable(&entry.data(code)))
        .set(
            "extra",
            Value::from_serializable(&entry.version(code).common.extra),
        )
        .some("contact", contact(entry, code))
        .some(
            "when",
            gathers.map(|timetable| when::sentence(timetable, locale)),
        )
        .some(
            "moment",
            timetable.map(|timetable| first_to_come(site, entry, timetable)),
        )
        .some(
            "occurrences",
            timetable.map(|timetable| occurrences(site, theme, entry, timetable, code)),
        )
        .some("location", location(site, entry, code))
        .some("sign_up", sign_up(site, entry))
        .list("elsewhere", elsewhere(site, entry, code))
        .list("copies", copies(site, entry))
        .set("created", day(entry.history.created))
        .set("updated", day(entry.history.updated))
        .some("license", license(site, entry, code))
        .set("id_url", site.config.absolute(&id_path(entry)))
        .some("subscribe", scheduled.then(|| subscribe(site, &calendar)))
        .some(
            "reminder",
            (!site.gathers_dates(entry) && site.reminds(entry)).then(|| beside(REMINDER)),
        )
        .some("busy", site.held_in(entry).next().map(|_| beside(BUSY)));
    around(shown, (site, theme, cards), entry, language).into()
}

/// Of a page without a translation, where its text is to be read whole: the page in each language in
/// which it was written.
fn elsewhere(site: &Site, entry: &Entry, language: &str) -> Vec<Value> {
    if entry.is_written_in(language) {
        return vec![];
    }
    let written = site.codes.iter().filter(|code| entry.is_written_in(code));
    let page = |code: &String| {
        link(&site.languages[code].name, site.path(entry, code)).set("lang", code.as_str())
    };
    written.map(|code| page(code).into()).collect()
}

/// The languages in which its page shows the text of another.
fn copies(site: &Site, entry: &Entry) -> Vec<Value> {
    let copies = site.codes.iter().filter(|code| !entry.is_written_in(code));
    copies.map(|code| code.as_str().into()).collect()
}

/// What others have to do with it.
fn around(
    shown: Object,
    (site, theme, cards): (&Site, &Theme, &Cards),
    entry: &Entry,
    language: usize,
) -> Object {
    let moments = Moments {
        site,
        theme,
        cards,
        language,
    };
    let others = referenced_by(site, theme, cards, entry, language);
    shown
        .set("related", related(site, theme, cards, entry, language))
        .set("referenced_by", others)
        .list(
            "matches",
            market::matches(site, theme, cards, entry, language),
        )
        .list("matches_abroad", abroad::matches(&moments, entry))
        .some("sessions", moments.sessions(entry))
        .list("taken", moments.taken(entry))
        .list("abroad", moments.on_two_clocks(entry))
        .some("network", network::of_city(&moments, entry))
        .list("adoptions", network::adoptions(&moments, entry))
        .some("clock", moments.clock(entry))
        .set("over", site.is_over(entry))
}

/// A calendar's path and the address that calendar programs open.
fn subscribe(site: &Site, path: &str) -> Object {
    let (absolute, webcal) = subscription(site, path);
    Object::new()
        .set("calendar", path)
        .set("webcal", webcal)
        .set("https", absolute)
}

/// Whether one can sign up: `soon`, `open` or `closed`.
fn sign_up(site: &Site, entry: &Entry) -> Option<&'static str> {
    let registration = entry.record().registration()?;
    let closes = registration.closes.as_ref();
    Some(match () {
        () if closes.is_some_and(|closes| site.has_passed(entry, &closes.value)) => "closed",
        () if registration
            .opens
            .is_some_and(|day| day.0 > site.today_at(entry)) =>
        {
            "soon"
        }
        () => "open",
    })
}

fn contact(entry: &Entry, language: &str) -> Option<Object> {
    let common = &entry.version(language).common;
    let contact = common.contact.as_ref().filter(|contact| contact.public)?;
    let shown = Object::new()
        .some("name", contact.name.as_ref().map(|name| &*name.0))
        .some("email", contact.email.as_ref().map(|email| &*email.0))
        .some("phone", contact.phone.as_deref())
        .some("url", contact.url.as_ref().map(|url| &*url.0));
    Some(shown)
}

fn license(site: &Site, entry: &Entry, language: &str) -> Option<Object> {
    let url = entry
        .original()
        .common
        .license
        .as_ref()
        .or(site.config.license.as_ref())?;
    Some(super::page::license(url, language))
}

/// Cards of what it points at, by field.
fn related(site: &Site, theme: &Theme, cards: &Cards, entry: &Entry, language: usize) -> Object {
    let card = |id| cards.get(site, theme, language, id);
    RELATED.iter().fold(Object::new(), |related, field| {
        related.list(field, entry.targets(field).map(card).collect())
    })
}

/// Cards of what points at it, by folder; what is over stands apart.
fn referenced_by(
    site: &Site,
    theme: &Theme,
    cards: &Cards,
    entry: &Entry,
    language: usize,
) -> Value {
    let mut fields: Map = Map::default();
    let code = &site.codes[language];
    if entry.referenced_by.is_empty() {
        return Value::from(fields);
    }
    for kind in crate::content::KINDS {
        let mut ids: Vec<EntryId> = entry
            .referenced_by
            .iter()
            .map(|(_, id)| *id)
            .filter(|id| site.entry(*id).kind == kind && !site.is_over(site.entry(*id)))
            .collect();
        ids.sort();
        ids.dedup();
        if ids.is_empty() {
            continue;
        }
        let gathering = |id: &EntryId| {
            site.entry(*id)
                .timetable
                .as_ref()
                .is_some_and(|t| t.role == Role::Gathering)
        };
        let (mut past, mut current): (Vec<EntryId>, Vec<EntryId>) = ids
            .into_iter()
            .partition(|id| gathering(id) && site.entry(*id).next(&site.now).is_none());
        current.sort_by_cached_key(|id| {
            (
                site.entry(*id).next(&site.now).map(|o| o.start.timestamp()),
                site.sort_key(&site.entry(*id).version(code).common.title, code),
            )
        });
        past.sort_by_cached_key(|id| {
            std::cmp::Reverse(
                site.entry(*id)
                    .occurrences()
                    .last()
                    .map(|o| o.start.timestamp()),
            )
        });
        let show = |ids: &[EntryId], most: usize| {
            ids.iter()
                .take(most)
                .map(|id| cards.get(site, theme, language, *id))
                .collect::<Vec<Value>>()
        };
        if !current.is_empty() {
            fields.insert(kind.folder.into(), show(&current, NEIGHBOURS).into());
        }
        if !past.is_empty() {
            fields.insert(
                format!("past_{}", kind.folder).into(),
                show(&past, 10).into(),
            );
        }
    }
    Value::from(fields)
}

/// From when until when the time is that stands for it, for machines.
fn first_to_come(site: &Site, entry: &Entry, timetable: &Timetable) -> Object {
    let (start, end) = bounds(timetable, &standing_for(site, entry, timetable));
    Object::new().set("iso", start).set("end_iso", end)
}

fn occurrences(
    site: &Site,
    theme: &Theme,
    entry: &Entry,
    timetable: &Timetable,
    language: &str,
) -> Object {
    let upcoming: Vec<&Occurrence> = timetable
        .occurrences
        .iter()
        .filter(|o| o.end > site.now)
        .collect();
    let show = |occurrence: &&Occurrence| {
        occurrence_value(site, theme, entry, timetable, occurrence, language)
    };
    Object::new()
        .set(
            "upcoming",
            upcoming
                .iter()
                .take(SHOWN)
                .map(show)
                .collect::<Vec<Value>>(),
        )
        .set("past_count", timetable.occurrences.len() - upcoming.len())
        .set("total", timetable.occurrences.len())
}

fn occurrence_value(
    site: &Site,
    theme: &Theme,
    entry: &Entry,
    timetable: &Timetable,
    occurrence: &Occurrence,
    language: &str,
) -> Value {
    let locale = theme.locale(language);
    let schedule = entry.version(language).record.schedule();
    let change = occurrence
        .change
        .and_then(|n| schedule.as_ref()?.changes.get(n).cloned());
    let reason = change
        .and_then(|change| change.reason)
        .or_else(|| schedule.and_then(|s| s.reason));
    let moved = occurrence.moved().then(|| {
        let from = locale.dates.day(occurrence.original.date(), Style::Short);
        if timetable.all_day {
            from
        } else {
            locale.at(&from, occurrence.original.time())
        }
    });
    moment(site, timetable, occurrence, locale)
        .some("status", status(locale, occurrence.status))
        .some("reason", reason.map(|text| text.0))
        .some("moved_from", moved)
        .into()
}

/// Its own place, else that of the space that it is in; as far as it may be shown.
pub fn place_of<'a>(
    site: &'a Site,
    entry: &'a Entry,
) -> Option<(&'a Entry, crate::content::fields::Location)> {
    let own = entry
        .record()
        .location()
        .map(|location| (entry, location.public()));
    own.or_else(|| {
        let parents = ["space", "part_of"]
            .into_iter()
            .flat_map(|field| entry.targets(field));
        parents.filter(|id| *id != entry.id).find_map(|id| {
            let space = site.entry(id);
            let outer = || {
                space
                    .targets("part_of")
                    .find_map(|id| Some((space, site.entry(id).record().location()?.public())))
            };
            space
                .record()
                .location()
                .map(|location| (space, location.public()))
                .or_else(outer)
        })
    })
}

fn location(site: &Site, entry: &Entry, language: &str) -> Option<Object> {
    let (holder, mut place) = place_of(site, entry)?;
    if let Some(own) = holder.version(language).record.location() {
        place.name = own.public().name;
    }
    if holder.id != entry.id {
        place.name = Some(holder.version(language).common.title.clone());
    }
    let text = |text: &Option<String>| text.clone();
    let coordinates = place.coordinates();
    let shown = Object::new()
        .some("name", place.name.as_ref().map(|name| &*name.0))
        .some("street", text(&place.street))
        .some("postal_code", text(&place.postal_code))
        .some("city", text(&place.city))
        .some("country", place.country.as_ref().map(|country| &*country.0))
        .set("text", place.line())
        .some("lat", coordinates.map(|(lat, _)| lat))
        .some("lon", coordinates.map(|(_, lon)| lon))
        .set("exact", place.precision == Precision::Exact)
        .some(
            "route_url",
            coordinates
                .filter(|_| place.precision == Precision::Exact)
                .map(route_url),
        )
        .some(
            "map_url",
            coordinates.map(|at| map_url(at, place.precision)),
        );
    Some(shown)
}

/// The one time that stands for an event to programs that know no more of it: the next that goes ahead, so that one evening that is off does not look like the end of a
/// series; else the next, else the last. What has no time within the window has its own.
pub fn standing_for(site: &Site, entry: &Entry, timetable: &Timetable) -> Occurrence {
    let on = |time: &&Occurrence| !matches!(time.status, Status::Cancelled | Status::Postponed);
    let all = entry.occurrences();
    let ahead = || all.iter().filter(|time| time.end > site.now);
    let found = ahead().find(on).or_else(|| ahead().next());
    let found = found.or_else(|| all.iter().rev().find(on)).or(all.last());
    found.cloned().unwrap_or_else(|| {
        let zoned = |at: DateTime| {
            let at = at.to_zoned(timetable.zone.clone());
            // Only the very first and last moments of the calendar have no place in a zone.
            at.unwrap_or_else(|_| site.now.exactly().clone())
        };
        let start = zoned(timetable.start);
        let end = timetable.length.after(timetable.start, &timetable.zone);
        let end = end.unwrap_or_else(|| start.clone());
        Occurrence {
            original: start.datetime(),
            start,
            end,
            status: timetable.status,
            change: None,
        }
    })
}

/// The place on a map. A pin stands for the place itself; of anything less exact the map shows the
/// surroundings.
fn map_url((lat, lon): (f64, f64), precision: Precision) -> String {
    let (pin, zoom) = match precision {
        Precision::Exact => (format!("?mlat={lat}&mlon={lon}"), 16),
        Precision::Street => (String::new(), 16),
        Precision::Neighbourhood => (String::new(), 14),
    };
    format!("https://www.openstreetmap.org/{pin}#map={zoom}/{lat}/{lon}")
}

/// The way there, from wherever somebody is.
fn route_url((lat, lon): (f64, f64)) -> String {
    format!("https://www.openstreetmap.org/directions?to={lat}%2C{lon}")
}

/// First and last moment, for machines.
pub fn bounds(timetable: &Timetable, occurrence: &Occurrence) -> (String, String) {
    use jiff::ToSpan;
    if timetable.all_day {
        let last = occurrence.end.datetime().saturating_sub(1.day()).date();
        return (iso(&occurrence.start, true), last.to_string());
    }
    (iso(&occurrence.start, false), iso(&occurrence.end, false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::KINDS;
    use crate::content::shape::shape;

    #[test]
    fn every_field_that_points_at_an_entry_is_told_on_its_page() {
        for kind in KINDS {
            for field in shape(kind).references.keys() {
                assert!(RELATED.contains(&field.as_str()), "{}: {field}", kind.name);
            }
        }
    }
}
