//! Systems of one site or city: The Events Calendar of WordPress, Gancio's own interface, openFairDB, and the
//! timetables of conferences (frab, pretalx).

use super::feeds::license;
use super::json::{self, Place, attendance, first, items, number, text};
use super::record::{Draft, Harvest};
use super::safe::Markup;
use super::time::{Moment, When, iso, of_seconds, utc};
use crate::content::{event, initiative, organisation};
use crate::say;
use jiff::ToSpan;
use serde_json::{Map, Value, json};

/// Whether a value is an answer of The Events Calendar: its events, or one of them.
pub fn is_tribe(value: &Value) -> bool {
    let event = value
        .get("events")
        .and_then(|list| list.get(0))
        .unwrap_or(value);
    event.get("start_date").is_some()
        && event.get("title").is_some()
        && (event.get("utc_start_date").is_some()
            || event.get("rest_url").is_some()
            || event.get("venue").is_some())
}

/// Reads an answer of The Events Calendar (`/wp-json/tribe/events/v1/events`).
pub fn read_tribe(value: &Value, harvest: &mut Harvest) {
    harvest.reading.next = first(value, &["next_rest_url"]).and_then(|url| harvest.address(&url));
    match value.get("events") {
        Some(events) => items(events)
            .iter()
            .for_each(|event| of_tribe(event, harvest)),
        None => of_tribe(value, harvest),
    }
}

fn of_tribe(value: &Value, harvest: &mut Harvest) {
    if first(value, &["status"]).is_some_and(|status| status != "publish")
        || value.get("hide_from_listings") == Some(&json!(true))
    {
        return harvest.refuse(
            say!("an event"),
            say!("its source does not publish it in lists"),
        );
    }
    let own = harvest.setting.language;
    let mut draft = Draft::new(&event::KIND);
    draft.key = first(value, &["global_id", "id", "url"]);
    draft.url = first(value, &["url"]).and_then(|url| harvest.address(&url));
    draft.updated = json::changed(value, &["modified_utc"]);
    draft.title = json::said(&value["title"], own);
    draft.summary = json::said(&value["excerpt"], own);
    draft.description = json::described(&value["description"], own, Markup::Html);
    draft.when = when_of_tribe(value, harvest.setting.timezone);
    let status = match first(value, &["event_status"]).as_deref() {
        Some("canceled" | "cancelled") => Some("cancelled"),
        Some("postponed") => Some("postponed"),
        Some("rescheduled") => Some("rescheduled"),
        _ => None,
    };
    draft.set("status", json!(status));
    let venue = json::list(value, "venue").first().unwrap_or(&Value::Null);
    let place = Place {
        name: first(venue, &["venue"])
            .into_iter()
            .map(|name| (own.to_owned(), name))
            .collect(),
        street: first(venue, &["address"]),
        postal_code: first(venue, &["zip"]),
        city: first(venue, &["city"]),
        country: first(venue, &["country"]),
        position: json::position(venue, "geo_lat", "geo_lng"),
    };
    let place = place.location(harvest);
    let online = first(value, &["virtual_url"]).and_then(|url| harvest.address(&url));
    attendance(&mut draft, place, online, None);
    draft.set("price", costs_of_tribe(&value["cost_details"]));
    let site = first(value, &["website"]).and_then(|url| harvest.address(&url));
    draft.set("same_as", json!(site.into_iter().collect::<Vec<_>>()));
    let filed = ["categories", "tags"]
        .iter()
        .filter_map(|name| value.get(*name))
        .flat_map(items);
    draft.keywords = filed.filter_map(|term| first(term, &["name"])).collect();
    harvest.take(draft);
}

/// What it costs; nothing where all of it is free.
fn costs_of_tribe(costs: &Value) -> Value {
    let currency = first(costs, &["currency_code", "currency_symbol"]);
    let amounts = json::list(costs, "values").iter().take(20);
    let amounts: Vec<f64> = amounts.filter_map(number).collect();
    if amounts.iter().all(|amount| *amount <= 0.0) {
        return Value::Null;
    }
    let price = |amount: &f64| json::price(*amount, currency.as_deref(), Value::Null);
    amounts.iter().filter_map(price).collect()
}

