//! What other Plein sites publish, read back as front matter: the other half of `output::data`.
//!
//! Reading is pure and takes nothing on trust. What a record says is checked where all content is:
//! when the front matter that it becomes is parsed. What publishing adds (addresses, history, source)
//! is kept apart, so that it can be shown where a record comes from.

pub mod address;
#[cfg(feature = "harvest")]
pub mod adopt;
#[cfg(feature = "harvest")]
pub mod asking;
#[cfg(feature = "harvest")]
pub mod catalogue;
#[cfg(feature = "harvest")]
pub mod changes;
#[cfg(feature = "harvest")]
pub mod clean;
#[cfg(feature = "harvest")]
pub mod discover;
#[cfg(feature = "harvest")]
pub mod fetch;
pub mod found;
pub mod gates;
#[cfg(feature = "harvest")]
pub mod gather;
#[cfg(feature = "harvest")]
pub mod keep;
#[cfg(feature = "harvest")]
pub mod read;
#[cfg(feature = "harvest")]
pub mod round;

use crate::content::shape::{is_moment, is_text, resolve, shape};
use crate::content::{KINDS, Kind};
use serde_json::{Map, Value, json};
use std::fmt;

/// A record of another site.
#[derive(Debug, Clone, PartialEq)]
pub struct Harvested {
    /// Which kind it is.
    pub kind: &'static Kind,
    /// The last part of its permanent identifier.
    pub id: String,
    /// The last part of its addresses.
    pub slug: String,
    /// Its front matter in each language, the one in which it was written first.
    pub front_matter: Vec<(String, Map<String, Value>)>,
    /// Its picture as it was published: address, texts and who made it.
    pub image: Option<Value>,
    /// Permanent identifier, pages, source, licence and dates, as they were published.
    pub origin: Origin,
}

/// Where a record comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// Permanent identifier.
    pub id: String,
    /// Page in each language.
    pub url: Map<String, Value>,
    /// Who says so: a name and an address.
    pub source: Value,
    /// When it was first published (RFC 3339).
    pub created: Option<String>,
    /// When it last changed (RFC 3339).
    pub updated: Option<String>,
    /// How many times it was published anew, the first one counted.
    pub revisions: u32,
}

/// Why something cannot be read as a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is not JSON.
    NotJson(String),
    /// It is JSON, but not a dataset: there is no list of items.
    NotADataset,
    /// It is not one of the kinds.
    UnknownKind(String),
    /// The field is missing, or not what it should be.
    Field(&'static str),
    /// The identifier lies on another site: a site may speak only of its own records.
    ForeignIdentifier(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Refusal::NotJson(why) => write!(f, "this is not JSON: {why}"),
            Refusal::NotADataset => f.write_str("this is no dataset: it has no `items`"),
            Refusal::UnknownKind(kind) => write!(f, "`{kind}` is not a kind of record"),
            Refusal::Field(name) => write!(f, "`{name}` is missing, or not what it should be"),
            Refusal::ForeignIdentifier(id) => write!(f, "`{id}` is not an identifier of this site"),
        }
    }
}

/// Reads a dataset, such as `/data/v1/events.json`: each record, or why it cannot be read.
///
/// `site` is the address of the site that publishes it, without a slash at the end.
pub fn dataset(text: &str, site: &str) -> Result<Vec<Result<Harvested, Refusal>>, Refusal> {
    let json: Value =
        serde_json::from_str(text).map_err(|error| Refusal::NotJson(error.to_string()))?;
    let items = json["items"].as_array().ok_or(Refusal::NotADataset)?;
    Ok(items.iter().map(|item| record(item, site)).collect())
}

/// Reads one record.
pub fn record(record: &Value, site: &str) -> Result<Harvested, Refusal> {
    let text = |name: &'static str| record[name].as_str().ok_or(Refusal::Field(name));
    let name = text("kind")?;
    let known = KINDS.iter().find(|kind| kind.name == name);
    let kind = known.ok_or_else(|| Refusal::UnknownKind(name.to_owned()))?;
    let whole = text("id")?;
    let id = whole.strip_prefix(&format!("{site}/id/{name}/"));
    let id = id.ok_or_else(|| Refusal::ForeignIdentifier(whole.to_owned()))?;
    let languages = record["languages_available"].as_array();
    let languages = languages.ok_or(Refusal::Field("languages_available"))?;
    let reader = Reader { record, kind, site };
    let front_matter = languages.iter().filter_map(Value::as_str);
    let optional = |name: &str| record[name].as_str().map(str::to_owned);
    Ok(Harvested {
        kind,
        id: id.to_owned(),
        slug: text("slug")?.to_owned(),
        front_matter: front_matter
            .map(|code| (code.to_owned(), reader.front_matter(id, code)))
            .collect(),
        image: record.get("image").cloned(),
        origin: Origin {
            id: whole.to_owned(),
            url: record["url"].as_object().cloned().unwrap_or_default(),
            source: record["source"].clone(),
            created: optional("created"),
            updated: optional("updated"),
            revisions: record["revisions"].as_u64().map_or(1, |n| n as u32),
        },
    })
}

struct Reader<'a> {
    record: &'a Value,
    kind: &'static Kind,
    site: &'a str,
}

