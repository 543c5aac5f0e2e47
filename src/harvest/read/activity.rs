//! ActivityStreams, as Mobilizon and Gancio publish events to the fediverse, and what Mobilizon's GraphQL answers.

use super::json::{self, Place, attendance, capacity, first, items, number, text};
use super::record::{Draft, Harvest};
use super::safe::Markup;
use super::time::{When, iso};
use crate::content::event;
use crate::say;
use serde_json::{Value, json};

/// How deep activities stand around their objects.
const DEPTH: usize = 6;
const PUBLIC: [&str; 3] = [
    "https://www.w3.org/ns/activitystreams#Public",
    "as:Public",
    "Public",
];

/// Whether a value is of ActivityStreams: by its context, or since it looks like one of Mobilizon's events.
pub fn is_activity(value: &Value) -> bool {
    let context = json::list(value, "@context");
    let named = context.iter().any(|part| {
        part.as_str()
            .is_some_and(|url| url.contains("ns/activitystreams"))
    });
    named || is_event(value) && value.get("startTime").is_some()
}

/// Whose events these are.
pub fn system(value: &Value) -> &'static str {
    let text = value.to_string();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    match () {
        () if has(&["\"joinMode\"", "\"mz:", "joinmobilizon"]) => "Mobilizon",
        () if has(&["gancio"]) => "Gancio",
        () => "ActivityStreams",
    }
}

fn is_event(value: &Value) -> bool {
    value
        .get("type")
        .is_some_and(|of| items(of).iter().any(|of| of == "Event"))
}

/// Reads an object, an activity about one, or a collection of either.
pub fn read(value: &Value, harvest: &mut Harvest) {
    if let Some(next) = first(value, &["next"]) {
        harvest.reading.next = harvest.address(&next);
    } else if value.get("orderedItems").is_none() && value.get("items").is_none() {
        harvest.reading.next = value
            .get("first")
            .and_then(text)
            .and_then(|url| harvest.address(&url));
    }
    walk(value, harvest, 0);
}

fn walk(value: &Value, harvest: &mut Harvest, depth: usize) {
    if depth > DEPTH {
        return;
    }
    for item in items(value) {
        if is_event(item) {
            event(item, harvest);
            continue;
        }
        if matches!(
            first(item, &["type"]).as_deref(),
            Some("Delete" | "Undo" | "Tombstone")
        ) {
            harvest.refuse(
                first(item, &["id"]).unwrap_or_default(),
                say!("it was taken away"),
            );
            continue;
        }
        for name in ["object", "orderedItems", "items", "first"] {
            if let Some(inner) = item.get(name).filter(|inner| !inner.is_string()) {
                walk(inner, harvest, depth + 1);
            }
        }
    }
}

fn is_public(value: &Value) -> bool {
    let to: Vec<&str> = ["to", "cc"]
        .iter()
        .filter_map(|name| value.get(*name))
        .flat_map(items)
        .filter_map(Value::as_str)
        .collect();
    to.is_empty() || to.iter().any(|to| PUBLIC.contains(to))
}

