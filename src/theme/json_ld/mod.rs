//! Linked data in pages: what an entry is, in schema.org's terms, for search engines and others.
//!
//! Each property is one that schema.org expects on the class, so that whoever expands it with the
//! context of schema.org knows every term. What is said of an event is what search engines ask for:
//! a start with offset, a status, an attendance mode, a place with an address, who organises it.

mod event;
mod offer;
mod place;
mod schedule;

use super::Theme;
use super::body::Base;
use super::when;
use crate::site::permalink::id_path;
use crate::site::{Entry, EntryId, Site};
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};
use serde_json::{Map, Value, json};

/// A property and its value; null says nothing.
type Fact = (&'static str, Value);

/// The linked data of an entry's page, safe to stand within a script element.
pub fn entry(site: &Site, theme: &Theme, entry: &Entry, language: &str) -> String {
    let version = entry.version(language);
    let common = &version.common;
    let name = Some(common.title.trim()).filter(|title| !title.is_empty());
    let gathering = entry.timetable.as_ref().filter(|_| entry.gathers());
    // Of an event a description is asked for; when it happens is the least that can be said.
    let when = || gathering.map(|timetable| when::sentence(timetable, theme.locale(language)));
    let description = description(site, theme, entry, language).or_else(when);
    let mut facts = vec![
        ("@context", json!("https://schema.org")),
        ("@type", json!(class(entry))),
        ("@id", json!(site.config.absolute(&id_path(entry)))),
        ("url", json!(page(site, entry, language))),
        ("name", json!(name.unwrap_or(&entry.document_id))),
        ("description", json!(description)),
        ("image", json!(image(site, theme, entry))),
        ("keywords", keywords(site, entry, language)),
    ];
    if !common.same_as.is_empty() {
        facts.push(("sameAs", json!(common.same_as)));
    }
    facts.extend(written(site, entry, language));
    facts.extend(own(site, theme, entry, language));
    within_script(&Said(facts))
}

/// What is said of one thing, each property once, to be written as it is.
struct Said(Vec<Fact>);

impl Serialize for Said {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let facts = self.0.iter().filter(|(_, value)| !value.is_null());
        let mut object = serializer.serialize_map(None)?;
        for (name, value) in facts {
            object.serialize_entry(name, value)?;
        }
        object.end()
    }
}

/// An object of what is said.
fn node(facts: Vec<Fact>) -> Value {
    let mut node = Map::with_capacity(facts.len());
    for (name, value) in facts {
        if !value.is_null() {
            node.insert(name.to_owned(), value);
        }
    }
    Value::Object(node)
}

/// What it is. Of a programme the page says only that it is a series: an `EventSeries` is an event
/// too, which has to begin somewhere and sometime, and whoever collects events would count it among
/// them. Its events say that it is one of events: they name it as their `superEvent`.
fn class(entry: &Entry) -> &str {
    match entry.class() {
        "schema:EventSeries" => "Series",
        class => class.trim_start_matches("schema:"),
    }
}

/// The page of an entry; its canonical address.
fn page(site: &Site, entry: &Entry, language: &str) -> String {
    site.config.absolute(&site.canonical_path(entry, language))
}

/// Another entry by its identifier, with enough to show it.
fn named(site: &Site, id: EntryId, class: &str, language: &str) -> Value {
    let entry = site.entry(id);
    json!({
        "@type": class, "@id": site.config.absolute(&id_path(entry)),
        "name": &*entry.version(language).common.title.0, "url": page(site, entry, language),
    })
}

/// Its picture.
fn image(site: &Site, theme: &Theme, entry: &Entry) -> Option<Value> {
    let image = entry.original().common.image.as_ref()?;
    let media = theme.media.get(&image.file.value)?;
    let size = media.picture.as_ref();
    Some(node(vec![
        ("@type", json!("ImageObject")),
        ("url", json!(site.config.absolute(&media.path))),
        ("width", json!(size.map(|picture| pixels(picture.width)))),
        ("height", json!(size.map(|picture| pixels(picture.height)))),
    ]))
}

