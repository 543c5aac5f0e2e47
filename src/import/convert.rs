//! A value of theirs as a value of ours, by the schema of our field.

use super::clock;
use super::moment::{self, Habits};
use super::slug;
use super::syntax::{address, country, email, language, length, number, path, price};
use crate::content::html::tags;
use crate::content::shape::{is_moment, is_text, resolve};
use crate::phrase;
use serde_json::{Map, Value, json};

/// Why a value could not come along.
pub type Reason = &'static str;

/// A value by a schema.
pub fn convert(
    root: &Value,
    schema: &Value,
    value: &Value,
    habits: &Habits,
) -> Result<Value, Reason> {
    let schema = resolve(root, schema);
    let kind = schema["type"]
        .as_str()
        .or_else(|| schema["type"][0].as_str());
    if let Some(choices) = choices(schema) {
        return choice(&choices, value);
    }
    match kind {
        Some("array") => list(root, schema, value, habits),
        Some("object") => group(root, schema, value, habits),
        Some("boolean") => truth(value),
        Some("integer") => number(value)
            .filter(|n| *n >= 0.0 && *n < 1e9)
            .map(|n| json!(n.round() as u64))
            .ok_or(phrase!("is no whole number")),
        Some("number") => number(value)
            .map(|n| json!(n))
            .ok_or(phrase!("is no number")),
        _ => word(schema, value, habits).map(Value::String),
    }
}

fn choices(schema: &Value) -> Option<Vec<String>> {
    let listed = schema["enum"]
        .as_array()
        .map(|items| items.iter().collect::<Vec<_>>());
    let each = || {
        Some(
            schema["oneOf"]
                .as_array()?
                .iter()
                .map(|one| &one["const"])
                .collect(),
        )
    };
    let found: Vec<String> = listed
        .or_else(each)?
        .into_iter()
        .filter_map(|v| v.as_str().map(str::to_owned))
        .collect();
    (!found.is_empty()).then_some(found)
}

/// What others call the choices.
const ALSO: &[(&str, &str)] = &[
    ("talk", "inspiration"),
    ("lecture", "inspiration"),
    ("presentation", "inspiration"),
    ("lezing", "inspiration"),
    ("webinar", "inspiration"),
    ("training", "workshop"),
    ("course", "workshop"),
    ("class", "workshop"),
    ("cursus", "workshop"),
    ("tutorial", "workshop"),
    ("conference", "summit"),
    ("congres", "summit"),
    ("unconference", "summit"),
    ("festival", "summit"),
    ("meetup", "meeting"),
    ("gathering", "meeting"),
    ("bijeenkomst", "meeting"),
    ("hackathon", "making"),
    ("hacknight", "making"),
    ("dinner", "meal"),
    ("lunch", "meal"),
    ("borrel", "meal"),
    ("panel", "debate"),
    ("discussion", "debate"),
    ("debat", "debate"),
    ("tour", "excursion"),
    ("excursie", "excursion"),
    ("canceled", "cancelled"),
    ("geannuleerd", "cancelled"),
    ("confirmed", "scheduled"),
    ("moved", "rescheduled"),
    ("virtual", "online"),
    ("offline", "in_person"),
    ("physical", "in_person"),
    ("inperson", "in_person"),
    ("mixed", "hybrid"),
    ("active", "running"),
    ("current", "running"),
    ("completed", "done"),
    ("finished", "done"),
    ("past", "done"),
    ("planned", "idea"),
    ("ngo", "foundation"),
    ("nonprofit", "foundation"),
    ("ongoing", "running"),
    ("inprogress", "running"),
    ("live", "running"),
    ("launched", "running"),
    ("open", "running"),
    ("lopend", "running"),
    ("actief", "running"),
    ("laufend", "running"),
    ("aktiv", "running"),
    ("encours", "running"),
    ("onhold", "paused"),
    ("hold", "paused"),
    ("hiatus", "paused"),
    ("gepauzeerd", "paused"),
    ("pausiert", "paused"),
    ("inactive", "stopped"),
    ("inaktiv", "stopped"),
    ("inactief", "stopped"),
    ("archived", "stopped"),
    ("closed", "stopped"),
    ("discontinued", "stopped"),
    ("abandoned", "stopped"),
    ("gestopt", "stopped"),
    ("complete", "done"),
    ("concluded", "done"),
    ("afgerond", "done"),
    ("abgeschlossen", "done"),
    ("beendet", "done"),
    ("fertig", "done"),
    ("termine", "done"),
    ("planning", "idea"),
    ("proposed", "idea"),
    ("gepland", "idea"),
    ("geplant", "idea"),
    ("vortrag", "inspiration"),
    ("konferenz", "summit"),
    ("treffen", "meeting"),
    ("abgesagt", "cancelled"),
    ("afgelast", "cancelled"),
    ("verschoben", "postponed"),
];