fn when_of_tribe(value: &Value, zone: &str) -> Option<When> {
    let moment = |name: &str| first(value, &[name]).as_deref().and_then(iso);
    let start = moment("start_date")?;
    if matches!(value.get("all_day"), Some(Value::Bool(true))) {
        let day = |moment: Moment| match moment {
            Moment::Day(day) => Some(day),
            Moment::Local(at) => Some(at.date()),
            Moment::Instant(_) => None,
        };
        let last = moment("end_date")
            .and_then(day)
            .map(|day| Moment::Day(day.saturating_add(1.day())));
        return When::new(Moment::Day(day(start)?), last, zone);
    }
    let named = first(value, &["timezone"])
        .filter(|name| name.contains('/') && jiff::tz::TimeZone::get(name).is_ok());
    if let Some(named) = named {
        return When::new(start, moment("end_date"), &named);
    }
    // `UTC+1` and the like: the same in UTC is certain.
    let certain = |name: &str| match moment(name)? {
        Moment::Local(at) => at
            .to_zoned(jiff::tz::TimeZone::UTC)
            .ok()
            .map(|at| Moment::Instant(at.timestamp())),
        other => Some(other),
    };
    match certain("utc_start_date") {
        Some(start) => When::new(start, certain("utc_end_date"), zone),
        None => When::new(start, moment("end_date"), zone),
    }
}

/// Whether a value is an answer of Gancio's interface: its events, or one of them.
pub fn is_gancio(value: &Value) -> bool {
    let event = value
        .as_array()
        .and_then(|list| list.first())
        .unwrap_or(value);
    event.get("start_datetime").is_some() && event.get("title").is_some()
}

/// Reads an answer of Gancio (`/api/events`).
pub fn read_gancio(value: &Value, harvest: &mut Harvest) {
    for event in items(value) {
        of_gancio(event, harvest);
    }
}

fn of_gancio(value: &Value, harvest: &mut Harvest) {
    if value.get("is_visible") == Some(&json!(false)) {
        return harvest.refuse(say!("an event"), say!("its source does not publish it"));
    }
    let own = harvest.setting.language;
    let mut draft = Draft::new(&event::KIND);
    // The number stays when the title, and with it the slug, changes.
    let page =
        first(value, &["slug", "id"]).and_then(|slug| harvest.address(&format!("/event/{slug}")));
    let site = harvest.address("/").unwrap_or_default();
    draft.key = first(value, &["id"]).map(|id| format!("{site}event/{id}"));
    draft.url = page;
    draft.updated = json::changed(value, &["updatedAt"]);
    draft.title = json::said(&value["title"], own);
    draft.description = json::described(
        value
            .get("description")
            .or(value.get("plain_description"))
            .unwrap_or(&Value::Null),
        own,
        Markup::Html,
    );
    let moment = |name: &str| {
        let value = value.get(name)?;
        number(value)
            .filter(|n| *n > 0.0)
            .and_then(of_seconds)
            .map(Moment::Instant)
            .or_else(|| iso(&text(value)?))
    };
    draft.when = moment("start_datetime")
        .and_then(|start| When::new(start, moment("end_datetime"), harvest.setting.timezone));
    let place = &value["place"];
    let known = Place {
        name: first(place, &["name"])
            .into_iter()
            .map(|name| (own.to_owned(), name))
            .collect(),
        street: first(place, &["address"])
            .filter(|address| first(place, &["name"]).as_ref() != Some(address)),
        position: json::position(place, "latitude", "longitude"),
        ..Place::default()
    };
    let online = json::list(value, "online_locations")
        .iter()
        .find_map(|url| harvest.address(&text(url)?));
    // What takes place online has a place by the name `online`.
    let nowhere = first(place, &["name"]).is_none_or(|name| name.eq_ignore_ascii_case("online"));
    let location = if nowhere {
        Value::Null
    } else {
        known.location(harvest)
    };
    attendance(&mut draft, location, online, None);
    let tags = json::list(value, "tags").iter();
    draft.keywords = tags
        .filter_map(|tag| first(tag, &["tag"]).or_else(|| text(tag)))
        .collect();
    harvest.take(draft);
}