/// A length in pixels: `E37` in the codes of UN/CEFACT, Recommendation 20.
fn pixels(count: impl Into<Value>) -> Value {
    json!({ "@type": "QuantitativeValue", "value": count.into(), "unitCode": "E37" })
}

/// When and in which language it was written, and what others may do with it. Only a text can have
/// these: of anything else they are said of the page about it.
fn written(site: &Site, entry: &Entry, language: &str) -> Vec<Fact> {
    let version = entry.version(language);
    let license = entry.original().common.license.as_ref();
    let license = license.or(site.config.license.as_ref());
    let facts = vec![
        ("license", json!(license.map(|url| &*url.0))),
        ("inLanguage", json!(version.language)),
        ("datePublished", json!(entry.published().to_string())),
        ("dateModified", json!(entry.history.updated.to_string())),
        ("publisher", publisher(site)),
    ];
    if is_creative_work(entry) {
        let more = vec![
            ("headline", json!(&*version.common.title.0)),
            ("author", publisher(site)),
        ];
        return facts.into_iter().chain(more).collect();
    }
    let about = vec![
        ("@type", json!("WebPage")),
        ("@id", json!(page(site, entry, language))),
    ];
    let page = about.into_iter().chain(facts).collect();
    vec![("mainEntityOfPage", node(page))]
}

/// What depends on what it can answer: when and where it takes place, until when it holds.
fn own(site: &Site, theme: &Theme, entry: &Entry, language: &str) -> Vec<Fact> {
    if let Some(timetable) = entry.timetable.as_ref().filter(|_| entry.gathers()) {
        return event::facts(site, theme, entry, timetable, language);
    }
    let record = entry.record();
    let mut facts = vec![];
    let traded = matches!(entry.class(), "schema:Offer" | "schema:Demand");
    if let Some(location) = entry.version(language).record.location() {
        let shown = location.public();
        match entry.class() {
            "schema:Place" => {
                facts.push(("address", place::address(&shown)));
                facts.push(("geo", place::geo(&shown)));
            }
            _ => facts.push((
                if traded {
                    "availableAtOrFrom"
                } else {
                    "location"
                },
                place::of(&shown, None),
            )),
        }
    }
    if entry.class() == "schema:Place" {
        facts.push(("maximumAttendeeCapacity", json!(record.capacity())));
        facts.push(("isAccessibleForFree", json!(record.free())));
    }
    if let Some(period) = record.period().filter(|_| traded) {
        facts.push(("validFrom", json!(period.from.map(|day| day.to_string()))));
        let exact = site
            .deadline(entry)
            .map(|at| offer::moment(site, entry, &at));
        let until = exact.or(period.until.map(|day| day.to_string()));
        facts.push(("validThrough", json!(until)));
    }
    facts
}

/// A line of a list.
#[derive(Serialize)]
struct ListItem {
    #[serde(rename = "@type")]
    class: &'static str,
    position: usize,
    url: String,
}

/// The linked data of a list: its entries, by their identifiers.
pub fn list(site: &Site, title: &str, path: &str, entries: &[EntryId], language: &str) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct ItemList<'a> {
        #[serde(rename = "@context")]
        context: &'static str,
        #[serde(rename = "@type")]
        class: &'static str,
        name: &'a str,
        url: String,
        number_of_items: usize,
        item_list_element: Vec<ListItem>,
    }
    let item = |(n, id): (usize, &EntryId)| ListItem {
        class: "ListItem",
        position: n + 1,
        url: site.config.absolute(&site.path(site.entry(*id), language)),
    };
    within_script(&ItemList {
        context: "https://schema.org",
        class: "ItemList",
        name: title,
        url: site.config.absolute(path),
        number_of_items: entries.len(),
        item_list_element: entries.iter().enumerate().map(item).collect(),
    })
}

