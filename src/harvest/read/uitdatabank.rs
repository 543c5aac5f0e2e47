//! UiTdatabank: its JSON-LD, as its search gives it.

use super::calendar::times::of_times;
use super::json::{self, attendance, capacity, first, items, number, text};
use super::record::{Draft, Harvest};
use super::safe::Markup;
use super::time::{Moment, When, iso, zone_or_utc};
use crate::content::event;
use crate::content::schedule::WEEKDAYS;
use crate::say;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Weekday};
use serde_json::{Value, json};

/// Whether a value is of UiTdatabank: a page of what was searched for, or one event.
pub fn is_uitdatabank(value: &Value) -> bool {
    let member = value
        .get("member")
        .and_then(|list| list.get(0))
        .unwrap_or(value);
    let id = first(member, &["@id"]).unwrap_or_default();
    member.get("calendarType").is_some()
        || id.contains("uitdatabank") && value.get("member").is_some()
}

/// Reads a page of what was searched for in UiTdatabank, or one event.
pub fn read_uitdatabank(value: &Value, harvest: &mut Harvest) {
    let Some(members) = value.get("member") else {
        return of_uitdatabank(value, harvest);
    };
    let count = |name: &str| value.get(name).and_then(number).map(|n| n as u64);
    if let (Some(total), Ok(mut url)) = (
        count("totalItems"),
        ammonia::Url::parse(harvest.payload.url),
    ) {
        let start = url
            .query_pairs()
            .find(|(name, _)| name == "start")
            .and_then(|(_, n)| n.parse::<u64>().ok());
        let next = start
            .unwrap_or(0)
            .saturating_add(items(members).len() as u64);
        if next < total && !items(members).is_empty() {
            let kept: Vec<(String, String)> = url
                .query_pairs()
                .filter(|(name, _)| name != "start")
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect();
            url.query_pairs_mut()
                .clear()
                .extend_pairs(kept)
                .append_pair("start", &next.to_string());
            harvest.reading.next = Some(url.to_string());
        }
    }
    for member in items(members) {
        of_uitdatabank(member, harvest);
    }
}

fn of_uitdatabank(value: &Value, harvest: &mut Harvest) {
    let id = first(value, &["@id"]);
    let main =
        first(value, &["mainLanguage"]).unwrap_or_else(|| harvest.setting.language.to_owned());
    let mut title = json::said(&value["name"], &main);
    title.sort_by_key(|(language, _)| *language != main);
    let name = title
        .first()
        .map(|(_, text)| text.clone())
        .or_else(|| id.clone())
        .unwrap_or_default();
    if title.is_empty() {
        return harvest.refuse(
            &name,
            say!("it is told only by its address: ask for it whole, with `embed=true`"),
        );
    }
    if matches!(
        first(value, &["workflowStatus"]).as_deref(),
        Some("DRAFT" | "REJECTED" | "DELETED")
    ) {
        return harvest.refuse(say!("an event"), say!("its source does not publish it"));
    }
    let kind = first(value, &["@type"]).unwrap_or_default();
    if kind == "Place" || kind == "Organizer" {
        return harvest.refuse(
            &name,
            say!("places and organisers by themselves are not taken"),
        );
    }
    let mut draft = Draft::new(&event::KIND);
    draft.updated = json::changed(value, &["modified"]);
    draft.title = title;
    draft.description = json::described(&value["description"], &main, Markup::Plain);
    let same: Vec<String> = json::list(value, "sameAs")
        .iter()
        .filter_map(|url| harvest.address(url.as_str()?))
        .take(10)
        .collect();
    draft.url = same.first().cloned();
    draft.set("same_as", json!(same));
    facts(value, &main, &mut draft, harvest);
    let terms = json::list(value, "terms")
        .iter()
        .filter_map(|term| first(term, &["label"]));
    let labels = json::list(value, "labels").iter().filter_map(text);
    draft.keywords = terms.chain(labels).collect();
    draft.key = id;
    let key = draft.key.clone().unwrap_or_default();
    for (n, when) in whens(value, &name, harvest).into_iter().enumerate() {
        let mut draft = draft.clone();
        if n > 0 {
            draft.key = Some(format!("{key} {}", n + 1));
        }
        draft.when = Some(when);
        harvest.take(draft);
    }
}

/// How it stands, where it is, what it costs, where to sign up.
fn facts(value: &Value, main: &str, draft: &mut Draft, harvest: &Harvest) {
    let place = &value["location"];
    draft.set("status", json!(status(value.get("status"))));
    draft.set("reason", json::texts(&value["status"]["reason"], main, 300));
    let mut known = super::linked::of_place(
        &json!({ "name": place.get("name"), "geo": place.get("geo"), "address": in_language(place.get("address"), main) }),
        main,
    );
    known.name.sort_by_key(|(language, _)| *language != main);
    let online = first(value, &["onlineUrl"]).and_then(|url| harvest.address(&url));
    let mode = match first(value, &["attendanceMode"]).as_deref() {
        Some("online") => Some("online"),
        Some("mixed") => Some("hybrid"),
        _ => None,
    };
    let location = if mode == Some("online") {
        Value::Null
    } else {
        known.location(harvest)
    };
    attendance(draft, location, online, mode);
    let prices = json::list(value, "priceInfo")
        .iter()
        .take(20)
        .filter_map(|price| {
            let label = json::texts(&price["name"], main, 100);
            json::price(
                number(price.get("price")?)?,
                first(price, &["priceCurrency"]).as_deref(),
                label,
            )
        });
    let prices: Vec<Value> = prices.collect();
    let free = prices.iter().all(|price| price["amount"] == json!(0.0));
    draft.set("price", if free { Value::Null } else { json!(prices) });
    let join = first(&value["bookingInfo"], &["url"]).and_then(|url| harvest.address(&url));
    draft.set("registration", json::join(join));
    let places = value["bookingAvailability"].get("capacity");
    draft.set("capacity", capacity(places));
}