impl Reader<'_> {
    /// The front matter of a record in a language. Facts are repeated: where they are the same, a
    /// translation may hold them.
    fn front_matter(&self, id: &str, language: &str) -> Map<String, Value> {
        let shape = shape(self.kind);
        let mut fields = Map::from_iter([("id".to_owned(), json!(id))]);
        for name in shape.common.iter().chain(&shape.own) {
            let (published, schema) = (self.published(name), &shape.schema["properties"][name]);
            let value = match name.as_str() {
                "id" | "image" => continue,
                "contact" => self.contact(schema, language),
                _ if shape.references.contains_key(name) => published.map(|v| self.references(v)),
                _ => published.and_then(|value| unpublish(&shape.schema, schema, value, language)),
            };
            fields.extend(value.map(|value| (name.clone(), value)));
        }
        // Publishing works the end out where only a length was written; whole days have none.
        if fields.get("all_day") == Some(&Value::Bool(true)) {
            fields.shift_remove("duration");
        } else if fields.contains_key("duration") {
            fields.shift_remove("end");
        }
        fields
    }

    /// A field as it was published.
    fn published(&self, name: &str) -> Option<&Value> {
        let name = crate::output::data::record::published_name(self.kind, name);
        self.record.get(name)
    }

    /// How to reach people; it was published, so it is public.
    fn contact(&self, schema: &Value, language: &str) -> Option<Value> {
        let root = &shape(self.kind).schema;
        let mut contact = unpublish(root, schema, self.record.get("contact")?, language)?;
        contact["public"] = json!(true);
        Some(contact)
    }

    /// Identifiers of records of the same site as editors write them: `spaces/keuken`.
    fn references(&self, value: &Value) -> Value {
        let reference = |id: &Value| {
            let (kind, id) = id
                .as_str()?
                .strip_prefix(self.site)?
                .strip_prefix("/id/")?
                .split_once('/')?;
            let kind = KINDS.iter().find(|known| known.name == kind)?;
            Some(json!(format!("{}/{id}", kind.folder)))
        };
        match value {
            Value::Array(ids) => ids.iter().filter_map(reference).collect(),
            id => reference(id).unwrap_or(Value::Null),
        }
    }
}

/// A published value as front matter in a language holds it: of texts the one in that language, of
/// times the clock without its offset. `None` where that language has nothing.
fn unpublish(root: &Value, schema: &Value, value: &Value, language: &str) -> Option<Value> {
    let schema = resolve(root, schema);
    if is_text(schema) {
        return value.get(language).cloned();
    }
    match value {
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| {
                let inner = schema["properties"].get(name)?;
                Some((name.clone(), unpublish(root, inner, value, language)?))
            };
            let fields: Map<String, Value> = fields.iter().filter_map(field).collect();
            (!fields.is_empty()).then_some(Value::Object(fields))
        }
        Value::Array(items) => {
            let item = |item| unpublish(root, &schema["items"], item, language);
            let items: Vec<Value> = items.iter().filter_map(item).collect();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        Value::String(time) if is_moment(schema) => Some(json!(on_the_clock(time))),
        fact => Some(fact.clone()),
    }
}

/// A time without its offset from UTC.
fn on_the_clock(time: &str) -> &str {
    let Some((day, clock)) = time.split_once('T') else {
        return time;
    };
    let end = clock.find(['Z', '+', '-']).unwrap_or(clock.len());
    &time[..day.len() + 1 + end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_record_of_the_site_is_refused_with_the_reason() {
        let read = |value: Value| record(&value, "https://a.example").unwrap_err();
        assert_eq!(read(json!(7)), Refusal::Field("kind"));
        assert_eq!(
            read(json!({ "kind": "cat" })),
            Refusal::UnknownKind("cat".into())
        );
        let foreign = json!({ "kind": "event", "id": "https://b.example/id/event/x" });
        let id = "https://b.example/id/event/x".to_owned();
        assert_eq!(read(foreign), Refusal::ForeignIdentifier(id));
        let error = dataset("{", "https://a.example").unwrap_err().to_string();
        assert!(error.contains("this is not JSON"), "{error}");
        assert_eq!(dataset("[]", ""), Err(Refusal::NotADataset));
    }

    #[test]
    fn times_lose_their_offset_and_texts_their_other_languages() {
        let event = json!({
            "id": "https://a.example/id/event/x", "kind": "event", "slug": "y",
            "languages_available": ["nl", "en"],
            "title": { "nl": "Soep", "en": "Soup" },
            "start": "2026-12-03T18:00:00+01:00", "end": "2026-12-03T20:00:00+01:00",
            "space": "https://a.example/id/space/keuken",
            "price": [{ "label": { "nl": "gewoon" }, "amount": 2.0 }],
        });
        let read = record(&event, "https://a.example").unwrap();
        let (code, fields) = &read.front_matter[1];
        assert_eq!((code.as_str(), &fields["title"]), ("en", &json!("Soup")));
        assert_eq!(fields["start"], "2026-12-03T18:00:00");
        assert_eq!(fields["space"], "spaces/keuken");
        assert_eq!(fields["price"], json!([{ "amount": 2.0 }]));
        assert_eq!(read.front_matter[0].1["price"][0]["label"], json!("gewoon"));
    }
}