/// Whether a value is of openFairDB: events that begin at a number, entries with a version, or what was searched for.
pub fn is_openfairdb(value: &Value) -> bool {
    let one = value
        .get("visible")
        .and_then(|list| list.get(0))
        .or_else(|| value.get(0))
        .unwrap_or(value);
    let event = one.get("start").is_some_and(Value::is_number)
        && one.get("title").is_some()
        && one.get("id").is_some();
    let entry = one.get("categories").is_some()
        && one.get("title").is_some()
        && one.get("lat").is_some()
        && one.get("lng").is_some();
    event || entry
}

/// Reads events and entries of openFairDB.
pub fn read_openfairdb(value: &Value, harvest: &mut Harvest) {
    let list = match value.get("visible") {
        Some(visible) => items(visible)
            .iter()
            .chain(json::list(value, "invisible"))
            .collect(),
        None => items(value).iter().collect::<Vec<_>>(),
    };
    let licenses: Vec<Option<String>> = list
        .iter()
        .map(|one| first(one, &["license"]).as_deref().and_then(license))
        .collect();
    if let Some(Some(first)) = licenses.first()
        && licenses.iter().all(|other| other.as_ref() == Some(first))
    {
        harvest.reading.license = Some(first.clone());
    }
    for one in list {
        match one.get("start").is_some() {
            true => event_of_openfairdb(one, harvest),
            false => entry_of_openfairdb(one, harvest),
        }
    }
}

fn place_of_openfairdb(value: &Value) -> Place {
    Place {
        street: first(value, &["street"]),
        postal_code: first(value, &["zip"]),
        city: first(value, &["city"]),
        country: first(value, &["country"]),
        position: json::position(value, "lat", "lng"),
        ..Place::default()
    }
}

fn event_of_openfairdb(value: &Value, harvest: &mut Harvest) {
    let own = harvest.setting.language;
    let mut draft = Draft::new(&event::KIND);
    draft.key = first(value, &["id"]);
    draft.title = json::said(&value["title"], own);
    draft.description = json::described(&value["description"], own, Markup::Markdown);
    // Seconds that mean the clock of the place, "displayed as if UTC", as its interface says; no instant.
    let moment = |name: &str| {
        let at = of_seconds(value.get(name).and_then(number)?)?;
        Some(Moment::Local(
            at.to_zoned(jiff::tz::TimeZone::UTC).datetime(),
        ))
    };
    draft.when =
        moment("start").and_then(|start| When::new(start, moment("end"), harvest.setting.timezone));
    draft.set("location", place_of_openfairdb(value).location(harvest));
    let site = first(value, &["homepage"]).and_then(|url| harvest.address(&url));
    if first(value, &["registration"]).as_deref() == Some("homepage") {
        draft.set(
            "registration",
            site.as_ref()
                .map_or(Value::Null, |url| json!({ "url": url })),
        );
    }
    draft.url = site;
    draft.keywords = json::list(value, "tags").iter().filter_map(text).collect();
    harvest.take(draft);
}

/// The category of initiatives that are not for profit.
const INITIATIVE: &str = "2cd00bebec0c48ba9db761da48678134";