/// Something by language, in this one or in any.
fn in_language(value: Option<&Value>, language: &str) -> Value {
    let Some(fields) = value.and_then(Value::as_object) else {
        return Value::Null;
    };
    let direct = fields.contains_key("streetAddress") || fields.contains_key("addressLocality");
    let inner = fields.get(language).or_else(|| fields.values().next());
    match direct {
        true => value.cloned().unwrap_or_default(),
        false => inner.cloned().unwrap_or_default(),
    }
}

fn status(value: Option<&Value>) -> Option<&'static str> {
    match first(value?, &["type"])?.as_str() {
        "Unavailable" => Some("cancelled"),
        "TemporarilyUnavailable" => Some("postponed"),
        _ => None,
    }
}

/// When an event of UiTdatabank takes place: once, several times, or in a period on the hours that it names. A record
/// for each set of hours.
fn whens(value: &Value, name: &str, harvest: &mut Harvest) -> Vec<When> {
    let zone = harvest.setting.timezone;
    let moment = |name: &str| first(value, &[name]).as_deref().and_then(iso);
    let parts = json::list(value, "subEvent");
    match (
        first(value, &["calendarType"]).as_deref(),
        moment("startDate"),
        moment("endDate"),
    ) {
        (Some("permanent"), ..) => {
            harvest.refuse(name, say!("it is always there: it has no dates"));
            vec![]
        }
        (Some("periodic"), Some(start), Some(end)) => periods(value, start, end, harvest),
        (_, _, _) if parts.len() > 1 => {
            let listed = json::times(parts, "startDate", "endDate");
            let off: Vec<Option<&'static str>> = parts
                .iter()
                .map(|part| status(part.get("status")))
                .collect();
            let (when, lost) = of_times(&listed, &off, zone, harvest.setting.now);
            for why in lost {
                harvest.refuse(name, why);
            }
            when.into_iter().collect()
        }
        (_, Some(start), end) => When::new(start, end, zone).into_iter().collect(),
        _ => {
            harvest.refuse(name, say!("it does not say when it begins"));
            vec![]
        }
    }
}

fn periods(value: &Value, start: Moment, end: Moment, harvest: &mut Harvest) -> Vec<When> {
    let zone = harvest.setting.timezone;
    let tz = zone_or_utc(zone).1;
    let date = |moment: Moment| match moment {
        Moment::Day(day) => day,
        Moment::Local(at) => at.date(),
        Moment::Instant(at) => at.to_zoned(tz.clone()).date(),
    };
    let (first_day, last_day) = (date(start), date(end));
    let hours = json::list(value, "openingHours");
    if hours.is_empty() {
        let after = last_day.saturating_add(1.day());
        return When::new(Moment::Day(first_day), Some(Moment::Day(after)), zone)
            .into_iter()
            .collect();
    }
    hours
        .iter()
        .take(14)
        .filter_map(|hours| of_hours(hours, first_day, last_day, zone))
        .collect()
}

/// The hours of some days of the week, as an event that repeats each week until the last day.
fn of_hours(hours: &Value, first_day: Date, last_day: Date, zone: &str) -> Option<When> {
    let names: Vec<String> = hours
        .get("dayOfWeek")
        .map(items)?
        .iter()
        .filter_map(text)
        .map(|name| name.to_lowercase())
        .collect();
    let days: Vec<(&str, Weekday)> = (0..)
        .zip(WEEKDAYS)
        .filter(|(_, (name, _))| names.iter().any(|known| known == name))
        .filter_map(|(at, (name, _))| Some((name, Weekday::from_monday_zero_offset(at).ok()?)))
        .collect();
    let clock = |name: &str| -> Option<jiff::civil::Time> { first(hours, &[name])?.parse().ok() };
    let (opens, closes) = (clock("opens")?, clock("closes")?);
    let mut day = first_day;
    while !days.iter().any(|(_, weekday)| *weekday == day.weekday()) {
        day = day
            .tomorrow()
            .ok()
            .filter(|day| *day <= last_day && *day <= first_day.saturating_add(7.days()))?;
    }
    let start: DateTime = day.to_datetime(opens);
    let end = day.to_datetime(closes);
    let end = if end <= start {
        end.saturating_add(1.day())
    } else {
        end
    };
    let mut when = When::new(Moment::Local(start), Some(Moment::Local(end)), zone)?;
    let on: Vec<&str> = days.iter().map(|(name, _)| *name).collect();
    if last_day > day {
        when.repeats.push((
            "repeat",
            json!({ "every": "week", "on": on, "until": last_day }),
        ));
    }
    Some(when)
}
