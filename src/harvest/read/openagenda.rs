//! OpenAgenda, version 2 of its interface.

use super::calendar::times::of_times;
use super::json::{self, Place, attendance, first, items, number, text};
use super::record::{Draft, Harvest};
use super::safe::Markup;
use super::time::{Moment, instant, utc};
use crate::content::event;
use serde_json::{Map, Value, json};

/// Whether a value is an answer of OpenAgenda: its events, or one of them.
pub fn is_openagenda(value: &Value) -> bool {
    let event = value
        .get("event")
        .or_else(|| value.get("events").and_then(|list| list.get(0)));
    event.is_some_and(|event| {
        event.get("uid").is_some()
            && [
                "firstTiming",
                "timings",
                "dateRange",
                "originAgenda",
                "lastTiming",
                "removed",
            ]
            .iter()
            .any(|name| event.get(*name).is_some())
    })
}

/// Reads an answer of OpenAgenda.
pub fn read_openagenda(value: &Value, harvest: &mut Harvest) {
    if let Some(after) = value
        .get("after")
        .filter(|after| after.as_array().is_some_and(|list| !list.is_empty()))
    {
        harvest.reading.next = next_page(harvest.payload.url, after);
    }
    for event in value
        .get("events")
        .map(items)
        .unwrap_or_default()
        .iter()
        .chain(value.get("event"))
    {
        of_openagenda(event, harvest);
    }
}

/// The address of the next page: `after[]` for each value that the last one ended with.
fn next_page(url: &str, after: &Value) -> Option<String> {
    let mut url = ammonia::Url::parse(url).ok()?;
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| !name.starts_with("after"))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    url.query_pairs_mut()
        .clear()
        .extend_pairs(kept)
        .extend_pairs(items(after).iter().map(|value| {
            let value = text(value).unwrap_or_else(|| "null".to_owned());
            ("after[]", value)
        }));
    Some(url.to_string())
}

fn of_openagenda(value: &Value, harvest: &mut Harvest) {
    let nothing = Value::Null;
    let title = json::said(
        value.get("title").unwrap_or(&nothing),
        harvest.setting.language,
    );
    let name = title
        .first()
        .map(|(_, text)| text.clone())
        .or_else(|| first(value, &["uid"]))
        .unwrap_or_default();
    if value.get("removed") == Some(&json!(true)) {
        return harvest.refuse(&name, "it was taken away");
    }
    let draft_ = ["draft", "private"].iter().any(|name| {
        matches!(value.get(*name), Some(Value::Bool(true))) || value.get(*name) == Some(&json!(1))
    });
    if draft_ || value.get("state") == Some(&json!(-1)) {
        return harvest.refuse("an event", "its source does not publish it");
    }
    let location = value.get("location").unwrap_or(&nothing);
    let zones = [first(value, &["timezone"]), first(location, &["timezone"])]
        .into_iter()
        .flatten();
    let zone = zones
        .into_iter()
        .find(|zone| jiff::tz::TimeZone::get(zone).is_ok());
    let zone = zone.unwrap_or_else(|| harvest.setting.timezone.to_owned());
    let mut draft = Draft::new(&event::KIND);
    draft.key = first(value, &["uid"]);
    draft.url = page_of_openagenda(value).and_then(|url| harvest.address(&url));
    draft.updated = first(value, &["updatedAt"])
        .and_then(|at| instant(&at, "UTC"))
        .map(utc);
    draft.title = title;
    let own = harvest.setting.language;
    draft.summary = json::said(value.get("description").unwrap_or(&nothing), own);
    draft.description = json::described(
        value.get("longDescription").unwrap_or(&nothing),
        own,
        Markup::Markdown,
    );
    if draft.description.is_empty() {
        draft.description = draft
            .summary
            .iter()
            .map(|(code, text)| (code.clone(), text.clone(), Markup::Plain))
            .collect();
    }
    let listed = value.get("timings").map(items).unwrap_or_default();
    let single: Vec<Value> = ["firstTiming", "nextTiming", "lastTiming"]
        .iter()
        .filter_map(|name| value.get(*name))
        .filter(|v| v.is_object())
        .cloned()
        .collect();
    let times: Vec<(Moment, Option<Moment>)> = match listed.is_empty() {
        true => json::times(&single, "begin", "end"),
        false => json::times(listed, "begin", "end"),
    };
    let (when, lost) = of_times(&times, &[], &zone, harvest.setting.now);
    for why in lost {
        harvest.refuse(&name, why);
    }
    draft.when = when;
    let status = match value.get("status").and_then(number).map(|n| n as i64) {
        Some(2) => Some("rescheduled"),
        Some(3) => Some("moved_online"),
        Some(4) => Some("postponed"),
        Some(6) => Some("cancelled"),
        _ => None,
    };
    draft.set("status", json!(status));
    let place = Place {
        name: first(location, &["name"])
            .into_iter()
            .map(|name| (own.to_owned(), name))
            .collect(),
        street: first(location, &["address"]),
        postal_code: first(location, &["postalCode"]),
        city: first(location, &["city"]),
        country: first(location, &["countryCode"]),
        position: json::position(location, "latitude", "longitude"),
    };
    let mode = match value
        .get("attendanceMode")
        .and_then(number)
        .map(|n| n as i64)
    {
        Some(2) => Some("online"),
        Some(3) => Some("hybrid"),
        _ => None,
    };
    let online = first(value, &["onlineAccessLink"]).and_then(|url| harvest.address(&url));
    let place = place.location(harvest);
    attendance(&mut draft, place, online, mode);
    let links = value
        .get("registration")
        .map(items)
        .unwrap_or_default()
        .iter();
    let mut links = links.filter(|link| first(link, &["type"]).is_none_or(|of| of == "link"));
    let join =
        links.find_map(|link| harvest.address(&first(link, &["value"]).or_else(|| text(link))?));
    draft.set(
        "registration",
        join.map_or(Value::Null, |url| json!({ "url": url })),
    );
    let mut access = Map::new();
    for (theirs, ours) in [
        ("mi", "wheelchair"),
        ("hi", "hearing_loop"),
        ("ls", "sign_language"),
    ] {
        if value
            .get("accessibility")
            .and_then(|known| known.get(theirs))
            == Some(&json!(true))
        {
            access.insert(ours.to_owned(), json!(true));
        }
    }
    draft.set("accessibility", Value::Object(access));
    let keywords = value.get("keywords").unwrap_or(&nothing);
    let lists: Vec<&Value> = keywords
        .as_object()
        .map(|by| by.values().collect())
        .unwrap_or_else(|| vec![keywords]);
    draft.keywords = lists.into_iter().flat_map(items).filter_map(text).collect();
    harvest.take(draft);
}

fn page_of_openagenda(value: &Value) -> Option<String> {
    if let Some(url) = first(value, &["canonicalUrl"]) {
        return Some(url);
    }
    let agenda = value.get("originAgenda")?;
    let slug = first(value, &["slug"])?;
    match first(agenda, &["slug"]) {
        Some(agenda) => Some(format!("https://openagenda.com/{agenda}/events/{slug}")),
        None => Some(format!(
            "https://openagenda.com/agendas/{}/events/{slug}",
            first(agenda, &["uid"])?
        )),
    }
}
