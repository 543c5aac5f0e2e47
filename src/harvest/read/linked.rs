//! Linked data of schema.org: events, articles and organisations.

use super::json::{self, Place, attendance, capacity, first, items, number, said, text};
use super::record::{Draft, Harvest};
use super::safe::Markup;
use super::time::{Moment, When, instant, iso, utc};
use crate::content::html::tags::short;
use crate::content::{article, event, organisation};
use crate::say;
use serde_json::{Value, json};

/// How deep things may stand within one another.
const DEPTH: usize = 12;
/// Reads all that a value of linked data holds.
pub fn read_value(value: &Value, harvest: &mut Harvest) {
    let language = value.get("@context").and_then(context_language);
    let language = language.unwrap_or_else(|| harvest.setting.language.to_owned());
    Walk {
        language,
        budget: 200_000,
    }
    .walk(value, harvest, 0, None);
}

fn context_language(context: &Value) -> Option<String> {
    items(context)
        .iter()
        .find_map(|part| Some(part.get("@language")?.as_str()?.to_owned()))
}

struct Walk {
    language: String,
    budget: usize,
}

impl Walk {
    fn walk(&mut self, value: &Value, harvest: &mut Harvest, depth: usize, around: Option<&Value>) {
        self.budget = self.budget.saturating_sub(1);
        if depth > DEPTH || self.budget == 0 {
            return;
        }
        match value {
            Value::Array(list) => {
                for item in list {
                    self.walk(item, harvest, depth + 1, around);
                }
            }
            Value::Object(fields) => {
                let sort = Sort::of(value);
                match sort {
                    Some(Sort::Event) => return self.event(value, harvest, depth, around),
                    Some(Sort::Article) => self.article(value, harvest),
                    Some(Sort::Organisation) => self.organisation(value, harvest),
                    None => {}
                }
                if fields.get("@type").is_some_and(|of| {
                    items(of)
                        .iter()
                        .any(|of| of == "EventSeries" || of == "schema:EventSeries")
                }) {
                    for part in ["subEvent", "subEvents", "event", "events"] {
                        self.walk(
                            fields.get(part).unwrap_or(&Value::Null),
                            harvest,
                            depth + 1,
                            Some(value),
                        );
                    }
                    return;
                }
                for (name, inner) in fields {
                    if name != "@context" && (inner.is_object() || inner.is_array()) {
                        self.walk(inner, harvest, depth + 1, None);
                    }
                }
            }
            _ => {}
        }
    }

    /// An event; one that has others within it, of which each has its own time, is told as those.
    fn event(
        &mut self,
        value: &Value,
        harvest: &mut Harvest,
        depth: usize,
        around: Option<&Value>,
    ) {
        let field = |name: &str| {
            value
                .get(name)
                .or_else(|| around.and_then(|around| around.get(name)))
        };
        let parts: Vec<&Value> = ["subEvent", "subEvents"]
            .iter()
            .filter_map(|name| value.get(*name))
            .flat_map(items)
            .filter(|part| part.get("startDate").is_some())
            .collect();
        if !parts.is_empty()
            && depth < DEPTH
            && value.get("eventSchedule").is_none()
            && different(&parts)
        {
            for part in parts {
                self.event(part, harvest, depth + 1, Some(value));
            }
            return;
        }
        let mut draft = Draft::new(&event::KIND);
        let language = self.language.clone();
        draft.key = value
            .get("@id")
            .and_then(text)
            .or_else(|| first(value, &["identifier"]).filter(|_| around.is_none()));
        draft.url = value
            .get("url")
            .and_then(text)
            .or_else(|| field("url").and_then(text))
            .and_then(|url| harvest.address(&url));
        draft.updated = first(value, &["dateModified"])
            .and_then(|at| instant(&at, harvest.setting.timezone))
            .map(utc);
        draft.title = field("name")
            .map(|name| said(name, &language))
            .unwrap_or_default();
        draft.description = field("description")
            .map(|text| json::described(text, &language, Markup::Plain))
            .unwrap_or_default();
        draft.keywords = words(field("keywords"));
        let start = value.get("startDate").and_then(text);
        let Some(begins) = start.as_deref().and_then(iso) else {
            let why = match start {
                Some(start) => say!("its startDate is no moment: {}", short(&start, 40)),
                None => say!("it has no startDate"),
            };
            let name = draft
                .title
                .first()
                .map(|(_, text)| text.clone())
                .unwrap_or_default();
            return harvest.refuse(&name, why);
        };
        let end = value.get("endDate").and_then(text).as_deref().and_then(iso);
        let end = end.or_else(|| after(begins, &first(value, &["duration"])?));
        draft.when = When::new(begins, end, harvest.setting.timezone);
        draft.set("status", json!(status(field("eventStatus"))));
        self.place(
            &mut draft,
            field("location"),
            field("eventAttendanceMode"),
            harvest,
        );
        offers(
            &mut draft,
            field("offers"),
            field("isAccessibleForFree"),
            harvest,
        );
        draft.set("capacity", capacity(value.get("maximumAttendeeCapacity")));
        let spoken = field("inLanguage")
            .map(items)
            .unwrap_or_default()
            .iter()
            .filter_map(|language| {
                super::record::language(
                    &first(language, &["alternateName"]).or_else(|| text(language))?,
                )
            });
        draft.set(
            "languages",
            spoken.take(10).map(|code| json!(code)).collect(),
        );
        let same = field("sameAs")
            .map(items)
            .unwrap_or_default()
            .iter()
            .filter_map(|url| harvest.address(url.as_str()?));
        draft.set("same_as", same.take(10).map(|url| json!(url)).collect());
        harvest.take(draft);
    }