fn event(value: &Value, harvest: &mut Harvest) {
    let own = first(value, &["inLanguage"]).unwrap_or_else(|| harvest.setting.language.to_owned());
    let name = first(value, &["name"]).unwrap_or_default();
    if !is_public(value) {
        return harvest.refuse(say!("an event"), say!("it is not addressed to everyone"));
    }
    if value.get("draft") == Some(&json!(true)) {
        return harvest.refuse(say!("an event"), say!("it is a draft"));
    }
    let mut draft = Draft::new(&event::KIND);
    draft.key = first(value, &["id", "uuid", "url"]);
    let page = json::list(value, "url").first();
    let page = page.and_then(|url| first(url, &["href"]).or_else(|| text(url)));
    draft.url = page
        .or_else(|| first(value, &["id"]))
        .and_then(|url| harvest.address(&url));
    draft.updated = json::changed(value, &["updated", "published"]);
    draft.title = json::said(value.get("nameMap").unwrap_or(&json!(name)), &own);
    let content = value
        .get("contentMap")
        .or(value.get("content"))
        .unwrap_or(&Value::Null);
    draft.description = json::described(content, &own, Markup::Html);
    let place = places(value, harvest);
    let zone = json::zone([first(value, &["timezone"])], harvest);
    let start = first(value, &["startTime"]).as_deref().and_then(iso);
    let end = first(value, &["endTime"]).as_deref().and_then(iso);
    draft.when = start.and_then(|start| When::new(start, end, &zone));
    draft.set(
        "status",
        json!(
            first(value, &["ical:status", "status"])
                .as_deref()
                .and_then(status)
        ),
    );
    let mode = match value.get("isOnline") {
        Some(Value::Bool(true)) => Some("online"),
        _ => None,
    };
    attendance(&mut draft, place.0, place.1, mode);
    draft.set("capacity", capacity(value.get("maximumAttendeeCapacity")));
    let outside = value.get("joinMode") == Some(&json!("external"));
    let join = first(value, &["externalParticipationUrl"])
        .filter(|_| outside)
        .and_then(|url| harvest.address(&url));
    draft.set("registration", json::join(join));
    if value.get("inLanguage").is_some() {
        let spoken: Vec<String> = super::record::language(&own).into_iter().collect();
        draft.set("languages", json!(spoken));
    }
    attachments(value, &mut draft, harvest);
    let tags = json::list(value, "tag").iter();
    let tags = tags.filter(|tag| first(tag, &["type"]).is_none_or(|of| of == "Hashtag"));
    draft.keywords = tags
        .filter_map(|tag| first(tag, &["name"]).or_else(|| text(tag)))
        .collect();
    harvest.take(draft);
}

/// Where it is: a place, and an address online.
fn places(value: &Value, harvest: &Harvest) -> (Value, Option<String>) {
    let (mut place, mut online) = (Value::Null, None);
    for item in json::list(value, "location") {
        if first(item, &["type"]).as_deref() == Some("VirtualLocation") {
            online = first(item, &["url"]).and_then(|url| harvest.address(&url));
        } else if place.is_null() {
            let mut known = super::linked::of_place(item, harvest.setting.language);
            known.position = json::position(item, "latitude", "longitude").or(known.position);
            place = known.location(harvest);
        }
    }
    (place, online)
}

fn attachments(value: &Value, draft: &mut Draft, harvest: &Harvest) {
    let mut same = Vec::new();
    for item in json::list(value, "attachment").iter().take(50) {
        match (
            first(item, &["type"]).as_deref(),
            first(item, &["propertyID"]).as_deref(),
        ) {
            (Some("Link"), _) => {
                same.extend(first(item, &["href"]).and_then(|url| harvest.address(&url)))
            }
            (Some("PropertyValue"), Some("mz:accessibility:wheelchairAccessible")) => {
                let known = match first(item, &["value"]).as_deref() {
                    Some("fully") => Some(true),
                    Some("no") => Some(false),
                    _ => None,
                };
                draft.set(
                    "accessibility",
                    known.map_or(Value::Null, |known| json!({ "wheelchair": known })),
                );
            }
            (Some("PropertyValue"), Some("mz:ticket:external_url"))
                if !draft.fields.contains_key("registration") =>
            {
                let url = first(item, &["value"]).and_then(|url| harvest.address(&url));
                draft.set(
                    "registration",
                    url.map_or(Value::Null, |url| json!({ "url": url })),
                );
            }
            (
                Some("PropertyValue"),
                Some(
                    "mz:online:stream"
                    | "mz:visio:jitsi_meet"
                    | "mz:visio:big_blue_button"
                    | "mz:live:peertube:url",
                ),
            ) => {
                let url = first(item, &["value"]).and_then(|url| harvest.address(&url));
                draft.set("online_url", json!(url));
            }
            _ => {}
        }
    }
    same.truncate(10);
    draft.set("same_as", json!(same));
}

fn status(text: &str) -> Option<&'static str> {
    match text.to_ascii_uppercase().as_str() {
        "CANCELLED" | "CANCELED" => Some("cancelled"),
        "TENTATIVE" => Some("tentative"),
        _ => None,
    }
}

/// Whether a value is an answer of Mobilizon's GraphQL.
pub fn is_graphql(value: &Value) -> bool {
    let mut found = false;
    each_of_graphql(value, &mut 20_000, 0, &mut |_| found = true);
    found
}

