//! What readers of JSON share: looking into values that may be shaped in several ways.

use super::record::{Draft, Harvest, Said};
use super::safe::{self, Markup};
use super::time::{Moment, instant, iso, utc};
use serde_json::{Map, Value, json};

/// A text of a field: a string, a number, or what stands under `@value` or `rendered`.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(fields) => ["@value", "rendered", "@id"]
            .iter()
            .find_map(|name| text(fields.get(*name)?)),
        Value::Array(items) => items.iter().find_map(text),
        _ => None,
    }
}

/// The text of the first of these fields that has one.
pub fn first(fields: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| text(fields.get(*name)?))
}

/// A number, also when it is written as a text.
pub fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().replace(',', ".").parse().ok(),
        Value::Array(items) => items.first().and_then(number),
        _ => None,
    };
    number.filter(|number| number.is_finite())
}

/// The items of a list, or the one that stands in its place.
pub fn items(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        Value::Null => &[],
        one => std::slice::from_ref(one),
    }
}

/// A text by language: `{"nl": …, "en": …}`, else one in `language`.
pub fn said(value: &Value, language: &str) -> Vec<Said> {
    let by_language = |fields: &Map<String, Value>| {
        !fields.is_empty()
            && fields
                .keys()
                .all(|key| super::record::language(key).is_some() && key.len() <= 8)
    };
    match value {
        Value::Object(fields) if fields.contains_key("@value") => {
            let own = fields
                .get("@language")
                .and_then(Value::as_str)
                .unwrap_or(language);
            text(value)
                .map(|text| (own.to_owned(), text))
                .into_iter()
                .collect()
        }
        Value::Object(fields) if by_language(fields) => {
            let given = fields
                .iter()
                .filter_map(|(language, value)| Some((language.clone(), text(value)?)));
            given.take(20).collect()
        }
        Value::Array(items) if items.iter().any(|item| item.get("@language").is_some()) => items
            .iter()
            .take(20)
            .flat_map(|item| said(item, language))
            .collect(),
        value => text(value)
            .map(|text| (language.to_owned(), text))
            .into_iter()
            .collect(),
    }
}

/// The same as descriptions.
pub fn described(value: &Value, language: &str, markup: Markup) -> Vec<(String, String, Markup)> {
    let texts = said(value, language).into_iter();
    texts
        .map(|(language, text)| (language, text, markup))
        .collect()
}

/// What is known of a place.
#[derive(Debug, Default)]
pub struct Place {
    /// What people call it, in each language.
    pub name: Vec<Said>,
    /// Street and number.
    pub street: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Country: two letters, or its name.
    pub country: Option<String>,
    /// Latitude and longitude.
    pub position: Option<(f64, f64)>,
}

impl Place {
    /// A place as records hold it.
    pub fn location(&self, harvest: &Harvest) -> Value {
        let mut fields = Map::new();
        let mut set = |name: &str, value: Value| {
            let nothing = value.is_null()
                || value.as_object().is_some_and(Map::is_empty)
                || value == json!("");
            if !nothing {
                fields.insert(name.to_owned(), value);
            }
        };
        let mut names = Map::new();
        for (language, text) in &self.name {
            let name = safe::line_of_html(text, 200);
            if !name.is_empty() {
                let language = super::record::language(language);
                names
                    .entry(language.unwrap_or_else(|| harvest.setting.language.to_owned()))
                    .or_insert(json!(name));
            }
        }
        let plain = |text: &Option<String>| {
            json!(text.as_deref().map(|text| safe::line_of_html(text, 200)))
        };
        set("name", Value::Object(names));
        set("street", plain(&self.street));
        set("postal_code", plain(&self.postal_code));
        set("city", plain(&self.city));
        set("country", json!(self.country.as_deref().and_then(country)));
        let known = |(lat, lon): &(f64, f64)| {
            lat.abs() <= 90.0 && lon.abs() <= 180.0 && (*lat, *lon) != (0.0, 0.0)
        };
        if let Some((lat, lon)) = self.position.filter(known) {
            set("lat", json!(lat));
            set("lon", json!(lon));
        }
        Value::Object(fields)
    }
}

/// A position from two fields, when both are there.
pub fn position(fields: &Value, lat: &str, lon: &str) -> Option<(f64, f64)> {
    Some((number(fields.get(lat)?)?, number(fields.get(lon)?)?))
}