    fn place(
        &self,
        draft: &mut Draft,
        location: Option<&Value>,
        mode: Option<&Value>,
        harvest: &Harvest,
    ) {
        let (mut place, mut online) = (Value::Null, None);
        for item in location.map(items).unwrap_or_default() {
            let virtual_ = type_names(item).any(|name| name == "VirtualLocation");
            if virtual_ {
                online = first(item, &["url", "@id"]).and_then(|url| harvest.address(&url));
            } else if let Some(url) = item.as_str().filter(|text| text.starts_with("http")) {
                online = harvest.address(url);
            } else if place.is_null() {
                place = of_place(item, &self.language).location(harvest);
            }
        }
        let mode = mode.and_then(text).unwrap_or_default();
        let mode = match () {
            () if mode.contains("Mixed") => Some("hybrid"),
            () if mode.contains("Online") => Some("online"),
            () if mode.contains("Offline") => Some("in_person"),
            () => None,
        };
        attendance(draft, place, online, mode);
    }

    fn article(&self, value: &Value, harvest: &mut Harvest) {
        let Some(date) = first(value, &["datePublished", "dateCreated"])
            .and_then(|at| day(&at, harvest.setting.timezone))
        else {
            return;
        };
        let mut draft = Draft::new(&article::KIND);
        draft.key = value
            .get("@id")
            .and_then(text)
            .or_else(|| first(value, &["url"]));
        let page = first(value, &["url", "mainEntityOfPage"]);
        draft.url = page.and_then(|url| harvest.address(&url));
        draft.updated = first(value, &["dateModified"])
            .and_then(|at| instant(&at, harvest.setting.timezone))
            .map(utc);
        let title = value
            .get("headline")
            .or(value.get("name"))
            .unwrap_or(&Value::Null);
        draft.title = said(title, &self.language);
        draft.description = json::described(
            value.get("description").unwrap_or(&Value::Null),
            &self.language,
            Markup::Plain,
        );
        draft.keywords = words(value.get("keywords"));
        draft.set("date", json!(date));
        if !draft.title.is_empty() {
            harvest.take(draft);
        }
    }

    fn organisation(&self, value: &Value, harvest: &mut Harvest) {
        let mut draft = Draft::new(&organisation::KIND);
        draft.title = said(value.get("name").unwrap_or(&Value::Null), &self.language);
        let url = first(value, &["url"]).and_then(|url| harvest.address(&url));
        draft.key = value.get("@id").and_then(text).or_else(|| url.clone());
        if draft.title.is_empty() || draft.key.is_none() {
            return;
        }
        draft.description = json::described(
            value.get("description").unwrap_or(&Value::Null),
            &self.language,
            Markup::Plain,
        );
        draft.set("organisation_url", json!(url));
        draft.url = url;
        if value.get("address").is_some() {
            let mut place = of_place(value, &self.language);
            place.name.clear();
            draft.set("location", place.location(harvest));
        }
        harvest.take(draft);
    }
}

/// Whether parts of an event take place at different times: else they are its programme.
fn different(parts: &[&Value]) -> bool {
    parts
        .iter()
        .all(|part| part.get("startDate").and_then(text).is_some())
}

/// What of linked data becomes a record.
enum Sort {
    Event,
    Article,
    Organisation,
}