fn choice(choices: &[String], value: &Value) -> Result<Value, Reason> {
    let text = plain(value).ok_or(phrase!("is not one of the choices"))?;
    let bare = |text: &str| -> String {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let wanted = bare(&text);
    let also = ALSO
        .iter()
        .find(|(name, _)| bare(name) == wanted)
        .map(|(_, ours)| *ours);
    let found = choices
        .iter()
        .find(|choice| bare(choice) == wanted || Some(choice.as_str()) == also);
    found
        .map(|choice| json!(choice))
        .ok_or(phrase!("is not one of the choices"))
}

fn list(root: &Value, schema: &Value, value: &Value, habits: &Habits) -> Result<Value, Reason> {
    let items: Vec<Value> = match value {
        Value::Array(items) => items
            .iter()
            .flat_map(|item| match item {
                Value::Array(inner) => inner.clone(),
                one => vec![one.clone()],
            })
            .collect(),
        one => vec![one.clone()],
    };
    let mut kept = Vec::new();
    let mut reason = phrase!("is an empty list");
    for item in items.iter().filter(|item| !is_nothing(item)) {
        match convert(root, &schema["items"], item, habits) {
            Ok(item) if !kept.contains(&item) => kept.push(item),
            Ok(_) => {}
            Err(why) => reason = why,
        }
    }
    if kept.is_empty() {
        Err(reason)
    } else {
        Ok(Value::Array(kept))
    }
}

/// A group: from one of theirs with the same names, or from a text that is its first part.
fn group(root: &Value, schema: &Value, value: &Value, habits: &Habits) -> Result<Value, Reason> {
    let properties = schema["properties"].as_object();
    let has = |name: &str| properties.is_some_and(|p| p.contains_key(name));
    let mut made = Map::new();
    match value {
        Value::Object(theirs) => {
            for (name, value) in theirs {
                let ours = also_named(name);
                if let Some(inner) = properties.and_then(|p| p.get(ours))
                    && !is_nothing(value)
                    && let Ok(value) = convert(root, inner, value, habits)
                {
                    made.entry(ours).or_insert(value);
                }
            }
        }
        Value::Array(items) => match items.first() {
            Some(first) => return group(root, schema, first, habits),
            None => return Err(phrase!("is an empty list")),
        },
        one => {
            let text = plain(one).ok_or(phrase!("holds nothing"))?;
            if has("amount") {
                return price(&text);
            }
            let part = match () {
                () if has("email") && email(&text).is_ok() => "email",
                () if has("url") && address(&text).is_ok() => "url",
                () if has("name") => "name",
                () if has("title") => "title",
                () => return Err(phrase!("is a text, where a group of fields is needed")),
            };
            let inner = properties.and_then(|p| p.get(part)).unwrap_or(&Value::Null);
            made.insert(part.to_owned(), convert(root, inner, one, habits)?);
        }
    }
    if has("lat") && made.contains_key("lat") != made.contains_key("lon") {
        made.shift_remove("lat");
        made.shift_remove("lon");
    }
    let required = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    let whole = required.into_iter().all(|name| made.contains_key(name));
    if made.is_empty() || !whole {
        Err(phrase!("holds none of the fields that are needed"))
    } else {
        Ok(Value::Object(made))
    }
}

/// The name that a part of a group has here.
fn also_named(name: &str) -> &str {
    match name {
        "latitude" => "lat",
        "lng" | "long" | "longitude" => "lon",
        "address" | "street_address" | "streetAddress" | "adres" => "street",
        "zip" | "zipcode" | "postcode" | "postalCode" => "postal_code",
        "town" | "locality" | "addressLocality" | "stad" => "city",
        "venue" | "title" | "label" | "naam" => "name",
        "link" | "href" | "website" => "url",
        "mail" => "email",
        "tel" | "telephone" => "phone",
        "price" | "cost" => "amount",
        other => other,
    }
}

fn truth(value: &Value) -> Result<Value, Reason> {
    match value {
        Value::Bool(_) => Ok(value.clone()),
        other => match plain(other).unwrap_or_default().to_lowercase().as_str() {
            "true" | "yes" | "ja" | "y" | "1" | "on" | "oui" | "x" => Ok(json!(true)),
            "false" | "no" | "nee" | "n" | "0" | "off" | "non" | "nein" => Ok(json!(false)),
            _ => Err(phrase!("is neither true nor false")),
        },
    }
}

/// Texts with a syntax of their own, known by their schema.
fn word(schema: &Value, value: &Value, habits: &Habits) -> Result<String, Reason> {
    let named = |name: &str| value.get(name).and_then(plain);
    let address_of = ["url", "href", "link"].into_iter().find_map(named);
    let text = match schema["format"].as_str() {
        Some("uri") => address_of.or_else(|| plain(value)),
        _ => plain(value),
    };
    let text = text.ok_or(phrase!("is no text"))?;
    if is_moment(schema) {
        return moment::read(&text, habits)
            .map(|when| when.written())
            .ok_or(phrase!("is no date"));
    }
    let day = |text: &str| {
        let local = Habits {
            local: true,
            ..habits.clone()
        };
        moment::read(text, &local).map(|when| when.date.to_string())
    };
    match (schema["format"].as_str(), schema["pattern"].as_str()) {
        (Some("uri"), _) => address(&text),
        (Some("email"), _) => email(&text),
        (Some("date"), _) => day(&text).ok_or(phrase!("is no date")),
        (_, Some(r"^\d{4}(-\d{2}-\d{2})?$")) => match day(&text) {
            Some(day) => Ok(day),
            None if text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()) => Ok(text),
            None => Err(phrase!("is neither a day nor a year")),
        },
        (_, Some(r"^\d{2}:\d{2}$")) => {
            let time = clock::clocks(&text).0.ok_or(phrase!("is no time"))?;
            Ok(format!("{:02}:{:02}", time.hour(), time.minute()))
        }
        (_, Some(r"^(PT)?(\d+[hH])?(\d+[mM])?$")) => {
            length(&text).ok_or(phrase!("is no length of time"))
        }
        (_, Some("^[A-Z]{2}$")) => country(&text).ok_or(phrase!("is no country")),
        (_, Some("^/.*")) => path(&text).ok_or(phrase!("is no address on this site")),
        (_, Some(pattern)) if pattern.starts_with("^[a-z]{2,3}(-") => {
            language(&text).ok_or(phrase!("is no language"))
        }
        (_, Some(pattern)) if pattern.contains("[a-z0-9]+(-[a-z0-9]+)*") => {
            Ok(super::slug::slug(&text))
        }
        _ if is_text(schema) => Ok(tags::words(&text)),
        _ => Ok(tags::words(&text)),
    }
    .and_then(|text| {
        if text.is_empty() {
            Err(phrase!("holds nothing"))
        } else {
            Ok(text)
        }
    })
}