/// A country by its two letters of ISO 3166, from those or from its name as Europe's systems write it.
fn country(text: &str) -> Option<String> {
    const NAMES: [(&str, &str); 40] = [
        ("nederland", "NL"),
        ("netherlands", "NL"),
        ("the netherlands", "NL"),
        ("belgië", "BE"),
        ("belgie", "BE"),
        ("belgium", "BE"),
        ("belgique", "BE"),
        ("deutschland", "DE"),
        ("germany", "DE"),
        ("duitsland", "DE"),
        ("france", "FR"),
        ("frankrijk", "FR"),
        ("italia", "IT"),
        ("italy", "IT"),
        ("españa", "ES"),
        ("spain", "ES"),
        ("portugal", "PT"),
        ("österreich", "AT"),
        ("austria", "AT"),
        ("schweiz", "CH"),
        ("suisse", "CH"),
        ("switzerland", "CH"),
        ("danmark", "DK"),
        ("denmark", "DK"),
        ("sverige", "SE"),
        ("sweden", "SE"),
        ("suomi", "FI"),
        ("finland", "FI"),
        ("norge", "NO"),
        ("norway", "NO"),
        ("polska", "PL"),
        ("poland", "PL"),
        ("slovenija", "SI"),
        ("slovenia", "SI"),
        ("ireland", "IE"),
        ("united kingdom", "GB"),
        ("hrvatska", "HR"),
        ("croatia", "HR"),
        ("luxembourg", "LU"),
        ("estonia", "EE"),
    ];
    let text = text.trim();
    if text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic()) {
        return Some(text.to_ascii_uppercase());
    }
    let lower = text.to_lowercase();
    NAMES
        .iter()
        .find(|(name, _)| *name == lower)
        .map(|(_, code)| (*code).to_owned())
}

/// Where it takes place: there, online, or both.
pub fn attendance(draft: &mut Draft, location: Value, online: Option<String>, known: Option<&str>) {
    let there = location
        .as_object()
        .is_some_and(|fields| !fields.is_empty());
    let mode = known.or(match (there, &online) {
        (false, Some(_)) => Some("online"),
        (true, Some(_)) => Some("hybrid"),
        _ => None,
    });
    draft.set("mode", json!(mode.filter(|mode| *mode != "in_person")));
    draft.set("online_url", json!(online));
    draft.set("location", location);
}

/// A price in a currency, if it is one.
pub fn price(amount: f64, currency: Option<&str>, label: Value) -> Option<Value> {
    if !(0.0..1e6).contains(&amount) {
        return None;
    }
    let currency = currency.map(|code| match code.trim() {
        "€" => "EUR".to_owned(),
        "£" => "GBP".to_owned(),
        code => code.to_ascii_uppercase(),
    });
    let currency =
        currency.filter(|code| code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()));
    let mut price = Map::new();
    if label.as_object().is_some_and(|texts| !texts.is_empty()) {
        price.insert("label".to_owned(), label);
    }
    price.insert("amount".to_owned(), json!(amount));
    price.insert(
        "currency".to_owned(),
        json!(currency.unwrap_or_else(|| "EUR".to_owned())),
    );
    Some(Value::Object(price))
}

/// Capacity: a whole number of people.
pub fn capacity(value: Option<&Value>) -> Value {
    let number = value.and_then(number).filter(|n| *n >= 1.0 && *n < 1e6);
    json!(number.map(|n| n as u32))
}

/// Times that are listed, each with its begin and end.
pub fn times(list: &[Value], begin: &str, end: &str) -> Vec<(Moment, Option<Moment>)> {
    let read = |value: &Value, name: &str| first(value, &[name]).as_deref().and_then(iso);
    list.iter()
        .take(2000)
        .filter_map(|time| Some((read(time, begin)?, read(time, end))))
        .collect()
}

/// The items of a field.
pub fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    items(&value[name])
}

/// Where to sign up.
pub fn join(url: Option<String>) -> Value {
    url.map_or(Value::Null, |url| json!({ "url": url }))
}

/// When something last changed: the first of these fields that says so.
pub fn changed(value: &Value, names: &[&str]) -> Option<String> {
    instant(&first(value, names)?, "UTC").map(utc)
}

/// The first of these zones that there is, else that of the place.
pub fn zone<const N: usize>(named: [Option<String>; N], harvest: &Harvest) -> String {
    let known = |zone: &String| jiff::tz::TimeZone::get(zone).is_ok();
    let own = || harvest.setting.timezone.to_owned();
    named.into_iter().flatten().find(known).unwrap_or_else(own)
}

/// Several texts by language, each cut after so many characters.
pub fn texts(value: &Value, language: &str, most: usize) -> Value {
    let said = said(value, language).into_iter();
    let texts = said.map(|(code, text)| (code, json!(safe::line_of_html(&text, most))));
    Value::Object(texts.collect())
}