impl Sort {
    fn of(value: &Value) -> Option<Sort> {
        type_names(value).find_map(|name| match name {
            "EventSeries" => None,
            "Hackathon" | "Festival" | "CourseInstance" | "UserInteraction" => Some(Sort::Event),
            name if name.ends_with("Event") => Some(Sort::Event),
            "NewsArticle" | "BlogPosting" | "Article" | "Report" => Some(Sort::Article),
            "Organization"
            | "NGO"
            | "GovernmentOrganization"
            | "EducationalOrganization"
            | "LocalBusiness" => Some(Sort::Organisation),
            _ => None,
        })
    }
}

/// The types of a thing, without the vocabulary before them.
fn type_names(value: &Value) -> impl Iterator<Item = &str> {
    let of = value
        .get("@type")
        .or_else(|| value.get("type"))
        .map(items)
        .unwrap_or_default();
    of.iter()
        .filter_map(|name| name.as_str()?.rsplit(['/', ':', '#']).next())
}

/// A place of schema.org, or a text in its stead.
pub fn of_place(value: &Value, language: &str) -> Place {
    if let Some(text) = value.as_str() {
        return Place {
            name: vec![(language.to_owned(), text.to_owned())],
            ..Place::default()
        };
    }
    let address = value
        .get("address")
        .map(items)
        .and_then(<[Value]>::first)
        .unwrap_or(&Value::Null);
    let geo = value.get("geo").unwrap_or(value);
    let whole = address.as_str().map(str::to_owned);
    let part = |names: &[&str]| first(address, names);
    Place {
        name: said(value.get("name").unwrap_or(&Value::Null), language),
        street: part(&["streetAddress"]).or(whole),
        postal_code: part(&["postalCode"]),
        city: part(&["addressLocality"]),
        country: address
            .get("addressCountry")
            .and_then(|country| first(country, &["name", "identifier"]).or_else(|| text(country))),
        position: json::position(geo, "latitude", "longitude"),
    }
}

/// The end by its length; a day has none that tells more.
fn after(start: Moment, length: &str) -> Option<Moment> {
    let length = super::calendar::stamp::duration(length)?;
    match start {
        Moment::Day(_) => None,
        start => start.later(length),
    }
}

/// The status of an event in our words.
fn status(value: Option<&Value>) -> Option<&'static str> {
    let text = value.and_then(text)?;
    match text.rsplit(['/', ':', '#']).next()? {
        "EventCancelled" => Some("cancelled"),
        "EventPostponed" => Some("postponed"),
        "EventRescheduled" => Some("rescheduled"),
        "EventMovedOnline" => Some("moved_online"),
        _ => None,
    }
}

/// What it costs and where to sign up.
fn offers(draft: &mut Draft, offers: Option<&Value>, free: Option<&Value>, harvest: &Harvest) {
    let mut prices = Vec::new();
    for offer in offers.map(items).unwrap_or_default().iter().take(20) {
        let label = harvest.text(&first(offer, &["name"]).unwrap_or_default(), 100);
        let amount = ["price", "lowPrice"]
            .iter()
            .find_map(|name| number(offer.get(*name)?));
        let currency = first(offer, &["priceCurrency"]);
        let price = amount.and_then(|amount| json::price(amount, currency.as_deref(), label));
        prices.extend(price.filter(|price| !prices.contains(price)));
        if let Some(url) = first(offer, &["url"]).and_then(|url| harvest.address(&url))
            && draft.url.as_deref() != Some(&url)
        {
            draft.set("registration", json!({ "url": url }));
        }
    }
    let only_free = free.is_some_and(|free| free == &json!(true) || free == &json!("true"));
    if !only_free {
        draft.set("price", Value::Array(prices));
    }
}

/// Words under which something is filed: a list, or a text with commas.
fn words(value: Option<&Value>) -> Vec<String> {
    let words = value.map(items).unwrap_or_default().iter().take(100);
    let words = words.filter_map(|word| first(word, &["name"]).or_else(|| text(word)));
    words
        .flat_map(|text| {
            text.split(',')
                .map(|word| word.trim().to_owned())
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The day of a moment on the clock of a place.
pub fn day(text: &str, zone: &str) -> Option<String> {
    let date = match iso(text) {
        Some(Moment::Day(day)) => day,
        Some(Moment::Local(at)) => at.date(),
        _ => instant(text, zone)?
            .to_zoned(super::time::zone_or_utc(zone).1)
            .date(),
    };
    Some(date.to_string())
}