fn entry_of_openfairdb(value: &Value, harvest: &mut Harvest) {
    let own = harvest.setting.language;
    let categories: Vec<String> = json::list(value, "categories")
        .iter()
        .filter_map(text)
        .collect();
    let initiative = categories.iter().any(|category| category == INITIATIVE);
    let mut draft = Draft::new(if initiative {
        &initiative::KIND
    } else {
        &organisation::KIND
    });
    draft.key = first(value, &["id"]);
    draft.title = json::said(&value["title"], own);
    draft.description = json::described(&value["description"], own, Markup::Markdown);
    draft.updated = value
        .get("created")
        .and_then(number)
        .and_then(of_seconds)
        .map(utc);
    draft.set("location", place_of_openfairdb(value).location(harvest));
    let mut sites: Vec<String> = first(value, &["homepage"])
        .and_then(|url| harvest.address(&url))
        .into_iter()
        .collect();
    let custom = value
        .get("custom")
        .or(value.get("custom_links"))
        .map(items)
        .unwrap_or_default()
        .iter();
    sites.extend(
        custom
            .take(10)
            .filter_map(|link| harvest.address(&first(link, &["url"])?)),
    );
    draft.url = sites.first().cloned();
    let founded = first(value, &["founded_on"]).filter(|day| super::time::date(day).is_some());
    if initiative {
        draft.set("started", json!(founded));
        draft.set("same_as", json!(sites));
    } else {
        draft.set("founded", json!(founded));
        draft.set("organisation_url", json!(draft.url));
        draft.set("same_as", json!(sites.iter().skip(1).collect::<Vec<_>>()));
    }
    draft.keywords = json::list(value, "tags").iter().filter_map(text).collect();
    harvest.take(draft);
}

/// Whether a value is the timetable of a conference.
pub fn is_schedule(value: &Value) -> bool {
    value
        .get("schedule")
        .and_then(|schedule| schedule.get("conference"))
        .is_some_and(|conference| conference.get("days").is_some())
}

/// Reads the timetable of a conference (frab, pretalx): each part of it is an event. Who speaks is not taken.
pub fn read_schedule(value: &Value, harvest: &mut Harvest) {
    let conference = value
        .get("schedule")
        .and_then(|schedule| schedule.get("conference"))
        .unwrap_or(&Value::Null);
    let zone =
        first(conference, &["time_zone_name"]).filter(|zone| jiff::tz::TimeZone::get(zone).is_ok());
    let zone = zone.unwrap_or_else(|| harvest.setting.timezone.to_owned());
    for day in json::list(conference, "days") {
        let rooms: Option<&Map<String, Value>> = day.get("rooms").and_then(Value::as_object);
        for (room, talks) in rooms.into_iter().flatten() {
            for talk in items(talks) {
                of_talk(talk, room, &zone, harvest);
            }
        }
    }
}

fn of_talk(value: &Value, room: &str, zone: &str, harvest: &mut Harvest) {
    let language = first(value, &["language"]).and_then(|code| super::record::language(&code));
    let own = language
        .clone()
        .unwrap_or_else(|| harvest.setting.language.to_owned());
    let mut draft = Draft::new(&event::KIND);
    draft.key = first(value, &["guid", "id"]);
    draft.url = first(value, &["url"]).and_then(|url| harvest.address(&url));
    draft.title = json::said(&value["title"], &own);
    let words = ["abstract", "description"]
        .iter()
        .find_map(|name| text(value.get(*name)?));
    draft
        .description
        .extend(words.map(|text| (own.clone(), text, Markup::Markdown)));
    let start = first(value, &["date"]).as_deref().and_then(iso);
    let minutes = first(value, &["duration"]).and_then(|length| {
        let parts: Vec<i64> = length
            .split(':')
            .map(|part| part.parse().ok())
            .collect::<Option<_>>()?;
        match parts.as_slice() {
            [minutes] => Some(*minutes),
            [hours, minutes] => hours.checked_mul(60)?.checked_add(*minutes),
            [days, hours, minutes] => days
                .checked_mul(24)?
                .checked_add(*hours)?
                .checked_mul(60)?
                .checked_add(*minutes),
            _ => None,
        }
    });
    let end = minutes
        .filter(|n| (1..100_000).contains(n))
        .and_then(|n| match start? {
            Moment::Instant(at) => at.checked_add(n.minutes()).ok().map(Moment::Instant),
            Moment::Local(at) => at.checked_add(n.minutes()).ok().map(Moment::Local),
            Moment::Day(_) => None,
        });
    draft.when = start.and_then(|start| When::new(start, end, zone));
    let place = Place {
        name: vec![(own, room.to_owned())],
        ..Place::default()
    };
    draft.set("location", place.location(harvest));
    draft.set("languages", json!(language.into_iter().collect::<Vec<_>>()));
    draft.keywords = first(value, &["track"])
        .into_iter()
        .chain(first(value, &["type"]))
        .collect();
    harvest.take(draft);
}