/// Reads an answer of Mobilizon's GraphQL: each thing in it that begins at a time.
pub fn read_graphql(value: &Value, harvest: &mut Harvest) {
    let mut found = Vec::new();
    each_of_graphql(value, &mut 200_000, 0, &mut |event| found.push(event));
    for event in found {
        of_graphql(event, harvest);
    }
}

fn each_of_graphql<'v>(
    value: &'v Value,
    budget: &mut usize,
    depth: usize,
    tell: &mut dyn FnMut(&'v Value),
) {
    *budget = budget.saturating_sub(1);
    if *budget == 0 || depth > 10 {
        return;
    }
    match value {
        Value::Object(fields)
            if fields.contains_key("beginsOn") && fields.contains_key("title") =>
        {
            tell(value)
        }
        Value::Object(fields) => fields
            .values()
            .for_each(|inner| each_of_graphql(inner, budget, depth + 1, tell)),
        Value::Array(list) => list
            .iter()
            .for_each(|inner| each_of_graphql(inner, budget, depth + 1, tell)),
        _ => {}
    }
}

fn of_graphql(value: &Value, harvest: &mut Harvest) {
    let visible =
        first(value, &["visibility"]).is_none_or(|visible| visible.eq_ignore_ascii_case("PUBLIC"));
    if !visible || value.get("draft") == Some(&json!(true)) {
        return harvest.refuse(
            say!("an event"),
            say!("it is a draft, or not for everyone to see"),
        );
    }
    let language =
        first(value, &["language"]).filter(|code| super::record::language(code).is_some());
    let own = language
        .clone()
        .unwrap_or_else(|| harvest.setting.language.to_owned());
    let (address, options) = (&value["physicalAddress"], &value["options"]);
    let mut draft = Draft::new(&event::KIND);
    draft.key = first(value, &["url", "uuid", "id"]);
    draft.url = first(value, &["url"]).and_then(|url| harvest.address(&url));
    draft.updated = json::changed(value, &["updatedAt", "publishAt"]);
    draft.title = json::said(&value["title"], &own);
    draft.description = json::described(&value["description"], &own, Markup::Html);
    let zone = json::zone(
        [first(options, &["timezone"]), first(address, &["timezone"])],
        harvest,
    );
    let moment = |name: &str| first(value, &[name]).as_deref().and_then(iso);
    draft.when = moment("beginsOn").and_then(|start| When::new(start, moment("endsOn"), &zone));
    draft.set(
        "status",
        json!(first(value, &["status"]).as_deref().and_then(status)),
    );
    let place = place_of_graphql(address, &own);
    let online = options.get("isOnline") == Some(&json!(true));
    let site = first(value, &["onlineAddress"]).and_then(|url| harvest.address(&url));
    let location = place.location(harvest);
    attendance(
        &mut draft,
        location,
        site.clone().filter(|_| online),
        online.then_some("online"),
    );
    if !online {
        draft.set("same_as", json!(site.into_iter().collect::<Vec<_>>()));
    }
    draft.set("capacity", capacity(options.get("maximumAttendeeCapacity")));
    let prices = json::list(options, "offers")
        .iter()
        .take(20)
        .filter_map(|offer| {
            let currency = first(offer, &["priceCurrency"]);
            json::price(number(&offer["price"])?, currency.as_deref(), Value::Null)
        });
    draft.set("price", prices.collect());
    let join = first(value, &["externalParticipationUrl"]).and_then(|url| harvest.address(&url));
    draft.set("registration", json::join(join));
    if let Some(code) = language.as_deref().and_then(super::record::language) {
        draft.set("languages", json!([code]));
    }
    let tags = json::list(value, "tags").iter();
    draft.keywords = tags
        .filter_map(|tag| first(tag, &["title", "slug"]))
        .collect();
    harvest.take(draft);
}

fn place_of_graphql(address: &Value, language: &str) -> Place {
    // `geom` is longitude and latitude, in this order.
    let position = first(address, &["geom"]).and_then(|geom| {
        let (lon, lat) = geom.split_once(';')?;
        Some((lat.trim().parse().ok()?, lon.trim().parse().ok()?))
    });
    Place {
        name: json::said(&address["description"], language),
        street: first(address, &["street"]),
        postal_code: first(address, &["postalCode"]),
        city: first(address, &["locality"]),
        country: first(address, &["country"]),
        position,
    }
}
