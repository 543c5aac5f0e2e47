//! OpenAgenda, version 2 of its interface.

use super::calendar::times::of_times;
use super::json::{self, Place, attendance, first, items, number, text};
use super::record::{Draft, Harvest};
use super::safe::Markup;
use super::time::Moment;
use crate::content::event;
use crate::say;
use serde_json::{Value, json};

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
    for event in json::list(value, "events").iter().chain(value.get("event")) {
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
    let title = json::said(&value["title"], harvest.setting.language);
    let name = title
        .first()
        .map(|(_, text)| text.clone())
        .or_else(|| first(value, &["uid"]))
        .unwrap_or_default();
    if value.get("removed") == Some(&json!(true)) {
        return harvest.refuse(&name, say!("it was taken away"));
    }
    let draft_ = ["draft", "private"].iter().any(|name| {
        matches!(value.get(*name), Some(Value::Bool(true))) || value.get(*name) == Some(&json!(1))
    });
    if draft_ || value.get("state") == Some(&json!(-1)) {
        return harvest.refuse(say!("an event"), say!("its source does not publish it"));
    }
    let location = &value["location"];
    let zone = json::zone(
        [first(value, &["timezone"]), first(location, &["timezone"])],
        harvest,
    );
    let mut draft = Draft::new(&event::KIND);
    draft.key = first(value, &["uid"]);
    draft.url = page_of_openagenda(value).and_then(|url| harvest.address(&url));
    draft.updated = json::changed(value, &["updatedAt"]);
    draft.title = title;
    let own = harvest.setting.language;
    draft.summary = json::said(&value["description"], own);
    draft.description = json::described(&value["longDescription"], own, Markup::Markdown);
    if draft.description.is_empty() {
        draft.description = draft
            .summary
            .iter()
            .map(|(code, text)| (code.clone(), text.clone(), Markup::Plain))
            .collect();
    }
    let (when, lost) = of_times(&times(value), &[], &zone, harvest.setting.now);
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
    place(value, &mut draft, harvest);
    draft.set("accessibility", accessibility(&value["accessibility"]));
    let keywords = &value["keywords"];
    let lists: Vec<&Value> = keywords
        .as_object()
        .map(|by| by.values().collect())
        .unwrap_or_else(|| vec![keywords]);
    draft.keywords = lists.into_iter().flat_map(items).filter_map(text).collect();
    harvest.take(draft);
}

fn times(value: &Value) -> Vec<(Moment, Option<Moment>)> {
    let listed = json::list(value, "timings");
    if !listed.is_empty() {
        return json::times(listed, "begin", "end");
    }
    let names = ["firstTiming", "nextTiming", "lastTiming"];
    let single = names.iter().map(|name| value[*name].clone());
    json::times(&single.collect::<Vec<_>>(), "begin", "end")
}

/// Where it is, and where to sign up.
fn place(value: &Value, draft: &mut Draft, harvest: &Harvest) {
    let (location, own) = (&value["location"], harvest.setting.language);
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
    attendance(draft, place, online, mode);
    let links = json::list(value, "registration").iter();
    let mut links = links.filter(|link| first(link, &["type"]).is_none_or(|of| of == "link"));
    let join =
        links.find_map(|link| harvest.address(&first(link, &["value"]).or_else(|| text(link))?));
    draft.set("registration", json::join(join));
}

fn accessibility(known: &Value) -> Value {
    let names = [
        ("mi", "wheelchair"),
        ("hi", "hearing_loop"),
        ("ls", "sign_language"),
    ];
    let given = names
        .iter()
        .filter(|(theirs, _)| known[*theirs] == json!(true));
    Value::Object(
        given
            .map(|(_, ours)| ((*ours).to_owned(), json!(true)))
            .collect(),
    )
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