/// The linked data of the home page: the site and who publishes it.
pub fn home(site: &Site, language: &str) -> String {
    let description = site.text(&site.config.description, language);
    let description = Some(description).filter(|text| !text.is_empty());
    within_script(&node(vec![
        ("@context", json!("https://schema.org")),
        ("@type", json!("WebSite")),
        ("name", json!(site.text(&site.config.title, language))),
        ("url", json!(site.config.absolute(&site.home(language)))),
        ("inLanguage", json!(language)),
        ("description", json!(description)),
        ("publisher", publisher(site)),
    ]))
}

/// Takes the edge off texts that would run if a careless reader put them into a page: `<script>` as
/// `‹script>`. Only data for programs need it; our own pages write every text as text.
pub fn harmless(value: &mut Value) {
    match value {
        Value::String(text) if runs(text) => *text = text.replace('<', "‹"),
        Value::Array(items) => items.iter_mut().for_each(harmless),
        Value::Object(fields) => fields.values_mut().for_each(harmless),
        _ => {}
    }
}

/// A value as JSON, harmless.
fn text(value: &impl Serialize) -> String {
    // Neither can fail: every name is a text.
    let text = serde_json::to_string(value).unwrap_or_default();
    if !text.contains('<') {
        return text;
    }
    let mut value = serde_json::to_value(value).unwrap_or_default();
    harmless(&mut value);
    value.to_string()
}

fn runs(text: &str) -> bool {
    let mut tags = text.split('<').skip(1);
    tags.any(|tag| {
        let name = tag.trim_start().get(..6);
        name.is_some_and(|name| name.eq_ignore_ascii_case("script"))
    })
}

/// JSON that can stand in a script element: `</script>` in a text would end it.
pub fn within_script(value: &impl Serialize) -> String {
    let text = text(value);
    if !text.contains(['<', '>', '&']) {
        return text;
    }
    text.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}

fn publisher(site: &Site) -> Value {
    let Some(publisher) = &site.config.publisher else {
        return Value::Null;
    };
    let url = publisher.url.as_ref().unwrap_or(&site.config.url.value);
    json!({ "@type": "Organization", "name": publisher.name, "url": &*url.0 })
}

fn is_creative_work(entry: &Entry) -> bool {
    matches!(entry.class(), "schema:Article" | "schema:WebPage")
}

/// The summary, else the beginning of the text.
pub fn description(site: &Site, theme: &Theme, entry: &Entry, language: &str) -> Option<String> {
    let version = entry.version(language);
    let summary = version.common.summary.as_ref();
    if let Some(summary) = summary.filter(|text| !text.trim().is_empty()) {
        return Some(summary.0.clone());
    }
    let html = super::body::html(site, theme, entry, language, Base::Site);
    let text = plain_text(&html);
    let cut = text
        .char_indices()
        .nth(200)
        .map_or(text.len(), |(n, _)| text[..n].rfind(' ').unwrap_or(n));
    (!text.is_empty()).then(|| {
        if cut < text.len() {
            format!("{}…", &text[..cut])
        } else {
            text
        }
    })
}

/// Elements that stand within a line: before and after them words go on.
const INLINE: &[&str] = &[
    "a", "abbr", "code", "del", "em", "s", "span", "strong", "sub", "sup",
];

/// HTML of ours without its tags, white space collapsed.
pub fn plain_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, after) = tag.split_once('>').unwrap_or((tag, ""));
        let name = tag.trim_start_matches('/').split([' ', '/']).next();
        if !INLINE.contains(&name.unwrap_or("")) {
            text.push(' ');
        }
        rest = after;
    }
    text.push_str(rest);
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn keywords(site: &Site, entry: &Entry, language: &str) -> Value {
    let titles: Vec<&str> = entry
        .terms
        .iter()
        .map(|(vocabulary, n)| site.text(&site.terms(*vocabulary)[*n].title, language))
        .collect();
    if titles.is_empty()
        || !matches!(
            entry.class(),
            "schema:Event"
                | "schema:Article"
                | "schema:Place"
                | "schema:Organization"
                | "schema:Project"
        )
    {
        return Value::Null;
    }
    json!(titles.join(", "))
}

#[cfg(test)]
mod tests;