/// A scalar, or a list of scalars, as one text.
pub fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(plain).collect();
            items
                .filter(|items| !items.is_empty())
                .map(|items| items.join(", "))
        }
        Value::Object(fields) => ["name", "title", "label", "value", "url"]
            .iter()
            .find_map(|name| plain(fields.get(*name)?)),
        Value::Null => None,
    }
}

/// Whether a value says nothing.
pub fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.iter().all(is_nothing),
        Value::Object(fields) => fields.values().all(is_nothing),
        _ => false,
    }
}

/// Tags as names; they become identifiers when all of them are known.
pub fn topics(value: &Value) -> Result<Value, Reason> {
    let names: Vec<String> = match value {
        Value::Array(items) => items.iter().filter_map(plain).collect(),
        one => plain(one)
            .unwrap_or_default()
            .split([',', ';'])
            .map(str::to_owned)
            .collect(),
    };
    let names: Vec<Value> = names
        .iter()
        .map(|name| tags::words(name))
        .filter(|name| !slug::slug(name).is_empty())
        .map(|name| json!(name))
        .collect();
    if names.is_empty() {
        Err(phrase!("is no tag"))
    } else {
        Ok(Value::Array(names))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_take_the_form_of_our_fields() {
        assert_eq!(number(&json!("€ 12,50")), Some(12.5));
        assert_eq!(number(&json!("1,000 people")), Some(1000.0));
        assert_eq!(number(&json!("-73.98")), Some(-73.98));
        assert_eq!(length("2 hours").as_deref(), Some("120m"));
        assert_eq!(length("1u30").as_deref(), Some("90m"));
        assert_eq!(length("1:30").as_deref(), Some("90m"));
        assert_eq!(
            path("http://a.example/b/c.html").as_deref(),
            Some("/b/c.html/")
        );
        assert_eq!(price("Free entry"), Ok(json!({"amount": 0})));
        assert_eq!(
            address("www.a.example/x").as_deref(),
            Ok("https://www.a.example/x")
        );
        assert_eq!(address("/events/x"), Err("is no web address"));
        assert_eq!(
            choice(
                &["workshop".into(), "field_trip".into()],
                &json!("Field trip")
            ),
            Ok(json!("field_trip"))
        );
        assert_eq!(country("The Netherlands").as_deref(), Some("NL"));
    }
}
